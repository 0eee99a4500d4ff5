from __future__ import annotations

from pathlib import Path

from tutor.authoring.lint.run import lint

LESSON = """\
format: 1
id: two
title: Two
setup: |
  import torch, torch = 2
exercises:
  - id: first
    kind: read
    promt: Read.
  - id: second
    kind: read
    prompt: Read.
    pionts: 2
minuts: 3
"""


def found(path: Path, exercise: str) -> list[str]:
    """What lint says of that exercise, each as ``line code``."""
    return [f"{one.line} {one.code}" for one in lint([path], exercise=exercise).problems]


def test_only_what_stands_in_the_exercise_and_what_all_share(tmp_path: Path) -> None:
    """The lesson's setup runs before it; another exercise's key is no matter."""
    path = tmp_path / "two.yaml"
    path.write_text(LESSON)
    shared = ["5 python-syntax", "14 unknown-key"]
    assert found(path, "second") == [shared[0], "13 unknown-key", shared[1]]
    assert found(path, "first") == [shared[0], "9 unknown-key", shared[1]]


def test_a_file_that_cannot_be_read_may_hold_it(tmp_path: Path) -> None:
    """Its problem is told: it is the reason why the exercise is not found."""
    path = tmp_path / "two.yaml"
    path.write_text(LESSON.replace("prompt: Read.", "prompt: Read: this.", 1))
    assert found(path, "second") == ["12 yaml-syntax"]
    assert lint([path], exercise="nowhere").missing == ()


def test_an_exercise_that_no_file_has(tmp_path: Path) -> None:
    """It is as a path that is not there, with the nearest name."""
    path = tmp_path / "two.yaml"
    path.write_text(LESSON)
    linted = lint([tmp_path], exercise="frist")
    assert linted.problems == ()
    assert linted.missing == ((tmp_path, "there is no exercise 'frist'; did you mean 'first'?"),)


def test_the_other_files_of_a_course_are_left_out(tmp_path: Path) -> None:
    """Also its course file: an author works on one thing."""
    (tmp_path / "course.yaml").write_text("id: mine\ntitel: Mine\n")
    (tmp_path / "two.yaml").write_text(LESSON)
    (tmp_path / "three.yaml").write_text(LESSON.replace("second", "third"))
    linted = lint([tmp_path], exercise="second")
    assert linted.files == 1
    assert {one.path.name for one in linted.problems} == {"two.yaml"}
