"""Looking at a library as it lies on disk: what is there, whole, and what nobody knows of.

Everything here blocks and is called in threads. Nothing is changed.
"""

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
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


def misplaced(library: Path, wanted: Mapping[str, int], taken: AbstractSet[str]) -> dict[str, str]:
    """Where in a library pictures are that are not where they are on record, by SHA-256.

    Args:
        library: its folder.
        wanted: the SHA-256 of each picture, and how many bytes it has.
        taken: the paths of those that are in their places, relative to the library.
    """
    sizes, found = set(wanted.values()), dict[str, str]()
    for folder, folders, names in os.walk(library):
        folders[:] = sorted(name for name in folders if name != OWN)
        for name in sorted(names):
            file = Path(folder, name)
            path = str(file.relative_to(library))
            if file.suffix.lower() not in ENDINGS.values() or path in taken:
                continue
            with contextlib.suppress(OSError):
                if file.is_file() and file.stat().st_size in sizes:
                    sha256 = sha256_of(file)
                    if sha256 in wanted:
                        found.setdefault(sha256, path)
    return found


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
