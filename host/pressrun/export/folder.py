"""A folder for letterers and other programs: a copy of each picture by its key, and the words.

A list of what is in it tells which files are ours, so that a later export exchanges those only.
"""

import contextlib
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from pressrun import files
from pressrun.book.model import Book
from pressrun.errors import BadInputError
from pressrun.export import artwork, lettering, paint, target
from pressrun.export.leaves import Leaf, Volume, bind
from pressrun.export.target import LIST
from pressrun.library.shelf import sha256_of

WORDS = "lettering.txt"
_LIST_BYTES = 16 * 1024 * 1024


def check(book: Book, path: Path) -> None:
    """See that a folder may be written, or written anew.

    Raises:
        BadInputError: it holds what Pressrun did not put there; the error names it.
    """
    target.check_place(book, path)
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise BadInputError(f"{path} is not a folder; name another with -o. Nothing was written")
    if not path.exists():
        return
    ours = _listed(path)
    for each in _entries(path):
        name = each.relative_to(path).as_posix()
        if name == LIST and ours:
            continue
        if each.is_symlink() or name not in ours or sha256_of(each) != ours[name]:
            raise BadInputError(
                f"{each} was not put there by Pressrun, or was changed since; an export would "
                "remove it. Name another folder with -o. Nothing was written"
            )


def _entries(path: Path) -> Iterator[Path]:
    """Everything but folders, a folder at a time: one that is not ours may be a whole disk."""
    folders = list[Path]()
    for each in sorted(path.iterdir()):
        if each.is_dir() and not each.is_symlink():
            folders.append(each)
        else:
            yield each
    for each in folders:
        yield from _entries(each)


def write(volume: Volume, path: Path, told: Callable[[], None], *, proof: bool = False) -> None:
    """Write a folder: the new one takes the place of the old one when it is whole.

    Args:
        volume: what is written.
        path: of the folder, which `check` allowed.
        told: called after each picture.
        proof: small pictures, with their keys.

    Raises:
        OSError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    before = path.with_name(f".{path.name}.before")
    target.remove(before)
    target.begin(part)
    try:
        _fill(volume, part, told, proof=proof)
        if path.exists():
            path.rename(before)
        part.rename(path)
        files.sync_folder(path.parent)
    except BaseException:
        if before.exists() and not path.exists():
            before.rename(path)
        raise
    finally:
        for each in (part, before):
            target.remove(each)


def _fill(volume: Volume, part: Path, told: Callable[[], None], *, proof: bool) -> None:
    names = dict[str, str]()

    def put(name: str, data: bytes) -> None:
        files.write(part / name, data)
        names[name] = hashlib.sha256(data).hexdigest()

    if proof:
        book = volume.book
        single = replace(book, layout=replace(book.layout, laid_out=False))
        proofs = bind(single, lambda panel: artwork.find(book, panel), volume.chapter)
        for leaf in proofs.leaves:
            for placement in leaf.placements:
                put(f"{placement.panel.key}.jpg", _proof(proofs, leaf))
            told()
    else:
        for panel in volume.panels:
            found = artwork.read(volume.book, panel)
            if isinstance(found, tuple):
                art, data = found
                put(f"{panel.key}{art.ending}", data)
            told()
    put(WORDS, lettering.text(volume).encode())
    # what is in the folder: each file, with the SHA-256 of its bytes
    told_list = {"made_with": "Pressrun", "files": names}
    files.write(part / LIST, json.dumps(told_list, indent=1, ensure_ascii=False).encode())


def _proof(volume: Volume, leaf: Leaf) -> bytes:
    file = io.BytesIO()
    page = paint.page(volume, leaf, paint.small(volume), proof=True)
    page.save(file, "JPEG", quality=80)
    return file.getvalue()


def _listed(path: Path) -> dict[str, str]:
    """What our list in a folder names; nothing where there is none."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        names = json.loads(files.read(path / LIST, _LIST_BYTES)).get("files")
        if isinstance(names, dict):
            return {str(name): str(value) for name, value in names.items()}
    return {}
