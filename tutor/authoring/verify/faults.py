"""The words for each fault: what happened, and what an author can do about it."""

from __future__ import annotations

from checks.finding import Finding
from tutor.authoring.verify.report import Fault, FaultCode

__all__ = ["fault", "said"]

_ADVICE: dict[FaultCode, str] = {
    "lesson-error": "Nothing of this exercise can be judged until setup, solution and input "
    "expressions run. Mend what the message names.",
    "solution-fails": "Learners who find the author's answer would be told that it is wrong. "
    "Change the solution, or the check that refuses it.",
    "solution-differs": "Under one seed the solution has to do the same each time. Look for time, "
    "a random generator with its own seed, the order of a set, or a file that it changes.",
    "starter-passes": "Whoever presses `check` at once is done. Take something out of the starter, "
    "or add a check for what is missing from it.",
    "shuffled-passes": "Whoever presses `check` at once is done. List this order under `accepts`: "
    "the lines are then shuffled otherwise. If most orders pass, there is nothing to put in order.",
    "goal-reached": "There is nothing to do. Let the goal look at something that only cells make.",
    "alternative-fails": "Either it is no right answer: take it out of `accepts`. Or a check asks "
    "for more than the prompt does: relax it.",
    "mistake-passes": "Learners who make it are told that they are right. Add a check, sizes or a "
    "case in which it goes wrong; or it is right, and belongs under `accepts`.",
    "mistake-not-recognised": "Learners who make it do not read its explanation. Does it do "
    "something else each time it runs?",
    "mistake-taken-for-another": "Learners read the other explanation. The two do the same "
    "wherever the checks look: tell them apart with a case or a check, or make one of the two.",
    "luck": "The verdict depends on the hidden numbers. Choose inputs in which right and wrong "
    "always differ (sizes from 2, other values, more `trials`), or seed what is random.",
    "no-truth": "Nobody can answer this. The code has to run, and `of` has to name something that "
    "`ask` can be asked of.",
    "truth-differs": "A prediction needs one truth. Seed what is random, or ask for something that "
    "stays the same.",
    "right-option-fails": "Look at `correct:` of the options.",
    "wrong-option-passes": "Look at `correct:` of the options.",
    "evidence-differs": "The evidence prints something else each time. Seed what is random.",
    "check-error": "A check cannot judge this change of the solution. If the check is the course's "
    "own, mend it; if not, please report it as a fault of the tutor.",
    "explanation-wrong": "The checks do notice this change, so it is not equivalent. Take the "
    "entry out of `equivalent`.",
    "explanation-unused": "The solution has no such change any more. Take the entry out of "
    "`equivalent`, or copy the change anew from the report.",
    "tutor-fault": "This is the tutor's fault, not the lesson's. Run it again; if it stays, please "
    "report it.",
}


def fault(code: FaultCode, about: str, message: str) -> Fault:
    """A fault with the advice that belongs to its code."""
    return Fault(code=code, about=about, message=" ".join(message.split()), advice=_ADVICE[code])


def said(finding: Finding | None) -> str:
    """What a check said, with its name."""
    if finding is None:
        return ""
    where = f"`{finding.check}: {finding.target}`" if finding.check != "run" else "running it"
    return f"{where} says [{finding.code}]: {finding.message}"
