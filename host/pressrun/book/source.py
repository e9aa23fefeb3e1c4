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
        # a pipe without a writer would make an ordinary `open` wait for ever
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        kind = stat.S_IFMT(os.fstat(number).st_mode)
        if kind != stat.S_IFREG:
            os.close(number)
            what = _KINDS.get(kind, "something else")
            raise BadInputError(f"{told(path)}: a list must be a file; this is {what}")
        with open(number, "rb") as file:  # noqa: PTH123 - a file that is open has no path
            data = file.read(LIST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise BadInputError(f"{told(path)}: {why or error}") from error
    if len(data) > LIST_BYTES:
        raise BadInputError(
            f"{told(path)}: the file is larger than {LIST_BYTES >> 20} MiB; split the list"
        )
    return data
