from __future__ import annotations

import pytest

from tutor.authoring.scopes import Need, names_in, place_of_name


@pytest.mark.parametrize(
    ("code", "defined", "needed"),
    [
        ("x = y", {"x"}, {"y"}),
        ("import torch.nn as nn, math\nfrom a import b as c", {"nn", "math", "c"}, set()),
        ("def f(a, *b, c=d, **e):\n    return a + b + c + e + g", {"f"}, {"d", "g"}),
        (
            "class A(B):\n    x = 1\n    y = x\n    def f(self):\n        return x",
            {"A"},
            {"B", "x"},
        ),
        ("s = [i for i in range(n) if i > m]", {"s"}, {"n", "m"}),
        ("for a, b in pairs: pass\nwith f as g: pass", {"a", "b", "g"}, {"pairs", "f"}),
        ("if (n := 3): print(n)", {"n"}, set()),
        ("f = lambda x, y=z: x + y + w", {"f"}, {"z", "w"}),
        ("try: pass\nexcept ValueError as e: print(e)", {"e"}, set()),
        ("match x:\n    case [a, *b]: c = a, b", {"a", "b", "c"}, {"x"}),
        ("def f():\n    global counter\n    counter = 1", {"f", "counter"}, set()),
        ("def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = y", {"f"}, {"y"}),
        ("x += 1", {"x"}, set()),
        ("print(____, __name__, len)", set(), set()),
    ],
)
def test_names_are_told_apart(code: str, defined: set[str], needed: set[str]) -> None:
    """What a piece of code gives, and what it takes from elsewhere, by Python's own scopes."""
    names = names_in(code)
    assert names is not None
    assert names.defined == defined
    assert {need.name for need in names.needed} == needed
    assert not names.secretive


@pytest.mark.parametrize("code", ["from torch import *", "exec('x = 1')", "globals()['x'] = 1"])
def test_what_may_define_anything_says_so(code: str) -> None:
    """Then no name can be called undefined."""
    names = names_in(code)
    assert names is not None
    assert names.secretive


@pytest.mark.parametrize("code", ["x = (", "\0", "(" * 5000, "x" * 200_000, "return"])
def test_what_is_no_python_has_no_names(code: str) -> None:
    """Whatever Python says of it, nothing is raised."""
    names = names_in(code)
    assert names is None or names.defined == set()


def test_an_expression_sees_its_own_names() -> None:
    """Spaces around it do not matter, and a comprehension's names are its own."""
    names = names_in("  [i + n for i in x] ", expression=True)
    assert names is not None
    assert {need.name for need in names.needed} == {"n", "x"}


def test_a_need_is_found_where_it_stands() -> None:
    """Lines and columns count characters, and begin in the scope that uses the name."""
    code = "def f(x):\n    return x\n\ndef g():\n    é = 'é' + x\n"
    names = names_in(code)
    assert names is not None
    (need,) = names.needed
    assert need == Need("x", 4)
    assert place_of_name(code, need) == (5, 15)
