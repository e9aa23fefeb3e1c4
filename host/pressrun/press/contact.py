"""Contact sheets, kept up to date beside the tabs."""

import asyncio
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import structlog

from pressrun.library import sheet
from pressrun.picture.key import fold
from pressrun.store import keys, lists, panels, whereabouts
from pressrun.store.panels import Shown
from pressrun.store.writer import StoreError, Writer

_log = structlog.get_logger("pressrun.contact")

SHEET_SECONDS = 5.0
"""How soon a contact sheet shows a new picture."""

SHEET_SECONDS_EACH = 0.1
"""A sheet shows every picture, so the more there are, the longer it waits while more come."""

AT_ONCE = 250
"""So many panels are read at once: other operations wait for a few hundredths of a second."""

QUIET_SECONDS = 60.0
"""When no picture came for so long, the sheet waits no longer."""


class ContactSheets:
    """Writes the contact sheets of the libraries that change."""

    def __init__(self, store: Writer) -> None:
        self._store = store
        self._changed: set[str] = set()
        self._writing = asyncio.Lock()
        self._due = 0.0
        self._filed_at = 0.0

    async def keep(self) -> None:
        """Keep them up to date, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(SHEET_SECONDS)
            if loop.time() >= min(self._due, self._filed_at + QUIET_SECONDS):
                await self.write()

    def filed(self, library: str) -> None:
        """A picture was filed; while more come, a long sheet waits for them."""
        self._changed.add(library)
        self._filed_at = asyncio.get_running_loop().time()

    def changed(self, library: str) -> None:
        """Something else ended or moved that the contact sheet of a library shows."""
        self._changed.add(library)

    async def _shown(self, library: str) -> list[Shown]:
        """What the sheet of a library shows, read a few panels at a time: tabs are at work."""
        order = await self._store.do(lists.order, library)
        forms = defaultdict[str, set[str]](set)
        for key in await self._store.do(keys.recorded, library):
            forms[fold(key)].add(key)
        for _, key in order:
            forms[fold(key)].add(key)
        pictures = {path: sha for sha, path in await self._store.do(whereabouts.all_of, library)}
        found = dict[tuple[str, str], Shown]()
        names = list(dict.fromkeys(fold(key) for _, key in order))
        for first in range(0, len(names), AT_ONCE):
            some = set[str]().union(*(forms[name] for name in names[first : first + AT_ONCE]))
            for source, shown in await self._store.do(panels.part_of_sheet, library, some):
                picture = pictures.get(shown.path or "")
                found[source, shown.key] = replace(shown, picture=picture)
        return [found[each] for each in order if each in found]

    async def write(self, among: Collection[str] | None = None) -> None:
        """Write the contact sheets of the libraries that changed.

        Args:
            among: only of these; None means all.
        """
        async with self._writing:
            due = self._changed if among is None else self._changed & set(among)
            for library in sorted(due):
                self._changed.discard(library)
                try:
                    shown = await self._shown(library)
                    await asyncio.to_thread(sheet.write, Path(library), shown)
                    wait = len(shown) * SHEET_SECONDS_EACH
                    self._due = asyncio.get_running_loop().time() + wait
                except (OSError, StoreError) as error:
                    _log.warning("sheet_unwritten", reason=str(error))
                    self._changed.add(library)
                    return
                except Exception:  # noqa: BLE001 - other libraries have sheets of their own
                    # to try it at once would fail again; the next picture changes it anew
                    _log.exception("sheet_failed", library=library)
