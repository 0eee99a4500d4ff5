"""The checks `contiguous`, `strides`, `shares_storage` and `unchanged`."""

from __future__ import annotations

from typing import Any

import pytest

from checks import Contiguous, Finding, SharesStorage, Strides, Unchanged, examine
from checks.data import Int, Nothing, Observed, Str, Tensor, Tuple, Value
from checks.registry import build
from tests.checks.recognising import alike

SETUP = (
    "import torch\nimport numpy as np\nfrom torch import nn\n"
    "x = torch.arange(6.).reshape(2, 3) + 0.5\n"
)


def _look(name: str, answer: str, solution: str, target: Any = "y") -> Finding:
    return examine(build(name, target), answer=answer, solution=solution, setup=SETUP)


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("y = x.T", "not-contiguous", ["(1, 3)", "they would be (2, 1)", "axes were swapped"]),
        ("y = x[:, :2]", "not-contiguous", ["skips numbers"]),
        ("y = x[0].expand(4, 3)", "not-contiguous", ["stride of 0"]),
        ("y = x.tolist()", "wrong-type", ["list"]),
        ("", "not-defined", ["`y`"]),
    ],
)
def test_what_is_not_contiguous_is_told_why(answer: str, code: str, words: list[str]) -> None:
    """The strides show how it came about."""
    finding = _look("contiguous", answer, "y = x")
    assert (finding.status, finding.code) == ("fail", code)
    for word in words:
        assert word in finding.message


@pytest.mark.parametrize(
    "answer",
    ["y = x.T.contiguous()", "y = x.T.clone(memory_format=torch.contiguous_format)", "y = x[:1].T"],
)
def test_contiguous_however_it_was_made(answer: str) -> None:
    """A dimension of one element has no order."""
    assert _look("contiguous", answer, "y = x").status == "pass"


def test_a_view_may_be_what_is_asked_for() -> None:
    """The solution says which of both."""
    assert _look("contiguous", "y = x.transpose(0, 1)", "y = x.T").status == "pass"
    finding = _look("contiguous", "y = x.T.contiguous()", "y = x.T")
    assert (finding.code, finding.expected) == ("is-contiguous", "not contiguous")
    assert "Was it copied?" in finding.message


@pytest.mark.parametrize(
    ("answer", "solution", "code", "words"),
    [
        ("y = x.T.contiguous()", "y = x.T", "wrong-strides", "It lies row by row. Was it copied?"),
        ("y = x.T.contiguous().T", "y = x", "wrong-strides", "axes were swapped"),
        ("y = x[0].repeat(4, 1)", "y = x[0].expand(4, 3)", "wrong-strides", "but it was copied"),
        ("y = x[0].expand(2, 3)", "y = x", "wrong-strides", "A stride of 0"),
        (
            "y = torch.zeros(4, 6)[::2, ::2]",
            "y = torch.zeros(2, 3)",
            "wrong-strides",
            "skips numbers",
        ),
        ("y = torch.zeros(6, 2).T", "y = torch.zeros(2, 12)[:, ::2]", "wrong-strides", "1 apart"),
        ("y = x.T", "y = x", "transposed", "swapped"),
        ("y = 1", "y = x", "wrong-type", "an int"),
    ],
)
def test_other_strides_are_explained(answer: str, solution: str, code: str, words: str) -> None:
    """Both strides are shown, after type and shape."""
    finding = _look("strides", answer, solution)
    assert (finding.status, finding.code) == ("fail", code)
    assert words.lower() in finding.message.lower()


@pytest.mark.parametrize(
    ("answer", "solution"),
    [
        ("y = x * 2", "y = x"),
        ("y = x.numpy().T", "y = x.numpy().T.copy(order='F')"),
        ("y = x[:1].T.contiguous().T", "y = x[:1]"),
        ("y = torch.zeros(0, 3)", "y = torch.zeros(3, 0).T"),
        ("y = x.double().T", "y = x.T"),
    ],
)
def test_strides_of_single_elements_do_not_count(answer: str, solution: str) -> None:
    """Nor do values and dtypes."""
    assert _look("strides", answer, solution).status == "pass"


def _shares(answer: str, solution: str, target: Any = ("x", "y")) -> Finding:
    return _look("shares_storage", answer, solution, target)


@pytest.mark.parametrize(
    ("answer", "solution"),
    [
        ("y = x.view(3, 2)", "y = x.reshape(6)"),
        ("y = x.T[1:]", "y = x"),
        ("y = x", "y = x.detach()"),
        ("y = x.numpy()", "y = x.view(-1)"),
        ("y = x.clone()", "y = x + 0"),
        ("y = torch.tensor(x.tolist())", "y = x.clone()"),
        ("y = x[[0, 1]]", "y = x.clone()"),
    ],
)
def test_a_view_is_a_view_however_it_was_made(answer: str, solution: str) -> None:
    """And a copy is a copy."""
    assert _shares(answer, solution).status == "pass"


