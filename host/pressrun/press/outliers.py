"""What a picture's measure comes to: a mark, and what is done about it.

Plain functions of what is known. Nothing here waits, reads or writes; `measuring` carries it out.

The order of things: a picture that stands out is marked, held or made again, as its batch has it.
Where three of the last five pictures that share something stand out, that is a drift, of the
smallest thing that explains it. One of its outliers that is made again is the probe: when it comes
back in style, the panels that follow are sent like it. Only where nothing helped does anything wait
for the author.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean

from pressrun.picture.measure import Blemish, Measure, Trend, Verdict, amount, unwanted
from pressrun.picture.recipe import Reference
from pressrun.states import DriftKind, MarkState, Outliers, Steering
from pressrun.store.approved import ApprovedSet
from pressrun.store.drifts import Drift, OpenDrift
from pressrun.store.marks import Conclusion, Mark, OldMark
from pressrun.store.repairs import Repair, Suspects, restyled
from pressrun.store.situation import Case, Circle, CircleSeries, MeasuredTake, Recent
from pressrun.store.steering import Steer

WINDOW = 5
"""So many of the last pictures that share something are looked at together."""

RUN = 3
"""When so many of them stand out, it is a drift."""

SHARE = 0.6
"""Where so many of the other pictures of a larger circle stand out as well, that is what drifts."""

CHAT_RUN = 2
"""A chat in which so many of the last three stand out is left: that costs nothing."""

CLEAR = 3.0
"""An outlier whose score is by so much above the limit is a clear one."""

ALONE = 0.3
"""So much of a batch's budget may be spent on outliers that no drift explains."""

BETTER = 0.5
"""A repair helps against a slow drift if it takes this share of it away."""

FUTILE = 2
"""When so many repairs with words did not help, no more are ordered for the same reason."""

SERIOUS = (Blemish.BLANK, Blemish.CUT_OFF)
"""A picture with one of these is made again, as an outlier is."""

_LEVELS = (Steering.NONE, Steering.FRESH, Steering.WORDS)

_BLEMISHES = {
    Blemish.BLANK: "hardly anything is drawn",
    Blemish.CUT_OFF: "a part of it is missing",
    Blemish.BORDERED: "it has a frame or bars of one colour",
    Blemish.LETTERED: "it holds words",
}

_ELSE = "drawn in another way"
"""What is said of an outlier whose attributes tell nothing."""


@dataclass(frozen=True)
class Findings:
    """What was found out about a picture besides its situation."""

    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    """How the takes of its panel stand to the approved pictures, by image; empty where they were
    not compared."""
    alike: str | None = None
    """The key of another panel whose picture is nearly the same."""
    series: Sequence[CircleSeries] = ()
    """The pictures that share something with it."""
    trends: Sequence[tuple[CircleSeries, Trend]] = ()
    """What changed slowly over some of them."""


@dataclass(frozen=True)
class Consequences:
    """What is to be done."""

    conclusion: Conclusion
    best: MeasuredTake | None = None
    """The take that is to be the panel's picture, where that is another one: its files have to be
    moved before."""

    @property
    def shows(self) -> tuple[Reference, ...]:
        """What is going to be sent because of it; the library has to keep copies before."""
        repair, steer = self.conclusion.repair, self.conclusion.steer
        suspects = self.conclusion.suspects
        return (
            (repair.references if repair else ())
            + (steer.references if steer else ())
            + (suspects.style if suspects else ())
        )


def unmeasured(image: int, sha256: str, version: str, why: str) -> Conclusion:
    """The conclusion on a picture of which nothing can be measured."""
    return Conclusion(image, sha256, Mark(MarkState.UNMEASURED, version, why=why))


def decide(known: Case, found: Findings, version: str) -> Consequences:
    """Decide what a picture's measure comes to.

    Args:
        known: the picture, its panel and its batch.
        found: how it stands to the approved pictures.
        version: of the gauge.
    """
    if known.measure is None:
        return Consequences(unmeasured(known.image, known.sha256, version, known.failure))
    if known.is_sheet:
        # it stands on white and shows one thing from all sides: no panel looks like it
        return Consequences(
            Conclusion(known.image, known.sha256, Mark(MarkState.UNJUDGED, version))
        )
    verdict = found.verdicts.get(known.image)
    said = remarks(known.measure, verdict, known.approved, found.alike)
    mark = _mark(said, verdict, known.approved, version, found.alike)
    if known.is_settled:
        # the author had a word on it, which counts more than any measure
        return Consequences(Conclusion(known.image, known.sha256, mark))
    if said.stands_out:
        return _outlier(known, found, mark, said)
    return _good(known, found, mark)


