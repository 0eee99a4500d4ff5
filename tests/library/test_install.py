from __future__ import annotations

import multiprocessing
import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.course.stand_in import LESSON
from tests.library.conftest import CODE, commit, write_course
from tutor.course.find import builtin_course
from tutor.errors import LessonFileError, LibraryError, NotFoundError, TutorError, UsageError
from tutor.library.added import added, added_course, read_added
from tutor.library.install import add, remove, update
from tutor.library.origin import FromDirectory, FromGit, FromZip, Origin

Make = Callable[[str, Mapping[str, str]], Path]


def pack(directory: Path) -> FromZip:
    """A zip file of a directory, which lies in it as in those that GitHub makes."""
    path = directory.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in directory.iterdir():
            archive.write(file, f"{directory.name}-main/{file.name}")
    return FromZip(str(path))


def origins(directory: Path, kind: str) -> Origin:
    """The course of a directory, from there, from a zip file or from a repository."""
    if kind == "zip":
        return pack(directory)
    if kind == "git":
        commit(directory)
        return FromGit(directory.as_uri())
    return FromDirectory(str(directory))


@pytest.mark.parametrize("kind", ["directory", "zip", "git"])
def test_added_updated_and_removed(make: Make, data: Path, kind: str) -> None:
    """From everywhere alike: the course, what an update changed, and nothing left at the end."""
    directory = make("mine", {"one": LESSON.format("one"), "code": CODE.format(1)})
    result = add(origins(directory, kind))
    assert (result.added.id, result.course.id, result.changes) == ("mine", "mine", None)
    assert [lesson.id for lesson in result.course.lessons] == ["code", "one"]
    assert read_added(added_course("mine")) == result.course

    (directory / "code.yaml").write_text(CODE.format(2))
    (directory / "one.yaml").unlink()
    (directory / "two.yaml").write_text(LESSON.format("two"))
    origins(directory, kind)  # packed or committed anew
    result = update("mine")
    assert result.changes is not None
    assert result.changes.lessons_added == ("two",)
    assert result.changes.lessons_removed == ("one",)
    assert result.changes.changed == ("code/answer",)
    assert read_added(added_course("mine")) == result.course
    assert not update("mine").changes

    remove("mine")
    assert added() == []
    assert [path.name for path in (data / "courses").iterdir()] == [".lock"]
    assert directory.is_dir()


def test_a_directory_is_linked(make: Make, data: Path) -> None:
    """What its author changes counts at once, without an update."""
    directory = make("mine", {"one": LESSON.format("one")})
    add(FromDirectory(str(directory)))
    (directory / "two.yaml").write_text(LESSON.format("two"))
    assert len(read_added(added_course("mine")).lessons) == 2
    assert not list((data / "courses").rglob("*.yaml"))


def test_a_broken_lesson_hides_no_other(make: Make) -> None:
    """It is named with its problems; an update that breaks one keeps what is known of it."""
    directory = make("mine", {"code": CODE.format(1), "one": "id: one\nfoo: 1\n"})
    result = add(pack(directory))
    assert result.added.broken == ("one.yaml",)
    assert [lesson.id for lesson in result.course.lessons] == ["code"]
    (directory / "one.yaml").write_text(LESSON.format("one"))
    (directory / "code.yaml").write_text(CODE.format(1) + "foo: 1\n")
    pack(directory)
    result = update("mine")
    assert result.changes is not None
    assert result.changes.lessons_removed == ()
    assert result.changes.broken == ("code.yaml",)
    assert "answer" in result.added.known["code"]


def test_an_id_that_is_taken_is_refused(make: Make, tmp_path: Path) -> None:
    """By the built-in course or by an added one; another id makes room."""
    add(FromDirectory(str(make("mine", {"one": LESSON.format("one")}))))
    other = write_course(tmp_path / "other", "mine", {"one": LESSON.format("one")})
    with pytest.raises(UsageError, match=r"a course 'mine' already \(.*mine\).*--as ID"):
        add(FromDirectory(str(other)))
    with pytest.raises(UsageError, match="comes with the tutor"):
        add(FromDirectory(str(other)), as_id=builtin_course().id)
    assert add(FromDirectory(str(other)), as_id="second").course.id == "second"
    assert read_added(added_course("second")).id == "second"
    with pytest.raises(UsageError, match="is no id"):
        add(FromDirectory(str(other)), as_id="../x")


def test_what_cannot_be_used_is_refused_and_leaves_nothing(
    make: Make, tmp_path: Path, data: Path
) -> None:
    """No course, a broken course file, no lesson that opens, several courses in one."""
    (tmp_path / "empty").mkdir()
    broken = make("broken", {"one": LESSON.format("one")})
    (broken / "course.yaml").write_text("id: broken\n")
    bad = make("bad", {"one": "foo: 1"})
    several = tmp_path / "several.zip"
    with zipfile.ZipFile(several, "w") as archive:
        archive.writestr("a/course.yaml", "id: a\ntitle: A\n")
        archive.writestr("b/course.yaml", "id: b\ntitle: B\n")
    for origin, reason in (
        (FromDirectory(str(tmp_path / "empty")), r"holds no course\.yaml"),
        (FromDirectory(str(broken)), "the key 'title' is missing"),
        (pack(broken), r"^broken-main/course\.yaml:1:1: .*'title' is missing"),
        (pack(bad), r"^bad-main/one\.yaml:1:1: "),
        (FromDirectory(str(bad)), "foo"),
        (FromZip(str(several)), r"holds 2 courses \(a, b\)"),
    ):
        with pytest.raises((UsageError, LessonFileError), match=reason):
            add(origin)
        assert added() == []
        assert {path.name for path in (data / "courses").iterdir()} <= {".lock"}


