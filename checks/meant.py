"""Which name is meant where one does not exist."""

from __future__ import annotations

import builtins
import difflib
import types

import torch

__all__ = ["meant"]

_MOST = 60
"""Characters of a name that are looked at."""


def meant(error: BaseException) -> str:
    """A name that nearly is the one that does not exist, in brackets; often nothing.

    Only torch's own modules and tensors are asked for their names, and the frame that looked a
    name up: nothing of the answer's runs.
    """
    if type(error) is AttributeError:
        name, names = error.name, _attributes(error.obj)
    elif type(error) is NameError:
        name, names = error.name, _names(error.__traceback__)
    else:
        return ""
    if type(name) is not str or not 1 < len(name) <= _MOST:
        return ""
    known = [one for one in names if type(one) is str and not one.startswith("_")]
    alike = [one for one in known if one.lower() == name.lower()]
    near = alike or difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    return f" (is '{near[0]}' meant?)" if near else ""


def _attributes(thing: object) -> list[str]:
    if type(thing) is types.ModuleType and thing.__name__.split(".")[0] == "torch":
        return list(vars(thing))
    if type(thing) is torch.Tensor:
        return dir(torch.Tensor)
    return []


def _names(traceback: types.TracebackType | None) -> list[str]:
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return []
    frame = traceback.tb_frame
    return [*frame.f_locals, *frame.f_globals, *vars(builtins)]
