"""The gallery: what a grid shows of the panels of a library.

A large library is read in slices, so that no slice holds up the writer; what changes meanwhile is
read again by its key (`touched.py`). Reading is here, and so is what follows from what was read, as
functions of rows.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    bindparam,
    func,
    select,
)

from pressrun.picture.key import fold, natural
from pressrun.picture.recipe import origin_of
from pressrun.picture.scene import scene_of
from pressrun.states import Flag, JobState, PanelState, PictureState, Reviewed
from pressrun.store import panels, touched
from pressrun.store.lists import Chapter
from pressrun.store.offers import IS_OFFERED
from pressrun.store.panels import History
from pressrun.store.tables import (
    batches,
    chapters,
    images,
    is_one_of,
    jobs,
    listed,
    marks,
    notes,
)
from pressrun.store.tables import libraries as known_libraries
from pressrun.store.touched import Touched

Place = tuple[str, int]
"""A list, and the number of a panel in it."""

SQUARE = 1.0
"""The aspect of a panel for which the site chooses the format, until its picture is there."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list asks for, as far as a grid shows it."""

    place: Place
    key: str
    chapter: str
    page: str
    """Empty without pages."""
    wanted: str
    """The origin of the picture that it asks for."""
    format: str | None
    figures: tuple[str, ...]
    """The names of those who are in it."""
    setting: str | None
    """The name of the place where it is."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One panel as a grid shows it."""

    key: str
    chapter: str
    page: str
    state: PanelState
    reviewed: Reviewed
    picture: str | None
    """SHA-256 of its picture."""
    aspect: float
    """Width to height of its picture, or of the format that it will get."""
    decided: int
    """Number of the last decision about its picture; 0 for none."""
    takes: int
    flags: tuple[Flag, ...]
    figures: tuple[str, ...] = ()
    setting: str | None = None
    score: float | None = None
    """How far it is from the approved pictures; 1 is the limit of what is in style."""
    filed_at: float | None = None
    rank: tuple[int, int] | None = None
    """Where it stands among those that no list names; None where one does."""


@dataclass(frozen=True)
class Records:
    """What is on record of panels, besides what lists ask for."""

    made: Sequence[RowMapping] = ()
    """Their jobs, the oldest first."""
    takes: Sequence[RowMapping] = ()
    """All their pictures that are there, the oldest first."""
    noted: frozenset[str] = frozenset()
    """The keys of those about which the author noted something."""
    awaited: frozenset[str] = frozenset()
    """The keys of those for whose approval others wait."""


@dataclass(frozen=True)
class Changes:
    """Panels that changed, and what is on record of them now."""

    touched: Touched
    entries: Sequence[Listing] = ()
    records: Records = field(default_factory=Records)


@dataclass(frozen=True)
class Stretch:
    """The numbers of some rows: from the first to the last one."""

    first: int = 0
    last: int = -1


@dataclass(frozen=True)
class Holding:
    """A library that this home knows."""

    path: str
    source: str
    """Its newest list or book; empty when unknown."""
    panels: int
    pictures: int
    used_at: float


@dataclass(frozen=True)
class Maker:
    """Where a library comes from."""

    source: str = ""
    """Its newest list or book; empty when unknown."""
    batch: int | None = None
    """Its newest batch."""
    known: bool = False
    """Whether there is anything of it on record."""
    headings: tuple[Chapter, ...] = field(default=())


def about(connection: Connection, library: str) -> Maker:
    """Where a library comes from, and the chapters of its books."""
    row = connection.execute(_LAST, {"of": library}).first()
    told = [
        Chapter(each.key, each.title) for each in connection.execute(_HEADINGS, {"of": library})
    ]
    if row is not None:
        return Maker(row.source, row.id, known=True, headings=tuple(told))
    source = connection.scalar(_ANY_LIST, {"of": library})
    return Maker(source or "", None, known=source is not None, headings=tuple(told))


def newest(connection: Connection) -> str | None:
    """The library of the newest batch."""
    found: str | None = connection.scalar(_NEWEST_LIBRARY)
    return found


def libraries(connection: Connection) -> list[Holding]:
    """The libraries that this home knows, the one used last first."""
    used = dict[str, float]()
    for path, at in (*connection.execute(_SEEN), *connection.execute(_USED)):
        used[path] = max(used.get(path, 0.0), at)
    from_list = dict[str, str]()
    for path, source in connection.execute(_FROM_LISTS):
        from_list[path] = source
    asked: dict[str, int] = dict(connection.execute(_COUNT_LISTED).all())
    there: dict[str, int] = dict(connection.execute(_COUNT_PICTURES).all())
    return [
        Holding(
            path,
            from_list.get(path, ""),
            asked.get(path, 0) or there.get(path, 0),
            there.get(path, 0),
            used[path],
        )
        for path in sorted(used, key=lambda path: (-used[path], path))
    ]


