"""`tutor repl` with a program on standard input."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.repl.repl_processes import descendants, gone

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-m", "tutor", "repl"]


def run(program: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        COMMAND, input=program, env=environment, capture_output=True, text=True, check=False
    )


def test_program(environment: dict[str, str]) -> None:
    """Cells run in order in one namespace; stdout has what they print and nothing else."""
    done = run(
        "x = torch.ones(2)\nx\ndef f():\n    a = 1\n\n    return a\n"
        "for i in range(2):\n    print(i)\nelse:\n    print('done')\n'é ✓'",
        environment,
    )
    assert done.stdout == "tensor([1., 1.])\n0\n1\ndone\n'é ✓'\n"
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("1 / 0", 1),
        ("1 / 0\n1", 0),
        ("import os; os._exit(0)", 1),
        ("f(1,\n", 1),
        ("1 / 0\n%quit\n1", 1),
        ("%nonsense", 1),
        ("", 0),
    ],
)
def test_exit_code(program: str, code: int, environment: dict[str, str]) -> None:
    """1 where the last cell failed; what failed before it was only reported."""
    done = run(program, environment)
    assert done.returncode == code
    assert bool(done.stderr) == bool(program)


def test_program_from_a_file(tmp_path: Path, environment: dict[str, str]) -> None:
    """A file redirected to stdin is as good as a pipe."""
    file = tmp_path / "program.py"
    file.write_bytes(b"a = 1\r\nb = 2\r\na + b")
    with file.open("rb") as program:
        done = subprocess.run(
            COMMAND, stdin=program, env=environment, capture_output=True, check=False
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"3\n", b"")


def test_cells_run_as_they_come(environment: dict[str, str]) -> None:
    """A program that drives the REPL gets each answer before it sends the next cell."""
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        for number in range(3):
            child.stdin.write(f"{number} + 1\n")
            child.stdin.flush()
            assert child.stdout.readline() == f"{number + 1}\n"
        child.stdin.close()
    assert child.returncode == 0


def test_reader_that_goes_away(environment: dict[str, str]) -> None:
    """`tutor repl | head -1` ends when head does, without a word."""
    with subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write(b"import time\nwhile True: print('line'); time.sleep(0.01)\n")
        child.stdin.close()
        assert child.stdout.readline() == b"line\n"
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 141


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_ending_a_program(
    number: int, code: int, environment: dict[str, str], request: pytest.FixtureRequest
) -> None:
    """Ctrl+C, a request to end and a closed terminal end it all, processes too, without a word."""
    before = signal.signal(number, signal.SIG_DFL)  # under nohup it would be ignored there, too
    request.addfinalizer(lambda: signal.signal(number, before))
    with subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write(b"print('go')\nexec('while True: pass')\n")
        child.stdin.flush()
        assert child.stdout.readline() == b"go\n"
        pids = descendants(child.pid)
        os.killpg(child.pid, number)
        child.stdin.close()
        assert child.stderr.read() == b""
    assert child.returncode == code
    assert pids
    assert gone(pids)
