"""What authors note about panels, for themselves; it is sent nowhere."""

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from pressrun.store.tables import notes


def of(connection: Connection, library: str, key: str) -> tuple[str, float] | None:
    """What the author noted about a panel, and when."""
    row = connection.execute(_NOTE, {"of": library, "panel": key}).first()
    return None if row is None else (row.text, row.at)


def write(connection: Connection, library: str, key: str, note: tuple[str, float] | None) -> None:
    """Put on record what the author noted about a panel, and when; an empty note is removed."""
    if note is None or not note[0].strip():
        connection.execute(_UNNOTE, {"of": library, "panel": key})
        return
    text, at = note
    connection.execute(_PUT_NOTE, {"library": library, "key": key, "text": text, "at": at})


_ITS_NOTE = (notes.c.library == bindparam("of"), notes.c.key == bindparam("panel"))
_NOTE = select(notes.c.text, notes.c.at).where(*_ITS_NOTE)
_UNNOTE = delete(notes).where(*_ITS_NOTE)
_INSERT_NOTE = insert(notes)
_PUT_NOTE = _INSERT_NOTE.on_conflict_do_update(
    index_elements=[notes.c.library, notes.c.key],
    set_={"text": _INSERT_NOTE.excluded.text, "at": _INSERT_NOTE.excluded.at},
)
