"""The lists of a library, as they were when they were last run."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, insert, select

from pressrun.picture.key import natural
from pressrun.picture.recipe import Recipe
from pressrun.states import PictureState
from pressrun.store import journal, touched
from pressrun.store.chunks import chunks
from pressrun.store.journal import Event
from pressrun.store.tables import attempts, batches, chapters, images, is_one_of, jobs, listed


@dataclass(frozen=True)
class Listed:
    """A panel as a list asks for it."""

    source: str
    key: str
    line: int
    recipe: Recipe
    before: str | None = None
    """The panel that it follows: its picture is sent with it."""
    scene: str | None = None
    """Panels of one scene may share a chat. None is the first part of its key."""
    file: str | None = None
    """The file that its line is in, where that is not the list itself."""
    about: str | None = None
    """What is drawn, where prompts all begin alike."""
    after: str | None = None
    """The panel whose picture is to be approved before."""
    figures: tuple[str, ...] = ()
    """The names of those who are in it, as far as that is known."""
    setting: str | None = None
    """The name of the place where it is."""
    page: str | None = None
    """The key of its page; None where its own key tells."""
    chapter: str | None = None
    """The key of its chapter, for headings; None is the first part of its key."""
    title: str | None = None
    """What it is called on its page, for people."""
    layers: tuple[tuple[str, int], ...] = ()
    """The layers of its prompt, each with its length in characters; an empty line is between."""
    lettering: str | None = None
    """The words in it, a line each."""


@dataclass(frozen=True)
class Chapter:
    """A chapter of a book, for headings."""

    key: str
    title: str


def remember(
    connection: Connection,
    now: float,
    library: str,
    source: str,
    panels: Sequence[Listed],
    headings: Sequence[Chapter] = (),
) -> None:
    """Remember what a list asks for, in the place of what it asked for before."""
    rows = [
        {
            "library": library,
            "source": source,
            "ordinal": ordinal,
            "key": panel.key,
            "line": panel.line,
            "after": panel.after,
            "before": panel.before,
            "scene": panel.scene,
            "file": panel.file,
            "about": panel.about,
            "figures": "\n".join(panel.figures) or None,
            "setting": panel.setting,
            "page": panel.page,
            "chapter": panel.chapter,
            "title": panel.title,
            "layers": [[name, length] for name, length in panel.layers],
            "lettering": panel.lettering,
            **panel.recipe.row,
        }
        for ordinal, panel in enumerate(panels)
    ]
    titles = [
        {"library": library, "source": source, "ordinal": ordinal, **asdict(each)}
        for ordinal, each in enumerate(headings)
    ]
    there = {table: _rows(connection, table, library, source) for table in (listed, chapters)}
    changed = _changed(there[listed], there[chapters], rows, titles)
    touched.touch(connection, library, changed)
    for table, of_table in ((listed, rows), (chapters, titles)):
        _write(connection, table, (library, source), there[table], of_table)
    journal.write(connection, now, Event.LIST_READ, panels=len(rows))


def _rows(connection: Connection, table: Table, library: str, source: str) -> list[Row[Any]]:
    """What is on record of a list, in its order."""
    mine = (table.c.library == library, table.c.source == source)
    return list(connection.execute(select(table).where(*mine).order_by(table.c.ordinal)))


def _write(
    connection: Connection,
    table: Table,
    of: tuple[str, str],
    there: Sequence[Row[Any]],
    rows: Sequence[Mapping[str, Any]],
) -> None:
    """Have a table hold other rows of a list: most of a long one are the same as the last time.

    Args:
        connection: the writer's.
        table: which.
        of: library and list.
        there: what it holds now, by ordinals from 0.
        rows: what it is to hold.
    """
    values = itemgetter(*table.columns.keys())
    others = [
        row for at, row in enumerate(rows) if at >= len(there) or tuple(there[at]) != values(row)
    ]
    gone = {row["ordinal"] for row in others} | set(range(len(rows), len(there)))
    if gone:
        mine = (table.c.library == of[0], table.c.source == of[1])
        for chunk in chunks(gone):
            connection.execute(delete(table).where(*mine, table.c.ordinal.in_(chunk)))
    if others:
        connection.execute(insert(table), others)


def _changed(
    there: Sequence[Row[Any]],
    titled: Sequence[Row[Any]],
    rows: Sequence[Mapping[str, Any]],
    titles: Sequence[Mapping[str, Any]],
) -> list[str]:
    """The panels that a list asks for otherwise; all of them where they came, went or moved."""
    shown, made_from, told = attrgetter(*_SHOWN), attrgetter(*_RECIPE), attrgetter(*_TITLED)
    if len(there) != len(rows) or len(titled) != len(titles):
        return [touched.ANEW]
    are_shown = itemgetter(*_SHOWN)
    if any(shown(old) != are_shown(row) for old, row in zip(there, rows, strict=True)):
        return [touched.ANEW]
    are_told = itemgetter(*_TITLED)
    if any(told(old) != are_told(row) for old, row in zip(titled, titles, strict=True)):
        return [touched.ANEW]
    are_made_from = itemgetter(*_RECIPE)
    return [
        row["key"]
        for old, row in zip(there, rows, strict=True)
        if made_from(old) != are_made_from(row)
    ]


_SHOWN = ("key", "page", "chapter", "figures", "setting")
_RECIPE = ("prompt_sha256", "attached", "format", "follows")
_TITLED = ("key", "title")


def is_known(connection: Connection, library: str) -> bool:
    """Whether it is on record what any list of a library asks for."""
    one = select(listed.c.key).where(listed.c.library == library).limit(1)
    return connection.scalar(one) is not None


def order(connection: Connection, library: str) -> list[tuple[str, str]]:
    """The list and the key of every panel that a library's lists ask for, in their order."""
    rows = connection.execute(
        select(listed.c.source, listed.c.key)
        .where(listed.c.library == library)
        .order_by(listed.c.source, listed.c.ordinal)
    )
    return sorted(((row.source, row.key) for row in rows), key=lambda each: natural(each[0]))


