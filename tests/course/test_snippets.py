from __future__ import annotations

from collections.abc import Callable

import pytest

InExercise = Callable[[str], list[str]]

BEGIN = "  - id: a\n    kind: code\n    prompt: p\n    checks: [{shape: x}]\n"


@pytest.mark.parametrize(
    ("solution", "where"),
    [
        # the text of the solution, from line 9 on, and where Python stumbles
        ("|\n      x = 1\n      y = $\n", "11:11"),
        ("|\n\n\n      x = 1\n      y = $\n", "13:11"),
        ("|2\n        x = 1\n", "10:8"),
        ("|  # a comment\n      x = $\n", "10:11"),
        ("|\n      def f():\n        return (1\n", "11:16"),
        ("|-\n      if x:\n", "10:12"),
        ("|\n      if x:\n", "10:12"),
        ("|\n      é = '𝄞'; y = $\n", "10:20"),
        ("|\n      return 1\n", "10:7"),
        ("x = $", "9:19"),
        ("'x = $'", "9:20"),
        ('"x = $"', "9:20"),
        ('"x = 1\\ny = $"', "9:15"),
        ("&s\n      |\n      y = $\n", "9:15"),
    ],
)
def test_broken_python_is_reported_at_its_own_line(
    in_exercise: InExercise, solution: str, where: str
) -> None:
    """The position is that in the YAML file, to the column where the style allows it."""
    problems = in_exercise(f"{BEGIN}    solution: {solution}")
    assert [problem.split(": ")[:3] for problem in problems] == [
        [where, "solution", "this is not Python"]
    ]


def test_a_scenario_may_return(in_exercise: InExercise) -> None:
    """It stands in a function; other code does not."""
    entry = "    solution: x\n    checks: [{function: f, script: 'return f(1)'}]\n"
    assert in_exercise("  - id: a\n    kind: code\n    prompt: p\n" + entry) == []


@pytest.mark.parametrize(
    ("piece", "times", "end"),
    [
        ("-", 200_000, "1"),
        ("(", 200_000, ""),
        ("x.", 100_000, "x"),
        ("not ", 50_000, "x"),
        ("9", 10_000, ""),
        ("[x for x in ", 1000, "y"),
    ],
)
def test_monstrous_python_is_a_problem_or_fine(
    in_exercise: InExercise, piece: str, times: int, end: str
) -> None:
    """What the compiler refuses or gives up on never raises."""
    problems = in_exercise(f"{BEGIN}    solution: '{piece * times}{end}'")
    assert all(problem.startswith("9:") for problem in problems)


def test_warnings_of_the_compiler_are_none_of_ours(in_exercise: InExercise) -> None:
    """An odd escape or comparison is Python all the same."""
    assert in_exercise(BEGIN + "    solution: |\n      x = '\\d' is 'a'\n") == []
