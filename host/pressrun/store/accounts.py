"""Accounts: who is signed in where, what each was sent, and which limits it met.

The attempts are the ledger of what was sent; the limits stand beside them. Both outlive the host,
and what an account may do follows from them alone (`press/allowance.py`).
"""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from pressrun.errors import NotFoundError
from pressrun.states import BatchState, Ending, JobState, Step
from pressrun.store import journal
from pressrun.store.journal import Event
from pressrun.store.tables import accounts, attempts, batches, is_one_of, jobs, limits
from pressrun.store.tables import ceilings as all_ceilings


@dataclass(frozen=True)
class Limit:
    """A limit, or another reason to stop, that the site showed an account."""

    at: float
    """When it was met."""
    outcome: str
    """What the site profile calls it."""
    until: float
    """When it is over, a margin included."""
    tabs: int
    """How many prompts were with the site at that moment."""
    since: float | None = None
    """For a cap: when the span of time began to which it belongs, as far as that can be told."""
    sends: int = 0
    """For a cap: how many prompts were taken in that span."""


@dataclass(frozen=True)
class Ceilings:
    """What the author allows an account at most; None is no word of the author's."""

    tabs: int | None = None
    per_hour: int | None = None
    quiet_from: int | None = None
    """A minute of the day, in local time; with `quiet_until` the span in which nothing is sent."""
    quiet_until: int | None = None


@dataclass(frozen=True)
class Ledger:
    """What matters of an account's past for what it may do next."""

    sends: tuple[float, ...] = ()
    """When the site took a prompt, or may have, within the last day; the newest first."""
    preparing: int = 0
    """Attempts that are about to be sent."""
    working: int = 0
    """Attempts under way, those included."""
    limits: tuple[Limit, ...] = ()
    """The newest first."""
    ceilings: Ceilings = Ceilings()
    rests_until: float = 0.0
    rests_because: str = ""
    """The site's own words."""
    rests_for: str = ""
    """The outcome of the newest limit, of whatever kind."""
    fruitless: int = 0
    """How many prompts in a row came to nothing that anybody here understands."""


@dataclass(frozen=True)
class Account:
    """Who is signed in where."""

    id: int
    site: str
    profile: str
    browser: int = 1
    """Number of its browser profile, as for `browsers`."""


FOUND = "found"
"""The profile of the account of pictures whose own account is on record no more."""

DAY = 86_400.0

SENDS = 500
"""The most sends of a ledger that are looked at: a site that takes more in a day has no cap."""

LIMITS = 12
"""The most limits that are looked at."""

LEARNED = ("capped", "throttled")
"""The outcomes that tell what an account may do; a page that is not understood tells nothing."""

SEEN_SECONDS = 60.0
"""How exactly it is kept when an account was seen."""

_BY_MARK = select(accounts.c.id, accounts.c.seen_at).where(
    accounts.c.site == bindparam("site"),
    accounts.c.profile == bindparam("profile"),
    accounts.c.mark == bindparam("mark"),
)


def seen(connection: Connection, now: float, *, site: str, profile: str, mark: str) -> int:
    """The account's id; it is added when it is seen for the first time."""
    same = {"site": site, "profile": profile, "mark": mark}
    found = connection.execute(_BY_MARK, same).first()
    if found is not None:
        if abs(now - found.seen_at) > SEEN_SECONDS:
            connection.execute(
                update(accounts).where(accounts.c.id == found.id).values(seen_at=now)
            )
        return int(found.id)
    begins = _row(begun_with(connection))
    added: int = connection.execute(
        insert(accounts)
        .values(site=site, profile=profile, mark=mark, seen_at=now, **begins)
        .returning(accounts.c.id)
    ).scalar_one()
    journal.write(connection, now, Event.ACCOUNT_SEEN, account=added, site=site)
    return added


def known(connection: Connection) -> list[Account]:
    """Every account that was ever seen, the first one first."""
    numbers = browsers(connection)
    rows = connection.execute(select(accounts).order_by(accounts.c.id))
    return [Account(row.id, row.site, row.profile, numbers.get(row.profile, 0)) for row in rows]


