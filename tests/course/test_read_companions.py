from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.course.damage import BOMBS, bomb, damaged
from tutor.authoring.lint.run import lint
from tutor.course.directory import read_directory
from tutor.course.find import find_lesson, open_course
from tutor.course.problems import Problem
from tutor.course.read_companions import read_glossary, read_topics
from tutor.errors import NotFoundError

TOPICS = """\
keepdim: {about: Keeps a dimension, group: Shapes}
always-copies:
  kind: error
  about: |
    It *may* copy.
"""
GLOSSARY = """\
no_grad:
  means: |
    Stops recording.
  also: ["on", no]
  see: [leaf]
leaf: {means: A tensor that nothing computed.}
"""
LESSON = "format: 1\nid: a\ntitle: T\nexercises: [{id: a, kind: read, prompt: p}]\n"


def shown(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{p.path.name}:{p.line}:{p.column}: {p.message} [{p.code}]" for p in problems]


def test_topics_are_read_in_their_order(tmp_path: Path) -> None:
    """An entry is a topic unless it says that it is an error."""
    (tmp_path / "topics.yaml").write_text(TOPICS)
    topics = read_topics(tmp_path)
    assert topics.problems == ()
    assert [(id_, t.kind, t.group) for id_, t in topics.entries.items()] == [
        ("keepdim", "topic", "Shapes"),
        ("always-copies", "error", ""),
    ]


def test_a_glossary_is_read_as_it_is_written(tmp_path: Path) -> None:
    """Words that other YAML tools take for true and false stay words."""
    (tmp_path / "glossary.yaml").write_text(GLOSSARY)
    glossary = read_glossary(tmp_path)
    assert glossary.problems == ()
    assert list(glossary.entries) == ["no_grad", "leaf"]
    assert glossary.entries["no_grad"].also == ("on", "no")
    assert glossary.entries["no_grad"].see == ("leaf",)


def test_a_course_needs_neither(tmp_path: Path) -> None:
    """A course without them has nothing to complain about."""
    assert read_topics(tmp_path).path is None
    assert read_glossary(tmp_path).problems == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- a", "1:1: a topics file should hold an id with ': ' after it, and so on [wrong-type]"),
        ("", "1:1: the file is empty [yaml-syntax]"),
        ("keepdim: 1", "1:10: keepdim: a mapping (key: value) is needed"),
        ("keepdim: {abuot: x}", "1:11: unknown key 'abuot'; did you mean 'about'?"),
        ("keepdim: {group: x}", "1:10: keepdim: the key 'about' is missing [missing-key]"),
        ("a: {about: x, kind: eror}", "1:21: kind: 'eror' is none of"),
        ("Keep Dim: {about: x}", "did you mean 'keep-dim'? [bad-value]"),
    ],
)
def test_a_wrong_topics_file_says_where(tmp_path: Path, text: str, problem: str) -> None:
    """Every problem has its place, and the nearest key where there is one."""
    (tmp_path / "topics.yaml").write_text(text)
    assert any(problem in one for one in shown(read_topics(tmp_path).problems))


def test_the_ids_of_a_broken_topics_file_are_still_known(tmp_path: Path) -> None:
    """One wrong entry does not make every exercise's `teaches` wrong."""
    (tmp_path / "topics.yaml").write_text("keepdim: {about: x}\nother: {abuot: x}\n")
    topics = read_topics(tmp_path)
    assert topics.problems
    assert list(topics.entries) == ["keepdim", "other"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("leaf: A tensor.", "1:7: leaf: a mapping (key: value) is needed, this is text"),
        ("leaf: {means: ''}", "1:15: means: text is needed, nothing is written [missing-text]"),
        ("leaf: {means: x, see: graph}", "1:23: see: a list is needed, this is text"),
        ("leaf: {means: x}\nleaf: {means: y}", "2:1: the key 'leaf' stands twice; first in line 1"),
        (f"{'x' * 41}: {{means: x}}", "41 characters, at most 40 are allowed [bad-value]"),
        ("leaf: {means: ", "[yaml-syntax]"),
    ],
)
def test_a_wrong_glossary_is_a_problem_of_its_course(
    tmp_path: Path, text: str, problem: str
) -> None:
    """Its lessons can be taken all the same, without it."""
    (tmp_path / "glossary.yaml").write_text(text)
    (tmp_path / "course.yaml").write_text("id: c\ntitle: C\n")
    (tmp_path / "a.yaml").write_text(LESSON)
    course = read_directory(tmp_path)
    assert any(problem in one for one in shown(course.problems)), shown(course.problems)
    assert course.glossary.entries == {}
    assert [lesson.id for lesson in course.lessons] == ["a"]


