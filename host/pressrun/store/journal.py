"""The journal: one row for every change of state, appended and never changed."""

from typing import Any

from sqlalchemy import Connection, insert, select

from pressrun.store.tables import journal


def write(
    connection: Connection,
    /,
    now: float,
    event: str,
    *,
    batch: int | None = None,
    job: int | None = None,
    attempt: int | None = None,
    account: int | None = None,
    **data: Any,  # noqa: ANN401 - any JSON that tells about the event
) -> None:
    """Append a row. `data` holds no prompt text and no signed address."""
    connection.execute(
        _APPEND,
        {
            "at": now,
            "event": event,
            "batch_id": batch,
            "job_id": job,
            "attempt_id": attempt,
            "account_id": account,
            "data": data,
        },
    )


_APPEND = insert(journal)


def newest(connection: Connection) -> int:
    """The number of the newest row: it grows with every change of state."""
    number = connection.scalar(select(journal.c.id).order_by(journal.c.id.desc()).limit(1))
    return number or 0
