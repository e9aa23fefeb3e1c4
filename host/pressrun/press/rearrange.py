"""Pictures that are wanted under other keys: moved on disk, and then on record.

A death in between loses nothing: the next `run` finds them and ends it.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar

from pressrun.library import moves
from pressrun.library.shelf import Shelf
from pressrun.press.plan import KeyChange
from pressrun.states import PictureState
from pressrun.store import images
from pressrun.store.images import Moved

P = ParamSpec("P")
T = TypeVar("T")


async def rename(
    do: Callable[..., Coroutine[Any, Any, Any]],
    now: float,
    shelf: Shelf,
    wanted: Sequence[KeyChange],
    elsewhere: Mapping[str, str],
) -> None:
    """Move pictures, with their other takes, to the keys that want them.

    Args:
        do: has the store do something (`Writer.do`).
        now: the time.
        shelf: the library.
        wanted: which, and where to.
        elsewhere: by key, where the file is of those whose file is not where it is on record.

    Raises:
        OSError: a file cannot be moved.
    """
    if not wanted:
        return
    library = str(shelf.folder)
    numbers, changes = [], []
    for each in wanted:
        for row in await do(images.of_key, library, each.before):
            beside = row.place != PictureState.CURRENT
            path = row.path if beside else elsewhere.get(each.before, row.path)
            numbers.append(row.id)
            changes.append(moves.Rename(row.sha256, path, each.before, each.after, beside))
    targets = await asyncio.to_thread(moves.rename, shelf, changes)
    moved = [
        Moved(number, change.to, target)
        for number, change, target in zip(numbers, changes, targets, strict=True)
    ]
    await do(images.move, now, library, moved, aside=shelf.alternative)
