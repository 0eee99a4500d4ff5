"""A course's own checks, as far as they are known without running them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tutor.course import custom_entries
from tutor.course.catalogue import open_entry
from tutor.course.custom import CustomChecks, read_custom
from tutor.course.find import open_course
from tutor.course.load import load_lesson
from tutor.course.model import Code, LessonFile
from tutor.course.settle import settle, unsettled
from tutor.errors import LessonFileError

CHECKS = '''\
import pathlib

from checks import Check

pathlib.Path("it-ran").touch()


class Base(Check):
    """No check: it has no name."""


class Grows(Base, frozen=True):
    name: ClassVar[str] = "grows"


class Short(Check, frozen=True):
    name = "short"


class Settings:
    name = "no check either: it extends nothing"
'''
LESSON = """\
format: 1
id: totals
title: Totals
exercises:
  - id: totals
    kind: code
    prompt: Make them.
    solution: y = 1
    checks:
      - grows: y
        word: no
        most: 3
      - values: y
      - short: [a, b]
        weight: 2
"""
ENTRY = {
    **open_entry("grows"),
    "additionalProperties": False,
    "properties": {
        **open_entry("grows")["properties"],
        "word": {"type": "string"},
        "most": {"type": "integer", "maximum": 5},
    },
    "x-codes": ["falls"],
}
ENTRIES = {"grows": ENTRY, "short": open_entry("short")}


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is kept of earlier descriptions: nothing."""
    directory = tmp_path_factory.mktemp("data")
    monkeypatch.setenv("TUTOR_DATA_DIR", str(directory))
    return directory


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., LessonFile]:
    """Loads a lesson that lies beside a `checks.py`."""
    monkeypatch.chdir(tmp_path)

    def load_both(lesson: str = LESSON, checks: str = CHECKS) -> LessonFile:
        (tmp_path / "lesson.yaml").write_text(lesson)
        (tmp_path / "checks.py").write_text(checks)
        return load_lesson(tmp_path / "lesson.yaml")

    return load_both


def exercise_of(file: LessonFile) -> Code:
    assert file.lesson is not None, file.problems
    (exercise,) = file.lesson.exercises
    assert isinstance(exercise, Code)
    return exercise


def told(file: LessonFile) -> list[str]:
    return [f"{p.path.name}:{p.line}:{p.column}: {p.message}" for p in file.problems]


def test_a_lesson_may_use_them_before_they_were_described(
    load: Callable[..., LessonFile], tmp_path: Path
) -> None:
    """Their names are in the text. Nothing of the file runs."""
    exercise = exercise_of(load())
    assert [use.check for use in exercise.checks] == ["grows", "values", "short"]
    assert [use.custom is not None for use in exercise.checks] == [True, False, True]
    assert exercise.checks[2].target == ("a", "b")
    assert exercise.checks[2].weight == 2
    assert unsettled(exercise) is not None
    assert not (tmp_path / "it-ran").exists()


def test_settling_reads_an_entry_as_it_was_meant(load: Callable[..., LessonFile]) -> None:
    """Where text is meant, `no` is text; that is not known before."""
    exercise = exercise_of(load())
    settled = settle(exercise, described(exercise.checks[0].custom))
    assert isinstance(settled, Code)
    assert settled.checks[0].params == {"word": "no", "most": 3}
    assert settled.checks[0].unread is None
    assert unsettled(settled) is None
    assert settled.checks[1] == exercise.checks[1]


def described(custom: CustomChecks | None) -> CustomChecks:
    assert custom is not None
    return msgspec.structs.replace(custom, entries=ENTRIES)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("word: no", "wrd: no"), "11:9: unknown key 'wrd'; did you mean 'word'?"),
        (("most: 3", "most: 9"), "12:15: most: at most 5 is needed, this is 9"),
        (("most: 3", "says: {fals: x}"), "12:16: unknown name 'fals'; did you mean 'falls'?"),
        (("most: 3", "weight: 0"), "12:17: weight: more than 0 is needed, this is 0"),
    ],
)
def test_what_is_wrong_with_an_entry_has_its_position(
    load: Callable[..., LessonFile], change: tuple[str, str], problem: str
) -> None:
    """Once the checks are described: when a lesson is settled, and in every later reading."""
    lesson = LESSON.replace(*change)
    file = load(lesson)
    if "weight" not in problem:  # which every check has, so that it is known at once
        exercise = exercise_of(file)
        with pytest.raises(LessonFileError) as caught:
            settle(exercise, described(exercise.checks[0].custom))
        assert str(caught.value).endswith(f"lesson.yaml:{problem}")
    custom_entries.remember(CHECKS, ENTRIES)
    assert told(load(lesson)) == [f"lesson.yaml:{problem}"]


