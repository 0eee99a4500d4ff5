"""What the tests of the authoring room share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.authoring.new import new_lesson


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A lesson file as `tutor new lesson` writes it."""
    return new_lesson(tmp_path / "shapes.yaml").lesson
