"""The author's word on a picture settles what its mark says: nothing waits, nothing is repaired."""

from sqlalchemy import Connection, bindparam, case, func, select, update

from pressrun.states import UNBEGUN, BatchState, JobState, MarkState
from pressrun.store import closing, holds, journal
from pressrun.store.journal import Event
from pressrun.store.tables import batches, images, is_not, is_one_of, jobs, marks


def settle(connection: Connection, now: float, image: int, *, goes_on: bool = False) -> None:
    """The author had a word on a picture: approved, kept, chosen, rejected, or ordered anew.

    Repairs of its panel that are not begun are taken back; what one that is under way brings is
    kept beside.

    Args:
        connection: the writer's.
        now: the time.
        image: its number.
        goes_on: whether its panel is made anew at once, so that no batch is done because of this.
    """
    connection.execute(_SETTLE, {"image": image, "at": now})
    own = connection.execute(_PANEL, {"image": image}).one()
    for repair in connection.execute(_REPAIRS, {"of": own.library, "key": own.key}).all():
        ended = {"state": JobState.CANCELLED, "outdated": True, "ended_at": now}
        reason = "not repaired: you had a word on its picture"
        connection.execute(_CHANGE, {"row": repair.id, "reason": reason, **ended})
        # the panel's last job counts for it again
        last = connection.scalar(_LAST, {"batch": repair.batch_id, "key": own.key})
        if last is not None:
            connection.execute(_CHANGE, {"row": last, "outdated": False})
        journal.write(connection, now, Event.JOB_UNREPAIRED, batch=repair.batch_id, job=repair.id)
        if not goes_on:
            closing.finish(connection, now, repair.batch_id)
    holds.see(connection, now, own.library, own.key)


_SETTLE = (
    update(marks)
    .where(marks.c.image_id == bindparam("image"))
    .values(
        settled_at=bindparam("at"),
        state=case(
            (
                marks.c.state.in_((MarkState.HELD, MarkState.REPAIRING)),
                MarkState.MARKED.value,
            ),
            else_=marks.c.state,
        ),
    )
)
_PANEL = select(images.c.library, images.c.key).where(images.c.id == bindparam("image"))
_REPAIRS = (
    select(jobs.c.id, jobs.c.batch_id)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .where(
        batches.c.library == bindparam("of"),
        is_one_of(batches.c.state, BatchState.RUNNING, BatchState.PAUSED),
        jobs.c.key == bindparam("key"),
        jobs.c.repair > 0,
        is_one_of(jobs.c.state, *UNBEGUN),
    )
)
_LAST = select(func.max(jobs.c.id)).where(
    jobs.c.batch_id == bindparam("batch"),
    jobs.c.key == bindparam("key"),
    is_not(jobs.c.state, JobState.CANCELLED),
    jobs.c.state == JobState.DONE,
)
_CHANGE = update(jobs).where(jobs.c.id == bindparam("row"))
