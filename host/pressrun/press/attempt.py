"""One attempt, told once: from a claimed job to a durable picture, step by step.

Every step that matters is on disk before the next one starts. Before the commit point an attempt
that fails sends nothing, and its job simply goes back. From the commit point on the job is in
doubt whenever the attempt cannot be told to its end, and is never sent again unproved.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from pressrun.clock import Clock
from pressrun.failpoint import failpoint
from pressrun.library import references
from pressrun.library.picture import BadPictureError
from pressrun.library.references import MissingReferenceError
from pressrun.library.shelf import Shelf
from pressrun.press import retry
from pressrun.press.allowance import span_of
from pressrun.press.pace import Pace
from pressrun.press.page import NotSeenError, Page, PageLostError, StepRefusedError, see
from pressrun.press.receive import receive
from pressrun.press.retry import Then
from pressrun.protocol.messages import Reading
from pressrun.sites import judge
from pressrun.sites.judge import Made, Trouble
from pressrun.sites.profile import Outcome, SiteProfile
from pressrun.store import accounts, attempts, doubts, endings, owners
from pressrun.store.attempts import Attempt, BatchHeldError, Other
from pressrun.store.tables import Step
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.attempt")

NEW_CHAT = "new_chat"
"""What leads to a fresh chat without loading the page, where a profile knows such a thing."""

CHOOSE = "choose_first"
"""What answers a site that asks which of an answer's pictures is better, where it is known."""

PATIENCE = 2
"""How often what may pass by itself meets a job in a row before its account is to wait."""

SEND = "send"
"""The step after which a page may have submitted."""


Puzzled = Callable[[Page], Awaitable[None]]


class TroubleError(Exception):
    """The page says that something went wrong."""

    def __init__(self, trouble: Trouble, *, answers: bool = False) -> None:
        """Tell of trouble.

        Args:
            trouble: what the page says.
            answers: whether that is the answer to our own turn, and no notice over the page.
        """
        super().__init__(trouble.text)
        self.trouble = trouble
        self.answers = answers


@dataclass(frozen=True)
class Desk:
    """What an attempt works with."""

    store: Writer
    clock: Clock
    site: SiteProfile
    shelf: Shelf
    mark: str
    """Who is to be signed in: the page must not show another identity."""
    pace: Pace
    draw: Callable[[], float]
    """From 0 to 1, by chance."""
    show: Callable[[str], None]
    """Tells the views what is being done."""
    puzzled: Puzzled
    """Told of a page that nobody here understands."""
    onward: bool = False
    """Whether the page just brought a picture, so that its own link to a fresh chat may do."""


async def make(desk: Desk, page: Page, attempt: Attempt) -> bool:
    """Carry an attempt from its claim to a durable picture; whether it came to that.

    However it ends, where it stands is on disk when this returns. What is cancelled in between
    stays as it is, and the next start decides.
    """
    if not await _commit(desk, page, attempt):
        return False
    try:
        desk.show("sending")
        await page.click(attempt.name, SEND, "send")
        desk.pace.sent(attempt)
        failpoint("attempt.sent")
        await follow(desk, page, attempt, Step.SUBMITTING)
    except TroubleError as error:
        await settle(desk, attempt, error, sent_at=None)
    except (NotSeenError, StepRefusedError, PageLostError, BadPictureError) as error:
        _log.warning("attempt_in_doubt", reason=str(error))
        now = desk.clock.now()
        await desk.store.do(doubts.record, now, attempt, str(error), look_at=now)
        if isinstance(error, NotSeenError):
            await desk.puzzled(page)
    else:
        return True
    return False


async def _commit(desk: Desk, page: Page, attempt: Attempt) -> bool:
    """Have all ready and `submitting` durable, before Send is clicked; whether it came to that."""
    try:
        await _prepare(desk, page, attempt)
        now = desk.clock.now()
        await desk.store.do(attempts.advance, now, attempt, page.document, Step.SUBMITTING)
    except BatchHeldError as error:
        await desk.store.do(endings.give_back, now, attempt, str(error), not_before=now)
    except MissingReferenceError as error:
        await desk.store.do(endings.fail, desk.clock.now(), attempt, str(error), retry_at=None)
    except (NotSeenError, StepRefusedError, PageLostError) as error:
        await _give_back(desk, attempt, str(error))
    except TroubleError as error:
        passes = error.trouble.passes and attempt.unsent < PATIENCE
        if passes or retry.then(error.trouble.outcome) == Then.RETRY:
            await _give_back(desk, attempt, error.trouble.text)
        else:
            await _stop_account(desk, attempt, error.trouble)
            if retry.then(error.trouble.outcome) == Then.AUTHOR:
                await desk.puzzled(page)
    else:
        return True
    return False


