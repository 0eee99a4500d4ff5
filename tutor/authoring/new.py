"""``tutor new``: a course, a lesson, an exercise to begin with. Nothing is ever overwritten."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Final, get_args

import msgspec

from tutor.authoring.editor_schema import course_schema_text, lesson_schema_text
from tutor.authoring.insert import with_item
from tutor.authoring.scopes import names_in
from tutor.course.companions import COMPANION_FILES
from tutor.course.compose import compose
from tutor.course.directory import COURSE_FILE, LESSON_SUFFIXES, load_directory
from tutor.course.model import Exercise, Slug
from tutor.course.nodes import Mapping
from tutor.course.source import Report, Source, read_source
from tutor.course.wording import quoted
from tutor.errors import LessonFileError, UsageError

__all__ = ["KINDS", "Created", "lesson_text", "new_course", "new_exercise", "new_lesson"]

KINDS: Final = tuple(str(kind.__struct_config__.tag) for kind in get_args(Exercise))
"""The kinds of exercises, as a lesson file writes them."""

_TEMPLATES = Path(__file__).parent / "templates"
_LESSON_SCHEMA, _COURSE_SCHEMA = "lesson.schema.json", "course.schema.json"
_FIRST_LESSON, _FIRST_EXERCISE = "first-lesson", "first-exercise"
_BOM = "\ufeff"

# What YAML reads as nothing but this text.
_PLAIN = re.compile(
    r"(?!(?:true|false|yes|no|on|off|null)$)[A-Za-z](?:[\w ,.()'/-]*[\w.)])?", re.IGNORECASE
)


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """What was made.

    Attributes:
        written: the files that are new or longer now.
        lesson: the lesson file to go on with.
        exercise: the id of its new exercise.
    """

    written: tuple[Path, ...]
    lesson: Path
    exercise: str


def new_course(directory: Path, *, id_: str | None = None, title: str | None = None) -> Created:
    """A course with one lesson, in a directory that is made if it is not there.

    Raises:
        UsageError: it holds a course already, or something cannot be written.
    """
    id_ = _id(id_, directory.resolve().name)
    lesson = directory / f"{_FIRST_LESSON}.yaml"
    values = {"id": id_, "title": _title(title, id_), "lesson": _FIRST_LESSON}
    files = {directory / COURSE_FILE: _filled("course", values), lesson: lesson_text(_FIRST_LESSON)}
    for path in files:
        _refuse_existing(path)
    files |= _schemas(directory)
    _write_new(files)
    return Created(written=tuple(files), lesson=lesson, exercise=_FIRST_EXERCISE)


def new_lesson(
    path: Path, *, id_: str | None = None, title: str | None = None, kind: str = "code"
) -> Created:
    """A lesson file with one exercise; in a course, it comes last in the course's order.

    Args:
        path: of the new file; ``.yaml`` is added where it has no suffix.
        id_: the lesson's id; made from the file's name where it is None.
        title: made from the id where it is None.
        kind: of its exercise.

    Raises:
        UsageError: the file is there already, the id is another lesson's, something cannot be
            written.
    """
    path = path if path.suffix else path.with_suffix(".yaml")
    if path.suffix not in LESSON_SUFFIXES or path.name in {COURSE_FILE, *COMPANION_FILES}:
        raise UsageError(f"{path}: a lesson file is called NAME.yaml")
    _refuse_existing(path)
    id_ = _id(id_, path.stem)
    course = _course_with(path, id_)
    files = {path: lesson_text(id_, title, kind)} | _schemas(path.parent, course=course is not None)
    _write_new(files)
    written = tuple(files)
    if course is not None and course[1]:
        _replace(*course)
        written = (*written, course[0].path)
    return Created(written=written, lesson=path, exercise=_FIRST_EXERCISE)


def new_exercise(path: Path, id_: str, *, title: str | None = None, kind: str = "code") -> Created:
    """One more exercise at the end of a lesson file, which keeps its comments and its layout.

    Raises:
        LessonFileError: the file is no YAML, or no lesson.
        UsageError: it has an exercise of that id, or cannot be added to.
    """
    id_ = _id(id_, id_)
    source, root = _read(path)
    known = [e.scalar("id") for e in root.items("exercises") if isinstance(e, Mapping)]
    for scalar in known:
        if scalar is not None and scalar.text == id_:
            line = scalar.at.line
            raise UsageError(f"{path}: there is an exercise {quoted(id_)} already, in line {line}")
    setup = root.scalar("setup")
    item = _exercise(id_, title, kind, setup="" if setup is None else setup.text)
    _replace(source, with_item(source, root, "exercises", item))
    return Created(written=(path,), lesson=path, exercise=id_)


# --- texts


def lesson_text(id_: str, title: str | None = None, kind: str = "code") -> str:
    """A lesson file with one exercise of a kind.

    Raises:
        UsageError: the title is no line of text.
    """
    head = _filled("lesson", {"id": id_, "title": _title(title, id_)})
    setup = "import torch"
    item = _exercise(_FIRST_EXERCISE, None, kind, setup=setup)
    return head + "".join(f"  {line}\n" if line else "\n" for line in item.splitlines())


def _exercise(id_: str, title: str | None, kind: str, *, setup: str) -> str:
    names = names_in(setup)
    needs_torch = names is not None and "torch" not in names.defined
    own_setup = "setup: |\n    import torch" if needs_torch else ""
    return _filled(kind, {"id": id_, "title": _title(title, id_), "setup": own_setup})


def _filled(template: str, values: dict[str, str]) -> str:
    text = (_TEMPLATES / f"{template}.yaml").read_text(encoding="utf-8")
    for name, value in values.items():
        line = f"  <{name}>\n"
        text = text.replace(line, f"  {value}\n" if value else "")
        text = text.replace(f"<{name}>", value)
    return text


def _title(title: str | None, id_: str) -> str:
    """The title as YAML."""
    if title is None:
        title = id_.replace("-", " ").capitalize()
    if not title.strip() or not title.isprintable():
        raise UsageError("a title is one line of text")
    return title if _PLAIN.fullmatch(title) else json.dumps(title, ensure_ascii=False)


def _id(id_: str | None, name: str) -> str:
    """An id that was given, or one made of a name."""
    slug = "-".join(re.findall(r"[a-z0-9]+", (id_ or name).lower()))[:60].strip("-")
    if id_ is None and slug:
        return slug
    try:
        return msgspec.convert(id_, Slug)
    except msgspec.ValidationError as error:
        meant = f"; did you mean {quoted(slug)}?" if slug else ""
        what = "an id is made of lower-case letters and digits, in parts joined by single hyphens"
        raise UsageError(f"{quoted(id_ or name)} is no id: {what}{meant}") from error


def _schemas(directory: Path, *, course: bool = True) -> dict[Path, str]:
    """The schemas that the files' first lines name, as far as they are not there."""
    texts = {_LESSON_SCHEMA: lesson_schema_text()}
    if course:
        texts[_COURSE_SCHEMA] = course_schema_text()
    return {directory / n: text for n, text in texts.items() if not (directory / n).exists()}