def sources(connection: Connection, library: str) -> list[str]:
    """The lists of which it is on record what they ask for, in the order of their names."""
    return sorted(connection.scalars(_SOURCES, {"of": library}), key=natural)


def entries(
    connection: Connection, library: str, source: str, after: int, most: int
) -> list[Listing]:
    """Some of what a list asks for, in its order.

    Args:
        connection: the writer's.
        library: whose.
        source: the list.
        after: the number of the panel after which to begin; -1 for the first.
        most: how many.
    """
    known = {"of": library, "by": source, "after": after, "most": most}
    return [_entry(row) for row in connection.execute(_ENTRIES, known).mappings()]


def spans(connection: Connection, library: str) -> tuple[Stretch, Stretch]:
    """The numbers of the jobs and of the pictures of a library."""
    whose = connection.scalars(_BATCHES, {"of": library}).all()
    first, last = connection.execute(_JOBS_SPAN.where(jobs.c.batch_id.in_(whose))).one()
    made = Stretch() if first is None else Stretch(first, last)
    first, last = connection.execute(_IMAGES_SPAN, {"of": library}).one()
    return made, Stretch() if first is None else Stretch(first, last)


def made(connection: Connection, library: str, span: Stretch) -> Sequence[RowMapping]:
    """The jobs of a library with some numbers."""
    found = _JOBS.where(batches.c.library == library, jobs.c.id.between(span.first, span.last))
    return connection.execute(found.order_by(jobs.c.id)).mappings().all()


def takes(connection: Connection, library: str, span: Stretch) -> Sequence[RowMapping]:
    """The pictures of a library with some numbers."""
    found = _IMAGES.where(images.c.library == library)
    found = found.where(images.c.id.between(span.first, span.last)).order_by(images.c.id)
    return connection.execute(found).mappings().all()


def noted(connection: Connection, library: str) -> frozenset[str]:
    """The panels of a library about which the author noted something."""
    return frozenset(connection.scalars(_NOTED, {"of": library}))


def awaited(made: Iterable[RowMapping]) -> frozenset[str]:
    """The panels for whose approval jobs wait."""
    return frozenset(
        each["after"] for each in made if each["after"] and each["state"] == JobState.HELD
    )


def changes(
    connection: Connection,
    library: str,
    at: int,
    most: int,
    asked: Callable[[Sequence[str]], tuple[Sequence[str], Sequence[Place]]],
) -> Changes:
    """What changed in a library since a number, and what that is now.

    Args:
        connection: the writer's.
        library: whose.
        at: the number.
        most: how many panels at most.
        asked: of keys that changed, how they may be written on record, and where lists have them.
    """
    found = touched.since(connection, library, at, most)
    if not found.keys:
        return Changes(found)
    return Changes(found, *again(connection, library, *asked(found.keys)))


def again(
    connection: Connection, library: str, keys: Sequence[str], places: Sequence[Place]
) -> tuple[list[Listing], Records]:
    """Panels as they are now.

    Args:
        connection: the writer's.
        library: whose.
        keys: as the store writes them; one panel's key may be written in several ways.
        places: where lists ask for them.
    """
    known = {"of": library, "keys": keys}
    known["whose"] = connection.scalars(_BATCHES, known).all()
    by_source = dict[str, list[int]]()
    for source, ordinal in places:
        by_source.setdefault(source, []).append(ordinal)
    wanted = [
        row
        for source, ordinals in by_source.items()
        for row in connection.execute(
            _ENTRIES_AT, {"of": library, "by": source, "ordinals": ordinals}
        ).mappings()
    ]
    records = Records(
        connection.execute(_JOBS_OF, known).mappings().all(),
        connection.execute(_IMAGES_OF, known).mappings().all(),
        frozenset(connection.scalars(_NOTED_OF, known)),
        frozenset(filter(None, connection.scalars(_AWAITED_OF, known))),
    )
    return [_entry(row) for row in wanted], records


