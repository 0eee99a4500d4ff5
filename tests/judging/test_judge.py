"""Whole verdicts, from real worlds and a real judge."""

from __future__ import annotations

from typing import Any

import pytest

from tutor.course.model import CheckUse, Choice, Code, Lesson, Mistake, Option, Predict, Read
from tutor.judging.judge import Judging
from tutor.judging.verdict import Verdict

pytestmark = pytest.mark.asyncio(loop_scope="session")

NORMALISE = Code(
    id="row-normalise",
    prompt="Make every row sum to one.",
    solution="def normalise(x):\n    return x / x.sum(dim=1, keepdim=True)",
    checks=(
        CheckUse(
            check="function",
            target="normalise",
            params={"inputs": {"x": "torch.rand(n, m)"}, "sizes": {"n": [1, 6], "m": [1, 6]}},
        ),
        CheckUse(check="avoids", target=("for", "while")),
    ),
    mistakes=(
        Mistake(
            id="wrong-axis",
            answer="def normalise(x):\n    return x / x.sum(dim=0, keepdim=True)",
            says="That makes every column sum to one.",
        ),
        Mistake(
            id="no-keepdim",
            answer="def normalise(x):\n    return x / x.sum(dim=1)",
            says="Keep the dimension.",
        ),
        Mistake(id="misspelt", answer="def normalize(x):\n    return x", says="Mind the name."),
    ),
    points=4,
)
SETUP = "import torch"


def lesson(*exercises: Any, setup: str = SETUP) -> Lesson:
    """A lesson around the exercises."""
    return Lesson(format=1, id="test", title="Test", setup=setup, exercises=exercises)


async def judge(judging: Judging, answer: str, exercise: Any = NORMALISE) -> Verdict:
    """The verdict on an answer to an exercise that stands alone."""
    return await judging.judge(lesson(exercise), exercise, answer)


async def test_the_solution_passes(judging: Judging) -> None:
    """A right answer gets all points, and says nothing of a cause."""
    verdict = await judge(judging, NORMALISE.solution)
    assert (verdict.status, verdict.score, verdict.max_score) == ("pass", 4.0, 4.0)
    assert [finding.status for finding in verdict.findings] == ["pass", "pass"]
    assert verdict.sandbox in {"full", "partial", "none"}


@pytest.mark.parametrize(
    "answer",
    [
        "def normalise(x):\n    return x / x.sum(1)[:, None]",
        "normalise = lambda t: torch.nn.functional.normalize(t, p=1, dim=1)",
        "def total(x):\n    return x.sum(-1, True)\ndef normalise(a):\n    return a / total(a)",
    ],
)
async def test_a_right_answer_may_look_different(judging: Judging, answer: str) -> None:
    """Another spelling, another parameter name, a helper: all pass."""
    assert (await judge(judging, answer)).status == "pass"


@pytest.mark.parametrize("mistake", NORMALISE.mistakes, ids=lambda mistake: mistake.id)
async def test_a_listed_mistake_is_recognised(judging: Judging, mistake: Mistake) -> None:
    """Each listed wrong answer fails, and brings its own explanation."""
    verdict = await judge(judging, mistake.answer)
    assert verdict.status == "fail"
    assert verdict.mistake is not None
    assert (verdict.mistake.id, verdict.mistake.says) == (mistake.id, mistake.says)


async def test_a_mistake_is_recognised_by_what_it_does(judging: Judging) -> None:
    """An answer that is written differently and behaves like a mistake gets its explanation."""
    answer = "def normalise(values):\n    total = torch.sum(values, 0)\n    return values / total"
    verdict = await judge(judging, answer)
    assert verdict.mistake is not None
    assert verdict.mistake.id == "wrong-axis"


async def test_half_the_checks_give_half_the_points(judging: Judging) -> None:
    """Points fall in equal parts to the checks."""
    answer = (
        "def normalise(x):\n    rows = []\n    for r in x:\n        rows.append(r / r.sum())\n"
        "    return torch.stack(rows)"
    )
    verdict = await judge(judging, answer)
    assert (verdict.status, verdict.score) == ("fail", 2.0)
    assert verdict.findings[1].code == "forbidden"


async def test_a_syntax_error_names_its_line(judging: Judging) -> None:
    """An answer that does not parse fails with the line; the checks are skipped, not failed."""
    verdict = await judge(judging, "def normalise(x):\n    return x /")
    assert verdict.status == "fail"
    assert verdict.findings[0].code == "syntax-error"
    assert verdict.findings[0].line == 2
    assert {finding.status for finding in verdict.findings[1:]} == {"skipped"}
    assert verdict.score == 0.0


