# ruff: noqa: S311  # draws repeat on purpose
from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest
import torch

from checks import Distribution, Finding, examine
from checks.data import Float, Nothing, Observed, Tensor, Value
from checks.diagnosis.distributions import compare_draws
from checks.diagnosis.statistics import (
    Z_LIMIT,
    Sample,
    differ_in_counts,
    differ_in_range,
    ks_distance,
    ks_limit,
    z_scores,
)
from checks.samples import CALLS, WANTED
from checks.trial_run import make_world, observe_answer
from tests.checks.recognising import alike

SETUP = "import torch, random, math\nimport torch.nn.functional as F\nfrom torch import nn\n"
NORMAL = "def draw(n):\n    return torch.randn(n)"
SEEDED = "def draw(n):\n    torch.manual_seed(0)\n    return torch.randn(n)"
BODY = "def draw(n):\n    return "

_Draw = Callable[[int, int], torch.Tensor]
_ROW = WANTED // CALLS


def _distribution(
    answer: str, solution: str = NORMAL, target: str = "draw(200)", seed: int = 0
) -> Finding:
    check = Distribution(target=target)
    return examine(check, answer=answer, solution=solution, setup=SETUP, seed=seed)


def _normal(calls: int, numbers: int) -> torch.Tensor:
    return torch.randn(calls, numbers)


def _uniform(calls: int, numbers: int) -> torch.Tensor:
    return torch.rand(calls, numbers)


