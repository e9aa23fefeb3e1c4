"""Pictures that change their places: chosen among takes, or moved aside."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import structlog

from pressrun.clock import Clock
from pressrun.errors import BadInputError
from pressrun.library import moves, references
from pressrun.library.decoding import BadPictureError
from pressrun.library.obstacles import InTheWayError
from pressrun.library.shelf import Shelf
from pressrun.picture.recipe import Reference
from pressrun.protocol.messages.batch import Tidied, TidyOrder
from pressrun.server.inspection import Inspection
from pressrun.server.leases import Leases
from pressrun.states import PanelState
from pressrun.store import batches, choosing, lists, panels, rearrange, record, takes
from pressrun.store.decisions import TakePlaced
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
        self._choices: list[tuple[str, str]] = []
        """The panels whose files takes were given that are not on record as theirs yet."""
        self.turn = asyncio.Lock()
        """Pictures change their places one after the other."""

    async def place(self, library: str, take: Held) -> TakePlaced:
        """Have the file of a take be its panel's; the one before becomes an alternative.

        It is put on record by the decision that it is a part of; both are of one turn, which ends
        with `end_choices`.

        Raises:
            BadInputError: that take cannot be its panel's picture.
        """
        key = take.record.key
        await self._inspection.settle(library)
        if await self._store.do(record.is_busy, library, key):
            raise BadInputError(
                f"a picture of {key} is being made right now; nothing was changed. "
                "Choose when it is there"
            )
        await self._leases.take(Path(library))
        shelf = Shelf(Path(library))
        self._choices.append((library, key))
        await self._store.do(choosing.begin, library, key)
        try:
            placed = await asyncio.to_thread(moves.choose, shelf, take.record, take.path)
        except (OSError, BadPictureError, InTheWayError) as error:
            raise BadInputError(_unmoved(take, error)) from error
        return TakePlaced(placed.path, shelf.alternative)

    async def end_choices(self) -> None:
        """See that pictures stand where they are on record, whatever became of what was decided.

        It is called when a decision for which takes were placed is made, or failed.
        """
        while self._choices:
            library, key = self._choices.pop()
            try:
                await rearrange.stay(self._store.do, library, key)
            except OSError as error:
                # the next start tries it again
                _log.warning("choice_not_ended", library=library, reason=str(error))
            else:
                await self._store.do(choosing.end, library, key)

    async def keep_copies(self, library: Path, pictures: Mapping[str, Reference]) -> None:
        """Keep pictures of a library as reference copies: they are sent with their corrections.

        Raises:
            BadInputError: one cannot be copied.
        """
        await self._leases.take(library)
        found = {library / path: each for path, each in pictures.items()}
        await asyncio.to_thread(references.keep, Shelf(library), found)

    async def tidy(self, asked: TidyOrder) -> Tidied:
        """Move the pictures that no list names to the alternatives, or only count them.

        Raises:
            NotFoundError: there is no such batch.
            BadInputError: it is not known what all lists name, or a picture cannot be moved.
        """
        async with self.turn:
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
            found = [each for each in known if each.state == PanelState.UNLISTED and each.path]
            keys = [each.key for each in found if not each.locked]
            if asked.sure and keys:
                await self._leases.take(Path(library))
                for key in keys:
                    await self._move_aside(library, key)
                self._changed(library)
                _log.info("pictures_tidied", library=library, pictures=len(keys))
        return Tidied(
            library=library,
            pictures=len(keys),
            examples=keys[:EXAMPLES],
            moved=asked.sure,
            locked=len(found) - len(keys),
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
