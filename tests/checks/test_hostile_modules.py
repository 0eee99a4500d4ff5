# ruff: noqa: E501  # answers read best as they are
from __future__ import annotations

import functools
import random
from typing import Any

import msgspec
import pytest

from checks import Check, build
from checks.data import Bytes, Observed
from checks.module_facts import Hidden, ModuleFacts, Stored, pack
from checks.trial_run import make_world
from tests.checks.nets import MLP, SETUP, judge

INPUTS = {"inputs": {"x": "torch.randn(n, 12)"}, "sizes": {"n": [2, 3]}}
CHECKS: list[tuple[str, Any, dict[str, Any]]] = [
    ("module", "MLP(12, 5, 3)", {"types": True, "names": True}),
    ("buffers", "MLP(12, 5, 3)", {}),
    ("frozen", "MLP(12, 5, 3)", {}),
    ("distinct", ["MLP(12, 5, 3).fc1", "MLP(12, 5, 3).fc1"], {}),
    ("init", "MLP(200, 100, 3).fc1.weight", {}),
    ("train_eval", "MLP(12, 5, 3)", INPUTS),
    ("forward", "MLP(12, 5, 3)", INPUTS),
    ("state_dict", "MLP(12, 5, 3)", {"inputs": {"x": "torch.randn(2, 12)"}}),
]
HEAD = MLP.replace("class MLP", "class Base")
FORGED = [c if c[0] != "buffers" else ("buffers", "nn.BatchNorm1d(3)", {}) for c in CHECKS]
EVIL = {
    "methods that raise": HEAD
    + """
def no(*_, **__): raise SystemExit
class MLP(Base):
    named_parameters = parameters = buffers = named_buffers = modules = named_modules = children = no
    state_dict = load_state_dict = extra_repr = __repr__ = __dir__ = __eq__ = __bool__ = __len__ = no
    __hash__ = nn.Module.__hash__
""",
    "a class that lies about itself": HEAD
    + """
class MLP(Base):
    @property
    def __class__(self): raise KeyboardInterrupt
    @property
    def __dict__(self): raise MemoryError
""",
    "stores that are no dictionaries": HEAD
    + """
class Sour(dict):
    def items(self): raise RuntimeError
    def __iter__(self): raise RuntimeError
    def __getitem__(self, key): raise RuntimeError
class MLP(Base):
    def __init__(self, *a):
        super().__init__(*a)
        self.__dict__['_parameters'] = 3
        self.__dict__['_modules'] = Sour(self._modules)
        self.__dict__['_buffers'] = None
""",
    "odd names and things in the stores": HEAD
    + """
class Key(str):
    def __hash__(self): raise RuntimeError
    def __str__(self): raise RuntimeError
class MLP(Base):
    def __init__(self, *a):
        super().__init__(*a)
        self._parameters['\\x1b[31m' * 500] = nn.Parameter(torch.ones(2))
        self._parameters['none'] = self._buffers['three'] = 3
        self._modules['self'] = self
        self._modules['text'] = 'no module'
""",
    "containers without end": HEAD
    + """
class Endless(list):
    def __iter__(self):
        while True: yield nn.Linear(2, 2)
class MLP(Base):
    def __init__(self, *a):
        super().__init__(*a)
        self.loop = loop = []
        loop.append(loop)
        self.deep = []
        inner = self.deep
        for _ in range(5000):
            inner.append([])
            inner = inner[0]
        self.many = [torch.ones(1) for _ in range(20000)]
        self.endless = Endless()
""",
    "hundreds of layers": HEAD
    + """
class MLP(Base):
    def __init__(self, *a):
        super().__init__(*a)
        self.more = nn.ModuleList(nn.Linear(1, 1) for _ in range(300))
""",
    "layers nested too deeply": HEAD
    + """
class MLP(Base):
    def __init__(self, *a):
        super().__init__(*a)
        here = self
        for _ in range(300):
            here.inner = nn.Module()
            here = here.inner
""",
    "a parameter that fights back": HEAD
    + """
class Sour(nn.Parameter):
    @classmethod
    def __torch_function__(cls, *_, **__): raise SystemExit
class MLP(Base):
    def __init__(self, *a):
        super().__init__(*a)
        self.fc1.weight = Sour(torch.rand(5, 12))
""",
    "meta": HEAD + "\ndef MLP(*a): return Base(*a).to('meta')",
    "lazy": "def MLP(*a):\n    m = nn.Module()\n    m.fc1 = nn.LazyLinear(5)\n    return m",
    "sparse and quantised": HEAD
    + """
class MLP(Base):
    def __init__(self, *a):
        super().__init__(*a)
        self.register_buffer('s', torch.eye(3).to_sparse())
        self.register_buffer('q', torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8))
        self.s2 = torch.eye(3).to_sparse()
""",
    "modes that cannot be set": HEAD
    + """
class MLP(Base):
    def train(self, mode=True): raise ValueError
    def eval(self): raise ValueError
""",
    "a result without end": HEAD
    + """
class MLP(Base):
    def forward(self, x):
        deep = []
        deep.append(deep)
        return deep
""",
    "a result that changes its kind": HEAD
    + """
class MLP(Base):
    n = 0
    def forward(self, x):
        MLP.n += 1
        return super().forward(x) if MLP.n % 3 else [x, MLP.n]
""",
    "a module that deletes itself": HEAD
    + """
class MLP(Base):
    def forward(self, x):
        out = super().forward(x)
        self._modules.clear()
        self.__dict__.pop('_buffers', None)
        return out
""",
    "a class": "MLP = type('MLP', (type,), {})",
    "an exception that hides": HEAD
    + """
class Hidden(BaseException):
    def __str__(self): raise self
class MLP(Base):
    def forward(self, x): raise Hidden
""",
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize(("name", "target", "params"), CHECKS, ids=[c[0] for c in CHECKS])
def test_hostile_modules_are_contained(
    name: str, target: Any, params: dict[str, Any], evil: str
) -> None:
    """Whatever a module does when it is looked at, there is a finding, and never the tutor's fault."""
    finding = judge(name, target, EVIL[evil], MLP, params)
    assert finding.status in {"pass", "fail"}, finding.message
    if finding.status == "fail":
        assert finding.message


@functools.cache
def _reference(place: int) -> tuple[Check, tuple[Observed, ...]]:
    """One of the checks, and what it observes of the solution."""
    check = build(*FORGED[place])
    drawn = check.draw(random.Random(0))  # noqa: S311  # reproducible on purpose
    world, _ = make_world(SETUP, MLP, drawn)
    return check, check.observe(world, tuple(check.prepare(world, trial) for trial in drawn))


_FACTS = [
    b"",
    b"\xff" * 100,
    b"\xc1",
    msgspec.msgpack.encode({"parameters": [{"path": 3}]}),
    msgspec.msgpack.encode({"parameters": [{"path": "x", "shape": [-1]}]}),
    msgspec.msgpack.encode(
        {"items": [{"name": "a", "kind": "a", "sort": "module", "held": [["", 9999, []]]}]}
    ),
    pack(ModuleFacts()),
    pack(ModuleFacts(is_module=True)),
    pack(ModuleFacts(is_module=True, parameters=(Stored(path="a", shape=(2**62, 2**62)),) * 2000)),
    pack(ModuleFacts(is_module=True, hidden=(Hidden(owner="", name="x", kind="tensor"),) * 2000)),
    bytes(2 << 20),
]


@pytest.mark.parametrize("forged", _FACTS, ids=range(len(_FACTS)))
@pytest.mark.parametrize("place", range(len(FORGED)), ids=[c[0] for c in FORGED])
def test_forged_facts_do_not_pass(place: int, forged: bytes) -> None:
    """Bytes that no honest process sends fail, in every place where bytes are read."""
    check, reference = _reference(place)
    for key in ("facts", "orders", "switched", "saved"):
        honest = reference[0].after
        if key not in honest:
            continue
        lied = {**honest, key: Bytes(forged)}
        answer = tuple(msgspec.structs.replace(o, after=lied) for o in reference)
        facts = _read(forged)
        if check.name in {"train_eval", "state_dict"} and facts is not None and facts.is_module:
            continue  # these checks conclude nothing from what a module holds
        assert check.compare(answer, reference, source="").status == "fail", key


def _read(data: bytes) -> ModuleFacts | None:
    try:
        return msgspec.msgpack.decode(data, type=ModuleFacts)
    except msgspec.MsgspecError:
        return None


@pytest.mark.parametrize("place", range(len(FORGED)), ids=[c[0] for c in FORGED])
def test_lost_and_emptied_observations_do_not_pass(place: int) -> None:
    """Every single thing that was observed is missed, or replaced, without an exception."""
    check, reference = _reference(place)
    assert check.compare((), reference, source="").code == "unobserved"
    assert check.compare((Observed(),) * len(reference), reference, source="").status == "fail"
    assert check.compare(reference, (), source="").status == "error"
    first, *rest = reference
    for key in first.after:
        for value in (None, Bytes(b"no")):
            changed = {k: v for k, v in first.after.items() if k != key}
            if value is not None:
                changed[key] = value
            answer = (msgspec.structs.replace(first, after=changed), *rest)
            finding = check.compare(answer, reference, source="")
            assert finding.status in {"pass", "fail"}, key
            assert not check.behaves_like(answer, (Observed(),) * len(reference))
