"""The checks `uses` and `avoids`, which read the answer's text."""

from __future__ import annotations

import ast
from typing import Annotated, ClassVar

import msgspec

from checks.base import Check
from checks.data import Observed, Trial
from checks.difference import Difference
from checks.finding import Finding
from checks.names import parse
from checks.syntax import can_be_found
from checks.used_names import Use, find_uses
from checks.world import World

__all__ = ["Avoids", "SourceCheck", "Uses"]

_Name = Annotated[str, msgspec.Meta(min_length=1)]


class SourceCheck(Check, frozen=True, kw_only=True):
    """A check of the answer's text. It observes nothing."""

    text_only: ClassVar[bool] = True

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
        return self.conclude(self.read(tree))

    def read(self, tree: ast.Module) -> Difference | None:
        """What the answer's syntax tree lacks, or has too much of."""
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
        """Whether this check sees the same in both sources."""
        del answer, other, reference
        left, right = parse(source), parse(other_source)
        if left is None or right is None:
            return left is right
        return bool(self.traits(left) == self.traits(right))

    def traits(self, tree: ast.Module) -> object:
        """What tells one source from another, for this check."""
        raise NotImplementedError


class _NamesCheck(SourceCheck, frozen=True, kw_only=True):
    """A check of which names the whole answer uses."""

    strict: ClassVar[bool] = True

    target: _Name | Annotated[tuple[_Name, ...], msgspec.Meta(min_length=1)]

    def __post_init__(self) -> None:
        for name in self.names:
            if not can_be_found(name.strip()):
                raise ValueError(f"{name!r} is no name, keyword or operator that can be found")

    @property
    def names(self) -> tuple[str, ...]:
        """The names to look for."""
        return (self.target,) if isinstance(self.target, str) else self.target

    @property
    def subject(self) -> str:
        """The names as text."""
        return ", ".join(self.names)

    def read(self, tree: ast.Module) -> Difference | None:
        """What the uses of the names come to."""
        return self._read({n: find_uses(tree, n, strict=self.strict) for n in self.names})

    def _read(self, uses: dict[str, list[Use]]) -> Difference | None:
        raise NotImplementedError

    def traits(self, tree: ast.Module) -> object:
        """Which of the names it uses."""
        return {name for name in self.names if find_uses(tree, name, strict=self.strict)}


class Uses(_NamesCheck, frozen=True, kw_only=True):
    """The answer must use each of these names somewhere.

        - uses: cumsum
        - uses: [torch.no_grad, for]

    A name counts as ``cumsum``, ``torch.cumsum``, ``x.cumsum`` and through aliases; a dotted name
    only as that module's; ``np`` or ``F`` is the module itself. Keywords (``for``, ``with``,
    ``lambda``…), operators (``@``, ``==``, ``[]`` for indexing), ``comprehension`` and
    ``recursion`` can be asked for. ``for`` includes comprehensions. Defining a function of that
    name is no use of it.
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


class Avoids(_NamesCheck, frozen=True, kw_only=True):
    """The answer must use none of these names anywhere, helpers included.

        - avoids: [for, while]
        - avoids: cumsum

    Names are found as in `uses`, and also as strings in ``getattr``, ``eval`` and ``exec``.
    ``for`` and ``while`` include comprehensions, ``if`` includes ``match``, a name includes its
    in-place variant (``add`` also ``add_``).
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