async def follow(
    desk: Desk, page: Page, attempt: Attempt, step: Step, within: float | None = None
) -> None:
    """From a click on Send to a durable picture, from wherever `step` says that this stands.

    Args:
        desk: what the attempt works with.
        page: where to watch.
        attempt: whose turn it is.
        step: the last one on disk.
        within: how many seconds the picture may take from now on, if fewer than usual.

    Raises:
        TroubleError: the site answered, and not with a picture.
        NotSeenError: the page did not show what comes next.
        BadPictureError: the bytes were damaged on their way.
        PageLostError: the page is gone.
    """
    if step == Step.SUBMITTING:
        await _acknowledge(desk, page, attempt)
    within = within or desk.site.limits.generate
    known = step == Step.MADE
    made = await _await_picture(desk, page, attempt, within, known=known)
    await _receive(desk, page, attempt, made, once_more=known)


async def _go_on(desk: Desk, page: Page, attempt: Attempt) -> bool:
    """Reach a fresh chat by the site's own link, without loading the page; whether that worked.

    A load costs the browser more than the site: every script runs again.
    """
    limits = desk.site.limits

    def fresh(reading: Reading) -> bool | None:
        left = judge.conversation(desk.site, reading) is None
        return (left and judge.obstacle(reading) is None) or None

    try:
        await page.click(attempt.name, "new chat", NEW_CHAT)
        await see(
            page,
            fresh,
            within=limits.mode,
            poll=limits.poll,
            what="a fresh chat",
        )
    except (StepRefusedError, NotSeenError):
        return False
    return True


async def _prepare(desk: Desk, page: Page, attempt: Attempt) -> None:
    """A fresh chat, references attached, image mode on, and our prompt read back equal."""
    home = desk.site.home
    desk.show("opening a fresh chat")
    if not page.fresh and not (desk.onward and await _go_on(desk, page, attempt)):
        await page.go(home)
    fault = await _compose(desk, page, attempt, typed=False)
    if fault is None:
        return
    _log.warning("prompt_not_taken", reason=fault)
    # whatever is in the composer is left behind: to clear it may cost image mode
    await page.go(home)
    fault = await _compose(desk, page, attempt, typed=True)
    if fault is not None:
        raise StepRefusedError(fault)


async def _compose(desk: Desk, page: Page, attempt: Attempt, *, typed: bool) -> str | None:
    """All that is to be sent, on a fresh chat; why it cannot be sent as it is, or None."""
    await _see_fresh(desk, page, references=bool(attempt.references))
    chips = await _attach(desk, page, attempt)
    await _switch_mode_on(desk, page, attempt)
    # between the reading back and Send nothing is waited for
    await desk.pace.turn(attempt.account, desk.site.pace.gap)
    return await _write(desk, page, attempt, chips, typed=typed)


async def _see_fresh(desk: Desk, page: Page, *, references: bool) -> None:
    """A page that shows a fresh chat, everything that is needed, and who is to be signed in.

    Raises:
        TroubleError: the site says why not, or the page is none that can be worked.
    """
    site, limits = desk.site, desk.site.limits
    last: Reading | None = None

    def fresh(reading: Reading) -> Reading | None:
        nonlocal last
        last = reading
        if wrong := judge.trouble_in_notices(site, reading):
            raise TroubleError(wrong)
        if reading.shell and (reading.account or "") != desk.mark:
            raise StepRefusedError("another identity is signed in by now")
        if judge.obstacle(reading) is not None:
            return None
        return None if judge.missing(site, reading, references=references) else reading

    try:
        await see(page, fresh, within=limits.page, poll=limits.poll, what="a fresh chat")
    except NotSeenError:
        stands = judge.standstill(site, last, references=references) if last else None
        if stands is None:
            raise
        raise TroubleError(stands) from None


