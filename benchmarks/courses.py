"""A course of 100 and of 1,000 lesson files, until its list stands on the screen.

    python -m benchmarks.courses [ROUNDS]

Three ways to come to a list: a glance at files that nobody read before, reading them all, and
reading them when they are remembered. And the list itself: the entries of the app's home screen at
80 columns. Two kinds of files, as in `linting`. Counted is the time of the processor, which on a
machine that does nothing else is the time that somebody waits.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.linting import long_text, new_text, write_course
from tutor.app.widgets.lesson_entry import Standing, lesson_entry
from tutor.course.directory import glance_at_directory, read_directory
from tutor.course.model import Course
from tutor.paths import cache_dir

__all__ = ["facts", "main"]

_FEW, _MANY = 100, 1_000
_WIDTH = 74


def main() -> None:
    """Measure and print."""
    print(*facts(int(sys.argv[1]) if len(sys.argv) > 1 else 3), sep="\n")


def facts(rounds: int) -> list[str]:
    """For each kind of lesson file: what a file costs with few and with many, in each way."""
    lines = []
    with tempfile.TemporaryDirectory(prefix="tutor-bench-") as name:
        folder = Path(name)
        before = os.environ.get("TUTOR_DATA_DIR")
        os.environ["TUTOR_DATA_DIR"] = str(folder / "data")
        try:
            for what, text in (("new", new_text(folder)), ("long", long_text())):
                few = _costs(folder / f"{what}-few", text, _FEW, rounds)
                many = _costs(folder / f"{what}-many", text, _MANY, rounds)
                lines += _report(text.count("\n"), few, many)
        finally:
            if before is None:
                del os.environ["TUTOR_DATA_DIR"]
            else:
                os.environ["TUTOR_DATA_DIR"] = before
    return lines


def _report(length: int, few: dict[str, float], many: dict[str, float]) -> list[str]:
    return [
        f"courses, {length} lines a file, {way}: {_FEW} files {few[way]:.2f} s, "
        f"{_MANY:,} files {many[way]:.2f} s; a file {few[way] / _FEW * 1000:.2f} and "
        f"{many[way] / _MANY * 1000:.2f} ms"
        for way in few
    ]


def _costs(directory: Path, text: str, count: int, rounds: int) -> dict[str, float]:
    """The best time of each way, in seconds."""
    write_course(directory, text, count)

    def read() -> Course:
        return read_directory(directory, kept_as=directory)

    def glance() -> Course:
        return glance_at_directory(directory, kept_as=directory)

    def forget() -> None:
        shutil.rmtree(cache_dir(), ignore_errors=True)

    costs = {
        "glance at new files": min(_seconds(glance, forget) for _ in range(rounds)),
        "read new files": _seconds(read, forget),
        "read remembered files": min(_seconds(read) for _ in range(rounds)),
    }
    course = read()
    assert len(course.lessons) == count
    costs["draw the list"] = min(_seconds(lambda: _entries(course)) for _ in range(rounds))
    return costs


def _entries(course: Course) -> None:
    standing = Standing({lesson.id: lesson for lesson in course.lessons}, {}, _WIDTH)
    for lesson in course.lessons:
        lesson_entry(lesson, standing)


def _seconds(way: Callable[[], object], first: Callable[[], None] = lambda: None) -> float:
    """Of the processor."""
    first()
    before = time.process_time()
    way()
    return time.process_time() - before


if __name__ == "__main__":
    main()
