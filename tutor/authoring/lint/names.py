"""Names that code and checks use and nothing defines.

Accepted answers and mistakes are left out: `tutor verify` runs them, and a mistake may be one.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from tutor.authoring.lint.pieces import kind_of_exercise
from tutor.authoring.lint.view import CheckView, LessonView
from tutor.authoring.scopes import Names, Need, place_of_name
from tutor.course.nodes import Mapping, Node, Scalar, Sequence
from tutor.course.source import At
from tutor.course.wording import hint, quoted

__all__ = ["check_names"]

_IMPORTS: Final = {
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "import torch.nn.functional as F",
    "optim": "from torch import optim",
    "np": "import numpy as np",
    "math": "import math",
    "random": "import random",
    "DataLoader": "from torch.utils.data import DataLoader",
    "Dataset": "from torch.utils.data import Dataset",
}
"""What is probably missing in setup where one of these names is."""

_ANSWER: Final = "answer"
"""What the answer itself is called where a check looks at its run: `prints: answer`."""

_TEXTS_OF_CHECKS = frozenset({"says", "weight"})
_WORD = re.compile(r"(?<![\w.])[^\W\d]\w*")
_IN_TICKS = re.compile(r"`([A-Za-z_]\w*)`")


class _Known(NamedTuple):
    """The names that something may use.

    Attributes:
        complete: whether no other name can be there; else nothing is said about any.
    """

    names: frozenset[str] = frozenset()
    complete: bool = True

    def has(self, name: str) -> bool:
        """Whether the name is there, or may be."""
        return not self.complete or name in self.names

    def has_all_of(self, expression: str) -> bool:
        """Whether it takes only a glance to see that nothing is missing."""
        return not self.complete or self.names.issuperset(_WORD.findall(expression))

    def with_code(self, names: Names | None) -> _Known:
        """These, and what a piece of code defines; None is code that cannot be read."""
        if names is None:
            return _Known(self.names, complete=False)
        return _Known(self.names | names.defined, self.complete and not names.secretive)


class _Code(NamedTuple):
    """A piece of code and what it is called."""

    scalar: Scalar
    label: str
    expression: bool = False


def check_names(lesson: LessonView) -> None:
    """Flag every name that nothing defines, where that can be told for certain."""
    known = _after(lesson, _Known(), lesson.root, "setup")
    for exercise in lesson.exercises:
        own = _after(lesson, known, exercise, "setup")
        match kind_of_exercise(exercise):
            case "code" | "order" | "explore":
                _check_program(lesson, exercise, own)
            case "predict" if (ask := exercise.scalar("ask")) is None or ask.text != "error":
                shown = _after(lesson, own, exercise, "code")
                _check_expression(lesson, exercise.scalar("of"), "of", shown)
            case "choice":
                _after(lesson, own, exercise, "code")


def _after(lesson: LessonView, known: _Known, node: Mapping, key: str) -> _Known:
    """What is known after the code under a key, whose own names are looked at, too."""
    scalar = node.scalar(key)
    return known if scalar is None else _after_code(lesson, known, scalar, key)


def _after_code(lesson: LessonView, known: _Known, scalar: Scalar, label: str) -> _Known:
    names = lesson.names(scalar)
    if names is not None:
        _flag_needs(lesson, _Code(scalar, label), names, known)
    return known.with_code(names)


def _check_expression(lesson: LessonView, node: Node | None, label: str, known: _Known) -> None:
    if isinstance(node, Scalar) and not known.has_all_of(node.text):
        names = lesson.names(node, expression=True)
        if names is not None:
            _flag_needs(lesson, _Code(node, label, expression=True), names, known)


def _check_program(lesson: LessonView, exercise: Mapping, known: _Known) -> None:
    if exercise.scalar("solution") is None:
        return
    solved = _after(lesson, known, exercise, "solution")
    for check in lesson.checks(exercise):
        made = _made_by(lesson, check)
        every = _Known(solved.names | made, solved.complete)
        _check_target(lesson, check, every)
        _check_parameters(lesson, check, every)


def _check_target(lesson: LessonView, check: CheckView, known: _Known) -> None:
    for scalar, _ in lesson.marked(check.entry.value, _schema_of(check, check.name)):
        if known.has_all_of(scalar.text):
            continue
        names = lesson.names(scalar, expression=True)
        for need in () if names is None else names.needed:
            if not known.has(need.name):
                near = _hint(need.name, known.names)
                message = f"neither setup nor the solution defines {quoted(need.name)}{near}"
                at = _place(lesson, _Code(scalar, check.name, expression=True), need)
                lesson.flag(at, "undefined-target", f"{check.name}: {message}")


def _check_parameters(lesson: LessonView, check: CheckView, known: _Known) -> None:
    for key, value in _parameters(check):
        for scalar, form in lesson.marked(value, _schema_of(check, key)):
            if form == "python-expression":
                _check_expression(lesson, scalar, key, known)
            else:
                _after_code(lesson, known, scalar, key)


def _parameters(check: CheckView) -> Iterator[tuple[str, Node]]:
    for entry in check.node.entries:
        if entry is not check.entry and entry.key.text not in _TEXTS_OF_CHECKS:
            yield entry.key.text, entry.value


def _schema_of(check: CheckView, key: str) -> dict[str, Any]:
    found: dict[str, Any] = check.schema["properties"].get(key, {})
    return found


def _made_by(lesson: LessonView, check: CheckView) -> frozenset[str]:
    """The names that a check's own parameters bring along: inputs, sizes, what `given` defines.

    A check may bring others by itself; they stand in its documentation, in backticks.
    """
    names = {_ANSWER}
    for key, value in _parameters(check):
        names |= set(_keys(value))
        for scalar, form in lesson.marked(value, _schema_of(check, key)):
            found = lesson.names(scalar) if form != "python-expression" else None
            names |= set() if found is None else found.defined
    for described in (check.schema, *check.schema["properties"].values()):
        names |= _in_ticks(described.get("description", ""))
    return frozenset(names)


@functools.cache
def _in_ticks(documentation: str) -> frozenset[str]:
    return frozenset(_IN_TICKS.findall(documentation))


def _keys(node: Node) -> Iterator[str]:
    nodes: Iterable[Node] = node.items if isinstance(node, Sequence) else (node,)
    for one in nodes:
        if isinstance(one, Mapping):
            yield from (entry.key.text for entry in one.entries)


# --- what is said


def _flag_needs(lesson: LessonView, code: _Code, names: Names, known: _Known) -> None:
    if names.secretive:
        return
    for need in names.needed:
        if not known.has(need.name):
            message = f"{code.label}: nothing defines {quoted(need.name)}"
            near = _hint(need.name, known.names | names.defined)
            lesson.flag(_place(lesson, code, need), "undefined-name", f"{message}{near}")


def _hint(name: str, known: frozenset[str]) -> str:
    if name in _IMPORTS:
        return f": is '{_IMPORTS[name]}' missing in setup?"
    return hint(name, sorted(known))


def _place(lesson: LessonView, code: _Code, need: Need) -> At:
    text = code.scalar.text
    lead = len(text) - len(text.lstrip()) if code.expression else 0
    line, column = place_of_name(text.strip() if code.expression else text, need)
    return lesson.place(code.scalar, line, column + (lead if line == 1 else 0))
