"""Facts about file systems: what it takes for a file to be there after the power went.

A rename is atomic within a file system, and durable once the folder is synced; a file's bytes are
durable once the file is (https://man7.org/linux/man-pages/man2/fsync.2.html, notes).
"""

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from pressrun.failpoint import failpoint

sync: Callable[[int], None] = os.fsync
"""Has the bytes of an open file durable. A simulation, where no power goes, puts its own here."""


_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def read(path: Path, most: int) -> bytes:
    """The bytes of an ordinary file, opened once: at most one more than `most`, which tells.

    Raises:
        OSError: it cannot be read, or is no ordinary file.
    """
    with reading(path) as file:
        return file.read(most + 1)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[BufferedReader]:
    """An ordinary file, opened once.

    Neither a pipe nor a device is waited for, and none is ever read without end.

    Raises:
        OSError: it cannot be read, or is no ordinary file.
    """
    # a device that is merely opened may act on it, so it is looked at before; what counts is what
    # was opened
    _check_ordinary(path, path.stat())
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        _check_ordinary(path, os.fstat(descriptor))
        yield file


def _check_ordinary(path: Path, found: os.stat_result) -> None:
    kind = stat.S_IFMT(found.st_mode)
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, "it is a folder, not a file", str(path))
    if kind != stat.S_IFREG:
        what = _KINDS.get(kind, "something else")
        raise OSError(errno.EINVAL, f"it is {what}, not an ordinary file", str(path))


def sync_file(path: Path) -> None:
    """Have a file's bytes durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Have a folder's names durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


_durable: set[Path] = set()
"""Folders that this process knows to be durable; one that is merely there may not be so yet."""


def make_folder(folder: Path) -> None:
    """Have a folder and those above it, durable, whoever made them."""
    if folder in _durable and folder.exists():
        return
    for path in reversed([folder, *folder.parents]):
        if not path.exists():
            path.mkdir(exist_ok=True)
            failpoint("files.folder.made")
            sync_folder(path.parent)
            failpoint("files.folder.synced")
        elif path not in _durable:
            # above what is ours there are folders that nobody may read, and odd file systems
            with contextlib.suppress(OSError):
                sync_folder(path.parent)
        _durable.add(path)


def move(source: Path, target: Path) -> None:
    """Give a durable file its name in `target`'s folder, durable; what stood there is replaced."""
    make_folder(target.parent)
    failpoint("files.move.before")
    source.replace(target)
    failpoint("files.move.renamed")
    sync_folder(target.parent)
    failpoint("files.move.after")
    if source.parent != target.parent:
        sync_folder(source.parent)


def create(path: Path) -> BinaryIO:
    """Begin a file anew, which is not durable yet: never through a link, nor into a pipe."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    return path.open("xb")


def write(path: Path, data: bytes) -> None:
    """Write a whole file durably: it is there with all its bytes, or not at all."""
    with writing(path) as file:
        file.write(data)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Write a file piece by piece, durably: it is there with all of them, or not at all."""
    make_folder(path.parent)
    part = path.with_name(f".{path.name}.part")
    with create(part) as file:
        yield file
        file.flush()
        failpoint("files.write.unsynced")
        sync(file.fileno())
        failpoint("files.write.synced")
    move(part, path)
