"""Panels for the views: which need the author, and everything about one."""

import asyncio
import shlex

from pressrun.errors import NotFoundError
from pressrun.picture.key import fold
from pressrun.protocol.messages.panel import (
    PanelDetail,
    PanelQuery,
    PanelsFound,
    PanelsQuery,
    PanelStatus,
)
from pressrun.server.detail import detail
from pressrun.server.finding import having
from pressrun.server.sites import Sites
from pressrun.states import PanelState
from pressrun.store import panels, whole
from pressrun.store.panels import Behind, KnownPanel, Take, Try, Uncorrected
from pressrun.store.writer import Writer
from pressrun.words import keep_or_reject, redo_in_words, start

PAGE = 300
"""How many panels one answer lists at most."""

WORDS_CHARS = 80

REASON_CHARS = 1_000

OFFERED = 3
"""How many takes that wait for the author's yes are named, the newest last."""

CHAT_CHARS = 1_000
"""The longest address of a chat."""


class Panels:
    """Answers what an author asks about panels."""

    def __init__(self, store: Writer, sites: Sites) -> None:
        self._store = store
        self._sites = sites
        self._last: tuple[PanelsQuery, str, list[KnownPanel]] | None = None

    async def page(self, asked: PanelsQuery) -> PanelsFound:
        """Panels of a library, in reading order.

        Raises:
            NotFoundError: there is no such batch.
        """
        begin = asked.model_copy(update={"first": 0})
        if asked.first == 0 or self._last is None or self._last[0] != begin:
            library, source = await self._store.do(panels.list_of, asked.batch)
            found = await self._store.do(
                panels.of, library, None if asked.batch is None else source
            )
            chosen = [each for each in found if _is_meant(each, asked)]
            if asked.text:
                names = await having(self._store, library, asked.text)
                chosen = [each for each in chosen if fold(each.key) in names]
            self._last = begin, library, chosen
        _, library, chosen = self._last
        shown = chosen[asked.first : asked.first + PAGE]
        return PanelsFound(
            library=library, total=len(chosen), panels=[told(each) for each in shown]
        )

    async def show(self, asked: PanelQuery) -> PanelDetail:
        """Everything about one panel.

        Raises:
            NotFoundError: there is no such batch or panel.
        """
        library = asked.library or (await self._store.do(panels.list_of, asked.batch))[0]
        found = await self._store.do(whole.of, library, asked.key)
        if found is None:
            raise NotFoundError(
                f"there is no panel {asked.key!r} in {library}. To list them: pressrun panels --all"
            )
        return await asyncio.to_thread(detail, library, found, told(found.panel), self._chat)

    async def unmoved(self, batch: int | None, keys: list[str]) -> list[str]:
        """Why `retry` leaves panels as they are, a sentence for each reason."""
        query = PanelsQuery(batch=batch, keys=keys)
        library, source = await self._store.do(panels.list_of, batch)
        known = await self._store.do(panels.of, library, None if batch is None else source)
        meant = [each for each in known if _is_meant(each, query)]
        refused = [each.key for each in meant if each.state == PanelState.REFUSED]
        made = [each.key for each in meant if each.state == PanelState.MADE]
        sentences = []
        if refused:
            verb = "was" if len(refused) == 1 else "were"
            sentences.append(
                f"{_some(refused)} {verb} refused by the site, which needs other words: change "
                "them in the list, and run it again"
            )
        if made and keys:
            verb = "has" if len(made) == 1 else "have"
            sentences.append(
                f"{_some(made)} {verb} a picture already; to make another one: "
                f"pressrun redo {shlex.quote(made[0])}"
            )
        return sentences

    def _chat(self, of: Try | Take) -> str | None:
        """The address of a chat, if it is one of the site's own form: a sidecar may tell any."""
        site = self._sites.current
        if of.conversation is None or of.site != site.name:
            return None
        address = site.conversation_url.format(conversation=of.conversation)
        found = site.conversation.search(address)
        ours = found is not None and found[1] == of.conversation
        return address if ours and len(address) <= CHAT_CHARS else None


