from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.authoring.verify.conftest import Verify

pytestmark = pytest.mark.asyncio(loop_scope="session")

GOOD = """
- id: rows
  kind: code
  prompt: Write `rows(x)`, the sum of each row as a column.
  starter: |
    def rows(x):
        return ____
  solution: |
    def rows(x):
        return x.sum(dim=1, keepdim=True)
  checks:
    - function: rows
      inputs: {x: "torch.rand(n, m) + 0.5"}
      sizes: {n: [2, 5], m: [2, 5]}
  accepts:
    - |
      def rows(x):
          return x.sum(1)[:, None]
  mistakes:
    - id: flat
      answer: |
        def rows(x):
            return x.sum(dim=1)
      says: The dimension is gone.
    - id: columns
      answer: |
        def rows(x):
            return x.sum(dim=0, keepdim=True)
      says: Those are the columns.
"""


async def test_a_good_exercise(verified: Verify) -> None:
    """Nothing is wrong with it, and its checks notice every change of the solution."""
    report = await verified(GOOD, mutants=True)
    assert report.faults == ()
    assert report.mutants == ()
    assert report.strength.percent == 100
    assert report.strength.counted == report.tried == report.possible > 5
    # Two draws of: solution, starter, one alternative, two mistakes; and each change once.
    assert report.answers == 2 * 5 + report.tried


@pytest.mark.parametrize(
    ("old", "new", "code", "about", "words"),
    [
        pytest.param(
            "return ____", "return x.sum(1, True)", "starter-passes", "starter", "every check",
            id="starter",
        ),
        pytest.param(
            "return x.sum(1)[:, None]", "return x.sum(1)", "alternative-fails", "accepts, item 1",
            "shape", id="alternative",
        ),
        pytest.param(
            "return x.sum(dim=0, keepdim=True)", "return x.sum(1).reshape(-1, 1)",
            "mistake-passes", "mistake columns", "every check", id="mistake",
        ),
        pytest.param(
            "return x.sum(dim=0, keepdim=True)", "return x.sum(dim=(1,))",
            "mistake-taken-for-another", "mistake columns", "flat", id="taken-for-another",
        ),
        pytest.param(
            "    return x.sum(dim=1, keepdim=True)", "    return y.sum(dim=1, keepdim=True)",
            "lesson-error", "solution", "y", id="solution-raises",
        ),
        pytest.param(
            "x.sum(dim=1, keepdim=True)\n",
            "x.sum(dim=1, keepdim=True) + __import__('time').perf_counter() % 1\n",
            "solution-differs", "solution", "same seed", id="differs",
        ),
        pytest.param(
            'inputs: {x: "torch.rand(n, m) + 0.5"}', 'inputs: {x: "torch.rand(n, oops)"}',
            "lesson-error", "solution", "oops", id="inputs",
        ),
    ],
)  # fmt: skip
async def test_a_fault_is_named(  # noqa: PLR0917 - one column each
    verified: Verify, old: str, new: str, code: str, about: str, words: str
) -> None:
    """One thing broken: its fault alone is found, with its place, what happened and what to do."""
    assert GOOD.count(old) == 1
    report = await verified(GOOD.replace(old, new))
    (fault,) = (one for one in report.faults if one.code == code)
    assert fault.about == about
    assert words in fault.message
    assert fault.advice
    if code != "solution-differs":  # which makes every answer wrong
        assert report.faults == (fault,)


async def test_a_solution_that_breaks_its_own_rule(verified: Verify) -> None:
    """It does the same each time, and fails: the check is named."""
    report = await verified(GOOD.replace("  accepts:", "    - avoids: [sum]\n  accepts:"))
    fault = report.faults[0]
    assert (fault.code, fault.about) == ("solution-fails", "solution")
    assert "forbidden" in fault.message
    assert report.tried == 0


LUCKY = """
- id: lucky
  kind: code
  prompt: Make `x`, a zero.
  starter: |
    x = ____
  solution: |
    x = torch.zeros(1)
  checks:
    - values: x
  mistakes:
    - id: by-chance
      answer: |
        x = (torch.rand(1) < 0.5).float()
      says: It is a zero only now and then.
"""


