"""One attempt, told once: from a claimed job to a durable picture, step by step.

Every step that matters is on disk before the next one starts. Before the commit point an attempt
that fails sends nothing, and its job simply goes back (`prepare.py`). From the commit point on the
job is in doubt whenever the attempt cannot be told to its end, and is never sent again unproved.
"""

import contextlib
from dataclasses import dataclass
from functools import partial

import structlog

from pressrun.failpoint import failpoint
from pressrun.library.decoding import BadPictureError
from pressrun.library.references import MissingReferenceError
from pressrun.press import retry
from pressrun.press.desk import Desk, TroubleError, rest, tell_rest
from pressrun.press.page import NotSeenError, Page, PageLostError, StepRefusedError, see
from pressrun.press.prepare import PATIENCE, prepare
from pressrun.press.receive import receive
from pressrun.press.retry import Then
from pressrun.protocol.messages.page import Reading
from pressrun.sites import judge
from pressrun.sites.binding import Tie, conversation, exchange
from pressrun.sites.judge import Made, Trouble
from pressrun.sites.profile import Care, Outcome
from pressrun.states import Step
from pressrun.store import attempts, breaker, claims, doubts, endings, owners
from pressrun.store.attempts import Attempt, BatchHeldError, Other

_log = structlog.get_logger("pressrun.attempt")

CHOOSE = "choose_first"
"""What answers a site that asks which of an answer's pictures is better, where it is known."""

SEND = "send"
"""The step after which a page may have submitted."""


@dataclass(frozen=True)
class Sent:
    """What is known of the chat in which an attempt is watched."""

    step: Step
    """The last one on disk."""
    tie: Tie = Tie.SENT
    """What ties the chat to it."""
    before: frozenset[str] = frozenset()
    """The addresses of the pictures that the document showed before Send."""
    told: Trouble | None = None
    """A limit that the page told beside the turn: why there may be no answer."""
    within: float | None = None
    """How many seconds the picture may take from now on, if fewer than usual."""


async def make(desk: Desk, page: Page, attempt: Attempt) -> bool:
    """Carry an attempt from its claim to a durable picture; whether it came to that.

    However it ends, where it stands is on disk when this returns. What is cancelled in between
    stays as it is, and the next start decides.
    """
    before = await _commit(desk, page, attempt)
    if before is None:
        return False
    try:
        desk.show("sending")
        await page.click(attempt.name, SEND, "send")
        desk.pace.sent(attempt)
        failpoint("attempt.sent")
        await follow(desk, page, attempt, Sent(Step.SUBMITTING, before=before))
    except TroubleError as error:
        await settle(desk, attempt, error, sent_at=None)
        if error.trouble.outcome == Outcome.UNREADABLE:
            await desk.puzzled(page)
    except (PageLostError, BadPictureError) as error:
        await _doubt(desk, attempt, str(error))
    except (NotSeenError, StepRefusedError) as error:
        reason = await _learn(desk, page, attempt, str(error))
        await _doubt(desk, attempt, reason)
        await for_nothing(desk, attempt, reason)
        await desk.puzzled(page)
    else:
        return True
    return False


async def _doubt(desk: Desk, attempt: Attempt, reason: str) -> None:
    """It is not known what became of an attempt; it is looked after at once."""
    _log.warning("attempt_in_doubt", reason=reason)
    now = desk.clock.now()
    await desk.store.do(doubts.record, now, attempt, reason, look_at=now)


async def for_nothing(desk: Desk, attempt: Attempt, reason: str) -> None:
    """An attempt was sent and watched, and came to nothing that is understood."""
    now = desk.clock.now()
    until = await desk.store.do(doubts.fruitless, now, attempt, reason, desk.sent_for_nothing)
    if until is not None:
        tell_rest(Outcome.FRUITLESS, now, until)


async def _learn(desk: Desk, page: Page, attempt: Attempt, reason: str) -> str:
    """Keep what a page that is not understood tells all the same: the chat's name, and its words.

    Returns the reason, with what the page says.
    """
    try:
        reading = await page.read()
    except PageLostError:
        return reason
    name = conversation(desk.site, reading)
    if name is not None and _is_ours(reading, attempt):
        await desk.store.do(attempts.learn, desk.clock.now(), attempt, conversation=name)
    words = judge.said(reading)
    return f"{reason}; the page says: {words}" if words else reason


