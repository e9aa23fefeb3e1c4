"""How complete an export is, chapter by chapter, and what its author should know."""

from collections.abc import Iterator
from dataclasses import dataclass

from pressrun.export import typeface
from pressrun.export.artwork import Artwork, Unusable
from pressrun.export.leaves import Placement, Shows, Volume

ENOUGH = 0.97
"""From this share of the wanted resolution on, nobody sees a difference."""

MOST_NAMED = 5
"""So many keys are named before the rest is a number."""


@dataclass(frozen=True)
class Tally:
    """One chapter of an export."""

    number: int
    title: str
    pages: int
    """A double page counts as two."""
    panels: int
    missing: tuple[str, ...]
    """The keys of panels without a picture that can be shown."""
    coarse: tuple[str, ...]
    """The keys of those whose pictures have fewer pixels than the book's resolution takes."""


def tallies(volume: Volume) -> list[Tally]:
    """What each chapter has and lacks."""
    return [_tally(volume, number) for number in range(len(volume.chapters))]


def _tally(volume: Volume, index: int) -> Tally:
    chapter = volume.chapters[index]
    pages = {page.key for page in chapter.pages}
    leaves = [leaf for leaf in volume.leaves if leaf.page is not None and leaf.page.key in pages]
    placements = [placement for leaf in leaves for placement in leaf.placements]
    wanted = volume.book.layout.dpi * ENOUGH
    return Tally(
        chapter.number,
        chapter.title,
        sum(2 if leaf.double else 1 for leaf in leaves),
        len(placements),
        tuple(each.panel.key for each in placements if not isinstance(each.art, Artwork)),
        tuple(each.panel.key for each in placements if each.dpi is not None and each.dpi < wanted),
    )


def unusable(volume: Volume) -> list[tuple[str, Unusable]]:
    """Pictures that are there and cannot be shown, by the keys of their panels."""
    return [
        (placement.panel.key, placement.art)
        for placement in _placements(volume)
        if isinstance(placement.art, Unusable)
    ]


def remarks(volume: Volume) -> Iterator[str]:
    """What the author should know, a sentence each."""
    placements = _placements(volume)
    missing = [each.panel.key for each in placements if each.art is None]
    if len(missing) == len(placements):
        yield "No panel has a picture yet, so all are gaps; `pressrun run` makes the pictures"
    elif missing:
        shown = "a gap" if len(missing) == 1 else "gaps"
        yield f"{_named(missing)}: no picture yet, shown as {shown}"
    for key, art in unusable(volume):
        yield f"{key}: its picture cannot be shown, {art.reason} ({art.path})"
    dpi = volume.book.layout.dpi
    coarse = [
        placement.dpi
        for placement in placements
        if placement.dpi is not None and placement.dpi < dpi * ENOUGH
    ]
    if coarse and volume.book.layout.laid_out:
        yield (
            f"{_count(len(coarse), 'picture has', 'pictures have')} fewer pixels than {dpi} dpi "
            f"takes at that size (the fewest: {min(coarse):.0f} dpi). A PDF keeps their pixels as "
            "they are; the pages of a CBZ enlarge them"
        )
    reduced = [] if volume.book.layout.laid_out else _reduced(volume)
    if reduced:
        yield (
            f"{_named(reduced)}: of so different a shape that its page would be too large to open; "
            "a CBZ has it reduced"
        )
    for leaf in volume.added:
        what = "A title page" if leaf.shows is Shows.TITLE else "An empty page"
        yield (
            f"{what} was added as page {leaf.number}, so that the double page after it lies on an "
            "opening"
        )
    has_title = any(leaf.shows is Shows.TITLE for leaf in volume.leaves)
    if has_title and not typeface.has(volume.name):
        yield (
            "The title page stays without the title: no typeface of this machine that Pressrun "
            "knows has all its letters"
        )
    if not volume.book.author.strip():
        yield "book.toml names no author, so readers are told none"


def _reduced(volume: Volume) -> list[str]:
    """The keys of pictures that are too large for a page of their own in the book's shape."""
    return [
        placement.panel.key
        for leaf in volume.leaves
        for placement in leaf.placements
        if isinstance(placement.art, Artwork) and leaf.matted(placement.art)[2] < 1
    ]


def _placements(volume: Volume) -> list[Placement]:
    return [placement for leaf in volume.leaves for placement in leaf.placements]


def _named(keys: list[str]) -> str:
    more = f" and {len(keys) - MOST_NAMED:,} more" if len(keys) > MOST_NAMED else ""
    return f"{', '.join(keys[:MOST_NAMED])}{more}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