def test_what_was_described_once_is_known_from_then_on(
    load: Callable[..., LessonFile], cache: Path
) -> None:
    """Until the text changes; and a damaged file is no worse than none."""
    custom_entries.remember(CHECKS, ENTRIES)
    exercise = exercise_of(load())
    assert unsettled(exercise) is None
    assert exercise.checks[0].params == {"word": "no", "most": 3}
    assert unsettled(exercise_of(load(checks=CHECKS + "\n"))) is not None
    for kept in (cache / "cache").rglob("*.json"):
        kept.write_text("{}[")
    assert unsettled(exercise_of(load())) is not None


@pytest.mark.parametrize(
    ("checks", "problem"),
    [
        ("def f(:", "1:7: this is not Python: invalid syntax"),
        (
            CHECKS.replace('"grows"', '"values"'),
            "13:27: there is a built-in check 'values' already",
        ),
        (CHECKS.replace('"grows"', '"rtol"'), "13:27: 'rtol' is a parameter of other checks"),
        (CHECKS.replace('"grows"', '"short"'), "17:12: the check in line 13 is called 'short'"),
        (CHECKS.replace('"grows"', '"Grows!"'), "13:27: 'Grows!' is no name of a check"),
        ("x = '" + "x" * 200_001 + "'", "1:1: the file is longer than 200,000 characters"),
        ("(" * 500, "1:"),
    ],
)
def test_what_is_wrong_with_the_file_has_its_position(
    load: Callable[..., LessonFile], tmp_path: Path, checks: str, problem: str
) -> None:
    """A lesson that uses it has the problem too; one that does not, has not."""
    problems = told(load(checks=checks))
    assert problems[0].startswith(f"checks.py:{problem}")
    assert "lesson.yaml:10:9: check: none of checks.py can be used, for it has problems" in problems
    (tmp_path / "course.yaml").write_text("id: c\ntitle: C\n")
    course = open_course(tmp_path)
    assert f"{course.problems[0]}".startswith(f"{tmp_path / 'checks.py'}:{problem}")
    plain = "\n".join(LESSON.splitlines()[:9]) + "\n      - values: y\n"
    assert load(plain, checks).problems == ()


def test_an_unknown_check_is_still_found(load: Callable[..., LessonFile]) -> None:
    """With the nearest name, which may be one of the course's."""
    problems = told(load(LESSON.replace("grows: y", "grow: y")))
    assert "lesson.yaml:10:9: unknown key 'grow'; did you mean 'grows'?" in problems
    problems = told(load(LESSON.replace("grows: y", "xyz: y")))
    assert "such as shape" in problems[0]
    assert "grows, short" in problems[0]


def test_a_directory_without_the_file_has_none(tmp_path: Path) -> None:
    """Nor does one in which it is a directory: a package of somebody's."""
    assert read_custom(tmp_path) is None
    (tmp_path / "checks.py").mkdir()
    assert read_custom(tmp_path) is None


def test_reading_a_course_starts_nothing(
    tmp_path: Path, modules_after: Callable[[str], frozenset[str]]
) -> None:
    """Neither torch, nor the library of checks, nor the course's file is loaded."""
    (tmp_path / "course.yaml").write_text("id: c\ntitle: C\n")
    (tmp_path / "checks.py").write_text(CHECKS)
    for number in range(30):
        text = LESSON.replace("id: totals\ntitle", f"id: totals-{number}\ntitle")
        (tmp_path / f"{number}.yaml").write_text(text)
    loaded = modules_after(
        "from pathlib import Path; from tutor.course.find import open_course; "
        f"course = open_course(Path({str(tmp_path)!r})); "
        "assert len(course.lessons) == 30, course"
    )
    assert not loaded & {"torch", "numpy", "checks", "asyncio", "tutor.engine"}
