"""Real answers and their verdicts: right ones pass, wrong ones fail for their own cause."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from _pytest.mark import ParameterSet

from tests.conftest import Engines
from tests.corpus.outcome import Came, outcome
from tests.corpus.reading import Case, cases, read_all, read_file
from tutor.errors import LessonFileError
from tutor.judging.judge import Judging

FILES = read_all()

COVERED = range(1, 41)
"""The numbers of the mistakes that must have a file."""


_EXERCISE = "{kind: code, id: a, prompt: b, solution: c, checks: [{vlaues: c}]}"
_MISSPELT = f"{{exercise: {_EXERCISE}, right: [], wrong: []}}"


class Same(random.Random):
    """No chance: whichever test runs first, each answer meets the same trials every time.

    Other trials are drawn where the corpus is measured (`make bench`), as a learner's are.
    """

    def getrandbits(self, k: int) -> int:
        """The first bits of always the same number."""
        return 0x9E3779B97F4A7C15F39CC0605CEDC835 >> (128 - k)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def judging(engines: Engines) -> AsyncIterator[Judging]:
    """A judge on a real engine."""
    yield Judging(await engines.ready(), seconds=30, chance=Same())


def _param(case: Case) -> ParameterSet:
    if not case.known:
        return pytest.param(case, id=case.name)
    return pytest.param(case, id=case.name, marks=pytest.mark.xfail(reason=case.known, strict=True))


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("case", [_param(case) for file in FILES for case in cases(file)])
async def test_an_answer_gets_its_verdict(judging: Judging, case: Case) -> None:
    """A right answer passes; a wrong one fails, and the first message names its cause."""
    found = await outcome(judging, case)
    assert found.came is Came.AS_WANTED, f"{found}\n{case.answer}"


def test_every_mistake_is_covered() -> None:
    """One file for each mistake, each with two right and two wrong answers at least."""
    numbers = [file.mistake for file in FILES]
    assert len(set(numbers)) == len(numbers)
    assert set(COVERED) <= set(numbers)
    for file in FILES:
        kinds = [case.kind for case in cases(file)]
        assert kinds.count("right") >= 2, file.path
        assert kinds.count("wrong") >= 2, file.path


def test_there_are_enough_answers() -> None:
    """Five to a mistake at least, on average: two hundred in all."""
    assert sum(len(list(cases(file))) for file in FILES) >= 5 * len(COVERED)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("mistake: 7\n", "the key 'about' is missing"),
        ("mistake: seven\nabout: A.\nexercises: []\n", "a whole number is needed"),
        ("mistake: 8\nabout: A.\nexercises: []\n", "8 does not belong into 07-a.yaml"),
        (
            f"mistake: 7\nabout: A.\nexercises:\n- {_MISSPELT}\n",
            "vlaues",
        ),
    ],
)
def test_a_bad_file_is_told_from_its_place(tmp_path: Path, text: str, problem: str) -> None:
    """What is wrong is said with file, line and column."""
    path = tmp_path / "07-a.yaml"
    path.write_text(text)
    with pytest.raises(LessonFileError) as raised:
        read_file(path)
    assert problem in str(raised.value)
    assert str(raised.value).startswith(f"{path}:")
