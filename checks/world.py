"""A namespace in which code has run, and what can be tried in it without being thrown."""

from __future__ import annotations

import ast
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal

import msgspec
import torch

from checks import codec
from checks.chance import fingerprints, seed_all
from checks.data import Raised, Stage, Value, Warned
from checks.facts import Chance
from checks.listening import Heard
from checks.near_names import guessed_name, with_guess
from checks.plain import plain_text, type_name
from checks.snapshot import Snapshot, is_tensor, no_hooks
from checks.warned import MOST, recorded_warnings

__all__ = ["Attempt", "World"]

_CHECK_FILE = "<check>"
_MODULE_FILES = ("torch/nn/modules/module.py", "torch\\nn\\modules\\module.py")
_is_subclass = type.__subclasscheck__
_traceback: Any = BaseException.__dict__["__traceback__"].__get__


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """How something that was tried in a world went.

    Attributes:
        value: what it gave; None where it raised.
        raised: the exception, where there was one.
        warnings: what was warned of, before it or by it; bounded.
    """

    value: Any = None
    raised: Raised | None = None
    warnings: tuple[Warned, ...] = ()


_NAMES = 100
"""Names whose shapes are told."""


class World:
    """A namespace, with the text that filled it.

    Attributes:
        namespace: the globals that setup and answer have run in.
        source: the answer's text, to tell its own ``raise`` statements.
        filename: how tracebacks name the answer.
        warned: what was warned of while the answer ran.
        heard: what was printed meanwhile.
        before: the states of the random generators before the answer ran; empty where unknown.
        room: bytes of tensor data that observing may still give away.
    """

    def __init__(
        self,
        namespace: dict[str, Any],
        source: str = "",
        filename: str = "<answer>",
        warned: tuple[Warned, ...] = (),
        heard: Heard | None = None,
    ) -> None:
        self.namespace = namespace
        self.source = source
        self.filename = filename
        self.warned = warned
        self.heard = heard or Heard()
        self.before: Mapping[str, int] = {}
        self.room = codec.MAX_BYTES

    def seed(self, number: int) -> None:
        """Seed every random generator that is in use."""
        seed_all(number, idle=False)

    def drawn(self) -> Chance | None:
        """What the answer did to the random generators, so far; None where it is not known."""
        return Chance(made=dict(self.before), states=fingerprints()) if self.before else None

    def evaluate(self, expression: str, names: Mapping[str, Any] | None = None) -> Any:
        """The value of `expression`, in which `names` hide the namespace's.

        Raises:
            BaseException: whatever the expression raises.
        """
        code = _compiled(expression.strip(), "eval")
        return eval(code, {**self.namespace, **(names or {})})  # this is the worker  # noqa: S307  # running code is what this is for

    def prepared(self, expression: str) -> Callable[[], Any]:
        """What evaluates `expression` again and again, in the namespace as it is now."""
        code = _compiled(expression.strip(), "eval")
        scope = dict(self.namespace)
        return lambda: eval(code, scope)  # this is the worker  # noqa: S307  # running code is what this is for

    def execute(self, code: str, names: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run statements in a copy of the namespace, which is returned.

        Raises:
            BaseException: whatever the code raises.
        """
        scope = {**self.namespace, **(names or {})}
        exec(_compiled(code, "exec"), scope)  # this is the worker  # noqa: S102  # running code is what this is for
        return scope

    def scenario(self, code: str, names: Mapping[str, Any]) -> Any:
        """What `code` returns, run as a function's body in a copy of the namespace.

        Raises:
            BaseException: whatever the code raises.
        """
        scope = {**self.namespace, **names}
        exec(_compiled(code, "function"), scope)  # noqa: S102  # running code is what this is for
        return scope["scenario"]()

    def rerun(self, names: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run the whole answer once more, in a copy of the namespace, which is returned.

        Raises:
            BaseException: whatever the answer raises.
        """
        scope = {**self.namespace, **(names or {})}
        exec(compile(self.source, self.filename, "exec"), scope)  # this is the worker  # noqa: S102  # running code is what this is for
        return scope

    def attempt(self, stage: Stage, action: Callable[[], Any]) -> Attempt:
        """Do `action`; catch whatever it raises, and its warnings."""
        with _all_warnings(), recorded_warnings(self.filename) as caught:
            try:
                value = action()
            except BaseException as error:  # also SystemExit, RecursionError  # noqa: BLE001  # a learner's object may raise anything
                raised = self.describe(error, stage)
                return Attempt(raised=raised, warnings=self._with_earlier(caught))
        return Attempt(value=value, warnings=self._with_earlier(caught))

    def _with_earlier(self, caught: list[Warned]) -> tuple[Warned, ...]:
        return tuple(dict.fromkeys([*self.warned, *caught]))[: 2 * MOST]

    def describe(self, error: BaseException, stage: Stage) -> Raised:
        """What can be said of an exception; never raises."""
        bases = tuple(type_name(c) for c in type.mro(type(error)) if c is not object)
        frames = list(_frames(error))
        lines = [line for filename, line in frames if filename == self.filename]
        if len(frames) > 1 and frames[-1][0].endswith(_MODULE_FILES):
            # A module looks up its attributes in a function of torch's own.
            frames = frames[:-1] if frames[-2][0] == _CHECK_FILE else frames
        last_file, last_line = frames[-1] if frames else ("", 0)
        missing = ""
        # By the check itself, and not in a function of `given`'s that the answer calls.
        asked = last_file == _CHECK_FILE and not lines
        if asked and _is_subclass(NameError, type(error)):
            missing = plain_text(getattr(error, "name", "") or "", 200)
        elif asked and _is_subclass(AttributeError, type(error)):
            missing = "." + plain_text(getattr(error, "name", "") or "", 200)
        return Raised(
            type=type_name(type(error)),
            message=_said(error, near=last_file != _CHECK_FILE),
            bases=bases[:20],
            line=lines[-1] if lines else _syntax_line(error, self.filename),
            stage=stage,
            missing=missing,
            deliberate=last_file == self.filename and self._raises_at(last_line),
        )

    def look(self, things: Mapping[str, Any]) -> tuple[dict[str, Value], tuple[bytes, ...]]:
        """Describe `things` together; their data counts against the world's room."""
        taken = Snapshot(self.room)
        values = {name: taken.add(thing) for name, thing in things.items()}
        self.room = taken.room
        return values, taken.storages

    def terms(self) -> int:
        """Elements in the largest tensor of the namespace."""
        with no_hooks():
            sizes = [torch.Tensor.numel(v) for v in list(self.namespace.values()) if is_tensor(v)]
        return min(max(sizes, default=0), codec.MAX_ELEMENTS)

    def sizes(self) -> tuple[int, ...]:
        """Sizes and numbers of elements of the namespace's tensors, at most a few hundred."""
        found: set[int] = set()
        with no_hooks():
            for thing in list(self.namespace.values()):
                if is_tensor(thing):
                    found.update(torch.Tensor.size(thing))
                    found.add(torch.Tensor.numel(thing))
        return tuple(sorted(found)[:200])

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of the namespace's tensors, by name; of a hundred at most."""
        with no_hooks():
            found = {
                name: tuple(torch.Tensor.size(thing))
                for name, thing in list(self.namespace.items())
                if type(name) is str and name.isidentifier() and is_tensor(thing)
            }
        return dict(list(found.items())[:_NAMES])

    def _raises_at(self, line: int) -> bool:
        try:
            tree = ast.parse(self.source)
        except (SyntaxError, ValueError, RecursionError):
            return False
        return any(
            node.lineno <= line <= (node.end_lineno or node.lineno)
            for node in ast.walk(tree)
            if isinstance(node, ast.Raise | ast.Assert)
        )


@lru_cache(maxsize=256)
def _compiled(text: str, mode: Literal["eval", "exec", "function"]) -> types.CodeType:
    """A check's own expression, statements, or body of a function `scenario`."""
    if mode != "function":
        code: types.CodeType = compile(text, _CHECK_FILE, mode)
        return code
    function = ast.parse("def scenario(): pass").body[0]
    assert isinstance(function, ast.FunctionDef)  # noqa: S101  # for the type checker
    function.body = ast.parse(text).body
    return compile(ast.Module(body=[function], type_ignores=[]), _CHECK_FILE, "exec")


def _said(error: BaseException, *, near: bool) -> str:
    """The text of an exception, with the name that was meant where one is near."""
    text = plain_text(error, 2_000)
    guess = guessed_name(error) if near else ""
    return with_guess(text, plain_text(guess, 100)) if text and guess else text


def _frames(error: BaseException) -> Iterator[tuple[str, int]]:
    # Of a subclass that hides it, too.
    trace: types.TracebackType | None = _traceback(error)
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


def _syntax_line(error: BaseException, filename: str) -> int | None:
    if type(error) in (SyntaxError, IndentationError, TabError):
        syntax_error: Any = error
        if syntax_error.filename == filename and isinstance(syntax_error.lineno, int):
            return syntax_error.lineno
    return None


@contextmanager
def _all_warnings() -> Iterator[None]:
    """Every warning counts, also those that torch and Python give once; none is printed."""
    always = torch.is_warn_always_enabled()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = _not_shown
        torch.set_warn_always(True)
        try:
            yield
        finally:
            torch.set_warn_always(always)


def _not_shown(*_arguments: object, **_more: object) -> None:
    """In place of printing."""