def test_an_update_that_fails_loses_nothing(make: Make) -> None:
    """The zip file is gone, damaged, or holds another course: the old one stays and opens."""
    directory = make("mine", {"one": LESSON.format("one")})
    origin = pack(directory)
    before = add(origin)
    good = Path(origin.path).read_bytes()
    Path(origin.path).write_bytes(good[:50])
    with pytest.raises(UsageError):
        update("mine")
    Path(origin.path).unlink()
    with pytest.raises(NotFoundError):
        update("mine")
    write_course(directory, "another", {})
    pack(directory)
    with pytest.raises(UsageError, match="calls itself 'another' now, and was 'mine'"):
        update("mine")
    (directory / "one.yaml").write_text("foo: 1")
    write_course(directory, "mine", {})
    pack(directory)
    with pytest.raises(LessonFileError):
        update("mine")
    assert added() == [before.added]
    assert read_added(added_course("mine")) == before.course


def test_an_update_that_dies_half_way_loses_nothing(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The note that says which copy counts is written last."""
    directory = make("mine", {"one": LESSON.format("one")})
    before = add(pack(directory))
    (directory / "two.yaml").write_text(LESSON.format("two"))
    pack(directory)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("tutor.library.install.note", full)
        with pytest.raises(LibraryError, match="No space left"):
            update("mine")
    assert read_added(added_course("mine")) == before.course
    assert len(update("mine").course.lessons) == 2


def test_a_copy_that_may_be_in_use_stays_until_the_next_update(make: Make, data: Path) -> None:
    """Two copies at most."""
    directory = make("mine", {"one": LESSON.format("one")})
    add(pack(directory))
    for number in range(3):
        (directory / "one.yaml").write_text(LESSON.format("one") + f"minutes: {number + 1}\n")
        pack(directory)
        update("mine")
        assert len([p for p in (data / "courses" / "mine").iterdir() if p.is_dir()]) == 2


def test_what_a_killed_program_left_is_removed_in_time(make: Make, data: Path) -> None:
    """After a day; what may still be at work is left alone."""
    old, new = data / "courses" / ".new-old", data / "courses" / ".new-new"
    for path in (old, new):
        path.mkdir(parents=True)
    os.utime(old, (1, 1))
    add(FromDirectory(str(make("mine", {"one": LESSON.format("one")}))))
    assert not old.exists()
    assert new.exists()


@pytest.mark.parametrize("kind", ["zip", "git"])
def test_a_disk_that_is_full_is_said(
    make: Make, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """It is no fault of the course, and leaves nothing."""
    origin = origins(make("mine", {"one": LESSON.format("one")}), kind)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tutor.library.parcel.Parcel.write", full)
    with pytest.raises(LibraryError, match="No space left"):
        add(origin)
    assert added() == []


def test_a_directory_that_went_away_is_said(make: Make) -> None:
    """The course is still listed, and can be removed."""
    directory = make("mine", {"one": LESSON.format("one")})
    add(FromDirectory(str(directory)))
    shutil.rmtree(directory)
    with pytest.raises(NotFoundError, match=r"not in .*mine any more"):
        read_added(added_course("mine"))
    with pytest.raises(NotFoundError):
        update("mine")
    remove("mine")
    with pytest.raises(NotFoundError, match="no course 'mine' was added"):
        remove("mine")


def test_a_note_that_is_damaged_hides_no_other(make: Make, data: Path) -> None:
    """It is passed over."""
    for name in ("a", "b"):
        add(FromDirectory(str(make(name, {"one": LESSON.format("one")}))))
    (data / "courses" / "a" / "added.json").write_text('{"id": "..')
    assert [one.id for one in added()] == ["b"]
    with pytest.raises(UsageError, match=r"courses/a cannot be read: remove that directory"):
        add(FromDirectory(str(make("a", {}))))


def test_a_data_directory_that_cannot_be_used_is_said(make: Make, data: Path) -> None:
    """With the path and what to do."""
    directory = make("mine", {"one": LESSON.format("one")})
    data.write_text("in the way")
    with pytest.raises(LibraryError, match="TUTOR_DATA_DIR"):
        add(FromDirectory(str(directory)))


def _add(path: str) -> str:
    try:
        return add(FromZip(path)).added.id
    except TutorError:
        return ""


def test_two_programs_at_once(make: Make) -> None:
    """One adds the course, the other is told that it is there; the course is whole."""
    origin = pack(make("mine", {f"l{n}": LESSON.format(f"l{n}") for n in range(20)}))
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert sorted(pool.map(_add, [origin.path] * 2)) == ["", "mine"]
    assert len(read_added(added_course("mine")).lessons) == 20
