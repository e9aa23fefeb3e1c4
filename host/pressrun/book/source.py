"""The bytes of a prompt list."""

import os
import stat
from pathlib import Path

from pressrun.book.faults import told
from pressrun.errors import BadInputError

LIST_BYTES = 64 * 1024 * 1024
"""The largest prompt list."""

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def content(path: Path) -> bytes:
    """The content of a regular file, opened once.

    Raises:
        BadInputError: there is no such file, it is something else, or it is too large.
    """
    try:
        # a device that is merely opened may act on it
        _check_kind(path, path.stat())
        # a pipe without a writer would make an ordinary `open` wait for ever
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(number, "rb") as file:  # noqa: PTH123 - a file that is open has no path
            _check_kind(path, os.fstat(number))
            data = file.read(LIST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise BadInputError(f"{told(path)}: {why or error}") from error
    if len(data) > LIST_BYTES:
        raise BadInputError(
            f"{told(path)}: the file is larger than {LIST_BYTES >> 20} MiB; split the list"
        )
    return data


def _check_kind(path: Path, found: os.stat_result) -> None:
    kind = stat.S_IFMT(found.st_mode)
    if kind != stat.S_IFREG:
        what = _KINDS.get(kind, "something else")
        raise BadInputError(f"{told(path)}: a list must be a file; this is {what}")