async def test_luck_is_found(verified: Verify) -> None:
    """A wrong answer that passes on some draws is luck, and how often it passed is told."""
    report = await verified(LUCKY, times=8)
    (fault,) = report.faults
    assert (fault.code, fault.about) == ("luck", "mistake by-chance")
    assert "of 8 times" in fault.message


WEAK = """
- id: scaled
  kind: code
  prompt: Write `scaled(x)`.
  starter: |
    def scaled(x):
        return ____
  solution: |
    def scaled(x):
        y = x * 2
        return y.relu()
  checks:
    - function: scaled
      inputs: {x: "torch.rand(n) + 0.5"}
      sizes: {n: [2, 5]}
"""
UNNOTICED = "return y.relu() → return y.relu_()"
EQUIVALENT = f"""\
  equivalent:
    - mutant: "{UNNOTICED}"
      because: y is a tensor of its own.
"""


async def test_a_weak_check_lets_a_change_pass(verified: Verify) -> None:
    """The change is named, with its line and a diff, and the strength says so."""
    report = await verified(WEAK, mutants=True)
    assert report.faults == ()
    (mutant,) = report.survivors
    assert (mutant.id, mutant.line, mutant.kind) == (UNNOTICED, 3, "in-place")
    assert "-    return y.relu()\n+    return y.relu_()" in mutant.diff
    assert report.strength.killed == report.strength.counted - 1


@pytest.mark.parametrize("arrow", ["→", "->"])
async def test_an_explained_change(verified: Verify, arrow: str) -> None:
    """What the lesson explains does not count; the arrow may be typed."""
    report = await verified(WEAK + EQUIVALENT.replace("→", arrow), mutants=True)
    assert report.faults == ()
    assert report.survivors == ()
    (mutant,) = report.mutants
    assert (mutant.outcome, mutant.because) == ("explained", "y is a tensor of its own.")
    assert report.strength.percent == 100
    assert report.strength.counted == report.tried - 1


async def test_explanations_that_are_not_so(verified: Verify) -> None:
    """One that a check refutes, and one that explains nothing, are faults."""
    wrong = """\
    - mutant: "y = x * 2 → y = x / 2"
      because: it is not.
    - mutant: "y = x * 7 → y = x / 7"
      because: it was so once.
"""
    report = await verified(WEAK + EQUIVALENT + wrong, mutants=True)
    found = {(fault.code, "/ 7" in fault.message) for fault in report.faults}
    assert found == {("explanation-unused", True), ("explanation-wrong", False)}


async def test_a_solution_that_cannot_be_judged(verified: Verify) -> None:
    """Nothing else is tried: an endless solution would take its time with each answer anew."""
    broken = GOOD.replace("return x.sum(dim=1, keepdim=True)", "1 / 0")
    report = await verified(broken, mutants=True)
    (fault,) = report.faults
    assert (fault.code, fault.about, report.answers) == ("lesson-error", "solution", 1)
    assert "ZeroDivisionError: division by zero, on its line 2 with n =" in fault.message


async def test_parameters_that_do_not_fit(verified: Verify) -> None:
    """They are the lesson's fault, not the tutor's, and the report says what is wrong with them."""
    report = await verified(GOOD.replace("m: [2, 5]", "m: [5, 2]"), times=1)
    (fault,) = report.faults
    assert (fault.code, fault.about) == ("lesson-error", "solution")
    assert "the range of m is [5, 2]" in fault.message


async def test_a_bound_on_changes(verified: Verify) -> None:
    """No more are tried than asked for, and how many there are is told."""
    report = await verified(GOOD, mutants=True, most=3, times=1)
    assert report.tried == report.strength.counted == 3
    assert report.possible > 3


async def test_endless_changes_end(verified: Verify) -> None:
    """A change that makes a loop endless is noticed, in less than an answer's time."""
    loop = """
- id: loop
  kind: code
  prompt: Count to three.
  starter: x = ____
  solution: |
    x = 0
    while x < 3:
        x = x + 1
  checks:
    - values: x
"""
    report = await verified(loop, mutants=True, times=1)
    assert report.faults == ()
    assert "x = x + 1 → x = x - 1" not in {mutant.id for mutant in report.mutants}
    assert report.strength.killed > 5
