from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import LESSON, ROOT

Tutor = Callable[..., subprocess.CompletedProcess[str]]

UNKNOWN = (
    "kind: 'perdict' is none of read, code, predict, choice, order, explore; "
    "did you mean 'predict'?"
)
BROKEN = LESSON.replace("kind: predict", "kind: perdict").replace("Read this.", "no")


@pytest.fixture
def broken(folder: Path) -> Path:
    """A lesson with one error and a few warnings."""
    path = folder / "broken.yaml"
    path.write_text(BROKEN, encoding="utf-8")
    return path


# --- lint


@pytest.mark.usefixtures("broken")
def test_every_line_of_lint_has_a_place_a_severity_and_a_code(tutor: Tutor) -> None:
    """Data on stdout, in order; how many there are on stderr; 1 for an error."""
    done = tutor("lint", "broken.yaml")
    lines = done.stdout.splitlines()
    assert all(
        re.fullmatch(r"broken\.yaml:\d+:\d+: (error|warning): .* \[[a-z-]+\]", x) for x in lines
    )
    assert lines == sorted(lines, key=lambda line: int(line.split(":")[1]))
    assert UNKNOWN in done.stdout
    assert done.stderr.startswith("1 file: 1 error, ")
    assert done.returncode == 1


def test_lint_prints_one_json_document(tutor: Tutor, broken: Path) -> None:
    """With everything that the lines say."""
    done = tutor("lint", "--json", "broken.yaml")
    document = json.loads(done.stdout)
    assert (document["files"], document["errors"], document["missing"]) == (1, 1, [])
    assert document["warnings"] == len(document["problems"]) - 1
    (error,) = [one for one in document["problems"] if one["severity"] == "error"]
    assert error == {
        "path": broken.name,
        "line": 26,
        "column": 11,
        "severity": "error",
        "code": "bad-value",
        "message": UNKNOWN,
    }
    assert done.stderr == ""
    assert done.returncode == 1


def test_warnings_count_when_asked(tutor: Tutor) -> None:
    """Without --strict they are no failure."""
    assert tutor("lint", "lesson.yaml").returncode == 0
    assert tutor("lint", "lesson.yaml", "--strict").returncode == 1


def test_lint_of_one_exercise(tutor: Tutor) -> None:
    """Only its problems; a name that is not there is a usage error."""
    done = tutor("lint", "lesson.yaml", "--exercise", "ones")
    assert done.stdout.count("\n") == 1
    assert "no-hint" in done.stdout
    done = tutor("lint", "lesson.yaml", "--exercise", "one")
    assert done.returncode == 2
    assert "lesson.yaml: there is no exercise 'one'; did you mean 'ones'?" in done.stderr


def test_lint_looks_at_this_directory_by_itself(tutor: Tutor) -> None:
    """And at nothing but lessons in it."""
    done = tutor("lint")
    assert done.returncode == 0
    assert done.stderr.startswith("1 file: 0 errors")


@pytest.mark.usefixtures("broken")
def test_a_path_that_is_not_there_is_a_usage_error(tutor: Tutor) -> None:
    """The others are still looked at."""
    done = tutor("lint", "nothing.yaml", "broken.yaml")
    assert "nothing.yaml: No such file" in done.stderr
    assert "broken.yaml:26:11: error" in done.stdout
    assert done.returncode == 2
    document = json.loads(tutor("lint", "--json", "nothing.yaml").stdout)
    assert [one["path"] for one in document["missing"]] == ["nothing.yaml"]


def test_what_a_file_holds_cannot_move_the_cursor(tutor: Tutor, folder: Path) -> None:
    """Its name can hold anything, too."""
    path = folder / "a\x1b[31mb.yaml"
    path.write_text("format: 1\nid: [\x07]\n")
    done = tutor("lint", path.name)
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout


def test_lint_loads_neither_torch_nor_an_engine(
    modules_after: Callable[[str], frozenset[str]], folder: Path
) -> None:
    """That is why it is quick."""
    loaded = modules_after(
        "import contextlib, io; from tutor.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"  # a schema has `torch` among its words
        f"    main(['lint', {str(folder)!r}]); main(['schema'])"
    )
    unwanted = {"torch", "numpy", "textual", "prompt_toolkit", "asyncio", "tutor.engine.client"}
    assert loaded.isdisjoint(unwanted)
    assert "tutor.authoring.lint.run" in loaded


def test_the_hook_runs_lint() -> None:
    """What `.pre-commit-hooks.yaml` says is a command that there is, for lesson files only."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert shlex.split(hook["entry"]) == ["tutor", "lint"]
    assert hook["types"] == ["yaml"]  # also of a directory that a course's `files:` names
    assert re.search(hook["files"], "lessons/broadcasting.yaml")
    assert not re.search(hook["files"], ".github/workflows/ci.yaml")


# --- schema and new


@pytest.mark.parametrize("of", ["lesson", "course", "topics", "glossary"])
def test_the_schema_is_printed_as_it_is_kept(tutor: Tutor, of: str) -> None:
    """So that its output can be written to a file."""
    done = tutor("schema", of)
    assert done.returncode == 0
    assert done.stdout == (ROOT / "docs" / f"{of}.schema.json").read_text(encoding="utf-8")
    assert tutor("schema", "lessn").returncode == 2


def test_what_new_makes_passes_lint_and_check(tutor: Tutor, folder: Path) -> None:
    """From nothing to a judged answer, with what it says to do next."""
    made = tutor("new", "course", "mine", "--title", "My course")
    assert made.returncode == 0
    assert made.stdout.splitlines()[:2] == ["mine/course.yaml", "mine/first-lesson.yaml"]
    assert "tutor lint mine/first-lesson.yaml" in made.stderr
    added = tutor("new", "exercise", "mine/first-lesson.yaml", "row-sums", "--kind", "code")
    assert added.stdout == "mine/first-lesson.yaml\n"
    assert tutor("lint", "mine", "--strict").returncode == 0
    text = (folder / "mine/first-lesson.yaml").read_text(encoding="utf-8")
    exercise = yaml.safe_load(text)["exercises"][1]
    for name, code in (("solution", 0), ("starter", 1)):
        place = ("mine/first-lesson.yaml", "row-sums", "-")
        assert tutor("check", *place, typed=exercise[name]).returncode == code


def test_new_refuses_what_is_there(tutor: Tutor, folder: Path) -> None:
    """And says so in one line."""
    before = (folder / "lesson.yaml").read_bytes()
    for arguments in (("lesson", "lesson.yaml"), ("exercise", "lesson.yaml", "ones")):
        done = tutor("new", *arguments)
        assert done.returncode == 2
        assert done.stdout == ""
        assert "already" in done.stderr
        assert done.stderr.count("\n") == 1
    assert (folder / "lesson.yaml").read_bytes() == before


def test_new_says_what_it_can_make(tutor: Tutor) -> None:
    """Without a thing, and with one that there is not."""
    for arguments in (("new",), ("new", "lessn")):
        done = tutor(*arguments)
        assert done.returncode == 2
        assert "usage: tutor new" in done.stderr


def test_the_kinds_that_can_be_made_are_those_of_the_format() -> None:
    """The command line lists them itself, so as not to load the model for `--help`."""
    from tutor.arguments import EXERCISE_KINDS
    from tutor.authoring.new import KINDS

    assert sorted(EXERCISE_KINDS) == sorted(KINDS)
