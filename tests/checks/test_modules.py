# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from checks import Finding, build
from tests.checks.nets import MLP, added, judge, seen

TARGET = "MLP(12, 5, 3)"
PAIR = "net = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2))\n"
DROP = "net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4, 2))"
OWN = """class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(3, 4))
        self.b = nn.Parameter(torch.zeros(4))

    def forward(self, x):
        return x @ self.w + self.b
"""
LISTED = """class MLP(nn.Module):
    def __init__(self, n, h, k):
        super().__init__()
        self.layers = CONTAINER
"""
BODY = "class Body:\n    def __init__(self, n, h):\n        self.inner = nn.Linear(n, h)\n"


def _module(answer: str, target: str = TARGET, solution: str = MLP, **params: Any) -> Finding:
    return judge("module", target, answer, solution, params)


@pytest.mark.parametrize(
    "answer",
    [
        MLP,
        MLP.replace("fc1", "hidden").replace("fc2", "out"),
        MLP.replace(
            "self.fc1 = nn.Linear(n, h)\n        self.fc2 = nn.Linear(h, k)",
            "self.b = nn.Linear(h, k)\n        self.a = nn.Linear(n, h)",
        ),
        "def MLP(n, h, k):\n    return nn.Sequential(nn.Linear(n, h), nn.ReLU(), nn.Linear(h, k))",
        LISTED.replace("CONTAINER", "nn.ModuleList([nn.Linear(n, h), nn.Linear(h, k)])"),
        LISTED.replace("CONTAINER", "nn.ModuleDict({'a': nn.Linear(n, h), 'b': nn.Linear(h, k)})"),
        LISTED.replace(
            "CONTAINER",
            "nn.ParameterList([torch.rand(h, n), torch.rand(h), torch.rand(k, h), torch.rand(k)])",
        ),
        added(MLP, "self.all = [self.fc1, self.fc2]"),
        added(MLP, "self.names = ['fc1', 'fc2']"),
        added(MLP, "self.act = [nn.ReLU()]"),
        added(MLP, "self.scale = torch.ones(7)"),
        added(MLP, "self.pair = (nn.ReLU(),)"),
        MLP.replace("super().__init__()", "super(MLP, self).__init__()"),
        MLP.replace("nn.Linear(n, h)", "nn.Linear(n, h).requires_grad_(False)"),
        MLP.replace("nn.Linear(n, h)", "torch.nn.utils.skip_init(nn.Linear, n, h)"),
        MLP + "\nclass Sub(MLP): pass\nMLP = Sub",
    ],
)
def test_what_holds_the_same_parameters_passes(answer: str) -> None:
    """Names, order, grouping, and what else a module keeps do not count."""
    finding = _module(answer)
    assert finding.status == "pass", finding.message


