from __future__ import annotations

from pathlib import Path

import pytest

from tutor import paths


def test_the_environment_overrides_the_data_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TUTOR_DATA_DIR goes first; empty is the same as unset; ~ is the home directory."""
    monkeypatch.setenv("TUTOR_DATA_DIR", str(tmp_path))
    assert paths.data_dir() == tmp_path
    monkeypatch.setenv("TUTOR_DATA_DIR", "~/x")
    assert paths.data_dir() == Path.home() / "x"
    monkeypatch.setenv("TUTOR_DATA_DIR", "")
    assert paths.data_dir().name == "tensor-tutor"
    monkeypatch.delenv("TUTOR_DATA_DIR")
    assert paths.data_dir().is_absolute()


def test_the_builtin_course_lies_beside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a checkout `lessons/`, in an installation `tensor_tutor_lessons/`."""
    monkeypatch.setattr(paths, "_ROOT", tmp_path)
    assert paths.builtin_course_dir() == tmp_path / "tensor_tutor_lessons"
    (tmp_path / "lessons").mkdir()
    assert paths.builtin_course_dir() == tmp_path / "tensor_tutor_lessons"
    (tmp_path / "lessons" / "course.yaml").touch()
    assert paths.builtin_course_dir() == tmp_path / "lessons"
