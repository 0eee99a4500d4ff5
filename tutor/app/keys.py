"""Every key of the app, in one table: the bindings, the palette and the help screen come from it.

Some terminals keep keys for themselves (VS Code: ctrl+j q e k f b p, F1, F5, F6; GNOME: F1, F10,
F11; tmux: ctrl+b), so every action has more than one way, and each has an id, under which a keymap
can give it other keys.
"""

from __future__ import annotations

import msgspec
from textual.binding import Binding

__all__ = [
    "APP",
    "EDITOR",
    "EXERCISE",
    "EXTRA",
    "HOME",
    "LINES",
    "PREVIEW",
    "Act",
    "bindings",
    "is_shortcut",
]


class Act(msgspec.Struct, frozen=True):
    """One thing that can be done with a key.

    Attributes:
        id: the binding's id, for a keymap.
        keys: the keys, the one for the footer first.
        action: Textual's name of the action.
        label: one word for the footer; empty where the footer does not show it.
        about: one line for the palette and the help screen.
    """

    id: str
    keys: str
    action: str
    label: str
    about: str


EXERCISE = (
    Act("exercise.check", "ctrl+s,f2,ctrl+enter", "check", "Check", "Check the answer"),
    Act("exercise.run", "ctrl+r,f3", "run", "Run", "Run the answer in the REPL's session"),
    Act("exercise.stop", "ctrl+c", "stop", "Stop", "Stop the code that runs"),
    Act("exercise.copy", "ctrl+c,super+c", "copy", "Copy", "Copy what is selected"),
    Act("exercise.hint", "ctrl+t,f4", "hint", "Hint", "Show the next hint"),
    Act("exercise.next", "ctrl+n,f8", "next", "Next", "Go to the next exercise"),
    Act(
        "exercise.switch", "ctrl+g,f6", "switch", "REPL", "Go from the answer to the REPL, and back"
    ),
    Act(
        "exercise.view",
        "ctrl+f,f5",
        "view",
        "View",
        "Show the task, the REPL, the result, the hints",
    ),
    Act(
        "exercise.leave",
        "escape",
        "leave",
        "",
        "Leave the editor; from elsewhere, go to the lessons",
    ),
    Act("exercise.solution", "ctrl+o,f9", "solution", "", "Show the solution"),
    Act("exercise.back", "ctrl+b,f7", "back", "", "Go to the exercise before"),
    Act("exercise.reset", "f12,alt+z", "reset", "", "Put the starter back into the editor"),
    Act("exercise.restart", "alt+r", "restart", "", "Restart the REPL's session"),
    Act("exercise.undo_cell", "alt+u", "undo_cell", "", "Undo what ran last in the REPL"),
    Act("exercise.lessons", "ctrl+l", "lessons", "", "Go to the list of lessons"),
    Act(
        "exercise.up", "alt+up,ctrl+up", "scroll_reading(-3)", "", "Scroll the task up while typing"
    ),
    Act("exercise.down", "alt+down,ctrl+down", "scroll_reading(3)", "", "Scroll the task down"),
)

PREVIEW = (
    Act("preview.extras", "alt+i", "extras", "", "Show what learners see later, or never"),
    Act("preview.findings", "alt+w", "findings", "", "Show what lint finds in the file"),
)

HOME = (
    Act("home.continue", "c", "continue", "Continue", "Continue where you were"),
    Act("home.courses", "o", "courses", "Courses", "Choose another course"),
    Act("home.quit", "q", "app.quit", "", "Quit"),
)

APP = (
    Act("app.menu", "ctrl+p,f10,colon", "command_palette", "Menu", "Open the menu of all actions"),
    Act("app.help", "f1,question_mark", "help", "Help", "Explain the keys and how it works"),
    Act("app.glossary", "alt+g,g", "glossary", "", "Look up a word in the glossary"),
    Act("app.theme", "alt+t", "change_theme", "", "Choose other colours"),
    Act("app.quit", "ctrl+q", "quit", "Quit", "Quit; what you wrote is kept"),
)

EDITOR = (
    Act("editor.indent", "tab", "indent", "", "Indent the line, or the selected lines"),
    Act("editor.dedent", "shift+tab", "dedent", "", "Take one level of indentation away"),
    Act("editor.undo", "ctrl+z", "undo", "", "Undo"),
    Act("editor.redo", "ctrl+y", "redo", "", "Redo"),
    Act("editor.copy", "ctrl+c,super+c", "copy", "Copy", "Copy the selection"),
    Act("editor.blank", "alt+n,ctrl+underscore", "next_blank", "", "Go to the next blank (____)"),
    Act("editor.all", "alt+a", "select_all", "", "Select everything"),
)

LINES = (
    Act("lines.up", "K,alt+up,shift+up", "move(-1)", "", "Move the line up"),
    Act("lines.down", "J,alt+down,shift+down", "move(1)", "", "Move the line down"),
    Act("lines.aside", "x,delete", "set_aside", "", "Set the line aside, or take it back"),
    Act("lines.undo", "ctrl+z,u", "undo", "", "Undo the last move"),
    Act("lines.redo", "ctrl+y", "redo", "", "Redo it"),
)

EXTRA = (
    ("shift+arrows", "Select; then ctrl+c copies, ctrl+x cuts, ctrl+v pastes"),
    ("up, down", "In the REPL: the lines that you typed before"),
    ("left, right", "In the upper pane: the task, the REPL, the result, the hints"),
    ("1 … 9, space", "In a choice: choose an option; enter checks"),
    ("ctrl+c twice", "Quits when nothing runs, in case ctrl+q does not reach the app"),
)


def is_shortcut(key: str) -> bool:
    """Whether a key is a command even where text is typed: alt+a comes with the letter a."""
    return key.startswith("alt+")


def bindings(acts: tuple[Act, ...]) -> list[Binding]:
    """Textual's bindings for a part of the table."""
    return [
        Binding(act.keys, act.action, act.label or act.about, show=bool(act.label), id=act.id)
        for act in acts
    ]
