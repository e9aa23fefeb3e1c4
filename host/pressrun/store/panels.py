"""Panels: where each panel of a library stands, and what became of every try at it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, RowMapping, select

from pressrun.errors import NotFoundError
from pressrun.picture import format as formats
from pressrun.picture.key import fold, natural
from pressrun.picture.recipe import Recipe, origin_of
from pressrun.states import (
    OPEN_JOBS,
    Ending,
    JobState,
    MarkState,
    PanelState,
    PictureState,
    Rejected,
    Reviewed,
)
from pressrun.store import accounts as accounts_store
from pressrun.store import keys, lists, offers, whereabouts
from pressrun.store.lists import Listed
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
from pressrun.words import no_batch


@dataclass(frozen=True)
class Uncorrected:
    """A correction of a picture that came to nothing; the picture is there."""

    note: str
    in_chat: bool
    """Whether it was to be made in the chat of the picture."""
    refused: bool


@dataclass(frozen=True)
class KnownPanel:
    """A panel, and where it stands."""

    key: str
    source: str
    """The list that asks for it; empty when none does."""
    line: int
    """Its line in that list; 0 when unknown."""
    recipe: Recipe
    """What the list asks for, or what its picture was made from."""
    state: PanelState
    reason: str = ""
    """The site's own words where it refused or failed; otherwise why it stands there."""
    after: str | None = None
    """The panel whose approval it waits for."""
    path: str | None = None
    """Its picture, below the library."""
    misfit: str | None = None
    """What is wrong with the format of its picture."""
    uncorrected: Uncorrected | None = None
    behind: "Behind | None" = None
    """The panel that it follows, where it waits for that one's picture."""
    file: str | None = None
    """The file that its line is in, where that is not the list itself."""
    about: str | None = None
    """What is drawn, where prompts all begin alike."""
    standing_out: str = ""
    """How its picture stands out from the approved ones, until the author has a word on it."""
    reviewed: Reviewed = Reviewed.UNREVIEWED
    """What its author said of its picture."""
    offered: tuple[int, ...] = ()
    """The numbers of its takes that wait for the author's yes."""

    @property
    def locked(self) -> bool:
        """Whether its picture is locked."""
        return self.reviewed == Reviewed.LOCKED


@dataclass(frozen=True, slots=True)
class Behind:
    """A panel whose picture is not settled, for one that follows it."""

    key: str
    state: PanelState
    """Where it stands."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel on a contact sheet."""

    key: str
    path: str | None
    """Its picture, below the library."""
    prompt: str
    reason: str = ""
    """Why it has no picture, or what is wrong with it."""
    picture: str | None = None
    """The SHA-256 of its picture, by which the small copy is found."""


@dataclass(frozen=True)
class Try:
    """One attempt at a panel."""

    batch: int
    number: int
    account: int
    started_at: float
    sent_at: float | None
    ended_at: float | None
    ending: Ending | None
    """None while it goes on, or is in doubt."""
    reason: str
    site: str
    conversation: str | None
    id: int = 0
    """By which a take tells what brought it."""


@dataclass(frozen=True)
class Take:
    """One picture of a panel."""

    id: int
    number: int
    """From 1, the oldest first; a take keeps its number."""
    place: PictureState
    path: str
    sha256: str
    width: int
    height: int
    filed_at: float
    approved: bool
    note: str | None
    format: str | None
    """The aspect ratio that was asked for."""
    made_from: int | None
    """The number of the take of which it is a correction."""
    site: str
    account: int | None
    """None where the account that made it is not known here."""
    conversation: str | None
    mark: MarkState | None = None
    why_marked: str = ""
    """How it stands out, or why it is not measured."""
    rejected: Rejected | None = None
    locked: bool = False
    offered: bool = False
    """Whether it waits for the author's yes."""
    attempt: int = 0
    """The attempt that brought it."""
    decided: int = 0
    """The number of the author's last decision about it; 0 for none."""
    rejected_note: str | None = None
    """Why its author rejected it, in the author's words."""
    said: str | None = None
    """What was sent, where that was not the panel's words."""


