"""Starts what a prompt list or a book asks for, and tells before what that would be."""

import asyncio
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import structlog

from pressrun import words
from pressrun.book.model import OutlierRule
from pressrun.clock import Clock
from pressrun.errors import BadInputError
from pressrun.library import identity, references, room
from pressrun.library.identity import Identity, MadeFrom
from pressrun.library.shelf import Shelf
from pressrun.picture.key import fold
from pressrun.picture.panel import Panel
from pressrun.picture.recipe import Recipe, Reference
from pressrun.press import sequence
from pressrun.press.forecast import RepairsAhead
from pressrun.press.plan import Fate, recipe
from pressrun.press.press import Press
from pressrun.protocol.messages.batch import (
    DEFAULT_CHATS,
    BatchPlan,
    BatchStart,
    BatchStarted,
    PlannedPanels,
    PlanPage,
)
from pressrun.server import summary
from pressrun.server.leases import Leases
from pressrun.server.outlook import Outlooks
from pressrun.server.planning import Comparison, Planner
from pressrun.server.sites import Sites
from pressrun.server.source import meant
from pressrun.server.wanted import SHEETS, Scenery, Wants
from pressrun.states import Outliers
from pressrun.store import batches, libraries, lists, opening, past, rearrange
from pressrun.store.lists import Chapter, Listed
from pressrun.store.opening import Order
from pressrun.store.repairs import budget_of
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.runs")

NOTES = 64
"""How many remarks on a list one plan holds."""

NOTE_CHARS = 2_000


