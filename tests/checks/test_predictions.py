# ruff: noqa: FBT001, RUF001  # parametrised; people type it
from __future__ import annotations

from typing import Any

import pytest

from checks import Finding, Prediction, examine

SETUP = "import torch\nfrom torch import nn\n"


def _predict(ask: Any, code: str, typed: str, of: str = "y") -> Finding:
    target = of if ask in ("value", "shape", "dtype") else ""
    return examine(Prediction(target=target, code=code, ask=ask), answer=typed, setup=SETUP)


_RIGHT = [
    (
        "shape",
        "torch.ones(2, 3)",
        ["(2, 3)", "(2,3)", "[2, 3]", "torch.Size([2, 3])", "2 3", "2x3", "2, 3"],
    ),
    (
        "shape",
        "torch.ones(2, 3)",
        ["2 × 3", "Size([2,3])", "2 by 3", "shape (2, 3)", "`(2, 3)`", " ( 2 ,3 ) "],
    ),
    ("shape", "torch.tensor(1.)", ["()", "[]", "torch.Size([])", "scalar", "( )", "0-d"]),
    ("shape", "torch.ones(3)", ["(3,)", "3", "(3)", "[3]", "torch.Size([3])"]),
    ("shape", "torch.ones(0, 4)", ["(0, 4)", "0 4"]),
    (
        "dtype",
        "torch.ones(1)",
        ["torch.float32", "float32", "float", "torch.float", "Float32", "'float32'"],
    ),
    (
        "dtype",
        "torch.ones(1)",
        ["dtype=torch.float32", "f32", "float 32", "FloatTensor", "torch.FloatTensor"],
    ),
    (
        "dtype",
        "torch.tensor([1])",
        ["torch.int64", "int64", "long", "torch.long", "i64", "LongTensor"],
    ),
    ("dtype", "torch.tensor([True])", ["bool", "torch.bool", "boolean"]),
    ("dtype", "torch.ones(1).double()", ["float64", "double", "torch.double"]),
    (
        "value",
        "torch.tensor(3.)",
        ["3", "3.", "3.0", "tensor(3.)", "tensor(3)", "torch.tensor(3.0)", "6/2"],
    ),
    (
        "value",
        "torch.tensor([1., 2.])",
        ["[1, 2]", "tensor([1., 2.])", "1, 2", "1 2", "(1.0, 2.0)", "[1 2]"],
    ),
    (
        "value",
        "torch.tensor([1., 2.])",
        ["tensor([1., 2.], requires_grad=True)", "torch.tensor([1.0,2.0])"],
    ),
    (
        "value",
        "torch.tensor([[1, -2], [3, 4]])",
        ["[[1, -2], [3, 4]]", "tensor([[1, -2],\n [3, 4]])"],
    ),
    (
        "value",
        "torch.tensor(1.) / 3",
        ["0.333", "0.33", "1/3", "0.3333", ".3333", "0.33333334", "0.334"][:6],
    ),
    ("value", "torch.tensor(2.) / 3", ["0.667", "0.67", "0.66", "0.6667", "2/3", "tensor(0.6667)"]),
    ("value", "torch.tensor([1.]).exp()", ["[2.718]", "[2.72]", "tensor([2.7183])", "[2.71828]"]),
    ("value", "torch.tensor(1.2346e-5)", ["1.2346e-05", "1.23e-5", "0.0000123"]),
    ("value", "True", ["True", "true", "TRUE"]),
    (
        "value",
        "torch.tensor([True, False])",
        ["[True, False]", "tensor([ True, False])", "[true,false]"],
    ),
    ("value", "None", ["None", "none", "null"]),
    ("value", "7", ["7", "7.0", " 7 ", "`7`"]),
    ("value", "-2.5", ["-2.5", "-2.50", "-5/2"]),
    ("value", "'abc'", ["abc", "'abc'", '"abc"']),
    ("value", "torch.tensor(float('nan'))", ["nan", "NaN", "tensor(nan)", "float('nan')"]),
    ("value", "torch.tensor([float('inf')])", ["[inf]", "tensor([inf])"]),
    ("value", "(1, 2)", ["(1, 2)", "1, 2", "[1, 2]"]),
    ("value", "torch.ones(2, 3).shape", ["(2, 3)", "torch.Size([2, 3])", "2 3"]),
    ("value", "torch.float32", ["torch.float32", "float32"]),
    (
        "value",
        "torch.ones(1).device",
        ["cpu", "device('cpu')", "torch.device('cpu')", "device(type='cpu')"],
    ),
    ("value", "{'a': 1}", ["{'a': 1}", '{"a": 1}']),
    ("value", "torch.empty(0)", ["[]", "tensor([])"]),
    (
        "value",
        "nn.Parameter(torch.ones(2))",
        ["[1, 1]", "Parameter containing:\ntensor([1., 1.], requires_grad=True)"],
    ),
    (
        "value",
        "torch.ones(2, requires_grad=True) * 2",
        ["[2, 2]", "tensor([2., 2.], grad_fn=<MulBackward0>)"],
    ),
    ("value", "10**18 + 1", ["1000000000000000001", "10**18 + 1"]),
]


