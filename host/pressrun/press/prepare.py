"""Before the commit point: the chat, references, image mode and our prompt, read back equal.

What fails here sends nothing.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import structlog

from pressrun.failpoint import failpoint
from pressrun.library import references
from pressrun.library.references import MissingPictureError
from pressrun.picture.recipe import Reference
from pressrun.press import chat, retry
from pressrun.press import format as formats
from pressrun.press.desk import Desk, TroubleError
from pressrun.press.page import NotSeenError, StepRefusedError
from pressrun.protocol.messages.page import Reading
from pressrun.sites import judge
from pressrun.sites.judge import Trouble
from pressrun.sites.profile import Outcome
from pressrun.states import Destination
from pressrun.store import attempts, images

_log = structlog.get_logger("pressrun.attempt")

DUPLICATE = "duplicate_file"
"""The sign that the site asks whether a file that it knows is to be attached again."""

DUPLICATE_OK = "duplicate_ok"
"""What answers it; closing it counts as attached."""

T = TypeVar("T")


@dataclass(frozen=True)
class Ready:
    """What a page shows that is about to be sent from."""

    words: str
    """What stands in the composer."""
    pictures: frozenset[str]
    """The addresses of the pictures that it shows; none of them is ours."""
    turns: int
    """How many turns its chat has."""


async def prepare(desk: Desk) -> Ready:
    """The chat that it is sent in, references attached, image mode on, and our words read back.

    Raises:
        ChatLostError: the chat is gone, or is not as we left it.
        ProjectLostError: there is no such project for who is signed in.
        TroubleError: the site says why not, or the page is none that can be worked.
        MissingReferenceError: the copy of a reference is gone.
        MissingPictureError: the picture of the panel before is not there.
        NotSeenError: the page did not show what is needed.
        StepRefusedError: the page could not do a step.
        PageLostError: the page is gone.
    """
    await chat.reach(desk)
    composed = await _compose(desk, typed=False)
    if isinstance(composed, str):
        _log.warning("prompt_not_taken", reason=composed)
        # whatever is in the composer is left behind: to clear it may cost image mode
        await chat.load(desk)
        composed = await _compose(desk, typed=True)
    if isinstance(composed, str):
        raise StepRefusedError(composed)
    return composed


async def _compose(desk: Desk, *, typed: bool) -> Ready | str:
    """All that is to be sent, in its chat, as it is read back; or why it cannot be sent so."""
    await chat.see_ready(desk)
    chips = await _attach(desk)
    await _switch_mode_on(desk)
    desk = await _with_format(desk)
    # between the reading back and Send nothing is waited for
    await desk.pace.turn(desk.attempt.account, desk.site.pace.gap)
    written = await _write(desk, chips, typed=typed)
    if isinstance(written, str):
        return written
    shown = [*written.loose, *(each for turn in written.turns for each in turn.pictures)]
    addresses = frozenset(picture.src for picture in shown)
    return Ready(desk.attempt.words, addresses, written.turn_count)


async def _with_format(desk: Desk) -> Desk:
    """Have the format chosen that is wanted; where the page has no menu for it, words ask for it.

    In the picture's own chat they do not: it has been asked for there.
    """
    attempt = desk.attempt
    wanted = attempt.recipe.format
    if wanted is None or await formats.choose(desk, wanted):
        return desk
    if attempt.destination == Destination.OWN:
        return desk
    words = f"{attempt.words}\n\n{formats.in_words(wanted)}"
    await desk.write(attempts.reword, words)
    return replace(desk, attempt=replace(attempt, words=words))


async def _watch(desk: Desk, look: Callable[[Reading], T | None], within: float, what: str) -> T:
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

    return await desk.see(unless_told, within=within, what=what)


async def _attach(desk: Desk) -> int:
    """The reference pictures in the composer; how many attachments it shows with them.

    The picture of the panel before comes last: what is said first counts most.

    Raises:
        MissingReferenceError: the copy of one is gone.
        MissingPictureError: the picture of the panel before is not there.
        TroubleError: the site takes none, or none was seen to be taken again and again.
    """
    pictures = [partial(_copy, desk, reference) for reference in desk.attempt.references]
    if desk.attempt.follows:
        pictures.append(partial(_picture_before, desk))
    if not pictures:
        return 0
    desk.show("attaching the reference pictures")
    chips = (await desk.page.read()).chips
    # where a page's own place for files took none, it may take one that is pasted
    pasted = desk.attempt.unsent % 2 == 1
    try:
        for ordinal, look_up in enumerate(pictures, start=1):
            reference, data = await look_up()
            await desk.page.attach(desk.attempt.name, ordinal, reference, data, pasted=pasted)
            failpoint("attempt.attached")
            await _see_attached(desk, chips + ordinal, reference.name)
    except (NotSeenError, StepRefusedError) as error:
        if desk.attempt.unsent < retry.PATIENCE:
            raise
        refused = Trouble(Outcome.UPLOAD_REFUSED, str(error), desk.site.limits.stopped)
        raise TroubleError(refused) from error
    return chips + len(pictures)


async def _copy(desk: Desk, reference: Reference) -> tuple[Reference, bytes]:
    """A reference picture, with the bytes that were kept of it."""
    return reference, await asyncio.to_thread(references.read, desk.shelf, reference)


async def _picture_before(desk: Desk) -> tuple[Reference, bytes]:
    """The picture of the panel before; which bytes are sent is on record with the attempt.

    Raises:
        MissingPictureError: it is not there.
    """
    attempt, sha256 = desk.attempt, desk.attempt.followed or ""
    found = await desk.store.do(images.whereabouts, attempt.library, sha256)
    if found is None:
        raise MissingPictureError("the picture of the panel before it is not on record any more")
    path = desk.shelf.folder / found.path
    known = Reference(path.name, found.media, sha256)
    reference, data = await asyncio.to_thread(references.picture, path, known)
    if reference.sha256 != sha256:
        _log.info("picture_retouched", path=found.path)
        await desk.write(attempts.learn, followed=reference.sha256)
    return reference, data


async def _see_attached(desk: Desk, chips: int, name: str) -> None:
    """See that so many files are attached, none of them still on its way.

    The site asks about a file that it knows already; closing that question counts as attached.
    """

    def attached(reading: Reading) -> str | None:
        if any(sign.name == DUPLICATE for sign in reading.signs):
            return DUPLICATE
        return "attached" if judge.unattached(reading, chips) is None else None

    what = f"the reference picture {name!r}, uploaded,"
    within = desk.site.limits.upload
    if await _watch(desk, attached, within, what) == DUPLICATE:
        await desk.page.click(desk.attempt.name, f"{DUPLICATE_OK} {chips}", DUPLICATE_OK)

        def gone(reading: Reading) -> str | None:
            found = attached(reading)
            return None if found == DUPLICATE else found

        await _watch(desk, gone, within, what)


async def _write(desk: Desk, chips: int, *, typed: bool) -> Reading | str:
    """Our prompt in the composer, as it is read back; or why it cannot be sent as it is."""
    desk.show("writing the prompt")
    await desk.page.fill(desk.attempt.name, desk.attempt.words, typed=typed)
    failpoint("attempt.filled")

    def fault(reading: Reading) -> str | None:
        return judge.unready(desk.site, reading, desk.attempt.words, chips, desk.attempt.before)

    def written(reading: Reading) -> Reading | None:
        return None if fault(reading) else reading

    try:
        return await _watch(desk, written, desk.site.limits.fill, "our prompt, whole")
    except NotSeenError as error:
        return (error.last and fault(error.last)) or "the page told nothing of the prompt"


async def _switch_mode_on(desk: Desk) -> None:
    """Image mode on, and seen to be on: it may not survive a send, so it is done for every prompt.

    Raises:
        TroubleError: it failed for this job before, so that it is not for want of time.
    """
    if not desk.site.mode:
        return
    desk.show("turning on image mode")
    limits = desk.site.limits
    try:
        for click in desk.site.mode:
            await _click(desk, click.click)
        on = "image mode"
        await _watch(desk, lambda reading: reading.mode_on or None, limits.mode, on)
    except (NotSeenError, StepRefusedError) as error:
        if not desk.attempt.unsent:
            raise
        text = f"image mode cannot be switched on; is a model without pictures selected? ({error})"
        raise TroubleError(Trouble(Outcome.WRONG_MODEL, text, limits.stopped)) from error


async def _click(desk: Desk, role: str) -> None:
    """Click what has a role as soon as it is there: a menu needs a moment to open."""
    limits = desk.site.limits
    refused = StepRefusedError(f"{role} was not there")
    try:
        async with asyncio.timeout(limits.mode):
            async for reading in desk.page.readings(limits.poll):
                desk.stop_on_notice(reading)
                try:
                    await desk.page.click(desk.attempt.name, f"click {role}", role)
                except StepRefusedError as error:
                    refused = error
                else:
                    return
    except TimeoutError:
        raise refused from None