def of(connection: Connection, library: str, keys: Collection[str] | None = None) -> list[Listed]:
    """What all lists of a library ask for: list by list, each in its order.

    Args:
        connection: the writer's.
        library: whose.
        keys: the only ones, as the lists write them; None means all.
    """
    asked = select(listed).where(listed.c.library == library)
    if keys is not None:
        asked = asked.where(listed.c.key.in_(keys))
    rows = connection.execute(asked.order_by(listed.c.source, listed.c.ordinal))
    return [
        Listed(
            row["source"],
            row["key"],
            row["line"],
            Recipe.from_row(row),
            row["before"],
            row["scene"],
            row["file"],
            row["about"],
            row["after"],
            tuple(filter(None, (row["figures"] or "").split("\n"))),
            row["setting"],
            row["page"],
            row["chapter"],
            row["title"],
            tuple((name, length) for name, length in row["layers"] or ()),
            row["lettering"],
        )
        for row in rows.mappings()
    ]


def unknown(connection: Connection, library: str) -> list[str]:
    """The lists with pictures in a library of which it is not on record what they ask for."""
    known = select(listed.c.source).where(listed.c.library == library)
    sources = (
        select(batches.c.source)
        .distinct()
        .join(jobs, jobs.c.batch_id == batches.c.id)
        .join(attempts, attempts.c.job_id == jobs.c.id)
        .join(images, images.c.attempt_id == attempts.c.id)
        .where(
            images.c.library == library,
            is_one_of(images.c.place, PictureState.CURRENT),
            # what was taken in from sidecars is on record as a list that is the library itself
            batches.c.source != library,
            batches.c.source.not_in(known),
        )
    )
    return sorted(connection.scalars(sources))
