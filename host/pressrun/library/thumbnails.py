"""Small copies of pictures: each made once, and kept in the library by the picture's SHA-256.

    .pressrun/thumbnails/<sha256>.webp   for grids and contact sheets
    .pressrun/large/<sha256>.webp        for a screen; what was shown longest ago makes room

A copy has the time of the file that it was made from: of a picture that its author retouched there
is none until it is made anew. A copy is never worth an error: it is not synced, one that a crash
cut off counts for none, and a picture of which none can be written is filed all the same.

Everything here blocks and is called in threads.
"""

import contextlib
import os
import re
import stat
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from pressrun import files
from pressrun.failpoint import failpoint
from pressrun.library import decoding, identity
from pressrun.library.decoding import BadPictureError
from pressrun.picture.facts import Facts
from pressrun.protocol.messages.base import PICTURE_BYTES

_OWN = ".pressrun"


@dataclass(frozen=True)
class Scale:
    """How large copies are."""

    folder: str
    """Where they are, in the library's own folder."""
    side: int
    """The most pixels of the longer side."""
    most: int
    """The most bytes."""

    def path(self, sha256: str) -> str:
        """Where the copy of a picture is, relative to its library."""
        return f"{_OWN}/{self.folder}/{sha256}.webp"


SMALL = Scale("thumbnails", 320, 60_000)
"""For grids: about 20 kB each."""

LARGE = Scale("large", 1_600, 480_000)
"""For a screen: about 200 kB each, and less than a frame to a browser carries."""

LARGE_BYTES = 500_000_000
"""The most bytes of copies for screens that a library keeps: some two thousand."""

ROOM = 0.9
"""The share of that which is left when some made room."""

SAME_SECONDS = 2.0
"""Times that differ by less are one: some disks know only every other second."""


def inspect(library: Path, path: Path, sha256: str) -> Facts:
    """Decode a picture whole, and leave a small copy of it.

    Args:
        library: whose picture it is.
        path: its file.
        sha256: of its bytes, which is taken as given.

    Raises:
        BadPictureError: it is damaged, of another kind, or too large.
        OSError: the file cannot be read.
    """
    return _copied(library, SMALL, path, sha256).facts


def kept(library: Path, scale: Scale, path: Path, sha256: str) -> bytes | None:
    """The copy of a picture, if there is a whole one of the file as it is now.

    Raises:
        OSError: the picture's file is not there.
    """
    if not is_kept(library, scale, path, sha256):
        return None
    place = library / scale.path(sha256)
    try:
        data = files.read(place, scale.most)
    except OSError:
        return None
    if not _is_whole(data):
        return None
    if scale is LARGE:
        _shown(place, path.stat().st_mtime_ns)
    return data


def is_kept(library: Path, scale: Scale, path: Path, sha256: str) -> bool:
    """Whether there is a copy of a picture's file as it is now; whether it is whole, `kept` tells.

    Raises:
        OSError: the picture's file is not there.
    """
    of = path.stat().st_mtime_ns
    try:
        found = (library / scale.path(sha256)).lstat()
    except OSError:
        return False
    is_file = stat.S_ISREG(found.st_mode) and found.st_size > 0
    return is_file and abs(found.st_mtime_ns - of) < SAME_SECONDS * 1e9


def make(library: Path, scale: Scale, path: Path, sha256: str) -> bytes:
    """Make the copy of a picture, and keep it where that can be written.

    Args:
        library: whose picture it is.
        scale: how large the copy is.
        path: the picture's file.
        sha256: what the copy is kept by.

    Raises:
        BadPictureError: it is damaged, of another kind, or too large, or no copy can be made.
        OSError: it cannot be read.
    """
    made = _copied(library, scale, path, sha256).data
    if not made:
        raise BadPictureError("no small copy can be made of it")
    return made


def make_room(library: Path, most: int = LARGE_BYTES) -> int:
    """Remove the copies for screens that were shown longest ago, if there are too many.

    Args:
        library: whose copies they are.
        most: how many bytes may stay.

    Returns:
        How many bytes went.
    """
    folder = (library / LARGE.path("")).parent
    found = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            told = entry.stat(follow_symlinks=False)
            found.append((told.st_ctime_ns, told.st_size, entry.path))
    left = total = sum(size for _, size, _ in found)
    if total <= most or not _is_inside(library, folder):
        return 0
    for _, size, path in sorted(found):
        if left <= most * ROOM:
            break
        with contextlib.suppress(OSError):
            Path(path).unlink()
            left -= size
    return total - left


def sweep(library: Path, known: AbstractSet[str]) -> None:
    """Remove small copies that nothing shows any more, those of older versions among them.

    Args:
        library: whose copies they are.
        known: the SHA-256 of the pictures whose copies stay.
    """
    folder = (library / SMALL.path("")).parent
    if not folder.is_dir() or not _is_inside(library, folder):
        return
    for at, folders, names in os.walk(folder, topdown=False):
        for name in names:
            own = _COPY.fullmatch(name) if Path(at) == folder else None
            if not (own and own[1] in known) and Path(name).suffix in _SWEPT:
                with contextlib.suppress(OSError):
                    Path(at, name).unlink()
        for name in folders:
            with contextlib.suppress(OSError):  # it holds something else
                Path(at, name).rmdir()


_COPY = re.compile(r"\.?([0-9a-f]{64})\.webp(?:\.part)?")
"""A copy, or what a death left of one; where its picture is still there, it is made anew."""

_SWEPT = (".jpg", ".webp", ".part")


def _copied(library: Path, scale: Scale, path: Path, sha256: str) -> decoding.Copy:
    of = path.stat().st_mtime_ns
    copy = decoding.copied(files.read(path, PICTURE_BYTES), sha256, scale.side, scale.most)
    if copy.data:
        with contextlib.suppress(OSError):
            _keep(library, scale, sha256, copy.data, of)
    return copy


def _keep(library: Path, scale: Scale, sha256: str, data: bytes, of: int) -> None:
    identity.see(library)
    place = library / scale.path(sha256)
    place.parent.mkdir(exist_ok=True)
    if not _is_inside(library, place.parent):
        return  # through a link; what was made is shown all the same
    part = place.with_name(f".{place.name}.part")
    try:
        with files.create(part) as file:
            file.write(data)
        failpoint("thumbnails.written")
        _shown(part, of)
        part.replace(place)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _shown(place: Path, of: int) -> None:
    """Give a copy the time of what it was made from; that it is shown now, its own change tells."""
    with contextlib.suppress(OSError):
        os.utime(place, ns=(of, of))


def _is_inside(library: Path, folder: Path) -> bool:
    return folder.resolve().is_relative_to(library.resolve())


def _is_whole(data: bytes) -> bool:
    """Whether bytes are a WebP to its end; a crash may leave a file that is shorter, or zeros."""
    length = int.from_bytes(data[4:8], "little") + 8
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP" and length == len(data)
