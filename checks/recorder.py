"""What a training run did: forward, backward, update, in the order they came.

Effects count more than names: an update is a write into a leaf that a backward pass reached,
whoever makes it, and what is noted with it is whether there was a gradient to make it with.
"""

from __future__ import annotations

import sys
import time
import weakref
from typing import Any

import msgspec
import torch

from checks.snapshot import is_tensor

__all__ = ["Event", "OutOfTimeError", "Recorder"]

_DYNAMO = "torch._dynamo"
_MOST_EVENTS = 6_000
_MOST_NODES = 20_000
_MOST_LEAVES = 1_000
_STATES = ("none", "zero", "there")
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_grad, _requires_grad = _base.grad.__get__, _base.requires_grad.__get__
_grad_fn, _version = _base.grad_fn.__get__, _base._version.__get__  # noqa: SLF001  # no public name
_size, _detach = torch.Tensor.size, torch.Tensor.detach
_count_nonzero, _equal = torch.count_nonzero, torch.equal
_is_grad_enabled, _now = torch.is_grad_enabled, time.process_time


class OutOfTimeError(BaseException):
    """A run took longer than it may. No ``except Exception`` of the learner's catches it."""


class Event(msgspec.Struct, frozen=True, array_like=True):
    """One thing that a run did.

    Attributes:
        kind: ``forward``, ``backward``, ``update`` (an optimizer's step, or a write by hand) or
            ``zero`` (a call of `zero_grad`).
        gradient: for an update, whether there is a gradient: ``there``, ``zero`` or ``none``; for
            a backward pass what it adds to: ``used`` (an update was made with it), ``fresh`` (not
            yet) or ``none``.
        training: for a forward pass, whether the module is in training mode.
        recorded: for a forward pass, whether autograd records.
        size: for a forward pass, the first dimension of its first argument; -1 without one.
        by: for an update, ``step``, ``hand``, or ``new`` where new tensors took the place of the
            parameters.
    """

    kind: str
    gradient: str = ""
    training: bool = False
    recorded: bool = False
    size: int = -1
    by: str = ""


class _Leaf:
    """A tensor that a backward pass reached, or that an optimizer holds."""

    def __init__(self, tensor: Any) -> None:
        self.tensor = tensor
        self.used = False
        self._before: torch.Tensor | None = _detach(tensor).clone()
        self._version = _version(tensor)

    def updated(self) -> None:
        """It was, or is now, written into with the gradient that it has."""
        self.used = self.used or _gradient(self.tensor) == "there"
        self._before = None

    def written(self) -> str:
        """``there`` if it has changed since, ``zero`` if it was written into to no effect."""
        if self._before is None:
            return ""
        if not _equal(_detach(self.tensor), self._before):
            return "there"
        return "zero" if _version(self.tensor) != self._version else ""


class _Token:
    """Lives as long as the graph that it is tied to."""

    def __call__(self, *_: Any) -> None:
        """Nothing: a hook that does not change the gradient."""


