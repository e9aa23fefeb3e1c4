"""The disk that forgets: what was synced is there, and nothing else is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crash.power import Disk, Loss

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="its library is preloaded, on Linux only"
)

WRITES = """
import os, sys
from pathlib import Path

def sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    (os.fsync if path == '.' else os.fdatasync)(descriptor)
    os.close(descriptor)

os.chdir(sys.argv[1])
"""


def after(tmp_path: Path, loss: Loss, program: str) -> dict[str, str]:
    """Run a program on such a disk, have the power go, and return what is there."""
    world = tmp_path / "world"
    world.mkdir()
    (world / "old").write_text("old")
    disk = Disk(tmp_path, world, loss)
    environment = {**os.environ, **disk.environment()}
    subprocess.run([sys.executable, "-c", WRITES + program, world], env=environment, check=True)
    disk.lose()
    files = (path for path in world.rglob("*") if path.is_file())
    return {str(path.relative_to(world)): path.read_text() for path in files}


@pytest.mark.parametrize(
    ("program", "everything", "only_bytes"),
    [
        ("Path('new').write_text('new')", {"old": "old"}, {"old": "old", "new": ""}),
        ("Path('old').write_text('newer')", {"old": "old"}, {"old": "old"}),
        (
            "Path('new').write_text('new'); sync('new')",
            {"old": "old"},
            {"old": "old", "new": "new"},
        ),
        (
            "Path('new').write_text('new'); sync('.')",
            {"old": "old", "new": ""},
            {"old": "old", "new": ""},
        ),
        (
            "Path('new').write_text('new'); sync('new'); sync('.')",
            {"old": "old", "new": "new"},
            {"old": "old", "new": "new"},
        ),
        (
            "Path('new').write_text('new'); sync('new'); os.replace('new', 'old')",
            {"old": "old"},
            {"old": "new"},
        ),
        (
            "Path('new').write_text('new'); sync('new'); os.replace('new', 'old'); sync('.')",
            {"old": "new"},
            {"old": "new"},
        ),
        ("os.unlink('old')", {"old": "old"}, {}),
        ("os.truncate('old', 0)", {"old": "old"}, {"old": "old"}),
        (
            "os.mkdir('a'); Path('a/new').write_text('new'); sync('a/new'); sync('a')",
            {"old": "old"},
            {"old": "old", "a/new": "new"},
        ),
        (
            "Path('old').write_text('synced'); sync('old'); Path('old').write_text('not')",
            {"old": "synced"},
            {"old": "synced"},
        ),
    ],
)
def test_what_was_not_synced_is_gone(
    tmp_path: Path, program: str, everything: dict[str, str], only_bytes: dict[str, str]
) -> None:
    """Names and bytes go apart from each other, as they do on a disk."""
    for loss, expected in ((Loss.EVERYTHING, everything), (Loss.BYTES, only_bytes)):
        folder = tmp_path / loss.name
        folder.mkdir()
        assert after(folder, loss, program) == expected


@pytest.mark.parametrize("program", ["os.sync()", "os.open('new', os.O_CREAT | os.O_SYNC)"])
def test_what_is_not_modelled_fails(tmp_path: Path, program: str) -> None:
    """A way to the disk that the shadow cannot follow must not look like a loss, or like none."""
    with pytest.raises(AssertionError, match="not modelled: "):
        after(tmp_path, Loss.EVERYTHING, program)