async def test_a_comparison_turned_round_is_named(judging: Judging) -> None:
    """Python says "invalid syntax" of it, and no more."""
    verdict = await judge(judging, "def normalise(x):\n    return x => 1")
    assert verdict.findings[0].code == "syntax-error"
    assert "Is `=>` meant to be `>=`?" in verdict.message


async def test_an_exception_at_the_top_is_the_cause(judging: Judging) -> None:
    """An answer that raises while it runs says so, with type and line."""
    verdict = await judge(judging, "a = 1\nb = a / 0\n")
    assert "ZeroDivisionError" in verdict.message
    assert "line 2" in verdict.message


async def test_a_blank_that_is_left_is_named(judging: Judging) -> None:
    """A starter's blank is called a blank, not a NameError."""
    verdict = await judge(judging, "a = 1\nb = ____\n")
    assert verdict.findings[0].code == "blank"
    assert "line 2" in verdict.message


async def test_an_endless_loop_fails(judging: Judging) -> None:
    """An answer that never ends is stopped and fails as such."""
    verdict = await judge(judging, "while True:\n    pass")
    assert (verdict.status, verdict.findings[0].code) == ("fail", "timeout")


async def test_an_endless_loop_in_the_function_fails(judging: Judging) -> None:
    """A function that never returns fails its check."""
    verdict = await judge(judging, "def normalise(x):\n    while True:\n        pass")
    assert verdict.status == "fail"
    assert verdict.findings[0].code == "timeout"


@pytest.mark.parametrize(
    "answer",
    ["import os; os._exit(0)", "def normalise(x):\n    import os; os._exit(0)"],
    ids=["at-top", "in-call"],
)
async def test_an_exit_is_no_pass(judging: Judging, answer: str) -> None:
    """An answer that ends its process fails with that as the cause."""
    verdict = await judge(judging, answer)
    assert verdict.status == "fail"
    assert "crashed" in {finding.code for finding in verdict.findings}


async def test_input_fails_with_advice(judging: Judging) -> None:
    """input() in an answer is explained."""
    verdict = await judge(judging, "name = input('? ')")
    assert verdict.status == "fail"
    assert "Assign the value" in verdict.message


async def test_what_the_answer_prints_is_kept(judging: Judging) -> None:
    """The verdict carries the answer's own output, bounded."""
    verdict = await judge(judging, f"print('seen')\n{NORMALISE.solution}")
    assert verdict.output == "seen\n"
    flood = await judge(judging, f"print(*range(50_000), sep='\\n')\n{NORMALISE.solution}")
    assert flood.status == "pass"
    assert len(flood.output) < 30_000
    assert "left out" in flood.output


async def test_copied_numbers_do_not_pass(judging: Judging) -> None:
    """Setup and answer run under a hidden seed: numbers seen in the REPL are not the answer."""
    exercise = Code(
        id="total",
        prompt="Sum `x` into `s`.",
        setup="x = torch.rand(3)",
        solution="s = x.sum()",
        checks=(CheckUse(check="values", target="s"),),
    )
    assert (await judge(judging, "s = x[0] + x[1] + x[2]", exercise)).status == "pass"
    assert (await judge(judging, "s = torch.tensor(1.2345)", exercise)).status == "fail"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"solution": "1/0"}, "solution does not run"),
        ({"setup": "1/0"}, "setup failed"),
        ({"solution": "def other(x): pass"}, "fault"),
        ({"solution": "def normalise(x):\n    while True: pass"}, "did not come to an end in time"),
    ],
    ids=["solution", "setup", "target", "endless"],
)
async def test_a_fault_of_the_lesson_is_an_error(
    judging: Judging, changes: dict[str, str], word: str
) -> None:
    """What is wrong with the lesson is never counted against the learner."""
    parts: dict[str, Any] = {
        "id": "broken",
        "prompt": "-",
        "solution": NORMALISE.solution,
        "checks": NORMALISE.checks,
    }
    verdict = await judge(judging, NORMALISE.solution, Code(**(parts | changes)))
    assert verdict.status == "error"
    assert word in verdict.message


