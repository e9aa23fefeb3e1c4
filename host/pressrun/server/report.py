"""A report on a library: how far it is, how fast it went, what was in the way, what it cost."""

import asyncio
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pressrun
from pressrun.book.read import read
from pressrun.clock import Clock
from pressrun.errors import BadInputError
from pressrun.picture.key import fold
from pressrun.protocol.messages.base import moment
from pressrun.protocol.messages.batch import Count
from pressrun.protocol.messages.report import (
    KEYS,
    SPANS,
    LibraryReport,
    ReportAccount,
    ReportChapter,
    ReportCost,
    ReportFailure,
    ReportLimit,
    ReportQuery,
    ReportSpan,
)
from pressrun.protocol.messages.status import StatusQuery
from pressrun.protocol.messages.style import ReviewQuery
from pressrun.server import wanted
from pressrun.server.office import Office
from pressrun.server.style import Styles
from pressrun.states import STANDS_OUT, BatchState, PanelState
from pressrun.store import activity, panels, review
from pressrun.store.activity import Busy, Met, SentPrompt, Vain
from pressrun.store.panels import KnownPanel
from pressrun.store.review import Judged
from pressrun.store.writer import Writer
from pressrun.words import DAY, HOUR, MINUTE, start

WHY_CHARS = 500

REASONS = 100

CHAPTERS = 500

ACCOUNTS = 100

OUTLIERS = 100

STEPS = (10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY, 30 * DAY)
"""How long a span of the plot may be: the shortest with which the whole time fits."""

BARS = 120
"""About so many of them are easy to look at."""

_STANDS = {
    PanelState.MADE: "made",
    PanelState.UNLISTED: "made",
    PanelState.STALE: "stale",
    PanelState.WAITING: "waiting",
    PanelState.HELD: "waiting",
    PanelState.WORKING: "waiting",
    PanelState.DOUBT: "stuck",
    PanelState.FAILED: "stuck",
    PanelState.REFUSED: "stuck",
    PanelState.LEFT_OUT: "left",
}
"""The column of a chapter's row in which a panel is counted."""

_TOLD = {
    "made": "made",
    "stale": "made from other words, references or format",
    "waiting": "to be made",
    "stuck": "failed, refused or in doubt",
    "left": "not ordered",
}

_NEEDY = (PanelState.FAILED, PanelState.REFUSED, PanelState.DOUBT)


class Reports:
    """Tells how a library came to be."""

    def __init__(self, store: Writer, clock: Clock, office: Office, styles: Styles) -> None:
        self._store = store
        self._clock = clock
        self._office = office
        self._styles = styles

    async def report(self, asked: ReportQuery) -> LibraryReport:
        """Everything that a report tells.

        Raises:
            NotFoundError: there is no such batch.
        """
        rule = await self._store.do(review.rule, asked.batch, asked.source)
        library = rule.library
        status = await self._office.status(StatusQuery())
        known = [each for each in await self._store.do(panels.of, library) if each.source]
        judged = await self._store.do(review.of, library)
        sent = await self._store.do(activity.sent, library)
        made = await self._store.do(activity.made, library)
        busy = await self._store.do(activity.under_way, library)
        limits, met = await self._store.do(activity.met, library)
        vain = await self._store.do(activity.in_vain, library)
        query = ReviewQuery(batch=rule.batch)
        style = await self._styles.report(query)
        outliers = await self._styles.review(query)
        title, titles = await asyncio.to_thread(_titles, Path(rule.source), Path(library))
        span, spans = spans_of([each.at for each in sent], made)
        stands = Counter(_STANDS[each.state] for each in known)
        batch = next(
            (
                each
                for each in status.batches
                if each.library == library and each.state == BatchState.RUNNING
            ),
            None,
        )
        return LibraryReport(
            made_at=moment(self._clock.now()),
            version=pressrun.__version__,
            library=library,
            source=rule.source,
            title=title,
            sentence=status.sentence,
            forecast=batch.forecast if batch else "",
            panels=len(known),
            made=stands["made"],
            counts=[
                Count(text=f"{stands[name]:,} {what}", wrong=name == "stuck")
                for name, what in _TOLD.items()
                if stands[name]
            ],
            chapters=chapters_of(known, judged, titles)[:CHAPTERS],
            span=span,
            spans=spans,
            limits=[_limit(each) for each in limits],
            limits_met=met,
            needs=_needs(known)[:REASONS],
            failures=_failures(vain)[:REASONS],
            outliers=outliers.pictures[:OUTLIERS],
            outliers_found=outliers.total,
            basis=style.basis,
            rule=style.rule,
            cost=cost_of(sent, made, busy),
        )


def _titles(source: Path, library: Path) -> tuple[str, dict[str, str]]:
    """The title of a book, and those of its chapters; of a list, its name."""
    if not wanted.is_book(source):
        return source.name, {}
    try:
        book = read(source.parent, wanted.translation_of(library))
    except BadInputError:
        return source.parent.name, {}
    return book.title, {each.key: each.title for each in book.chapters}


