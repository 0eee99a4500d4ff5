"""Which things need each other in a circle, so that none of them can come first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

__all__ = ["circles"]


def circles(needs: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """For each name a number; names with the same number need each other, directly or not.

    It takes time by the number of needs (Kosaraju's algorithm).

    Args:
        needs: for each name the names that it needs; one that has no entry needs nothing.
    """
    needed_by: dict[str, list[str]] = {}
    for name, needed in needs.items():
        for one in needed:
            needed_by.setdefault(one, []).append(name)
    found: dict[str, int] = {}
    for number, start in enumerate(reversed(_in_order_of_leaving(needs))):
        ahead = [start]
        while ahead:
            name = ahead.pop()
            if name not in found:
                found[name] = number
                ahead += needed_by.get(name, ())
    return found


def _in_order_of_leaving(needs: Mapping[str, Iterable[str]]) -> list[str]:
    """Every name, each after all that can be reached from it and was not reached before."""
    seen: set[str] = set()
    left: list[str] = []
    for start in needs:
        path = [("", iter((start,)))]  # the names that lead to where we are, and what lies ahead
        while path:
            name, ahead = path[-1]
            following = next((one for one in ahead if one not in seen), None)
            if following is None:
                path.pop()
                left += [name] if path else []
            else:
                seen.add(following)
                path.append((following, iter(needs.get(following, ()))))
    return left
