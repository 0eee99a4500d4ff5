from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.course.conftest import Load
from tutor.course.load import load_lesson
from tutor.course.model import Lesson
from tutor.course.version import versions


@pytest.fixture
def version_of(load: Load, lesson_text: str) -> Callable[..., dict[str, str]]:
    """The versions of the realistic lesson's exercises, with a text in place of another."""

    def versions_with(old: str = "", new: str = "") -> dict[str, str]:
        assert not old or old in lesson_text
        file = load(lesson_text.replace(old, new, 1) if old else lesson_text)
        assert file.lesson is not None, file.problems
        return versions(file.lesson)

    return versions_with


def _lesson(directory: Path, exercise: str) -> Lesson:
    path = directory / "lesson.yaml"
    path.write_text(f"format: 1\nid: t\ntitle: T\nexercises:\n{exercise}")
    file = load_lesson(path)
    assert file.lesson is not None, file.problems
    return file.lesson


CODE = """\
  - id: a
    kind: code
    title: {title}
    prompt: {prompt}
    hints: [{prompt}]
    setup: {setup}
    starter: {prompt}
    solution: |
      {solution}
    checks: [{check}]
"""
PLAIN = {
    "title": "T",
    "prompt": "p",
    "setup": "y = 1",
    "solution": "x = 1",
    "check": "{values: x}",
}


@pytest.mark.parametrize(
    "change",
    [
        {"solution": "x = 2"},
        {"setup": "y = 2"},
        {"check": "{values: y}"},
        {"check": "{values: x, rtol: 0.1}"},
        {"check": "{shape: x}"},
        {"check": "{values: x}, {shape: x}"},
    ],
)
def test_what_decides_a_verdict_is_another_version(tmp_path: Path, change: dict[str, str]) -> None:
    """Setup, solution and checks do."""
    before = versions(_lesson(tmp_path, CODE.format(**PLAIN)))
    assert versions(_lesson(tmp_path, CODE.format(**(PLAIN | change)))) != before


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"prompt": "another"},
        {"solution": "x = 1  "},
        {"check": "{values: x, weight: 2}"},
        {"check": "{values: x, says: {not-defined: hm}}"},
    ],
)
def test_what_is_worded_anew_is_the_same_version(tmp_path: Path, change: dict[str, str]) -> None:
    """Words, weights and spaces at the ends of lines decide nothing."""
    before = versions(_lesson(tmp_path, CODE.format(**PLAIN)))
    assert versions(_lesson(tmp_path, CODE.format(**(PLAIN | change)))) == before


def test_of_the_other_kinds_the_truth_and_the_options_decide(tmp_path: Path) -> None:
    """What is predicted, what is chosen, and of a text to read the text."""
    for before, after, is_another in (
        ("kind: predict, prompt: p, code: x = 1, ask: value, of: x", "code: x = 2", True),
        ("kind: predict, prompt: p, code: x = 1, ask: value, of: x", "prompt: q", False),
        ("kind: choice, prompt: p, options: [{text: a, correct: true}, {text: b}]", "b", False),
        ("kind: read, prompt: p", "prompt: q", True),
        ("kind: read, prompt: p", "title: q", False),
    ):
        key = after.partition(":")[0]
        parts = [part for part in before.split(", ") if not part.startswith(f"{key}:")]
        changed = before if after == "b" else ", ".join([*parts, after])
        first = versions(_lesson(tmp_path, f"  - {{id: a, {before}}}\n"))
        second = versions(_lesson(tmp_path, f"  - {{id: a, {changed}}}\n"))
        assert (first != second) is is_another, (before, after)


def test_another_correct_option_is_another_version(tmp_path: Path) -> None:
    """The texts alone do not decide."""
    one = "  - {id: a, kind: choice, prompt: p, options: [{text: a, correct: true}, {text: b}]}\n"
    two = "  - {id: a, kind: choice, prompt: p, options: [{text: a}, {text: b, correct: true}]}\n"
    assert versions(_lesson(tmp_path, one)) != versions(_lesson(tmp_path, two))


@pytest.mark.parametrize("kind", ["order", "explore"])
def test_of_lines_and_explorations_the_program_and_its_checks_decide(
    tmp_path: Path, kind: str
) -> None:
    """A line to set aside is another task; words are not."""
    key = "checks" if kind == "order" else "goal"
    body = (
        f"  - id: a\n    kind: {kind}\n    prompt: p\n    solution: |\n      x = 1\n      y = 2\n"
        f"    {key}: [{{values: x}}]\n"
    )
    before = versions(_lesson(tmp_path, body))
    assert versions(_lesson(tmp_path, body.replace("prompt: p", "prompt: q"))) == before
    for old, new in (("y = 2", "y = 3"), ("values: x", "values: y")):
        assert versions(_lesson(tmp_path, body.replace(old, new))) != before
    if kind == "order":
        assert versions(_lesson(tmp_path, body + "    extra: [z = 3]\n")) != before


def test_a_courses_own_checks_decide_too(tmp_path: Path) -> None:
    """Only of the exercises that use one."""
    exercises = (
        "  - {id: own, kind: code, prompt: p, solution: x = 1, checks: [{mine: x}]}\n"
        "  - {id: other, kind: code, prompt: p, solution: x = 1, checks: [{values: x}]}\n"
    )
    text = 'class Mine(Check):\n    name = "mine"\n'
    (tmp_path / "checks.py").write_text(text)
    before = versions(_lesson(tmp_path, exercises))
    (tmp_path / "checks.py").write_text(text + "    strict = True\n")
    after = versions(_lesson(tmp_path, exercises))
    assert before["own"] != after["own"]
    assert before["other"] == after["other"]


def test_the_setup_of_the_lesson_counts_for_all_but_texts(
    version_of: Callable[..., dict[str, str]], lesson_text: str
) -> None:
    """A setup changes what every answer is judged in; the order of exercises changes nothing."""
    before = version_of()
    after = version_of("setup: |\n  import torch\n", "setup: |\n  import torch  # changed\n")
    changed = {id_ for id_ in before if before[id_] != after[id_]}
    assert changed
    assert len(set(before.values())) == len(before)
