"""What a `run` would make: the difference between what is wanted and what there is."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from pressrun.picture.key import fold
from pressrun.picture.panel import Panel
from pressrun.picture.recipe import Recipe, Reference, parts_of
from pressrun.press import sequence
from pressrun.states import IN_FLIGHT, UNBEGUN
from pressrun.store.opening import Difference, NewJob
from pressrun.store.rearrange import KeyChange
from pressrun.store.standing import OpenJob, Standing


class Fate(StrEnum):
    """What a `run` does about one panel."""

    MADE = "made"
    """Nothing: its picture is there."""
    KEPT = "kept"
    """Nothing: the author accepted the picture that is there for these words."""
    RENAMED = "renamed"
    """Its picture is there under another key, and moves."""
    UNDER_WAY = "under way"
    """Nothing: it has an open job already."""
    BLOCKED = "in the way"
    """Nothing: something on disk stands where its picture would go."""
    REFUSED = "refused"
    """Nothing: the site refused it as it is."""
    NEW = "new"
    """It is made: it never was."""
    MISSING = "missing"
    """It is made: its picture's file is gone."""
    AGAIN = "again"
    """It is made once more: its picture was made from something else."""
    LEFT = "left"
    """Nothing: its picture was made from something else, and stays."""

    @property
    def costs(self) -> bool:
        """Whether a prompt is sent for it."""
        return self in (Fate.NEW, Fate.MISSING, Fate.AGAIN)


@dataclass(frozen=True)
class PanelPlan:
    """One panel of the list, and what a `run` does about it."""

    panel: Panel
    recipe: Recipe
    fate: Fate
    why: str = ""
    """In words; empty where the fate says it all."""


@dataclass(frozen=True)
class Plan:
    """The difference, panel by panel."""

    changes: list[PanelPlan] = field(default_factory=list)
    """All panels of the list, in its order."""
    renames: list[KeyChange] = field(default_factory=list)
    difference: Difference = field(default_factory=Difference)
    unlisted: list[str] = field(default_factory=list)
    """Keys of pictures in the library that the list does not name, after the renames."""

    def count(self, *fates: Fate) -> int:
        """How many panels have one of these fates."""
        return sum(change.fate in fates for change in self.changes)


def plan(
    wanted: Sequence[Panel],
    standing: Mapping[str, Standing],
    present: AbstractSet[str],
    references: Mapping[Path, Reference] | None = None,
    elsewhere: Mapping[str, str] | None = None,
    *,
    source: str = "",
    again: bool = True,
) -> Plan:
    """Compare what is wanted with what there is.

    A picture of the same words, references and format under a key that has no use for it is
    renamed, not made again. What is in flight is finished; new words of its panel wait for that.

    Args:
        wanted: the panels, in order.
        standing: what the store knows of each panel, by its key without case.
        present: the keys, without case, whose current picture's file is there.
        references: what the panels' files of reference pictures hold.
        elsewhere: where the file is of those whose file is not where it is on record.
        source: the list; jobs of other lists in the same library are not touched.
        again: whether pictures that were made from something else are made once more.
    """
    found = references or {}
    recipes = [
        Recipe(each.prompt, tuple(found[path] for path in each.references), each.format)
        for each in wanted
    ]
    mine = {name: known for name, known in standing.items() if _is_of(known, source)}
    changes = [
        _change(panel, recipe, standing.get(fold(panel.key), Standing()), present)
        for panel, recipe in zip(wanted, recipes, strict=True)
    ]
    changes = [_misplaced(change, elsewhere or {}) for change in changes]
    changes, renames = _rename(changes, standing, present)
    if not again:
        changes = [
            replace(each, fate=Fate.LEFT) if each.fate == Fate.AGAIN else each for each in changes
        ]
    names = {fold(panel.key) for panel in wanted}
    moved = {fold(rename.before) for rename in renames}
    return Plan(
        changes=changes,
        renames=renames,
        difference=_difference(changes, mine),
        unlisted=[
            known.key
            for name, known in standing.items()
            if name in present and name not in names and name not in moved
        ],
    )


def block(found: Plan, reasons: Mapping[str, str]) -> Plan:
    """A plan without the panels whose picture could not get its place.

    Args:
        found: the plan.
        reasons: by key, what stands in the way of a panel that would be made.
    """
    if not reasons:
        return found
    jobs, difference = found.difference.new, found.difference
    return replace(
        found,
        changes=[
            replace(each, fate=Fate.BLOCKED, why=reasons[each.panel.key])
            if each.fate.costs and each.panel.key in reasons
            else each
            for each in found.changes
        ],
        difference=replace(
            difference,
            new=[job for job in jobs if job.key not in reasons],
            blocked=[(job, reasons[job.key]) for job in jobs if job.key in reasons],
        ),
    )


def _misplaced(change: PanelPlan, elsewhere: Mapping[str, str]) -> PanelPlan:
    """A panel whose picture is where it is not looked for: it moves there."""
    path = elsewhere.get(fold(change.panel.key))
    if path is None or change.fate not in (Fate.MADE, Fate.KEPT):
        return change
    return replace(change, fate=Fate.RENAMED, why=f"its picture is there as {path}")


def _is_of(known: Standing, source: str) -> bool:
    return known.open is None or known.open.source == source


