"""The checks `prints`, `raises` and `no_warning`."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import pytest

from checks import Finding, NoWarning, Prints, Raises, examine
from checks.data import Nothing, Observed, Opaque, Raised, Str, Tuple, Value, Warned
from checks.listening import Ear, listening
from checks.registry import build
from tests.checks.recognising import alike

SETUP = (
    "import torch\nimport torch.nn.functional as F\nimport warnings\n"
    "p, t = torch.rand(4, 1), torch.rand(4)\n"
)


def _check(name: str, target: str, answer: str, solution: str, **params: Any) -> Finding:
    return examine(build(name, target, params), answer=answer, solution=solution, setup=SETUP)


def _prints(answer: str, solution: str, target: str = "answer", **params: Any) -> Finding:
    return _check("prints", target, answer, solution, **params)


@pytest.mark.parametrize(
    ("answer", "solution"),
    [
        ("print('a', 'b')", "print('a b')"),
        ("print('a  b ')", "print('\\ta b')"),
        ("print()\nprint('a')\nprint()", "print('a')"),
        ("print('a', end='')\nprint('b')", "print('ab')"),
        ("import sys\nsys.stdout.write('a\\n')", "print('a')"),
        ("from sys import stdout\nprint('a', file=stdout)", "print('a')"),
        ("print(0.1 + 0.2)", "print(0.3)"),
        ("print(torch.tensor([1/3, 2/3]))", "print(torch.tensor([1, 2]) / 3)"),
        ("print(torch.tensor(0.33334999))", "print(torch.tensor(0.33335001))"),
        ("print(object())", "print(object())"),
        ("print(torch.ones(2, 2))", "print(torch.ones(4).view(2, 2))"),
        ("x = 1", "pass"),
        ("print('a')", "import sys\nprint('b', file=sys.stderr)\nprint('a')"),
        ("print(torch.rand(2))", "print(torch.rand(2))"),
    ],
)
def test_the_same_output_passes_however_it_is_printed(answer: str, solution: str) -> None:
    """Spaces, blank lines, addresses and the rounding of long fractions do not count."""
    finding = _prints(answer, solution)
    assert finding.status == "pass", finding.message


@pytest.mark.parametrize(
    ("answer", "solution", "code", "words"),
    [
        (
            "x = 1",
            "print('a')",
            "printed-nothing",
            "The answer prints nothing, but `a` is",
        ),
        ("print('a')", "x = 1", "wrong-output", "nothing should be printed"),
        ("print('A b')", "print('a b')", "wrong-output", "Only upper and lower case differ."),
        ("print('ab')", "print('a b')", "wrong-output", "Only the spaces differ."),
        ("print('a, b')", "print('a b')", "wrong-output", "Only punctuation differs."),
        ("print('x = 1')", "print('x = 1.0')", "wrong-output", "written in another way"),
        ("print(0.5)", "print('0.50')", "wrong-output", "written in another way"),
        ("print('learning rates')", "print('learning rate')", "wrong-output", "letter by letter"),
        ("print(1)", "print(2)", "wrong-output", "it is `1`, but `2` is expected"),
        ("print(1)\nprint(2)", "print(1)\nprint(3)", "wrong-output", "line 2 is `2`"),
        ("print(1)", "print(1)\nprint(2)\nprint(3)", "wrong-output", "2 lines are missing: `2`"),
        ("print(2)", "print(1)\nprint(2)", "wrong-output", "`1` is missing before line 1"),
        (
            "print(1)\nprint(9)\nprint(2)",
            "print(1)\nprint(2)",
            "wrong-output",
            "`9` in line 2 is one",
        ),
        ("print(1)\nprint(2)", "print(1)", "wrong-output", "`2` in line 2 is one line too many"),
        ("print(2)\nprint(1)", "print(1)\nprint(2)", "wrong-output", "in another order"),
        ("print(0.123)", "print(0.124)", "wrong-output", "`0.124`"),
        ("print(torch.tensor(0.3333))", "print(torch.tensor(0.3336))", "wrong-output", "0.3336"),
    ],
)
def test_other_output_is_explained_by_its_first_line(
    answer: str, solution: str, code: str, words: str
) -> None:
    """Missing, too many, in another order, or nearly right."""
    finding = _prints(answer, solution)
    assert (finding.status, finding.code) == ("fail", code), finding.message
    assert words in finding.message


def test_a_call_is_listened_to_by_itself() -> None:
    """What the answer printed before does not count, nor does what the call returns."""
    solution = "def f(n):\n    print('n is', n)"
    answer = "print('loading')\ndef f(n):\n    print(f'n is {n}')\n    return n"
    assert _prints(answer, solution, "f(3)").status == "pass"
    finding = _prints("def f(n):\n    return f'n is {n}'", solution, "f(3)")
    assert finding.code == "printed-nothing"
    assert "It returns the text: `print(...)` prints it." in finding.message
    finding = _prints("def f(n):\n    print(n)\n    return 1 / 0", solution, "f(3)")
    assert (finding.code, finding.line) == ("raised", 3)
    assert _prints("g = 1", solution, "f(3)").code == "not-defined"


def test_case_can_be_left_out() -> None:
    """One relaxation."""
    assert _prints("print('HELLO')", "print('hello')", any_case=True).status == "pass"
    assert _prints("print('HALLO')", "print('hello')", any_case=True).status == "fail"


def test_a_flood_is_cut_and_still_told_apart() -> None:
    """The beginning counts; nothing is kept without bound."""
    flood = "for i in range(60_000):\n    print(i)"
    assert _prints(flood, flood).status == "pass"
    assert _prints(flood, "print(1)").status == "fail"


def _raises(answer: str, solution: str, target: str = "f(-1)", **params: Any) -> Finding:
    return _check("raises", target, answer, solution, **params)


_REFUSES = "def f(n):\n    if n < 0:\n        raise ValueError(f'n must be positive, not {n}')"


@pytest.mark.parametrize(
    "answer",
    [
        "def f(n):\n    raise ValueError",
        "class Own(ValueError): pass\ndef f(n):\n    raise Own('x')",
        "def f(n):\n    int('x')",
        "class E:\n    def __call__(self, n): raise ValueError\nf = E()",
    ],
)
def test_the_same_exception_passes_however_it_comes_up(answer: str) -> None:
    """A subclass is of that type, too; the text does not count."""
    assert _raises(answer, _REFUSES).status == "pass"


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ("def f(n):\n    return n", "not-raised", "should raise ValueError, but it gave -1"),
        ("def f(n): pass", "not-raised", "it gave None"),
        ("def f(n):\n    raise TypeError('no')", "wrong-error", "TypeError on line 2: no"),
        ("def f(n):\n    assert n > 0", "wrong-error", "AssertionError"),
        ("def f(n):\n    raise Exception('x')", "wrong-error", "but ValueError is expected"),
        ("def f(): pass", "wrong-error", "TypeError"),
        ("g = 1", "not-defined", "`f` is not defined"),
        ("f = 1", "wrong-error", "TypeError"),
        ("1/0", "raised", "ZeroDivisionError"),
        ("raise ValueError", "raised", "The answer raised ValueError"),
    ],
)
def test_another_exception_or_none_is_named(answer: str, code: str, words: str) -> None:
    """With what came instead."""
    finding = _raises(answer, _REFUSES)
    assert (finding.status, finding.code) == ("fail", code), finding.message
    assert words in finding.message


def test_a_text_can_be_asked_for() -> None:
    """In any case, and anywhere in it."""
    answer = "def f(n):\n    raise ValueError('n should be POSITIVE')"
    assert _raises(answer, _REFUSES, matches="positive").status == "pass"
    finding = _raises("def f(n):\n    raise ValueError('no')", _REFUSES, matches="positive")
    assert (finding.code, finding.line) == ("wrong-error-text", 2)
    assert "'no'" in finding.message
    assert _raises(answer, _REFUSES, matches="negative").status == "error"
    with pytest.raises(ValueError, match="regular expression"):
        build("raises", "f()", {"matches": "("})


@pytest.mark.parametrize("solution", ["def f(n): pass", "g = 1", "1/0", "f = None\ndel f"])
def test_a_solution_that_does_not_raise_is_the_lessons_fault(solution: str) -> None:
    """A name that is missing is no exception that anybody asked for."""
    assert _raises(_REFUSES, solution).status == "error"


def _quiet(answer: str, solution: str = "y = 1", target: str = "answer", **params: Any) -> Finding:
    return _check("no_warning", target, answer, solution, **params)


_LOSS = "def loss():\n    return F.mse_loss({}, t)"


def test_a_warning_is_shown_with_its_line_and_what_to_do() -> None:
    """Also one that comes up inside of torch."""
    solution = _LOSS.format("p[:, 0]")
    finding = _quiet(_LOSS.format("p"), solution, "loss()")
    assert (finding.status, finding.code, finding.line) == ("fail", "warned", 2)
    assert "`loss()` gives a UserWarning on line 2: Using a target size" in finding.message
    assert "make them the same" in finding.message
    assert _quiet(solution, solution, "loss()").status == "pass"


@pytest.mark.parametrize(
    ("answer", "line", "words"),
    [
        ("x = 1\ny = F.mse_loss(p, t)", 2, "stretched"),
        ("warnings.warn('careful')", 1, "UserWarning on line 1: careful."),
        ("w = (p.requires_grad_() * 2)\nw.grad", 2, "Only leaves"),
        ("y = torch.tensor(p)", 1, "`.detach().clone()`"),
        ("y = F.softmax(t)", 1, "Say along which dimension"),
        ("for i in range(50):\n    y = F.softmax(t)", 2, "Implicit dimension"),
        ("warnings.warn('a')\nwarnings.warn('b')", 1, "one of 2 warnings"),
    ],
)
def test_the_answers_own_run_is_listened_to(answer: str, line: int, words: str) -> None:
    """What came up while it ran is known afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        finding = _quiet(answer)
    assert (finding.status, finding.code, finding.line) == ("fail", "warned", line)
    assert words in finding.message


