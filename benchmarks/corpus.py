"""``python -m benchmarks.corpus [NUMBER…]``: how right the verdicts on real answers are.

With numbers, only the files of these mistakes; with ``--all``, every verdict is printed.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from collections.abc import Sequence

from tests.corpus.outcome import Came, Outcome, outcome
from tests.corpus.reading import MistakeFile, cases, read_all
from tutor.engine.client import Engine
from tutor.judging.judge import Judging

__all__ = ["judge_all", "report"]


def judge_all(files: Sequence[MistakeFile]) -> list[Outcome]:
    """The verdict on every answer of these files."""
    return asyncio.run(_judge_all(files))


async def _judge_all(files: Sequence[MistakeFile]) -> list[Outcome]:
    async with await Engine.start() as engine:
        await engine.warm.wait()
        judging = Judging(engine)
        return [await outcome(judging, case) for file in files for case in cases(file)]


def report(outcomes: Sequence[Outcome]) -> str:
    """How many there are, how many verdicts are wrong, and which."""
    right = [one for one in outcomes if one.case.kind == "right"]
    wrong = [one for one in outcomes if one.case.kind == "wrong"]
    median = statistics.median(one.seconds for one in outcomes) if outcomes else 0.0
    count = f"{len(right)} right and {len(wrong)} wrong answers"
    lines = [
        f"corpus: {count}, {1000 * median:.0f} ms a verdict (median)",
        _share(right, Came.FALSE_REJECT),
        _share(wrong, Came.FALSE_ACCEPT),
        _share(wrong, Came.OTHER_CAUSE),
        _share(outcomes, Came.ERROR),
    ]
    for one in outcomes:
        if one.came is not Came.AS_WANTED:
            lines.append(str(one))
            if one.case.known:
                lines.append(f"  known:  {one.case.known}")
        elif one.case.known:
            lines.append(f"{one.case.name}: as wanted by now, though listed as known")
    return "\n".join(lines)


def _share(outcomes: Sequence[Outcome], came: Came) -> str:
    count = sum(one.came is came for one in outcomes)
    return f"  {came.value + ':':29} {count:3} of {len(outcomes)}"


def main() -> None:
    """Judge and print."""
    numbers = {int(word) for word in sys.argv[1:] if word.isdigit()}
    files = [file for file in read_all() if not numbers or file.mistake in numbers]
    outcomes = judge_all(files)
    if "--all" in sys.argv:
        print("\n".join(map(str, outcomes)))
    print(report(outcomes))


if __name__ == "__main__":
    main()
