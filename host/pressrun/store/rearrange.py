"""Pictures that are wanted under other keys: moved on disk, and then on record.

What is to move is noted in the library first. After a death in between, `finish` ends it before
anybody compares the record with the disk.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from pressrun.errors import BadInputError
from pressrun.library import identity, moves
from pressrun.library.moves import Rename
from pressrun.library.shelf import Shelf
from pressrun.picture.key import fold
from pressrun.states import PictureState
from pressrun.store import choosing, images, offers, record
from pressrun.store.images import Moved

_log = structlog.get_logger("pressrun.rearrange")

Do = Callable[..., Coroutine[Any, Any, Any]]
"""Has the store do something (`Writer.do`)."""


@dataclass(frozen=True)
class KeyChange:
    """A picture that is wanted under another key than the one it has."""

    before: str
    after: str


async def rename(
    do: Do, now: float, shelf: Shelf, wanted: Sequence[KeyChange], elsewhere: Mapping[str, str]
) -> None:
    """Move pictures, with their other takes, to the keys that want them.

    Args:
        do: the store's.
        now: the time.
        shelf: the library.
        wanted: which, and where to.
        elsewhere: by key, where the file is of those whose file is not where it is on record.

    Raises:
        BadInputError: a picture was locked meanwhile whose place another one was to have.
        OSError: a file cannot be moved.
    """
    if not wanted:
        return
    moving = {fold(each.before) for each in wanted}
    locked = {fold(key) for key in await do(offers.locked, str(shelf.folder))} - moving
    if taken := [each.after for each in wanted if fold(each.after) in locked]:
        raise BadInputError(
            f"the picture of {taken[0]} was locked meanwhile, and another one was to move to its "
            "place; nothing was moved. Run it again"
        )
    changes = []
    for each in wanted:
        for row in await do(images.of_key, str(shelf.folder), each.before):
            beside = row.place != PictureState.CURRENT
            path = row.path if beside else elsewhere.get(each.before, row.path)
            changes.append(Rename(row.sha256, path, each.before, each.after, beside))
    await asyncio.to_thread(moves.note, shelf, changes)
    await _carry_out(do, now, shelf, changes)


async def finish(do: Do, now: float, shelf: Shelf) -> int:
    """End what a death cut off; returns how many pictures it was about.

    Raises:
        OSError: a file cannot be moved.
    """
    changes = await asyncio.to_thread(moves.noted, shelf)
    if changes:
        await _carry_out(do, now, shelf, changes)
    return len(changes)


async def stay(do: Do, library: str, key: str, *also: str) -> bool:
    """Have a panel's picture stand where it is on record, whatever was to have its place.

    Args:
        do: the store's.
        library: its folder.
        key: the panel's.
        also: the SHA-256 of pictures that are on no record yet and may have its place.

    Returns:
        Whether it stands there; False as well where the panel has none.

    Raises:
        OSError: a file cannot be read or moved.
    """
    own = await do(record.current, library, key)
    if own is None:
        return False
    sha256 = own.record.facts.sha256
    takes = await do(images.of_key, library, key)
    others = {*(each.sha256 for each in takes), *also} - {sha256}
    shelf = Shelf(Path(library))
    return await asyncio.to_thread(moves.stay, shelf, key, own.path, sha256, others)


async def end_choices(do: Do) -> None:
    """Give pictures their places back whose panels were about to have other takes at a death.

    Where a library is not there, that is left to the next start.
    """
    for each in await do(choosing.begun):
        try:
            await asyncio.to_thread(identity.see, Path(each.library))
            await stay(do, each.library, each.key)
        except OSError as error:
            _log.warning("choice_not_ended", library=each.library, reason=str(error))
            continue
        await do(choosing.end, each.library, each.key)
        _log.info("choice_ended", library=each.library, key=each.key)


async def _carry_out(do: Do, now: float, shelf: Shelf, changes: Sequence[Rename]) -> None:
    library = str(shelf.folder)
    targets = await asyncio.to_thread(moves.rename, shelf, changes)
    known = {
        (row.sha256, key): row.id
        for key in dict.fromkeys(each.key for each in changes)
        for row in await do(images.of_key, library, key)
    }
    moved = [
        Moved(known[change.sha256, change.key], change.to, target)
        for change, target in zip(changes, targets, strict=True)
        # one that is gone is on record where it was; one that is known there is done
        if target is not None and (change.sha256, change.key) in known
    ]
    if moved:
        await do(images.move, now, library, moved, aside=shelf.alternative)
    await asyncio.to_thread(moves.forget, shelf)
