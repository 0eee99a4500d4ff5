"""Where a course comes from, as a user types it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeAlias

import msgspec

from tutor.course.directory import COURSE_FILE
from tutor.course.wording import quoted
from tutor.errors import NotFoundError, UsageError

__all__ = ["FromDirectory", "FromGit", "FromPackage", "FromZip", "Origin", "parse_origin"]

_SCHEMES = ("https", "http", "ssh", "git", "file")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SECURE_COPY = re.compile(r"[\w.-]+@[\w][\w.-]*:[^:].*")
_REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}")
_PACKAGE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?(:[\w.-]{1,100})?")
_PASSWORD = re.compile(r"(://[^/@:]*):[^/@]*@")


class FromDirectory(msgspec.Struct, frozen=True, tag="directory"):
    """A directory, read where it is."""

    path: str

    def __str__(self) -> str:
        return self.path


class FromZip(msgspec.Struct, frozen=True, tag="zip"):
    """A zip file; a copy is kept."""

    path: str

    def __str__(self) -> str:
        return self.path


class FromGit(msgspec.Struct, frozen=True, tag="git"):
    """A git repository; a copy of one commit is kept.

    Attributes:
        ref: a branch, a tag or a commit; the remote's own choice where it is empty.
    """

    url: str
    ref: str = ""

    def __str__(self) -> str:
        shown = _PASSWORD.sub(r"\1:…@", self.url)
        return f"{shown} at {self.ref}" if self.ref else shown


class FromPackage(msgspec.Struct, frozen=True, tag="package"):
    """An installed Python package, read where it is.

    Attributes:
        entry: the name of its entry point; the only one where it is empty.
    """

    package: str
    entry: str = ""

    def __str__(self) -> str:
        return f"the package {self.package}" + (f" ({self.entry})" if self.entry else "")


Origin: TypeAlias = FromDirectory | FromZip | FromGit | FromPackage


def parse_origin(text: str, ref: str = "") -> Origin:
    """What `text` stands for: a directory, a zip file, a git URL or a package.

    Args:
        text: as it was typed. ``URL@REF`` names a ref, too.
        ref: of a git repository.

    Raises:
        UsageError: it can be none of them, or nothing that would be safe to hand to git.
        NotFoundError: it is a path where nothing is.
    """
    _refuse_unsafe(text)
    found = _on_disk(text, ref)
    if found is not None:
        return found
    url, after = _with_ref(text)
    if after and ref and ref != after:
        raise UsageError(f"two refs: {quoted(after)} and {quoted(ref)}")
    ref = ref or after
    found = _on_disk(url, ref) if after else None
    if found is not None:
        return found
    if _is_url(url):
        return FromGit(_safe_url(url), _safe_ref(ref))
    if "/" in text or text.startswith(".") or text.endswith(".zip"):
        raise NotFoundError(f"{text}: no file or directory is there, and it is no git URL")
    if _PACKAGE.fullmatch(text) is None:
        raise UsageError(f"{quoted(text)} is no directory, zip file, git URL or package name")
    if ref:
        raise UsageError("a ref is for a git repository")
    name, _, entry = text.partition(":")
    return FromPackage(name, entry)


def _refuse_unsafe(text: str) -> None:
    if text.startswith("-"):
        raise UsageError(
            f"{quoted(text)} looks like an option: a directory of that name is ./{text}"
        )
    if not text or not text.isprintable():
        raise UsageError(f"{quoted(text)} is no source of a course")
    if "::" in text:
        raise UsageError(
            f"{quoted(text)}: git's remote helpers (::) can run anything, so none is used"
        )


def _on_disk(text: str, ref: str) -> Origin | None:
    try:
        path = Path(text).expanduser().resolve()
        is_directory, is_file = path.is_dir(), path.is_file()
    except (OSError, RuntimeError, ValueError):
        return None
    if is_directory and (ref or _is_bare(path)):
        return FromGit(path.as_uri(), _safe_ref(ref))
    if is_directory:
        return FromDirectory(str(path))
    if is_file and path.suffix.lower() == ".zip":
        if ref:
            raise UsageError("a ref is for a git repository")
        return FromZip(str(path))
    if is_file:
        raise UsageError(
            f"{text} is neither a directory nor a .zip file. One lesson file needs no course: "
            f"`tutor learn {text}`"
        )
    return None


def _is_bare(path: Path) -> bool:
    parts = (path / "HEAD").is_file(), (path / "objects").is_dir(), (path / "refs").is_dir()
    return all(parts) and not (path / COURSE_FILE).exists()


def _with_ref(text: str) -> tuple[str, str]:
    """The URL, and the ref after its last ``@``, which may also come after a user's name."""
    url, _, ref = text.rpartition("@")
    is_ref = "/" in url.partition("://")[2] or ("/" in url and "://" not in url)
    return (url, ref) if is_ref and "/" not in ref and ":" not in ref else (text, "")


def _is_url(text: str) -> bool:
    return bool(_SCHEME.match(text) or _SECURE_COPY.fullmatch(text))


def _safe_url(url: str) -> str:
    scheme = _SCHEME.match(url)
    if scheme is not None and scheme[1].lower() not in _SCHEMES:
        known = ", ".join(_SCHEMES)
        raise UsageError(f"{quoted(scheme[1])} is no scheme of a git URL here; these are: {known}")
    if "://-" in url or "@-" in url or ":-" in url:
        raise UsageError(f"{quoted(url)} holds what could be taken for an option")
    return url


def _safe_ref(ref: str) -> str:
    if ref and (_REF.fullmatch(ref) is None or ".." in ref):
        raise UsageError(f"{quoted(ref)} is no branch, tag or commit")
    return ref
