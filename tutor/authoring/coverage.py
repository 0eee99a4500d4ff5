"""The page that says what a course teaches of its topics, and what it does not teach yet."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from tutor.course.companions import Topic, Topics
from tutor.course.model import Course

__all__ = ["coverage_page"]

_HEAD: Final = """\
# What the course covers

{note}

{counts}

Each exercise says by `teaches:` which of the [topics]({topics}) it teaches. What no exercise
teaches yet stands [at the end](#left-for-part-two)."""
_OTHER: Final = "Other"

_Taught: TypeAlias = dict[str, dict[Path, list[str]]]
"""For each topic's id, by lesson file, the exercises that teach it."""


def coverage_page(course: Course, topics: Topics, *, note: str, page: Path) -> str:
    """The page for a course.

    Args:
        course: whose exercises are counted.
        topics: what it is to teach.
        note: who writes the page, as a comment.
        page: where it will lie, for its links.
    """
    taught = _taught(course)
    entries = _grouped(topics.entries)
    of_kind = {
        kind: {id_: topic for id_, topic in entries.items() if topic.kind == kind}
        for kind in ("topic", "error")
    }
    link = "" if topics.path is None else _link(topics.path, page)
    counts = " and ".join(
        f"{len(found.keys() & taught.keys())} of {len(found)} {kind}s"
        for kind, found in of_kind.items()
    )
    parts = [_HEAD.format(note=note, counts=f"{course.title}: {counts}.", topics=link)]
    for title, kind in (("Topics", "topic"), ("Errors that are set right", "error")):
        parts += _covered(title, of_kind[kind], taught, page)
    parts.append("## Left for part two")
    for title, kind in (("Topics", "topic"), ("Errors", "error")):
        parts += _left(title, {i: t for i, t in of_kind[kind].items() if i not in taught})
    return "\n\n".join(parts) + "\n"


def _taught(course: Course) -> _Taught:
    taught: _Taught = {}
    for file in course.files:
        for exercise in () if file.lesson is None else file.lesson.exercises:
            for id_ in dict.fromkeys(exercise.teaches):
                taught.setdefault(id_, {}).setdefault(file.path, []).append(exercise.id)
    return taught


def _covered(title: str, topics: Mapping[str, Topic], taught: _Taught, page: Path) -> Iterator[str]:
    covered = {id_: topic for id_, topic in topics.items() if id_ in taught}
    if not covered:
        return
    yield f"## {title}"
    for group, ids in _by_group(covered):
        yield f"### {group}"
        rows = ["| topic | what | exercises |", "|---|---|---|"]
        for id_ in ids:
            lessons = [
                f"[{path.stem}]({_link(path, page)}): {_listed(exercises)}"
                for path, exercises in taught[id_].items()
            ]
            rows.append(f"| `{id_}` | {_cell(covered[id_].about)} | {'; '.join(lessons)} |")
        yield "\n".join(rows)


def _left(title: str, topics: Mapping[str, Topic]) -> Iterator[str]:
    if not topics:
        return
    yield f"### {title}"
    for group, ids in _by_group(topics):
        rows = [f"- `{id_}`: {_line(topics[id_].about)}" for id_ in ids]
        yield "\n".join([f"**{group}**", "", *rows])


def _grouped(topics: Mapping[str, Topic]) -> dict[str, Topic]:
    """The topics with those of one heading together, by the first of each heading."""
    ids = (id_ for _, ids in _by_group(topics) for id_ in ids)
    return {id_: topics[id_] for id_ in ids}


def _by_group(topics: Mapping[str, Topic]) -> Iterable[tuple[str, list[str]]]:
    """The headings, each with the ids of its topics."""
    groups: dict[str, list[str]] = {}
    for id_, topic in topics.items():
        groups.setdefault(topic.group or _OTHER, []).append(id_)
    return groups.items()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")


def _line(text: str) -> str:
    return " ".join(text.split())


def _link(path: Path, page: Path) -> str:
    return Path(os.path.relpath(path, page.parent)).as_posix()