@pytest.mark.parametrize(
    ("answer", "solution", "code", "words"),
    [
        ("y = x.clone()", "y = x", "copied", "changing `y[0, 0]` does not change `x`. `clone` on"),
        ("y = x + 0", "y = x", "copied", "`y` is a copy"),
        ("y = x[1]", "y = x.clone()", "shared-memory", "changing `y[0]` changes `x[1, 0]`, too"),
        ("y = x.T[1:]", "y = x.clone()", "shared-memory", "`y[0, 0]` changes `x[0, 1]`, too"),
        ("y = x.numpy()", "y = x.clone()", "shared-memory", "changing `y` changes `x`, too"),
        ("y = None", "y = x", "wrong-type", "None"),
        ("y = x[:0]", "y = x", "empty", "no memory"),
        ("z = 1", "y = x", "not-defined", "`y`"),
    ],
)
def test_a_copy_and_a_view_are_told_by_what_they_do(
    answer: str, solution: str, code: str, words: str
) -> None:
    """The message says what changing one does to the other."""
    finding = _shares(answer, solution)
    assert (finding.status, finding.code) == ("fail", code), finding.message
    assert words in finding.message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("y = x.reshape(6).clone()", "`clone` on line 1 copies."),
        ("z = x.contiguous()\ny = z.clone()", "`clone` on line 2 copies."),
        ("z = x.reshape(6)\ny = z.T.T.flatten() + 0", "`reshape` on line 1 copies."),
        ("y = make(x)", ""),
        ("def make(x):\n    return torch.stack([x])\ny = make(x)", "`stack` on line 2 copies."),
        ("y = x.clone()\ny = torch.zeros(2, 3)", ""),
        ("x.reshape(6)[:2]\ny = torch.zeros(2, 3)", ""),
        ("y = x\ny = y.clone()\nx = x.repeat(1, 1)", "`clone` on line 2 copies."),
        ("for _ in range(2):\n    y = x.clone()", "`clone` on line 2 copies."),
    ],
)
def test_a_copy_on_the_way_is_named_and_no_other(answer: str, says: str) -> None:
    """What was only tried out, and what was overwritten since, is no cause."""
    before = "def make(x):\n    return x + 1\n" if answer.startswith("y = make") else ""
    finding = _shares(before + answer, "y = x")
    assert finding.code == "copied"
    assert finding.message.endswith(says or "does not change `x`.")


def test_a_window_of_a_large_storage_still_shares_it() -> None:
    """However little of it is looked at."""
    setup = "big = torch.zeros(1_000_000)\n"
    solution = setup + "y, z = big[:10], big[-10:]"
    assert _shares(solution, solution, ("y", "z")).status == "pass"
    finding = _shares(setup + "y, z = big[:10], big[-10:].clone()", solution, ("y", "z"))
    assert finding.code == "copied"


@pytest.mark.parametrize("solution", ["z = 1", "y = 1", "y = x[:0]", "y = 1/0"])
def test_a_solution_without_two_tensors_is_the_lessons_fault(solution: str) -> None:
    """There must be memory to speak of."""
    assert _shares("y = x", solution).status == "error"


def test_two_expressions_are_needed() -> None:
    """Neither one nor three."""
    for target in (["x"], ["x", "y", "z"], "x"):
        with pytest.raises(ValueError, match="shares_storage"):
            build("shares_storage", target)


def _unchanged(answer: str, solution: str = "y = 2 * x", target: Any = "x") -> Finding:
    return _look("unchanged", answer, solution, target)


@pytest.mark.parametrize(
    "answer",
    [
        "y = x + x",
        "y = x.clone()\ny *= 2",
        "x = x.clone()",
        "x += 1\nx -= 1",
        "x.requires_grad_()",
        "",
    ],
)
def test_what_is_as_before_passes(answer: str) -> None:
    """An equal value under the same name is no change."""
    assert _unchanged(answer).status == "pass"