def list_of(connection: Connection, batch: int | None) -> tuple[str, str]:
    """The library and the list of a batch; None means the newest.

    Raises:
        NotFoundError: there is no such batch.
    """
    chosen = select(batches.c.library, batches.c.source).order_by(batches.c.id.desc()).limit(1)
    row = connection.execute(
        chosen if batch is None else chosen.where(batches.c.id == batch)
    ).first()
    if row is None:
        raise NotFoundError(no_batch(batch))
    return row.library, row.source


def of(connection: Connection, library: str, source: str | None = None) -> list[KnownPanel]:
    """The panels of a library in reading order: list by list, then the pictures of no list.

    Args:
        connection: the writer's.
        library: whose.
        source: the only list to look at; None means all, and what no list names.
    """
    asked = lists.of(connection, library)
    known = _histories(connection, library)
    found = [each for each in asked if source is None or each.source == source]
    offered = offers.numbers(connection, library)
    return _told(source, found, known, offered, is_listed=bool(found))


def one(connection: Connection, library: str, key: str) -> KnownPanel | None:
    """A panel of a library by its key; None where there is none.

    It costs the same in a library of ten panels and in one of a hundred thousand.
    """
    forms = keys.written(connection, library, [key])
    others = connection.execute(_WAITED_FOR.where(_of(library), jobs.c.key.in_(forms))).all()
    waited_for = {each for row in others for each in row if each is not None}
    forms |= keys.written(connection, library, waited_for) if waited_for else set()
    found = lists.of(connection, library, forms)
    known = _histories(connection, library, forms)
    is_listed = bool(found) or lists.is_known(connection, library)
    waits = any(offers.of_panel(connection, library, form) for form in forms)
    offered = offers.numbers(connection, library) if waits else {}
    told = _told(None, found, known, offered, is_listed=is_listed)
    return next((each for each in told if fold(each.key) == fold(key)), None)


def _told(
    source: str | None,
    found: list[Listed],
    known: "Mapping[str, History]",
    offered: Mapping[str, tuple[int, ...]],
    *,
    is_listed: bool,
) -> list[KnownPanel]:
    """Where panels stand: those that lists ask for first.

    Args:
        source: the only list that is looked at; None means all, and what no list names.
        found: what lists ask for.
        known: what is on record.
        offered: by key, the numbers of the takes that wait for the author's yes.
        is_listed: whether it is known what lists ask for.
    """
    found.sort(key=lambda panel: natural(panel.source))
    named = {fold(panel.key) for panel in found}
    told = [_listed(panel, known.get(fold(panel.key), History())) for panel in found]
    if source is None or not found:
        rest = [history for key, history in known.items() if key not in named]
        rest.sort(key=lambda history: history.ordinal)
        told += [
            panel
            for each in rest
            if (panel := _unlisted(each, known=is_listed)) and source in (None, panel.source)
        ]
    if waiting := {fold(key): takes for key, takes in offered.items()}:
        told = [replace(each, offered=waiting.get(fold(each.key), ())) for each in told]
    by_key = {fold(panel.key): panel for panel in told}
    return [_waiting(panel, by_key, known) for panel in told]


