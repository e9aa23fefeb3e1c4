"""Verifying, told once: record against record, record against disk, disk against record.

Everything is read in pages and looked at a few pictures at a time, so that ten thousand cost no
more memory than ten. Whatever seems wrong is asked of the record once more before it is told: a
batch may be running meanwhile, and what it works on is left to it.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pressrun.audit.history import History
from pressrun.audit.verdict import Verdict, judge
from pressrun.book import reference
from pressrun.clock import Clock
from pressrun.library import audit as disk
from pressrun.library import sheet, sidecar
from pressrun.library.audit import Noted, Seen, Walk
from pressrun.library.files import move
from pressrun.library.picture import BadPictureError, inspect
from pressrun.library.shelf import OWN, Shelf, sha256_of
from pressrun.protocol.messages.verify import Care, Fault, Finding
from pressrun.states import Place
from pressrun.store import audit as record
from pressrun.store import images
from pressrun.store.audit import Held, Stray
from pressrun.store.writer import StoreError, Writer

PAGE = 32
"""Pictures that are looked at between two questions to the record."""

AT_ONCE = 4
"""Pictures decoded at once; each needs its pixels in memory."""

ROWS = 2_000
"""Rows of the journal that are read at once."""

SETTLED_SECONDS = 600.0
"""A half-written file that is older is left over."""

_PLACES = {"alternatives": Place.ALTERNATIVE, "quarantine": Place.QUARANTINE}

Told = AsyncIterator[Finding | None]
"""Findings, and None where nothing is wrong so far."""


class Verification:
    """One run of verifying: iterate over `findings` to have it work."""

    def __init__(
        self,
        store: Writer,
        clock: Clock,
        *,
        repair: bool,
        restored: bool = False,
        libraries: Iterable[str] = (),
    ) -> None:
        """Set up a run.

        Args:
            store: the record.
            clock: what the time is.
            repair: whether to mend what can be mended.
            restored: whether the record is that of a backup, which pictures on disk outdate.
            libraries: libraries to look at besides those on record.
        """
        self.checked = 0
        self.total = 0
        self.doing = "checking the database"
        self._store = store
        self._clock = clock
        self._repair = repair
        self._restored = restored
        self._more = set(libraries)
        self._places = asyncio.Semaphore(AT_ONCE)
        self._explained: set[int] = set()
        """Pictures on record whose trouble was told with another file's."""
        self._changed: set[str] = set()

    async def findings(self) -> Told:
        """Everything that is wrong, as it is found."""
        try:
            broken = await self._store.do(record.integrity)
        except StoreError as error:
            broken = str(error)
        if broken is not None:
            text = f"the database is damaged ({broken}); nothing else was looked at"
            yield _finding(Fault.DATABASE, Care.MENDABLE, Path(), None, text)
            return
        self.total = await self._store.do(record.count)
        for library in sorted({*await self._store.do(record.libraries), *self._more}):
            async for told in self._library(library):
                yield told
        for part in (self._duplicates(), self._unpictured(), self._history()):
            async for told in part:
                yield told
        for library in self._changed:
            await self._write_sheet(library)

    async def take_in(self, library: Path) -> int:
        """Put the pictures of a library on record that is on none; returns how many."""
        async for _ in self._strays(library):
            pass
        return await self._store.do(record.count_of, str(library))

    async def _library(self, name: str) -> Told:
        library = Path(name)
        self.doing = f"looking through {name}"
        if not await asyncio.to_thread((library / OWN).is_dir):
            held = await self._store.do(record.held, name, 0, 1)
            if held:
                text = (
                    "the library is not there, and nothing of it was looked at or changed. "
                    "Plug its disk in, or put the folder back, and verify again"
                )
                yield _finding(Fault.LIBRARY, Care.YOURS, library, None, text)
            return
        # the order matters: a picture found on disk may explain one that is missed on record
        for part in (self._strays(library), self._held(library), self._left_over(library)):
            async for told in part:
                yield told

    # Disk against record

    async def _strays(self, library: Path) -> Told:
        walk = Walk(library)
        while noted := await asyncio.to_thread(walk.next, 8 * PAGE):
            pictures = {(each.picture, each.notes.sha256) for each in noted if each.picture}
            known = await self._store.do(record.on_record, str(library), pictures)
            for each in noted:
                if (each.picture, each.notes.sha256) not in known:
                    yield await self._stray(library, each)
            yield None

    async def _stray(self, library: Path, noted: Noted) -> Finding | None:
        """A picture, or notes without one, that is not on record as it lies there."""
        key = noted.notes.key
        if await self._store.do(record.is_busy, str(library), key):
            return None
        current = await self._store.do(record.current, str(library), key)
        if noted.picture is None:
            if current is not None and _notes_path(current) == noted.sidecar:
                return None  # the picture that is missing is told of by itself
            text = "notes without a picture"
            return await self._off_record(library, noted, noted.sidecar, text, Care.NONE)
        try:
            stray = await asyncio.to_thread(_stray_of, library, noted)
        except (OSError, BadPictureError) as error:
            if current is not None and current.path == noted.picture:
                return None  # the picture that is changed is told of by itself
            text = f"not on record, and {error}"
            return await self._off_record(library, noted, noted.picture, text, Care.YOURS)
        return await self._whole(library, noted, stray, current)

    async def _off_record(
        self, library: Path, noted: Noted, path: str, text: str, care: Care
    ) -> Finding:
        """What cannot be put on record; perhaps it was taken off it."""
        if await self._store.do(record.was_lost, str(library), noted.notes.key):
            text = "left of a picture that was taken off the record; 'pressrun run' makes it again"
            care = Care.NONE
        elif path.startswith(OWN):
            text, care = f"kept apart when its panel was made again; {text}", Care.NONE
        fault = Fault.LEFTOVER if care == Care.NONE else Fault.ORPHANED
        return _finding(fault, care, library / path, noted.notes.key, text)

    async def _whole(
        self, library: Path, noted: Noted, stray: Stray, current: Held | None
    ) -> Finding | None:
        """A whole picture that is not on record as it lies there."""
        held = [
            each
            for each in await self._store.do(record.holding, stray.sha256)
            if each.library == stray.library
        ]
        for each in held:
            if each.key != stray.key:
                text = f"not on record; it is the very picture of {each.key}"
                path = library / stray.path
                return _finding(Fault.DUPLICATE, Care.YOURS, path, stray.key, text)
        for each in held:
            if not await asyncio.to_thread((library / each.path).exists):
                return await self._misplaced(library, noted, each)
        if held:
            return None  # a copy that the author made
        if current is not None and current.path == stray.path and not self._repair:
            self._explained.add(current.id)
        return await self._orphan(library, stray)

    async def _misplaced(self, library: Path, noted: Noted, held: Held) -> Finding:
        assert noted.picture is not None  # noqa: S101 - its caller saw to that
        source, target = library / noted.picture, library / held.path
        if not self._repair:
            self._explained.add(held.id)
            text = f"it belongs at {target}; --repair moves it there"
            return _finding(Fault.MISPLACED, Care.MENDABLE, source, held.key, text)
        await asyncio.to_thread(_move_back, library / noted.sidecar, source, target)
        text = f"moved back to {target}"
        return _finding(Fault.MISPLACED, Care.MENDED, source, held.key, text)

    async def _orphan(self, library: Path, stray: Stray) -> Finding | None:
        path = library / stray.path
        if not self._repair:
            text = "a whole picture that is not on record; --repair adds it, by the notes beside it"
            return _finding(Fault.ORPHANED, Care.MENDABLE, path, stray.key, text)
        adopted = await self._store.do(
            record.adopt,
            self._clock.now(),
            stray,
            aside=Shelf(library).alternative,
            restored=self._restored,
        )
        if not adopted:
            text = "not on record, and its panel is in doubt or worked on; decide that first"
            return _finding(Fault.ORPHANED, Care.YOURS, path, stray.key, text)
        self._changed.add(stray.library)
        text = "put on record again, by the notes beside it"
        return _finding(Fault.ORPHANED, Care.MENDED, path, stray.key, text)

    # Record against disk

    async def _held(self, library: Path) -> Told:
        after = 0
        while page := await self._store.do(record.held, str(library), after, PAGE):
            after = page[-1].id
            seen = await asyncio.gather(*(self._look(library, each) for each in page))
            for held, found in zip(page, seen, strict=True):
                self.checked += 1
                if held.id in self._explained:
                    continue
                verdicts = list(judge(held, found))
                if verdicts and not await self._outdated(held):
                    for verdict in verdicts:
                        yield await self._mend(library, held, verdict)
            yield None

    async def _look(self, library: Path, held: Held) -> Seen:
        async with self._places:
            return await asyncio.to_thread(disk.look, library, held.path)

    async def _outdated(self, held: Held) -> bool:
        """Whether a batch has changed a panel meanwhile, or is about to."""
        if await self._store.do(record.is_busy, held.library, held.key):
            return True
        now = await self._store.do(record.held, held.library, held.id - 1, 1)
        return not now or (now[0].id, now[0].path, now[0].place) != (held.id, held.path, held.place)

    async def _mend(self, library: Path, held: Held, verdict: Verdict) -> Finding:
        path = library / held.path
        care, text = Care.YOURS, verdict.text
        match verdict.fault:
            case Fault.MISSING | Fault.CHANGED if not self._repair:
                what = (
                    "has the next 'pressrun run' make it again"
                    if held.place == Place.CURRENT
                    else "takes it off the record"
                )
                care, text = Care.MENDABLE, f"{text}; --repair {what}"
            case Fault.MISSING | Fault.CHANGED:
                if await self._store.do(record.lose, self._clock.now(), held, text):
                    care, text = _lost(held, verdict)
                    self._changed.add(held.library)
            case Fault.SIDECAR if self._repair:
                await asyncio.to_thread(sidecar.write, path.with_suffix(".json"), _notes(held))
                care, text = Care.MENDED, f"{text}; written anew"
                path = path.with_suffix(".json")
            case Fault.SIDECAR:
                care, text = Care.MENDABLE, f"{text}; --repair writes them anew"
                path = path.with_suffix(".json")
            case Fault.LIBRARY:
                text = f"{text}; nothing was changed"
            case _:
                text = f"{text}; compare it with its prompt"
        return _finding(verdict.fault, care, path, held.key, text)

    async def _left_over(self, library: Path) -> Told:
        names, arrived = await self._store.do(record.under_way)
        for path in await asyncio.to_thread(disk.pieces, library):
            if path.name not in names:
                yield await self._remove(path, "part of a picture that never arrived whole")
        for path in await asyncio.to_thread(disk.received, library):
            if path.name not in arrived:
                yield await self._unfiled(path)
        before = self._clock.now() - SETTLED_SECONDS
        for path in await asyncio.to_thread(lambda: list(disk.unfinished(library, before))):
            yield await self._remove(path, "a file that was never finished")

    async def _unfiled(self, path: Path) -> Finding:
        if await self._store.do(record.holding, path.name):
            return await self._remove(path, "bytes of a picture that is filed")
        try:
            await asyncio.to_thread(inspect, path)
        except BadPictureError as error:
            text = f"kept as it was received: {error}"
            key = await self._store.do(record.receiver, path.name)
            return _finding(Fault.LEFTOVER, Care.NONE, path, key, text)
        key = await self._store.do(record.receiver, path.name)
        text = "a whole picture that belongs to no panel; look at it, and keep or delete it"
        return _finding(Fault.LEFTOVER, Care.YOURS, path, key, text)

    async def _remove(self, path: Path, what: str) -> Finding:
        if not self._repair:
            text = f"{what}; --repair removes it"
            return _finding(Fault.LEFTOVER, Care.MENDABLE, path, None, text)
        await asyncio.to_thread(path.unlink, missing_ok=True)
        return _finding(Fault.LEFTOVER, Care.MENDED, path, None, f"{what}; removed")

    # Record against record

    async def _duplicates(self) -> Told:
        self.doing = "looking for duplicates"
        after = ""
        while page := await self._store.do(record.duplicates, after, PAGE):
            after = page[-1]
            for sha256 in dict.fromkeys(page):
                held = [
                    each
                    for each in await self._store.do(record.holding, sha256)
                    if each.place != Place.QUARANTINE
                ]
                first, others = held[0], [each for each in held if each.key != held[0].key]
                for other in others:
                    where = Path(other.library, other.path)
                    text = (
                        f"the very picture of {first.key} at {Path(first.library, first.path)}; "
                        "look which of the two it is, and delete the other"
                    )
                    yield _finding(Fault.DUPLICATE, Care.YOURS, where, other.key, text)
            yield None

    async def _unpictured(self) -> Told:
        self.doing = "checking the jobs"
        after = 0
        while page := await self._store.do(record.unpictured, after, PAGE):
            after = page[-1][0]
            for job, library, key in page:
                care, text = Care.MENDABLE, "done on record, but no picture of it is"
                if self._repair:
                    reason = "no picture of it was on record"
                    await self._store.do(record.reopen, self._clock.now(), job, reason)
                    care, text = Care.YOURS, f"{text}; the next 'pressrun run' makes it again"
                else:
                    text = f"{text}; --repair has the next 'pressrun run' make it again"
                yield _finding(Fault.RECORD, care, Path(library, key), key, text)
            yield None

    async def _history(self) -> Told:
        self.doing = "reading the journal"
        extent = await self._store.do(record.extent)
        history, after = History(), 0
        while page := await self._store.do(record.history, after, extent.newest, ROWS):
            after = page[-1][0]
            for _, event, attempt in page:
                if missing := history.take(event, attempt):
                    assert attempt is not None  # noqa: S101 - only attempts have steps
                    library, key = await self._store.do(record.name_of, attempt)
                    text = f"done, but the journal does not tell that it was {', '.join(missing)}"
                    yield _finding(Fault.RECORD, Care.YOURS, Path(library, key), key, text)
            yield None
        if extent.rows != extent.span:
            text = f"the journal has gaps: {extent.span - extent.rows:,} of its rows are gone"
            yield _finding(Fault.RECORD, Care.YOURS, Path(), None, text)
        if history.done != extent.done:
            text = (
                f"{extent.done:,} pictures are done on record, and the journal tells of "
                f"{history.done:,}"
            )
            yield _finding(Fault.RECORD, Care.YOURS, Path(), None, text)

    async def _write_sheet(self, library: str) -> None:
        shown = await self._store.do(images.in_order, library)
        await asyncio.to_thread(sheet.write, Path(library), shown)


