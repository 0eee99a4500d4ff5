"""``tutor courses add|update|remove``: courses from elsewhere."""

from __future__ import annotations

from typing import Any

from tutor.commands.output import one_line, show, show_json, tell
from tutor.course.wording import hint, listing
from tutor.engine.text import neutralise
from tutor.errors import NotFoundError, TutorError
from tutor.library.added import added
from tutor.library.changes import Changes
from tutor.library.install import Result, add, remove, update
from tutor.library.offers import offers
from tutor.library.origin import FromDirectory, FromGit, FromPackage, parse_origin
from tutor.progress.store import Store, progress_file

__all__ = ["run_add", "run_remove", "run_update"]

_MOST_NAMES = 10


def run_add(source: str, *, as_id: str, ref: str, as_json: bool) -> int:
    """Add a course and say what was added; 1 where it has broken lessons.

    Raises:
        UsageError: it cannot be added.
        LessonFileError: something is wrong with its course file.
        LibraryError: it cannot be kept.
    """
    origin = parse_origin(source, ref)
    if isinstance(origin, FromGit) and not as_json:
        tell(neutralise(f"Fetching {origin} …"))
    result = add(origin, as_id=as_id)
    if as_json:
        show_json(_as_json(result))
    else:
        show(neutralise("\n".join(_added_lines(result))))
    return 1 if result.added.broken else 0


def run_update(ids: list[str], *, as_json: bool) -> int:
    """Fetch courses again and say what changed. One that fails stays as it was.

    Gives 0; 1 where a course has broken lessons; the code of the worst failure otherwise.

    Raises:
        NotFoundError: no such course was added.
    """
    _refuse_unknown(ids)
    chosen = list(dict.fromkeys(ids)) or [one.id for one in added()]
    if not chosen and not as_json:
        tell("No course was added. The one that comes with the tutor is updated with it.")
    code = 0
    documents: list[dict[str, Any]] = []
    for id_ in chosen:
        try:
            result = update(id_)
        except TutorError as error:
            code = max(code, error.exit_code)
            tell(neutralise(f"tutor: {id_} stays as it was: {error}"))
            documents.append({"id": id_, "error": str(error)})
            continue
        code = max(code, int(bool(result.added.broken)))
        documents.append(_as_json(result))
        if not as_json:
            show(neutralise("\n".join(_updated_lines(result))))
    if as_json:
        show_json({"courses": documents})
    return code


def run_remove(id_: str, *, forget: bool, as_json: bool) -> int:
    """Remove a course, and with `forget` its progress.

    Raises:
        NotFoundError: no such course was added.
        LibraryError: it cannot be removed.
        StoreError: its progress cannot be removed.
    """
    _refuse_unknown([id_])
    one = remove(id_)
    if forget:
        with Store(progress_file()) as store:
            store.forget(id_)
    if as_json:
        show_json({"id": id_, "removed": True, "forgotten": forget})
        return 0
    left = f" {one.origin} is left as it is." if one.linked else ""
    kept = (
        "Its progress is removed, too."
        if forget
        else "Your progress is kept, and is there again when you add it anew."
    )
    show(neutralise(f"Removed {id_}: {one.title}.{left}\n{kept}"))
    return 0


def _refuse_unknown(ids: list[str]) -> None:
    known = [one.id for one in added()]
    for id_ in ids:
        if id_ in known:
            continue
        if any(offer.id == id_ for offer in offers()):
            raise NotFoundError(f"the course {id_!r} comes with the tutor and goes with it")
        having = f"; there are {listing(known)}" if known else "; none was"
        raise NotFoundError(f"no course {id_!r} was added{hint(id_, known, otherwise=having)}")


def _added_lines(result: Result) -> list[str]:
    one = result.added
    exercises = sum(len(known) for known in one.known.values())
    version = f" (version {one.version})" if one.version else ""
    lines = [f"Added {one.id}: {one_line(one.title)}{version}"]
    match one.origin:
        case FromDirectory(path):
            lines.append(f"  It is read where it is, {path}: what you change there counts at once.")
        case FromPackage():
            lines.append("  It is read where it is installed, and is updated with its package.")
        case _:
            lines.append(f"  A copy is kept. `tutor courses update {one.id}` fetches it again.")
    lines.append(f"  Lessons: {len(one.known):,}, exercises: {exercises:,}")
    lines += _trouble_lines(result)
    first = result.course.lessons[0].id
    return [*lines, f"  Begin with `tutor learn {one.id}/{first}`, or in the app: o, courses."]


def _updated_lines(result: Result) -> list[str]:
    one = result.added
    version = f", version {one.version}" if one.version else ""
    changes = result.changes
    if not changes:
        return [f"{one.id}: nothing changed{version}", *_trouble_lines(result)]
    named = {
        "lessons added": changes.lessons_added,
        "lessons removed": changes.lessons_removed,
        "exercises added": changes.added,
        "exercises removed": changes.removed,
        "exercises changed": changes.changed,
    }
    lines = [f"{one.id}: updated{version}"]
    lines += [f"  {what}: {_names(names)}" for what, names in named.items() if names]
    if changes.lessons_removed or changes.removed or changes.changed:
        lines.append("  What you passed stays passed; what changed since is marked.")
    return [*lines, *_trouble_lines(result)]


def _trouble_lines(result: Result) -> list[str]:
    """What is broken, with the first reason of each, and what was left out."""
    lines = [f"  ! {problem}" for problem in result.course.problems]
    lines += [f"  ! broken: {file.problems[0]}" for file in result.course.files if file.problems]
    lines += [f"  ! left out: {reason}" for reason in result.left_out]
    many = len(lines) - _MOST_NAMES
    return lines if many <= 0 else [*lines[:_MOST_NAMES], f"  ! and {many} more"]


def _names(names: tuple[str, ...]) -> str:
    shown = listing(names[:_MOST_NAMES])
    return shown if len(names) <= _MOST_NAMES else f"{shown} and {len(names) - _MOST_NAMES} more"


def _as_json(result: Result) -> dict[str, Any]:
    one = result.added
    return {
        "id": one.id,
        "title": one.title,
        "from": str(one.origin),
        "version": one.version or None,
        "path": str(result.course.path),
        "linked": one.linked,
        "lessons": list(one.known),
        "broken": [str(file.problems[0]) for file in result.course.files if file.problems],
        "left_out": list(result.left_out),
        "changes": None if result.changes is None else _changes_as_json(result.changes),
    }


def _changes_as_json(changes: Changes) -> dict[str, Any]:
    return {
        "lessons_added": list(changes.lessons_added),
        "lessons_removed": list(changes.lessons_removed),
        "exercises_added": list(changes.added),
        "exercises_removed": list(changes.removed),
        "exercises_changed": list(changes.changed),
    }