def needing(
    connection: Connection, batch: int, library: str, source: str, limit: int
) -> list[KnownPanel]:
    """The first panels of a batch that need the author, in the order of its list."""
    asks = (
        select(attempts.c.id)
        .where(
            attempts.c.job_id == jobs.c.id,
            attempts.c.ending.is_(None),
            attempts.c.look_at.is_(None),
        )
        .exists()
    )
    of_list = (
        (listed.c.library == batches.c.library)
        & (listed.c.source == batches.c.source)
        & (listed.c.key == jobs.c.key)
    )
    told = (batches.c.source, listed.c.line, listed.c.file, listed.c.about)
    asked = select(jobs, *told).join(batches).outerjoin(listed, of_list)
    in_need = is_one_of(jobs.c.state, JobState.FAILED, JobState.REFUSED) | asks
    stands = is_one_of(jobs.c.state, JobState.FAILED, JobState.REFUSED, JobState.DOUBT)
    rows = connection.execute(
        asked.where(jobs.c.batch_id == batch, stands, jobs.c.outdated.is_(False), in_need)
        .order_by(jobs.c.ordinal)
        .limit(limit)
    ).all()
    whose = select(batches.c.id).where(batches.c.library == library, batches.c.source == source)
    refused = connection.execute(
        asked.add_columns(listed.c.prompt_sha256.label("wanted")).where(
            jobs.c.batch_id.in_(connection.scalars(whose).all()),
            is_one_of(jobs.c.state, JobState.REFUSED),
            ~is_correction,
            (jobs.c.batch_id != batch) | jobs.c.outdated,
        )
    ).all()
    # compared here: a condition on the list would have SQLite walk all of it, and all jobs for each
    before = [row for row in refused if row.wanted == row.prompt_sha256]
    found = {fold(row.key): row for row in (*before, *rows)}
    chosen = sorted(found.values(), key=lambda row: int(row.ordinal))[:limit]
    return [
        KnownPanel(
            row.key,
            row.source,
            row.line or 0,
            Recipe.from_row(row._mapping),  # noqa: SLF001 - a row's public name for it
            PanelState(row.state),
            row.reason or "",
            uncorrected=_uncorrected(row._mapping),  # noqa: SLF001 - a row's public name for it
            file=row.file,
            about=row.about,
        )
        for row in chosen
    ]


def on_sheet(connection: Connection, library: str) -> list[Shown]:
    """What a contact sheet shows: what lists ask for, as far as it is made or cannot be made."""
    pictures = {path: sha256 for sha256, path in whereabouts.all_of(connection, library)}
    return [
        replace(shown, picture=pictures.get(shown.path or ""))
        for _, shown in _on_sheet(of(connection, library))
    ]


def part_of_sheet(
    connection: Connection, library: str, forms: Collection[str]
) -> list[tuple[str, Shown]]:
    """What a contact sheet shows of some panels, each with its list, and no picture's SHA-256.

    Args:
        connection: the writer's.
        library: whose.
        forms: their keys, in every way in which they are written on record.
    """
    found = lists.of(connection, library, forms)
    known = _histories(connection, library, forms)
    named = {fold(panel.key): known.get(fold(panel.key), History()) for panel in found}
    return list(_on_sheet(_listed(panel, named[fold(panel.key)]) for panel in found))


def _on_sheet(panels: Iterable[KnownPanel]) -> Iterator[tuple[str, Shown]]:
    """The panels that a contact sheet shows, each with its list."""
    for panel in panels:
        unmade = panel.state in (PanelState.REFUSED, PanelState.FAILED)
        if panel.source and (panel.path or unmade):
            words = panel.about or panel.recipe.prompt
            yield panel.source, Shown(panel.key, panel.path, words, _remark(panel))


def tries(connection: Connection, library: str, key: str) -> list[Try]:
    """Every attempt at a panel, the first one first."""
    whose = connection.scalars(select(batches.c.id).where(batches.c.library == library)).all()
    # sorted here: an order by number would have SQLite walk all attempts there are
    rows = sorted(
        connection.execute(
            select(attempts, jobs.c.batch_id, batches.c.site)
            .join(jobs, jobs.c.id == attempts.c.job_id)
            .join(batches, batches.c.id == jobs.c.batch_id)
            .where(jobs.c.batch_id.in_(whose), jobs.c.key == key)
        ),
        key=lambda row: int(row.id),
    )
    return [
        Try(
            row.batch_id,
            row.number,
            row.account_id,
            row.started_at,
            row.submitting_at,
            row.ended_at,
            Ending(row.ending) if row.ending else None,
            row.reason or "",
            row.site,
            row.conversation,
            row.id,
        )
        for row in rows
    ]


