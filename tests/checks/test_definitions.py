from __future__ import annotations

import pytest

from checks import Defines, Finding, Lines
from checks.registry import build


def _lines(source: str, at_most: int, target: str = "answer") -> Finding:
    return Lines(target=target, at_most=at_most).compare((), (), source=source)


_COUNTED = [
    ("", 0),
    ("import torch\nfrom torch import nn\n", 0),
    ('"""What it does."""\n# a comment\n\nx = 1  # another\n', 1),
    ("x = [\n    1,\n    2,\n]", 1),
    ("x = 1; y = 2", 2),
    ("if x: y = 1", 2),
    ("if x:\n    y = 1\nelif z:\n    y = 2\nelse:\n    y = 3", 6),
    ("for i in x:\n    y = 1\nelse:\n    y = 2", 4),
    ("while x:\n    y = 1", 2),
    ("try:\n    x = 1\nexcept ValueError:\n    x = 2\nelse:\n    x = 3\nfinally:\n    x = 4", 8),
    ("with a, b:\n    x = 1", 2),
    ("match x:\n    case 1:\n        y = 1\n    case _:\n        y = 2", 5),
    ("@a\n@b(1)\ndef f(x):\n    '''Doc.'''\n    return x", 4),
    ("class A:\n    '''Doc.'''\n    x = 1\n\n    def f(self):\n        return 1", 4),
    ("f = lambda x: x", 1),
]


@pytest.mark.parametrize(("source", "lines"), _COUNTED)
def test_lines_of_code_are_counted_and_layout_is_not(source: str, lines: int) -> None:
    """A formatter, a comment or a docstring changes nothing."""
    assert _lines(source, max(lines, 1)).status == "pass"
    if lines > 1:
        finding = _lines(source, lines - 1)
        assert (finding.status, finding.code) == ("fail", "too-long")
        assert f"{lines} lines of code" in finding.message
        assert finding.details == {"lines": lines, "at_most": lines - 1}


_MODEL = "class M:\n    x = 1\n    def f(self, x):\n        y = x\n        return y\n"


@pytest.mark.parametrize(
    ("source", "target", "lines"),
    [
        ("x = 1\ndef f(x):\n    '''Doc.'''\n    y = x\n    return y", "f", 2),
        ("x = 1\nf = lambda x: x", "f", 1),
        (_MODEL, "M", 4),
        (_MODEL, "M.f", 2),
        ("def f(x):\n    return 1\n    return 2\ndef f(x):\n    return 3", "f", 1),
    ],
)
def test_one_function_can_be_counted(source: str, target: str, lines: int) -> None:
    """Its body; of several definitions the last."""
    assert _lines(source, lines, target).status == "pass"
    if lines > 1:
        assert f"`{target}` has {lines} lines" in _lines(source, lines - 1, target).message


@pytest.mark.parametrize(
    ("source", "target"), [("x = 1", "f"), (_MODEL, "M.g"), ("f = abs", "f"), ("f = 1", "f.g")]
)
def test_what_is_not_there_has_no_lines(source: str, target: str) -> None:
    """It does not pass for short."""
    finding = _lines(source, 9, target)
    assert (finding.status, finding.code) == ("fail", "not-defined")


def _defines(source: str, target: str) -> Finding:
    return Defines(target=target).compare((), (), source=source)


@pytest.mark.parametrize(
    ("target", "source"),
    [
        ("f", "def f(): pass"),
        ("f", "f = abs"),
        ("f", "f, g = 1, 2"),
        ("f", "f: int = 1"),
        ("f", "from m import g as f"),
        ("f", "import f.g"),
        ("f", "if True:\n    f = 1"),
        ("f", "for f in x: pass"),
        ("f", "with a as f: pass"),
        ("f", "async def f(): pass"),
        ("M", "class M: pass"),
        ("M.f", "class M:\n    def f(self): pass"),
        ("f(x, dim=-1)", "def f(x, dim=-1): pass"),
        ("f(x, dim=-1)", "def f(x: int, dim: int = -1) -> int: pass"),
        ("f(x, dim=-1)", "f = lambda x, dim=-1: x"),
        ("f(x, dim=...)", "def f(x, dim=3): pass"),
        ("f(x, eps=1e-8)", "def f(x, eps=0.00000001): pass"),
        ("f(x)", "def f(x, extra=1, *rest, more=2, **others): pass"),
        ("f(x, *, dim)", "def f(x, *, dim): pass"),
        ("f(x, *, dim)", "def f(x, dim): pass"),
        ("f(x, y)", "def f(*args): pass"),
        ("f()", "def f(): pass"),
        ("f(x)", "def f(y): pass\ndef f(x): pass"),
        ("M(a, b=2)", "class M:\n    def __init__(self, a, b=2): pass"),
        ("M.f(x)", "class M:\n    def f(self, x): pass"),
        ("M.f(self, x)", "class M:\n    def f(self, x): pass"),
        ("M.f(x)", "class M:\n    @staticmethod\n    def f(x): pass"),
        ("f(x, *args)", "def f(x, y, *args): pass"),
    ],
)
def test_a_definition_is_found_in_any_form(target: str, source: str) -> None:
    """More parameters are right as long as they have defaults."""
    finding = _defines(source, target)
    assert finding.status == "pass", finding.message


