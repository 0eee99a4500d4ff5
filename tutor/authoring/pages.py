"""Writes the reference pages and the schemas in ``docs/``, from the model and the rules.

    python -m tutor.authoring.pages

A test compares them with what is written there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from checks.schema_words import schema_words
from tutor.authoring.coverage import coverage_page
from tutor.authoring.editor_schema import (
    course_schema_text,
    glossary_schema_text,
    lesson_schema_text,
    topics_schema_text,
)
from tutor.authoring.lint.rules import RULES
from tutor.authoring.new import KINDS, lesson_text
from tutor.course.find import builtin_course
from tutor.course.model import CheckUse
from tutor.course.read_companions import read_topics
from tutor.course.schema import (
    CHECK_BY_KEY,
    Schema,
    course_schema,
    glossary_schema,
    lesson_schema,
    topics_schema,
)

__all__ = ["DOCS", "format_page", "lint_page", "main", "pages"]

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"

_GENERATED = "<!-- Written by `python -m tutor.authoring.pages`: change {}, not this page. -->"
_NAMES: Final = {
    "Mistake": "mistakes",
    "Option": "options",
    "Equivalent": "equivalents",
    CheckUse.__name__: "checks",
}
"""What the things are called that a list holds; each has a section of that name."""

_FORMAT = f"""\
# The lesson format

{_GENERATED.format("the docstrings in `tutor/course/model.py`")}

