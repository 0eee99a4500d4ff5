"""Real lesson files, damaged in every way that files are: for the tests and `make fuzz-lessons`."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeAlias

from tutor.authoring.lint.run import lint
from tutor.course.companions import COMPANION_FILES
from tutor.course.load import load_lesson
from tutor.paths import builtin_course_dir

__all__ = ["BOMBS", "Survived", "bomb", "damaged", "survive"]

_TESTS = Path(__file__).resolve().parents[1]
_FILES = (
    _TESTS / "course/broadcasting.yaml",
    _TESTS / "course/broken.yaml",
    _TESTS / "authoring/lint/good.yaml",
    *sorted(builtin_course_dir().glob("*.yaml")),
)
ORIGINALS = {path.name: path.read_text(encoding="utf-8") for path in _FILES}

VALUES = (
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
    *('"\\0"', '"\\uffff"', "\t", "\ufeff", "\u2028", "😀", "x = (", "____", "9" * 5000),
    *("<<: {a: 1}", "2020-01-01", "12:30", "yes", "[[a]]", "{a: {b: c}}", "f(x) # c", "|+2"),
    *("```python", "| a | b |", "<b>", "[x](y)", "x" * 300, "\u201cx\u201d", "input()"),
)
"""What is put in a value's place."""

_ODD = "abz:-#'\"|>[]{}&*!%@`,? \t\n\r\x00\x1b\x85é\u2028\ufeff"

Mutation: TypeAlias = Callable[[list[str], random.Random], None]


# --- of a text, line by line; each changes the list that it gets


def _cut(lines: list[str], rng: random.Random) -> None:
    """End the file anywhere, also in the middle of a line."""
    at = rng.randrange(len(lines))
    lines[at] = lines[at][: rng.randrange(len(lines[at]) + 1)]
    del lines[at + 1 :]


def _cut_out(lines: list[str], rng: random.Random) -> None:
    """Take out a few lines, or a piece of one."""
    at = rng.randrange(len(lines))
    if rng.random() < 0.5:
        del lines[at : at + rng.randrange(1, 8)]
    else:
        line = lines[at]
        begin = rng.randrange(len(line) + 1)
        lines[at] = line[:begin] + line[begin + rng.randrange(1, 10) :]


def _misspell_key(lines: list[str], rng: random.Random) -> None:
    """Change, double, drop or swap a letter of a key."""
    keys = [n for n, line in enumerate(lines) if re.match(r" *(?:- )?\w+:", line)]
    if not keys:
        return
    at = rng.choice(keys)
    key, colon, rest = lines[at].partition(":")
    begin = len(key) - len(key.lstrip(" -"))
    letter = rng.randrange(begin, len(key))
    new = rng.choice(["", key[letter] * 2, rng.choice(_ODD), key[letter].upper()])
    lines[at] = key[:letter] + new + key[letter + 1 :] + colon + rest


def _change_character(lines: list[str], rng: random.Random) -> None:
    """Put any character in the place of another, control characters included."""
    at = rng.randrange(len(lines))
    column = rng.randrange(len(lines[at]) + 1)
    lines[at] = lines[at][:column] + rng.choice(_ODD) + lines[at][column + 1 :]


def _change_type(lines: list[str], rng: random.Random) -> None:
    """Put something else behind a key or a dash."""
    at = rng.randrange(len(lines))
    before = re.match(r" *(?:- )*(?:\w+:)? ?", lines[at])
    lines[at] = ("" if before is None else before.group()) + rng.choice(VALUES)


def _break_indentation(lines: list[str], rng: random.Random) -> None:
    """Move a few lines to the right or to the left, with spaces or a tab."""
    at = rng.randrange(len(lines))
    by = rng.choice([" ", "  ", "\t", "    ", ""])
    for number in range(at, min(at + rng.randrange(1, 6), len(lines))):
        lines[number] = by + lines[number] if by else lines[number][1:]


