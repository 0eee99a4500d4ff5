from __future__ import annotations

from pathlib import Path

import pytest

from tests.library.conftest import git
from tutor.errors import NotFoundError, UsageError
from tutor.library.origin import FromDirectory, FromGit, FromPackage, FromZip, parse_origin


@pytest.mark.parametrize(
    ("text", "url", "ref"),
    [
        ("https://example.org/a/b.git", "https://example.org/a/b.git", ""),
        ("https://example.org/a/b@v1.2", "https://example.org/a/b", "v1.2"),
        ("https://me@example.org/a/b", "https://me@example.org/a/b", ""),
        ("https://me@example.org/a/b@main", "https://me@example.org/a/b", "main"),
        ("ssh://git@example.org/a", "ssh://git@example.org/a", ""),
        ("git@example.org:a/b.git", "git@example.org:a/b.git", ""),
        ("git@example.org:a/b.git@v1", "git@example.org:a/b.git", "v1"),
        ("git@example.org:b.git", "git@example.org:b.git", ""),
        ("file:///nowhere/b.git", "file:///nowhere/b.git", ""),
    ],
)
def test_a_url_and_its_ref(text: str, url: str, ref: str) -> None:
    """What comes after the last @ is a ref, unless it is a user's host."""
    assert parse_origin(text) == FromGit(url, ref)


def test_a_ref_can_be_named_apart() -> None:
    """One with a slash can only be given so; two different ones are refused."""
    url = "https://example.org/a"
    assert parse_origin(url, "topic/x") == FromGit(url, "topic/x")
    with pytest.raises(UsageError, match="two refs"):
        parse_origin(f"{url}@a", "b")


def test_what_lies_on_the_disk(tmp_path: Path) -> None:
    """A directory, a zip file, a bare repository, and a directory of which a ref is wanted."""
    (tmp_path / "c.zip").write_bytes(b"")
    (tmp_path / "bare.git").mkdir()
    git(tmp_path / "bare.git", "init", "--bare", "--quiet")
    bare = (tmp_path / "bare.git").as_uri()
    assert parse_origin(str(tmp_path)) == FromDirectory(str(tmp_path))
    assert parse_origin(str(tmp_path / "c.zip")) == FromZip(str(tmp_path / "c.zip"))
    assert parse_origin(str(tmp_path / "bare.git")) == FromGit(bare)
    assert parse_origin(f"{tmp_path / 'bare.git'}@v1") == FromGit(bare, "v1")
    assert parse_origin(str(tmp_path), "main") == FromGit(tmp_path.as_uri(), "main")


def test_a_name_is_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its entry point's name where it has several."""
    monkeypatch.chdir(tmp_path)
    assert parse_origin("my-course") == FromPackage("my-course")
    assert parse_origin("my-course:linear") == FromPackage("my-course", "linear")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-u",
        "--upload-pack=touch /tmp/x",
        "ext::sh -c touch% /tmp/x",
        "https::https://example.org/x",
        "http://-oProxyCommand=x/y",
        "ssh://git@-oProxyCommand=x/y",
        "ftp://example.org/x",
        "https://example.org/x@--exec",
        "https://example.org/x@a..b",
        "\x1b[31m",
        "a b c",
    ],
)
def test_what_is_not_safe_to_hand_on_is_refused(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Options, helpers that run programs, unknown schemes, control characters."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError):
        parse_origin(text)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    """A path where nothing is, and a file that is no course."""
    with pytest.raises(NotFoundError, match="no file or directory is there"):
        parse_origin(str(tmp_path / "none"))
    (tmp_path / "lesson.yaml").write_text("")
    with pytest.raises(UsageError, match="needs no course: `tutor learn"):
        parse_origin(str(tmp_path / "lesson.yaml"))


def test_a_password_is_not_shown() -> None:
    """It is handed to git, and left out wherever the source is printed."""
    origin = parse_origin("https://me:secret@example.org/a")
    assert isinstance(origin, FromGit)
    assert "secret" in origin.url
    assert str(origin) == "https://me:…@example.org/a"