def _finding(fault: Fault, care: Care, path: Path, key: str | None, text: str) -> Finding:
    # a name that is no text is shown as near as can be
    shown = "" if path == Path() else str(path).encode("utf-8", "replace").decode()
    return Finding(fault=fault, care=care, path=shown, key=key, text=text[:2_000])


def _lost(held: Held, verdict: Verdict) -> tuple[Care, str]:
    if held.place != Place.CURRENT:
        return Care.MENDED, f"{verdict.text}; taken off the record"
    kept = "" if verdict.fault == Fault.MISSING else ", and this file is then kept apart"
    return Care.YOURS, f"{verdict.text}; the next 'pressrun run' makes it again{kept}"


def _notes_path(held: Held) -> str:
    return str(Path(held.path).with_suffix(".json"))


def _notes(held: Held) -> dict[str, Any]:
    """What a sidecar tells."""
    at = dt.datetime.fromtimestamp(held.filed_at, dt.UTC)
    return {
        "key": held.key,
        "sha256": held.sha256,
        "bytes": held.bytes,
        "width": held.width,
        "height": held.height,
        "media": held.media,
        "prompt": held.prompt,
        "references": [asdict(each) for each in reference.parsed(held.attached)],
        "conversation": held.conversation,
        "turn": held.turn,
        "file_id": held.file_id,
        "batch": held.batch,
        "job": held.job,
        "attempt": held.number,
        "received_at": at.isoformat(timespec="seconds"),
    }


