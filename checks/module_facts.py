"""What a module holds, as plain data that travels. Without torch.

The facts cross as bytes, and are read again with their types and bounds: whoever wrote them may
have run a learner's code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias, TypeVar

import msgspec

from checks.data import Bytes, Value

__all__ = [
    "MOST",
    "Alias",
    "Hidden",
    "Layer",
    "ModuleFacts",
    "Shape",
    "Stored",
    "pack",
    "unpack",
]

MOST = 2_000
"""Parameters, buffers, layers… of one module that are looked at."""

Shape: TypeAlias = Annotated[
    tuple[Annotated[int, msgspec.Meta(ge=0)], ...], msgspec.Meta(max_length=64)
]
_Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=500)]

_MOST_BYTES = 1 << 20

_T = TypeVar("_T", bound=msgspec.Struct)


class Stored(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A registered parameter or buffer.

    Attributes:
        path: e.g. ``fc1.weight``.
        shape: its shape; empty where it is not known yet.
        dtype: e.g. ``float32``.
        trained: whether it requires a gradient.
        persistent: whether it is part of the ``state_dict``.
        lazy: whether it gets its shape at the first call only.
        stray: an attribute that was set on the tensor itself, such as ``require_grad``.
    """

    path: _Text
    shape: Shape = ()
    dtype: _Text = "float32"
    trained: bool = True
    persistent: bool = True
    lazy: bool = False
    stray: _Text = ""

    @property
    def leaf(self) -> str:
        """The last part of the path: ``weight``."""
        return self.path.rpartition(".")[2]

    @property
    def owner(self) -> str:
        """The path without its last part: ``fc1``."""
        return self.path.rpartition(".")[0]


class Alias(msgspec.Struct, frozen=True):
    """A second name of a parameter.

    Attributes:
        path: the second name.
        first: the first one.
    """

    path: _Text
    first: _Text


class Layer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A layer of torch's own that no other one contains.

    Attributes:
        path: e.g. ``net.0``.
        kind: torch's class, also where the learner's derives from it.
        text: its arguments as torch prints them; how it uses memory left out.
        stateful: whether it has parameters or buffers.
    """

    path: _Text
    kind: _Text
    text: _Text = ""
    stateful: bool = False


class Hidden(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An attribute that holds modules or tensors which are not registered.

    Attributes:
        owner: path of the module that has the attribute; empty for the outermost.
        name: the attribute.
        kind: ``list``, ``tuple``, ``dict``, ``set``, ``tensor``, ``class`` (an attribute of the
            class) or ``object``.
        holder: class of the object, or of the module whose class has the attribute.
        size: how many items the container has.
        modules: classes of the modules in it.
        parameters: shapes of the parameters in it, those of the modules too.
        buffers: shapes of the modules' buffers in it.
        tensors: shapes of the plain tensors in it.
        grad_fn: for a plain tensor, the operation that it came from.
        trained: for a plain tensor, whether it requires a gradient.
        modal: whether a module in it behaves differently in training and in eval mode.
    """

    owner: _Text
    name: _Text
    kind: _Text
    holder: _Text = ""
    size: int = 0
    modules: Annotated[tuple[_Text, ...], msgspec.Meta(max_length=MOST)] = ()
    parameters: Annotated[tuple[Shape, ...], msgspec.Meta(max_length=MOST)] = ()
    buffers: Annotated[tuple[Shape, ...], msgspec.Meta(max_length=MOST)] = ()
    tensors: Annotated[tuple[Shape, ...], msgspec.Meta(max_length=MOST)] = ()
    grad_fn: _Text = ""
    trained: bool = False
    modal: bool = False

    @property
    def label(self) -> str:
        """As it is written inside the class: ``self.layers``."""
        return f"self.{self.name}"


class ModuleFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the value of an expression is, as far as modules go.

    Attributes:
        kind: its class; for a class, the class's own name.
        is_module: whether it is a module at all.
        is_class: whether it is a class, not an object.
        initialised: whether ``Module.__init__`` ran.
        has_forward: whether it has a ``forward`` of its own.
        parameters: the registered ones, each once, in order.
        buffers: the registered ones, each once, in order.
        aliases: second names of parameters.
        layers: torch's own layers, in order.
        hidden: what is not registered.
        strays: attributes that mean nothing where they were set: ``fc1.requires_grad``.
        untrained: paths of the modules that are in eval mode.
        cut: whether there is more than was looked at.
    """

    kind: _Text = ""
    is_module: bool = False
    is_class: bool = False
    initialised: bool = True
    has_forward: bool = True
    parameters: Annotated[tuple[Stored, ...], msgspec.Meta(max_length=MOST)] = ()
    buffers: Annotated[tuple[Stored, ...], msgspec.Meta(max_length=MOST)] = ()
    aliases: Annotated[tuple[Alias, ...], msgspec.Meta(max_length=MOST)] = ()
    layers: Annotated[tuple[Layer, ...], msgspec.Meta(max_length=MOST)] = ()
    hidden: Annotated[tuple[Hidden, ...], msgspec.Meta(max_length=MOST)] = ()
    strays: Annotated[tuple[_Text, ...], msgspec.Meta(max_length=MOST)] = ()
    untrained: Annotated[tuple[_Text, ...], msgspec.Meta(max_length=MOST)] = ()
    cut: bool = False


def pack(facts: msgspec.Struct) -> bytes:
    """The facts as bytes, for `Observed.after`."""
    return msgspec.msgpack.encode(facts)


def unpack(values: Mapping[str, Value], key: str, type_: type[_T]) -> _T | None:
    """The facts under `key`; None where an honest process would have written others."""
    value = values.get(key)
    if not isinstance(value, Bytes) or len(value.value) > _MOST_BYTES:
        return None
    try:
        return msgspec.msgpack.decode(value.value, type=type_)
    except (msgspec.MsgspecError, ValueError, RecursionError, OverflowError):
        return None
