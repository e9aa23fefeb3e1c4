"""The lists of a library, as they were when they were last run."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from pressrun.picture.recipe import Recipe
from pressrun.states import PictureState
from pressrun.store import journal
from pressrun.store.journal import Event
from pressrun.store.tables import attempts, batches, images, is_one_of, jobs, listed


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


def remember(
    connection: Connection, now: float, library: str, source: str, panels: Sequence[Listed]
) -> None:
    """Remember what a list asks for, in the place of what it asked for before."""
    connection.execute(delete(listed).where(listed.c.library == library, listed.c.source == source))
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
            **panel.recipe.row,
        }
        for ordinal, panel in enumerate(panels)
    ]
    if rows:
        connection.execute(insert(listed), rows)
    journal.write(connection, now, Event.LIST_READ, panels=len(rows))


def of(connection: Connection, library: str) -> list[Listed]:
    """What all lists of a library ask for: list by list, each in its order."""
    rows = connection.execute(
        select(listed)
        .where(listed.c.library == library)
        .order_by(listed.c.source, listed.c.ordinal)
    )
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