def test_only_the_category_counts() -> None:
    """And what is derived from it."""
    answer = "warnings.warn('old', DeprecationWarning)"
    assert _quiet(answer, category="UserWarning").status == "pass"
    assert _quiet(answer, category="DeprecationWarning").status == "fail"
    assert _quiet(answer).status == "fail"
    with pytest.raises(ValueError, match="category"):
        build("no_warning", "answer", {"category": "a b"})


@pytest.mark.parametrize("solution", ["warnings.warn('x')", "1/0"])
def test_a_solution_that_warns_is_the_lessons_fault(solution: str) -> None:
    """It cannot ask for what it does not do."""
    assert _quiet("y = 1", solution).status == "error"


def test_a_call_that_fails_does_not_pass_for_quiet() -> None:
    """No warning came up, but no result either."""
    assert _quiet("g = 1", "def f(): pass", "f()").code == "not-defined"
    assert _quiet("def f(): 1/0", "def f(): pass", "f()").code == "raised"


_FORGED: list[Value | None] = [
    None,
    Nothing(),
    Str("x" * 10_000),
    Str("\0\x1b[2J"),
    Tuple((Str("a"),)),
    Opaque("x"),
]


@pytest.mark.parametrize("forged", _FORGED)
def test_forged_observations_never_pass_for_good_ones(forged: Value | None) -> None:
    """Missing and odd ones fail; none of them stops the judge."""
    after = {} if forged is None else {"printed": forged}
    sent = (Observed(after=after, value=forged),)
    prints, raises, quiet = (
        Prints(target="answer"),
        Raises(target="f()"),
        NoWarning(target="answer"),
    )
    reference = (Observed(value=Nothing(), after={"printed": Str("a")}),)
    refused = (Observed(raised=Raised(type="ValueError", bases=("ValueError",), stage="call")),)
    assert prints.compare(sent, reference, source="").status == "fail"
    assert raises.compare(sent, refused, source="").status == "fail"
    finding = quiet.compare(sent, reference, source="")
    assert finding.status == ("pass" if isinstance(forged, Nothing) else "fail")
    for check in (prints, raises, quiet):
        assert (
            check.compare((), refused if check is raises else reference, source="").status == "fail"
        )
        check.behaves_like(sent, sent)
        check.behaves_like(sent, reference)


