"""What became of an attempt in doubt: found out by reading, never by sending again.

The evidence is read from the best place there is: the document it was sent from while that lives,
else the conversation on record, else the newest conversations of the account. `decide` turns
evidence into a decision; `docs/recovery.md` holds the same table, and a test holds the two against
each other. Harvesting costs no quota and always comes first.
"""

import asyncio
from dataclasses import dataclass, replace
from enum import StrEnum

import structlog

from pressrun.library.decoding import BadPictureError
from pressrun.press.attempt import SEND, Watched, follow, for_nothing, settle
from pressrun.press.desk import Desk, TroubleError
from pressrun.press.page import NotSeenError, PageLostError, StepRefusedError
from pressrun.press.retry import AfterSend, after_send
from pressrun.press.search import Unfound, search
from pressrun.protocol.messages.page import Reading, SeenTurn
from pressrun.sites import judge, thread
from pressrun.sites.binding import Tie, conversation, unsent
from pressrun.sites.judge import Trouble
from pressrun.sites.profile import Outcome
from pressrun.sites.shown import shown
from pressrun.states import OnDoubt
from pressrun.store import attempts, breaker, claims, doubts, endings
from pressrun.store.doubts import Doubt

_log = structlog.get_logger("pressrun.recovery")

LOOKS = 7
"""How often an attempt in doubt is looked after, for half an hour in all, before the author is
asked."""


class Where(StrEnum):
    """Where evidence is read."""

    DOCUMENT = "document"
    """The document that the attempt was sent from; it has lived since before the commit point."""
    CONVERSATION = "conversation"
    """The conversation on record."""
    HISTORY = "history"
    """The account's newest conversations."""


class Answer(StrEnum):
    """What the site says to our turn."""

    NO_TURN = "no turn"
    """Our turn is not there."""
    UNCLEAR = "cannot tell"
    """Something is there that may be our turn, or its answer, and may be something else."""
    WORKING = "working"
    PICTURE = "picture"
    FAILED = "failed"
    REFUSED = "refused"


class Decision(StrEnum):
    """What is done about an attempt in doubt."""

    HARVEST = "harvest"
    """Take the picture that is there."""
    WAIT = "wait"
    """The site is at work, or the page may still show our turn."""
    RETRY = "retry"
    """The site failed, by its own word: the job may be sent again."""
    REFUSE = "refuse"
    GO_BACK = "go back"
    """It is proved that nothing was submitted: the job waits again."""
    SEARCH = "search"
    """Look in the next best place."""
    LATER = "later"
    """Look again after a while."""
    ASK = "ask"
    """Nothing can be proved: the author decides."""


@dataclass(frozen=True)
class Evidence:
    """What was read about an attempt in doubt."""

    where: Where
    answer: Answer
    composer_holds_prompt: bool = False
    """The composer still holds our prompt, and did for as long as an answer to Send may take."""
    as_left: bool = False
    """The chat was known before Send, was read late enough, and shows what it showed then."""
    newer_shown: bool = False
    """The history shows a conversation known to be newer, and was read far enough."""
    time_left: bool = False
    """The page may still come to show more."""
    looks_left: bool = True
    """There is another look to take, later."""


def decide(evidence: Evidence) -> Decision:  # noqa: PLR0911 - one line a row of the table
    """What to do, given what was read."""
    in_document = evidence.where == Where.DOCUMENT
    match evidence.answer:
        case Answer.PICTURE:
            return Decision.HARVEST
        case Answer.REFUSED:
            return Decision.REFUSE
        case Answer.FAILED:
            # the sending document may tell of its own connection only; one loaded anew, of the site
            return Decision.SEARCH if in_document else Decision.RETRY
        case Answer.NO_TURN if evidence.where == Where.HISTORY and evidence.newer_shown:
            return Decision.GO_BACK
        case Answer.NO_TURN if evidence.where == Where.CONVERSATION and evidence.as_left:
            return Decision.GO_BACK
    if evidence.time_left and evidence.where != Where.HISTORY:
        return Decision.WAIT
    if in_document:
        unsent = evidence.answer == Answer.NO_TURN and evidence.composer_holds_prompt
        return Decision.GO_BACK if unsent else Decision.SEARCH
    return Decision.LATER if evidence.looks_left else Decision.ASK


