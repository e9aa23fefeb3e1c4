"""What a `run` would make: the difference between what is wanted and what there is."""

import json
import shlex
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from pressrun.picture.ingredients import ACTION, changed
from pressrun.picture.key import fold, natural
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
    LOCKED = "locked"
    """Nothing: its picture was made from something else, and nothing replaces it."""
    OFFERED = "offered"
    """Nothing: a take that was made from this waits for the author's yes."""
    ASIDE = "not now"
    """Nothing now: it would be made, and is none of those to which the author keeps this time."""

    @property
    def costs(self) -> bool:
        """Whether a prompt is sent for it."""
        return self in (Fate.NEW, Fate.MISSING, Fate.AGAIN)


@dataclass(frozen=True)
class Aim:
    """What one run keeps to. Keys are without case."""

    only: AbstractSet[str] | None = None
    """The panels that are made, with what they cannot be made without; None is all."""
    first: int = 0
    """How many of the panels, from the first on, are made before all others."""
    spared: AbstractSet[str] = frozenset()
    """Pictures that are never unlisted."""


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
    displaced: list[str] = field(default_factory=list)
    """Keys of approved pictures whose panels are gone, and to whose places others move; they stay
    among the alternatives."""
    twins: list[tuple[str, ...]] = field(default_factory=list)
    """Keys of panels of one recipe: which picture is whose, nothing but the keys tells."""

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
    aim: Aim = Aim(),
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
        aim: what this run keeps to.
    """
    found = references or {}
    recipes = [recipe(each, found) for each in wanted]
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
    if aim.only is not None:
        changes = _keep_to(changes, aim.only)
    named = {fold(panel.key) for panel in wanted} | aim.spared
    named |= {fold(rename.before) for rename in renames}
    return Plan(
        changes=changes,
        renames=renames,
        difference=_difference(changes, mine, aim.first),
        unlisted=[
            known.key for name, known in standing.items() if name in present and name not in named
        ],
        displaced=_displaced(renames, standing, present),
        twins=_twins(changes),
    )


def recipe(panel: Panel, references: Mapping[Path, Reference]) -> Recipe:
    """What a panel's picture is made from.

    Args:
        panel: which.
        references: what its files of reference pictures hold.
    """
    return Recipe(
        panel.prompt,
        tuple(references[path] for path in panel.references),
        panel.format,
        panel.before is not None,
        panel.ingredients,
        panel.layers,
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


_WAITS_FOR_YES = "a take that was made from this waits for your yes"


def _change(panel: Panel, recipe: Recipe, known: Standing, present: AbstractSet[str]) -> PanelPlan:  # noqa: PLR0911 - one line a fate
    """What becomes of a panel, as far as its own key tells."""
    origin = recipe.origin
    there = fold(panel.key) in present
    if _under_way(known, origin, panel):
        return PanelPlan(panel, recipe, Fate.UNDER_WAY)
    if there and known.made_from == origin:
        fate = Fate.MADE if known.key == panel.key else Fate.RENAMED
        return PanelPlan(panel, recipe, fate, "" if fate == Fate.MADE else _moves(known.key))
    if there and known.kept_for == origin:
        return PanelPlan(panel, recipe, Fate.KEPT)
    if origin in known.offered:
        return PanelPlan(panel, recipe, Fate.OFFERED, _WAITS_FOR_YES)
    if known.refused_from == origin:
        return PanelPlan(panel, recipe, Fate.REFUSED)
    if there:
        return PanelPlan(panel, recipe, Fate.AGAIN, _why(known, recipe))
    if known.made_from is not None:
        return PanelPlan(panel, recipe, Fate.MISSING, f"{known.image_path} is not in the library")
    return PanelPlan(panel, recipe, Fate.NEW)


def _jobs(known: Standing) -> Iterator[OpenJob]:
    """The open jobs of a panel whose words are still to be sent, or were sent."""
    if known.queued is not None:
        yield known.queued
    if known.open is not None:
        yield known.open


def _under_way(known: Standing, origin: str, panel: Panel) -> bool:
    """Whether an open job makes this already; what is begun cannot come after anything else."""
    return any(
        job.origin == origin
        and (job.state in IN_FLIGHT or (job.after, job.before) == (panel.after, panel.before))
        for job in _jobs(known)
    )


def _why(known: Standing, recipe: Recipe) -> str:  # noqa: PLR0911 - one line a reason
    """Why a picture that is there is not the one that is wanted."""
    told, tells = _made_with(known), recipe.ingredients
    if told and tells and told.get(ACTION) != tells.get(ACTION) and told.keys() != tells.keys():
        return "it was rewritten"
    if differs := changed(told, tells):
        return differs
    made, wanted = parts_of(known.made_from or ""), parts_of(recipe.origin)
    if made.prompt_sha256 != wanted.prompt_sha256:
        return "the words were changed"
    if made.follows != wanted.follows:
        what = "with" if wanted.follows else "without"
        return f"it is made {what} the picture of the panel before it now"
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
    spare = _Spare(
        known
        for name, known in standing.items()
        if name in present and name not in settled and _rests(known)
    )
    renames, found = [], []
    for change in changes:
        key = change.panel.key
        if change.fate == Fate.RENAMED:
            renames.append(KeyChange(standing[fold(key)].key, key))
        elif (
            change.fate.costs
            and _rests(standing.get(fold(key), Standing()))
            and (before := spare.take(change.recipe.origin))
        ):
            renames.append(KeyChange(before, key))
            change = replace(change, fate=Fate.RENAMED, why=_moves(before))  # noqa: PLW2901 - it is that panel's
        found.append(change)
    found = _rename_scenes(found, renames, standing, spare)
    found, renames = _lock(found, renames, standing, present)
    left = {fold(each.before) for each in renames} - {fold(each.after) for each in renames}
    found = [_without_picture(each) if fold(each.panel.key) in left else each for each in found]
    return found, renames


def _lock(
    changes: Sequence[PanelPlan],
    renames: Sequence[KeyChange],
    standing: Mapping[str, Standing],
    present: AbstractSet[str],
) -> tuple[list[PanelPlan], list[KeyChange]]:
    """Have no locked picture replaced, neither by a take nor by a picture that moves.

    A locked picture moves with its panel. Where it does not, what would move to its place stays,
    and so does what would move to the place of that one.
    """
    moving = {fold(each.before) for each in renames}
    locked = {name: name for name in present if _is_locked(standing, name) and name not in moving}
    if not locked:
        return list(changes), list(renames)
    stays, stuck, left = dict(locked), dict[str, KeyChange](), list(renames)
    while blocked := [
        each for each in left if fold(each.after) in stays and fold(each.after) != fold(each.before)
    ]:
        for each in blocked:
            left.remove(each)
            stuck[fold(each.after)] = each
            stays[fold(each.before)] = stays[fold(each.after)]
    found = []
    for change in changes:
        name = fold(change.panel.key)
        if (move := stuck.get(name)) is not None:
            why = f"{_moves(move.before)}; {_unlock(standing[stays[name]].key)}"
            found.append(replace(change, fate=Fate.BLOCKED, why=why))
        elif change.fate == Fate.AGAIN and name in locked:
            found.append(replace(change, fate=Fate.LOCKED, why=f"{change.why}; it is locked"))
        elif change.fate.costs and name in stays:
            why = f"another panel's picture is there; {_unlock(standing[stays[name]].key)}"
            found.append(replace(change, fate=Fate.BLOCKED, why=why))
        else:
            found.append(change)
    return found, left


def _displaced(
    renames: Sequence[KeyChange], standing: Mapping[str, Standing], present: AbstractSet[str]
) -> list[str]:
    """Keys of approved pictures that leave their place for another one, and move nowhere."""
    moving = {fold(each.before) for each in renames}
    taken = [name for each in renames if (name := fold(each.after)) not in moving]
    return [
        standing[name].key
        for name in taken
        if name in present and standing.get(name, Standing()).approved
    ]


def _is_locked(standing: Mapping[str, Standing], name: str) -> bool:
    return standing.get(name, Standing()).locked


def _unlock(key: str) -> str:
    """What lets a picture have the place of a locked one."""
    return (
        f"the locked picture of {key} has its place, until you unlock it: "
        f"pressrun unlock {shlex.quote(key)}"
    )


def _rename_scenes(
    changes: Sequence[PanelPlan],
    renames: list[KeyChange],
    standing: Mapping[str, Standing],
    spare: "_Spare",
) -> list[PanelPlan]:
    """Have stale pictures move along with the action that they show; tells of it in `renames`.

    A panel of a book that was both moved and changed finds its own picture at its old key. What
    stands at the new one shows something else.
    """
    wanting = dict[int, str]()
    for number, change in enumerate(changes):
        action = change.recipe.ingredients.get(ACTION)
        known = standing.get(fold(change.panel.key), Standing())
        if action is None or not change.fate.costs or not _rests(known):
            continue
        if change.fate == Fate.AGAIN and _made_with(known).get(ACTION) == action:
            spare.hold(known.key)
        else:
            wanting[number] = action
    found = list(changes)
    for number, action in wanting.items():
        if before := spare.take_scene(action):
            change = changes[number]
            renames.append(KeyChange(before, change.panel.key))
            why = _why(standing[fold(before)], change.recipe)
            found[number] = replace(change, fate=Fate.AGAIN, why=why)
    return found


class _Spare:
    """Pictures that their own keys have no use for, by what they stand for."""

    def __init__(self, pictures: Iterable[Standing]) -> None:
        self._made = defaultdict[str, deque[str]](deque)
        self._kept = defaultdict[str, deque[str]](deque)
        self._taken = set[str]()
        # of pictures that stand for the same, the earlier panel gets the earlier one
        self._all = sorted(pictures, key=lambda known: natural(known.key))
        for each in self._all:
            if each.made_from:
                self._made[each.made_from].append(each.key)
            if each.kept_for:
                self._kept[each.kept_for].append(each.key)

    def take(self, origin: str) -> str | None:
        """The key of one that was made from this, or else was accepted for it; each goes once."""
        return self._first(self._made, origin) or self._first(self._kept, origin)

    def hold(self, key: str) -> None:
        """Have one go to nobody."""
        self._taken.add(key)

    def take_scene(self, action: str) -> str | None:
        """The key of one that shows this action."""
        return self._first(self._scenes, action)

    @cached_property
    def _scenes(self) -> dict[str, deque[str]]:
        found = defaultdict[str, deque[str]](deque)
        for each in self._all:
            if each.key not in self._taken and (action := _made_with(each).get(ACTION)):
                found[action].append(each.key)
        return found

    def _first(self, pool: Mapping[str, deque[str]], what: str) -> str | None:
        keys = pool.get(what)
        while keys:
            if (key := keys.popleft()) not in self._taken:
                self._taken.add(key)
                return key
        return None


def _made_with(known: Standing) -> dict[str, str]:
    """What of a book a panel's picture was composed from."""
    found: dict[str, str] = json.loads(known.ingredients or "{}")
    return found


