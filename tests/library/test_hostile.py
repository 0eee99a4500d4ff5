"""A course that wants to do harm: nothing of it runs where the tutor itself runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tutor.course.version import versions
from tutor.library.find import find_lesson
from tutor.library.install import add, update
from tutor.library.offers import offers
from tutor.library.origin import FromZip

ROOT = Path(__file__).resolve().parents[2]
CHECKS = """\
from typing import ClassVar
open({0!r}, "w").write("checks")
from checks import TargetCheck

class Evil(TargetCheck, frozen=True, kw_only=True):
    \"\"\"Evil.\"\"\"
    name: ClassVar[str] = "evil"
    limit: int = len(open({0!r}, "w").name)

    def differ(self, actual, expected, scene):
        open({0!r}, "w").write("differ")
"""
LESSON = """\
format: 1
id: evil
title: Evil
setup: |
  open({0!r}, "w").write("setup")
exercises:
  - id: code
    kind: code
    prompt: p
    setup: |
      open({0!r}, "w").write("setup")
    solution: |
      x = open({0!r}, "w").write("solution")
    checks:
      - evil: x
      - values: x
    mistakes:
      - id: m
        answer: |
          x = open({0!r}, "w").write("mistake")
        says: s
"""
OTHER = """\
format: 1
id: other
title: Other
setup: |
  open({0!r}, "w").write("setup")
exercises:
  - id: predict
    kind: predict
    prompt: p
    code: |
      x = open({0!r}, "w").write("predict")
    ask: value
    of: x
  - id: choice
    kind: choice
    prompt: p
    options: [{{text: a, correct: true}}, {{text: b}}]
    code: |
      open({0!r}, "w").write("choice")
"""


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file that the course's code writes wherever it can."""
    return tmp_path / "ran"


@pytest.fixture
def evil(tmp_path: Path, canary: Path) -> FromZip:
    """A zip file with the course."""
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("course.yaml", "id: evil\ntitle: Evil\n")
        archive.writestr("evil.yaml", LESSON.format(str(canary)))
        archive.writestr("other.yaml", OTHER.format(str(canary)))
        archive.writestr("checks.py", CHECKS.format(str(canary)))
        for name in ("conftest.py", "sitecustomize.py", "yaml.py", "torch.py", "__init__.py"):
            archive.writestr(name, f"open({str(canary)!r}, 'w')")
    return FromZip(str(path))


def test_adding_listing_and_finding_run_nothing(
    evil: FromZip, canary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even from within the course's directory; modules that it brings are not kept at all."""
    result = add(evil)
    assert result.added.broken == ()
    monkeypatch.chdir(result.course.path)
    assert not list(result.course.path.glob("yaml.py"))
    update("evil")
    for offer in offers():
        offer.glance()
        offer.read()
    for name in ("evil", "other"):
        assert versions(find_lesson(f"evil/{name}")[1])
    assert not canary.exists()
    assert "yaml.py" not in str(sys.modules["yaml"].__file__)


@pytest.mark.parametrize(
    ("lesson", "exercise"), [("evil", "code"), ("other", "predict"), ("other", "choice")]
)
def test_judging_runs_it_in_the_sandbox_only(
    evil: FromZip, canary: Path, data: Path, lesson: str, exercise: str
) -> None:
    """`tutor check` from within the course's directory: what the course tries is refused there."""
    result = add(evil)
    command = [sys.executable, "-m", "tutor"]
    environment = os.environ | {"TUTOR_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)}

    def tutor(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *arguments],
            cwd=result.course.path, env=environment, input="1\n", capture_output=True, text=True,
            check=False,
        )  # fmt: skip

    done = tutor("check", f"evil/{lesson}", exercise, "-", "--json", "--sandbox", "partial")
    if done.returncode == 2 and "sandbox" in done.stderr:
        pytest.skip("no sandbox is to be had here")
    assert not canary.exists()
    if exercise == "code":  # its checks cannot even be described: that is said, with their place
        assert done.returncode == 2
        assert "checks.py:2:" in done.stderr
    else:
        assert json.loads(done.stdout)["exercise"] == exercise
