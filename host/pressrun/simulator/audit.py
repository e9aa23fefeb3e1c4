"""The simulator's audit: the site's ledger against the store and the files.

What is lost, sent twice or misfiled is said in `promises`. A send can end in three ways: its
outcome is known, it is proved that nothing was sent, or nobody can tell. What nobody can tell
stays an open attempt of its job, and a picture that such an attempt has in its chat is aside.
Which turns an attempt sent is told by the hands that sent them, never by what a page shows or by
words: two panels may have the same, and a correction says its note.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, func, select

from pressrun.picture.recipe import origin, parsed, words_sha256
from pressrun.simulator import promises
from pressrun.simulator.ledger import Entry, SiteLedger
from pressrun.simulator.promises import FiledPicture, Needs, OwnTurn, Promises, SentAttempt
from pressrun.states import Destination, Ending, JobState, PictureState, Step
from pressrun.store.tables import attempts, images, is_one_of, jobs, journal

Sent = Mapping[str, Sequence[str]]
"""The turns that each attempt sent, by the attempt's name on the page."""


_TRIES = (
    select(
        attempts,
        jobs.c.prompt,
        jobs.c.attached,
        jobs.c.says,
        jobs.c.made_from,
        jobs.c.key,
        jobs.c.before,
    )
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .order_by(attempts.c.id)
)

_BEHIND_DOUBTS = select(func.count()).where(
    is_one_of(jobs.c.state, JobState.WAITING),
    select(attempts.c.id)
    .where(
        attempts.c.conversation == func.coalesce(jobs.c.follow_chat, jobs.c.in_chat),
        attempts.c.ending.is_(None),
        attempts.c.look_at.is_(None),
        attempts.c.step != Step.RECEIVED,
    )
    .exists(),
)

_PICTURES = select(
    images,
    attempts.c.job_id,
    jobs.c.prompt_sha256.label("asked_sha256"),
    jobs.c.attached.label("asked_with"),
).join_from(images, attempts.join(jobs))


@dataclass(frozen=True)
class Audit(Promises):
    """What a night came to; the lists name what is wrong."""

    images: int
    done: int
    refused: int
    asking: int
    """Jobs in doubt that wait for the author, and those that wait for the chat of one."""
    failed: int
    """Jobs that were given up."""
    uncorrected: int
    """Corrections that were given up or refused; their panels keep the pictures they have."""
    left: int
    """Jobs that ended in no way at all."""
    in_vain: int
    """Jobs that wait for panels that were not made."""
    journal: str
    """The SHA-256 of the journal and of the ledger."""
    reasons: dict[str, int]
    """Why the others need the author."""

    @property
    def needs_you(self) -> int:
        """Jobs that wait for the author, one way or another."""
        return self.asking + self.failed

    @property
    def success_rate(self) -> float:
        """Done divided by all jobs but those refused, or in vain, and corrections that failed."""
        wanted = self.images - self.refused - self.uncorrected - self.in_vain
        return self.done / wanted if wanted else 1.0


