"""How two tensors, and two shapes, are drawn."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App, ComposeResult

from checks.tensor_diff import DifferingCell, TensorDiff
from tutor.app.widgets.diff_view import DiffView, draw_diff
from tutor.app.widgets.shape_view import draw_shapes


def matrix(rows: int, columns: int, *wrong: tuple[int, int], size: int = 0) -> TensorDiff:
    """A diff of a matrix of numbers, zero at each place in `wrong`; the first is the worst."""
    cells = [[str(10 * row + column) for column in range(columns)] for row in range(rows)]
    yours = [
        [("0" if (r, c) in wrong else cell) for c, cell in enumerate(row)]
        for r, row in enumerate(cells)
    ]
    return TensorDiff(
        shape=(size or rows, columns),
        corner=(0, 0),
        expected=tuple(map(tuple, cells)),
        actual=tuple(map(tuple, yours)),
        differs=tuple(tuple((r, c) in wrong for c in range(columns)) for r in range(rows)),
        worst=wrong[0],
        count=len(wrong),
        total=(size or rows) * columns,
        cells=(DifferingCell(index=wrong[0], expected="1", actual="0"),),
    )


def vector(*texts: tuple[str, str]) -> TensorDiff:
    """A diff of a vector, from pairs of expected and actual."""
    differs = tuple(expected != actual for expected, actual in texts)
    return TensorDiff(
        shape=(len(texts),),
        corner=(0,),
        expected=(tuple(expected for expected, _ in texts),),
        actual=(tuple(actual for _, actual in texts),),
        differs=(differs,),
        worst=(differs.index(True),),
        count=sum(differs),
        total=len(texts),
    )


def drawn(diff: TensorDiff, width: int) -> list[str]:
    """The lines, as text."""
    return [line.plain.rstrip() for line in draw_diff(diff, width)]


def test_two_matrices_beside_each_other() -> None:
    """Rows and columns are numbered; a sign follows each cell that differs, another the worst."""
    assert drawn(matrix(2, 3, (1, 1), (0, 2)), 60) == [
        "expected          yours",
        "     0   1   2         0   1   2",
        "0 │  0   1   2    0 │  0   1   0✗",
        "1 │ 10  11  12    1 │ 10   0« 12",
        "✗ differs: 2 of 6 · « the furthest off, at [1, 1]",
    ]


def test_one_above_the_other_where_it_is_narrow() -> None:
    """In a narrow place all columns are still there."""
    lines = drawn(matrix(2, 3, (1, 1)), 18)
    assert lines[0] == "expected"
    assert lines[4] == "yours"
    assert lines[7] == "1 │ 10   0« 12"


def test_a_vector_takes_two_lines() -> None:
    """Both vectors stand below the same numbers."""
    assert drawn(vector(("1.0", "1.0"), ("2.0", "nan"), ("3.0", "3.0")), 60) == [
        "           0    1    2",
        "expected 1.0  2.0  3.0",
        "yours    1.0  nan« 3.0",
        "« differs, at [1]: 1 of 3",
    ]


@pytest.mark.parametrize("width", [1, 12, 20, 33, 40, 60, 78, 98, 200])
@pytest.mark.parametrize("worst", [(0, 0), (9, 9), (5, 4)])
def test_it_fits_and_shows_the_worst(width: int, worst: tuple[int, int]) -> None:
    """At any width at which it can, it fits; the worst cell is always there."""
    for diff in (matrix(10, 10, worst), matrix(10, 10, worst, size=500)):
        lines = drawn(diff, width)
        assert sum(line.count("«") for line in lines) >= 2  # in the grid and in the legend
        if width >= 12:
            assert max(map(len, lines)) <= width
        assert len(lines) <= 20


def test_a_part_says_which_part_it_is() -> None:
    """What is left out, by the window or for want of room, is said with Python's own slices."""
    assert drawn(matrix(10, 4, (9, 3), size=500), 60)[-1] == "shown is [4:10, :] of shape (500, 4)"
    assert "shown is [:, 2:4] of shape (2, 4)" in " ".join(drawn(matrix(2, 4, (1, 3)), 14))


async def test_it_is_drawn_anew_at_another_width() -> None:
    """A terminal that gets narrower gets the other drawing, and the height that it takes."""

    class Shown(App[None]):
        def compose(self) -> ComposeResult:
            yield DiffView(matrix(3, 5, (1, 1)))

    async with Shown().run_test(size=(70, 30)) as pilot:
        view = pilot.app.query_one(DiffView)
        assert view.size.height == 6
        await pilot.resize_terminal(30, 30)
        await pilot.pause()
        assert view.size.height == 11


def shapes(expected: list[int], actual: list[int], *axes: int) -> list[str]:
    """The lines for two shapes."""
    details = {"expected_shape": expected, "actual_shape": actual, "axes": list(axes)}
    return [line.plain.rstrip() for line in draw_shapes(details)]


def test_shapes_by_dimension() -> None:
    """Sizes that belong together stand below each other, and what differs has a sign."""
    assert shapes([100, 4], [99, 4]) == [
        "dimension    0   1",
        "expected   100   4",
        "yours       99✗  4",
    ]


def test_a_dimension_that_only_one_has() -> None:
    """A missing or superfluous dimension leaves a gap at its place."""
    assert shapes([4, 1], [4], 1)[1:] == ["expected   4   1", "yours      4   -✗"]
    assert shapes([2, 3], [1, 2, 3], 0)[1:] == ["expected   -   2   3", "yours      1✗  2   3"]


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"expected_shape": [2], "actual_shape": "x"},
        {"expected_shape": [3, 4], "actual_shape": [12]},
        {"expected_shape": [], "actual_shape": []},
        {"expected_shape": [1] * 50, "actual_shape": [2] * 50},
        {"expected_shape": [3, 4], "actual_shape": [5], "axes": [1]},
        {"expected_shape": [3, 4], "actual_shape": [3], "axes": [-1]},
    ],
)
def test_shapes_that_do_not_line_up_are_not_drawn(details: dict[str, Any]) -> None:
    """Where nobody knows which dimension is which, or nothing makes sense, there is no drawing."""
    assert draw_shapes(details) == []