def _without_picture(change: PanelPlan) -> PanelPlan:
    """A panel whose picture moves to another one: nothing that it has is made once more."""
    return replace(change, fate=Fate.NEW, why="") if change.fate == Fate.AGAIN else change


def _keep_to(changes: Sequence[PanelPlan], only: AbstractSet[str]) -> list[PanelPlan]:
    """Have nothing made but what the author keeps to, and what that cannot be made without."""
    known = {fold(change.panel.key): change for change in changes}
    meant, left = set[str](), [name for name in only if name in known]
    while left:
        name = left.pop()
        if name in meant:
            continue
        meant.add(name)
        if known[name].fate.costs:
            panel = known[name].panel
            needs = (fold(key) for key in (panel.after, panel.before) if key is not None)
            left += [each for each in needs if each in known and known[each].fate in _PICTURELESS]
    return [
        replace(each, fate=Fate.ASIDE)
        if each.fate.costs and fold(each.panel.key) not in meant
        else each
        for each in changes
    ]


def _twins(changes: Sequence[PanelPlan]) -> list[tuple[str, ...]]:
    """The keys of panels with one recipe, group by group."""
    groups = defaultdict[str, list[str]](list)
    for change in changes:
        groups[change.recipe.origin].append(change.panel.key)
    return [tuple(keys) for keys in groups.values() if len(keys) > 1]


