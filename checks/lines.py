"""The check `lines`."""

from __future__ import annotations

import ast
from typing import Annotated, ClassVar

import msgspec

from checks.difference import Difference
from checks.show import count
from checks.signatures import find_definition, not_defined
from checks.source import SourceCheck

__all__ = ["Lines"]

_Name = Annotated[str, msgspec.Meta(pattern=r"^[^\W\d]\w*(\.[^\W\d]\w*)*$")]
_WHOLE = "answer"


class Lines(SourceCheck, frozen=True, kw_only=True):
    """How many lines of code an answer, or one function of it, has at most.

        - lines: answer
          at_most: 5
        - lines: normalise
          at_most: 3

    The target is ``answer`` for all of it, or the name of a function, a class or a method
    (``Model.forward``), of which the body counts. Layout does not: a statement is one line however
    it is wrapped, two on one line are two. Comments, docstrings, imports and blank lines are none.

    Attributes:
        at_most: the largest number of lines that is right.
    """

    name: ClassVar[str] = "lines"

    target: _Name
    at_most: Annotated[int, msgspec.Meta(ge=1)]

    def read(self, tree: ast.Module) -> Difference | None:
        """That there are too many."""
        found = self.traits(tree)
        if not isinstance(found, int):
            return not_defined(self.target, tree)
        if found <= self.at_most:
            return None
        whole = self.target == _WHOLE
        what = "The answer" if whole else f"`{self.target}`"
        return Difference(
            code="too-long",
            message=f"{what} has {count(found, 'line')} of code, and {self.at_most} should do.",
            expected=f"at most {count(self.at_most, 'line')}",
            actual=count(found, "line"),
            details={"lines": found, "at_most": self.at_most},
        )

    def traits(self, tree: ast.Module) -> object:
        """The number of lines; None where what is counted does not exist."""
        if self.target == _WHOLE:
            return _lines_of(tree.body)
        defined = find_definition(tree, self.target)
        if isinstance(defined, ast.Lambda):
            return 1
        if isinstance(defined, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return _lines_of(defined.body)
        return None


def _lines_of(body: list[ast.stmt]) -> int:
    """Statements, headers such as ``else:``, and decorators; what is in them, too."""
    total = 0
    for statement in body:
        if isinstance(statement, ast.Import | ast.ImportFrom) or _is_docstring(statement):
            continue
        total += 1 + len(getattr(statement, "decorator_list", ()))
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(statement, name, ())
            if inner:
                total += _lines_of(inner)
                chained = name == "orelse" and isinstance(statement, ast.If) and _is_elif(inner)
                total += name != "body" and not chained
        for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            total += 1 + _lines_of(part.body)
    return total


def _is_elif(orelse: list[ast.stmt]) -> bool:
    return len(orelse) == 1 and isinstance(orelse[0], ast.If)


def _is_docstring(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False