async def _attach(desk: Desk, page: Page, attempt: Attempt) -> int:
    """The reference pictures in the composer; how many attachments it shows with them.

    Raises:
        MissingReferenceError: the copy of one is gone.
        TroubleError: the site takes none, or none was seen to be taken again and again.
    """
    if not attempt.references:
        return 0
    desk.show("attaching the reference pictures")
    limits = desk.site.limits
    chips = (await page.read()).chips

    def attached(reading: Reading) -> bool | None:
        if wrong := judge.trouble_in_notices(desk.site, reading):
            raise TroubleError(wrong)
        return judge.unattached(reading, chips) is None or None

    try:
        for ordinal, reference in enumerate(attempt.references, start=1):
            data = await asyncio.to_thread(references.read, desk.shelf, reference)
            await page.attach(attempt.name, ordinal, reference, data)
            chips += 1
            failpoint("attempt.attached")
            what = f"the reference picture {reference.name!r}, uploaded,"
            await see(page, attached, within=limits.upload, poll=limits.poll, what=what)
    except (NotSeenError, StepRefusedError) as error:
        if attempt.unsent < PATIENCE:
            raise
        refused = Trouble(Outcome.UPLOAD_REFUSED, str(error), limits.stopped)
        raise TroubleError(refused) from error
    return chips


async def _write(
    desk: Desk, page: Page, attempt: Attempt, chips: int, *, typed: bool
) -> str | None:
    """Our prompt in the composer, read back; why it cannot be sent as it is, or None."""
    desk.show("writing the prompt")
    await page.fill(attempt.name, attempt.prompt, typed=typed)
    failpoint("attempt.filled")
    fault = "the page told nothing of the prompt"

    def written(reading: Reading) -> bool | None:
        nonlocal fault
        fault = judge.unready(desk.site, reading, attempt.prompt, chips) or ""
        return not fault or None

    limits = desk.site.limits
    try:
        await see(page, written, within=limits.fill, poll=limits.poll, what="our prompt, whole")
    except NotSeenError:
        return fault
    return None


async def _switch_mode_on(desk: Desk, page: Page, attempt: Attempt) -> None:
    """Image mode on, and seen to be on: it may not survive a send, so it is done for every prompt.

    Raises:
        TroubleError: it failed for this job before, so that it is not for want of time.
    """
    if not desk.site.mode:
        return
    desk.show("switching image mode on")
    limits = desk.site.limits
    try:
        for click in desk.site.mode:
            await _click(desk, page, attempt, click.click)
        await see(
            page,
            lambda reading: reading.mode_on or None,
            within=limits.mode,
            poll=limits.poll,
            what="image mode",
        )
    except (NotSeenError, StepRefusedError) as error:
        if not attempt.unsent:
            raise
        text = f"image mode cannot be switched on; is a model without pictures selected? ({error})"
        raise TroubleError(Trouble(Outcome.WRONG_MODEL, text, limits.stopped)) from error


async def _click(desk: Desk, page: Page, attempt: Attempt, role: str) -> None:
    """Click what has a role as soon as it is there: a menu needs a moment to open."""
    limits = desk.site.limits
    refused = StepRefusedError(f"{role} was not there")
    try:
        async with asyncio.timeout(limits.mode):
            async for _ in page.readings(limits.poll):
                try:
                    await page.click(attempt.name, f"click {role}", role)
                except StepRefusedError as error:
                    refused = error
                else:
                    return
    except TimeoutError:
        raise refused from None


async def _acknowledge(desk: Desk, page: Page, attempt: Attempt) -> None:
    """See our own turn appear: the site has our prompt."""
    limits = desk.site.limits

    def acknowledged(reading: Reading) -> tuple[str, str | None] | None:
        turn = judge.own_turn(reading, attempt.prompt)
        if turn is not None:
            return turn.id, judge.conversation(desk.site, reading)
        if wrong := judge.trouble_in_notices(desk.site, reading):
            raise TroubleError(wrong)
        return None

    turn, conversation = await see(
        page, acknowledged, within=limits.acknowledge, poll=limits.poll, what="our own turn"
    )
    await desk.store.do(
        attempts.advance,
        desk.clock.now(),
        attempt,
        page.document,
        Step.SUBMITTED,
        turn=turn,
        conversation=conversation,
    )


