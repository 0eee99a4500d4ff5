from __future__ import annotations

from pathlib import Path

import pytest

from tutor.authoring.insert import with_item
from tutor.course.compose import compose
from tutor.course.nodes import Mapping
from tutor.course.source import Report, Source
from tutor.errors import UsageError

ITEM = "- id: new\n  text: |\n    a\n\n    b\n"


def added(text: str, key: str = "list", item: str = ITEM) -> str:
    """The text with the item."""
    source = Source.of(Path("file.yaml"), text)
    root = compose(source, Report(source.path))
    assert isinstance(root, Mapping)
    return with_item(source, root, key, item)


BLOCK = "id: new\n{0}text: |\n{0}  a\n\n{0}  b\n"
LIVELY = """\
# top
list:   # mine

    - id: a  # first

    - id: 'b'   # "second"
      text: |
        x
      # still b
"""
AFTER = "\n# the end\nend: [1,\n 2]\n"
FLUSH = "list:\n- id: a\n- id: b\n"
KEPT = "list:\n  - id: a\n    text: |+\n      kept\n\n\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("list:\n  - id: a\n", "list:\n  - id: a\n\n  - " + BLOCK.format("    ")),
        ("list:\n  - id: a", "list:\n  - id: a\n\n  - " + BLOCK.format("    ")),
        (FLUSH + "end: 1\n", FLUSH + "- " + BLOCK.format("  ") + "end: 1\n"),
        (LIVELY + AFTER, LIVELY + "\n    - " + BLOCK.format("      ") + AFTER),
        (KEPT, KEPT + "  - " + BLOCK.format("    ")),
    ],
)
def test_an_item_is_put_at_the_end(text: str, expected: str) -> None:
    """Comments, quotes, blank lines, indentation and what follows stay as they are."""
    assert added(text) == expected


def test_other_line_ends_stay() -> None:
    """A file with Windows' line ends gets more of them."""
    text = "list:\r\n  - id: a\r\nend: 1\r\n"
    assert added(text).replace("\r\n", "").count("\n") == 0
    assert added(text).startswith("list:\r\n  - id: a\r\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("list: [a, 'b']  # so\n", "list: [a, 'b', c]  # so\n"),
        ("list: [\n  a,\n  b\n]\n", "list: [\n  a,\n  b, c\n]\n"),
        ("list:\n  - a\n  - b\n# end\n", "list:\n  - a\n  - b\n  - c\n# end\n"),
    ],
)
def test_a_name_is_put_at_the_end(text: str, expected: str) -> None:
    """In both ways in which a list of names is written."""
    assert added(text, item="- c\n") == expected


@pytest.mark.parametrize(
    "text",
    [
        "list: [{id: a}]\n",
        "list: []\n",
        "list: a\n",
        "other: 1\n",
        "list:\n  -\n    id: a\n",
        "list: &x\n  - &y {id: a}\nother: *x\n",
    ],
)
def test_what_cannot_be_added_to_is_left_alone(text: str) -> None:
    """Rather than to guess, it says what to change."""
    with pytest.raises(UsageError, match="'list'"):
        added(text)
