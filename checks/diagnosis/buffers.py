"""What to say of a module whose buffers are not the expected ones."""

from __future__ import annotations

from collections.abc import Sequence

from checks.diagnosis.hidden import hidden_difference, unregistered
from checks.diagnosis.question import Question
from checks.diagnosis.stored import other_dtype, renamed
from checks.difference import Difference
from checks.module_facts import ModuleFacts, Stored
from checks.module_matching import match
from checks.show import count, shape_of

__all__ = ["compare_buffers"]


def compare_buffers(
    actual: ModuleFacts, expected: ModuleFacts, question: Question
) -> Difference | None:
    """The first difference between the registered buffers."""
    matched = match(actual.buffers, expected.buffers)
    missing = [expected.buffers[j] for j in matched.missing]
    extra = [actual.buffers[i] for i in matched.extra]
    if missing:
        return _missing(missing, extra, (actual, expected), question)
    if extra:
        path = question.written(extra[0].path)
        return Difference(
            code="extra-buffer",
            message=f"`{path}` of shape {shape_of(extra[0].shape)} is a buffer that is not "
            "expected.",
            expected=_table(expected.buffers),
            actual=_table(actual.buffers),
        )
    for i, j in matched.pairs:
        if actual.buffers[i].persistent != expected.buffers[j].persistent:
            return _persistence(actual.buffers[i], question)
    found = renamed(actual.buffers, expected.buffers, matched, question) if question.names else None
    return found or other_dtype(actual.buffers, expected.buffers, matched, question)


def _missing(
    missing: list[Stored],
    extra: list[Stored],
    facts: tuple[ModuleFacts, ModuleFacts],
    question: Question,
) -> Difference:
    actual, expected = facts
    wanted = missing[0]
    for hidden in unregistered(actual, expected):
        if any(s.shape in hidden.tensors or s.shape in hidden.buffers for s in missing):
            return hidden_difference(hidden, question.source, buffer=True)
    spare = [actual.parameters[i] for i in match(actual.parameters, expected.parameters).extra]
    learned = next((p for p in spare if any(p.shape == s.shape for s in missing)), None)
    if learned is not None:
        return Difference(
            code="parameter-not-buffer",
            message=f"`{question.written(learned.path)}` is a parameter: an optimizer would change "
            f'it. `register_buffer("{learned.leaf}", ...)` keeps it without learning it.',
            expected="a buffer",
            actual="a parameter",
        )
    if len(extra) == len(missing):
        got = next((b for b in extra if b.path == wanted.path), extra[0])
        code, message = "wrong-buffer", f"`{question.written(got.path)}` has shape "
        message += f"{shape_of(got.shape)}, but {shape_of(wanted.shape)} is expected."
    else:
        number = len(expected.buffers)
        code, message = "missing-buffer", f"`{question.subject}` has "
        message += f"{count(len(actual.buffers), 'buffer')}, but {number} "
        message += f"{'is' if number == 1 else 'are'} expected. "
        message += f"Missing: one of shape {shape_of(wanted.shape)}."
    return Difference(
        code=code,
        message=message,
        expected=_table(expected.buffers),
        actual=_table(actual.buffers),
    )


def _persistence(got: Stored, question: Question) -> Difference:
    name = question.written(got.path)
    if got.persistent:
        message = (
            f"`{name}` is part of the `state_dict`, but should not be. "
            "`register_buffer(..., persistent=False)` leaves it out."
        )
    else:
        message = (
            f"`{name}` is not part of the `state_dict`, but should be: it was registered with "
            "`persistent=False`."
        )
    wanted, found = ("not saved", "saved") if got.persistent else ("saved", "not saved")
    return Difference(code="wrong-persistence", message=message, expected=wanted, actual=found)


def _table(buffers: Sequence[Stored]) -> str:
    if not buffers:
        return "no buffers"
    return ", ".join(f"{b.path} {shape_of(b.shape)}" for b in buffers[:12])
