"""What can be observed about a world, as plain data. Without torch.

Every Python object that a check may look at has a counterpart here; what has none is `Opaque`.
Tensors refer to the storages of the `Trial` or `Observed` that they lie in, so that views which
share memory still share it on the other side.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from checks.facts import Chance, Watch, Work

__all__ = [
    "Array",
    "Bool",
    "Bytes",
    "Complex",
    "Device",
    "Dict",
    "Dtype",
    "Float",
    "Int",
    "List",
    "Nothing",
    "Observed",
    "Opaque",
    "Raised",
    "Scalar",
    "Set",
    "Size",
    "Stage",
    "Str",
    "Tensor",
    "Trial",
    "Tuple",
    "Value",
    "Warned",
]

Scalar: TypeAlias = bool | int | float | str | None
"""What a named size may be."""

Stage: TypeAlias = str
"""Where an exception came up: ``run``, ``target``, ``given``, ``inputs``, ``call``, ``gradient``,
``after`` (what else is looked at) or ``look`` (while the result was looked at)."""


class _Value(msgspec.Struct, frozen=True, tag_field="t", omit_defaults=True):
    """One observed object."""


class Nothing(_Value, frozen=True, tag="none"):
    """None."""


class Bool(_Value, frozen=True, tag="bool"):
    """True or False."""

    value: bool


class Int(_Value, frozen=True, tag="int"):
    """An int of any size, in hexadecimal (``-0x1f``)."""

    digits: str

    @property
    def value(self) -> int:
        """The number."""
        return int(self.digits, 16)


class Float(_Value, frozen=True, tag="float"):
    """A float, NaN and infinities too."""

    value: float


class Complex(_Value, frozen=True, tag="complex"):
    """A complex number."""

    real: float
    imag: float


class Str(_Value, frozen=True, tag="str"):
    """Text."""

    value: str


class Bytes(_Value, frozen=True, tag="bytes"):
    """Bytes."""

    value: bytes


class List(_Value, frozen=True, tag="list"):
    """A list."""

    items: tuple[Value, ...]


class Tuple(_Value, frozen=True, tag="tuple"):
    """A tuple.

    Attributes:
        kind: the class's name where it is not ``tuple`` itself, e.g. ``torch.return_types.max``.
        fields: the names of its fields, where it is a named tuple.
    """

    items: tuple[Value, ...]
    kind: str = ""
    fields: tuple[str, ...] = ()


class Dict(_Value, frozen=True, tag="dict"):
    """A dict: keys and values side by side, in its order."""

    items: tuple[tuple[Value, Value], ...]


class Set(_Value, frozen=True, tag="set"):
    """A set or frozenset, its items in no particular order."""

    items: tuple[Value, ...]


class Tensor(_Value, frozen=True, tag="tensor", kw_only=True):
    """A strided tensor.

    Attributes:
        storage: index of its storage; None where it has no data (the meta device).
        dtype: e.g. ``float32``.
        shape: e.g. ``(2, 3)``.
        stride: in elements, one per dimension.
        offset: of the first element, in elements.
        device: e.g. ``cpu``. The data always lies on the CPU.
        requires_grad: whether operations on it are recorded.
        is_leaf: whether it is the result of no recorded operation.
        grad_fn: the name of the operation that it came from, without the trailing number.
        kind: the class's name where it is not ``Tensor`` itself, e.g. ``Parameter``.
    """

    storage: int | None
    dtype: str
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int = 0
    device: str = "cpu"
    requires_grad: bool = False
    is_leaf: bool = True
    grad_fn: str = ""
    kind: str = ""


class Array(_Value, frozen=True, tag="array"):
    """A NumPy array, described as the tensor over the same memory."""

    tensor: Tensor


class Dtype(_Value, frozen=True, tag="dtype"):
    """A torch.dtype, e.g. ``float32``."""

    name: str


class Device(_Value, frozen=True, tag="device"):
    """A torch.device, e.g. ``cuda:0``."""

    name: str


class Size(_Value, frozen=True, tag="size"):
    """A torch.Size."""

    dims: tuple[int, ...]


class Opaque(_Value, frozen=True, tag="opaque"):
    """Something that does not travel.

    Attributes:
        kind: its class's name.
        text: its repr, shortened and without addresses; or why it does not travel.
    """

    kind: str
    text: str = ""


Value: TypeAlias = (
    Nothing
    | Bool
    | Int
    | Float
    | Complex
    | Str
    | Bytes
    | List
    | Tuple
    | Dict
    | Set
    | Tensor
    | Array
    | Dtype
    | Device
    | Size
    | Opaque
)


class Raised(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An exception that came up.

    Attributes:
        type: its class's name, e.g. ``RuntimeError``.
        message: its text, bounded.
        bases: the names of its class and of the class's bases, most derived first.
        line: the innermost line (from 1) of the answer that it passed through.
        stage: what was being done.
        missing: the name or attribute that was looked up in vain by the target itself.
        deliberate: whether a ``raise`` or ``assert`` statement of the answer raised it.
    """

    type: str
    message: str = ""
    bases: tuple[str, ...] = ()
    line: int | None = None
    stage: Stage = ""
    missing: str = ""
    deliberate: bool = False


