"""The shelf: one library's folder, and a picture's way through it.

    .pressrun/incoming/<attempt>     pieces as they arrive, in order
    .pressrun/received/<sha256>      every byte durable, not yet decoded
    ch01/p012/panel-3.png            found whole, under the panel's own name
    ch01/p012/panel-3.json           what it is and where it came from
    .pressrun/alternatives/…         what a later picture of the same panel replaced, and further
                                     pictures of one answer
    .pressrun/thumbnails/<sha256>…   small copies, and larger ones in `large/` (`thumbnails.py`)
    .pressrun/references/<sha256>    what prompts are sent with (`references.py`)
    .pressrun/set-aside/…            files that we did not write (`foreign.py`)

Everything here blocks; the press calls it in a thread.
"""

import contextlib
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pressrun import files
from pressrun.failpoint import failpoint
from pressrun.library import foreign, identity, obstacles, sidecar, thumbnails
from pressrun.library.decoding import BadPictureError, decode
from pressrun.library.obstacles import InTheWayError
from pressrun.picture.facts import ENDINGS, Facts
from pressrun.picture.record import Placed, Record
from pressrun.protocol.messages.base import PICTURE_BYTES

OWN = ".pressrun"
"""The library's folder for what is not a picture of the author's."""

FOLDERS = (
    "incoming",
    "received",
    "alternatives",
    "quarantine",
    "thumbnails",
    "large",
    "references",
    "set-aside",
)
"""What is in it."""


