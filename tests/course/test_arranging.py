from __future__ import annotations

import itertools

import pytest

from tutor.course.arranging import all_lines, lines_of, program_of, read_order, shuffled
from tutor.course.model import CheckUse, Order

CHECKS = (CheckUse(check="values", target="z"),)
SOLUTION = """\
x = 1

# a comment of its own
y = (x +
     2)  # one that belongs to a line
if y:
    z = '''a
  b'''
"""
LINES = (
    "x = 1",
    "y = (x +\n     2)  # one that belongs to a line",
    "if y:",
    "    z = '''a\n  b'''",
)


def order(solution: str = SOLUTION, id_: str = "o", **keys: tuple[str, ...]) -> Order:
    """An exercise with that solution."""
    return Order(id=id_, prompt="?", solution=solution, checks=CHECKS, **keys)  # type: ignore[arg-type]  # keys of texts


def test_a_line_is_what_python_takes_for_one() -> None:
    """Brackets and long strings keep lines together; blank lines and lone comments are left out."""
    assert lines_of(SOLUTION) == LINES
    assert lines_of("a = 1 + \\\n    2\nb = 1; c = 2") == ("a = 1 + \\\n    2", "b = 1; c = 2")


@pytest.mark.parametrize("broken", ["a = (\n", "  a\n b\n", "'''", "\x00", "a = $", ""])
def test_what_is_no_python_is_taken_row_by_row(broken: str) -> None:
    """Loading reports it; nothing here fails for it."""
    assert "\n".join(lines_of(broken)) == "\n".join(filter(str.strip, broken.rstrip().split("\n")))


def test_the_shuffled_lines_are_always_the_same() -> None:
    """They depend on the exercise's id and nothing else, and hold every line, extra ones too."""
    exercise = order(extra=("    z = y",))
    assert shuffled(exercise) == shuffled(order(extra=("    z = y",)))
    assert sorted(shuffled(exercise)) == sorted(all_lines(exercise))
    eight = "\n".join(f"x{n} = {n}" for n in range(8))
    assert len({shuffled(order(eight, id_=name)) for name in "abcd"}) > 1


@pytest.mark.parametrize("count", [2, 3, 4, 7, 12])
def test_the_shuffled_lines_are_in_no_known_order(count: int) -> None:
    """Neither the solution's nor an accepted one; from three on, no line follows its own."""
    lines = tuple(f"x{n} = {n}" for n in range(count))
    begin = shuffled(order(program_of(lines)))
    assert begin != lines
    if count > 2:
        assert not set(itertools.pairwise(lines)) & set(itertools.pairwise(begin))
        assert shuffled(order(program_of(lines), accepts=(program_of(begin),))) != begin


def test_an_arrangement_is_read_from_text() -> None:
    """Blank lines, comments and trailing spaces do not matter."""
    text = "if y:   \n\n" + LINES[3] + "\n# so\n" + LINES[1] + "\n" + LINES[0]
    reading = read_order(order(), text)
    assert reading.problem == ""
    assert reading.lines == (LINES[2], LINES[3], LINES[1], LINES[0])


def test_what_does_not_belong_is_set_aside_where_there_is_such_a_line() -> None:
    """Lines may be left out there, and only there."""
    reading = read_order(order(extra=("    z = y",)), "x = 1\n    z = y\n")
    assert reading.lines == ("x = 1", "    z = y")
    assert reading.aside == LINES[1:]


def test_a_line_that_stands_twice_in_the_exercise_may_stand_twice() -> None:
    """As often as it is there, and not once more."""
    twice = order("a = 1\nprint(a)\nprint(a)\n")
    assert read_order(twice, "print(a)\na = 1\nprint(a)\n").problem == ""
    assert "once more" in read_order(twice, "print(a)\n" * 3 + "a = 1\n").problem


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("x = 1\nx = 2\n", 2, "'x = 2' is not one of this exercise's lines"),
        ("x = 1\n\nx = 1\n", 3, "'x = 1' stands here once more"),
        ("    x = 1\n", 1, "'x = 1' is indented otherwise here: each line keeps its own 0 spaces"),
        ("x = 1\ny = (x +\n", 2, "is not one of this exercise's lines"),
        ("if y:\n", None, "'x = 1' and 'y = (x + 2) # one that belongs to a line' and"),
        ("# nothing\n", None, "are missing"),
        ("\x1b[2J", 1, "'\\u001b[2J' is not"),
    ],
)
def test_what_is_no_arrangement_is_told_so(text: str, line: int | None, words: str) -> None:
    """With its place and the reason."""
    reading = read_order(order(), text)
    assert reading.line == line
    assert words in reading.problem