@pytest.mark.parametrize(
    ("answer", "line", "words"),
    [
        (
            "y = 2\nx[0, 1] = 9",
            2,
            ["1 of its 6 values", "[0, 1]", "Line 2 writes into it: `x[0, 1]"],
        ),
        ("x += 1", 1, ["6 of its 6", "`x += 1`"]),
        ("y = x.mul_(2)", 1, ["`x.mul_(2)`"]),
        ("torch.add(x, 1, out=x)", 1, ["writes into it: `torch.add(x, 1, out=x)`"]),
        ("torch.relu_(x.sub_(2))", 1, ["writes into it"]),
        ("y = x.reshape(-1)\ny[0] = 9", 2, ["Line 2 writes into `y`, which may share its memory"]),
        ("def f(a):\n    a *= 2\n    return a\ny = f(x)", 2, ["the argument `a`: `a *= 2`"]),
        ("x = 2 * x", 1, ["gives the name another value"]),
        ("x = x.sum()", 1, ["it is tensor(18.) now"]),
        ("for x in range(3): pass", 1, ["it is 2 now"]),
        ("x.data[0] = 1", 1, ["3 of its 6", "`x.data[0] = 1`"]),
        ("globals()['x'] = None", None, ["it is None now"]),
        ("(x, y) = (0, 1)", 1, ["another value"]),
    ],
)
def test_the_line_that_changes_it_is_found(answer: str, line: int | None, words: list[str]) -> None:
    """Directly, through another name, or inside of a function."""
    finding = _unchanged(answer)
    assert (finding.status, finding.code, finding.line) == ("fail", "name-changed", line)
    for word in words:
        assert word in finding.message


def test_several_names_and_modules() -> None:
    """Each is looked at; of a module its parameters and buffers."""
    setup = "m = nn.BatchNorm1d(3)\n"
    solution = setup + "m.eval()\ny = m(x)"
    assert _unchanged(solution, solution, ["x", "m"]).status == "pass"
    finding = _unchanged(setup + "y = m(x)", solution, ["x", "m"])
    assert "`m`" in finding.message
    assert finding.code == "name-changed"
    assert _unchanged("del x", target=["x"]).code == "not-defined"


@pytest.mark.parametrize("solution", ["del x", "x = object()", "x = 1/0"])
def test_a_solution_that_leaves_nothing_is_the_lessons_fault(solution: str) -> None:
    """There is nothing to compare with."""
    assert _unchanged("y = x", solution).status == "error"


_TENSOR = Tensor(storage=0, dtype="float32", shape=(2,), stride=(1,))


@pytest.mark.parametrize(
    "value",
    [
        None,
        Nothing(),
        Tuple((Nothing(), Nothing())),
        Tuple((Tuple((Int("0x1"),)), Tuple((Int("-0x1"), Int("0x0"))))),
        Tuple((Str("0"), Str("1"))),
    ],
)
def test_forged_memory_is_no_memory(value: Value | None) -> None:
    """What an honest process does not send fails, and stops nothing."""
    check = SharesStorage(target=("x", "y"))
    good = Tuple((Tuple((Int("0x1"), Int("0x9"))), Tuple((Int("0x1"), Int("0x9")))))
    reference = (Observed(value=good, after={"x": _TENSOR, "y": _TENSOR}, storages=(bytes(8),)),)
    for after in ({}, {"x": _TENSOR, "y": Nothing()}, {"x": _TENSOR, "y": _TENSOR}):
        forged = (Observed(value=value, after=after, storages=(bytes(8),)),)  # type: ignore[arg-type]  # a mapping of values
        assert check.compare(forged, reference, source="").status == "fail"
        check.behaves_like(forged, reference)
    assert check.compare((), reference, source="").code == "unobserved"
    for other in (Contiguous(target="y"), Strides(target="y"), Unchanged(target="x")):
        forged = (Observed(value=value),)
        known = (Observed(value=_TENSOR, after={"x": _TENSOR}, storages=(bytes(8),)),)
        assert other.compare(forged, known, source="x[").status == "fail"
        assert other.compare((), known, source="").code == "unobserved"


def test_answers_are_alike_by_what_they_did_to_memory() -> None:
    """Each check sees its own aspect only."""
    shares = SharesStorage(target=("x", "y"))
    assert alike(shares, "y = x.clone()", "y = x + 1", setup=SETUP)
    assert not alike(shares, "y = x.clone()", "y = x[0]", setup=SETUP)
    assert not alike(shares, "y = 1/0", "y = x[0]", setup=SETUP)
    unchanged = Unchanged(target="x")
    assert alike(unchanged, "x += 1", "x.add_(1)", setup=SETUP)
    assert not alike(unchanged, "x += 1", "x += 2", setup=SETUP)
    contiguous = Contiguous(target="y")
    assert alike(contiguous, "y = x.T", "y = x[:, :2]", setup=SETUP)
    assert not alike(contiguous, "y = x.T", "y = x", setup=SETUP)
    strides = Strides(target="y")
    assert alike(strides, "y = x.T", "y = 2 * x.T", setup=SETUP)
    assert not alike(strides, "y = x.T", "y = x.T.contiguous()", setup=SETUP)