def pictures(connection: Connection, library: str, key: str) -> list[Take]:
    """Every picture of a panel that is still there, each with its number."""
    rows = connection.execute(
        select(
            images,
            jobs.c.note,
            jobs.c.made_from,
            attempts.c.account_id,
            attempts.c.conversation,
            attempts.c.said,
            accounts.c.site,
            accounts.c.profile,
            marks.c.state.label("mark"),
            marks.c.why.label("why_marked"),
        )
        .join(attempts, attempts.c.id == images.c.attempt_id)
        .outerjoin(marks, marks.c.image_id == images.c.id)
        .join(accounts, accounts.c.id == attempts.c.account_id)
        .join(jobs, jobs.c.id == attempts.c.job_id)
        .where(images.c.library == library, images.c.key == key)
        .order_by(images.c.id)
    ).all()
    numbers = {row.sha256: number for number, row in enumerate(rows, start=1)}
    return [
        Take(
            row.id,
            number,
            PictureState(row.place),
            row.path,
            row.sha256,
            row.width,
            row.height,
            row.filed_at,
            row.approved_at is not None,
            row.note,
            row.format,
            numbers.get(row.made_from),
            row.site,
            None if row.profile == accounts_store.FOUND else row.account_id,
            row.conversation,
            MarkState(row.mark) if row.mark else None,
            row.why_marked or "",
            Rejected(row.rejected_because) if row.rejected_because else None,
            row.locked_at is not None,
            row.offered_at is not None and row.place == PictureState.ALTERNATIVE,
            row.attempt_id,
            row.decided,
            row.rejected_note,
            row.said,
        )
        for number, row in enumerate(rows, start=1)
        if row.place != PictureState.GONE
    ]


@dataclass
class History:
    """What is on record of one panel."""

    ordinal: int = 0
    newest: RowMapping | None = None
    """Its newest job."""
    open: RowMapping | None = None
    """Its job that still wants something; of two the one in flight."""
    refused: RowMapping | None = None
    image: RowMapping | None = None

    @property
    def uncorrected(self) -> Uncorrected | None:
        """The correction of its picture that came to nothing, if that was the last order."""
        last = self.newest
        if self.image is None or self.open is not None or last is None or last["outdated"]:
            return None
        return _uncorrected(last)


def _uncorrected(job: RowMapping) -> Uncorrected | None:
    """The correction that a job was for, if it ended without a picture."""
    ended = job["state"] in (JobState.FAILED, JobState.REFUSED)
    if not ended or job["repair"] or job["says"] is None or job["note"] is None:
        return None
    in_chat = job["in_chat"] is not None
    return Uncorrected(job["note"], in_chat, job["state"] == JobState.REFUSED)


def _histories(
    connection: Connection, library: str, forms: Collection[str] | None = None
) -> dict[str, History]:
    """What is on record of panels of a library: of all, or of some keys as they are written."""
    made, there = _JOBS.where(_of(library)), _IMAGES.where(images.c.library == library)
    if forms is not None:
        made, there = made.where(jobs.c.key.in_(forms)), there.where(images.c.key.in_(forms))
    return histories(
        connection.execute(made).mappings().all(), connection.execute(there).mappings().all()
    )


def _of(library: str) -> ColumnElement[bool]:
    """Whether a job is of a library, by the batches of it."""
    return jobs.c.batch_id.in_(select(batches.c.id).where(batches.c.library == library))


def histories(made: Iterable[RowMapping], there: Iterable[RowMapping]) -> dict[str, History]:
    """What is on record of panels, by their keys without case.

    Args:
        made: their jobs, the oldest first.
        there: their current pictures.
    """
    found: dict[str, History] = {}
    for job in made:
        history = found.setdefault(fold(job["key"]), History())
        history.newest = job
        history.ordinal = job["ordinal"]
        if job["state"] == JobState.REFUSED and not job["repair"] and _uncorrected(job) is None:
            history.refused = job
        if job["state"] in OPEN_JOBS and history.open is None:
            history.open = job
    for image in there:
        found.setdefault(fold(image["key"]), History()).image = image
    return found


