"""Finding panels by a text in what is on record of them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, RowMapping, bindparam, null, select

from pressrun.picture.key import fold
from pressrun.picture.recipe import words
from pressrun.store.tables import batches, jobs, listed, notes

Texts = list[tuple[str, str | None, str | None]]
"""Panels by their keys, each with what may hold the text."""


def listed_texts(
    connection: Connection, library: str, source: str, after: int, most: int
) -> tuple[Texts, int | None]:
    """What a list says of some of its panels: prompts and lettering.

    Args:
        connection: the writer's.
        library: whose.
        source: the list.
        after: the number of the panel after which to begin; -1 for the first.
        most: how many.

    Returns:
        The texts, and the number to go on from; None after the last.
    """
    known = {"of": library, "by": source, "after": after, "most": most}
    rows = connection.execute(_LISTED, known).mappings().all()
    return _texts(rows), rows[-1]["ordinal"] if len(rows) == most else None


def keys(connection: Connection, library: str) -> list[str]:
    """The keys of all panels of a library of which something was ever ordered."""
    return list(connection.scalars(_KEYS, {"of": library}))


def ordered_texts(connection: Connection, library: str, named: Sequence[str]) -> Texts:
    """What panels were ordered with: their prompts."""
    return _texts(connection.execute(_ORDERED, {"of": library, "named": named}).mappings())


def noted_texts(connection: Connection, library: str) -> Texts:
    """What the author noted about panels of a library."""
    return _texts(connection.execute(_NOTED, {"of": library}).mappings())


def _texts(rows: Iterable[RowMapping]) -> Texts:
    return [(row["key"], row["one"], row["other"]) for row in rows]


def plain(text: str) -> str:
    """A text as it is compared: without case, in composed letters, with single spaces."""
    return fold(words(text))


def have(texts: Texts, sought: str) -> set[str]:
    """The keys, without case, of the panels that have a text; `sought` is plain."""
    return {
        fold(key)
        for key, *told in texts
        if sought in plain(key) or any(each and sought in plain(each) for each in told)
    }


_LISTED = (
    select(
        listed.c.ordinal,
        listed.c.key,
        listed.c.prompt.label("one"),
        listed.c.lettering.label("other"),
    )
    .where(
        listed.c.library == bindparam("of"),
        listed.c.source == bindparam("by"),
        listed.c.ordinal > bindparam("after"),
    )
    .order_by(listed.c.ordinal)
    .limit(bindparam("most"))
)
_OF_LIBRARY = select(batches.c.id).where(batches.c.library == bindparam("of"))
_KEYS = select(jobs.c.key).distinct().where(jobs.c.batch_id.in_(_OF_LIBRARY))
_ORDERED = select(jobs.c.key, jobs.c.prompt.label("one"), null().label("other")).where(
    jobs.c.batch_id.in_(_OF_LIBRARY), jobs.c.key.in_(bindparam("named", expanding=True))
)
_NOTED = select(notes.c.key, notes.c.text.label("one"), null().label("other")).where(
    notes.c.library == bindparam("of")
)
