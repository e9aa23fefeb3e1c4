"""The texts of a book's folder, within bounds."""

import os
from pathlib import Path

from pressrun import files
from pressrun.book.defects import Defects
from pressrun.book.model import Spot
from pressrun.book.natural import natural
from pressrun.texts.encoding import text_of
from pressrun.texts.faults import BadTextError
from pressrun.texts.intake import Intake

FILE_BYTES = 32 * 1024 * 1024
"""The largest file of a book that is no picture."""

MOST_FILES = 5_000
"""The most files in a folder of a book."""


def data_of(folder: Path, file: Path, defects: Defects) -> bytes | None:
    """The bytes of a file, or None after its fault was noted.

    Args:
        folder: the book's.
        file: relative to it.
        defects: of the book.
    """
    told = defects.within(file)
    try:
        data = files.read(folder / file, FILE_BYTES)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        told.fault(1, f"cannot be read: {why or error}")
        return None
    if len(data) > FILE_BYTES:
        told.fault(1, f"the file is larger than {FILE_BYTES >> 20} MiB; split it")
        return None
    return data


def read(folder: Path, file: Path, defects: Defects) -> str | None:
    """The text of a file, or None after its fault was noted."""
    data = data_of(folder, file, defects)
    if data is None:
        return None
    told = defects.within(file)
    intake = Intake(file)
    try:
        text = text_of(intake, data)
    except BadTextError as error:
        told.fault(error.place.line if error.place else 1, error.text)
        return None
    for note in intake.notes:
        told.warn(1, note)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether a name is that of a folder; a link that leads nowhere is told when it is read."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def listed(folder: Path, under: str, defects: Defects) -> list[Path]:
    """The files of a folder of the book, relative to the book's, in natural order of names.

    Hidden files are left out, and so is what editors keep beside them.
    """
    told = defects.within(Path(under))
    try:
        with os.scandir(folder / under) as entries:
            found = [
                (each.name, _is_folder(each))
                for each in entries
                if not each.name.startswith((".", "~")) and not each.name.endswith("~")
            ]
    except FileNotFoundError:
        return []
    except OSError as error:
        told.fault(1, f"cannot be read: {error.strerror or error}")
        return []
    names = [name for name, is_folder in found if not is_folder]
    for name in sorted(name for name, is_folder in found if is_folder):
        defects.warn(Spot(Path(under, name)), f"not read: put its files into {under}/")
    if len(names) > MOST_FILES:
        told.fault(1, f"the folder has {len(names):,} files; the limit is {MOST_FILES:,}")
        return []
    return [Path(under, name) for name in sorted(names, key=natural)]
