from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

LESSON = """\
format: 1
id: small
title: A small lesson
setup: |
  import torch
exercises:
  - id: intro
    kind: read
    prompt: Read this.
  - id: ones
    kind: code
    prompt: Make `x`, two ones.
    starter: |
      x = ____
    solution: |
      x = torch.ones(2)
    checks:
      - values: x
    mistakes:
      - id: zeros
        answer: |
          x = torch.zeros(2)
        says: Those are zeros; count from one.
    points: 2
  - id: guess
    kind: predict
    prompt: What is `x`?
    code: |
      x = 6 * 7
    ask: value
    of: x
  - id: pick
    kind: choice
    prompt: Which one is a tensor?
    options:
      - {text: "[1, 2]", says: "That is a list."}
      - {text: "torch.ones(2)", correct: true}
  - id: lines
    kind: order
    prompt: Put them in order.
    solution: |
      a = torch.ones(2)
      b = a + 1
      c = a * b
    checks:
      - values: c
  - id: look
    kind: explore
    prompt: Make `t`, three ones.
    goal:
      - values: t
    solution: t = torch.ones(3)
"""

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory with a lesson and a few answers to it."""
    files = {
        "lesson.yaml": LESSON,
        "right.py": "x = torch.ones(2)\n",
        "wrong.py": "x = torch.ones(3)\n",
        "zeros.py": "x = torch.zeros(2)\n",
        "broken.py": "x = = 1\n",
        "crash.py": "import os\nos._exit(0)\n",
        "forty-two.txt": "42\n",
        "two.txt": "2\n",
        "ordered.py": "# so\n\na = torch.ones(2)\nb = a + 1\nc = a * b\n",
        "foreign.py": "a = torch.ones(2)\nb = a + 2\nc = a * b\n",
        "cells.py": "t = torch.ones(2)\n# %%\nt = torch.ones(3)\n",
        "nearly.py": "t = torch.ones(2)\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


@pytest.fixture
def tutor(folder: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `tutor` in that directory, with a data directory of its own."""
    environment = os.environ | {
        "TUTOR_DATA_DIR": str(folder / "data"),
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
    }

    def run(*arguments: str, typed: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "tutor", *arguments],
            cwd=folder,
            env=environment | changes,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    return run
