"""Checks in a worker: the built-in ones and, from the text that came along, a course's own."""

from __future__ import annotations

import traceback

import msgspec

from checks.base import Check
from checks.catalog import entry
from checks.custom import CUSTOM_FILE, CustomChecksError, inner_line, load_custom
from checks.registry import CHECKS, build
from tutor.engine.protocol import Describe, Described, Specification
from tutor.engine.text import bounded, neutralise

__all__ = ["build_check", "describe", "reason_of"]


def build_check(specification: Specification) -> Check:
    """The check that is specified. A course's own is loaded into this process first.

    Raises:
        ValueError: there is no such check, or a parameter is wrong.
    """
    classes = load_custom(specification.module) if specification.module else CHECKS
    return build(specification.check, specification.target, specification.params, classes)


def describe(message: Describe) -> Described:
    """The entries of a course's own checks."""
    try:
        found = load_custom(message.module)
        entries = {name: entry(class_) for name, class_ in found.items()}
        return Described(entries=msgspec.json.encode(entries))
    except CustomChecksError as error:
        return Described(failure=_short(str(error)), line=error.line)
    except Exception as error:  # noqa: BLE001 - the course's classes may do anything when asked
        return Described(failure=reason_of(error))


def reason_of(error: BaseException) -> str:
    """What an exception says and where it came up: in the course's file, if it passed there."""
    if isinstance(error, CustomChecksError):
        text, line = str(error), error.line
    else:
        text, line = f"{type(error).__name__}: {error}", inner_line(error)
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({last[0].filename}, line {last[0].lineno})" if last else ""
    return _short(text) + (f" ({CUSTOM_FILE}, line {line})" if line else where)


def _short(text: str) -> str:
    return neutralise(bounded(text, 2000))
