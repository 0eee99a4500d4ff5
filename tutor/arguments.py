"""What can be typed after ``tutor``, and which command it runs."""
# ruff: noqa: PLC0415 - a command's module is imported when the command runs: `tutor --version`
# must not wait for the app's imports.

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from tutor import __version__
from tutor.course_arguments import add_courses

__all__ = ["EXERCISE_KINDS", "build_parser"]

EXERCISE_KINDS = ("code", "predict", "choice", "order", "explore", "read")
"""What `tutor new` can make, the usual one first."""


def build_parser() -> tuple[argparse.ArgumentParser, tuple[str, ...]]:
    """The parser, and the names of the commands."""
    parser = argparse.ArgumentParser(
        prog="tutor",
        description="Learn PyTorch in the terminal. Without a command, the app opens.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"tutor {__version__}")
    parser.set_defaults(run=_learn, lesson=None, exercise=None, sandbox=_wanted_sandbox())
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], says: str, *, json: bool = False
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=says, description=says, allow_abbrev=False)
        command.set_defaults(run=run)
        if json:
            command.add_argument("--json", action="store_true", help="print JSON")
        return command

    learn = add("learn", _learn, "Open the app, at a lesson if you like.")
    _add_place(learn, optional=True)
    _add_sandbox(learn)
    _add_sandbox(add("repl", _repl, "A Python prompt with PyTorch that survives crashes."))
    check = add("check", _check, "Judge answers without a screen.", json=True)
    _add_place(check, optional=False)
    check.add_argument(
        "files", nargs="+", metavar="FILE", help="a file with an answer; - is standard input"
    )
    _add_sandbox(check)
    _add_new(add("new", _new_course, "Make a course, a lesson or an exercise to begin with."))
    lint = add(
        "lint", _lint, "Find what is wrong in lesson files, without running them.", json=True
    )
    lint.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a lesson file, or a directory with all its lessons; this directory where left out",
    )
    lint.add_argument("--exercise", metavar="ID", help="only this, and what all of them share")
    lint.add_argument("--strict", action="store_true", help="warnings count as errors")
    schema = add("schema", _schema, "Print the JSON Schema of a lesson file, for editors.")
    schema.add_argument(
        "of",
        nargs="?",
        choices=("lesson", "course", "topics", "glossary"),
        default="lesson",
        help="of which file",
    )
    _add_verify(add("verify", _verify, "Run all that lessons promise.", json=True))
    _add_export(add("export", _export, "Make Markdown, notebooks or scripts of lessons."))
    _add_preview(add("preview", _preview, "See a lesson file as learners do, while you write it."))

    says = "List, add, update and remove courses."
    add_courses(commands.add_parser("courses", help=says, description=says, allow_abbrev=False))
    progress = add("progress", _progress, "Show what you have passed.", json=True)
    progress.add_argument("course", nargs="?", metavar="COURSE", help="a course's id")
    glossary = add("glossary", _glossary, "Explain the words of the course.", json=True)
    glossary.add_argument(
        "term", nargs="?", metavar="TERM", help="one of them, by any of its names"
    )
    _add_sandbox(add("doctor", _doctor, "See whether everything works here.", json=True))
    return parser, tuple(commands.choices)


def _add_new(parser: argparse.ArgumentParser) -> None:
    things = parser.add_subparsers(title="what to make", metavar="THING", required=True)

    def add(
        name: str, run: Callable[[argparse.Namespace], int], says: str
    ) -> argparse.ArgumentParser:
        thing = things.add_parser(name, help=says, description=says, allow_abbrev=False)
        thing.set_defaults(run=run)
        return thing

    course = add("course", _new_course, "A directory with a course file and a first lesson.")
    course.add_argument("path", metavar="DIRECTORY", help="made if it is not there")
    lesson = add("lesson", _new_lesson, "A lesson file with one exercise.")
    lesson.add_argument("path", metavar="FILE", help="its name, NAME.yaml")
    exercise = add("exercise", _new_exercise, "One more exercise at the end of a lesson file.")
    exercise.add_argument("path", metavar="FILE", help="a lesson file that is there")
    exercise.add_argument("id", metavar="ID", help="of the new exercise, e.g. row-sums")
    for thing in (course, lesson):
        thing.add_argument("--id", help="instead of one made from the name")
    for thing in (lesson, exercise):
        thing.add_argument(
            "--kind",
            choices=EXERCISE_KINDS,
            default="code",
            help="of the exercise (default: code)",
        )
    for thing in (course, lesson, exercise):
        thing.add_argument("--title", help="instead of one made from the id")


