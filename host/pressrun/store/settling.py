"""The author's word on a picture settles what its mark says: nothing waits, nothing is repaired."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, case, func, select, update

from pressrun.states import UNBEGUN, BatchState, JobState, MarkState
from pressrun.store import closing, holds, journal
from pressrun.store.chunks import chunks
from pressrun.store.journal import Event
from pressrun.store.tables import batches, images, is_not, is_one_of, jobs, marks


def settle(connection: Connection, now: float, image: int, *, goes_on: bool = False) -> None:
    """The author had a word on a picture; for the arguments, see `settle_all`."""
    own = connection.execute(_PANEL, {"image": image}).one()
    settle_all(connection, now, own.library, {image: own.key}, goes_on=goes_on)
    holds.see(connection, now, own.library, own.key)


def settle_all(
    connection: Connection,
    now: float,
    library: str,
    pictures: Mapping[int, str],
    *,
    goes_on: bool = False,
) -> None:
    """The author had a word on pictures: approved, kept, chosen, rejected, or ordered anew.

    Repairs of their panels that are not begun are taken back; what one that is under way brings is
    kept beside. What follows the panels is for the caller to hold or to let go of.

    Args:
        connection: the writer's.
        now: the time.
        library: whose pictures.
        pictures: their numbers, each with the key of its panel.
        goes_on: whether their panels are made anew at once, so that no batch is done because of
            this.
    """
    connection.execute(_SETTLE, [{"image": image, "at": now} for image in pictures])
    keys = set(pictures.values())
    repairs = connection.execute(_REPAIRS, {"of": library}).all()
    for repair in [each for each in repairs if each.key in keys]:
        ended = {"state": JobState.CANCELLED, "outdated": True, "ended_at": now}
        reason = "not repaired: you had a word on its picture"
        connection.execute(_CHANGE, {"row": repair.id, "reason": reason, **ended})
        count_last(connection, repair.batch_id, [repair.key])
        journal.write(connection, now, Event.JOB_UNREPAIRED, batch=repair.batch_id, job=repair.id)
        if not goes_on:
            closing.finish(connection, now, repair.batch_id)


def count_last(connection: Connection, batch: int, keys: Sequence[str]) -> None:
    """Have the last jobs that made pictures of panels count for these again, if there are any."""
    for chunk in chunks(keys):
        last = (
            select(func.max(jobs.c.id))
            .where(
                jobs.c.batch_id == batch,
                jobs.c.key.in_(chunk),
                is_not(jobs.c.state, JobState.CANCELLED),
                jobs.c.state == JobState.DONE,
            )
            .group_by(jobs.c.key)
        )
        numbers = connection.scalars(last).all()
        connection.execute(update(jobs).where(jobs.c.id.in_(numbers)).values(outdated=False))


_SETTLE = (
    update(marks)
    .where(marks.c.image_id == bindparam("image"))
    .values(
        settled_at=bindparam("at"),
        state=case(
            (
                is_one_of(marks.c.state, MarkState.HELD, MarkState.REPAIRING),
                MarkState.MARKED.value,
            ),
            else_=marks.c.state,
        ),
    )
)
_PANEL = select(images.c.library, images.c.key).where(images.c.id == bindparam("image"))
_REPAIRS = (
    select(jobs.c.id, jobs.c.batch_id, jobs.c.key)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .where(
        batches.c.library == bindparam("of"),
        is_one_of(batches.c.state, BatchState.RUNNING, BatchState.PAUSED),
        jobs.c.repair > 0,
        is_one_of(jobs.c.state, *UNBEGUN),
    )
)
_CHANGE = update(jobs).where(jobs.c.id == bindparam("row"))
