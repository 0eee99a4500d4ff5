"""One more item at the end of a list in a YAML file, without touching anything else in it.

The text is changed, not the data: comments, quotes and layout stay. Whether it worked is seen by
reading the new text: it must hold what the old one held, and the item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor.course.compose import compose
from tutor.course.nodes import Mapping, Node, Scalar, Sequence
from tutor.course.source import Report, Source
from tutor.errors import UsageError

__all__ = ["with_item"]

_DASH = re.compile(r"( *)- ")


def with_item(source: Source, root: Mapping, key: str, item: str) -> str:
    """The text of `source` with one more item in the list under `key`.

    Args:
        source: the file.
        root: the tree that it holds.
        key: a key of the root; its value is a list that is not empty.
        item: the item as YAML, with its dash, indented by nothing; ends with a newline.

    Raises:
        UsageError: it cannot be put there without changing something else.
    """
    items = root.items(key)
    if items:
        for text in _attempts(source, items, item):
            if _holds(source, text, root, key, item):
                return text
    raise UsageError(
        f"{source.path}: the list '{key}' is written in a way that cannot be added to: "
        "write '- ' before each of its items, each on a line of its own"
    )


def _attempts(source: Source, items: tuple[Node, ...], item: str) -> Iterator[str]:
    newline = "\r\n" if "\r\n" in source.text else "\n"
    lines = [source.line(number) for number in range(1, len(source.starts) + 1)]
    if not lines[-1]:
        lines.pop()  # what stands after the last line break
    last = items[-1]
    dash = _DASH.match(lines[last.at.line - 1])
    if dash is None:
        if isinstance(last, Scalar):
            begin, end = source.text[: last.span[1]], source.text[last.span[1] :]
            yield f"{begin}, {item.removeprefix('- ').rstrip()}{end}"
        return
    indent = len(dash[1])
    first, after = _end_of_item(lines, last.at.line, indent)
    new = [" " * indent + line if line else "" for line in item.rstrip("\n").split("\n")]
    apart = [""] if len(items) == 1 or not lines[last.at.line - 2].strip() else []
    apart = apart if isinstance(last, Mapping) else []
    # Blank lines at the end of the list separate it from what follows, or belong to its last text.
    for place, before in ((first, apart), (after, [])):
        rest = lines[place:]
        closing = [""] if apart and rest and rest[0].strip() else []
        whole = [*lines[:place], *before, *new, *closing, *rest]
        yield newline.join(whole) + newline


def _end_of_item(lines: list[str], line: int, indent: int) -> tuple[int, int]:
    """How many lines stand before the end of the item that begins in a line (from 1).

    The first number leaves out blank lines and comments that stand before what follows.
    """
    after = len(lines)
    for number in range(line, len(lines)):
        text = lines[number]
        if text.strip() and not text.lstrip().startswith("#") and _indent(text) <= indent:
            after = number
            break
    first = after
    while first > line and not _belongs(lines[first - 1], indent):
        first -= 1
    return first, after


def _belongs(text: str, indent: int) -> bool:
    return bool(text.strip()) and _indent(text) > indent


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


# --- whether it worked


def _holds(source: Source, text: str, old: Mapping, key: str, item: str) -> bool:
    report = Report(source.path)
    new = compose(Source.of(source.path, text), report)
    added = compose(Source.of(source.path, item), Report(source.path))
    if report or not isinstance(new, Mapping) or not isinstance(added, Sequence):
        return False
    before, after = _facts(old), _facts(new)
    before[key] = [*before[key], *_plain(added)]
    return before == after and list(before) == list(after)


def _facts(root: Mapping) -> dict[str, list[object]]:
    return {entry.key.text: _plain(entry.value) for entry in root.entries}


def _plain(node: Node) -> list[object]:
    """What a node holds, in a form that can be compared."""
    match node:
        case Scalar():
            return [node.text, node.plain]
        case Sequence():
            return [_plain(item) for item in node.items]
        case _:
            return [(entry.key.text, _plain(entry.value)) for entry in node.entries]
