"""What is wrong in the file that is previewed, above what it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from tutor.app.literal import literal

if TYPE_CHECKING:
    from tutor.authoring.preview.reading import Reading

__all__ = ["FileBanner"]

_TALL = 34
_ROOM = 16


class FileBanner(Static):
    """Hidden while the file can be read."""

    def on_mount(self) -> None:
        """Begin hidden."""
        self.display = False

    def show(self, reading: Reading | None, since: str) -> None:
        """Show the first errors of a file that cannot be used.

        Args:
            reading: what the file gave; None before it was read.
            since: when it could be used last; empty where it never could.
        """
        broken = reading is not None and reading.lesson is None
        self.display = broken
        if reading is None or not broken:
            return
        name, height = reading.file.path.name, self.app.size.height
        then = (
            f"STALE: below is the lesson as it was at {since}"
            if since
            else "the lesson appears here once it can be read"
        )
        lines = [f"! {name} has {reading.summary or 'a problem'}; {then}."]
        spots = (reading.errors or reading.spots)[: 3 if height >= _TALL else 1]
        lines += [spot.text(name_only=True, pointed=height >= _ROOM) for spot in spots]
        if len(reading.spots) > len(spots):
            lines.append("alt+w shows all of them.")
        self.update(literal("\n".join(lines)))
