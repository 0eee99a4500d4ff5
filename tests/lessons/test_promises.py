"""What every exercise of the built-in course promises, as any course tests its own.

Solutions, other right answers, mistakes, predictions and options are judged on two draws of trials.
`tutor verify lessons`, which also changes every solution, takes some minutes more.
"""

from __future__ import annotations

from tutor.course.find import builtin_directory
from tutor.testing import course_tests

TestPromises = course_tests(builtin_directory(), mutants=False)
