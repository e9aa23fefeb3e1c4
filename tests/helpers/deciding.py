"""Decisions as a host makes them, over a library that the store knows."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from helpers.libraries import Library
from pressrun.errors import BadInputError, NotFoundError
from pressrun.press.board import Board
from pressrun.protocol.messages.decision import BasedOn, DecideOrder
from pressrun.protocol.messages.gallery import Tile
from pressrun.server.decisions import Decisions
from pressrun.server.inspection import Inspection
from pressrun.server.leases import Leases
from pressrun.server.sheets import Sheets
from pressrun.server.takes import Takes
from pressrun.states import AuthorAct, Rejected, Remake
from pressrun.store import aims, decisions, takes
from pressrun.store.aims import Judgement, Looked, Obstacle
from pressrun.store.decisions import DecisionOutcome, Provided


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


@dataclass(frozen=True)
class Wish:
    """What an author wants of one more take."""

    note: str | None = None
    remake: Remake = Remake.AGAIN
    take: int | None = None


def approve(
    connection: Connection, now: float, batch: int | None, keys: Sequence[str]
) -> list[str]:
    """Approve pictures, in the library of a batch or that in which something waits for them."""
    library = decisions.library_of(connection, None, batch, AuthorAct.APPROVE, keys)
    return _decide(connection, now, library, keys, Judgement(AuthorAct.APPROVE, "author")).keys


def reject(
    connection: Connection,
    now: float,
    library: str,
    keys: Sequence[str],
    because: Rejected,
) -> list[str]:
    """Reject pictures."""
    told = Judgement(AuthorAct.REJECT, "author", because=because)
    return _decide(connection, now, library, keys, told).keys


def replace(
    connection: Connection, now: float, library: str, keys: Sequence[str], because: Rejected
) -> tuple[list[int], list[str]]:
    """Reject pictures, and have them made again; returns the batches, and the panels."""
    told = Judgement(AuthorAct.REJECT, "author", because=because, remake=Remake.AGAIN)
    done = _decide(connection, now, library, keys, told)
    return done.batches, done.keys


def keep(connection: Connection, now: float, library: str, keys: Sequence[str]) -> list[str]:
    """Accept pictures; returns the panels where there was anything to accept."""
    return _decide(connection, now, library, keys, Judgement(AuthorAct.KEEP, "author")).changed


def redo(
    connection: Connection,
    now: float,
    library: str,
    keys: Sequence[str],
    wish: Wish | None = None,
    *,
    able: Collection[int] = (),
    kept: Collection[str] = (),
) -> tuple[list[int], list[str]]:
    """Order one more take; returns the batches, and the panels."""
    wish = wish or Wish()
    told = Judgement(AuthorAct.REDO, "author", note=wish.note, remake=wish.remake, take=wish.take)
    ready = Provided(able=able, kept=kept)
    done = _decide(connection, now, library, keys, told, ready)
    return done.batches, done.keys


def order_unasked(connection: Connection, now: float, library: str, key: str) -> None:
    """Have one more take be made as the press would, whatever is said of the picture."""
    own = aims.pictures(connection, library, [key])[key]
    takes.order(connection, now, aims.origins(connection, [own], None), takes.Wish())


def _decide(
    connection: Connection,
    now: float,
    library: str,
    keys: Sequence[str],
    judgement: Judgement,
    ready: Provided = Provided(),  # noqa: B008 - it is immutable
) -> DecisionOutcome:
    """Decide about panels as a command does; an obstacle is an error."""
    looked = [Looked(key) for key in keys]
    done = decisions.decide(connection, now, library, looked, judgement, ready)
    for each in done.clashes:
        if each.obstacle == Obstacle.FAULT:
            raise BadInputError(each.text)
        raise NotFoundError(f"{each.key}: {each.obstacle}")
    return done
