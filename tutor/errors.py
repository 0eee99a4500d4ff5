"""Every error that the tutor raises on purpose.

    TutorError
    ├── UsageError              the command or its input cannot be used          exit 2
    │   ├── LessonFileError     a lesson file has problems (all of them listed)
    │   └── NotFoundError       no such lesson, exercise, file
    ├── EngineError             the tutor's own machinery failed                 exit 3
    │   ├── EngineStartError    the zygote did not come up
    │   ├── WorkerLostError     a worker went away without its keeper's word
    │   └── ProtocolError       a frame that no honest worker sends
    ├── StoreError              progress cannot be read or written               exit 3
    └── LibraryError            added courses cannot be kept                     exit 3

An error is about the tutor or about its input, never about what a learner's code did: that is a
`CellResult` or a `Finding`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from tutor.course.problems import Problem

__all__ = [
    "EngineError",
    "EngineStartError",
    "LessonFileError",
    "LibraryError",
    "NotFoundError",
    "ProtocolError",
    "StoreError",
    "TutorError",
    "UsageError",
    "WorkerLostError",
]


class TutorError(Exception):
    """The root: catch this to catch everything that the tutor raises on purpose."""

    exit_code: ClassVar[int] = 3


class UsageError(TutorError):
    """The command line or a file given to it cannot be used."""

    exit_code = 2


class LessonFileError(UsageError):
    """A lesson or course file has problems.

    Attributes:
        problems: every problem found, in the order of their positions.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NotFoundError(UsageError):
    """No lesson, exercise or file of that name."""


class EngineError(TutorError):
    """The machinery that runs code failed; the learner's code is not to blame."""


class EngineStartError(EngineError):
    """The zygote did not come up: torch cannot be imported, or a process cannot be started."""


class WorkerLostError(EngineError):
    """A worker's connection closed while an answer was due."""


class ProtocolError(EngineError):
    """A frame was too long, was cut, or did not decode."""


class StoreError(TutorError):
    """The progress database cannot be opened, read or written."""


class LibraryError(TutorError):
    """The directory of the courses that were added cannot be read or written."""
