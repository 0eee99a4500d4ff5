"""The REPL in a pseudo-terminal, as a person has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pexpect
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CTRL_C, CTRL_D, UP = "\x03", "\x04", "\x1b[A"
# A prompt is painted again when its line is entered; marking pastes is switched on once for each.
PROMPT = r"\x1b\[\?2004h.*?>>>"


def cell(terminal: Any, text: str, *answers: str) -> None:
    """Type a cell, wait for what it prints and for the next prompt."""
    terminal.send(text.replace("\n", "\r") + "\r")
    for answer in answers:
        terminal.expect(answer)
    terminal.expect(PROMPT)


def test_prompt_comes_before_torch(spawn: Callable[..., Any]) -> None:
    """One can type at once; the first cell waits for PyTorch and says so."""
    child = spawn()
    child.expect("help for help")
    child.expect(PROMPT)
    cell(child, "1 + 1", "starting PyTorch…", "2\r\n")
    cell(child, "torch.ones(2)", r"tensor\(\[1\., 1\.\]\)")


def test_blocks(terminal: Any) -> None:
    """A function typed line by line gets its indentation, and ends at a blank line."""
    terminal.send("def twice(x):\r")
    terminal.expect(r"\.\.\.")
    terminal.send("y = x + x\r")
    terminal.expect(r"\.\.\.")
    terminal.send("return y\r")
    terminal.expect(r"\.\.\.")
    terminal.send("\r")
    terminal.expect(PROMPT)
    cell(terminal, "twice(21)", "42\r\n")


@pytest.mark.parametrize("brackets", [True, False], ids=["bracketed", "plain"])
def test_paste(terminal: Any, brackets: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Several pasted lines keep the indentation they came with."""
    text = "def f(n):\n    for i in range(n):\n        if i:\n            j = i\n    return j\n"
    terminal.send(f"\x1b[200~{text}\x1b[201~\r" if brackets else text.replace("\n", "\r") + "\r")
    cell(terminal, "f(43)", "42\r\n")


def test_pasted_function_with_blank_lines(terminal: Any) -> None:
    """A marked paste is one cell, blank lines and all."""
    terminal.send("\x1b[200~def f():\n    a = 1\n\n    return a + 41\n\nf()\x1b[201~\r")
    terminal.expect("42\r\n")


def test_error(terminal: Any) -> None:
    """A traceback shows the learner's own line and nothing of the tutor."""
    terminal.send("1 / 0\r")
    terminal.expect("ZeroDivisionError: division by zero")
    assert 'File "<cell ' in terminal.before
    assert "tutor/" not in terminal.before
    terminal.expect(PROMPT)
    cell(terminal, "x = = 1", "SyntaxError")


def test_interrupting_an_endless_loop(terminal: Any) -> None:
    """Ctrl+C ends the loop; the names from before are still there."""
    cell(terminal, "kept = 6 * 7")
    terminal.send("print('loop' + 'ing'); exec('while True: pass')\r")
    terminal.expect("looping\r\n")
    terminal.send(CTRL_C)
    terminal.expect("KeyboardInterrupt")
    terminal.expect(PROMPT)
    cell(terminal, "kept", "42\r\n")


def test_interrupt_at_the_prompt(terminal: Any) -> None:
    """Ctrl+C at the prompt throws away what was typed and nothing else."""
    terminal.send("nonsense(" + CTRL_C)
    terminal.expect("KeyboardInterrupt")
    terminal.expect(PROMPT)
    cell(terminal, "6 * 7", "42\r\n")


def test_crash(terminal: Any) -> None:
    """A dead process is explained; the REPL and the earlier names go on."""
    cell(terminal, "kept = 6 * 7")
    terminal.send("import os; os._exit(0)\r")
    terminal.expect(r"\[[^\]]+\]")
    terminal.expect(PROMPT)
    cell(terminal, "kept", "42\r\n")


def test_input_has_no_keyboard(terminal: Any) -> None:
    """input() fails with a word of explanation and does not eat what is typed next."""
    cell(terminal, "input('name? ')", "EOFError: input\\(\\)")
    cell(terminal, "6 * 7", "42\r\n")


def test_a_million_lines(terminal: Any) -> None:
    """Endless output is cut with a notice and the prompt comes back."""
    terminal.send("for i in range(1_000_000): print(i)\r\r")
    cell(terminal, "6 * 7", "42\r\n")


