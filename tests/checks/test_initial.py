# answers read best as they are
from __future__ import annotations

import random
from typing import Any

import pytest

from checks import Finding, build, examine
from checks.data import Observed
from checks.trial_run import make_world
from tests.checks.nets import SETUP, judge, seen

LAYER = "def make():\n    layer = nn.Linear(64, 24)\n    INIT\n    return layer\n"
KAIMING = "nn.init.kaiming_normal_(layer.weight)"


def _init(answer: str, solution: str = KAIMING, target: str = "make().weight") -> Finding:
    codes = [LAYER.replace("INIT", code) for code in (answer, solution)]
    return judge("init", target, codes[0], codes[1])


@pytest.mark.parametrize(
    "answer",
    [
        KAIMING,
        "torch.rand(5); nn.init.kaiming_normal_(layer.weight, nonlinearity='relu')",
        "layer.weight.data = torch.randn(24, 64) * (2 / 64) ** 0.5",
        "layer.weight = nn.Parameter((torch.randn(64, 24) / 32 ** 0.5).T.contiguous())",
        "nn.init.normal_(layer.weight, std=0.17678)",
        "layer.apply(lambda m: nn.init.kaiming_normal_(m.weight))",
    ],
)
def test_one_distribution_passes_however_it_is_drawn(answer: str) -> None:
    """Another order of drawing, another formula, other numbers: all the same."""
    finding = _init(answer)
    assert finding.status == "pass", finding.message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("pass", ["uniform between -0.125 and 0.125", "start by themselves"]),
        ("nn.init.kaiming_uniform_(layer.weight)", ["Its shape is uniform, not normal"]),
        ("nn.init.uniform_(layer.weight, -0.30619, 0.30619)", ["Its shape is uniform"]),
        (
            "nn.init.kaiming_normal_(layer.weight, mode='fan_out')",
            ["1.63 times", "fan_in and fan_out"],
        ),
        (
            "nn.init.kaiming_normal_(layer.weight, nonlinearity='linear')",
            ["0.707 times", "gain for ReLU"],
        ),
        ("nn.init.xavier_normal_(layer.weight)", ["0.853 times"]),
        ("nn.init.normal_(layer.weight)", ["standard deviation 1.", "5.66 times"]),
        ("nn.init.normal_(layer.weight, 0.2, 0.17678)", ["mean 0.2", "middle lies elsewhere"]),
        ("nn.init.trunc_normal_(layer.weight, std=0.2, a=-0.4, b=0.4)", ["numbers between"]),
        ("nn.init.zeros_(layer.weight)", ["but starts as all zeros"]),
        ("layer.weight.data = torch.randn(64).repeat(24, 1) * 0.17678", ["several times"]),
        (
            "torch.manual_seed(0); nn.init.kaiming_normal_(layer.weight)",
            ["same numbers every time", "seed"],
        ),
        ("layer.weight.data = torch.full((24, 64), float('nan'))", ["expected numbers"]),
    ],
)
def test_another_distribution_is_described(answer: str, words: list[str]) -> None:
    """The message says how it starts, how it should, and what may have come between."""
    finding = _init(answer)
    assert finding.code == "wrong-initialisation", finding.message
    for word in words:
        assert word in finding.message, finding.message


@pytest.mark.parametrize("repeated", range(12))
def test_a_right_answer_does_not_fail_by_bad_luck(repeated: int) -> None:
    """Other hidden seeds, the same finding."""
    check = build("init", "make().weight")
    code = LAYER.replace("INIT", KAIMING)
    assert examine(check, answer=code, solution=code, setup=SETUP, seed=repeated).status == "pass"


def test_a_uniform_distribution_is_told_from_a_normal_one_with_few_numbers() -> None:
    """Enough layers are made to be sure, even of small ones."""
    codes = [f"def make(): return nn.init.{k}(torch.empty(3, 4), std=0.5)" for k in ("normal_",)]
    uniform = "def make(): return nn.init.uniform_(torch.empty(3, 4), -0.866, 0.866)"
    assert judge("init", "make()", uniform, codes[0]).code == "wrong-initialisation"
    assert judge("init", "make()", codes[0], codes[0]).status == "pass"


def test_orthogonal_rows_are_told_from_independent_ones() -> None:
    """Number by number they look alike."""
    orthogonal = "nn.init.orthogonal_(layer.weight)"
    assert _init(orthogonal, orthogonal).status == "pass"
    finding = _init("nn.init.normal_(layer.weight, std=1 / 8)", orthogonal)
    assert "orthogonal to each other" in finding.message


