"""Takes: every picture that a panel was given, and one more of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, or_, select, update

from pressrun.errors import BadInputError
from pressrun.picture.format import ROOM_CHARS
from pressrun.picture.recipe import Recipe, Reference, origin_of
from pressrun.picture.recipe import listed as references
from pressrun.protocol.messages.base import PROMPT_CHARS
from pressrun.states import (
    OPEN_JOBS,
    STANDS_OUT,
    UNBEGUN,
    BatchState,
    Ending,
    JobState,
    PictureState,
)
from pressrun.store import chats, holds, journal, settling
from pressrun.store import images as images_store
from pressrun.store.accounts import FOUND, browsers
from pressrun.store.attempts import others_named
from pressrun.store.batches import OPEN
from pressrun.store.chunks import chunks
from pressrun.store.journal import Event
from pressrun.store.record import Held
from pressrun.store.tables import (
    accounts,
    attempts,
    batches,
    images,
    is_one_of,
    jobs,
    listed,
    marks,
)
from pressrun.words import redo_in_words

_NAME_CHARS = 80
"""The longest name of a picture that the site is told."""


@dataclass(frozen=True)
class Wish:
    """What the author wants of one more take."""

    note: str | None = None
    in_chat: bool = False
    """Whether the note is sent, as a correction, in the chat in which the picture was made."""
    in_words: bool = False
    """Whether the note is sent below the words, in a fresh chat."""
    take: int | None = None
    """The number of the take to be corrected; None is the panel's picture."""
    words: str | None = None
    """The author's own words, sent in place of the panel's."""
    by_reason: bool = False
    """Whether what the author said of each picture when rejecting it comes before the note."""

    def of(self, picture: RowMapping) -> "Wish":
        """What is wanted of the take of one panel; `picture` is a row of `rows`."""
        if not self.by_reason:
            return self
        note = "\n".join(filter(None, [picture["rejected_note"], self.note])) or None
        return replace(self, note=note, in_words=note is not None, by_reason=False)


@dataclass(frozen=True)
class Ordered:
    """One more take of a panel that was ordered."""

    batch: int
    job: int
    counted: bool
    """Whether the picture before it counted for its batch as one that was there already."""


class NotKeptError(Exception):
    """Pictures have to be kept as reference copies before they can be corrected."""

    def __init__(self, pictures: Mapping[str, Reference]) -> None:
        super().__init__(f"{len(pictures)} pictures are not kept")
        self.pictures = pictures
        """Each by its path, relative to the library."""


def busy(connection: Connection, library: str) -> set[str]:
    """The panels of a library that are to be made, or are being made.

    A repair that is not begun counts for nothing: the author's word takes it back.
    """
    open_ones = connection.scalars(
        select(jobs.c.key)
        .join(batches)
        .where(
            batches.c.library == library,
            is_one_of(jobs.c.state, *OPEN_JOBS),
            or_(jobs.c.repair == 0, jobs.c.state.not_in(UNBEGUN)),
        )
    )
    return set(open_ones)


def rows(connection: Connection, numbers: Collection[int]) -> dict[int, RowMapping]:
    """What `order` and `fault` ask of pictures, by the numbers of these, in the order of panels."""
    found: list[RowMapping] = []
    for chunk in chunks(numbers):
        found += connection.execute(_PICTURES.where(images.c.id.in_(chunk))).mappings()
    return {row["id"]: row for row in sorted(found, key=lambda row: (row["ordinal"], row["id"]))}


