# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

import time
from typing import Any

import pytest

from checks import Finding, UpdateRule, examine
from checks.data import Bytes, Nothing, Observed
from checks.diagnosis.update_flaws import FLAWS
from checks.diagnosis.update_variants import RULES
from checks.packing import FACTS
from tests.checks.sightings import look, told_apart

SETUP = "import torch\nfrom torch import nn\n"
SGD = """class Rule:
    def __init__(self, params, lr, momentum=0.0, weight_decay=0.0):
        self.params, self.lr, self.mu, self.wd = list(params), lr, momentum, weight_decay
        self.v = {}
    @torch.no_grad()
    def step(self):
        for p in self.params:
            if p.grad is None:
                continue
            g = p.grad + self.wd * p
            v = self.mu * self.v[p] + g if p in self.v else g
            self.v[p] = v
            p -= self.lr * v
    def zero_grad(self):
        for p in self.params:
            p.grad = None
"""
ADAM = """class Rule:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.params, self.lr, self.betas, self.eps, self.wd = list(params), lr, betas, eps, weight_decay
        self.m = [torch.zeros_like(p) for p in self.params]
        self.v = [torch.zeros_like(p) for p in self.params]
        self.t = 0
    @torch.no_grad()
    def step(self):
        b1, b2 = self.betas
        self.t += 1
        for p, m, v in zip(self.params, self.m, self.v):
            if p.grad is None:
                continue
            g = p.grad + self.wd * p
            m.mul_(b1).add_(g, alpha=1 - b1)
            v.mul_(b2).addcmul_(g, g, value=1 - b2)
            mh = m / (1 - b1 ** self.t)
            vh = v / (1 - b2 ** self.t)
            p -= self.lr * mh / (vh.sqrt() + self.eps)
    def zero_grad(self):
        for p in self.params:
            p.grad = None
"""
DECAY: Any = (
    {"lr": 0.1},
    {"lr": 0.1, "momentum": 0.9},
    {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01},
)
BETAS: Any = ({"lr": 0.1}, {"lr": 0.1, "betas": (0.8, 0.95), "weight_decay": 0.05})


def _sgd(answer: str, solution: str = "Rule = torch.optim.SGD", **params: Any) -> Finding:
    check = UpdateRule(**{"target": "Rule", "configs": DECAY, **params})
    return examine(check, answer=answer, solution=solution, setup=SETUP)


def _adam(answer: str, solution: str = "Rule = torch.optim.Adam", **params: Any) -> Finding:
    return _sgd(answer, solution, **{"configs": BETAS, "skips": False, **params})


def _swap(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    "answer",
    [
        SGD,
        "Rule = torch.optim.SGD",
        "Rule = lambda params, **h: torch.optim.SGD(list(params), foreach=True, **h)",
        _swap(SGD, ("p -= self.lr * v", "p.data = p.data - self.lr * v")),
        _swap(SGD, ("self.mu * self.v[p] + g", "self.v[p].mul_(self.mu).add_(g)")),
        _swap(
            SGD,
            (
                "self.mu * self.v[p] + g if p in self.v else g",
                "self.mu * self.v.get(p, 0) + self.lr * g",
            ),
            ("p -= self.lr * v", "p.sub_(v)"),
        ),
        _swap(SGD, ("p.grad = None", "p.grad = None if p.grad is None else p.grad.zero_()")),
    ],
)
def test_a_right_rule_passes_however_it_is_written(answer: str) -> None:
    """Torch's own, in place or through .data, with the learning rate inside the velocity."""
    finding = _sgd(answer)
    assert finding.status == "pass", finding.message


def test_torch_and_a_rule_by_hand_agree_in_both_directions() -> None:
    """Whichever is the solution."""
    assert _sgd("Rule = torch.optim.SGD", SGD).status == "pass"
    assert _adam(ADAM).status == "pass"
    assert _adam("Rule = torch.optim.Adam", ADAM).status == "pass"