def told(panel: KnownPanel) -> PanelStatus:
    """A panel for the views."""
    words = " ".join((panel.about or panel.recipe.prompt).split())
    reason = panel.reason
    if panel.locked and panel.state == PanelState.STALE:
        reason += "; it is locked"
    reason = reason or _offered(panel)
    if panel.misfit and not reason:
        reason = f"its picture is {panel.misfit}"
    if panel.standing_out and not reason:
        reason = f"its picture stands out: {panel.standing_out}"
    return PanelStatus(
        key=panel.key,
        list=panel.file or panel.source,
        line=panel.line,
        words=start(words, WORDS_CHARS),
        state=panel.state,
        reason=reason[:REASON_CHARS],
        advice=_advice(panel),
        reviewed=panel.reviewed,
        locked=panel.locked,
        offered=bool(panel.offered),
    )


def _offered(panel: KnownPanel) -> str:
    """What is told of takes that wait for the author's yes; empty where none does."""
    if not panel.offered:
        return ""
    numbers = " and ".join(f"{number}" for number in panel.offered[-OFFERED:])
    takes = f"take {numbers} waits" if len(panel.offered) == 1 else f"takes {numbers} wait"
    return f"{takes} for your yes; the picture that you {_word(panel)} stays until then"


def _word(panel: KnownPanel) -> str:
    return "locked" if panel.locked else "approved"


def _advice(panel: KnownPanel) -> str:  # noqa: PLR0911 - one line a state
    """What the author can do about a panel."""
    key = shlex.quote(panel.key)
    if panel.offered or panel.uncorrected:
        return _on_takes(panel)
    match panel.state:
        case PanelState.REFUSED:
            return "Change its words in the list, and run it again"
        case PanelState.FAILED:
            return f"pressrun retry {key}"
        case PanelState.DOUBT:
            return "pressrun doubt"
        case PanelState.HELD:
            return _release(panel)
        case PanelState.STALE:
            return _renew(panel)
        case PanelState.LEFT_OUT:
            return "Run the list again"
        case PanelState.MADE if panel.misfit:
            return f"pressrun redo {key}"
        case PanelState.MADE if panel.standing_out:
            return keep_or_reject(panel.key)
        case _:
            return ""


def _renew(panel: KnownPanel) -> str:
    """What the author can do about a picture that was made from something else."""
    key = shlex.quote(panel.key)
    first = f"pressrun unlock {key}, and then run" if panel.locked else "Run"
    return f"{first} the list again with --again, or accept it: pressrun keep {key}"


def _on_takes(panel: KnownPanel) -> str:
    """How to say yes or no to the newest take that waits, or to try a correction once more."""
    key = shlex.quote(panel.key)
    if panel.uncorrected and not panel.offered:
        return _correct_anew(panel, panel.uncorrected)
    take = f"{key} --take {panel.offered[-1]}"
    first = f"pressrun unlock {key}, then " if panel.locked else ""
    return f"{first}pressrun approve {take}, or pressrun reject {take}"


def _release(panel: KnownPanel) -> str:
    """What the author can do about a panel that waits for another one."""
    if panel.after is not None:
        return f"pressrun approve {shlex.quote(panel.after)}"
    match panel.behind:
        case Behind(key, PanelState.REFUSED):
            return f"Change the words of {key}, and run it again"
        case Behind(key, PanelState.FAILED | PanelState.LEFT_OUT):
            return f"pressrun retry {shlex.quote(key)}"
        case _:
            return ""


def _correct_anew(panel: KnownPanel, correction: Uncorrected) -> str:
    """What the author can do about a correction that came to nothing."""
    key = shlex.quote(panel.key)
    if correction.refused:
        return f"Word the note otherwise: pressrun redo {key} --note NOTE --in-chat"
    if not correction.in_chat:
        return f"pressrun retry {key}"
    return redo_in_words(panel.key, correction.note)


def _is_meant(panel: KnownPanel, asked: PanelsQuery) -> bool:
    states = {panel.state, PanelState.FAILED} if panel.uncorrected else {panel.state}
    besides = (asked.misfits and panel.misfit is not None) or (asked.offered and panel.offered)
    chosen = asked.states or asked.misfits or asked.offered
    if chosen and states.isdisjoint(asked.states) and not besides:
        return False
    said = None if panel.path is None else panel.reviewed
    if asked.reviewed and said not in asked.reviewed:
        return False
    key = fold(panel.key)
    named = [fold(each).rstrip("/") for each in asked.keys]
    return not named or any(key == each or key.startswith(f"{each}/") for each in named)


def _some(keys: list[str]) -> str:
    return keys[0] if len(keys) == 1 else f"{keys[0]} and {len(keys) - 1:,} more"
