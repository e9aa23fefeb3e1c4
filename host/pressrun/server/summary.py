"""A plan in numbers and groups, as its author looks at it: chapters, reasons, moves and waits."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from pressrun.picture.key import fold
from pressrun.press.plan import STAYING, Fate, PanelPlan, Plan
from pressrun.press.sequence import longest_row
from pressrun.protocol.messages.batch import (
    PlannedChapter,
    PlannedMove,
    PlannedWait,
    StaleGroup,
)
from pressrun.server.wanted import Section
from pressrun.store.opening import NewJob
from pressrun.store.rearrange import KeyChange
from pressrun.store.standing import Standing
from pressrun.words import start

CHAPTERS = 500
"""How many chapters one plan tells; the rest are added up in the last one."""

REASONS = 64

MOVES = 128

WAITS = 64

EXAMPLES = 8

TITLE_CHARS = 200

WHY_CHARS = 1_000

_DONE = (Fate.MADE, Fate.KEPT, Fate.RENAMED)
_NEW = (Fate.NEW, Fate.MISSING)
_STALE = (Fate.AGAIN, *STAYING)
_STUCK = (Fate.REFUSED, Fate.BLOCKED)


def chapters(plan: Plan, sections: Sequence[Section]) -> list[PlannedChapter]:
    """How every chapter stands."""
    fates = {change.panel.key: change.fate for change in plan.changes}
    told = [
        _chapter(each.key, each.title, [fates[key] for key in each.panels]) for each in sections
    ]
    if len(told) > CHAPTERS:
        rest = sections[CHAPTERS - 1 :]
        keys = [key for each in rest for key in each.panels]
        last = _chapter("", f"{len(rest):,} more chapters", [fates[key] for key in keys])
        told[CHAPTERS - 1 :] = [last]
    return told


def _chapter(key: str, title: str, fates: Sequence[Fate]) -> PlannedChapter:
    found = Counter(fates)

    def count(*which: Fate) -> int:
        return sum(found[each] for each in which)

    return PlannedChapter(
        key=key,
        title=start(title, TITLE_CHARS),
        panels=len(fates),
        done=count(*_DONE),
        moved=count(Fate.RENAMED),
        new=count(*_NEW),
        stale=count(*_STALE),
        waiting=count(Fate.UNDER_WAY),
        stuck=count(*_STUCK),
        aside=count(Fate.ASIDE),
    )


def stale(plan: Plan, *fates: Fate) -> list[StaleGroup]:
    """Why pictures are not what is wanted, the reason of the most of them first.

    Args:
        plan: of which.
        fates: of which of them; none means all.
    """
    groups = defaultdict[str, list[str]](list)
    for change in plan.changes:
        if change.fate in (fates or _STALE):
            groups[change.why].append(change.panel.key)
    found = sorted(groups.items(), key=lambda group: -len(group[1]))
    if len(found) > REASONS:
        others = [key for _, keys in found[REASONS - 1 :] for key in keys]
        found[REASONS - 1 :] = [("other reasons", others)]
    return [
        StaleGroup(why=start(why, WHY_CHARS), panels=len(keys), keys=keys[:EXAMPLES])
        for why, keys in found
    ]


def approved(plan: Plan, standing: Mapping[str, Standing]) -> int:
    """How many pictures that would be made again are approved: what is made is offered."""
    return sum(
        change.fate == Fate.AGAIN and standing.get(fold(change.panel.key), Standing()).approved
        for change in plan.changes
    )


def moves(renames: Sequence[KeyChange]) -> list[PlannedMove]:
    """Where pictures move, those of a page or a chapter that moves as a whole in one."""
    groups = Counter(_heads(each) for each in renames)
    found = [
        PlannedMove(before=before, after=after, pictures=count)
        for (before, after), count in groups.items()
    ]
    if len(found) > MOVES:
        rest = sum(each.pictures for each in found[MOVES - 1 :])
        found[MOVES - 1 :] = [PlannedMove(before="", after="", pictures=rest)]
    return found


def _heads(change: KeyChange) -> tuple[str, str]:
    """What differs of two keys, without the parts at their ends that are the same."""
    before, after = change.before.split("/"), change.after.split("/")
    while len(before) > 1 and len(after) > 1 and before[-1] == after[-1]:
        before.pop()
        after.pop()
    return "/".join(before), "/".join(after)


def waits(plan: Plan, standing: Mapping[str, Standing]) -> list[PlannedWait]:
    """What panels wait for that are to be made: approvals, and the panels before them."""
    known = {fold(change.panel.key): change for change in plan.changes}
    approvals, series = Counter[str](), Counter[str]()
    first = _firsts(plan.changes, known)
    for job in plan.difference.new:
        if is_held(job, known, standing):
            approvals[job.after or ""] += 1
        elif fold(job.key) in first:
            series[first[fold(job.key)]] += 1
    told = [
        PlannedWait(key=key, approval=approval, panels=panels, why=_stands(key, known))
        for approval, counted in ((True, approvals), (False, series))
        for key, panels in counted.items()
    ]
    return told[:WAITS]


def in_row(plan: Plan) -> int:
    """How many of the pictures that are to be made are made one after another, at most."""
    return longest_row(
        {
            change.panel.key: change.panel.before
            for change in plan.changes
            if change.fate.costs or change.fate == Fate.UNDER_WAY
        }
    )


def is_held(job: NewJob, known: Mapping[str, PanelPlan], standing: Mapping[str, Standing]) -> bool:
    """Whether a job waits for the approval of another panel's picture.

    Args:
        job: which.
        known: what becomes of every panel, by its key without case.
        standing: what the store knows of every panel, by its key without case.
    """
    if job.after is None:
        return False
    name = fold(job.after)
    there = name not in known or known[name].fate in (*_DONE, *STAYING, Fate.ASIDE)
    return not (there and standing.get(name, Standing()).approved)


def _firsts(changes: Sequence[PanelPlan], known: Mapping[str, PanelPlan]) -> dict[str, str]:
    """For panels whose panel before has no picture: the first one that a whole series waits for."""
    found: dict[str, str] = {}
    for change in changes:
        before = known.get(fold(change.panel.before or ""))
        if before is not None and before.fate not in (*_DONE, *_STALE):
            key = before.panel.key
            found[fold(change.panel.key)] = found.get(fold(key), key)
    return found


def _stands(key: str, known: Mapping[str, PanelPlan]) -> str:
    change = known.get(fold(key))
    return "" if change is None else change.fate.value
