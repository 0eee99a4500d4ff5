"""The check `defines`."""

from __future__ import annotations

import ast
from typing import Annotated, ClassVar

import msgspec

from checks.difference import Difference
from checks.signatures import find_definition, initialiser, misfit, not_defined
from checks.source import SourceCheck

__all__ = ["Defines"]

_Text = Annotated[str, msgspec.Meta(min_length=1)]


class Defines(SourceCheck, frozen=True, kw_only=True):
    """A name that the answer must define, and the parameters that it must take.

        - defines: normalise
        - defines: normalise(x, dim=-1)
        - defines: Model.forward(self, x)

    Without brackets any definition will do: a function, a class, an assignment, an import. With
    them it is a function (of a class, its ``__init__``), whose parameters have these names in
    this order, and a default where one is written (`...` for any). More parameters are right as
    long as they have defaults. Annotations do not count. Ask for a signature only where names
    matter, as where they are passed by keyword; `function` passes by position.
    """

    name: ClassVar[str] = "defines"

    target: _Text

    def __post_init__(self) -> None:
        path, wanted = self._asked
        if not all(part.isidentifier() for part in path.split(".")) or wanted is False:
            raise ValueError(f"{self.target!r} is neither a name nor a signature like f(x, dim=-1)")

    @property
    def _asked(self) -> tuple[str, ast.arguments | bool | None]:
        """The name, and the parameters; None without brackets, False where they are unreadable."""
        path, bracket, rest = self.target.strip().partition("(")
        if not bracket:
            return path.strip(), None
        text = f"def f({rest}: ..."
        try:
            compile(text, "<signature>", "exec")  # finds what the syntax tree does not mind
        except (SyntaxError, ValueError):
            return path.strip(), False
        match ast.parse(text).body:
            case [ast.FunctionDef(args=arguments)]:
                return path.strip(), arguments
        return path.strip(), False

    def read(self, tree: ast.Module) -> Difference | None:
        """That the name is missing, or takes something else."""
        path, wanted = self._asked
        found = find_definition(tree, path)
        if found is None:
            return not_defined(path, tree)
        if not isinstance(wanted, ast.arguments):
            return None
        function = initialiser(found) if isinstance(found, ast.ClassDef) else found
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return Difference(
                code="wrong-definition",
                message=f"`{path}` should be a function defined with `def`, as `{self.target}`.",
                expected=self.target,
                actual=ast.unparse(found).splitlines()[0][:200],
                line=found.lineno,
            )
        says = misfit(path, wanted, function)
        if not says:
            return None
        return Difference(
            code="wrong-definition",
            message=says,
            expected=self.target,
            actual=f"{path}({ast.unparse(function.args)})",
            line=function.lineno,
        )

    def traits(self, tree: ast.Module) -> object:
        """The finding's text."""
        difference = self.read(tree)
        return None if difference is None else (difference.code, difference.message)