async def recover(desk: Desk, doubt: Doubt) -> bool:
    """Settle an attempt in doubt, or put it off; whether its picture is durable now."""
    try:
        if desk.page.document == doubt.document:
            told = await _in_document(desk, doubt)
            if told is not None:
                return told
            if doubt.conversation is None:
                doubt = await _named(desk, doubt)
        return await _elsewhere(desk, doubt)
    except TroubleError as error:
        await settle(desk, error, sent_at=doubt.submitting_at)
    except PageLostError as error:
        # nobody looked; a look that was not taken is not counted
        look_at = desk.now + desk.site.history.again
        await desk.write(doubts.record, str(error), look_at=look_at)
    except (NotSeenError, StepRefusedError, BadPictureError) as error:
        await _put_off(desk, doubt, str(error), decide(_seen_nothing(doubt)))
    return False


async def _in_document(desk: Desk, doubt: Doubt) -> bool | None:
    """The document that it was sent from is still alive: it knows best.

    Returns whether the picture is durable now, or None when another place has to tell.
    """
    desk.show("checking what became of a picture")
    evidence = await _evidence(desk, doubt)
    match decide(evidence):
        case Decision.GO_BACK:
            proof = "the same document still held the prompt and showed no turn"
            await desk.write(endings.unsent, proof, certain=True)
            return False
        case Decision.SEARCH:
            return None
    try:
        await follow(desk, Watched(doubt.step))
    except TroubleError as error:
        # what an answer says counts when the page was loaded anew, and says it still
        outcome = error.trouble.outcome
        action = after_send(outcome, in_answer=error.answers, anew=False)
        if action not in (AfterSend.RELOAD, AfterSend.READ_LATER):
            raise
    except (NotSeenError, StepRefusedError, BadPictureError) as error:
        _log.info("document_of_no_use", reason=str(error))
    else:
        return True
    return None


async def _evidence(desk: Desk, doubt: Doubt) -> Evidence:
    """What the document that it was sent from shows, as soon as that tells anything."""
    limits, loop = desk.site.limits, asyncio.get_running_loop()
    # a page that was never told to click Send cannot have submitted; any other is watched for as
    # long as an answer may take, and in any case a little, since it may have been frozen until now
    watched_until = loop.time()
    if desk.page.last_step(desk.attempt.name) in (SEND, None):
        answered_by = desk.pace.sent(desk.attempt) + limits.acknowledge
        watched_until = max(watched_until + limits.fill, answered_by)
    # a page that never names its conversation may show a turn that the site never got
    named_by = doubt.submitting_at + desk.site.history.settled
    made_by = doubt.submitting_at + limits.generate
    # what readings begin with may be older than a link that dropped
    await desk.page.read()

    attempt = desk.attempt

    def look(reading: Reading) -> Evidence | None:
        answer = _answer(desk, reading)
        working = answer == Answer.WORKING
        shown_by = made_by if _is_taken(desk, reading, doubt) else named_by
        evidence = Evidence(
            Where.DOCUMENT,
            answer,
            composer_holds_prompt=unsent(
                desk.site, reading, attempt.words, attempt.before, attempt.chat
            ),
            time_left=desk.now < shown_by if working else loop.time() < watched_until,
        )
        waits = answer == Answer.NO_TURN and decide(evidence) == Decision.WAIT
        return None if waits else evidence

    within = limits.acknowledge + limits.page
    what = "a page that tells what became of a picture"
    return await desk.see(look, within=within, poll=1.0, what=what)


