"""A whole night from a seed, and its report."""

import logging
import tempfile
import time as machine
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import structlog

from pressrun.picture.panel import Panel
from pressrun.simulator import time
from pressrun.simulator.audit import Audit
from pressrun.simulator.faults import Dealer, InjectedFault, faults_of
from pressrun.simulator.site import Hidden
from pressrun.simulator.world import SHEET, World
from pressrun.states import OnDoubt

SUCCESS = 0.999
"""The least share of pictures that a night is to end with."""

FEW = 100
"""After so many pictures everything is in use that a night needs."""


@dataclass(frozen=True)
class Report:
    """What a night came to."""

    seed: int
    audit: Audit
    virtual_hours: float
    wall_seconds: float
    cpu_seconds: float
    resident_mb_after_100: float | None
    """The memory of this process, host and world together, after `FEW` pictures if there were."""
    resident_mb_at_end: float
    faults: dict[str, int]
    capped: int = 0
    """How many prompts met the cap of an account."""
    corrected: int = 0
    """How many pictures the author had corrected in their chats."""
    remade: int = 0
    """How many pictures the author had made anew."""
    approved: int = 0
    """How many panels have a picture that the author approved."""
    accepted: int = 0
    """How many takes of those the author said yes to."""

    @property
    def wrong(self) -> dict[str, list[str]]:
        """What broke a promise."""
        found = self.audit
        left = [f"{found.left} jobs"] if found.left else []
        named = {**found.broken, "left": left}
        return {what: names for what, names in named.items() if names}

    @property
    def limits(self) -> dict[str, int]:
        """Which limits of the site were met, and how often."""
        throttled = self.faults.get(InjectedFault.THROTTLE, 0)
        met = {InjectedFault.THROTTLE: throttled, InjectedFault.PLAN_CAP: self.capped}
        return {kind: count for kind, count in met.items() if count}

    @property
    def numbers(self) -> dict[str, Any]:
        """The report as JSON."""
        found = self.audit
        return {
            "seed": self.seed,
            "images": found.images,
            "lost": len(found.lost),
            "twice": len(found.twice),
            "misfiled": len(found.misfiled),
            "early": len(found.early),
            "replaced": len(found.replaced),
            "needs_you": found.needs_you,
            "refused": found.refused,
            "success_rate": round(found.success_rate, 6),
            "virtual_hours": self.virtual_hours,
            "wall_seconds": self.wall_seconds,
            "cpu_seconds": self.cpu_seconds,
            "resident_mb_after_100": self.resident_mb_after_100,
            "resident_mb_at_end": self.resident_mb_at_end,
            "corrected": self.corrected,
            "remade": self.remade,
            "approved": self.approved,
            "accepted": self.accepted,
            "in_vain": found.in_vain,
            "uncorrected": found.uncorrected,
            "faults": self.faults,
            "limits": self.limits,
            "journal": found.journal,
        }