def faults(
    connection: Connection,
    pictures: Mapping[str, RowMapping],
    wish: Wish,
    able: Collection[int],
) -> dict[str, str]:
    """Why takes cannot be made as they are wanted, by the keys of their panels.

    Args:
        connection: the writer's.
        pictures: as for `order`.
        wish: what is wanted of the new takes.
        able: the accounts that are signed in where a browser is connected.
    """
    if not (wish.in_chat or wish.in_words or wish.by_reason or wish.words is not None):
        return {}
    wanted = {} if wish.in_chat else _wanted(connection, pictures)
    found = {}
    for key, picture in pictures.items():
        try:
            if wish.in_chat:
                _see_correctable(connection, picture, able, wish.note or "")
                continue
            recipe = Recipe.from_row(wanted.get(key) or picture)
            if wish.words is not None:
                _see_room(key, recipe, wish.words)
            elif (one := wish.of(picture)).in_words:
                _with_note(key, recipe, one.note or "")
        except BadInputError as error:
            found[key] = str(error)
    return found


def order(
    connection: Connection,
    now: float,
    pictures: Mapping[str, RowMapping],
    wish: Wish,
    *,
    kept: Collection[str] = (),
) -> dict[str, Ordered]:
    """Order one more take of panels, of which nothing is to be made now; tells it by their keys.

    Args:
        connection: the writer's.
        now: the time.
        pictures: by the keys of their panels: what is made again, or corrected; see `rows`.
        wish: what is wanted of the new takes.
        kept: the SHA-256 of takes that were kept as reference copies.

    Raises:
        NotKeptError: some takes are to be kept as reference copies first; none was ordered.
    """
    copies, queue = _Copies(frozenset(kept)), _Queue(connection, now)
    wanted = _wanted(connection, pictures)
    new = [
        _new_job(connection, now, picture, wanted.get(key), wish.of(picture), copies, queue)
        for key, picture in pictures.items()
    ]
    if copies.missing:
        raise NotKeptError(copies.missing)
    by_batch: dict[int, list[str]] = {}
    for job in new:
        by_batch.setdefault(job["batch_id"], []).append(job["key"])
    counted = {key for batch, keys in by_batch.items() for key in _outdate(connection, batch, keys)}
    connection.execute(insert(jobs), new)
    numbers = _numbers(connection, new)
    for batch in by_batch:
        holds.hold(connection, now, batch, numbers[0] if len(numbers) == 1 else None)
    told = [
        {
            "batch": job["batch_id"],
            "job": number,
            "data": {"made_from": job["made_from"]} if wish.in_chat else {},
        }
        for job, number in zip(new, numbers, strict=True)
    ]
    journal.write_all(connection, now, Event.JOB_REDONE, told)
    for library in {picture["library"] for picture in pictures.values()}:
        holds.see_all(connection, now, library, list(pictures))
    return {
        job["key"]: Ordered(job["batch_id"], number, job["key"] in counted)
        for job, number in zip(new, numbers, strict=True)
    }


def listed_rows(connection: Connection, numbers: Collection[int]) -> dict[int, RowMapping]:
    """What `accept` asks of pictures whose panels a list names, by the numbers of these."""
    found: dict[int, RowMapping] = {}
    for chunk in chunks(numbers):
        rows_of = connection.execute(_LISTED.where(images.c.id.in_(chunk))).mappings()
        found |= {row["id"]: row for row in rows_of}
    return found


def is_acceptable(row: RowMapping) -> bool:
    """Whether there is anything that an author could accept of a picture."""
    stands_out = row["state"] in STANDS_OUT and row["settled_at"] is None
    is_stale = origin_of(row) != origin_of(row, "wanted_")
    return is_stale or stands_out or row["rejected_at"] is not None


def accept(connection: Connection, row: RowMapping) -> bool:
    """Put on record that a picture stands for what its list asks for; returns whether it did not.

    Args:
        connection: the writer's.
        row: of `listed_rows`.
    """
    if not is_acceptable(row):
        return False
    connection.execute(
        update(images)
        .where(images.c.id == row["id"])
        .values(
            kept_for=origin_of(row, "wanted_"),
            rejected_at=None,
            rejected_because=None,
            rejected_note=None,
        )
    )
    return True


