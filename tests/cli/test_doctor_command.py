from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    Tutor = Callable[..., subprocess.CompletedProcess[str]]

NAMES = ["python", "platform", "torch", "engine", "sandbox", "data", "course", "terminal"]
ROOT = Path(__file__).resolve().parents[2]


def test_healthy(tutor: Tutor) -> None:
    """Where all is well every line is ok or a warning, and the code is 0."""
    done = tutor("doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nok    engine: torch ready after " in done.stdout
    assert "; workers are forked\n" in done.stdout
    assert "\nfail " not in done.stdout


def test_json(tutor: Tutor) -> None:
    """The same as one JSON document."""
    found = json.loads(tutor("doctor", "--json").stdout)
    assert found["ok"] is True
    assert [check["name"] for check in found["checks"]] == NAMES


def test_unusable_data_directory(tutor: Tutor, folder: Path) -> None:
    """What fails says what to do about it; the rest is still looked at."""
    (folder / "data").write_text("in the way")
    done = tutor("doctor", "--json")
    found = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert done.returncode == 3
    assert found["data"]["status"] == "fail"
    assert "TUTOR_DATA_DIR" in found["data"]["advice"]
    assert found["engine"]["status"] == "ok"


def test_no_torch(tutor: Tutor, folder: Path) -> None:
    """A torch that cannot be imported is found out and explained."""
    shadow = folder / "shadow"
    shadow.mkdir()
    (shadow / "torch.py").write_text("raise ImportError('libcuda is missing')")
    done = tutor("doctor", PYTHONPATH=f"{shadow}:{ROOT}")
    assert done.returncode == 3
    assert "\nfail  engine: " in done.stdout
    assert "libcuda is missing" in done.stdout
