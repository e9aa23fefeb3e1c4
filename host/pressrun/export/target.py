"""Where an export goes: never over what is not one, never among the book's pictures.

A file is there with all its bytes, or as it was before.
"""

import contextlib
import os
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
from pressrun.picture.panel import NAME_BYTES, fault_of_key, is_unseen
from pressrun.texts.faults import told

FOLDER = "export"
"""Where exports go in a book's folder, unless the author names another place."""

LIST = "pressrun-export.json"
"""By this file in it, a folder is known to be one that Pressrun made."""

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
    seen = "".join(" " if is_unseen(each) else each for each in title)
    plain = _UNFIT.sub(" ", unicodedata.normalize("NFC", seen)).strip(" .")
    short = " ".join(plain.split()).encode()[: NAME_BYTES // 2].decode(errors="ignore").strip(" .")
    # some systems have devices of such names as "con"
    return short if short and fault_of_key(short) is None else f"book {short}".strip()


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
        raise BadInputError(
            f"{told(path)} is a folder, not a file; name another. Nothing was written"
        )
    if path.exists() and not force and not is_ours(path):
        raise BadInputError(
            f"{told(path)} is there already, and Pressrun did not make it; name another with -o, "
            "or write over it with --force. Nothing was written"
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
    try:
        path.exists()
    except OSError as error:  # its name is too long, or a link leads in a circle
        raise BadInputError(f"{told(path)}: {error.strerror}. Nothing was written") from error
    place, folder = path.resolve(), book.folder.resolve()
    if place.is_relative_to(folder):
        # also of a folder that is not there yet, on a disk for which Pictures is another name of it
        first = place.relative_to(folder).parts[:1]
        if any(_is_library(each.casefold()) for each in first):
            raise _among_pictures(path, first[0])
    for each in folder.glob("pictures*"):
        if _is_library(each.name) and place.is_relative_to(each.resolve()):
            raise _among_pictures(path, each.name)
    if any((parent / OWN).is_dir() for parent in place.parents):
        raise BadInputError(
            f"{told(path)} lies in a folder of pictures; name another place with -o. Nothing was "
            "written"
        )


def _is_library(name: str) -> bool:
    return name == "pictures" or name.startswith("pictures.")


def _among_pictures(path: Path, name: str) -> BadInputError:
    return BadInputError(
        f"{told(path)} lies in {name}/, among the book's pictures; name another place with -o. "
        "Nothing was written"
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
    begin(folder)
    try:
        yield folder
    finally:
        remove(folder)


def begin(folder: Path) -> None:
    """Make a folder of our own, in the place of what an earlier export left there.

    Raises:
        BadInputError: there is one that is not ours.
        OSError: it cannot be made.
    """
    remove(folder)
    files.make_folder(folder)
    (folder / LIST).touch()


def remove(folder: Path) -> None:
    """Remove a folder of our own, if it is there.

    Raises:
        BadInputError: it is not ours.
        OSError: it cannot be removed.
    """
    if not os.path.lexists(folder):
        return
    is_ours = not folder.is_symlink() and (folder / LIST).is_file()
    if not is_ours and not (folder.is_dir() and not any(folder.iterdir())):
        raise BadInputError(
            f"{told(folder)} is in the way, and Pressrun did not make it; move it, or name another "
            "place with -o. What was there is as it was"
        )
    for each in folder.iterdir():  # the mark is the last to go, whenever this ends
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        elif each.name != LIST:
            each.unlink()
    shutil.rmtree(folder)
