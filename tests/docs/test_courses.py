"""docs/courses.md does what it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.course.stand_in import LESSON
from tests.documents import DOCS
from tests.library.conftest import write_course
from tutor.arguments import build_parser
from tutor.course.source import MAX_BYTES
from tutor.library import parcel
from tutor.library.origin import FromPackage
from tutor.library.packages import locate

TEXT = (DOCS / "courses.md").read_text(encoding="utf-8")


def test_every_command_on_the_page_can_be_typed() -> None:
    """The parser takes each of them."""
    parser, _ = build_parser()
    commands = re.findall(r"^    tutor (.*?)(?:  .*)?$", TEXT, re.MULTILINE)
    commands += re.findall(r"`tutor (learn [^`]+)`", TEXT.replace("\n", " "))
    assert len(commands) > 9
    for command in commands:
        assert parser.parse_args(command.split()).run


def test_the_package_on_the_page_has_a_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its entry point, written into metadata as a build does, leads to the directory shown."""
    table = TEXT.partition("# pyproject.toml\n")[2].partition("\n\n    linear_course/")[0]
    project = tomllib.loads(re.sub(r"^    ", "", table, flags=re.MULTILINE))["project"]
    metadata = tmp_path / "linear_course-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    ((group, points),) = project["entry-points"].items()
    lines = [f"[{group}]", *(f"{name} = {value}" for name, value in points.items())]
    (metadata / "entry_points.txt").write_text("\n".join(lines))
    lessons = write_course(
        tmp_path / "linear_course" / "lessons", "linear", {"lines": LESSON.format("lines")}
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert locate(FromPackage("linear-course")).directory == lessons


def test_the_bounds_on_the_page_are_the_real_ones() -> None:
    """Of one file and of all."""
    assert f"larger than\n{MAX_BYTES // 1_000_000} MB" in TEXT
    assert f"{parcel.MOST_FILES:,} files of\n{parcel.MOST_BYTES // 1_000_000} MB" in TEXT
