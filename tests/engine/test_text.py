"""Learner-made text cannot steer a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutor.engine.text import bounded, neutralise


def test_escapes_become_visible() -> None:
    """An OSC 52 clipboard write is shown, not obeyed."""
    assert neutralise("\x1b]52;c;aGk=\x07") == "\\x1b]52;c;aGk=\\x07"


def test_carriage_returns_become_lines() -> None:
    """A progress bar reads as lines, and CRLF as one line break."""
    assert neutralise("10%\r20%\r\n30%") == "10%\n20%\n30%"


def test_direction_overrides_are_escaped() -> None:
    """Text that would be displayed in another order than it is written is made visible."""
    assert neutralise("a\u202eb") == "a\\u202eb"


@given(st.text())
def test_nothing_dangerous_is_left(text: str) -> None:
    """After neutralising, newline and tab are the only control characters."""
    left = {c for c in neutralise(text) if ord(c) < 32 or 0x7F <= ord(c) < 0xA0}
    assert left <= {"\n", "\t"}


@given(st.text(max_size=300), st.integers(10, 100))
def test_bounded_keeps_both_ends(text: str, limit: int) -> None:
    """A long text keeps its beginning and its end, and says how much is missing."""
    short = bounded(text, limit)
    if len(text) <= limit:
        assert short == text
    else:
        assert short.startswith(text[: limit // 2])
        assert "left out" in short
