"""The chat in which an attempt is sent: reached, and seen to be as we left it."""

from pressrun.press.desk import Desk, TroubleError
from pressrun.press.page import NotSeenError, StepRefusedError
from pressrun.protocol.messages.page import Reading
from pressrun.sites import judge, thread
from pressrun.sites.binding import conversation
from pressrun.sites.profile import Outcome

NEW_CHAT = "new_chat"
"""What leads to a fresh chat without loading the page, where a profile knows such a thing."""

_OF_THE_CHAT = (Outcome.TOO_LONG, Outcome.THREAD_ERROR)
"""What a page says of the one chat that it shows."""


class ChatLostError(Exception):
    """The chat is gone, or is not as we left it; nothing was sent."""


class ProjectLostError(Exception):
    """The project in which fresh chats are begun is not there for who is signed in."""


async def reach(desk: Desk) -> None:
    """Have the page show the chat, without loading it where that is not needed.

    A load costs the browser more than the site: every script runs again.

    Raises:
        ChatLostError: it is not known what was sent in it.
        PageLostError: the page is gone.
    """
    attempt = desk.attempt
    if attempt.chat is None:
        desk.show("opening a new chat")
        there = desk.page.fresh and attempt.project is None
        if not there and not (desk.onward and await _go_on(desk)):
            await load(desk)
        return
    desk.show("opening the chat")
    if not attempt.before:
        raise ChatLostError("it is not known what was sent in its chat")
    if not desk.onward or conversation(desk.site, await desk.page.read()) != attempt.chat:
        await load(desk)


async def load(desk: Desk) -> None:
    """Load the chat."""
    if desk.attempt.chat is not None:
        await desk.load(desk.attempt.chat)
    else:
        await desk.page.go(desk.attempt.project or desk.site.home)


async def _go_on(desk: Desk) -> bool:
    """Reach a fresh chat by the site's own link; whether that worked."""
    if desk.attempt.project is not None:
        return False

    def fresh(reading: Reading) -> bool | None:
        left = conversation(desk.site, reading) is None
        return (left and judge.obstacle(reading) is None) or None

    try:
        await desk.page.click(desk.attempt.name, "new chat", NEW_CHAT)
        await desk.see(fresh, within=desk.site.limits.mode, what="a fresh chat")
    except (StepRefusedError, NotSeenError):
        return False
    return True


async def see_ready(desk: Desk) -> None:
    """See the chat, everything that is needed, and who is to be signed in.

    Raises:
        ChatLostError: the chat is gone, or is not as we left it.
        ProjectLostError: there is no such project for who is signed in.
        TroubleError: the site says why not, or the page is none that can be worked.
        NotSeenError: the page did not show what is needed.
        PageLostError: the page is gone.
    """
    site, attempt = desk.site, desk.attempt
    references = attempt.attaches
    strange = _Strange(desk)

    def look(reading: Reading) -> Reading | str | None:
        if (why := strange.look(reading)) is not None:
            return why or None
        workable = judge.obstacle(reading, attempt.before) is None
        lacks = judge.missing(site, reading, references=references)
        return reading if workable and not lacks else None

    what = "a fresh chat" if attempt.chat is None else "the chat as we left it"
    try:
        found = await desk.see(look, within=site.limits.page, what=what)
    except TroubleError as error:
        if attempt.chat is not None and error.trouble.outcome in _OF_THE_CHAT:
            raise ChatLostError(f"its chat takes no more: {error.trouble.text}") from error
        raise
    except NotSeenError as error:
        if (last := error.last) is None:
            raise
        if attempt.chat is not None and (why := _unfit(last, attempt.before)):
            raise ChatLostError(f"its chat cannot be gone on in: {why}") from None
        stands = judge.standstill(site, last, references=references)
        if stands is not None:
            raise TroubleError(stands) from None
        obstacle = judge.obstacle(last, attempt.before)
        raise NotSeenError(f"{error}: {obstacle}" if obstacle else str(error)) from None
    if isinstance(found, str):
        raise (ProjectLostError if attempt.chat is None else ChatLostError)(found)


def _unfit(reading: Reading, before: tuple[str, ...]) -> str | None:
    """What is wrong with a chat itself, and with no other page of the site; None if nothing is."""
    if not reading.shell:
        return None
    if fault := thread.fault(reading, before):
        return fault
    if not reading.composers:
        return "it has no message box"
    if reading.composer_text.strip() or reading.chips:
        return "a draft of yours is in its message box"
    return None


class _Strange:
    """Tells when a page shows for long that it is not where a prompt is to be sent."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._project = desk.site.project_of(desk.attempt.project or "")
        self._said = ""
        self._since = 0.0

    def look(self, reading: Reading) -> str | None:
        """Why it cannot be sent there; empty until that is certain, None where it can.

        Raises:
            TroubleError: the page says why it shows nothing.
        """
        desk, now = self._desk, self._desk.now
        said = self._strange(reading) if reading.shell else None
        try:
            desk.stop_on_notice(reading)
        except TroubleError as error:
            # a page that leads elsewhere says so in a passing message
            if said is None or error.trouble.outcome not in _OF_THE_CHAT:
                raise
        if said is None:
            self._said = ""
            return None
        if said != self._said:
            self._said, self._since = said, now
        # an address may lag behind the page, and a page shows its turns one by one
        return said if abs(now - self._since) >= desk.site.limits.mode else ""

    def _strange(self, reading: Reading) -> str | None:
        site, attempt = self._desk.site, self._desk.attempt
        if attempt.chat is None:
            if self._project and site.project_of(reading.url) != self._project:
                return (
                    f"the project {attempt.project} is not there for account {attempt.account}: "
                    "it does not exist, or belongs to somebody else"
                )
            return None
        if conversation(site, reading) != attempt.chat:
            return "its chat is gone: the site shows another page in its place"
        if thread.lay(reading, attempt.before, "").foreign:
            return "you, or somebody else, wrote in its chat since"
        return None