def chapters_of(
    known: Iterable[KnownPanel], judged: Iterable[Judged], titles: Mapping[str, str]
) -> list[ReportChapter]:
    """How each chapter stands, in the order of the book."""
    pictures = {fold(each.key): each for each in judged}
    told = defaultdict[str, Counter[str]](Counter)
    for panel in known:
        chapter = told[_chapter(panel, titles)]
        chapter["panels"] += 1
        chapter[_STANDS[panel.state]] += 1
        if (picture := pictures.get(fold(panel.key))) is not None:
            chapter["approved"] += picture.approved
            chapter["outliers"] += picture.state in STANDS_OUT and not picture.is_settled
    names = ("panels", "made", "stale", "waiting", "stuck", "left", "approved", "outliers")
    return [
        ReportChapter(
            key=key, title=start(titles.get(key, ""), WHY_CHARS), **{n: counts[n] for n in names}
        )
        for key, counts in told.items()
    ]


def _chapter(panel: KnownPanel, titles: Mapping[str, str]) -> str:
    first = panel.key.partition("/")[0]
    return first if not titles or first in titles or "/" in panel.key else ""


def spans_of(sent: Sequence[float], made: Sequence[float]) -> tuple[float, list[ReportSpan]]:
    """What was sent and made, span by span, from the first to the last; and how long a span is.

    Args:
        sent: when prompts were sent, in order.
        made: when pictures came, in order.
    """
    times = [*sent[:1], *sent[-1:], *made[:1], *made[-1:]]
    if not times:
        return 0.0, []
    begin, end = min(times), max(times)
    span = float(next((each for each in STEPS if (end - begin) / each < BARS), STEPS[-1]))
    span = max(span, (end - begin) / (SPANS - 2))
    first = _floor(begin, span)
    count = int((end - first) // span) + 1
    sends, pictures = (Counter(int((at - first) // span) for at in each) for each in (sent, made))
    return span, [
        ReportSpan(at=moment(first + place * span), sent=sends[place], made=pictures[place])
        for place in range(min(count, SPANS))
    ]


def _floor(at: float, span: float) -> float:
    """The beginning of the span that a moment is in, counted from local midnight."""
    midnight = dt.datetime.fromtimestamp(at).astimezone()
    midnight = midnight.replace(hour=0, minute=0, second=0, microsecond=0)
    return at - (at - midnight.timestamp()) % span


def cost_of(sent: Sequence[SentPrompt], made: Sequence[float], busy: Iterable[Busy]) -> ReportCost:
    """What the pictures of a library took.

    Args:
        sent: the prompts, in order.
        made: when pictures came.
        busy: when attempts were under way, in the order of their beginnings.
    """
    days = Counter(_day(each.at) for each in sent)
    pictures = Counter(map(_day, made))
    accounts = defaultdict[int, list[SentPrompt]](list)
    for each in sent:
        accounts[each.account].append(each)
    return ReportCost(
        pictures=len(made),
        sent=len(sent),
        days=len(days),
        working=covered(busy),
        a_day=len(made) / len(days) if days else 0.0,
        best_day=max(pictures.values(), default=0),
        accounts=[
            ReportAccount(
                account=number,
                sent=len(each),
                made=sum(one.made for one in each),
                first_at=moment(each[0].at),
                last_at=moment(each[-1].at),
            )
            for number, each in sorted(accounts.items())
        ][:ACCOUNTS],
    )


def _day(at: float) -> dt.date:
    return dt.datetime.fromtimestamp(at).astimezone().date()


def covered(spans: Iterable[Busy]) -> float:
    """For how many seconds at least one of them goes on; they come in the order of beginnings."""
    total, until = 0.0, -1.0
    for begin, end in spans:
        total += max(0.0, end - max(begin, until))
        until = max(until, end)
    return total


def _limit(limit: Met) -> ReportLimit:
    return ReportLimit(
        at=moment(limit.at),
        until=moment(limit.until),
        account=limit.account,
        outcome=limit.outcome,
        tabs=limit.tabs,
        text=start(limit.text, WHY_CHARS),
    )


def _needs(known: Iterable[KnownPanel]) -> list[ReportFailure]:
    """The panels that have no picture because of something, by reason."""
    found = defaultdict[str, Vain](Vain)
    for panel in known:
        if panel.state in _NEEDY:
            vain = found[f"{panel.state.value}: {panel.reason}" if panel.reason else panel.state]
            vain.count += 1
            vain.keys += [panel.key] if len(vain.keys) < KEYS else []
    return _failures(found)


def _failures(found: Mapping[str, Vain]) -> list[ReportFailure]:
    most_first = sorted(found.items(), key=lambda each: -each[1].count)
    return [
        ReportFailure(why=start(why, WHY_CHARS), count=each.count, keys=each.keys)
        for why, each in most_first
    ]
