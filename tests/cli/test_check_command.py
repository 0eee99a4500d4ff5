from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from checks.finding import Finding
from tutor.commands.answers import Answer
from tutor.commands.verdicts import verdict_as_text
from tutor.judging.verdict import Verdict

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    Tutor = Callable[..., subprocess.CompletedProcess[str]]

KEYS = [
    "lesson",
    "exercise",
    "status",
    "score",
    "max_score",
    "mistake",
    "checks",
    "output",
    "seconds",
]
CHECK_KEYS = {"check", "target", "status", "code", "message", "expected", "actual", "says"}
ESCAPE = chr(27)


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_json_in_order(tutor: Tutor) -> None:
    """One line an answer, in the order given, with the documented keys; the highest code counts."""
    done = tutor("check", "lesson.yaml", "ones", "right.py", "zeros.py", "right.py", "--json")
    right, zeros, again = found = lines(done)
    assert done.returncode == 1
    assert done.stderr == ""
    assert [line["file"] for line in found] == ["right.py", "zeros.py", "right.py"]
    for line in found:
        assert list(line)[: len(KEYS)] == KEYS
        assert (line["lesson"], line["exercise"]) == ("small", "ones")
        assert all(set(check) == CHECK_KEYS for check in line["checks"])
    assert (right["status"], right["score"], right["max_score"]) == ("pass", 2, 2)
    assert (right["mistake"], right["checks"][0]["status"]) == (None, "pass")
    assert (zeros["status"], zeros["score"], zeros["mistake"]) == ("fail", 0, "zeros")
    assert zeros["checks"][0]["message"]
    assert again["status"] == "pass"


def test_readable_report(tutor: Tutor) -> None:
    """People read the result, the cause, what was expected, and the mistake's explanation."""
    done = tutor("check", "lesson.yaml", "ones", "zeros.py")
    assert done.returncode == 1
    assert done.stdout.startswith("zeros.py: wrong, 0 of 2 points\n")
    assert "[fail] values x" in done.stdout
    assert "expected" in done.stdout
    assert "Those are zeros; count from one." in done.stdout
    assert ESCAPE not in done.stdout


