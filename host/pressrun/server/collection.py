"""The panels of one library as a grid shows them, kept current in memory.

Read once, in slices; from then on what changed is read again by its key. Many views look at one
collection, and a library of a hundred thousand panels is read no more often for it.
"""

import asyncio
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from pressrun.picture.key import fold
from pressrun.protocol.messages.gallery import Tile
from pressrun.store import gallery, touched
from pressrun.store.gallery import Changes, Exhibit, Listing, Place, Records, Stretch
from pressrun.store.writer import Writer

SLICE = 1_000
"""So many rows are read in one operation: it takes a few milliseconds of the writer."""

AGAIN = 200
"""So many panels are read again by their keys in one operation."""

NAMES = 1_000
"""The most names of figures and places that are told."""


class Collection:
    """The panels of one library."""

    def __init__(self, store: Writer, library: str) -> None:
        self.library = library
        self.at = 0
        """Up to which change it is current."""
        self.began = 0
        """With which change it was read whole; of changes before it is not known what they were."""
        self.moved = 0
        """The newest change after which panels were others, or in another order."""
        self.asked_at = 0.0
        """When a view asked for it last; on the loop's clock."""
        self.figures: dict[str, int] = {}
        """The names of all figures, each with its place."""
        self.settings: dict[str, int] = {}
        self._store = store
        self._turn = asyncio.Lock()
        self._read = False
        self._known = False
        self._entries: dict[str, Listing] = {}
        self._exhibits: dict[str, Exhibit] = {}
        self._forms: dict[str, set[str]] = {}
        """By key without case, how else it is written on record than its exhibit has it."""
        self._order: list[str] | None = None
        self._headings: list[str] = []
        self._changed: dict[str, int] = {}
        """What changed since it was read whole, by key without case, each with the number of its
        newest change; the newest at the end."""

    async def refresh(self) -> None:
        """Bring it to what is on record now."""
        async with self._turn:
            if self._is_current:
                # as after every commit that changes no panel, and where another view came first
                return
            if not self._read:
                await self._read_whole()
            while True:
                found = await self._store.read(
                    gallery.changes, self.library, self.at, AGAIN, self._asked
                )
                if found.touched.anew:
                    await self._read_whole()
                    continue
                self._take(found)
                self.at = found.touched.at
                if len(found.touched.keys) < AGAIN:
                    return

    async def since(self, at: int, most: int) -> tuple[int, list[Tile]] | None:
        """The tiles that changed since a number, and what to go on from; None: look anew.

        Args:
            at: the number.
            most: how many tiles at most.
        """
        await self.refresh()
        if at > self.at or at < self.moved:
            # the number is of another database, or panels came, went or moved
            return None
        if at < self.began:
            return await self._long_ago(at, most)
        names, to = self._later(at, most)
        shown = (self._exhibits.get(name) for name in names)
        return to, [self.tile(each) for each in shown if each is not None]

    def _later(self, at: int, most: int) -> tuple[list[str], int]:
        """What changed after a number, the oldest first, and what to go on from."""
        newer = list(takewhile(lambda name: self._changed[name] > at, reversed(self._changed)))
        names = newer[::-1][:most]
        return names, self._changed[names[-1]] if len(names) < len(newer) else self.at

    async def _long_ago(self, at: int, most: int) -> tuple[int, list[Tile]] | None:
        """As `since`, for a number from before it was read whole."""
        found = await self._store.read(touched.since, self.library, at, most)
        if found.anew:
            return None
        # what changed meanwhile is told as it is by now
        await self.refresh()
        names = dict.fromkeys(map(fold, found.keys))
        shown = [each for name in names if (each := self._exhibits.get(name)) is not None]
        if len(shown) < len(names) or any(each.rank is not None for each in shown):
            # one that no list names may have come or gone while nobody looked
            return None
        return found.at, [self.tile(each) for each in shown]

    def tiles(self, first: int, most: int) -> list[Tile]:
        """Some tiles, in the order of the book."""
        names = self.order[first : first + most]
        return [self.tile(self._exhibits[name]) for name in names]

    def of(self, names: Container[str]) -> list[Exhibit]:
        """Panels by their keys without case, in the order of the book."""
        return [self._exhibits[name] for name in self.order if name in names]

    def named(self, keys: Iterable[str]) -> list[Tile]:
        """The tiles of panels, as far as there are such."""
        found = (self._exhibits.get(name) for name in dict.fromkeys(map(fold, keys)))
        return [self.tile(each) for each in found if each is not None]

    @property
    def _is_current(self) -> bool:
        newest = self._store.touched
        return self._read and newest is not None and newest <= self.at

    @property
    def order(self) -> Sequence[str]:
        """The keys without case in the order of the book: what no list names comes last."""
        if self._order is None:
            rest = [
                (each.rank, name) for name, each in self._exhibits.items() if each.rank is not None
            ]
            rest.sort()
            self._order = [*self._entries, *(name for _, name in rest)]
            shown = self._exhibits
            self._headings = list(dict.fromkeys(shown[name].chapter for name in self._order))
        return self._order

    @property
    def headings(self) -> list[str]:
        """The keys of its chapters, in the order in which they come."""
        return self._headings if self.order else []

    def tile(self, of: Exhibit) -> Tile:
        """A panel for a view."""
        places = [self.figures[name] for name in of.figures if name in self.figures]
        return Tile(
            key=of.key,
            chapter=of.chapter,
            page=of.page,
            state=of.state,
            reviewed=of.reviewed,
            picture=of.picture,
            aspect=of.aspect,
            decided=of.decided,
            takes=of.takes,
            flags=list(of.flags),
            figures=places,
            setting=None if of.setting is None else self.settings.get(of.setting),
            score=of.score,
            filed_at=of.filed_at,
        )

    async def _read_whole(self) -> None:
        do, library = self._store.read, self.library
        # what changes from here on is read again
        at = await do(touched.newest)
        moved = await do(touched.moved, library)
        entries = dict[str, Listing]()
        for source in await do(gallery.sources, library):
            after = -1
            while found := await do(gallery.entries, library, source, after, SLICE):
                after = found[-1].place[1]
                for each in found:
                    entries.setdefault(fold(each.key), each)
        jobs, images = await do(gallery.spans, library)
        made = [row for span in _slices(jobs) for row in await do(gallery.made, library, span)]
        takes = [row for span in _slices(images) for row in await do(gallery.takes, library, span)]
        noted = await do(gallery.noted, library)
        records = Records(made, takes, noted, gallery.awaited(made))
        read = await asyncio.to_thread(_assembled, entries, records)
        # all at once: others look at what was read before while this waits
        self._known, self._entries = bool(entries), entries
        self._exhibits, self._forms = read.exhibits, read.forms
        self.figures, self.settings = read.figures, read.settings
        self._order = None
        self._changed = {}
        self._read = True
        self.at = self.began = at
        self.moved = max(self.moved, moved)

    def _asked(self, keys: Iterable[str]) -> tuple[list[str], list[Place]]:
        """How panels that changed may be written on record, and where lists have them."""
        names, found = dict.fromkeys(map(fold, keys)), set(keys)
        for name in names:
            found |= self._forms.get(name, set())
            if (known := self._entries.get(name) or self._exhibits.get(name)) is not None:
                found.add(known.key)
        places = [self._entries[name].place for name in names if name in self._entries]
        return sorted(found), places

    def _take(self, found: Changes) -> None:
        entries = {fold(each.key): each for each in found.entries}
        now = gallery.exhibits(entries, found.records, known=self._known)
        self._entries |= entries
        for key, number in zip(found.touched.keys, found.touched.numbers, strict=True):
            name = fold(key)
            self._changed.pop(name, None)
            self._changed[name] = number
            before, after = self._exhibits.get(name), now.get(name)
            if after is None:
                self._exhibits.pop(name, None)
            else:
                self._exhibits[name] = after
            if (before and (before.key, before.rank)) != (after and (after.key, after.rank)):
                self._order = None
                self.moved = found.touched.at
        for name, forms in _forms(found.records, self._exhibits).items():
            self._forms.setdefault(name, set()).update(forms)


