"""Damaged lesson files: whatever happens to one, loading it ends in problems with a place."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.course.load import load_lesson

TEXT = (Path(__file__).parent / "broadcasting.yaml").read_text(encoding="utf-8")
VALUES = [
    *(
        "",
        "~",
        "no",
        "-1",
        "1e999",
        "0x",
        "'",
        '"',
        "[",
        "]",
        "{",
        "}",
        "{}",
        "[]",
        "|",
        ">",
        "- a",
    ),
    *("&a [x]", "*a", "*", "!t x", "!!int x", "%", "@", "`x`", "? x", ": x", "a: b", "---", "..."),
    *(
        '"\\0"',
        '"\\uffff"',
        "\t",
        "\ufeff",
        "\u2028",
        "😀",
        "x = (",
        "____",
        "9" * 5000,
        "<<: {a: 1}",
    ),
]
Mutation = Callable[[str, random.Random], str]


def cut(text: str, rng: random.Random) -> str:
    """End the file anywhere."""
    return text[: rng.randrange(len(text) + 1)]


def cut_out(text: str, rng: random.Random) -> str:
    """Take a piece out of the middle."""
    begin = rng.randrange(len(text) + 1)
    return text[:begin] + text[begin + rng.randrange(200) :]


def misspell(text: str, rng: random.Random) -> str:
    """Change one character, often one of a key."""
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice("abz:-#'\"|>[]{}&*!%@`,? \t\n\r\x00\x1b\x85é") + text[at + 1 :]


def swap_lines(text: str, rng: random.Random) -> str:
    """Put one line in another's place."""
    lines = text.splitlines(keepends=True) or [""]
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return "".join(lines)


def repeat_line(text: str, rng: random.Random) -> str:
    """Write one line twice."""
    lines = text.splitlines(keepends=True) or [""]
    at = rng.randrange(len(lines))
    return "".join([*lines[:at], lines[at], *lines[at:]])


def indent(text: str, rng: random.Random) -> str:
    """Move one line to the right or to the left, with spaces or a tab."""
    lines = text.splitlines(keepends=True) or [""]
    at = rng.randrange(len(lines))
    lines[at] = rng.choice([" " + lines[at], "  " + lines[at], "\t" + lines[at], lines[at][1:]])
    return "".join(lines)


def replace_value(text: str, rng: random.Random) -> str:
    """Put something else behind a key."""
    lines = text.splitlines(keepends=True) or [""]
    at = rng.randrange(len(lines))
    key = lines[at].partition(":")[0].rstrip("\n")
    lines[at] = f"{key}: {rng.choice(VALUES)}\n"
    return "".join(lines)


def lose_key(text: str, rng: random.Random) -> str:
    """Delete one line."""
    lines = text.splitlines(keepends=True) or [""]
    del lines[rng.randrange(len(lines))]
    return "".join(lines)


MUTATIONS: list[Mutation] = [
    *(cut, cut_out, misspell, swap_lines, repeat_line, indent, replace_value, lose_key)
]


def check(data: bytes) -> None:
    """Loading gives a lesson or problems, and each problem has a place in the file."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "lesson.yaml"
        path.write_bytes(data)
        file = load_lesson(path)
    assert (file.lesson is None) == bool(file.problems)
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    assert list(file.problems) == sorted(set(file.problems))
    for problem in file.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        assert problem.message.isprintable()
        assert len(problem.message) < 1000


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=4))
def test_a_damaged_lesson_ends_in_problems(seed: int, mutations: list[Mutation]) -> None:
    """Cut, swapped, misspelt, moved and replaced lines never raise."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    text = TEXT
    for mutate in mutations:
        text = mutate(text, rng)
    check(text.encode())


@settings(deadline=None, max_examples=100)
@given(
    st.binary(max_size=300) | st.text("ab:-#'\"|>[]{}&*!%@`,? \n\t0", max_size=80).map(str.encode)
)
def test_nonsense_ends_in_problems(data: bytes) -> None:
    """Neither bytes nor YAML's own punctuation raise."""
    check(data)