def play(  # noqa: PLR0913 - all that a night may differ in
    panels: list[Panel],
    seed: int,
    faults: float,
    *,
    tabs: int = 4,
    accounts: int = 2,
    on_doubt: OnDoubt = OnDoubt.ASK,
    told: Callable[[int, float], None] = lambda *_: None,
    hidden: Hidden | None = None,
    chats: int = 1,
    corrections: float = 0.0,
    remakes: float = 0.0,
    approvals: float = 0.0,
) -> Report:
    """Simulate the night in which a book is made.

    Args:
        panels: what is wanted.
        seed: the same one replays the night exactly.
        faults: how many of the sends meet a fault, from 0 to 1.
        tabs: worker tabs of each account.
        accounts: browser profiles, each with somebody signed in.
        on_doubt: what becomes of what nobody can prove.
        hidden: what the site allows an account; with None all that is asked for.
        told: called now and then with the pictures made and the seconds of the night so far.
        chats: how many panels of a scene go on in one chat.
        corrections: the share of pictures that the author has corrected in their chats.
        remakes: the share of pictures that the author has made anew.
        approvals: the share of pictures that the author approves; of half of these one more take is
            made all the same.
    """
    wall, cpu = machine.perf_counter(), machine.process_time()
    dealer = Dealer(seed, faults, faults_of(chats=chats, corrections=corrections))
    after_few: float | None = None

    def tell(made: int, seconds: float) -> None:
        nonlocal after_few
        if after_few is None and made >= FEW:
            after_few = resident_mb()
        told(made, seconds)

    with tempfile.TemporaryDirectory(prefix="pressrun-night-") as folder:

        async def night() -> tuple[Audit, float, float, World]:
            world = World(
                Path(folder),
                seed,
                dealer,
                tabs,
                accounts,
                on_doubt,
                tell,
                hidden,
                chats=chats,
                corrections=corrections,
                remakes=remakes,
                approvals=approvals,
            )
            with world.in_place():
                await world.night(panels)
                ended, resident = world.seconds, resident_mb()
                return await world.audit(), ended, resident, world

        with silence():
            found, seconds, at_end, world = time.run(night())
    return Report(
        seed,
        found,
        round(seconds / 3600, 2),
        round(machine.perf_counter() - wall, 1),
        round(machine.process_time() - cpu, 1),
        after_few,
        at_end,
        {fault.value: number for fault, number in sorted(dealer.dealt.items())},
        world.site.met["plan_cap"],
        world.corrected,
        world.remade,
        len(world.approved),
        world.accepted,
    )


def resident_mb() -> float:
    """The memory that this process has, in MiB."""
    return round(psutil.Process().memory_info().rss / 2**20, 1)


@contextmanager
def silence() -> Iterator[None]:
    """Have nothing logged: a night has tens of thousands of lines, and the journal has it all."""
    before = structlog.get_config()
    silent = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=silent)
    try:
        yield
    finally:
        structlog.configure(**before)


def book(images: int) -> list[Panel]:
    """A book of so many panels, no two in the same words."""
    return [_panel(number) for number in range(images)]


def _panel(number: int) -> Panel:
    page, panel = divmod(number, 6)
    return Panel(
        f"ch{page // 20 + 1:02d}/p{page % 20 + 1:03d}/{panel + 1}",
        f"Panel {number + 1}: the lamplighter crosses the harbour wall, seen from above.",
        references=() if panel else (SHEET,),
    )


TWIN = 5
"""The panel of each page of scenes that has the words of the one before it."""


def scenes(images: int) -> list[Panel]:
    """A book of so many panels for chats that are kept for a scene.

    All panels of a page have the same references, and two of them the same words.
    """
    return [_in_scene(panel, number) for number, panel in enumerate(book(images))]


def _in_scene(panel: Panel, number: int) -> Panel:
    page, place = divmod(number, 6)
    sheets = (SHEET,) if page % 2 else ()
    words = _panel(number - 1).prompt if place == TWIN else panel.prompt
    return replace(panel, prompt=words, references=sheets)


SHEETS = ("cast/keeper", "cast/captain")
"""The character sheets of a book with groups."""

GROUP = (2, 3, 4, 5)
"""The panels of each page that follow one another, in a book with groups."""


def groups(images: int) -> list[Panel]:
    """A book of so many panels, after two sheets that every second page waits for.

    On every page the last four panels follow one another, two of them in the same words.
    """
    sheets = [Panel(key, f"A character sheet: {key}, from all sides.", scene="") for key in SHEETS]
    return [*sheets, *(_in_group(panel, number) for number, panel in enumerate(scenes(images)))]


def _in_group(panel: Panel, number: int) -> Panel:
    page, place = divmod(number, 6)
    before = _panel(number - 1).key if place in GROUP[1:] else None
    after = SHEETS[page // 2 % len(SHEETS)] if page % 2 else None
    return replace(panel, before=before, after=after)
