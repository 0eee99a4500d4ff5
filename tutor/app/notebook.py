"""What the learner did, kept in the store; where the store fails, at least until the app closes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from tutor.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tutor.course.model import Course, Exercise, Lesson
    from tutor.judging.verdict import Verdict
    from tutor.progress.store import ExerciseProgress, Place, Store

__all__ = ["Notebook"]

T = TypeVar("T")


class Notebook:
    """Drafts, attempts, hints and the position.

    Never raises for a store that cannot be read or written: it goes on in memory and says so in
    `problem`.

    Attributes:
        problem: why nothing is saved; empty while saving works.
    """

    def __init__(self) -> None:
        self.problem = ""
        self._store: Store | None = None
        self._drafts: dict[Place, str | None] = {}
        self._progress: dict[Place, ExerciseProgress] = {}
        self._position: Place | None = None
        self._versions: dict[str, dict[tuple[str, str], frozenset[str]]] = {}
        self._changed: dict[tuple[str, str], tuple[Lesson, frozenset[str]]] = {}

    def open(self, path: Path) -> None:
        """Open the store."""
        from tutor.progress.store import Store  # noqa: PLC0415 - behind the first frame

        try:
            self._store = Store(path)
        except StoreError as error:
            self.problem = str(error)

    def close(self) -> None:
        """Close the store."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def draft(self, at: Place) -> str | None:
        """The text that stood in the editor, or None."""
        if at not in self._drafts:
            self._drafts[at] = self._ask(lambda store: store.draft(at), None)
        return self._drafts[at]

    def save_draft(self, at: Place, text: str) -> bool:
        """Keep the editor's text; whether it is in the store now."""
        self._drafts[at] = text
        return self._tell(lambda store: store.save_draft(at, text))

    def drop_draft(self, at: Place) -> None:
        """Forget the kept text."""
        self._drafts[at] = None
        self._tell(lambda store: store.drop_draft(at))

    def exercise(self, at: Place) -> ExerciseProgress:
        """What is known of one exercise."""
        from tutor.progress.store import ExerciseProgress  # noqa: PLC0415 - behind the first frame

        if at not in self._progress:
            self._progress[at] = self._ask(lambda store: store.exercise(at), ExerciseProgress())
        return self._progress[at]

    def record(self, at: Place, answer: str, verdict: Verdict, *, version: str = "") -> None:
        """Keep an attempt, and by which version of the exercise it was judged."""
        before = self.exercise(at)
        if verdict.status != "error":
            self._progress[at] = msgspec.structs.replace(
                before,
                passed=before.passed or verdict.status == "pass",
                attempts=before.attempts + 1,
                best_score=max(before.best_score, verdict.score),
            )
        if verdict.status == "pass":
            known = self._passed_versions(at.course)
            here = (at.lesson, at.exercise)
            known[here] = known.get(here, frozenset()) | {version}
            self._changed.pop((at.course, at.lesson), None)
        self._tell(lambda store: store.record(at, answer, verdict, version=version))

    def show_hint(self, at: Place, count: int) -> None:
        """Note that the first `count` hints have been seen."""
        shown = max(count, self.exercise(at).hints_shown)
        self._progress[at] = msgspec.structs.replace(self.exercise(at), hints_shown=shown)
        self._tell(lambda store: store.show_hint(at, count))

    def show_solution(self, at: Place) -> None:
        """Note that the solution has been seen."""
        self._progress[at] = msgspec.structs.replace(self.exercise(at), solution_shown=True)
        self._tell(lambda store: store.show_solution(at))

    def passed(self, course: str) -> dict[str, frozenset[str]]:
        """For each lesson with a pass: the ids of its passed exercises."""
        nothing: dict[str, frozenset[str]] = {}
        known = dict(self._ask(lambda store: store.passed(course), nothing))
        for at, progress in self._progress.items():
            if at.course == course and progress.passed:
                known[at.lesson] = known.get(at.lesson, frozenset()) | {at.exercise}
        return known

    def changed(self, course: str, lesson: Lesson) -> frozenset[str]:
        """The ids of the exercises that were passed, and are others now."""
        from tutor.progress.changed import changed_since_passed  # noqa: PLC0415 - as above

        seen, changed = self._changed.get((course, lesson.id), (None, frozenset[str]()))
        if seen is not lesson:  # a list of a thousand lessons asks for each, at each drawing
            changed = changed_since_passed(lesson, self._passed_versions(course))
            self._changed[course, lesson.id] = lesson, changed
        return changed

    def _passed_versions(self, course: str) -> dict[tuple[str, str], frozenset[str]]:
        if course not in self._versions:
            nothing: dict[tuple[str, str], frozenset[str]] = {}
            known = self._ask(lambda store: store.passed_versions(course), nothing)
            self._versions[course] = dict(known)
        return self._versions[course]

    def first_open(self, course: Course, lesson: Lesson) -> Exercise:
        """Where to go on in a lesson: the first exercise that is not passed."""
        done = self.passed(course.id).get(lesson.id, frozenset())
        return next((one for one in lesson.exercises if one.id not in done), lesson.exercises[0])

    def set_position(self, at: Place) -> None:
        """Note where the learner is."""
        self._position = at
        self._tell(lambda store: store.set_position(at))

    def position(self, course: str | None = None) -> Place | None:
        """Where the learner was last, in that course or in any."""
        if self._position is not None and course in {None, self._position.course}:
            return self._position
        return self._ask(lambda store: store.position(course), None)

    def _ask(self, question: Callable[[Store], T], otherwise: T) -> T:
        if self._store is None:
            return otherwise
        try:
            return question(self._store)
        except StoreError as error:
            self.problem = str(error)
            return otherwise

    def _tell(self, change: Callable[[Store], None]) -> bool:
        if self._store is None:
            return False
        try:
            change(self._store)
        except StoreError as error:
            self.problem = str(error)
            return False
        self.problem = ""
        return True
