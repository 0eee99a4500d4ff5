"""What an answer's text tells of the cause of an exception. Without torch."""

from __future__ import annotations

from collections.abc import Callable

from checks.diagnosis.errors.others import a_tuple, misspelt_method
from checks.diagnosis.errors.overwritten import kept_and_overwritten
from checks.diagnosis.errors.text import Text
from checks.diagnosis.errors.unrecorded import no_gradient_yet, no_graph, plain_number
from checks.diagnosis.errors.used_up import used_up

__all__ = ["cause_in_text"]

_Reader = Callable[[Text, str, str], str]

_READERS: tuple[tuple[tuple[str, ...], _Reader], ...] = (
    (("through the graph a second time",), lambda text, *_: used_up(text)),
    (
        ("modified by an inplace operation",),
        lambda text, message, _: kept_and_overwritten(text, message),
    ),
    (
        ("does not require grad and does not have a grad_fn",),
        lambda text, _, source: no_graph(text, source),
    ),
    (("has no attribute 'backward'",), lambda text, _, source: plain_number(text, source)),
    (("NoneType",), lambda text, _, source: no_gradient_yet(text, source)),
    (("tuple", "can be converted to an index"), lambda text, *_: a_tuple(text)),
    (
        ("positional argument", "takes no arguments"),
        lambda text, message, _: misspelt_method(text, message),
    ),
)
"""Words of torch's or Python's, any of which tells the kind, and who reads the text for it."""


def cause_in_text(message: str, line: int | None, source: str) -> str:
    """Where the text shows what led to an exception, a sentence or two; otherwise empty.

    Args:
        message: the exception's own text.
        line: of the answer, where it came up.
        source: the answer's text.
    """
    for words, read in _READERS:
        if any(word in message for word in words):
            try:
                text = Text.read(source, line)
                return "" if text is None else read(text, message, source)
            except RecursionError:  # an expression of a thousand parts can be parsed, no more
                return ""
    return ""
