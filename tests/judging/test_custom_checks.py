"""A course's own checks with a real engine: right, broken and hostile ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tutor.course.load import load_lesson
from tutor.course.model import CheckUse, Code, Lesson
from tutor.engine.client import Engine
from tutor.errors import LessonFileError
from tutor.judging.judge import Judging
from tutor.judging.verdict import Verdict

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHECKS = '''\
from __future__ import annotations

import os
import random
from typing import ClassVar

from checks import Check, Difference, Observed, TargetCheck, Trial


class Even(TargetCheck, frozen=True, kw_only=True):
    """A whole number that can be halved."""

    name: ClassVar[str] = "even"
    codes: ClassVar[dict[str, str]] = {"odd": "The number is odd."}

    most: int = 100

    def differ(self, actual, expected, scene):
        if actual.value > self.most:
            raise OverflowError("more than is meant")
        if actual.value % 2:
            return Difference(code="odd", message=f"`{self.target}` is {actual.value}.")
        return None


class Sized(Check, frozen=True, kw_only=True):
    """A call gives as many numbers as the solution's, for a hidden count."""

    name: ClassVar[str] = "sized"

    def draw(self, rng):
        return tuple(Trial(seed=1, sizes={"n": rng.randint(3, 9)}) for _ in range(3))

    def observe(self, world, trials):
        made = [world.evaluate(f"len({self.target}({trial.sizes['n']}))") for trial in trials]
        return tuple(Observed(value=world.look({"": n})[0][""]) for n in made)

    def compare(self, answer, reference, *, source):
        same = [mine.value == right.value for mine, right in zip(answer, reference)]
        wrong = Difference(code="wrong-length", message="The count differs.")
        return self.conclude(None if all(same) else wrong)


class Brief(Check, frozen=True, kw_only=True):
    """At most so many lines."""

    name: ClassVar[str] = "brief"
    text_only: ClassVar[bool] = True

    def observe(self, world, trials):
        raise AssertionError("nobody looks at a world for this")

    def compare(self, answer, reference, *, source):
        long = source.count("\\n") >= int(self.target)
        return self.conclude(Difference(code="odd", message="Too long.") if long else None)
