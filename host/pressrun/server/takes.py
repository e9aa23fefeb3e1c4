"""Pictures that the author has made again, accepts, chooses among, or has moved aside."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

import structlog

from pressrun import characters
from pressrun.clock import Clock
from pressrun.errors import BadInputError, NotFoundError
from pressrun.library import moves, references
from pressrun.library.decoding import BadPictureError
from pressrun.library.obstacles import InTheWayError
from pressrun.library.shelf import Shelf
from pressrun.picture.recipe import Reference
from pressrun.press.board import Board
from pressrun.protocol.messages.batch import (
    NOTE_CHARS,
    TakeChoice,
    TakeChosen,
    TakesNamed,
    TakesOrder,
    TakesOrdered,
    Tidied,
    TidyOrder,
)
from pressrun.protocol.messages.style import PicturesRejected, RejectOrder
from pressrun.server.inspection import Inspection
from pressrun.server.leases import Leases
from pressrun.states import PanelState, PictureState
from pressrun.store import batches, lists, panels, record, takes
from pressrun.store.record import Held
from pressrun.store.takes import NotKeptError, Wish
from pressrun.store.writer import Writer
from pressrun.words import start

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
        board: Board,
        ordered: Callable[[], Awaitable[None]],
    ) -> None:
        """Serve a store.

        Args:
            store: the host's.
            clock: the host's.
            inspection: a library is changed only when what was cut off is ended.
            leases: a library is changed only by the home that has it.
            changed: told of the library whose contact sheet shows something else now.
            board: who is signed in.
            ordered: has what was ordered be made.
        """
        self._store = store
        self._clock = clock
        self._inspection = inspection
        self._leases = leases
        self._changed = changed
        self._board = board
        self._ordered = ordered
        self._turn = asyncio.Lock()

    async def redo(self, asked: TakesOrder) -> TakesOrdered:
        """Have panels made once more that have a picture.

        Raises:
            NotFoundError: there is no such batch or picture.
            BadInputError: the note cannot be used, or a picture cannot be corrected.
        """
        _see_note(asked)
        library = await self._store.do(batches.library, asked.batch)
        wish = Wish(asked.note, asked.in_chat, asked.in_words, asked.take)
        order = partial(takes.redo, able=self._board.signed_in())
        kept: set[str] = set()
        while True:
            now = self._clock.now()
            try:
                made, panels = await self._store.do(
                    order, now, library, asked.keys, wish, kept=kept
                )
                break
            except NotKeptError as missing:
                await self._keep(Path(library), missing.pictures)
                kept |= {each.sha256 for each in missing.pictures.values()}
        await self._ordered()
        _log.info(
            "panels_redone",
            panels=len(panels),
            keys=asked.keys[:10],
            batches=made,
            in_chat=asked.in_chat,
        )
        return TakesOrdered(panels=len(panels), batches=made)

    async def _keep(self, library: Path, pictures: Mapping[str, Reference]) -> None:
        """Keep pictures of a library as reference copies: they are sent with their corrections.

        Raises:
            BadInputError: one cannot be copied.
        """
        await self._leases.take(library)
        found = {library / path: each for path, each in pictures.items()}
        await asyncio.to_thread(references.keep, Shelf(library), found)

    async def keep(self, asked: TakesNamed) -> TakesOrdered:
        """Accept pictures for what the list asks for now.

        Raises:
            NotFoundError: there is no such batch or picture.
        """
        library = await self._store.do(batches.library, asked.batch)
        kept = await self._store.do(takes.keep, self._clock.now(), library, asked.keys)
        # panels may have waited for the author's word on them
        await self._ordered()
        self._changed(library)
        _log.info("pictures_kept", panels=len(kept), keys=asked.keys[:10])
        return TakesOrdered(panels=len(kept))

    async def reject(self, asked: RejectOrder) -> PicturesRejected:
        """Reject pictures, and have them made once more if that is wanted.

        Raises:
            NotFoundError: there is no such batch or picture, or one is being made already.
        """
        library = await self._store.do(batches.library, asked.batch)
        order = partial(takes.reject, because=asked.because, redone=asked.redo)
        made, panels = await self._store.do(order, self._clock.now(), library, asked.keys)
        await self._ordered()
        self._changed(library)
        _log.info(
            "pictures_rejected",
            panels=len(panels),
            keys=asked.keys[:10],
            because=asked.because.value,
            batches=made,
        )
        return PicturesRejected(panels=len(panels), batches=made)

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
        await self._ordered()
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


def _see_note(asked: TakesOrder) -> None:
    """See that a note can be sent, or noted.

    Raises:
        BadInputError: it cannot, or it is not clear how.
    """
    note = asked.note
    if asked.in_chat and asked.in_words:
        raise BadInputError(
            "--in-chat and --in-words contradict each other; leave out one. Nothing was sent"
        )
    if (asked.in_chat or asked.in_words) and note is None:
        how = "--in-chat" if asked.in_chat else "--in-words"
        raise BadInputError(
            f"{how} sends a note, and there is none; nothing was sent. Add --note with what is to "
            "be different"
        )
    if asked.take is not None and not asked.in_chat:
        raise BadInputError(
            "--take says which take is corrected in its chat; nothing was sent. Add --in-chat and "
            "--note, or leave out --take"
        )
    if note is None:
        return
    if not note.strip():
        raise BadInputError("the note is empty; nothing was sent")
    if len(note) > NOTE_CHARS:
        raise BadInputError(
            f"the note has {len(note):,} characters, and may have at most {NOTE_CHARS:,}; nothing "
            "was sent. Shorten it, or change the words in the list"
        )
    if characters.shown(note) != note:
        raise BadInputError(
            f"the note has control characters: {start(characters.shown(note), 80)}; nothing "
            "was sent. Leave them out"
        )


def _there(paths: list[str]) -> list[str]:
    return [each for each in paths if Path(each).exists()]


def _unmoved(picture: Held, error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (
        f"the picture of {picture.record.key} cannot be moved: {reason}. No picture is lost; "
        "mend that, and do it again"
    )