@pytest.mark.parametrize(
    ("ask", "expression", "typed"), [(a, e, t) for a, e, texts in _RIGHT for t in texts]
)
def test_a_right_prediction_passes_however_it_is_typed(
    ask: str, expression: str, typed: str
) -> None:
    """What a person naturally writes is accepted."""
    finding = _predict(ask, f"y = {expression}", typed)
    assert finding.status == "pass", finding
    assert finding.expected


_WRONG = [
    ("shape", "torch.ones(2, 3)", "(3, 2)", "transposed"),
    ("shape", "torch.ones(2, 3)", "(2,)", "missing-dimension"),
    ("shape", "torch.ones(2, 3)", "(1, 2, 3)", "extra-dimension"),
    ("shape", "torch.ones(2, 3)", "(2, 4)", "wrong-shape"),
    ("shape", "torch.ones(2, 3)", "6", "missing-dimension"),
    ("shape", "torch.ones(2, 3)", "(2, n)", "unreadable"),
    ("shape", "torch.ones(2, 3)", "", "unreadable"),
    ("shape", "torch.ones(2, 3)", "(2, 3", "unreadable"),
    ("shape", "torch.tensor(1.)", "(1,)", "extra-dimension"),
    ("shape", "torch.ones(1)", "()", "missing-dimension"),
    ("dtype", "torch.ones(1)", "float64", "wrong-dtype"),
    ("dtype", "torch.ones(1)", "int64", "wrong-dtype"),
    ("dtype", "torch.ones(1)", "double", "wrong-dtype"),
    ("dtype", "torch.ones(1)", "int", "wrong-dtype"),
    ("dtype", "torch.ones(1).double()", "float", "wrong-dtype"),
    ("dtype", "torch.tensor([1])", "int32", "wrong-dtype"),
    ("dtype", "torch.tensor([1])", "torch.int", "wrong-dtype"),
    ("dtype", "torch.tensor([1])", "int", "unreadable"),
    ("dtype", "torch.tensor([1])", "number", "unreadable"),
    ("value", "torch.tensor(3.)", "4", "wrong-values"),
    ("value", "torch.tensor(3.)", "-3", "sign-flipped"),
    ("value", "torch.tensor(3.)", "[3]", "extra-dimension"),
    ("value", "torch.tensor([3.])", "3", "missing-dimension"),
    ("value", "torch.tensor(3.)", "3.01", "wrong-values"),
    ("value", "torch.tensor(1000.)", "1001", "wrong-values"),
    ("value", "torch.tensor(0.25)", "0.254", "wrong-values"),
    ("value", "torch.tensor(0.34)", "0.33", "wrong-values"),
    ("value", "torch.tensor(1.) / 3", "0.3", "wrong-values"),
    ("value", "torch.tensor(1.) / 3", "0.34", "wrong-values"),
    ("value", "torch.tensor(2.5)", "2", "wrong-values"),
    ("value", "torch.tensor([1., 2.])", "[1, 3]", "wrong-values"),
    ("value", "torch.tensor([1., 2.])", "[1, 2, 3]", "wrong-length"),
    ("value", "torch.tensor([1., 2.])", "[[1, 2]]", "extra-dimension"),
    ("value", "torch.tensor([[1., 2.]])", "[1, 2]", "missing-dimension"),
    ("value", "torch.tensor([1., 2.])", "spam eggs", "unreadable"),
    ("value", "True", "False", "wrong-values"),
    ("value", "True", "1", "wrong-type"),
    ("value", "1", "True", "wrong-type"),
    ("value", "None", "0", "wrong-type"),
    ("value", "torch.tensor(1.)", "None", "wrong-type"),
    ("value", "torch.tensor(float('nan'))", "0", "wrong-values"),
    ("value", "torch.tensor(float('inf'))", "nan", "wrong-values"),
    ("value", "torch.tensor(1.)", "nan", "wrong-values"),
    ("value", "torch.tensor(1.)", "y", "wrong-type"),
    ("value", "torch.tensor(1.)", "__import__('os').system('true')", "unreadable"),
    ("value", "torch.tensor(1.)", "9**9**9", "unreadable"),
    ("value", "torch.tensor(1.)", "[" * 500, "unreadable"),
    ("value", "'abc'", "abd", "wrong-type"),
    ("value", "{'a': 1}", "{'a': 2}", "wrong-values"),
    ("value", "{'a': 1}", "1", "wrong-type"),
]


@pytest.mark.parametrize(("ask", "expression", "typed", "code"), _WRONG)
def test_a_wrong_prediction_fails_and_says_how(
    ask: str, expression: str, typed: str, code: str
) -> None:
    """The code names what is different; the truth stands in `expected` alone."""
    finding = _predict(ask, f"y = {expression}", typed)
    assert (finding.status, finding.code) == ("fail", code), finding
    assert finding.message
    assert finding.expected not in finding.message or len(finding.expected) < 5