class Incoming:
    """A picture that is arriving, piece by piece and in order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = files.create(path)
        self._hash = hashlib.sha256()
        self.size = 0

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        self._file.write(piece)
        self._hash.update(piece)
        self.size += len(piece)

    def keep(self, sha256: str, target: Path) -> None:
        """Make the whole picture durable at `target`.

        Raises:
            BadPictureError: the bytes that came have another SHA-256 than those that were sent.
        """
        self._file.flush()
        failpoint("incoming.unsynced")
        files.sync(self._file.fileno())
        failpoint("incoming.synced")
        self._file.close()
        if self._hash.hexdigest() != sha256:
            self._path.unlink()
            raise BadPictureError("the picture was damaged on its way from the page")
        files.move(self._path, target)

    def drop(self) -> None:
        """Forget what came."""
        with contextlib.suppress(OSError):  # what a full disk cannot take is not wanted any more
            self._file.close()
        self._path.unlink(missing_ok=True)


class Shelf:
    """A library's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._own = folder / OWN

    def incoming(self, attempt: str) -> Incoming:
        """A place for the pieces of an attempt's picture.

        Raises:
            OSError: the library is not there, or cannot be written.
        """
        identity.see(self.folder)
        files.make_folder(self._own / "incoming")
        return Incoming(self._own / "incoming" / attempt)

    def received(self, sha256: str) -> Path:
        """Where a picture stays between its last byte and its panel's name."""
        return self._own / "received" / sha256

    def reference(self, sha256: str) -> Path:
        """Where the copy of a reference picture is."""
        return self._own / "references" / sha256

    def place(self, record: Record) -> Placed:
        """Decode a received picture and give it its panel's name, with a sidecar beside it.

        Doing it again after a crash gives the same result.

        Args:
            record: what is known of the picture before it is decoded.

        Raises:
            BadPictureError: it is not a whole picture; it stays where it was received.
            InTheWayError: something stands in its place; nothing was moved.
        """
        identity.see(self.folder)
        key, sha256 = record.key, record.facts.sha256
        if not (self.folder / key).parent.resolve().is_relative_to(self.folder.resolve()):
            raise BadPictureError(f"the key {key!r} points outside the library")
        # one that was kept beside because something stood in its place is found again there
        found = self._find(sha256, [*self._candidates(key), *self._beside(key, sha256)])
        self._check_free(key, [])
        facts = thumbnails.inspect(self.folder, found, sha256)
        self._check_free(key, [facts.ending])
        failpoint("shelf.place.inspected")
        self.set_aside(key, sha256)
        failpoint("shelf.place.set_aside")
        placed = self._describe(record, facts, f"{key}{facts.ending}")
        failpoint("shelf.place.described")
        self._settle(found, placed)
        failpoint("shelf.place.after")
        return placed

    def measure(self, record: Record) -> Facts:
        """Decode a received picture where it is, before it is known where it belongs.

        Raises:
            BadPictureError: it is not a whole picture; it stays where it was received.
        """
        identity.see(self.folder)
        sha256 = record.facts.sha256
        places = [*self._candidates(record.key), *self._beside(record.key, sha256)]
        return decode(self._find(sha256, places), sha256)

    def put_beside(self, record: Record) -> Placed:
        """Keep a received picture among its panel's alternatives, and otherwise do as `place` does.

        Raises:
            BadPictureError: it is not a whole picture.
        """
        identity.see(self.folder)
        key, sha256 = record.key, record.facts.sha256
        found = self._find(sha256, self._beside(key, sha256))
        facts = thumbnails.inspect(self.folder, found, sha256)
        path = self.alternative(key, sha256, f"x{facts.ending}")
        placed = self._describe(record, facts, path)
        self._settle(found, placed)
        return placed

    def quarantine(self, record: Record, twin: Path) -> Placed:
        """Keep a picture whose bytes are another panel's too, apart from both panels.

        Args:
            record: what is known of the picture before it is decoded.
            twin: the other panel's file, which holds the bytes if they are received no more.

        Raises:
            BadPictureError: it is not a whole picture.
        """
        identity.see(self.folder)
        sha256 = record.facts.sha256
        found = self._find(sha256, [twin])
        facts = decode(found, sha256)
        name = str(Path(OWN, "quarantine", record.key, f"{sha256[:16]}{facts.ending}"))
        placed = self._describe(record, facts, name)
        failpoint("shelf.quarantine.described")
        self._settle(found, placed)
        failpoint("shelf.quarantine.after")
        return placed

    def _find(self, sha256: str, elsewhere: Iterable[Path]) -> Path:
        """Where the bytes of a picture are: still received, or in a place that it was given.

        Raises:
            BadPictureError: they are nowhere.
        """
        received = self.received(sha256)
        if received.is_file():
            return received
        for path in elsewhere:
            if path.is_file() and sha256_of(path) == sha256:
                return path
        raise BadPictureError("its file is missing from the library")

    def _describe(self, record: Record, facts: Facts, path: str) -> Placed:
        """Write the sidecar of a picture that is about to get its place."""
        placed = Placed(path, replace(record, facts=facts))
        sidecar.write(self.folder, sidecar.beside(self.folder / path), placed.record)
        return placed

    def _settle(self, found: Path, placed: Placed) -> None:
        """Bring a picture to its place; what was received moves there."""
        target = self.folder / placed.path
        sha256 = placed.record.facts.sha256
        if found == target:
            return
        self.clear(target, sha256)
        if found == self.received(sha256):
            files.move(found, target)
        else:
            files.write(target, files.read(found, PICTURE_BYTES))

    def alternative(self, key: str, sha256: str, path: str) -> str:
        """Where a panel's picture goes when a later one takes its place, relative to the library.

        Args:
            key: the panel's.
            sha256: of the picture that makes room.
            path: where it stood.
        """
        return str(Path(OWN, "alternatives", key, sha256[:16]).with_suffix(Path(path).suffix))

    def _candidates(self, key: str) -> list[Path]:
        return [self.folder / f"{key}{ending}" for ending in ENDINGS.values()]

    def _check_free(self, key: str, endings: list[str]) -> None:
        if reason := obstacles.in_the_way(self.folder, key, endings):
            raise InTheWayError(reason)

    def _beside(self, key: str, sha256: str) -> list[Path]:
        return [
            self.folder / self.alternative(key, sha256, f"x{ending}") for ending in ENDINGS.values()
        ]

    def clear(self, path: Path, sha256: str) -> None:
        """Set aside what stands where a picture is about to go, unless it is that picture.

        Raises:
            OSError: it cannot be read or moved, or is a folder.
        """
        if not (path.is_file() and sha256_of(path) == sha256):
            foreign.make_room(self.folder, path, lambda _: False)

    def set_aside(self, key: str, sha256: str) -> None:
        """Keep whatever stands under the panel's name, with its sidecar, as an alternative."""
        for path in self._candidates(key):
            if not path.is_file():
                if not path.is_dir():
                    foreign.make_room(self.folder, path, lambda _: False)
                continue
            if (before := sha256_of(path)) == sha256:
                continue
            aside = self.folder / self.alternative(key, before, path.name)
            notes = sidecar.beside(path)
            if notes.is_file() and sidecar.read(notes) is not None:
                sidecar.make_room(self.folder, sidecar.beside(aside))
                sidecar.move(notes, sidecar.beside(aside))
                failpoint("shelf.aside.sidecar")
            self.clear(aside, before)
            files.move(path, aside)
            failpoint("shelf.aside.after")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex.

    Raises:
        OSError: it cannot be read, or is no ordinary file.
    """
    with files.reading(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