_WRONG = [
    ("", "not-defined", ["`MLP`"]),
    ("MLP = 3", "raised", ["not callable"]),
    ("def MLP(*sizes): return torch.ones(3)", "not-a-module", ["Tensor", "nn.Module"]),
    ("def MLP(*sizes): pass", "not-a-module", ["None"]),
    ("def MLP(*sizes): return nn.Linear", "not-called", ["the class Linear", "`Linear(...)`"]),
    (
        MLP.replace("nn.Module", "object").replace("        super().__init__()\n", ""),
        "not-a-module",
        ["`class MLP(nn.Module):`"],
    ),
    (
        MLP.replace("        super().__init__()\n", ""),
        "no-super-init",
        ["line 3", "`super().__init__()`"],
    ),
    (
        "class MLP(nn.Module):\n    def __init__(self, *sizes):\n        self.sizes = sizes",
        "no-super-init",
        ["does not call"],
    ),
    (MLP.replace("(n, h)", "(h, n)"), "swapped-features", ["(12, 5)", "(5, 12)", "in_features"]),
    (MLP.replace("(n, h)", "(n, h, bias=False)"), "missing-bias", ["(5,)", "bias=False"]),
    (
        MLP.replace("(n, h)", "(n, h + 1)"),
        "wrong-parameter",
        ["`fc1.weight`", "(6, 12)", "(5, 12)"],
    ),
    (
        added(MLP, "self.fc3 = nn.Linear(k, k)"),
        "extra-parameter",
        ["`fc3.weight`", "95 numbers", "83", "layer too many"],
    ),
    (
        MLP.replace("        self.fc2 = nn.Linear(h, k)\n", ""),
        "missing-parameter",
        ["65 numbers", "83", "(3, 5)"],
    ),
    (
        MLP.replace("self.fc1 =", "fc1 ="),
        "missing-parameter",
        ["line 4", "local variable", "`self.fc1`"],
    ),
    (MLP.replace("nn.Linear(n, h)", "nn.LazyLinear(h)"), "lazy-parameter", ["no shape yet"]),
    (
        MLP + "\nMade = MLP\ndef MLP(*sizes): return Made(*sizes).double()",
        "wrong-dtype",
        ["float64", "float32"],
    ),
    (
        "class MLP(nn.Module):\n    def __init__(self, *sizes):\n        super().__init__()",
        "missing-parameter",
        ["no parameters"],
    ),
    (
        LISTED.replace("CONTAINER", "[nn.Linear(n, h), nn.Linear(h, k)]"),
        "not-registered",
        ["`self.layers` is a Python list", "4 parameters", "nn.ModuleList"],
    ),
    (
        LISTED.replace("CONTAINER", "(nn.Linear(n, h), nn.Linear(h, k))"),
        "not-registered",
        ["a Python tuple", "nn.ModuleList"],
    ),
    (
        LISTED.replace("CONTAINER", "{'a': nn.Linear(n, h), 'b': nn.Linear(h, k)}"),
        "not-registered",
        ["a Python dict", "nn.ModuleDict"],
    ),
    (
        LISTED.replace("CONTAINER", "{nn.Linear(n, h), nn.Linear(h, k)}"),
        "not-registered",
        ["a Python set", "4 parameters"],
    ),
    (
        LISTED.replace("CONTAINER", "[[nn.Linear(n, h)], {'x': [nn.Linear(h, k)]}]"),
        "not-registered",
        ["4 parameters"],
    ),
    (
        LISTED.replace(
            "CONTAINER", "[nn.Parameter(torch.rand(h, n)), nn.Parameter(torch.rand(h))]"
        ),
        "not-registered",
        ["nn.ParameterList"],
    ),
    (
        LISTED.replace("CONTAINER", "nn.Linear(n, h),"),
        "not-registered",
        ["tuple of one layer", "comma at the end of line 4"],
    ),
    (
        MLP.replace("nn.Linear(n, h)", "nn.Linear(n, h),"),
        "not-registered",
        ["`self.fc1`", "comma", "line 4"],
    ),
    (added(MLP, "self.act = nn.Sigmoid(),"), "not-registered", ["`self.act`", "comma", "line 6"]),
    (added(MLP, "self.drops = [nn.Dropout()]"), "not-registered", ["`self.drops`", "`eval()` do"]),
    (
        BODY + MLP.replace("nn.Linear(n, h)", "Body(n, h)"),
        "not-registered",
        ["a Body, which is no nn.Module", "Derive Body"],
    ),
    (
        "class MLP(nn.Module):\n    fc1 = nn.Linear(12, 5)\n    fc2 = nn.Linear(5, 3)\n    def __init__(self, *sizes): super().__init__()",
        "not-registered",
        ["belongs to the class MLP", "`self.fc1`"],
    ),
]


@pytest.mark.parametrize(("answer", "code", "words"), _WRONG)
def test_what_holds_something_else_is_told_why(answer: str, code: str, words: list[str]) -> None:
    """Each wrong module gets exactly its code, and a message that names the cause."""
    finding = _module(answer)
    assert finding.status == "fail"
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message, finding.message


