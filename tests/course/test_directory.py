from __future__ import annotations

from pathlib import Path

import pytest

from tutor.course.directory import read_directory
from tutor.course.model import Course

COURSE = "id: c\ntitle: A course\nauthors: [Ada, no]\nlicence: MIT\n"


def write(directory: Path, **files: str) -> None:
    for name, text in files.items():
        (directory / f"{name}.yaml").write_text(text, encoding="utf-8")


def lesson(id_: str, more: str = "") -> str:
    return f"format: 1\nid: {id_}\ntitle: T\n{more}exercises: [{{id: a, kind: read, prompt: p}}]\n"


def problems(course: Course) -> list[str]:
    everything = [*course.problems, *(p for file in course.files for p in file.problems)]
    return [f"{p.path.name}:{p.line}:{p.column}: {p.message}" for p in everything]


def test_a_course_has_its_lessons_in_order(tmp_path: Path) -> None:
    """The order may name a lesson by its id or by its file."""
    write(tmp_path, course=COURSE + "order: [two, one]\n", a=lesson("one"), two=lesson("zwei"))
    course = read_directory(tmp_path)
    assert problems(course) == []
    assert (course.id, course.title, course.authors) == ("c", "A course", ("Ada", "no"))
    assert [one.id for one in course.lessons] == ["zwei", "one"]


def test_without_an_order_files_go_by_name(tmp_path: Path) -> None:
    """A small course needs no list; other files beside it do not matter."""
    write(tmp_path, course=COURSE, b=lesson("one"), a=lesson("two"))
    (tmp_path / ".hidden.yaml").write_text("]")
    (tmp_path / "checks.py").write_text("")
    course = read_directory(tmp_path)
    assert problems(course) == []
    assert [one.id for one in course.lessons] == ["two", "one"]


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        (
            "order: [one, twoo]",
            "course.yaml:5:14: order: no lesson here is 'twoo'; did you mean 'two'?",
        ),
        ("order: [one, two, b]", "course.yaml:5:19: order: 'b' stands here twice"),
        ("order: [one]", "course.yaml:5:1: order: the lesson in b.yaml is not in it"),
        (
            "order: one",
            "course.yaml:5:8: order: a list is needed, this is text: write '- ' before each item",
        ),
        ("ordre: [one, two]", "course.yaml:5:1: unknown key 'ordre'; did you mean 'order'?"),
    ],
)
def test_a_wrong_order_is_a_problem_of_the_course(tmp_path: Path, order: str, problem: str) -> None:
    """It is reported in course.yaml, and every lesson is there all the same."""
    write(tmp_path, course=f"{COURSE}{order}\n", a=lesson("one"), b=lesson("two"))
    course = read_directory(tmp_path)
    assert problem in problems(course)
    assert {one.id for one in course.lessons} == {"one", "two"}


@pytest.mark.parametrize("text", ["", "id: [", "- a", "id: No Slug\ntitle: T\n", "title: T\n"])
def test_a_broken_course_file_hides_no_lesson(tmp_path: Path, text: str) -> None:
    """The directory's name stands in for the course's own."""
    write(tmp_path, course=text, a=lesson("one"))
    course = read_directory(tmp_path)
    assert course.problems
    assert (course.id, course.title) == (tmp_path.name, tmp_path.name)
    assert [one.id for one in course.lessons] == ["one"]


def test_a_broken_lesson_hides_no_other(tmp_path: Path) -> None:
    """It stands in its place with its problems, and what requires it is not at fault."""
    write(
        tmp_path,
        course=COURSE + "order: [one, bad, cut, two]\n",
        one=lesson("one"),
        x=lesson("bad", "sumary: x\n"),
        cut="format: 1\nid: '",
        two=lesson("two", "requires: [bad, cut]\n"),
    )
    course = read_directory(tmp_path)
    assert [file.path.stem for file in course.files] == ["one", "x", "cut", "two"]
    assert [one.id for one in course.lessons] == ["one", "two"]
    assert problems(course) == [
        "x.yaml:4:1: unknown key 'sumary'; did you mean 'summary'?",
        "cut.yaml:2:5: the quote that opens here is not closed",
    ]


def test_ids_are_unique_in_a_course(tmp_path: Path) -> None:
    """The second file of an id has the problem, the first stays usable."""
    write(tmp_path, course=COURSE, a=lesson("one"), b=lesson("one"))
    course = read_directory(tmp_path)
    assert problems(course) == ["b.yaml:2:5: id: 'one' is the id of a.yaml already"]
    assert [file.lesson is None for file in course.files] == [False, True]


def test_requires_names_lessons_of_the_course(tmp_path: Path) -> None:
    """An unknown id is a problem of the file that requires it, with the nearest one."""
    write(tmp_path, course=COURSE, a=lesson("one"), b=lesson("two", "requires: [onne]\n"))
    assert problems(read_directory(tmp_path)) == [
        "b.yaml:4:12: requires: no lesson of the course is 'onne'; did you mean 'one'?"
    ]


def test_requires_cannot_go_in_a_circle(tmp_path: Path) -> None:
    """A lesson that is needed before itself could never be taken."""
    write(
        tmp_path,
        course=COURSE,
        a=lesson("one", "requires: [two]\n"),
        b=lesson("two", "requires: [one]\n"),
        c=lesson("three", "requires: [three]\n"),
        d=lesson("four", "requires: [one, two]\n"),
    )
    assert problems(read_directory(tmp_path)) == [
        "a.yaml:4:12: requires: 'two' itself requires 'one'",
        "b.yaml:4:12: requires: 'one' itself requires 'two'",
        "c.yaml:4:12: requires: no lesson can require itself",
    ]


def test_a_course_without_lessons_says_so(tmp_path: Path) -> None:
    """An empty course is opened, with a problem."""
    write(tmp_path, course=COURSE)
    (problem,) = problems(read_directory(tmp_path))
    assert "no lessons" in problem
