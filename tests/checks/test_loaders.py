# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

from typing import Any

import pytest

from checks import Finding, Loader, examine
from checks.data import Bytes, Nothing, Observed
from checks.packing import FACTS
from tests.checks.sightings import look, told_apart

SETUP = "import torch\nfrom torch.utils.data import DataLoader, TensorDataset\n"
GIVEN = "data = TensorDataset(torch.rand(n, 3), torch.arange(n))"
SHUFFLED = "def make(data): return DataLoader(data, batch_size=4, shuffle=True)"
PLAIN = "def make(data): return DataLoader(data, batch_size=4)"
DROPPED = "def make(data): return DataLoader(data, batch_size=4, shuffle=True, drop_last=True)"
BY_HAND = """class make:
    def __init__(self, data):
        self.data = data
    def __iter__(self):
        order = torch.randperm(len(self.data))
        for i in range(0, len(order), 4):
            batch = [self.data[int(j)] for j in order[i:i + 4]]
            yield torch.stack([x for x, _ in batch]), torch.stack([y for _, y in batch])
"""


def _make(answer: str, solution: str = SHUFFLED, **params: Any) -> Finding:
    fields = {"target": "make(data)", "given": GIVEN, "sizes": {"n": (1, 20)}, **params}
    return examine(Loader(**fields), answer=answer, solution=solution, setup=SETUP)


def _swap(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("answer", "solution"),
    [
        (SHUFFLED, SHUFFLED),
        (BY_HAND, SHUFFLED),
        (SHUFFLED, BY_HAND),
        (PLAIN, PLAIN),
        (_swap(BY_HAND, ("randperm", "arange")), PLAIN),
        (DROPPED, DROPPED),
        (
            "def make(data):\n    s = torch.utils.data.RandomSampler(data)\n    return DataLoader(data, 4, sampler=s)",
            SHUFFLED,
        ),
        (
            "def make(data):\n    x, y = data.tensors\n    return list(zip(x.split(4), y.split(4)))",
            PLAIN,
        ),
    ],
)
def test_a_right_loader_passes_however_it_is_written(answer: str, solution: str) -> None:
    """Torch's own, a class by hand, a list; any order where the solution shuffles."""
    finding = _make(answer, solution)
    assert finding.status == "pass", finding.message


GENERATOR = "def make(data):\n    order = torch.randperm(len(data))\n    for i in range(0, len(order), 4):\n        yield [torch.stack(t) for t in zip(*[data[int(j)] for j in order[i:i + 4]])]"


@pytest.mark.parametrize(
    ("answer", "solution", "code", "words"),
    [
        (PLAIN, SHUFFLED, "not-shuffled", ["same order in every epoch", "`shuffle`"]),
        (SHUFFLED, PLAIN, "shuffled", ["another order in every epoch"]),
        (
            _swap(BY_HAND, ("randperm(len(self.data))", "arange(len(self.data)).flip(0)")),
            PLAIN,
            "shuffled",
            ["another order,"],
        ),
        (_swap(SHUFFLED, ("4", "5")), SHUFFLED, "wrong-batch-size", ["5 samples, where 4"]),
        (DROPPED, SHUFFLED, "dropped-batch", ["`drop_last`"]),
        (SHUFFLED, DROPPED, "kept-batch", ["left out"]),
        (
            _swap(
                BY_HAND,
                ("self.data = data", "self.data = data; self.order = torch.randperm(len(data))"),
                (
                    "order = torch.randperm(len(self.data))\n        for",
                    "order = self.order\n        for",
                ),
            ),
            SHUFFLED,
            "same-order",
            ["shuffled once"],
        ),
        (
            _swap(
                SHUFFLED,
                ("shuffle=True", "shuffle=True, generator=torch.Generator().manual_seed(0)"),
            ),
            SHUFFLED,
            "same-order",
            ["whatever the seed is"],
        ),
        (
            _swap(
                BY_HAND,
                ("randperm(len(self.data))", "randint(0, len(self.data), (len(self.data),))"),
            ),
            SHUFFLED,
            "wrong-samples",
            ["come too often", "never", "permutation"],
        ),
        (
            _swap(
                BY_HAND,
                ("        for i", "        other = torch.randperm(len(self.data))\n        for i"),
                ("[y for _, y in batch]", "[self.data[int(j)][1] for j in other[i:i + 4]]"),
            ),
            SHUFFLED,
            "mixed-up",
            ["not together", "one permutation"],
        ),
        (_swap(BY_HAND, ("[x for", "[x * 2 for")), SHUFFLED, "wrong-samples", ["does not have"]),
        (GENERATOR, SHUFFLED, "used-up", ["second epoch has none", "`__iter__`"]),
        ("def make(data): return iter(DataLoader(data, 4))", PLAIN, "used-up", []),
        (
            _swap(BY_HAND, ("for _, y in batch])", "for _, y in batch]).double()")),
            SHUFFLED,
            "wrong-dtype",
            ["`batch 0[1]`", "float64", "NumPy"],
        ),
        (
            _swap(BY_HAND, ("for _, y in batch])", "for _, y in batch])[:, None]")),
            SHUFFLED,
            "extra-dimension",
            [],
        ),
        (
            _swap(BY_HAND, ("yield torch.stack([x for x, _ in batch]), ", "yield ")),
            SHUFFLED,
            "wrong-type",
            [],
        ),
        (
            _swap(
                BY_HAND,
                (
                    "    def __iter__",
                    "    def __len__(self):\n        return len(self.data)\n    def __iter__",
                ),
            ),
            SHUFFLED,
            "wrong-length",
            ["`len(make(data))`", "batches"],
        ),
        ("def make(data): DataLoader(data)", SHUFFLED, "wrong-type", ["None", "`return`"]),
        ("def make(data): return DataLoader", SHUFFLED, "wrong-type", ["a class", "Call it"]),
        ("def make(data): return 1 / 0", SHUFFLED, "raised", ["ZeroDivisionError"]),
        ("mace = 3", SHUFFLED, "not-defined", ["`mace`"]),
    ],
)
def test_a_wrong_loader_is_named_by_its_cause(
    answer: str, solution: str, code: str, words: list[str]
) -> None:
    """Each wrong answer gets exactly its code, and a message that says what to look at."""
    finding = _make(answer, solution)
    assert (finding.status, finding.code) == ("fail", code), finding.message
    for word in words:
        assert word in finding.message