@dataclass(frozen=True)
class Remarks:
    """What there is to say of a picture."""

    texts: tuple[str, ...]
    """For people; empty for a picture of which there is nothing to say."""
    stands_out: bool
    """Whether it had better be made again."""
    is_serious: bool
    """Whether it has a blemish for which it had."""
    correction: str
    blemishes: tuple[Blemish, ...]


def remarks(
    measure: Measure, verdict: Verdict | None, approved: ApprovedSet, alike: str | None
) -> Remarks:
    """Say what there is to say of a picture.

    Args:
        measure: the picture's.
        verdict: how it stands to the approved pictures; None where it was not compared.
        approved: those.
        alike: the key of another panel whose picture is nearly the same.
    """
    of_style = [each.measure.blemishes for each in approved.members]
    blemishes = tuple(unwanted(measure.blemishes, of_style))
    out = verdict is not None and verdict.stands_out
    texts = [_style(verdict)] if verdict is not None and out else []
    texts += [_BLEMISHES[each] for each in blemishes]
    if alike is not None:
        texts.append(f"nearly the same picture as {alike}")
    serious = any(each in SERIOUS for each in blemishes)
    correction = verdict.correction if verdict is not None and out else ""
    return Remarks(tuple(texts), out or serious, serious, correction, blemishes)


def renew(old: OldMark, verdict: Verdict | None, approved: ApprovedSet) -> Mark:
    """The mark of a picture against other approved ones than before; it orders nothing."""
    said = remarks(old.measure, verdict, approved, old.mark.alike)
    return _mark(said, verdict, approved, old.measure.version, old.mark.alike)


def _mark(
    said: Remarks,
    verdict: Verdict | None,
    approved: ApprovedSet,
    version: str,
    alike: str | None = None,
) -> Mark:
    """The mark of a picture of which nothing else is known."""
    state = MarkState.UNJUDGED if verdict is None else MarkState.IN_STYLE
    return Mark(
        MarkState.MARKED if said.texts else state,
        version,
        approved.against,
        None if verdict is None else verdict.score,
        None if verdict is None else verdict.limit,
        "; ".join(said.texts),
        said.correction,
        said.blemishes,
        alike,
    )


def _style(verdict: Verdict) -> str:
    return f"{verdict.words or _ELSE} than the approved"


def _good(known: Case, found: Findings, mark: Mark) -> Consequences:
    """What follows from a picture that does not stand out."""
    helped = _level(known.repair)
    steer: Steer | None = None
    let_go: list[int] = []
    drifting = _shared(known)
    if known.repair and drifting:
        # the probe came back in style: what follows is sent like it, whatever it shares
        if _is_more(helped, known.steering) and any(each.kind in _STEERED for each in drifting):
            steer = _steer(known, helped, _correction_of(known, found))
        helps = steer is not None
        let_go = [each.id for each in known.drifts if each.holds and (helps or each in drifting)]
    drifts, leave = _slow(known, found)
    if steer is None and drifts and known.outliers == Outliers.REDO:
        wanted = any(each.kind in _STEERED for each in drifts)
        if wanted and _is_more(Steering.FRESH, known.steering) and _shows(known):
            steer = Steer(Steering.FRESH, _shows(known), because=drifts[0].why)
    best, mark, others = _chosen(known, found, mark)
    return Consequences(
        Conclusion(
            known.image,
            known.sha256,
            mark,
            others,
            drifts=drifts,
            let_go=let_go,
            # a repair was sent in a chat of its own, which is not gone on in
            leave="" if known.repair else leave,
            steer=steer,
            suspects=_suspects(known, found, drifts),
        ),
        best,
    )


def _outlier(known: Case, found: Findings, mark: Mark, said: Remarks) -> Consequences:
    """What follows from a picture that stands out."""
    if known.outliers == Outliers.HOLD:
        mark = replace(mark, state=MarkState.HELD)
    is_news = known.is_new and not known.repair
    drift = _run(known, said) if is_news else None
    repair = _repair(known, said, found.verdicts.get(known.image))
    steer = None
    if drift is not None and known.outliers == Outliers.REDO:
        # a repair of the same thing may have shown before what helps
        helped = max(
            (_level(each.repair) for each in _probes(known) if not each.stands_out),
            key=_LEVELS.index,
            default=Steering.NONE,
        )
        if drift.kind in _STEERED and _is_more(helped, known.steering):
            steer = _steer(known, helped, said.correction)
        # what was sent before it was known what helps says nothing against that
        is_late = _is_more(known.steering, known.sent)
        drift = replace(drift, holds=drift.holds and steer is None and not is_late)
    leave = _leave(known, said) if is_news else ""
    best: MeasuredTake | None = None
    others: Mapping[int, Mark]
    if repair is not None:
        mark = replace(mark, state=MarkState.REPAIRING)
        others = _others(known, found, mark)
    else:
        best, mark, others = _chosen(known, found, mark)
    return Consequences(
        Conclusion(
            known.image,
            known.sha256,
            mark,
            others,
            repair,
            drifts=() if drift is None else (drift,),
            leave=leave,
            steer=steer,
            suspects=_suspects(known, found, ()),
        ),
        best,
    )


