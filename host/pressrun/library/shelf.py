"""The shelf: one library's folder, and a picture's way through it.

    .pressrun/incoming/<attempt>     pieces as they arrive, in order
    .pressrun/received/<sha256>      every byte durable, not yet decoded
    ch01/p012/panel-3.png            found whole, under the panel's own name
    ch01/p012/panel-3.json           what it is and where it came from
    .pressrun/alternatives/…         what a later picture of the same panel replaced, and further
                                     pictures of one answer
    .pressrun/thumbnails/…           small copies, for the contact sheet
    .pressrun/references/<sha256>    what prompts are sent with (`references.py`)

Everything here blocks; the press calls it in a thread.
"""

import contextlib
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pressrun.failpoint import failpoint
from pressrun.library import files
from pressrun.library.picture import BadPictureError, Picture, inspect

_ENDINGS = (".png", ".jpg", ".webp")

OWN = ".pressrun"
"""The library's folder for what is not a picture of the author's."""


@dataclass(frozen=True)
class Placed:
    """A picture under its panel's name."""

    path: str
    """Relative to the library."""
    picture: Picture
    bytes: int


class Incoming:
    """A picture that is arriving, piece by piece and in order."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file = path.open("wb")
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
            raise BadPictureError("the bytes were damaged on their way from the page")
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
        """A place for the pieces of an attempt's picture."""
        files.make_folder(self._own / "incoming")
        return Incoming(self._own / "incoming" / attempt)

    def received(self, sha256: str) -> Path:
        """Where a picture stays between its last byte and its panel's name."""
        return self._own / "received" / sha256

    def thumbnail(self, key: str) -> Path:
        """Where the small copy of a panel's picture is."""
        return self._own / "thumbnails" / f"{key}.jpg"

    def reference(self, sha256: str) -> Path:
        """Where the copy of a reference picture is."""
        return self._own / "references" / sha256

    def place(self, key: str, sha256: str, record: dict[str, Any]) -> Placed:
        """Decode a received picture and give it its panel's name, with a sidecar beside it.

        Doing it again after a crash gives the same result.

        Args:
            key: the panel's.
            sha256: of the received bytes.
            record: what the sidecar tells besides the picture's own facts.

        Raises:
            BadPictureError: it is no whole picture; it stays where it was received.
        """
        source = self.received(sha256)
        for name in (self.folder / key, self.thumbnail(key)):
            if not name.parent.resolve().is_relative_to(self.folder.resolve()):
                raise BadPictureError(f"the key {key!r} leads out of the library")
        found = source if source.exists() else self._placed_before(key, sha256)
        size = found.stat().st_size
        picture = inspect(found, self.thumbnail(key))
        failpoint("shelf.place.inspected")
        target = self.folder / f"{key}{picture.ending}"
        self._set_aside(key, sha256)
        failpoint("shelf.place.set_aside")
        self._describe(self.folder / f"{key}.json", key, sha256, size, picture, record)
        failpoint("shelf.place.described")
        if found == source:
            files.move(source, target)
        failpoint("shelf.place.after")
        return Placed(str(target.relative_to(self.folder)), picture, size)

    def put_beside(self, key: str, sha256: str, record: dict[str, Any]) -> Placed:
        """Keep a received picture among a panel's alternatives, with a sidecar.

        Doing it again after a crash gives the same result.

        Args:
            key: the panel's.
            sha256: of the received bytes.
            record: what the sidecar tells besides the picture's own facts.

        Raises:
            BadPictureError: it is no whole picture; it stays where it was received.
        """
        source = self.received(sha256)
        kept = (self.folder / self.alternative(key, sha256, f"x{end}") for end in _ENDINGS)
        found = next((path for path in (source, *kept) if path.exists()), None)
        if found is None:
            raise BadPictureError("its file is gone from the library")
        size = found.stat().st_size
        picture = inspect(found)
        target = self.folder / self.alternative(key, sha256, f"x{picture.ending}")
        self._describe(target.with_suffix(".json"), key, sha256, size, picture, record)
        if found == source:
            files.move(source, target)
        return Placed(str(target.relative_to(self.folder)), picture, size)

    def quarantine(self, key: str, sha256: str, record: dict[str, Any], twin: Path) -> Placed:
        """Keep a picture whose bytes are another panel's too, apart from both panels.

        Args:
            key: the panel's that it was made for.
            sha256: of its bytes.
            record: what the sidecar tells besides the picture's own facts.
            twin: the other panel's file, which holds the bytes if they are received no more.

        Raises:
            BadPictureError: it is no whole picture.
        """
        source = self.received(sha256)
        found = source if source.exists() else twin
        if not found.exists():
            raise BadPictureError("its file is gone from the library")
        size = found.stat().st_size
        picture = inspect(found)
        target = self._own / "quarantine" / f"{key}-{sha256[:16]}{picture.ending}"
        self._describe(target.with_suffix(".json"), key, sha256, size, picture, record)
        failpoint("shelf.quarantine.described")
        if found == source:
            files.move(source, target)
        else:
            files.write(target, twin.read_bytes())
        failpoint("shelf.quarantine.after")
        return Placed(str(target.relative_to(self.folder)), picture, size)

    def _describe(
        self,
        path: Path,
        key: str,
        sha256: str,
        size: int,
        picture: Picture,
        record: dict[str, Any],
    ) -> None:
        """Write a sidecar."""
        facts = {
            "sha256": sha256,
            "bytes": size,
            "width": picture.width,
            "height": picture.height,
            "media": picture.media,
        }
        text = json.dumps({"key": key, **facts, **record}, indent=2, ensure_ascii=False) + "\n"
        files.write(path, text.encode())

    def alternative(self, key: str, sha256: str, path: str) -> str:
        """Where a panel's picture goes when a later one takes its place, relative to the library.

        Args:
            key: the panel's.
            sha256: of the picture that makes room.
            path: where it stood.
        """
        return str(Path(OWN, "alternatives", key, sha256[:16]).with_suffix(Path(path).suffix))

    def _candidates(self, key: str) -> list[Path]:
        return [self.folder / f"{key}{ending}" for ending in _ENDINGS]

    def _placed_before(self, key: str, sha256: str) -> Path:
        for path in self._candidates(key):
            if path.exists() and sha256_of(path) == sha256:
                return path
        raise BadPictureError("its file is gone from the library")

    def _set_aside(self, key: str, sha256: str) -> None:
        """Keep whatever stands under the panel's name, with its sidecar, as an alternative."""
        for path in self._candidates(key):
            if not path.exists() or (before := sha256_of(path)) == sha256:
                continue
            aside = self.folder / self.alternative(key, before, path.name)
            sidecar = self.folder / f"{key}.json"
            if sidecar.exists():
                files.move(sidecar, aside.with_suffix(".json"))
                failpoint("shelf.aside.sidecar")
            files.move(path, aside)
            failpoint("shelf.aside.after")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
