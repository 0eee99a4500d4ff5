"""What a training run did: forward, backward, update, in the order they came.

Effects count more than names: an update is a write into a leaf that a backward pass reached,
whoever makes it, and what is noted with it is whether there was a gradient to make it with.
"""

from __future__ import annotations

import time
import weakref
from typing import Any

import msgspec
import torch

from checks.snapshot import is_tensor

__all__ = ["Event", "OutOfTimeError", "Recorder"]

_MOST_EVENTS = 6_000
_MOST_NODES = 20_000
_MOST_LEAVES = 1_000
_STATES = ("none", "zero", "there")
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_grad, _requires_grad = _base.grad.__get__, _base.requires_grad.__get__
_grad_fn = _base.grad_fn.__get__
_size, _storage, _detach = torch.Tensor.size, torch.Tensor.untyped_storage, torch.Tensor.detach
_count_nonzero = torch.count_nonzero


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

    def updated(self) -> None:
        """It is written into, with the gradient that it has."""
        self.used = self.used or _gradient(self.tensor) == "there"
        self._before = None

    def changed(self) -> bool:
        """Whether it changed without a write that was seen."""
        return self._before is not None and not torch.equal(_detach(self.tensor), self._before)


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
        self._deadline = time.monotonic() + seconds
        self._leaves: dict[int, _Leaf] = {}
        self._places: dict[int, _Leaf] = {}
        self._last: list[_Leaf] = []
        self._depth = 0
        self._stepping = 0
        self._returned = False
        self._written = False
        self._tokens: list[weakref.ref[_Token]] = []

    # --- what happens

    def tick(self) -> None:
        """Make sure that there is time left.

        Raises:
            OutOfTimeError: there is none.
        """
        if time.monotonic() > self._deadline:
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
                    recorded=torch.is_grad_enabled(),
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
        self._returned = not stored
        self._last = [_Leaf(tensor) for tensor in reached]
        self._keep(self._last)

    def writes(self, tensors: list[Any]) -> None:
        """Some tensors are about to be written into."""
        hit = [leaf for t in tensors if (leaf := self._places.get(_address(t))) is not None]
        if hit and not self._stepping:
            self._update(hit, "hand")

    def steps(self, optimizer: Any) -> None:
        """An optimizer's step begins."""
        self._catch_up([])
        self._stepping += 1
        tensors = [t for group in optimizer.param_groups for t in group["params"]]
        self._keep([_Leaf(t) for t in tensors if id(t) not in self._leaves])
        held = [leaf for t in tensors if (leaf := self._leaves.get(id(t))) is not None]
        self._update(held, "step")

    def stepped(self) -> None:
        """An optimizer's step is over."""
        self._stepping = max(self._stepping - 1, 0)

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
        self._places = {_address(leaf.tensor): leaf for leaf in self._leaves.values()}
        self._places.pop(0, None)

    def _update(self, leaves: list[_Leaf], by: str) -> None:
        states = ["none", *(_gradient(leaf.tensor) for leaf in leaves)]
        gradient = "there" if self._returned else max(states, key=_STATES.index)
        last = self.events[-1] if self.events else None
        if last is not None and last.kind == "update" and last.by == by == "hand":
            # Parameters that are written one after the other are one update.
            if _STATES.index(gradient) > _STATES.index(last.gradient):
                self.events[-1] = Event("update", gradient=gradient, by=by)
        else:
            self.note(Event("update", gradient=gradient, by=by))
        for leaf in leaves:
            leaf.updated()
        self._written = True

    def _catch_up(self, reached: list[Any]) -> None:
        """Notice leaves that changed without a write that was seen, or were replaced."""
        if not self._written:
            changed = [leaf for leaf in self._leaves.values() if leaf.changed()]
            for leaf in changed:
                leaf.updated()
            if changed or (reached and self._replaced(reached)):
                event = Event("update", gradient="there", by="hand" if changed else "new")
                self.events.insert(self._after_backward(), event)
        self._written = False

    def _after_backward(self) -> int:
        """The place after the last backward pass, where what nobody saw is most likely to be."""
        places = [i for i, event in enumerate(self.events) if event.kind == "backward"]
        return places[-1] + 1 if places else 0

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


def _address(tensor: Any) -> int:
    """Where a tensor's memory begins; 0 where it has none."""
    try:
        return int(_storage(tensor).data_ptr())
    except (RuntimeError, NotImplementedError):
        return 0


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
