"""What sandboxed code may read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.engine.worker.sandbox.readable import readable_paths


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An import directory with a package that declares two courses, and one that declares none."""
    site = tmp_path / "site-packages"
    for name in ("mine/lessons", "mine/deep/er", "mine/code", "plain", "mine-1.dist-info"):
        (site / name).mkdir(parents=True)
    (site / "mine" / "helper.py").write_text("")
    (site / "mine-1.dist-info" / "entry_points.txt").write_text(
        "[console_scripts]\nx = plain:main\n\n[tensor_tutor.courses]\n"
        "a = mine:lessons\n b=mine.deep : er\nc = mine:none\nd = ..mine\ne = /etc\n\n"
        "[other]\ny = plain\n"
    )
    monkeypatch.syspath_prepend(str(site))
    return site


def test_the_lessons_of_packages_are_hidden_and_their_code_is_not(site: Path) -> None:
    """Whoever takes a package's course cannot read its solutions; imports of the rest work."""
    readable = readable_paths.__wrapped__()
    hidden = {str(site / "mine" / "lessons"), str(site / "mine" / "deep" / "er")}
    assert hidden <= set(readable.hidden)
    assert str(site) in readable.whole
    parts = {part for part in readable.parts if part.startswith(str(site))}
    assert parts == {
        str(site / name) for name in ("mine/helper.py", "mine/code", "plain", "mine-1.dist-info")
    }


def test_metadata_that_cannot_be_read_hide_nothing(site: Path) -> None:
    """A directory in the file's place is passed over."""
    metadata = site / "mine-1.dist-info" / "entry_points.txt"
    metadata.unlink()
    metadata.mkdir()
    assert not [path for path in readable_paths.__wrapped__().hidden if path.startswith(str(site))]