def _is_ours(reading: Reading, attempt: Attempt) -> bool:
    """Whether a chat in which we clicked Send shows nothing of anybody else."""
    theirs = any(turn.role == "user" for turn in reading.turns)
    return not theirs or exchange(reading, attempt.prompt, Tie.SENT) is not None


async def _commit(desk: Desk, page: Page, attempt: Attempt) -> frozenset[str] | None:
    """Have all ready and `submitting` durable, before Send is clicked.

    Returns the addresses of the pictures that the page shows by then; None if it did not come to
    that.
    """
    try:
        before = await prepare(desk, page, attempt)
        now = desk.clock.now()
        await desk.store.do(attempts.advance, now, attempt, page.document, Step.SUBMITTING)
    except BatchHeldError as error:
        await desk.store.do(endings.give_back, now, attempt, str(error), not_before=now)
    except MissingReferenceError as error:
        await desk.store.do(endings.fail, desk.clock.now(), attempt, str(error), retry_at=None)
    except PageLostError as error:
        await _give_back(desk, attempt, str(error), lost=True)
    except (NotSeenError, StepRefusedError) as error:
        if await _give_back(desk, attempt, str(error)):
            await desk.puzzled(page)
    except TroubleError as error:
        passes = error.trouble.passes and attempt.unsent < PATIENCE
        if passes or retry.then(error.trouble.outcome) == Then.RETRY:
            await _give_back(desk, attempt, error.trouble.text)
        else:
            await _stop_account(desk, attempt, error.trouble)
            if retry.then(error.trouble.outcome) == Then.AUTHOR:
                await desk.puzzled(page)
    else:
        return before
    return None


async def follow(desk: Desk, page: Page, attempt: Attempt, sent: Sent) -> None:
    """From a click on Send to a durable picture, from wherever `sent` says that this stands.

    Raises:
        TroubleError: the site answered, and not with a picture.
        NotSeenError: the page did not show what comes next.
        BadPictureError: the bytes were damaged on their way.
        PageLostError: the page is gone.
    """
    if sent.step == Step.SUBMITTING:
        await _acknowledge(desk, page, attempt, sent)
    made = await _await_picture(desk, page, attempt, sent)
    await _receive(desk, page, attempt, made, once_more=sent.step == Step.MADE)


async def _acknowledge(desk: Desk, page: Page, attempt: Attempt, sent: Sent) -> None:
    """See that the site has our prompt: by our own turn, its answer, or a name for the chat."""
    limits = desk.site.limits

    def acknowledged(reading: Reading) -> tuple[str | None, str | None] | None:
        name = conversation(desk.site, reading)
        chat = exchange(reading, attempt.prompt, sent.tie)
        if chat is not None:
            return (chat.turn.id if chat.turn else None), name
        if name is not None and _is_ours(reading, attempt):
            return None, name
        if wrong := judge.trouble_in_notices(desk.site, reading):
            raise TroubleError(wrong)
        return None

    turn, name = await see(
        page, acknowledged, within=limits.acknowledge, poll=limits.poll, what="our own turn"
    )
    await desk.store.do(
        attempts.advance,
        desk.clock.now(),
        attempt,
        page.document,
        Step.SUBMITTED,
        turn=turn,
        conversation=name,
    )


@dataclass(frozen=True)
class _Named:
    """The page names the chat now."""

    conversation: str


@dataclass(frozen=True)
class _Stuck:
    """The page has not changed for too long; it may show more when it is loaded anew."""


class _Watch:
    """What the page comes to while a picture is awaited."""

    def __init__(self, desk: Desk, attempt: Attempt, sent: Sent) -> None:
        self._desk = desk
        self._attempt = attempt
        self._settling = self._watched(sent)
        self.named: str | None = None
        self.loaded_anew = False

    def look(self, reading: Reading) -> Made | _Named | _Stuck | None:
        """What a reading comes to; None while there is nothing new.

        Raises:
            TroubleError: the answer is no picture, or the page tells of a limit meanwhile.
        """
        now, site = self._desk.clock.now(), self._desk.site
        verdict = self._settling.look(reading, now)
        if isinstance(verdict, Trouble):
            raise TroubleError(verdict, answers=True)
        # a busy machine may show both at once, and the name would never be asked for again
        name = conversation(site, reading)
        if name is not None and name != self.named and _is_ours(reading, self._attempt):
            return _Named(name)
        if verdict is not None:
            return verdict
        notice = judge.trouble_in_notices(site, reading)
        if notice is not None and notice.outcome.care == Care.REST:
            raise TroubleError(notice)
        stuck = self._settling.stood(now) >= site.limits.reload
        return _Stuck() if stuck and self.named and not self.loaded_anew else None

    def begin_anew(self) -> None:
        """The conversation is loaded anew, and known by its address."""
        self._settling = self._watched(Sent(Step.SUBMITTED, Tie.ADDRESS))
        self.loaded_anew = True

    def _watched(self, sent: Sent) -> judge.Settling:
        foreign = partial(self._desk.pace.is_of_another, self._attempt)
        site, prompt = self._desk.site, self._attempt.prompt
        return judge.Settling(site, prompt, sent.tie, sent.before, sent.told, foreign)


