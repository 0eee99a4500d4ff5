"""One lesson file as the rules see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tutor.authoring.lint.pieces import Piece, pieces_of
from tutor.authoring.scopes import Names, names_in
from tutor.course.load import LoadedLesson
from tutor.course.model import CheckUse
from tutor.course.nodes import Entry, Mapping, Scalar, Sequence
from tutor.course.problems import Problem
from tutor.course.programs import CHECKS_KEYS
from tutor.course.schema import CHECK_BY_KEY, Schema
from tutor.course.snippets import place
from tutor.course.source import At, Report, Source
from tutor.course.validate import Walker

__all__ = ["CheckView", "LessonView"]

_MOST_CODE = 100_000
"""Characters of code whose names are looked at, in one lesson."""

# What needs no mention in a line that has a certain problem already.
_FOLLOWS: Final = {
    "missing-text": ("empty-text",),
    "python-syntax": ("typographic-quote",),
    "starter-syntax": ("typographic-quote",),
}


class CheckView:
    """One entry of ``checks:``.

    Attributes:
        name: the check's.
        entry: the key that names it, and its value, the target.
        node: the whole entry.
        schema: what the check's parameters may be.
    """

    def __init__(self, entry: Entry, node: Mapping, schema: Schema) -> None:
        self.name = entry.key.text
        self.entry = entry
        self.node = node
        self.schema = schema


class LessonView:
    """A lesson file, however broken, with its texts and a report for what the rules find.

    Attributes:
        root: the tree that the file holds.
        exercises: those that are mappings.
        pieces: every text, each once.
    """

    def __init__(self, loaded: LoadedLesson, source: Source, root: Mapping, schema: Schema) -> None:
        self.source = source
        self.root = root
        self.exercises = [node for node in root.items("exercises") if isinstance(node, Mapping)]
        self.pieces: tuple[Piece, ...] = tuple(pieces_of(root))
        self._report = Report(source.path)
        self._walker = Walker(schema, self._report)
        self._schema = schema
        self._known = loaded.file.problems
        self._names: dict[int, Names | None] = {}
        self._left = _MOST_CODE

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the rules found, without what loading the file had found."""
        known = {(problem.line, problem.code) for problem in self._known}
        own = self._report.problems
        every = known | {(problem.line, problem.code) for problem in own}
        known |= {(line, code) for line, cause in every for code in _FOLLOWS.get(cause, ())}
        return tuple(problem for problem in own if (problem.line, problem.code) not in known)

    @property
    def full(self) -> bool:
        """Whether so much was found that more would help nobody."""
        return self._report.full

    def flag(self, at: At, code: str, message: str) -> None:
        """Take down that something at this place breaks the rule of that code."""
        self._report.add(at, message, code)

    def place(self, scalar: Scalar, line: int, column: int = 1) -> At:
        """Where a line and a column (from 1) of a text stand in the file."""
        return place(self.source, scalar, line, column)

    def names(self, scalar: Scalar, *, expression: bool = False) -> Names | None:
        """The names of a piece of code; None where it is no Python, or too much of it."""
        if id(scalar) not in self._names:
            self._left -= len(scalar.text)
            names = None if self._left < 0 else names_in(scalar.text, expression=expression)
            self._names[id(scalar)] = names
        return self._names[id(scalar)]

    def checks(self, exercise: Mapping) -> Iterator[CheckView]:
        """The entries of ``checks:``, or of a ``goal:``, that name one check."""
        known: dict[str, str] = self._schema["$defs"][CheckUse.__name__][CHECK_BY_KEY]
        for node in (entry for key in CHECKS_KEYS for entry in exercise.items(key)):
            if not isinstance(node, Mapping):
                continue
            named = [entry for entry in node.entries if entry.key.text in known]
            if len(named) == 1:
                schema = self._walker.resolved({"$ref": known[named[0].key.text]})
                yield CheckView(named[0], node, schema)

    def marked(self, node: object, schema: Schema) -> Iterator[tuple[Scalar, str]]:
        """The texts under a check's parameter that hold Python, and the ``format`` that says so."""
        schema = self._walker.resolved(schema)
        for alternative in schema.get("anyOf", ()):
            yield from self.marked(node, alternative)
        match node:
            case Scalar() if str(schema.get("format", "")).startswith("python"):
                yield node, schema["format"]
            case Sequence() if isinstance(schema.get("items"), dict):
                for item in node.items:
                    yield from self.marked(item, schema["items"])
            case Mapping() if isinstance(schema.get("additionalProperties"), dict):
                for entry in node.entries:
                    yield from self.marked(entry.value, schema["additionalProperties"])
