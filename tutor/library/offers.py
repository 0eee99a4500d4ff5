"""All courses that can be taken: the built-in one, and those that were added."""

from __future__ import annotations

import msgspec

from tutor.course.directory import glance_at_directory, read_directory
from tutor.course.find import builtin_directory
from tutor.course.model import Course
from tutor.library.added import Added, added, glance_at_added, read_added

__all__ = ["Offer", "offers"]


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A course that can be taken.

    Attributes:
        added: where it came from; None for the built-in course.
        exercises: for each lesson, the ids of its exercises, as far as they are known at once.
        broken: files that held no lesson when the course was read last.
    """

    id: str
    title: str
    added: Added | None = None
    exercises: dict[str, tuple[str, ...]] = {}
    broken: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """Where it came from, in words."""
        return "comes with the tutor" if self.added is None else str(self.added.origin)

    @property
    def links(self) -> bool:
        """Whether its files may be links: some package managers make them."""
        return self.added is None or self.added.links

    def read(self) -> Course:
        """The course, read as a whole.

        Raises:
            NotFoundError: it is not there any more.
            UsageError: its package has no course any more.
        """
        if self.added is not None:
            return read_added(self.added)
        directory = builtin_directory()
        return read_directory(directory, kept_as=directory, links=self.links)

    def glance(self) -> Course:
        """The course, as far as it can be had at once.

        Raises:
            NotFoundError: as `read`.
            UsageError: as `read`.
        """
        if self.added is not None:
            return glance_at_added(self.added)
        directory = builtin_directory()
        return glance_at_directory(directory, kept_as=directory, links=self.links)


def offers() -> list[Offer]:
    """The built-in course, then the added ones by id.

    Raises:
        NotFoundError: the built-in course is missing.
    """
    return [_builtin(), *map(_of_added, added())]


def _builtin() -> Offer:
    directory = builtin_directory()
    course = glance_at_directory(directory, kept_as=directory, links=True)
    return Offer(
        id=course.id,
        title=course.title,
        exercises={
            lesson.id: tuple(exercise.id for exercise in lesson.exercises)
            for lesson in course.lessons
        },
        broken=tuple(
            file.path.name for file in course.files if file.lesson is None and not file.unread
        ),
    )


def _of_added(one: Added) -> Offer:
    return Offer(
        id=one.id,
        title=one.title,
        added=one,
        exercises={lesson: tuple(known) for lesson, known in one.known.items()},
        broken=one.broken,
    )