ALIAS = _swap(SGD, ("g = p.grad + self.wd * p", "g = p.grad + self.wd * p if self.wd else p.grad"))
INPLACE = _swap(
    ALIAS,
    (
        "v = self.mu * self.v[p] + g if p in self.v else g",
        "v = self.v[p].mul_(self.mu).add_(g) if p in self.v and self.mu else g",
    ),
)


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (
            ALIAS,
            "aliased-gradient",
            ["After step 2", "Step 1 is right", "same tensor|very tensor", "copy"],
        ),
        (INPLACE, "aliased-gradient", ["After step 2", "overwrites it", "momentum = 0.9"]),
        (
            _swap(SGD, ("p -= self.lr", "p += self.lr")),
            "wrong-direction",
            ["climb", "After step 1"],
        ),
        (
            _swap(SGD, ("p -= self.lr", "p = p - self.lr")),
            "not-updated",
            ["Line 13", "`p = p - self.lr * v`"],
        ),
        (_swap(SGD, ("            p -= self.lr * v\n", "")), "not-updated", ["in place"]),
        (_swap(SGD, ("self.lr * v", "v")), "wrong-learning-rate", ["learning rate of 1"]),
        (
            _swap(SGD, ("self.v[p] = v", "pass")),
            "wrong-momentum",
            ["plays no part", "momentum = 0.9"],
        ),
        (
            _swap(
                SGD,
                ("self.v[p] + g if", "self.v[p] + (1 - self.mu) * g if"),
                ("else g", "else (1 - self.mu) * g"),
            ),
            "wrong-momentum",
            ["(1 - momentum)"],
        ),
        (_swap(SGD, ("v = self.mu *", "v = -self.mu *")), "wrong-momentum", ["subtracted"]),
        (
            _swap(SGD, ("+ self.wd * p", "+ 0 * p")),
            "wrong-weight-decay",
            ["plays no part", "weight_decay = 0.01"],
        ),
        (_swap(SGD, ("+ self.wd * p", "- self.wd * p")), "wrong-weight-decay", ["away from zero"]),
        (
            _swap(
                SGD,
                (
                    "g = p.grad + self.wd * p",
                    "g = p.grad.clone()\n            p *= 1 - self.lr * self.wd",
                ),
            ),
            "wrong-weight-decay",
            ["coupled", "decoupled"],
        ),
        (
            _swap(SGD, ("list(params)", "params")),
            "iterator-used-up",
            ["model.parameters()", "list"],
        ),
        (
            _swap(SGD, ("            if p.grad is None:\n                continue\n", "")),
            "skipped-parameter",
            ["NoneType", "no gradient at some step"],
        ),
        (_swap(SGD, ("    @torch.no_grad()\n", "")), "recorded-update", ["line 12", "no_grad"]),
        (
            _swap(SGD, ("    @torch.no_grad()\n", ""), ("p -= self", "p.data -= self")),
            "graph-kept",
            ["self.v", "grows"],
        ),
        (
            _swap(SGD, ("self.v[p]", "self.v[0]"), ("p in self.v", "0 in self.v")),
            "shared-state",
            ["several", "RuntimeError"],
        ),
        (_swap(SGD, ("p.grad = None", "pass")), "gradients-kept", ["zero_grad"]),
        (_swap(SGD, ("p.grad = None", "p.grad.zero_()")), "gradients-kept", ["None already"]),
        (_swap(SGD, ("def zero_grad", "def zero")), "gradients-kept", ["has no `zero_grad()`"]),
        (
            _swap(
                SGD, ("p -= self.lr * v", "p.requires_grad_(False)\n            p -= self.lr * v")
            ),
            "leaf-lost",
            ["parameter 0", "does not require"],
        ),
        (
            _swap(SGD, ("self.lr * v", "self.lr * v.sign()")),
            "wrong-update",
            ["After step 1", "at [", "is expected"],
        ),
        (_swap(SGD, ("class Rule", "class Rul")), "not-defined", ["`Rul`"]),
        (_swap(SGD, ("def step", "def stp")), "raised", ["no attribute 'step'"]),
        ("Rule = 3", "raised", ["not callable"]),
    ],
)
def test_a_wrong_rule_is_named_by_its_cause(answer: str, code: str, words: list[str]) -> None:
    """Each wrong answer gets exactly its code, and a message that says what to look at."""
    finding = _sgd(answer)
    assert (finding.status, finding.code) == ("fail", code), finding.message
    for word in words:
        assert any(part in finding.message for part in word.split("|")), finding.message


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        (" ** self.t", "", "wrong-bias-correction", ["After step 2", "power of the step"]),
        ("m / (1 - b1 ** self.t)", "m", "wrong-bias-correction", ["Only the second"]),
        ("v / (1 - b2 ** self.t)", "v", "wrong-bias-correction", ["Only the first"]),
        ("        self.t += 1\n", "", "wrong-bias-correction", ["from 0"]),
        (
            "(vh.sqrt() + self.eps)",
            "(vh + self.eps).sqrt()",
            "wrong-eps",
            ["under the square root"],
        ),
        ("(vh.sqrt() + self.eps)", "vh.sqrt()", "wrong-eps", ["0/0", "nan"]),
        ("(vh.sqrt() + self.eps)", "(vh + self.eps)", "wrong-moments", ["square root"]),
        ("addcmul_(g, g,", "addcmul_(g, g * 0 + 1,", "wrong-moments", ["their squares"]),
        ("b1, b2 = ", "b2, b1 = ", "wrong-moments", ["changed places"]),
        ("(g, alpha=1 - b1)", "(g)", "wrong-moments", ["1 - beta"]),
        (
            "g = p.grad + self.wd * p",
            "g = p.grad\n            p *= 1 - self.lr * self.wd",
            "wrong-weight-decay",
            ["AdamW"],
        ),
        ("p -= self.lr", "p += self.lr", "wrong-direction", ["climb"]),
    ],
)
def test_adams_mistakes_are_named(old: str, new: str, code: str, words: list[str]) -> None:
    """The missing power shows at step 2, epsilon where gradients are close to zero."""
    finding = _adam(_swap(ADAM, (old, new)))
    assert (finding.status, finding.code) == ("fail", code), finding.message
    for word in words:
        assert word in finding.message