_JOBS = (
    select(
        jobs.c.ordinal,
        jobs.c.key,
        jobs.c.prompt,
        jobs.c.prompt_sha256,
        jobs.c.attached,
        jobs.c.format,
        jobs.c.follows,
        jobs.c.ingredients,
        jobs.c.after,
        jobs.c.before,
        jobs.c.state,
        jobs.c.reason,
        jobs.c.outdated,
        jobs.c.note,
        jobs.c.says,
        jobs.c.repair,
        jobs.c.in_chat,
        batches.c.source,
    )
    .join(batches)
    .order_by(jobs.c.id)
)

_WAITED_FOR = select(jobs.c.after, jobs.c.before).where(is_one_of(jobs.c.state, *OPEN_JOBS))

is_correction = (jobs.c.says.is_not(None) & jobs.c.note.is_not(None)) | (jobs.c.repair > 0)
"""Whether a job sends a note, or repairs: what becomes of it says nothing of its panel's words."""

_IMAGES = (
    select(
        images.c.key,
        images.c.path,
        images.c.prompt_sha256,
        images.c.attached,
        images.c.format,
        images.c.follows,
        images.c.ingredients,
        images.c.width,
        images.c.height,
        images.c.kept_for,
        images.c.approved_at,
        images.c.locked_at,
        images.c.rejected_at,
        jobs.c.prompt,
        batches.c.source,
        marks.c.state.label("mark"),
        marks.c.settled_at,
        marks.c.why,
    )
    .join(attempts, attempts.c.id == images.c.attempt_id)
    .outerjoin(marks, marks.c.image_id == images.c.id)
    .join(jobs, jobs.c.id == attempts.c.job_id)
    .join(batches, batches.c.id == jobs.c.batch_id)
    .where(is_one_of(images.c.place, PictureState.CURRENT))
    .order_by(jobs.c.ordinal, images.c.id)
)

_OPEN = {
    JobState.WAITING: PanelState.WAITING,
    JobState.QUEUED: PanelState.WAITING,
    JobState.HELD: PanelState.HELD,
    JobState.WORKING: PanelState.WORKING,
    JobState.DOUBT: PanelState.DOUBT,
}


def _listed(panel: Listed, history: History) -> KnownPanel:
    """Where a panel stands that a list asks for."""
    state, reason = stands(panel.recipe.origin, history)
    return KnownPanel(
        panel.key,
        panel.source,
        panel.line,
        panel.recipe,
        state,
        reason,
        history.open["after"] if history.open else None,
        history.image["path"] if history.image else None,
        misfit(history.image, panel.recipe.origin),
        history.uncorrected,
        file=panel.file,
        about=panel.about,
        standing_out=standing_out(history.image),
        reviewed=reviewed(history.image),
    )


def _waiting(
    panel: KnownPanel, others: Mapping[str, KnownPanel], known: Mapping[str, History]
) -> KnownPanel:
    """A panel, with what it waits for if it is held."""
    if panel.state != PanelState.HELD:
        return panel
    if panel.after is not None and _is_approved(known.get(fold(panel.after))):
        panel = replace(panel, after=None)
    mine = known.get(fold(panel.key))
    key = mine.open["before"] if mine is not None and mine.open is not None else None
    other = others.get(fold(key)) if key is not None else None
    if key is None or (other is not None and other.path and other.state in _SETTLED):
        return panel
    state = PanelState.LEFT_OUT if other is None else other.state
    if other is not None and other.path:
        why = "is being made anew"
    else:
        why = _UNMADE.get(state, "is not made yet")
    return replace(panel, reason=f"it follows {key}, which {why}", behind=Behind(key, state))


def _is_approved(history: History | None) -> bool:
    """Whether a panel's picture is approved and stays."""
    if history is None or history.image is None or history.open is not None:
        return False
    return history.image["approved_at"] is not None


