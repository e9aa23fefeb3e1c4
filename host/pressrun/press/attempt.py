"""One attempt, told once: from a claimed job to a durable picture, step by step.

Every step that matters is on disk before the next one starts. Before the commit point an attempt
that fails sends nothing, and its job simply goes back (`prepare.py`). From the commit point on the
job is in doubt whenever the attempt cannot be told to its end, and is never sent again unproved.
"""

import contextlib
from dataclasses import dataclass, replace
from functools import partial

import structlog

from pressrun.failpoint import failpoint
from pressrun.library.decoding import BadPictureError
from pressrun.library.references import MissingPictureError, MissingReferenceError
from pressrun.press import retry
from pressrun.press.chat import ChatLostError, ProjectLostError
from pressrun.press.desk import Desk, TroubleError, tell_rest
from pressrun.press.page import NotSeenError, PageLostError, StepRefusedError
from pressrun.press.prepare import Ready, prepare
from pressrun.press.receive import receive
from pressrun.press.retry import AfterSend, BeforeSend
from pressrun.protocol.messages.page import Reading
from pressrun.sites import judge
from pressrun.sites.binding import Tie, conversation
from pressrun.sites.judge import Made, Trouble
from pressrun.sites.profile import LIMITS, Outcome
from pressrun.states import Step
from pressrun.store import attempts, batches, breaker, chats, claims, doubts, endings, owners
from pressrun.store.attempts import BatchHeldError, Other

_log = structlog.get_logger("pressrun.attempt")

CHOOSE = "choose_first"
"""What answers a site that asks which of an answer's pictures is better, where it is known."""

SEND = "send"
"""The step after which a page may have submitted."""


@dataclass(frozen=True)
class Watched:
    """What is known of the chat in which an attempt is watched after Send."""

    step: Step
    """The last one on disk."""
    tie: Tie = Tie.SENT
    """What ties the chat to it."""
    ready: Ready | None = None
    """What the document showed before Send, where that is known."""
    told: Trouble | None = None
    """A limit that the page told beside the turn: why there may be no answer."""
    within: float | None = None
    """How many seconds the picture may take from now on, if fewer than usual."""


async def make(desk: Desk) -> bool:
    """Carry an attempt from its claim to a durable picture; whether it came to that.

    However it ends, where it stands is on disk when this returns. What is cancelled in between
    stays as it is, and the next start decides.
    """
    ready = await _commit(desk)
    if ready is None:
        return False
    desk = replace(desk, attempt=replace(desk.attempt, words=ready.words))
    try:
        desk.show("sending")
        await desk.page.click(desk.attempt.name, SEND, "send")
        desk.pace.sent(desk.attempt)
        failpoint("attempt.sent")
        await follow(desk, Watched(Step.SUBMITTING, ready=ready))
    except TroubleError as error:
        await settle(desk, error, sent_at=None)
    except (PageLostError, BadPictureError) as error:
        await _doubt(desk, str(error))
    except (NotSeenError, StepRefusedError) as error:
        reason = await _learn(desk, str(error))
        await _doubt(desk, reason)
        await for_nothing(desk, reason)
        await desk.keep_page()
    else:
        return True
    return False


async def _commit(desk: Desk) -> Ready | None:
    """Have all ready and `submitting` durable, before Send is clicked.

    Returns what the page shows by then; None if it did not come to that, and nothing will be sent.
    """
    try:
        ready = await prepare(desk)
        await desk.advance(Step.SUBMITTING)
    except BatchHeldError as error:
        await desk.write(endings.give_back, str(error), not_before=desk.now)
    except MissingReferenceError as error:
        await desk.write(endings.fail, str(error), retry_at=None)
    except (PageLostError, MissingPictureError) as error:
        # pictures may just be moving to other keys
        await _give_back(desk, str(error), lost=True)
    except (NotSeenError, StepRefusedError) as error:
        if await _give_back(desk, str(error)):
            await desk.keep_page()
    except TroubleError as error:
        await _settle_unsent(desk, error.trouble)
    except ChatLostError as error:
        _log.warning("chat_lost", reason=str(error))
        await desk.write(endings.chat_lost, str(error))
    except ProjectLostError as error:
        _log.warning("project_lost", reason=str(error))
        await desk.write(endings.stop_batch, str(error))
    else:
        return ready
    return None


