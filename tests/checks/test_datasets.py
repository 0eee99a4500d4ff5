# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from checks import Dataset, Finding, examine
from checks.data import Bytes, Nothing, Observed
from checks.packing import FACTS
from tests.checks.sightings import look, told_apart

SETUP = "import torch\nfrom torch.utils.data import IterableDataset, Subset, TensorDataset\n"
GIVEN = "x = torch.rand(n, 3)\ny = torch.randint(0, 5, (n,))"
PAIRS = """class Pairs(torch.utils.data.Dataset):
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __len__(self):
        return len(self.x)
    def __getitem__(self, i):
        return self.x[i], int(self.y[i])
"""


def _pairs(answer: str, solution: str = PAIRS, **params: Any) -> Finding:
    fields = {"target": "Pairs(x, y)", "given": GIVEN, "sizes": {"n": (1, 9)}, **params}
    return examine(Dataset(**fields), answer=answer, solution=solution, setup=SETUP)


def _swap(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    "answer",
    [
        PAIRS,
        _swap(PAIRS, ("(torch.utils.data.Dataset)", "")),
        "def Pairs(x, y): return [(a, b.item()) for a, b in zip(x, y)]",
        _swap(
            PAIRS,
            (
                "        return self.x[i], int",
                "        a, b = list(zip(self.x, self.y))[i]\n        return a, int(b)#",
            ),
        ),
    ],
)
def test_a_right_dataset_passes_however_it_is_written(answer: str) -> None:
    """A plain class or a list has length and samples, too."""
    finding = _pairs(answer)
    assert finding.status == "pass", finding.message


WRAPPED = _swap(
    PAIRS, ("self.x[i]", "self.x[i % len(self.x)]"), ("self.y[i]", "self.y[i % len(self.x)]")
)


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (
            _swap(PAIRS, ("return len(self.x)", "return len(self.x) - 1")),
            "wrong-length",
            ["is 0, but there is 1 sample", "off by one", "n = 1"],
        ),
        (
            _swap(PAIRS, ("return len(self.x)", "return 3")),
            "wrong-length",
            ["`len(Pairs(x, y))` is 3"],
        ),
        (_swap(PAIRS, ("def __len__", "def length")), "wrong-length", ["TypeError", "`__len__`"]),
        (
            _swap(PAIRS, ("int(self.y[i])", "self.y[i]")),
            "wrong-type",
            ["`Pairs(x, y)[0][1]`", "`.item()`"],
        ),
        (_swap(PAIRS, ("self.x[i]", "self.x[i].double()")), "wrong-dtype", ["float64"]),
        (_swap(PAIRS, ("self.x[i]", "self.x[i:i + 1]")), "extra-dimension", []),
        (_swap(PAIRS, ("self.x[i]", "self.x[i] * 2")), "scaled", []),
        (WRAPPED, "not-raised", ["`Pairs(x, y)[1]`", "IndexError", "ends at that error"]),
        (
            _swap(
                PAIRS,
                (
                    "        return self.x[i]",
                    "        if i >= len(self.x): raise KeyError(i)\n        return self.x[i]",
                ),
            ),
            "wrong-error",
            ["KeyError", "IndexError"],
        ),
        (
            _swap(
                PAIRS,
                (
                    "        return self.x[i]",
                    "        if i < 0: raise IndexError\n        return self.x[i]",
                ),
            ),
            "raised",
            ["`Pairs(x, y)[-1]`"],
        ),
        (_swap(PAIRS, ("return self.x[i]", "self.x[i]")), "wrong-type", ["None"]),
        (
            _swap(PAIRS, ("self.x[i], int", "self.z[i], int")),
            "raised",
            ["AttributeError", "line 7"],
        ),
        ("def Pairs(x, y): return Pairs", "wrong-type", ["a function", "index"]),
        ("class Pairs:\n    def __new__(cls, x, y): return cls", "wrong-type", ["calling it"]),
        ("def Pairs(x, y): return zip(x, y)", "wrong-type", ["`__getitem__`"]),
        ("Pears = 3", "not-defined", ["`Pears`"]),
    ],
)
def test_a_wrong_dataset_is_named_by_its_cause(answer: str, code: str, words: list[str]) -> None:
    """Each wrong answer gets exactly its code, and a message that says what to look at."""
    finding = _pairs(answer)
    assert (finding.status, finding.code) == ("fail", code), finding.message
    for word in words:
        assert word in finding.message


