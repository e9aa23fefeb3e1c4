"""Step 7: a received picture is decoded, given its panel's name, and the job is done.

It runs beside the tabs: a tab goes on as soon as its picture's bytes are durable.
"""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from weakref import WeakValueDictionary

import structlog

from pressrun.clock import Clock
from pressrun.failpoint import failpoint
from pressrun.library import obstacles, sidecar
from pressrun.library.decoding import BadPictureError
from pressrun.library.obstacles import InTheWayError
from pressrun.library.shelf import Shelf
from pressrun.picture import format as formats
from pressrun.picture.record import Placed, Record
from pressrun.press.after import AfterFiling
from pressrun.press.storage import DiskError
from pressrun.states import PictureState
from pressrun.store import doubts, endings, images, offers, rearrange, record, remakes
from pressrun.store.attempts import Attempt
from pressrun.store.offers import Protected, StandsError
from pressrun.store.record import Received
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.filing")

AT_ONCE = 2
"""Pictures decoded at once; each needs its pixels in memory."""


class Filing:
    """Files received pictures, a few at a time."""

    def __init__(self, store: Writer, clock: Clock, after: Sequence[AfterFiling] = ()) -> None:
        """File pictures of a store's attempts.

        Args:
            store: where everything stands.
            clock: what the time is.
            after: who hears of what was filed.
        """
        self._store = store
        self._clock = clock
        self._after = tuple(after)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._turns: WeakValueDictionary[object, asyncio.Lock] = WeakValueDictionary()

    async def file(self, attempt: Attempt) -> bool:
        """File the picture of an attempt that is received; whether it was found whole.

        Raises:
            DiskError: the library cannot be written; the attempt stays received.
        """
        shelf = Shelf(Path(attempt.library))
        received = await self._store.do(record.received, self._clock.now(), attempt)
        picture = received.picture
        # pictures with the same bytes go one after the other, so that the second is noticed; and
        # those of one panel, so that each finds the other in its place
        same_bytes = self._turns.setdefault(picture.facts.sha256, asyncio.Lock())
        same_panel = self._turns.setdefault((attempt.library, attempt.key), asyncio.Lock())
        async with self._places, same_bytes, same_panel:
            await self._keep_others(shelf, attempt, received.others)
            twin = await self._store.do(images.twin, attempt, picture.facts.sha256)
            beside = await self._store.do(images.is_superseded, attempt)
            again = False
            try:
                if twin is None and not beside:
                    again = await self._is_made_again(shelf, attempt, picture)
                if twin is not None:
                    placed = await asyncio.to_thread(shelf.quarantine, picture, twin.file)
                elif beside or again:
                    placed = await asyncio.to_thread(shelf.put_beside, picture)
                    kept = partial(endings.done, place=PictureState.ALTERNATIVE)
                    end = remakes.done if again else kept
                    await self._end(end, shelf, attempt, received.document, placed)
                else:
                    placed = await self._place(shelf, attempt, received)
            except (InTheWayError, OSError) as error:
                why = obstacles.explain(error, attempt.key) if isinstance(error, OSError) else error
                if why is None and isinstance(error, OSError):
                    raise DiskError(error) from error
                await self._keep_beside(shelf, attempt, picture, str(why))
                return False
            except BadPictureError as error:
                await self._fetch_again(attempt, str(error))
                return False
            if twin is not None:
                now = self._clock.now()
                _log.error("picture_quarantined", twin=twin.key, path=placed.path)
                await self._store.do(endings.quarantine, now, attempt, placed, twin=twin.key)
                return False
        for each in self._after:
            each.filed(attempt.library)
        _log.info("picture_filed", path=placed.path, bytes=placed.record.facts.bytes)
        if wrong := _mismatch(placed.record):
            _log.warning("format_wrong", path=placed.path, size=wrong, again=again)
        return True

    async def _place(self, shelf: Shelf, attempt: Attempt, received: Received) -> Placed:
        """Have a picture be its panel's, or offer it where one stands that its author approved.

        The approval may come while the picture gets its place; the one that was approved has it
        back then.

        Raises:
            BadPictureError: it is not a whole picture.
            InTheWayError: something stands in its place.
            OSError: the library cannot be read or written.
        """
        picture, document = received.picture, received.document
        while True:
            standing, gone = await self._standing(attempt, picture.facts.sha256)
            if standing is not None:
                placed = await asyncio.to_thread(shelf.put_beside, picture)
                await self._end(endings.offered, shelf, attempt, document, placed)
                await self._note(shelf, placed, standing)
                _log.info("picture_offered", path=placed.path)
                return placed
            failpoint("filing.unprotected")
            placed = await asyncio.to_thread(shelf.place, picture)
            end = partial(endings.done, gone=gone)
            with contextlib.suppress(StandsError):
                await self._end(end, shelf, attempt, document, placed)
                return placed
            failpoint("filing.overtaken")

    async def _note(self, shelf: Shelf, placed: Placed, standing: Protected) -> None:
        """Tell in the sidecar of a take why it is among the alternatives."""
        at = dt.datetime.fromtimestamp(self._clock.now(), dt.UTC).isoformat(timespec="seconds")
        told = {"at": at, "beside": standing.sha256}
        path, sha256 = sidecar.beside(shelf.folder / placed.path), placed.record.facts.sha256
        try:
            await asyncio.to_thread(sidecar.note, path, sha256, told, sidecar.OFFERED)
        except OSError as error:
            _log.warning("offer_not_noted", path=str(path), reason=str(error))

    async def _standing(self, attempt: Attempt, sha256: str) -> tuple[Protected | None, int | None]:
        """The picture that stands and gives its place to nothing.

        Args:
            attempt: whose panel's.
            sha256: of the picture that came, and may have the place already.

        Returns:
            That, or None; and the number of one of which the file is gone, so that it stands not.

        Raises:
            OSError: its file cannot be read, or cannot get its place back.
        """
        library, key = attempt.library, attempt.key
        known = await self._store.do(offers.protected, library, key)
        if known is None:
            return None, None
        there = await rearrange.stay(self._store.do, library, key, sha256)
        return (known, None) if there else (None, known.image)

    async def _end(
        self,
        end: Callable[..., None],
        shelf: Shelf,
        attempt: Attempt,
        document: str,
        placed: Placed,
    ) -> None:
        """Put on record where a picture is."""
        now = self._clock.now()
        await self._store.do(end, now, attempt, document, placed, aside=shelf.alternative)

    async def _is_made_again(self, shelf: Shelf, attempt: Attempt, picture: Record) -> bool:
        """Whether a picture has another format than was asked for, and is made once more for that.

        Raises:
            BadPictureError: it is not a whole picture.
            OSError: it cannot be read.
        """
        if attempt.recipe.format is None or not await self._store.do(remakes.is_allowed, attempt):
            return False
        facts = await asyncio.to_thread(shelf.measure, picture)
        return not formats.fits(facts.width, facts.height, attempt.recipe.format)

    async def give_up(self, attempt: Attempt, why: str) -> None:
        """End an attempt whose received picture cannot be filed, for no fault of its own."""
        received = await self._store.do(record.received, self._clock.now(), attempt)
        where = Shelf(Path(attempt.library)).received(received.picture.facts.sha256)
        reason = f"its picture is made and kept at {where}, but cannot be filed: {why}"
        now = self._clock.now()
        await self._store.do(endings.fail, now, attempt, reason, retry_at=None, known=False)
        for each in self._after:
            each.changed(attempt.library)

    async def _keep_others(self, shelf: Shelf, attempt: Attempt, others: Sequence[Record]) -> None:
        """Keep what else the answer held as alternatives: nothing that was made is lost."""
        kept = []
        for other in others:
            try:
                kept.append(await asyncio.to_thread(shelf.put_beside, other))
            except BadPictureError as error:
                _log.warning("alternative_bad", reason=str(error))
            except OSError as error:
                if obstacles.explain(error, attempt.key) is None:
                    raise DiskError(error) from error
                _log.warning("alternative_unfiled", reason=str(error))
        if kept:
            await self._store.do(endings.keep_others, self._clock.now(), attempt, kept)

    async def _fetch_again(self, attempt: Attempt, reason: str) -> None:
        """Have a bad picture fetched from its chat, once; then the panel is given up."""
        _log.warning("picture_bad", reason=reason)
        now = self._clock.now()
        if not await self._store.do(doubts.fetch_again, now, attempt, reason):
            await self._store.do(endings.fail, now, attempt, reason, retry_at=None)

    async def _keep_beside(self, shelf: Shelf, attempt: Attempt, picture: Record, why: str) -> None:
        """Keep a picture in whose place something stands, as an alternative; the author decides."""
        kept, where = [], shelf.received(picture.facts.sha256)
        try:
            kept = [await asyncio.to_thread(shelf.put_beside, picture)]
            where = shelf.folder / kept[0].path
        except BadPictureError as error:
            await self._fetch_again(attempt, str(error))
            return
        except OSError as error:
            if obstacles.explain(error, attempt.key) is None:
                raise DiskError(error) from error
        _log.warning("picture_obstructed", reason=why, path=str(where))
        reason = f"its picture is made and kept at {where}, but cannot get its name: {why}"
        if kept:
            reason += (
                f". Then: pressrun choose {attempt.key} N, with its number as shown by "
                f"pressrun show {attempt.key}"
            )
        now = self._clock.now()
        await self._store.do(endings.fail_beside, now, attempt, kept, reason)


def _mismatch(picture: Record) -> str | None:
    """What is wrong with the format of a picture, for people, or None."""
    facts = picture.facts
    return formats.mismatch(facts.width, facts.height, picture.recipe.format)
