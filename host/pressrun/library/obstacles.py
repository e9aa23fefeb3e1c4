"""What stands where a panel's picture or sidecar goes: that panel's own matter.

Everything here blocks and is called in threads. Nothing is changed.
"""

import errno
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pressrun.picture.facts import ENDINGS

ERRORS = frozenset({errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY, errno.ENAMETOOLONG})
"""What a system says where something is in the way of one file; a disk at fault says others."""

_OWN = ".pressrun"


class InTheWayError(Exception):
    """A panel's picture cannot get its place; the text names what to move or to change."""


def find(library: Path, keys: Iterable[str]) -> dict[str, str]:
    """The panels that could not get a picture, each with what is in its way and what to do."""
    folders = _Folders(library)
    found = {}
    for key in keys:
        if reason := folders.in_the_way(key, ENDINGS.values()):
            found[key] = reason
    return found


def in_the_way(library: Path, key: str, endings: Iterable[str] = ENDINGS.values()) -> str | None:
    """What is in the way of a panel's picture, whose file's name may end in these ways."""
    return _Folders(library).in_the_way(key, endings)


@dataclass(frozen=True)
class _Folder:
    """What a place is where a folder goes."""

    there: bool = True
    file: str | None = None
    """What is a file there, or above it."""
    outside: bool = False
    """Whether it is outside the library, through a link."""


class _Folders:
    """The folders of a library, each looked at once: a long book has many panels in each."""

    def __init__(self, library: Path) -> None:
        self._library = str(library)
        at = next((each for each in [library, *library.parents] if each.is_dir()), Path("/"))
        self._at = str(at)
        there = at == library
        self._known = {self._library: _Folder(there)}
        self._names: dict[str, bool] = {}

    def in_the_way(self, key: str, endings: Iterable[str]) -> str | None:
        """What is in the way of a panel's picture."""
        if self._is_too_long(key):
            return _too_long(key)
        if not self._known[self._library].there:
            return None
        own = f"{self._library}/{_OWN}"
        place = f"{self._library}/{key}"
        above, aside = _above(place), _above(f"{own}/set-aside/{key}")
        for each in (above, f"{own}/alternatives/{key}", aside):
            folder = self._look(each)
            if folder.file is not None:
                return (
                    f"{folder.file} is a file, where a folder is needed; move or rename that file"
                )
            if folder.outside:
                return (
                    f"the key {key!r} points outside the library, through a link; remove that link"
                )
        files = (*endings, ".json") if self._look(above).there else ()
        for file in (f"{place}{each}" for each in files):
            mode = _mode(file)
            if mode is not None and stat.S_ISDIR(mode):
                return f"{file} is a folder, where a file is needed; move or rename that folder"
        return None

    def _look(self, path: str) -> _Folder:
        """What a place below the library is, where a folder goes."""
        known = self._known.get(path)
        if known is None:
            above = self._look(_above(path))
            goes_on = above.there and above.file is None and not above.outside
            known = self._known[path] = self._seen(path) if goes_on else above
        return known

    def _seen(self, path: str) -> _Folder:
        try:
            is_link = stat.S_ISLNK(os.lstat(path).st_mode)
        except OSError:
            return _Folder(there=False)
        mode = _mode(path)
        if mode is not None and not stat.S_ISDIR(mode):
            return _Folder(file=path)
        outside = is_link and not _is_below(path, self._library)
        return _Folder(there=mode is not None, outside=outside)

    def _is_too_long(self, key: str) -> bool:
        """Whether the names that a panel needs are too long for this file system."""
        *parts, last = key.split("/")
        longest = f"{self._library}/{_OWN}/alternatives/{key}/.{'0' * 16}.webp.part"
        if _is_refused(longest) or _is_refused(f"{self._at}/.{last}.webp.part"):
            return True
        for each in parts:
            if each not in self._names:
                self._names[each] = _is_refused(f"{self._at}/{each}")
        return any(self._names[each] for each in parts)


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def _is_below(path: str, library: str) -> bool:
    """Whether a place is in a library, wherever links lead."""
    real = os.path.realpath(library)
    return os.path.commonpath([real, os.path.realpath(path)]) == real


def _is_refused(path: str) -> bool:
    """Whether a name is too long for its file system."""
    try:
        os.lstat(path)
    except OSError as error:
        return error.errno == errno.ENAMETOOLONG
    return False


def explain(error: OSError, key: str) -> str | None:
    """What an error says that one panel's file met; None when the disk is at fault."""
    if error.errno not in ERRORS:
        return None
    if error.errno == errno.ENAMETOOLONG:
        return _too_long(key)
    where = error.filename2 or error.filename or key
    return f"something is in the way at {where} ({error.strerror}); move or rename it"


def _mode(path: str) -> int | None:
    """What a path is, through links; None when nothing is there."""
    try:
        return os.stat(path).st_mode  # noqa: PTH116 - a path object takes three times as long
    except OSError:
        return None


def _too_long(key: str) -> str:
    return f"the key {key!r} is too long for this file system; shorten it in the list"