def test_steps_that_are_counted_once_for_every_parameter_are_seen() -> None:
    """With one parameter the count is right by accident."""
    text = _swap(
        ADAM,
        ("        self.t += 1\n", ""),
        ("            g =", "            self.t += 1\n            g ="),
    )
    finding = _adam(text)
    assert finding.code == "wrong-bias-correction"
    assert "once for every parameter" in finding.message


def test_a_parameter_keeps_its_own_count_of_steps() -> None:
    """One count for all is right unless a parameter goes without a gradient."""
    finding = _adam(ADAM, skips=True)
    assert finding.code == "skipped-parameter"
    assert "count of steps" in finding.message
    assert _adam(ADAM, ADAM, skips=True).status == "pass"


@pytest.mark.parametrize(
    ("rule", "config"),
    [
        ("SGD", {"lr": 0.1, "momentum": 0.8, "dampening": 0.3, "weight_decay": 0.1}),
        ("SGD", {"lr": 0.1, "momentum": 0.8, "nesterov": True}),
        ("Adam", {}),
        ("AdamW", {"lr": 0.1}),
        ("RMSprop", {"alpha": 0.8}),
        ("Adagrad", {"lr": 0.1, "weight_decay": 0.1}),
        ("Adam", {"lr": 0.1, "maximize": True}),
    ],
)
def test_the_known_rules_are_torchs(rule: str, config: dict[str, Any]) -> None:
    """The judge's own rules do what torch does, so the flaws are told from the right thing."""
    import torch

    from checks.diagnosis.update_variants import run
    from checks.rule_inputs import gradients, parameters

    start, grads = parameters("several", 1), gradients("skips", 1, 5)
    hyper = RULES[rule].hyper(config)
    assert hyper is not None
    expected = run(RULES[rule], start, grads, hyper)
    params = [torch.nn.Parameter(p.double()) for p in start]
    optimizer = getattr(torch.optim, rule)(params, **config)
    for row, wanted in zip(grads, expected, strict=True):
        for p, grad in zip(params, row, strict=True):
            p.grad = None if grad is None else grad.double()
        optimizer.step()
        for p, want in zip(params, wanted, strict=True):
            assert torch.allclose(p, want, rtol=1e-6, atol=1e-9)


def test_every_flaw_can_be_named() -> None:
    """Each flaw of each rule has its words."""
    assert {name for rule in RULES.values() for name in rule.flaws} <= set(FLAWS)


