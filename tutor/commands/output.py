"""Writing: a command's data to stdout, what else there is to say to stderr."""

from __future__ import annotations

import json
import sys
from typing import Any

__all__ = ["indented", "one_line", "show", "show_json", "tell"]


def show(text: str) -> None:
    """Print lines of data, at once: whoever reads the pipe may be waiting for them."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def show_json(document: Any) -> None:
    """Print plain data as JSON on one line.

    Anything but UTF-8 gets ASCII, so that the line is valid JSON wherever it goes.
    """
    ascii_only = sys.stdout.encoding.lower().replace("-", "") != "utf8"
    # Half of a surrogate pair cannot be encoded: `main` has it escaped, as JSON would.
    show(json.dumps(document, ensure_ascii=ascii_only, allow_nan=False))


def tell(text: str) -> None:
    """Print something that is not data to stderr."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def indented(text: str, by: str) -> str:
    """`text` with `by` before each line; nothing after its last one."""
    return "\n".join(f"{by}{line}".rstrip() for line in text.rstrip().split("\n"))


def one_line(text: str) -> str:
    """`text` with its line breaks as spaces: a title cannot look like lines of the tutor's."""
    return " ".join(text.split())
