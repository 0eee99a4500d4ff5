"""Walking a recorded graph, in a world: what a tensor was computed from.

Nothing is differentiated: the walk works after `backward()` too, which frees what was saved in the
graph but leaves its nodes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from checks.snapshot import is_tensor, no_hooks

__all__ = ["is_tracked", "reached", "tensors_in"]

_MOST = 300_000
_WIDEST = 10_000
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_requires_grad, _grad_fn = _base.requires_grad.__get__, _base.grad_fn.__get__
_output_nr = _base.output_nr.__get__


class _Walked(NamedTuple):
    """What a walk came by.

    Attributes:
        leaves: tensors by their id.
        edges: a node's id and the number of its output.
        nodes: by their id; kept, since the id of one that is gone is soon another's.
    """

    leaves: dict[int, Any]
    edges: set[tuple[int, int]]
    nodes: dict[int, Any]


def tensors_in(thing: Any, depth: int = 20) -> list[Any]:
    """The tensors in a result, in order."""
    if is_tensor(thing):
        return [thing]
    if depth == 0:
        return []
    class_ = type(thing)
    items: list[Any] = []
    for known in (list, tuple, set, frozenset):
        if type.__subclasscheck__(known, class_):
            items = list(known.__iter__(thing))
    if type.__subclasscheck__(dict, class_):
        items = list(dict.values(thing))
    return [tensor for item in items[:_WIDEST] for tensor in tensors_in(item, depth - 1)]


def is_tracked(tensor: Any) -> bool:
    """Whether it requires a gradient, whatever its class says."""
    with no_hooks():
        return bool(_requires_grad(tensor))


def reached(outputs: list[Any], sources: dict[str, Any]) -> dict[str, bool]:
    """Which of `sources` one of the `outputs` was computed from, as far as it was recorded."""
    with no_hooks():
        tracked = [tensor for tensor in outputs if _requires_grad(tensor)]
        walked = _walk([node for t in tracked if (node := _grad_fn(t)) is not None])
        return {
            name: is_tensor(source) and _is_reached(source, tracked, walked)
            for name, source in sources.items()
        }


def _is_reached(source: Any, tracked: list[Any], walked: _Walked) -> bool:
    if not _requires_grad(source):
        return False
    if any(source is tensor for tensor in tracked):
        return True
    node = _grad_fn(source)
    if node is None:
        return id(source) in walked.leaves
    return (id(node), _output_nr(source)) in walked.edges


def _walk(starts: list[Any]) -> _Walked:
    leaves: dict[int, Any] = {}
    edges: set[tuple[int, int]] = set()
    seen: dict[int, Any] = {id(node): node for node in starts}
    waiting = list(starts)
    while waiting and len(seen) < _MOST:
        node = waiting.pop()
        if type(node).__name__ == "AccumulateGrad":
            leaves[id(node.variable)] = node.variable
        for following, number in node.next_functions:
            if following is None:
                continue
            edges.add((id(following), number))
            if id(following) not in seen:
                seen[id(following)] = following
                waiting.append(following)
    return _Walked(leaves, edges, seen)
