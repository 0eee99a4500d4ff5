# answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from checks import Collate, Finding, examine
from checks.data import Nothing, Observed
from tests.checks.sightings import look, told_apart

SETUP = "import torch\nfrom torch.nn.utils.rnn import pad_sequence\n"
PAD = """def pad(batch):
    xs, ys = zip(*batch)
    x = pad_sequence(xs, batch_first=True, padding_value=-1.0)
    mask = torch.arange(x.shape[1]) < torch.tensor([len(s) for s in xs])[:, None]
    return x, mask, torch.tensor(ys)
"""
BY_HAND = """def pad(samples):
    longest = max(len(s) for s, _ in samples)
    x = torch.full((len(samples), longest, 2), -1.0)
    mask = torch.zeros(len(samples), longest, dtype=torch.bool)
    for i, (s, _) in enumerate(samples):
        x[i, :len(s)] = s
        mask[i, :len(s)] = True
    return x, mask, torch.as_tensor([y for _, y in samples])
"""
BATCH = "[(torch.rand(int(k), 2), int(k)) for k in torch.randint(1, 7, (n,))]"
FIXED = ("[(torch.ones(3, 2), 0), (torch.ones(1, 2), 1)]",)


def _pad(answer: str, solution: str = PAD, **params: Any) -> Finding:
    fields = {"target": "pad", "batch": BATCH, "sizes": {"n": (1, 5)}, "batches": FIXED, **params}
    return examine(Collate(**fields), answer=answer, solution=solution, setup=SETUP)


def _swap(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    "answer",
    [PAD, BY_HAND, "pad = lambda b: (lambda f: f(b))(real)\n" + PAD.replace("def pad", "def real")],
)
def test_a_right_collate_function_passes_however_it_is_written(answer: str) -> None:
    """With torch's helper or by hand."""
    finding = _pad(answer)
    assert finding.status == "pass", finding.message


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (_swap(PAD, ("-1.0", "0.0")), "wrong-padding", ["`pad(batch)[0]`", "0.0, but -1.0"]),
        (
            _swap(PAD, ("-1.0)", "-1.0, padding_side='left')")),
            "other-side",
            ["before each", "after it"],
        ),
        (
            _swap(BY_HAND, ("longest = max(", "longest = 1 + max(")),
            "wrong-padding",
            ["padded to 4", "longest sequence of this batch (3)"],
        ),
        (
            _swap(BY_HAND, ("longest = max(len(s) for s, _ in samples)", "longest = 10")),
            "wrong-padding",
            ["padded to 10"],
        ),
        (_swap(PAD, ("batch_first=True, ", "")), "transposed", ["`batch_first=True`"]),
        (_swap(PAD, ("<", ">=")), "negated", ["`pad(batch)[1]`"]),
        (_swap(PAD, ("return x, mask", "return x, mask.float()")), "wrong-dtype", ["bool"]),
        (_swap(PAD, ("return x", "return x.squeeze(0)")), "missing-dimension", []),
        (_swap(PAD, ("torch.tensor(ys)\n", "list(ys)\n")), "wrong-type", ["a list"]),
        (_swap(PAD, ("return x, mask", "return x")), "wrong-length", []),
        (_swap(PAD, ("return x", "return xs")), "wrong-type", []),
        (
            _swap(PAD, ("torch.tensor(ys)\n", "torch.tensor(ys) + 1\n")),
            "shifted",
            ["`pad(batch)[2]`"],
        ),
        (
            _swap(
                PAD,
                (
                    "x = pad_sequence(xs, batch_first=True, padding_value=-1.0)",
                    "x = torch.stack(xs)",
                ),
            ),
            "raised",
            ["equal size"],
        ),
        (_swap(PAD, ("return x", "xs[0].add_(1)\n    return x")), "input-changed", ["`batch`"]),
        ("padd = 3", "not-defined", ["`padd`"]),
    ],
)
def test_a_wrong_collate_function_is_named_by_its_cause(
    answer: str, code: str, words: list[str]
) -> None:
    """Each wrong answer gets exactly its code, and a message that says what to look at."""
    finding = _pad(answer)
    assert (finding.status, finding.code, finding.check) == ("fail", code, "collate"), (
        finding.message
    )
    for word in words:
        assert word in finding.message


LEFT = _swap(PAD, ("-1.0)", "-1.0, padding_side='left')"), ("    mask", "    m"), ("mask, ", ""))


def test_left_padding_may_be_what_is_asked_for() -> None:
    """The names of the sides change places."""
    right = _swap(LEFT, ("padding_side='left'", "padding_side='right'"))
    finding = _pad(right, LEFT)
    assert finding.code == "other-side"
    assert "after each sequence, but it belongs before" in finding.message


def test_a_fixed_length_may_be_what_is_asked_for() -> None:
    """Then the number itself is named."""
    fixed = _swap(BY_HAND, ("longest = max(len(s) for s, _ in samples)", "longest = 8"))
    assert _pad(fixed, fixed).status == "pass"
    finding = _pad(BY_HAND, fixed)
    assert finding.code == "wrong-padding"
    assert "padded to 8" in finding.message


def test_two_faults_are_not_called_padding() -> None:
    """A cause is named only where it explains everything that differs."""
    both = _swap(PAD, ("-1.0", "0.0"), ("torch.tensor(ys)\n", "torch.tensor(ys) + 1\n"))
    assert _pad(both).code not in ("wrong-padding", "other-side")


def test_sequences_alone_are_padded_too() -> None:
    """A sample need not be a tuple."""
    solution = "def pad(batch): return pad_sequence(batch, batch_first=True)"
    params = {
        "batch": "[torch.arange(int(k)) + 1 for k in torch.randint(1, 7, (n,))]",
        "batches": (),
    }
    assert _pad(solution, solution, **params).status == "pass"
    wrong = _swap(solution, ("True)", "True, padding_value=9)"))
    assert "9.0, but 0.0" in _pad(wrong, solution, **params).message


@pytest.mark.parametrize("solution", ["", "pad = 3", "def pad(batch): 1 / 0"])
def test_a_broken_solution_is_the_lessons_fault(solution: str) -> None:
    """It never counts against the learner."""
    assert _pad(PAD, solution, batches=()).status == "error"


def test_a_batch_has_to_be_given() -> None:
    """Without one there is nothing to call it with."""
    with pytest.raises(ValueError, match="batch"):
        Collate(target="pad")
    with pytest.raises(ValueError, match="expression"):
        Collate(target="pad", batch="for")


def test_forged_observations_are_no_pass() -> None:
    """What is missing makes the answer wrong."""
    check = Collate(target="pad", batch=BATCH, sizes={"n": 3}, trials=2)
    _, right = look(check, [], PAD, SETUP)
    for forged in (Observed(), Observed(value=Nothing())):
        assert check.compare((forged,) * len(right), right, source="").status == "fail"
    assert check.compare((), right, source="").code == "unobserved"


def test_mistakes_are_told_apart() -> None:
    """Like is recognised as like, and nothing else."""
    texts = [
        _swap(PAD, ("-1.0", "0.0")),
        _swap(PAD, ("-1.0)", "-1.0, padding_side='left')")),
        _swap(PAD, ("<", ">=")),
        "def pad(batch): raise ValueError",
    ]
    check = Collate(target="pad", batch=BATCH, sizes={"n": (1, 5)})
    assert told_apart(check, texts, PAD, SETUP) == [[i] for i in range(4)]
