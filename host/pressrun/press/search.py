"""The search for the chat that may hold our prompt, in the history of an account's chats.

One reading of the history serves every attempt that is looked for, and a chat that was opened for
one of them tells the others whose it is.
"""

import asyncio
from dataclasses import dataclass

from pressrun.press.desk import Desk
from pressrun.press.pace import Chats
from pressrun.press.page import NotSeenError
from pressrun.protocol.messages.page import Reading
from pressrun.sites.binding import Tie, conversation, exchange, holds
from pressrun.sites.likeness import Likeness
from pressrun.sites.shown import shown
from pressrun.store import attempts, owners
from pressrun.store.owners import LastIn, Sent


@dataclass(frozen=True)
class Unfound:
    """No chat holds our prompt, as far as the history was read."""

    newer: bool
    """A chat was shown that was sent later, …"""
    reached: bool
    """… and all were looked into down to one that was sent before."""
    unclear: str = ""
    """Why it proves nothing all the same: a chat may be ours, or none can be read."""


async def search(desk: Desk) -> str | Unfound | None:
    """Look for our turn in the newest chats of its account.

    Returns:
        The name of the chat; what it means that there is none; or None when the history is not to
        be read yet, or was read too early to prove anything.

    Raises:
        TroubleError: the site says that something is wrong.
        NotSeenError: the page did not show the history, or a chat.
        PageLostError: the page is gone.
    """
    history, attempt = desk.site.history, desk.attempt
    chats = desk.pace.chats(attempt)
    async with chats.turn:
        if desk.pace.wait(attempt, history) > 0:
            return None
        desk.show("searching the chat history for a picture")
        if not desk.pace.is_listed(attempt, history):
            desk.pace.ask(attempt)
            chats.show(await _history(desk))
        settled = desk.pace.look(attempt, history)
        found = await _look(desk, chats)
    if isinstance(found, str):
        await desk.write(attempts.learn, conversation=found)
        return found
    return found if settled else None


async def _look(desk: Desk, chats: Chats) -> str | Unfound:
    """Look for our turn in the chats that were listed, the newest first.

    What is not there proves something only where the words of a chat that is known to be ours were
    read as ours: eyes that do not know the page see nothing anywhere.
    """
    history = desk.site.history
    known = await desk.store.do(owners.conversations, desk.attempt, chats.names)
    newer, unclear = "", ""
    opened = 0
    for name in chats.names:
        if name in known:
            newer = newer or (name if known[name] == Sent.LATER else "")
            if known[name] == Sent.BEFORE and await _is_as_left(desk, chats, name):
                return Unfound(bool(newer), reached=True, unclear=unclear)  # ours would be above
            continue
        if name not in chats.read:
            if opened == history.most:
                return Unfound(bool(newer), reached=False, unclear=unclear)
            opened += 1
            chats.read[name] = await _open(desk, name)
        match holds(chats.read[name], desk.attempt.words):
            case Likeness.OURS:
                return name
            case Likeness.UNSURE:
                unclear = "a chat in the history may hold it, and its words are not to be told"
    whole = len(chats.names) < history.whole
    if whole and newer and not unclear and not await _is_legible(desk, newer):
        unclear = "the words of a chat that is known to be ours cannot be read"
    return Unfound(bool(newer), reached=whole, unclear=unclear)


async def _history(desk: Desk) -> list[str]:
    """The names of the newest chats, the newest first, as soon as the list stands still.

    Those of a project stand on its own page, beside the account's others.
    """
    site, project = desk.site, desk.attempt.project
    await desk.page.go(project or site.home)
    among = site.project_of(project) if project else None

    def listed(reading: Reading) -> list[str] | None:
        desk.stop_on_limit(reading)
        found = (each for each in reading.history if among is None or f"/g/{among}" in each)
        return list(found) or None

    await desk.see(listed, within=site.limits.page, what="the history of chats")
    await asyncio.sleep(site.still)
    history = listed(await desk.page.read()) or []
    found = [site.conversation.search(address) for address in history]
    return list(dict.fromkeys(name.group(1) for name in found if name))


async def _open(desk: Desk, name: str) -> Reading:
    """What a chat shows, as soon as it shows words of its author's."""
    await desk.load(name)

    def look(reading: Reading) -> Reading | None:
        desk.stop_on_limit(reading)
        there = conversation(desk.site, reading) == name
        return reading if there and any(turn.role == "user" for turn in reading.turns) else None

    return await desk.see(look, within=desk.site.limits.page, what="a conversation")


async def _is_legible(desk: Desk, name: str) -> bool:
    """Whether the words of a chat of ours are read as ours."""
    sent = await desk.store.do(owners.last_in, desk.attempt.account, name)
    return sent is not None and holds(await _open(desk, name), sent.words) == Likeness.OURS


async def _is_as_left(desk: Desk, chats: Chats, name: str) -> bool:
    """Whether a chat of ours is as it was when its picture was made.

    Where the author went on in it, it moved up in the history, perhaps past ours.
    """
    if name not in chats.as_left:
        sent = await desk.store.do(owners.last_in, desk.attempt.account, name)
        made = sent.file_id if sent else None
        ends = sent and made and await _ends_with(desk, name, sent, made)
        chats.as_left[name] = bool(ends)
    return chats.as_left[name]


async def _ends_with(desk: Desk, name: str, sent: LastIn, made: str) -> bool:
    """Whether a chat shows what we sent last and its picture, and nothing that was asked since."""
    await desk.load(name)

    def look(reading: Reading) -> bool | None:
        desk.stop_on_limit(reading)
        chat = exchange(reading, sent.words, Tie.WORDS, sent.before)
        if chat is None or conversation(desk.site, reading) != name:
            return None
        if not chat.alone:
            return False
        shows = [each.identity for each in shown(desk.site, reading, chat).made]
        # a picture without a name of the site's is told by its place in the chat alone
        return (made in shows or (bool(shows) and "/" in made)) or None

    try:
        return await desk.see(look, within=desk.site.limits.settle, what="our picture")
    except NotSeenError:
        return False
