"""The example of each check: one answer that passes and one that fails, run by the tests.

One file a check, ``examples/<check>.yaml``; the reference page shows them with the message that
the failing answer gets.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from checks.base import Check
from checks.finding import Finding
from checks.registry import build_entry
from checks.trial_run import examine

__all__ = ["DIRECTORY", "Example", "read_example"]

DIRECTORY = Path(__file__).with_name("examples")


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One check in use.

    Attributes:
        solution: the author's answer.
        check: the entry as in a lesson's ``checks:``.
        passes: an answer that is written differently and passes.
        fails: a typical wrong answer.
        code: the code with which it fails.
        setup: what runs before each of them.
    """

    solution: str
    check: dict[str, Any]
    passes: str
    fails: str
    code: str
    setup: str = ""

    def built(self) -> Check:
        """The check.

        Raises:
            ValueError: the entry is wrong.
        """
        return build_entry(self.check)

    def finding(self, answer: str) -> Finding:
        """What the check finds about `answer`.

        Raises:
            ValueError: the entry is wrong.
        """
        return examine(self.built(), answer=answer, solution=self.solution, setup=self.setup)


def read_example(name: str) -> Example:
    """The example of the check `name`.

    Raises:
        OSError: it has none.
        msgspec.MsgspecError: the file has not the form of an `Example`.
    """
    return msgspec.yaml.decode((DIRECTORY / f"{name}.yaml").read_bytes(), type=Example)