def test_pass_is_short(tutor: Tutor) -> None:
    """A right answer is told so, with code 0."""
    done = tutor("check", "lesson.yaml", "ones", "right.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("right.py: pass, 2 of 2 points\n")


def test_standard_input(tutor: Tutor) -> None:
    """A dash reads the answer from standard input."""
    done = tutor("check", "lesson.yaml", "ones", "-", typed="x = torch.ones(2)")
    assert (done.returncode, done.stdout.split(":")[0]) == (0, "-")


@pytest.mark.parametrize(
    ("exercise", "file", "code"),
    [
        ("guess", "forty-two.txt", 0),
        ("guess", "two.txt", 1),
        ("pick", "two.txt", 0),
        ("pick", "forty-two.txt", 1),
        ("intro", "two.txt", 0),
    ],
)
def test_other_kinds(tutor: Tutor, exercise: str, file: str, code: int) -> None:
    """A prediction and a choice come from the file's text too."""
    assert tutor("check", "lesson.yaml", exercise, file).returncode == code


@pytest.mark.parametrize("file", ["wrong.py", "broken.py", "crash.py"])
def test_wrong_answers_have_a_cause(tutor: Tutor, file: str) -> None:
    """Wrong shape, a syntax error, a dead process: wrong with a message, not the tutor's fault."""
    done = tutor("check", "lesson.yaml", "ones", file, "--json")
    (line,) = lines(done)
    assert (done.returncode, line["status"]) == (1, "fail")
    assert line["message"]


def test_unreadable_files(tutor: Tutor, folder: Path) -> None:
    """What cannot be read is reported, keeps its line, and the others are judged."""
    (folder / "binary.py").write_bytes(b"x = '\xff'")
    (folder / "data.d").mkdir()
    names = ["missing.py", "right.py", "binary.py", "data.d"]
    done = tutor("check", "lesson.yaml", "ones", *names, "--json")
    found = lines(done)
    assert done.returncode == 2
    assert [line["status"] for line in found] == ["error", "pass", "error", "error"]
    assert [line["file"] for line in found] == names
    assert all(list(line) == list(found[1]) for line in found)
    assert "No such file" in found[0]["message"]
    assert len(done.stderr.splitlines()) == 3
    assert "tutor: missing.py: No such file" in done.stderr
    assert "tutor: binary.py: not UTF-8 text (byte 6)" in done.stderr


def test_only_unreadable_files(tutor: Tutor) -> None:
    """With nothing to judge nothing goes to stdout."""
    done = tutor("check", "lesson.yaml", "ones", "missing.py")
    assert (done.returncode, done.stdout) == (2, "")


def test_endless_file(tutor: Tutor) -> None:
    """A device that never ends is no answer."""
    done = tutor("check", "lesson.yaml", "ones", "/dev/zero")
    assert done.returncode == 2
    assert "longer than" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["lesson.yaml", "onse"], "did you mean 'ones'"),
        (["lesson.yaml", "xyzzy"], "intro, ones, guess, pick"),
        (["missing.yaml", "ones"], "missing.yaml"),
        (["creating-tensor", "x"], "creating-tensors"),
    ],
)
def test_unknown_names(tutor: Tutor, arguments: list[str], says: str) -> None:
    """An unknown lesson or exercise is met with the nearest, or with what there is."""
    done = tutor("check", *arguments, "right.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


def test_broken_lesson(tutor: Tutor, folder: Path) -> None:
    """Every problem of a lesson file stands on a line that begins with file:line:column."""
    text = (folder / "lesson.yaml").read_text().replace("starter:", "startr:")
    (folder / "lesson.yaml").write_text(text.replace("id: pick", "id: Not A Slug"))
    done = tutor("check", "lesson.yaml", "ones", "right.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) >= 2
    assert all(line.startswith("lesson.yaml:") for line in done.stderr.splitlines())


def test_output_cannot_command_the_terminal(tutor: Tutor) -> None:
    """What an answer prints reaches the terminal without its escape codes."""
    answer = "print(chr(27) + '[2Jgone')\nx = 1"
    done = tutor("check", "lesson.yaml", "ones", "-", typed=answer)
    assert "gone" in done.stdout
    assert ESCAPE not in done.stdout


CUSTOM = """\
from typing import ClassVar

from checks import TargetCheck


class Tidy(TargetCheck, frozen=True, kw_only=True):
    name: ClassVar[str] = "tidy"

    level: int = 1
"""
TIDY = """\
format: 1
id: tidy
title: Tidy
exercises:
  - {id: x, kind: code, prompt: Do., solution: x = 1, checks: [{tidy: x, levle: 2}]}
"""


@pytest.mark.parametrize(
    ("custom", "lesson", "problem"),
    [
        (CUSTOM, TIDY, "tidy.yaml:5:74: unknown key 'levle'; did you mean 'level'?"),
        (CUSTOM.replace("class", "clas"), TIDY, "checks.py:6:6: this is not Python"),
        ("1 / 0\n" + CUSTOM, TIDY, "checks.py:1:1: these checks cannot be used: ZeroDivision"),
    ],
)
def test_problems_of_a_courses_own_checks(
    tutor: Tutor, folder: Path, custom: str, lesson: str, problem: str
) -> None:
    """They are the author's, with their positions: nothing is judged, and the code is 2."""
    (folder / "checks.py").write_text(custom)
    (folder / "tidy.yaml").write_text(lesson)
    done = tutor("check", "tidy.yaml", "x", "right.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert problem in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("exercise", "right", "wrong", "words"),
    [
        ("lines", "ordered.py", "foreign.py", "Line 2: 'b = a + 2' is not one of"),
        ("look", "cells.py", "nearly.py", "`t`"),
    ],
)
def test_orders_and_explorations(
    tutor: Tutor, exercise: str, right: str, wrong: str, words: str
) -> None:
    """The arranged program, and the cells of a session, are files like any other answer."""
    done = tutor("check", "lesson.yaml", exercise, right, wrong, "--json")
    passed, failed = lines(done)
    assert (done.returncode, done.stderr) == (1, "")
    assert (passed["status"], failed["status"]) == ("pass", "fail")
    assert words in failed["checks"][0]["message"]


def test_every_line_of_a_check_stands_below_it() -> None:
    """What an author says over several lines is indented; one point is no points."""
    finding = Finding(
        check="choice", target="options", status="fail", code="wrong-option", message="One.\nTwo."
    )
    verdict = Verdict(status="fail", score=0, max_score=1, message="", findings=(finding,))
    told = verdict_as_text(Answer(name="a.py", text="1"), verdict)
    assert told == "a.py: wrong, 0 of 1 point\n  [fail] choice options: One.\n    Two."