One YAML file is one lesson. A directory of them with a [`course.yaml`](#course) is a course; one
file alone works too. `tutor new` writes the first ones, `tutor preview` shows them as learners see
them, `tutor lint` says what is wrong in them ([its rules](lint.md)), `tutor verify` runs them
([how](verify.md)), and with the schema that `tutor schema` prints an editor completes and explains
every key. [Your first lesson](first-lesson.md) goes through all of it.

Text is Markdown where it says so, and otherwise one line. An *id* is made of lower-case letters and
digits, in parts joined by single hyphens; progress is kept by the ids. What is written is read as
it stands: `no` is text where text is meant. Code begins with `|` and keeps its lines.

This is a whole lesson, as `tutor new lesson shapes.yaml` writes it:
"""

_TOPICS = """\
A course may have a file `topics.yaml` beside its `course.yaml`: what it is to teach. An exercise
says by `teaches` which of them it teaches, so that a table of what is covered can be made
([that of the built-in course](coverage.md)). Learners do not see it. Each entry is an id with these
keys:

```yaml
keepdim:
  about: "`keepdim=True` keeps a summed dimension with the length 1"
  group: Shapes
reshape-always-copies:
  kind: error
  about: Reshape gives a view where the strides allow it
```
"""

_GLOSSARY = """\
A course may have a file `glossary.yaml` beside its `course.yaml`: the words of the field. The app
shows it in every exercise, and `tutor glossary` prints it. Each entry is a term (at most 40
characters) with these keys:

```yaml
view:
  means: |
    A tensor that shares its storage with another one. To write into one changes both.
  also: [views]
  see: [storage]
storage:
  means: The row of numbers in memory that a tensor looks at.
```
"""

_LINT = f"""\
# What `tutor lint` finds

{_GENERATED.format("`tutor/authoring/lint/rules.py`")}

    tutor lint                          the lessons in this directory, and below
    tutor lint lessons/shapes.yaml      one file; in a course, it is seen as a part of it
    tutor lint shapes.yaml --exercise view   one exercise, and what all of them share
    tutor lint --strict --json .        warnings count, too; one JSON document

It reads the files and runs nothing, so that it takes milliseconds. What only running tells (that
the solution passes, and that each mistake fails) is found by [`tutor verify`](verify.md). Each line
is `file:line:column: severity: message [code]`, which editors and terminals make into a link.

It ends with 0 where nothing is wrong, with 1 where there is an error (with `--strict` also a
warning), and with 2 where a path is not there or cannot be read, or no file has that exercise.

Before every commit, with [pre-commit](https://pre-commit.com), which takes the `tutor` that is
installed beside it:

```yaml
repos:
  - repo: URL-OF-THIS-REPOSITORY
    rev: VERSION
    hooks:
      - id: tutor-lint
        files: ^my-course/     # without it, those in directories called lessons
        args: [--strict]       # if you like
```

It is given YAML files only. For a course at the top of its repository, say
`files: ^[^./]+\\.yaml$`.

An **error** keeps a lesson from working, or misleads who takes it. A **warning** is a matter of
taste or of luck now and then.
"""


def pages() -> dict[Path, str]:
    """What should be written in which file.

    Raises:
        TutorError: the catalogue of checks, or the built-in course, is missing or broken.
    """
    return {
        DOCS / "format.md": format_page(),
        DOCS / "lint.md": lint_page(),
        DOCS / "lesson.schema.json": lesson_schema_text(),
        DOCS / "coverage.md": _coverage(DOCS / "coverage.md"),
        DOCS / "course.schema.json": course_schema_text(),
        DOCS / "topics.schema.json": topics_schema_text(),
        DOCS / "glossary.schema.json": glossary_schema_text(),
    }


def main() -> None:
    """Write the files."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


# --- the format


def format_page() -> str:
    """``docs/format.md``: every key with its type, its default and its meaning."""
    schema = lesson_schema()
    definitions: Schema = schema["$defs"]
    exercises = [definitions[kind.capitalize()] for kind in KINDS]
    common = [key for key in exercises[0]["properties"] if all(_has(e, key) for e in exercises)]
    parts = [
        _FORMAT,
        f"```yaml\n{lesson_text('shapes')}```",
        *_section("Lesson", definitions["Lesson"]),
        "## Exercise",
        f"Every exercise has these keys; its `kind` is one of {_listed(KINDS)}.",
        _table(exercises[0], common),
        *(part for each in exercises for part in _kind_section(each, common)),
        *_section("Mistakes", definitions["Mistake"]),
        *_section("Options", definitions["Option"]),
        *_section("Equivalents", definitions["Equivalent"]),
        *_checks(definitions),
        *_section("Course", course_schema()["$defs"]["CourseInfo"]),
        "## Topics",
        _TOPICS,
        _table(topics_schema()["$defs"]["Topic"], ["about", "kind", "group"]),
        "## Glossary",
        _GLOSSARY,
        _table(glossary_schema()["$defs"]["Term"], ["means", "also", "see"]),
    ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _has(exercise: Schema, key: str) -> bool:
    return key in exercise["properties"]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _section(title: str, definition: Schema) -> Iterator[str]:
    yield f"## {title}"
    yield definition["description"]
    yield _table(definition, list(definition["properties"]))


def _kind_section(exercise: Schema, common: Sequence[str]) -> Iterator[str]:
    yield f"### {exercise['title'].lower()}"
    yield exercise["description"]
    own = [key for key in exercise["properties"] if key not in common]
    if own:
        yield _table(exercise, own)


def _table(definition: Schema, keys: Sequence[str]) -> str:
    rows = ["| key | type | default | meaning |", "|---|---|---|---|"]
    for key in keys:
        schema = definition["properties"][key]
        default = "**required**" if key in definition["required"] else _default(schema)
        meaning = schema.get("description", "its kind, and with it the keys that it has")
        cells = (f"`{key}`", _type(key, schema), default, meaning)
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(rows)


def _type(key: str, schema: Schema) -> str:
    if key == "kind" and len(schema.get("enum", ())) < 2:
        return _listed(KINDS)
    if key == "exercises":
        return "list of [exercises](#exercise)"
    items = schema.get("items", {})
    held = _NAMES.get(str(items.get("$ref", "")).rpartition("/")[2])
    if held is not None:
        return f"list of [{held}](#{held})"
    if "pattern" in items:
        return "list of ids"
    return "id" if "pattern" in schema else schema_words(schema, {})


def _default(schema: Schema) -> str:
    value = schema.get("default")
    return f"`{json.dumps(value)}`" if value or value is False else ""


def _checks(definitions: Schema) -> Iterator[str]:
    yield "## Checks"
    yield (
        "One key of an entry names the check, and its value is what is looked at; the other keys "
        "are the check's parameters. [checks.md](checks.md) explains each, with examples that are "
        "run; a course can have [checks of its own](custom-checks.md)."
    )
    rows = ["| check | looks at | parameters |", "|---|---|---|"]
    for name, reference in definitions[CheckUse.__name__][CHECK_BY_KEY].items():
        entry = definitions[reference.rpartition("/")[2]]
        first = " ".join(entry["description"].partition("\n\n")[0].split())
        keys = [key for key in entry["properties"] if key != name]
        rows.append(f"| [`{name}`](checks.md#{name}) | {first} | {_listed(keys)} |")
    yield "\n".join(rows)


def _coverage(page: Path) -> str:
    course = builtin_course()
    note = _GENERATED.format("`teaches:` in `lessons/`")
    return coverage_page(course, read_topics(course.path), note=note, page=page)


# --- lint


def lint_page() -> str:
    """``docs/lint.md``: every rule."""
    parts = [_LINT]
    for about in dict.fromkeys(rule.about for rule in RULES.values()):
        parts.append(f"## {about}")
        rows = ["| code | severity | meaning |", "|---|---|---|"]
        rows += [
            f"| `{code}` | {rule.severity} | {rule.meaning} |"
            for code, rule in RULES.items()
            if rule.about == about
        ]
        parts.append("\n".join(rows))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


if __name__ == "__main__":
    main()