async def _await_picture(desk: Desk, page: Page, attempt: Attempt, sent: Sent) -> Made:
    """Watch the answer to our turn until its picture is final."""
    desk.show("waiting for the picture")
    limits = desk.site.limits
    within = sent.within or limits.generate
    poll = min(limits.poll, desk.site.still)
    watch = _Watch(desk, attempt, sent)
    # a turn without an address may be one that the site never got; its history tells soonest
    first = min(within, desk.site.history.settled)
    seen = await see(page, watch.look, within=first, poll=poll, what="the address of our turn")
    while not isinstance(seen, Made):
        if isinstance(seen, _Named):
            # the address is named seconds after the turn; a recovery will want to know it
            watch.named = seen.conversation
            now = desk.clock.now()
            await desk.store.do(attempts.learn, now, attempt, conversation=seen.conversation)
        else:
            _log.info("page_stood_still", seconds=round(limits.reload))
            watch.begin_anew()
            within = max(limits.settle, within - limits.reload)
            await page.go(desk.site.conversation_url.format(conversation=watch.named))
            await desk.store.do(attempts.rebind, desk.clock.now(), attempt, page.document)
        seen = await see(page, watch.look, within=within, poll=poll, what="a final picture")
    for identity in (seen.identity, *(other.identity for other in seen.others)):
        owner = await desk.store.do(owners.picture, attempt, identity)
        if owner is not None:
            raise NotSeenError(f"the picture shown here is that of {owner}")
    if sent.step == Step.MADE:
        return seen
    await desk.store.do(
        attempts.advance,
        desk.clock.now(),
        attempt,
        page.document,
        Step.MADE,
        file_id=seen.identity,
    )
    return seen


async def _receive(
    desk: Desk, page: Page, attempt: Attempt, made: Made, *, once_more: bool
) -> None:
    """Bring the bytes to disk, those of the answer's other pictures, too; then the tab is free.

    Args:
        desk: what the attempt works with.
        page: where they are shown.
        attempt: whose they are.
        made: the picture, and the others.
        once_more: whether this was begun before; then one of the others that cannot be received
            holds the picture back no longer.
    """
    desk.show("receiving the picture")
    sha256, size = await receive(page, desk.shelf, attempt.name, made.src)
    others = []
    for other in made.others:
        try:
            digest, _ = await receive(page, desk.shelf, attempt.name, other.src)
        except (StepRefusedError, BadPictureError) as error:
            if not once_more:
                raise
            _log.warning("alternative_not_received", reason=str(error))
        else:
            others.append(Other(digest, other.identity))
    await desk.store.do(
        attempts.advance,
        desk.clock.now(),
        attempt,
        page.document,
        Step.RECEIVED,
        sha256=sha256,
        bytes=size,
        others=attempts.listed(others),
    )
    if made.asks:
        # the first is the panel's; nothing depends on it that the site hears so
        with contextlib.suppress(StepRefusedError, PageLostError):
            await page.click(attempt.name, CHOOSE, CHOOSE)


async def _give_back(desk: Desk, attempt: Attempt, reason: str, *, lost: bool = False) -> bool:
    """Nothing was sent: the job waits again, unless it came back too often.

    Args:
        desk: what the attempt works with.
        attempt: which.
        reason: why nothing was sent.
        lost: whether the page went away, which says nothing about how it is built.

    Returns:
        Whether the account stops, since nothing can be sent.
    """
    now = desk.clock.now()
    _log.info("attempt_returned", reason=reason)
    due = retry.UNSENT.due(now, attempt.unsent, desk.draw())
    if due is None:
        await desk.store.do(endings.fail, now, attempt, reason, retry_at=None, known=False)
        return False
    until = await desk.store.do(
        endings.give_back,
        now,
        attempt,
        reason,
        not_before=due,
        counts=True,
        rule=None if lost else desk.unsent,
    )
    if until is not None:
        tell_rest(Outcome.UNKNOWN, now, until)
    return until is not None


