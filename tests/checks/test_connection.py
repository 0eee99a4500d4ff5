from __future__ import annotations

import pytest

from checks import Check, Connected, Detached, Finding, examine
from checks.data import Bool, Int, List, Nothing, Observed, Str, Tensor
from tests.checks.recognising import alike

SETUP = "import torch\nfrom torch import nn\nx = torch.arange(6.).reshape(2, 3) + 1\n"
BOTH = "w = torch.ones(3, requires_grad=True)\nb = torch.zeros(1, requires_grad=True)\n"
SOLUTION = BOTH + "loss = (x @ w + b).square().mean()"
LOSS = Connected(target="loss", to=("w", "b"))


def _examine(check: Check, answer: str, solution: str = SOLUTION) -> Finding:
    return examine(check, answer=answer, solution=solution, setup=SETUP)


@pytest.mark.parametrize(
    "answer",
    [
        SOLUTION,
        SOLUTION + "\nloss.backward()",
        SOLUTION + "\nloss.backward()\nprint(loss.item())\nw.grad.zero_()",
        BOTH + "loss = torch.stack([p.sum() for p in (w, b)]).max()",
        BOTH + "loss = 0.0\nfor row in x:\n    loss = loss + row @ w + b\nloss = loss.sum()",
        BOTH.replace("ones(3", "ones(3, 1") + "loss = nn.functional.linear(x, w.T, b)",
    ],
)
def test_a_value_may_depend_in_any_way(answer: str) -> None:
    """Also after `backward()`, which frees what is needed to differentiate."""
    finding = _examine(LOSS, answer)
    assert finding.status == "pass", finding.message


@pytest.mark.parametrize(
    ("code_", "code", "line", "words"),
    [
        ("loss = (x @ w + b).mean().item()", "wrong-type", 3, ["Python float", "`.item()`"]),
        ("loss = (x @ w).mean()", "detached", None, ["on `b`", "only on `w`"]),
        ("loss = (x @ w.detach() + b).mean()", "detached", 3, ["on `w`", "by `.detach()`"]),
        ("loss = (x @ w.data + b).mean()", "detached", 3, ["by `.data`", "only on `b`"]),
        (
            "y = x @ w + b\nprint(y.sum().item())\nloss = torch.tensor(y.mean())",
            "detached",
            5,
            ["by `tensor(...)` around a tensor"],
        ),
        ("with torch.no_grad():\n    loss = (x @ w + b).mean()", "detached", 3, ["`no_grad()`"]),
        (
            "@torch.no_grad()\ndef f():\n    return x @ w + b\nloss = f().mean()",
            "detached",
            3,
            ["`no_grad()`"],
        ),
        ("loss = torch.tensor(float((x @ w + b).mean()))", "detached", 3, ["`float(...)`"]),
        ("loss = ((x @ w + b) > 0).float().mean()", "detached", 3, ["comparison"]),
        ("loss = (x @ w + b).mean()\nw = w - 1", "detached", 4, ["this `w`", "line 4"]),
        ("w = torch.ones(3)\nloss = (x @ w + b).mean()", "not-tracked", None, ["cannot depend"]),
        ("loss = torch.from_numpy((x @ w + b).detach().numpy()).mean()", "detached", 3, ["line 3"]),
        ("del w\nloss = b", "not-defined", None, ["`w`"]),
        ("w = 1\nloss = b.sum()", "wrong-type", None, ["an int"]),
        ("loss = None", "wrong-type", None, ["None"]),
    ],
)
def test_a_cut_graph_is_named_with_its_place(
    code_: str, code: str, line: int | None, words: list[str]
) -> None:
    """The line that cuts it, not another line that would look like a cut."""
    finding = _examine(LOSS, BOTH + code_)
    assert (finding.code, finding.line) == (code, line), finding.message
    for word in words:
        assert word in finding.message


def test_a_cut_may_be_asked_for() -> None:
    """What the solution does not depend on, the answer must not depend on either."""
    solution = BOTH + "loss = (x @ w.detach() + b).mean()"
    finding = _examine(LOSS, SOLUTION, solution)
    assert finding.code == "still-connected"
    assert "cut off from it" in finding.message
    assert _examine(LOSS, BOTH + "loss = (x @ w.data + b).sum()", solution).status == "pass"


def test_a_model_stands_for_its_parameters() -> None:
    """The parameter that has no part is named."""
    check = Connected(target="loss", to="model")
    solution = "model = nn.Linear(3, 1)\nloss = model(x).mean()"
    answer = "model = nn.Linear(3, 1)\nloss = (x @ model.weight.T).sum()"
    finding = _examine(check, answer, solution)
    assert finding.code == "detached"
    assert "`model.bias`" in finding.message


def test_without_to_any_history_will_do() -> None:
    """A tensor on the record, whatever it depends on."""
    check = Connected(target="loss")
    assert _examine(check, SOLUTION).status == "pass"
    assert _examine(check, "v = torch.ones(2, requires_grad=True)\nloss = v.sum()").status == "pass"
    finding = _examine(check, SOLUTION + ".detach()")
    assert (finding.code, finding.line) == ("detached", 3)
    assert "no history" in finding.message


