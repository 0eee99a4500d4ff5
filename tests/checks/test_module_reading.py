from __future__ import annotations

import torch
from torch import nn

from checks.module_observing import facts_of
from checks.module_reading import buffers_of, modules_of, parameters_of


class _Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.line = nn.Linear(3, 3)
        self.norm = nn.BatchNorm1d(3)
        self.again = self.line
        self.register_buffer("seen", torch.zeros(()), persistent=False)


def test_the_tree_is_read_as_torch_reads_it() -> None:
    """The same modules, parameters and buffers, in the same order, under the same names."""
    net = nn.Sequential(_Block(), nn.ModuleDict({"a": _Block()}), nn.ParameterList([torch.ones(2)]))
    assert modules_of(net) == list(net.named_modules())
    assert [n for n, _ in parameters_of(net)] == [
        n for n, _ in net.named_parameters(remove_duplicate=False) if ".again." not in n
    ]
    assert [n for n, _, _ in buffers_of(net)] == [n for n, _ in net.named_buffers()]
    saved = {n for n, _, persistent in buffers_of(net) if persistent}
    assert saved == set(net.state_dict()) & {n for n, _ in net.named_buffers()}


def test_the_facts_of_a_module() -> None:
    """Registered tensors once, second names, layers, modes."""
    block = _Block().eval()
    block.norm.train()
    facts = facts_of(block)
    assert facts.is_module
    assert [p.path for p in facts.parameters] == [n for n, _ in block.named_parameters()]
    assert [b.persistent for b in facts.buffers if b.path == "seen"] == [False]
    assert [(layer.kind, layer.path) for layer in facts.layers] == [
        ("Linear", "line"),
        ("BatchNorm1d", "norm"),
    ]
    assert set(facts.untrained) == {"", "line"}
    assert not facts.hidden


def test_tied_parameters_have_a_second_name() -> None:
    """It is said which is which."""
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].weight = net[0].weight
    (alias,) = facts_of(net).aliases
    assert (alias.path, alias.first) == ("1.weight", "0.weight")


def test_torchs_own_modules_hide_nothing() -> None:
    """What they keep beside their parameters is no mistake."""
    for module in (
        nn.LSTM(3, 4, 2, bidirectional=True),
        nn.MultiheadAttention(4, 2),
        nn.TransformerEncoderLayer(4, 2),
        nn.utils.parametrizations.weight_norm(nn.Linear(2, 3)),
        nn.utils.parametrizations.spectral_norm(nn.Linear(2, 3)),
        nn.CrossEntropyLoss(weight=torch.ones(3)),
        nn.Embedding(5, 3, padding_idx=0),
    ):
        assert facts_of(module).hidden == ()
