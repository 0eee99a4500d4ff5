"""``python -m benchmarks [ROUNDS]``: run every comparison and print the table."""

from __future__ import annotations

import sys
from types import ModuleType

from benchmarks import corpus, courses, first_frame, first_tensor, linting, one_check, sessions
from benchmarks.timing import report
from tests.corpus.reading import read_all


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    comparisons = []
    for single in (first_frame, first_tensor):
        _announce(single)
        comparisons.append(single.compare(rounds))
    for several in (one_check, sessions):
        _announce(several)
        comparisons += several.compare(rounds)
    facts = sessions.facts(rounds)
    for module in (linting, courses):
        _announce(module)
        facts += module.facts(min(rounds, 3))
    _announce(corpus)
    verdicts = corpus.judge_all(read_all())
    print(report(comparisons))
    print(*facts, sep="\n")
    print(corpus.report(verdicts))


def _announce(module: ModuleType) -> None:
    print(f"… {module.__name__.removeprefix('benchmarks.')}", file=sys.stderr)


if __name__ == "__main__":
    main()
