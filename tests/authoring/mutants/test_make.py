from __future__ import annotations

import ast

import pytest

from tutor.authoring.mutants.make import make_mutants, same_program, spread


def ids(solution: str, *known: str) -> list[str]:
    return [mutant.id for mutant in make_mutants(solution, known)]


@pytest.mark.parametrize(
    ("solution", "expected"),
    [
        ("y = x.sum(dim=1)", "y = x.sum(dim=1) → y = x.sum(dim=0)"),
        ("y = x.sum(dim=1)", "y = x.sum(dim=1) → y = x.mean(dim=1)"),
        ("y = x.sum(dim=1)", "y = x.sum(dim=1) → y = x.sum(dim=1, keepdim=True)"),
        ("y = x.sum(1)", "y = x.sum(1) → y = x.sum(1, keepdim=True)"),
        ("y = x.sum(1, keepdim=True)", "y = x.sum(1, keepdim=True) → y = x.sum(1, keepdim=False)"),
        ("y = a @ b", "y = a @ b → y = a @ b.T"),
        ("y = a @ b", "y = a @ b → y = b @ a"),
        ("y = x.T", "y = x.T → y = x"),
        ("y = x.transpose(0, 1)", "y = x.transpose(0, 1) → y = x"),
        ("y = -x", "y = -x → y = x"),
        ("y = x > 0", "y = x > 0 → y = x >= 0"),
        ("y = x not in z", "y = x not in z → y = x in z"),
        ("y = (a) - b", "y = (a) - b → y = (a) + b"),
        ("y = a / b", "y = a / b → y = a * b"),
        ("y = x[3]", "y = x[3] → y = x[2]"),
        ("y = x.detach()", "y = x.detach() → y = x"),
        ("y = x.unsqueeze(1)", "y = x.unsqueeze(1) → y = x.unsqueeze(0)"),
        ("y = x.to(torch.float32)", "y = x.to(torch.float32) → y = x.to(torch.float64)"),
        ("y = x.add_(1)", "y = x.add_(1) → y = x.add(1)"),
        ("y = x.add(1)", "y = x.add(1) → y = x.add_(1)"),
        ("x += y", "x += y → x = x + y"),
        ("x = x * y", "x = x * y → x *= y"),
        ("y = f(a, b)", "y = f(a, b) → y = f(b, a)"),
        ("y = a if c else b", "y = a if c else b → y = b if c else a"),
        ("y = f(x, dtype=d)", "y = f(x, dtype=d) → y = f(x)"),
        ("x = 1\nopt.zero_grad()", "opt.zero_grad() → (dropped)"),
        ("@torch.no_grad()\ndef f(x):\n    pass", "@torch.no_grad() → @torch.enable_grad()"),
        ("def f(x):\n    return x + 1", "return x + 1 → x + 1"),
        ("def f(x):\n    if x:\n        y = 1\n    return y", "if x: → if not (x):"),
        ("class M(N):\n    def __init__(self):\n        super().__init__()\n        self.a = b",
         "super().__init__() → (dropped)"),
        ("for i in x:\n    break", "break → continue"),
    ],
)  # fmt: skip
def test_a_change(solution: str, expected: str) -> None:
    """Each kind of change is made, and named by its line before and after."""
    assert expected in ids(solution)


def test_all_else_stays_as_written() -> None:
    """Comments, spaces and accents survive: one line differs, and the diff shows it."""
    solution = "# größer\ndef f(x):  # é\n    y = 'ä' ;  z = x   *  2  # twice\n    return z\n"
    (mutant,) = [one for one in make_mutants(solution) if one.kind == "operator"]
    assert mutant.source == solution.replace("x   *  2", "x   /  2")
    assert mutant.line == 3
    assert "-    y = 'ä' ;  z = x   *  2  # twice" in mutant.diff.splitlines()
    assert "+    y = 'ä' ;  z = x   /  2  # twice" in mutant.diff.splitlines()


def test_ids_do_not_depend_on_other_lines() -> None:
    """What is added elsewhere changes no id; the same change twice gets a number."""
    before = ids("a = x + 1")
    assert before == [one for one in ids("# a note\nq = w\n\na = x + 1") if one.startswith("a")]
    twice = ids("a = x.T\na = x.T")
    assert "a = x.T → a = x" in twice
    assert "a = x.T → a = x (number 2)" in twice


def test_only_other_programs() -> None:
    """Every mutant is Python, another program than the solution, and than each right answer."""
    solution = "def f(x):\n    '''Doc 1.'''\n    return x.sum(dim=0) - 1 + 2 * x[-1]\n"
    accepted = "def f(x):\n    '''Doc 1.'''\n    return x.sum(dim=1) - 1 + 2 * x[-1]\n"
    mutants = make_mutants(solution, (accepted,))
    assert len(mutants) > 8
    for mutant in mutants:
        ast.parse(mutant.source)
        assert not same_program(mutant.source, solution)
        assert not same_program(mutant.source, accepted)
    assert len({mutant.source for mutant in mutants}) == len(mutants)


def test_what_says_nothing_is_left_alone() -> None:
    """Annotations, texts and what is only printed have no mutants."""
    assert ids("x: Tensor[3]") == []
    assert ids('"""Sum 1 + 2."""') == []
    assert [one for one in ids("y = 0\nprint(y + 1, f'{y + 1}')") if "y + 2" in one] == []


def test_no_python_no_mutants() -> None:
    """A solution that cannot be read has none."""
    assert make_mutants("def f(:") == ()


def test_always_in_the_same_order() -> None:
    """By position, however often; a bound takes some of every part, always the same."""
    solution = "a = x + 1\nb = a * 2\nc = b.sum(dim=1)\n"
    mutants = make_mutants(solution)
    assert mutants == make_mutants(solution)
    assert [one.line for one in mutants] == sorted(one.line for one in mutants)
    some = spread(mutants, 3)
    assert len(some) == 3
    assert {one.line for one in some} == {1, 2, 3}
    assert spread(mutants, 10_000) == mutants
    assert spread(mutants, None) == mutants