# --- files that are there


def _read(path: Path) -> tuple[Source, Mapping]:
    report = Report(path)
    source = read_source(path, report)
    root = None if source is None else compose(source, report)
    if source is None or report or not isinstance(root, Mapping):
        if not report:
            raise UsageError(f"{path}: this is no lesson file: it has no keys")
        raise LessonFileError(report.problems)
    return source, root


def _course_with(path: Path, id_: str) -> tuple[Source, str] | None:
    """The course file beside a new lesson and what it holds with it; None where there is none.

    The text is empty where nothing needs to be changed.
    """
    if not (path.parent / COURSE_FILE).is_file():
        return None
    for other in load_directory(path.parent, only=()).files:
        if id_ in {other.id, other.path.stem}:
            raise UsageError(f"{other.path} is the lesson {quoted(id_)} already: give --id")
    source, root = _read(path.parent / COURSE_FILE)
    if root.entry("order") is None:
        return source, ""
    return source, with_item(source, root, "order", f"- {id_}\n")


def _refuse_existing(path: Path) -> None:
    if os.path.lexists(path):
        raise UsageError(f"{path} is there already, and nothing is overwritten")


def _write_new(files: dict[Path, str]) -> None:
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            _refuse_existing(path)  # somebody else was quicker
            raise UsageError(f"{path} cannot be written: {error.strerror or error}") from error


def _replace(source: Source, text: str) -> None:
    """Give a file another text; whoever reads it meanwhile sees the old or the new one."""
    path = source.path.resolve()
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        marked = path.read_bytes().startswith(_BOM.encode())
        temporary.write_bytes(((_BOM if marked else "") + text).encode())
        shutil.copymode(path, temporary)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from error
