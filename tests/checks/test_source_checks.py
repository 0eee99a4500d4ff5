from __future__ import annotations

import pytest

from checks import Avoids, Uses

_USED = [
    ("cumsum", "y = torch.cumsum(x, 0)"),
    ("cumsum", "y = x.cumsum(0)"),
    ("cumsum", "import torch as t\ny = t.cumsum(x, 0)"),
    ("cumsum", "from torch import cumsum\ny = cumsum(x, 0)"),
    ("cumsum", "from torch import cumsum as c\ny = c(x, 0)"),
    ("cumsum", "c = torch.cumsum\ny = c(x, 0)"),
    ("cumsum", "y = getattr(torch, 'cumsum')(x, 0)"),
    ("cumsum", "y = getattr(x, 'cum' + 'sum')(0)"),
    ("cumsum", "y = torch.__dict__['cumsum'](x, 0)"),
    ("cumsum", "y = vars(torch)['cumsum'](x, 0)"),
    ("cumsum", "from operator import methodcaller\ny = methodcaller('cumsum', 0)(x)"),
    ("cumsum", "from torch import *\ny = cumsum(x, 0)"),
    ("cumsum", "def helper(x):\n    return x.cumsum(0)\ny = helper(x)"),
    ("cumsum", "f = lambda x: x.cumsum(0)"),
    ("torch.cumsum", "y = torch.cumsum(x, 0)"),
    ("torch.cumsum", "from torch import cumsum\ny = cumsum(x, 0)"),
    ("F.softmax", "y = F.softmax(x, 0)"),
    ("F.softmax", "import torch.nn.functional as fun\ny = fun.softmax(x, 0)"),
    ("F.softmax", "y = torch.nn.functional.softmax(x, 0)"),
    ("torch.nn.functional.softmax", "y = F.softmax(x, 0)"),
    ("nn.Linear", "from torch.nn import Linear\nl = Linear(1, 1)"),
    ("nn.Linear", "import torch\nl = torch.nn.Linear(1, 1)"),
    ("for", "for i in x:\n    pass"),
    ("for", "y = [i for i in x]"),
    ("for", "y = sum(i for i in x)"),
    ("for", "y = {i: 1 for i in x}"),
    ("while", "while True:\n    break"),
    ("with", "with torch.no_grad():\n    pass"),
    ("no_grad", "@torch.no_grad()\ndef f(): pass"),
    ("lambda", "f = lambda: 1"),
    ("if", "y = 1 if x else 2"),
    ("@", "y = a @ b"),
    ("matmul", "y = a @ b"),
    ("matmul", "y = torch.matmul(a, b)"),
    ("recursion", "def f(n):\n    return n and f(n - 1)"),
    ("recursion", "def f(n):\n    return g(n)\ndef g(n):\n    return f(n)"),
    ("recursion", "f = lambda n: n and f(n - 1)"),
    ("recursion", "class A:\n    def f(self):\n        return self.f()"),
    ("sum", "y = sum(x)"),
    ("sum", "y = x.sum()"),
]

_UNUSED = [
    ("cumsum", "def cumsum(x):\n    return x\ny = cumsum(x)"),
    ("cumsum", "cumsum = lambda x: x\ny = cumsum(x)"),
    ("cumsum", "# cumsum\ny = 'torch.cumsum'"),
    ("cumsum", "import torch\nfrom torch import cumsum"),
    ("cumsum", "def f(cumsum):\n    return cumsum + 1"),
    ("cumsum", "class A:\n    def cumsum(self): return 1\n    def g(self): return self.cumsum()"),
    ("cumsum", "x.cumsum = 3"),
    ("cumsum", "y = torch.cumprod(x, 0)"),
    ("sum", "sum = 0\nsum += 1"),
    ("torch.softmax", "y = F.softmax(x, 0)"),
    ("F.softmax", "y = torch.softmax(x, 0)"),
    ("nn.Linear", "y = F.linear(x, w)"),
    ("for", "y = x.sum()  # for"),
    ("while", "for i in x:\n    pass"),
    ("recursion", "def f(n):\n    return g(n)\ndef g(n):\n    return n"),
    ("matmul", "y = a * b"),
]


@pytest.mark.parametrize(("name", "source"), _USED)
def test_a_use_is_found(name: str, source: str) -> None:
    """Functions, methods, aliases, strings in getattr: `avoids` finds it and `uses` accepts it."""
    found = Avoids(target=name).compare((), (), source=source)
    assert (found.status, found.code) == ("fail", "forbidden")
    assert found.line is not None
    assert f"`{name}`" in found.message
    assert str(found.line) in found.message
    assert Uses(target=(name,)).compare((), (), source=source).status == "pass"


