"""What is known about the answer that ran last; without the checks, which take long to import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from checks.data import Warned
from checks.listening import Heard

__all__ = ["RanAnswer"]


class RanAnswer(NamedTuple):
    """The answer that ran last.

    Attributes:
        text: its code.
        warned: what was warned of meanwhile.
        heard: what was printed meanwhile.
        before: the states of the random generators before it ran.
    """

    text: str = ""
    warned: tuple[Warned, ...] = ()
    heard: Heard | None = None
    before: Mapping[str, int] = {}
