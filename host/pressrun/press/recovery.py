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
from pressrun.press.attempt import SEND, Sent, follow, for_nothing, settle
from pressrun.press.desk import Desk, TroubleError, stop_on_notice
from pressrun.press.page import NotSeenError, Page, PageLostError, StepRefusedError, see
from pressrun.press.search import Unfound, search
from pressrun.protocol.messages.page import Reading
from pressrun.sites import judge
from pressrun.sites.binding import Tie, conversation, exchange, unsent
from pressrun.sites.judge import Trouble
from pressrun.sites.profile import Care, Outcome
from pressrun.sites.shown import shown
from pressrun.states import OnDoubt
from pressrun.store import attempts, breaker, claims, doubts, endings
from pressrun.store.attempts import Attempt
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
    if evidence.time_left and evidence.where != Where.HISTORY:
        return Decision.WAIT
    if in_document:
        unsent = evidence.answer == Answer.NO_TURN and evidence.composer_holds_prompt
        return Decision.GO_BACK if unsent else Decision.SEARCH
    return Decision.LATER if evidence.looks_left else Decision.ASK


async def recover(desk: Desk, page: Page, doubt: Doubt) -> bool:
    """Settle an attempt in doubt, or put it off; whether its picture is durable now."""
    try:
        told = None
        if page.document == doubt.document:
            told = await _in_document(desk, page, doubt)
            if told is None and doubt.conversation is None:
                doubt = await _named(desk, page, doubt)
        return await _elsewhere(desk, page, doubt) if told is None else told
    except TroubleError as error:
        await settle(desk, doubt.attempt, error, sent_at=doubt.submitting_at)
        if error.trouble.outcome == Outcome.UNREADABLE:
            await desk.puzzled(page)
    except PageLostError as error:
        now = desk.clock.now()  # nobody looked; a look that was not taken is not counted
        look_at = now + desk.site.history.again
        await desk.store.do(doubts.record, now, doubt.attempt, str(error), look_at=look_at)
    except (NotSeenError, StepRefusedError, BadPictureError) as error:
        await _put_off(desk, doubt, str(error), decide(_seen_nothing(doubt)))
    return False


async def _named(desk: Desk, page: Page, doubt: Doubt) -> Doubt:
    """The doubt with its conversation, if the document that shows our turn names it in a while.

    The address comes seconds after the turn; the history would take minutes to tell.
    """

    def look(reading: Reading) -> str | None:
        chat = exchange(reading, doubt.attempt.prompt, Tie.SENT)
        return conversation(desk.site, reading) if chat else None

    limits = desk.site.limits
    if exchange(await page.read(), doubt.attempt.prompt, Tie.SENT) is None:
        return doubt
    try:
        name = await see(
            page, look, within=limits.fill, poll=min(limits.poll, 1.0), what="an address"
        )
    except NotSeenError:
        return doubt
    await desk.store.do(attempts.learn, desk.clock.now(), doubt.attempt, conversation=name)
    return replace(doubt, conversation=name)


async def _in_document(desk: Desk, page: Page, doubt: Doubt) -> bool | None:
    """The document that it was sent from is still alive: it knows best.

    Returns whether the picture is durable now, or None when another place has to tell.
    """
    desk.show("looking what became of a picture")
    limits, loop = desk.site.limits, asyncio.get_running_loop()
    # a page that was never told to click Send cannot have submitted; any other is watched for as
    # long as an answer may take, and in any case a little, since it may have been frozen until now
    watched_until = loop.time()
    if page.last_step(doubt.attempt.name) in (SEND, None):
        answered_by = desk.pace.sent(doubt.attempt) + limits.acknowledge
        watched_until = max(watched_until + limits.fill, answered_by)
    # a page that never names its conversation may show a turn that the site never got
    named_by = doubt.submitting_at + desk.site.history.settled
    made_by = doubt.submitting_at + limits.generate
    # what readings begin with may be older than a link that dropped
    await page.read()

    def look(reading: Reading) -> Evidence | None:
        answer = _answer(desk, reading, doubt)
        working = answer == Answer.WORKING
        named = doubt.conversation or conversation(desk.site, reading)
        shown_by = made_by if named else named_by
        evidence = Evidence(
            Where.DOCUMENT,
            answer,
            composer_holds_prompt=unsent(desk.site, reading, doubt.attempt.prompt),
            time_left=desk.clock.now() < shown_by if working else loop.time() < watched_until,
        )
        waits = answer == Answer.NO_TURN and decide(evidence) == Decision.WAIT
        return None if waits else evidence

    evidence = await see(
        page,
        look,
        within=limits.acknowledge + limits.page,
        poll=min(limits.poll, 1.0),
        what="a page that tells what became of a picture",
    )
    match decide(evidence):
        case Decision.GO_BACK:
            proof = "the same document still held the prompt and showed no turn"
            now = desk.clock.now()
            await desk.store.do(endings.unsent, now, doubt.attempt, proof, certain=True)
            return False
        case Decision.SEARCH:
            return None
    try:
        await follow(desk, page, doubt.attempt, Sent(doubt.step))
    except TroubleError as error:
        # what an answer says counts when the page was loaded anew, and says it still
        outcome = error.trouble.outcome
        words = outcome in (Outcome.TEXT_ONLY, Outcome.UNREADABLE)
        if not (
            words or outcome.care == Care.AGAIN or (error.answers and outcome.care == Care.REST)
        ):
            raise
    except (NotSeenError, StepRefusedError, BadPictureError) as error:
        _log.info("document_of_no_use", reason=str(error))
    else:
        return True
    return None