_SAME: dict[str, tuple[_Draw, _Draw]] = {
    "normal": (
        _normal,
        lambda c, k: -torch.normal(0.0, 1.0, (c, k)),
    ),
    "uniform": (_uniform, lambda c, k: 1 - torch.rand(c, k)),
    "exponential": (
        lambda c, k: torch.empty(c, k).exponential_(),
        lambda c, k: -torch.rand(c, k).clamp(min=1e-30).log(),
    ),
    "heavy tails": (
        lambda c, k: torch.empty(c, k).cauchy_(),
        lambda c, k: torch.randn(c, k) / torch.randn(c, k),
    ),
    "skewed": (
        lambda c, k: torch.empty(c, k).log_normal_(0, 2),
        lambda c, k: (2 * torch.randn(c, k)).exp(),
    ),
    "rare": (
        lambda c, k: torch.rand(c, k) < 0.01,
        lambda c, k: torch.bernoulli(torch.full((c, k), 0.01)),
    ),
    "dice": (
        lambda c, k: torch.randint(1, 7, (c, k)),
        lambda c, k: (torch.rand(c, k) * 6).floor() + 1,
    ),
    "many values": (
        lambda c, k: torch.randint(200, (c, k)),
        lambda c, k: (torch.rand(c, k) * 200).floor(),
    ),
    "dependent": (
        lambda c, k: torch.randn(c, 1) + torch.randn(c, k),
        lambda c, k: torch.randn(c, 1) - torch.randn(c, k),
    ),
    "one by one": (
        lambda c, k: torch.randn(c * k // 6, 1),
        lambda c, k: -torch.randn(c * k // 6, 1),
    ),
}


@pytest.mark.parametrize("name", _SAME)
def test_chance_alone_stays_far_from_every_limit(name: str) -> None:
    """At a false alarm in ten million, five samples come nowhere near."""
    torch.manual_seed(7)
    mine, theirs = _SAME[name]
    for _ in range(5):
        left = Sample.of(mine(CALLS, _ROW).double())
        right = Sample.of(theirs(2 * CALLS, _ROW).double())
        assert ks_distance(left.values, right.values) < 0.75 * ks_limit(left, right)
        assert max(abs(z) for z in z_scores(left, right)) < 0.75 * Z_LIMIT
        assert differ_in_counts(left, right) is None
        assert differ_in_range(left, right) is None
        assert compare_draws(left, right, "f()", once=False) is None


_OTHER: list[tuple[_Draw, _Draw, str, str]] = [
    (
        lambda c, k: (torch.rand(c, k) - 0.5) * math.sqrt(12),
        _normal,
        "wrong-distribution",
        "looks uniform, and a normal distribution is expected",
    ),
    (
        lambda c, k: torch.randn(c, k) * 2,
        _normal,
        "wrong-spread",
        "2 times as large",
    ),
    (
        lambda c, k: torch.randn(c, k) * 0.01,
        lambda c, k: torch.randn(c, k) * 0.1,
        "wrong-spread",
        "is a root missing?",
    ),
    (
        lambda c, k: torch.randn(c, k) * math.sqrt(0.1),
        lambda c, k: torch.randn(c, k) * 0.1,
        "wrong-spread",
        "was the root taken twice?",
    ),
    (
        lambda c, k: torch.randn(c, k) + 0.1,
        _normal,
        "wrong-mean",
        "but 0 is expected. Its spread is right.",
    ),
    (
        lambda c, k: torch.randn(c, k) - 1,
        lambda c, k: torch.randn(c, k) + 1,
        "wrong-mean",
        "The sign is wrong.",
    ),
    (
        lambda c, k: torch.rand(c, k) * 2 - 1,
        _uniform,
        "wrong-mean",
        "runs from -1 to 1, but from 0 to 1 is expected",
    ),
    (
        lambda c, k: torch.rand(c, k) * 1.01,
        _uniform,
        "wrong-distribution",
        "above 1, up to 1.01",
    ),
    (
        lambda c, k: torch.rand(c, k) ** 2,
        _uniform,
        "wrong-distribution",
        "another form than expected: it gives half of its numbers between",
    ),
    (
        lambda c, k: torch.randn(c, k).clamp(-2, 2),
        _normal,
        "wrong-distribution",
        "no numbers",
    ),
    (
        lambda c, k: torch.randn(c, k).round(),
        _normal,
        "wrong-distribution",
        "different numbers",
    ),
    (
        lambda c, k: torch.rand(c, k) * 6,
        lambda c, k: torch.randint(1, 7, (c, k)),
        "wrong-distribution",
        "numbers of any kind, where only 1.0, 2.0, 3.0, 4.0, … are expected",
    ),
    (
        lambda c, k: torch.randint(0, 201, (c, k)),
        lambda c, k: torch.randint(0, 200, (c, k)),
        "wrong-distribution",
        "above 199, up to 200",
    ),
    (
        lambda c, k: torch.randint(0, 200, (c, k)),
        lambda c, k: torch.randint(0, 201, (c, k)),
        "wrong-distribution",
        "no numbers above 199",
    ),
    (
        lambda c, k: (torch.rand(c, k) * 9).round(),
        lambda c, k: torch.randint(0, 10, (c, k)),
        "wrong-distribution",
        "% of all cases",
    ),
    (
        lambda c, k: torch.rand(c, k) < 0.55,
        lambda c, k: torch.rand(c, k) < 0.5,
        "wrong-distribution",
        "% of all cases",
    ),
    (
        lambda c, k: torch.zeros(c, k) + 3,
        _normal,
        "not-random",
        "always gives 3.0",
    ),
    (
        lambda c, k: torch.randn(1, k).expand(c, k),
        _normal,
        "not-random",
        "the same numbers in every call",
    ),
    (
        lambda c, k: torch.randn(c, 1).expand(c, k),
        _normal,
        "not-random",
        "draws one number and repeats it",
    ),
    (
        lambda c, k: torch.randn(c, k).sort(dim=1).values,
        _normal,
        "dependent-draws",
        "in order, sorted perhaps",
    ),
    (
        lambda c, k: torch.randn(c, k) * 0.5 + torch.randn(c, 1) * math.sqrt(0.75),
        _normal,
        "dependent-draws",
        "depend on",
    ),
]


@pytest.mark.parametrize(("mine", "theirs", "code", "words"), _OTHER)
def test_another_distribution_is_told_by_what_differs(
    mine: _Draw, theirs: _Draw, code: str, words: str
) -> None:
    """Whatever the seed."""
    for seed in range(2):
        torch.manual_seed(seed)
        left = Sample.of(mine(CALLS, _ROW).double())
        right = Sample.of(theirs(2 * CALLS, _ROW).double())
        found = compare_draws(left, right, "f()", once=False)
        assert found is not None
        assert found.code == code, found.message
        assert words in found.message


@pytest.mark.parametrize(
    ("answer", "solution", "target"),
    [
        (BODY + "torch.tensor([random.gauss(0, 1) for _ in range(n)])", NORMAL, "draw(200)"),
        (BODY + "-torch.randn(n)", NORMAL, "draw(200)"),
        (
            "def layer(x):\n    return x * (torch.rand_like(x) > 0.3) / 0.7",
            "layer = nn.Dropout(0.3)",
            "layer(torch.ones(100))",
        ),
        (
            "def roll():\n    return int(torch.randint(1, 7, ()))",
            "def roll():\n    return random.randint(1, 6)",
            "roll()",
        ),
        ("w = -torch.randn(64, 64)", "w = torch.randn(64, 64)", "w"),
        (BODY + "torch.randn(n, requires_grad=True)", NORMAL, "draw(3)"),
        (
            "def draw(n):\n    return [random.random() for _ in range(n)]",
            "def draw(n):\n    return torch.rand(n).tolist()",
            "draw(50)",
        ),
    ],
)
def test_any_generator_is_right(answer: str, solution: str, target: str) -> None:
    """Python's, torch's, element by element, by a formula, once or again and again."""
    for seed in range(2):
        finding = _distribution(answer, solution, target, seed)
        assert finding.status == "pass", finding.message


@pytest.mark.parametrize(
    ("answer", "solution", "target", "code"),
    [
        (BODY + "(torch.rand(n) - 0.5) * math.sqrt(12)", NORMAL, "draw(200)", "wrong-distribution"),
        (BODY + "torch.rand(n)", NORMAL, "draw(20)", "wrong-distribution"),
        (
            "layer = nn.Dropout(0.4)",
            "layer = nn.Dropout(0.5)",
            "layer(torch.ones(9))",
            "wrong-dist",
        ),
        ("w = torch.rand(64, 64)", "w = torch.randn(64, 64)", "w", "wrong-distribution"),
        (
            "def draw(n):\n    torch.manual_seed(0)\n    return torch.randn(n)",
            NORMAL,
            "draw(99)",
            "not-",
        ),
        ("x = torch.randn(99)\ndef draw(n):\n    return x", NORMAL, "draw(99)", "not-random"),
        ("draw = torch.zeros", NORMAL, "draw(99)", "not-random"),
        (BODY + "torch.randn(n).double()", NORMAL, "draw(99)", "wrong-dtype"),
        (BODY + "torch.randn(n + 1)", NORMAL, "draw(99)", "wrong-shape"),
        (BODY + "torch.randn(n).tolist()", NORMAL, "draw(99)", "wrong-type"),
        (BODY + "torch.randn(n) / torch.randint(2, (n,))", NORMAL, "draw(99)", "not-finite"),
        (BODY + "1 / 0", NORMAL, "draw(99)", "raised"),
        ("x = 1", NORMAL, "draw(99)", "not-defined"),
        (BODY + "None", NORMAL, "draw(99)", "wrong-type"),
    ],
)
def test_wrong_draws_fail_with_their_cause(
    answer: str, solution: str, target: str, code: str
) -> None:
    """Type, shape and dtype first, then randomness, then the distribution."""
    finding = _distribution(answer, solution, target)
    assert finding.status == "fail"
    assert finding.code.startswith(code), finding.message


@pytest.mark.parametrize(
    ("solution", "target"),
    [
        ("x = 1", "draw(99)"),
        (BODY + "torch.ones(n)", "draw(99)"),
        (BODY + "['a']", "draw(99)"),
        (BODY + "torch.zeros(n) / 0", "draw(99)"),
        ("w = torch.randn(100)", "w"),
        ("i = 0\ndef draw(n):\n    global i\n    i += 1\n    return torch.rand(n) + i", "draw(99)"),
    ],
)
def test_a_solution_that_is_no_random_draw_is_the_lessons_fault(solution: str, target: str) -> None:
    """Constant, without numbers, too few of them, or drifting."""
    assert _distribution(NORMAL, solution, target).status == "error"


def test_the_numbers_are_in_the_finding() -> None:
    """A display can show both summaries."""
    finding = _distribution(BODY + "2 * torch.randn(n)")
    assert "mean 0, standard deviation 1" in finding.expected
    assert 1.9 < finding.details["std"] < 2.1
    assert finding.details["draws"] >= WANTED // 2


def test_forged_draws_never_pass() -> None:
    """Missing, odd and huge ones are no draws."""
    check = Distribution(target="draw(99)")
    trials = check.draw(random.Random(0))
    world, failed = make_world(SETUP, NORMAL, trials)
    assert failed is None
    good = check.observe(world, trials)
    one = good[0]
    rows = one.after["numbers"]
    assert isinstance(rows, Tensor)
    odd: list[Value] = [
        Nothing(),
        Float(1.0),
        Tensor(storage=None, dtype="float64", shape=(2, 2), stride=(2, 1)),
        Tensor(storage=0, dtype="float32", shape=(2, 2), stride=(2, 1)),
        Tensor(storage=0, dtype="float64", shape=(4000, 4000), stride=(0, 0)),
        Tensor(storage=0, dtype="float64", shape=(0, 5), stride=(5, 1)),
        Tensor(storage=0, dtype="float64", shape=(1, 1), stride=(1, 1)),
    ]
    assert check.compare(good, good, source="").status == "pass"
    for value in odd:
        forged = Observed(value=one.value, after={"numbers": value}, storages=one.storages)
        finding = check.compare((forged, *good[1:]), good, source="")
        assert finding.status == "fail"
        check.behaves_like((forged, *good[1:]), good)
    assert check.compare((), good, source="").code == "unobserved"
    assert check.compare((Observed(),) * 3, good, source="").status == "fail"


def test_answers_are_alike_if_they_draw_alike() -> None:
    """The numbers are luck, the distribution is not."""
    check = Distribution(target="draw(200)")
    uniform = BODY + "torch.rand(n)"
    assert alike(check, uniform, BODY + "1 - torch.rand(n)", setup=SETUP)
    assert not alike(check, uniform, BODY + "2 * torch.rand(n)", setup=SETUP)
    assert not alike(check, uniform, BODY + "torch.rand(n).double()", setup=SETUP)
    assert not alike(check, uniform, BODY + "1 / 0", setup=SETUP)
    assert alike(check, BODY + "1 / 0", BODY + "2 / 0", setup=SETUP)
    constant = BODY + "torch.zeros(n)"
    assert alike(check, constant, constant, setup=SETUP)


def test_what_the_answer_drew_is_seen_in_the_fork_alone() -> None:
    """A world is as it was, but for its generators."""
    check = Distribution(target="draw(99)")
    trials = check.draw(random.Random(0))
    seen = observe_answer(check, trials, answer=NORMAL, setup=SETUP)
    assert len(seen) == 3
    assert all(isinstance(observed.after["numbers"], Tensor) for observed in seen)