async def _stop_account(desk: Desk, attempt: Attempt, trouble: Trouble) -> None:
    """Nothing was sent, and nothing will be on this account before the site's time is over."""
    now = desk.clock.now()
    await rest(desk, attempt, trouble, now + trouble.rest)
    await desk.store.do(endings.give_back, now, attempt, trouble.text, not_before=now)


async def settle(  # noqa: C901 - one case a row of the table of retries
    desk: Desk, attempt: Attempt, error: TroubleError, *, sent_at: float | None
) -> None:
    """The page says that something went wrong after Send.

    Args:
        desk: what the attempt works with.
        attempt: whose trouble it is.
        error: what the page says.
        sent_at: when it was sent, if the page was loaded anew since. What the sending document says
            may be about its own connection, while the site goes on; it is in doubt until the page
            was loaded anew.
    """
    now, trouble = desk.clock.now(), error.trouble
    _log.info("attempt_unmade", outcome=trouble.outcome.value)
    if trouble.outcome in (Outcome.TEXT_ONLY, Outcome.UNREADABLE):
        await for_nothing(desk, attempt, trouble.text)
    match retry.then(trouble.outcome):
        case Then.REFUSE:
            await desk.store.do(endings.refuse, now, attempt, trouble.text)
        case Then.ONCE | Then.RETRY | Then.KEEP if sent_at is None:
            await desk.store.do(doubts.record, now, attempt, trouble.text, look_at=now)
        case Then.KEEP:
            await desk.store.do(doubts.record, now, attempt, trouble.text, look_at=None)
        case Then.RETRY:
            due = retry.SENT.due(now, attempt.tries, desk.draw())
            await desk.store.do(endings.fail, now, attempt, trouble.text, retry_at=due)
        case Then.ONCE:
            await _answered_in_words(desk, attempt, trouble, sent_at or now)
        case Then.REST if error.answers and sent_at is None:
            # a picture may come below the words; what comes of it is read when that time is over
            until = await rest(desk, attempt, trouble, now + trouble.rest)
            look_at = min(until, now + desk.site.limits.words)
            if trouble.outcome != Outcome.CAPPED:
                look_at = until
            await desk.store.do(doubts.record, now, attempt, trouble.text, look_at=look_at)
        case Then.REST if error.answers:
            # the text counts from when it was said, and may be read much later
            said_at = now if sent_at is None else min(sent_at, now)
            until = max(now, said_at + trouble.rest)
            if until > now:
                await rest(desk, attempt, trouble, until)
            # the account rests, not the job: another account may make it meanwhile
            await desk.store.do(
                endings.fail, now, attempt, trouble.text, retry_at=now, counts=False
            )
        case _:
            # a notice says nothing about what was sent
            until = await rest(desk, attempt, trouble, now + trouble.rest)
            told = trouble.outcome.value if trouble.outcome.care == Care.REST else None
            await desk.store.do(doubts.record, now, attempt, trouble.text, look_at=until, told=told)


async def _answered_in_words(
    desk: Desk, attempt: Attempt, trouble: Trouble, sent_at: float
) -> None:
    """The answer has words and no picture: it is sent once more, when that is certain.

    Words often come first, so it is looked at again when no picture can be under way any more. And
    a page may show none of its pictures: only one that was made since proves that they are seen.
    """
    now, wait = desk.clock.now(), desk.site.limits.words
    reason = f"the site answered with words only: {trouble.text}"
    if now < sent_at + wait:
        await desk.store.do(doubts.record, now, attempt, reason, look_at=sent_at + wait)
    elif await desk.store.do(breaker.is_understood, attempt.account):
        due = retry.WORDS.due(now, attempt.tries, desk.draw())
        await desk.store.do(endings.fail, now, attempt, reason, retry_at=due, known=False)
    else:
        more = await desk.store.do(claims.sends_more, attempt.account)
        look_at = now + wait if more else None
        await desk.store.do(doubts.record, now, attempt, reason, look_at=look_at)