STEP = """def step(params, grads, lr, state):
    with torch.no_grad():
        for i, (p, g) in enumerate(zip(params, grads)):
            if g is None:
                continue
            state[i] = 0.9 * state.get(i, torch.zeros_like(p)) + g
            p.sub_(lr * state[i])
"""
PURE = """def step(params, grads, lr, state):
    out = []
    for i, (p, g) in enumerate(zip(params, grads)):
        state[i] = 0.9 * state.get(i, 0) + g
        out.append((p - lr * state[i]).detach())
    return out
"""
INPLACE_STEP = {"step": "step(params, grads, lr, state)"}
PURE_STEP = {"step": "params = step(params, grads, lr, state)", "skips": False}


def _step(answer: str, solution: str, **params: Any) -> Finding:
    check = UpdateRule(target="step", given="state = {}", **params)
    return examine(check, answer=answer, solution=solution, setup=SETUP)


@pytest.mark.parametrize(
    ("answer", "solution", "params", "code", "words"),
    [
        (_swap(STEP, ("p.sub_(lr", "p.data.add_(-lr")), STEP, INPLACE_STEP, "", []),
        (
            _swap(
                STEP,
                (
                    "0.9 * state.get(i, torch.zeros_like(p)) + g",
                    "state.get(i, torch.zeros_like(p)).mul(0.9).add(g)",
                ),
            ),
            STEP,
            {**INPLACE_STEP, "state": ("state",)},
            "",
            [],
        ),
        (_swap(STEP, (" + g\n", " - g\n"), ("sub_", "add_")), STEP, INPLACE_STEP, "", []),
        (
            _swap(STEP, (" + g\n", " - g\n"), ("sub_", "add_")),
            STEP,
            {**INPLACE_STEP, "state": ("state",)},
            "sign-flipped",
            ["After step 1", "`state[0]`"],
        ),
        (
            _swap(STEP, ("p.sub_(lr * state[i])", "p = p - lr * state[i]")),
            STEP,
            INPLACE_STEP,
            "not-updated",
            ["Line 7"],
        ),
        (
            _swap(STEP, ("with torch.no_grad()", "if True")),
            STEP,
            INPLACE_STEP,
            "recorded-update",
            [],
        ),
        (
            _swap(STEP, ("state[i]", "state[0]"), ("get(i", "get(0")),
            STEP,
            INPLACE_STEP,
            "shared-state",
            [],
        ),
        (PURE, PURE, PURE_STEP, "", []),
        (_swap(PURE, (".detach()", "")), PURE, PURE_STEP, "leaf-lost", ["requires a gradient"]),
        (_swap(PURE, ("    return out", "")), PURE, PURE_STEP, "returned-nothing", ["`return`"]),
        (_swap(PURE, ("return out", "return out[0]")), PURE, PURE_STEP, "wrong-type", ["a tensor"]),
        (
            _swap(PURE, (".detach()", ".detach().sum()")),
            PURE,
            PURE_STEP,
            "missing-dimension",
            ["after step 1"],
        ),
    ],
)
def test_a_step_may_be_a_function(
    answer: str, solution: str, params: dict[str, Any], code: str, words: list[str]
) -> None:
    """It may write into its parameters or give new ones; the state counts only where asked."""
    finding = _step(answer, solution, **params)
    assert finding.code == code, finding.message
    assert finding.status == ("fail" if code else "pass")
    for word in words:
        assert word in finding.message


def test_an_optimizer_may_be_made_by_an_expression() -> None:
    """`make` is for constructors that take other arguments."""
    text = _swap(
        SGD,
        ("params, lr, momentum=0.0, weight_decay=0.0", "lr, params"),
        ("momentum, weight_decay", "0.9, 0"),
    )
    config = {"configs": ({"lr": 0.1},), "make": "Rule(lr, params)"}
    assert _sgd(text, text, **config).status == "pass"
    assert _sgd(_swap(text, ("0.9, 0", "0.8, 0")), text, **config).code == "wrong-update"