def choose(
    connection: Connection,
    now: float,
    chosen: Held,
    path: str,
    *,
    aside: Callable[[str, str, str], str],
) -> None:
    """Put on record that another take is its panel's picture now, for what its list asks for.

    Args:
        connection: the writer's.
        now: the time.
        chosen: the take.
        path: where it is now, relative to the library.
        aside: where the picture before it went, from its key, SHA-256 and path.
    """
    library, key = chosen.library, chosen.record.key
    images_store.make_room(connection, library, key, aside, but=[chosen.id])
    found = connection.execute(
        select(listed).where(listed.c.library == library, listed.c.key == key)
    )
    wanted = found.mappings().first()
    kept = origin_of(wanted) if wanted else None
    connection.execute(
        update(images)
        .where(images.c.id == chosen.id)
        .values(
            place=PictureState.CURRENT,
            path=path,
            kept_for=kept,
            rejected_at=None,
            rejected_because=None,
            rejected_note=None,
        )
    )
    journal.write(connection, now, Event.IMAGE_CHOSEN, job=_job(connection, chosen.id))
    settling.settle(connection, now, chosen.id)
    holds.see(connection, now, library, key)


def tidy(connection: Connection, now: float, picture: Held, path: str) -> None:
    """Put on record that a picture is an alternative now, as no list names its panel.

    Args:
        connection: the writer's.
        now: the time.
        picture: as it was.
        path: where it is now, relative to the library.
    """
    connection.execute(
        update(images)
        .where(images.c.id == picture.id)
        .values(place=PictureState.ALTERNATIVE, path=path)
    )
    journal.write(connection, now, Event.IMAGE_TIDIED, job=_job(connection, picture.id))
    holds.see(connection, now, picture.library, picture.record.key)


def _job(connection: Connection, image: int) -> int | None:
    job: int | None = connection.scalar(
        select(attempts.c.job_id)
        .join(images, images.c.attempt_id == attempts.c.id)
        .where(images.c.id == image)
    )
    return job


class _Copies:
    """The reference copies that go with corrections; those that are still to be made."""

    def __init__(self, kept: frozenset[str]) -> None:
        self._kept = kept
        self.missing: dict[str, Reference] = {}

    def of(self, picture: RowMapping) -> str | None:
        """A picture as the row of a job names it."""
        name = Path(picture["path"]).name[-_NAME_CHARS:]
        reference = Reference(name, picture["media"], picture["sha256"])
        if reference.sha256 not in self._kept:
            self.missing[picture["path"]] = reference
        return references([reference])


class _Queue:
    """The batches that new jobs go to, and the last places in them."""

    def __init__(self, connection: Connection, now: float) -> None:
        self._connection = connection
        self._now = now
        self._batches: dict[str, int] = {}
        self._places: dict[int, int] = {}

    def batch(self, picture: RowMapping, source: str) -> int:
        """The batch that makes the pictures of a list."""
        if source not in self._batches:
            self._batches[source] = _batch(self._connection, self._now, picture, source)
        return self._batches[source]

    def place(self, batch: int) -> int:
        """The next place at the end of a batch."""
        if batch not in self._places:
            asked = select(func.max(jobs.c.place)).where(jobs.c.batch_id == batch)
            self._places[batch] = self._connection.scalar(asked) or 0
        self._places[batch] += 1
        return self._places[batch]


def _wanted(connection: Connection, pictures: Mapping[str, RowMapping]) -> dict[str, RowMapping]:
    """What a list asks for where pictures stand, by the keys of the panels that one names."""
    found: dict[str, RowMapping] = {}
    for library in {picture["library"] for picture in pictures.values()}:
        for chunk in chunks(pictures):
            asked = select(listed).where(listed.c.library == library, listed.c.key.in_(chunk))
            rows_of = connection.execute(asked.order_by(listed.c.source, listed.c.ordinal))
            found = {row["key"]: row for row in rows_of.mappings()} | found
    return found


