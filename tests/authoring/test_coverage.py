from __future__ import annotations

import re
from pathlib import Path

import msgspec

from tests.documents import DOCS
from tutor.authoring.coverage import coverage_page
from tutor.course.companions import Topic, Topics
from tutor.course.find import builtin_course
from tutor.course.model import Course, Lesson, LessonFile, Read
from tutor.course.read_companions import read_topics

TOPICS = Topics(
    path=Path("course/topics.yaml"),
    entries={
        "ones": Topic(about="Ones | twos", group="Making"),
        "sums": Topic(about="Add up"),
        "slow": Topic(about="It is *fast*", kind="error", group="Making"),
        "zeros": Topic(about="Zeros", group="Making"),
    },
)


def course(*teaches: tuple[str, ...]) -> Course:
    exercises = tuple(
        Read(id=f"e{number}", prompt="p", teaches=ids) for number, ids in enumerate(teaches)
    )
    lesson = Lesson(format=1, id="a", title="A", exercises=exercises)
    file = LessonFile(path=Path("course/a.yaml"), lesson=lesson)
    broken = LessonFile(path=Path("course/b.yaml"), lesson=None)
    return Course(id="c", title="C", path=Path("course"), files=(file, broken))


def page(course: Course) -> str:
    return coverage_page(course, TOPICS, note="", page=Path("docs/coverage.md"))


def test_what_is_taught_is_listed_with_its_exercises() -> None:
    """By heading, each exercise once, and with a bar that does not break the table."""
    text = page(course(("ones", "ones"), ("slow", "ones")))
    assert "C: 1 of 3 topics and 1 of 1 errors." in text
    row = "| `ones` | Ones \\| twos | [a](../course/a.yaml): `e0`, `e1` |"
    assert row in text
    assert "| `slow` | It is *fast* | [a](../course/a.yaml): `e1` |" in text
    taught, _, left = text.partition("## Left for part two")
    assert "zeros" not in taught
    assert "**Making**\n\n- `zeros`: Zeros\n\n**Other**\n\n- `sums`: Add up" in left
    assert "ones" not in left
    assert "### Errors" not in left


def test_without_lessons_everything_is_left() -> None:
    """The page says so and has no empty table."""
    text = page(course())
    assert "0 of 3 topics and 0 of 1 errors" in text
    assert "|---|" not in text
    assert all(f"`{id_}`" in text for id_ in TOPICS.entries)


def test_every_topic_of_the_course_is_on_its_page_once() -> None:
    """Covered or left, and every file that is linked is there."""
    text = (DOCS / "coverage.md").read_text(encoding="utf-8")
    topics = read_topics(builtin_course().path)
    shown = re.findall(r"^(?:\| |- )`([a-z0-9-]+)`", text, re.MULTILINE)
    assert sorted(shown) == sorted(topics.entries)
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert links
    assert all((DOCS / link).is_file() for link in links)


def test_every_item_of_the_lectures_has_its_topics() -> None:
    """The list at the end of topics.yaml names ids that are there, and leaves no item out."""
    topics = read_topics(builtin_course().path)
    assert topics.problems == ()
    assert topics.path is not None
    text = topics.path.read_text(encoding="utf-8")
    items = dict(re.findall(r"^# (S\d\.e?\d+): (.+)$", text, re.MULTILINE))
    kinds = {"": "topic", "e": "error"}
    for item, ids in items.items():
        for id_ in ids.split(", "):
            assert topics.entries[id_].kind == kinds["e" if "e" in item else ""], (item, id_)
    for lecture, most in enumerate((6, 7, 10, 9, 7)):
        assert {f"S{lecture}.{number}" for number in range(1, most + 1)} <= items.keys()
    for lecture, most in enumerate((3, 12, 20, 8, 3)):
        assert {f"S{lecture}.e{number}" for number in range(1, most + 1)} <= items.keys()


def test_topics_keep_their_text_in_one_line() -> None:
    """The page puts each into one row."""
    for id_, topic in read_topics(builtin_course().path).entries.items():
        assert "\n" not in topic.about.strip(), id_
        assert topic.group, id_
        assert msgspec.convert(msgspec.to_builtins(topic), Topic) == topic
