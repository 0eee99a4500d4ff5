"""docs/custom-checks.md does what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents import DOCS, blocks

PAGE = "custom-checks.md"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A directory with the page's files."""
    (lesson,) = blocks(PAGE, "yaml")
    own, wrong, suite = blocks(PAGE, "python")
    files = {"checks.py": own, "totals.yaml": lesson, "wrong.py": wrong, "elsewhere.py": suite}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def _python(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(DOCS.parent)}
    environment["TUTOR_DATA_DIR"] = str(course / "data")
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_the_wrong_answer_gets_the_verdict_on_the_page(course: Path) -> None:
    """Also in the directory of the course, whose `checks.py` must not be taken for the library."""
    (console,) = blocks(PAGE, "console")
    command, _, expected = console.partition("\n")
    done = _python(course, "-m", "tutor", *command.removeprefix("$ tutor ").split())
    assert done.returncode == 1, done.stderr
    assert done.stdout == expected


def test_the_solution_passes(course: Path) -> None:
    """The page's lesson accepts the page's solution."""
    text = (course / "totals.yaml").read_text()
    found = re.search(r"solution: \|\n(.*?)\n    checks:", text, re.DOTALL)
    assert found is not None
    (course / "right.py").write_text("".join(f"{line[6:]}\n" for line in found[1].splitlines()))
    done = _python(course, "-m", "tutor", "check", "totals.yaml", "totals", "right.py")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_checks_can_be_tried_without_the_tutor(course: Path) -> None:
    """The lines of the page run, from another directory than the one of `checks.py`."""
    code = (course / "elsewhere.py").read_text()
    (course / "elsewhere").mkdir()
    script = course / "elsewhere" / "try.py"
    script.write_text(code.replace('Path("checks.py")', f"Path({str(course / 'checks.py')!r})"))
    done = _python(course, str(script))
    assert done.returncode == 0, done.stderr
