"""What a user gets who installs the wheel, away from the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the repository."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(out), REPOSITORY],
        check=True,
        capture_output=True,
        timeout=100,
    )
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment with the wheel in it; its dependencies are lent by a path entry.

    A path entry makes torch and the others importable without 700 MB of copying; it does not make
    the repository's own editable installation visible.
    """
    home = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True, timeout=100)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", home / "bin" / "python", "install"),
            *("--no-deps", "--no-index", "--quiet", "--disable-pip-version-check", wheel),
        ],
        check=True,
        timeout=100,
    )
    packages = next((home / "lib").glob("python*/site-packages"))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin"


def _tutor(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["TUTOR_DATA_DIR"] = str(cwd / "data")
    return subprocess.run(
        [installed / "tutor", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_the_wheel_holds_the_lessons_beside_the_packages(wheel: Path) -> None:
    """Lessons are in the wheel, outside `tutor/` and `checks/`, and no test is."""
    names = zipfile.ZipFile(wheel).namelist()
    assert "tensor_tutor_lessons/course.yaml" in names
    assert "checks/catalog.json" in names
    assert "tutor/app/tutor.tcss" in names
    assert "tutor/authoring/templates/code.yaml" in names
    assert not [name for name in names if name.startswith(("tests/", "lessons/"))]


def test_the_installed_program_knows_its_lessons(installed: Path, tmp_path: Path) -> None:
    """`tutor courses list` in an empty directory lists the built-in lessons of the installation."""
    done = _tutor(installed, tmp_path, "courses", "list", "pytorch")
    assert done.returncode == 0, done.stderr
    assert "creating-tensors" in done.stdout
    assert "autograd-basics" in done.stdout


def test_the_installed_program_judges(installed: Path, tmp_path: Path) -> None:
    """A wrong answer to a lesson of one's own is judged by the installed checks."""
    (tmp_path / "lesson.yaml").write_text(
        "format: 1\nid: own\ntitle: Own\nexercises:\n"
        "  - id: ones\n    kind: code\n    prompt: Make `y` ones.\n"
        "    setup: import torch\n    solution: y = torch.ones(2, 3)\n"
        "    checks:\n      - values: y\n"
    )
    (tmp_path / "wrong.py").write_text("y = torch.ones(3, 2)\n")
    (tmp_path / "right.py").write_text("y = torch.full((2, 3), 1.0)\n")
    done = _tutor(
        installed, tmp_path, "check", "lesson.yaml", "ones", "wrong.py", "right.py", "--json"
    )
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert [verdict["status"] for verdict in verdicts] == ["fail", "pass"], done.stderr
    assert done.returncode == 1
