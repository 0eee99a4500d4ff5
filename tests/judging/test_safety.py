"""What a finding may carry to a screen."""

from __future__ import annotations

from typing import Any

from tutor.judging.safety import made_safe


def _count(thing: Any) -> int:
    if isinstance(thing, dict):
        return 1 + sum(map(_count, thing.values()))
    return 1 + sum(map(_count, thing)) if isinstance(thing, list) else 1


def test_plain_data_stays_as_it_is() -> None:
    """What an honest finding holds comes through unchanged."""
    details = {"index": [0, 1], "count": 3, "path": "[0]", "name": None, "share": 0.5, "all": True}
    assert made_safe({"check": "values", "details": details}) == {
        "check": "values",
        "details": details,
    }


def test_texts_and_keys_cannot_command_a_terminal() -> None:
    """Escapes in any text, wherever it stands, become visible."""
    made = made_safe({"a\x1b[2J": ["\x1b]0;x\x07", {"b": "\u202egnp"}]})
    assert made == {"a\\x1b[2J": ["\\x1b]0;x\\x07", {"b": "\\u202egnp"}]}


def test_much_is_cut() -> None:
    """Long texts, long lists, deep nesting and large trees are bounded."""
    assert len(made_safe("x" * 1_000_000)) < 30_000
    assert len(made_safe(list(range(100_000)))) == 200
    deep: Any = 1
    for _ in range(500):
        deep = [deep]
    assert made_safe(deep) == [[[[[[None]]]]]]
    wide = [[[list(range(200))] * 200] * 200] * 200
    assert _count(made_safe(wide)) < 30_000
