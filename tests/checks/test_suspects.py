"""Silent mistakes in an answer's text."""

from __future__ import annotations

import pytest

from checks import Function, examine
from checks.diagnosis.suspects import find_suspects, with_suspect
from checks.difference import Difference

LOOP = "for _ in range(3):\n    loss = loss_of(w)\n    loss.backward()\n    opt.step()\n"


def suspects(source: str) -> list[tuple[int, str]]:
    return [(found.line, found.says) for found in find_suspects(source)]


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("opt.zero_grad\nopt.step()", 1, "without parentheses"),
        ("def f():\n    model.eval\n    return 1", 2, "`model.eval`"),
        ("model.eval()\ntorch.no_grad()\ny = model(x)", 2, "does nothing alone"),
        ("F.cross_entropy(F.softmax(z, dim=1), y)", 1, "It applies one by itself"),
        ("p = z.softmax(1)\nloss = F.cross_entropy(p, y)", 2, "logits"),
        ("c = nn.CrossEntropyLoss()\nloss = c(nn.Softmax(dim=1)(z), y)", 2, "softmax"),
        ("s = nn.Softmax(1)\nloss = nn.CrossEntropyLoss()(s(z), y)", 2, "softmax"),
        ("loss = F.nll_loss(z.softmax(1), y)", 1, "`log_softmax`"),
        (
            "best = model.state_dict()\nopt.step()\nmodel.load_state_dict(best)",
            1,
            "`best` is no copy",
        ),
        (
            "best = dict(model.state_dict())\nopt.step()\nmodel.load_state_dict(best)",
            1,
            "`best` is no copy",
        ),
        (
            "loss.backward()\nopt.zero_grad()\nopt.step()",
            2,
            "after `backward()` on line 1",
        ),
        ("g = w.grad\nloss.backward()", 1, "`.clone()`"),
        (
            "for f in fs:\n    f().backward()\n    gs.append(w.grad.detach())\n    w.grad.zero_()",
            3,
            "`.clone()`",
        ),
        (LOOP, 3, "nothing in the loop clears it, so"),
        (f"opt.zero_grad()\n{LOOP}", 4, "(`zero_grad()` on line 1 stands outside)"),
        (
            "loss = f(w)\nwhile True:\n    loss.backward(retain_graph=True)\n    w.grad = None",
            3,
            "walks the same old graph",
        ),
        ("loss.backward()\ntotal += loss", 2, "`total += loss`"),
        ("loss.backward()\nlosses.append(loss)", 2, "`losses.append(loss)`"),
    ],
)
def test_a_line_that_is_a_mistake_by_itself(source: str, line: int, says: str) -> None:
    """It is found, with its line and why it is one."""
    assert any(line == at and says in words for at, words in suspects(source))


@pytest.mark.parametrize(
    "source",
    [
        "opt.zero_grad()\nloss.backward()\nopt.step()",
        "p = z.softmax(1)\nloss = F.cross_entropy(z, y)",
        "p = z.softmax(1)\np = z\nloss = F.cross_entropy(p, y)",
        "loss = F.nll_loss(z.log_softmax(1), y)",
        "best = copy.deepcopy(model.state_dict())\nopt.step()\nmodel.load_state_dict(best)",
        (
            "best = {k: v.clone() for k, v in model.state_dict().items()}\nopt.step()\n"
            "model.load_state_dict(best)"
        ),
        "state = model.state_dict()\nother.load_state_dict(state)",
        "g = w.grad.clone()\nloss.backward()",
        "for f in fs:\n    w.grad = None\n    f().backward()\n    gs.append(w.grad)",
        "(g,) = torch.autograd.grad(loss, w)\nloss.backward()",
        LOOP.replace("    loss.b", "    opt.zero_grad()\n    loss.b"),
        f"def clear():\n    w.grad = None\n{LOOP}    clear()\n",
        (
            "for n in range(3):\n    x = torch.tensor(here, requires_grad=True)\n"
            "    f(x).backward()\n    here -= x.grad.item()"
        ),
        LOOP.replace("loss = ", "w = w.detach().requires_grad_()\n    loss = "),
        "loss.backward()\ntotal += loss.item()\nlosses.append(float(loss))",
        "no python (",
    ],
)
def test_no_mistake(source: str) -> None:
    """What is right is no suspect."""
    assert suspects(source) == []


def test_only_what_names_no_cause_is_explained() -> None:
    """A shape, or a difference that has its line, is left alone; a graph that is cut is named."""
    source = "y = (w * x).detach()\nopt.zero_grad\ny.sum().backward()"
    for code in ("wrong-shape", "raised", "lesson-error", "wrong-dtype"):
        plain = Difference(code=code, message="So.")
        assert with_suspect(plain, source) == plain
    known = Difference(code="wrong-values", message="So.", line=1)
    assert with_suspect(known, source) == known
    told = with_suspect(Difference(code="wrong-values", message="So."), source)
    assert (told.line, told.message.startswith("So. Line 2 only names")) == (2, True)
    cut = with_suspect(
        Difference(code="wrong-gradient", message="So."), source.replace("opt.zero_grad\n", "")
    )
    assert "line 1: `.detach()` cuts the graph" in cut.message


def test_a_text_without_end() -> None:
    """Code of any depth is no exception."""
    difference = Difference(code="wrong-values", message="So.")
    assert with_suspect(difference, "x" + ".a" * 5_000 + ".backward()") == difference


def test_it_reaches_the_learner() -> None:
    """A finding of a check says it, and where."""
    finding = examine(
        Function(
            target="loss_of",
            inputs={"z": "torch.randn(n, 3)", "y": "torch.randint(0, 3, (n,))"},
            sizes={"n": (2, 5)},
        ),
        answer="def loss_of(z, y):\n    return F.cross_entropy(F.softmax(z, dim=1), y)",
        solution="def loss_of(z, y):\n    return F.cross_entropy(z, y)",
        setup="import torch\nimport torch.nn.functional as F\n",
    )
    assert (finding.code, finding.line) == ("wrong-values", 2)
    assert "On line 2, cross-entropy gets the result of a softmax" in finding.message
