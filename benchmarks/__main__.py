"""``python -m benchmarks [ROUNDS]``: run every comparison and print the table."""

from __future__ import annotations

import sys

from benchmarks import corpus, courses, first_frame, first_tensor, linting, one_check, sessions
from benchmarks.timing import report
from tests.corpus.reading import read_all


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    comparisons = []
    for single in (first_frame, first_tensor):
        print(f"… {single.__name__.removeprefix('benchmarks.')}", file=sys.stderr)
        comparisons.append(single.compare(rounds))
    for several in (one_check, sessions):
        print(f"… {several.__name__.removeprefix('benchmarks.')}", file=sys.stderr)
        comparisons += several.compare(rounds)
    facts = sessions.facts(rounds)
    for module in (linting, courses):
        print(f"… {module.__name__.removeprefix('benchmarks.')}", file=sys.stderr)
        facts += module.facts(min(rounds, 3))
    print("… corpus", file=sys.stderr)
    verdicts = corpus.judge_all(read_all())
    print(report(comparisons))
    print(*facts, sep="\n")
    print(corpus.report(verdicts))


if __name__ == "__main__":
    main()