class Warned(msgspec.Struct, frozen=True, omit_defaults=True):
    """A warning that Python or torch gave.

    Attributes:
        text: what it says, bounded.
        line: the innermost line (from 1) of the answer that was running.
        category: the warning's class, e.g. ``UserWarning``.
        bases: the names of its class and of the class's bases, most derived first.
    """

    text: str
    line: int | None = None
    category: str = "UserWarning"
    bases: tuple[str, ...] = ()


class Trial(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One run that both worlds make.

    Attributes:
        seed: seeds every random generator.
        sizes: the named sizes.
        case: index of the entry of ``cases:`` that this is; None for a drawn trial.
        label: what is special about it, e.g. ``n smallest``.
        inputs: evaluated by `prepare`; None before.
        local: names of inputs that cannot travel and are built in each world.
        extra: what else `prepare` made, and the check itself reads.
        storages: what the tensors in `inputs` and `extra` refer to.
        failed: why the inputs could not be evaluated, which is the lesson's fault.
    """

    seed: int
    sizes: dict[str, Scalar] = {}
    case: int | None = None
    label: str = ""
    inputs: dict[str, Value] | None = None
    local: tuple[str, ...] = ()
    extra: dict[str, Value] = {}
    storages: tuple[bytes, ...] = ()
    failed: Raised | None = None


class Observed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one trial showed in one world.

    Attributes:
        value: what was looked at; None where something raised.
        raised: the exception, where there was one.
        after: other things seen after it: inputs after the call, a ``.grad``, printed text.
        before: the same things before it, where they are no inputs of the trial.
        after_raised: the exception that looking at those things gave.
        gradients: gradients by name; `Nothing` where there is none.
        gradient_raised: the exception that computing them gave.
        facts: what else is known of them, by names of the check's own.
        warnings: what was warned of, since the answer began to run; bounded.
        terms: elements in the largest tensor at hand, for the tolerance of reductions.
        trial: the trial itself, with its inputs as they were before the call.
        storages: what the tensors refer to.
        chance: what became of the random generators.
        watch: what else was seen of a trial that was run once more to be watched.
        work: what was done, where it was counted.
        later: what the second and each later call of the trial showed; they name no trial.
        again: what the first call showed when the trial was run once more at the end.
    """

    value: Value | None = None
    raised: Raised | None = None
    after: dict[str, Value] = {}
    before: dict[str, Value] = {}
    after_raised: Raised | None = None
    gradients: dict[str, Value] = {}
    gradient_raised: Raised | None = None
    facts: dict[str, Value] = {}
    warnings: tuple[Warned, ...] = ()
    terms: int = 0
    trial: Trial | None = None
    storages: tuple[bytes, ...] = ()
    chance: Chance | None = None
    watch: Watch | None = None
    work: Work | None = None
    later: tuple[Observed, ...] = ()
    again: Observed | None = None