@pytest.mark.parametrize(("name", "source"), _UNUSED)
def test_what_is_no_use_is_not_found(name: str, source: str) -> None:
    """Own definitions, comments, strings and imports alone are no use."""
    assert Avoids(target=name).compare((), (), source=source).status == "pass"
    missing = Uses(target=name).compare((), (), source=source)
    assert (missing.status, missing.code) == ("fail", "not-used")
    assert f"`{name}`" in missing.message


@pytest.mark.parametrize(
    ("name", "source"),
    [("while", "y = [i for i in x]"), ("add", "x.add_(1)"), ("relu", "x.relu_()")],
)
def test_near_relatives_are_avoided_and_do_not_count_as_used(name: str, source: str) -> None:
    """What must be avoided is read broadly, what must be used narrowly."""
    assert Avoids(target=name).compare((), (), source=source).status == "fail"
    assert Uses(target=name).compare((), (), source=source).status == "fail"


def test_the_first_line_is_shown_and_all_are_listed() -> None:
    """A display can mark every line."""
    source = "a = 1\nfor i in x:\n    pass\nb = [i for i in x]\n"
    finding = Avoids(target=("while", "for")).compare((), (), source=source)
    assert finding.line == 2
    assert finding.details["lines"] == [2, 4]
    assert "for i in x" in finding.actual


def test_all_names_are_asked_for() -> None:
    """`uses` needs each of them."""
    check = Uses(target=("exp", "sum"))
    assert check.compare((), (), source="y = x.exp() / x.exp().sum()").status == "pass"
    finding = check.compare((), (), source="y = x.exp()")
    assert finding.details["missing"] == ["sum"]


@pytest.mark.parametrize("source", ["def f(:", "x = (", "\0", "(" * 5000])
def test_text_that_is_no_python_is_a_fail_that_says_so(source: str) -> None:
    """Neither check crashes on it."""
    for check in (Uses(target="for"), Avoids(target="for")):
        finding = check.compare((), (), source=source)
        assert (finding.status, finding.code) == ("fail", "syntax-error")


def test_sources_behave_alike_if_they_use_the_same() -> None:
    """A listed mistake is recognised by what it uses."""
    check = Avoids(target=("for", "while"))
    loop, other = "for i in x: pass", "y = [i for i in x]"
    assert check.behaves_like((), (), source=loop, other_source=loop + "\nz = 1")
    assert not check.behaves_like((), (), source=loop, other_source=other)
    assert not check.behaves_like((), (), source=loop, other_source="y = 1")


@pytest.mark.parametrize(
    "source",
    [
        "class N:\n    def f(self): return 1\nclass M(N):\n    def g(self): return self.f()",
        "def total(x):\n    total = 0\n    for v in x:\n        total += v\n    return total",
        "def norm(x):\n    return x.norm()",
        "class M:\n    def norm(self, x):\n        norm = x.norm()\n        return x / norm",
        "class A:\n    def forward(self, x):\n        return super().forward(x)",
        "class A:\n    def f(self): return self.g()\nclass B:\n    def g(self): return self.f()",
        "def f(x, f=None):\n    return f",
        "def f(x):\n    return [f for f in x]",
        "def f(x):\n    return x\ny = f(f(1))",
        "def step(x):\n    for step in range(3):\n        x = x + step\n    return x",
    ],
)
def test_a_variable_of_the_functions_name_is_no_recursion(source: str) -> None:
    """Nor is a method of another object, or of a base class."""
    finding = Avoids(target="recursion").compare((), (), source=source)
    assert finding.status == "pass", finding.message


