from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.authoring.lint.conftest import GOOD
from tutor.authoring.lint.run import lint
from tutor.paths import builtin_course_dir

COURSE = "id: mine\ntitle: Mine\norder: [one, two]\n"
CHECKS = """\
from typing import ClassVar
from checks import TargetCheck

class Grows(TargetCheck, frozen=True, kw_only=True):
    name: ClassVar[str] = "{name}"
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with two lessons, the second of which requires the first."""
    directory = tmp_path / "course"
    directory.mkdir()
    (directory / "course.yaml").write_text(COURSE)
    (directory / "one.yaml").write_text(GOOD.replace("id: good", "id: one"))
    second = GOOD.replace("id: good", "id: two\nrequires: [one]")
    (directory / "two.yaml").write_text(second)
    return directory


def found(*paths: Path) -> list[str]:
    """The problems, each as ``name:line code``."""
    return [f"{p.path.name}:{p.line} {p.code}" for p in lint(paths).problems]


def change(path: Path, old: str, new: str) -> None:
    """Exchange a piece of a file."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_good_course_has_no_problems(course: Path) -> None:
    """Its directory, its course file and its lesson files are all good."""
    assert found(course, course / "course.yaml", course / "two.yaml") == []
    assert lint([course]).files == 3


def test_the_built_in_course_has_nothing_to_complain_about() -> None:
    """Not even a warning: instructors copy from it."""
    assert lint([builtin_course_dir()]).problems == ()


def test_a_file_of_a_course_is_seen_as_a_part_of_it(course: Path) -> None:
    """What it requires is looked for in the course; the other files' problems are not its own."""
    change(course / "one.yaml", "title: Guess", "titel: Guess")
    change(course / "two.yaml", "requires: [one]", "requires: [on]")
    assert found(course / "two.yaml") == ["two.yaml:3 unknown-lesson"]
    assert found(course / "one.yaml") == ["one.yaml:63 unknown-key"]


def test_lessons_that_require_each_other_are_reported_in_both(course: Path) -> None:
    """However long the circle is."""
    change(course / "one.yaml", "id: one\n", "id: one\nrequires: [three]\n")
    (course / "three.yaml").write_text(GOOD.replace("id: good", "id: three\nrequires: [two]"))
    change(course / "course.yaml", "two]", "two, three]")
    assert found(course) == [
        "one.yaml:3 later-requires",
        "one.yaml:3 circular-requires",
        "three.yaml:3 circular-requires",
        "two.yaml:3 circular-requires",
    ]


def test_a_lesson_comes_after_what_it_requires(course: Path) -> None:
    """The course's order and the lessons must not contradict each other."""
    change(course / "course.yaml", "[one, two]", "[two, one]")
    assert found(course) == ["two.yaml:3 later-requires"]


def test_what_is_wrong_with_a_course_file_is_reported(course: Path) -> None:
    """With the whole course, and where the file itself is asked for."""
    change(course / "course.yaml", "[one, two]", "[one, tow]")
    expected = ["course.yaml:3 course-order", "course.yaml:3 course-order"]
    assert found(course) == found(course / "course.yaml") == expected
    assert found(course / "one.yaml") == []
    (course / "two.yaml").write_text(GOOD.replace("id: good", "id: one"))
    assert "duplicate-id" in str(found(course))


def test_an_empty_course_is_reported(tmp_path: Path) -> None:
    """Somebody forgot the lessons."""
    (tmp_path / "course.yaml").write_text("id: mine\ntitle: Mine\n")
    assert found(tmp_path) == ["course.yaml:1 empty-course"]


def test_courses_and_lessons_are_found_below_a_directory(course: Path, tmp_path: Path) -> None:
    """Other YAML files are not lessons, and hidden directories are not searched."""
    (tmp_path / "alone.yml").write_text(GOOD)
    (tmp_path / "compose.yaml").write_text("services: {}\n")
    hidden = tmp_path / ".github"
    hidden.mkdir()
    (hidden / "lesson.yaml").write_text("format: 2\n")
    linted = lint([tmp_path])
    assert (linted.files, linted.problems, linted.missing) == (4, (), ())


def test_what_is_not_there_is_said_and_the_rest_is_still_looked_at(
    course: Path, tmp_path: Path
) -> None:
    """Also a directory without lessons, and a name that no file can have."""
    change(course / "one.yaml", "title: Guess", "titel: Guess")
    empty = tmp_path / "empty"
    empty.mkdir()
    linted = lint([tmp_path / "nothing.yaml", empty, Path("a\0b"), course])
    assert [path.name for path, _ in linted.missing] == ["nothing.yaml", "empty", "a\0b"]
    assert [problem.code for problem in linted.problems] == ["unknown-key"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_reported(course: Path) -> None:
    """And is no reason to look at nothing else."""
    (course / "one.yaml").chmod(0)
    assert found(course) == ["one.yaml:1 unreadable"]


def test_a_file_that_is_not_utf8_is_reported(course: Path) -> None:
    """At the byte where it stops being UTF-8."""
    (course / "one.yaml").write_bytes(GOOD.replace("Done", "Getan: ü").encode("latin-1"))
    assert found(course / "one.yaml") == ["one.yaml:22 encoding"]


def test_a_course_of_its_own_checks_is_read_by_them(course: Path) -> None:
    """A check of `checks.py` is known, and what is wrong with that file is reported."""
    (course / "checks.py").write_text(CHECKS.format(name="grows"))
    change(course / "one.yaml", "      - function: normalise", "      - grows: normalise")
    change(course / "one.yaml", "        inputs:", "      - function: normalise\n        inputs:")
    assert found(course) == []
    (course / "checks.py").write_text(CHECKS.format(name="shape"))
    assert "checks.py:5 custom-checks" in found(course)
    assert "one.yaml:36 custom-checks" in found(course / "one.yaml")


def test_the_same_file_is_looked_at_once(course: Path) -> None:
    """Named twice, or in its directory and by itself."""
    change(course / "one.yaml", "title: Guess", "titel: Guess")
    assert len(found(course, course / "one.yaml", course / "one.yaml")) == 1
