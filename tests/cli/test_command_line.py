from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from tutor import __version__, arguments, cli

HEAVY = ("textual", "torch", "prompt_toolkit", "pygments", "numpy", "asyncio", "sqlite3", "msgspec")


def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tutor", *arguments],
        env=os.environ | changes,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["check", "--help"]])
def test_light(arguments: list[str]) -> None:
    """What needs no engine and no app imports nothing of theirs."""
    code = (
        "import sys\n"
        "from tutor.cli import main\n"
        f"assert main({arguments!r}) == 0\n"
        f"print('loaded:', *(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded:"


def test_version() -> None:
    """The version goes to stdout."""
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"tutor {__version__}\n")


def test_every_command_has_help() -> None:
    """Each command is listed with a sentence, and explains itself."""
    listed = run("--help").stdout
    for command in ("learn", "repl", "check", "courses", "progress", "doctor"):
        assert re.search(rf"^ +{command} +\w", listed, re.MULTILINE)
        assert f"usage: tutor {command}" in run(command, "--help").stdout


@pytest.mark.parametrize(
    ("typed", "meant"), [("chekc", "check"), ("course", "courses"), ("REPL", "repl")]
)
def test_nearest_command(typed: str, meant: str) -> None:
    """A misspelt command is met with the one that was meant, on stderr, with exit code 2."""
    done = run(typed)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"there is no command '{typed}'; did you mean '{meant}'?" in done.stderr


def test_unlike_any_command() -> None:
    """Where nothing is near, the way to the list is given."""
    done = run("xyzzy")
    assert done.returncode == 2
    assert "tutor --help" in done.stderr


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "lesson", "exercise"], ["repl", "--nonsense"], ["--nope"]]
)
def test_wrong_usage(arguments: list[str]) -> None:
    """Wrong arguments give code 2 and say how it is done, on stderr."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: tutor" in done.stderr


@pytest.mark.parametrize("arguments", [[], ["learn"]])
def test_app_without_a_terminal(arguments: list[str]) -> None:
    """The app is not opened into a pipe; what works without a screen is named."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "tutor check" in done.stderr


def test_unknown_sandbox_level() -> None:
    """A level that does not exist is refused before anything runs, from the variable too."""
    for done in (run("repl", "--sandbox", "paper"), run("repl", TUTOR_SANDBOX="paper")):
        assert (done.returncode, done.stdout) == (2, "")
        assert "paper" in done.stderr


def test_own_fault(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An unexpected exception is called the tutor's own fault; a variable shows its traceback."""

    def break_down(_: object) -> int:
        raise ValueError("wires crossed")

    monkeypatch.setattr(arguments, "_progress", break_down)
    monkeypatch.delenv("TUTOR_DEBUG", raising=False)
    assert cli.main(["progress"]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert "ValueError: wires crossed" in said.err
    assert "own fault" in said.err
    assert "TUTOR_DEBUG=1" in said.err
    assert "Traceback" not in said.err
    monkeypatch.setenv("TUTOR_DEBUG", "1")
    assert cli.main(["progress"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_interrupted(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl+C gives 130 and no traceback."""

    def interrupt(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(arguments, "_progress", interrupt)
    assert cli.main(["progress"]) == 130
    assert "Traceback" not in capsys.readouterr().err


def test_reader_that_goes_away() -> None:
    """`tutor courses | true` says nothing on stderr."""
    with subprocess.Popen(
        [sys.executable, "-m", "tutor", "courses", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 141


def test_terminal_without_unicode() -> None:
    """Where the output's encoding lacks a character, JSON stays JSON and text stays text."""
    done = run("courses", "--json", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.isascii()
    json.loads(done.stdout)
    assert run("courses", PYTHONIOENCODING="ascii").returncode == 0