@pytest.mark.parametrize(
    ("target", "source", "code", "words"),
    [
        ("f", "g = 1", "not-defined", "`f` is not defined."),
        ("normalise", "def normalize(x): pass", "not-defined", "The answer defines `normalize`"),
        ("f", "def g():\n    f = 1", "not-defined", "`f`"),
        ("f", "f\nf.x = 1\nf[0] = 2", "not-defined", "`f`"),
        ("f", "g = lambda: (f := 1)", "not-defined", "`f`"),
        ("M.f", "class M:\n    pass", "not-defined", "`M` has no `f`"),
        ("f(x)", "f = abs", "wrong-definition", "defined with `def`, as `f(x)`"),
        ("f(x)", "f = functools.partial(g, 1)", "wrong-definition", "with `def`"),
        ("f(x, dim)", "def f(x, axis): pass", "wrong-definition", "called `axis`, but `dim`"),
        (
            "f(x, dim)",
            "def f(dim, x): pass",
            "wrong-definition",
            "parameter 1 of `f` is called `dim`",
        ),
        ("f(x, dim)", "def f(x): pass", "wrong-definition", "no parameter `dim`"),
        ("f(x, *, dim)", "def f(x): pass", "wrong-definition", "no parameter `dim`"),
        (
            "f(x, dim=-1)",
            "def f(x, dim): pass",
            "wrong-definition",
            "should have a default: `dim=-1`",
        ),
        ("f(x, dim=-1)", "def f(x, dim=1): pass", "wrong-definition", "is 1, but -1 is asked"),
        ("f(x, dim=-1)", "def f(*args): pass", "wrong-definition", "should have a default"),
        ("f(x)", "def f(x, y): pass", "wrong-definition", "needs `y` as well"),
        ("f(x)", "def f(x, *, y): pass", "wrong-definition", "needs `y` as well"),
        ("f(x)", "def f(x, /): pass", "wrong-definition", "take out the `/`"),
        ("M(a)", "class M:\n    def __init__(self): pass", "wrong-definition", "no parameter `a`"),
        ("M(a)", "class M: pass", "wrong-definition", "with `def`"),
        ("M.f(x)", "class M:\n    def f(self): pass", "wrong-definition", "no parameter `x`"),
        ("f(x)", "def f(:", "syntax-error", "Line 1"),
    ],
)
def test_another_signature_is_told_apart(target: str, source: str, code: str, words: str) -> None:
    """By the first parameter that does not fit."""
    finding = _defines(source, target)
    assert (finding.status, finding.code) == ("fail", code), finding.message
    assert words in finding.message


@pytest.mark.parametrize(
    "target", ["", "f(", "f(x", "f(x))", "f g", "f(x).y", "3", "f(x, x)", "f(1)"]
)
def test_what_is_no_signature_is_refused(target: str) -> None:
    """The author reads what one looks like."""
    with pytest.raises(ValueError, match="defines"):
        build("defines", target)


@pytest.mark.parametrize(("target", "at_most"), [("f()", 1), ("answer", 0), ("", 1), ("f.1", 1)])
def test_wrong_limits_are_refused(target: str, at_most: int) -> None:
    """There is no answer of less than one line."""
    with pytest.raises(ValueError, match="lines"):
        build("lines", target, {"at_most": at_most})


def test_sources_are_alike_by_what_is_counted_or_asked() -> None:
    """A listed mistake is recognised by the same number of lines, and by the same misfit."""
    lines = Lines(target="answer", at_most=1)
    assert lines.behaves_like((), (), source="a = 1\nb = 2", other_source="x = 3; y = 4")
    assert not lines.behaves_like((), (), source="a = 1\nb = 2", other_source="x = 3")
    assert lines.behaves_like((), (), source="(", other_source=")")
    assert not lines.behaves_like((), (), source="(", other_source="x = 3")
    defines = Defines(target="f(x)")
    left = "def f(y): pass"
    assert defines.behaves_like((), (), source=left, other_source="def f(y):\n    return 1")
    assert not defines.behaves_like((), (), source=left, other_source="def f(): pass")
