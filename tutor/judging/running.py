"""Findings about an answer that did not run to its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checks.data import Warned
from checks.error_words import in_short, meaning
from checks.finding import Finding
from checks.warning_words import is_told, kind_of, words_about
from tutor.engine.results import CellResult
from tutor.judging.blanks import BLANK, blank_message
from tutor.judging.worlds import Ran

__all__ = ["run_finding", "same_ending"]


def run_finding(ran: Ran, warned: Sequence[Warned] = (), source: str = "") -> Finding:
    """Why the answer did not run to its end.

    Args:
        ran: how it ended.
        warned: what was warned of before; a known warning often names the cause.
        source: the answer's text.
    """
    result = ran.result
    code, message = _cause(result, source)
    details: dict[str, Any] = {}
    if result.error is not None:
        details["traceback"] = result.error.traceback
    for warning in warned:
        known = kind_of(warning) and not is_told(warning, message)
        words = words_about(warning, source) if known else ""
        if words:
            message = f"{message.rstrip('.')}. {words}"
            details |= {"warning": warning.text, "warning_line": warning.line}
            break
    return Finding(
        check="run",
        target="answer",
        status="fail",
        code=code,
        message=message,
        actual=_actual(result),
        line=result.error.line if result.error is not None else None,
        details=details,
    )


_INDENT = "nothing just above it opens a block, as a line that ends with a colon does."


_TURNED = {"=>": ">=", "=<": "<="}


def _turned(source: str, line: int | None) -> str:
    """A comparison whose two signs stand the wrong way round."""
    at = source.splitlines()[line - 1 : line] if line else []
    found = next((sign for sign in _TURNED if sign in "".join(at)), "")
    return f". Is `{found}` meant to be `{_TURNED[found]}`?" if found else ""


def _actual(result: CellResult) -> str:
    """What the learner's code raised; an interrupt at the limit was ours, not theirs."""
    if result.error is None or result.status != "error":
        return ""
    return f"{result.error.type}: {result.error.message}".rstrip(": ")


def _cause(result: CellResult, source: str) -> tuple[str, str]:
    error = result.error
    if result.status == "timeout":
        return "timeout", (
            "Your code did not finish in time, so it was stopped"
            + (f" at line {error.line}" if error is not None and error.line else "")
            + ". Is there a loop that never ends?"
        )
    if result.status == "crashed" or error is None:
        how, _, _ = result.note.partition(". ")  # what was kept is no matter here
        return "crashed", f"Your code ended its own process. {how}."
    where = f" at line {error.line}" if error.line else ""
    if error.type == "NameError" and f"'{BLANK}'" in error.message:
        return "blank", blank_message(error.line)
    if error.type in {"SyntaxError", "IndentationError", "TabError"}:
        why = f": {_INDENT}" if error.message.startswith("unexpected indent") else ""
        why = why or _turned(source, error.line)
        return "syntax-error", f"Python cannot read your code{where}: {error.message}{why}"
    code, words = _BY_TYPE.get(error.type, ("raised", f"stopped{where} with {error.type}"))
    if code == "raised":
        means = meaning(error.type, error.message, error.line, source)
        text = f"Your code {words}: {in_short(error.message) if means else error.message}"
        return code, f"{text.rstrip(': ')}. {means}" if means else text.rstrip(": ")
    return code, f"Your code {words}{where}."


_BY_TYPE = {
    "MemoryError": ("memory", "ran out of memory"),
    "SystemExit": ("exited", "stopped itself by exit()"),
}


def same_ending(one: Ran, other: Ran) -> bool:
    """Whether two answers ended alike: the same status and, where they raised, the same error."""
    if one.ok or other.ok or one.result.status != other.result.status:
        return False
    mine, theirs = one.result.error, other.result.error
    if mine is None or theirs is None:
        return mine is theirs
    return (mine.type, mine.message) == (theirs.type, theirs.message)
