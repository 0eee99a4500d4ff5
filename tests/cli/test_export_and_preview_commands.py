from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Tutor = Callable[..., subprocess.CompletedProcess[str]]


def _course(folder: Path) -> Path:
    course = folder / "course"
    course.mkdir()
    (course / "course.yaml").write_text(
        "id: made\ntitle: Made\nauthors: [Ada]\nlicence: MIT\norder: [small, extra]\n"
    )
    (course / "small.yaml").write_text((folder / "lesson.yaml").read_text())
    (course / "extra.yaml").write_text(
        "format: 1\nid: extra\ntitle: Extra\nsummary: More.\n"
        "exercises: [{id: one, kind: read, prompt: Hello.}]\n"
    )
    return course


# --- export


def test_one_lesson_goes_to_stdout_or_into_a_file(tutor: Tutor, folder: Path) -> None:
    """`-` is stdout, too; a directory gets the lesson's name."""
    printed = tutor("export", "lesson.yaml", "--to", "script")
    assert printed.returncode == 0, printed.stderr
    assert tutor("export", "lesson.yaml", "--to", "script", "-o", "-").stdout == printed.stdout
    done = tutor("export", "lesson.yaml", "--to", "script", "-o", "new/my.py")
    assert done.stdout == f"{Path('new/my.py')}\n"
    assert (folder / "new/my.py").read_text(encoding="utf-8") == printed.stdout
    assert tutor("export", "lesson.yaml", "-o", "new").stdout == f"{Path('new/lesson.md')}\n"


def test_answers_only_with_answers(tutor: Tutor) -> None:
    """For each kind of file."""
    for kind in ("markdown", "notebook", "script"):
        without = tutor("export", "lesson.yaml", "--to", kind).stdout
        with_ = tutor("export", "lesson.yaml", "--to", kind, "--answers").stdout
        assert "x = torch.ones(2)" not in without
        assert "x = torch.ones(2)" in with_


def test_nothing_is_replaced_without_force(tutor: Tutor, folder: Path) -> None:
    """Not even one of several files is written then."""
    course = _course(folder)
    (folder / "out").mkdir()
    (folder / "out" / "extra.ipynb").write_text("mine")
    arguments = ("export", str(course), "--to", "notebook", "-o", "out")
    done = tutor(*arguments)
    assert done.returncode == 2
    assert "already there: out/extra.ipynb; --force" in done.stderr
    assert [path.name for path in (folder / "out").iterdir()] == ["extra.ipynb"]
    assert tutor(*arguments, "--force").returncode == 0
    assert json.loads((folder / "out" / "extra.ipynb").read_text())["nbformat"] == 4


def test_a_course_becomes_a_directory_with_contents(tutor: Tutor, folder: Path) -> None:
    """In the course's order; course.yaml stands for it as well."""
    course = _course(folder)
    done = tutor("export", str(course / "course.yaml"), "-o", "out")
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.split()) == ["out/CONTENTS.md", "out/extra.md", "out/small.md"]
    assert (folder / "out" / "CONTENTS.md").read_text(encoding="utf-8") == (
        "# Made\n\n1. [A small lesson](<small.md>)\n2. [Extra](<extra.md>) — More.\n\n"
        "By Ada.\n\nLicence: MIT\n"
    )


def test_what_cannot_be_exported_is_a_usage_error(tutor: Tutor, folder: Path) -> None:
    """With every problem at its place, before anything is written."""
    course = _course(folder)
    done = tutor("export", str(course))
    assert done.returncode == 2
    assert "name a directory for them with -o" in done.stderr
    (course / "extra.yaml").write_text("format: 1\nid: extra\ntitel: X\n")
    done = tutor("export", str(course), "-o", "out")
    assert done.returncode == 2
    assert "extra.yaml:3:1: unknown key 'titel'; did you mean 'title'?" in done.stderr
    assert not (folder / "out").exists()
    assert tutor("export", str(folder), "-o", "out").returncode == 2
    assert tutor("export", "nothing.yaml").returncode == 2
    assert tutor("export", "lesson.yaml", "--to", "pdf").returncode == 2
    if os.geteuid():
        (folder / "closed").mkdir(mode=0o500)
        done = tutor("export", "lesson.yaml", "-o", "closed/x.md")
        assert "cannot be written" in done.stderr


def test_two_lessons_of_one_name_are_not_mixed_up(tutor: Tutor, folder: Path) -> None:
    """`a.yaml` and `a.yml` would both be `a.md`."""
    course = _course(folder)
    text = (course / "extra.yaml").read_text().replace("id: extra", "id: again")
    (course / "small.yml").write_text(text)
    (course / "course.yaml").write_text("id: made\ntitle: Made\n")
    done = tutor("export", str(course), "-o", "out")
    assert done.returncode == 2
    assert "another file of the export is called small.md" in done.stderr


# --- preview


def test_the_preview_goes_through_a_pipe(tutor: Tutor) -> None:
    """Headings, prompts, starters, options, no answers; what lint finds is told on stderr."""
    done = tutor("preview", "lesson.yaml", "--plain")
    assert done.returncode == 0
    assert done.stdout.startswith("# A small lesson\n")
    for text in ("## 2. ones", "Make `x`, two ones.", "x = ____", "**What is the value of `x`?**"):
        assert text in done.stdout
    assert "2. torch.ones(2)" in done.stdout
    assert "x = torch.ones(2)" not in done.stdout
    assert "lint finds " in done.stderr
    assert "`tutor lint lesson.yaml` lists them" in done.stderr


def test_the_preview_of_one_exercise(tutor: Tutor) -> None:
    """By its id; the nearest one is named where there is none."""
    done = tutor("preview", "lesson.yaml", "--exercise", "guess", "--plain")
    assert "## 3. guess" in done.stdout
    assert "## 2." not in done.stdout
    done = tutor("preview", "lesson.yaml", "--exercise", "gues", "--plain")
    assert done.returncode == 2
    assert "did you mean 'guess'?" in done.stderr


@pytest.mark.parametrize("plain", [("--plain",), ()])
def test_what_cannot_be_previewed_is_a_usage_error(
    tutor: Tutor, folder: Path, plain: tuple[str, ...]
) -> None:
    """A file with errors in it (in a pipe), and what is no lesson file at all."""
    (folder / "broken.yaml").write_text("format: 1\nid: broken\ntitel: X\nexercises: []\n")
    done = tutor("preview", "broken.yaml", *plain)
    assert done.returncode == 2
    assert done.stdout == ""
    if plain:
        assert "broken.yaml:3:1: unknown key 'titel'; did you mean 'title'?" in done.stderr
    for path in ("nothing.yaml", ".", "course.yaml", "small"):
        assert tutor("preview", path, *plain).returncode == 2


def test_the_app_needs_a_terminal(tutor: Tutor) -> None:
    """And says what there is without one."""
    done = tutor("preview", "lesson.yaml")
    assert done.returncode == 2
    assert "--plain prints the lesson" in done.stderr


def test_neither_loads_torch_nor_the_app(
    modules_after: Callable[[str], frozenset[str]], folder: Path
) -> None:
    """They only read."""
    path = str(folder / "lesson.yaml")
    loaded = modules_after(
        "import contextlib, io; from tutor.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        f"    main(['preview', {path!r}, '--plain']); main(['export', {path!r}])"
    )
    assert loaded.isdisjoint({"numpy", "textual", "tutor.engine.client", "nbformat", "watchfiles"})
    assert "tutor.authoring.export.markdown" in loaded
