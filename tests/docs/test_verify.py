"""docs/verify.md does what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.documents import DOCS, blocks

PAGE = "verify.md"


def _python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(DOCS.parent)}
    environment["TUTOR_DATA_DIR"] = str(folder / "data")
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_the_lesson_gets_the_report_on_the_page(tmp_path: Path) -> None:
    """The page's lesson is as weak as the page says."""
    (lesson,) = blocks(PAGE, "yaml")
    (console,) = blocks(PAGE, "console")
    (tmp_path / "scaling.yaml").write_text(lesson)
    command, _, expected = console.partition("\n")
    done = _python(tmp_path, "-m", "tutor", *command.removeprefix("$ tutor ").split())
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith(expected)
    assert "[explanation-unused]" in done.stdout


def test_the_test_file_collects_the_lessons(tmp_path: Path) -> None:
    """The page's lines give a test for each exercise; this one is too weak."""
    (lesson,) = blocks(PAGE, "yaml")
    (suite,) = blocks(PAGE, "python")
    (tmp_path / "lessons").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "lessons" / "course.yaml").write_text("id: made\ntitle: Made\n")
    (tmp_path / "lessons" / "scaling.yaml").write_text(lesson)
    (tmp_path / "tests" / "test_lessons.py").write_text(suite)
    done = _python(tmp_path, "-m", "pytest", "-p", "no:cacheprovider", "tests")
    assert done.returncode == 1
    assert "test_exercise[scaling-halve]" in done.stdout
    assert "Too weak: scaling" in done.stdout