async def _elsewhere(desk: Desk, page: Page, doubt: Doubt) -> bool:
    """The conversation on record, or else the history, has to tell; on a page loaded anew."""
    name = doubt.conversation
    if name is None:
        found = await search(desk, page, doubt.attempt)
        if not isinstance(found, str):
            await _unfound(desk, doubt, found)
            return False
        name = found
    desk.show("looking what became of a picture")
    await page.go(desk.site.conversation_url.format(conversation=name))
    await desk.store.do(attempts.rebind, desk.clock.now(), doubt.attempt, page.document)

    def look(reading: Reading) -> bool | None:
        stop_on_notice(desk, reading)
        there = conversation(desk.site, reading) == name and (reading.turns or reading.loose)
        return bool(there) or None

    limits = desk.site.limits
    await see(page, look, within=limits.page, poll=limits.poll, what="the chat that it was sent in")
    left = doubt.submitting_at + limits.generate - desk.clock.now()
    within = max(limits.settle, min(limits.generate, left))
    sent = Sent(doubt.step, Tie.ADDRESS, told=_told(doubt), within=within)
    await follow(desk, page, doubt.attempt, sent)
    return True


def _told(doubt: Doubt) -> Trouble | None:
    """The limit that the page told beside our turn, over by now."""
    if doubt.told is None:
        return None
    return Trouble(Outcome(doubt.told), "the site told a limit, and never answered", 0.0)


async def _unfound(desk: Desk, doubt: Doubt, found: Unfound | None) -> None:
    """Settle or put off what was not found in the history."""
    attempt = doubt.attempt
    if found is None:
        await _wait_for_history(desk, attempt)
        return
    # while others are still to be sent, something newer will come that may prove it
    waits = not found.newer and await desk.store.do(claims.sends_more, attempt.account)
    evidence = Evidence(
        Where.HISTORY,
        Answer.UNCLEAR if found.unclear else Answer.NO_TURN,
        newer_shown=found.newer and found.reached,
        looks_left=waits or doubt.looks < LOOKS,
    )
    decision = decide(evidence)
    if decision == Decision.GO_BACK and await desk.store.do(breaker.is_spent, attempt.job):
        reason = f"sent {breaker.SPENT} times, and nothing came of it; now it seems unsent"
        await desk.store.do(doubts.record, desk.clock.now(), attempt, reason, look_at=None)
    elif decision == Decision.GO_BACK:
        proof = "the history shows a newer conversation, and none with this prompt"
        await desk.store.do(endings.unsent, desk.clock.now(), attempt, proof)
    else:
        reason = found.unclear or "the history of chats does not show whether it was sent"
        await _put_off(desk, doubt, reason, decision)


async def _wait_for_history(desk: Desk, attempt: Attempt) -> None:
    """Put an attempt off until the history may be read for it; no look is counted."""
    now = desk.clock.now()
    reason = "it may have been sent; the history of chats will tell in a while"
    # a time of day is too coarse for the last fraction of a wait
    look_at = now + max(1.0, desk.pace.wait(attempt, desk.site.history))
    await desk.store.do(doubts.record, now, attempt, reason, look_at=look_at)


def _answer(desk: Desk, reading: Reading, doubt: Doubt) -> Answer:
    chat = exchange(reading, doubt.attempt.prompt, Tie.SENT)
    if chat is None:
        return Answer.UNCLEAR if reading.turns or reading.loose else Answer.NO_TURN
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


def _seen_nothing(doubt: Doubt) -> Evidence:
    return Evidence(Where.CONVERSATION, Answer.NO_TURN, looks_left=doubt.looks < LOOKS)


async def _put_off(desk: Desk, doubt: Doubt, reason: str, decision: Decision) -> None:
    """Look again later, or leave it to the author, or to what the batch says."""
    now = desk.clock.now()
    look_at: float | None = now + desk.site.history.again * 2.0 ** min(doubt.looks, LOOKS)
    if decision == Decision.ASK:
        await for_nothing(desk, doubt.attempt, reason)
        order = await desk.store.do(doubts.on_doubt, doubt.attempt)
        spent = await desk.store.do(breaker.is_spent, doubt.attempt.job)
        if order == OnDoubt.RESEND and not spent:
            await desk.store.do(endings.abandon, now, doubt.attempt, resend=True)
            return
        look_at = None
    _log.info("doubt_remains", reason=reason, looks=doubt.looks, asks=look_at is None)
    await desk.store.do(doubts.record, now, doubt.attempt, reason, look_at=look_at, looked=True)
