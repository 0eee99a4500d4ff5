"""Damaged lesson files: whatever happens to one, loading and lint end in problems with a place."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.course.damage import BOMBS, bomb, damaged, survive

VARIANTS = 200
SECONDS = 2.0
"""Of a processor that others use, too. `make fuzz-lessons` asks for one second."""

MEGABYTES = 150
"""Of a process that has done nothing else: Python itself takes 40."""

# Not from `resource`: its maximum is that of whoever started the process, too.
_LINT = """
import re, sys
from pathlib import Path
from tutor.authoring.lint.run import lint
for path in Path(sys.argv[1]).iterdir():
    lint([path])
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def test_a_damaged_lesson_ends_in_problems(tmp_path: Path) -> None:
    """Other files in every run; `python -m benchmarks.fuzz_lessons 1 SEED` repeats one."""
    chance = random.SystemRandom()
    path = tmp_path / "lesson.yaml"
    for _ in range(VARIANTS):
        seed = chance.getrandbits(32)
        how, data = damaged(seed)
        path.write_bytes(data)
        try:
            survived = survive(path)
        except BaseException as error:
            raise AssertionError(f"seed {seed}: {how}") from error
        assert max(survived.loading, survived.linting) < SECONDS, f"seed {seed}: {how}"


@pytest.mark.parametrize("name", BOMBS)
def test_a_file_that_is_meant_to_take_long_does_not(tmp_path: Path, name: str) -> None:
    """It is refused, or read in time."""
    path = tmp_path / "lesson.yaml"
    path.write_bytes(bomb(name))
    survived = survive(path)
    assert survived.codes
    assert max(survived.loading, survived.linting) < SECONDS


@pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")
def test_no_file_takes_much_memory(tmp_path: Path) -> None:
    """Aliases are not unfolded, and large files not read to their end."""
    for number, name in enumerate(BOMBS):
        (tmp_path / f"{number}.yaml").write_bytes(bomb(name))
    done = subprocess.run(
        [sys.executable, "-c", _LINT, tmp_path], check=True, capture_output=True, text=True
    )
    assert int(done.stdout) < MEGABYTES * 1024


@settings(deadline=None, max_examples=100)
@given(
    st.binary(max_size=300) | st.text("ab:-#'\"|>[]{}&*!%@`,? \n\t0", max_size=80).map(str.encode)
)
def test_nonsense_ends_in_problems(data: bytes) -> None:
    """Neither bytes nor YAML's own punctuation raise."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "lesson.yaml"
        path.write_bytes(data)
        survive(path)
