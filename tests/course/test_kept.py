from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tutor.course import kept, load
from tutor.course.directory import glance_at_directory, read_directory
from tutor.course.load import Known
from tutor.course.model import Course
from tutor.course.source import Report, Source
from tutor.paths import builtin_course_dir, cache_dir

LESSON = "format: 1\nid: {0}\ntitle: T {0}\nexercises: [{{id: a, kind: read, prompt: p}}]\n"
OWN = """\
format: 1
id: own
title: T
exercises: [{id: a, kind: code, prompt: p, solution: x = 1, checks: [{mine: x}]}]
"""


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course whose lessons are remembered, with a broken one in it."""
    monkeypatch.setenv("TUTOR_DATA_DIR", str(tmp_path / "data"))
    directory = tmp_path / "course"
    directory.mkdir()
    (directory / "course.yaml").write_text("id: c\ntitle: C\n")
    for name in ("one", "two"):
        (directory / f"{name}.yaml").write_text(LESSON.format(name))
    (directory / "bad.yaml").write_text(LESSON.format("bad") + "requires: [none]\nfoo: 1\n")
    return directory


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read as a whole."""
    seen: list[str] = []
    real = load._read

    def counting(source: Source | None, known: Known, report: Report) -> load.LoadedLesson:
        seen.append(report.path.name)
        return real(source, known, report)

    monkeypatch.setattr(load, "_read", counting)
    return seen


def read(directory: Path) -> Course:
    """The course, remembered under its directory."""
    return read_directory(directory, kept_as=directory)


def test_what_was_read_is_not_read_again(course: Path, reads: list[str]) -> None:
    """The second time gives the same, with every problem in its place, and reads no file."""
    first = read(course)
    assert sorted(reads) == ["bad.yaml", "one.yaml", "two.yaml"]
    reads.clear()
    assert read(course) == first == read_directory(course)
    assert reads == ["bad.yaml", "one.yaml", "two.yaml"]  # by the last, which remembers nothing


def test_only_the_content_counts(course: Path, reads: list[str]) -> None:
    """A file with another time stamp is the same; with another content of the same length not."""
    read(course)
    reads.clear()
    one = course / "one.yaml"
    os.utime(one, (1, 1))
    read(course)
    assert reads == []
    stamp = one.stat()
    one.write_text(LESSON.format("one").replace("prompt: p", "prompt: q"))
    os.utime(one, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    lesson = read(course).lesson("one")
    assert lesson is not None
    assert lesson.exercises[0].prompt == "q"
    assert reads == ["one.yaml"]


def test_a_renamed_file_keeps_its_lesson_and_names_its_new_place(course: Path) -> None:
    """Problems say where they are now."""
    read(course)
    (course / "bad.yaml").rename(course / "worse.yaml")
    (file,) = [file for file in read(course).files if file.problems]
    assert {problem.path.name for problem in file.problems} == {"worse.yaml"}


def test_another_program_reads_anew(
    course: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an older version made of a file is not trusted."""
    read(course)
    reads.clear()
    monkeypatch.setattr(kept, "__version__", "another")
    read(course)
    assert len(reads) == 3


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_damaged_memory_is_no_memory(course: Path, reads: list[str], damage: bytes | None) -> None:
    """Cut short, overwritten or of changed bytes: the files are read."""
    first = read(course)
    (file,) = (cache_dir() / "lessons").iterdir()
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2] if damage is None else damage)
    reads.clear()
    assert read(course) == first
    assert len(reads) == 3


def test_memory_that_cannot_be_written_does_not_matter(course: Path) -> None:
    """A cache directory in whose place a file lies changes nothing."""
    cache_dir().parent.mkdir(parents=True)
    cache_dir().write_text("in the way")
    assert read(course) == read_directory(course)


def test_own_checks_are_linked_anew(course: Path, reads: list[str]) -> None:
    """A lesson whose checks nobody described is read each time; others are kept beside it."""
    (course / "own.yaml").write_text(OWN)
    (course / "checks.py").write_text('class Mine(Check):\n    name = "mine"\n')
    read(course)
    reads.clear()
    again = read(course)
    assert reads == ["own.yaml"]
    lesson = again.lesson("own")
    assert lesson is not None
    assert lesson.exercises[0].checks[0].custom is not None  # type: ignore[union-attr]
    (course / "checks.py").write_text('class Mine(Check):\n    name = "mine"\n    x = 1\n')
    reads.clear()
    read(course)
    assert len(reads) == 4  # other checks: everything anew


def test_described_own_checks_are_kept(
    course: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a worker described them, a lesson with own checks is remembered, and linked to them."""
    entry = {
        "type": "object",
        "properties": {"mine": {"type": "string"}},
        "required": ["mine"],
        "additionalProperties": False,
    }
    monkeypatch.setattr("tutor.course.custom_entries.recall", lambda _: {"mine": entry})
    (course / "own.yaml").write_text(OWN)
    (course / "checks.py").write_text('class Mine(Check):\n    name = "mine"\n')
    first = read(course)
    reads.clear()
    assert read(course) == first
    assert reads == []


def test_everything_of_the_builtin_course_survives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: list[str]
) -> None:
    """Each kind of exercise and check comes back as it was, to the type of each parameter."""
    monkeypatch.setenv("TUTOR_DATA_DIR", str(tmp_path))
    course = tmp_path / "course"
    shutil.copytree(builtin_course_dir(), course)
    here = Path(__file__).parent
    shutil.copy(here / "broadcasting.yaml", course)
    shutil.copy(here.parent / "judging" / "functions.yaml", course)
    first = read(course)
    reads.clear()
    again = read(course)
    assert reads == []
    assert repr(again) == repr(first)


def test_a_glance_reads_no_exercise(course: Path, reads: list[str]) -> None:
    """What was not read before is unread: its title, id and order are there, and no problem."""
    (course / "course.yaml").write_text("id: c\ntitle: C\norder: [two, one, bad]\n")
    (course / "bad.yaml").write_text("requires: [none]\n" + LESSON.format("bad"))
    glance = glance_at_directory(course, kept_as=course)
    assert reads == []
    assert [(file.id, file.title, file.unread) for file in glance.files] == [
        ("two", "T two", True),
        ("one", "T one", True),
        ("bad", "T bad", False),  # it requires a lesson that is not there: that shows at once
    ]
    read(course)
    reads.clear()
    assert glance_at_directory(course, kept_as=course) == read(course)
    assert reads == []


def test_a_glance_at_what_cannot_be_read(course: Path) -> None:
    """A file that is no YAML is unread by its name; one that cannot be opened says so at once."""
    (course / "cut.yaml").write_text("id: '")
    (course / "large.yaml").write_bytes(b"x" * 1_000_001)
    files = {file.path.name: file for file in glance_at_directory(course, kept_as=course).files}
    assert (files["cut.yaml"].unread, files["cut.yaml"].id) == (True, "")
    assert files["large.yaml"].problems[0].code == "too-large"
