from __future__ import annotations

import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conftest import Engines
from tutor.authoring.lint.run import lint
from tutor.authoring.new import KINDS, new_course, new_exercise, new_lesson
from tutor.course.arranging import program_of, shuffled
from tutor.course.find import open_course
from tutor.course.model import Choice, Code, Exercise, Explore, Lesson, Order, Predict
from tutor.errors import LessonFileError, UsageError
from tutor.judging.judge import Judging


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def judging(engines: Engines) -> AsyncIterator[Judging]:
    """A judge on a real engine."""
    yield Judging(await engines.ready(), seconds=30)


def the_lesson(path: Path) -> Lesson:
    """The lesson in a file that has no problems."""
    file = open_course(path).files[0]
    assert file.lesson is not None, file.problems
    return file.lesson


def right_answer(exercise: Exercise) -> str:
    """What the file itself gives as the right answer."""
    match exercise:
        case Code() | Order() | Explore():
            return exercise.solution
        case Predict():
            return exercise.accepts[0]
        case Choice():
            return ",".join(str(n) for n, one in enumerate(exercise.options, 1) if one.correct)
        case _:
            return ""


def test_a_course_is_made_and_nothing_is_wrong_with_it(tmp_path: Path) -> None:
    """A directory, a course file, a lesson, and the schemas that their first lines name."""
    created = new_course(tmp_path / "My Course")
    assert [path.name for path in created.written] == [
        *("course.yaml", "first-lesson.yaml", "lesson.schema.json", "course.schema.json")
    ]
    for path in created.written[:2]:
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        assert (path.parent / first.rpartition("=")[2]).is_file()
    course = open_course(tmp_path / "My Course")
    assert (course.id, course.title) == ("my-course", "My course")
    assert lint([tmp_path]).problems == ()


def test_a_lesson_joins_its_course(tmp_path: Path) -> None:
    """It comes last in the order, and the course file keeps its comments."""
    new_course(tmp_path / "c")
    before = (tmp_path / "c/course.yaml").read_text(encoding="utf-8")
    created = new_lesson(tmp_path / "c/shapes", title="Shapes: why?", kind="predict")
    assert [path.name for path in created.written] == ["shapes.yaml", "course.yaml"]
    after = (tmp_path / "c/course.yaml").read_text(encoding="utf-8")
    assert after == f"{before}  - shapes\n"
    course = open_course(tmp_path / "c")
    assert [lesson.id for lesson in course.lessons] == ["first-lesson", "shapes"]
    assert course.lessons[1].title == "Shapes: why?"
    assert lint([tmp_path]).problems == ()


def test_a_course_without_an_order_is_left_as_it_is(tmp_path: Path) -> None:
    """Its lessons stand in the order of their files' names."""
    (tmp_path / "course.yaml").write_text("id: c\ntitle: C\n")
    assert (tmp_path / "course.yaml") not in new_lesson(tmp_path / "shapes.yaml").written
    assert lint([tmp_path]).problems == ()


@pytest.mark.parametrize("kind", KINDS)
def test_an_exercise_is_added(lesson: Path, kind: str) -> None:
    """Of every kind there is; what stood in the file before stands there still."""
    before = lesson.read_text(encoding="utf-8")
    new_exercise(lesson, "another", kind=kind, title="Another, one")
    after = lesson.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert f"\n  - id: another\n    kind: {kind}\n    title: Another, one\n" in after
    assert len(the_lesson(lesson).exercises) == 2
    assert lint([lesson]).problems == ()


def test_an_exercise_brings_torch_where_setup_does_not(lesson: Path) -> None:
    """What it writes works in any lesson."""
    text = lesson.read_text(encoding="utf-8")
    lesson.write_text(text.replace("setup: |\n  import torch", "setup: |\n  import math"))
    new_exercise(lesson, "another")
    assert the_lesson(lesson).exercises[1].setup == "import torch\n"


def test_a_file_keeps_its_mark_its_mode_and_its_link(lesson: Path, tmp_path: Path) -> None:
    """Of a file that another program reads as well, only the text changes."""
    lesson.write_bytes(b"\xef\xbb\xbf" + lesson.read_bytes())
    lesson.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(lesson)
    new_exercise(link, "another")
    assert link.is_symlink()
    assert lesson.read_bytes().startswith(b"\xef\xbb\xbf#")
    assert stat.S_IMODE(lesson.stat().st_mode) == 0o640
    assert len(the_lesson(lesson).exercises) == 2