def _new_job(
    connection: Connection,
    now: float,
    picture: RowMapping,
    wanted: RowMapping | None,
    wish: Wish,
    copies: _Copies,
    queue: _Queue,
) -> dict[str, Any]:
    """The row of a job for one more take of a panel."""
    batch = queue.batch(picture, wanted["source"] if wanted else picture["source"])
    place = queue.place(batch)
    made_from = picture if wish.in_chat else wanted or picture
    recipe = Recipe.from_row(made_from)
    told: dict[str, Any] = dict.fromkeys(_TOLD)
    told |= {"note": wish.note, "scene": made_from["scene"]}
    if wanted and not wish.in_chat:
        told["after"] = wanted["after"]
    if recipe.follows and not wish.in_chat:
        told["before"] = wanted["before"] if wanted else _followed(connection, picture)
        # a panel that cannot follow any more is not to say that it did
        recipe = replace(recipe, follows=told["before"] is not None)
    if wish.in_words:
        told["says"] = _with_note(picture["key"], recipe, wish.note or "")
    if wish.words is not None:
        told["says"] = wish.words
    if wish.in_chat:
        told |= _correction(connection, now, picture, wish, copies)
    return {
        "batch_id": batch,
        "ordinal": wanted["ordinal"] if wanted else place,
        "place": place,
        "key": picture["key"],
        "state": JobState.WAITING,
        **recipe.row,
        **told,
    }


def _numbers(connection: Connection, new: Sequence[Mapping[str, Any]]) -> list[int]:
    """The numbers of jobs that were just added: places at the end of a batch are theirs alone."""
    found: dict[tuple[int, int], int] = {}
    for batch in {job["batch_id"] for job in new}:
        first = min(job["place"] for job in new if job["batch_id"] == batch)
        rows_of = connection.execute(
            select(jobs.c.id, jobs.c.place).where(jobs.c.batch_id == batch, jobs.c.place >= first)
        )
        found |= {(batch, row.place): row.id for row in rows_of}
    return [found[job["batch_id"], job["place"]] for job in new]


_TOLD = ("note", "scene", "after", "before", "says", "in_chat", "in_account", "made_from", "shows")
"""What the job of one more take may have besides its recipe."""


def _outdate(connection: Connection, batch: int, keys: Sequence[str]) -> list[str]:
    """Have new jobs of panels count for a batch in place of what it has of them.

    Returns:
        The panels whose picture counted as one that was there already.
    """
    earlier = set[str]()
    for chunk in chunks(keys):
        mine = (jobs.c.batch_id == batch, jobs.c.key.in_(chunk), jobs.c.outdated.is_(False))
        earlier |= set(connection.scalars(select(jobs.c.key).where(*mine)))
        connection.execute(update(jobs).where(*mine).values(outdated=True))
    found = connection.scalar(select(batches.c.made_before).where(batches.c.id == batch)) or 0
    counted = [key for key in keys if key not in earlier][:found]
    if counted:
        connection.execute(
            update(batches)
            .where(batches.c.id == batch)
            .values(made_before=batches.c.made_before - len(counted))
        )
    return counted


def _followed(connection: Connection, picture: RowMapping) -> str | None:
    """The panel that a picture of no list follows: the one whose picture it was sent with."""
    key: str | None = connection.scalar(
        select(images.c.key).where(
            images.c.library == picture["library"],
            images.c.sha256 == picture["followed"],
            images.c.place != PictureState.GONE,
        )
    )
    return key or picture["before"]


def _correction(
    connection: Connection, now: float, picture: RowMapping, wish: Wish, copies: _Copies
) -> dict[str, Any]:
    """What the job of a correction has besides; its chat is left to corrections from now on."""
    account, conversation = picture["account_id"], picture["conversation"]
    chats.leave(connection, now, account, conversation, "a picture in it is corrected")
    # a correction that is tried again after this one is no longer about the newest picture
    before = connection.execute(_CORRECTIONS, {"account": account, "conversation": conversation})
    waiting = before.mappings().all()
    for each in waiting:
        if each["shows"] is None and each["state"] in UNBEGUN:
            connection.execute(
                update(jobs).where(jobs.c.id == each["job"]).values(shows=copies.of(each))
            )
    others = {each.sha256 for each in others_named(picture["others"])} - {picture["sha256"]}
    is_plain = not waiting and not others and not _gone_on(connection, picture)
    return {
        "says": wish.note,
        "in_chat": conversation,
        "in_account": account,
        "made_from": picture["sha256"],
        "shows": None if is_plain else copies.of(picture),
    }


