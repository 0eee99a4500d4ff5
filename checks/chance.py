"""The random generators that code in a world may draw from: seeding them, and their state."""

from __future__ import annotations

import ctypes
import random
import sys
import zlib
from typing import Any

import numpy as np
import torch

__all__ = ["fingerprints", "freshly_seeded", "seed_all"]

_torch_state = torch.default_generator.get_state
_backends: Any = torch.backends
_python_state = random.getstate
_numpy: Any = np.random
_bits: Any = _numpy.get_bit_generator()  # held, so that its memory stays where it is
_numpy_state: int = _bits.ctypes.state_address
_string_at = ctypes.string_at
_WORDS = 624
_on_cuda: Any = torch.cuda.is_initialized
_on_xpu: Any = torch.xpu.is_initialized

_ONLY_CPU = not (
    _backends.cuda.is_built() or _backends.mps.is_built() or getattr(torch.version, "xpu", None)
)


def seed_all(number: int, *, idle: bool = True) -> None:
    """Seed Python's, NumPy's (if it is imported) and torch's global generators.

    Where torch knows no accelerator this does not ask each kind of them for its generator, as
    ``torch.manual_seed`` does: that takes eighty times as long as the rest, and 2 MB of a fork.

    Args:
        number: the seed; not negative.
        idle: whether accelerators that nothing has used so far are seeded for later, too.
    """
    random.seed(number)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(number % 2**32)
    used = idle or _backends.mps.is_built() or _on_cuda() or _on_xpu()
    if _ONLY_CPU or not used:
        torch.default_generator.manual_seed(number)
    else:
        torch.manual_seed(number)


def fingerprints() -> dict[str, int]:
    """A number for the state of each generator: the same state, the same number.

    Under ``seed`` stands the number that torch's was seeded with last.
    """
    # The key and the position in it, which is what NumPy's own get_state reads, slowly.
    mersenne = _string_at(_numpy_state, 4 * _WORDS + 4)
    return {
        "torch": _checksum(_torch_state()),
        "seed": torch.default_generator.initial_seed() % 2**32,
        "random": hash(_python_state()[1]),
        "numpy": zlib.crc32(mersenne),
    }


def freshly_seeded(number: int) -> dict[str, int]:
    """The fingerprints right after `seed_all`; the process's own generators stay as they are."""
    _, key, position, *_ = _numpy.RandomState(number % 2**32).get_state(legacy=True)
    mersenne = np.asarray(key, dtype=np.uint32).tobytes() + int(position).to_bytes(4, sys.byteorder)
    return {
        "torch": _checksum(torch.Generator().manual_seed(number).get_state()),
        "seed": number % 2**32,
        "random": hash(random.Random(number).getstate()[1]),  # noqa: S311  # to compare with
        "numpy": zlib.crc32(mersenne),
    }


def _checksum(state: torch.Tensor) -> int:
    data: Any = state.numpy()
    return zlib.crc32(data)
