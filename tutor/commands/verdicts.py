"""A verdict as the JSON of ``tutor check --json``, and as text to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tutor.commands.output import indented
from tutor.engine.text import neutralise
from tutor.judging.telling import cell_sentences

if TYPE_CHECKING:
    from checks.finding import Finding
    from tutor.commands.answers import Answer, UnreadableAnswer
    from tutor.course.model import Exercise, Lesson
    from tutor.judging.verdict import Verdict

__all__ = ["unreadable_as_json", "verdict_as_json", "verdict_as_text"]

_FIRST, _LAST = 20, 5
"""Lines of an answer's output that are shown to a person."""

_WORDS = {"pass": "pass", "fail": "wrong", "error": "error (not counted against you)"}


def verdict_as_json(
    lesson: Lesson, exercise: Exercise, answer: Answer, verdict: Verdict
) -> dict[str, Any]:
    """One line of ``--json``."""
    return {
        "lesson": lesson.id,
        "exercise": exercise.id,
        "status": verdict.status,
        "score": verdict.score,
        "max_score": verdict.max_score,
        "mistake": None if verdict.mistake is None else verdict.mistake.id,
        "checks": [
            {
                "check": finding.check,
                "target": finding.target,
                "status": finding.status,
                "code": finding.code,
                "message": finding.message,
                "expected": finding.expected,
                "actual": finding.actual,
                "says": finding.says,
            }
            for finding in verdict.findings
        ],
        "output": verdict.output,
        "seconds": round(verdict.seconds, 4),
        "message": verdict.message,
        "explanation": "" if verdict.mistake is None else verdict.mistake.says,
        "sandbox": verdict.sandbox,
        "file": answer.name,
    }


def unreadable_as_json(
    lesson: Lesson, exercise: Exercise, answer: UnreadableAnswer
) -> dict[str, Any]:
    """The line of a file that could not be read: the same keys."""
    return {
        "lesson": lesson.id,
        "exercise": exercise.id,
        "status": "error",
        "score": 0,
        "max_score": exercise.points,
        "mistake": None,
        "checks": [],
        "output": "",
        "seconds": 0.0,
        "message": f"The file cannot be read: {answer.reason}",
        "explanation": "",
        "sandbox": "",
        "file": answer.name,
    }


def verdict_as_text(answer: Answer, verdict: Verdict) -> str:
    """The verdict in lines to read: result, cause, each check, what was printed."""
    word = "point" if verdict.max_score == 1 else "points"
    points = f"{verdict.score:g} of {verdict.max_score:g} {word}"
    lines = [f"{answer.name}: {_WORDS[verdict.status]}, {points}"]
    # Where one of the checks below says the same, once is enough.
    said = {
        text.strip() for finding in verdict.findings for text in (finding.says, finding.message)
    }
    if verdict.message and verdict.message not in said:
        lines.append(indented(verdict.message, "  "))
    for finding in verdict.findings:
        lines.extend(_finding_lines(finding))
    for title, text in _sections(verdict):
        lines += [f"  {title}:", indented(text, "    ")]
    return neutralise("\n".join(lines))


def _sections(verdict: Verdict) -> list[tuple[str, str]]:
    says = "" if verdict.mistake is None else verdict.mistake.says
    sections = [
        ("What happened", says),
        ("What really comes out", verdict.truth),
        ("What it printed", _shortened(verdict.output)),
    ]
    return [(title, text) for title, text in sections if text.strip()]


def _shortened(output: str) -> str:
    """The first and last lines of what was printed; ``--json`` has more of it."""
    lines = output.splitlines()
    left_out = len(lines) - _FIRST - _LAST
    if left_out <= 1:
        return output
    notice = f"… {left_out} lines left out …"
    return "\n".join([*lines[:_FIRST], notice, *lines[-_LAST:]])


def _finding_lines(finding: Finding) -> list[str]:
    first = f"  [{finding.status}] {finding.check} {finding.target}".rstrip()
    texts = [text.strip() for text in (finding.says, finding.message) if text.strip()]
    begin, _, rest = texts[0].partition("\n") if texts else ("", "", "")
    lines = [f"{first}: {begin}" if begin else first]
    lines += [indented(text, "    ") for text in (rest, *texts[1:]) if text]
    if finding.line is not None:
        lines.append(f"    in line {finding.line} of the answer")
    for title, text in (("expected", finding.expected), ("actual", finding.actual)):
        if not text:
            continue
        if "\n" in text:
            lines += [f"    {title}:", indented(text, "      ")]
        else:
            lines.append(f"    {title}: {text}")
    lines += [f"    {sentence}" for sentence in cell_sentences(finding)]
    return lines