def _gone_on(connection: Connection, picture: RowMapping) -> bool:
    """Whether something of ours was sent, or may yet be, below a picture in its chat."""
    later = (
        select(attempts.c.id)
        .where(
            attempts.c.account_id == picture["account_id"],
            attempts.c.conversation == picture["conversation"],
            attempts.c.id != picture["attempt_id"],
            attempts.c.ending.is_distinct_from(Ending.UNSENT),
            (attempts.c.submitting_at > (picture["submitting_at"] or 0.0))
            | (attempts.c.submitting_at.is_(None) & attempts.c.ending.is_(None)),
        )
        .limit(1)
    )
    return connection.scalar(later) is not None


def _see_correctable(
    connection: Connection, picture: RowMapping, able: Collection[int], note: str
) -> None:
    """See that a take's chat can be gone on in.

    Raises:
        BadInputError: its chat or its account is not known here, or is not within reach.
    """
    key, account = picture["key"], picture["account_id"]
    instead = (
        "nothing was sent. To make it in a fresh chat, with the note below the words: "
        f"{redo_in_words(key, note)}"
    )
    if picture["place"] == PictureState.QUARANTINE:
        raise BadInputError(
            f"this take of {key} has the very bytes of another panel's picture; {instead}"
        )
    if picture["profile"] == FOUND:
        raise BadInputError(
            f"the picture of {key} was found in the library, and the account that made it is not "
            f"known here; {instead}"
        )
    if picture["conversation"] is None:
        raise BadInputError(f"the chat of the picture of {key} is not on record; {instead}")
    if able and account not in able:
        numbers = browsers(connection)
        others = [
            f"account {row.id} (browser {numbers.get(row.profile)})"
            for row in connection.execute(
                select(accounts.c.id, accounts.c.profile)
                .where(accounts.c.id.in_(able))
                .order_by(accounts.c.id)
            )
        ]
        raise BadInputError(
            f"the picture of {key} was made by account {account} "
            f"(browser {numbers.get(picture['profile'])}), and only {', '.join(others)} can be "
            f"used now. Sign in with that account in that browser, and try again; {instead}"
        )


def _with_note(key: str, recipe: Recipe, note: str) -> str:
    """Words with a note below them.

    Raises:
        BadInputError: together they are too long for a prompt.
    """
    words = f"{recipe.prompt}\n\n{note}"
    most = _room(recipe)
    if len(words) > most:
        raise BadInputError(
            f"the words of {key} and the note have {len(words):,} characters together; a prompt "
            f"may have at most {most:,}. Nothing was sent; shorten the note"
        )
    return words


def _see_room(key: str, recipe: Recipe, words: str) -> None:
    """See that the author's own words fit a prompt.

    Raises:
        BadInputError: they are too long.
    """
    if len(words) > _room(recipe):
        raise BadInputError(
            f"the words for {key} have {len(words):,} characters; a prompt may have at most "
            f"{_room(recipe):,}. Nothing was sent; shorten them"
        )


def _room(recipe: Recipe) -> int:
    """The most characters that the words for a recipe may have."""
    return PROMPT_CHARS if recipe.format is None else PROMPT_CHARS - ROOM_CHARS


