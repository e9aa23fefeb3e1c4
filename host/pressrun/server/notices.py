"""What the author is told outside the pages: a badge all the time, and once of each event.

An event holds as long as the status shows it. One that stops for a moment and holds again, as a
limit does while it is tried, is the same event.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pressrun.protocol.messages.batch import BatchStatus
from pressrun.protocol.messages.status import AccountStatus, Status
from pressrun.protocol.messages.view import BadgeShow, NoticeKind, NoticeShow, NoticeWords
from pressrun.server.sentence import state
from pressrun.states import BatchState
from pressrun.words import HOUR, MINUTE, middle, pictures, start

SETTLE_SECONDS = 2.0
"""A standstill has to last so long: one step often ends a moment before the next one begins."""

LINGER_SECONDS = 10.0 * MINUTE
"""What has not held for so long is over; when it comes again, it is another event."""

OLD_SECONDS = 12.0 * HOUR
"""What ended longer ago is no news: a night is shorter."""

LONG_REST_SECONDS = 2.0 * MINUTE
"""A shorter rest is not worth a notice."""

FEW = 3
"""Neither is a batch with fewer pictures; and after as many, none is the first of a run."""

TEXT_CHARS = 300
"""A longer text is cut, as systems show no more of it."""

PROFILE_CHARS = 64
"""So much of a profile's name tells it from others."""

THOUSAND, MILLION = 1_000, 1_000_000

WAITING_FOR_AUTHOR = frozenset({"halted", "asking", "approving", "reviewing", "held"})
"""The states of the sentence in which nothing goes on until the author acts."""

LEFT_TO_AUTHOR = frozenset({"needs you"})
"""Those in which all is done but what the author has to see to; the end of the batch told of it."""

_COMMAND = re.compile(r": pressrun .+$", re.DOTALL)


@dataclass(frozen=True)
class Happening:
    """Something of which the author is told once."""

    notice: NoticeShow
    """Its id tells it from every other."""
    profile: str | None = None
    """The browser profile that can show its tab."""
    old: bool = False
    """Whether it is no news any more."""

    @property
    def settles(self) -> bool:
        """Whether it has to last before it counts."""
        return self.notice.kind in (NoticeKind.STOPPED, NoticeKind.NEEDS_YOU)


def badge(status: Status, halted: str | None = None) -> BadgeShow:
    """What the icon shows.

    Args:
        status: how things stand.
        halted: why nothing can be kept on disk; None when it can.
    """
    where = state(status.accounts, status.batches, status.now)
    asked = any(account.asks and account.connected for account in status.accounts)
    asks = bool(halted) or asked or where in WAITING_FOR_AUTHOR | LEFT_TO_AUTHOR
    left = sum(
        batch.waiting + batch.working + batch.doubt - batch.asking
        for batch in status.batches
        if batch.state == BatchState.RUNNING
    )
    text = "!" if asks else compact(left) if left else None
    return BadgeShow(text=text, title=status.sentence, asks=asks)


def compact(count: int) -> str:
    """A number in four characters at most: 940, 1.2k, 38k, 2M."""
    if count < THOUSAND:
        return str(count)
    if count < 10 * THOUSAND:
        return f"{count // 100 / 10:.1f}k"
    return f"{count // THOUSAND}k" if count < MILLION else f"{min(count // MILLION, 999)}M"


def happenings(status: Status, halted: str | None = None) -> list[Happening]:
    """What a status tells that is worth a notice, as long as it does.

    Args:
        status: how things stand.
        halted: why nothing can be kept on disk; None when it can.
    """
    found = [*_standing(status, halted), *map(_asking, _asked(status))]
    for batch in status.batches:
        found += [*_begun(batch), *_ended(batch, status.now)]
    return found


def _asked(status: Status) -> list[AccountStatus]:
    """The accounts whose author has to do something in a browser that is there."""
    return [account for account in status.accounts if account.connected and account.asks]


def _asking(account: AccountStatus) -> Happening:
    tab = next((each for each in account.tabs if each.key is None), None)
    tab = tab or next(iter(account.tabs), None)
    notice = _notice(
        f"asks-{account.profile[:PROFILE_CHARS]}",
        NoticeKind.NEEDS_YOU,
        NoticeWords(words="needs_you"),
        *([] if account.resting else [NoticeWords(words="look")]),
        text=account.resting or "",
    )
    notice = notice.model_copy(update={"tab": tab.tab if tab else None})
    return Happening(notice, profile=account.profile)


def _standing(status: Status, halted: str | None) -> list[Happening]:
    """Where nothing goes on."""
    if halted:
        stopped = _notice("disk", NoticeKind.NEEDS_YOU, NoticeWords(words="stopped"), text=halted)
        return [Happening(stopped)]
    where = state(status.accounts, status.batches, status.now)
    opened = [
        each for each in status.batches if each.state in (BatchState.RUNNING, BatchState.PAUSED)
    ]
    if not opened:
        return []
    first = next((each for each in opened if each.approval or each.stopped_because), opened[0])
    key = first.approval.key if first.approval else None
    about = {"library": first.library, "key": key}
    name = f"{where}-{first.batch}".replace(" ", "-")
    if where in WAITING_FOR_AUTHOR:
        running = [each for each in opened if each.state == BatchState.RUNNING]
        says = _waiting(where, running)
        text = "" if says else status.sentence
        title = NoticeWords(words="needs_you")
        told = _notice(name, NoticeKind.NEEDS_YOU, title, *says, text=text)
        return [Happening(told.model_copy(update=about))]
    if where == "resting" and not _asked(status) and _longest(status) >= LONG_REST_SECONDS:
        left = sum(each.waiting + each.working for each in opened)
        why = status.sentence.replace(f"; {pictures(left)} left", "", 1)
        title, says = NoticeWords(words="waits"), [NoticeWords(words="left", figures=[left])]
        told = _notice(name, NoticeKind.STOPPED, title, *says, text=why)
        return [Happening(told.model_copy(update=about))]
    return []