@pytest.mark.parametrize(
    "forged",
    [
        Warned("(", -5, "Warning", ("Warning",)),
        Warned("", 10**9, "Warning"),
        Warned("x" * 10_000, None, "", ("Warning",) * 100),
    ],
)
def test_forged_warnings_only_fail(forged: Warned) -> None:
    """Odd lines and texts stop nothing."""
    check = NoWarning(target="f()")
    sent = (Observed(value=Nothing(), warnings=(forged,)),)
    finding = check.compare(sent, (Observed(value=Nothing()),), source="x = 1")
    assert (finding.status, finding.code, finding.line) == ("fail", "warned", None)
    check.behaves_like(sent, sent)


def test_answers_are_alike_by_what_they_show() -> None:
    """The same text, the same exception, the same warnings."""
    prints = Prints(target="answer")
    assert alike(prints, "print(1)", "print('1')", setup=SETUP)
    assert not alike(prints, "print(1)", "print(2)", setup=SETUP)
    call = Prints(target="f()")
    assert not alike(call, "def f(): return 1", "def f(): return 2", setup=SETUP)
    assert alike(call, "def f(): return 1", "def f():\n    return 1", setup=SETUP)
    raises = Raises(target="f()", matches="big")
    big, small = "def f(): raise ValueError('too big')", "def f(): raise ValueError('small')"
    assert alike(raises, big, "def f():\n    raise ValueError('too big')", setup=SETUP)
    assert not alike(raises, big, small, setup=SETUP)
    assert not alike(raises, big, "def f(): raise TypeError('big')", setup=SETUP)
    assert not alike(raises, "def f(): return 1", "def f(): return 2", setup=SETUP)
    quiet = NoWarning(target="f()")
    warn = "def f(): warnings.warn('{}')"
    assert alike(quiet, warn.format("size 3"), warn.format("size 5"), setup=SETUP)
    assert not alike(quiet, warn.format("size"), warn.format("dim"), setup=SETUP)
    assert not alike(quiet, warn.format("size"), "def f(): pass", setup=SETUP)


def test_an_ear_passes_everything_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Learners see their output as ever, and a stream of their own is left in place."""
    with listening() as heard:
        sys.stdout.write("one\n")
        sys.displayhook("shown")
        sys.stdout.writelines(["two", "\n"])
        sys.stdout.flush()
        assert sys.stdout.encoding
    assert (heard.printed, heard.shown) == ("one\ntwo\n", "'shown'\n")
    assert capsys.readouterr().out == "one\n'shown'\ntwo\n"
    before = sys.stdout
    own: Any = Ear()
    with listening():
        sys.stdout = own
    assert sys.stdout is own
    sys.stdout = before
