"""Text that learner code made, on its way to a terminal."""

from __future__ import annotations

import re

__all__ = ["bounded", "neutralise"]

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def neutralise(text: str) -> str:
    r"""Make control characters visible, so that no terminal obeys them.

    Newline and tab stay. A carriage return becomes a line break, so that a progress bar reads as
    lines. ``\x1b`` becomes the four characters ``\x1b``; direction overrides are escaped as well.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub(lambda match: _escape(match.group()), text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def bounded(text: str, limit: int) -> str:
    """At most about `limit` characters: the beginning, a notice, the end."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
