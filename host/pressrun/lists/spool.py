"""Lists from standard input, kept as files: the host reads lists itself."""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from pressrun.errors import BadInputError
from pressrun.lists.forms import Form
from pressrun.texts.source import LIST_BYTES

_ENDINGS = {
    Form.TEXT: ".txt",
    Form.CSV: ".csv",
    Form.TSV: ".tsv",
    Form.JSON: ".json",
    Form.JSONL: ".jsonl",
    Form.XLSX: ".xlsx",
    Form.ODS: ".ods",
}


def keep(folder: Path, stream: BinaryIO, form: Form, library: Path) -> Path:
    """Write a list from standard input to a file that only this user can read.

    Args:
        folder: where such lists are kept (`Home.lists`).
        stream: the list.
        form: how it is written, as the author says.
        library: the folder for its pictures. What is piped for one library is one list, which
            changes, as a file does.

    Raises:
        BadInputError: it is empty or too large, or the file cannot be written.
    """
    name = f"stdin-{hashlib.sha256(os.fsencode(library)).hexdigest()[:12]}{_ENDINGS[form]}"
    path, part = folder / name, folder / f".{name}.{os.getpid()}"
    try:
        data = stream.read(LIST_BYTES + 1)
        if len(data) > LIST_BYTES:
            raise BadInputError(
                f"standard input: the list is larger than {LIST_BYTES >> 20} MiB; split it"
            )
        if not data.strip():
            raise BadInputError("standard input: the list contains no prompt")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(part, flags, 0o600), "wb") as file:  # noqa: PTH123 - for its mode
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise BadInputError(
            f"standard input cannot be kept in {folder}: {error.strerror or error}"
        ) from error
    return path