def test_an_intermediate_result_can_be_the_source() -> None:
    """`to` may name a tensor that is itself computed."""
    check = Connected(target="loss", to="h")
    solution = BOTH + "h = x @ w\nloss = (h + b).mean()"
    assert _examine(check, solution + "\nloss.backward()", solution).status == "pass"
    answer = BOTH + "h = x @ w\nloss = (x @ w + b).mean()"
    assert _examine(check, answer, solution).code == "detached"


@pytest.mark.parametrize("solution", ["", "loss = w = b = 1", BOTH + "loss = 3.0", "1/0"])
def test_a_solution_without_a_graph_is_the_lessons_fault(solution: str) -> None:
    """It never counts against the learner."""
    finding = _examine(Connected(target="loss"), SOLUTION, solution)
    assert finding.status == "error"
    if "3.0" not in solution:
        assert _examine(LOSS, SOLUTION, solution).status == "error"


HISTORY = BOTH + "losses = []\nfor i in range(3):\n    loss = (x @ w).sum() * i\n"
LISTED = HISTORY + "    losses.append(loss.item())"


@pytest.mark.parametrize(
    ("answer", "code", "line", "words"),
    [
        (LISTED, "", None, []),
        (HISTORY + "    losses.append(loss.detach())", "", None, []),
        (HISTORY + "    losses = (*losses, float(loss.detach()))", "", None, []),
        (HISTORY + "losses = torch.ones(2)", "", None, []),
        (HISTORY + "    losses.append(loss)", "still-tracked", 6, ["3 of the 3", "MulBackward0"]),
        (HISTORY + "    losses.append(loss if i else 0)", "still-tracked", 6, ["2 of the 2"]),
        (
            HISTORY + "    losses.append({'loss': [loss, loss.detach()]})",
            "still-tracked",
            6,
            ["3 of the 6"],
        ),
        (HISTORY + "losses = loss", "still-tracked", 6, ["`.detach()`", "keeps its graph"]),
        (HISTORY + "losses = w", "still-tracked", 6, ["a leaf that requires"]),
        (BOTH, "not-defined", None, ["`losses`"]),
    ],
)
def test_nothing_in_a_history_keeps_a_graph(
    answer: str, code: str, line: int | None, words: list[str]
) -> None:
    """Numbers and detached tensors are both right; what is left is counted."""
    finding = _examine(Detached(target="losses"), answer, LISTED)
    assert (finding.code, finding.line) == (code, line), finding.message
    for word in words:
        assert word in finding.message


def test_a_solution_on_the_record_is_the_lessons_fault() -> None:
    """`detached` of something that is not."""
    assert _examine(Detached(target="loss"), SOLUTION).status == "error"


@pytest.mark.parametrize(
    "forged",
    [
        Observed(),
        Observed(value=Nothing()),
        Observed(value=Tensor(storage=None, dtype="float32", shape=(), stride=())),
        Observed(
            value=Tensor(storage=None, dtype="float32", shape=(), stride=(), requires_grad=True),
            after={"w": Str("x")},
            facts={"reaches w": Int("0x1"), "others": List((Nothing(),)), "tracked loss": Str("")},
        ),
    ],
)
def test_a_forged_observation_fails(forged: Observed) -> None:
    """A missing fact is no pass."""
    tensor = Tensor(storage=None, dtype="float32", shape=(), stride=(), requires_grad=True)
    right = Observed(value=tensor, after={"w": tensor}, facts={"reaches w": Bool(value=True)})
    finding = Connected(target="loss", to="w").compare((forged,), (right,), source="")
    assert finding.status == "fail"
    off = Observed(
        after={"loss": Nothing()}, facts={"tracked loss": Int("0x0"), "held loss": Int("0x1")}
    )
    finding = Detached(target="loss").compare((forged,), (off,), source="")
    assert (finding.status, finding.code) == ("fail", "unobserved")


def test_connections_are_recognised_by_what_is_reached() -> None:
    """The same tensors left out is the same mistake."""
    mistake = BOTH + "loss = (x @ w.detach() + b).mean()"
    assert alike(LOSS, BOTH + "loss = b.sum()", mistake, setup=SETUP)
    assert not alike(LOSS, BOTH + "loss = w.sum()", mistake, setup=SETUP)
    assert not alike(LOSS, SOLUTION, mistake, setup=SETUP)
    assert not alike(LOSS, BOTH + "loss = 1.0", mistake, setup=SETUP)
    listed = Detached(target="losses")
    assert not alike(listed, LISTED, HISTORY + "    losses.append(loss)", setup=SETUP)


def test_a_tensor_that_lies_is_looked_at_all_the_same() -> None:
    """A subclass cannot hide its history."""
    lying = (
        "class Liar(torch.Tensor):\n"
        "    requires_grad = False\n"
        "    grad_fn = None\n"
        "    @classmethod\n"
        "    def __torch_function__(cls, *args, **kwargs):\n"
        "        raise SystemExit\n"
    )
    answer = BOTH + lying + "losses = [w.sum().as_subclass(Liar)]"
    finding = _examine(Detached(target="losses"), answer, "losses = [1.0]")
    assert finding.code == "still-tracked", finding.message
