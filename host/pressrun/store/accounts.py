"""Accounts: a site, a browser profile and a mark of who is signed in there."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from pressrun.store import journal
from pressrun.store.journal import Event
from pressrun.store.tables import accounts, attempts


@dataclass(frozen=True)
class Rest:
    """Why an account makes nothing for now, and until when."""

    until: float
    because: str


SEEN_SECONDS = 60.0
"""How exactly it is kept when an account was seen."""

_BY_MARK = select(accounts.c.id, accounts.c.seen_at).where(
    accounts.c.site == bindparam("site"),
    accounts.c.profile == bindparam("profile"),
    accounts.c.mark == bindparam("mark"),
)

_REST = select(accounts.c.rests_until, accounts.c.rests_because).where(
    accounts.c.id == bindparam("account")
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
    added: int = connection.execute(
        insert(accounts)
        .values(site=site, profile=profile, mark=mark, seen_at=now)
        .returning(accounts.c.id)
    ).scalar_one()
    journal.write(connection, now, Event.ACCOUNT_SEEN, account=added, site=site)
    return added


def rest(connection: Connection, now: float, account: int, *, until: float, because: str) -> None:
    """Have an account make nothing until `until`: the site asked for it."""
    connection.execute(
        update(accounts)
        .where(accounts.c.id == account)
        .values(rests_until=until, rests_because=because)
    )
    journal.write(
        connection, now, Event.ACCOUNT_RESTS, account=account, until=until, because=because
    )


def resting(connection: Connection, now: float, account: int) -> Rest | None:
    """Why and until when an account rests, or None when it may work."""
    row = connection.execute(_REST, {"account": account}).one()
    if row.rests_until is None or row.rests_until <= now:
        return None
    return Rest(row.rests_until, row.rests_because)


_OURS = accounts.alias()
_DUE_BESIDE = (
    select(attempts.c.id)
    .join(accounts, accounts.c.id == attempts.c.account_id)
    .join(
        _OURS,
        (_OURS.c.site == accounts.c.site)
        & (_OURS.c.profile == accounts.c.profile)
        & (_OURS.c.id != accounts.c.id),
    )
    .where(
        _OURS.c.id == bindparam("account"),
        attempts.c.ending.is_(None),
        attempts.c.look_at <= bindparam("now"),
    )
    .limit(1)
)


def due_beside(connection: Connection, now: float, account: int) -> bool:
    """Whether something in doubt is due of another identity in the same browser profile."""
    return connection.execute(_DUE_BESIDE, {"now": now, "account": account}).first() is not None