_PRINTS = "print(torch.tensor([1., 2.]))\nprint('a', 3)"


@pytest.mark.parametrize(
    ("code", "typed", "right"),
    [
        (_PRINTS, "tensor([1., 2.])\na 3", True),
        (_PRINTS, "  tensor([1.,2.])  \n\n a   3 \n", True),
        (_PRINTS, "tensor([1., 2.]) a 3", True),
        (_PRINTS, "tensor([1.0, 2.0])\\na 3", True),
        (_PRINTS, "tensor([1, 2])\na 3", False),
        (_PRINTS, "tensor([1., 2.])", False),
        (_PRINTS, "a 3\ntensor([1., 2.])", False),
        ("print(2.0)", "2.0", True),
        ("print(2.0)", "2", False),
        ("print(2)", "2.0", False),
        ("print(True)", "true", True),
        ("print('x')", "'x'", True),
        ("x = 1", "", True),
        ("x = 1", "nothing", True),
        ("x = 1", "1", False),
        ("print(1)", "", False),
        ("print(1.25)", "1.25", True),
        ("print(10)", "1", False),
        ("print(1.05)", "1.5", False),
        ("print(100.0)", "1.0", False),
    ],
)
def test_output_is_compared_without_white_space(code: str, typed: str, right: bool) -> None:
    """Line breaks and spaces do not count, numbers and words do."""
    assert (_predict("output", code, typed).status == "pass") is right


@pytest.mark.parametrize(
    ("code", "typed", "expected"),
    [
        ("torch.ones(2) @ torch.ones(3)", "RuntimeError", ""),
        ("torch.ones(2) @ torch.ones(3)", "RuntimeError: size mismatch", ""),
        ("torch.ones(2) @ torch.ones(3)", "runtime error", ""),
        ("torch.ones(2) @ torch.ones(3)", "a RuntimeError.", ""),
        ("torch.ones(2) @ torch.ones(3)", "it raises RuntimeError", ""),
        ("torch.ones(2) @ torch.ones(3)", "Runtime", ""),
        ("torch.ones(2) @ torch.ones(3)", "ValueError", "wrong-error"),
        ("torch.ones(2) @ torch.ones(3)", "none", "wrong-prediction"),
        ("torch.ones(2) @ torch.ones(3)", "Exception", "wrong-error"),
        ("torch.ones(2) @ torch.ones(3)", "error", "unreadable"),
        ("torch.ones(2) @ torch.ones(3)", "", "unreadable"),
        ("x = 1", "none", ""),
        ("x = 1", "None", ""),
        ("x = 1", "no error", ""),
        ("x = 1", "it works", ""),
        ("x = 1", "ValueError", "not-raised"),
        ("raise SystemExit", "SystemExit", ""),
        ("def f(): return f()\nf()", "RecursionError", ""),
        (
            "class A(nn.Module):\n    def __init__(self): self.l = nn.Linear(1, 1)\nA()",
            "AttributeError",
            "",
        ),
        ("x = (", "SyntaxError", ""),
    ],
)
def test_errors_are_compared_by_type(code: str, typed: str, expected: str) -> None:
    """With or without a message, or `none`."""
    assert _predict("error", code, typed).code == expected


@pytest.mark.parametrize(
    ("ask", "code", "of"),
    [
        ("value", "y = 1/0", "y"),
        ("value", "x = 1", "y"),
        ("value", "y = object()", "y"),
        ("shape", "y = 3", "y"),
        ("dtype", "y = 'a'", "y"),
        ("output", "print(1)\nraise ValueError", ""),
    ],
)
def test_code_that_does_not_answer_its_question_is_the_lessons_fault(
    ask: str, code: str, of: str
) -> None:
    """The learner is not to blame for a question without an answer."""
    assert _predict(ask, code, "1", of).status == "error"


def test_the_code_of_a_lesson_runs_after_setup_and_leaves_it_alone() -> None:
    """Names of setup are seen; the output of asking is not mixed into what is printed."""
    check = Prediction(target="z", code="z = base + 1\nprint('noise')", ask="value")
    assert examine(check, answer="6", setup="base = 5").status == "pass"


@pytest.mark.parametrize(
    ("ask", "left", "right", "same"),
    [
        ("shape", "(2, 3)", "2x3", True),
        ("shape", "(2, 3)", "(3, 2)", False),
        ("dtype", "torch.float", "float32", True),
        ("value", "[1, 2]", "tensor([1., 2.])", True),
        ("value", "1/2", "0.5", True),
        ("value", "True", "1", False),
        ("error", "ValueError: x", "value error", True),
        ("error", "none", "no error", True),
        ("output", "a  b", "a b", True),
        ("shape", "what?", "What ?", True),
    ],
)
def test_predictions_that_mean_the_same_are_recognised(
    ask: Any, left: str, right: str, same: bool
) -> None:
    """A listed wrong prediction is recognised in other spellings."""
    check = Prediction(target="y", code="y = 1", ask=ask)
    assert check.behaves_like((), (), source=left, other_source=right) is same
