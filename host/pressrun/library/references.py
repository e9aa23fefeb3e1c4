"""Reference pictures on disk: looked at when a list is read, and kept as they were then.

    .pressrun/references/<sha256>    the bytes that prompts of this library are sent with

Everything here blocks and is called in threads.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TypeVar

from pressrun import files
from pressrun.errors import BadInputError
from pressrun.library.decoding import BadPictureError, decode_bytes, pixels_sha256, size_of
from pressrun.library.shelf import Shelf, sha256_of
from pressrun.picture.facts import Facts
from pressrun.picture.recipe import Reference

T = TypeVar("T")

FILE_BYTES = 20 * 1024 * 1024
"""The largest reference picture.

Source: https://help.openai.com/en/articles/8555545-file-uploads-faq
"""

_STEM_CHARS = 80


class MissingReferenceError(Exception):
    """A reference picture that was kept is gone, or is another one by now."""


class MissingPictureError(Exception):
    """The picture of a panel is not where it should be, or is none; it may be on its way."""


def look(paths: Iterable[Path]) -> dict[Path, Reference]:
    """What reference pictures there are, each file looked at once.

    Raises:
        BadInputError: one cannot be used; the text names it.
    """
    return {path: _reference(path) for path in dict.fromkeys(paths)}


def as_kept(
    shelf: Shelf, found: Mapping[Path, Reference], used: AbstractSet[str] = frozenset()
) -> dict[Path, Reference]:
    """The same references, each as the kept copy whose pixels are equal, where there is one.

    A picture that was saved anew, and looks the same, makes no picture stale.

    Args:
        shelf: the library, whose copies are looked at.
        found: what `look` found.
        used: the SHA-256 of the copies that pictures on record were made from. They come before
            others that are equal.
    """
    new = {each for each in found.values() if each.sha256 not in used}
    if not new:
        return dict(found)
    copies = _Copies(shelf, used)
    kept = {each: copies.equal(path, each) for path, each in found.items() if each in new}
    return {path: kept.get(each, each) for path, each in found.items()}


def keep(shelf: Shelf, found: Mapping[Path, Reference]) -> None:
    """Keep copies in the library: what an author changes later changes no batch under way.

    Raises:
        BadInputError: a file is another one than it was a moment ago, or cannot be copied.
    """
    for path, reference in found.items():
        kept = shelf.reference(reference.sha256)
        try:
            if kept.is_file() and sha256_of(kept) == reference.sha256:
                continue
            data = files.read(path, FILE_BYTES)
            if hashlib.sha256(data).hexdigest() != reference.sha256:
                raise BadInputError(f"{path} is being changed; try again")
            shelf.clear(kept, reference.sha256)
            files.write(kept, data)
        except OSError as error:
            why = error.strerror or error
            raise BadInputError(f"{path} cannot be copied to {shelf.folder}: {why}") from error


def read(shelf: Shelf, reference: Reference) -> bytes:
    """The bytes of a reference picture that was kept.

    Raises:
        MissingReferenceError: they are gone.
    """
    try:
        data = files.read(shelf.reference(reference.sha256), FILE_BYTES)
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != reference.sha256:
        raise MissingReferenceError(
            f"the copy of the reference picture {reference.name!r} is missing; run the list again"
        )
    return data


def picture(path: Path, known: Reference) -> tuple[Reference, bytes]:
    """A picture of the library as a reference, with its bytes.

    An author may have retouched it since it was put on record: then that is what it is.

    Args:
        path: where it is.
        known: as it is on record.

    Raises:
        MissingPictureError: it cannot be read, or is no whole picture.
    """
    lost = f"the picture that it follows cannot be sent with it: {path}"
    try:
        data = files.read(path, FILE_BYTES)
        if len(data) > FILE_BYTES:
            raise MissingPictureError(f"{lost} has more than {FILE_BYTES >> 20} MiB")
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 == known.sha256:
            return known, data
        facts = decode_bytes(data, sha256)
    except OSError as error:
        raise MissingPictureError(f"{lost}: {error.strerror or error}") from error
    except BadPictureError as error:
        raise MissingPictureError(f"{lost}: {error}") from error
    return Reference(_named(path, facts), facts.media, facts.sha256), data


class _Copies:
    """The kept copies of a library, each decoded only where a file has its size."""

    def __init__(self, shelf: Shelf, used: AbstractSet[str]) -> None:
        self._shelf = shelf
        folder = shelf.reference("0").parent
        names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        self._used, self._others = sorted(names & used), sorted(names - used)
        self._sizes: dict[str, tuple[int, int] | None] = {}
        self._pixels: dict[str, str | None] = {}

    def equal(self, path: Path, reference: Reference) -> Reference:
        """A reference as the copy that shows the same, or as it is."""
        try:
            data = files.read(path, FILE_BYTES)
            size, pixels = size_of(data), pixels_sha256(data)
        except (OSError, BadPictureError):
            return reference  # it was changed since it was looked at, which `keep` tells
        if hashlib.sha256(data).hexdigest() != reference.sha256:
            return reference
        itself = [name for name in self._others if name == reference.sha256]
        for name in (*self._used, *itself, *self._others):
            if name == reference.sha256:
                return reference
            if self._size(name) == size and self._shows(name) == pixels:
                facts = decode_bytes(self._read(name), name)
                return Reference(_named(path, facts), facts.media, name)
        return reference

    def _size(self, name: str) -> tuple[int, int] | None:
        if name not in self._sizes:
            self._sizes[name] = self._told(name, size_of)
        return self._sizes[name]

    def _shows(self, name: str) -> str | None:
        if name not in self._pixels:
            self._pixels[name] = self._told(name, pixels_sha256)
        return self._pixels[name]

    def _told(self, name: str, tells: Callable[[bytes], T]) -> T | None:
        """What a copy tells; None when it is no whole copy."""
        try:
            data = self._read(name)
            return tells(data) if hashlib.sha256(data).hexdigest() == name else None
        except (OSError, BadPictureError):
            return None

    def _read(self, name: str) -> bytes:
        return files.read(self._shelf.reference(name), FILE_BYTES)


def _reference(path: Path) -> Reference:
    try:
        data = files.read(path, FILE_BYTES)
        if len(data) > FILE_BYTES:
            most = FILE_BYTES >> 20
            raise BadInputError(f"{path}: a reference picture may have at most {most} MiB")
        facts = decode_bytes(data, hashlib.sha256(data).hexdigest())
        return Reference(_named(path, facts), facts.media, facts.sha256)
    except BadPictureError as error:
        raise BadInputError(f"{path} cannot be a reference picture: {error}") from error
    except OSError as error:
        raise BadInputError(f"{path}: {error.strerror or error}") from error


def _named(path: Path, facts: Facts) -> str:
    """What the site is told that a file is called: its own name, with the ending of its kind."""
    # a file system may hold names that are not valid text
    stem = path.stem.encode(errors="replace").decode()
    return " ".join(stem.split())[:_STEM_CHARS] + facts.ending
