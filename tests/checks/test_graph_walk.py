from __future__ import annotations

from typing import Any

import torch

from checks.graph_walk import is_tracked, reached, tensors_in


class _Double(torch.autograd.Function):
    @staticmethod
    def forward(_ctx: Any, x: torch.Tensor) -> torch.Tensor:
        return x * 2

    @staticmethod
    def backward(_ctx: Any, *grads: torch.Tensor) -> torch.Tensor:
        return grads[0] * 2


def test_leaves_results_and_parts_are_reached() -> None:
    """Each by what it is: a leaf, a result, one of several results of an operation."""
    w, v = (torch.ones(3, requires_grad=True) for _ in "wv")
    h = w * 2
    first, second, _ = h.unbind()
    loss = (first * 3).sum()
    sources = {"w": w, "v": v, "h": h, "first": first, "second": second, "loss": loss, "n": 3}
    expected = {"w", "h", "first", "loss"}
    assert {name for name, hit in reached([loss], sources).items() if hit} == expected
    loss.backward()  # type: ignore[no-untyped-call]
    assert {name for name, hit in reached([loss], sources).items() if hit} == expected


def test_functions_of_ones_own_and_deep_graphs_are_walked() -> None:
    """Without recursion: a graph may be a hundred thousand operations deep."""
    w = torch.ones(3, requires_grad=True)
    deep = _Double.apply(w)  # type: ignore[no-untyped-call]
    for _ in range(5_000):
        deep = deep + 0
    assert reached([deep], {"w": w}) == {"w": True}
    assert reached([deep.detach()], {"w": w}) == {"w": False}
    assert reached([], {"w": w}) == {"w": False}


def test_tensors_are_found_at_any_depth() -> None:
    """In lists, tuples, sets and dicts, but not without end."""
    x = torch.ones(2, requires_grad=True)
    assert tensors_in({"a": [x, (x, {x})], "b": 3}) == [x, x, x]
    endless: list[Any] = [x]
    endless.append(endless)
    assert len(tensors_in(endless)) == 20
    assert is_tracked(x)
    assert not is_tracked(x.detach())
