"""``tutor glossary``: the words of the built-in course, or what one of them means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tutor.commands.output import indented, show, show_json
from tutor.course.find import builtin_course
from tutor.course.wording import hint, quoted
from tutor.errors import LessonFileError, NotFoundError

if TYPE_CHECKING:
    from tutor.course.companions import Glossary

__all__ = ["run"]


def run(word: str | None, *, as_json: bool) -> int:
    """Print all terms, or the one that has this name among its names.

    Raises:
        LessonFileError: the glossary has problems.
        NotFoundError: no term is called so; names the nearest one.
    """
    glossary = builtin_course().glossary
    if glossary.problems:
        raise LessonFileError(glossary.problems)
    terms = glossary.matching("") if word is None else (_found(glossary, word),)
    if as_json:
        show_json({"terms": [_as_json(glossary, term) for term in terms]})
    else:
        show("\n\n".join(_lines(glossary, term) for term in terms))
    return 0


def _found(glossary: Glossary, word: str) -> str:
    term = glossary.find(word)
    if term is not None:
        return term
    names = [name for term, entry in glossary.entries.items() for name in (term, *entry.also)]
    near = hint(word, names, otherwise=".")
    raise NotFoundError(f"no term {quoted(word)}{near} `tutor glossary` prints all terms")


def _lines(glossary: Glossary, term: str) -> str:
    entry = glossary.entries[term]
    # A terminal's lines need no fence around code: its `>>>` is enough.
    means = [line for line in entry.means.strip().split("\n") if not line.startswith("```")]
    lines = [term, indented("\n".join(means), "  ")]
    if entry.also:
        lines.append(f"  Also: {', '.join(entry.also)}.")
    if entry.see:
        lines.append(f"  See also: {', '.join(entry.see)}.")
    return "\n".join(lines)


def _as_json(glossary: Glossary, term: str) -> dict[str, Any]:
    entry = glossary.entries[term]
    return {"term": term, "means": entry.means, "also": entry.also, "see": entry.see}
