"""The internal check `prediction`: what the learner expects code to do, against what it does."""

from __future__ import annotations

import contextlib
import io
from typing import Any, ClassVar, Literal, assert_never

from checks.base import Check, check_expression
from checks.codec import CodecError
from checks.data import (
    Array,
    Dtype,
    Int,
    Nothing,
    Observed,
    Opaque,
    Size,
    Str,
    Tensor,
    Trial,
    Tuple,
    Value,
)
from checks.finding import Finding
from checks.guessed_values import guess_value
from checks.guesses import (
    Miss,
    guess_dtype,
    guess_error,
    guess_output,
    guess_shape,
)
from checks.memory import Memory
from checks.names import parse
from checks.same_guess import mean_the_same
from checks.show import show, show_raised
from checks.world import World

__all__ = ["Prediction"]

_FILE = "<code>"
_MOST_OUTPUT = 100_000

Ask = Literal["value", "shape", "dtype", "output", "error"]


class Prediction(Check, frozen=True, kw_only=True):
    """What the learner says that `code` will do. For ``predict`` exercises, not for ``checks:``.

    The truth is observed by running the code in the reference world; the prediction is the
    `source` that `compare` gets.

    Attributes:
        target: the expression that is asked about, for ``value``, ``shape`` and ``dtype``.
        code: what is run.
        ask: what is asked.
    """

    name: ClassVar[str] = "prediction"
    text_only: ClassVar[bool] = True

    target: str = ""
    code: str
    ask: Ask

    def __post_init__(self) -> None:
        if parse(self.code) is None and self.ask != "error":
            raise ValueError("`code` is no Python code")
        if self.ask in ("value", "shape", "dtype"):
            if not self.target.strip():
                raise ValueError(f"`of` must say whose {self.ask} is asked for")
            check_expression(self.target, "`of`")

    @property
    def subject(self) -> str:
        """What is asked about."""
        return self.target or self.ask

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """Run the code in the reference world and look at what was asked about."""
        return tuple(self._observe(world, trial) for trial in trials)

    def _observe(self, world: World, trial: Trial) -> Observed:
        inner = World(dict(world.namespace), self.code, _FILE)
        inner.seed(trial.seed)
        printed = _Bounded()
        with contextlib.redirect_stdout(printed):
            run = inner.attempt("run", lambda: _run(self.code, inner.namespace))
        texts = {"": printed.getvalue()}
        values, _ = inner.look(texts)
        after = {"output": values[""]}
        if run.raised is not None or self.ask in ("output", "error"):
            return Observed(
                value=None if run.raised else Nothing(),
                raised=run.raised,
                after=after,
                warnings=run.warnings,
            )
        found = inner.attempt("target", lambda: inner.evaluate(self.target))
        if found.raised is not None:
            return Observed(raised=found.raised, after=after)
        looked, storages = inner.look({"value": found.value})
        return Observed(value=looked["value"], after=after, storages=storages)

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """Compare what was typed with the truth; `expected` holds the truth in any case."""
        del answer
        if not reference:
            return self.lesson_error("the code gave nothing to compare with")
        observed = reference[0]
        try:
            truth = self._truth(observed)
        except CodecError as error:
            return self.lesson_error(str(error))
        miss = self._miss(source, observed)
        status: Literal["pass", "fail"] = "pass" if miss is None else "fail"
        return Finding(
            check=self.name,
            target=self.subject,
            status=status,
            code="" if miss is None else miss.code,
            message="" if miss is None else miss.message,
            expected=truth,
            actual=" ".join(source.split())[:200],
        )

    def _truth(self, observed: Observed) -> str:
        """The truth as text.

        Raises:
            CodecError: there is none, which is the lesson's fault.
        """
        if self.ask == "error":
            return "none" if observed.raised is None else show_raised(observed.raised)
        if observed.raised is not None:
            raise CodecError(f"the code raised {show_raised(observed.raised)}")
        if self.ask == "output":
            return _output(observed).rstrip()
        value = observed.value
        if value is None or isinstance(value, Opaque):
            kind = value.kind if isinstance(value, Opaque) else "nothing"
            raise CodecError(f"`{self.target}` is a {kind}, which cannot be predicted")
        if self.ask == "shape":
            return str(tuple(_shape(value)))
        if self.ask == "dtype":
            return f"torch.{_dtype(value)}"
        return show(value, Memory(observed.storages))

    def _miss(self, text: str, observed: Observed) -> Miss | None:
        value = observed.value or Nothing()
        match self.ask:
            case "error":
                return guess_error(text, observed.raised)
            case "output":
                return guess_output(text, _output(observed))
            case "shape":
                return guess_shape(text, _shape(value))
            case "dtype":
                return guess_dtype(text, _dtype(value))
            case "value":
                return guess_value(text, value, Memory(observed.storages))
        assert_never(self.ask)

    def behaves_like(
        self,
        answer: tuple[Observed, ...],
        other: tuple[Observed, ...],
        *,
        source: str = "",
        other_source: str = "",
        reference: tuple[Observed, ...] = (),
    ) -> bool:
        """Whether two predictions, given as the sources, say the same."""
        del answer, other, reference
        return mean_the_same(self.ask, source, other_source)


def _run(code: str, namespace: dict[str, Any]) -> None:
    exec(compile(code, _FILE, "exec"), namespace)  # this is the worker  # noqa: S102  # running code is what this is for


class _Bounded(io.StringIO):
    """Keeps the beginning of what is printed."""

    def write(self, text: str, /) -> int:
        super().write(text[: max(_MOST_OUTPUT - self.tell(), 0)])
        return len(text)


def _output(observed: Observed) -> str:
    printed = observed.after.get("output")
    return printed.value if isinstance(printed, Str) else ""


def _shape(value: Value) -> tuple[int, ...]:
    match value:
        case Tensor(shape=shape) | Array(tensor=Tensor(shape=shape)) | Size(dims=shape):
            return shape
        case Tuple(items=items):
            return tuple(item.value for item in items if isinstance(item, Int))
    raise CodecError("what is asked about has no shape")


def _dtype(value: Value) -> str:
    match value:
        case Tensor(dtype=name) | Array(tensor=Tensor(dtype=name)) | Dtype(name=name):
            return name
    raise CodecError("what is asked about has no dtype")