async def follow(desk: Desk, watched: Watched) -> None:
    """From a click on Send to a durable picture, from wherever `watched` says that this stands.

    Raises:
        TroubleError: the site answered, and not with a picture.
        NotSeenError: the page did not show what comes next.
        StepRefusedError: the page could not hand over the picture.
        BadPictureError: the bytes were damaged on their way.
        PageLostError: the page is gone.
    """
    if watched.step == Step.SUBMITTING:
        await _acknowledge(desk, watched)
    made = await _await_picture(desk, watched)
    await _see_that_it_is_ours(desk, made)
    if watched.step != Step.MADE:
        await desk.advance(Step.MADE, file_id=made.identity)
    await _receive(desk, made, once_more=watched.step == Step.MADE)


async def _acknowledge(desk: Desk, watched: Watched) -> None:
    """See that the site has our words: by our own turn, its answer, or a name for the chat."""
    attempt = desk.attempt

    def acknowledged(reading: Reading) -> tuple[str | None, str | None] | None:
        name = conversation(desk.site, reading)
        chat = desk.exchange(reading, watched.tie)
        if chat is not None:
            return (chat.turn.id if chat.turn else None), name
        if attempt.chat is None and name is not None and _is_ours(desk, reading):
            return None, name
        if attempt.chat is not None and _has_grown(reading, watched.ready):
            return None, None
        if wrong := judge.trouble_in_notices(desk.site, reading):
            raise TroubleError(wrong)
        return None

    within = desk.site.limits.acknowledge
    turn, name = await desk.see(acknowledged, within=within, what="our own turn")
    await desk.advance(Step.SUBMITTED, turn=turn, conversation=attempt.chat or name)


def _has_grown(reading: Reading, ready: Ready | None) -> bool:
    """Whether a chat took what was in the composer: a page may not show our turn at first."""
    grown = ready is not None and reading.turn_count > ready.turns
    return grown and not reading.composer_text.strip()


async def _await_picture(desk: Desk, watched: Watched) -> Made:
    """Watch the answer to our turn until its picture is final."""
    desk.show("waiting for the picture")
    limits = desk.site.limits
    within = watched.within or limits.generate
    watch = _Watch(desk, watched)
    # a turn that the site never got has no address, and no answer; its chats tell soonest
    first = min(within, desk.site.history.settled)
    sign = "the address of our turn" if desk.attempt.chat is None else "an answer to our turn"
    seen = await watch.until(first, sign)
    while not isinstance(seen, Made):
        match seen:
            case _Named():
                # the address is named seconds after the turn; a recovery will want to know it
                await desk.write(attempts.learn, conversation=seen.conversation)
                watch.named = seen.conversation
            case _Answered():
                watch.answered = True
            case _Stuck():
                _log.info("page_stood_still", seconds=round(limits.reload))
                within = max(limits.settle, within - limits.reload)
                await desk.load(seen.conversation)
                await desk.write(attempts.rebind, desk.page.document)
                watch.begin_anew()
        seen = await watch.until(within, "a final picture")
    return seen


@dataclass(frozen=True)
class _Named:
    """The page names the chat now."""

    conversation: str


@dataclass(frozen=True)
class _Answered:
    """An answer to our turn is shown, in a chat whose name was known before."""


@dataclass(frozen=True)
class _Stuck:
    """The chat has not changed for too long; it may show more when it is loaded anew."""

    conversation: str


class _Watch:
    """What the page comes to while a picture is awaited."""

    def __init__(self, desk: Desk, watched: Watched) -> None:
        self._desk = desk
        self._settling = self._watched(watched)
        self._loaded_anew = False
        self.named = desk.attempt.chat
        """The chat's name, as far as it is on record."""
        self.answered = desk.attempt.chat is None
        """Whether the site is known to have our turn, in a chat whose name says nothing of it."""

    async def until(self, within: float, what: str) -> Made | _Named | _Answered | _Stuck:
        """Watch the page until it comes to something.

        Raises:
            TroubleError: the answer is no picture, or the page tells of a limit meanwhile.
            NotSeenError: nothing came of it within so many seconds.
            PageLostError: the page is gone.
        """
        return await self._desk.see(
            self._look, within=within, poll=self._desk.site.still, what=what
        )

    def begin_anew(self) -> None:
        """The conversation was loaded anew, and is known by its address."""
        self._settling = self._watched(Watched(Step.SUBMITTED, Tie.ADDRESS))
        self._loaded_anew = True

    def _look(self, reading: Reading) -> Made | _Named | _Answered | _Stuck | None:
        """What a reading comes to; None while there is nothing new."""
        now, site = self._desk.now, self._desk.site
        verdict = self._settling.look(reading, now)
        if isinstance(verdict, Trouble):
            raise TroubleError(verdict, answers=True)
        # a busy machine may show both at once, and the name would never be asked for again
        name = conversation(site, reading)
        if name is not None and name != self.named and _is_ours(self._desk, reading):
            return _Named(name)
        if verdict is not None:
            return verdict
        if not self.answered and (chat := self._desk.exchange(reading)) and chat.answers:
            return _Answered()
        notice = judge.trouble_in_notices(site, reading)
        if notice is not None and notice.outcome in LIMITS:
            raise TroubleError(notice)
        stuck = self._settling.stood(now) >= site.limits.reload and not self._loaded_anew
        return _Stuck(self.named) if stuck and self.named is not None else None

    def _watched(self, watched: Watched) -> judge.Settling:
        attempt, site = self._desk.attempt, self._desk.site
        foreign = partial(self._desk.pace.is_of_another, attempt)
        before = watched.ready.pictures if watched.ready else frozenset[str]()
        return judge.Settling(
            site, attempt.words, watched.tie, before, watched.told, foreign, attempt.before
        )