class Recorder:
    """What was recorded so far.

    Attributes:
        events: in their order, bounded.
        graphs: how many graphs of earlier backward passes were alive at once, at most.
        stale: the first parameter whose used gradient was added to.
    """

    def __init__(self, seconds: float) -> None:
        self.events: list[Event] = []
        self.graphs = 0
        self.stale: Any = None
        self._seconds = seconds
        self._deadline = _now() + seconds
        self._imported = _DYNAMO in sys.modules
        self._leaves: dict[int, _Leaf] = {}
        self._last: list[_Leaf] = []
        self._depth = 0
        self._seen = False
        self._tokens: list[weakref.ref[_Token]] = []

    # --- what happens

    def tick(self) -> None:
        """Make sure that there is time left: of the processor's, since others may use it, too.

        Raises:
            OutOfTimeError: there is none.
        """
        if not self._imported and _DYNAMO in sys.modules:
            # torch imports it for the first optimizer, which takes seconds: not on this clock.
            self._imported = True
            self._deadline = _now() + self._seconds
        if _now() > self._deadline:
            raise OutOfTimeError

    def note(self, event: Event) -> None:
        """Keep an event."""
        self.tick()
        if len(self.events) < _MOST_EVENTS:
            self.events.append(event)

    def entered(self, module: Any, inputs: tuple[Any, ...]) -> None:
        """A module's forward pass begins."""
        owns = _has_parameters(module)
        if self._depth == 0 and owns:
            size = next((tuple(_size(x)) for x in inputs if is_tensor(x)), ())
            self.note(
                Event(
                    "forward",
                    training=module.training is True,
                    recorded=_is_grad_enabled(),
                    size=size[0] if size else -1,
                )
            )
        self._depth += owns

    def left(self, module: Any) -> None:
        """A module's forward pass is over."""
        self._depth = max(self._depth - _has_parameters(module), 0)

    def differentiating(self, roots: list[Any], *, stored: bool) -> None:
        """A backward pass begins at `roots`; its gradients go to `.grad`, or are returned."""
        reached = _leaves_of(roots)
        self._catch_up(reached)
        there = [t for t in reached if stored and _gradient(t) == "there"]
        known = [leaf for t in there if (leaf := self._leaves.get(id(t))) is not None]
        stale = [leaf for leaf in known if leaf.used]
        if stale and self.stale is None:
            self.stale = stale[0].tensor
        self.note(Event("backward", gradient="used" if stale else "fresh" if there else "none"))
        self._watch_graphs(roots)
        self._last = [_Leaf(tensor) for tensor in reached]
        self._keep(self._last)

    def steps(self, optimizer: Any) -> None:
        """An optimizer's step begins."""
        self._catch_up([])
        tensors = [t for group in optimizer.param_groups for t in group["params"]]
        self._keep([_Leaf(t) for t in tensors if id(t) not in self._leaves])
        held = [leaf for t in tensors if (leaf := self._leaves.get(id(t))) is not None]
        states = ["none", *(_gradient(leaf.tensor) for leaf in held)]
        self.note(Event("update", gradient=max(states, key=_STATES.index), by="step"))
        for leaf in held:
            leaf.updated()
        self._seen = True

    def finish(self) -> None:
        """The run is over."""
        self._catch_up([])

    # --- what follows from it

    def _keep(self, leaves: list[_Leaf]) -> None:
        for leaf in leaves:
            self._leaves.pop(id(leaf.tensor), None)
            self._leaves[id(leaf.tensor)] = leaf
        for oldest in list(self._leaves)[: max(len(self._leaves) - _MOST_LEAVES, 0)]:
            del self._leaves[oldest]

    def _catch_up(self, reached: list[Any]) -> None:
        """Notice leaves that were written into by hand since the last pass, or replaced."""
        written = [(leaf, state) for leaf in self._leaves.values() if (state := leaf.written())]
        for leaf, _ in written:
            leaf.updated()
        states = [state for _, state in written]
        if states:
            self._insert(Event("update", gradient=max(states, key=_STATES.index), by="hand"))
        elif reached and not self._seen and self._replaced(reached):
            self._insert(Event("update", gradient="there", by="new"))
        self._seen = False

    def _insert(self, event: Event) -> None:
        """Put what nobody saw where it is most likely to be: after the last backward pass."""
        places = [i for i, known in enumerate(self.events) if known.kind == "backward"]
        self.events.insert(places[-1] + 1 if places else 0, event)

    def _replaced(self, reached: list[Any]) -> bool:
        """Whether the leaves are new ones in the place of the last backward pass's."""
        old = {id(leaf.tensor) for leaf in self._last}
        shapes = [tuple(_size(leaf.tensor)) for leaf in self._last]
        fresh = [t for t in reached if id(t) not in self._leaves]
        return bool(fresh) and shapes == [tuple(_size(t)) for t in reached] and bool(old)

    def _watch_graphs(self, roots: list[Any]) -> None:
        """Tie a token to the graph: it lives as long as the graph does."""
        self.graphs = max(self.graphs, sum(token() is not None for token in self._tokens))
        node = next((fn for root in roots if (fn := _grad_fn(root)) is not None), None)
        if node is not None:
            token = _Token()
            node.register_hook(token)
            self._tokens.append(weakref.ref(token))


def _gradient(tensor: Any) -> str:
    """Whether the tensor's gradient is ``there``, ``zero`` or ``none``."""
    grad = _grad(tensor)
    if grad is None:
        return "none"
    return "there" if int(_count_nonzero(grad)) else "zero"


def _has_parameters(module: Any) -> bool:
    return next(iter(torch.nn.Module.parameters(module)), None) is not None


def _leaves_of(roots: list[Any]) -> list[Any]:
    """The tensors whose gradients a backward pass from `roots` computes."""
    found = [root for root in roots if _grad_fn(root) is None and _requires_grad(root)]
    stack = [fn for root in roots if (fn := _grad_fn(root)) is not None]
    seen = set(stack)
    while stack and len(seen) < _MOST_NODES:
        node = stack.pop()
        if hasattr(node, "variable"):
            found.append(node.variable)
        following = [fn for fn, _ in node.next_functions if fn is not None and fn not in seen]
        seen.update(following)
        stack += following
    return found
