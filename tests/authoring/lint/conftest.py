"""What the tests of lint share: a lesson with nothing wrong, and what is found in a changed one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tutor.authoring.lint.run import lint
from tutor.course.problems import Problem

Find = Callable[[str], list[Problem]]
InGood = Callable[[str, str], list[str]]

GOOD = (Path(__file__).parent / "good.yaml").read_text(encoding="utf-8")
MARK = "¶"
"""Stands in a changed text where a problem is expected."""


@pytest.fixture
def find(tmp_path: Path) -> Find:
    """The problems of a lesson text."""

    def problems_of(text: str) -> list[Problem]:
        path = tmp_path / "lesson.yaml"
        path.write_text(text, encoding="utf-8", newline="")
        return list(lint([path]).problems)

    return problems_of


@pytest.fixture
def in_good(find: Find) -> InGood:
    """The problems of the good lesson with a piece of it exchanged, as ``line:column code``.

    Instead of numbers, ``here`` stands where the new piece holds the mark.
    """

    def problems_of(old: str, new: str) -> list[str]:
        assert GOOD.count(old) == 1, old
        text = GOOD.replace(old, new)
        before = text.partition(MARK)[0] if MARK in text else ""
        here = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        found = find(text.replace(MARK, ""))
        return [
            f"{'here' if (p.line, p.column) == here else f'{p.line}:{p.column}'} {p.code}"
            for p in found
        ]

    return problems_of