def audit(
    connection: Connection,
    ledger: list[Entry],
    library: Path,
    sent: Sent,
    sheets: Mapping[str, str] = MappingProxyType({}),
    approved: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Audit:
    """Hold what is on disk against what the site knows.

    Args:
        connection: to the store.
        ledger: the site's.
        library: where the pictures are.
        sent: which attempt sent which turn.
        sheets: the SHA-256 of the approved sheet that a panel needs, by its key; empty where none
            was approved.
        approved: what the author approved, by the keys of panels: the SHA-256 of pictures of which
            one is to stand there.
    """
    known = connection.execute(select(jobs).order_by(jobs.c.id)).all()
    states = Counter(row.state for row in known)
    asking = connection.execute(
        select(jobs.c.id, attempts.c.reason)
        .join(attempts, attempts.c.job_id == jobs.c.id)
        .where(
            jobs.c.state == JobState.DOUBT,
            attempts.c.ending.is_(None),
            attempts.c.look_at.is_(None),
        )
    ).all()
    corrections = Counter(row.state for row in known if row.made_from is not None)
    given_up = [row.reason for row in known if row.state == JobState.FAILED]
    ended = (JobState.DONE, JobState.REFUSED, JobState.FAILED, JobState.CANCELLED)
    asked = len(asking) + behind_doubts(connection)
    in_vain = _in_vain(known, {row.id for row in asking})
    told = SiteLedger(ledger)
    tries = connection.execute(_TRIES).all()
    kept, filed = _filed(connection, library, _own_turns(told, tries, sent))
    held = {turn for row in tries if row.ending is None for turn in sent.get(_name(row), ())}
    lost, aside = promises.missing(told, kept, held)
    return Audit(
        images=len(known),
        lost=lost,
        aside=aside,
        twice=_twice(told, tries, sent),
        misfiled=list(map(str, promises.misfiled(told, filed))),
        early=promises.early(told, _needs(tries, sent, sheets)),
        replaced=_replaced(connection, library, approved),
        done=states[JobState.DONE],
        refused=states[JobState.REFUSED] - corrections[JobState.REFUSED],
        asking=asked,
        failed=states[JobState.FAILED] - corrections[JobState.FAILED],
        uncorrected=corrections[JobState.REFUSED] + corrections[JobState.FAILED],
        left=len(known) - asked - in_vain - sum(states[state] for state in ended),
        in_vain=in_vain,
        journal=_hash(connection, ledger),
        reasons=dict(Counter([*given_up, *(row.reason for row in asking)])),
    )


def behind_doubts(connection: Connection) -> int:
    """How many jobs wait for chats in which something is in doubt that the author has to settle."""
    found: int = connection.execute(_BEHIND_DOUBTS).scalar_one()
    return found


def _in_vain(known: Sequence[Row[Any]], asking: Collection[int]) -> int:
    """How many jobs are held for panels that were not made, in the end."""
    newest = {row.key: row for row in known}

    def in_vain(row: Row[Any]) -> bool:
        if row.state != JobState.HELD:
            return row.state in (JobState.FAILED, JobState.REFUSED) or row.id in asking
        ways = [newest[key] for key in (row.before, row.after) if key in newest]
        return any(in_vain(each) for each in ways if each.state != JobState.DONE)

    return sum(row.state == JobState.HELD and in_vain(row) for row in known)


def _needs(tries: Sequence[Row[Any]], sent: Sent, sheets: Mapping[str, str]) -> Iterator[Needs]:
    """What each attempt that sent something was to be sent with."""
    makers = defaultdict[str, set[str]](set)
    for row in tries:
        makers[row.key].update(sent.get(_name(row), ()))
    for row in tries:
        # its own chat has what was sent there
        follows = row.before is not None and row.destination != Destination.OWN
        yield Needs(
            f"{row.key} ({_name(row)})",
            sent.get(_name(row), ()),
            (row.followed or "") if follows else None,
            makers[row.before] if follows else (),
            [sheets[row.key]] if row.key in sheets else (),
        )


def _replaced(
    connection: Connection, library: Path, approved: Mapping[str, Collection[str]]
) -> list[str]:
    """The panels that have another picture than their author approved, on record or on disk."""
    rows = connection.execute(
        select(images.c.key, images.c.path).where(
            is_one_of(images.c.place, PictureState.CURRENT), images.c.approved_at.is_not(None)
        )
    )
    paths = {row.key: library / row.path for row in rows}
    return [
        key
        for key, wanted in approved.items()
        if key not in paths
        or not paths[key].is_file()
        or hashlib.sha256(paths[key].read_bytes()).hexdigest() not in wanted
    ]


def _filed(
    connection: Connection, library: Path, own: Mapping[int, Mapping[str, OwnTurn]]
) -> tuple[set[str], list[FiledPicture]]:
    """The SHA-256 of every picture on record as it is on disk, and those that stand for a panel."""
    kept, filed = set[str](), list[FiledPicture]()
    for row in connection.execute(_PICTURES):
        path = library / row.path
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "gone"
        kept.add(sha256)
        if row.place != PictureState.QUARANTINE:
            wanted = origin(row.prompt_sha256, parsed(row.attached))
            asked = origin(row.asked_sha256, parsed(row.asked_with))
            # no turn makes right what is on record as another panel's
            turns = own.get(row.job_id, {}) if wanted == asked else {}
            beside = row.place != PictureState.CURRENT
            filed.append(FiledPicture(row.key, sha256, wanted, beside, turns))
    return kept, filed


def _own_turns(
    ledger: SiteLedger, tries: Sequence[Row[Any]], sent: Sent
) -> dict[int, dict[str, OwnTurn]]:
    """What each attempt was to send, by its job and by the turns that it sent."""
    of_job: defaultdict[int, set[str]] = defaultdict(set)
    for row in tries:
        of_job[row.job_id].update(sent.get(_name(row), ()))
    makers: defaultdict[str, set[str]] = defaultdict(set)
    for made in ledger.pictures:
        makers[made.sha256].add(made.turn)
    begun = {(row.account_id, row.conversation): row for row in reversed(tries) if _begins(row)}
    found: defaultdict[int, dict[str, OwnTurn]] = defaultdict(dict)
    for row in tries:
        # a chat has its references from its start; a picture may go with a note about it, but not
        # with what is asked for after an answer in words
        noted = row.says is not None and _said(row).startswith(row.says)
        shown = row.shows if row.destination == Destination.OWN and noted else None
        start = row if _begins(row) else begun.get((row.account_id, row.conversation), row)
        if shown is not None:
            sent_with = [each.sha256 for each in parsed(shown)]
        elif row.destination == Destination.KEPT and row.followed is not None:
            sent_with = [row.followed]
        else:
            # a repair, and what is steered, begins its chat with more than its panel asks for
            begins_with = start.shows if _begins(start) else None
            before = [] if start.followed is None else [start.followed]
            attached = parsed(row.attached if begins_with is None else begins_with)
            sent_with = [*(each.sha256 for each in attached), *before]
        wanted = " ".join([words_sha256(_said(row)), *sent_with])
        for turn in sent.get(_name(row), ()):
            after = None
            if row.made_from is not None:
                after = frozenset(makers[row.made_from])
            elif row.destination == Destination.OWN:
                after = frozenset(of_job[row.job_id] - {turn})
            first = row.destination == Destination.FRESH
            found[row.job_id][turn] = OwnTurn(wanted, after, first=first)
    return found


def _begins(row: Row[Any]) -> bool:
    """Whether an attempt begins its chat."""
    return bool(row.destination == Destination.FRESH)


def _said(row: Row[Any]) -> str:
    """The words that an attempt sends."""
    said: str = row.prompt if row.said is None else row.said
    return said


def _twice(ledger: SiteLedger, tries: Sequence[Row[Any]], sent: Sent) -> list[str]:
    """What was sent again and should not have been: by attempts and, besides, by their words."""
    clicked = [
        SentAttempt(_name(row), row.job_id, row.ending, sent.get(_name(row), ()))
        for row in tries
        if row.submitting_at is not None
    ]
    again = promises.sent_again(ledger, clicked)
    words = {_name(row): words_sha256(_said(row)) for row in tries}
    told = {words[each.name] for each, _ in again}
    nobodys = promises.unordered(ledger, clicked)
    told |= {each.prompt_sha256 for each in nobodys}
    # each job may send what it says once, and once more whenever the author orders that
    wanted = Counter(sha256 for _, sha256 in {(row.job_id, words[_name(row)]) for row in tries})
    wanted.update(words[_name(row)] for row in tries if row.ending == Ending.ABANDONED)
    often = promises.sent_too_often(ledger, wanted)
    reasons = {_name(row): row.reason for row in tries}
    return [
        *(
            f"attempt {each.name} {what}: {each.ending}, {reasons[each.name]}"
            for each, what in again
        ),
        *(f"sent by no attempt: {each.prompt[:60]}" for each in nobodys),
        *(what for sha256, what in often.items() if sha256 not in told),
    ]


def _name(row: Row[Any]) -> str:
    """How the page knows an attempt."""
    return f"{row.job_id}.{row.number}"


def _hash(connection: Connection, ledger: list[Entry]) -> str:
    told = hashlib.sha256()
    for row in connection.execute(select(journal).order_by(journal.c.id)):
        told.update(repr(tuple(row)).encode())
    for entry in ledger:
        told.update(entry.model_dump_json().encode())
    return told.hexdigest()