@pytest.mark.parametrize(
    "source",
    [
        "def f(n):\n    def g(m):\n        return m and g(m - 1)\n    return g(n)",
        "def f(n):\n    def g(m):\n        return f(m - 1)\n    return g(n)",
        "def f(x):\n    g = f\n    return g(x)",
        "def f(x):\n    return list(map(f, x))",
        "def f(x):\n    return [f(v) for v in x]",
        "def f(x):\n    global f\n    f = f\n    return f(x)",
        "class A:\n    def f(self): return self.g()\n    def g(self): return self.f()",
        "import functools\n@functools.cache\ndef f(n):\n    return n if n < 2 else f(n - 1)",
        "def f(x):\n    return globals()['f'](x)",
    ],
)
def test_recursion_is_found_in_any_form(source: str) -> None:
    """Nested, through others, as a value, in a class."""
    finding = Avoids(target="recursion").compare((), (), source=source)
    assert finding.code == "forbidden"
    assert finding.line is not None


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("cumsum", "y = eval('x.cumsum(0)')"),
        ("for", "code = 'for i in x: pass'\nexec(code)"),
        ("cumsum", "name = 'cumsum'\ny = getattr(x, name)(0)"),
        ("cumsum", "half = 'sum'\ny = getattr(x, f'cum{half}')(0)"),
        ("torch.cumsum", "y = __import__('torch').cumsum(x, 0)"),
        ("torch.cumsum", "import importlib\ny = importlib.import_module('torch').cumsum(x, 0)"),
        ("np", "y = np.ones(3)"),
        ("numpy", "y = np.ones(3)"),
        ("np", "import numpy\ny = numpy.ones(3)"),
        ("F", "from torch.nn import functional as G\ny = G.relu(x)"),
        ("torch", "import torch as t\ny = t.ones(3)"),
        ("if", "y = [v for v in x if v]"),
        ("not", "y = not x"),
        ("not", "y = 1 not in x"),
        ("in", "y = 1 in x"),
        ("and", "y = a and b"),
        ("==", "y = a == b"),
        ("<", "y = 0 < a < 1"),
        ("~", "y = ~a"),
        ("[]", "y = a[0]"),
        ("-", "y = -a"),
        ("*", "a *= b"),
        ("assert", "assert x"),
        ("return", "def f(): return 1"),
        ("nonlocal", "def f():\n    x = 1\n    def g():\n        nonlocal x"),
        ("comprehension", "y = {v for v in x}"),
    ],
)
def test_more_can_be_looked_for(name: str, source: str) -> None:
    """Code in strings, modules under any name, every keyword and operator."""
    assert Avoids(target=name).compare((), (), source=source).code == "forbidden"
    assert Uses(target=name).compare((), (), source=source).status == "pass"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("np", "y = x.numpy()"),
        ("np", "np = 3\ny = np + 1"),
        ("F", "F = m * a\ny = F / 2"),
        ("-", "y = a + b"),
        ("[]", "y = [1, 2]"),
        ("in", "for i in x: pass"),
        ("if", "y = x.where(x > 0, 0)"),
        ("cumsum", "y = eval(code)"),
    ],
)
def test_what_only_looks_like_it_is_not_found(name: str, source: str) -> None:
    """A method, an own name, another bracket."""
    assert Avoids(target=name).compare((), (), source=source).status == "pass"


@pytest.mark.parametrize(
    "source",
    [
        "def helper(sum):\n    return sum\ny = sum(x)",
        "def helper():\n    sum = 0\n    return sum\ny = sum(x)",
        "sum = sum(x)",
        "y = sum(x)\nsum = 0",
        "y = [sum for sum in x]\nz = sum(y)",
        "f = lambda sum: sum\ny = sum(x)",
        "def f(x, total=sum):\n    return total(x)",
        "class A:\n    def sum(self): return 1\ny = sum(x)",
        "eval('sum(x)')",
    ],
)
def test_a_name_of_the_answers_hides_another_only_where_it_is_one(source: str) -> None:
    """A parameter in its function, a name of the top level after its line."""
    assert Avoids(target="sum").compare((), (), source=source).code == "forbidden"


@pytest.mark.parametrize(
    "source",
    [
        "def f(sum):\n    return sum(1)",
        "def f(sum):\n    def g(): return sum(1)\n    return g",
        "def f():\n    def sum(v): return v\n    return sum(1)",
        "def f(x): return sum(x)\ndef sum(v): return v",
        "sum = 0\nfor v in x:\n    sum = sum + v",
        "y = [sum(1) for sum in x]",
        "f = lambda sum: sum(1)",
        "with a as sum:\n    sum(1)",
        "for sum in x:\n    sum(1)",
        "class sum: pass\ny = sum()",
    ],
)
def test_a_name_of_the_answers_is_no_use_of_another(source: str) -> None:
    """Wherever it got its meaning, and however it is used there."""
    assert Avoids(target="sum").compare((), (), source=source).status == "pass"


def test_match_is_avoided_with_if_and_is_no_use_of_it() -> None:
    """What branches must be avoided in any form."""
    source = "match x:\n    case 1: pass"
    assert Avoids(target="if").compare((), (), source=source).code == "forbidden"
    assert Uses(target="if").compare((), (), source=source).code == "not-used"


@pytest.mark.parametrize("name", ["async", "None", "torch cumsum", "3", "@@", "a.", "x.cumsum()"])
def test_what_could_never_be_found_is_refused(name: str) -> None:
    """A check that cannot fail is a fault in the lesson."""
    for class_ in (Uses, Avoids):
        with pytest.raises(ValueError, match="can be found"):
            class_(target=(name,))
