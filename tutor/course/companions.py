"""The files that a course may have beside its lessons: ``topics.yaml`` and ``glossary.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from tutor.course.fields import Slug, Text
from tutor.course.problems import Problem

__all__ = [
    "COMPANION_FILES",
    "GLOSSARY_FILE",
    "TOPICS_FILE",
    "Glossary",
    "GlossaryEntries",
    "Term",
    "Topic",
    "TopicEntries",
    "Topics",
]

TOPICS_FILE: Final = "topics.yaml"
GLOSSARY_FILE: Final = "glossary.yaml"
COMPANION_FILES: Final = frozenset({TOPICS_FILE, GLOSSARY_FILE})
"""The names of files that lie among the lessons and are none."""


class Topic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that a course is to teach, under its id.

    Attributes:
        about: one line of Markdown.
        kind: ``topic``, or ``error`` for a wrong belief or broken code that is to be set right.
        group: the heading under which it is listed.
    """

    about: Text
    kind: Literal["topic", "error"] = "topic"
    group: str = ""


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word of the field, under the word itself.

    Attributes:
        means: Markdown; a few sentences, perhaps an example.
        also: its other names and forms, by which it is found as well.
        see: terms of the same glossary to read with it.
    """

    means: Text
    also: tuple[Text, ...] = ()
    see: tuple[Text, ...] = ()


TermName = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
TopicEntries: TypeAlias = dict[Slug, Topic]
"""What ``topics.yaml`` holds."""

GlossaryEntries: TypeAlias = dict[TermName, Term]
"""What ``glossary.yaml`` holds."""


class Topics(msgspec.Struct, frozen=True, kw_only=True):
    """The topics of a course.

    Attributes:
        entries: by id, in the file's order.
        problems: what is wrong with the file; then `entries` has the ids that it names, as far as
            they can be read, so that lessons may still speak of them.
        path: the file; None where there is none.
    """

    entries: TopicEntries = {}
    problems: tuple[Problem, ...] = ()
    path: Path | None = None


class Glossary(msgspec.Struct, frozen=True, kw_only=True):
    """The glossary of a course.

    Attributes:
        entries: by term, in the file's order; none where the file has problems.
        problems: what is wrong with the file.
    """

    entries: GlossaryEntries = {}
    problems: tuple[Problem, ...] = ()

    def find(self, word: str) -> str | None:
        """The term that is called so, or has that among its other names; case does not matter."""
        folded = _folded(word)
        for term, entry in self.entries.items():
            if folded in map(_folded, (term, *entry.also)):
                return term
        return None

    def matching(self, typed: str) -> tuple[str, ...]:
        """The terms that fit what was typed, in order: first those that begin with it.

        Then those that hold it, then those whose other names or meaning do.
        """
        folded = _folded(typed)
        ranked = []
        for term, entry in self.entries.items():
            names = [_folded(name) for name in (term, *entry.also)]
            if any(name.startswith(folded) for name in names):
                ranked.append((0, term))
            elif any(folded in name for name in names):
                ranked.append((1, term))
            elif folded in _folded(entry.means):
                ranked.append((2, term))
        return tuple(term for _, term in sorted(ranked, key=lambda one: (one[0], _folded(one[1]))))


def _folded(text: str) -> str:
    """As it is compared: without case, and ``_`` and ``-`` as spaces."""
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
