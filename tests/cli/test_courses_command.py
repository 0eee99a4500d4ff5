from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.course.stand_in import LESSON
from tests.library.conftest import CODE, commit, write_course
from tutor.course.find import builtin_course
from tutor.judging.verdict import Verdict
from tutor.progress.store import Place, Store

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    Tutor = Callable[..., subprocess.CompletedProcess[str]]


BUILTIN = builtin_course().id
_PASS = Verdict(status="pass", score=1, max_score=1)


@pytest.fixture
def mine(folder: Path) -> Path:
    """A repository with a course: a lesson to read, one with code, and a broken one."""
    lessons = {"one": LESSON.format("one"), "code": CODE.format(1), "bad": "id: bad\nfoo: 1\n"}
    directory = write_course(folder / "mine", "mine", lessons)
    commit(directory)
    return directory


def test_a_course_from_git_is_added_taken_and_updated(
    tutor: Tutor, folder: Path, mine: Path
) -> None:
    """The whole way: added, listed, answered; an update says what changed and keeps the pass."""
    done = tutor("courses", "add", mine.as_uri())
    assert done.returncode == 1  # it is added, and has a broken lesson
    assert "Added mine: Course mine (version " in done.stdout
    assert "Lessons: 2, exercises: 3" in done.stdout
    assert "! broken: " in done.stdout
    assert "bad.yaml:1:1: lesson: the key 'exercises' is missing" in done.stdout
    assert "Fetching file://" in done.stderr

    done = tutor("check", "code", "answer", "-", typed="x = 1\n")
    assert done.returncode == 0, done.stderr
    done = tutor("check", "mine/code", "answer", "-", typed="x = 2\n")
    assert done.returncode == 1

    with Store(folder / "data" / "progress.db") as store:
        version = _versions(folder)["code"]["answer"]
        store.record(Place("mine", "code", "answer"), "x = 1", _PASS, version=version)
    assert "code   1 of  2\n" in tutor("progress", "mine").stdout
    assert tutor("courses", "list", "mine").stdout.count("(passed)\n") == 1

    (mine / "code.yaml").write_text(CODE.format(2))
    (mine / "bad.yaml").write_text(LESSON.format("bad"))
    commit(mine)
    done = tutor("courses", "update", "mine")
    assert (done.returncode, done.stderr) == (0, "")
    assert "lessons added: bad" in done.stdout
    assert "exercises changed: code/answer" in done.stdout
    assert "stays passed" in done.stdout
    assert "1 of  2  1 changed since you passed" in tutor("progress", "mine").stdout
    overview = tutor("courses").stdout
    assert "3 lessons, 1 of 4 exercises passed, 1 changed since" in overview
    assert "(changed since you passed)\n" in tutor("courses", "list", "mine").stdout

    done = tutor("courses", "remove", "mine")
    assert "Your progress is kept" in done.stdout
    assert "mine:" not in tutor("courses").stdout
    tutor("courses", "add", mine.as_uri())
    assert "1 of  2" in tutor("progress", "mine").stdout
    done = tutor("courses", "remove", "mine", "--forget")
    assert "progress is removed, too" in done.stdout
    tutor("courses", "add", mine.as_uri())
    assert "0 of  2" in tutor("progress", "mine").stdout


def _versions(folder: Path) -> dict[str, dict[str, str]]:
    note = json.loads((folder / "data" / "courses" / "mine" / "added.json").read_text())
    known: dict[str, dict[str, str]] = note["known"]
    return known


def test_a_directory_and_a_zip_file(tutor: Tutor, folder: Path) -> None:
    """One is linked and says so; of the other a copy is kept."""
    directory = write_course(folder / "linked", "linked", {"one": LESSON.format("one")})
    done = tutor("courses", "add", "linked")
    assert done.returncode == 0
    assert f"read where it is, {directory}: what you change there counts at once" in done.stdout
    with zipfile.ZipFile(folder / "z.zip", "w") as archive:
        archive.write(directory / "course.yaml", "course.yaml")
        archive.write(directory / "one.yaml", "one.yaml")
    taken = tutor("courses", "add", "z.zip")
    assert taken.returncode == 2
    assert "there is a course 'linked' already" in taken.stderr
    done = tutor("courses", "add", "z.zip", "--as", "zipped")
    assert "A copy is kept. `tutor courses update zipped`" in done.stdout
    removed = tutor("courses", "remove", "linked")
    assert f"{directory} is left as it is" in removed.stdout
    assert directory.is_dir()