async def _see_that_it_is_ours(desk: Desk, made: Made) -> None:
    """See that no other job has a picture by one of these names.

    Raises:
        NotSeenError: one has.
    """
    for each in (made, *made.others):
        owner = await desk.store.do(owners.picture, desk.attempt, each.identity)
        if owner is not None:
            raise NotSeenError(f"the picture shown here is that of {owner}")


async def _receive(desk: Desk, made: Made, *, once_more: bool) -> None:
    """Bring the bytes to disk, those of the answer's other pictures, too; then the tab is free.

    Args:
        desk: what the attempt works with.
        made: the picture, and the others.
        once_more: whether this was begun before; then one of the others that cannot be received
            holds the picture back no longer.
    """
    desk.show("receiving the picture")
    sha256, size = await receive(desk.page, desk.shelf, desk.attempt.name, made.src)
    others = []
    for other in made.others:
        try:
            digest, _ = await receive(desk.page, desk.shelf, desk.attempt.name, other.src)
        except (StepRefusedError, BadPictureError) as error:
            if not once_more:
                raise
            _log.warning("alternative_not_received", reason=str(error))
        else:
            others.append(Other(digest, other.identity))
    listed = attempts.listed(others)
    await desk.advance(Step.RECEIVED, sha256=sha256, bytes=size, others=listed)
    if made.asks:
        why = "the site asked which of two pictures is better"
        await desk.store.do(chats.leave_after, desk.now, desk.attempt.id, why)
        # the first is the panel's; nothing depends on it that the site hears so
        with contextlib.suppress(StepRefusedError, PageLostError):
            await desk.page.click(desk.attempt.name, CHOOSE, CHOOSE)


async def _settle_unsent(desk: Desk, trouble: Trouble) -> None:
    """The page says that something went wrong before Send."""
    unsent = desk.attempt.unsent
    action = retry.before_send(trouble.outcome, passes=trouble.passes, unsent=unsent)
    if action == BeforeSend.GO_BACK:
        await _give_back(desk, trouble.text)
        return
    await desk.rest(trouble, desk.now + trouble.rest)
    await desk.write(endings.give_back, trouble.text, not_before=desk.now)
    if action == BeforeSend.STOP_AND_KEEP:
        await desk.keep_page()


async def _give_back(desk: Desk, reason: str, *, lost: bool = False) -> bool:
    """Nothing was sent: the job waits again, unless it came back too often.

    Args:
        desk: what the attempt works with.
        reason: why nothing was sent.
        lost: whether the page went away, or the like, which says nothing about how it is built.

    Returns:
        Whether the account stops, since nothing can be sent.
    """
    now = desk.now
    _log.info("attempt_returned", reason=reason)
    due = retry.UNSENT.due(now, desk.attempt.unsent, desk.draw())
    if due is None:
        await desk.write(endings.fail, reason, retry_at=None, known=False)
        return False
    rule = None if lost else desk.unsent
    until = await desk.write(endings.give_back, reason, not_before=due, counts=True, rule=rule)
    if until is not None:
        tell_rest(Outcome.UNKNOWN, now, until)
    return until is not None


