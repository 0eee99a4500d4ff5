from __future__ import annotations

from pathlib import Path

from tests.authoring.lint.conftest import GOOD
from tutor.authoring.lint.run import lint

TAGGED = GOOD.replace("    title: Guess", "    title: Guess\n    teaches: [ones, summ]")


def lesson(directory: Path) -> Path:
    path = directory / "lesson.yaml"
    path.write_text(TAGGED)
    return path


def found(path: Path) -> list[str]:
    return [
        f"{p.path.name}:{p.line}:{p.column} {p.code}: {p.message}" for p in lint([path]).problems
    ]


def test_an_unknown_topic_has_the_nearest_one(tmp_path: Path) -> None:
    """At the id itself; those that there are, are good."""
    (tmp_path / "topics.yaml").write_text("ones: {about: Ones}\nsums: {about: Sums}\n")
    line = TAGGED[: TAGGED.index("summ]")].count("\n") + 1
    (problem,) = found(lesson(tmp_path))
    assert problem.startswith(f"lesson.yaml:{line}:21 unknown-topic: ")
    assert problem.endswith("topics.yaml has no topic 'summ'; did you mean 'sums'?")


def test_topics_without_their_file_are_said_once(tmp_path: Path) -> None:
    """A warning, for the lesson works."""
    (problem,) = lint([lesson(tmp_path)]).problems
    assert problem.code == "no-topics"
    assert "no topics.yaml lies beside this file" in problem.message
    assert lint([tmp_path / "lesson.yaml"]).warnings == 1


def test_what_is_wrong_with_the_file_is_found_with_the_course(tmp_path: Path) -> None:
    """And by its own path; a lesson has only its own problems."""
    (tmp_path / "course.yaml").write_text("id: c\ntitle: C\n")
    (tmp_path / "topics.yaml").write_text("ones: {about: Ones}\nsumm: {abuot: Sums}\n")
    path = lesson(tmp_path)
    expected = [
        "topics.yaml:2:7 missing-key: summ: the key 'about' is missing",
        "topics.yaml:2:8 unknown-key: unknown key 'abuot'; did you mean 'about'?",
    ]
    for where in (tmp_path, tmp_path / "topics.yaml"):
        got = found(where)
        assert got
        assert set(got) <= set(expected)
        assert all(one.startswith("topics.yaml:2:") for one in got)
    assert found(path) == []