@dataclass(frozen=True)
class _Assembled:
    """What follows from what was read of a library."""

    exhibits: dict[str, Exhibit]
    forms: dict[str, set[str]]
    figures: dict[str, int]
    settings: dict[str, int]


def _assembled(entries: dict[str, Listing], records: Records) -> _Assembled:
    exhibits = gallery.exhibits(entries, records, known=bool(entries))
    return _Assembled(
        exhibits,
        _forms(records, exhibits),
        _numbered(name for each in entries.values() for name in each.figures),
        _numbered(each.setting for each in entries.values() if each.setting),
    )


def _forms(records: Records, exhibits: Mapping[str, Exhibit]) -> dict[str, set[str]]:
    """By key without case, how else keys are written on record than their exhibits have them."""
    found: dict[str, set[str]] = {}
    rows = (*records.made, *records.takes)
    for key in {*(row["key"] for row in rows), *records.noted, *records.awaited}:
        name = fold(key)
        shown = exhibits.get(name)
        if shown is None or shown.key != key:
            found.setdefault(name, set()).add(key)
    return found


def _slices(span: Stretch) -> Iterable[Stretch]:
    for first in range(span.first, span.last + 1, SLICE):
        yield Stretch(first, min(first + SLICE - 1, span.last))


def _numbered(names: Iterable[str]) -> dict[str, int]:
    """Names in the order in which they come, as many as are told."""
    found = list(dict.fromkeys(names))[:NAMES]
    return {name: number for number, name in enumerate(found)}
