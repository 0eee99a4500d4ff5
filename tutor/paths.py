"""Where things are: the user's data, the built-in course, the catalogue of checks."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

__all__ = [
    "builtin_course_dir",
    "cache_dir",
    "catalog_file",
    "codes_file",
    "courses_dir",
    "data_dir",
]

_ROOT = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """The directory of the user's progress; it may not exist yet.

    The environment variable ``TUTOR_DATA_DIR`` overrides the platform's place.
    """
    override = os.environ.get("TUTOR_DATA_DIR")
    if override:
        return Path(override).expanduser().absolute()
    return platformdirs.user_data_path("tensor-tutor", appauthor=False)


def cache_dir() -> Path:
    """The directory of what can be made again; it may not exist yet.

    With ``TUTOR_DATA_DIR`` it lies in that directory.
    """
    if os.environ.get("TUTOR_DATA_DIR"):
        return data_dir() / "cache"
    return platformdirs.user_cache_path("tensor-tutor", appauthor=False)


def builtin_course_dir() -> Path:
    """The directory of the built-in course.

    In a checkout it is ``lessons/`` beside the package, in an installation
    ``tensor_tutor_lessons`` beside the package in site-packages.
    """
    checkout = _ROOT / "lessons"
    if (checkout / "course.yaml").is_file():
        return checkout
    return _ROOT / "tensor_tutor_lessons"


def catalog_file() -> Path:
    """The generated JSON Schemas of all checks.

    Found by its place beside this package rather than by a search of ``sys.path``: a course may
    have a ``checks`` of its own in the directory where the tutor is started.
    """
    return _ROOT / "checks" / "catalog.json"


def codes_file() -> Path:
    """The generated list of all codes that a finding can carry, beside `catalog_file`."""
    return _ROOT / "checks" / "codes.json"


def courses_dir() -> Path:
    """The directory of the courses that were added; it may not exist yet."""
    return data_dir() / "courses"
