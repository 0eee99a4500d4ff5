"""Parameters of a check that do not fit each other, so that nothing can be judged by it."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.authoring.lint.view import CheckView, LessonView
from tutor.course.nodes import Mapping, Scalar, Sequence
from tutor.course.scalars import as_int
from tutor.course.source import At
from tutor.course.wording import hint, listing, quoted

__all__ = ["check_parameters"]


def check_parameters(lesson: LessonView) -> None:
    """Flag `trials: 0` without cases, ranges that run backwards, and cases of no input."""
    for exercise in lesson.exercises:
        for check in lesson.checks(exercise):
            for at, message in (*_trials(check), *_sizes(check), *_cases(check)):
                lesson.flag(at, "unfit-parameters", message)


def _trials(check: CheckView) -> Iterator[tuple[At, str]]:
    trials = check.node.scalar("trials")
    if "cases" not in check.schema["properties"] or trials is None or as_int(trials) != 0:
        return
    if not check.node.items("cases"):
        message = "trials: 0 leaves the cases alone, and there are none: nothing would be tried"
        yield trials.at, f"{message}. Add 'cases', or leave 'trials' out"


def _sizes(check: CheckView) -> Iterator[tuple[At, str]]:
    sizes = check.node.value("sizes")
    for entry in sizes.entries if isinstance(sizes, Mapping) else ():
        if not isinstance(entry.value, Sequence):
            continue
        ends = [as_int(item) if isinstance(item, Scalar) else None for item in entry.value.items]
        match ends:
            case [int(low), int(high)] if low > high:
                name, turned = entry.key.text, f"[{high}, {low}]"
                yield entry.value.at, f"{name}: a range begins with its smaller end: {turned}"


def _cases(check: CheckView) -> Iterator[tuple[At, str]]:
    inputs = check.node.value("inputs")
    if not isinstance(inputs, Mapping) or not inputs.entries:
        return  # then a case says itself which inputs there are
    sizes = check.node.value("sizes")
    known = [entry.key.text for entry in inputs.entries]
    also = [entry.key.text for entry in sizes.entries] if isinstance(sizes, Mapping) else []
    for number, case in enumerate(check.node.items("cases"), start=1):
        for entry in case.entries if isinstance(case, Mapping) else ():
            name = entry.key.text
            if name not in known and name not in also:
                near = hint(name, [*known, *also], otherwise=f"; the inputs are {listing(known)}")
                yield entry.key.at, f"cases, item {number}: {quoted(name)} is no input{near}"