def browsers(connection: Connection) -> dict[str, int]:
    """The number by which people know a browser profile: the first one that came is 1."""
    profiles = connection.scalars(
        select(accounts.c.profile).where(accounts.c.profile != FOUND).order_by(accounts.c.id)
    )
    return {profile: number for number, profile in enumerate(dict.fromkeys(profiles), 1)}


def rest(
    connection: Connection,
    now: float,
    account: int,
    *,
    outcome: str,
    until: float,
    because: str,
    since: float | None = None,
) -> None:
    """Have an account send nothing until `until`: the site asked for it.

    Args:
        connection: the writer's.
        now: the time.
        account: whose limit it is.
        outcome: what the site profile calls it.
        until: when it is over.
        because: the site's own words.
        since: for a cap, when the span of time began to which it belongs.
    """
    steps = connection.scalars(_STEPS, {"account": account}).all()
    connection.execute(
        update(accounts)
        .where(accounts.c.id == account)
        .values(rests_until=until, rests_because=because)
    )
    connection.execute(
        insert(limits).values(
            account_id=account,
            at=now,
            outcome=outcome,
            until=until,
            tabs=steps.count(Step.SUBMITTING) + steps.count(Step.SUBMITTED),
            since=since,
            text=because,
        )
    )
    journal.write(
        connection,
        now,
        Event.ACCOUNT_RESTS,
        account=account,
        outcome=outcome,
        until=until,
        because=because,
    )


_STEPS = (
    select(attempts.c.step)
    .join(jobs)
    .where(
        attempts.c.ending.is_(None),
        attempts.c.account_id == bindparam("account"),
        is_one_of(jobs.c.state, JobState.WORKING),
        attempts.c.step != Step.RECEIVED,
    )
)
"""The steps of the attempts under way; what is received is filed beside the tabs."""

TAKEN = func.coalesce(attempts.c.ending, "").not_in([Ending.UNSENT, Ending.LIMITED])
"""The site took it, or may have; whatever became of it then counts on the site, too."""

_SENDS = (
    select(attempts.c.submitting_at)
    .where(
        attempts.c.account_id == bindparam("account"),
        attempts.c.submitting_at.is_not(None),
        attempts.c.submitting_at > bindparam("since"),
        TAKEN,
        attempts.c.id != bindparam("but"),
    )
    .order_by(attempts.c.submitting_at.desc())
    .limit(SENDS)
)

_LIMITS = (
    select(
        limits,
        select(func.count())
        .where(
            attempts.c.account_id == limits.c.account_id,
            attempts.c.submitting_at.is_not(None),
            attempts.c.submitting_at.between(limits.c.since, limits.c.at),
            TAKEN,
        )
        .scalar_subquery()
        .label("sends"),
    )
    .where(limits.c.account_id == bindparam("account"), limits.c.outcome.in_(LEARNED))
    .order_by(limits.c.at.desc(), limits.c.id.desc())
    .limit(LIMITS)
)

_NEWEST = (
    select(limits.c.outcome)
    .where(limits.c.account_id == bindparam("account"))
    .order_by(limits.c.at.desc(), limits.c.id.desc())
    .limit(1)
)

_ACCOUNT = select(accounts).where(accounts.c.id == bindparam("account"))


def sends(connection: Connection, now: float, account: int, *, but: int = 0) -> tuple[float, ...]:
    """When the site took a prompt of an account, within the last day; the newest first.

    Args:
        connection: the writer's.
        now: the time.
        account: whose.
        but: an attempt that does not count, by its id.
    """
    known = {"account": account, "since": now - DAY, "but": but}
    return tuple(connection.scalars(_SENDS, known).all())