class Runs:
    """Every `run` and `plan` that a client asks for, one at a time."""

    def __init__(
        self,
        store: Writer,
        clock: Clock,
        press: Press,
        sites: Sites,
        outlooks: Outlooks,
        planner: Planner,
        leases: Leases,
    ) -> None:
        self._store = store
        self._clock = clock
        self._press = press
        self._sites = sites
        self._outlooks = outlooks
        self._planner = planner
        self._leases = leases
        self.turn = asyncio.Lock()
        """Held while a book is read and what follows from it is written."""

    async def start(self, asked: BatchStart) -> BatchStarted:
        """Compare a list or a book with its library, and start a batch for what is to be made.

        Raises:
            BadInputError: the list or the library cannot be used, this host does not work with
                its site, pictures would be made once more unasked, or a translation needs a sheet
                that the book has not.
        """
        asked = await asyncio.to_thread(meant, asked)
        async with self.turn:
            compared = await self._compare(asked)
            found, library = compared.plan, compared.library
            if sheets_first := _sheets_first(compared):
                raise BadInputError(f"{sheets_first}. Nothing was started")
            now = self._clock.now()
            listed = _listed(asked.source, compared)
            headings = [Chapter(each.key, each.title) for each in compared.wanted.sections]
            await self._store.do(lists.remember, now, str(library), asked.source, listed, headings)
            if (again := found.count(Fate.AGAIN)) and asked.again is None:
                raise BadInputError(_unasked(again, compared))
            if asked.makes is not None and asked.makes != (makes := len(found.difference.new)):
                raise BadInputError(_otherwise(asked.makes, makes, compared))
            await self._prepare(asked, compared, now)
            # what the cast does not name as a sheet is none, whatever was approved before
            sheets = [each.key for each in compared.wanted.panels[: compared.wanted.sheets]]
            rule = _rule(asked, compared)
            batch = await self._store.do(
                opening.start,
                now,
                Order(
                    asked.source,
                    str(library),
                    asked.site,
                    asked.tabs,
                    asked.on_doubt,
                    _chats(asked, compared),
                    await self._project(asked, compared),
                    asked.wrong_format,
                    _follow_up(compared),
                    rule.outliers,
                    rule.repairs,
                    rule.share,
                    _of_style(compared),
                ),
                replace(found.difference, unapproved=sheets),
            )
        self._press.announce()
        if found.difference.made:
            # the contact sheet shows the list, which may be another than before
            self._press.show_anew(str(library))
            if batch is None:
                await self._press.complete_sheets([str(library)])
        _log.info(
            "batch_started" if batch else "nothing_to_make",
            batch=batch,
            library=str(library),
            panels=len(found.changes),
            to_make=len(found.difference.new),
        )
        panels = [each.panel for each in found.changes[compared.wanted.sheets :]]
        first = {panels[number].key for number in sequence.samples(panels)}
        return BatchStarted(
            batch=batch,
            library=str(library),
            wanted=len(found.changes) - found.count(Fate.ASIDE),
            made=found.difference.made,
            renamed=len(found.renames),
            samples=len(first & {job.key for job in found.difference.new}),
        )

    async def _prepare(self, asked: BatchStart, compared: Comparison, now: float) -> None:
        """Have the library there, marked and arranged, with the references that it needs.

        Raises:
            BadInputError: it cannot be made or written to, or another home works in it.
        """
        found, library = compared.plan, compared.library
        await asyncio.to_thread(room.prepare, library, len(found.difference.new))
        if found.difference.new:
            await self._leases.take(library)
        book = compared.wanted.book
        made_from = MadeFrom(asked.source, book.title if book else Path(asked.source).name)
        mark = compared.mark or Identity(uuid4().hex, now, made_from)
        if mark.list is not None and mark.list.path == asked.source:
            # its book may have another title by now
            mark = replace(mark, list=made_from)
        everywhere = tuple(str(each) for each in compared.everywhere)
        mark = replace(mark, references=everywhere, format=compared.format)
        if mark != compared.mark:
            await asyncio.to_thread(identity.write, library, mark)
        await self._store.do(libraries.remember, now, str(library), mark.id)
        shelf = Shelf(library)
        named = {compared.standing[name].key: path for name, path in compared.elsewhere.items()}
        try:
            await rearrange.rename(self._store.do, now, shelf, found.renames, named)
        except OSError as error:
            raise BadInputError(
                f"{error.filename or library} cannot be moved: {error.strerror or error}. No "
                "prompt was sent; mend that, and run it again"
            ) from error
        await asyncio.to_thread(references.keep, shelf, compared.references)

    async def plan(self, asked: BatchStart) -> BatchPlan:
        """What `start` would do, and how long it would take.

        Raises:
            BadInputError: the list or the library cannot be used, or this host does not work with
                its site.
        """
        asked = await asyncio.to_thread(meant, asked)
        compared = await self._compare(asked)
        found, library = compared.plan, str(compared.library)
        fresh = {each.panel.key for each in found.changes if each.fate == Fate.NEW}
        known = {fold(each.panel.key): each for each in found.changes}
        book = compared.wanted.book
        failed = await self._store.do(past.failed, fresh, library)
        under_way = found.count(Fate.UNDER_WAY)
        left = len(found.difference.new) + under_way
        repairs = _repairs(_rule(asked, compared), left)
        return BatchPlan(
            library=library,
            wanted=len(found.changes),
            makes=len(found.difference.new),
            done=found.difference.made,
            renamed=found.count(Fate.RENAMED),
            new=len(fresh - failed),
            again=found.count(Fate.AGAIN),
            approved=summary.approved(found, compared.standing),
            left=found.difference.left,
            locked=found.count(Fate.LOCKED),
            offered=found.count(Fate.OFFERED),
            missing=found.count(Fate.MISSING),
            failed=len(failed),
            held=sum(
                summary.is_held(job, known, compared.standing) for job in found.difference.new
            ),
            under_way=under_way,
            refused=found.difference.refused,
            blocked=found.count(Fate.BLOCKED),
            notes=_bounded([*filter(None, [_sheets_first(compared)]), *compared.notes]),
            unlisted=len(found.unlisted),
            examples=compared.again,
            book=words.start(book.title, summary.TITLE_CHARS) if book else None,
            aside=found.count(Fate.ASIDE),
            chapters=summary.chapters(found, compared.wanted.sections),
            stale=summary.stale(found),
            moves=summary.moves(found.renames),
            waits=summary.waits(found, compared.standing),
            repairs=repairs,
            outlook=(
                await self._outlooks.ahead(
                    left,
                    asked.tabs,
                    in_row=summary.in_row(found),
                    budget=RepairsAhead(repairs),
                )
                if left
                else None
            ),
        )

    async def page(self, asked: PlanPage) -> PlannedPanels:
        """Some panels of a list, and what `start` would do about each.

        Raises:
            BadInputError: the list or the library cannot be used, or this host does not work with
                its site.
        """
        self._see_served(asked.site)
        return await self._planner.page(await asyncio.to_thread(meant, asked))

    async def _project(self, asked: BatchStart, compared: Comparison) -> str | None:
        """Address of the project in which fresh chats are begun; None for none."""
        if asked.project is not None:
            return self._sites.project(asked.project) if asked.project else None
        if (book := compared.wanted.book) is not None:
            return self._sites.project(book.project) if book.project else None
        return await self._store.do(batches.project, str(compared.library), asked.source)

    async def _compare(self, asked: BatchStart) -> Comparison:
        """Compare what a prompt list or a book wants with what its library has."""
        self._see_served(asked.site)
        if asked.project:
            self._sites.project(asked.project)
        compared = await self._planner.compare(asked)
        book = compared.wanted.book
        if asked.project is None and book is not None and book.project:
            self._sites.project(book.project)
        for other in await self._store.do(batches.numbers):
            mine = (other.library, other.source) == (str(compared.library), asked.source)
            if mine and other.state in batches.OPEN and self._sites.obstacle(other.site):
                raise BadInputError(
                    f"batch {other.id} in {other.library} is for {other.site}, which this Pressrun "
                    f"does not work with; nothing was started. Cancel it first: "
                    f"pressrun cancel {other.id}"
                )
        return compared

    def _see_served(self, site: str) -> None:
        if wrong := self._sites.obstacle(site):
            raise BadInputError(f"{wrong}; nothing was started. Run it without naming a site")