async def _await_picture(
    desk: Desk, page: Page, attempt: Attempt, within: float, *, known: bool
) -> Made:
    """Watch the answer to our turn until its picture is final.

    Args:
        desk: what the attempt works with.
        page: where to watch.
        attempt: whose turn it is.
        within: how many seconds it may take.
        known: whether that a picture was made is on disk already.
    """
    desk.show("waiting for the picture")
    limits = desk.site.limits
    settling = judge.Settling(desk.site, attempt.prompt)
    named: str | None = None
    loaded_anew = False

    def look(reading: Reading) -> Made | str | None:
        now = desk.clock.now()
        verdict = settling.look(reading, now)
        if isinstance(verdict, Trouble):
            raise TroubleError(verdict, answers=True)
        # a busy machine may show both at once, and the name would never be asked for again
        name = judge.conversation(desk.site, reading)
        if name is not None and name != named:
            return name
        if verdict is None and named and not loaded_anew and settling.stood(now) >= limits.reload:
            return named
        return verdict

    async def watch(within: float, what: str) -> Made | str:
        poll = min(limits.poll, desk.site.still)
        return await see(page, look, within=within, poll=poll, what=what)

    # a turn without an address may be one that the site never got; its history tells soonest
    made = await watch(min(within, desk.site.history.settled), "the address of our turn")
    while isinstance(made, str):
        if made == named:
            _log.info("page_stood_still", seconds=round(limits.reload))
            settling, loaded_anew = judge.Settling(desk.site, attempt.prompt), True
            within = max(limits.settle, within - limits.reload)
            await page.go(desk.site.conversation_url.format(conversation=made))
            await desk.store.do(attempts.rebind, desk.clock.now(), attempt, page.document)
        else:
            # the address is named seconds after the turn; a recovery will want to know it
            named = made
            await desk.store.do(attempts.learn, desk.clock.now(), attempt, conversation=made)
        made = await watch(within, "a final picture")
    owner = await desk.store.do(owners.picture, attempt, made.identity)
    if owner is not None:
        raise NotSeenError(f"the picture shown here is that of {owner}")
    if known:
        return made
    await desk.store.do(
        attempts.advance,
        desk.clock.now(),
        attempt,
        page.document,
        Step.MADE,
        file_id=made.identity,
    )
    return made


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


async def _give_back(desk: Desk, attempt: Attempt, reason: str) -> None:
    """Nothing was sent: the job waits again, unless it came back too often."""
    now = desk.clock.now()
    _log.info("attempt_returned", reason=reason)
    due = retry.UNSENT.due(now, attempt.unsent, desk.draw())
    if due is None:
        await desk.store.do(endings.fail, now, attempt, reason, retry_at=None)
    else:
        await desk.store.do(endings.give_back, now, attempt, reason, not_before=due, counts=True)


async def _stop_account(desk: Desk, attempt: Attempt, trouble: Trouble) -> None:
    """Nothing was sent, and nothing will be on this account before the site's time is over."""
    now = desk.clock.now()
    await rest(desk, attempt, trouble, now + trouble.rest)
    await desk.store.do(endings.give_back, now, attempt, trouble.text, not_before=now)


async def rest(desk: Desk, attempt: Attempt, trouble: Trouble, until: float) -> float:
    """A limit, a sign-out or a challenge stops the account, not a tab; returns until when."""
    now = desk.clock.now()
    _log.warning("account_rests", outcome=trouble.outcome.value, seconds=round(until - now))
    since = None
    if trouble.outcome == Outcome.CAPPED:
        sends = await desk.store.do(accounts.sends, now, attempt.account, but=attempt.id)
        since = span_of(sends, now, until)
    await desk.store.do(
        accounts.rest,
        now,
        attempt.account,
        outcome=trouble.outcome.value,
        until=until,
        because=trouble.text,
        since=since,
    )
    return until


async def settle(
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
    match retry.then(trouble.outcome):
        case Then.REFUSE:
            await desk.store.do(endings.refuse, now, attempt, trouble.text)
        case Then.ONCE | Then.RETRY if sent_at is None:
            await desk.store.do(doubts.record, now, attempt, trouble.text, look_at=now)
        case Then.RETRY:
            due = retry.SENT.due(now, attempt.tries, desk.draw())
            await desk.store.do(endings.fail, now, attempt, trouble.text, retry_at=due)
        case Then.ONCE:
            due = retry.WORDS.due(now, attempt.tries, desk.draw())
            reason = f"the site answered with words only: {trouble.text}"
            await desk.store.do(endings.fail, now, attempt, reason, retry_at=due)
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
            await desk.store.do(doubts.record, now, attempt, trouble.text, look_at=until)


def stop_on_notice(desk: Desk, reading: Reading) -> None:
    """A limit or a sign-out may be why a page shows nothing."""
    if wrong := judge.trouble_in_notices(desk.site, reading):
        raise TroubleError(wrong)
    if reading.shell and (reading.account or "") != desk.mark:
        raise StepRefusedError("another identity is signed in by now")
