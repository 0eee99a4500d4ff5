from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    Tutor = Callable[..., subprocess.CompletedProcess[str]]

FAULTY = """\
format: 1
id: faulty
title: Faulty
setup: |
  import torch
exercises:
  - id: sign
    kind: code
    prompt: Make `y`, how large `x` is.
    setup: |
      x = torch.rand(3) + 1
    solution: |
      y = x.abs()
    checks:
      - shape: y
    mistakes:
      - id: minus
        answer: |
          y = -x
        says: That is negative.
"""

BROKEN = FAULTY.replace("kind: code", "kind: cod").replace("id: faulty", "id: broken")


@pytest.fixture
def files(folder: Path) -> Path:
    """A good lesson, a faulty one, and one that cannot be read."""
    (folder / "faulty.yaml").write_text(FAULTY)
    (folder / "broken.yaml").write_text(BROKEN)
    return folder


def test_a_good_lesson(tutor: Tutor) -> None:
    """Code 0, the strength, what it took, and no progress line where nobody looks at it."""
    done = tutor("verify", "lesson.yaml", "--seed", "7", "--min-strength", "100")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("small (lesson.yaml): no faults, strength 100%\n")
    assert "In order: intro, ones (100%), guess, pick, lines (100%), look." in done.stdout
    assert "--seed 7" in done.stdout


def test_everything_at_once(tutor: Tutor, files: Path) -> None:
    """Faults first, each with what to do; a broken file with its position; the rest is verified."""
    names = ["lesson.yaml", "broken.yaml", "faulty.yaml", "nowhere.yaml"]
    done = tutor("verify", *names, "--junit", "out.xml", "--json")
    assert done.returncode == 2
    assert done.stderr == "tutor: nowhere.yaml: No such file or directory\n"
    report = json.loads(done.stdout)
    lessons = {lesson["lesson"]: lesson for lesson in report["lessons"]}
    (problem,) = lessons["broken"]["problems"]
    assert (problem["line"], problem["column"]) == (8, 11)
    (sign,) = lessons["faulty"]["exercises"]
    assert [fault["code"] for fault in sign["faults"]] == ["mistake-passes"]
    assert "y = x.abs() → y = x" in {mutant["id"] for mutant in sign["mutants"]}
    assert lessons["faulty"]["strength"] < 100
    assert lessons["small"]["strength"] == 100
    assert report["status"] == "fail"

    root = ET.parse(files / "out.xml").getroot()  # noqa: S314 - written a moment ago, by us
    suites = {suite.get("name"): suite for suite in root}
    assert set(suites) == {"small", "broken", "faulty", "files"}
    assert suites["small"].get("tests") == "6"
    assert suites["small"].get("failures") == suites["small"].get("errors") == "0"
    assert suites["broken"].get("errors") == "1"
    failure = suites["faulty"].find("testcase/failure")
    assert failure is not None
    assert failure.get("type") == "mistake-passes"


def test_the_report_to_read(tutor: Tutor, files: Path) -> None:
    """What is wrong, what to do, the unnoticed change as a diff, and too little strength."""
    done = tutor("verify", "lesson.yaml", "faulty.yaml", "broken.yaml", "--min-strength", "90")
    assert done.returncode == 1
    where = [done.stdout.index(name) for name in ("faulty (", "broken: ", "small (")]
    assert where[2] == max(where)
    assert "FAULT mistake minus [mistake-passes]" in done.stdout
    assert "To do: Learners who make it" in done.stdout
    assert "-y = x.abs()\n        +y = x\n" in done.stdout
    assert "mutant: 'y = x.abs() → y = x'" in done.stdout
    assert "broken.yaml:8:11:" in done.stdout
    assert "Too weak: faulty has" in done.stdout


def test_without_changes(tutor: Tutor, files: Path) -> None:
    """`--no-mutants` judges only what the file lists: there is no strength."""
    done = tutor("verify", "faulty.yaml", "--no-mutants", "--times", "1")
    assert done.returncode == 1
    assert "strength" not in done.stdout
    assert "UNNOTICED" not in done.stdout


def test_a_junit_file_that_cannot_be_written(tutor: Tutor) -> None:
    """Code 2, the path and the reason."""
    done = tutor("verify", "lesson.yaml", "--no-mutants", "--times=1", "--junit", "no/such/dir.xml")
    assert done.returncode == 2
    assert "no/such/dir.xml" in done.stderr


@pytest.mark.usefixtures("files")
def test_one_exercise(tutor: Tutor) -> None:
    """Nothing else is run, in whichever file it is; the report says how many there were."""
    done = tutor("verify", "faulty.yaml", "lesson.yaml", "broken.yaml", "--exercise", "ones")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("small (lesson.yaml): no faults, strength 100%\n")
    assert "In order: ones (100%)." in done.stdout
    assert "1 lesson, 1 exercise: " in done.stdout


@pytest.mark.usefixtures("files")
def test_one_exercise_that_is_not_there(tutor: Tutor) -> None:
    """Code 2 and the nearest name; where a file cannot be read, what is wrong with it."""
    done = tutor("verify", "lesson.yaml", "--exercise", "one")
    assert done.returncode == 2
    assert "tutor: lesson.yaml: there is no exercise 'one'; did you mean 'ones'?" in done.stderr
    done = tutor("verify", "broken.yaml", "lesson.yaml", "--exercise", "sign")
    assert done.returncode == 1
    assert "broken.yaml:8:11:" in done.stdout
    assert "small" not in done.stdout


@pytest.mark.parametrize("option", [("--jobs", "0"), ("--mutants", "x"), ("--min-strength", "101")])
def test_options_that_cannot_be(tutor: Tutor, option: tuple[str, str]) -> None:
    """Code 2 before anything runs."""
    done = tutor("verify", *option)
    assert done.returncode == 2
    assert option[0] in done.stderr