def _is_taken(desk: Desk, reading: Reading, doubt: Doubt) -> bool:
    """Whether a turn is known to have come to the site: by its chat's new name, or its answer."""
    if desk.attempt.chat is None:
        return (doubt.conversation or conversation(desk.site, reading)) is not None
    chat = desk.exchange(reading)
    return chat is not None and bool(chat.answers)


async def _named(desk: Desk, doubt: Doubt) -> Doubt:
    """The doubt with its conversation, if the document that shows our turn names it in a while.

    The address comes seconds after the turn; the history would take minutes to tell.
    """

    def look(reading: Reading) -> str | None:
        return conversation(desk.site, reading) if desk.exchange(reading) else None

    if desk.exchange(await desk.page.read()) is None:
        return doubt
    try:
        within = desk.site.limits.fill
        name = await desk.see(look, within=within, poll=1.0, what="an address")
    except NotSeenError:
        return doubt
    await desk.write(attempts.learn, conversation=name)
    return replace(doubt, conversation=name)


async def _elsewhere(desk: Desk, doubt: Doubt) -> bool:
    """The conversation on record, or else the history, has to tell; on a page loaded anew."""
    name = doubt.conversation
    if name is None:
        found = await search(desk)
        if not isinstance(found, str):
            await _unfound(desk, doubt, found)
            return False
        name = found
    desk.show("checking what became of a picture")
    # what a page that is loaded too soon lacks proves nothing
    early = desk.pace.unsettled(desk.attempt, desk.site.history)
    await desk.load(name)
    await desk.write(attempts.rebind, desk.page.document)

    def look(reading: Reading) -> bool | None:
        desk.stop_on_limit(reading)
        there = conversation(desk.site, reading) == name and (reading.turns or reading.loose)
        return bool(there) or None

    limits = desk.site.limits
    await desk.see(look, within=limits.page, what="the chat that it was sent in")
    if desk.attempt.chat is not None and not await _is_there(desk, doubt, early):
        return False
    left = doubt.submitting_at + limits.generate - desk.now
    # a limit explains an answer that does not come, and that takes its time to be seen
    least = limits.settle if doubt.told is None else limits.settle + limits.text_stuck
    within = max(least, min(limits.generate, left))
    # the document that it was sent from may have come further than the doubt says
    step = await desk.store.do(attempts.step, desk.attempt)
    await follow(desk, Watched(step, Tie.ADDRESS, told=_told(doubt), within=within))
    return True


async def _is_there(desk: Desk, doubt: Doubt, early: float) -> bool:
    """Whether a chat in which we had sent before shows our turn; if not, that is settled.

    Args:
        desk: what the attempt works with.
        doubt: about what.
        early: by how many seconds the chat was loaded too soon to prove anything.
    """

    def look(reading: Reading) -> bool | None:
        desk.stop_on_limit(reading)
        return desk.exchange(reading, Tie.ADDRESS) is not None or None

    try:
        return await desk.see(look, within=desk.site.limits.settle, what="our turn")
    except NotSeenError as error:
        last = error.last
    attempt = desk.attempt
    found = thread.lay(last, attempt.before, attempt.words) if last else thread.UNCLEAR
    # a page may take the author's part away while it answers
    quiet = last is not None and not last.stop and not any(_works(turn) for turn in last.turns)
    as_left = found.as_left and found.certain and quiet
    if as_left and early > 0:
        reason = "it may have been sent; its chat will tell in a while"
        wait = max(1.0, desk.pace.unsettled(attempt, desk.site.history))
        await desk.write(doubts.record, reason, look_at=desk.now + wait)
        return False
    evidence = Evidence(
        Where.CONVERSATION,
        Answer.NO_TURN if as_left else Answer.UNCLEAR,
        as_left=as_left,
        looks_left=doubt.looks < LOOKS,
    )
    decision = decide(evidence)
    if decision == Decision.GO_BACK:
        await _go_back(desk, "its chat, loaded anew, is as we left it")
    else:
        reason = "its chat does not show whether it was sent"
        await _put_off(desk, doubt, reason, decision)
    return False


