"""The checks `module` and `frozen`."""

from __future__ import annotations

from typing import ClassVar

from checks.diagnosis.frozen import compare_frozen
from checks.diagnosis.layers import compare_layers
from checks.diagnosis.question import Question
from checks.diagnosis.structure import compare_parameters
from checks.difference import Difference
from checks.module_base import StructureCheck
from checks.module_facts import ModuleFacts

__all__ = ["Frozen", "Module"]


class Module(StructureCheck, frozen=True, kw_only=True):
    """What a module holds: its registered parameters, and on request its layers.

        - module: MLP(12, 5, 3)
        - module: MLP(n, h, k)            # no size can be written into the class
          sizes: {n: [2, 9], h: [2, 9], k: [2, 9]}
        - module: model
          names: true
          types: true

    It must be an nn.Module with as many parameters as the solution's, of the same shapes and
    dtypes. What they are called does not count, nor how they are grouped. Layers and tensors that
    the module holds without registering them (in a list, in a tuple, as a plain tensor) are
    named, since no optimizer would find them.

    Attributes:
        sizes: named sizes that the target sees: an inclusive range ``[2, 9]``, a choice
            ``{of: [1, 4]}`` or a number.
        names: the names of the parameters count, too: for a prompt that fixes the attributes.
        types: torch's own layers must be the solution's, with the same arguments; those without
            parameters, such as ReLU or Dropout, count as well.
    """

    name: ClassVar[str] = "module"

    names: bool = False
    types: bool = False

    def question(self, source: str) -> Question:
        """What is asked, for the messages."""
        return Question(subject=self.target, source=source, names=self.names)

    def structure(
        self, actual: ModuleFacts, expected: ModuleFacts, question: Question
    ) -> Difference | None:
        """Parameters first, then layers."""
        if expected.cut:
            return Difference(code="lesson-error", message=f"`{self.target}` is too large")
        found = compare_parameters(actual, expected, question)
        if found is None and self.types:
            found = compare_layers(actual, expected, question)
        return found

    def essence(self, facts: ModuleFacts) -> object:
        """Shapes, what is hidden where, and what else counts here."""
        named = [(p.path if self.names else "", p.shape, p.dtype) for p in facts.parameters]
        hidden = [(h.kind, h.modules, h.parameters, h.tensors) for h in facts.hidden]
        layers = [(x.kind, x.text) for x in facts.layers if self.types]
        buffers = [b.shape for b in facts.buffers]
        return (sorted(named), sorted(hidden), sorted(layers), sorted(buffers))


class Frozen(StructureCheck, frozen=True, kw_only=True):
    """Which parameters of a module are frozen, and which are trained, as in the solution.

        - frozen: model

    A parameter is frozen if it does not require a gradient. Parameters are told apart by name, or
    where names differ by shape and order.

    Attributes:
        sizes: named sizes that the target sees.
    """

    name: ClassVar[str] = "frozen"

    def structure(
        self, actual: ModuleFacts, expected: ModuleFacts, question: Question
    ) -> Difference | None:
        """The parameters that are frozen, or trained, and should not be."""
        return compare_frozen(actual, expected, question)

    def essence(self, facts: ModuleFacts) -> object:
        """What is trained, in order, and attributes that mean nothing."""
        return ([(p.shape, p.trained) for p in facts.parameters], bool(facts.strays))