@pytest.mark.parametrize(
    ("before", "after", "code", "word"),
    [
        (
            "nn.Parameter(torch.randn(3, 4))",
            "torch.randn(3, 4)",
            "not-registered",
            "a plain tensor",
        ),
        (
            "nn.Parameter(torch.randn(3, 4))",
            "torch.randn(3, 4, requires_grad=True)",
            "not-registered",
            "`nn.Parameter(...)` around it",
        ),
        (
            "nn.Parameter(torch.randn(3, 4))",
            "nn.Parameter(torch.randn(3, 4)) * 0.1",
            "not-registered",
            "MulBackward0",
        ),
        (
            "nn.Parameter(torch.randn(3, 4))",
            "nn.Parameter(torch.randn(4, 3))",
            "swapped-features",
            "(4, 3)",
        ),
        (
            "self.w = nn.Parameter(torch.randn(3, 4))",
            "self.register_buffer('w', torch.randn(3, 4))",
            "buffer-not-parameter",
            "`w` is a buffer",
        ),
        ("self.b = nn.Parameter(torch.zeros(4))", "self.b = None", "missing-parameter", "(4,)"),
    ],
)
def test_tensors_of_ones_own_must_be_parameters(
    before: str, after: str, code: str, word: str
) -> None:
    """A tensor as an attribute is not registered, nor is what comes of a Parameter."""
    finding = _module(OWN.replace(before, after), "Own()", OWN)
    assert finding.code == code, finding.message
    assert word in finding.message


def test_parameters_may_be_wrapped_twice() -> None:
    """A Parameter of a Parameter is one."""
    finding = _module(
        OWN.replace("torch.randn(3, 4)", "nn.Parameter(torch.randn(3, 4))"), "Own()", OWN
    )
    assert finding.status == "pass"


def test_drawn_sizes_find_a_size_that_is_written_into_the_class() -> None:
    """With sizes, the target is made several times; the message shows distinct ones."""
    sizes = {"n": [2, 9], "h": [2, 9], "k": [2, 9]}
    assert _module(MLP, "MLP(n, h, k)", sizes=sizes).status == "pass"
    finding = _module(MLP.replace("(n, h)", "(12, 5)"), "MLP(n, h, k)", sizes=sizes)
    assert finding.code == "wrong-parameter"
    assert "That was with n = " in finding.message


def test_names_count_where_the_prompt_fixes_them() -> None:
    """`names: true` compares the names, after everything else."""
    finding = _module(MLP.replace("fc1", "first"), names=True)
    assert finding.code == "wrong-name"
    assert "`fc1.weight`" in finding.message
    assert "`first.weight`" in finding.message
    assert _module(MLP, names=True).status == "pass"


@pytest.mark.parametrize(
    ("answer", "code", "word"),
    [
        (DROP.replace("ReLU()", "ReLU(inplace=True)"), "", ""),
        (
            "net = nn.Sequential(nn.Sequential(nn.Dropout(0.5, inplace=True), nn.Linear(3, 4)), nn.Sequential(nn.Linear(4, 2), nn.ReLU()))",
            "",
            "",
        ),
        (DROP.replace("nn.ReLU()", "nn.ReLU(), nn.ReLU()"), "", ""),
        ("class Line(nn.Linear): pass\n" + DROP.replace("nn.Linear(3", "Line(3"), "", ""),
        (DROP.replace("0.5", "0.2"), "wrong-layer", "`Dropout(p=0.2)` where `Dropout(p=0.5)`"),
        (DROP.replace(" nn.ReLU(),", ""), "wrong-layer", "`ReLU()` is missing"),
        (DROP.replace("ReLU", "Tanh"), "wrong-layer", "`Tanh()`, but `ReLU()`"),
        (
            DROP.replace("nn.Dropout(0.5)", "nn.Dropout(0.5), nn.Tanh()"),
            "wrong-layer",
            "`Tanh()` is not expected",
        ),
    ],
)
def test_layers_count_on_request(answer: str, code: str, word: str) -> None:
    """`types: true` compares torch's own layers and their arguments, however they are grouped."""
    finding = _module(answer, "net", DROP, types=True)
    assert finding.code == code, finding.message
    assert word in finding.message


def test_layers_do_not_count_without_request() -> None:
    """Only parameters do."""
    assert _module(DROP.replace("nn.ReLU(), nn.Dropout(0.5), ", ""), "net", DROP).status == "pass"