def _works(turn: SeenTurn) -> bool:
    return turn.busy or turn.pending


async def _go_back(desk: Desk, proof: str) -> None:
    """It is proved unsent: the job waits again, unless that happened too often."""
    if await desk.store.do(breaker.is_spent, desk.attempt.job):
        reason = f"sent {breaker.SPENT} times, and nothing came of it; now it seems unsent"
        await desk.write(doubts.record, reason, look_at=None)
    else:
        await desk.write(endings.unsent, proof)


def _told(doubt: Doubt) -> Trouble | None:
    """The limit that the page told beside our turn, over by now."""
    if doubt.told is None:
        return None
    return Trouble(Outcome(doubt.told), "the site told a limit, and never answered", 0.0)


async def _unfound(desk: Desk, doubt: Doubt, found: Unfound | None) -> None:
    """Settle or put off what was not found in the history."""
    if found is None:
        await _wait_for_history(desk)
        return
    # while others are still to be sent, something newer will come that may prove it
    waits = not found.newer and await desk.store.do(claims.sends_more, desk.attempt.account)
    evidence = Evidence(
        Where.HISTORY,
        Answer.UNCLEAR if found.unclear else Answer.NO_TURN,
        newer_shown=found.newer and found.reached,
        looks_left=waits or doubt.looks < LOOKS,
    )
    decision = decide(evidence)
    if decision != Decision.GO_BACK:
        reason = found.unclear or "the history of chats does not show whether it was sent"
        await _put_off(desk, doubt, reason, decision)
    else:
        await _go_back(desk, "the history shows a newer conversation, and none with this prompt")


async def _wait_for_history(desk: Desk) -> None:
    """Put an attempt off until the history may be read for it; no look is counted."""
    reason = "it may have been sent; the history of chats will tell in a while"
    # a time of day is too coarse for the last fraction of a wait
    wait = max(1.0, desk.pace.wait(desk.attempt, desk.site.history))
    await desk.write(doubts.record, reason, look_at=desk.now + wait)


def _answer(desk: Desk, reading: Reading) -> Answer:
    chat = desk.exchange(reading)
    if chat is None:
        return Answer.NO_TURN if _shows_nothing_new(desk, reading) else Answer.UNCLEAR
    pictures = shown(desk.site, reading, chat)
    if pictures.made and not pictures.doubtful:
        return Answer.PICTURE
    if pictures.strange or pictures.made:
        return Answer.UNCLEAR
    said = (seen.text for seen in chat.answers)
    wrong = judge.trouble(desk.site, said, reading=reading)
    if wrong is not None:
        return Answer.REFUSED if wrong.outcome == Outcome.REFUSED else Answer.FAILED
    return Answer.WORKING


def _shows_nothing_new(desk: Desk, reading: Reading) -> bool:
    """Whether a document shows its chat as it was before Send."""
    attempt = desk.attempt
    if attempt.chat is None:
        return not reading.turns and not reading.loose
    return thread.lay(reading, attempt.before, attempt.words).as_left


def _seen_nothing(doubt: Doubt) -> Evidence:
    return Evidence(Where.CONVERSATION, Answer.NO_TURN, looks_left=doubt.looks < LOOKS)


async def _put_off(desk: Desk, doubt: Doubt, reason: str, decision: Decision) -> None:
    """Look again later, or leave it to the author, or to what the batch says."""
    look_at: float | None = desk.now + desk.site.history.again * 2.0 ** min(doubt.looks, LOOKS)
    if decision == Decision.ASK:
        await for_nothing(desk, reason)
        order = await desk.store.do(doubts.on_doubt, desk.attempt)
        spent = await desk.store.do(breaker.is_spent, desk.attempt.job)
        if order == OnDoubt.RESEND and not spent:
            await desk.write(endings.abandon, resend=True)
            return
        look_at = None
    _log.info("doubt_remains", reason=reason, looks=doubt.looks, asks=look_at is None)
    await desk.write(doubts.record, reason, look_at=look_at, looked=True)
