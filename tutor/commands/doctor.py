"""``tutor doctor``: see whether everything works here, and what to do where it does not."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import platform
import shutil
import sys
import time
from typing import Literal, TypeAlias

import msgspec

from tutor import __version__
from tutor.commands.output import indented, show, show_json
from tutor.course.find import builtin_course
from tutor.engine.client import Engine
from tutor.errors import TutorError
from tutor.progress.store import Store, progress_file

__all__ = ["run"]

Status: TypeAlias = Literal["ok", "warn", "fail"]


class Diagnosis(msgspec.Struct, frozen=True):
    """One thing that was looked at.

    Attributes:
        detail: what was found.
        advice: what to do about it, where something should be done.
    """

    name: str
    status: Status
    detail: str
    advice: str = ""


def run(*, as_json: bool, sandbox: str | None) -> int:
    """Print one line for each thing that the tutor needs; 3 where one of them fails."""
    diagnoses = [
        _python(),
        _platform(),
        _torch(),
        *asyncio.run(_engine(sandbox)),
        _data(),
        _course(),
        _terminal(),
    ]
    healthy = all(diagnosis.status != "fail" for diagnosis in diagnoses)
    if as_json:
        checks = msgspec.to_builtins(diagnoses)
        show_json({"version": __version__, "ok": healthy, "checks": checks})
    else:
        show(f"tutor {__version__}")
        for diagnosis in diagnoses:
            show(f"{diagnosis.status:<4}  {diagnosis.name}: {diagnosis.detail}")
            if diagnosis.advice:
                show(indented(diagnosis.advice, "      "))
    return 0 if healthy else 3


def _python() -> Diagnosis:
    detail = f"{platform.python_version()} ({sys.executable})"
    return Diagnosis("python", "ok", detail)


def _platform() -> Diagnosis:
    detail = (
        f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} CPUs"
    )
    if platform.system() == "Linux":
        return Diagnosis("platform", "ok", detail)
    return Diagnosis(
        "platform",
        "warn",
        detail,
        "This version is tested on Linux only. Here, code runs in plain processes without a "
        "sandbox, and going back runs cells again; WSL or a container gives you all of it.",
    )


def _torch() -> Diagnosis:
    try:
        return Diagnosis("torch", "ok", importlib.metadata.version("torch"))
    except importlib.metadata.PackageNotFoundError:
        return Diagnosis(
            "torch",
            "fail",
            "not installed",
            f"Install it for this Python: {sys.executable} -m pip install torch",
        )


async def _engine(sandbox: str | None) -> list[Diagnosis]:
    """Start the engine for real and run a cell in it."""
    start = time.perf_counter()
    try:
        async with await Engine.start(sandbox=sandbox) as engine:
            await engine.ready()
            ready = time.perf_counter() - start
            session = await engine.session(setup="import torch")
            printed: list[str] = []
            await session.run("torch.ones(2)", on_output=lambda _, text: printed.append(text))
            level, note = engine.sandbox, engine.sandbox_note
            kind = _KINDS[engine.kind]
    except TutorError as error:
        return [Diagnosis("engine", "fail", str(error), _ENGINE_ADVICE)]
    whole = time.perf_counter() - start
    detail = f"torch ready after {ready:.1f} s, first cell done after {whole:.1f} s; {kind}"
    if "".join(printed).strip() != "tensor([1., 1.])":
        wrong = f"a cell printed {''.join(printed)!r} where tensor([1., 1.]) was due"
        return [Diagnosis("engine", "fail", wrong, _ENGINE_ADVICE), _sandbox(level, note)]
    return [Diagnosis("engine", "ok", detail), _sandbox(level, note)]


_KINDS = {"fork": "workers are forked", "spawn": "each worker is started afresh (spawn)"}

_ENGINE_ADVICE = (
    f"See what Python itself says: {sys.executable} -c 'import torch; print(torch.ones(2))'"
)


def _sandbox(level: str, note: str) -> Diagnosis:
    detail = f"{level} ({note})" if note else level
    if level == "none":
        return Diagnosis(
            "sandbox",
            "warn",
            detail,
            "Code can do what you can do: run only code and lessons that you trust.",
        )
    return Diagnosis("sandbox", "ok", detail)


def _data() -> Diagnosis:
    path = progress_file()
    try:
        Store(path).close()
    except TutorError as error:
        return Diagnosis("data", "fail", f"{path} cannot be used", str(error))
    return Diagnosis("data", "ok", f"{path.parent} can be written to")


def _course() -> Diagnosis:
    try:
        course = builtin_course()
    except TutorError as error:
        return Diagnosis("course", "fail", "the built-in course cannot be read", str(error))
    problems = [*course.problems, *(p for file in course.files for p in file.problems)]
    if problems:
        listed = "\n".join(str(problem) for problem in problems)
        return Diagnosis("course", "fail", f"{course.title}: {len(problems)} problems", listed)
    exercises = sum(len(lesson.exercises) for lesson in course.lessons)
    detail = f"{course.title}: {len(course.lessons)} lessons, {exercises} exercises"
    return Diagnosis("course", "ok", detail)


def _terminal() -> Diagnosis:
    term = os.environ.get("TERM", "")
    encoding = sys.stdout.encoding
    size = shutil.get_terminal_size()
    if not sys.stdout.isatty():
        return Diagnosis("terminal", "ok", f"none: the output is not a terminal, {encoding}")
    detail = f"{size.columns}x{size.lines}, TERM={term or 'not set'}, {_colours(term)}, {encoding}"
    advice = [
        text
        for wrong, text in (
            (size.columns < 80 or size.lines < 24, "Make it 80x24 or larger."),
            (term in {"", "dumb"}, "The app needs a terminal that can place text: set TERM."),
            (
                encoding.lower().replace("-", "") != "utf8",
                "Set a UTF-8 locale, for example LANG=C.UTF-8.",
            ),
        )
        if wrong
    ]
    return Diagnosis("terminal", "warn" if advice else "ok", detail, "\n".join(advice))


def _colours(term: str) -> str:
    if os.environ.get("NO_COLOR"):
        return "no colours (NO_COLOR)"
    if os.environ.get("COLORTERM") in {"truecolor", "24bit"}:
        return "16 million colours"
    if term in {"", "dumb"}:
        return "no colours"
    return "256 colours" if "256color" in term else "16 colours"
