"""What stands where a panel's picture, sidecar or small copy goes: that panel's own matter.

Everything here blocks and is called in threads. Nothing is changed.
"""

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from pressrun.picture.facts import ENDINGS

ERRORS = frozenset({errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY, errno.ENAMETOOLONG})
"""What a system says where something is in the way of one file; a disk at fault says others."""

_OWN = ".pressrun"


class InTheWayError(Exception):
    """A panel's picture cannot get its place; the text names what to move or to change."""


def find(library: Path, keys: Iterable[str]) -> dict[str, str]:
    """The panels that could not get a picture, each with what is in its way and what to do."""
    library_there = library.is_dir()
    found = {}
    for key in keys:
        reason = in_the_way(library, key) if library_there else _too_long(library, key)
        if reason is not None:
            found[key] = reason
    return found


def in_the_way(library: Path, key: str, endings: Iterable[str] = ENDINGS.values()) -> str | None:
    """What is in the way of a panel's picture, whose file's name may end in these ways."""
    if too_long := _too_long(library, key):
        return too_long
    real = library.resolve()
    own = library / _OWN
    small = own / "thumbnails" / f"{key}.jpg"
    aside = (own / "set-aside" / key).parent
    for folder in ((library / key).parent, small.parent, own / "alternatives" / key, aside):
        above = [each for each in [folder, *folder.parents] if each.is_relative_to(library)]
        for each in reversed(above):
            mode = _mode(each)
            if mode is not None and not stat.S_ISDIR(mode):
                return f"{each} is a file, where a folder is needed; move or rename that file"
        if not folder.resolve().is_relative_to(real):
            return f"the key {key!r} points outside the library, through a link; remove that link"
    for file in (*(library / f"{key}{each}" for each in endings), library / f"{key}.json", small):
        mode = _mode(file)
        if mode is not None and stat.S_ISDIR(mode):
            return f"{file} is a folder, where a file is needed; move or rename that folder"
    return None


def explain(error: OSError, key: str) -> str | None:
    """What an error says that one panel's file met; None when the disk is at fault."""
    if error.errno not in ERRORS:
        return None
    if error.errno == errno.ENAMETOOLONG:
        return f"the key {key!r} is too long for this file system; shorten it in the list"
    where = error.filename2 or error.filename or key
    return f"something is in the way at {where} ({error.strerror}); move or rename it"


def _mode(path: Path) -> int | None:
    """What a path is, through links; None when nothing is there."""
    try:
        return path.stat().st_mode
    except OSError:
        return None


def _too_long(library: Path, key: str) -> str | None:
    """Whether the names that a panel needs are too long for this file system."""
    name = f".{key.rpartition('/')[2]}.webp.part"
    at = next((each for each in [library, *library.parents] if each.is_dir()), Path("/"))
    longest = library / _OWN / "alternatives" / key / f".{'0' * 16}.webp.part"
    for path in (longest, *(at / part for part in (name, *key.split("/")[:-1]))):
        try:
            os.lstat(path)
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return explain(error, key)
    return None
