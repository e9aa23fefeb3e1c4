"""What authors decide about pictures: checked against what they saw, carried out, undone.

Decisions are carried out one after the other, whoever makes them: two views and a command line that
act on the same panel never overwrite each other unseen.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from pressrun import characters
from pressrun.clock import Clock
from pressrun.errors import BadInputError
from pressrun.press.board import Board
from pressrun.protocol.messages.base import PROMPT_CHARS
from pressrun.protocol.messages.batch import NOTE_CHARS
from pressrun.protocol.messages.decision import (
    BasedOn,
    Conflict,
    Decided,
    DecideOrder,
    Undone,
    UndoOrder,
)
from pressrun.protocol.messages.gallery import Tile
from pressrun.server import deciding, style
from pressrun.server.sheets import Sheets
from pressrun.server.takes import Takes
from pressrun.states import AuthorAct, Remake
from pressrun.store import aims, decisions, offers, review, undoing
from pressrun.store.aims import Clash, Judgement, Looked, Meant, Obstacle
from pressrun.store.decisions import TAKES_PLACE, DecisionOutcome, Provided
from pressrun.store.takes import NotKeptError
from pressrun.store.writer import Writer
from pressrun.words import panels, start

_log = structlog.get_logger("pressrun.decisions")

TOLD = 10
"""So many keys of a decision are in the log."""

SHOWN = 300
"""So many tiles, and as many conflicts, fit into one answer; views hear of the others anyway."""


class Decisions:
    """Carries out the decisions of authors, from every view and from the command line."""

    def __init__(
        self,
        store: Writer,
        clock: Clock,
        takes: Takes,
        sheets: Sheets,
        board: Board,
        tiles: Callable[[str, list[str]], Awaitable[list[Tile]]],
        begin: Callable[[], Awaitable[None]],
        changed: Callable[[str], None],
    ) -> None:
        """Serve a store.

        Args:
            store: the host's.
            clock: the host's.
            takes: moves and copies pictures.
            sheets: keeps approved sheets of a book as references.
            board: who is signed in.
            tiles: panels of a library as views show them, by their keys.
            begin: has what was ordered be made.
            changed: told of the library whose contact sheet shows something else now.
        """
        self._store = store
        self._clock = clock
        self._takes = takes
        self._sheets = sheets
        self._board = board
        self._tiles = tiles
        self._begin = begin
        self._changed = changed

    async def decide(self, asked: DecideOrder) -> Decided:
        """Decide about pictures of panels.

        Raises:
            NotFoundError: there is no such library or batch, or a key that nobody looked at names
                no picture; nothing was changed.
            BadInputError: it cannot be carried out as it is asked for; nothing was changed.
        """
        _see(asked)
        keys = [each.key for each in asked.panels]
        library = await self._store.do(
            decisions.library_of, asked.library, asked.batch, asked.act, keys
        )
        seen = [Looked(each.key, each.picture, each.decided) for each in asked.panels]
        verdict = Judgement(
            asked.act,
            asked.by,
            asked.because,
            asked.note,
            asked.remake,
            asked.words,
            asked.take,
            asked.sure,
        )
        async with self._takes.turn:
            try:
                outcome, pinned = await self._decided(library, asked.batch, seen, verdict)
            finally:
                await self._takes.end_choices()
        if outcome.decision is None and not outcome.keys:
            _refuse(asked.panels, outcome.clashes)
        await self._begin()
        if asked.act != AuthorAct.NOTE:
            self._changed(library)
        _log.info(
            "decided",
            act=asked.act.value,
            by=asked.by,
            decision=outcome.decision,
            panels=len(outcome.keys),
            keys=outcome.keys[:TOLD],
            conflicts=len(outcome.clashes),
            batches=outcome.batches,
        )
        advice = ""
        if asked.act in (AuthorAct.APPROVE, AuthorAct.LOCK):
            better = style.approvals(await self._store.do(review.approvals, library))
            offered = await self._store.do(offers.numbers, library)
            waiting = {key: offered[key] for key in outcome.keys if key in offered}
            # what ends with a command comes last, without a full stop
            told = [f"{better}." if better else "", deciding.waiting(waiting)]
            advice = " ".join(filter(None, told))
        return Decided(
            decision=outcome.decision,
            panels=len(outcome.keys),
            batches=outcome.batches,
            conflicts=await self._conflicts(library, outcome.clashes),
            left=len(outcome.clashes),
            tiles=await self._tiles(library, outcome.keys[:SHOWN]),
            pinned=list(pinned.values()),
            told=deciding.told(asked, outcome),
            advice=advice,
        )

    async def _decided(
        self, library: str, batch: int | None, seen: list[Looked], verdict: Judgement
    ) -> tuple[DecisionOutcome, Mapping[str, str]]:
        """Carry out a decision; tells as well what approved sheets are kept as."""
        ready = Provided(able=self._board.signed_in())
        if verdict.act not in TAKES_PLACE and not verdict.orders:
            outcome = await self._store.do(
                decisions.decide, self._clock.now(), library, seen, verdict, ready
            )
            return outcome, {}
        aim = await self._store.do(aims.look, library, seen, verdict, ready.able)
        if aim.take is not None and verdict.act in TAKES_PLACE:
            placed = await self._takes.place(library, aim.take)
            ready, seen = replace(ready, placed=placed), [Looked(aim.take.record.key)]
        if verdict.act in (AuthorAct.APPROVE, AuthorAct.LOCK):
            return await self._approved(library, batch, seen, verdict, ready, aim)
        return await self._ordered(library, seen, verdict, ready), {}

    async def _approved(
        self,
        library: str,
        batch: int | None,
        seen: list[Looked],
        verdict: Judgement,
        ready: Provided,
        aim: Meant,
    ) -> tuple[DecisionOutcome, Mapping[str, str]]:
        """Approve pictures; sheets among them are kept as references first."""
        sheets = {each.key: each.path for each in aim.pictures if each.is_sheet}
        if ready.placed is not None:
            sheets = dict.fromkeys(sheets, ready.placed.path)
        if not sheets:
            now = self._clock.now()
            outcome = await self._store.do(decisions.decide, now, library, seen, verdict, ready)
            return outcome, {}
        async with self._sheets.turn:
            settled = await self._sheets.settled(library, batch, sheets)
            pinned: Mapping[str, str] = {} if settled is None else settled.pinned
            if settled is not None:
                ready = replace(
                    ready, batch=settled.batch, made_from=settled.made_from, pinned=pinned
                )
            if aim.take is None:
                # what is approved is what was kept
                seen = [Looked(each.key, each.sha256, each.decided) for each in aim.pictures]
            now = self._clock.now()
            outcome = await self._store.do(decisions.decide, now, library, seen, verdict, ready)
        return replace(outcome, clashes=[*aim.clashes, *outcome.clashes]), pinned

    async def _ordered(
        self, library: str, seen: list[Looked], verdict: Judgement, ready: Provided
    ) -> DecisionOutcome:
        """Carry out a decision that may order corrections: what they are about is kept first."""
        kept: set[str] = set()
        while True:
            now = self._clock.now()
            try:
                return await self._store.do(
                    decisions.decide, now, library, seen, verdict, replace(ready, kept=kept)
                )
            except NotKeptError as missing:
                await self._takes.keep_copies(Path(library), missing.pictures)
                kept |= {each.sha256 for each in missing.pictures.values()}

    async def undo(self, asked: UndoOrder) -> Undone:
        """Undo a decision: the newest one that stands, or one by its number.

        Raises:
            NotFoundError: there is no such library or decision.
        """
        library = await self._store.do(
            undoing.library_of, asked.library, asked.batch, asked.decision
        )
        async with self._takes.turn:
            number = asked.decision or await self._store.do(undoing.newest, library)
            if number is None:
                return Undone(decision=None, act=None, panels=0, told="There is nothing to undo.")
            found = await self._store.do(undoing.look, library, number)
            if found.undone:
                told = f"Decision {number} was undone already; nothing was changed."
                return Undone(decision=None, act=found.decision.act, panels=0, told=told)
            try:
                placed = {each.id: await self._takes.place(library, each) for each in found.moved}
                now = self._clock.now()
                undone = await self._store.do(undoing.undo, now, library, number, asked.by, placed)
            finally:
                await self._takes.end_choices()
        before = None
        if undone.decision is None:
            before = await self._store.do(undoing.newest, library, number)
        await self._begin()
        self._changed(library)
        _log.info(
            "decision_undone",
            act=undone.of.act.value,
            by=asked.by,
            decision=number,
            undo=undone.decision,
            panels=len(undone.keys),
            conflicts=len(undone.clashes),
        )
        return Undone(
            decision=undone.decision,
            act=undone.of.act,
            panels=len(undone.keys),
            conflicts=await self._conflicts(library, undone.clashes, deciding.why_not_undone),
            left=len(undone.clashes),
            tiles=await self._tiles(library, undone.keys[:SHOWN]),
            told=deciding.undone(undone, before),
        )

    async def _conflicts(
        self,
        library: str,
        clashes: list[Clash],
        why: Callable[[Clash, float], str] = deciding.why,
    ) -> list[Conflict]:
        """What is there where nothing was decided, for people."""
        shown = clashes[:SHOWN]
        tiles = {
            each.key: each for each in await self._tiles(library, [each.key for each in shown])
        }
        now = self._clock.now()
        return [
            Conflict(key=each.key, why=why(each, now), tile=tiles.get(each.key)) for each in shown
        ]


def _refuse(asked: Sequence[BasedOn], clashes: Sequence[Clash]) -> None:
    """Refuse a command whose order cannot be made of any panel; a view sees that in the conflicts.

    Raises:
        BadInputError: what it orders cannot be made.
    """
    faults = [each for each in clashes if each.obstacle == Obstacle.FAULT]
    if not faults or any(each.picture or each.decided is not None for each in asked):
        return
    more = len(clashes) - 1
    others = f" The same is true of {panels(more)} more." if more else ""
    raise BadInputError(f"{faults[0].text}{others}")


def _see(asked: DecideOrder) -> None:
    """See that what is asked for can be carried out at all.

    Raises:
        BadInputError: it cannot, or it is not clear how.
    """
    act, remake, note = asked.act, asked.remake, asked.note
    if act == AuthorAct.REJECT and asked.because is None and (asked.take is None or note):
        raise BadInputError(aims.NO_REASON)
    if act == AuthorAct.CHOOSE and asked.take is None:
        raise BadInputError("which take is to be chosen is not told; nothing was changed")
    if act == AuthorAct.NOTE and note is None:
        raise BadInputError("there is no note; nothing was changed")
    if remake in (Remake.CHAT, Remake.WORDS) and note is None:
        how = "--in-chat" if remake == Remake.CHAT else "--in-words"
        raise BadInputError(
            f"{how} sends a note, and there is none; nothing was sent. Add --note with what is to "
            "be different"
        )
    if asked.words is not None and remake in (Remake.CHAT, Remake.WORDS, Remake.REASON):
        raise BadInputError(
            "words of your own are sent in a fresh chat, in place of the panel's; nothing was "
            "sent. Leave out --in-chat, --in-words and --with-reason"
        )
    if act == AuthorAct.REJECT and remake == Remake.REASON:
        raise BadInputError(
            "what is sent with a picture that is rejected now is its note; nothing was changed. "
            "Add --note with what is to be different, and --in-words"
        )
    if asked.take is not None and act == AuthorAct.REDO and remake != Remake.CHAT:
        raise BadInputError(
            "--take says which take is corrected in its chat; nothing was sent. Add --in-chat and "
            "--note, or leave out --take"
        )
    if note is not None and (note.strip() or act != AuthorAct.NOTE):
        _see_text(note, "note", NOTE_CHARS)
    if asked.words is not None:
        _see_text(asked.words, "text of the words", PROMPT_CHARS)


def _see_text(text: str, name: str, most: int) -> None:
    """See that an author's text can be sent, or noted.

    Raises:
        BadInputError: it is empty, too long, or has control characters.
    """
    if not text.strip():
        raise BadInputError(f"the {name} is empty; nothing was sent")
    if len(text) > most:
        raise BadInputError(
            f"the {name} has {len(text):,} characters, and may have at most {most:,}; nothing "
            "was sent. Shorten it, or change the words in the list"
        )
    if characters.shown(text) != text:
        raise BadInputError(
            f"the {name} has control characters: {start(characters.shown(text), 80)}; nothing "
            "was sent. Leave them out"
        )
