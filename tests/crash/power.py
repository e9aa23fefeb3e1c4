"""Lost power: whatever was not synced is gone, even if the process saw it on disk."""

import ctypes
import functools
import os
import shutil
import stat
import subprocess
import tempfile
from enum import StrEnum
from pathlib import Path

SOURCE = Path(__file__).with_name("powerloss.c")


class Loss(StrEnum):
    """What a file system may lose of what nobody synced."""

    EVERYTHING = "all unsynced lost"
    """Names and bytes: nothing gets to the disk by itself."""
    BYTES = "unsynced bytes lost"
    """Bytes alone: names get to the disk early, as where only metadata is journaled."""


@functools.cache
def _shim() -> ctypes.CDLL:
    """The shim, built once; loaded here, it stands in nobody's way."""
    folder = Path(tempfile.mkdtemp(prefix="powerloss-"))
    built = folder / "powerloss.so"
    options = ["-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    subprocess.run(["cc", *options, "-o", built, SOURCE, "-ldl"], check=True)
    return ctypes.CDLL(str(built))


class Disk:
    """A folder, and what of it is durable."""

    def __init__(self, folder: Path, world: Path, loss: Loss) -> None:
        """Take everything that is in `world` by now for durable."""
        self._shadow = folder / "shadow"
        self._world = world
        self._loss = loss
        self._keep_all()

    def environment(self) -> dict[str, str]:
        """What makes a process, and those that it starts, write to this disk."""
        return {"LD_PRELOAD": str(_shim()._name), "POWERLOSS_SHADOW": str(self._shadow)}

    def lose(self) -> None:
        """Have the world be what was durable; every process in it must have ended."""
        unmodelled = self._shadow / "unmodelled"
        assert not unmodelled.exists(), f"not modelled: {unmodelled.read_text()}"
        after = self._world.with_name("after")
        if self._loss == Loss.EVERYTHING:
            self._rebuild(_key(self._world), after)
        else:
            self._empty(self._world, after)
        shutil.rmtree(self._world)
        after.rename(self._world)
        self._keep_all()

    def _keep_all(self) -> None:
        shutil.rmtree(self._shadow, ignore_errors=True)
        self._shadow.mkdir()
        for path in [self._world, *self._world.rglob("*")]:
            kept = _shim().powerloss_keep(os.fsencode(self._shadow), os.fsencode(path))
            assert kept == 0, path

    def _rebuild(self, key: str, folder: Path) -> None:
        """Make a folder from the names that it had when it was synced last."""
        folder.mkdir()
        names = self._shadow / key
        if not names.exists():
            return
        for line in names.read_bytes().split(b"\0")[:-1]:
            mode, its_key, name = os.fsdecode(line).split(" ", 2)
            bits = int(mode, 8)
            path = folder / name
            if stat.S_ISDIR(bits):
                self._rebuild(its_key, path)
            elif stat.S_ISREG(bits):
                self._fill(its_key, path)
            else:
                continue  # sockets do not outlive their process
            path.chmod(stat.S_IMODE(bits))

    def _empty(self, before: Path, after: Path) -> None:
        """Copy a folder with the names that it has, and the bytes that were synced."""
        after.mkdir()
        for path in before.iterdir():
            if path.is_dir():
                self._empty(path, after / path.name)
            elif path.is_file():
                self._fill(_key(path), after / path.name)
            else:
                continue
            shutil.copymode(path, after / path.name)

    def _fill(self, key: str, path: Path) -> None:
        kept = self._shadow / key
        path.write_bytes(kept.read_bytes() if kept.exists() else b"")


def _key(path: Path) -> str:
    buffer = ctypes.create_string_buffer(128)
    assert _shim().powerloss_key(os.fsencode(path), buffer, len(buffer)) == 0, path
    return buffer.value.decode()
