"""Nights on a site whose pictures leave their style: what of a book is in style in the end.

The site's record says of each picture whether it is in style; Pressrun never sees that. It measures
the pictures, and its author approves the first good ones, as an author would.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from sqlalchemy import Connection, func, select

from pressrun.gauge.inline import InlineGauge
from pressrun.simulator import time
from pressrun.simulator.audit import Audit
from pressrun.simulator.faults import Dealer, faults_of
from pressrun.simulator.ledger import SiteLedger, sha256
from pressrun.simulator.night import silence
from pressrun.simulator.world import World
from pressrun.states import AuthorAct, JobState, Outliers, PictureState
from pressrun.store import decisions
from pressrun.store.aims import Judgement, Looked
from pressrun.store.database import open_inline
from pressrun.store.opening import Order
from pressrun.store.tables import batches, drifts, images, is_one_of, jobs, marks
from trials.nights import novel
from trials.nights.painter import DriftingPainter
from trials.replica.behaviour import Behaviour
from trials.replica.drift import Cause, Look
from trials.replica.pictures import shift_of

LOOKS: tuple[Look, ...] = get_args(Look)
CAUSES: tuple[Cause, ...] = ("chat", "pictures", "setting")

APPROVED = 8
"""So many good pictures the author approves, the first that there are."""

IN_STYLE = 0.98
"""The least share of panels that are in style in the end, where the site drifts."""

NEEDLESS = 0.03
"""The largest share of panels that may be made again where it does not."""

NIGHT_SECONDS = 48 * 3600.0
"""A night ends by then, whatever is left."""

WAVERS = 0.08
"""How much pictures vary around their style."""

_STEPS: dict[Cause, dict[str, object]] = {
    # a chat is out of style from its fifth answer on
    "chat": {"drift_after": 2, "drift_step": 0.2, "drift_most": 1.4},
    # an account is after some seventy pictures
    "pictures": {"drift_after": 40, "drift_step": 0.02, "drift_most": 1.4},
    "minutes": {"drift_after": 40, "drift_step": 0.02, "drift_most": 1.4},
    "setting": {"drift_after": 40, "drift_most": 1.2},
}
"""How fast pictures drift."""


@dataclass(frozen=True)
class DriftVerdict:
    """What a night came to."""

    seed: int
    look: Look | None
    cause: Cause
    outliers: Outliers
    audit: Audit
    panels: int
    in_style: int
    """Panels whose picture is in style by the site's record."""
    came_in_style: int
    """Panels of which the first picture was."""
    repairs: int
    budget: int
    caught: tuple[int, int]
    """Of the pictures out of style that came and were compared, how many stood out; and how many
    there were."""
    wronged: tuple[int, int]
    """The same of pictures in style."""
    states: dict[str, int]
    """The marks of the panels' pictures, counted."""
    drifts: list[str]
    """What was noticed."""
    steering: str
    held: int
    """Jobs that wait for the author in the end."""
    virtual_hours: float

    @property
    def share(self) -> float:
        """The share of panels that are in style in the end."""
        return self.in_style / self.panels

    @property
    def wrong(self) -> dict[str, list[str]]:
        """What broke a promise."""
        named = {**self.audit.broken}
        if self.repairs > self.budget:
            named["repairs"] = [f"{self.repairs} of {self.budget}"]
        if self.outliers == Outliers.REDO:
            if self.look is None and self.repairs >= NEEDLESS * self.panels:
                named["made again"] = [f"{self.repairs} panels, with nothing wrong"]
            if self.look is not None and self.share < IN_STYLE:
                named["style"] = [f"{self.in_style} of {self.panels} panels in style"]
        if self.audit.left or self.audit.done < self.panels:
            named["left"] = [f"{self.audit.done} of {self.panels} made, {self.held} held"]
        return {what: names for what, names in named.items() if names}

    @property
    def numbers(self) -> dict[str, Any]:
        """The verdict as JSON."""
        return {
            "seed": self.seed,
            "drift": self.look,
            "cause": self.cause if self.look else None,
            "outliers": self.outliers.value,
            "panels": self.panels,
            "in_style": round(self.share, 4),
            "came_in_style": round(self.came_in_style / self.panels, 4),
            "repairs": self.repairs,
            "budget": self.budget,
            "caught": list(self.caught),
            "wronged": list(self.wronged),
            "marks": self.states,
            "drifts": self.drifts,
            "steering": self.steering,
            "held": self.held,
            "needs_you": self.audit.needs_you,
            "lost": len(self.audit.lost),
            "twice": len(self.audit.twice),
            "misfiled": len(self.audit.misfiled),
            "virtual_hours": self.virtual_hours,
        }


