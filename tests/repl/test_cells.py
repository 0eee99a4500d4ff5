from __future__ import annotations

import pytest

from tutor.repl.cells import CellSplitter, is_complete


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n ",
        "# a remark",
        "1 + 1",
        "x = 1; y = 2",
        "a = 1\nb = 2",
        "f(1,\n  2)",
        "def f():\n    return 1\n",
        "def f():\n    return 1\n    ",
        "def f():\n    a = 1\n\n    return a\n\nf()",
        "if x:\n    y\nelse:\n    z\n",
        "x = = 1",
        "def f(:",
        "  indented",
        "s = '''a\n\nb'''",
        "x is 1",
        "a\0b",
        "%help",
    ],
)
def test_complete(text: str) -> None:
    """Enter runs these: whole statements, ended blocks, and what can only be wrong."""
    assert is_complete(text)


@pytest.mark.parametrize(
    "text",
    [
        "def f():",
        "def f():\n    return 1",
        "for i in x: print(i)",
        "f(1,",
        "s = '''a\n\n",
        "x = 1 + \\",
        "@decorator\n",
        "try:\n    x\n",
        "if x:\n    y\nelse:\n",
        "x = [\n\n",
        "with a:\n    b",
        "class A:\n    pass",
        "match x:\n    case 1:\n        y",
    ],
)
def test_incomplete(text: str) -> None:
    """After these, Enter begins another line."""
    assert not is_complete(text)


def _split(program: str) -> list[str]:
    splitter = CellSplitter()
    cells = [cell for line in program.split("\n") for cell in splitter.feed(line)]
    return cells + splitter.rest()


@pytest.mark.parametrize(
    ("program", "cells"),
    [
        ("", []),
        ("\n# only\n\n", ["\n# only\n\n"]),
        ("a = 1\nb = 2", ["a = 1", "b = 2"]),
        ("def f():\n    a\n\n    b\nf()", ["def f():\n    a\n\n    b", "f()"]),
        ("for i in x:\n    a\nelse:\n    b\nc", ["for i in x:\n    a\nelse:\n    b", "c"]),
        ("try:\n    a\nexcept E:\n    b\nc", ["try:\n    a\nexcept E:\n    b", "c"]),
        ("x = [\n  1,\n]\ny", ["x = [\n  1,\n]", "y"]),
        ("x = f(\n    1)\ny", ["x = f(\n    1)", "y"]),
        ("s = '''\nline = 1\n'''\ny", ["s = '''\nline = 1\n'''", "y"]),
        (
            "@d\ndef f():\n    a\n# remark\n    b\nf()",
            ["@d\ndef f():\n    a\n# remark\n    b", "f()"],
        ),
        ("def f(:\n    a\n    b\ng()", ["def f(:\n    a\n    b", "g()"]),
        ("if a: b\nc", ["if a: b", "c"]),
        ("f(1,\n", ["f(1,\n"]),
        ("elsewhere = 1\nx", ["elsewhere = 1", "x"]),
    ],
)
def test_splitting_a_program(program: str, cells: list[str]) -> None:
    """A program falls into its statements; blank lines inside a function end nothing."""
    assert _split(program) == cells


def test_simple_statement_is_given_at_once() -> None:
    """Whoever drives the REPL through a pipe gets an answer without sending another line."""
    splitter = CellSplitter()
    assert splitter.feed("1 + 1") == ["1 + 1"]
    assert splitter.feed("x = (") == []
    assert splitter.feed(")") == ["x = (\n)"]