async def settle(  # noqa: C901 - one case for each action of the table
    desk: Desk, error: TroubleError, *, sent_at: float | None
) -> None:
    """The page says that something went wrong after Send.

    Args:
        desk: what the attempt works with.
        error: what the page says.
        sent_at: when it was sent, if the page was loaded anew since.
    """
    now, trouble = desk.now, error.trouble
    _log.info("attempt_unmade", outcome=trouble.outcome.value, reason=trouble.text)
    if trouble.outcome in retry.FRUITLESS:
        await for_nothing(desk, trouble.text)
    anew = sent_at is not None
    match retry.after_send(trouble.outcome, in_answer=error.answers, anew=anew):
        case AfterSend.REFUSE:
            await desk.write(endings.refuse, trouble.text)
        case AfterSend.RELOAD:
            await desk.write(doubts.record, trouble.text, look_at=now)
        case AfterSend.RETRY if trouble.outcome == Outcome.TOO_LONG and desk.attempt.chat:
            await desk.write(endings.chat_full, trouble.text)
        case AfterSend.RETRY:
            due = retry.SENT.due(now, desk.attempt.tries, desk.draw())
            await desk.write(endings.fail, trouble.text, retry_at=due)
        case AfterSend.ONCE:
            await _answered_in_words(desk, trouble, sent_at or now)
        case AfterSend.KEEP:
            await desk.write(doubts.record, trouble.text, look_at=None)
        case AfterSend.WAIT_OUT:
            until = now + trouble.rest
            await desk.rest(trouble, until)
            told = trouble.outcome.value if trouble.outcome in LIMITS else None
            await desk.write(doubts.record, trouble.text, look_at=until, told=told)
        case AfterSend.READ_LATER:
            until = now + trouble.rest
            await desk.rest(trouble, until)
            # a cap may rest for hours, and the picture be there in minutes
            soon = now + desk.site.limits.words
            look_at = min(until, soon) if trouble.outcome == Outcome.CAPPED else until
            await desk.write(doubts.record, trouble.text, look_at=look_at)
        case AfterSend.LIMITED:
            # the text counts from when it was said, and may be read much later
            until = min(sent_at or now, now) + trouble.rest
            if until > now:
                await desk.rest(trouble, until)
            # the account rests, not the job: another account may make it meanwhile
            await desk.write(endings.fail, trouble.text, retry_at=now, counts=False)
    if trouble.outcome == Outcome.UNREADABLE:
        await desk.keep_page()


async def _answered_in_words(desk: Desk, trouble: Trouble, sent_at: float) -> None:
    """The answer has words and no picture: it is asked for once more, when that is certain.

    Words often come first, so it is looked at again when no picture can be under way any more. And
    a page may show none of its pictures: only one that was made since proves that they are seen.
    """
    now, wait = desk.now, desk.site.limits.words
    reason = f"the site answered with words only: {trouble.text}"
    if now < sent_at + wait:
        await desk.write(doubts.record, reason, look_at=sent_at + wait)
    elif await desk.store.do(breaker.is_understood, desk.attempt.account):
        due = retry.WORDS.due(now, desk.attempt.tries, desk.draw())
        follow_up = await desk.store.do(batches.follow_up, desk.attempt.batch)
        follow_up = follow_up or desk.site.follow_up
        await desk.write(endings.answered_in_words, reason, retry_at=due, follow_up=follow_up)
    else:
        more = await desk.store.do(claims.sends_more, desk.attempt.account)
        await desk.write(doubts.record, reason, look_at=now + wait if more else None)


async def _doubt(desk: Desk, reason: str) -> None:
    """It is not known what became of the attempt; it is looked after at once."""
    _log.warning("attempt_in_doubt", reason=reason)
    await desk.write(doubts.record, reason, look_at=desk.now)


async def for_nothing(desk: Desk, reason: str) -> None:
    """The attempt was sent and watched, and came to nothing that is understood."""
    now = desk.now
    until = await desk.write(doubts.fruitless, reason, desk.sent_for_nothing)
    if until is not None:
        tell_rest(Outcome.FRUITLESS, now, until)


async def _learn(desk: Desk, reason: str) -> str:
    """Keep what a page that is not understood tells all the same: the chat's name, and its words.

    Returns the reason, with what the page says.
    """
    try:
        reading = await desk.page.read()
    except PageLostError:
        return reason
    name = conversation(desk.site, reading)
    if name is not None and desk.attempt.chat is None and _is_ours(desk, reading):
        await desk.write(attempts.learn, conversation=name)
    words = judge.said(reading)
    return f"{reason}; the page says: {words}" if words else reason


def _is_ours(desk: Desk, reading: Reading) -> bool:
    """Whether a chat in which we clicked Send shows nothing of anybody else."""
    if desk.attempt.chat is not None:
        return False
    theirs = any(turn.role == "user" for turn in reading.turns)
    return not theirs or desk.exchange(reading) is not None
