"""``scripts/test`` in a folder of its own, its tools played: what it makes of their answers."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
TOOLS = ("ruff", "mypy", "npm", "pytest")


def _run(folder: Path, **codes: int) -> int:
    tools = folder / ".venv/bin"
    tools.mkdir(parents=True)
    for tool in TOOLS:
        played = tools / tool
        played.write_text(f"#!/bin/sh\nexit {codes.get(tool, 0)}\n")
        played.chmod(0o755)
    (folder / "scripts").mkdir()
    for name in ("test", "setup.sh"):
        shutil.copy(HERE / "scripts" / name, folder / "scripts")
    (folder / "tests").mkdir()
    (folder / "node_modules").mkdir()
    for lock, made in (
        ("tests/requirements.lock", ".venv/made-from"),
        ("package-lock.json", "node_modules/.made-from"),
    ):
        (folder / lock).write_text("")
        (folder / made).write_text("")
    return subprocess.run(
        ("sh", folder / "scripts/test", "--quick"),
        env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"},
        capture_output=True,
        timeout=60,
        check=False,
    ).returncode


def test_the_test_command_succeeds_where_every_check_does(tmp_path: Path) -> None:
    """What CI reads is the exit code alone, also of a run that printed no failure."""
    assert _run(tmp_path) == 0


@pytest.mark.parametrize("tool", TOOLS)
def test_the_test_command_fails_with_any_check(tmp_path: Path, tool: str) -> None:
    """Those that run beside the tests count as much as those that run before them."""
    assert _run(tmp_path, **{tool: 1}) != 0


def test_a_choice_that_leaves_no_test_is_no_failure(tmp_path: Path) -> None:
    """Pytest says so with its code 5, for instance after ``-k`` with a name of another folder."""
    assert _run(tmp_path, pytest=5) == 0