def _rests(known: Standing) -> bool:
    """Whether no attempt is at work on a panel."""
    return known.open is None or known.open.state in UNBEGUN


def _difference(
    changes: Sequence[PanelPlan], standing: Mapping[str, Standing], first: int
) -> Difference:
    """What becomes of the list's batch."""
    new: list[NewJob] = []
    dropped: list[str] = []
    outdated: list[str] = []
    current: list[str] = []
    follows: dict[str, str | None] = {}
    places = [
        *range(first),
        *(first + each for each in sequence.places([c.panel for c in changes[first:]])),
    ]
    for ordinal, change in enumerate(changes):
        panel, origin = change.panel, change.recipe.origin
        known = standing.get(fold(panel.key), Standing())
        in_flight = known.open if known.open and known.open.state in IN_FLIGHT else None
        for job in _jobs(known):
            wanted = change.fate == Fate.UNDER_WAY and job.origin == origin
            if job is in_flight:
                (current if wanted else outdated).append(job.key)
                if wanted and job.before != panel.before:
                    follows[job.key] = panel.before
            elif not wanted:
                dropped.append(job.key)
        if change.fate.costs:
            key = in_flight.key if in_flight else panel.key
            new.append(
                NewJob(
                    ordinal,
                    key,
                    change.recipe,
                    places[ordinal],
                    panel.after,
                    before=panel.before,
                    scene=panel.scene,
                )
            )
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
        follows=follows,
        made=sum(change.fate in _THERE for change in changes),
        refused=sum(change.fate == Fate.REFUSED for change in changes),
        left=sum(change.fate in STAYING for change in changes),
    )


STAYING = (Fate.LEFT, Fate.LOCKED, Fate.OFFERED)
"""What becomes of pictures that were made from something else and stay."""

_THERE = (Fate.MADE, Fate.KEPT, Fate.RENAMED)

_PICTURELESS = (Fate.NEW, Fate.MISSING)
