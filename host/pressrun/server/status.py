"""The status for the views, from the store and the board."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

import pressrun
from pressrun import words
from pressrun.press.board import Board
from pressrun.protocol.messages.base import moment
from pressrun.protocol.messages.batch import (
    Approval,
    BatchStatus,
    BoundPanels,
    Count,
    RecentPicture,
    Standstill,
    StyleWait,
)
from pressrun.protocol.messages.status import AccountStatus, Status, TabStatus
from pressrun.server.panels import REASON_CHARS
from pressrun.server.panels import told as panel_told
from pressrun.server.sentence import needs_tabs, sentence, state
from pressrun.server.style import shared
from pressrun.server.titles import plain
from pressrun.states import BatchState, JobState
from pressrun.store import digest
from pressrun.store.batches import Numbers
from pressrun.store.digest import BatchDigest
from pressrun.store.panels import KnownPanel
from pressrun.store.review import Attention
from pressrun.store.streaks import Streak
from pressrun.store.writer import Writer

BOUND = 16
"""So many accounts at most are told of, for which panels wait."""

RECENT = 4
"""How many of the newest pictures of a library are told."""

NAMED = 10
"""How many panels that need the author are named at most."""


async def status(
    store: Writer,
    board: Board,
    now: float,
    log: Path,
    obstacle: Callable[[Numbers], str | None],
    browser: str | None = None,
) -> Status:
    """Everything that a view shows.

    Args:
        store: the host's.
        board: what goes on at this moment.
        now: the time.
        log: path of the host's log.
        obstacle: why nothing can be made of a batch; None when something can.
        browser: why the managed browser is not running, when it should be.
    """
    revision = board.revision
    found = await store.read(digest.read, now, named=NAMED, recent=RECENT)
    told = [_batch(each, obstacle(each.numbers)) for each in found.batches]
    none = Streak(0, "")
    accounts = [
        AccountStatus(
            account=str(about.account or "?"),
            profile=profile,
            connected=about.connected,
            resting=words.rest(
                words.start(about.resting, REASON_CHARS), about.resting_until or now, now
            )
            if about.resting
            else None,
            resting_until=None if about.resting_until is None else moment(about.resting_until),
            asks=about.asks and any(map(needs_tabs, told)),
            failing=found.streaks.get(about.account or 0, none).attempts,
            because=found.streaks.get(about.account or 0, none).reason[:REASON_CHARS] or None,
            tabs=[
                TabStatus(
                    tab=view.tab, doing=view.doing, key=view.key, since=view.since, made=view.made
                )
                for view in board.tabs.values()
                if view.profile == profile
            ],
        )
        for profile, about in board.accounts.items()
    ]
    return Status(
        revision=revision,
        version=pressrun.__version__,
        now=now,
        sentence=board.halted or sentence(accounts, told, now, browser),
        state="" if board.halted else state(accounts, told, now),
        accounts=accounts,
        batches=told,
        log=str(log),
    )


def _batch(found: BatchDigest, obstacle: str | None) -> BatchStatus:
    told = batch_told(
        found.numbers,
        found.per_minute,
        found.needing,
        obstacle,
        found.attention,
        last=found.is_last,
        offered=found.offered,
    )
    whose = [BoundPanels(account=account, panels=panels) for account, panels in found.bound.items()]
    recent = [RecentPicture(key=key, picture=sha256) for key, sha256 in found.recent]
    return told.model_copy(update={"bound": whose[:BOUND], "recent": recent})


def batch_told(
    numbers: Numbers,
    per_minute: float | None,
    needing: Sequence[KnownPanel],
    obstacle: str | None,
    seen: Attention | None = None,
    *,
    last: bool = True,
    offered: int = 0,
) -> BatchStatus:
    """A batch for the views.

    Args:
        numbers: how many of its jobs are in each state.
        per_minute: how fast pictures are made; None while none was.
        needing: the first panels that need the author.
        obstacle: why nothing can be made of it; None when something can.
        seen: what of it needs the author because of style.
        last: whether it is the newest of its list; what an earlier one left over is told there.
        offered: how many panels of its library have a take that waits for the author's yes.
    """
    count = numbers.jobs.get
    seen = seen or Attention()
    return BatchStatus(
        batch=numbers.id,
        name=plain(numbers.library, numbers.source),
        source=numbers.source,
        library=numbers.library,
        site=numbers.site,
        state=numbers.state,
        ended_at=None if numbers.ended_at is None else moment(numbers.ended_at),
        tabs=numbers.tabs,
        priority=numbers.priority,
        chats=numbers.chats,
        project=numbers.project,
        stopped_because=words.start(numbers.stopped_because or "", REASON_CHARS) or None,
        total=_total(numbers),
        done=count(JobState.DONE, 0) + numbers.made_before + numbers.earlier,
        made_before=numbers.made_before,
        takes=numbers.takes,
        earlier=numbers.earlier,
        working=count(JobState.WORKING, 0),
        waiting=_waiting(numbers),
        doubt=count(JobState.DOUBT, 0),
        asking=numbers.asking,
        held=count(JobState.HELD, 0) - numbers.following - numbers.comparing,
        comparing=numbers.comparing,
        approval=(
            Approval(key=numbers.approval.key, panels=numbers.approval.panels)
            if numbers.approval
            else None
        ),
        standstill=_standstill(numbers),
        outliers=seen.outliers,
        style_wait=_style_wait(seen),
        compares=seen.compares,
        failed=count(JobState.FAILED, 0),
        refused=count(JobState.REFUSED, 0) + numbers.refused_before,
        cancelled=count(JobState.CANCELLED, 0),
        per_minute=per_minute,
        seconds_left=None,
        needs=[panel_told(each) for each in needing],
        offered=offered,
        counts=_counts(numbers, seen, offered, last=last),
        progress=words.progress(numbers.state, per_minute, takes=numbers.takes),
        forecast="",
        obstacle=obstacle,
    )


def _waiting(numbers: Numbers) -> int:
    """How many jobs of a batch are to be made without anybody's word."""
    count = numbers.jobs.get
    return count(JobState.WAITING, 0) + count(JobState.QUEUED, 0) + numbers.following