_SETTLED = (PanelState.MADE, PanelState.STALE, PanelState.UNLISTED)
"""Where a panel stands whose picture is not about to be replaced."""

_UNMADE = {
    PanelState.REFUSED: "was refused",
    PanelState.FAILED: "failed",
    PanelState.LEFT_OUT: "is left out",
}


def _unlisted(history: History, *, known: bool) -> KnownPanel | None:
    """Where a panel stands that no list asks for; None when nothing is there of it.

    Args:
        history: what is on record of it.
        known: whether it is known what the lists of its library ask for.
    """
    row = history.open or history.image or (None if known else history.newest)
    if row is None:
        return None
    recipe = Recipe.from_row(row)
    state, reason = PanelState.UNLISTED, ""
    if history.open or not known:
        state, reason = stands(recipe.origin, history)
    image = history.image
    return KnownPanel(
        row["key"],
        "" if known else row["source"],
        0,
        recipe,
        state,
        reason,
        history.open["after"] if history.open else None,
        image["path"] if image else None,
        misfit=misfit(image, recipe.origin),
        uncorrected=history.uncorrected,
        reviewed=reviewed(image),
    )


def reviewed(image: RowMapping | None) -> Reviewed:
    """What the author said of a panel's picture."""
    if image is None:
        return Reviewed.UNREVIEWED
    if image["locked_at"] is not None:
        return Reviewed.LOCKED
    if image["approved_at"] is not None:
        return Reviewed.APPROVED
    return Reviewed.UNREVIEWED if image["rejected_at"] is None else Reviewed.REJECTED


def misfit(image: RowMapping | None, wanted: str) -> str | None:
    """What is wrong with the format of a picture, unless the author accepted it as it is."""
    if image is None or image["kept_for"] == wanted:
        return None
    return formats.mismatch(image["width"], image["height"], image["format"])


def standing_out(image: RowMapping | None) -> str:
    """How a picture stands out, unless the author had a word on it."""
    if image is None or image["settled_at"] is not None:
        return ""
    if image["mark"] not in (MarkState.MARKED, MarkState.HELD):
        return ""
    return image["why"] or "does not look like the approved pictures"


def _remark(panel: KnownPanel) -> str:
    """What a contact sheet says of a panel besides its words."""
    if panel.path is not None:
        return panel.misfit or panel.standing_out
    return f"{panel.state.value}: {panel.reason}" if panel.reason else panel.state.value


def stands(  # noqa: PLR0911 - one line a state
    wanted: str, history: History
) -> tuple[PanelState, str]:
    """Where a panel stands of which something is wanted, and why."""
    newest, image = history.newest, history.image
    if history.open is not None:
        return _OPEN[JobState(history.open["state"])], history.open["reason"] or ""
    ended = newest is not None and not newest["outdated"] and origin_of(newest) == wanted
    if image is not None and history.uncorrected is not None and newest is not None:
        told = f"the correction was not made: {newest['reason'] or newest['state']}"
        is_wanted = wanted in (origin_of(image), image["kept_for"])
        return PanelState.MADE if is_wanted else PanelState.STALE, told
    if ended and newest is not None and newest["state"] in (JobState.FAILED, JobState.REFUSED):
        return PanelState(newest["state"]), newest["reason"] or ""
    if image is not None and wanted in (origin_of(image), image["kept_for"]):
        return PanelState.MADE, ""
    if history.refused is not None and origin_of(history.refused) == wanted:
        return PanelState.REFUSED, history.refused["reason"] or ""
    if newest is not None and newest["state"] == JobState.FAILED and origin_of(newest) == wanted:
        return PanelState.FAILED, newest["reason"] or ""
    if image is not None:
        return PanelState.STALE, "made from other words, references or format"
    if newest is not None and newest["state"] == JobState.CANCELLED:
        return PanelState.LEFT_OUT, newest["reason"] or "cancelled"
    return PanelState.LEFT_OUT, "not ordered yet, or its picture is gone"