def test_nothing_is_overwritten(tmp_path: Path, lesson: Path) -> None:
    """Neither files nor ids; whatever is there stays as it was."""
    new_course(tmp_path / "c")
    everything = {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}
    for again in (
        lambda: new_course(tmp_path / "c"),
        lambda: new_lesson(lesson),
        lambda: new_lesson(tmp_path / "c/other.yaml", id_="first-lesson"),
        lambda: new_lesson(tmp_path / "c/course.yaml"),
        lambda: new_exercise(lesson, "first-exercise"),
    ):
        with pytest.raises(UsageError):
            again()  # type: ignore[no-untyped-call]
    assert everything == {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}


def test_a_schema_that_is_there_is_kept(tmp_path: Path) -> None:
    """It may be a link, or an older one that somebody wants."""
    (tmp_path / "lesson.schema.json").write_text("{}")
    new_lesson(tmp_path / "shapes.yaml")
    assert (tmp_path / "lesson.schema.json").read_text() == "{}"


@pytest.mark.parametrize("id_", ["Row Sums", "row_sums", "-", "Ärger", ""])
def test_an_id_is_an_id(lesson: Path, id_: str) -> None:
    """One that could be meant is named."""
    with pytest.raises(UsageError) as raised:
        new_exercise(lesson, id_)
    assert ("'row-sums'" in str(raised.value)) == id_.lower().startswith("row")


@pytest.mark.parametrize(
    "title",
    ["no", "Why: so", "# x", 'It\'s "so"', "42", "a\\b", "Größe", "- x", "{a}", "x #y"],
)
def test_a_title_is_what_was_typed(tmp_path: Path, title: str) -> None:
    """Whatever YAML would make of it without quotes."""
    path = new_lesson(tmp_path / "shapes.yaml", title=title).lesson
    new_exercise(path, "another", title=title)
    read = the_lesson(path)
    assert read.title == read.exercises[1].title == title
    assert lint([path]).problems == ()


def test_a_title_is_one_line(lesson: Path) -> None:
    """Anything else would be cut off."""
    for title in ("two\nlines", " ", "\x1b"):
        with pytest.raises(UsageError, match="one line"):
            new_exercise(lesson, "another", title=title)


def test_a_file_that_is_no_lesson_is_refused(tmp_path: Path) -> None:
    """With the reason."""
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [1\n")
    with pytest.raises(LessonFileError, match="not closed"):
        new_exercise(broken, "another")
    broken.write_text("- a\n")
    with pytest.raises(UsageError, match="no lesson file"):
        new_exercise(broken, "another")
    with pytest.raises(LessonFileError, match="cannot be read"):
        new_exercise(tmp_path / "nothing.yaml", "another")


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """Not a traceback."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        new_lesson(tmp_path / "file/shapes.yaml")


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("kind", KINDS)
async def test_the_right_answer_passes_and_the_others_fail(
    judging: Judging, lesson: Path, kind: str
) -> None:
    """What is written works as it is: solution, alternatives, starter and mistakes, judged."""
    new_exercise(lesson, "another", kind=kind)
    read = the_lesson(lesson)
    exercise = read.exercises[1]
    assert (await judging.judge(read, exercise, right_answer(exercise))).status == "pass"
    if isinstance(exercise, Code):
        assert (await judging.judge(read, exercise, exercise.starter)).status == "fail"
    if isinstance(exercise, Order):
        begin = program_of(shuffled(exercise))
        assert (await judging.judge(read, exercise, begin)).status == "fail"
    if isinstance(exercise, Explore):
        assert (await judging.judge(read, exercise, exercise.starter)).status == "fail"
    if isinstance(exercise, Code | Predict | Order):
        for answer in exercise.accepts:
            assert (await judging.judge(read, exercise, answer)).status == "pass"
        for mistake in exercise.mistakes:
            verdict = await judging.judge(read, exercise, mistake.answer)
            assert verdict.status == "fail"
            assert verdict.mistake is not None
            assert verdict.mistake.id == mistake.id
    if isinstance(exercise, Choice):
        for number in range(2, len(exercise.options) + 1):
            assert (await judging.judge(read, exercise, str(number))).status == "fail"
