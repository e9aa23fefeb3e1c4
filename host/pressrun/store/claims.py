"""Claims: the job that a tab begins next, and when there will be one."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from pressrun.picture.scene import scene_of
from pressrun.states import (
    IN_FLIGHT,
    BatchState,
    Destination,
    JobState,
    PictureState,
    Steering,
    Step,
)
from pressrun.store import batches as batch_operations
from pressrun.store import chats, holds, steering
from pressrun.store.attempts import Attempt, Sending, at_job, change_job, tell
from pressrun.store.journal import Event
from pressrun.store.tables import accounts, attempts, batches, images, is_one_of, jobs


def claim(
    connection: Connection, now: float, *, account: int, tab: int, build: str = ""
) -> Attempt | None:
    """Begin an attempt at the next job that may run on an account, or None when there is none.

    Priorities come first, then fair shares among batches, then the order of making; a batch runs on
    accounts of its own site, and has no more tabs at once than it was given. Two jobs whose prompts
    are the same text are never in flight on one account together: nobody could tell which of two
    equal turns is whose. A job that goes to a chat of its own is claimed by that chat's account
    alone, and not while anything else is at work there. A job that follows another panel is begun
    when that one's picture is settled, and is sent with it.

    Args:
        connection: the writer's.
        now: the time.
        account: whose tab it is.
        tab: the browser's id of it.
        build: of the page that it shows.
    """
    for batch, tabs in batch_operations.running(connection):
        known = {"batch": batch, "account": account, "now": now}
        if connection.execute(_AT_WORK, known).scalar_one() >= tabs:
            continue
        job = connection.execute(_NEXT_JOB, known).first()
        if job is not None:
            return _begin(connection, now, job, account, tab, build)
    return None


def _begin(
    connection: Connection, now: float, job: Row[Any], account: int, tab: int, build: str
) -> Attempt:
    number = 1 + (connection.scalar(_LAST_NUMBER, {"job": job.id}) or 0)
    sending = _sending(connection, now, job, account, tab)
    new = {"job_id": job.id, "number": number, "account_id": account, "tab": tab, "build": build}
    told = {
        "destination": sending.destination,
        "conversation": sending.chat,
        "said": sending.said,
        "project": job.project,
        "followed": sending.followed,
        "shows": sending.shows,
        "steering": sending.steering,
    }
    began = connection.execute(
        _BEGIN, {**new, **told, "step": Step.CLAIMED, "started_at": now}
    ).scalar_one()
    change_job(connection, job.id, state=JobState.WORKING, account_id=account, reason=None)
    # among batches of one priority, the next attempt is another's
    connection.execute(_SERVE, {"row": job.batch_id, "served": began})
    attempt = at_job(job, job.id, began, number, account=account, tab=tab, sending=sending)
    tell(connection, now, Event.ATTEMPT_CLAIMED, attempt, tab=tab, to=sending.destination)
    return attempt


def _sending(connection: Connection, now: float, job: Row[Any], account: int, tab: int) -> Sending:
    """Where a job is sent: the chat that it belongs to, one that is kept for its scene, or new."""
    destination, chat = Destination.FRESH, None
    said, shows, level = job.follow_up or job.says, job.shows, Steering.NONE
    if (own := job.follow_chat or job.in_chat) is not None:
        destination, chat = Destination.OWN, own
    elif (steered := steering.of_job(job)) is not None:
        said, shows, level = steered.said, steered.shows, steered.level
    elif job.chats > 1 and job.says is None and not job.repair:
        scene = scene_of(job.key) if job.scene is None else job.scene
        wanted = chats.WantedChat(job.batch_id, scene, job.attached, job.prompt, job.chats)
        kept = chats.going_on(connection, now, wanted, account=account, tab=tab)
        if kept is not None:
            destination, chat = Destination.KEPT, kept
    before = chats.said(connection, account, chat) if chat else None
    followed = _followed(connection, job, destination)
    return Sending(destination, chat, said, before or (), followed, shows, level)


def _followed(connection: Connection, job: Row[Any], destination: Destination) -> str | None:
    """The picture that a job is sent with; its own chat has the one that was sent there."""
    if destination == Destination.OWN:
        sha256 = connection.scalar(_LAST_FOLLOWED, {"job": job.id})
    elif job.before is not None:
        sha256 = connection.scalar(_BEFORE, {"library": job.library, "key": job.before})
    else:
        sha256 = None
    return None if sha256 is None else str(sha256)


# built once, as in `attempts.py`
_LAST_NUMBER = select(func.max(attempts.c.number)).where(attempts.c.job_id == bindparam("job"))
_BEGIN = insert(attempts).returning(attempts.c.id)
_BEFORE = select(images.c.sha256).where(
    images.c.library == bindparam("library"),
    images.c.key == bindparam("key"),
    is_one_of(images.c.place, PictureState.CURRENT),
)
_LAST_FOLLOWED = (
    select(attempts.c.followed)
    .where(attempts.c.job_id == bindparam("job"))
    .order_by(attempts.c.number.desc())
    .limit(1)
)
_SERVE = update(batches).where(batches.c.id == bindparam("row"))


def sends_more(connection: Connection, account: int) -> bool:
    """Whether a job waits that may be sent on an account, whatever becomes of those in doubt."""
    return connection.execute(_ANY_JOB, {"account": account}).first() is not None


def _same_words() -> ColumnElement[bool]:
    """Whether the words of a job are in flight on `:account`."""
    in_flight = jobs.alias()
    return (
        select(in_flight.c.id)
        .where(
            in_flight.c.account_id == bindparam("account"),
            in_flight.c.prompt_sha256 == jobs.c.prompt_sha256,
            is_one_of(in_flight.c.state, *IN_FLIGHT),
        )
        .exists()
    )


def _is_open_to_account() -> ColumnElement[bool]:
    """Whether a job is not bound to a chat, or to one of `:account`."""
    account = func.coalesce(jobs.c.follow_account, jobs.c.in_account)
    return or_(account.is_(None), account == bindparam("account"))


_OWN_CHAT = func.coalesce(jobs.c.follow_chat, jobs.c.in_chat)

_SITE = select(accounts.c.site).where(accounts.c.id == bindparam("account")).scalar_subquery()

_NEXT_JOB = (
    select(
        jobs,
        batches.c.library,
        batches.c.project,
        batches.c.chats,
        batches.c.steering,
        batches.c.steered_with,
        batches.c.steered_to,
    )
    .join(batches)
    .where(
        jobs.c.batch_id == bindparam("batch"),
        is_one_of(jobs.c.state, JobState.WAITING),
        jobs.c.not_before <= bindparam("now"),
        batches.c.site == _SITE,
        ~_same_words(),
        _is_open_to_account(),
        or_(_OWN_CHAT.is_(None), ~chats.busy_in(_OWN_CHAT)),
        # what would have to wait is held; to send one too early could not be made good again
        holds.IS_PICTURED,
    )
    .order_by(jobs.c.place)
    .limit(1)
)

# what is received is filed beside the tabs, and holds none
_AT_WORK = (
    select(func.count())
    .select_from(jobs)
    .join(attempts)
    .where(
        jobs.c.account_id == bindparam("account"),
        jobs.c.batch_id == bindparam("batch"),
        is_one_of(jobs.c.state, *IN_FLIGHT),
        is_one_of(jobs.c.state, JobState.WORKING),
        attempts.c.ending.is_(None),
        attempts.c.step != Step.RECEIVED,
    )
)

_ANY_JOB = (
    select(jobs.c.id)
    .join(batches)
    .where(
        is_one_of(jobs.c.state, JobState.WAITING),
        is_one_of(batches.c.state, BatchState.RUNNING),
        batches.c.site == _SITE,
        ~_same_words(),
        _is_open_to_account(),
        or_(_OWN_CHAT.is_(None), ~chats.busy_in(_OWN_CHAT)),
    )
    .limit(1)
)


def next_due(connection: Connection, now: float = 0.0) -> float | None:
    """When the next job of a running batch may run, or the next one in doubt be looked after.

    None when there is none. What was due before `now` waits for something else than its time.
    """
    waiting: float | None = connection.scalar(_NEXT_WAITING, {"now": now})
    in_doubt: float | None = connection.scalar(_NEXT_LOOK, {"now": now})
    return min((due for due in (waiting, in_doubt) if due is not None), default=None)


_NEXT_WAITING = (
    select(func.min(jobs.c.not_before))
    .join(batches)
    .where(
        is_one_of(jobs.c.state, JobState.WAITING),
        jobs.c.not_before > literal_column("0"),
        jobs.c.not_before > bindparam("now"),
        is_one_of(batches.c.state, BatchState.RUNNING),
    )
)

_NEXT_LOOK = (
    select(func.min(attempts.c.look_at))
    .join(jobs)
    .where(
        attempts.c.ending.is_(None),
        attempts.c.look_at > bindparam("now"),
        is_one_of(jobs.c.state, JobState.DOUBT),
    )
)
