from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.course.stand_in import LESSON
from tests.library.conftest import commit, git
from tutor.errors import UsageError
from tutor.library import git as library_git
from tutor.library.git import fetch
from tutor.library.origin import FromGit
from tutor.library.parcel import Fetched

Make = Callable[[str, Mapping[str, str]], Path]


def fetched(tmp_path: Path, origin: FromGit, name: str = "got") -> tuple[Fetched, Path]:
    """Fetch a repository into a new directory."""
    into, scratch = tmp_path / name, tmp_path / f"{name}-scratch"
    into.mkdir()
    scratch.mkdir()
    return fetch(origin, into, scratch), into


def files_in(directory: Path) -> set[str]:
    """Every file, by its path there."""
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}


def test_a_branch_a_tag_and_a_commit_can_be_fetched(make: Make, tmp_path: Path) -> None:
    """Each gives its own files; the version is the commit."""
    course = make("c", {"one": LESSON.format("one")})
    first = commit(course)
    git(course, "tag", "--annotate", "--message=x", "v1")
    (course / "two.yaml").write_text(LESSON.format("two"))
    second = commit(course)
    url = course.as_uri()
    for ref, version, has_two in (
        ("", second, True),
        ("v1", first, False),
        (first, first, False),
        (git(course, "branch", "--show-current"), second, True),
    ):
        got, into = fetched(tmp_path, FromGit(url, ref), f"got-{ref.replace('/', '-')}")
        assert got.version == version[:10]
        assert ("two.yaml" in files_in(into)) is has_two


def test_links_submodules_filters_and_hooks_have_no_part(make: Make, tmp_path: Path) -> None:
    """Links are left out and named; nothing that the repository brings is run or fetched."""
    course = make("c", {"one": LESSON.format("one"), "smudged": "x"})
    (course / "passwd.yaml").symlink_to("/etc/passwd")
    (course / "checks.py").symlink_to("../secret.py")
    (course / "-option.yaml").write_text("x")
    (course / ".gitattributes").write_text("*.yaml filter=evil\nsmudged.yaml export-subst\n")
    commit(course)
    git(course, "update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},sub.yaml")
    git(course, "commit", "--quiet", "--message=x")
    ran = tmp_path / "ran"
    for name in ("post-checkout", "reference-transaction", "post-index-change"):
        hook = course / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
        hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    got, into = fetched(tmp_path, FromGit(course.as_uri()))
    assert files_in(into) == {"course.yaml", "one.yaml", "smudged.yaml"}
    assert got.left_out == ("checks.py: a link", "passwd.yaml: a link", "sub.yaml: a link")
    assert not ran.exists()
    assert not any(path.is_symlink() for path in into.rglob("*"))


def test_a_large_file_is_left_out(make: Make, tmp_path: Path) -> None:
    """The others are there."""
    course = make("c", {"one": LESSON.format("one"), "large": "x" * 1_000_001})
    commit(course)
    got, into = fetched(tmp_path, FromGit(course.as_uri()))
    assert got.left_out == ("large.yaml: larger than 1 MB",)
    assert "one.yaml" in files_in(into)


def test_a_name_that_leads_elsewhere_is_refused(make: Make, tmp_path: Path) -> None:
    """Git would not write such a tree by itself, but a stranger can."""
    course = make("c", {"one": LESSON.format("one")})
    commit(course)
    blob = git(course, "rev-parse", "HEAD:one.yaml")
    tree = course / "tree"
    tree.write_bytes(b"100644 ..\\evil.yaml\0" + bytes.fromhex(blob))
    object_ = git(course, "hash-object", "-t", "tree", "-w", "--literally", str(tree))
    made = git(course, "commit-tree", object_, "-m", "x")
    git(course, "update-ref", "refs/heads/evil", made)
    with pytest.raises(UsageError, match="unsafe name"):
        fetched(tmp_path, FromGit(course.as_uri(), "evil"))


def test_a_path_with_spaces_and_signs(make: Make, tmp_path: Path) -> None:
    """It is written as a URL, which git reads."""
    course = make("ä b%20c#d", {"one": LESSON.format("one")})
    commit(course)
    _, into = fetched(tmp_path, FromGit(course.as_uri()))
    assert "one.yaml" in files_in(into)


def test_what_git_says_is_passed_on(tmp_path: Path) -> None:
    """A repository that is not there, and one without that ref."""
    with pytest.raises(UsageError, match="git fetch failed"):
        fetched(tmp_path, FromGit((tmp_path / "none").as_uri()))
    (tmp_path / "empty").mkdir()
    git(tmp_path / "empty", "init", "--quiet")
    with pytest.raises(UsageError, match="git fetch failed"):
        fetched(tmp_path, FromGit((tmp_path / "empty").as_uri(), "v1"), "again")


def test_without_git_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install it, or get a zip file."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"git is not installed.*zip file"):
        fetched(tmp_path, FromGit("https://example.org/x"))


def _stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program in git's place."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def test_a_server_that_never_ends_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time limit git is ended, with the processes that it started."""
    _stub(tmp_path, monkeypatch, f"sleep 60 & echo $! > {tmp_path}/child; wait")
    monkeypatch.setattr(library_git, "_SECONDS", 0.3)
    before = time.monotonic()
    with pytest.raises(UsageError, match="took longer than"):
        fetched(tmp_path, FromGit("https://example.org/x"))
    assert time.monotonic() - before < 10
    child = int((tmp_path / "child").read_text())
    deadline = time.monotonic() + 10
    while Path(f"/proc/{child}/stat").exists() and time.monotonic() < deadline:
        if Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.05)
    assert time.monotonic() < deadline


def test_a_repository_that_grows_and_grows_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What git writes is watched."""
    _stub(tmp_path, monkeypatch, "yes > pack")
    monkeypatch.setattr(library_git, "_MOST_BYTES", 1_000_000)
    with pytest.raises(UsageError, match="larger than 1 MB"):
        fetched(tmp_path, FromGit("https://example.org/x"))


def test_nobody_is_asked_and_nothing_is_looked_up_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git has no terminal, no prompt, a list of protocols, and not the caller's repository."""
    _stub(tmp_path, monkeypatch, "env >&2; tty >&2; exit 1")
    monkeypatch.setattr(library_git, "_last_words", lambda told: told.read_text())
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "/bin/evil")
    with pytest.raises(UsageError) as caught:
        fetched(tmp_path, FromGit("https://example.org/x"))
    said = str(caught.value)
    assert "GIT_TERMINAL_PROMPT=0" in said
    assert "GIT_ALLOW_PROTOCOL=file:git:http:https:ssh" in said
    assert "not a tty" in said
    assert "/elsewhere" not in said
    assert "/bin/evil" not in said


def test_a_servers_words_cannot_write_to_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Escapes in what a server says are shown, not obeyed."""
    _stub(tmp_path, monkeypatch, r"printf 'remote: \033[2Jgone' >&2; exit 1")
    with pytest.raises(UsageError, match=r"remote: \\x1b\[2Jgone"):
        fetched(tmp_path, FromGit("https://example.org/x"))