def unpictured(connection: Connection, library: str, key: str) -> str:
    """Why nothing can be made again of what a key names."""
    refused = connection.scalar(
        select(jobs.c.key)
        .join(batches)
        .where(
            batches.c.library == library,
            is_one_of(jobs.c.state, JobState.REFUSED),
            jobs.c.key == key,
        )
        .limit(1)
    )
    if refused is not None:
        return (
            f"{key} was refused by the site, and has no picture; nothing was changed. Change its "
            "words in the list, and run it again"
        )
    return f"{key} has no picture that could be made again; nothing was changed"


def _batch(connection: Connection, now: float, picture: RowMapping, source: str) -> int:
    """The open batch of a list, or a new one like its last."""
    library: str = picture["library"]
    mine = (batches.c.library == library) & (batches.c.source == source)
    batch: int | None = connection.scalar(
        select(batches.c.id).where(mine, batches.c.state.in_(OPEN))
    )
    if batch is not None:
        return batch
    before = connection.execute(
        select(
            batches.c.site,
            batches.c.tabs,
            batches.c.on_doubt,
            batches.c.chats,
            batches.c.project,
            batches.c.wrong_format,
            batches.c.follow_up,
            batches.c.outliers,
            batches.c.repairs,
            batches.c.repair_share,
            batches.c.style_references,
        )
        .where(or_(mine, batches.c.id == picture["batch_id"]))
        .order_by(mine.desc(), batches.c.id.desc())
    ).first()
    assert before is not None  # noqa: S101 - the batch that made the picture
    batch = connection.execute(
        insert(batches)
        .values(
            source=source,
            library=library,
            state=BatchState.RUNNING,
            made_before=0,
            takes=True,
            created_at=now,
            **before._mapping,  # noqa: SLF001 - a row's public name for it
        )
        .returning(batches.c.id)
    ).scalar_one()
    journal.write(connection, now, Event.BATCH_STARTED, batch=batch, jobs=0)
    return batch


_PICTURES = (
    select(
        images.c.id,
        images.c.key,
        images.c.library,
        images.c.place,
        images.c.path,
        images.c.sha256,
        images.c.media,
        images.c.attempt_id,
        images.c.rejected_note,
        jobs.c.ordinal,
        jobs.c.prompt,
        jobs.c.attached,
        jobs.c.format,
        jobs.c.follows,
        jobs.c.ingredients,
        jobs.c.before,
        jobs.c.scene,
        jobs.c.batch_id,
        batches.c.source,
        attempts.c.account_id,
        attempts.c.conversation,
        attempts.c.submitting_at,
        attempts.c.others,
        attempts.c.followed,
        accounts.c.profile,
    )
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .join(accounts, accounts.c.id == attempts.c.account_id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .order_by(jobs.c.ordinal, images.c.id)
)

# the corrections that are still to be made in a chat, each with the take that it is about
_CORRECTIONS = (
    select(
        jobs.c.id.label("job"),
        jobs.c.state,
        jobs.c.shows,
        images.c.path,
        images.c.sha256,
        images.c.media,
    )
    .join(batches, batches.c.id == jobs.c.batch_id)
    .join(
        images,
        (images.c.library == batches.c.library)
        & (images.c.key == jobs.c.key)
        & (images.c.sha256 == jobs.c.made_from),
    )
    .where(
        is_one_of(jobs.c.state, *OPEN_JOBS),
        jobs.c.in_account == bindparam("account"),
        jobs.c.in_chat == bindparam("conversation"),
        images.c.place != PictureState.GONE,
    )
)

_LISTED = (
    select(
        images.c.id,
        images.c.key,
        images.c.prompt_sha256,
        images.c.attached,
        images.c.format,
        images.c.follows,
        images.c.ingredients,
        attempts.c.job_id,
        images.c.rejected_at,
        marks.c.state,
        marks.c.settled_at,
        *images_store.WANTED,
    )
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .outerjoin(marks, marks.c.image_id == images.c.id)
    .join(listed, (listed.c.library == images.c.library) & (listed.c.key == images.c.key))
    .where(is_one_of(images.c.place, PictureState.CURRENT))
    .order_by(listed.c.source, listed.c.ordinal)
)
