"""What became of an attempt in doubt: found out by reading, never by sending again.

The evidence is read from the best place there is: the document it was sent from while that lives,
else the conversation on record, else the newest conversations of the account. `decide` turns
evidence into a decision; `docs/recovery.md` holds the same table, and a test holds the two against
each other. Harvesting costs no quota and always comes first.
"""

from dataclasses import dataclass
from enum import StrEnum

import structlog

from pressrun.library.picture import BadPictureError
from pressrun.press.attempt import SEND, Desk, TroubleError, follow, rest, settle
from pressrun.press.page import NotSeenError, Page, PageLostError, StepRefusedError, see
from pressrun.protocol.messages import OnDoubt, Reading
from pressrun.sites import judge
from pressrun.sites.judge import Trouble
from pressrun.sites.profile import Outcome
from pressrun.store import attempts
from pressrun.store.attempts import Doubt

_log = structlog.get_logger("pressrun.recovery")

LOOKS = 5
"""How often an attempt in doubt is looked after before the author is asked."""

AGAIN_SECONDS = 15.0
"""How soon after a look that told nothing comes the next; doubled each time."""


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
    """The composer still holds our prompt, and the document shows no turn."""
    newer_shown: bool = False
    """The history shows a conversation known to be newer, and was read far enough."""
    patience_left: bool = True
    """There is still time to wait, or another look to take."""


def decide(evidence: Evidence) -> Decision:  # noqa: PLR0911 - one line a row of the table
    """What to do, given what was read."""
    match evidence.answer:
        case Answer.PICTURE:
            return Decision.HARVEST
        case Answer.FAILED:
            return Decision.RETRY
        case Answer.REFUSED:
            return Decision.REFUSE
        case Answer.WORKING:
            if evidence.patience_left:
                return Decision.WAIT
            # page text has been seen to stand still; a page loaded anew tells
            return Decision.SEARCH if evidence.where == Where.DOCUMENT else Decision.LATER
    match evidence.where:
        case Where.DOCUMENT if evidence.patience_left:
            return Decision.WAIT
        case Where.DOCUMENT:
            holds = evidence.composer_holds_prompt
            return Decision.GO_BACK if holds else Decision.SEARCH
        case Where.HISTORY if evidence.newer_shown:
            return Decision.GO_BACK
        case _:
            return Decision.LATER if evidence.patience_left else Decision.ASK


class Pace:
    """When the history of an account may be read again; the site limits that, too."""

    def __init__(self) -> None:
        self._read_at: dict[int, float] = {}

    def due(self, account: int, seconds: float) -> float:
        """The earliest time of the next reading."""
        return self._read_at.get(account, 0.0) + seconds

    def note(self, account: int, now: float) -> None:
        """The history was read."""
        self._read_at[account] = now


async def recover(desk: Desk, page: Page, doubt: Doubt, pace: Pace) -> bool:
    """Settle an attempt in doubt, or put it off; whether its picture is durable now."""
    attempt = doubt.attempt
    try:
        if page.document == doubt.document:
            return await _in_document(desk, page, doubt, pace)
        return await _elsewhere(desk, page, doubt, pace)
    except TroubleError as error:
        await _settle(desk, doubt, error.trouble)
    except BadPictureError as error:
        await desk.store.do(attempts.fail, desk.clock.now(), attempt, str(error), retry_at=None)
    except (NotSeenError, StepRefusedError, PageLostError) as error:
        await _put_off(desk, doubt, str(error))
    return False


