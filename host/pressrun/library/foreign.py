"""Files that we did not write, where we are about to: they are set aside, and never overwritten.

.pressrun/set-aside/<path>       what stood at <path> in the library, numbered if need be
"""

import errno
import itertools
from collections.abc import Callable
from pathlib import Path

from pressrun import files

FOLDER = Path(".pressrun", "set-aside")

MOST_BYTES = 512 * 1024
"""So much of a file is looked at to tell whose it is."""


def make_room(library: Path, path: Path, is_ours: Callable[[bytes], bool]) -> Path | None:
    """Set aside the file at `path`, unless we wrote it; returns where it is now.

    Args:
        library: the folder that `path` is in.
        path: where something is to be written.
        is_ours: whether the beginning of a file has our mark.

    Raises:
        OSError: it cannot be read or moved, or is a folder.
    """
    if not (path.exists() or path.is_symlink()):
        return None
    if path.is_file() and is_ours(files.read(path, MOST_BYTES)):
        return None
    if path.is_dir() and not path.is_symlink():
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    aside = library / FOLDER / path.relative_to(library)
    names = (aside.with_stem(f"{aside.stem}-{number}") for number in itertools.count(2))
    target = next(each for each in itertools.chain([aside], names) if not _is_taken(each))
    files.move(path, target)
    return target


def _is_taken(path: Path) -> bool:
    return path.exists() or path.is_symlink()
