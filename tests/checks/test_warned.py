import warnings

import pytest

from checks import Check, Finding, Function, Shape, Values, examine
from checks.data import Warned
from checks.diagnosis.warned import WarnedSide, with_warning
from checks.difference import Difference
from checks.warned import MOST, recorded_warnings
from checks.warning_words import find_warned

SETUP = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\nimport warnings\n"


def _examine(check: Check, answer: str, solution: str) -> Finding:
    return examine(check, answer=answer, solution=solution, setup=SETUP)


def test_a_warning_of_the_answers_top_level_is_named_with_its_line() -> None:
    """`.grad` of a non-leaf is read on line 3, long before the check looks."""
    solution = "w = torch.ones(2, requires_grad=True)\n(w * 2).sum().backward()\ng = w.grad"
    answer = "w = torch.ones(2, requires_grad=True) * 1\n(w * 2).sum().backward()\ng = w.grad"
    finding = _examine(Values(target="g"), answer, solution)
    assert (finding.code, finding.line) == ("wrong-type", 3)
    assert "On line 3, `.grad` of a tensor is read that is no leaf" in finding.message
    assert finding.details["warning_line"] == 3


def test_a_warning_inside_of_a_library_belongs_to_the_line_that_called_it() -> None:
    """`nn.MSELoss` warns in a frame of torch's; the answer's line is found on the stack."""
    answer = "a = torch.arange(3.)\nloss = nn.MSELoss()(\n    a, 2 * a[:, None])"
    finding = _examine(Values(target="loss"), answer, "loss = torch.tensor(5 / 3)")
    assert "PyTorch warned on line 2 that two shapes were stretched" in finding.message


def test_a_warning_of_a_called_function_is_named_too() -> None:
    """It comes up while the check calls it, trial by trial, and is said once."""
    check = Function(
        target="f", inputs={"p": "torch.rand(n)", "y": "torch.rand(n)"}, sizes={"n": (2, 5)}
    )
    finding = _examine(
        check,
        "def f(p, y):\n    p = p[:, None]\n    return F.mse_loss(p, y)",
        "def f(p, y):\n    return F.mse_loss(p, y)",
    )
    assert finding.message.count("warned on line 3") == 1


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ("warnings.warn('mind the gap. Really')\ny = torch.ones(2)", "line 1: mind the gap."),
        ("y = torch.ones(2)\nwarnings.warn('old', DeprecationWarning)", ""),
        (
            "y = torch.ones(2)\nwarnings.simplefilter('ignore')\nwarnings.warn('hidden')",
            "",
        ),
        ("y = torch.ones(2)\nwarnings.warn('as the solution does, 7 times')", ""),
        ("y = torch.ones(2)\nwarnings.warn('long ' * 200)", "long…"),
        ("y = torch.ones(2)\nwarnings.showwarning = print\nwarnings.warn('mine')", ""),
    ],
)
def test_only_what_may_explain_the_failure_is_said(answer: str, word: str) -> None:
    """Nothing of deprecations, nor of what the solution is warned of as well."""
    solution = "y = torch.ones(3)\nwarnings.warn('as the solution does, 2 times')"
    finding = _examine(Shape(target="y"), answer, solution)
    assert finding.status == "fail"
    assert word in finding.message
    assert ("warning" in finding.details) == bool(word), finding.message


def test_a_right_answer_may_warn() -> None:
    """A warning is no failure."""
    answer = "warnings.warn('never mind')\ny = 3"
    assert _examine(Values(target="y"), answer, "y = 3").status == "pass"


def test_warnings_of_another_file_have_no_line() -> None:
    """Only the answer's own lines are told."""
    with pytest.warns(UserWarning, match="here"), recorded_warnings("<answer>") as kept:
        warnings.warn("here", UserWarning, stacklevel=1)
    assert [(w.text, w.line, w.category) for w in kept] == [("here", None, "UserWarning")]
    with warnings.catch_warnings(record=True), recorded_warnings("<answer>") as kept:
        warnings.simplefilter("always")
        for number in range(2 * MOST):
            warnings.warn(f"{number}", UserWarning, stacklevel=1)
    assert len(kept) == MOST


def test_a_warning_found_while_compiling_has_its_line() -> None:
    """No frame of the answer runs then."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda *_, **__: None
        with recorded_warnings("<answer>") as kept:
            compile("x = 1\nx is 2", "<answer>", "exec")
    (warned,) = kept
    assert (warned.line, warned.category) == (2, "SyntaxWarning")


@pytest.mark.parametrize("line", [None, -3, 0, 99, 10**12])
def test_a_forged_line_is_not_told(line: int | None) -> None:
    """The number comes from the answer's own process: it must be a line of the answer."""
    forged = Warned("the .grad attribute of what is not a leaf", line=line)
    assert find_warned("non-leaf-grad", [forged], "one\ntwo") is None
    side = WarnedSide(answer=(forged, Warned("", line=1)), source="one\ntwo")
    difference = Difference(code="wrong-values", message="It differs.")
    assert with_warning(difference, side) == difference


def test_an_early_cause_is_not_explained_by_a_warning() -> None:
    """A name that does not exist has nothing to do with it."""
    side = WarnedSide(answer=(Warned("odd", line=1),), source="x")
    difference = Difference(code="not-defined", message="`y` is not defined.")
    assert with_warning(difference, side) == difference
