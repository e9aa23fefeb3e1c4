"""Trials: nights on changed pages, and what the press did where it did not understand them."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from pressrun.simulator import time
from pressrun.simulator.audit import Audit
from pressrun.simulator.faults import Dealer
from pressrun.simulator.night import silence
from pressrun.simulator.world import World
from pressrun.states import JobState, OnDoubt
from pressrun.store.database import open_inline
from pressrun.store.tables import accounts, attempts, images, jobs, limits
from trials.nights.looks import ChangedPages
from trials.nights.mutation import MutationPlan, drawn
from trials.nights.sends import AccountStop, SendSpan, spans
from trials.nights.style import book, tried

NIGHT_SECONDS = 8 * 3600.0
"""A trial ends by then, whatever is left."""

FRUITLESS = 3
"""The most sends in a row that may come to nothing before an account stops."""

PROBES_AFTER = "fruitless"
"""The outcome of a stop after which one send at a time finds out whether to go on."""


@dataclass(frozen=True)
class TrialVerdict:
    """What a trial came to."""

    seed: int
    mutation: MutationPlan
    audit: Audit
    accounts: list[list[SendSpan]]
    """The sends of each account, from one stop to the next."""
    reasonless: list[str]
    """Panels that were not made, and of which no reason is on record."""
    virtual_hours: float

    @property
    def unharmed(self) -> bool:
        """Whether everything was made."""
        return self.audit.done == self.audit.images

    @property
    def first_stops(self) -> list[SendSpan]:
        """The sends of each account that stopped, up to its first stop."""
        return [spans[0] for spans in self.accounts if spans[0].until is not None]

    @property
    def fruitless(self) -> int:
        """The longest run of sends that came to nothing, and no stop between."""
        return max((span.fruitless for spans in self.accounts for span in spans), default=0)

    @property
    def unheard(self) -> int:
        """The longest run of sends that came to no picture, and no stop between."""
        return max((span.unheard for spans in self.accounts for span in spans), default=0)

    @property
    def probes(self) -> int:
        """The most sends that came to nothing after a stop for such, before one that did not."""
        return max(
            (
                span.probes
                for spans in self.accounts
                for span in spans
                if span.after is not None and span.after.outcome == PROBES_AFTER
            ),
            default=0,
        )

    @property
    def wrong(self) -> dict[str, list[str]]:
        """What broke a promise."""
        found = self.audit
        fruitless = [f"{self.fruitless} sends in a row"] if self.fruitless > FRUITLESS else []
        probes = [f"{self.probes} sends in a row"] if self.probes > 1 else []
        named = {
            "lost": found.lost,
            "twice": found.twice,
            "misfiled": found.misfiled,
            "fruitless": fruitless,
            "fruitless after a stop": probes,
            "without a reason": self.reasonless,
        }
        return {what: names for what, names in named.items() if names}


def play(  # noqa: PLR0913 - all that a trial may differ in
    seed: int,
    *,
    mutation: MutationPlan | None = None,
    images: int = 6,
    tabs: int = 2,
    accounts: int = 1,
    dealer: Dealer | None = None,
    on_doubt: OnDoubt = OnDoubt.ASK,
    seconds: float = NIGHT_SECONDS,
    chats: int = 1,
    corrections: float = 0.0,
) -> TrialVerdict:
    """Simulate a night on pages that change.

    Args:
        seed: the same one replays the night exactly.
        mutation: what changes; drawn from the seed when it is not told.
        images: how many panels the book has.
        tabs: worker tabs of each account.
        accounts: browser profiles, each with somebody signed in.
        dealer: what goes wrong besides; nothing unless it is told.
        on_doubt: what becomes of what nobody can prove.
        seconds: how long it lasts at most.
        chats: how many panels of a scene go on in one chat.
        corrections: the share of pictures that the author has corrected in their chats.
    """
    changes = drawn(seed, images) if mutation is None else mutation
    with tempfile.TemporaryDirectory(prefix="pressrun-trial-") as folder:

        async def night() -> TrialVerdict:
            world = World(
                Path(folder),
                seed,
                dealer or Dealer(seed, 0.0),
                tabs,
                accounts,
                on_doubt,
                pages=ChangedPages(changes, seed),
                tried=tried(seed),
                ends_at=seconds,
                chats=chats,
                corrections=corrections,
            )
            with world.in_place():
                await world.night(book(seed, images))
                return await _judge(world, changes)

        with silence():
            return time.run(night())


async def _judge(world: World, changes: MutationPlan) -> TrialVerdict:
    """End the night, and hold what was promised against what came of it."""
    ended, shift = world.seconds, world.clock.now() - world.seconds
    views = world.life.board.accounts.values() if world.life is not None else ()
    resting = any(view.resting for view in views)
    found = await world.audit()
    store = open_inline(world.folder / "store.db")
    stops = await store.do(_stops, shift)
    kept = await store.do(_kept)
    reasonless = await store.do(_reasonless)
    await store.close()
    return TrialVerdict(
        world.seed,
        changes,
        found,
        list(spans(world.site.ledger, stops, kept).values()),
        [] if resting or stops else reasonless,
        round(ended / 3600, 2),
    )


def _stops(connection: Connection, shift: float) -> list[AccountStop]:
    """Every stop on record, the oldest first; the wall's clock is ahead by `shift` seconds."""
    query = (
        select(accounts.c.mark, limits.c.at, limits.c.outcome, limits.c.text)
        .join(accounts, accounts.c.id == limits.c.account_id)
        .order_by(limits.c.id)
    )
    rows = connection.execute(query)
    return [AccountStop(row.mark, row.at - shift, row.outcome, row.text) for row in rows]


