from __future__ import annotations

from collections.abc import Callable

import pytest

InExercise = Callable[[str], list[str]]

CODE = "  - {id: a, kind: code, prompt: p, solution: 'x = 1', checks: [{shape: x}], "
ORDER = "  - {id: a, kind: order, prompt: p, solution: 'x = 1', checks: [{shape: x}], "
PREDICT = "  - {id: a, kind: predict, prompt: p, code: 'x = 1', "
CHOICE = "  - {id: a, kind: choice, prompt: p, "


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        (
            "  - {id: a, kind: read, prompt: p}\n  - {id: @@a, kind: read, prompt: p}\n",
            "id: 'a' is the id of the exercise in line 5 already",
        ),
        (
            CODE + "mistakes: [{id: m, answer: x, says: s}, {id: @@m, answer: y, says: s}]}\n",
            "id: 'm' is the id of the mistake in line 5 already",
        ),
        (CODE + "starter: @@'x = 1 '}\n", "starter: it is the solution already"),
        (
            PREDICT + "ask: @@shape}\n",
            "ask: the shape of what? the key 'of' is missing (an expression)",
        ),
        (
            PREDICT + "ask: @@value, of: }\n",
            "of: the expression whose value is asked for is missing",
        ),
        (
            PREDICT + "ask: output, @@of: x}\n",
            "of: 'ask: output' is about all of the code, so 'of' has no meaning",
        ),
        (
            PREDICT + "ask: value, of: '@@$ 1'}\n",
            "of: this is not a Python expression: invalid syntax",
        ),
        (
            CHOICE + "@@options: [{text: a}, {text: b}]}\n",
            "options: none is correct; mark one with 'correct: true'",
        ),
        (
            "  - {id: a, kind: explore, prompt: p, @@goal: [{shape: x}]}\n",
            "goal: the key 'solution' is missing: cells that reach the goal",
        ),
        (
            ORDER + "accepts: ['x = @@$']}\n",
            "accepts, item 1: this is not Python: invalid syntax",
        ),
        (CODE + "setup: 'import @@$'}\n", "setup: this is not Python: invalid syntax"),
        (
            CODE + "accepts: ['x = 1', 'x = @@$']}\n",
            "accepts, item 2: this is not Python: invalid syntax",
        ),
        (
            CODE + "mistakes: [{id: m, answer: 'f@@(', says: s}]}\n",
            "answer: this is not Python: '(' was never closed",
        ),
    ],
)
def test_what_makes_no_sense_is_a_problem(
    in_exercise: InExercise, marked: str, message: str
) -> None:
    """Each is reported once, at the place that the mark shows."""
    before = marked[: marked.index("@@")].split("\n")
    where = f"{4 + len(before)}:{len(before[-1]) + 1}"
    assert in_exercise(marked.replace("@@", "")) == [f"{where}: {message}"]


@pytest.mark.parametrize(
    "exercise",
    [
        CODE + "starter: 'x = ____('}\n",
        PREDICT
        + "ask: value, of: x, accepts: ['(1'], mistakes: [{id: m, answer: '1,,', says: s}]}\n",
        "  - {id: a, kind: predict, prompt: p, code: 'x = (', ask: error}\n",
        CHOICE + "options: [{text: a, correct: true}, {text: b, correct: true}]}\n",
        PREDICT + "ask: value, of: x}\n  - {id: b, kind: read, prompt: p}\n",
    ],
)
def test_what_is_unfinished_on_purpose_is_none(in_exercise: InExercise, exercise: str) -> None:
    """Starters, predictions, and code whose error is asked for, need not parse."""
    assert in_exercise(exercise) == []


def test_lines_in_a_wrong_order_need_not_be_python(in_exercise: InExercise) -> None:
    """A mistake may begin with an indented line; an exploration may end in a broken one."""
    mistake = "mistakes: [{id: m, answer: '    x = 1', says: s}]}\n"
    assert in_exercise(ORDER + mistake) == []
    assert in_exercise("  - {id: a, kind: explore, prompt: p, starter: 'x = ('}\n") == []
