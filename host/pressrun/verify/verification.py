"""Verifying, told once: record against record, record against disk, disk against record.

Everything is read in pages and looked at a few pictures at a time, so that ten thousand cost no
more memory than ten. Whatever seems wrong is asked of the record once more before it is told: a
batch may be running meanwhile, and what it works on is left to it.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pressrun.clock import Clock
from pressrun.files import move
from pressrun.library import moves, sheet, sidecar, survey
from pressrun.library.decoding import BadPictureError, decode
from pressrun.library.shelf import OWN, Shelf, sha256_of
from pressrun.library.survey import Noted, OnDisk, Walk
from pressrun.protocol.messages.verify import Care, Fault, Finding
from pressrun.states import PictureState
from pressrun.store import adoption, offers, panels, rearrange, record
from pressrun.store.adoption import Stray
from pressrun.store.offers import Protected, StandsError
from pressrun.store.record import Held
from pressrun.store.writer import StoreError, Writer
from pressrun.verify.history import AttemptHistory
from pressrun.verify.verdict import Flaw, judge

PAGE = 32
"""Pictures that are looked at between two questions to the record."""

AT_ONCE = 4
"""Pictures decoded at once; each needs its pixels in memory."""

ROWS = 2_000
"""Rows of the journal that are read at once."""

SETTLED_SECONDS = 600.0
"""A half-written file that is older is left over."""

_PLACES = {"alternatives": PictureState.ALTERNATIVE, "quarantine": PictureState.QUARANTINE}

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
        self._moved: set[Path] = set()
        """Sidecars that went with pictures that were given their place back."""
        self._changed: set[str] = set()

    async def findings(self) -> Told:
        """Everything that is wrong, as it is found."""
        try:
            broken = await self._store.do(record.integrity)
        except (StoreError, ValueError) as error:
            # what SQLite says of a damaged database may not even be valid text
            broken = str(error)
        if broken is not None:
            text = f"the database is damaged ({broken}); nothing else was checked"
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
                    "the library is not there; nothing in it was checked or changed. "
                    "Connect its disk, or put the folder back, and verify again"
                )
                yield _finding(Fault.LIBRARY, Care.YOURS, library, None, text)
            return
        if self._repair:
            with contextlib.suppress(OSError):  # what cannot be moved is told below
                await rearrange.finish(self._store.do, self._clock.now(), Shelf(library))
        # the order matters: a picture found on disk may explain one that is missed on record
        for part in (self._strays(library), self._held(library), self._left_over(library)):
            async for told in part:
                yield told

    # Disk against record

    async def _strays(self, library: Path) -> Told:
        walk = Walk(library)
        while noted := await asyncio.to_thread(walk.next, 8 * PAGE):
            pictures = {(each.picture, each.notes.facts.sha256) for each in noted if each.picture}
            known = await self._store.do(record.on_record, str(library), pictures)
            for each in noted:
                seen = (each.picture, each.notes.facts.sha256) in known
                if not seen and library / each.sidecar not in self._moved:
                    yield await self._stray(library, each)
            yield None

    async def _stray(self, library: Path, noted: Noted) -> Finding | None:
        """A picture, or a sidecar without one, that is not on record as it is there."""
        key = noted.notes.key
        if await self._store.do(record.is_busy, str(library), key):
            return None
        current = await self._store.do(record.current, str(library), key)
        if noted.picture is None:
            if current is not None and _notes_path(current) == noted.sidecar:
                return None  # the picture that is missing is told of by itself
            text = "a sidecar without a picture"
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
            text = "left over from a picture that is off the record; 'pressrun run' makes it again"
            care = Care.NONE
        elif path.startswith(OWN):
            text, care = f"kept when its panel was made again; {text}", Care.NONE
        fault = Fault.LEFTOVER if care == Care.NONE else Fault.ORPHANED
        return _finding(fault, care, library / path, noted.notes.key, text)

    async def _whole(
        self, library: Path, noted: Noted, stray: Stray, current: Held | None
    ) -> Finding | None:
        """A whole picture that is not on record as it lies there."""
        held = [
            each
            for each in await self._store.do(record.holding, stray.record.facts.sha256)
            if each.library == stray.library
        ]
        standing = await self._store.do(offers.protected, stray.library, stray.record.key)
        if standing is not None and await asyncio.to_thread(_is_ousted, stray, standing):
            return await self._in_its_place(stray, held, standing)
        for each in held:
            if current is not None and _is_instead(stray, each, current):
                return await self._named_again(stray, each, current)
            if each.record.key != stray.record.key:
                text = f"not on record; it is the same file as the picture of {each.record.key}"
                path = library / stray.path
                return _finding(Fault.DUPLICATE, Care.YOURS, path, stray.record.key, text)
        for each in held:
            if not await asyncio.to_thread((library / each.path).exists):
                return await self._misplaced(library, noted, each)
        if held:
            return None  # a copy that the author made
        if current is not None and current.path == stray.path and not self._repair:
            self._explained.add(current.id)
        return await self._orphan(library, stray, gone=standing.image if standing else None)

    async def _in_its_place(
        self, stray: Stray, held: Sequence[Held], standing: Protected
    ) -> Finding:
        """Another picture has the place of one that its author approved, and is to leave it."""
        path, key = Path(stray.library, stray.path), stray.record.key
        word = "locked" if standing.locked else "approved"
        if not self._repair:
            self._explained |= {standing.image, *(each.id for each in held)}
            text = f"it stands where the picture is to be that you {word}; --repair puts that back"
            return _finding(Fault.MISPLACED, Care.MENDABLE, path, key, text)
        shelf, sha256 = Shelf(Path(stray.library)), stray.record.facts.sha256
        aside = shelf.folder / shelf.alternative(key, standing.sha256, standing.path)
        self._moved.add(sidecar.beside(aside))
        await asyncio.to_thread(
            moves.stay, shelf, key, standing.path, standing.sha256, frozenset({sha256})
        )
        beside = replace(
            stray,
            place=PictureState.ALTERNATIVE,
            path=shelf.alternative(key, sha256, stray.path),
        )
        if not held:
            await self._adopt(beside, offered=True)
        self._changed.add(stray.library)
        text = f"the picture that you {word} has its place again; this one is kept beside it"
        return _finding(Fault.MISPLACED, Care.MENDED, path, key, text)

    async def _named_again(self, stray: Stray, held: Held, current: Held) -> Finding:
        """An alternative that stands under its panel's name, where the picture on record is not.

        So it is when a disk comes back whose pictures were made again meanwhile.
        """
        path, key = Path(stray.library, stray.path), stray.record.key
        self._explained |= {held.id, current.id}
        if not self._repair:
            text = "on record as an alternative; --repair has it be the panel's picture again"
            return _finding(Fault.MISPLACED, Care.MENDABLE, path, key, text)
        put_back = await self._store.do(
            adoption.put_back, self._clock.now(), held, current, stray.path
        )
        if not put_back:
            text = "on record as an alternative, and its panel is being made; verify again later"
            return _finding(Fault.MISPLACED, Care.YOURS, path, key, text)
        self._changed.add(stray.library)
        text = "the panel's picture again; the one that was made meanwhile is not in this library"
        return _finding(Fault.MISPLACED, Care.MENDED, path, key, text)

    async def _misplaced(self, library: Path, noted: Noted, held: Held) -> Finding:
        assert noted.picture is not None  # noqa: S101 - its caller saw to that
        source, target = library / noted.picture, library / held.path
        if not self._repair:
            self._explained.add(held.id)
            text = f"it belongs at {target}; --repair moves it there"
            return _finding(Fault.MISPLACED, Care.MENDABLE, source, held.record.key, text)
        await asyncio.to_thread(_move_back, library / noted.sidecar, source, target)
        text = f"moved back to {target}"
        return _finding(Fault.MISPLACED, Care.MENDED, source, held.record.key, text)

    async def _orphan(self, library: Path, stray: Stray, *, gone: int | None) -> Finding | None:
        path = library / stray.path
        if not self._repair:
            text = "a whole picture that is not on record; --repair adds it, using its sidecar"
            return _finding(Fault.ORPHANED, Care.MENDABLE, path, stray.record.key, text)
        if not await self._adopt(stray, gone=gone):
            text = "not on record, and its panel is in doubt or being made; settle that first"
            return _finding(Fault.ORPHANED, Care.YOURS, path, stray.record.key, text)
        self._changed.add(stray.library)
        text = "put on record again, using its sidecar"
        return _finding(Fault.ORPHANED, Care.MENDED, path, stray.record.key, text)

    async def _adopt(self, stray: Stray, *, offered: bool = False, gone: int | None = None) -> bool:
        """Put a picture on record that is on none; whether its panel was free for that.

        Args:
            stray: the picture.
            offered: whether it waits for the author's yes.
            gone: an approved picture that cannot have its place back.
        """
        adopt = partial(
            adoption.adopt,
            aside=Shelf(Path(stray.library)).alternative,
            restored=self._restored,
            offered=offered,
            gone=gone,
        )
        try:
            return await self._store.do(adopt, self._clock.now(), stray)
        except StandsError:
            return False

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
                flaws = list(judge(held, found))
                if flaws and not await self._outdated(held):
                    for flaw in flaws:
                        yield await self._mend(library, held, flaw)
            yield None

    async def _look(self, library: Path, held: Held) -> OnDisk:
        async with self._places:
            return await asyncio.to_thread(survey.look, library, held.path)

    async def _outdated(self, held: Held) -> bool:
        """Whether a batch has changed a panel meanwhile, or is about to."""
        if await self._store.do(record.is_busy, held.library, held.record.key):
            return True
        now = await self._store.do(record.held, held.library, held.id - 1, 1)
        return not now or (now[0].id, now[0].path, now[0].place) != (held.id, held.path, held.place)

    async def _mend(self, library: Path, held: Held, flaw: Flaw) -> Finding:
        path = library / held.path
        care, text = Care.YOURS, flaw.text
        match flaw.fault:
            case Fault.CHANGED if flaw.theirs:
                text = (
                    f"{text}; if you did not edit it, have it made again: "
                    f"pressrun redo {held.record.key}"
                )
            case Fault.MISSING | Fault.CHANGED if not self._repair:
                what = (
                    "has the next 'pressrun run' make it again"
                    if held.place == PictureState.CURRENT
                    else "takes it off the record"
                )
                care, text = Care.MENDABLE, f"{text}; --repair {what}"
            case Fault.MISSING | Fault.CHANGED:
                if await self._store.do(adoption.lose, self._clock.now(), held, text):
                    care, text = _lost(held, flaw)
                    self._changed.add(held.library)
            case Fault.SIDECAR if self._repair:
                await asyncio.to_thread(sidecar.write, library, sidecar.beside(path), held.record)
                care, text = Care.MENDED, f"{text}; rewritten"
                path = sidecar.beside(path)
            case Fault.SIDECAR:
                care, text = Care.MENDABLE, f"{text}; --repair rewrites it"
                path = sidecar.beside(path)
            case Fault.LIBRARY:
                text = f"{text}; nothing was changed"
            case _:
                text = f"{text}; compare it with its prompt"
        return _finding(flaw.fault, care, path, held.record.key, text)

    async def _left_over(self, library: Path) -> Told:
        names, arrived = await self._store.do(record.under_way)
        for path in await asyncio.to_thread(survey.pieces, library):
            if path.name not in names:
                yield await self._remove(path, "part of a picture that did not arrive completely")
        for path in await asyncio.to_thread(survey.received, library):
            if path.name not in arrived:
                yield await self._unfiled(path)
        before = self._clock.now() - SETTLED_SECONDS
        for path in await asyncio.to_thread(lambda: list(survey.unfinished(library, before))):
            yield await self._remove(path, "an unfinished file")

    async def _unfiled(self, path: Path) -> Finding:
        held = await self._store.do(record.holding, path.name)
        if await asyncio.to_thread(_is_in_place, held, path.name):
            return await self._remove(path, "a second copy of a picture that is in its place")
        try:
            await asyncio.to_thread(decode, path, path.name)
        except (BadPictureError, OSError) as error:
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
                    if each.place != PictureState.QUARANTINE
                ]
                for other in held[1:]:
                    if other.record.key != held[0].record.key:
                        yield _same(held[0], other)
            yield None

    async def _unpictured(self) -> Told:
        self.doing = "checking the jobs"
        after = 0
        while page := await self._store.do(record.unpictured, after, PAGE):
            after = page[-1][0]
            for job, library, key in page:
                care, text = Care.MENDABLE, "recorded as done, but without a picture"
                if self._repair:
                    reason = "it was recorded as done, but without a picture"
                    await self._store.do(adoption.reopen, self._clock.now(), job, reason)
                    care, text = Care.YOURS, f"{text}; the next 'pressrun run' makes it again"
                else:
                    text = f"{text}; --repair has the next 'pressrun run' make it again"
                yield _finding(Fault.RECORD, care, Path(library, key), key, text)
            yield None

    async def _history(self) -> Told:
        self.doing = "reading the journal"
        extent = await self._store.do(record.extent)
        history, after = AttemptHistory(), 0
        while page := await self._store.do(record.history, after, extent.newest, ROWS):
            after = page[-1][0]
            for _, event, attempt in page:
                if missing := history.take(event, attempt):
                    assert attempt is not None  # noqa: S101 - only attempts have steps
                    library, key = await self._store.do(record.name_of, attempt)
                    text = f"done, but the journal lacks these steps: {', '.join(missing)}"
                    yield _finding(Fault.RECORD, Care.YOURS, Path(library, key), key, text)
            yield None
        if extent.rows != extent.span:
            text = f"the journal has gaps: {extent.span - extent.rows:,} of its rows are missing"
            yield _finding(Fault.RECORD, Care.YOURS, Path(), None, text)
        if history.done != extent.done:
            text = (
                f"{extent.done:,} pictures are recorded as done, and the journal has "
                f"{history.done:,}"
            )
            yield _finding(Fault.RECORD, Care.YOURS, Path(), None, text)

    async def _write_sheet(self, library: str) -> None:
        shown = await self._store.do(panels.on_sheet, library)
        await asyncio.to_thread(sheet.write, Path(library), shown)


def _finding(fault: Fault, care: Care, path: Path, key: str | None, text: str) -> Finding:
    # a name that is not valid text is shown as closely as possible
    shown = "" if path == Path() else str(path).encode("utf-8", "replace").decode()
    return Finding(fault=fault, care=care, path=shown, key=key, text=text[:2_000])


def _is_instead(stray: Stray, held: Held, current: Held) -> bool:
    """Whether an alternative on record stands under its panel's name, instead of the current."""
    named = stray.path == f"{stray.record.key}{stray.record.facts.ending}" == current.path
    return (
        named
        and held.place == PictureState.ALTERNATIVE
        and held.record.key == current.record.key == stray.record.key
    )