# takes


def _chosen(
    known: Case, found: Findings, mark: Mark
) -> tuple[MeasuredTake | None, Mark, Mapping[int, Mark]]:
    """The take that is to be the panel's picture, where it is another one, and all marks."""
    others = _others(known, found, mark)
    if not known.repair or not found.verdicts:
        return None, mark, others
    ranked = [take for take in known.takes if take.image in found.verdicts]
    weights = _direction(known, found)

    def badness(take: MeasuredTake) -> tuple[bool, float, float]:
        verdict = found.verdicts[take.image]
        # of two in style, the score does not tell which has more of a drift that it cannot see
        score = max(verdict.score, verdict.limit) if weights else verdict.score
        return _is_serious(known, take.measure), score, amount(take.measure, weights)

    best = min(ranked, key=badness, default=None)
    if best is None or best.image == known.image:
        return None, mark, others
    if mark.state == MarkState.HELD and others[best.image].state == MarkState.MARKED:
        # what waits for the author is the picture in the panel's place
        others = {**others, best.image: replace(others[best.image], state=MarkState.HELD)}
        mark = replace(mark, state=MarkState.MARKED)
    return best, mark, others


def _others(known: Case, found: Findings, mark: Mark) -> Mapping[int, Mark]:
    """The marks of the earlier takes, by the scores of the same comparison."""
    marks = {}
    for take in known.takes:
        if take.image == known.image:
            continue
        verdict = found.verdicts.get(take.image)
        said = remarks(take.measure, verdict, known.approved, None)
        marks[take.image] = _mark(said, verdict, known.approved, mark.version)
    return marks


def _is_serious(known: Case, measure: Measure) -> bool:
    return remarks(measure, None, known.approved, None).is_serious


# repairs


def _repair(known: Case, said: Remarks, verdict: Verdict | None) -> Repair | None:
    """One more take of an outlier, where that is allowed, paid for, and may help."""
    made = max(known.repair, sum(take.repair > 0 for take in known.takes))
    allowed = known.outliers == Outliers.REDO and known.is_repairable and made < known.repairs
    if not allowed or not known.budget.left or _is_futile(known):
        return None
    if not (said.is_serious or _is_drifting(known) or _is_worth_it(known, verdict)):
        return None
    with_words = known.repair > 0 or known.sent != Steering.NONE or _needs_words(known)
    number = max(known.repair + 1, 2 if with_words else 1)
    sent = restyled(
        known.recipe.prompt,
        known.recipe.references,
        _shows(known),
        said.correction if with_words else "",
        ratio=known.recipe.format,
        follows=known.recipe.follows,
    )
    return Repair(number, sent.references, sent.words)


def _is_worth_it(known: Case, verdict: Verdict | None) -> bool:
    """Whether an outlier that no drift explains is so clear that it is made again by itself.

    What it shows may make it look different, and then one more take costs much and helps nothing.
    So most of the budget is kept for drifts.
    """
    most = max(1, int(known.budget.most * ALONE))
    is_clear = verdict is not None and verdict.score > verdict.limit + CLEAR
    return is_clear and known.budget.used < most


def _is_drifting(known: Case) -> bool:
    """Whether an outlier is one of a drift, and repairs of others showed nothing against one."""
    circle = _explaining(known)
    if circle is None:
        return False
    tried = [each for each in circle.recent if each.repair or each.state == MarkState.REPAIRING]
    return not tried or any(each.repair and not each.stands_out for each in tried)


def _shows(known: Case) -> tuple[Reference, ...]:
    """The pictures that show the style: its references, and then examples that were approved."""
    examples = (
        Reference(Path(each.path).name, each.record.facts.media, each.record.facts.sha256)
        for each in known.examples
    )
    return tuple({each.sha256: each for each in (*known.style_references, *examples)}.values())


