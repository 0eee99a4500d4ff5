"""A seed in setup that makes the numbers the same each time, so that copied ones pass."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final, NamedTuple

from tutor.authoring.lint.pieces import kind_of_exercise
from tutor.authoring.lint.view import LessonView
from tutor.course.nodes import Mapping, Scalar
from tutor.course.source import At

__all__ = ["check_seeds"]

_SEEDS: Final = frozenset({"manual_seed", "seed"})
_DRAWS: Final = frozenset(
    {
        *("rand", "randn", "randint", "randperm", "normal", "multinomial", "bernoulli", "poisson"),
        *("rand_like", "randn_like", "randint_like", "standard_normal", "gauss", "sample"),
        *("normal_", "uniform_", "random_", "bernoulli_", "exponential_", "random", "choice"),
        *("shuffle", "uniform", "Linear", "Conv1d", "Conv2d", "Embedding", "LSTM", "GRU", "RNN"),
        "MultiheadAttention",
    }
)
"""What gives other numbers under another seed: functions, methods, and layers with weights."""

_VALUES: Final = frozenset({"values", "gradient", "prints"})
"""The checks that compare numbers which the answer makes when it runs."""

_KINDS: Final = frozenset({"code", "order", "explore"})
_LONGEST: Final = 20_000


class _Fixed(NamedTuple):
    """What runs under a fixed seed.

    Attributes:
        at: where the seed is set; None where it is not.
        names: those whose values depend on it.
    """

    at: At | None = None
    names: frozenset[str] = frozenset()


def check_seeds(lesson: LessonView) -> None:
    """Flag a seed where a check compares numbers that come of it."""
    flagged: set[At] = set()
    shared = _after(lesson, _Fixed(), lesson.root.scalar("setup"))
    for exercise in lesson.exercises:
        fixed = _after(lesson, shared, exercise.scalar("setup"))
        if fixed.at is None or fixed.at in flagged or kind_of_exercise(exercise) not in _KINDS:
            continue
        compared = next(_compared(lesson, exercise, fixed.names), "")
        if compared:
            flagged.add(fixed.at)
            message = (
                "setup: with this seed the numbers are the same each time, so that copied ones "
                f"pass {compared}: leave it out, for everything runs under a hidden seed"
            )
            lesson.flag(fixed.at, "fixed-seed", message)


def _compared(lesson: LessonView, exercise: Mapping, names: frozenset[str]) -> Iterator[str]:
    """The checks that compare what is made of `names`, or of what the solution draws itself."""
    solution = _parsed(exercise.scalar("solution"))
    made = solution is not None and _depends(solution, names)
    for check in lesson.checks(exercise):
        target = check.entry.value
        if check.name in _VALUES and isinstance(target, Scalar):
            looked_at = _parsed(target)
            if looked_at is None or _is_relation(looked_at):
                continue
            if made or _depends(looked_at, names):
                yield f"`{check.name}: {' '.join(target.text.split())}`"


def _after(lesson: LessonView, fixed: _Fixed, setup: Scalar | None) -> _Fixed:
    tree = _parsed(setup)
    if setup is None or tree is None:
        return fixed
    for statement in tree.body:
        seed = next(filter(_sets_seed, ast.walk(statement)), None)
        if isinstance(seed, ast.Call):
            at = lesson.place(setup, seed.lineno, seed.col_offset + 1)
            fixed = _Fixed(at, fixed.names)
        elif fixed.at is not None and _depends(statement, fixed.names):
            fixed = _Fixed(fixed.at, fixed.names.union(_bound(statement)))
    return fixed


def _parsed(scalar: Scalar | None) -> ast.Module | None:
    if scalar is None or len(scalar.text) > _LONGEST:
        return None
    try:
        return ast.parse(scalar.text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _sets_seed(node: ast.AST) -> bool:
    """Whether it sets a seed that is written there as a number."""
    return (
        isinstance(node, ast.Call)
        and _last_name(node.func) in _SEEDS
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, int)
    )


def _depends(code: ast.AST, names: frozenset[str]) -> bool:
    """Whether code draws random numbers, or uses one of the names."""
    return any(
        (isinstance(node, ast.Call) and _last_name(node.func) in _DRAWS)
        or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names)
        for node in ast.walk(code)
    )


def _is_relation(target: ast.Module) -> bool:
    """Whether it says that something holds, as ``loss < 0.1`` does: then numbers do not count."""
    match target.body:
        case [ast.Expr(value=ast.Compare() | ast.BoolOp())]:
            return True
    return False


def _bound(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name


def _last_name(function: ast.expr) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""
