"""Finding tensors that carry a graph, inside whatever keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from checks.snapshot import is_tensor

__all__ = ["graph_paths"]

_DEEP, _WIDE, _MOST = 4, 200, 4_000
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_grad_fn = _base.grad_fn.__get__


def graph_paths(things: dict[str, Any]) -> Iterator[str]:
    """Paths to tensors with a `grad_fn`, in attributes, lists and dicts, as far as is sensible."""
    stack = [(name, thing, _DEEP) for name, thing in things.items()]
    seen: set[int] = set()
    while stack and len(seen) < _MOST:
        path, thing, depth = stack.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if is_tensor(thing):
            if _grad_fn(thing) is not None:
                yield path
        elif depth > 0:
            parts = [(f"{path}{step}", item, depth - 1) for step, item in _parts(thing)]
            stack += reversed(parts)


def _parts(thing: Any) -> list[tuple[str, Any]]:
    class_ = type(thing)
    if class_ in (list, tuple):
        return [(f"[{i}]", item) for i, item in enumerate(thing[:_WIDE])]
    if type.__subclasscheck__(dict, class_):
        pairs = list(dict.items(thing))[:_WIDE]
        return [(f"[{key!r}]" if type(key) is str else "[…]", item) for key, item in pairs]
    if class_.__module__ == "builtins" or callable(thing):
        return []
    attributes = object.__getattribute__(thing, "__dict__") if hasattr(thing, "__dict__") else {}
    return [(f".{name}", item) for name, item in list(attributes.items())[:_WIDE]]
