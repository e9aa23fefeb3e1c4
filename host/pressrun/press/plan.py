"""What a `run` would make: the difference between what is wanted and what there is."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from pressrun.book.panel import Panel
from pressrun.picture.recipe import Recipe, Reference
from pressrun.press import sequence
from pressrun.states import UNBEGUN
from pressrun.store.batches import NewJob, Standing


@dataclass(frozen=True)
class Plan:
    """The difference, panel by panel."""

    new: list[NewJob]
    """To be made: missing, failed before, or made from other words or references."""
    dropped: list[str]
    """Keys whose waiting jobs are no longer wanted as they are."""
    made: int
    """Wanted, and in the library as wanted."""
    under_way: int
    """Wanted, and in an open job already."""
    refused: int
    """Wanted, and refused by the site as they are; they are not sent again so."""


def plan(
    wanted: Sequence[Panel],
    standing: Mapping[str, Standing],
    present: AbstractSet[str],
    references: Mapping[Path, Reference] | None = None,
) -> Plan:
    """Compare what is wanted with what there is.

    Args:
        wanted: the panels, in order.
        standing: what the store knows of each key.
        present: keys whose current picture's file is there.
        references: what the panels' files of reference pictures hold.
    """
    kept = references or {}
    new: list[NewJob] = []
    dropped: list[str] = []
    made = under_way = refused = 0
    places = sequence.places([panel.key for panel in wanted])
    for ordinal, panel in enumerate(wanted):
        known = standing.get(panel.key, Standing())
        recipe = Recipe(panel.prompt, tuple(kept[path] for path in panel.references))
        origin = recipe.origin
        waits = known.open_state in UNBEGUN
        same = (known.open_from, known.open_after) == (origin, panel.after)
        if known.open_state is not None and (same or not waits):
            under_way += 1
        elif known.made_from == origin and panel.key in present:
            made += 1
        elif known.refused_from == origin:
            refused += 1
        else:
            new.append(NewJob(ordinal, panel.key, recipe, places[ordinal], panel.after))
            if waits:
                dropped.append(panel.key)
    keys = {panel.key for panel in wanted}
    dropped += [
        key for key, known in standing.items() if known.open_state in UNBEGUN and key not in keys
    ]
    return Plan(new, dropped, made, under_way, refused)
