"""Decisions as a host makes them, over a library that the store knows."""

import asyncio
from collections.abc import Sequence

from helpers.libraries import Library
from pressrun.press.board import Board
from pressrun.protocol.messages.decision import BasedOn, DecideOrder
from pressrun.protocol.messages.gallery import Tile
from pressrun.server.decisions import Decisions
from pressrun.server.inspection import Inspection
from pressrun.server.leases import Leases
from pressrun.server.sheets import Sheets
from pressrun.server.takes import Takes
from pressrun.states import AuthorAct


class Desk:
    """An author's decisions about a library, and what they have the host do."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.board = Board()
        self.begun = 0
        self.shown: list[str] = []
        """The libraries whose contact sheet shows something else now, as they changed."""
        store, clock = library.book.store, library.clock
        leases = Leases(store, clock, library.folder.parent / "home")
        self.takes = Takes(store, clock, Inspection(store, clock), leases, self.shown.append)
        self.decisions = Decisions(
            store,
            clock,
            self.takes,
            Sheets(store, clock, leases, asyncio.Lock()),
            self.board,
            self._tiles,
            self._begin,
            self.shown.append,
        )

    async def _begin(self) -> None:
        self.begun += 1

    async def _tiles(self, _library: str, _keys: list[str]) -> list[Tile]:
        return []


def order(act: AuthorAct, keys: Sequence[str], **more: object) -> DecideOrder:
    """An order of a command: about what is there."""
    panels = [BasedOn(key=key) for key in keys]
    return DecideOrder.model_validate({"act": act, "panels": panels, **more})
