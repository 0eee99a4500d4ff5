"""The picture of two tensors that a finding carries, and reading one that may be forged."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import torch

from checks.diagnosis.cells import cell_texts, diff_of
from checks.registry import build
from checks.tensor_diff import MOST_CELLS, WINDOW, TensorDiff, read_diff
from checks.trial_run import examine


def diff(actual: torch.Tensor, expected: torch.Tensor, worst: list[int]) -> TensorDiff:
    """The diff of two tensors, as it arrives at a display."""
    plain = diff_of(actual, expected, actual != expected, worst)
    found = read_diff({"diff": msgspec.json.decode(msgspec.json.encode(plain))})
    assert found is not None
    return found


def changed(shape: tuple[int, ...], *places: tuple[int, ...]) -> tuple[torch.Tensor, torch.Tensor]:
    """A tensor of distinct numbers, and the same with other ones at these places."""
    expected = torch.arange(float(torch.Size(shape).numel())).reshape(shape)
    actual = expected.clone()
    for place in places:
        actual[place] += 0.5
    return actual, expected


def test_a_small_tensor_is_shown_whole() -> None:
    """All cells of both, which differ, and where the worst is."""
    found = diff(*changed((2, 3), (1, 2)), [1, 2])
    assert found.whole
    assert found.expected == (("0.0", "1.0", "2.0"), ("3.0", "4.0", "5.0"))
    assert found.actual == (("0.0", "1.0", "2.0"), ("3.0", "4.0", "5.5"))
    assert found.differs == ((False,) * 3, (False, False, True))
    assert (found.worst, found.count, found.total) == ((1, 2), 1, 6)
    assert [(c.index, c.actual, c.expected) for c in found.cells] == [((1, 2), "5.5", "5.0")]


@pytest.mark.parametrize("worst", [(0, 0, 0), (1, 20, 99), (1, 29, 0), (0, 4, 50)])
def test_of_a_large_tensor_the_part_around_the_worst_is_shown(worst: tuple[int, ...]) -> None:
    """The window lies inside of the tensor, has the worst cell in it and says where it begins."""
    found = diff(*changed((2, 30, 100), worst, (0, 0, 1)), list(worst))
    assert not found.whole
    assert len(found.expected) == len(found.expected[0]) == WINDOW
    row, column = worst[1] - found.corner[1], worst[2] - found.corner[2]
    assert found.corner[0] == worst[0]
    assert found.differs[row][column]
    flat = (worst[0] * 30 + worst[1]) * 100 + worst[2]
    assert float(found.expected[row][column]) == flat
    assert worst in {cell.index for cell in found.cells}


def test_few_cells_are_listed_and_the_worst_among_them() -> None:
    """However many differ, a few are listed: the first ones, and the one that is furthest off."""
    actual, expected = torch.zeros(50), torch.ones(50)
    found = diff(actual, expected, [40])
    assert [cell.index for cell in found.cells] == [(0,), (1,), (2,), (3,), (40,)]
    assert len(found.cells) == MOST_CELLS
    assert found.count == 50


@pytest.mark.parametrize(
    ("actual", "expected", "texts"),
    [
        (1.0, 2.0, ("1.0", "2.0")),
        (0.123456, 0.5, ("0.1235", "0.5")),
        (1.00001, 1.00002, ("1.00001", "1.00002")),
        (float("nan"), 1.0, ("nan", "1.0")),
        (True, False, ("True", "False")),
        (10**18 + 1, 10**18, (str(10**18 + 1), str(10**18))),
        (1 + 2j, 1 + 2.0000001j, ("1+2j", "1+2.0000001j")),
    ],
)
def test_numbers_that_differ_read_differently(
    actual: complex, expected: complex, texts: tuple[str, str]
) -> None:
    """As few digits as tell them apart."""
    assert cell_texts(actual, expected, differ=True) == texts


def test_numbers_that_count_as_equal_read_alike() -> None:
    """Rounding is not shown as a difference."""
    assert cell_texts(0.30000001, 0.3, differ=False) == ("0.3", "0.3")


@pytest.mark.parametrize(
    "dtype", ["bool", "uint8", "int64", "float16", "bfloat16", "float64", "complex64"]
)
def test_every_dtype_is_shown(dtype: str) -> None:
    """Whatever the numbers are, a wrong one is found and shown through a real check."""
    answer = f"y = torch.ones(3, 4, dtype=torch.{dtype})\ny[1, 2] = 0"
    finding = examine(
        build("values", "y"),
        setup="import torch",
        solution=f"y = torch.ones(3, 4, dtype=torch.{dtype})",
        answer=answer,
    )
    found = read_diff(finding.details)
    assert found is not None
    assert (found.worst, found.count) == ((1, 2), 1)


def test_a_number_has_no_diff() -> None:
    """A 0-d tensor and a Python number are said in the message."""
    for wrong in ("y = torch.tensor(2.0)", "y = 2.0"):
        solution = wrong.replace("2", "1")
        finding = examine(
            build("values", "y"), setup="import torch", solution=solution, answer=wrong
        )
        assert finding.status == "fail"
        assert read_diff(finding.details) is None


def _forged(**parts: Any) -> dict[str, Any]:
    plain = diff_of(*changed((2, 2), (0, 1)), torch.tensor([[False, True], [False, False]]), [0, 1])
    return {"diff": {**plain, **parts}}


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"diff": None},
        {"diff": []},
        _forged(shape=[2]),
        _forged(shape=[]),
        _forged(expected=[]),
        _forged(expected=[["1.0"]]),
        _forged(actual=[["1.0", "2.0"], ["3.0"]]),
        _forged(actual=[["1.0", "2.0"], ["3.0", "x" * 1000]]),
        _forged(actual=[["1.0", "2.0"], ["3.0", "\x1b[2J"]]),
        _forged(differs=[[1, 0], [0, 0]]),
        _forged(worst=[0, -1]),
        _forged(corner=[10**30, 0]),
        _forged(cells=[{"index": [0], "expected": "", "actual": ""}]),
        _forged(cells=[{"index": [0, 0], "expected": "\n", "actual": ""}]),
        _forged(cells=[{"index": [0, 0], "expected": "", "actual": ""}] * 6),
        _forged(expected=[["1"] * 11] * 2, actual=[["1"] * 11] * 2, differs=[[False] * 11] * 2),
    ],
)
def test_what_makes_no_sense_is_no_diff(details: dict[str, Any]) -> None:
    """A display gets a sound diff or none."""
    assert read_diff(details) is None


def test_an_honest_one_is_read() -> None:
    """The forgeries above differ from one that is read."""
    assert read_diff(_forged()) is not None
