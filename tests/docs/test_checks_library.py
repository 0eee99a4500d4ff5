"""docs/checks-library.md does what it says."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

from tests.documents import DOCS, blocks

PAGE = "checks-library.md"


def test_the_notebook_is_what_happens() -> None:
    """Each input gives the output that the page shows."""
    cells = "\n".join(blocks(PAGE, "pycon"))
    session = doctest.DocTestParser().get_doctest(cells, {}, PAGE, PAGE, 0)
    told: list[str] = []
    results = doctest.DocTestRunner(verbose=False).run(session, out=told.append)
    assert results.failed == 0, "".join(told)
    assert results.attempted > 8


def test_the_suite_says_why_it_fails(tmp_path: Path) -> None:
    """In somebody's own directory, pytest shows what the page shows of it."""
    suite, student = blocks(PAGE, "python")
    (tmp_path / "test_student.py").write_text(suite)
    (tmp_path / "student.py").write_text(student)
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"),
            *("--rootdir", str(tmp_path), "-c", "/dev/null", str(tmp_path)),
        ],
        cwd=DOCS.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert run.returncode == 1, run.stdout
    told = [line for line in run.stdout.splitlines() if line.startswith("E ")]
    assert told == "".join(blocks(PAGE, "text")).splitlines()
