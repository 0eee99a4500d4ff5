"""What can be typed after ``tutor courses``."""
# ruff: noqa: PLC0415 - a command's module is imported when the command runs

from __future__ import annotations

import argparse
from collections.abc import Callable

__all__ = ["add_courses"]


def add_courses(parser: argparse.ArgumentParser) -> None:
    """Add the subcommands to the parser of ``tutor courses``, which alone lists the courses."""
    parser.set_defaults(run=_overview)
    parser.add_argument("--json", action="store_true", help="print JSON")
    things = parser.add_subparsers(title="what to do", metavar="")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], says: str
    ) -> argparse.ArgumentParser:
        thing = things.add_parser(name, help=says, description=says, allow_abbrev=False)
        thing.set_defaults(run=run)
        # Otherwise this one's default would win over what was typed before it.
        thing.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON"
        )
        return thing

    lists = add("list", _list, "List the lessons and exercises of courses.")
    lists.add_argument("ids", nargs="*", metavar="ID", help="courses; all where left out")
    adds = add("add", _add, "Add a course from elsewhere.")
    adds.add_argument(
        "source",
        metavar="SOURCE",
        help="a directory, a .zip file, a git URL (URL@REF for a branch, tag or commit) or the "
        "name of an installed Python package",
    )
    adds.add_argument("--as", dest="as_id", metavar="ID", default="", help="instead of its own id")
    adds.add_argument("--ref", metavar="REF", default="", help="a branch, tag or commit")
    updates = add("update", _update, "Fetch added courses again.")
    updates.add_argument("ids", nargs="*", metavar="ID", help="courses; all where left out")
    removes = add("remove", _remove, "Remove an added course; progress is kept.")
    removes.add_argument("id", metavar="ID", help="of the course")
    removes.add_argument("--forget", action="store_true", help="remove the progress, too")


def _overview(arguments: argparse.Namespace) -> int:
    from tutor.commands import courses

    return courses.run_overview(as_json=arguments.json)


def _list(arguments: argparse.Namespace) -> int:
    from tutor.commands import courses

    return courses.run_list(arguments.ids, as_json=arguments.json)


def _add(arguments: argparse.Namespace) -> int:
    from tutor.commands import manage_courses

    return manage_courses.run_add(
        arguments.source, as_id=arguments.as_id, ref=arguments.ref, as_json=arguments.json
    )


def _update(arguments: argparse.Namespace) -> int:
    from tutor.commands import manage_courses

    return manage_courses.run_update(arguments.ids, as_json=arguments.json)


def _remove(arguments: argparse.Namespace) -> int:
    from tutor.commands import manage_courses

    return manage_courses.run_remove(arguments.id, forget=arguments.forget, as_json=arguments.json)
