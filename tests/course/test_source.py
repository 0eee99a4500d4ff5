from __future__ import annotations

from pathlib import Path

import pytest

from tutor.course.source import MAX_BYTES, At, Report, Source, read_source


def read(path: Path) -> tuple[Source | None, list[str]]:
    report = Report(path)
    source = read_source(path, report)
    return source, [f"{p.line}:{p.column}: {p.message}" for p in report.problems]


def test_positions_follow_the_lines_of_an_editor() -> None:
    """LF, CRLF and CR end lines; an index past the end is the end."""
    source = Source.of(Path("f"), "a\r\nbc\rd\n")
    assert [source.at(i) for i in (0, 3, 4, 6, 99)] == [
        At(1, 1),
        At(2, 1),
        At(2, 2),
        At(3, 1),
        At(4, 1),
    ]
    assert [source.line(n) for n in range(6)] == ["", "a", "bc", "d", "", ""]


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    """Windows editors put one before UTF-8."""
    path = tmp_path / "f"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    source, problems = read(path)
    assert source is not None
    assert source.text == "a: 1\n"
    assert not problems


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"a: 1\nb: \xe9t\xe9\n", "2:4: byte 0xe9 is not UTF-8"),
        ("é: ".encode() + b"\xff", "1:4: byte 0xff is not UTF-8"),
        ("a: 1".encode("utf-16"), "1:1: the file is UTF-16"),
        (b"a: 1\nb: x\x00y\n", "2:5: the invisible character U+0000"),
        (b"a: \x1b[31m\n", "1:4: the invisible character U+001B"),
        ("a: x\u2028y\n".encode(), "1:5: the invisible character U+2028"),
        pytest.param(b"a" * (MAX_BYTES + 1), "1:1: the file is larger than 1 MB", id="large"),
    ],
)
def test_bytes_that_are_no_text_are_a_problem(tmp_path: Path, data: bytes, problem: str) -> None:
    """The position is that of the byte or character, and the message says what to do."""
    path = tmp_path / "f"
    path.write_bytes(data)
    source, problems = read(path)
    assert source is None
    assert len(problems) == 1
    assert problems[0].startswith(problem)


@pytest.mark.parametrize("name", ["missing", ".", "a\0b", "n" * 5000])
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path, name: str) -> None:
    """A missing file, a directory and an impossible name are reported, not raised."""
    source, problems = read(tmp_path / name)
    assert source is None
    assert problems[0].startswith("1:1: the file cannot be read: ")
