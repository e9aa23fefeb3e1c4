"""Pinning an approved sheet: it becomes a reference picture of the book, and its cast says so."""

import tomllib
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from pressrun import files
from pressrun.book import cast as casts
from pressrun.book import source
from pressrun.book.cast import PLACES, Cast, slug
from pressrun.book.defects import Defects
from pressrun.book.model import Look, Spot, Subject
from pressrun.book.nearest import meant
from pressrun.book.pictures import REFERENCES, Pictures
from pressrun.errors import BadInputError
from pressrun.protocol.messages.base import PICTURE_BYTES
from pressrun.texts.encoding import text_of
from pressrun.texts.intake import Intake

SHEETS = f"{REFERENCES}/sheets"
"""Where approved sheets go."""

_MOST_NAMES = 1_000


def pin(folder: Path, key: str, picture: Path) -> Path:
    """Make a picture the sheet of a character, a place or a variant.

    The picture is copied first and named by the cast file last, each at once or not at all. So
    after a death either the book is as it was, or it is done; doing it again changes nothing more.

    Args:
        folder: the book's.
        key: the sheet's: `cast/mara`, `cast/mara/storm-coat`, `places/quay`.
        picture: the file of the approved picture.

    Returns:
        The copy in the book's folder.

    Raises:
        BadInputError: there is no such subject, or a file cannot be read or written; the book is
            as it was.
    """
    folder = folder.resolve()
    defects = Defects()
    cast = casts.read(folder, Pictures(folder), defects)
    subject, look = _meant(cast, key)
    try:
        data = files.read(picture, PICTURE_BYTES)
        copy = _copied(folder, key, data, picture.suffix)
        _name(folder, subject, look, copy.relative_to(folder).as_posix())
    except OSError as error:
        raise BadInputError(
            f"the sheet of {subject.name} cannot be kept in the book: {error.strerror or error} "
            f"({error.filename}). Nothing was approved"
        ) from error
    return copy


def _meant(cast: Cast, key: str) -> tuple[Subject, Look | None]:
    """The subject and the variant that the key of a sheet names.

    Raises:
        BadInputError: there are none.
    """
    kind, _, rest = key.partition("/")
    name, _, variant = rest.partition("/")
    subjects: Mapping[str, Subject] = cast.places if kind == PLACES else cast.characters
    subject = subjects.get(name)
    if kind not in ("cast", PLACES) or subject is None:
        hint = meant(name, subjects)
        raise BadInputError(f"the book's cast has no {key!r}{hint}; nothing was approved")
    if not variant:
        return subject, None
    look = next((each for each in subject.looks.values() if slug(each.name) == variant), None)
    if look is None:
        raise BadInputError(
            f"{subject.name} has no variant {variant!r}{meant(variant, subject.looks)}; "
            "nothing was approved"
        )
    return subject, look


def _copied(folder: Path, key: str, data: bytes, ending: str) -> Path:
    """A copy of a picture under a name of its own: no other picture is replaced."""
    under = folder / SHEETS
    if not under.resolve().is_relative_to(folder):
        raise BadInputError(f"{SHEETS} is a link to another folder; nothing was approved")
    stem = key.removeprefix("cast/")
    for number in range(1, _MOST_NAMES):
        path = under / (f"{stem}{ending}" if number == 1 else f"{stem}-{number}{ending}")
        if path.is_file() and files.read(path, PICTURE_BYTES) == data:
            return path
        if not path.exists() and not path.is_symlink():
            files.write(path, data)
            return path
    raise BadInputError(f"{SHEETS} holds too many sheets of {stem}; move some elsewhere")


def _name(folder: Path, subject: Subject, look: Look | None, name: str) -> None:
    """Have the cast file name a sheet; all else in it stays, comments too.

    Raises:
        BadInputError: it cannot be changed; the text says what to write into it.
    """
    spot = look.spot if look else subject.spot
    path = (folder / spot.file).resolve()
    mode = path.stat().st_mode & 0o777
    text = text_of(Intake(spot.file), files.read(path, source.FILE_BYTES))
    where = [*([PLACES] if subject.is_place else []), subject.id]
    where += ["variants", _written(text, where, look)] if look else []
    changed = _changed(text, where, name, spot)
    if changed != text:
        files.write(path, changed.encode())
        path.chmod(mode)


def _written(text: str, where: list[str], look: Look) -> str:
    """The name of a variant as its table has it: with all of its blanks."""
    table: Any = tomllib.loads(text)
    for part in (*where, "variants"):
        table = table[part]
    return next(str(each) for each in table if " ".join(each.split()) == look.name)


def _changed(text: str, where: list[str], name: str, spot: Spot) -> str:
    """A cast file with the name of a sheet in one of its tables."""
    wanted = tomllib.loads(text)
    _set(wanted, where, name)
    try:
        document = tomlkit.parse(text)
        _set(document, where, name)
        changed = tomlkit.dumps(document)
        sound = tomllib.loads(changed) == wanted
    except (TOMLKitError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError):
        sound, changed = False, text
    if not sound:
        raise BadInputError(
            f'{spot.file}:{spot.line}: write sheet = "{name}" below this line yourself: Pressrun '
            "cannot change this file without changing more. Nothing was approved"
        )
    return changed


def _set(document: MutableMapping[str, Any], where: list[str], name: str) -> None:
    table = document
    for part in where:
        table = table[part]
    table["sheet"] = name