def _waiting(where: str, running: list[BatchStatus]) -> list[NoticeWords]:
    """What waits for the author; nothing where only the host's sentence tells it."""
    if where == "asking":
        return [NoticeWords(words="asking", figures=[sum(each.asking for each in running)])]
    if where == "approving":
        asked = next(each.approval for each in running if each.approval)
        return [NoticeWords(words="approving", figures=[asked.panels], names=[middle(asked.key)])]
    if where == "reviewing":
        waits = (each.style_wait for each in running if not each.compares)
        wait = next(filter(None, waits))
        words = "stands_out" if wait.drift is None else "drifts"
        return [NoticeWords(words=words, figures=[wait.panels], names=[middle(wait.about)])]
    return []


def _longest(status: Status) -> float:
    """For how long no account makes a picture."""
    until = [each.resting_until or status.now for each in status.accounts if each.connected]
    return min(until, default=status.now) - status.now


def _begun(batch: BatchStatus) -> list[Happening]:
    made, left = batch.done - batch.made_before, batch.waiting + batch.working
    is_open = batch.state in (BatchState.RUNNING, BatchState.PAUSED)
    if not is_open or not 0 < made <= FEW or made + left <= FEW:
        return []
    newest = batch.recent[0].key if batch.recent else None
    what = middle(newest) if newest else batch.name
    look = NoticeWords(words="first_look", figures=[left], names=[what])
    name, title = f"first-{batch.batch}", NoticeWords(words="first")
    told = _notice(name, NoticeKind.FIRST, title, look)
    return [Happening(told.model_copy(update={"library": batch.library, "key": newest}))]


def _ended(batch: BatchStatus, now: float) -> list[Happening]:
    if batch.state != BatchState.DONE or batch.ended_at is None:
        return []
    if batch.total - batch.made_before - batch.earlier < FEW:
        return []
    # what an earlier batch left over is told by the newest one of its list
    is_told = any(count.wrong for count in batch.counts)
    wrong = {
        "asked": batch.asking,
        "failed": batch.failed,
        "refused": batch.refused,
        "outliers": batch.outliers,
        "offered": batch.offered,
    }
    told = _notice(
        f"ended-{batch.batch}-{batch.ended_at:.0f}",
        NoticeKind.ENDED,
        NoticeWords(words="ended", names=[middle(batch.name)]),
        NoticeWords(
            words="made", figures=[batch.total - batch.earlier, batch.done - batch.earlier]
        ),
        *(
            NoticeWords(words=each, figures=[many])
            for each, many in wrong.items()
            if many and is_told
        ),
    )
    old = now - batch.ended_at > OLD_SECONDS
    return [Happening(told.model_copy(update={"library": batch.library}), old=old)]


def _notice(
    name: str, kind: NoticeKind, title: NoticeWords, *says: NoticeWords, text: str = ""
) -> NoticeShow:
    plain = start(_COMMAND.sub("", text), TEXT_CHARS)
    return NoticeShow(id=name, kind=kind, title=title, says=list(says), text=plain)


@dataclass
class _Known:
    held_at: float
    """When it last held."""
    since: float
    """Since when it holds."""
    told: bool = False


class Told:
    """Of which happenings the author was told. It outlives the host as a set of names."""

    def __init__(self, names: Iterable[str], now: float) -> None:
        """Begin with what an earlier host told: that holds until it proves to be over."""
        self._known = {name: _Known(now, now, told=True) for name in names}

    @property
    def names(self) -> frozenset[str]:
        """What was told and is not over."""
        return frozenset(name for name, known in self._known.items() if known.told)

    @property
    def is_pending(self) -> bool:
        """Whether something holds that is not told yet."""
        return not all(known.told for known in self._known.values())

    def due(self, found: Iterable[Happening], now: float) -> list[Happening]:
        """What is to be told now, of what holds now."""
        due, holding = [], set()
        for each in found:
            name = each.notice.id
            holding.add(name)
            known = self._known.setdefault(name, _Known(now, now, told=each.old))
            known.held_at = now
            lasts = not each.settles or now - known.since >= SETTLE_SECONDS
            if not known.told and lasts:
                due.append(each)
        self._known = {
            name: known
            for name, known in self._known.items()
            if name in holding or (known.told and now - known.held_at < LINGER_SECONDS)
        }
        return due

    def tell(self, each: Happening) -> None:
        """It was told."""
        known = self._known.get(each.notice.id)
        if known is not None:
            self._known[each.notice.id] = replace(known, told=True)
