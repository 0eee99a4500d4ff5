"""What to say of exceptions, on either side."""

from __future__ import annotations

import difflib
import re

from checks.data import Observed, Raised
from checks.difference import Difference
from checks.error_words import in_short, meaning
from checks.names import defined_names
from checks.show import show_raised

__all__ = ["compare_raised", "expected_here", "lesson_failed", "raised_alike", "what_raised"]

_UNMADE = re.compile(
    r"Module\.__init__\(\)|no attribute '_(parameters|buffers|modules|(backward|forward)_\w*hooks)'"
)
_NAME = re.compile(r"[A-Za-z_]\w*")


def what_raised(raised: Raised, subject: str, source: str) -> Difference:
    """The difference that an exception in the answer makes."""
    if raised.missing:
        return _undefined(raised, subject, source)
    if raised.type in ("SyntaxError", "IndentationError", "TabError") and raised.stage == "run":
        text = f"Line {raised.line}: {raised.message}" if raised.line else raised.message
        return Difference(
            code="syntax-error",
            message=f"The answer cannot be read as Python. {text}",
            actual=show_raised(raised),
            line=raised.line,
        )
    if raised.stage == "not-callable":
        return Difference(
            code="not-callable",
            message=f"`{subject}` is {raised.message}, not a function.",
            actual=raised.message,
            expected="something that can be called",
        )
    if raised.type == "AttributeError" and _UNMADE.search(raised.message):
        return Difference(
            code="no-super-init",
            message=f"{_in_words(raised)}. An `__init__` has to call `super().__init__()` before "
            "it assigns layers or parameters: that makes the places where they are registered.",
            actual=show_raised(raised),
            line=raised.line,
        )
    doing = {
        "run": "The answer",
        "gradient": f"Differentiating `{subject}`",
        "given": "What this check builds for the call",
    }.get(raised.stage, f"`{subject}`")
    means = meaning(raised.type, raised.message, raised.line, source)
    text = in_short(raised.message) if means else raised.message
    return Difference(
        code="raised",
        message=f"{_stopped(f'{doing} raised {_in_words(raised, text)}')}{_advice(raised)} "
        f"{means}".rstrip(),
        actual=show_raised(raised),
        line=raised.line,
        details={"type": raised.type, "text": raised.message, "stage": raised.stage},
    )


def not_differentiable(raised: Raised, subject: str, source: str) -> Difference:
    """The difference that an exception makes which came up while `subject` was differentiated."""
    if "second time" not in raised.message:
        return what_raised(raised, subject, source)
    return Difference(
        code="graph-freed",
        message=f"The graph of `{subject}` was used up: `backward()` frees it. "
        "Leave that call out here; the check differentiates by itself.",
        actual=show_raised(raised),
    )


def _in_words(raised: Raised, text: str = "") -> str:
    """``ValueError on line 3: its text``."""
    line = f" on line {raised.line}" if raised.line else ""
    message = " ".join((text or raised.message).split()).rstrip(".")
    return f"{raised.type}{line}: {message}" if message else f"{raised.type}{line}"


def _stopped(sentence: str) -> str:
    """A sentence with its end: Python's own guess ends with a question mark."""
    return sentence if sentence.endswith("?") else f"{sentence}."


def _advice(raised: Raised) -> str:
    if "____" in raised.message:
        return " `____` is a blank to fill in."
    if raised.type == "SystemExit":
        return " An answer should not end the program."
    if raised.type == "RecursionError":
        return " It calls itself without end."
    return ""


def _undefined(raised: Raised, subject: str, source: str) -> Difference:
    if raised.missing.startswith("."):
        message = f"`{subject}` does not exist: {raised.message}."
        return Difference(
            code="not-defined", message=message, actual=show_raised(raised), line=raised.line
        )
    name = raised.missing
    message = f"`{name}` is not defined."
    names = defined_names(source)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6) or [
        other for other in names if other.lower() == name.lower()
    ]
    if near:
        message += f" The answer defines `{near[0]}`: give it the name `{name}`."
    elif names:
        message += " Use exactly this name in the answer."
    else:
        message += " The answer defines no names yet."
    return Difference(
        code="not-defined", message=message, actual="not defined", details={"name": name}
    )


def lesson_failed(reference: Observed) -> Raised | None:
    """The exception in the reference that is the lesson's fault, if there is one."""
    if reference.trial is not None and reference.trial.failed is not None:
        return reference.trial.failed
    raised = reference.raised
    if raised is None or expected_here(reference):
        return None
    return raised


def expected_here(reference: Observed) -> bool:
    """Whether the reference may raise: in a given case, or by a ``raise`` of its own."""
    raised = reference.raised
    if raised is None or raised.stage != "call" or raised.missing:
        return False
    if raised.type in ("NameError", "ImportError", "ModuleNotFoundError", "SyntaxError"):
        return False
    return raised.deliberate or (reference.trial is not None and reference.trial.case is not None)


def compare_raised(
    answer: Raised | None, reference: Raised, subject: str, source: str
) -> Difference | None:
    """The difference where the reference raises as it should."""
    if answer is None:
        return Difference(
            code="not-raised",
            message=f"`{subject}` should raise {reference.type}, but it raised nothing.",
            expected=show_raised(reference),
        )
    if answer.stage != reference.stage or answer.missing:
        return what_raised(answer, subject, source)
    if reference.type in answer.bases:
        return None
    return Difference(
        code="wrong-error",
        message=f"`{subject}` raised {_in_words(answer)}, but {reference.type} is expected.",
        expected=show_raised(reference),
        actual=show_raised(answer),
        line=answer.line,
    )


def raised_alike(left: Raised | None, right: Raised | None) -> bool:
    """Whether two exceptions show the same behaviour: names and numbers may differ."""
    if left is None or right is None:
        return left is right
    if (left.type, left.stage, bool(left.missing)) != (
        right.type,
        right.stage,
        bool(right.missing),
    ):
        return False
    if left.type not in ("RuntimeError", "ValueError", "IndexError"):
        return True
    words = [_words(r.message) for r in (left, right)]
    return words[0] == words[1]


def _words(message: str) -> list[str]:
    return sorted(_NAME.findall(message))