def test_everything_as_json(tutor: Tutor, mine: Path) -> None:
    """Each command prints one document; an update that fails is in it."""
    added = json.loads(tutor("courses", "add", str(mine), "--json").stdout)
    assert (added["id"], added["linked"], added["lessons"]) == ("mine", True, ["code", "one"])
    assert len(added["broken"]) == 1
    builtin, course = json.loads(tutor("courses", "--json").stdout)["courses"]
    assert (builtin["builtin"], course["builtin"]) == (True, False)
    assert (course["id"], course["from"], course["broken"]) == ("mine", str(mine), ["bad.yaml"])
    assert (course["passed"], course["total"], course["changed"]) == (0, 3, 0)
    (listed,) = json.loads(tutor("courses", "list", "mine", "--json").stdout)["courses"]
    assert [lesson["id"] for lesson in listed["lessons"]] == [None, "code", "one"]
    (updated,) = json.loads(tutor("courses", "update", "--json").stdout)["courses"]
    assert updated["changes"]["lessons_added"] == []
    mine.rename(mine.with_name("elsewhere"))
    done = tutor("courses", "update", "--json")
    assert done.returncode == 2
    assert "holds no course.yaml" in json.loads(done.stdout)["courses"][0]["error"]
    assert "mine stays as it was" in done.stderr
    (_, course) = json.loads(tutor("courses", "--json").stdout)["courses"]
    assert "any more" in course["problems"][0]
    removed = json.loads(tutor("courses", "remove", "mine", "--json").stdout)
    assert removed == {"id": "mine", "removed": True, "forgotten": False}


def test_what_cannot_be_done_is_said(tutor: Tutor) -> None:
    """Unknown ids name the near one; the built-in course is neither updated nor removed."""
    for arguments, reason in (
        (("courses", "list", f"{BUILTIN}x"), f"did you mean '{BUILTIN}'?"),
        (("courses", "update", "x"), "no course 'x' was added; none was"),
        (("courses", "remove", BUILTIN), "comes with the tutor"),
        (("courses", "add", "ext::sh -c x"), "remote helpers"),
        (("courses", "add", "no-such-package-here"), "no package of that name"),
        (("progress", "x"), "there is no course 'x'"),
    ):
        done = tutor(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert reason in done.stderr
    done = tutor("courses", "update")
    assert (done.returncode, done.stdout) == (0, "")
    assert "No course was added" in done.stderr


def test_a_title_of_several_lines_is_one(tutor: Tutor, folder: Path) -> None:
    """A course cannot print lines that look like the tutor's own."""
    directory = write_course(folder / "sly", "sly", {"one": LESSON.format("one")})
    (directory / "course.yaml").write_text(
        'id: sly\ntitle: "Sly\\n  from: comes with the tutor \\u202e"\n'
    )
    done = tutor("courses", "add", "sly")
    assert done.returncode == 2 or "\u202e" not in done.stdout
    assert "\n  from: comes with the tutor" not in done.stdout


def test_names_of_files_cannot_write_to_the_terminal(tutor: Tutor, folder: Path) -> None:
    """Neither in lists nor in an error that names a broken file; nor are they taken for options."""
    lessons = {"one": LESSON.format("one"), "\x1b[2J": "foo: 1", "-rf": "foo: 1"}
    write_course(folder / "-sly", "sly", lessons)
    for arguments in (
        ("courses", "add", "./-sly"),
        ("courses",),
        ("courses", "list", "sly"),
        ("courses", "update"),
        ("check", "sly/\x1b[2J", "a", "right.py"),
        ("courses", "add", "./-sly"),
    ):
        done = tutor(*arguments)
        assert done.returncode in {1, 2}
        assert "\x1b" not in done.stdout + done.stderr
        assert "\\x1b[2J.yaml" in done.stdout + done.stderr or "already" in done.stderr
    refused = tutor("courses", "add", "--", "-sly")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "./-sly" in refused.stderr
