from __future__ import annotations

import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.course.stand_in import LESSON
from tutor.errors import NotFoundError, UsageError
from tutor.library import parcel
from tutor.library.zipped import unzip


def zipped(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write a zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def into(tmp_path: Path) -> Path:
    """Where to unpack."""
    directory = tmp_path / "into"
    directory.mkdir()
    return directory


def files_in(directory: Path) -> set[str]:
    """Every file, by its path there."""
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}


def test_only_what_the_tutor_reads_is_kept(tmp_path: Path) -> None:
    """Lessons, checks and the licence; no programs, no hidden files, nothing like an option."""
    files = dict.fromkeys(
        [
            "c/course.yaml", "c/one.yml", "c/checks.py", "c/LICENSE", "c/README.md",
            "c/setup.py", "c/run.sh", ".git/config.yaml", "c/.hidden.yaml", "c/-rf.yaml", "c/x.png",
            "c/a\x1b[31m.yaml",
        ],
        "x",
    )  # fmt: skip
    target = into(tmp_path)
    fetched = unzip(zipped(tmp_path / "c.zip", files), target)
    assert files_in(target) == {
        "c/course.yaml",
        "c/one.yml",
        "c/checks.py",
        "c/LICENSE",
        "c/README.md",
    }
    assert len(fetched.version) == 10
    assert fetched.left_out == ()


@pytest.mark.parametrize(
    "name",
    ["../evil.yaml", "/etc/evil.yaml", "a/../../evil.yaml", "..\\evil.yaml", "C:evil.yaml",
     "a/" * 20 + "evil.yaml", "x" * 201 + ".yaml", "../evil.sh"],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing is written outside, and the whole file is refused."""
    target = into(tmp_path)
    with pytest.raises(UsageError, match="unsafe name"):
        unzip(zipped(tmp_path / "c.zip", {name: "x", "course.yaml": "x"}), target)
    assert not list(tmp_path.glob("**/*evil*"))


def test_a_symbolic_link_is_left_out_and_named(tmp_path: Path) -> None:
    """It is neither made nor followed."""
    link = zipfile.ZipInfo("checks.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "c.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("course.yaml", "x")
        archive.writestr(link, "/etc/passwd")
    target = into(tmp_path)
    assert unzip(path, target).left_out == ("checks.py: a link",)
    assert files_in(target) == {"course.yaml"}


def test_a_file_that_grows_is_left_out(tmp_path: Path) -> None:
    """A bomb is decompressed no further than a lesson file may be long."""
    bomb = zipped(tmp_path / "c.zip", {"big.yaml": b"\0" * 50_000_000, "course.yaml": "x"})
    target = into(tmp_path)
    assert unzip(bomb, target).left_out == ("big.yaml: larger than 1 MB",)
    assert files_in(target) == {"course.yaml"}


def test_many_files_and_many_bytes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have a bound for all files together."""
    monkeypatch.setattr(parcel, "MOST_FILES", 3)
    target = into(tmp_path)
    with pytest.raises(UsageError, match="more than 3 files"):
        unzip(zipped(tmp_path / "a.zip", {f"{n}.yaml": "x" for n in range(4)}), target)
    monkeypatch.setattr(parcel, "MOST_FILES", 9)
    monkeypatch.setattr(parcel, "MOST_BYTES", 1_000_000)
    with pytest.raises(UsageError, match="more than 1 MB of lessons"):
        unzip(zipped(tmp_path / "b.zip", dict.fromkeys(["a.yaml", "b.yaml"], "x" * 600_000)),
              into(tmp_path / "into"))  # fmt: skip


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """Which one counts would be a matter of who reads."""
    path = tmp_path / "c.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.yaml", "x")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.yaml", "y")
    with pytest.raises(UsageError, match=r"'a\.yaml' twice"):
        unzip(path, into(tmp_path))


def test_what_is_no_zip_file_is_said(tmp_path: Path) -> None:
    """Damaged, cut short, encrypted, missing: a sentence with the file's name."""
    path = tmp_path / "c.zip"
    whole = zipped(path, {"course.yaml": LESSON * 100}).read_bytes()
    target = into(tmp_path)
    for data in (b"", b"PK\3\4 nonsense", whole[:200], whole.replace(b"PK\1\2", b"PK\1\3")):
        path.write_bytes(data)
        with pytest.raises(UsageError, match=r"c\.zip: .*no zip file"):
            unzip(path, target)
    directory = whole.index(b"PK\1\2")
    flagged = bytearray(whole)
    flagged[6] |= 1
    flagged[directory + 8] |= 1
    path.write_bytes(flagged)
    with pytest.raises(UsageError, match="cannot be unpacked"):
        unzip(path, target)
    with pytest.raises(NotFoundError, match="No such file"):
        unzip(tmp_path / "none.zip", target)
