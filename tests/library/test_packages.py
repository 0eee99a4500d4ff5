from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.course.stand_in import LESSON
from tests.library.conftest import write_course
from tutor.errors import NotFoundError, UsageError
from tutor.library.install import add, update
from tutor.library.origin import FromPackage
from tutor.library.packages import locate

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a package as pip would: its files and their metadata in a directory on the path.

    Whatever of it is imported leaves a file behind.
    """
    site = tmp_path / "site"

    def package(*points: str, sources: Path = site, version: str = "1.2") -> Path:
        metadata = site / "my_course-1.2.dist-info"
        metadata.mkdir(parents=True, exist_ok=True)
        (metadata / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: my-course\nVersion: {version}\n"
        )
        lines = "\n".join(("[tensor_tutor.courses]", *points))
        (metadata / "entry_points.txt").write_text(lines + "\n")
        root = sources / "my_course_package"
        write_course(root / "lessons", "packed", {"one": LESSON.format("one")})
        for directory in (root, root / "lessons"):
            (directory / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
        return root / "lessons"

    monkeypatch.syspath_prepend(str(site))
    return package


def test_a_package_names_a_directory_in_it(install: Install, tmp_path: Path) -> None:
    """It is found by its files; nothing of the package is imported."""
    lessons = install("linear = my_course_package:lessons")
    located = locate(FromPackage("my-course"))
    assert (located.directory, located.version) == (lessons, "1.2")
    result = add(FromPackage("My_Course"))
    assert result.added.id == "packed"
    assert result.added.version == "1.2"
    assert result.added.linked
    assert not (tmp_path / "ran").exists()
    assert "my_course_package" not in sys.modules


def test_a_module_path_and_an_editable_install_are_found(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sources may lie elsewhere on the path than the metadata."""
    sources = tmp_path / "sources"
    monkeypatch.syspath_prepend(str(sources))
    lessons = install("linear = my_course_package.lessons", sources=sources)
    assert locate(FromPackage("my-course")).directory == lessons
    assert not (tmp_path / "ran").exists()


def test_one_of_several_courses_is_named(install: Install) -> None:
    """Without a name, the names are said."""
    install("a = my_course_package:lessons", "b = my_course_package:other")
    assert locate(FromPackage("my-course", "a")).directory.name == "lessons"
    with pytest.raises(UsageError, match=r"name one of my-course:a, my-course:b"):
        locate(FromPackage("my-course"))
    with pytest.raises(NotFoundError, match="no course 'c'"):
        locate(FromPackage("my-course", "c"))
    with pytest.raises(NotFoundError, match=r"no course\.yaml is there"):
        locate(FromPackage("my-course", "b"))


@pytest.mark.parametrize(
    "value", ["my_course_package:..lessons", "..x:y", "a b:c", "os:", "/etc:x"]
)
def test_an_entry_point_that_leads_elsewhere_is_refused(install: Install, value: str) -> None:
    """It is names with dots and nothing else."""
    install(f"a = {value}")
    with pytest.raises((UsageError, NotFoundError)):
        locate(FromPackage("my-course"))


def test_no_such_package_and_no_course_in_it(install: Install) -> None:
    """What was tried is said, and which packages have courses."""
    install("a = my_course_package:lessons")
    with pytest.raises(NotFoundError, match=r"no package of that name.*did you mean 'my-course'"):
        locate(FromPackage("my-curse"))
    with pytest.raises(UsageError, match=r"no entry point in the group tensor_tutor\.courses"):
        locate(FromPackage("pytest"))


def test_an_update_follows_the_package(install: Install) -> None:
    """What pip changed is said, and the version is the new one."""
    lessons = install("a = my_course_package:lessons")
    add(FromPackage("my-course"))
    install("a = my_course_package:lessons", version="1.3")
    (lessons / "two.yaml").write_text(LESSON.format("two"))
    result = update("packed")
    assert result.added.version == "1.3"
    assert result.changes is not None
    assert result.changes.lessons_added == ("two",)


def test_a_package_manager_may_have_made_links(install: Install, tmp_path: Path) -> None:
    """Some link every file into a store of theirs: these are followed."""
    lessons = install("a = my_course_package:lessons")
    for name in ("one.yaml", "course.yaml"):
        (lessons / name).rename(tmp_path / name)
        (lessons / name).symlink_to(tmp_path / name)
    assert add(FromPackage("my-course")).course.lesson("one") is not None
