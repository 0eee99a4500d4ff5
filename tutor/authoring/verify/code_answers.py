"""Verifying programs: every answer in the file, on several draws of hidden trials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from tutor.authoring.verify.faults import fault, said
from tutor.authoring.verify.report import Fault, FaultCode
from tutor.course.arranging import program_of, shuffled
from tutor.course.model import Code, Exercise, Explore, Order
from tutor.judging.sitting import Seen, Sitting

__all__ = ["Listed", "Round", "code_faults", "judge_listed", "listed_answers"]


class Listed(msgspec.Struct, frozen=True):
    """An answer that stands in the file, and what the file promises of it.

    Attributes:
        about: how it is named.
        text: the answer.
        wanted: ``pass`` or ``fail``.
        code: the fault, where it is otherwise.
        mistake: a listed mistake's id; else empty.
    """

    about: str
    text: str
    wanted: Literal["pass", "fail"]
    code: FaultCode
    mistake: str = ""


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """What came of all listed answers on one draw.

    Attributes:
        seen: in the order of the list.
        taken_for: for each, the id of the mistake that it was recognised as; empty where none.
        repeats: whether the solution did the same again under the same seed.
    """

    seen: tuple[Seen, ...]
    taken_for: tuple[str, ...]
    repeats: bool


def listed_answers(exercise: Exercise) -> tuple[Listed, ...]:
    """The solution first, then what one begins with, the alternatives and the mistakes."""
    match exercise:
        case Code():
            begin = Listed("starter", exercise.starter, "fail", "starter-passes")
        case Order():
            text = program_of(shuffled(exercise))
            begin = Listed("the shuffled lines", text, "fail", "shuffled-passes")
        case Explore():
            return (
                Listed("solution", exercise.solution, "pass", "solution-fails"),
                Listed("an empty session", "", "fail", "goal-reached"),
            )
        case _:
            return ()
    return (
        Listed("solution", exercise.solution, "pass", "solution-fails"),
        begin,
        *(
            Listed(f"accepts, item {number}", text, "pass", "alternative-fails")
            for number, text in enumerate(exercise.accepts, start=1)
        ),
        *(
            Listed(f"mistake {one.id}", one.answer, "fail", "mistake-passes", one.id)
            for one in exercise.mistakes
        ),
    )


async def judge_listed(sitting: Sitting, listed: Sequence[Listed]) -> Round:
    """Judge every listed answer; each failed mistake is looked for among the mistakes.

    Where the solution, which comes first, cannot be judged, it stays the only one.

    Raises:
        EngineError: the tutor failed.
    """
    seen = [await sitting.judge(listed[0].text)]
    if seen[0].status == "error":  # of the lesson: nothing can be said about the others
        return Round(seen=tuple(seen), taken_for=("",), repeats=True)
    seen += [await sitting.judge(one.text) for one in listed[1:]]
    names = [one.mistake for one in listed if one.mistake]
    mistakes = [at for one, at in zip(listed, seen, strict=True) if one.mistake]
    taken_for: list[str] = []
    for one, mine in zip(listed, seen, strict=True):
        failed = one.mistake and mine.status == "fail"
        which = await sitting.first_alike(mine, mistakes) if failed else None
        taken_for.append("" if which is None else names[which])
    return Round(
        seen=tuple(seen), taken_for=tuple(taken_for), repeats=sitting.same_as_expected(seen[0])
    )


def code_faults(listed: Sequence[Listed], rounds: Sequence[Round]) -> Iterator[Fault]:
    """What is not as the file promises; nothing but the solution where that cannot be judged."""
    for each in rounds:
        if each.seen[0].status == "error":
            yield fault("lesson-error", "solution", said(each.seen[0].cause))
            return
    for place, one in enumerate(listed):
        seen = [each.seen[place] for each in rounds]
        wrong = [at for at in seen if at.status != one.wanted]
        if not wrong:
            yield from _recognition(one, [each.taken_for[place] for each in rounds])
        elif any(at.status == "error" for at in wrong):
            broken = next(at for at in wrong if at.status == "error")
            yield fault("check-error", one.about, f"It cannot be judged: {said(broken.cause)}")
        elif not one.mistake and place == 0 and not all(each.repeats for each in rounds):
            why = said(wrong[0].cause)
            message = f"It gives another result when it runs again under the same seed: {why}"
            yield fault("solution-differs", one.about, message)
        elif len(wrong) < len(rounds):
            yield _luck(one, seen)
        elif one.wanted == "pass":
            yield fault(one.code, one.about, f"It should pass. {said(wrong[0].cause)}")
        else:
            yield fault(one.code, one.about, "It should fail, but every check lets it pass.")


def _luck(one: Listed, seen: Sequence[Seen]) -> Fault:
    passed = sum(at.status == "pass" for at in seen)
    failed = next(at for at in seen if at.status == "fail")
    message = f"It passed {passed} of {len(seen)} times; otherwise {said(failed.cause)}"
    return fault("luck", one.about, f"It should {one.wanted} each time. {message}")


def _recognition(one: Listed, names: Sequence[str]) -> Iterator[Fault]:
    """Whether a mistake that fails is taken for itself."""
    others = sorted({name for name in names if name not in {"", one.mistake}})
    if not one.mistake or all(name == one.mistake for name in names):
        return
    if len(set(names)) > 1:
        words = ", ".join(name or "none" for name in names)
        yield fault("luck", one.about, f"It is recognised as another mistake each time: {words}.")
    elif others:
        message = f"It fails, but is recognised as {others[0]}, which is listed before it."
        yield fault("mistake-taken-for-another", one.about, message)
    else:
        yield fault("mistake-not-recognised", one.about, "It fails, but is not recognised.")
