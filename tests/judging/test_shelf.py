"""What is prepared ahead of an answer: whether it is, for whom, and that it serves but once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import msgspec
import pytest

from tutor.course.model import CheckUse, Code, Lesson, Mistake
from tutor.judging.judge import Judging
from tutor.judging.prepared import Prepared
from tutor.judging.verdict import Verdict

pytestmark = pytest.mark.asyncio(loop_scope="session")

DOUBLE = Code(
    id="double",
    prompt="Double `x`.",
    solution="def double(x):\n    return x * 2",
    checks=(
        CheckUse(
            check="function",
            target="double",
            params={"inputs": {"x": "torch.rand(n)"}, "sizes": {"n": [2, 6]}},
        ),
    ),
    mistakes=(
        Mistake(id="halved", answer="def double(x):\n    return x / 2", says="Halved."),
        Mistake(id="squared", answer="def double(x):\n    return x**2", says="Squared."),
    ),
)
SQUARED = "def double(n):\n    return n * n"
LESSON = Lesson(format=1, id="test", title="Test", setup="import torch", exercises=(DOUBLE,))


@pytest.fixture(autouse=True)
def _any_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, preparing is worth its while."""
    monkeypatch.setattr("tutor.judging.shelf._PATIENCE", 30.0)
    monkeypatch.setattr("tutor.judging.shelf._CHEAP", 30.0)


async def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.02)


def shelf(judging: Judging) -> list[Prepared]:
    """The sets that are prepared now."""
    return judging._shelf._sets


async def full(judging: Judging) -> None:
    """Wait until everything is prepared that is to be."""
    await judging.settled()
    assert len(shelf(judging)) == 2
    assert all(one.mistakes.complete for one in shelf(judging))


async def judge(judging: Judging, answer: str) -> Verdict:
    """The verdict on an answer to the exercise above."""
    return await judging.judge(LESSON, DOUBLE, answer)


async def test_an_answer_takes_a_set_and_another_takes_its_place(judging: Judging) -> None:
    """A set serves for one verdict, whatever it was, and the shelf is filled again."""
    judging.expect(LESSON, DOUBLE)
    await full(judging)
    first, second = shelf(judging)
    assert (await judge(judging, DOUBLE.solution)).status == "pass"
    assert first not in shelf(judging)
    await full(judging)
    assert shelf(judging)[0] is second
    await judging.rest()
    assert shelf(judging) == []


async def test_no_two_verdicts_show_the_same_trials(judging: Judging) -> None:
    """What one verdict shows of its hidden inputs is of no use for the next, prepared or not."""
    judging.expect(LESSON, DOUBLE)
    await full(judging)
    shown = [(await judge(judging, SQUARED)).findings[0].actual for _ in range(4)]
    await judging.rest()
    shown.append((await judge(judging, SQUARED)).findings[0].actual)
    assert len(set(shown)) == len(shown)


async def test_a_wrong_answer_needs_no_world_but_the_one_that_waits(
    judging: Judging, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all prepared, not a process is started for a verdict, recognition included."""
    judging.expect(LESSON, DOUBLE)
    await full(judging)
    with monkeypatch.context() as patch:
        for module in ("place", "prepared"):
            patch.setattr(f"tutor.judging.{module}.fresh_world", None)
        patch.setattr("tutor.judging.place.open_world", None)
        verdict = await judge(judging, SQUARED)
    assert verdict.mistake is not None
    assert verdict.mistake.id == "squared"
    await judging.rest()


async def test_only_the_exercise_at_hand_is_prepared(judging: Judging) -> None:
    """Another exercise, or the same with other code, takes the shelf over."""
    judging.expect(LESSON, DOUBLE)
    await full(judging)
    old = shelf(judging)[0]
    other = msgspec.structs.replace(DOUBLE, solution="def double(x):\n    return 3 * x")
    judging.expect(LESSON, other)
    await full(judging)
    assert old not in shelf(judging)
    assert (await judging.judge(LESSON, other, "def double(a):\n    return a * 3")).status == "pass"
    assert (await judge(judging, DOUBLE.solution)).status == "pass"
    await judging.rest()


async def test_the_same_exercise_keeps_what_is_prepared(judging: Judging) -> None:
    """Coming back to an exercise does not prepare it anew; new words in it change nothing."""
    judging.expect(LESSON, DOUBLE)
    await full(judging)
    kept = list(shelf(judging))
    judging.expect(LESSON, msgspec.structs.replace(DOUBLE, prompt="In other words."))
    assert shelf(judging) == kept
    await judging.rest()


async def test_a_check_that_is_stopped_uses_its_set_up(judging: Judging) -> None:
    """Who stops a check does not get the same trials again."""
    judging.expect(LESSON, DOUBLE)
    await full(judging)
    first = shelf(judging)[0]
    checking = asyncio.create_task(judge(judging, "while True: pass"))
    await until(lambda: first not in shelf(judging))
    checking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await checking
    assert (await judge(judging, DOUBLE.solution)).status == "pass"
    await judging.rest()


async def test_an_answer_that_comes_early_is_judged(judging: Judging) -> None:
    """An answer need not wait for the shelf; nor does it matter what is under way."""
    judging.expect(LESSON, DOUBLE)
    for pause in (0.0, 0.16, 0.02):
        await asyncio.sleep(pause)
        verdict = await judge(judging, SQUARED)
        assert verdict.mistake is not None, verdict
    await judging.rest()


async def test_a_waiting_world_that_died_is_not_used(judging: Judging) -> None:
    """A set whose world is gone is passed over."""
    judging.expect(LESSON, DOUBLE)
    await full(judging)
    await (await shelf(judging)[0].world()).close()
    assert (await judge(judging, DOUBLE.solution)).status == "pass"
    await judging.rest()


async def test_a_broken_lesson_is_prepared_once(judging: Judging) -> None:
    """A solution that fails is no reason to run it again and again; the verdict says so."""
    broken = msgspec.structs.replace(DOUBLE, solution="1 / 0")
    judging.expect(LESSON, broken)
    await judging.settled()
    assert len(shelf(judging)) == 1
    verdict = await judging.judge(LESSON, broken, SQUARED)
    assert verdict.status == "error"
    assert "solution does not run" in verdict.message
    await judging.rest()


async def test_slow_mistakes_wait_until_they_are_needed(
    judging: Judging, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mistakes that take long do not keep the machine busy on the chance."""
    monkeypatch.setattr("tutor.judging.shelf._PATIENCE", 0.5)
    slow = "import time\ntime.sleep(1.5)\ndef double(x):\n    return x + 2"
    listed = (Mistake(id="slow", answer=slow, says="Slow."), *DOUBLE.mistakes)
    exercise = msgspec.structs.replace(DOUBLE, mistakes=listed)
    judging.expect(LESSON, exercise)
    await judging.settled()
    assert len(shelf(judging)) == 2
    assert not any(one.mistakes.complete for one in shelf(judging))
    verdict = await judging.judge(LESSON, exercise, "def double(x):\n    return 2 + x")
    assert verdict.mistake is not None
    assert verdict.mistake.id == "slow"
    await judging.rest()


async def test_resting_ends_every_world(judging: Judging) -> None:
    """After `rest` no world is left that waits for an answer."""
    judging.expect(LESSON, DOUBLE)
    await full(judging)
    started = time.monotonic()
    await judging.rest()
    assert time.monotonic() - started < 5
    assert all(task.done() for task in judging._shelf._aside)