def _probes(known: Case) -> list[Recent]:
    """The repairs of pictures that share what drifts."""
    circle = _explaining(known) or next(iter(_open_circles(known)), None)
    return [] if circle is None else [each for each in circle.recent if each.repair]


def _is_futile(known: Case) -> bool:
    """Whether repairs with words did not help others that share what drifts, nor did any."""
    probes = _probes(known)
    failed = sum(each.repair > 1 for each in probes)
    return failed >= FUTILE and all(each.stands_out for each in probes)


def _needs_words(known: Case) -> bool:
    """Whether a fresh chat and references alone did not help others that share what drifts."""
    first = [each for each in _probes(known) if each.repair == 1]
    return bool(first) and all(each.stands_out for each in first)


# drift


_STEERED = (DriftKind.FIGURE, DriftKind.SCENE, DriftKind.LATER, DriftKind.ACCOUNT)
"""A drifting chat is left, which is all that it takes."""

_HELD = (DriftKind.FIGURE, DriftKind.SCENE)
"""What panels wait for; an account's are sent, or the whole book would wait."""


def _run(known: Case, said: Remarks) -> Drift | None:
    """The drift that a picture that stands out shows, if it is not noticed already."""
    circle = _explaining(known)
    if circle is None:
        return None
    # what was sent before the batch was steered is no reason to wait with what is sent since
    is_late = known.steering != Steering.NONE and known.sent == Steering.NONE
    holds = known.outliers != Outliers.MARK and circle.kind in _HELD and not is_late
    there = [
        each
        for each in known.drifts
        if (each.kind, each.name) == (circle.kind, circle.name) and not each.slow
    ]
    if there:
        in_vain = holds and not there[0].holds and known.sent != Steering.NONE
        why = (
            f"{there[0].why.partition('; ')[0]}; to send them as a repair that helped does not help"
        )
        kind, name, since = circle.kind, circle.name, there[0].since_key
        return Drift(kind, name, since, why, holds=True) if in_vain else None
    plain = _last(known, circle)
    window = plain[: WINDOW - 1]
    run = 1
    while run <= len(plain) and plain[run - 1].stands_out:
        run += 1
    count = 1 + sum(each.stands_out for each in window)
    phrase = f"the last {run}" if run >= count else f"{count} of the last {len(window) + 1}"
    since = next((each.key for each in reversed(window) if each.stands_out), known.key)
    if run > WINDOW:
        since = plain[run - 2].key
    why = f"{phrase} pictures {_of(circle)} stand out: {said.texts[0]}"
    return Drift(circle.kind, circle.name, since, why, holds=holds)


def _last(known: Case, circle: Circle) -> list[Recent]:
    """The pictures of a circle, newest first, that are to be counted with one.

    Repairs are of panels that are counted already. What was sent before the batch was steered says
    nothing of a picture that was sent since.
    """
    is_steered = known.sent != Steering.NONE
    return [
        each
        for each in circle.recent
        if not each.repair and (each.steering != Steering.NONE or not is_steered)
    ]


def _explaining(known: Case) -> Circle | None:
    """The smallest circle whose pictures stand out, unless those of a larger one do as well."""
    smallest: Circle | None = None
    for circle in known.circles:
        plain = _last(known, circle)[: WINDOW - 1]
        if 1 + sum(each.stands_out for each in plain) < RUN:
            continue
        if smallest is None:
            smallest = circle
            continue
        within = {each.image for each in smallest.recent}
        beyond = [each for each in _last(known, circle) if each.image not in within]
        seen = beyond[:WINDOW]
        if len(seen) >= RUN - 1 and sum(each.stands_out for each in seen) >= SHARE * len(seen):
            smallest = circle
    return smallest


def _pictures(circle: CircleSeries) -> str:
    if circle.kind == DriftKind.LATER:
        return "later pictures of chats"
    return f"pictures {_of(circle)}"


def _of(circle: Circle | CircleSeries) -> str:
    match circle.kind:
        case DriftKind.CHAT:
            return "of one chat"
        case DriftKind.LATER:
            return "that came later in their chats"
        case DriftKind.ACCOUNT:
            return "of one account"
        case _:
            return f"of {circle.name}"


def _leave(known: Case, said: Remarks) -> str:
    """Why the chat of a picture that stands out is left; empty where it may be gone on in."""
    for circle in known.circles:
        if circle.kind == DriftKind.CHAT:
            last = [each for each in circle.recent if not each.repair][:CHAT_RUN]
            if 1 + sum(each.stands_out for each in last) >= CHAT_RUN:
                return f"its pictures drift away from the approved ones: {said.texts[0]}"
    return ""