TRICKS = (
    """
import os
for descriptor in range(3, 64):
    try:
        os.write(descriptor, b"\\x00\\x00\\x00\\x01\\xc3")
    except OSError:
        pass
""",
    """
torch.equal = torch.allclose = lambda *a, **k: True
torch.Tensor.__eq__ = lambda a, b: True
""",
    """
class Yes(torch.Tensor):
    def __eq__(self, other):
        return True
old = normalise
def normalise(x):
    return old(x).as_subclass(Yes)
""",
    """
import sys
for name in list(sys.modules):
    if name.startswith("checks"):
        for key, value in list(vars(sys.modules[name]).items()):
            if callable(value) and not isinstance(value, type):
                try:
                    setattr(sys.modules[name], key, lambda *a, **k: True)
                except Exception:
                    pass
""",
)


async def test_forged_replies_never_pass(judging: Judging) -> None:
    """Bytes written to every descriptor, patched torch functions, a lying __eq__: no pass."""
    wrong = "def normalise(x):\n    return x\n"
    for trick in TRICKS:
        verdict = await judge(judging, wrong + trick)
        assert verdict.status != "pass", trick


async def test_a_prediction_is_judged_against_the_truth(judging: Judging) -> None:
    """The truth is computed; several spellings pass; a listed wrong one is recognised."""
    exercise = Predict(
        id="shape",
        prompt="Which shape?",
        code="y = torch.ones(2, 3).sum(dim=0)",
        ask="shape",
        of="y",
        mistakes=(Mistake(id="rows", answer="(2,)", says="dim=0 goes away."),),
    )
    for right in ("(3,)", "[3]", "torch.Size([3])"):
        assert (await judge(judging, right, exercise)).status == "pass", right
    verdict = await judge(judging, "[2]", exercise)
    assert verdict.status == "fail"
    assert verdict.mistake is not None
    assert verdict.mistake.id == "rows"
    assert verdict.truth == "(3,)"


async def test_a_prediction_that_is_nonsense_fails(judging: Judging) -> None:
    """Anything may be typed; nothing of it is run."""
    exercise = Predict(id="v", prompt="?", code="y = torch.ones(2)", ask="value", of="y")
    for typed in ("", "((((", "__import__('os')._exit(0)", "9" * 5000, "\x00", "[" * 3000):
        assert (await judge(judging, typed, exercise)).status == "fail", typed[:20]


CHOICE = Choice(
    id="which",
    prompt="Which are leaves?",
    options=(
        Option(text="w", correct=True, says="Made by you."),
        Option(text="w * 2", says="Made by an operation."),
        Option(text="b", correct=True),
    ),
    code="print(torch.ones(1).is_leaf)",
)


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ("1,3", "pass", ""),
        ("3 1", "pass", ""),
        ("1", "fail", "missing-option"),
        ("1,2,3", "fail", "wrong-option"),
        ("2", "fail", "wrong-option"),
        ("4", "fail", "no-such-option"),
        ("w", "fail", "no-such-option"),
        ("", "fail", "no-such-option"),
    ],
)
async def test_a_choice(judging: Judging, answer: str, status: str, code: str) -> None:
    """All correct options and no others; what was chosen wrongly is explained."""
    verdict = await judge(judging, answer, CHOICE)
    assert (verdict.status, verdict.findings[0].code) == (status, code)
    if answer == "2":
        assert verdict.message == "Made by an operation."


async def test_a_choice_shows_its_evidence(judging: Judging) -> None:
    """The code beside a choice runs after the answer; its output comes with the verdict."""
    assert (await judge(judging, "1,3", CHOICE)).output == "True\n"


async def test_reading_passes(judging: Judging) -> None:
    """Something to read is done once it was seen."""
    verdict = await judge(judging, "", Read(id="r", prompt="Read this."))
    assert (verdict.status, verdict.score) == ("pass", 1.0)


@pytest.mark.parametrize(
    ("exercise", "words"),
    [
        (
            Code(
                id="a",
                prompt="b",
                solution="f = abs",
                checks=(
                    CheckUse(
                        check="function",
                        target="f",
                        params={"inputs": {"x": "torch.rand(n)"}, "sizes": {"n": [6, 1]}},
                    ),
                ),
            ),
            "the range of n is [6, 1]",
        ),
        (
            Predict(id="a", prompt="b", code="x = 1", ask="value", of="x +", accepts=("1",)),
            "`of`",
        ),
    ],
    ids=["code", "predict"],
)
async def test_a_check_that_cannot_be_made_is_the_lessons_fault(
    judging: Judging, exercise: Any, words: str
) -> None:
    """Neither the learner's nor the tutor's; the reason is the author's to read."""
    verdict = await judge(judging, "f = abs", exercise)
    assert verdict.status == "error"
    assert "checks cannot be used" in verdict.message
    assert words in verdict.message