def play(  # noqa: PLR0913 - all that a night may differ in
    seed: int,
    look: Look | None,
    cause: Cause = "chat",
    *,
    outliers: Outliers = Outliers.REDO,
    images: int = 300,
    side: int = 384,
    tabs: int = 2,
    accounts: int = 1,
    chats: int = 8,
    share: float = 0.05,
    faults: float = 0.0,
    behaviour: Mapping[str, object] | None = None,
    measured: bool = True,
) -> DriftVerdict:
    """Simulate the night in which a book is made whose pictures drift.

    Args:
        seed: the same one replays the night exactly.
        look: where pictures drift to; None if they do not.
        cause: what the drift grows with.
        outliers: what becomes of pictures that stand out.
        images: how many panels the book has.
        side: of a picture, in pixels.
        tabs: worker tabs of each account.
        accounts: browser profiles, each with somebody signed in.
        chats: how many panels of a chapter go on in one chat.
        share: of the panels, that may be spent on repairs.
        faults: how many of the sends meet a fault, from 0 to 1.
        behaviour: of the site, where it differs from the trial's.
        measured: whether pictures are measured at all; without, nothing is ever made again.
    """
    drawing = Behaviour(seed=seed, picture_size=(side, side), wavers=WAVERS).but(
        {"drift": look or "none", "drift_cause": cause, **_STEPS[cause], **(behaviour or {})}
    )
    with tempfile.TemporaryDirectory(prefix="pressrun-style-") as folder:

        async def night() -> DriftVerdict:
            book = novel.write(Path(folder), images, seed, chats=chats, side=side)
            (style,) = novel.references(book)
            shown = style.read_bytes()
            painter = DriftingPainter(drawing, {sha256(shown): shift_of(shown)})

            def wish(order: Order) -> Order:
                return replace(order, outliers=outliers, repair_share=share)

            world = World(
                Path(folder),
                seed,
                Dealer(seed, faults, faults_of(chats=chats, corrections=0.0)),
                tabs,
                accounts,
                painter=painter,
                wish=wish,
                style=(style,),
                looks=_approve,
                ends_at=NIGHT_SECONDS,
                chats=chats,
                gauge=InlineGauge() if measured else None,
            )
            with world.in_place():
                await world.night(novel.panels(book))
                return await _judge(world, look, cause, outliers, share)

        with silence():
            return time.run(night())


@dataclass(frozen=True)
class DriftTrial:
    """One night, and the same night without measures."""

    with_it: DriftVerdict
    without: DriftVerdict

    @property
    def numbers(self) -> dict[str, Any]:
        """The trial as JSON."""
        without = round(self.without.share, 4)
        return {**self.with_it.numbers, "in_style_without": without, "wrong": self.with_it.wrong}


def tried(seed: int, look: Look | None, cause: Cause, **ways: Any) -> DriftTrial:  # noqa: ANN401
    """Play a night with measures, and once more without; the arguments are those of `play`."""
    without = play(seed, look, cause, **ways, measured=False)
    return DriftTrial(play(seed, look, cause, **ways), without)


def together(trials: Sequence[DriftTrial]) -> dict[str, Any]:
    """The figures of several trials: the worst of each, and all of them."""
    verdicts = [each.with_it for each in trials]
    drifting = [each.share for each in verdicts if each.look is not None]
    steady = [each.repairs / each.panels for each in verdicts if each.look is None]
    return {
        "trials": [each.numbers for each in trials],
        "in_style_least": round(min(drifting, default=1.0), 4),
        "in_style_mean": round(sum(drifting) / len(drifting), 4) if drifting else 1.0,
        "made_again_without_drift": round(max(steady, default=0.0), 4),
        "wrong": sum(bool(each.wrong) for each in verdicts),
    }


def table(trials: Iterable[DriftTrial]) -> list[str]:
    """The trials as lines of text, one each, under a heading."""
    rows = ["drift     cause     without  in style  repairs    caught   false    noticed"]
    for each in trials:
        told = each.with_it
        kind = f"{told.look or 'none':9} {told.cause if told.look else '':9}"
        shares = f"{each.without.share:7.1%}  {told.share:8.1%}"
        spent = f"{told.repairs:3} of {told.budget}"
        seen = f"{_ratio(told.caught):8} {_ratio(told.wronged):8}"
        rows.append(f"{kind} {shares}  {spent:11}{seen} {len(told.drifts)}")
    return rows


