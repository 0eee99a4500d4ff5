"""What a schema cannot say about a lesson: ids that repeat, answers that cannot be, broken Python.

It works on the YAML tree, not on the lesson, so that it finds its problems in a file that has
others too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tutor.course.nodes import Mapping, Node, Scalar
from tutor.course.scalars import as_bool
from tutor.course.snippets import Snippet
from tutor.course.source import Report
from tutor.course.wording import quoted

__all__ = ["check_meaning", "python_in"]

_ASKS_OF = {"value", "shape", "dtype"}


def check_meaning(lesson: Mapping, report: Report) -> None:
    """Report what does not make sense in a lesson."""
    exercises = _mappings(lesson.items("exercises"))
    _check_ids(exercises, "exercise", report)
    for exercise in exercises:
        _check_ids(_mappings(exercise.items("mistakes")), "mistake", report)
        match _text(exercise, "kind"):
            case "code":
                _check_starter(exercise, report)
            case "predict":
                _check_question(exercise, report)
            case "choice":
                _check_options(exercise, report)
            case "explore":
                _check_goal(exercise, report)


def python_in(lesson: Mapping) -> Iterator[Snippet]:
    """All Python of a lesson except what stands in checks and starters.

    A starter may be unfinished on purpose, and so may code whose error is asked for; lines in a
    wrong order need not be Python.
    """
    yield from _code(lesson, "setup")
    for exercise in _mappings(lesson.items("exercises")):
        yield from _code(exercise, "setup")
        yield from _code(exercise, "solution")
        if _text(exercise, "ask") != "error":
            yield from _code(exercise, "code")
            yield from _code(exercise, "of")
        kind = _text(exercise, "kind")
        if kind in {"code", "order"}:
            for number, accepted in enumerate(exercise.items("accepts"), start=1):
                if isinstance(accepted, Scalar):
                    yield Snippet(accepted, f"accepts, item {number}", "exec")
        if kind == "code":
            for mistake in _mappings(exercise.items("mistakes")):
                yield from _code(mistake, "answer")


def _code(node: Mapping, key: str) -> Iterator[Snippet]:
    scalar = node.scalar(key)
    if scalar is not None:
        yield Snippet(scalar, key, "eval" if key == "of" else "exec")


def _mappings(nodes: Iterable[Node]) -> list[Mapping]:
    return [node for node in nodes if isinstance(node, Mapping)]


def _text(node: Mapping, key: str) -> str:
    scalar = node.scalar(key)
    return "" if scalar is None else scalar.text


def _check_ids(nodes: Iterable[Mapping], what: str, report: Report) -> None:
    seen: dict[str, int] = {}
    for node in nodes:
        scalar = node.scalar("id")
        if scalar is None or not scalar.text:
            continue
        if scalar.text in seen:
            first = seen[scalar.text]
            message = f"id: {quoted(scalar.text)} is the id of the {what} in line {first} already"
            report.add(scalar.at, message, "duplicate-id")
        seen.setdefault(scalar.text, scalar.at.line)


def _check_starter(exercise: Mapping, report: Report) -> None:
    starter, solution = exercise.scalar("starter"), exercise.scalar("solution")
    if starter is None or solution is None or not starter.text.strip():
        return
    if _tidy(starter.text) == _tidy(solution.text):
        report.add(starter.at, "starter: it is the solution already", "starter-passes")


def _tidy(code: str) -> list[str]:
    return [line.rstrip() for line in code.strip().splitlines() if line.strip()]


def _check_question(exercise: Mapping, report: Report) -> None:
    ask, of = exercise.scalar("ask"), exercise.entry("of")
    if ask is None:
        return
    if ask.text in _ASKS_OF and of is None:
        message = f"ask: the {ask.text} of what? the key 'of' is missing (an expression)"
        report.add(ask.at, message, "question")
    elif ask.text in _ASKS_OF and not _text(exercise, "of").strip():
        message = f"of: the expression whose {ask.text} is asked for is missing"
        report.add(ask.at, message, "question")
    elif ask.text in {"output", "error"} and of is not None:
        message = f"of: 'ask: {ask.text}' is about all of the code, so 'of' has no meaning"
        report.add(of.key.at, message, "question")


def _check_options(exercise: Mapping, report: Report) -> None:
    entry = exercise.entry("options")
    options = _mappings(exercise.items("options"))
    if entry is None or not options:
        return
    marks = [option.scalar("correct") for option in options]
    if not any(mark is not None and as_bool(mark) is not False for mark in marks):
        message = "options: none is correct; mark one with 'correct: true'"
        report.add(entry.key.at, message, "no-correct-option")


def _check_goal(exercise: Mapping, report: Report) -> None:
    goal = exercise.entry("goal")
    if goal is not None and exercise.items("goal") and not _text(exercise, "solution").strip():
        message = "goal: the key 'solution' is missing: cells that reach the goal"
        report.add(goal.key.at, message, "missing-key")
