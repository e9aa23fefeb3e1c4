"""Reference pictures on disk: looked at when a list is read, and kept as they were then.

    .pressrun/references/<sha256>    the bytes that prompts of this library are sent with

Everything here blocks and is called in threads.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from pressrun.errors import BadInputError
from pressrun.library import files
from pressrun.library.decoding import BadPictureError, decode
from pressrun.library.shelf import Shelf, sha256_of
from pressrun.picture.recipe import Reference

FILE_BYTES = 20 * 1024 * 1024
"""The largest reference picture.

Source: https://help.openai.com/en/articles/8555545-file-uploads-faq
"""

_STEM_CHARS = 80


class MissingReferenceError(Exception):
    """A reference picture that was kept is gone, or is another one by now."""


def look(paths: Iterable[Path]) -> dict[Path, Reference]:
    """What reference pictures there are, each file looked at once.

    Raises:
        BadInputError: one cannot be used; the text names it.
    """
    return {path: _reference(path) for path in dict.fromkeys(paths)}


def keep(shelf: Shelf, found: Mapping[Path, Reference]) -> None:
    """Keep copies in the library: what an author changes later changes no batch under way.

    Raises:
        BadInputError: a file is another one than it was a moment ago, or cannot be copied.
    """
    for path, reference in found.items():
        kept = shelf.reference(reference.sha256)
        try:
            if kept.exists():
                continue
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() != reference.sha256:
                raise BadInputError(f"{path} is being changed; try again")
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
        data = shelf.reference(reference.sha256).read_bytes()
    except OSError:
        data = b""
    if hashlib.sha256(data).hexdigest() != reference.sha256:
        raise MissingReferenceError(
            f"the copy of the reference picture {reference.name!r} is missing; run the list again"
        )
    return data


def _reference(path: Path) -> Reference:
    try:
        if path.stat().st_size > FILE_BYTES:
            most = FILE_BYTES >> 20
            raise BadInputError(f"{path}: a reference picture may have at most {most} MiB")
        facts = decode(path, sha256_of(path))
        # a file system may hold names that are not valid text
        stem = path.stem.encode(errors="replace").decode()
        name = " ".join(stem.split())[:_STEM_CHARS] + facts.ending
        return Reference(name, facts.media, facts.sha256)
    except BadPictureError as error:
        raise BadInputError(f"{path} cannot be a reference picture: {error}") from error
    except OSError as error:
        raise BadInputError(f"{path}: {error.strerror or error}") from error
