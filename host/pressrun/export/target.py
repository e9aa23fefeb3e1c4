"""Where an export goes: never over what is not one, never among the book's pictures.

A file is there with all its bytes, or as it was before.
"""

import contextlib
import re
import shutil
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pikepdf

from pressrun import characters, files
from pressrun.book.model import Book
from pressrun.errors import BadInputError
from pressrun.export import comicinfo, lettering, pdf, reader
from pressrun.library.shelf import OWN
from pressrun.picture.panel import NAME_BYTES

FOLDER = "export"
"""Where exports go in a book's folder, unless the author names another place."""

_UNFIT = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|]+')
_HEAD_BYTES = 4_096

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    RuntimeError,
    ValueError,
)
"""What a file raises that is no archive, or a damaged one."""


def name_of(title: str) -> str:
    """A title as the name of a file, without its ending."""
    plain = _UNFIT.sub(" ", unicodedata.normalize("NFC", title)).strip(" .")
    short = " ".join(plain.split()).encode()[: NAME_BYTES // 2].decode(errors="ignore").strip(" .")
    return short or "book"


def check(book: Book, path: Path, *, force: bool) -> None:
    """See that a file may be written.

    Args:
        book: what is exported.
        path: of the file, absolute.
        force: it may be written over whatever file is there.

    Raises:
        BadInputError: it must not; the error says why.
    """
    check_place(book, path)
    if path.is_dir():
        raise BadInputError(f"{path} is a folder, not a file; name another. Nothing was written")
    if path.exists() and not force and not is_ours(path):
        raise BadInputError(
            f"{path} is there already, and Pressrun did not make it; name another with -o, or "
            "write over it with --force. Nothing was written"
        )


def check_place(book: Book, path: Path) -> None:
    """See that an export has a name that can be told, and does not go among pictures.

    Raises:
        BadInputError: it has not, or it would.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise BadInputError(
            f"the name {characters.shown(str(path))} is not valid UTF-8; name another place with "
            "-o. Nothing was written"
        ) from error
    place = path.resolve()
    for folder in book.folder.resolve().glob("pictures*"):
        is_library = folder.name == "pictures" or folder.name.startswith("pictures.")
        if is_library and place.is_relative_to(folder.resolve()):
            raise BadInputError(
                f"{path} lies in {folder.name}/, among the book's pictures; name another place "
                "with -o. Nothing was written"
            )
    if any((parent / OWN).is_dir() for parent in place.parents):
        raise BadInputError(
            f"{path} lies in a folder of pictures; name another place with -o. Nothing was written"
        )


def is_ours(path: Path) -> bool:
    """Whether a file is an export of Pressrun's."""
    with contextlib.suppress(OSError):
        match path.suffix.lower():
            case ".cbz":
                return _is_our_cbz(path)
            case ".pdf":
                return _is_our_pdf(path)
            case ".html":
                return reader.MARK.encode() in _head(path)
            case ".txt":
                return lettering.MARK.encode() in _head(path).split(b"\n")[0]
    return False


def _head(path: Path) -> bytes:
    with files.reading(path) as file:
        return file.read(_HEAD_BYTES)


def _is_our_cbz(path: Path) -> bool:
    with (
        contextlib.suppress(*_UNREADABLE),
        files.reading(path) as file,
        zipfile.ZipFile(file) as archive,
        archive.open(comicinfo.NAME) as about,
    ):
        return comicinfo.MARK.encode() in about.read(_HEAD_BYTES)
    return False


def _is_our_pdf(path: Path) -> bool:
    with (
        contextlib.suppress(pikepdf.PdfError),
        files.reading(path) as file,
        pikepdf.open(file) as document,
    ):
        return str(document.docinfo.get("/Producer", "")).startswith(pdf.PRODUCER)
    return False


@contextlib.contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Write a file whole, or leave what was there; nothing is left over.

    Raises:
        OSError: it cannot be written.
    """
    try:
        with files.writing(path) as file:
            yield file
    except BaseException:
        with contextlib.suppress(OSError):
            path.with_name(f".{path.name}.part").unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def scratch(path: Path) -> Iterator[Path]:
    """A folder beside a file, for what it is made of; what an earlier export left there goes.

    Raises:
        OSError: it cannot be made.
    """
    folder = path.with_name(f".{path.name}.parts")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
