"""``topics.yaml`` and ``glossary.yaml`` → what they hold, or every reason why it cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from tutor.course.companions import (
    GLOSSARY_FILE,
    TOPICS_FILE,
    Glossary,
    GlossaryEntries,
    Topic,
    TopicEntries,
    Topics,
)
from tutor.course.compose import compose
from tutor.course.nodes import Mapping
from tutor.course.schema import Schema, glossary_schema, topics_schema
from tutor.course.source import At, Report, read_source
from tutor.course.validate import Walker

__all__ = ["read_glossary", "read_glossary_tree", "read_topics"]

_Entries = TypeVar("_Entries")


def read_topics(directory: Path) -> Topics:
    """The topics of the course in `directory`; none where it has no such file."""
    path = directory / TOPICS_FILE
    if not path.exists():
        return Topics()
    report = Report(path)
    root = _root(report, "topics")
    entries: TopicEntries = _converted(root, topics_schema(), report, TopicEntries) or {}
    if root is not None and not entries:
        entries = {entry.key.text: Topic(about=entry.key.text) for entry in root.entries}
    return Topics(entries=entries, problems=report.problems, path=path)


def read_glossary(directory: Path) -> Glossary:
    """The glossary of the course in `directory`; an empty one where it has no such file."""
    return read_glossary_tree(directory)[0]


def read_glossary_tree(directory: Path) -> tuple[Glossary, Mapping | None]:
    """As `read_glossary`, with the tree that the file holds."""
    path = directory / GLOSSARY_FILE
    if not path.exists():
        return Glossary(), None
    report = Report(path)
    root = _root(report, "glossary")
    entries: GlossaryEntries = _converted(root, glossary_schema(), report, GlossaryEntries) or {}
    return Glossary(entries=entries, problems=report.problems), root


def _root(report: Report, what: str) -> Mapping | None:
    source = read_source(report.path, report)
    root = None if source is None else compose(source, report)
    if root is None or isinstance(root, Mapping):
        return root
    key = "an id" if what == "topics" else "a term"
    message = f"a {what} file should hold {key} with ': ' after it, and so on"
    report.add(root.at, message, "wrong-type")
    return None


def _converted(
    root: Mapping | None, schema: Schema, report: Report, form: type[_Entries]
) -> _Entries | None:
    """What the tree means; None with the reasons in `report`."""
    if root is None:
        return None
    data = Walker(schema, report).read(root, schema, "the file")
    if report:
        return None
    try:
        return msgspec.convert(data, form)
    except msgspec.ValidationError as error:
        # The schema is made from the same types, so this says that the two have come apart.
        report.add(At(1, 1), f"the file does not fit the model: {error}")
        return None