def _listed(source: str, compared: Comparison) -> list[Listed]:
    """What a list or a book asks for, as it is remembered; sheets whose pictures stay as well."""
    asked = [(each.panel, each.recipe) for each in compared.plan.changes]
    asked += [(each, recipe(each, compared.references)) for each in compared.kept]
    return [_one(source, compared.wanted, panel, made_from) for panel, made_from in asked]


def _one(source: str, wants: Wants, panel: Panel, made_from: Recipe) -> Listed:
    shown = wants.scenery.get(panel.key)
    if shown is None and wants.book is not None:
        shown = Scenery(SHEETS)
    return Listed(
        source,
        panel.key,
        wants.lines.get(panel.key, 0),
        made_from,
        panel.before,
        panel.scene,
        wants.files.get(panel.key),
        wants.words.get(panel.key),
        panel.after,
        figures=shown.figures if shown else (),
        setting=shown.setting if shown else None,
        page=shown.page if shown else None,
        chapter=shown.chapter if shown else None,
        title=shown.title if shown else None,
        layers=made_from.layers,
        lettering="\n".join(shown.lettering) if shown else None,
    )


def _chats(asked: BatchStart, compared: Comparison) -> int:
    """How many panels of a scene go on in one chat."""
    book = compared.wanted.book
    return asked.chats or (book.chats if book else None) or DEFAULT_CHATS


def _follow_up(compared: Comparison) -> str | None:
    """What an answer of words only is followed up with; None is the site profile's."""
    book = compared.wanted.book
    return (book.style.follow_up or None) if book else None


def _rule(asked: BatchStart, compared: Comparison) -> OutlierRule:
    """What becomes of outliers: what is asked for now counts more than what the book says."""
    book = compared.wanted.book
    rule = book.style.rule if book else OutlierRule()
    share = rule.share if asked.repair_share is None else asked.repair_share
    return OutlierRule(asked.outliers or rule.outliers, asked.repairs or rule.repairs, share)


def _repairs(rule: OutlierRule, panels: int) -> int:
    """How many pictures of a batch may be made again because of their style."""
    return budget_of(rule.share, panels) if rule.outliers == Outliers.REDO else 0


def _of_style(compared: Comparison) -> list[Reference]:
    """The pictures of the style: those that every prompt of a list is sent with."""
    book = compared.wanted.book
    pictures = book.style.references if book else compared.everywhere
    # one that is sent with no panel is not among those that were looked at
    return [compared.references[each] for each in pictures if each in compared.references]


def _sheets_first(compared: Comparison) -> str:
    """What has to be done before a translation can be made; empty where nothing has.

    Sheets belong to the book: a translation that made one would make it a second time.
    """
    book, changes = compared.wanted.book, compared.plan.changes
    sheets = [each.panel.key for each in changes[: compared.wanted.sheets] if each.fate.costs]
    if book is None or book.translation is None or not sheets:
        return ""
    folder = shlex.quote(str(book.folder))
    return (
        f"{sheets[0]}{_others(len(sheets) - 1)} must be approved before pictures in "
        f"{book.translation} are made. Sheets are made once, for the book in every language: "
        f"pressrun run {folder} --only cast. Then approve what it made"
    )


def _others(count: int) -> str:
    return f" and {count:,} more sheet{'' if count == 1 else 's'}" if count else ""


def _unasked(again: int, compared: Comparison) -> str:
    """Why nothing was started where pictures would be made once more."""
    told = [f"{words.pictures(again)} that you have would be made again; nothing was started."]
    if compared.wanted.book is not None:
        groups = summary.stale(compared.plan, Fate.AGAIN)
        told += [f"  {each.panels:,}: {each.why}" for each in groups]
    else:
        told += [f"  {each}" for each in compared.again]
        if (left := again - len(compared.again)) > 0:
            told.append(f"  and {left:,} more")
    if approved := summary.approved(compared.plan, compared.standing):
        told.append(_STAY.format(words.pictures(approved), "stays" if approved == 1 else "stay"))
    told.append(
        "To make them again: --again. To make only the others: --no-again. To accept a picture "
        "for the changed words: pressrun keep KEY"
    )
    return "\n".join(told)


_STAY = "{} of these that you approved {} until you say yes to what is made."


def _otherwise(agreed: int, makes: int, compared: Comparison) -> str:
    """Why nothing was started where another number of pictures would be made than was agreed."""
    what = "list" if compared.wanted.book is None else "book"
    return (
        f"{words.pictures(makes)} would be made now, and not {agreed:,} as planned: the {what} or "
        "its pictures changed meanwhile. Nothing was started; look at the plan again"
    )


def _bounded(notes: Sequence[str]) -> list[str]:
    """As many remarks as a plan holds, with the number of those that it does not."""
    shown = [note[:NOTE_CHARS] for note in notes]
    if (left := len(shown) - NOTES) > 0:
        return [*shown[: NOTES - 1], f"{left + 1:,} more remarks"]
    return shown
