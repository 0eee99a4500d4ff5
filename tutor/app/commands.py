"""The menu: every action, by name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tutor.app.keys import APP
from tutor.app.screens.exercise import ExerciseScreen
from tutor.app.screens.home import HomeScreen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.dom import DOMNode
    from textual.types import IgnoreReturnCallbackType

    from tutor.app.keys import Act

__all__ = ["Actions"]

_NOT_HERE = {"command_palette", "leave", "app.quit", "copy"}


class Actions(Provider):
    """What can be done on the current screen, with its keys."""

    async def discover(self) -> Hits:
        """Everything."""
        for name, about, call in self._actions():
            yield DiscoveryHit(name, call, help=about)

    async def search(self, query: str) -> Hits:
        """What fits the typed words."""
        matcher = self.matcher(query)
        for name, about, call in self._actions():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), call, help=about)

    def _actions(self) -> Iterator[tuple[str, str, IgnoreReturnCallbackType]]:
        screen = self.screen
        if isinstance(screen, ExerciseScreen):
            yield from self._entries(screen.acts, screen)
            lesson = screen.lesson
            for number, exercise in enumerate(lesson.exercises, 1):
                go = partial(self._open, screen, number - 1)
                yield f"Go to {number}: {exercise.title or exercise.id}", lesson.title, go
        elif isinstance(screen, HomeScreen):
            yield from self._entries(screen.acts, screen)
        yield from self._entries(APP, self.app)

    def _entries(
        self, acts: tuple[Act, ...], node: DOMNode
    ) -> Iterator[tuple[str, str, IgnoreReturnCallbackType]]:
        for act in acts:
            name = act.action.partition("(")[0]
            if act.action not in _NOT_HERE and node.check_action(name, ()):
                keys = act.keys.replace(",", ", ").replace("question_mark", "?")
                yield act.about, keys, partial(self.app.run_action, act.action, node)

    @staticmethod
    def _open(screen: ExerciseScreen, number: int) -> None:
        screen.save_now()
        screen.app.open(screen.course, screen.lesson, screen.lesson.exercises[number])
