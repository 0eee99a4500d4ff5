"""Exported notebooks and scripts are executed."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.authoring.export.conftest import LONG
from tutor.authoring.export.code import guarded, indented, leaves_traces
from tutor.authoring.export.notebook import as_notebook
from tutor.authoring.export.script import as_script
from tutor.course.find import builtin_course
from tutor.course.model import Lesson
from tutor.errors import UsageError

BUILTIN = builtin_course().lessons


def _run(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(path)],
        cwd=path.parent,
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def _read(text: str) -> Any:
    return nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]


def _exec(text: str) -> str:
    """Run a notebook's code cells in order; give what they print."""
    names: dict[str, object] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()) as out:
        for cell in _read(text).cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, cell.id, "exec"), names)  # noqa: S102 - that is the test
    return out.getvalue()


PRINTED = "(5,)\n(1, 2)\ntorch.float32\nshown\nRuntimeError\nRuntimeError: shape '[3]'"


def test_a_script_with_answers_runs_to_its_end(lesson: Lesson, tmp_path: Path) -> None:
    """Each exercise finds what setup makes, although all share one program."""
    script = tmp_path / "awkward_answers.py"
    script.write_text(as_script(lesson, answers=True), encoding="utf-8")
    done = _run(script)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(PRINTED)


def test_a_script_without_answers_compiles(lesson: Lesson) -> None:
    """Also with a starter that is no Python; nothing gives an answer away."""
    text = as_script(lesson, answers=False)
    compile(text, "awkward.py", "exec")
    assert "\n# %%\ng = ____\n" in text
    assert "\n# g = (w *\n" in text
    assert "backward()" not in text
    assert "Right." not in text
    begins = ("#", "import", "w =", "factor", "g =", "torch.zeros(1)")
    assert all(line.startswith(begins) or not line for line in text.splitlines())


@pytest.mark.filterwarnings("ignore::UserWarning")  # a lesson about what torch warns of
def test_a_notebook_with_answers_runs_to_its_end(lesson: Lesson) -> None:
    """Cell by cell, in order, and so do the built-in lessons."""
    assert _exec(as_notebook(lesson, answers=True)).startswith(PRINTED)
    for one in BUILTIN:
        _exec(as_notebook(one, answers=True))


def test_a_notebook_is_valid_and_always_the_same(lesson: Lesson) -> None:
    """Its ids come from the lesson's, so that a change of one exercise changes its cells only."""
    text = as_notebook(lesson, answers=False)
    assert text == as_notebook(lesson, answers=False)
    notebook = _read(text)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert ids[:5] == ["_lesson", "_setup", "intro_task", "intro_why", "backward_task"]
    assert len(set(ids)) == len(ids)
    assert any(one.startswith(LONG[:50]) and len(one) == 64 for one in ids)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert first.source.startswith("import torch")


def test_starters_make_way_for_solutions(lesson: Lesson) -> None:
    """Predictions and choices are text, and become code only with answers."""

    def code(*, answers: bool) -> dict[str, str]:
        cells = _read(as_notebook(lesson, answers=answers)).cells
        return {cell.id: cell.source for cell in cells if cell.cell_type == "code"}

    without, with_ = code(answers=False), code(answers=True)
    assert without["backward_starter"] == "g = ____"
    assert without["arrange_starter"] == "# Your answer:"
    assert without["look-around_starter"] == "torch.zeros(1)"
    assert with_["look-around_solution"] == "z = torch.zeros(2)"
    assert not {"shape_solution", "which_solution", "backward_solution"} & set(without)
    assert with_["shape_solution"].endswith("print(tuple((x.sum(dim=0)).shape))")
    assert not [name for name in with_ if name.endswith("_starter")]


def test_without_nbformat_it_is_said_how_to_get_it(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an extra."""
    monkeypatch.setitem(sys.modules, "nbformat", None)
    with pytest.raises(UsageError, match=r"pip install 'tensor-tutor\[export\]'"):
        as_notebook(lesson, answers=False)


@pytest.mark.parametrize("one", BUILTIN, ids=lambda one: one.id)
def test_the_built_in_lessons_run_as_scripts(one: Lesson, tmp_path: Path) -> None:
    """With answers to the end; without, they compile."""
    compile(as_script(one, answers=False), one.id, "exec")
    script = tmp_path / "lesson_script.py"
    script.write_text(as_script(one, answers=True), encoding="utf-8")
    assert _run(script).returncode == 0


@pytest.mark.parametrize(
    ("setup", "leaves"),
    [
        ("import torch\nfrom math import pi\n", False),
        ("def f():\n    return 1\n", False),
        ("import torch\ntorch.manual_seed(0)\n", True),
        ("x = 1\n", True),
        ("", False),
        ("(", True),
    ],
)
def test_what_setup_makes_is_made_again(setup: str, leaves: bool) -> None:  # noqa: FBT001 - a table
    """Where another exercise could have changed it."""
    assert leaves_traces(setup) == leaves


@pytest.mark.parametrize("wrap", [guarded, lambda code: f"if True:\n{indented(code)}"])
def test_texts_over_several_lines_stay_as_they_are(wrap: Callable[[str], str]) -> None:
    """Also in f-strings, and below each other."""
    code = "a = '''x\n  y'''\nb = f'''{a}\n{a}\n'''\n\nc = [\n    1,\n]"
    plain: dict[str, object] = {}
    wrapped: dict[str, object] = {}
    exec(code, plain)  # noqa: S102 - that is the test
    exec(wrap(code), wrapped)  # noqa: S102 - likewise
    assert [plain[name] for name in "abc"] == [wrapped[name] for name in "abc"]
