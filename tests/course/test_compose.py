from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tutor.course.compose import compose
from tutor.course.nodes import Mapping, Node, Scalar
from tutor.course.source import At, Report, Source

LOADERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]


def composed(text: str, loader: Any = LOADERS[1]) -> tuple[Node | None, list[str]]:
    report = Report(Path("f"))
    root = compose(Source.of(Path("f"), text), report, loader=loader)
    return root, [f"{p.line}:{p.column}: {p.message}" for p in report.problems]


def test_keys_and_values_know_their_positions() -> None:
    """Positions count from 1 and characters, not bytes."""
    root, problems = composed("é𝄞: 'ü'\nb:\n  - c\n")
    assert not problems
    assert isinstance(root, Mapping)
    assert [entry.key.at for entry in root.entries] == [At(1, 1), At(2, 1)]
    assert root.entries[0].value.at == At(1, 5)
    (item,) = root.items("b")
    assert item.at == At(3, 5)


def test_scalars_stay_text() -> None:
    """Nothing is resolved: no is not False, and a quoted value is known from a plain one."""
    root, _ = composed("a: no\nb: '4.5'\nc: |\n  x\n  y\n")
    assert isinstance(root, Mapping)
    a, b, c = (entry.value for entry in root.entries)
    assert isinstance(a, Scalar)
    assert (a.text, a.plain) == ("no", True)
    assert isinstance(b, Scalar)
    assert (b.text, b.plain) == ("4.5", False)
    assert isinstance(c, Scalar)
    assert (c.text, c.style) == ("x\ny\n", "|")


def test_crlf_does_not_shift_lines() -> None:
    """Windows line ends count as one."""
    root, _ = composed("a: 1\r\nb: |\r\n  x\r\n  y\r\nc: 2\r\n")
    assert isinstance(root, Mapping)
    assert [entry.key.at.line for entry in root.entries] == [1, 2, 5]
    block = root.scalar("b")
    assert block is not None
    assert block.text == "x\ny\n"


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "where", "part"),
    [
        ("a: b: c\n", "1:5", "in quotes"),
        ("a: `x`\n", "1:4", "cannot begin with '`'"),
        ("a:\n\t- x\n", "2:1", "a tab"),
        ("a: x\n\tb: c\n", "2:1", "a tab"),
        ("a: 'x\nb: c\n", "1:4", "quote that opens here"),
        ('a: "x" is\nb: 1\n', "1:8", "has ended before this"),
        ("a: [1, 2\nb: 3\n", "1:4", "list in [ ] that opens here"),
        ("a: {x: 1\nb: 3\n", "1:4", "mapping in { } that opens here"),
        ("a: - b\n", "1:4", "list item"),
        ("a:\n  - x\n  y\n", "3:3", "a key with ': '"),
        ("a:\n  b: 1\n c: 2\n", "3:2", "indentation (1 space)"),
        ("a: |\n    x\n  y: 1\n", "3:3", "indentation (2 spaces)"),
        ("a: !foo!bar x\n", "1:4", "tag"),
        ("a: !!python/object:os.system x\n", "1:4", "tag"),
        ("a: *args\n", "1:4", "'*args' is read as an alias"),
        ("a: &a [*a]\n", "1:8", "stands inside"),
        ("a: 1\n---\nb: 2\n", "2:1", "second document"),
        ("a: 1\nb: 2\na: 3\n", "3:1", "'a' stands twice; first in line 1"),
        ("[1]: 2\n", "1:1", "cannot be a key"),
        ("", "1:1", "empty"),
        ("# only a comment\n", "1:1", "empty"),
    ],
)
def test_yaml_errors_are_told_in_plain_words(loader: Any, text: str, where: str, part: str) -> None:
    """Both of PyYAML's parsers give the same position and an explanation."""
    _, problems = composed(text, loader)
    assert len(problems) == 1
    assert problems[0].startswith(f"{where}: ")
    assert part in problems[0]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[{x: "])
def test_deep_nesting_is_a_problem(loader: Any, opening: str) -> None:
    """A hundred thousand levels neither raise nor crash."""
    _, problems = composed(opening * 100_000, loader)
    assert len(problems) == 1
    assert "nested more than" in problems[0]


def test_aliases_are_unfolded_within_bounds() -> None:
    """An alias is its anchor's value; a pile of them that grows exponentially is refused fast."""
    root, problems = composed("a: &x [1]\nb: *x\n")
    assert not problems
    assert isinstance(root, Mapping)
    assert root.value("a") is root.value("b")

    lines = ["a0: &a0 [" + ",".join("x" * 9) + "]"]
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 25)]
    begun = time.perf_counter()
    _, problems = composed("\n".join(lines))
    assert time.perf_counter() - begun < 1
    assert len(problems) == 1
    assert "too many values" in problems[0]


def test_aliases_cannot_nest_deeper_than_the_file() -> None:
    """Nesting that is built from aliases counts as well."""
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 100)]
    _, problems = composed("\n".join(lines))
    assert len(problems) == 1
    assert "nested more than" in problems[0]


def test_a_long_list_is_refused_fast() -> None:
    """Five million characters of tiny values end at a bound."""
    _, problems = composed("[" + "a," * 2_000_000 + "]")
    assert "too many values" in problems[0]
