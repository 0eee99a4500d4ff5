"""What a check asks of a module, as the messages need it. Without torch."""

from __future__ import annotations

import re

import msgspec

__all__ = ["Question"]

_INDEX = re.compile(r"\.(\d+)(?=\.|$)")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a module.

    Attributes:
        subject: the target, as the learner would write it.
        source: the answer's text.
        names: whether names count.
    """

    subject: str
    source: str = ""
    names: bool = False

    def written(self, path: str) -> str:
        """A path as the learner would write it: ``model[0].weight``, ``fc1.weight``."""
        if self.subject.isidentifier():
            return _INDEX.sub(r"[\1]", f"{self.subject}.{path}")
        return _INDEX.sub(r"[\1]", path)
