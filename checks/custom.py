"""A course's own checks: the text of its ``checks.py`` made into classes.

This runs the text. The tutor does so in sandboxed processes only: in the worlds, and in a judge of
the course's own. In a notebook or a test suite it is as safe as importing the file.
"""

from __future__ import annotations

import functools
import hashlib
import linecache
import re
import sys
import types
from collections.abc import Iterator, Mapping

from checks.base import Check
from checks.catalog import entry
from checks.registry import CHECKS

__all__ = ["CUSTOM_FILE", "CustomChecksError", "inner_line", "load_custom"]

CUSTOM_FILE = "checks.py"
"""How tracebacks name the file."""


class CustomChecksError(ValueError):
    """A course's ``checks.py`` cannot be used.

    Attributes:
        line: of the file, from 1; 0 where it is not known.
    """

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.line = line


@functools.lru_cache(maxsize=8)
def load_custom(text: str) -> Mapping[str, type[Check]]:
    """The checks that a ``checks.py`` of that text defines, by name.

    A check is a class at the top of the file that extends `Check` and has a `name`; one without a
    name is a base for others.

    Raises:
        CustomChecksError: the text does not run, or defines what is no check.
    """
    module = types.ModuleType(f"custom_checks_{hashlib.sha256(text.encode()).hexdigest()[:16]}")
    module.__file__ = CUSTOM_FILE
    lines = text.splitlines(keepends=True)
    linecache.cache[CUSTOM_FILE] = (len(text), None, lines, CUSTOM_FILE)
    sys.modules[module.__name__] = module  # where msgspec looks the annotations up
    try:
        exec(compile(text, CUSTOM_FILE, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - importing the course's file is what this is for
    except (Exception, SystemExit) as error:
        del sys.modules[module.__name__]
        raise CustomChecksError(f"{type(error).__name__}: {error}", inner_line(error)) from error
    found: dict[str, type[Check]] = {}
    for class_ in _checks_in(module):
        problem = _problem(class_, found)
        if problem:
            raise CustomChecksError(problem, _line_of(class_, text))
        found[class_.name] = class_
    return types.MappingProxyType(found)


def inner_line(error: BaseException) -> int:
    """The innermost line of a ``checks.py`` that an exception came through; 0 for none."""
    if isinstance(error, SyntaxError) and error.filename == CUSTOM_FILE:
        return error.lineno or 0
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == CUSTOM_FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _checks_in(module: types.ModuleType) -> Iterator[type[Check]]:
    for thing in list(vars(module).values()):
        ours = isinstance(thing, type) and thing.__module__ == module.__name__
        if ours and issubclass(thing, Check) and thing.__dict__.get("name"):
            yield thing


def _problem(class_: type[Check], others: Mapping[str, type[Check]]) -> str:
    """Why the class is no check, or an empty string."""
    name = class_.name
    if name in CHECKS:
        return f"there is a built-in check {name!r} already"
    if name in others:
        return f"there are two checks {name!r}"
    try:
        parameters = entry(class_)["properties"].keys() - {name}
    except TypeError as error:
        return f"a parameter of {name!r} has a type that YAML does not have: {error}"
    clash = sorted(parameters & (CHECKS.keys() | others.keys()))
    if clash:
        return f"the parameter {clash[0]!r} of {name!r} is the name of a check"
    return ""


def _line_of(class_: type, text: str) -> int:
    found = re.search(rf"^class\s+{re.escape(class_.__name__)}\b", text, re.MULTILINE)
    return 0 if found is None else text.count("\n", 0, found.start()) + 1
