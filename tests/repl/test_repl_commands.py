from __future__ import annotations

import pytest

from tutor.repl.commands import cells_to_undo, command, complaint


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


@pytest.mark.parametrize(("text", "cells"), [("%undo", 1), ("%undo 3", 3), (" %undo  12 ", 12)])
def test_undo_takes_a_number(text: str, cells: int) -> None:
    """One cell is taken back, or as many as are named."""
    assert command(text) == "undo"
    assert cells_to_undo(text) == cells
    assert complaint(text) is None


@pytest.mark.parametrize("text", ["%undo all", "%undo -1", "%undo 1 2"])
def test_undo_of_something_else(text: str) -> None:
    """What is no number of cells is met with an example."""
    assert command(text) is None
    assert complaint(text) == "%undo takes a number of cells: %undo 2"


def test_misspelt_command() -> None:
    """An unknown command is met with the nearest one, or with where to find them."""
    assert complaint("%halp") == "There is no command '%halp'; did you mean '%help'?"
    assert complaint("%xyzzy") == "There is no command '%xyzzy'; %help lists them"