def _slow(known: Case, found: Findings) -> tuple[list[Drift], str]:
    """Slow drifts that are new, each told by its largest change, and why the chat is left."""
    drifts: dict[tuple[DriftKind, str], Drift] = {}
    leave = ""
    for circle, trend in found.trends:
        key = (circle.kind, circle.name)
        is_known = any((each.kind, each.name) == key and each.slow for each in known.drifts)
        if is_known or key in drifts:
            continue
        why = f"{_pictures(circle)} drift slowly: {trend.words}"
        since = circle.keys[trend.since]
        drifts[key] = Drift(circle.kind, circle.name, since, why, slow=True, weights=trend.weights)
        if circle.kind in (DriftKind.CHAT, DriftKind.LATER):
            leave = f"its pictures drift slowly: {trend.words}"
    return list(drifts.values()), leave


def _suspects(known: Case, found: Findings, noticed: Sequence[Drift]) -> Suspects | None:
    """Pictures that a slow drift may have spoilt, and that are made again because of it.

    Single pictures hardly show it, and it may be none. So the worst of them is made again first, as
    a probe, and the others once a probe came out with less of it.
    """
    if known.outliers != Outliers.REDO or not known.budget.left:
        return None
    drifts: list[Drift | OpenDrift] = [*noticed]
    if known.repair:
        drifts += known.drifts
        drifts = [each for each in drifts if each.weights and _helped(known, found, each)]
    for drift in drifts:
        circle = _series(found, drift)
        if circle is None:
            continue
        since = circle.keys.index(drift.since_key)
        by_amount = sorted(
            (-amount(measure, drift.weights), image)
            for image, measure in zip(circle.suspects[since:], circle.measures[since:], strict=True)
            if image and image != known.image
        )
        images = tuple(image for _, image in by_amount)[: None if known.repair else 1]
        if images:
            return Suspects(images, _shows(known))
    return None


def _helped(known: Case, found: Findings, drift: Drift | OpenDrift) -> bool:
    """Whether this repair of a panel has clearly less of a slow drift than its first picture."""
    circle = _series(found, drift)
    if circle is None or known.measure is None or len(known.takes) < 2:  # noqa: PLR2004 - both
        return False
    since = circle.keys.index(drift.since_key)
    far = [amount(each, drift.weights) for each in circle.measures[since:]]
    near = [amount(each, drift.weights) for each in known.approved.measures]
    if not near:
        return False
    least = BETTER * (fmean(far) - fmean(near))
    before = amount(known.takes[0].measure, drift.weights)
    return before - amount(known.measure, drift.weights) > max(least, 0.0)


def _series(found: Findings, drift: Drift | OpenDrift) -> CircleSeries | None:
    """The pictures that share what drifts, where its first one is among them."""
    for each in found.series:
        if (each.kind, each.name) == (drift.kind, drift.name) and drift.since_key in each.keys:
            return each
    return None


def _direction(known: Case, found: Findings) -> tuple[float, ...]:
    """What tells how much a panel's takes have of a slow drift; empty where there is none."""
    drifting = (each for each in known.drifts if each.weights and _series(found, each))
    return next((each.weights for each in drifting), ())


def _shared(known: Case) -> list[OpenDrift]:
    """The open drifts of what a picture shares with others."""
    names = {(each.kind, each.name) for each in known.circles}
    return [each for each in known.drifts if (each.kind, each.name) in names]


def _open_circles(known: Case) -> Iterator[Circle]:
    """The circles of a picture in which a drift is open."""
    names = {(each.kind, each.name) for each in known.drifts}
    return (each for each in known.circles if (each.kind, each.name) in names)


# steering


def _level(repair: int) -> Steering:
    """How a repair of this number is sent."""
    return _LEVELS[min(repair, len(_LEVELS) - 1)]


def _is_more(level: Steering, than: Steering) -> bool:
    return _LEVELS.index(level) > _LEVELS.index(than)


def _steer(known: Case, level: Steering, correction: str) -> Steer | None:
    """How the panels that follow are sent, as a repair was."""
    if level == Steering.WORDS and not correction:
        return None
    said = correction if level == Steering.WORDS else ""
    return Steer(level, _shows(known), said, f"{known.key} came back in style like that")


def _correction_of(known: Case, found: Findings) -> str:
    """What was asked for in the repair of a panel: what its earlier takes lack."""
    for take in reversed(known.takes):
        verdict = found.verdicts.get(take.image)
        if take.image != known.image and verdict is not None and verdict.correction:
            return verdict.correction
    return ""
