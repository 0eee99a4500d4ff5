"""What to say of a call that the function's parameters do not fit."""

from __future__ import annotations

import re
from collections.abc import Sequence

from checks.data import Raised
from checks.difference import Difference
from checks.show import count, show_raised

__all__ = ["wrong_parameters"]

_TAKES = re.compile(
    r"takes (?:from (?P<least>\d+) to )?(?P<most>\d+) positional arguments? "
    r"but (?P<given>\d+) (?:was|were) given"
)
_MISSING = re.compile(
    r"missing \d+ required (?P<kind>positional|keyword-only) arguments?: (?P<names>.+)"
)
_NAME = re.compile(r"['\"](\w+)['\"]")


def wrong_parameters(raised: Raised, target: str, names: Sequence[str]) -> Difference | None:
    """The difference, where Python refused the call itself; None where something else raised.

    Args:
        raised: what came up.
        target: the expression that was called.
        names: of the arguments, in order.
    """
    if raised.type != "TypeError" or raised.stage != "call" or raised.line is not None:
        return None
    says = _takes(raised.message, len(names)) or _lacks(raised.message)
    if says is None:
        return None
    with_what = f"with {count(len(names), 'argument')}, {_listed(names)}" if names else ""
    return Difference(
        code="wrong-parameters",
        message=f"`{target}` is called {with_what or 'without arguments'}, but {says}",
        expected=f"{target}({', '.join(names)})",
        actual=show_raised(raised),
        details={"arguments": list(names)},
    )


def _takes(message: str, arguments: int) -> str | None:
    found = _TAKES.search(message)
    if found is None:
        return None
    # A bound method counts `self`.
    own = int(found["given"]) - arguments
    if own not in (0, 1):
        return None
    most = int(found["most"]) - own
    if most == 0:
        return "takes none: put its parameters between the brackets after its name."
    more = "at most " if found["least"] else "only " if most < arguments else ""
    return f"takes {more}{most}."


def _lacks(message: str) -> str | None:
    found = _MISSING.search(message)
    names = _NAME.findall(found["names"]) if found is not None else []
    if found is None or not names:
        return None
    if found["kind"] == "keyword-only":
        return (
            f"{_listed(names)} can only be given by name there. Arguments go in by position: "
            "leave out the `*`, or give a default."
        )
    return f"asks for {_listed(names)}, too: a parameter that is not given needs a default."


def _listed(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