def _add_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a lesson file or a course's directory; the built-in course where left out",
    )
    parser.add_argument("--exercise", metavar="ID", help="only this")
    parser.add_argument(
        "--jobs", type=_at_least(1), default=2, metavar="N", help="exercises at once (default: 2)"
    )
    parser.add_argument(
        "--times",
        type=_at_least(1),
        default=2,
        metavar="N",
        help="draws of hidden trials for each answer, to find luck (default: 2)",
    )
    parser.add_argument("--seed", type=int, metavar="N", help="the same draws as another run")
    parser.add_argument(
        "--mutants", type=_at_least(1), metavar="N", help="try at most N changes of a solution"
    )
    parser.add_argument("--no-mutants", action="store_true", help="do not change solutions")
    parser.add_argument(
        "--min-strength",
        type=_percent,
        metavar="PERCENT",
        help="fail where the checks of a lesson notice fewer of the changes",
    )
    parser.add_argument("--junit", metavar="FILE", help="write JUnit XML there as well")
    _add_sandbox(parser)


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source", metavar="LESSON", help="a lesson's file or id, or the directory of a course"
    )
    parser.add_argument(
        "--to",
        choices=("markdown", "notebook", "script"),
        default="markdown",
        help="into what (default: markdown)",
    )
    parser.add_argument("--answers", action="store_true", help="with solutions and explanations")
    parser.add_argument(
        "-o", dest="out", metavar="OUT", help="a file or directory; without it, or -, printed"
    )
    parser.add_argument("--force", action="store_true", help="replace files that are there")


def _add_preview(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a lesson file; it is read again at each save")
    parser.add_argument("--exercise", metavar="ID", help="where to begin; with --plain, only this")
    parser.add_argument("--plain", action="store_true", help="print the lesson, as Markdown")
    _add_sandbox(parser)


def _at_least(least: int) -> Callable[[str], int]:
    """A converter for whole numbers from `least` on."""

    def number(text: str) -> int:
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{text} is less than {least}")
        return value

    return number


def _percent(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 100")
    return value


def _add_place(parser: argparse.ArgumentParser, *, optional: bool) -> None:
    nargs = "?" if optional else None
    parser.add_argument(
        "lesson",
        nargs=nargs,
        metavar="LESSON",
        help="a lesson's id, COURSE/LESSON, or a lesson file",
    )
    parser.add_argument("exercise", nargs=nargs, metavar="EXERCISE", help="an exercise's id")


def _add_sandbox(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sandbox",
        metavar="LEVEL",
        # Again here: a subcommand's own default wins over its parent's.
        default=_wanted_sandbox(),
        help="how strictly to confine code: full, partial or none (or set TUTOR_SANDBOX)",
    )


def _wanted_sandbox() -> str | None:
    return os.environ.get("TUTOR_SANDBOX") or None


# --- the commands


def _learn(arguments: argparse.Namespace) -> int:
    from tutor.commands import learn

    return learn.run(arguments.lesson, arguments.exercise, sandbox=arguments.sandbox)


def _repl(arguments: argparse.Namespace) -> int:
    from tutor.commands import repl

    return repl.run(sandbox=arguments.sandbox)


def _check(arguments: argparse.Namespace) -> int:
    from tutor.commands import check

    return check.run(
        arguments.lesson,
        arguments.exercise,
        arguments.files,
        as_json=arguments.json,
        sandbox=arguments.sandbox,
    )


def _new_course(arguments: argparse.Namespace) -> int:
    from tutor.commands import new

    return new.run_course(arguments.path, id_=arguments.id, title=arguments.title)


def _new_lesson(arguments: argparse.Namespace) -> int:
    from tutor.commands import new

    return new.run_lesson(
        arguments.path, id_=arguments.id, title=arguments.title, kind=arguments.kind
    )


def _new_exercise(arguments: argparse.Namespace) -> int:
    from tutor.commands import new

    return new.run_exercise(
        arguments.path, arguments.id, title=arguments.title, kind=arguments.kind
    )


def _lint(arguments: argparse.Namespace) -> int:
    from tutor.commands import lint

    return lint.run(
        arguments.paths,
        as_json=arguments.json,
        strict=arguments.strict,
        exercise=arguments.exercise,
    )


def _schema(arguments: argparse.Namespace) -> int:
    from tutor.commands import schema

    return schema.run(arguments.of)


def _verify(arguments: argparse.Namespace) -> int:
    from tutor.commands import verify

    return verify.run(
        arguments.paths,
        exercise=arguments.exercise,
        jobs=arguments.jobs,
        times=arguments.times,
        seed=arguments.seed,
        mutants=not arguments.no_mutants,
        most=arguments.mutants,
        min_strength=arguments.min_strength,
        junit=arguments.junit,
        as_json=arguments.json,
        sandbox=arguments.sandbox,
    )


def _export(arguments: argparse.Namespace) -> int:
    from tutor.commands import export

    return export.run(
        arguments.source,
        arguments.to,
        answers=arguments.answers,
        out=arguments.out,
        force=arguments.force,
    )


def _preview(arguments: argparse.Namespace) -> int:
    from tutor.commands import preview

    return preview.run(
        arguments.file,
        exercise=arguments.exercise,
        plain=arguments.plain,
        sandbox=arguments.sandbox,
    )


def _progress(arguments: argparse.Namespace) -> int:
    from tutor.commands import progress

    return progress.run(arguments.course, as_json=arguments.json)


def _glossary(arguments: argparse.Namespace) -> int:
    from tutor.commands import glossary

    return glossary.run(arguments.term, as_json=arguments.json)


def _doctor(arguments: argparse.Namespace) -> int:
    from tutor.commands import doctor

    return doctor.run(as_json=arguments.json, sandbox=arguments.sandbox)
