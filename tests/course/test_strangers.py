"""A course of a stranger's: what its files are must not matter to whoever opens it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutor.course import directory as directory_module
from tutor.course.directory import read_directory, read_info
from tutor.course.load import load_lesson
from tutor.course.read_companions import read_topics
from tutor.errors import LessonFileError

LESSON = "format: 1\nid: {}\ntitle: T\nexercises: [{{id: a, kind: read, prompt: p}}]\n"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one good lesson."""
    directory = tmp_path / "course"
    directory.mkdir()
    (directory / "course.yaml").write_text("id: c\ntitle: C\n")
    (directory / "good.yaml").write_text(LESSON.format("good"))
    return directory


def _problems(course: Path) -> dict[str, str]:
    read = read_directory(course)
    assert read.lesson("good") is not None
    found = [*read.problems, *(problem for file in read.files for problem in file.problems)]
    return {problem.path.name: problem.message for problem in found}


def test_links_out_of_the_course_are_not_followed(course: Path, tmp_path: Path) -> None:
    """Neither for lessons nor for checks; the message quotes nothing of what they lead to."""
    secret = tmp_path / "secret"
    secret.write_text("password: hunter2\n")
    (course / "passwd.yaml").symlink_to("/etc/passwd")
    (course / "secret.yaml").symlink_to(secret)
    (course / "checks.py").symlink_to(secret)
    problems = _problems(course)
    assert set(problems) == {"passwd.yaml", "secret.yaml", "checks.py"}
    assert all("a symbolic link that leads out" in message for message in problems.values())
    assert "hunter2" not in str(read_directory(course))
    assert "hunter2" not in str(load_lesson(course / "good.yaml"))


def test_links_inside_of_the_course_are_followed(course: Path, tmp_path: Path) -> None:
    """An author may keep a lesson in a directory of its own; the course itself may be a link."""
    (course / "parts").mkdir()
    (course / "parts" / "two.yaml").write_text(LESSON.format("two"))
    (course / "two.yaml").symlink_to("parts/two.yaml")
    (tmp_path / "link").symlink_to(course)
    assert [lesson.id for lesson in read_directory(tmp_path / "link").lessons] == ["good", "two"]


def test_pipes_devices_and_circles_do_not_block(course: Path) -> None:
    """Each is a problem of its own."""
    os.mkfifo(course / "pipe.yaml")
    os.mkfifo(course / "checks.py")
    (course / "endless.yaml").symlink_to("/dev/zero")
    (course / "circle.yaml").symlink_to("circle.yaml")
    (course / "gone.yaml").symlink_to("nowhere.yaml")
    problems = _problems(course)
    assert set(problems) == {"pipe.yaml", "endless.yaml", "circle.yaml", "gone.yaml"}
    assert problems["pipe.yaml"] == "it is no regular file"


def test_a_course_file_that_is_a_link_or_a_pipe(course: Path, tmp_path: Path) -> None:
    """It is not followed, and the lessons are there all the same."""
    info = course / "course.yaml"
    info.rename(tmp_path / "elsewhere.yaml")
    info.symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(LessonFileError, match="leads out of the course"):
        read_info(course)
    info.unlink()
    os.mkfifo(info)
    assert "course.yaml" in _problems(course)


def test_a_glossary_and_topics_are_treated_alike(course: Path, tmp_path: Path) -> None:
    """A pipe, and a link that leads out, are problems of the course."""
    os.mkfifo(course / "topics.yaml")
    assert read_topics(course).problems[0].message == "it is no regular file"
    (tmp_path / "secret").write_text("word: {means: hunter2}\n")
    (course / "glossary.yaml").symlink_to(tmp_path / "secret")
    assert "leads out" in _problems(course)["glossary.yaml"]
    assert "hunter2" not in str(read_directory(course))
    assert "hunter2" in str(read_directory(course, links=True).glossary)


def test_names_like_options_and_with_escapes(course: Path) -> None:
    """They are files like any other; no problem writes to the terminal."""
    for name in ("-rf.yaml", "--help.yaml", "\x1b[2J.yaml", "a\nb.yaml"):
        (course / name).write_text('title: "\\e[31mred"\n')
    read = read_directory(course)
    assert [lesson.id for lesson in read.lessons] == ["good"]
    assert sum(file.lesson is None for file in read.files) == 4
    assert "\x1b" not in " ".join(p.message for file in read.files for p in file.problems)


def test_the_number_of_lessons_has_a_bound(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ones open, and the course says so."""
    monkeypatch.setattr(directory_module, "_MOST_LESSONS", 3)
    for number in range(5):
        (course / f"x{number}.yaml").write_text(LESSON.format(f"x{number}"))
    read = read_directory(course)
    assert len(read.files) == 3
    assert "only 3 are read" in read.problems[0].message


def test_a_thousand_wrong_names_cost_little(course: Path) -> None:
    """Near names are looked for only for the first of them."""
    names = ", ".join(f"nome-{number}" for number in range(150))
    for number in range(40):
        text = LESSON.format(f"name-{number}") + f"requires: [{names}]\n"
        (course / f"name-{number}.yaml").write_text(text)
    hints = [
        problem
        for file in read_directory(course).files
        for problem in file.problems
        if "did you mean" in problem.message
    ]
    assert 0 < len(hints) <= 20
