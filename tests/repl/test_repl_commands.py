from __future__ import annotations

import pytest

from tutor.repl.commands import command, complaint


@pytest.mark.parametrize("text", ["%quit", "exit()", "quit()", "exit", " quit "])
def test_every_way_out(text: str) -> None:
    """What people type to leave Python leaves here too."""
    assert command(text) == "quit"
    assert complaint(text) is None


@pytest.mark.parametrize("text", ["1 + 1", "exit = 1", "5 % 2", "x = '''\n%help\n'''", ""])
def test_python_is_no_command(text: str) -> None:
    """Python stays Python."""
    assert command(text) is None
    assert complaint(text) is None


def test_misspelt_command() -> None:
    """An unknown command is met with the nearest one, or with where to find them."""
    assert complaint("%halp") == "There is no command '%halp'; did you mean '%help'?"
    assert complaint("%xyzzy") == "There is no command '%xyzzy'; %help lists them"
