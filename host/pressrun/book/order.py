"""Which panels come after which: what `after` names, and groups; none waits for itself."""

from collections.abc import Mapping
from dataclasses import replace

from pressrun.book.defects import Defects
from pressrun.book.model import BookPanel, Spot
from pressrun.book.nearest import HINTS, meant
from pressrun.picture.key import fold
from pressrun.picture.panel import key_of_name

_SHOWN = 6
"""How many panels of a circle are told."""


def resolved(
    panels: Mapping[str, BookPanel],
    places: Mapping[str, str],
    spots: Mapping[str, Spot],
    defects: Defects,
    *,
    is_whole: bool,
) -> dict[str, BookPanel]:
    """The same panels, with `after` as the key of the panel that it names.

    Args:
        panels: by `fold(key)`, in reading order.
        places: the names in `panels` by place keys, as `fold` gives them.
        spots: where panels say what they come after, by the names in `panels`.
        defects: of the book.
        is_whole: whether all panels and their keys are known; if not, nobody knows who is missing.
    """
    keys = tuple(each.key for each in panels.values())
    found, misses = dict[str, BookPanel](), 0
    for name, panel in panels.items():
        if panel.after is None:
            found[name] = panel
            continue
        wanted = fold(key_of_name(panel.after))
        other = panels.get(wanted) or panels.get(places.get(wanted, ""))
        if other is None and is_whole:
            misses += 1
            hint = meant(panel.after, keys) if misses <= HINTS else ""
            spot = spots.get(name, panel.spot)
            defects.fault(spot, f"'after' names {panel.after!r}, which is no panel{hint}")
        found[name] = replace(panel, after=other.key if other else None)
    _refuse_circles(found, defects)
    return found


def before(panels: Mapping[str, BookPanel]) -> dict[str, str]:
    """For each panel that is not the first of its group: the one before it, both by name."""
    last, found = dict[tuple[int, str], str](), dict[str, str]()
    for name, panel in panels.items():
        if panel.group:
            group = (panel.chapter, fold(panel.group))
            if group in last:
                found[name] = last[group]
            last[group] = name
    return found


def _refuse_circles(panels: Mapping[str, BookPanel], defects: Defects) -> None:
    """Note panels that could never be made, because each waits for the other."""
    groups = before(panels)
    waits = {
        name: [each for each in (groups.get(name), panel.after and fold(panel.after)) if each]
        for name, panel in panels.items()
    }
    done = set[str]()
    for start in panels:
        path, open_ = list[str](), list[tuple[str, int]]([(start, 0)])
        on_path = dict[str, int]()
        while open_:
            name, at = open_.pop()
            if at == 0:
                if name in done:
                    continue
                on_path[name] = len(path)
                path.append(name)
            following = waits[name][at : at + 1]
            if not following:
                done.add(name)
                path.pop()
                del on_path[name]
                continue
            open_.append((name, at + 1))
            if following[0] in on_path:
                first = on_path[following[0]]
                circle = [*path[first : first + _SHOWN], following[0]][:_SHOWN]
                told = " waits for ".join(repr(panels[each].key) for each in circle)
                defects.fault(panels[name].spot, f"{told}; none of these panels could ever be made")
            elif following[0] not in done:
                open_.append((following[0], 0))
