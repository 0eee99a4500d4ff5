"""What is wrong in ``glossary.yaml`` beside its form: terms that are not there, or of no use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tutor.authoring.lint.pieces import pieces_of
from tutor.course.companions import GLOSSARY_FILE, Glossary
from tutor.course.nodes import Mapping, Scalar
from tutor.course.problems import Problem
from tutor.course.read_companions import read_glossary_tree
from tutor.course.source import Report
from tutor.course.wording import hint, quoted

__all__ = ["GlossaryView"]

_MOST_TERMS: Final = 1_000
"""Of a longer glossary the rest is not looked for in the lessons: time goes by the product."""

_MOST_HINTS: Final = 20
"""Looking for the nearest of many terms takes time."""

_WORD: Final = re.compile(r"[^\W_]+")


class GlossaryView:
    """The glossary of a course, and which of its terms the lessons speak of."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / GLOSSARY_FILE
        self._glossary, self._root = read_glossary_tree(directory)
        self._unseen = _spoken_names(self._glossary)
        self._unknown = 0

    def read(self, lesson: Mapping) -> None:
        """Note the terms in what this lesson says to learners."""
        if self._unseen:
            said = [piece.scalar.text for piece in pieces_of(lesson) if piece.what != "code"]
            text = _spoken("\n".join(said))
            self._unseen = {
                term: names
                for term, names in self._unseen.items()
                if not any(name in text for name in names)
            }

    def problems(self, *, every_lesson: bool) -> tuple[Problem, ...]:
        """What is wrong, its form included.

        Args:
            every_lesson: whether all lessons of the course were read.
        """
        if self._root is None or self._glossary.problems:
            return self._glossary.problems
        report = Report(self._path)
        owners: dict[str, str] = {}
        for entry in self._root.entries:
            if not isinstance(entry.value, Mapping):
                continue
            term = entry.key.text
            for name in (entry.key, *_scalars(entry.value, "also")):
                owner = owners.setdefault(name.text.casefold(), term)
                if owner != term:
                    message = f"{quoted(name.text)} is a name of {quoted(owner)} already"
                    report.add(name.at, message, "same-term")
            self._check_see(term, entry.value, report)
            if every_lesson and term in self._unseen:
                message = f"no lesson mentions {quoted(term)}"
                report.add(entry.key.at, message, "unmentioned-term")
        return report.problems

    def _check_see(self, term: str, entry: Mapping, report: Report) -> None:
        known = self._glossary.entries
        for other in _scalars(entry, "see"):
            if other.text == term:
                report.add(other.at, "see: the term names itself", "unknown-term")
            elif other.text not in known:
                self._unknown += 1
                near = hint(other.text, known) if self._unknown <= _MOST_HINTS else ""
                message = f"see: the glossary has no term {quoted(other.text)}{near}"
                report.add(other.at, message, "unknown-term")


def _scalars(node: Mapping, key: str) -> Iterator[Scalar]:
    return (item for item in node.items(key) if isinstance(item, Scalar))


def _spoken_names(glossary: Glossary) -> dict[str, tuple[str, ...]]:
    """For each term, its names and their plurals as they would stand in `_spoken` text."""
    return {
        term: tuple(
            f"{_spoken(name).rstrip()}{ending} "
            for name in (term, *entry.also)
            for ending in ("", "s", "es")
        )
        for term, entry in list(glossary.entries.items())[:_MOST_TERMS]
    }


def _spoken(text: str) -> str:
    """The words of a text in small letters, one space before and after each."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "
