"""Style for the views: what pictures are compared with, what stands out, and what drifts."""

import shlex
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path

import structlog

from pressrun.book.keys import RESERVED
from pressrun.clock import Clock
from pressrun.gauge.gauge import Gauge
from pressrun.picture.measure import MeasureError, StyleComparison, StyleResult
from pressrun.protocol.messages.batch import Count
from pressrun.protocol.messages.style import (
    LEVELS,
    POINTS,
    ApprovedStatus,
    ChapterStyle,
    DriftSettle,
    DriftsSettled,
    DriftStatus,
    OutlierStatus,
    ReviewFound,
    ReviewQuery,
    StyleQuery,
    StyleReport,
)
from pressrun.server import wanted
from pressrun.states import STANDS_OUT, DriftKind, MarkState, Outliers, Steering
from pressrun.store import approved, drifts, review
from pressrun.store.approved import BETTER, ENOUGH, MOST, ApprovedSet
from pressrun.store.review import BatchRule, Judged, KnownDrift
from pressrun.store.writer import Writer
from pressrun.words import keep_or_reject, panels, pictures, start, upper

_log = structlog.get_logger("pressrun.style")

PAGE = 100
"""How many pictures one page of a review lists."""

WORST = 10

CHAPTERS = 500

DRIFTS = 100

APPROVED = 100

WHY_CHARS = 500

_NETWORK = "+"
"""What stands in the version of a measure that is made with the network."""

_NOT_NOW = "Pictures come in as before, and are compared as soon as they can be measured"

_SETTLED = "the author settled it"


class Styles:
    """Answers what an author asks about style."""

    def __init__(
        self, store: Writer, clock: Clock, gauge: Gauge, ordered: Callable[[], Awaitable[None]]
    ) -> None:
        """Serve a store.

        Args:
            store: the host's.
            clock: the host's.
            gauge: compares the approved pictures with each other.
            ordered: has what was let go of be made.
        """
        self._store = store
        self._clock = clock
        self._gauge = gauge
        self._ordered = ordered

    async def report(self, asked: StyleQuery) -> StyleReport:
        """How the pictures of a library stand to the approved ones.

        Raises:
            NotFoundError: there is no such batch.
        """
        rule = await self._store.do(review.rule, asked.batch, asked.source)
        found = _panels(await self._store.do(review.of, rule.library), rule)
        order = await self._store.do(review.chapters, rule.library)
        drifting = await self._store.do(review.open_drifts, rule.library)
        approvals = await self._store.do(review.approvals, rule.library)
        version, fault = await self._version()
        compared, result = await self._compared(found, version)
        members = compared.members if compared else ()
        ranks = ranked(found)
        marked = [each for each in found if each.state in STANDS_OUT]
        return StyleReport(
            library=rule.library,
            source=rule.source,
            version=version,
            network=_NETWORK in (version or ""),
            fault=start(fault, WHY_CHARS),
            approved=_members(compared, result)[:APPROVED],
            approvals=compared.approvals if compared else approvals,
            references=sum(each.key is None for each in members),
            rejected=review.teaching(found),
            basis=basis(compared, approvals) if version is not None else _NOT_NOW,
            agreement=agreement(compared, result, rule),
            pictures=len(found),
            counts=_counts(found),
            worst=[_told(each, ranks, rule) for each in _by_rank(marked, ranks)[:WORST]],
            chapters=_chapters(found, order)[:CHAPTERS],
            drifts=[_drift(each) for each in drifting[:DRIFTS]],
            rule=spent(rule),
            steering=_steering(rule),
        )

    async def review(self, asked: ReviewQuery) -> ReviewFound:
        """The pictures that wait for the author's word, those that stand out most first.

        Raises:
            NotFoundError: there is no such batch.
        """
        rule = await self._store.do(review.rule, asked.batch, asked.source)
        everything = await self._store.do(review.of, rule.library)
        found = _panels(everything, rule)
        ranks = ranked(found)
        waiting = _by_rank([each for each in found if _waits(each)], ranks)
        named = {each.image for each in waiting}
        waiting += [
            each
            for each in everything
            if each.asked and not each.approved and each.image not in named
        ]
        page = waiting[asked.first : asked.first + PAGE]
        return ReviewFound(
            library=rule.library,
            total=len(waiting),
            pictures=[_told(each, ranks, rule) for each in page],
        )

    async def settle(self, asked: DriftSettle) -> DriftsSettled:
        """Let go of what drifts hold.

        Raises:
            NotFoundError: there is no such batch.
        """
        rule = await self._store.do(review.rule, asked.batch, asked.source)
        known = {each.id: each for each in await self._store.do(review.open_drifts, rule.library)}
        chosen = [number for number in asked.drifts or known if number in known]
        settled = await self._store.do(drifts.settle, self._clock.now(), chosen, _SETTLED)
        await self._ordered()
        _log.info("drifts_settled", drifts=settled)
        return DriftsSettled(
            drifts=len(settled), let_go=sum(known[number].held for number in settled)
        )

    async def _version(self) -> tuple[str | None, str]:
        """The version of the measure, and why there is none."""
        try:
            return await self._gauge.version(), ""
        except MeasureError as error:
            return None, str(error)

    async def _compared(
        self, found: Sequence[Judged], version: str | None
    ) -> tuple[ApprovedSet | None, StyleResult | None]:
        """What the newest picture is compared with, and how far that agrees with itself."""
        if version is None or not found:
            return None, None
        compared = await self._store.do(approved.of_its_style, found[-1].image, version)
        if not compared.is_enough:
            return compared, None
        asked = StyleComparison((), compared.measures, compared.rejected)
        try:
            return compared, await self._gauge.compare(asked)
        except MeasureError as error:
            _log.warning("approved_set_not_compared", why=str(error))
            return compared, None


def ranked(found: Iterable[Judged]) -> Mapping[int, tuple[int, int]]:
    """For each image that was compared: its place, 1 for the worst, and among how many.

    Only scores of one version, and of one approved set, are compared.
    """
    groups = defaultdict[tuple[str, str | None], list[tuple[float, int]]](list)
    for each in found:
        if each.score is not None:
            groups[each.basis].append((-each.score, each.image))
    return {
        image: (place, len(group))
        for group in groups.values()
        for place, (_, image) in enumerate(sorted(group), start=1)
    }


def basis(compared: ApprovedSet | None, approvals: int = 0) -> str:
    """What pictures are compared with, and what would be better.

    Args:
        compared: what the newest picture is compared with.
        approvals: how many are approved, of whatever style.
    """
    if compared is None or (not compared.approvals and not compared.is_enough):
        if approvals:
            are = "is" if approvals == 1 else "are"
            return (
                f"The {pictures(approvals)} that you approved {are} of another style than the "
                f"newest one: approve {ENOUGH} like that; {BETTER} are better: pressrun approve KEY"
            )
        return (
            f"There is nothing to compare pictures with yet: approve {ENOUGH} that look as you "
            f"want them; {BETTER} are better: pressrun approve KEY"
        )
    count = compared.approvals
    references = sum(each.key is None for each in compared.members)
    first = f"first {MOST} of the " if count > MOST else ""
    own = f"{first}{pictures(count)} that you approved"
    if count >= ENOUGH:
        better = "" if count >= BETTER else f"; {BETTER} are better"
        return f"Pictures are compared with the {own}{better}"
    more = f"approve {ENOUGH - count} more, and pictures are compared with those alone"
    if not compared.is_enough:
        return f"There is too little to compare pictures with: {more}; {BETTER} are better"
    sort = "reference picture" if references == 1 else "reference pictures"
    others = f"{references:,} {sort} of the style" if references else ""
    both = " and ".join(filter(None, [others, f"the {own}" if count else ""]))
    return f"Pictures are compared with {both}; {more}; {BETTER} are better"


def approvals(count: int) -> str:
    """What so many approvals are good for, where more would be better; else empty."""
    if not count or count >= BETTER:
        return ""
    if count >= ENOUGH:
        return f"Pictures are compared with the {count} that you approved; {BETTER} are better"
    more = "1 more picture" if count == ENOUGH - 1 else f"{ENOUGH - count} more pictures"
    return f"Approve {more}, and all others are compared with those; {BETTER} are better"


def spent(rule: BatchRule) -> str:
    """What a batch does about outliers, and how much of its budget it spent."""
    book = wanted.is_book(Path(rule.source))
    where = "in book.toml" if book else "of pressrun run"
    match rule.outliers:
        case Outliers.MARK:
            how = 'outliers = "redo" in book.toml' if book else "pressrun run FILE --outliers redo"
            return (
                "Pictures that stand out are only marked. To have those made again that come from "
                f"now on: {how}"
            )
        case Outliers.HOLD:
            return "Panels that follow a picture that stands out wait for your word on it"
        case Outliers.REDO:
            times = {1: "once", 2: "up to twice"}.get(rule.repairs, f"up to {rule.repairs} times")
            told = f"Pictures that stand out are made again, each {times}"
            option = "repair_budget" if book else "--repair-budget"
            more = f"to raise it: {option} {where}"
            if not rule.budget:
                return f"{told}, but the budget of batch {rule.batch} is less than one; {more}"
            ordered = f"{told}: {rule.used:,} of at most {rule.budget:,} repairs are ordered"
            if rule.used < rule.budget:
                return ordered
            return (
                f"{ordered}. The budget is spent, and further ones are only marked; {more}, and "
                "run it again"
            )


def _steering(rule: BatchRule) -> str:
    if rule.steering == Steering.NONE:
        return ""
    words = " and told what is to be different" if rule.steering == Steering.WORDS else ""
    why = f": {rule.steered_by}" if rule.steered_by else ""
    told = f"Panels are sent in fresh chats, with more pictures of the style{words}{why}"
    return start(told, WHY_CHARS)


def shared(kind: DriftKind, name: str) -> str:
    """What the pictures of a drift share, for people."""
    match kind:
        case DriftKind.SCENE:
            return f"chapter {name}"
        case DriftKind.FIGURE:
            return name
        case DriftKind.CHAT:
            return f"one chat of account {name.partition(':')[0]}"
        case DriftKind.LATER:
            return "later pictures of chats"
        case DriftKind.ACCOUNT:
            return f"account {name}"


def _panels(found: Sequence[Judged], rule: BatchRule) -> list[Judged]:
    """The pictures of panels: sheets of a book are compared with nothing."""
    if not wanted.is_book(Path(rule.source)):
        return list(found)
    return [each for each in found if each.key.partition("/")[0] not in RESERVED]


def _waits(each: Judged) -> bool:
    """Whether a picture stands out, and its author has not said what becomes of it."""
    return each.state in (MarkState.HELD, MarkState.MARKED) and not each.is_settled


def _by_rank(found: Iterable[Judged], ranks: Mapping[int, tuple[int, int]]) -> list[Judged]:
    """Pictures that stand out, the worst of its comparison first."""

    def place(each: Judged) -> tuple[bool, float, int]:
        by_score = each.score is not None and each.limit is not None and each.score > each.limit
        at, of = ranks.get(each.image, (1, 1))
        return not by_score, at / of, each.image

    return sorted(found, key=place)


def _told(each: Judged, ranks: Mapping[int, tuple[int, int]], rule: BatchRule) -> OutlierStatus:
    rank, of = ranks.get(each.image, (0, 0))
    state = each.state or MarkState.UNJUDGED
    return OutlierStatus(
        key=each.key,
        path=str(Path(rule.library, each.path)),
        state=state,
        rank=rank,
        of=of,
        why=start(each.why, WHY_CHARS),
        advice=_advice(each),
        held=each.held,
    )


def _advice(each: Judged) -> str:
    key = shlex.quote(each.key)
    if each.state == MarkState.REPAIRING:
        return ""
    if each.asked:
        return f"pressrun approve {key}, or pressrun redo {key}"
    return keep_or_reject(each.key)


def _members(compared: ApprovedSet | None, result: StyleResult | None) -> list[ApprovedStatus]:
    """The approved pictures, those first that disagree with the others."""
    odd = set(result.odd) if result else set()
    told = [
        ApprovedStatus(
            key=each.key,
            odd=at in odd,
            why=start(result.agreement[at].words, WHY_CHARS) if result and at in odd else "",
        )
        for at, each in enumerate(compared.members if compared else ())
        if each.key is not None
    ]
    return sorted(told, key=lambda each: not each.odd)