def test_open_line(terminal: Any) -> None:
    """The prompt begins on a line of its own after output without a newline."""
    terminal.send("print('o' + 'pen', end='')\r")
    terminal.expect(r"open\r\n")
    terminal.expect(PROMPT)


def test_escape_codes_are_shown_not_obeyed(terminal: Any) -> None:
    """Output cannot move the cursor or set the title."""
    cell(terminal, r"print('\x1b]0;owned\x07')", r"\\x1b\]0;owned\\x07")


def test_commands(terminal: Any) -> None:
    """%help explains, %undo takes back, %restart forgets; a misspelt one meets the nearest."""
    cell(terminal, "%help", "%restart", "%quit")
    cell(terminal, "%restrat", "did you mean '%restart'")
    cell(terminal, "gone = 1")
    cell(terminal, "gone = 2; also = 3")
    cell(terminal, "%undo", "The last cell is undone")
    cell(terminal, "gone * 1000", "1000")
    cell(terminal, "%undo 9", "The last 2 cells are undone")
    cell(terminal, "gone", "NameError")
    cell(terminal, "gone = 1")
    cell(terminal, "%restart", "A new session")
    cell(terminal, "gone", "NameError")
    cell(terminal, "torch.tensor(42)", r"tensor\(42\)")


@pytest.mark.parametrize("leave", [CTRL_D, "%quit\r"])
def test_leaving(
    terminal: Any,
    leaves_nothing: Callable[[Any, Callable[[], None]], None],
    leave: str,
) -> None:
    """Leaving ends with code 0 and leaves no process behind."""
    cell(terminal, "1 + 1", "2\r\n")
    leaves_nothing(terminal, lambda: terminal.send(leave))
    assert terminal.exitstatus == 0


def test_leaving_while_torch_starts(
    terminal: Any, leaves_nothing: Callable[[Any, Callable[[], None]], None]
) -> None:
    """Leaving at once does not wait for PyTorch and leaves no process behind."""
    leaves_nothing(terminal, lambda: terminal.send(CTRL_D))
    assert terminal.exitstatus == 0


def test_history_is_kept(spawn: Callable[..., Any]) -> None:
    """The next session finds what was typed in the last, a whole cell at a time."""
    first = spawn()
    first.expect(PROMPT)
    cell(first, "def f():\n    return 6 * 7\n")
    first.send(CTRL_D)
    first.expect(pexpect.EOF)
    first.wait()
    second = spawn()
    second.expect(PROMPT)
    second.send(UP + "\r")
    cell(second, "f()", "42\r\n")


def test_history_that_cannot_be_kept(spawn: Callable[..., Any], tmp_path: Path) -> None:
    """An unusable data directory is mentioned once and does not end the session."""
    (tmp_path / "data").write_text("a file in the way")
    child = spawn()
    child.expect(PROMPT)
    cell(child, "6 * 7", "The history cannot be kept", "42\r\n")
    cell(child, "6 * 8", "48\r\n")


@pytest.mark.parametrize(("wish", "coloured"), [("", True), ("1", False)])
def test_no_color(spawn: Callable[..., Any], wish: str, coloured: bool) -> None:  # noqa: FBT001
    """What is typed is highlighted, and NO_COLOR is obeyed."""
    child = spawn(NO_COLOR=wish)
    child.expect(PROMPT)
    child.send("def f(): 'text'")
    child.expect("'text'")
    assert bool(re.search(r"\x1b\[[\d;]*(?:3[0-7]|38;[\d;]+|9[0-7])m", child.before)) == coloured


def test_dumb_terminal(spawn: Callable[..., Any]) -> None:
    """TERM=dumb gets Python's plain prompts, no escape codes, and Ctrl+C all the same."""
    child = spawn(TERM="dumb")
    child.expect(">>>")
    seen = child.before
    child.sendline("for i in range(2):")
    child.expect(r"\.\.\.")
    child.sendline("    print(i)")
    child.expect(r"\.\.\.")
    child.sendline("")
    child.expect(r"\r\n0\r\n1\r\n>>> ")
    child.sendline("print('looping'); exec('while True: pass')")
    child.expect(r"looping\r\n")
    child.sendintr()
    child.expect("KeyboardInterrupt")
    child.expect(">>>")
    child.send("nonsense")
    child.sendintr()
    child.expect(">>>")
    child.sendline("6 * 7")
    child.expect(r"42\r\n>>>")
    seen += child.before
    child.sendeof()
    child.expect(r"$")
    child.wait()
    assert child.exitstatus == 0
    assert "\x1b" not in seen
