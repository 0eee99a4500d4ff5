"""Damaged lesson files, loaded and linted: ``make fuzz-lessons``.

    python -m benchmarks.fuzz_lessons [COUNT [SEED]]

Each of COUNT files (5,000) has a seed of its own, counted from SEED (drawn where it is left out).
Every one must end in a lesson or in problems that have a place in the file, within a second of
processor time each for loading and for lint, and without much memory.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.course.damage import damaged, survive

__all__ = ["main"]

SECONDS = 1.0
MEGABYTES = 500
"""Of the whole process, in which files of 50 MB are made."""


def main() -> None:
    """Run, print what was found, and end with 1 if something was wrong."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().getrandbits(32)
    codes: Counter[str] = Counter()
    times: list[tuple[float, str]] = []
    failed = 0
    with tempfile.TemporaryDirectory(prefix="tutor-fuzz-") as directory:
        path = Path(directory) / "lesson.yaml"
        for seed in range(first, first + count):
            how, data = damaged(seed)
            path.write_bytes(data)
            try:
                survived = survive(path)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is to be told
                failed += 1
                print(f"seed {seed} ({how}): {type(error).__name__}: {error}")
                continue
            codes.update(set(survived.codes) or {"(nothing wrong)"})
            times.append((max(survived.loading, survived.linting), f"seed {seed} ({how})"))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    slow = [(seconds, what) for seconds, what in sorted(times, reverse=True) if seconds > SECONDS]
    for seconds, what in slow:
        print(f"{what}: {seconds:.2f} s")
    middle = sorted(times)[len(times) // 2][0] if times else 0.0
    slowest, which = max(times, default=(0.0, "none"))
    print(f"{count} files from seed {first}: {failed} failed, {len(slow)} took too long")
    print(
        f"half of them took less than {middle * 1000:.1f} ms; the slowest {slowest:.2f} s: {which}"
    )
    print(f"the process took {most} MB at most")
    print("files with:", ", ".join(f"{code} {number}" for code, number in codes.most_common()))
    sys.exit(1 if failed or slow or most > MEGABYTES else 0)


if __name__ == "__main__":
    main()
