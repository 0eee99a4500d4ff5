"""A lesson with everything that makes an export difficult."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.course.load import load_lesson
from tutor.course.model import Lesson

LONG = "a-very-long-id-that-has-all-the-sixty-characters-it-may-have"
LESSON = f"""\
format: 1
id: awkward
title: Awkward things
summary: One of each.
minutes: 5
setup: |
  import torch
  w = torch.ones(2, requires_grad=True)
exercises:
  - id: intro
    kind: read
    prompt: |
      # A heading

      Text with `code`.

      And another
      ===========

      ```python
      # no heading
      ```
    explanation: More to read.
  - id: backward
    kind: code
    title: Differentiate
    prompt: Call `backward` on the sum of `w`, and keep its `grad` as `g`.
    starter: |
      g = ____
    solution: |
      from __future__ import annotations
      assert w.grad is None, "a fresh world"
      w.sum().backward()
      g = w.grad
    checks:
      - values: g
    hints: ["Call it.", "On a *sum*."]
    explanation: It is all ones.
  - id: {LONG}
    kind: code
    prompt: Once more. The starter is no Python.
    starter: |
      g = (w *
    setup: |
      factor = 3
    solution: |
      assert w.grad is None, "a fresh world again"
      text = '''```
      not indented'''
      (factor * w).sum().backward()
      g = w.grad
    checks:
      - values: g
  - id: no-starter
    kind: code
    prompt: From nothing.
    solution: |
      h = torch.zeros(2)
    checks:
      - values: h
  - id: shape
    kind: predict
    prompt: Look.
    code: |
      x = torch.ones(4, 5)
    ask: shape
    of: x.sum(dim=0)
  - id: pair
    kind: predict
    prompt: Look.
    code: |
      a = 1
    ask: value
    of: a, a + 1
  - id: dtype
    kind: predict
    prompt: Look.
    code: |
      a = torch.ones(1)
    ask: dtype
    of: a
  - id: output
    kind: predict
    prompt: Look.
    code: |
      print("shown")
    ask: output
  - id: raises
    kind: predict
    prompt: Look.
    code: |
      text = '''two
      lines'''
      assert text == "two\\nlines"
      torch.ones(2) @ torch.ones(3)
    ask: error
  - id: which
    kind: choice
    prompt: Which?
    options:
      - text: |
          The first,

          in two paragraphs
        correct: true
        says: Yes.
      - {{text: The second, says: No.}}
    code: |
      torch.ones(2).reshape(3)
  - id: arrange
    kind: order
    prompt: Make `s`.
    solution: |
      a = torch.ones(3)
      b = a * 2
      s = b.sum()
      print("s is", s.item())
    extra: [s = a.prod()]
    checks:
      - values: s
  - id: look-around
    kind: explore
    prompt: Make `z` zeros.
    starter: torch.zeros(1)
    goal:
      - values: z
    solution: |
      z = torch.zeros(2)
  - id: free
    kind: explore
    prompt: Play.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The lesson's file."""
    path = tmp_path / "awkward.yaml"
    path.write_text(LESSON, encoding="utf-8")
    return path


@pytest.fixture
def lesson(file: Path) -> Lesson:
    """The lesson."""
    loaded = load_lesson(file)
    assert loaded.lesson is not None, loaded.problems
    return loaded.lesson