def test_neither_is_taken_for_a_lesson(tmp_path: Path) -> None:
    """Nor can it be named where a lesson is asked for."""
    (tmp_path / "topics.yaml").write_text(TOPICS)
    (tmp_path / "glossary.yaml").write_text(GLOSSARY)
    (tmp_path / "course.yaml").write_text("id: c\ntitle: C\n")
    (tmp_path / "a.yaml").write_text(LESSON)
    course = open_course(tmp_path)
    assert course.problems == ()
    assert [file.path.name for file in course.files] == ["a.yaml"]
    assert list(course.glossary.entries) == ["no_grad", "leaf"]


def test_a_lesson_file_that_is_named_like_one_is_refused(tmp_path: Path) -> None:
    """Whoever names it is told what to name."""
    (tmp_path / "glossary.yaml").write_text(GLOSSARY)
    with pytest.raises(NotFoundError, match="name one of the lesson files beside it"):
        find_lesson(str(tmp_path / "glossary.yaml"))


def survive(path: Path) -> None:
    """Lint the file: every problem has a place in it, and it takes no longer than a lesson's."""
    began = time.process_time()
    linted = lint([path])
    assert time.process_time() - began < 2
    text = path.read_bytes().decode("utf-8-sig", "replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in linted.problems:
        assert 1 <= problem.line <= len(lines), problem
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1, problem
        assert problem.message.isprintable(), problem


@pytest.mark.parametrize("file", ["topics.yaml", "glossary.yaml"])
@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_is_meant_to_take_long_does_not(tmp_path: Path, file: str, name: str) -> None:
    """It is refused, or read in time."""
    (tmp_path / file).write_bytes(bomb(name))
    survive(tmp_path / file)


@pytest.mark.parametrize("file", ["topics.yaml", "glossary.yaml"])
def test_a_damaged_file_ends_in_problems(tmp_path: Path, file: str) -> None:
    """Other files in every run; the seed repeats one."""
    chance = random.SystemRandom()
    for _ in range(50):
        seed = chance.getrandbits(32)
        how, data = damaged(seed, only=file)
        (tmp_path / file).write_bytes(data)
        try:
            survive(tmp_path / file)
        except BaseException as error:
            raise AssertionError(f"seed {seed}: {how}") from error


def test_many_wrong_names_take_no_time(tmp_path: Path) -> None:
    """The nearest name is looked for a few times only."""
    many = [f"long-name-number-{number}" for number in range(1_000)]
    (tmp_path / "topics.yaml").write_text("".join(f"{id_}: {{about: x}}\n" for id_ in many))
    entries = "".join(f"{term}: {{means: x, see: [{term}s]}}\n" for term in many)
    (tmp_path / "glossary.yaml").write_text(entries)
    ids = ", ".join(f"{id_}s" for id_ in many)
    (tmp_path / "a.yaml").write_text(LESSON.replace("prompt: p", f"prompt: p, teaches: [{ids}]"))
    for name in ("topics.yaml", "glossary.yaml", "a.yaml"):
        survive(tmp_path / name)
    assert len(lint([tmp_path / "a.yaml"]).problems) == 200