def _stray_of(library: Path, noted: Noted) -> Stray:
    """A picture and its notes, looked at whole.

    Raises:
        BadPictureError: it is none, or not the one that the notes tell of.
    """
    assert noted.picture is not None  # noqa: S101 - its caller saw to that
    path, notes = library / noted.picture, noted.notes
    if sha256_of(path) != notes.sha256:
        raise BadPictureError("it holds other bytes than the notes beside it tell")
    picture = inspect(path)
    parts = Path(noted.picture).parts
    place = _PLACES.get(parts[1], Place.CURRENT) if parts[0] == OWN else Place.CURRENT
    received_at = notes.received_at.timestamp() if notes.received_at else path.stat().st_mtime
    return Stray(
        library=str(library),
        key=notes.key,
        place=place,
        path=noted.picture,
        sha256=notes.sha256,
        bytes=path.stat().st_size,
        width=picture.width,
        height=picture.height,
        media=picture.media,
        prompt=notes.prompt,
        references=notes.references,
        received_at=received_at,
        batch=notes.batch,
        job=notes.job,
        number=notes.attempt,
        conversation=notes.conversation,
        turn=notes.turn,
        file_id=notes.file_id,
    )


def _move_back(notes: Path, source: Path, target: Path) -> None:
    beside = target.with_suffix(".json")
    if not beside.exists():
        move(notes, beside)
    move(source, target)