def _kept(connection: Connection) -> list[str]:
    """The SHA-256 of every picture on record."""
    return list(connection.scalars(select(images.c.sha256)))


def _reasonless(connection: Connection) -> list[str]:
    """The panels that were not made and tell no reason."""
    query = (
        select(jobs.c.key, jobs.c.reason, attempts.c.reason.label("doubt"))
        .outerjoin(attempts, (attempts.c.job_id == jobs.c.id) & attempts.c.ending.is_(None))
        .where(jobs.c.state != JobState.DONE)
    )
    return [row.key for row in connection.execute(query) if not (row.reason or row.doubt)]


def together(verdicts: Sequence[TrialVerdict]) -> dict[str, Any]:
    """The figures of several trials, added up."""
    stopped = [verdict for verdict in verdicts if verdict.first_stops]
    after = Counter(max(span.fruitless for span in each.first_stops) for each in stopped)
    why = Counter(span.until.outcome for each in stopped for span in each.first_stops if span.until)
    return {
        "seeds": len(verdicts),
        "unharmed": sum(verdict.unharmed for verdict in verdicts),
        "stopped": {
            "seeds": len(stopped),
            "after_fruitless": {str(sends): after[sends] for sends in sorted(after)},
            "why": dict(sorted(why.items())),
        },
        "asking": sum(verdict.audit.needs_you > 0 for verdict in verdicts),
        "fruitless": max((verdict.fruitless for verdict in verdicts), default=0),
        "unheard": max((verdict.unheard for verdict in verdicts), default=0),
        "probes": max((verdict.probes for verdict in verdicts), default=0),
        "lost": sum(len(verdict.audit.lost) for verdict in verdicts),
        "twice": sum(len(verdict.audit.twice) for verdict in verdicts),
        "misfiled": sum(len(verdict.audit.misfiled) for verdict in verdicts),
        "aside": sum(len(verdict.audit.aside) for verdict in verdicts),
        "reasonless": sum(bool(verdict.reasonless) for verdict in verdicts),
        "wrong": sum(bool(verdict.wrong) for verdict in verdicts),
    }