def _ratio(counted: tuple[int, int]) -> str:
    return f"{counted[0]}/{counted[1]}"


async def _approve(world: World) -> None:
    """The author approves the first good pictures."""
    there = await world.ask(_there)
    left = APPROVED - sum(each.approved_at is not None for each in there)
    if left <= 0:
        return
    good = {each.sha256 for each in SiteLedger(world.site.ledger).pictures if each.in_style}
    fit = [each.key for each in there if each.approved_at is None and each.sha256 in good]
    if fit:
        seen = [Looked(key) for key in fit[:left]]
        approval = Judgement(AuthorAct.APPROVE, "author")
        now, library = world.clock.now(), str(world.library)
        await world.ask(decisions.decide, now, library, seen, approval)
        world.press.announce()


def _there(connection: Connection) -> Sequence[Any]:
    """The panels' pictures, in the order in which they came."""
    query = (
        select(images.c.id, images.c.key, images.c.sha256, images.c.approved_at, marks)
        .outerjoin(marks, marks.c.image_id == images.c.id)
        .where(is_one_of(images.c.place, PictureState.CURRENT))
        .order_by(images.c.id)
    )
    return connection.execute(query).all()


async def _judge(
    world: World, look: Look | None, cause: Cause, outliers: Outliers, share: float
) -> DriftVerdict:
    """End the night, and hold what came of it against the site's record."""
    ended, ledger = world.seconds, SiteLedger(world.site.ledger)
    found = await world.audit()
    store = open_inline(world.folder / "store.db")
    told = await store.do(_told)
    current = await store.do(_there)
    await store.close()
    in_style = {each.sha256: each.in_style for each in ledger.pictures}
    first: dict[str, bool] = {}
    seen: Counter[tuple[bool, bool]] = Counter()
    for row in told.pictures:
        first.setdefault(row.key, in_style[row.sha256])
        if row.score is not None:
            seen[in_style[row.sha256], row.score > row.limit] += 1
    panels = len({row.key for row in told.pictures} | set(told.waiting))
    return DriftVerdict(
        seed=world.seed,
        look=look,
        cause=cause,
        outliers=outliers,
        audit=found,
        panels=panels,
        in_style=sum(in_style[row.sha256] for row in current),
        came_in_style=sum(first.values()),
        repairs=told.repairs,
        budget=int(share * panels),
        caught=(seen[False, True], seen[False, True] + seen[False, False]),
        wronged=(seen[True, True], seen[True, True] + seen[True, False]),
        states=dict(sorted(Counter(str(row.state) for row in current).items())),
        drifts=told.drifts,
        steering=told.steering,
        held=told.held,
        virtual_hours=round(ended / 3600, 2),
    )


@dataclass(frozen=True)
class _Told:
    """What the store tells of a night."""

    pictures: Sequence[Any]
    waiting: list[str]
    repairs: int
    held: int
    drifts: list[str]
    steering: str


def _told(connection: Connection) -> _Told:
    pictures = connection.execute(
        select(images.c.key, images.c.sha256, marks.c.score, marks.c.limit)
        .outerjoin(marks, marks.c.image_id == images.c.id)
        .order_by(images.c.id)
    ).all()
    counted = select(func.count()).select_from(jobs)
    # one that was taken back, as the author approved the picture after all, costs nothing
    spent = counted.where(jobs.c.repair > 0, ~is_one_of(jobs.c.state, JobState.CANCELLED))
    repairs = connection.execute(spent).scalar_one()
    held = connection.execute(counted.where(is_one_of(jobs.c.state, JobState.HELD))).scalar_one()
    noticed = connection.execute(select(drifts).order_by(drifts.c.id)).all()
    steered = connection.execute(select(batches.c.steering, batches.c.steered_by)).one()
    return _Told(
        pictures,
        list(connection.scalars(select(jobs.c.key).distinct())),
        int(repairs),
        int(held),
        [f"{row.since_key}: {row.why}" for row in noticed],
        f"{steered.steering}: {steered.steered_by}" if steered.steered_by else steered.steering,
    )
