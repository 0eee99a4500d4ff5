"""The checks `shape` with named axes, `dtype` and `device`."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from checks import Device, Shape, examine
from checks.finding import Finding
from checks.registry import build

SETUP = "import torch\nfrom torch import nn\nx = torch.rand(2, 5, 3)\n"


def _shape(
    answer: str, solution: str = "y = x", target: str = "y", axes: list[Any] | None = None
) -> Finding:
    check = build("shape", target, {} if axes is None else {"is": axes})
    return examine(check, answer=answer, solution=solution, setup=SETUP)


_NAMED = [
    ("y = x[:, :3]", "wrong-shape", "the axis T (dimension 1) has size 3 instead of 5"),
    ("y = x[:, :4]", "wrong-shape", "off by one"),
    ("y = x[:1, :3]", "wrong-shape", "the axis B (dimension 0) has size 1 instead of 2 and the"),
    ("y = x.transpose(1, 2)", "transposed", "the axis T (dimension 1) and dimension 2 are swapped"),
    ("y = x.sum(0)", "missing-dimension", "the axis B (dimension 0, size 2) is gone"),
    ("y = x[None]", "extra-dimension", "position 0"),
    ("y = x.flatten()", "flattened", "which is [B, T, 3]"),
]


@pytest.mark.parametrize(("answer", "code", "words"), _NAMED)
def test_messages_speak_of_the_named_axes(answer: str, code: str, words: str) -> None:
    """The axis that is wrong is called by its name."""
    finding = _shape(answer, axes=["B", "T", 3])
    assert (finding.status, finding.code) == ("fail", code)
    assert words in finding.message
    assert finding.details["names"] == ["B", "T", ""]


def test_a_missing_axis_of_size_one_is_named() -> None:
    """Keepdim is the cure, and the axis says which."""
    finding = _shape("y = x.sum(2)", "y = x.sum(2, keepdim=True)", axes=["B", "T", "C"])
    assert "missing (the axis C (dimension 2))" in finding.message


@pytest.mark.parametrize(
    "axes", [["B", "T", 3], ["...", "T", "C"], ["..."], [2, 5, 3], ["...", 3], ["_", "_b", "_c"]]
)
def test_the_names_do_not_change_what_is_right(axes: list[str | int]) -> None:
    """What has the solution's shape passes, under any true names."""
    assert _shape("y = x * 2", axes=axes).status == "pass"
    assert _shape("y = x[:1]", axes=axes).status == "fail"


def test_several_tensors_share_their_names() -> None:
    """One list for each tensor; the same name is the same size."""
    solution = "q, k = x, torch.zeros(2, 4, 3)"
    axes = [["B", "T", "D"], ["B", "S", "D"]]
    assert _shape(solution, solution, "(q, k)", axes=axes).status == "pass"
    answer = "q, k = x, torch.zeros(2, 3, 3)"
    finding = _shape(answer, solution, "(q, k)", axes=axes)
    assert "`(q, k)[1]`" in finding.message
    assert "the axis S (dimension 1) has size 3 instead of 4" in finding.message


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        (["B", "T", 4], "3 is not 4"),
        (["B", "T"], "no [B, T]"),
        (["...", "A", "B", "T", "C"], "no [..., A, B, T, C]"),
        (["N", "T", "N"], "N is 3 there and 2 elsewhere"),
        ([["B", "T", 3]], "no tensor at `[0]`"),
    ],
)
def test_axes_that_are_not_the_solutions_are_the_lessons_fault(axes: list[Any], words: str) -> None:
    """The learner is not to blame for a lesson that contradicts itself."""
    finding = _shape("y = x", axes=axes)
    assert (finding.status, finding.code) == ("error", "lesson-error")
    assert words in finding.message


@pytest.mark.parametrize("axes", [["B", "..."], [-1], ["B T"], ["B", ["T"]], ["a-b"], [1.5], ["3"]])
def test_what_names_no_axes_is_refused(axes: list[Any]) -> None:
    """A lesson's author reads what is wrong."""
    with pytest.raises(ValueError, match=r"shape: "):
        build("shape", "y", {"is": axes})


def test_the_axes_survive_the_garbage_collector() -> None:
    """A union of a number, a name and a list is safe to keep."""
    checks = [build("shape", "y", {"is": [["B", i], ["..."]]}) for i in range(50)]
    gc.collect()
    assert checks[7] == build("shape", "y", {"is": [["B", 7], ["..."]]})


def _device(answer: str, solution: str = "y = x", target: str = "y") -> Finding:
    return examine(Device(target=target), answer=answer, solution=solution, setup=SETUP)


@pytest.mark.parametrize("answer", ["y = x", "y = torch.zeros(7).long()", "y = x.sum()", "y = [x]"])
def test_device_looks_at_nothing_but_the_device(answer: str) -> None:
    """Other values, shapes and dtypes pass."""
    assert _device(answer).status == "pass"


@pytest.mark.parametrize(
    ("answer", "solution", "code", "words"),
    [
        ("y = x.to('meta')", "y = x", "wrong-device", "`y` lies on meta, but cpu is expected"),
        ("y = x", "y = x.to('meta')", "wrong-device", "keep what it returns"),
        ("y = {'a': x, 'b': x.to('meta')}", "y = {'a': x, 'b': x}", "wrong-device", "`y['b']`"),
        ("y = 3", "y = x", "wrong-type", "an int"),
        ("y = []", "y = x", "wrong-type", "a list"),
        ("y = None", "y = x", "wrong-type", "None"),
        ("", "y = x", "not-defined", "`y`"),
        ("y = 'cpu'", "y = x", "wrong-type", "a string"),
    ],
)
def test_a_wrong_device_is_named(answer: str, solution: str, code: str, words: str) -> None:
    """So is a value that lies on no device at all."""
    finding = _device(answer, solution)
    assert (finding.status, finding.code) == ("fail", code)
    assert words in finding.message


def test_a_module_lies_where_its_parameters_do() -> None:
    """The first parameter or buffer that lies elsewhere is named; the architecture is free."""
    solution = "y = nn.Linear(3, 2)"
    assert _device("y = nn.Sequential(nn.Linear(3, 2))", solution).status == "pass"
    finding = _device("y = nn.BatchNorm1d(3)\ny.running_mean = y.running_mean.to('meta')", solution)
    assert finding.code == "wrong-device"
    assert "`y['running_mean']` lies on meta" in finding.message


@pytest.mark.parametrize("solution", ["y = object()", "z = 1", "y = 1/0"])
def test_a_broken_solution_is_the_lessons_fault(solution: str) -> None:
    """For both checks."""
    assert _device("y = x", solution).status == "error"
    assert _shape("y = x", solution, axes=["A", "B", "C"]).status == "error"


def test_shape_alone_is_as_before() -> None:
    """Without names, dimensions are numbered."""
    finding = examine(Shape(target="y"), answer="y = x[0]", solution="y = x", setup=SETUP)
    assert "dimension 0 (size 2) is gone" in finding.message
    assert "names" not in finding.details
