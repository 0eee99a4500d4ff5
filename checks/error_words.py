"""What exceptions mean, for those that learners of torch are known to meet. Without torch."""

from __future__ import annotations

import re

from checks.diagnosis.errors.known import known_meaning
from checks.diagnosis.errors.others import TARGETS, a_tuple, misspelt_method, nothing_to_optimize
from checks.diagnosis.errors.overwritten import kept_and_overwritten, leaf_overwritten
from checks.diagnosis.errors.text import Text
from checks.diagnosis.errors.unrecorded import no_gradient_yet, no_graph, plain_number
from checks.diagnosis.errors.used_up import used_up
from checks.diagnosis.lost_results import dropped_results
from checks.names import unless_too_deep

__all__ = ["in_short", "meaning"]

_LONG = 160


@unless_too_deep("")
def meaning(type_name: str, message: str, line: int | None, source: str) -> str:
    """What to tell a learner of an exception beside its own words; empty where nothing is known.

    Args:
        type_name: of the exception.
        message: its text; matched loosely, since it changes from version to version.
        line: of the answer, where it came up.
        source: the answer's text.
    """
    known = known_meaning(type_name, message)
    try:
        text = Text.read(source, line)
        own = "" if text is None else _meaning(type_name, message, text, source)
        dropped = "" if text is None or not (own or known) else _dropped(message, text)
    except RecursionError:  # an expression of a thousand parts can be parsed, no more
        return known
    return f"{own or known} {dropped}".rstrip()


def _dropped(message: str, text: Text) -> str:
    """A conversion or another shape that nobody keeps, before the line of the exception."""
    if not re.search(r"dtype|scalar type|device|shape|stride|size|dimension", message):
        return ""
    dropped = [found for found in dropped_results(text.tree) if found[0] < (text.line or 0)]
    return min(dropped)[1] if dropped else ""


def _meaning(  # noqa: C901, PLR0911  # one line for each kind of exception
    type_name: str, message: str, text: Text, source: str
) -> str:
    low = message.lower()
    if "backward through the graph a second time" in low:
        return used_up(text)
    if "leaf variable that requires grad" in low and "in-place" in low:
        return leaf_overwritten(text)
    if "modified by an inplace operation" in low:
        return kept_and_overwritten(text, message)
    if "does not require grad and does not have a grad_fn" in low:
        return no_graph(text, source)
    if "can't call numpy() on tensor that requires grad" in low:
        return "NumPy keeps no record of operations, so the tensor has to leave the graph first."
    if "optimizer got an empty parameter list" in low:
        return nothing_to_optimize(text)
    if "save_for_backward can only save variables" in low:
        return (
            "`save_for_backward` keeps tensors only; a number is kept as an attribute of the "
            "context (`ctx.name = ...`)."
        )
    if "'nonetype'" in low and type_name in ("TypeError", "AttributeError"):
        return no_gradient_yet(text, source)
    if "has no attribute 'backward'" in low:
        return plain_number(text, source)
    if "tuple" in low or "can be converted to an index" in low:
        return a_tuple(text)
    if "positional argument" in low or "takes no arguments" in low:
        return misspelt_method(text, message)
    return next((says for words, says in TARGETS if words.search(message)), "")


def in_short(message: str) -> str:
    """The first sentence of a long text: the rest is advice that the words of ours replace."""
    text = " ".join(message.split())
    text = text.partition(", but expected one of:")[0]  # a list of all forms, a page long
    if len(text) <= _LONG:
        return text.rstrip(".")
    return re.split(r"(?<=[.!?]) (?=[A-Z])", text)[0].rstrip(".")