def _standstill(numbers: Numbers) -> Standstill | None:
    if (found := numbers.standstill) is None:
        return None
    retry = f"pressrun retry {shlex.quote(found.key)}"
    match found.state:
        case JobState.REFUSED:
            why, advice = "was refused", "change its words, and run it again"
        case JobState.FAILED:
            why, advice = "failed", retry
        case JobState.CANCELLED:
            why, advice = "was skipped", retry
        case _:
            why, advice = "has no picture", "run it again"
    return Standstill(key=found.key, why=why, advice=advice, panels=found.panels)


def _standing_out(seen: Attention) -> str:
    """What is told of pictures that stand out."""
    spent = ", and the budget allows no more repairs" if seen.spent else ""
    return f"{'stands' if seen.outliers == 1 else 'stand'} out{spent}"


def _style_wait(seen: Attention) -> StyleWait | None:
    if (first := seen.first) is None:
        return None
    about = first.name if first.kind is None else shared(first.kind, first.name)
    return StyleWait(about=words.start(about, REASON_CHARS), drift=first.drift, panels=first.panels)


def _total(numbers: Numbers) -> int:
    """How many panels the list of a batch has."""
    before = numbers.made_before + numbers.refused_before + numbers.left_before + numbers.earlier
    return sum(numbers.jobs.values()) + before


def _held(numbers: Numbers, seen: Attention) -> list[tuple[int, str, bool]]:
    """How many held jobs wait for what, and whether that needs the author."""
    of_style = seen.held + seen.drifting
    by_itself = numbers.following + numbers.comparing
    held = numbers.jobs.get(JobState.HELD, 0) - by_itself - of_style
    told = (of_style, "waiting for your word on the style of others", True)
    if numbers.approval:
        return [told, (held, "waiting for your approval of others", True)]
    rest = "waiting for panels that were not made", True
    if seen.compares and numbers.standstill is None:
        rest = "waiting for others to be compared", False
    return [
        told,
        (numbers.awaiting, "waiting for others that are not approved yet", False),
        (held - numbers.awaiting, *rest),
    ]


def _counts(numbers: Numbers, seen: Attention, offered: int, *, last: bool) -> list[Count]:
    """The counts of a batch that are not zero, those of what goes on first."""
    count = numbers.jobs.get
    told = [
        (count(JobState.WORKING, 0), "being made", False),
        (_waiting(numbers), "waiting", False),
        (numbers.comparing, "waiting until the picture before is compared", False),
        *_held(numbers, seen),
        (count(JobState.DOUBT, 0) - numbers.asking, "in doubt", False),
        (numbers.asking, "in doubt, for you to decide", True),
        (count(JobState.FAILED, 0), "failed", last),
        (count(JobState.REFUSED, 0) + numbers.refused_before, "refused", last),
        (seen.outliers, _standing_out(seen), True),
        (offered, "with a new take that waits for your yes", True),
        (numbers.left_before, "left as they are, made from other words or references", False),
        (
            count(JobState.CANCELLED, 0),
            "not made" if numbers.state == BatchState.CANCELLED else "skipped",
            False,
        ),
        (numbers.made_before, "made before", False),
    ]
    return [Count(text=f"{many:,} {what}", wrong=wrong) for many, what, wrong in told if many > 0]