def _swap_lines(lines: list[str], rng: random.Random) -> None:
    """Put one line in another's place."""
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]


def _repeat(lines: list[str], rng: random.Random) -> None:
    """Write a few lines twice, here or elsewhere."""
    at = rng.randrange(len(lines))
    piece = lines[at : at + rng.randrange(1, 12)]
    lines[rng.choice([at, rng.randrange(len(lines))]) :][:0] = piece
    lines[at:at] = piece


def _anchor(lines: list[str], rng: random.Random) -> None:
    """Name a value and use it elsewhere, before or after, or in itself."""
    with_value = [n for n, line in enumerate(lines) if re.match(r" *(?:- )?\w+:", line)]
    if len(with_value) < 2:
        return
    first, second = rng.choice(with_value), rng.choice(with_value)
    lines[first] = re.sub(r": ?", ": &here ", lines[first], count=1)
    key = lines[second].partition(":")[0]
    lines[second] = f"{key}: {rng.choice(['*here', '[*here, *here]', '*there', '{a: *here}'])}"


_MUTATIONS: tuple[Mutation, ...] = (
    *(_cut, _cut_out, _misspell_key, _change_character, _change_type, _break_indentation),
    *(_swap_lines, _repeat, _anchor),
)


# --- of the bytes


def _with_nul(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + b"\0" * rng.randrange(1, 4) + data[at:]


def _with_noise(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.randbytes(rng.randrange(1, 20)) + data[at:]


def _in_another_encoding(data: bytes, rng: random.Random) -> bytes:
    name = rng.choice(["utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-8-sig"])
    return data.decode("utf-8", "replace").encode(name, "replace")


def _with_other_line_ends(data: bytes, rng: random.Random) -> bytes:
    return data.replace(b"\n", rng.choice([b"\r\n", b"\r", b"\n\r", b"\x0c\n", b"\xe2\x80\xa8"]))


_OF_BYTES = (_with_nul, _with_noise, _in_another_encoding, _with_other_line_ends)


# --- files that are meant to take long, or much memory

_LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
_HEAD = "format: 1\nid: x\ntitle: x\nexercises:\n  - id: x\n    kind: code\n    prompt: "
_CODE = f"{_HEAD}x\n    checks: [{{values: x}}]\n    solution: |\n"
_LAMBDAS = "      - |\n" + "        lambda: 0\n" * 1_900
_MISTAKE = "      - {id: a, answer: y = 1, says: <b>}\n"
_SHARED = f"setup: &s |\n  {'x = 1; ' * 30}\n{_HEAD}x\n    accepts: ["

BOMBS: dict[str, Callable[[], str]] = {
    "billion laughs": lambda: _LAUGHS,
    "laughs in a lesson": lambda: f"{_LAUGHS}{_HEAD}*j\n",
    "50 MB": lambda: "format: 1\n" + "# nothing\n" * 5_000_000,
    "50 MB in a line": lambda: "title: " + "x" * 50_000_000,
    "nearly 1 MB of text": lambda: f"{_HEAD}{'word ' * 199_000}\n",
    "nearly 1 MB of lines": lambda: f"{_HEAD}|\n" + "      [a](b) <c> `d\n" * 49_000,
    "nearly 1 MB of code": lambda: _CODE + "      x = [1, 2, 3]\n" * 49_000,
    "many texts": lambda: _HEAD + "x\n    hints:\n" + f"      - '{'![' * 4_990}'\n" * 90,
    "many codes": lambda: _CODE + "      x\n    accepts:\n" + _LAMBDAS * 28,
    "a long line of code": lambda: f"{_CODE}      x = {'1 + ' * 4_900}1\n",
    "nested brackets": lambda: "title: " + "[" * 900_000,
    "nested mappings": lambda: "{a: " * 200_000,
    "nested lists": lambda: "".join(" " * n + "-\n" for n in range(1_300)),
    "many keys": lambda: "".join(f"key{n}: x\n" for n in range(80_000)),
    "many exercises": lambda: _HEAD + "x\n" + "  - {id: a, kind: code}\n" * 20_000,
    "some exercises": lambda: _HEAD + "x\n" + "  - {id: a, kind: code}\n" * 3_000,
    "many mistakes": lambda: _CODE + "      x\n    mistakes:\n" + _MISTAKE * 2_700,
    "one code many times": lambda: _SHARED + "*s, " * 19_000 + "]\n",
    "many quotes": lambda: "'" * 900_000,
    "many anchors": lambda: "".join(f"- &a{n} x\n- *a{n}\n" for n in range(40_000)),
    "backticks": lambda: f"{_HEAD}|\n      {'`' * 9_900}\n",
    "open links": lambda: f"{_HEAD}|\n      {'[' * 9_900}\n",
    "open images": lambda: f"{_HEAD}|\n      {'![' * 4_900}\n",
    "open emphasis": lambda: f"{_HEAD}|\n      <b> {'*a_b ' * 1_900}\n",
    "open quotes": lambda: f"{_HEAD}|\n      <b> {'> ' * 4_900}\n",
    "wide table": lambda: f"{_HEAD}|\n      {'|a' * 2_000}\n      {'|-' * 2_000}\n",
    "ticks": lambda: f"{_HEAD}|\n      {'` `` ``` ' * 1_000}\n",
    "rules": lambda: f"{_HEAD}|\n" + f"      {'-' * 4_900}x\n" * 2,
    "a long word": lambda: f"{_HEAD}{'x' * 9_900}\n    title: {'9' * 900_000}\n",
    "a long name": lambda: f"{_CODE}      {'x' * 19_900}\n    hints: ['{'y' * 9_000}']\n",
    "only NUL": lambda: "\0" * 1_000_000,
    "nothing": lambda: "",
}
"""Made when asked for: some are large."""


def bomb(name: str) -> bytes:
    """One of `BOMBS`."""
    return BOMBS[name]().encode()


def damaged(seed: int, *, only: str | None = None) -> tuple[str, bytes]:
    """A file of that number, and how it was made.

    Args:
        seed: the number.
        only: the file that is damaged; any lesson where it is None.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    if rng.random() < 0.02:
        name = rng.choice(list(BOMBS))
        return name, bomb(name)
    name = only or rng.choice([name for name in ORIGINALS if name not in COMPANION_FILES])
    lines = ORIGINALS[name].split("\n")
    made = [name]
    for mutate in rng.choices(_MUTATIONS, k=rng.randrange(1, 5)):
        mutate(lines, rng)
        lines[:] = lines or [""]
        made.append(mutate.__name__.strip("_"))
    data = "\n".join(lines).encode("utf-8", "replace")
    if rng.random() < 0.2:
        change = rng.choice(_OF_BYTES)
        data = change(data, rng)
        made.append(change.__name__.strip("_"))
    return ", ".join(made), data


class Survived(NamedTuple):
    """What came of a damaged file.

    Attributes:
        codes: of its problems.
        loading: seconds of a processor to load it.
        linting: the same for lint.
    """

    codes: tuple[str, ...]
    loading: float
    linting: float


def survive(path: Path) -> Survived:
    """Load and lint a file: it is a lesson or has problems, and every problem has a place."""
    began = time.process_time()
    file = load_lesson(path)
    loaded = time.process_time()
    linted = lint([path])
    seconds = (loaded - began, time.process_time() - loaded)
    assert (file.lesson is None) == bool(file.problems)
    assert list(file.problems) == sorted(set(file.problems))
    assert set(file.problems) <= set(linted.problems)
    assert linted.files == 1
    text = path.read_bytes().decode("utf-8-sig", "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in linted.problems:
        assert 1 <= problem.line <= len(lines), problem
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1, problem
        assert problem.message.isprintable(), problem
        assert len(problem.message) < 500, problem
    return Survived(tuple(problem.code for problem in linted.problems), *seconds)
