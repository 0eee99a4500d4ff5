"""``tutor lint`` on 100 and on 1,000 lesson files, in a process of its own.

    python -m benchmarks.linting [ROUNDS]

Two kinds of files: as `tutor new` writes them with an exercise of each kind, and the longest of the
built-in course. Each lesson requires the one before it. Counted is the time of the processor, which
on a machine that does nothing else is the time that somebody waits.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tutor.authoring.new import KINDS, new_exercise, new_lesson
from tutor.course.find import builtin_course

__all__ = ["facts", "main"]

_FEW, _MANY = 100, 1_000
_LINT = (sys.executable, "-m", "tutor", "lint")


def main() -> None:
    """Measure and print."""
    print(*facts(int(sys.argv[1]) if len(sys.argv) > 1 else 3), sep="\n")


def facts(rounds: int) -> list[str]:
    """One line for each kind of lesson file, and one for a process that does nothing."""
    nothing = min(_seconds([sys.executable, "-c", "import tutor.cli"]) for _ in range(rounds))
    lines = [f"lint: Python and the command line take {nothing * 1000:.0f} ms"]
    with tempfile.TemporaryDirectory(prefix="tutor-bench-") as name:
        folder = Path(name)
        for what, text in (("new", _new(folder)), ("long", _long())):
            few = _measured(folder / f"{what}-few", text, _FEW, rounds)
            many = _measured(folder / f"{what}-many", text, _MANY, rounds)
            each = (few - nothing) / _FEW * 1000, (many - nothing) / _MANY * 1000
            length = text.count("\n")
            lines.append(
                f"lint, {length} lines a file: {_FEW} files {few:.2f} s, {_MANY:,} files "
                f"{many:.2f} s; a file {each[0]:.2f} and {each[1]:.2f} ms"
            )
    return lines


def _new(folder: Path) -> str:
    path = new_lesson(folder / "new.yaml").lesson
    for kind in KINDS:
        new_exercise(path, kind, kind=kind)
    return path.read_text(encoding="utf-8")


def _long() -> str:
    texts = [file.path.read_text(encoding="utf-8") for file in builtin_course().files]
    return max(texts, key=len)


def _measured(course: Path, text: str, count: int, rounds: int) -> float:
    """The best time for a course of that many files."""
    course.mkdir()
    (course / "course.yaml").write_text("id: course\ntitle: A course\n", encoding="utf-8")
    kept = [line for line in text.split("\n") if not line.startswith(("id:", "requires:"))]
    for number in range(count):
        before = f"requires: [lesson-{number - 1:04}]\n" if number else ""
        lesson = f"id: lesson-{number:04}\n{before}" + "\n".join(kept)
        (course / f"lesson-{number:04}.yaml").write_text(lesson, encoding="utf-8")
    return min(_seconds([*_LINT, str(course)]) for _ in range(rounds))


def _seconds(command: list[str]) -> float:
    """Of the processor, until the command has ended."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