def ledger(connection: Connection, now: float, account: int) -> Ledger:
    """What matters of an account's past; its cost does not grow with the past."""
    known = {"account": account}
    row = connection.execute(_ACCOUNT, known).one()
    steps = connection.scalars(_STEPS, known).all()
    return Ledger(
        sends=sends(connection, now, account),
        preparing=steps.count(Step.CLAIMED),
        working=len(steps),
        limits=tuple(
            Limit(each.at, each.outcome, each.until, each.tabs, each.since, each.sends)
            for each in connection.execute(_LIMITS, known)
        ),
        ceilings=Ceilings(row.most_tabs, row.most_per_hour, row.quiet_from, row.quiet_until),
        rests_until=row.rests_until or 0.0,
        rests_because=row.rests_because or "",
        rests_for=connection.execute(_NEWEST, known).scalars().first() or "",
        fruitless=row.fruitless,
    )


def allow(connection: Connection, now: float, account: int | None, ceilings: Ceilings) -> list[int]:
    """Put the author's ceilings on an account, or on all of them; returns those that are known.

    The author's word on all of them is for those that will be seen later, too.

    Raises:
        NotFoundError: there is no such account.
    """
    known = select(accounts.c.id).order_by(accounts.c.id)
    if account is not None:
        known = known.where(accounts.c.id == account)
    chosen = list(connection.scalars(known))
    allowed = _row(ceilings)
    if account is None:
        connection.execute(delete(all_ceilings))
        connection.execute(insert(all_ceilings).values(id=1, **allowed))
    elif not chosen:
        raise NotFoundError(f"there is no account {account}")
    for number in chosen:
        connection.execute(update(accounts).where(accounts.c.id == number).values(**allowed))
        journal.write(connection, now, Event.ACCOUNT_ALLOWED, account=number, **allowed)
    return chosen


def resume(connection: Connection, now: float, account: int) -> None:
    """End the rest of an account whose page the author has looked at."""
    connection.execute(update(accounts).where(accounts.c.id == account).values(rests_until=now))
    because = "you looked at its page"
    journal.write(connection, now, Event.ACCOUNT_RESTS, account=account, until=now, because=because)


def begun_with(connection: Connection) -> Ceilings:
    """The ceilings that a new account begins with."""
    row = connection.execute(select(all_ceilings)).first()
    if row is None:
        return Ceilings()
    return Ceilings(row.most_tabs, row.most_per_hour, row.quiet_from, row.quiet_until)


def _row(ceilings: Ceilings) -> dict[str, int | None]:
    """How a row keeps ceilings."""
    return {
        "most_tabs": ceilings.tabs,
        "most_per_hour": ceilings.per_hour,
        "quiet_from": ceilings.quiet_from,
        "quiet_until": ceilings.quiet_until,
    }


_OURS = accounts.alias()
_BESIDE = (
    (_OURS.c.site == accounts.c.site)
    & (_OURS.c.profile == accounts.c.profile)
    & (_OURS.c.id != accounts.c.id)
)
_DUE_BESIDE = (
    select(attempts.c.id)
    .join(accounts, accounts.c.id == attempts.c.account_id)
    .join(_OURS, _BESIDE)
    .where(
        _OURS.c.id == bindparam("account"),
        attempts.c.ending.is_(None),
        attempts.c.look_at <= bindparam("now"),
    )
    .limit(1)
)


_BOUND_BESIDE = (
    select(jobs.c.id)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .join(accounts, accounts.c.id == func.coalesce(jobs.c.follow_account, jobs.c.in_account))
    .join(_OURS, _BESIDE)
    .where(
        _OURS.c.id == bindparam("account"),
        is_one_of(jobs.c.state, JobState.WAITING),
        or_(jobs.c.in_account.is_not(None), jobs.c.follow_account.is_not(None)),
        jobs.c.not_before <= bindparam("now"),
        is_one_of(batches.c.state, BatchState.RUNNING),
    )
    .limit(1)
)


def due_beside(connection: Connection, now: float, account: int) -> bool:
    """Whether another identity in the same browser profile has something to do.

    That is an attempt in doubt, or a message that belongs in a chat of its own.
    """
    known = {"now": now, "account": account}
    asked = (_DUE_BESIDE, _BOUND_BESIDE)
    return any(connection.execute(each, known).first() is not None for each in asked)