def test_a_parameter_in_two_places_is_told_from_two() -> None:
    """The solution ties two weights; the answer copies them."""
    tied = added(
        MLP.replace("(h, k)", "(h, n)").replace("(n, h)", "(n, h)"),
        "self.fc3 = nn.Linear(n, h)\n        self.fc3.weight = self.fc1.weight",
    )
    copied = tied.replace("= self.fc1.weight", "= nn.Parameter(self.fc1.weight.clone())")
    finding = _module(copied, solution=tied)
    assert finding.code == "not-shared", finding.message
    assert _module(tied, solution=tied).status == "pass"


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (PAIR + "net[0].requires_grad_(False)", "", []),
        (PAIR + "net[0].weight.requires_grad = net[0].bias.requires_grad = False", "", []),
        (
            "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.out = nn.Linear(4, 2)\n        self.a = nn.Linear(3, 4).requires_grad_(False)\nnet = Net()",
            "",
            [],
        ),
        (PAIR, "not-frozen", ["`net[0].weight` and `net[0].bias`"]),
        (
            PAIR + "net[0].requires_grad = False",
            "not-frozen",
            ["`net[0].requires_grad` is set on the module", "requires_grad_(False)"],
        ),
        (
            PAIR + "for p in net[0].parameters(): p.require_grad = False",
            "not-frozen",
            ["`require_grad` was set on it"],
        ),
        (PAIR + "net.eval()", "not-frozen", ["`eval()`", "freezes nothing"]),
        (
            PAIR + "net.requires_grad_(False)",
            "frozen",
            ["`net[1].weight` and `net[1].bias`", "Every parameter is frozen"],
        ),
        (
            PAIR + "net[0].requires_grad_(False)\nnet[1].bias.requires_grad = False",
            "frozen",
            ["`net[1].bias` does"],
        ),
        ("net = nn.Sequential(nn.Linear(3, 4))", "missing-parameter", ["2 parameters"]),
    ],
)
def test_frozen_parameters(answer: str, code: str, words: list[str]) -> None:
    """What is frozen must be, and nothing else; attributes that mean nothing are named."""
    solution = PAIR + "for p in net[0].parameters(): p.requires_grad = False"
    finding = judge("frozen", "net", answer, solution)
    assert finding.code == code, finding.message
    for word in words:
        assert word in finding.message, finding.message


@pytest.mark.parametrize("check", ["module", "frozen", "buffers"])
def test_a_solution_that_is_no_module_is_the_lessons_fault(check: str) -> None:
    """It never counts against the learner."""
    for solution in (
        "",
        "MLP = 3",
        "def MLP(*sizes): return 3",
        MLP.replace("        super().__init__()\n", ""),
    ):
        assert judge(check, TARGET, MLP, solution).status == "error"


@pytest.mark.parametrize(
    ("answer", "other", "alike"),
    [
        (
            LISTED.replace("CONTAINER", "[nn.Linear(n, h), nn.Linear(h, k)]"),
            LISTED.replace("layers", "parts").replace(
                "CONTAINER", "[nn.Linear(n, h), nn.Linear(h, k)]"
            ),
            True,
        ),
        (
            LISTED.replace("CONTAINER", "[nn.Linear(n, h), nn.Linear(h, k)]"),
            LISTED.replace("CONTAINER", "{'a': nn.Linear(n, h), 'b': nn.Linear(h, k)}"),
            False,
        ),
        (
            MLP.replace("(n, h)", "(h, n)"),
            MLP.replace("(n, h)", "(h, n)").replace("fc1", "a"),
            True,
        ),
        (MLP.replace("(n, h)", "(h, n)"), MLP.replace("(n, h)", "(n, h, bias=False)"), False),
        ("MLP = 3", "MLP = 4", True),
        ("MLP = 3", MLP, False),
    ],
)
def test_mistakes_are_recognised_by_what_is_held(answer: str, other: str, *, alike: bool) -> None:
    """Names do not matter, shapes and what hides them do."""
    check = build("module", TARGET)
    assert check.behaves_like(*seen(check, answer, other, MLP)) is alike


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"sizes": {"n": [5, 2]}}, "range"),
        ({"sizes": {"1n": 3}}, "no name"),
        ({"nams": True}, "nams"),
    ],
)
def test_wrong_parameters_are_refused(params: dict[str, Any], word: str) -> None:
    """The message names what is wrong."""
    with pytest.raises(ValueError, match=word):
        build("module", TARGET, params)
