"""The checks `uses` and `avoids`, which read the answer's text."""

from __future__ import annotations

import ast
from typing import Annotated, ClassVar

import msgspec

from checks.base import Check
from checks.data import Observed, Trial
from checks.difference import Difference
from checks.finding import Finding
from checks.used_names import Use, find_uses
from checks.world import World

__all__ = ["Avoids", "Uses"]

_Name = Annotated[str, msgspec.Meta(min_length=1)]


class _SourceCheck(Check, frozen=True, kw_only=True):
    """A check of the whole answer's syntax tree. It observes nothing."""

    text_only: ClassVar[bool] = True
    strict: ClassVar[bool] = True

    target: _Name | Annotated[tuple[_Name, ...], msgspec.Meta(min_length=1)]

    @property
    def names(self) -> tuple[str, ...]:
        """The names to look for."""
        return (self.target,) if isinstance(self.target, str) else self.target

    @property
    def subject(self) -> str:
        """The names as text."""
        return ", ".join(self.names)

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """Nothing: the source says it all."""
        del world, trials
        return ()

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """Read the source; what ran does not count."""
        del answer, reference
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return self.conclude(_unreadable(error))
        return self.conclude(
            self._read({name: find_uses(tree, name, strict=self.strict) for name in self.names})
        )

    def _read(self, uses: dict[str, list[Use]]) -> Difference | None:
        raise NotImplementedError

    def behaves_like(
        self,
        answer: tuple[Observed, ...],
        other: tuple[Observed, ...],
        *,
        source: str = "",
        other_source: str = "",
        reference: tuple[Observed, ...] = (),
    ) -> bool:
        """Whether both sources use the same ones of the names."""
        del answer, other, reference
        return self._found(source) == self._found(other_source)

    def _found(self, source: str) -> set[str] | None:
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
        return {name for name in self.names if find_uses(tree, name, strict=self.strict)}


class Uses(_SourceCheck, frozen=True, kw_only=True):
    """The answer must use each of these names somewhere.

        - uses: cumsum
        - uses: [torch.no_grad, for]

    A name counts as ``cumsum``, ``torch.cumsum``, ``x.cumsum`` and through aliases; a dotted name
    only as that module's. Keywords (``for``, ``while``, ``with``, ``lambda``…), operators (``@``)
    and ``recursion`` can be asked for. ``for`` includes comprehensions. Defining a function of
    that name is no use of it.
    """

    name: ClassVar[str] = "uses"

    def _read(self, uses: dict[str, list[Use]]) -> Difference | None:
        missing = [name for name, found in uses.items() if not found]
        if not missing:
            return None
        listed = " and ".join(f"`{name}`" for name in missing)
        return Difference(
            code="not-used",
            message=f"The task asks for {listed}, which the answer does not use.",
            expected=", ".join(self.names),
            actual=", ".join(name for name in self.names if name not in missing) or "none of them",
            details={"missing": missing},
        )


class Avoids(_SourceCheck, frozen=True, kw_only=True):
    """The answer must use none of these names anywhere, helpers included.

        - avoids: [for, while]
        - avoids: cumsum

    Names are found as in `uses`, and also as strings in ``getattr``. ``for`` and ``while`` include
    comprehensions, a name includes its in-place variant (``add`` also ``add_``).
    """

    name: ClassVar[str] = "avoids"
    strict: ClassVar[bool] = False

    def _read(self, uses: dict[str, list[Use]]) -> Difference | None:
        hits = [(use, name) for name, found in uses.items() for use in found]
        if not hits:
            return None
        use, name = min(hits)
        return Difference(
            code="forbidden",
            message=f"The task rules out `{name}`, but line {use.line} has it: `{use.text}`.",
            expected=f"no {', no '.join(self.names)}",
            actual=use.text,
            line=use.line,
            details={"name": name, "lines": sorted({hit.line for hit, _ in hits})},
        )


def _unreadable(error: BaseException) -> Difference:
    line = error.lineno if isinstance(error, SyntaxError) else None
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    where = f"Line {line}: " if line else ""
    return Difference(
        code="syntax-error",
        message=f"The answer cannot be read as Python. {where}{text}",
        line=line,
    )
