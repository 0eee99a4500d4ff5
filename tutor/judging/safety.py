"""Making what a finding carries safe to show and small enough to keep."""

from __future__ import annotations

from typing import Any

from tutor.engine.text import bounded, neutralise

__all__ = ["made_safe"]

_LONGEST = 20_000
_MOST_ITEMS = 200
_DEEPEST = 6
_MOST = 5_000


def made_safe(thing: Any) -> Any:
    """The same plain data, its texts neutralised, and what is too much of it left out.

    Findings come from the judge, but quote the learner's world: names, messages, keys, values.
    """
    return _Room().safe(thing, _DEEPEST)


class _Room:
    """How much one finding may still hold."""

    def __init__(self) -> None:
        self._left = _MOST

    def safe(self, thing: Any, depth: int) -> Any:
        self._left -= 1
        match thing:
            case str():
                return bounded(neutralise(thing), _LONGEST)
            case dict() if depth:
                return {
                    bounded(neutralise(str(key)), _LONGEST): self.safe(value, depth - 1)
                    for key, value in self._some(thing.items())
                }
            case list() if depth:
                return [self.safe(item, depth - 1) for item in self._some(thing)]
            case dict() | list():
                return None
        return thing

    def _some(self, items: Any) -> list[Any]:
        return list(items)[: max(0, min(_MOST_ITEMS, self._left))]
