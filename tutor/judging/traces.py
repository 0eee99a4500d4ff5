"""Whether code may leave something behind that taking memory back does not undo."""

from __future__ import annotations

import ast

__all__ = ["leaves_traces"]

_FILES = (
    "open", "save", "load", "write", "write_text", "write_bytes", "mkdir", "touch", "unlink",
    "rename", "tofile", "savetxt", "savez", "memmap", "from_file", "dump", "Path", "pathlib", "os",
    "io", "shutil", "tempfile", "sqlite3", "shelve", "pickle", "SummaryWriter",
)  # fmt: skip
_PROCESSES = (
    "subprocess", "multiprocessing", "threading", "socket", "Process", "Thread", "DataLoader",
    "share_memory_",
)  # fmt: skip
_TRACES = frozenset((*_FILES, *_PROCESSES))


def leaves_traces(code: str) -> bool:
    """Whether code may leave a file, a thread or a process: judged by the names that it uses.

    It is asked of a lesson's own code, which hides nothing. Code that cannot be read does not run.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                names.add(name)
            case ast.Import(names=modules):
                names.update(part for one in modules for part in one.name.split("."))
            case ast.ImportFrom(module=module, names=modules):
                names.update((module or "").split("."))
                names.update(one.name for one in modules)
    return not names.isdisjoint(_TRACES)