def exhibits(wanted: Mapping[str, Listing], records: Records, *, known: bool) -> dict[str, Exhibit]:
    """Panels as a grid shows them, by their keys without case; what nothing is left of is not.

    Args:
        wanted: by key without case, what lists ask for.
        records: of these panels, and of others that no list names.
        known: whether it is known what the lists of the library ask for.
    """
    current = [each for each in records.takes if each["place"] == PictureState.CURRENT]
    histories = panels.histories(records.made, current)
    first = dict[str, int]()
    for job in records.made:
        first.setdefault(fold(job["key"]), job["id"])
    counts = Counter(fold(each["key"]) for each in records.takes)
    offered = {fold(each["key"]) for each in records.takes if each["offered"]}
    noted = {fold(key) for key in records.noted}
    awaited = {fold(key) for key in records.awaited}
    found = dict[str, Exhibit]()
    for name, entry in wanted.items():
        history = histories.get(name, History())
        found[name] = _exhibit(
            entry,
            history,
            panels.stands(entry.wanted, history)[0],
            counts[name],
            _flags(history, entry.wanted, name, offered, noted, awaited),
        )
    for name, history in histories.items():
        if name in wanted:
            continue
        row = history.open or history.image or (None if known else history.newest)
        if row is None:
            continue
        made_from = origin_of(row)
        is_wanted = history.open is not None or not known
        found[name] = _exhibit(
            _unlisted(row, made_from),
            history,
            panels.stands(made_from, history)[0] if is_wanted else PanelState.UNLISTED,
            counts[name],
            _flags(history, made_from, name, offered, noted, awaited),
            rank=(history.ordinal, first.get(name, 0)),
        )
    return found


def _unlisted(row: RowMapping, made_from: str) -> Listing:
    key = row["key"]
    return Listing(("", 0), key, scene_of(key), _page(key), made_from, row["format"], (), None)


def _exhibit(
    entry: Listing,
    history: History,
    state: PanelState,
    count: int,
    flags: tuple[Flag, ...],
    *,
    rank: tuple[int, int] | None = None,
) -> Exhibit:
    image = history.image
    return Exhibit(
        key=entry.key,
        chapter=entry.chapter,
        page=entry.page,
        state=state,
        reviewed=panels.reviewed(image),
        picture=image["sha256"] if image else None,
        aspect=_aspect(image, entry.format),
        decided=image["decided"] if image else 0,
        takes=count,
        flags=flags,
        figures=entry.figures,
        setting=entry.setting,
        score=_score(image),
        filed_at=image["filed_at"] if image else None,
        rank=rank,
    )


def _flags(
    history: History,
    wanted: str,
    name: str,
    offered: set[str],
    noted: set[str],
    awaited: set[str],
) -> tuple[Flag, ...]:
    image = history.image
    is_open = history.open is not None
    asks = name in awaited and image is not None and not is_open
    told = (
        (Flag.MISFIT, panels.misfit(image, wanted) is not None),
        (Flag.OUTLIER, bool(panels.standing_out(image))),
        (Flag.OFFERED, name in offered),
        (Flag.ASKED, asks and image is not None and image["approved_at"] is None),
        (Flag.REMADE, image is not None and is_open),
        (Flag.NOTED, name in noted),
    )
    return tuple(flag for flag, is_so in told if is_so)


def _aspect(image: RowMapping | None, wanted: str | None) -> float:
    if image is not None and image["width"] and image["height"]:
        return float(image["width"] / image["height"])
    return _ratio(wanted)


@lru_cache(maxsize=64)
def _ratio(wanted: str | None) -> float:
    if wanted is None:
        return SQUARE
    width, height = map(int, wanted.split(":"))
    return width / height


def _score(image: RowMapping | None) -> float | None:
    if image is None or image["score"] is None or not image["limit"] or image["limit"] < 0:
        return None
    return max(0.0, float(image["score"] / image["limit"]))


def _entry(row: RowMapping) -> Listing:
    key = row["key"]
    return Listing(
        place=(row["source"], row["ordinal"]),
        key=key,
        chapter=scene_of(key) if row["chapter"] is None else row["chapter"],
        page=_page(key) if row["page"] is None else row["page"],
        wanted=origin_of(row),
        format=row["format"],
        figures=tuple(filter(None, (row["figures"] or "").split("\n"))),
        setting=row["setting"],
    )


def _page(key: str) -> str:
    """The page that a key names, if it has the form of one: chapter, page, panel."""
    *page, _ = key.split("/")
    return "/".join(page) if len(page) > 1 else ""


