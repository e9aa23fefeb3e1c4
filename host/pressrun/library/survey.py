"""Looking at a library as it lies on disk: what is there, whole, and what nobody knows of.

Everything here blocks and is called in threads. Nothing is changed.
"""

import contextlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from pressrun.library import sidecar
from pressrun.library.decoding import BadPictureError, decode
from pressrun.library.shelf import OWN, sha256_of
from pressrun.picture.facts import ENDINGS, Facts
from pressrun.picture.record import Record

KEPT = ("alternatives", "quarantine")
"""Folders of our own that hold pictures."""


@dataclass(frozen=True)
class OnDisk:
    """What is found where a picture is on record."""

    sha256: str | None = None
    """None when there is no file."""
    facts: Facts | None = None
    """None when it is not a whole picture."""
    notes: Record | None = None
    """What the sidecar tells; None when there is none."""
    unreadable: str | None = None
    """Why it cannot be looked at."""


@dataclass(frozen=True)
class Noted:
    """A sidecar, and the picture beside it."""

    notes: Record
    sidecar: str
    """Relative to the library, as `picture` is."""
    picture: str | None


def look(library: Path, path: str) -> OnDisk:
    """Look at one picture: all its bytes, all its pixels, and its sidecar."""
    file = library / path
    try:
        notes = sidecar.read(sidecar.beside(file))
        if not file.is_file():
            return OnDisk(notes=notes)
        sha256, facts = sha256_of(file), None
        with contextlib.suppress(BadPictureError):
            facts = decode(file, sha256)
    except OSError as error:
        return OnDisk(unreadable=error.strerror or str(error))
    return OnDisk(sha256, facts, notes)


class Walk:
    """All sidecars of a library, a few at a time: pictures under panels' names, then those kept."""

    def __init__(self, library: Path) -> None:
        self._library = library
        self._found = self._walk()

    def next(self, most: int) -> list[Noted]:
        """The next few; empty at the end."""
        return list(islice(self._found, most))

    def _walk(self) -> Iterator[Noted]:
        yield from self._below(self._library)
        for name in KEPT:
            yield from self._below(self._library / OWN / name)

    def _below(self, top: Path) -> Iterator[Noted]:
        for folder, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if name != OWN)
            present = set(names)
            for name in sorted(names):
                if name.endswith(".json") and not name.startswith("."):
                    path = Path(folder, name)
                    with contextlib.suppress(OSError):
                        if notes := sidecar.read(path):
                            yield self._noted(path, notes, present)

    def _noted(self, path: Path, notes: Record, present: set[str]) -> Noted:
        beside = [path.with_suffix(ending) for ending in ENDINGS.values()]
        found = [each for each in beside if each.name in present and each.is_file()]
        # of several, the one that the notes are about
        if len(found) > 1:
            found.sort(key=lambda picture: sha256_of(picture) != notes.facts.sha256)
        relative = path.relative_to(self._library)
        picture = str(found[0].relative_to(self._library)) if found else None
        return Noted(notes, str(relative), picture)


@dataclass(frozen=True)
class Expected:
    """A panel's picture as it is on record."""

    path: str
    """Relative to the library."""
    sha256: str
    bytes: int


def places(library: Path, recorded: Mapping[str, Expected]) -> tuple[set[str], dict[str, str]]:
    """Which panels have their picture where it is on record, and where in the library others are.

    A file that the author changed is still the panel's; one that is another panel's picture is not.
    Only files of a size that is on record elsewhere are read.

    Args:
        library: its folder.
        recorded: what is on record, by panel.

    Returns:
        The panels whose picture is there; and for those whose picture is elsewhere, the path.
    """
    owners = {each.sha256: name for name, each in recorded.items()}
    sizes = {each.bytes for each in recorded.values()}
    there, found = set[str](), dict[str, str]()
    for name, each in recorded.items():
        match _size(library / each.path):
            case None:
                continue
            case size if size != each.bytes and size in sizes:
                owner = owners.get(sha256_of(library / each.path), name)
                if owner != name:
                    found[owner] = each.path
                    continue
        there.add(name)
    found = {name: path for name, path in found.items() if name not in there}
    missing = recorded.keys() - there - found.keys()
    if missing:
        taken = {each.path for each in recorded.values()}
        found |= _elsewhere(library, {name: recorded[name] for name in missing}, taken)
    return there, found


def _elsewhere(
    library: Path, missing: Mapping[str, Expected], taken: AbstractSet[str]
) -> dict[str, str]:
    """Where in a library, also among its alternatives, pictures are that are not in their places.

    Args:
        library: its folder.
        missing: what to look for, by panel.
        taken: paths that were looked at already, relative to the library.
    """
    owners = {each.sha256: name for name, each in missing.items()}
    sizes, found = {each.bytes for each in missing.values()}, dict[str, str]()
    for path in chain(_pictures(library, ""), _pictures(library, f"{OWN}/alternatives")):
        if path in taken or _size(library / path) not in sizes:
            continue
        with contextlib.suppress(OSError):
            if owner := owners.get(sha256_of(library / path)):
                found.setdefault(owner, path)
    return found


def _pictures(library: Path, below: str) -> Iterator[str]:
    """The paths of the files below a folder that are named as pictures are."""
    for folder, folders, names in os.walk(library / below):
        folders[:] = sorted(name for name in folders if name != OWN)
        for name in sorted(names):
            if name.lower().endswith(tuple(ENDINGS.values())):
                yield str(Path(folder, name).relative_to(library))


def _size(file: Path) -> int | None:
    """How many bytes an ordinary file has; None where there is none."""
    with contextlib.suppress(OSError):
        told = file.stat()
        if stat.S_ISREG(told.st_mode):
            return told.st_size
    return None


def pieces(library: Path) -> list[Path]:
    """What is arriving, or was when the host ended."""
    return _files(library / OWN / "incoming")


def received(library: Path) -> list[Path]:
    """What has arrived and is not filed."""
    return [path for path in _files(library / OWN / "received") if not path.name.startswith(".")]


_WRITTEN = re.compile(r"\..+\.(png|jpg|webp|json|html)\.part")
"""What a file is called that is being written beside the author's own."""


def unfinished(library: Path, before: float) -> Iterator[Path]:
    """Files that were being written when the host ended, older than `before`."""
    for folder, _, names in os.walk(library):
        own = OWN in Path(folder).relative_to(library).parts[:1]
        for name in names:
            of_own = own and name.startswith(".") and name.endswith(".part")
            if of_own or _WRITTEN.fullmatch(name):
                path = Path(folder, name)
                with contextlib.suppress(OSError):
                    if path.stat().st_mtime < before:
                        yield path


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except FileNotFoundError:
        return []
