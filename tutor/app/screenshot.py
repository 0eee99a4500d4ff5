"""Draw the app's picture for the README: ``python -m tutor.app.screenshot OUT.svg``."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tutor.app.app import TutorApp
from tutor.course.find import builtin_course

__all__ = ["main"]

_SIZE = (118, 36)
_LESSON, _EXERCISE = "creating-tensors", "nest-lists"
_PATIENCE = 120.0


async def _picture(out: Path) -> None:
    """A wrong answer on a real engine, and what the learner reads then."""
    with tempfile.TemporaryDirectory() as scratch:
        store = Path(scratch) / "progress.db"
        app = TutorApp(builtin_course, store=store, begin=(_LESSON, _EXERCISE))
        async with app.run_test(size=_SIZE) as pilot, asyncio.timeout(_PATIENCE):
            app.theme = "textual-dark"
            while app.classroom.state != "ready" or app.screen.focused is None:
                await pilot.pause(0.1)
            await pilot.press("ctrl+s")
            while not app.screen.query("#result .title"):
                await pilot.pause(0.1)
            await pilot.pause(0.2)
            app.save_screenshot(out.name, str(out.parent))


def main() -> int:
    """Write the picture to the file that was named."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m tutor.app.screenshot OUT.svg\n")
        return 2
    asyncio.run(_picture(Path(sys.argv[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
