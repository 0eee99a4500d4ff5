"""What an update changed, in exercises."""

from __future__ import annotations

import msgspec

from tutor.library.added import Added

__all__ = ["Changes", "compare"]

Exercises = tuple[str, ...]


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """The difference between two versions of a course; exercises are named ``lesson/exercise``.

    Attributes:
        lessons_added: by id, as is what follows.
        changed: exercises in which what decides a verdict is another.
        broken: files that hold no lesson now.
    """

    lessons_added: tuple[str, ...] = ()
    lessons_removed: tuple[str, ...] = ()
    added: Exercises = ()
    removed: Exercises = ()
    changed: Exercises = ()
    broken: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        lessons = self.lessons_added or self.lessons_removed
        return bool(lessons or self.added or self.removed or self.changed)


def compare(before: Added, after: Added) -> Changes:
    """What changed from `before` to `after`. The exercises of a new lesson are not listed."""
    both = [lesson for lesson in after.known if lesson in before.known]

    def exercises(of: Added, without: Added) -> Exercises:
        return tuple(
            f"{lesson}/{exercise}"
            for lesson in both
            for exercise in of.known[lesson]
            if exercise not in without.known[lesson]
        )

    return Changes(
        lessons_added=tuple(one for one in after.known if one not in before.known),
        lessons_removed=tuple(one for one in before.known if one not in after.known),
        added=exercises(after, before),
        removed=exercises(before, after),
        changed=tuple(
            f"{lesson}/{exercise}"
            for lesson in both
            for exercise, version in after.known[lesson].items()
            if before.known[lesson].get(exercise, version) != version
        ),
        broken=after.broken,
    )