def test_python_floats_give_float64_targets() -> None:
    """The classic: a list of floats becomes a double tensor in the default collate."""
    given = "xs = torch.rand(n, 3)\nys = [float(i) for i in range(n)]"
    solution = "def make(xs, ys): return DataLoader(TensorDataset(xs, torch.tensor(ys)), 4)"
    answer = "def make(xs, ys): return DataLoader(list(zip(xs, ys)), 4)"
    finding = _make(answer, solution, given=given, target="make(xs, ys)")
    assert finding.code == "wrong-dtype"
    assert "float64" in finding.message
    assert (
        _make(answer, solution, given=given, target="make(xs, ys)", any_dtype=True).status == "pass"
    )


def test_dicts_and_strings_are_batched_too() -> None:
    """A batch may be a dict, or hold strings."""
    given = "data = [{'x': torch.rand(2), 'name': str(i)} for i in range(n)]"
    assert _make(SHUFFLED, given=given).status == "pass"
    assert _make(PLAIN, given=given).code == "not-shuffled"
    wrong = "def make(data): return DataLoader([{'x': d['x']} for d in data], 4, shuffle=True)"
    assert _make(wrong, given=given).code == "wrong-keys"


def test_a_few_samples_prove_nothing() -> None:
    """With one or two samples, orders agree by chance."""
    assert _make(PLAIN, sizes={"n": 1}).status == "pass"
    assert _make(BY_HAND, sizes={"n": (1, 2)}).status == "pass"


@pytest.mark.parametrize(
    "solution", ["", "make = 3", "def make(data): return 3", "def make(data): return []"]
)
def test_a_broken_solution_is_the_lessons_fault(solution: str) -> None:
    """It never counts against the learner."""
    assert _make(PLAIN, solution).status == "error"


@pytest.mark.parametrize(
    "answer",
    [
        "class make:\n    def __init__(self, d): pass\n    def __iter__(self): raise SystemExit",
        "class make:\n    def __init__(self, d): pass\n    def __iter__(self):\n        while True: yield 0",
        "class make:\n    def __init__(self, d): pass\n    def __getattr__(self, n): raise KeyboardInterrupt",
        _swap(
            BY_HAND,
            ("    def __iter__", "    def __len__(self): raise SystemExit\n    def __iter__"),
            ("[x for", "[-x for"),
        ),
    ],
)
def test_hostile_loaders_are_contained(answer: str) -> None:
    """They fail, whatever they raise and however long they go on."""
    assert _make(answer).status == "fail"


def test_forged_observations_are_no_pass() -> None:
    """What is missing, damaged or beyond all bounds makes the answer wrong."""
    check = Loader(target="make(data)", given=GIVEN, sizes={"n": 9}, trials=1)
    _, right = look(check, [], SHUFFLED, SETUP)
    facts = right[0].after[FACTS]
    assert isinstance(facts, Bytes)
    endless = facts.value.replace(b"\x93\x03\x03\x03", b"\x93\xcf" + b"\x7f" * 8 + b"\x03\x03")
    assert endless != facts.value
    for forged in (
        Observed(),
        Observed(value=Nothing(), after={FACTS: Bytes(b"x")}),
        Observed(value=Nothing(), after={FACTS: facts}),
        Observed(value=Nothing(), after={**right[0].after, FACTS: Bytes(endless)}),
    ):
        assert check.compare((forged,) * len(right), right, source="").status == "fail"


def test_mistakes_are_told_apart() -> None:
    """Like is recognised as like whatever order it drew, and nothing else."""
    texts = [
        PLAIN,
        DROPPED,
        _swap(SHUFFLED, ("4", "5")),
        _swap(BY_HAND, ("for _, y in batch])", "for _, y in batch]).double()")),
        "def make(data): raise ValueError",
        "def make(data): return 3",
    ]
    check = Loader(target="make(data)", given=GIVEN, sizes={"n": (1, 20)})
    assert told_apart(check, texts, SHUFFLED, SETUP) == [[i] for i in range(6)]
    assert told_apart(check, [SHUFFLED], PLAIN, SETUP) == [[0]]
