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
from collections.abc import Set as AbstractSet

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
        return types.MappingProxyType(_run(module, text))
    except CustomChecksError:
        del sys.modules[module.__name__]
        raise


def _run(module: types.ModuleType, text: str) -> dict[str, type[Check]]:
    try:
        exec(compile(text, CUSTOM_FILE, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - importing the course's file is what this is for
    except (Exception, SystemExit) as error:
        raise CustomChecksError(f"{type(error).__name__}: {error}", inner_line(error)) from error
    found: dict[str, type[Check]] = {}
    for class_ in _checks_in(module):
        if class_.name in CHECKS or class_.name in found:
            known = "a built-in" if class_.name in CHECKS else "another"
            raise CustomChecksError(
                f"there is {known} check {class_.name!r} already", _line_of(class_, text)
            )
        found[class_.name] = class_
    for class_ in found.values():
        problem = _problem(class_, found.keys() | CHECKS.keys())
        if problem:
            raise CustomChecksError(problem, _line_of(class_, text))
    return found


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
        if ours and issubclass(thing, Check):
            name = thing.__dict__.get("name")
            if isinstance(name, str) and name:
                yield thing


def _problem(class_: type[Check], names: AbstractSet[str]) -> str:
    """What is wrong with the class's parameters, or an empty string."""
    name = class_.name
    try:
        entry(class_)
    except Exception as error:  # noqa: BLE001 - annotations may hold anything
        return f"the parameters of {name!r} cannot be read: {type(error).__name__}: {error}"
    clash = sorted(names & {*class_.__struct_fields__})
    return f"the parameter {clash[0]!r} of {name!r} is the name of a check" if clash else ""


def _line_of(class_: type, text: str) -> int:
    found = re.search(rf"^class\s+{re.escape(class_.__name__)}\b", text, re.MULTILINE)
    return 0 if found is None else text.count("\n", 0, found.start()) + 1