def _is_ousted(stray: Stray, standing: Protected) -> bool:
    """Whether a stray has the place of an approved picture that is among the alternatives."""
    key, sha256 = stray.record.key, stray.record.facts.sha256
    where = (Path(each).with_suffix("") for each in (stray.path, standing.path))
    if len(set(where)) > 1 or sha256 == standing.sha256:
        return False
    shelf = Shelf(Path(stray.library))
    return moves.is_aside(shelf, key, standing.path, standing.sha256)


def _same(first: Held, other: Held) -> Finding:
    text = (
        f"the same file as the picture of {first.record.key} at "
        f"{Path(first.library, first.path)}; look whose picture it is, and delete the other"
    )
    where = Path(other.library, other.path)
    return _finding(Fault.DUPLICATE, Care.YOURS, where, other.record.key, text)


def _lost(held: Held, flaw: Flaw) -> tuple[Care, str]:
    if held.place != PictureState.CURRENT:
        return Care.MENDED, f"{flaw.text}; taken off the record"
    kept = "" if flaw.fault == Fault.MISSING else " and keeps this file among the alternatives"
    return Care.YOURS, f"{flaw.text}; the next 'pressrun run' makes it again{kept}"


def _notes_path(held: Held) -> str:
    return str(sidecar.beside(Path(held.path)))


def _stray_of(library: Path, noted: Noted) -> Stray:
    """A picture and its sidecar, looked at whole.

    Raises:
        BadPictureError: it is not a picture, or not the one that the sidecar describes.
    """
    assert noted.picture is not None  # noqa: S101 - its caller saw to that
    path, notes = library / noted.picture, noted.notes
    sha256 = sha256_of(path)
    if sha256 != notes.facts.sha256:
        raise BadPictureError("it is not the file that its sidecar describes")
    facts = decode(path, sha256)
    parts = Path(noted.picture).parts
    place = _PLACES.get(parts[1], PictureState.CURRENT) if parts[0] == OWN else PictureState.CURRENT
    return Stray(str(library), place, noted.picture, replace(notes, facts=facts))


def _is_in_place(held: Iterable[Held], sha256: str) -> bool:
    """Whether one of the pictures on record with these bytes has them where it is on record."""
    for each in held:
        with contextlib.suppress(OSError):
            if sha256_of(Path(each.library, each.path)) == sha256:
                return True
    return False


def _move_back(notes: Path, source: Path, target: Path) -> None:
    beside = sidecar.beside(target)
    if not beside.exists():
        sidecar.move(notes, beside)
    move(source, target)
