"""Pictures that the author accepts, chooses among, or has moved aside; sends nothing."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from pressrun.clock import Clock
from pressrun.errors import BadInputError, NotFoundError
from pressrun.library import moves
from pressrun.library.decoding import BadPictureError
from pressrun.library.obstacles import InTheWayError
from pressrun.library.shelf import Shelf
from pressrun.protocol.messages.batch import (
    TakeChoice,
    TakeChosen,
    TakesOrder,
    TakesOrdered,
    Tidied,
    TidyOrder,
)
from pressrun.server.inspection import Inspection
from pressrun.server.leases import Leases
from pressrun.states import PanelState, PictureState
from pressrun.store import batches, lists, panels, record, takes
from pressrun.store.record import Held
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.takes")

EXAMPLES = 8


class Takes:
    """What authors do with the pictures that they have."""

    def __init__(
        self,
        store: Writer,
        clock: Clock,
        inspection: Inspection,
        leases: Leases,
        changed: Callable[[str], None],
    ) -> None:
        """Serve a store.

        Args:
            store: the host's.
            clock: the host's.
            inspection: a library is changed only when what was cut off is ended.
            leases: a library is changed only by the home that has it.
            changed: told of the library whose contact sheet shows something else now.
        """
        self._store = store
        self._clock = clock
        self._inspection = inspection
        self._leases = leases
        self._changed = changed
        self._turn = asyncio.Lock()

    async def keep(self, asked: TakesOrder) -> TakesOrdered:
        """Accept pictures for what the list asks for now.

        Raises:
            NotFoundError: there is no such batch or picture.
        """
        library = await self._store.do(batches.library, asked.batch)
        kept = await self._store.do(takes.keep, self._clock.now(), library, asked.keys)
        _log.info("pictures_kept", panels=len(kept), keys=asked.keys[:10])
        return TakesOrdered(panels=len(kept))

    async def choose(self, asked: TakeChoice) -> TakeChosen:
        """Have another take be its panel's picture; the one before becomes an alternative.

        Raises:
            NotFoundError: there is no such batch, panel or take.
            BadInputError: that take cannot be its panel's picture.
        """
        async with self._turn:
            library = await self._store.do(batches.library, asked.batch)
            await self._inspection.settle(library)
            found = await self._take(library, asked)
            if found.place == PictureState.CURRENT:
                path = str(Path(library, found.path))
                return TakeChosen(key=asked.key, path=path, changed=False)
            await self._leases.take(Path(library))
            shelf, now = Shelf(Path(library)), self._clock.now()
            try:
                placed = await asyncio.to_thread(moves.choose, shelf, found.record, found.path)
            except (OSError, BadPictureError, InTheWayError) as error:
                raise BadInputError(_unmoved(found, error)) from error
            await self._store.do(takes.choose, now, found, placed.path, aside=shelf.alternative)
            self._changed(library)
        _log.info("take_chosen", key=asked.key, take=asked.number)
        return TakeChosen(key=asked.key, path=str(Path(library, placed.path)), changed=True)

    async def _take(self, library: str, asked: TakeChoice) -> Held:
        found = await self._store.do(panels.pictures, library, asked.key)
        if not found:
            raise NotFoundError(
                f"there is no picture of a panel {asked.key!r} in {library}; nothing was changed. "
                "To list the panels: pressrun panels --all"
            )
        wanted = [each for each in found if each.number == asked.number]
        if not wanted:
            numbers = ", ".join(str(each.number) for each in found)
            raise NotFoundError(
                f"{asked.key} has no take {asked.number}, only {numbers}; nothing was changed. "
                f"To see them: pressrun show {asked.key}"
            )
        if await self._store.do(record.is_busy, library, asked.key):
            raise BadInputError(
                f"a picture of {asked.key} is being made right now; nothing was changed. "
                "Choose when it is there"
            )
        if wanted[0].place == PictureState.QUARANTINE:
            raise BadInputError(
                f"take {asked.number} of {asked.key} has the very bytes of another panel's "
                "picture; nothing was changed"
            )
        (held,) = await self._store.do(record.held, library, wanted[0].id - 1, 1)
        return held

    async def tidy(self, asked: TidyOrder) -> Tidied:
        """Move the pictures that no list names to the alternatives, or only count them.

        Raises:
            NotFoundError: there is no such batch.
            BadInputError: it is not known what all lists name, or a picture cannot be moved.
        """
        async with self._turn:
            library = await self._store.do(batches.library, asked.batch)
            unknown = await self._store.do(lists.unknown, library)
            # a list that is gone names nothing any more
            if unknown := await asyncio.to_thread(_there, unknown):
                raise BadInputError(
                    f"{library} also holds pictures of {', '.join(unknown)}, and what that list "
                    "names is not on record; nothing was moved. Run it once more first"
                )
            await self._inspection.settle(library)
            known = await self._store.do(panels.of, library)
            keys = [each.key for each in known if each.state == PanelState.UNLISTED and each.path]
            if asked.sure and keys:
                await self._leases.take(Path(library))
                for key in keys:
                    await self._move_aside(library, key)
                self._changed(library)
                _log.info("pictures_tidied", library=library, pictures=len(keys))
        return Tidied(
            library=library, pictures=len(keys), examples=keys[:EXAMPLES], moved=asked.sure
        )

    async def _move_aside(self, library: str, key: str) -> None:
        found = await self._store.do(record.current, library, key)
        if found is None:
            return
        shelf, sha256 = Shelf(Path(library)), found.record.facts.sha256
        try:
            path = await asyncio.to_thread(moves.tidy, shelf, key, sha256, found.path)
        except OSError as error:
            raise BadInputError(_unmoved(found, error)) from error
        await self._store.do(takes.tidy, self._clock.now(), found, path)


def _there(paths: list[str]) -> list[str]:
    return [each for each in paths if Path(each).exists()]


def _unmoved(picture: Held, error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (
        f"the picture of {picture.record.key} cannot be moved: {reason}. No picture is lost; "
        "mend that, and do it again"
    )
