from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import LESSON
from tests.cli.test_verify_command import BROKEN, FAULTY

SUITE = """\
from tutor.testing import course_tests

TestCourse = course_tests({arguments})
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course's repository: its lessons in a directory, its tests in another."""
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    (lessons / "course.yaml").write_text("id: made\ntitle: Made\n")
    (lessons / "small.yaml").write_text(LESSON)
    (tmp_path / "tests").mkdir()
    return tmp_path


def run_pytest(course: Path, arguments: str) -> subprocess.CompletedProcess[str]:
    (course / "tests" / "test_course.py").write_text(SUITE.format(arguments=arguments))
    root = Path(__file__).resolve().parents[1]
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
            "tests",
        ],
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_a_good_course(course: Path) -> None:
    """Every exercise is a test that passes."""
    done = run_pytest(course, "'../lessons', min_strength=100")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 passed" in done.stdout


def test_a_faulty_course(course: Path) -> None:
    """Only the tests of what is wrong fail, and say it in the words of `tutor verify`."""
    (course / "lessons" / "faulty.yaml").write_text(FAULTY)
    (course / "lessons" / "broken.yaml").write_text(BROKEN)
    done = run_pytest(course, "'../lessons', mutants=False, times=1")
    assert done.returncode == 1
    assert "2 failed, 7 passed" in done.stdout
    assert "FAULT mistake minus [mistake-passes]" in done.stdout
    assert "broken.yaml:8:11:" in done.stdout
    assert f"faulty ({course}/lessons/faulty.yaml): 1 fault" in done.stdout
    assert "on 1 draw of trials; sandbox ;" not in done.stdout
    assert "on 1 draw of trials; sandbox " in done.stdout
    assert "3 answers in 0.0 s" not in done.stdout
    assert "test_exercise[faulty-sign]" in done.stdout


def test_too_weak(course: Path) -> None:
    """Below the strength that is asked for, the exercise's test fails."""
    weak = FAULTY[: FAULTY.index("    mistakes:")]
    (course / "lessons" / "small.yaml").write_text(weak)
    done = run_pytest(course, "'../lessons', min_strength=90, times=1")
    assert done.returncode == 1
    assert "UNNOTICED" in done.stdout
    assert "Too weak: faulty" in done.stdout