async def _in_document(desk: Desk, page: Page, doubt: Doubt, pace: Pace) -> bool:
    """The document that it was sent from is still alive: it knows best."""
    desk.show("looking what became of a picture")
    limits = desk.site.limits
    # a page that did not click Send cannot have submitted: there is nothing to wait for
    clicked = page.last_step(doubt.attempt.name) in (SEND, None)

    def look(reading: Reading) -> Evidence | None:
        answer = _answer(desk, reading, doubt)
        patience = limits.generate if answer == Answer.WORKING else limits.acknowledge
        until = doubt.submitting_at + (patience if clicked else 0.0)
        evidence = Evidence(
            Where.DOCUMENT,
            answer,
            composer_holds_prompt=not reading.turn_count
            and reading.composer_text.split() == doubt.attempt.prompt.split(),
            patience_left=desk.clock.now() < until,
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
            await desk.store.do(attempts.unsent, desk.clock.now(), doubt.attempt, proof)
            return False
        case Decision.SEARCH:
            return await _elsewhere(desk, page, doubt, pace)
        case _:
            await follow(desk, page, doubt.attempt, doubt.step)
            return True


async def _elsewhere(desk: Desk, page: Page, doubt: Doubt, pace: Pace) -> bool:
    """The document is gone: the conversation on record, or the history, has to tell."""
    conversation = doubt.conversation
    if conversation is None:
        conversation = await _search(desk, page, doubt, pace)
        if conversation is None:
            return False
    desk.show("looking what became of a picture")
    await page.go(desk.site.conversation_url.format(conversation=conversation))
    await desk.store.do(attempts.rebind, desk.clock.now(), doubt.attempt, page.document)

    def look(reading: Reading) -> bool | None:
        _stop_on_notice(desk, reading)
        return judge.own_turn(reading, doubt.attempt.prompt) is not None or None

    limits = desk.site.limits
    await see(page, look, within=limits.page, poll=limits.poll, what="our turn, where it was sent")
    await follow(desk, page, doubt.attempt, doubt.step)
    return True


async def _search(desk: Desk, page: Page, doubt: Doubt, pace: Pace) -> str | None:
    """Look for our turn in the newest conversations; settles what it can without it."""
    site, attempt = desk.site, doubt.attempt
    due = max(
        doubt.submitting_at + site.history.settled, pace.due(attempt.account, site.history.pace)
    )
    if desk.clock.now() < due:
        reason = "it may have been sent; the history of chats will tell in a while"
        await desk.store.do(attempts.doubt, desk.clock.now(), attempt, reason, look_at=due)
        return None
    desk.show("searching the history for a picture")
    pace.note(attempt.account, desk.clock.now())
    await page.go(site.home)

    def listed(reading: Reading) -> list[str] | None:
        _stop_on_notice(desk, reading)
        return reading.history or None

    limits = site.limits
    history = await see(
        page, listed, within=limits.page, poll=limits.poll, what="the history of chats"
    )
    known = await desk.store.do(attempts.conversations, attempt.account)
    newer, opened = False, 0
    for address in history:
        found = site.conversation.search(address)
        if found is None:
            continue
        name = found.group(1)
        if name in known:
            if known[name] < doubt.submitting_at:
                break  # ours would stand above it
            newer = True
            continue
        if opened == site.history.most:
            newer = False  # not read far enough to prove anything
            break
        opened += 1
        if await _is_ours(desk, page, name, doubt):
            await desk.store.do(attempts.learn, desk.clock.now(), attempt, conversation=name)
            return name
    evidence = Evidence(
        Where.HISTORY,
        Answer.NO_TURN,
        newer_shown=newer,
        patience_left=doubt.looks < LOOKS,
    )
    if decide(evidence) == Decision.GO_BACK:
        proof = "the history shows a newer conversation, and none with this prompt"
        await desk.store.do(attempts.unsent, desk.clock.now(), attempt, proof)
    else:
        await _put_off(desk, doubt, "the history of chats does not show whether it was sent")
    return None


async def _is_ours(desk: Desk, page: Page, conversation: str, doubt: Doubt) -> bool:
    """Whether a conversation's newest turn of the user is our prompt."""
    await page.go(desk.site.conversation_url.format(conversation=conversation))

    def look(reading: Reading) -> bool | None:
        _stop_on_notice(desk, reading)
        if not reading.turn_count:
            return None
        return judge.own_turn(reading, doubt.attempt.prompt) is not None

    limits = desk.site.limits
    return await see(page, look, within=limits.page, poll=limits.poll, what="a conversation")


def _answer(desk: Desk, reading: Reading, doubt: Doubt) -> Answer:
    turn = judge.own_turn(reading, doubt.attempt.prompt)
    if turn is None:
        return Answer.NO_TURN
    answers = judge.answer(reading, turn.id)
    wrong = judge.trouble(desk.site, (seen.text for seen in answers))
    if wrong is not None:
        return Answer.REFUSED if wrong.outcome == Outcome.REFUSED else Answer.FAILED
    return Answer.PICTURE if judge.pictures(desk.site, answers) else Answer.WORKING


def _stop_on_notice(desk: Desk, reading: Reading) -> None:
    """A limit or a sign-out may be why a page shows nothing."""
    if wrong := judge.trouble_in_notices(desk.site, reading):
        raise TroubleError(wrong)
    if reading.shell and (reading.account or "") != desk.mark:
        raise StepRefusedError("another identity is signed in by now")


async def _settle(desk: Desk, doubt: Doubt, trouble: Trouble) -> None:
    """The site said what became of it, or that the account is to wait."""
    stops = (Outcome.LIMIT, Outcome.SIGNED_OUT, Outcome.CHALLENGED)
    if trouble.outcome in stops:
        until = await rest(desk, doubt.attempt, trouble)
        now = desk.clock.now()
        await desk.store.do(attempts.doubt, now, doubt.attempt, trouble.text, look_at=until)
    else:
        await settle(desk, doubt.attempt, trouble)


async def _put_off(desk: Desk, doubt: Doubt, reason: str) -> None:
    """Look again later, or leave it to the author, or to what the batch says."""
    now = desk.clock.now()
    look_at: float | None = now + AGAIN_SECONDS * 2.0**doubt.looks
    if doubt.looks >= LOOKS:
        if await desk.store.do(attempts.on_doubt, doubt.attempt) == OnDoubt.RESEND:
            await desk.store.do(attempts.abandon, now, doubt.attempt, resend=True)
            return
        look_at = None
    _log.info("doubt_remains", reason=reason, looks=doubt.looks, asks=look_at is None)
    await desk.store.do(attempts.doubt, now, doubt.attempt, reason, look_at=look_at)
