"""Which library a folder is: its mark, and whether it is the one on record.

.pressrun/library.json           the mark
"""

import errno
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pressrun import files
from pressrun.library import foreign

MARK = Path(".pressrun", "library.json")

MOST_BYTES = 256 * 1024

ABSENT = "the library is not there"
ADVICE = "Connect its disk, or put the folder back"


@dataclass(frozen=True)
class MadeFrom:
    """The prompt list that a library was made from."""

    path: str
    title: str


@dataclass(frozen=True)
class Identity:
    """What a library says of itself."""

    id: str
    made_at: float
    list: MadeFrom | None = None
    references: tuple[str, ...] = ()
    """The files of the references that the whole list was run with."""
    format: str | None = None
    """The format that it was run with, as `3:4`; None leaves it to the site."""


class Presence(StrEnum):
    """Whether the library on record is there."""

    OURS = "ours"
    UNMARKED = "unmarked"
    """It may be given a mark: it is new, or from a version that wrote none."""
    ABSENT = "absent"
    ANOTHER = "another"


_IDENTITY = TypeAdapter(Identity)


def read(library: Path) -> Identity | None:
    """The mark of a library; None when it has none that can be read as one.

    Raises:
        OSError: it is there and cannot be read.
    """
    try:
        return _told(files.read(library / MARK, MOST_BYTES))
    except (FileNotFoundError, NotADirectoryError):
        return None


def _told(content: bytes) -> Identity | None:
    try:
        return _IDENTITY.validate_json(content)
    except ValidationError:
        return None


def write(library: Path, identity: Identity) -> None:
    """Write the mark of a library, durably; a file that is none is set aside.

    Raises:
        OSError: it cannot be written.
    """
    foreign.make_room(library, library / MARK, lambda content: _told(content) is not None)
    text = json.dumps(asdict(identity), indent=2, ensure_ascii=False) + "\n"
    files.write(library / MARK, text.encode())


def see(library: Path) -> None:
    """See that a library is there: the empty folder where its disk was is none.

    Whoever writes to it calls this first, or the pictures of a night land on another disk.

    Raises:
        FileNotFoundError: it is not there.
    """
    if not (library / MARK.parent).is_dir():
        raise FileNotFoundError(errno.ENOENT, ABSENT, str(library))


def presence(library: Path, known: str | None, pictures: Iterable[str]) -> Presence:
    """Whether the library on record is the one at a path.

    Args:
        library: its folder.
        known: the id on record; None for a library of which none is.
        pictures: the paths of its pictures on record, relative to the library.

    Raises:
        OSError: its mark is there and cannot be read.
    """
    found, held = read(library), list(pictures)
    if found is not None and known is not None:
        return Presence.OURS if found.id == known else Presence.ANOTHER
    if not held:
        return Presence.UNMARKED if found is None else Presence.OURS
    if known is not None or not any((library / path).is_file() for path in held):
        return Presence.ABSENT
    return Presence.UNMARKED if found is None else Presence.OURS


def refusal(library: Path, found: Presence, doing: str) -> str | None:
    """Why nothing may be done with a library, or None.

    Args:
        library: its folder.
        found: what `presence` found.
        doing: what to do again afterwards, as `run it`.
    """
    match found:
        case Presence.ABSENT:
            return f"{library}: {ABSENT}; nothing was started. {ADVICE}, and {doing} again"
        case Presence.ANOTHER:
            return (
                f"{library} is another library than the one on record; nothing was started. "
                f"{ADVICE}, and {doing} again, or name another folder with --output"
            )
        case _:
            return None
