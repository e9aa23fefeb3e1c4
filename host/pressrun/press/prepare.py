"""Before the commit point: a fresh chat, references, image mode and our prompt, read back equal.

What fails here sends nothing.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import structlog

from pressrun.failpoint import failpoint
from pressrun.library import references
from pressrun.press.desk import Desk, TroubleError, stop_on_notice
from pressrun.press.page import NotSeenError, Page, StepRefusedError, see
from pressrun.protocol.messages.page import Reading
from pressrun.sites import judge
from pressrun.sites.binding import conversation
from pressrun.sites.judge import Trouble
from pressrun.sites.profile import Outcome
from pressrun.store.attempts import Attempt

_log = structlog.get_logger("pressrun.attempt")

NEW_CHAT = "new_chat"
"""What leads to a fresh chat without loading the page, where a profile knows such a thing."""

DUPLICATE = "duplicate_file"
"""The sign that the site asks whether a file that it knows is to be attached again."""

DUPLICATE_OK = "duplicate_ok"
"""What answers it; closing it counts as attached."""

PATIENCE = 2
"""How often what may pass by itself meets a job in a row before its account is to wait."""

T = TypeVar("T")


async def _go_on(desk: Desk, page: Page, attempt: Attempt) -> bool:
    """Reach a fresh chat by the site's own link, without loading the page; whether that worked.

    A load costs the browser more than the site: every script runs again.
    """
    limits = desk.site.limits

    def fresh(reading: Reading) -> bool | None:
        left = conversation(desk.site, reading) is None
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


async def prepare(desk: Desk, page: Page, attempt: Attempt) -> frozenset[str]:
    """A fresh chat, references attached, image mode on, and our prompt read back equal.

    Returns:
        The addresses of the pictures that the page shows already; none of them is ours.

    Raises:
        TroubleError: the site says why not, or the page is none that can be worked.
        MissingReferenceError: the copy of a reference is gone.
        NotSeenError: the page did not show what is needed.
        StepRefusedError: the page could not do a step.
        PageLostError: the page is gone.
    """
    home = desk.site.home
    desk.show("opening a fresh chat")
    if not page.fresh and not (desk.onward and await _go_on(desk, page, attempt)):
        await page.go(home)
    composed = await _compose(desk, page, attempt, typed=False)
    if isinstance(composed, str):
        _log.warning("prompt_not_taken", reason=composed)
        # whatever is in the composer is left behind: to clear it may cost image mode
        await page.go(home)
        composed = await _compose(desk, page, attempt, typed=True)
    if isinstance(composed, str):
        raise StepRefusedError(composed)
    return frozenset(picture.src for picture in composed.loose)


async def _compose(desk: Desk, page: Page, attempt: Attempt, *, typed: bool) -> Reading | str:
    """All that is to be sent, on a fresh chat, as it is read back; or why it cannot be sent so."""
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
        stop_on_notice(desk, reading)
        if judge.obstacle(reading) is not None:
            return None
        return None if judge.missing(site, reading, references=references) else reading

    try:
        await see(page, fresh, within=limits.page, poll=limits.poll, what="a fresh chat")
    except NotSeenError as error:
        stands = judge.standstill(site, last, references=references) if last else None
        if stands is not None:
            raise TroubleError(stands) from None
        why = judge.obstacle(last) if last else None
        raise NotSeenError(f"{error}: {why}" if why else str(error)) from None


async def _watch(
    desk: Desk, page: Page, look: Callable[[Reading], T | None], within: float, what: str
) -> T:
    """Watch a page until `look` makes something of it; a limit or a sign-out ends that at once.

    Raises:
        TroubleError: the page tells of a limit, or of something else that went wrong.
        NotSeenError: it did not come to that within so many seconds.
    """

    def unless_told(reading: Reading) -> T | None:
        found = look(reading)
        if found is None and (wrong := judge.trouble_in_notices(desk.site, reading)):
            raise TroubleError(wrong)
        return found

    return await see(page, unless_told, within=within, poll=desk.site.limits.poll, what=what)


async def _attach(desk: Desk, page: Page, attempt: Attempt) -> int:
    """The reference pictures in the composer; how many attachments it shows with them.

    Raises:
        MissingReferenceError: the copy of one is gone.
        TroubleError: the site takes none, or none was seen to be taken again and again.
    """
    if not attempt.references:
        return 0
    desk.show("attaching the reference pictures")
    chips = (await page.read()).chips
    # where a page's own place for files took none, it may take one that is pasted
    pasted = attempt.unsent % 2 == 1
    try:
        for ordinal, reference in enumerate(attempt.references, start=1):
            data = await asyncio.to_thread(references.read, desk.shelf, reference)
            await page.attach(attempt.name, ordinal, reference, data, pasted=pasted)
            chips += 1
            failpoint("attempt.attached")
            await _see_attached(desk, page, attempt, chips, reference.name)
    except (NotSeenError, StepRefusedError) as error:
        if attempt.unsent < PATIENCE:
            raise
        refused = Trouble(Outcome.UPLOAD_REFUSED, str(error), desk.site.limits.stopped)
        raise TroubleError(refused) from error
    return chips


async def _see_attached(desk: Desk, page: Page, attempt: Attempt, chips: int, name: str) -> None:
    """See that so many files are attached, none of them still on its way.

    The site asks about a file that it knows already; closing that question counts as attached.
    """

    def attached(reading: Reading) -> str | None:
        if any(sign.name == DUPLICATE for sign in reading.signs):
            return DUPLICATE
        return "attached" if judge.unattached(reading, chips) is None else None

    what = f"the reference picture {name!r}, uploaded,"
    within = desk.site.limits.upload
    if await _watch(desk, page, attached, within, what) == DUPLICATE:
        await page.click(attempt.name, f"{DUPLICATE_OK} {chips}", DUPLICATE_OK)

        def gone(reading: Reading) -> str | None:
            found = attached(reading)
            return None if found == DUPLICATE else found

        await _watch(desk, page, gone, within, what)


async def _write(
    desk: Desk, page: Page, attempt: Attempt, chips: int, *, typed: bool
) -> Reading | str:
    """Our prompt in the composer, as it is read back; or why it cannot be sent as it is."""
    desk.show("writing the prompt")
    await page.fill(attempt.name, attempt.prompt, typed=typed)
    failpoint("attempt.filled")
    fault = "the page told nothing of the prompt"

    def written(reading: Reading) -> Reading | None:
        nonlocal fault
        fault = judge.unready(desk.site, reading, attempt.prompt, chips) or ""
        return None if fault else reading

    try:
        return await _watch(desk, page, written, desk.site.limits.fill, "our prompt, whole")
    except NotSeenError:
        return fault


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
        on = "image mode"
        await _watch(desk, page, lambda reading: reading.mode_on or None, limits.mode, on)
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
            async for reading in page.readings(limits.poll):
                stop_on_notice(desk, reading)
                try:
                    await page.click(attempt.name, f"click {role}", role)
                except StepRefusedError as error:
                    refused = error
                else:
                    return
    except TimeoutError:
        raise refused from None
