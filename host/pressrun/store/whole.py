"""Everything that is on record of one panel, read at once."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from pressrun.picture.key import natural
from pressrun.states import UNBEGUN, PictureState
from pressrun.store import history, keys, lists, panels
from pressrun.store.history import Deed, Occurrence
from pressrun.store.lists import Listed
from pressrun.store.panels import KnownPanel, Take, Try
from pressrun.store.tables import batches, images, is_one_of, jobs

WAITING = 100
"""So many panels are named at most that wait for a word on one."""


@dataclass(frozen=True)
class WholePanel:
    """Everything about one panel."""

    panel: KnownPanel
    listed: Listed | None
    """What its list asks for; None where none names it."""
    tries: list[Try]
    takes: list[Take]
    deeds: list[Deed]
    occurrences: list[Occurrence]
    note: str | None
    waiting: list[str]
    """The panels that come after its approval, as many as are told."""
    before: str | None = None
    """SHA-256 of the picture of the panel that it follows, where it follows one that has one."""


def of(connection: Connection, library: str, key: str) -> WholePanel | None:
    """Everything about a panel of a library; None where there is none of this key."""
    panel = panels.one(connection, library, key)
    if panel is None:
        return None
    forms = keys.written(connection, library, [key])
    asked = sorted(lists.of(connection, library, forms), key=lambda each: natural(each.source))
    listed = asked[0] if asked else None
    return WholePanel(
        panel,
        listed,
        panels.tries(connection, library, panel.key),
        panels.pictures(connection, library, panel.key),
        history.deeds(connection, library, forms),
        history.occurrences(connection, library, forms),
        history.note(connection, library, forms),
        _waiting(connection, library, forms),
        _before(connection, library, listed),
    )


def _waiting(connection: Connection, library: str, forms: Collection[str]) -> list[str]:
    found = connection.scalars(
        select(jobs.c.key)
        .where(
            jobs.c.batch_id.in_(select(batches.c.id).where(batches.c.library == library)),
            is_one_of(jobs.c.state, *UNBEGUN),
            jobs.c.after.in_(forms),
        )
        .order_by(jobs.c.ordinal)
        .limit(WAITING)
    )
    return list(dict.fromkeys(found))


def _before(connection: Connection, library: str, listed: Listed | None) -> str | None:
    if listed is None or listed.before is None:
        return None
    found: str | None = connection.scalar(
        select(images.c.sha256).where(
            images.c.library == library,
            images.c.key == listed.before,
            is_one_of(images.c.place, PictureState.CURRENT),
        )
    )
    return found
