"""Which existing name an unknown one in an exception nearly is. Never raises."""

from __future__ import annotations

import builtins
import difflib
import types
from collections.abc import Iterable
from typing import Any

__all__ = ["guessed_name", "nearest", "with_guess"]

_MOST = 5_000
_LONGEST = 60
_is_subclass = type.__subclasscheck__
_of_class: Any = type.__dict__["__dict__"].__get__


def guessed_name(error: BaseException) -> str:
    """The name that was meant by one that does not exist; empty where none is near."""
    try:
        if _is_subclass(NameError, type(error)):
            return nearest(error.name, _in_scope(error))  # type: ignore[attr-defined]
        if _is_subclass(AttributeError, type(error)):
            return nearest(error.name, _attributes(error.obj))  # type: ignore[attr-defined]
    except BaseException:  # whatever a learner's object does  # noqa: BLE001, S110
        pass
    return ""


def with_guess(said: str, guess: str) -> str:
    """What an exception says, and the name that was meant, as newer versions of Python put it."""
    return f"{said}. Did you mean: '{guess}'?"


def nearest(name: object, known: Iterable[object]) -> str:
    """The one of the known names that is nearly `name`, or an empty string."""
    if type(name) is not str or not 1 < len(name) <= _LONGEST:
        return ""
    private = name.startswith("_")
    names = [k for k in known if type(k) is str and k.startswith("_") == private][:_MOST]
    alike = [k for k in names if k.lower() == name.lower()]
    near = alike or difflib.get_close_matches(name, names, n=1, cutoff=0.75)
    return near[0] if near and near[0] != name else ""


def _in_scope(error: BaseException) -> list[object]:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return []
    frame = trace.tb_frame
    return [*frame.f_locals, *frame.f_globals, *vars(builtins)]


def _attributes(thing: object) -> list[object]:
    """Of the thing and its classes, without asking it."""
    if type(thing) is types.ModuleType:
        return list(vars(thing))
    found: list[object] = [n for c in type.mro(type(thing)) for n in _of_class(c)]
    own = object.__getattribute__(thing, "__dict__") if type(thing).__dictoffset__ else {}
    if type(own) is not dict:
        return found
    held = [own.get(kind) for kind in ("_parameters", "_buffers", "_modules")]
    return [*found, *own, *(name for names in held if type(names) is dict for name in names)]
