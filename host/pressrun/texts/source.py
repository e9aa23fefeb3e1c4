"""The bytes of a prompt list."""

from pathlib import Path

from pressrun import files
from pressrun.errors import BadInputError
from pressrun.texts.faults import told

LIST_BYTES = 64 * 1024 * 1024
"""The largest prompt list."""


def content(path: Path) -> bytes:
    """The content of an ordinary file, opened once.

    Raises:
        BadInputError: there is no such file, it is something else, or it is too large.
    """
    try:
        data = files.read(path, LIST_BYTES)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise BadInputError(f"{told(path)}: {why or error}") from error
    if len(data) > LIST_BYTES:
        raise BadInputError(
            f"{told(path)}: the file is larger than {LIST_BYTES >> 20} MiB; split the list"
        )
    return data