'''
LESSON = """\
format: 1
id: own
title: Own
setup: |
  import torch
exercises:
  - id: own
    kind: code
    prompt: Write them.
    solution: |
      n = 4
      def numbers(count): return torch.ones(count)
    checks:
      - even: n
        says: {odd: Halve it.}
      - sized: numbers
      - brief: "4"
      - values: n
    mistakes:
      - id: by-one
        answer: |
          n = 5
          numbers = torch.ones
        says: One too many.
"""
RIGHT = "n = 4\nnumbers = torch.zeros\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known of earlier descriptions."""
    monkeypatch.setenv("TUTOR_DATA_DIR", str(tmp_path / "data"))


Loads = Callable[..., Lesson]


@pytest.fixture
def load(tmp_path: Path) -> Loads:
    """A lesson that lies beside a `checks.py`."""

    def load_both(checks: str = CHECKS, lesson: str = LESSON) -> Lesson:
        (tmp_path / "lesson.yaml").write_text(lesson)
        (tmp_path / "checks.py").write_text(checks)
        file = load_lesson(tmp_path / "lesson.yaml")
        assert file.lesson is not None, file.problems
        return file.lesson

    return load_both


async def judge(judging: Judging, lesson: Lesson, answer: str = RIGHT) -> Verdict:
    return await judging.judge(lesson, lesson.exercises[0], answer)


def broken(old: str, new: str) -> str:
    assert old in CHECKS
    return CHECKS.replace(old, new)


async def test_right_answers_pass(judging: Judging, load: Loads) -> None:
    """By the course's checks beside built-in ones."""
    verdict = await judge(judging, load())
    assert verdict.status == "pass", verdict
    assert [f.check for f in verdict.findings] == ["even", "sized", "brief", "values"]


async def test_wrong_answers_fail_with_the_courses_words(judging: Judging, load: Loads) -> None:
    """The author's text comes first, the check's message is there too, mistakes are recognised."""
    verdict = await judge(judging, load(), "n = 5\ndef numbers(k):\n    return torch.ones(k)\n")
    assert (verdict.status, verdict.score) == ("fail", 0.5)
    assert verdict.mistake is not None
    assert verdict.mistake.id == "by-one"
    first = verdict.findings[0]
    assert (first.code, first.says, first.message) == ("odd", "Halve it.", "`n` is 5.")
    long = await judge(judging, load(), RIGHT + "\n\n\n")
    assert [f.status for f in long.findings] == ["pass", "pass", "fail", "pass"]
    short = await judge(judging, load(), "n = 4\nnumbers = lambda count: [0] * 4")
    assert [f.code for f in short.findings if f.status == "fail"] == ["wrong-length"]


async def test_missing_names_are_a_fail_where_the_check_expects_them(
    judging: Judging, load: Loads
) -> None:
    """`TargetCheck` catches what the answer raises, and how it ends has the author's words."""
    lesson = LESSON.replace("{odd: Halve it.}", "{not-defined: Make n., raised: No.}")
    verdict = await judge(judging, load(lesson=lesson), "numbers = torch.ones")
    assert (verdict.findings[0].code, verdict.findings[0].says) == ("not-defined", "Make n.")
    verdict = await judge(judging, load(lesson=lesson), "1 / 0")
    assert (verdict.findings[0].code, verdict.message) == ("raised", "No.")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("import os\n", "import os\nimport not_there\n", "checks.py:4:1: .*ModuleNotFoundError"),
        ("import os\n", "import os\nos._exit(0)\n", r"checks.py:1:1: .*exited by itself"),
        ("most: int = 100", "most: type = int", "checks.py:10:1: .*'even' cannot be read"),
        ("import os\n", "import os\n1 / 0\n", "checks.py:4:1: .*division by zero"),
    ],
)
async def test_a_file_that_cannot_be_used_is_an_error_with_its_position(
    judging: Judging, load: Loads, old: str, new: str, words: str
) -> None:
    """For whoever asks beforehand, and as a verdict that does not count."""
    lesson = load(broken(old, new))
    with pytest.raises(LessonFileError, match=words):
        await judging.settle(lesson)
    verdict = await judge(judging, lesson)
    assert verdict.status == "error"
    assert verdict.score == 0
    assert "checks.py:" in verdict.message


async def test_a_name_that_cannot_be_read_in_the_text_is_refused(
    judging: Judging, load: Loads
) -> None:
    """Otherwise a lesson could not be read without running the file."""
    lesson = load(CHECKS + '\n\nclass Odd(Even):\n    pass\n\n\nOdd.name = "odd"\n')
    with pytest.raises(LessonFileError, match="'odd' has to stand in its class as text"):
        await judging.settle(lesson)


async def test_an_entry_that_does_not_fit_is_an_error_with_its_position(
    judging: Judging, load: Loads
) -> None:
    """It is found before anything of the answer runs; and at every later reading."""
    wrong = LESSON.replace("says: {odd", "mst: 3\n        says: {od")
    checks = CHECKS + "# that was never described before\n"
    lesson = load(checks, wrong)
    with pytest.raises(LessonFileError) as caught:
        await judging.settle(lesson)
    problems = [f"{p.line}:{p.column}" for p in caught.value.problems]
    assert problems == ["15:9", "16:16"]
    verdict = await judge(judging, lesson, "while True: pass")
    assert verdict.status == "error"
    assert "did you mean 'most'" in verdict.message
    with pytest.raises(AssertionError, match="did you mean 'odd'"):
        load(checks, wrong)


async def test_settling_leaves_what_needs_nothing(judging: Judging, load: Loads) -> None:
    """A lesson of built-in checks, and one that is settled already."""
    settled = await judging.settle(load())
    assert await judging.settle(settled) is settled
    assert await judging.settle(load()) == await judging.settle(load())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("if actual.value % 2", "if self.nothing", "AttributeError.*checks.py, line 21"),
        ("actual.value > self.most", "True", r"OverflowError: more than is meant \(checks.py"),
        ("return None\n", "os._exit(0)\n", "exited by itself"),
        ("def differ(", "def compare(self, *_, **__): return 7\n    def f(", "gave no finding"),
        ("def differ(", "def seen(self, _): return print\n    def differ(", "AttributeError"),
        ("world.evaluate(f", "world.nothing(f", "checks.py, line 35"),
        ("rng.randint(3, 9)", "1 / 0", "ZeroDivisionError"),
        ("return tuple(Trial", "return 7, tuple(Trial", "The trials cannot be drawn|inputs"),
    ],
)  # fmt: skip
async def test_a_check_that_fails_itself_is_an_error(
    judging: Judging, load: Loads, old: str, new: str, words: str
) -> None:
    """Whichever half it fails in. It is no fail that counts, and no pass."""
    verdict = await judge(judging, load(broken(old, new)))
    assert verdict.status == "error", verdict
    assert verdict.score == 0
    assert re.search(words, verdict.message), verdict.message


HOSTILE = """

import checks.base, checks.comparing, checks.targets, sys

checks.targets.compare_values = checks.comparing.compare_values = lambda *a, **k: None
checks.base.Check.conclude = lambda self, difference, **more: self.finding("pass")
sys.modules["checks.values"] = None
"""


async def test_a_hostile_file_harms_no_other_course(judging: Judging, load: Loads) -> None:
    """It can make its own verdicts worthless, and nothing else."""
    lesson = load(CHECKS + HOSTILE)
    verdict = await judge(judging, lesson, "n = 5\nnumbers = torch.ones")
    assert verdict.status != "error", verdict.message
    plain = Code(
        id="plain", prompt="?", solution="n = 4", checks=(CheckUse(check="values", target="n"),)
    )
    other = Lesson(format=1, id="other", title="Other", exercises=(plain,))
    assert (await judging.judge(other, plain, "n = 5")).status == "fail"
    assert (await judge(judging, load(), "n = 5\nnumbers = torch.ones")).status == "fail"


async def test_no_later_process_knows_the_file(judging: Judging, load: Loads) -> None:
    """The zygote never sees it: a fresh session has no trace of any."""
    assert (await judge(judging, load())).status == "pass"
    session = await judging._engine.session()
    printed: list[str] = []
    code = "import sys, linecache\nprint([m for m in sys.modules if 'custom_checks' in m], end='')"
    await session.run(code, on_output=lambda _, text: printed.append(text))
    await session.close()
    assert "".join(printed) == "[]"


@pytest.mark.parametrize(
    "trick",
    [
        "import sys\nfor m in list(sys.modules):\n    if 'checks' in m: sys.modules[m] = None",
        "import builtins\nbuiltins.compile = None",
        "import typing\ntyping.get_type_hints = None",
        "import hashlib\nhashlib.sha256 = lambda *a: 1 / 0",
    ],
)
async def test_an_answer_that_breaks_the_looking_does_not_pass(
    judging: Judging, load: Loads, trick: str
) -> None:
    """The file is loaded into the answer's process after the answer: what breaks there is its."""
    verdict = await judge(judging, load(), f"n = 5\nnumbers = torch.ones\n{trick}")
    assert verdict.status == "fail", verdict


async def test_the_spawned_engine_does_the_same(load: Loads) -> None:
    """Where no process can be forked, each one that needs the file imports it."""
    async with await Engine.start(kind="spawn") as engine:
        judging = Judging(engine)
        wrong = await judge(judging, load(), "n = 5\nnumbers = torch.ones")
        assert [f.status for f in wrong.findings] == ["fail", "pass", "pass", "fail"]
        assert (await judge(judging, load())).status == "pass"
        with pytest.raises(LessonFileError, match="ZeroDivisionError"):
            await judging.settle(load(CHECKS + "\n1 / 0\n"))