@pytest.mark.parametrize(
    ("answer", "solution", "word"),
    [
        ("nn.init.zeros_(layer.bias)", "nn.init.zeros_(layer.bias)", ""),
        ("layer.bias.data.fill_(0)", "nn.init.zeros_(layer.bias)", ""),
        ("pass", "nn.init.zeros_(layer.bias)", "should start as all zeros"),
        ("nn.init.ones_(layer.bias)", "nn.init.zeros_(layer.bias)", "but starts as all ones"),
        (
            "nn.init.constant_(layer.bias, 0.1)",
            "nn.init.constant_(layer.bias, 0.01)",
            "all 0.01, but",
        ),
        (
            "layer.bias.data = torch.arange(24.)",
            "layer.bias.data = torch.arange(24.).flip(0)",
            "At [0] it holds 0",
        ),
    ],
)
def test_numbers_without_chance_must_be_the_same(answer: str, solution: str, word: str) -> None:
    """Zeros, constants, patterns: exactly, also of a layer that was made once."""
    for target in ("make().bias", "layer.bias"):
        codes = [LAYER.replace("INIT", code) + "layer = make()" for code in (answer, solution)]
        finding = judge("init", target, codes[0], codes[1])
        assert (finding.code == "") is (word == ""), finding.message
        if target == "make().bias":
            assert word in finding.message, finding.message


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("layer = nn.Linear(24, 64)", "transposed"),
        ("layer = nn.Linear(64, 24, dtype=torch.float64)", "wrong-dtype"),
        ("layer.weight = None", "wrong-type"),
        ("del layer.weight", "not-defined"),
        ("layer = nn.LazyLinear(24)", "missing-dimension"),
    ],
)
def test_type_shape_and_dtype_come_first(answer: str, code: str) -> None:
    """Of another shape no distribution is compared."""
    assert _init(answer).code == code


def test_too_few_numbers_are_the_lessons_fault() -> None:
    """One small layer cannot show how it was drawn; the message says what to do."""
    code = "layer = nn.Linear(5, 3)"
    finding = judge("init", "layer.weight", code + "\nlayer.weight.data += 1e-3", code)
    assert finding.status == "error"
    assert "15 numbers, too few" in finding.message
    assert judge("init", "layer.weight", code, code).status == "pass"
    assert judge("init", "layer", code, code).status == "error"
    assert judge("init", "layer.weight", code, "").status == "error"


def test_a_large_layer_that_was_made_once_is_enough() -> None:
    """Its own numbers are many."""
    code = "layer = nn.Linear(200, 100)"
    other = code + "\nnn.init.xavier_uniform_(layer.weight)"
    again = "torch.rand(3)\n" + code
    assert judge("init", "layer.weight", again, code).status == "pass"
    assert judge("init", "layer.weight", other, code).code == "wrong-initialisation"


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        ("nn.init.normal_(layer.weight)", True),
        ("layer.weight.data = torch.randn(24, 64)", True),
        ("nn.init.uniform_(layer.weight)", False),
        ("pass", False),
    ],
)
def test_mistakes_are_recognised_by_their_distribution(other: str, *, alike: bool) -> None:
    """Two answers are the same if their numbers are drawn alike."""
    check = build("init", "make().weight")
    codes = [LAYER.replace("INIT", c) for c in ("nn.init.normal_(layer.weight)", other, KAIMING)]
    assert check.behaves_like(*seen(check, *codes)) is alike


def test_forged_samples_do_not_pass() -> None:
    """Whatever the answer's process sends, the conclusion is the judge's."""
    check = build("init", "make().weight")
    code = LAYER.replace("INIT", KAIMING)
    drawn = check.draw(random.Random(0))  # noqa: S311  # reproducible on purpose
    world, _ = make_world(SETUP, code, drawn)
    reference = check.observe(world, drawn)
    (honest,) = reference
    forged: list[Any] = [
        Observed(),
        Observed(value=honest.value, storages=honest.storages),
        Observed(
            value=honest.value,
            after={"numbers": honest.value} if honest.value else {},
            storages=honest.storages,
        ),
        Observed(
            value=honest.value,
            after={**honest.after, "second": honest.after["fresh"]},
            storages=honest.storages,
        ),
        Observed(
            value=honest.value,
            after=honest.after,
            storages=tuple(bytes(len(s)) for s in honest.storages),
        ),
    ]
    for observed in forged:
        assert check.compare((observed,), reference, source="").status == "fail"
    assert check.compare((), reference, source="").code == "unobserved"
    assert check.compare(reference, reference, source="").status == "pass"