def agreement(compared: ApprovedSet | None, result: StyleResult | None, rule: BatchRule) -> str:
    """Whether what pictures are compared with agrees with itself, naming what does not."""
    if compared is None or result is None:
        return ""
    if not result.odd:
        return "They agree with each other"
    files = {each.sha256: each.name for each in rule.references}
    told = []
    for at in result.odd[:3]:
        member, words = compared.members[at], result.agreement[at].words
        name = member.key or f"the reference picture {files.get(member.sha256, 'of the style')}"
        told.append(f"{name} ({words})" if words else name)
    more = len(result.odd) - len(told)
    others = f" and {more:,} more" if more else ""
    verb = "does" if len(result.odd) == 1 else "do"
    key = next((compared.members[at].key for at in result.odd if compared.members[at].key), None)
    how = f": pressrun reject {shlex.quote(key)} --because style" if key else " of the references"
    named = f"{', '.join(told)}{others}"
    if compared.members[result.odd[0]].key is None:
        named = upper(named)
    advice = f"If that is not the style that you want, take it out{how}"
    return start(f"{named} {verb} not look like the others. {advice}", WHY_CHARS)


def _counts(found: Sequence[Judged]) -> list[Count]:
    states = [each.state for each in found]
    waiting = sum(map(_waits, found))
    settled = sum(each.state in (MarkState.HELD, MarkState.MARKED) for each in found) - waiting
    told = [
        (states.count(MarkState.IN_STYLE), "in style", False),
        (waiting, "stand out" if waiting != 1 else "stands out", True),
        (
            settled,
            "kept although they stand out" if settled != 1 else "kept although it stands out",
            False,
        ),
        (states.count(MarkState.REPAIRING), "being made again", False),
        (states.count(MarkState.UNJUDGED), "not compared yet", False),
        (states.count(None), "not measured yet", False),
        (states.count(MarkState.UNMEASURED), "cannot be measured", True),
    ]
    return [Count(text=f"{count:,} {what}", wrong=wrong) for count, what, wrong in told if count]


def _chapters(found: Sequence[Judged], order: Sequence[str]) -> list[ChapterStyle]:
    """A line for each chapter that was compared, in reading order."""
    lowest = dict[tuple[str, str | None], float]()
    for each in found:
        if each.score is not None:
            lowest[each.basis] = min(each.score, lowest.get(each.basis, each.score))
    chapters = defaultdict[str, list[Judged]](list)
    for each in found:
        chapters[each.scene].append(each)
    places = {scene: place for place, scene in enumerate(order)}
    told = []
    for scene in sorted(chapters, key=lambda each: (places.get(each, len(places)), each)):
        members = chapters[scene]
        distances = [
            distance(each.score, each.limit, lowest[each.basis])
            for each in members
            if each.score is not None and each.limit is not None
        ]
        told.append(
            ChapterStyle(
                chapter=scene,
                pictures=len(members),
                outliers=sum(each.state in STANDS_OUT for each in members),
                line=line(distances),
            )
        )
    return told


def distance(score: float, limit: float, lowest: float) -> float:
    """How far a picture is from the approved ones: 0 for the nearest of all, 1 at the limit."""
    span = limit - lowest
    return (score - lowest) / span if span > 0 else float(score > limit) * 2


def line(distances: Sequence[float], points: int = POINTS) -> list[int]:
    """Distances as the levels of a small plot, in at most so many points.

    A point that stands for several pictures shows their mean.
    """
    count = min(points, len(distances))
    told = []
    for point in range(count):
        part = distances[point * len(distances) // count : (point + 1) * len(distances) // count]
        told.append(_level(sum(part) / len(part)))
    return told


def _level(distance: float) -> int:
    """The level of a distance: the upper two are beyond the limit."""
    within = LEVELS - 2
    if distance > 1:
        return within + (distance > 1.5)  # noqa: PLR2004 - half as far again as the limit
    return min(within - 1, max(0, int(distance * within)))


def _drift(drift: KnownDrift) -> DriftStatus:
    about = shared(drift.kind, drift.name)
    holds = (
        f"{panels(drift.held)} wait{'s' if drift.held == 1 else ''} for you" if drift.held else ""
    )
    how = "To go on all the same" if drift.held else "To have it forgotten"
    return DriftStatus(
        number=drift.id,
        kind=drift.kind,
        about=start(upper(about), WHY_CHARS),
        slow=drift.slow,
        since=drift.since_key,
        why=start(drift.why, WHY_CHARS),
        held=drift.held,
        advice=". ".join(filter(None, [holds, f"{how}: pressrun settle {drift.id}"])),
    )
