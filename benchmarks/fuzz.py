"""Coverage-guided fuzzing of what reads a stranger's bytes: ``make fuzz``.

    python -m benchmarks.fuzz [SECONDS]

For each reader in turn, atheris changes honest bytes wherever that reaches new code. A reader may
raise its own error (ProtocolError, CodecError) and nothing else; anything else ends the run with
the bytes that caused it, which are kept in a file ``crash-…``.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["main"]

_READERS = ("frames", "messages", "observations", "trials", "descriptions")
_CHILD = "--reader"


def main() -> None:
    """Fuzz every reader in a process of its own; exit with 1 if one of them failed."""
    if sys.argv[1:2] == [_CHILD]:
        _fuzz(sys.argv[2], int(sys.argv[3]))
        return
    seconds = sys.argv[1] if len(sys.argv) > 1 else "60"
    failed: list[str] = []
    for name in _READERS:
        print(f"… {name}, {seconds} s", file=sys.stderr)
        command = [sys.executable, "-m", "benchmarks.fuzz", _CHILD, name, seconds]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    print(f"{len(_READERS) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


def _fuzz(name: str, seconds: int) -> None:
    import atheris  # noqa: PLC0415 - an extra of its own

    with atheris.instrument_imports(include=["checks", "tutor", "benchmarks.fuzz_readers"]):
        from benchmarks import fuzz_readers  # noqa: PLC0415 - its code is changed as it is read

    reader = fuzz_readers.READERS[name]

    def once(data: bytes) -> None:
        with contextlib.suppress(*fuzz_readers.ALLOWED):
            reader(data)

    with tempfile.TemporaryDirectory(prefix="tutor-fuzz-") as corpus:
        for number, seed in enumerate(fuzz_readers.seeds(name)):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = (f"-max_total_time={seconds}", "-max_len=4096", "-timeout=10")
        atheris.Setup([sys.argv[0], *options, corpus], once)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
