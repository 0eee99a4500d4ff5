from __future__ import annotations

from pathlib import Path

import pytest

from tutor.authoring.preview.extras import extras
from tutor.authoring.preview.reading import read

ROOT = Path(__file__).resolve().parents[3]
GOOD = (ROOT / "tests/authoring/lint/good.yaml").read_text(encoding="utf-8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A lesson in which lint finds nothing."""
    path = tmp_path / "good.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_a_good_file_gives_its_lesson(file: Path) -> None:
    """And nothing to complain about; the same file gives the same."""
    reading = read(file)
    assert reading.lesson is not None
    assert (reading.spots, reading.summary) == ((), "")
    assert read(file) == reading


def test_each_problem_comes_with_its_line(file: Path) -> None:
    """Errors first, with the line as it stands and a sign below the place."""
    file.write_text(GOOD.replace("\ntitle:", "\ntitel:", 1) + "\n    \ttail\n", encoding="utf-8")
    reading = read(file)
    assert reading.lesson is None
    first = reading.spots[0]
    assert first.severity == "error"
    place, line, sign = first.text().split("\n")
    assert place.startswith(f"{file}:{first.problem.line}:{first.problem.column}: ")
    assert line.strip() in GOOD.replace("title:", "titel:") + "\ttail"
    assert sign.strip() == "^"
    assert first.text(name_only=True).startswith("good.yaml:")
    assert "\n" not in first.text(pointed=False)


def test_warnings_do_not_keep_the_lesson_away(file: Path) -> None:
    """They are counted beside the errors."""
    file.write_text(f"{GOOD}\n  - {{id: extra, kind: read, prompt: '![x](y.png)'}}\n")
    reading = read(file)
    assert reading.lesson is not None
    assert reading.errors == ()
    assert reading.summary.endswith(" warning" if len(reading.spots) == 1 else " warnings")


@pytest.mark.parametrize("make", ["nothing", "directory", "binary", "course"])
def test_whatever_is_there_can_be_read(tmp_path: Path, make: str) -> None:
    """The problem is told; nothing is raised."""
    path = tmp_path / "lesson.yaml"
    match make:
        case "directory":
            path.mkdir()
        case "binary":
            path.write_bytes(b"\xff\xfe\x00format")
        case "course":
            (tmp_path / "course.yaml").write_text("id: [broken", encoding="utf-8")
            path.write_text(GOOD, encoding="utf-8")
    reading = read(path)
    assert (reading.lesson is None) == (make != "course")
    assert bool(reading.errors) == (make != "course")


def test_a_course_says_what_is_wrong_between_its_files(file: Path) -> None:
    """Beside a course file, the lesson is a part of it."""
    (file.parent / "course.yaml").write_text("id: made\ntitle: Made\n", encoding="utf-8")
    file.write_text(GOOD.replace("\ntitle:", "\nrequires: [nowhere]\ntitle:", 1), encoding="utf-8")
    reading = read(file)
    assert reading.lesson is not None
    assert [spot.problem.code for spot in reading.errors] == ["unknown-lesson"]


def test_extras_are_all_that_learners_do_not_see_at_once(file: Path) -> None:
    """Of every exercise of the lesson."""
    lesson = read(file).lesson
    assert lesson is not None
    for exercise in lesson.exercises:
        text = extras(lesson, exercise)
        for hint in exercise.hints:
            assert hint.strip() in text
        for mistake in getattr(exercise, "mistakes", ()):
            assert f"## Mistake: {mistake.id}" in text
            assert mistake.answer.strip() in text
        assert getattr(exercise, "solution", "").strip() in text
        assert exercise.explanation.strip() in text