@pytest.mark.parametrize(
    ("solution", "params", "word"),
    [
        ("", {}, "NameError"),
        ("Rule = 3", {}, "not callable"),
        (_swap(SGD, ("self.lr * v", "0 * v")), {}, "hardly moves"),
        (
            _swap(SGD, ("            if p.grad is None:\n                continue\n", "")),
            {},
            "skips: false",
        ),
        (SGD, {"configs": ({"rate": 1.0},)}, "rate"),
        (SGD, {"given": "1 / 0"}, "ZeroDivisionError"),
    ],
)
def test_a_broken_solution_is_the_lessons_fault(
    solution: str, params: dict[str, Any], word: str
) -> None:
    """The message tells the author what to change."""
    finding = _sgd(SGD, solution, **params)
    assert finding.status == "error"
    assert word in finding.message


def test_a_solution_that_cannot_take_an_iterator_asks_it_of_nobody() -> None:
    """What the solution does not do is no requirement."""
    simple = _swap(SGD, ("list(params)", "params"))
    assert _sgd(SGD, simple).status == "pass"
    assert _sgd(simple, simple).status == "pass"


@pytest.mark.parametrize(
    ("params", "word"),
    [
        ({"make": "f(", "target": "f"}, "make"),
        ({"step": "for", "target": "f"}, "step"),
        ({"step": "f()", "make": "g()", "target": "f"}, "not both"),
        ({"configs": ({"params": 1},), "target": "f"}, "params"),
        ({"configs": ({"a b": 1},), "target": "f"}, "a b"),
    ],
)
def test_odd_parameters_of_the_check_are_refused(params: dict[str, Any], word: str) -> None:
    """With a reason."""
    with pytest.raises(ValueError, match=word):
        UpdateRule(**params)


@pytest.mark.parametrize(
    "answer",
    [
        "class Rule:\n    def __init__(self, *a, **k): raise SystemExit\n",
        "class Rule:\n    def __init__(self, *a, **k): pass\n    def __getattr__(self, name): raise KeyboardInterrupt\n",
        _swap(SGD, ("p -= self.lr * v", "p.data = p.data[:1]")),
        _swap(SGD, ("p -= self.lr * v", "p.data = p.data.double()")),
        _swap(
            SGD, ("self.v[p] = v", "self.v[p] = v; self.me = self; self.deep = [self.v] * 10**5")
        ),
        "def Rule(params, **k):\n    params.clear() if hasattr(params, 'clear') else None\n    return torch.optim.SGD([nn.Parameter(torch.ones(1))], **k)",
    ],
)
def test_hostile_rules_are_contained(answer: str) -> None:
    """Whatever they do, the check concludes."""
    assert _sgd(answer).status in ("fail", "pass")


def test_forged_observations_are_no_pass() -> None:
    """What is missing or damaged makes the answer wrong."""
    check = UpdateRule(target="Rule", configs=DECAY)
    _, right = look(check, [], "Rule = torch.optim.SGD", SETUP)
    for forged in (
        Observed(),
        Observed(after={FACTS: right[0].after[FACTS]}),
        Observed(after={**right[0].after, FACTS: Bytes(b"x")}, storages=right[0].storages),
        Observed(after=dict.fromkeys(right[0].after, Nothing())),
    ):
        assert check.compare((forged,) * len(right), right, source="").status == "fail"
    assert check.compare((), right, source="").code == "unobserved"


def test_mistakes_are_told_apart() -> None:
    """Like is recognised as like, and nothing else."""
    texts = [
        _swap(SGD, ("p -= self.lr", "p += self.lr")),
        _swap(SGD, ("v = self.mu *", "v = -self.mu *")),
        ALIAS,
        _swap(SGD, ("list(params)", "params")),
        _swap(SGD, ("    @torch.no_grad()\n", ""), ("p -= self", "p.data -= self")),
        _swap(SGD, ("p.grad = None", "pass")),
    ]
    check = UpdateRule(target="Rule", configs=DECAY)
    assert told_apart(check, texts, "Rule = torch.optim.SGD", SETUP) == [[i] for i in range(6)]


def test_it_is_quick() -> None:
    """Three configurations, some fifteen trials, and the search for the cause."""
    _adam(ADAM)
    started = time.perf_counter()
    assert _adam(_swap(ADAM, (" ** self.t", ""))).status == "fail"
    assert time.perf_counter() - started < 1.5