_LAST = (
    select(batches.c.id, batches.c.source)
    .where(batches.c.library == bindparam("of"))
    .order_by(batches.c.id.desc())
    .limit(1)
)
_NEWEST_LIBRARY = select(batches.c.library).order_by(batches.c.id.desc()).limit(1)
_SOURCES = select(listed.c.source).distinct().where(listed.c.library == bindparam("of"))
_ANY_LIST = _SOURCES.limit(1)
_HEADINGS = (
    select(chapters.c.key, chapters.c.title)
    .where(chapters.c.library == bindparam("of"))
    .order_by(chapters.c.source, chapters.c.ordinal)
)
_SEEN = select(known_libraries.c.path, known_libraries.c.seen_at)
_USED = select(batches.c.library, func.max(batches.c.created_at)).group_by(batches.c.library)
_FROM_LISTS = select(batches.c.library, batches.c.source).order_by(batches.c.id)
_COUNT_LISTED = select(listed.c.library, func.count()).group_by(listed.c.library)
_COUNT_PICTURES = (
    select(images.c.library, func.count())
    .where(is_one_of(images.c.place, PictureState.CURRENT))
    .group_by(images.c.library)
)
_BATCHES = select(batches.c.id).where(batches.c.library == bindparam("of"))
_JOBS_SPAN = select(func.min(jobs.c.id), func.max(jobs.c.id))
_IMAGES_SPAN = select(func.min(images.c.id), func.max(images.c.id)).where(
    images.c.library == bindparam("of")
)
_NOTED = select(notes.c.key).where(notes.c.library == bindparam("of"))

_ENTRY = select(
    listed.c.source,
    listed.c.ordinal,
    listed.c.key,
    listed.c.chapter,
    listed.c.page,
    listed.c.prompt_sha256,
    listed.c.attached,
    listed.c.format,
    listed.c.follows,
    listed.c.figures,
    listed.c.setting,
)
_ENTRIES = (
    _ENTRY.where(
        listed.c.library == bindparam("of"),
        listed.c.source == bindparam("by"),
        listed.c.ordinal > bindparam("after"),
    )
    .order_by(listed.c.ordinal)
    .limit(bindparam("most"))
)

# one list after the other: SQLite would walk the whole list for pairs of a list and a number
_ENTRIES_AT = _ENTRY.where(
    listed.c.library == bindparam("of"),
    listed.c.source == bindparam("by"),
    listed.c.ordinal.in_(bindparam("ordinals", expanding=True)),
)
_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_NOTED_OF = _NOTED.where(notes.c.key.in_(_KEYS))


def _is_there(column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    """Whether a text is there: an empty one for one that is, whatever it says."""
    return func.substr(column, 1, 0).label(name)


_JOBS: Select[Any] = select(
    jobs.c.id,
    jobs.c.ordinal,
    jobs.c.key,
    jobs.c.prompt_sha256,
    jobs.c.attached,
    jobs.c.format,
    jobs.c.follows,
    jobs.c.after,
    jobs.c.state,
    _is_there(jobs.c.reason, "reason"),
    jobs.c.outdated,
    _is_there(jobs.c.note, "note"),
    _is_there(jobs.c.says, "says"),
    jobs.c.repair,
    _is_there(jobs.c.in_chat, "in_chat"),
).join(batches, batches.c.id == jobs.c.batch_id)

_IMAGES: Select[Any] = (
    select(
        images.c.key,
        images.c.place,
        images.c.sha256,
        images.c.prompt_sha256,
        images.c.attached,
        images.c.format,
        images.c.follows,
        images.c.width,
        images.c.height,
        images.c.kept_for,
        images.c.approved_at,
        images.c.rejected_at,
        images.c.locked_at,
        images.c.decided,
        images.c.filed_at,
        IS_OFFERED.label("offered"),
        marks.c.state.label("mark"),
        marks.c.settled_at,
        marks.c.why,
        marks.c.score,
        marks.c.limit,
    )
    .outerjoin(marks, marks.c.image_id == images.c.id)
    .where(images.c.place != PictureState.GONE)
)

_WHOSE = jobs.c.batch_id.in_(bindparam("whose", expanding=True))
_JOBS_OF = _JOBS.where(_WHOSE, jobs.c.key.in_(_KEYS)).order_by(jobs.c.id)
_IMAGES_OF = _IMAGES.where(images.c.library == bindparam("of"), images.c.key.in_(_KEYS)).order_by(
    images.c.id
)
_AWAITED_OF = select(jobs.c.after).where(
    _WHOSE, is_one_of(jobs.c.state, JobState.HELD), jobs.c.after.in_(_KEYS)
)
