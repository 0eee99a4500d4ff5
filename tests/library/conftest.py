"""Courses as others make them: directories, zip files, repositories, packages."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

CODE = """\
format: 1
id: code
title: Code
exercises:
  - {{id: intro, kind: read, prompt: p}}
  - id: answer
    kind: code
    prompt: Make `x`.
    solution: x = {}
    checks: [{{values: x}}]
"""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of the test's own."""
    directory = tmp_path / "data"
    monkeypatch.setenv("TUTOR_DATA_DIR", str(directory))
    return directory


def write_course(directory: Path, id_: str, lessons: Mapping[str, str]) -> Path:
    """Write a course: its lessons by file name without suffix."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "course.yaml").write_text(f"id: {id_}\ntitle: Course {id_}\n")
    for name, text in lessons.items():
        (directory / f"{name}.yaml").write_text(text)
    return directory


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str, Mapping[str, str]], Path]:
    """Makes a course's directory, named like its id."""

    def write(id_: str, lessons: Mapping[str, str]) -> Path:
        return write_course(tmp_path / id_, id_, lessons)

    return write


def git(directory: Path, *arguments: str) -> str:
    """Run git there, with nobody's settings."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    settings = [
        "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main",
        "-c", "protocol.file.allow=always",
    ]  # fmt: skip
    return subprocess.run(
        ["git", *settings, *arguments],
        cwd=directory, env=environment, check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip


def commit(directory: Path) -> str:
    """Commit everything in a directory, which is made a repository where it is none."""
    if not (directory / ".git").exists():
        git(directory, "init", "--quiet")
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "--allow-empty", "--message=x")
    return git(directory, "rev-parse", "HEAD")