def _change(panel: Panel, recipe: Recipe, known: Standing, present: AbstractSet[str]) -> PanelPlan:  # noqa: PLR0911 - one line a fate
    """What becomes of a panel, as far as its own key tells."""
    origin = recipe.origin
    there = fold(panel.key) in present
    if _under_way(known, origin, panel.after):
        return PanelPlan(panel, recipe, Fate.UNDER_WAY)
    if there and known.made_from == origin:
        fate = Fate.MADE if known.key == panel.key else Fate.RENAMED
        return PanelPlan(panel, recipe, fate, "" if fate == Fate.MADE else _moves(known.key))
    if there and known.kept_for == origin:
        return PanelPlan(panel, recipe, Fate.KEPT)
    if known.refused_from == origin:
        return PanelPlan(panel, recipe, Fate.REFUSED)
    if there:
        return PanelPlan(panel, recipe, Fate.AGAIN, _why(known.made_from or "", recipe))
    if known.made_from is not None:
        return PanelPlan(panel, recipe, Fate.MISSING, f"{known.image_path} is not in the library")
    return PanelPlan(panel, recipe, Fate.NEW)


def _jobs(known: Standing) -> Iterator[OpenJob]:
    """The open jobs of a panel whose words are still to be sent, or were sent."""
    if known.queued is not None:
        yield known.queued
    if known.open is not None:
        yield known.open


def _under_way(known: Standing, origin: str, after: str | None) -> bool:
    """Whether an open job makes this already; what is begun cannot come after anything else."""
    return any(
        job.origin == origin and (job.state in IN_FLIGHT or job.after == after)
        for job in _jobs(known)
    )


def _why(made_from: str, recipe: Recipe) -> str:
    """Why a picture that is there is not the one that is wanted."""
    made, wanted = parts_of(made_from), parts_of(recipe.origin)
    if made.prompt_sha256 != wanted.prompt_sha256:
        return "the words were changed"
    if made.references == wanted.references:
        before, now = made.format or "none", wanted.format or "none"
        return f"the format was changed: {before} before, {now} now"
    if not wanted.references:
        return "it was made with reference pictures, and the list names none"
    if not made.references:
        return "it was made without reference pictures"
    return "a reference picture was changed"


def _moves(key: str) -> str:
    return f"its picture is there as {key}"


def _rename(
    changes: Sequence[PanelPlan], standing: Mapping[str, Standing], present: AbstractSet[str]
) -> tuple[list[PanelPlan], list[KeyChange]]:
    """Have pictures that their own keys have no use for serve the panels that want them."""
    settled = {
        fold(change.panel.key)
        for change in changes
        if change.fate in (Fate.MADE, Fate.KEPT, Fate.RENAMED)
    }
    spare: dict[str, deque[str]] = {}
    for name, known in standing.items():
        if name in present and name not in settled and known.made_from and _rests(known):
            spare.setdefault(known.made_from, deque()).append(known.key)
    renames, found = [], []
    for change in changes:
        key, others = change.panel.key, spare.get(change.recipe.origin)
        if change.fate == Fate.RENAMED:
            renames.append(KeyChange(standing[fold(key)].key, key))
        elif change.fate.costs and others and _rests(standing.get(fold(key), Standing())):
            before = others.popleft()
            renames.append(KeyChange(before, key))
            change = replace(change, fate=Fate.RENAMED, why=_moves(before))  # noqa: PLW2901 - it is that panel's
        found.append(change)
    taken = {fold(rename.before) for rename in renames}
    left = [_without_picture(each) if fold(each.panel.key) in taken else each for each in found]
    return left, renames


def _without_picture(change: PanelPlan) -> PanelPlan:
    """A panel whose picture moves to another one: nothing that it has is made once more."""
    return replace(change, fate=Fate.NEW, why="") if change.fate == Fate.AGAIN else change


def _rests(known: Standing) -> bool:
    """Whether no attempt is at work on a panel."""
    return known.open is None or known.open.state in UNBEGUN


def _difference(changes: Sequence[PanelPlan], standing: Mapping[str, Standing]) -> Difference:
    """What becomes of the list's batch."""
    new: list[NewJob] = []
    dropped: list[str] = []
    outdated: list[str] = []
    current: list[str] = []
    places = sequence.places([change.panel.key for change in changes])
    for ordinal, change in enumerate(changes):
        panel, origin = change.panel, change.recipe.origin
        known = standing.get(fold(panel.key), Standing())
        in_flight = known.open if known.open and known.open.state in IN_FLIGHT else None
        for job in _jobs(known):
            wanted = change.fate == Fate.UNDER_WAY and job.origin == origin
            if job is in_flight:
                (current if wanted else outdated).append(job.key)
            elif not wanted:
                dropped.append(job.key)
        if change.fate.costs:
            key = in_flight.key if in_flight else panel.key
            new.append(NewJob(ordinal, key, change.recipe, places[ordinal], panel.after))
    names = {fold(change.panel.key) for change in changes}
    for name, known in standing.items():
        if name not in names:
            for job in _jobs(known):
                (outdated if job.state in IN_FLIGHT else dropped).append(job.key)
    return Difference(
        new=new,
        dropped=list(dict.fromkeys(dropped)),
        outdated=outdated,
        current=current,
        made=sum(change.fate in _THERE for change in changes),
        refused=sum(change.fate == Fate.REFUSED for change in changes),
        left=sum(change.fate == Fate.LEFT for change in changes),
    )


_THERE = (Fate.MADE, Fate.KEPT, Fate.RENAMED)
