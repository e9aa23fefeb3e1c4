"""The search for the chat that may hold our prompt, in the history of an account's chats.

One reading of the history serves every attempt that is looked for, and a chat that was opened for
one of them tells the others whose it is.
"""

import asyncio
from dataclasses import dataclass

from pressrun.press.attempt import Desk, stop_on_notice
from pressrun.press.pace import Chats
from pressrun.press.page import NotSeenError, Page, see
from pressrun.protocol.messages import Reading
from pressrun.sites import judge
from pressrun.store import attempts, owners
from pressrun.store.attempts import Attempt
from pressrun.store.owners import Sent


@dataclass(frozen=True)
class Unfound:
    """No chat holds our prompt, as far as the history was read."""

    newer: bool
    """A chat was shown that was sent later, …"""
    reached: bool
    """… and all were looked into down to one that was sent before."""


async def search(desk: Desk, page: Page, attempt: Attempt) -> str | Unfound | None:
    """Look for our turn in the newest chats of its account.

    Returns:
        The name of the chat; what it means that there is none; or None when the history is not to
        be read yet, or was read too early to prove anything.

    Raises:
        TroubleError: the site says that something is wrong.
        NotSeenError: the page did not show the history, or a chat.
        PageLostError: the page is gone.
    """
    history = desk.site.history
    chats = desk.pace.chats(attempt.account)
    async with chats.turn:
        if desk.pace.wait(attempt, history) > 0:
            return None
        desk.show("searching the history for a picture")
        if not desk.pace.is_listed(attempt, history):
            desk.pace.ask(attempt.account)
            chats.show(await _history(desk, page))
        settled = desk.pace.look(attempt, history)
        found = await _look(desk, page, attempt, chats)
    if isinstance(found, str):
        await desk.store.do(attempts.learn, desk.clock.now(), attempt, conversation=found)
        return found
    return found if settled else None


async def _look(desk: Desk, page: Page, attempt: Attempt, chats: Chats) -> str | Unfound:
    """Look for our turn in the chats that were listed, the newest first."""
    history, prompt = desk.site.history, _words(attempt.prompt)
    known = await desk.store.do(owners.conversations, attempt, chats.names)
    newer = False
    opened = 0
    for name in chats.names:
        if name in known:
            newer = newer or known[name] == Sent.LATER
            if known[name] == Sent.BEFORE and await _is_as_left(desk, page, chats, name, attempt):
                return Unfound(newer, reached=True)  # ours would stand above it
            continue
        if name not in chats.prompts:
            if opened == history.most:
                return Unfound(newer, reached=False)
            opened += 1
            chats.prompts[name] = await _prompts(desk, page, name, prompt)
        if prompt in chats.prompts[name]:
            return name
    return Unfound(newer, reached=len(chats.names) < history.whole)


async def _history(desk: Desk, page: Page) -> list[str]:
    """The names of the newest chats, the newest first, as soon as the list stands still."""
    site = desk.site
    await page.go(site.home)

    def listed(reading: Reading) -> list[str] | None:
        stop_on_notice(desk, reading)
        return reading.history or None

    limits = site.limits
    await see(page, listed, within=limits.page, poll=limits.poll, what="the history of chats")
    await asyncio.sleep(site.still)
    history = listed(await page.read()) or []
    found = [site.conversation.search(address) for address in history]
    return [name.group(1) for name in found if name]


async def _prompts(desk: Desk, page: Page, conversation: str, sought: str) -> set[str]:
    """What was asked in a chat.

    Raises:
        NotSeenError: it has more turns than a page tells, and what is sought may be in the others.
    """
    await page.go(desk.site.conversation_url.format(conversation=conversation))

    def look(reading: Reading) -> Reading | None:
        stop_on_notice(desk, reading)
        return reading if reading.turn_count else None

    limits = desk.site.limits
    reading = await see(page, look, within=limits.page, poll=limits.poll, what="a conversation")
    asked = {_words(turn.text) for turn in reading.turns if turn.role == "user"}
    if sought not in asked and reading.turn_count > len(reading.turns):
        raise NotSeenError("a newer conversation is too long to be read to its beginning")
    return asked


async def _is_as_left(
    desk: Desk, page: Page, chats: Chats, conversation: str, attempt: Attempt
) -> bool:
    """Whether a chat of ours is as it was when its picture was made.

    Where the author went on in it, it moved up in the history, perhaps past ours.
    """
    if conversation not in chats.as_left:
        file_id = await desk.store.do(owners.made_in, attempt.account, conversation)
        chats.as_left[conversation] = file_id is not None and await _ends_with(
            desk, page, conversation, file_id
        )
    return chats.as_left[conversation]


async def _ends_with(desk: Desk, page: Page, conversation: str, file_id: str) -> bool:
    """Whether a chat ends with a picture of this name, which answers its only prompt."""
    await page.go(desk.site.conversation_url.format(conversation=conversation))

    def look(reading: Reading) -> bool | None:
        stop_on_notice(desk, reading)
        if len([turn for turn in reading.turns if turn.role == "user"]) > 1:
            return False
        made = [picture.identity for picture in judge.pictures(desk.site, reading.turns)]
        return file_id in made or None

    limits = desk.site.limits
    try:
        return await see(page, look, within=limits.settle, poll=limits.poll, what="our picture")
    except NotSeenError:
        return False


def _words(text: str) -> str:
    """A prompt, however a page breaks its lines."""
    return " ".join(text.split())