def test_a_wrong_pairing_needs_more_than_one_sample() -> None:
    """The size that shows it is drawn for certain, and told."""
    shifted = _swap(
        PAIRS, ("self.y[i]", "self.y[i if i < 0 or i >= len(self.y) else (i + 1) % len(self.y)]")
    )
    finding = _pairs(shifted, given="x = torch.rand(n, 3)\ny = torch.arange(n)")
    assert finding.status == "fail"
    assert "n = 1" not in finding.message


def test_negative_indices_do_what_the_solution_does() -> None:
    """Where it refuses them, so must the answer."""
    strict = _swap(
        PAIRS,
        (
            "        return self.x[i]",
            "        if not 0 <= i < len(self.x): raise IndexError\n        return self.x[i]",
        ),
    )
    assert _pairs(strict, strict).status == "pass"
    finding = _pairs(PAIRS, strict)
    assert finding.code == "not-raised"
    assert "[-1]" in finding.message


NOISY = _swap(PAIRS, ("return self.x[i], int", "return self.x[i] + torch.randn(3), int"))


def test_random_transforms_are_seeded_sample_by_sample() -> None:
    """They agree where they draw alike; `any_values` leaves them free."""
    other = _swap(NOISY, ("torch.randn(3)", "torch.rand(3)"))
    assert _pairs(NOISY, NOISY).status == "pass"
    assert _pairs(other, NOISY).status == "fail"
    assert _pairs(other, NOISY, any_values=True).status == "pass"


STREAM = """class Pairs(IterableDataset):
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __iter__(self):
        return iter(zip(self.x, self.y))
"""


def test_an_iterable_dataset_is_gone_through_twice() -> None:
    """One that keeps its iterator gives nothing the second time."""
    assert _pairs(STREAM, STREAM).status == "pass"
    assert (
        _pairs(
            _swap(STREAM, ("return iter(zip(self.x, self.y))", "yield from zip(self.x, self.y)")),
            STREAM,
        ).status
        == "pass"
    )
    once = _swap(
        STREAM,
        ("self.x, self.y = x, y", "self.z = zip(x, y)"),
        ("iter(zip(self.x, self.y))", "self.z"),
    )
    assert _pairs(once, STREAM).code == "used-up"
    short = _swap(STREAM, ("zip(self.x", "zip(self.x[1:]"))
    assert _pairs(short, STREAM).status == "fail"
    endless = _swap(
        STREAM, ("return iter(zip(self.x, self.y))", "while True: yield from zip(self.x, self.y)")
    )
    assert _pairs(endless, STREAM).code == "wrong-length"


@pytest.mark.parametrize(
    "solution",
    [
        "",
        "Pairs = 3",
        "def Pairs(x, y): return 3",
        _swap(PAIRS, ("def __len__", "def n")),
        _swap(PAIRS, ("self.x[i]", "1 / 0")),
    ],
)
def test_a_broken_solution_is_the_lessons_fault(solution: str) -> None:
    """It never counts against the learner."""
    assert _pairs(PAIRS, solution).status == "error"


@pytest.mark.parametrize(
    "answer",
    [
        _swap(PAIRS, ("return len(self.x)", "raise SystemExit")),
        _swap(PAIRS, ("return len(self.x)", "return 10**18")),
        _swap(PAIRS, ("return self.x[i]", "raise KeyboardInterrupt")),
        "class Pairs:\n    def __init__(self, *a): pass\n    def __getattr__(self, n): raise SystemExit\n    def __iter__(self): raise SystemExit",
    ],
)
def test_hostile_datasets_are_contained(answer: str) -> None:
    """They fail, whatever they raise."""
    assert _pairs(answer).status == "fail"


def test_forged_observations_are_no_pass() -> None:
    """What is missing or damaged makes the answer wrong."""
    check = Dataset(target="Pairs(x, y)", given=GIVEN, sizes={"n": 4}, trials=1)
    _, right = look(check, [], PAIRS, SETUP)
    for forged in (
        Observed(),
        Observed(value=Nothing(), after={FACTS: Bytes(b"x")}),
        Observed(value=Nothing(), after={FACTS: right[0].after[FACTS]}),
    ):
        assert check.compare((forged,) * len(right), right, source="").status == "fail"


def test_mistakes_are_told_apart() -> None:
    """Like is recognised as like, and nothing else."""
    texts = [
        _swap(PAIRS, ("return len(self.x)", "return 3")),
        _swap(PAIRS, ("self.x[i]", "self.x[i] * 2")),
        WRAPPED,
        "Pairs = TensorDataset",
        "def Pairs(x, y): raise ValueError",
        "def Pairs(x, y): return 3",
    ]
    check = Dataset(target="Pairs(x, y)", given=GIVEN, sizes={"n": (1, 9)})
    assert told_apart(check, texts, PAIRS, SETUP) == [[i] for i in range(6)]
