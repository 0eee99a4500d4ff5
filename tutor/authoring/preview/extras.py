"""What learners see only later, or never: for the author, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from tutor.authoring.export.text import demoted, fenced
from tutor.course.model import CheckUse, Choice, Code, Exercise, Explore, Lesson, Order, Predict
from tutor.course.programs import checks_of

__all__ = ["extras"]


def extras(lesson: Lesson, exercise: Exercise) -> str:
    """Setup, hints, solution, other answers, mistakes, explanation and checks, as Markdown."""
    sections = list(_sections(lesson, exercise))
    if not sections:
        return "*There is nothing here that learners do not see at once.*"
    return "\n\n".join(f"## {title}\n\n{text.strip()}" for title, text in sections)


def _sections(lesson: Lesson, exercise: Exercise) -> Iterator[tuple[str, str]]:
    yield from _texts("Hint", exercise.hints)
    match exercise:
        case Explore() if exercise.solution:
            yield "Solution", _python(exercise.solution)
        case Code() | Order():
            yield "Solution", _python(exercise.solution)
            yield from ((f"Accepted: {at}", _python(one)) for at, one in _each(exercise.accepts))
        case Predict():
            yield from ((f"Accepted: {at}", _typed(one)) for at, one in _each(exercise.accepts))
        case Choice():
            yield "Options", "\n".join(_options(exercise))
            if exercise.code:
                yield "Evidence, run after the answer", _python(exercise.code)
        case _:
            pass
    yield from _mistakes(exercise)
    if exercise.explanation:
        yield "Explanation", demoted(exercise.explanation)
    if checks := checks_of(exercise):
        yield "Checks", "\n".join(map(_check, checks))
    setup = "\n".join(filter(None, (lesson.setup, exercise.setup)))
    if setup.strip():
        yield "Setup", _python(setup)


def _mistakes(exercise: Exercise) -> Iterator[tuple[str, str]]:
    if not isinstance(exercise, Code | Order | Predict):
        return
    answer = _typed if isinstance(exercise, Predict) else _python
    for mistake in exercise.mistakes:
        yield f"Mistake: {mistake.id}", f"{answer(mistake.answer)}\n\n{demoted(mistake.says)}"


def _texts(title: str, texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    for at, text in _each(texts):
        yield f"{title} {at} of {len(texts)}", demoted(text)


def _each(texts: Sequence[str]) -> Iterator[tuple[int, str]]:
    yield from enumerate(texts, 1)


def _options(exercise: Choice) -> Iterator[str]:
    for number, option in enumerate(exercise.options, 1):
        verdict = "**right.**" if option.correct else "wrong."
        says = " ".join(option.says.split()) or "*It says nothing.*"
        yield f"{number}. {verdict} {says}"


def _check(check: CheckUse) -> str:
    target = check.target if isinstance(check.target, str) else ", ".join(check.target)
    params = ", ".join(f"{name}: {_plain(value)}" for name, value in check.params.items())
    return f"- **{check.check}** {_code(target)}{f' — {_code(params)}' if params else ''}"


def _plain(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _code(text: str) -> str:
    line = " ".join(text.split())
    return f"`` {line} ``" if "`" in line else f"`{line}`"


def _python(code: str) -> str:
    return fenced(code, "python")


def _typed(answer: str) -> str:
    return fenced(answer)
