"""A site that draws at once, with a ledger of its own: what it got, and what it made of it.

It outlives hosts, relays and pages, as the real one does. What it does with a prompt is written in
a script, one act for each time that the prompt is brought to it.
"""

import asyncio
import hashlib
import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pressrun.protocol.calls import Code

Json = dict[str, Any]

SEEN = [
    {"role": role, "rule": f"#{role}", "where": f"#{role}", "count": 1}
    for role in ("shell", "composer", "add_menu", "file_input")
]
"""What every page shows."""

HOME = "https://chatgpt.com/"
SIDEBAR = 28
"""The conversations that a history shows."""
TURN_SECONDS = 0.03
NAME_SECONDS = 0.06
DRAW_SECONDS = 0.12
TOAST_SECONDS = 0.5


class Act(StrEnum):
    """What happens when a prompt is brought to the site."""

    PICTURE = "picture"
    FAILED = "failed"
    REFUSED = "refused"
    LIMIT = "limit"
    TWO = "two"
    """It draws two pictures."""
    WORDS = "words"
    """It answers with words only."""
    DAMAGED = "damaged"
    """It makes a file that is no picture."""
    EMPTY = "empty"
    """It makes a file with nothing in it."""
    CRASHED = "crashed"
    """The tab crashes as soon as the site has the prompt; the picture is made nevertheless."""
    CRASHED_LIMITED = "crashed, limited"
    """The same, and whoever opens the chat sees a limit at first."""
    SWALLOWED = "swallowed"
    """The click on Send does nothing."""
    UNWRITTEN = "unwritten"
    """The composer takes no text."""
    VANISHED = "vanished"
    """The tab crashes before the site has the prompt."""
    LAGGING = "lagging"
    """The same, and the history shows no new chat until the prompt comes again."""


_TOAST = "Too many requests. Try again later."

CRASHES = (Act.CRASHED, Act.CRASHED_LIMITED)
BEFORE = (Act.VANISHED, Act.LAGGING)
"""Crashes before the site has anything."""

NO_PICTURE = (Act.DAMAGED, Act.EMPTY)
"""What makes a file that is none."""

FAILURES = (Act.FAILED, Act.REFUSED, Act.LIMIT, Act.WORDS)
"""What the site itself records as a failure."""

_SAID = {
    Act.FAILED: "Something went wrong while generating the response.",
    Act.REFUSED: "This request may violate our content policies.",
    Act.LIMIT: "You're generating images too quickly.",
    Act.WORDS: "Here is an idea of what such a picture could show.",
}


class RefusedError(Exception):
    """What a page answers when it cannot do what it is told."""

    def __init__(self, code: Code, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass
class Sending:
    """One line of the ledger: a prompt that the site got."""

    prompt: str
    act: Act
    conversation: str
    sha256: str | None = None
    """Of the file that was made, once it is."""
    references: tuple[str, ...] = ()
    """The SHA-256 of each file that came with it."""
    at: float = field(default_factory=time.monotonic)


@dataclass
class Conversation:
    """A chat."""

    name: str
    turns: list[Json] = field(default_factory=list)
    named: bool = False
    """Whether address and history show it yet."""
    working: bool = False
    toast: str = ""
    """A notice for whoever opens it first."""
    hidden: bool = False
    """Whether the history lags behind it."""


@dataclass
class Document:
    """One document in a tab: it ends with its tab or when an address is loaded, and not before."""

    site: "Site"
    tab: int
    name: str
    url: str
    conversation: Conversation | None = None
    text: str = ""
    menu: bool = False
    mode: bool = False
    attached: list[str] = field(default_factory=list)
    arriving: bytes = b""
    toast: str = ""
    watched: bool = False
    steps: dict[str, list[str]] = field(default_factory=dict)
    held: dict[str, bytes] = field(default_factory=dict)
    stirred: asyncio.Event = field(default_factory=asyncio.Event)

    def reading(self) -> Json:
        """Return what it shows."""
        turns = self.conversation.turns if self.conversation else []
        toast = [{"where": "toast", "text": self.toast}] if self.toast else []
        return {
            "tab": self.tab,
            "document": self.name,
            "url": self.address,
            "title": "ChatGPT",
            "hidden": True,
            "shell": "A",
            "composers": 1,
            "composer_text": self.text,
            "send": bool(self.text),
            "stop": bool(self.conversation and self.conversation.working),
            "mode_on": self.mode,
            "chips": len(self.attached),
            "chips_pending": 0,
            "paste_chips": 0,
            "turn_count": len(turns),
            "turns": [dict(turn) for turn in turns],
            "notices": toast,
            "history": self.site.history(),
            "account": "a" * 64,
            "seen": SEEN,
        }

    @property
    def address(self) -> str:
        """What the address bar shows."""
        if self.conversation and self.conversation.named:
            return f"{HOME}c/{self.conversation.name}"
        return self.url

    def fill(self, text: str) -> None:
        """Write into the composer."""
        if self.text:
            raise RefusedError(Code.NOT_FOUND, "the composer is not empty")
        if self.site.next_act(text) == Act.UNWRITTEN:
            self.site.script[text].pop(0)
            raise RefusedError(Code.NOT_FOUND, "the page shows no visible composer")
        self.text = text

    def attach(self, size: int, offset: int, piece: bytes) -> bool:
        """Take a piece of a file; whether it is whole."""
        if offset > len(self.arriving):
            raise RefusedError(Code.INVALID_PARAMS, f"a piece is missing before {offset}")
        self.arriving = self.arriving[:offset] + piece
        if len(self.arriving) < size:
            return False
        self.attached.append(hashlib.sha256(self.arriving).hexdigest())
        self.arriving = b""
        return True

    def click(self, role: str) -> None:
        """Click what has a role."""
        match role:
            case "add_menu":
                self.menu = True
            case "create_image" if self.menu:
                self.menu, self.mode = False, True
            case "send" if self.text:
                self.site.submit(self)
            case "new_chat":
                self.site.leave(self)
            case _:
                raise RefusedError(Code.NOT_FOUND, f"the page shows no {role}")

    def fetch(self, attempt: str, src: str) -> Json:
        """Fetch a picture that is shown, and hold it."""
        shown = self.conversation.turns if self.conversation else []
        if src not in [each["src"] for turn in shown for each in turn["pictures"]]:
            raise RefusedError(Code.NOT_FETCHED, "the page shows no such picture")
        data = self.held[attempt] = self.site.files[src]
        sha256 = hashlib.sha256(data).hexdigest()
        return {"size": len(data), "sha256": sha256, "media": "image/png"}


class Site:
    """The site: conversations, files, and the ledger."""

    def __init__(self, script: Mapping[str, Sequence[Act]], draw: Callable[[str], bytes]) -> None:
        self.script = {prompt: list(acts) for prompt, acts in script.items()}
        self.ledger: list[Sending] = []
        self.files: dict[str, bytes] = {}
        self.conversations: dict[str, Conversation] = {}
        self.documents: dict[int, Document] = {}
        self.crash: Callable[[int], None] = lambda _tab: None
        """Takes a tab away."""
        self.toasts: list[int] = []
        """The fresh pages, by number, that show a limit for a moment."""
        self._draw = draw
        self._lagging: str | None = None
        self._numbers = itertools.count(1)
        self._fresh = itertools.count(1)
        self._work: set[asyncio.Task[None]] = set()

    def load(self, tab: int, url: str) -> Document:
        """Show an address in a tab: a new document."""
        name = url.rsplit("/c/", 1)[-1] if "/c/" in url else None
        conversation = self.conversations.get(name) if name else None
        document = Document(self, tab, f"D{next(self._numbers)}", url, conversation)
        if conversation is not None:
            toast, conversation.toast = conversation.toast, ""
            self._show_toast(document, toast)
        elif name is None:
            self._show_toast(document, self._next_toast())
        self.documents[tab] = document
        return document

    def leave(self, document: Document) -> None:
        """Show a fresh chat in a document that stays, as the site's own link does."""
        document.url, document.conversation = HOME, None
        document.text, document.menu, document.mode = "", False, False
        document.attached.clear()
        self._show_toast(document, self._next_toast())

    def _next_toast(self) -> str:
        return _TOAST if next(self._fresh) in self.toasts else ""

    def _show_toast(self, document: Document, toast: str) -> None:
        document.toast = toast
        if toast:
            self._do(self._untoast(document))

    def history(self) -> list[str]:
        """Return the addresses of the newest conversations, the newest first."""
        named = [each for each in self.conversations.values() if each.named and not each.hidden]
        return [f"{HOME}c/{each.name}" for each in reversed(named[-SIDEBAR:])]

    def next_act(self, prompt: str) -> Act:
        """Return what happens the next time that a prompt is brought here."""
        return next(iter(self.script.get(prompt, [])), Act.PICTURE)

    def submit(self, document: Document) -> None:
        """Take what a document's composer holds."""
        prompt, act = document.text, self.next_act(document.text)
        if self.script.get(prompt):
            self.script[prompt].pop(0)
        if prompt == self._lagging:
            self._lagging = None
            for conversation in self.conversations.values():
                conversation.hidden = False
        if act == Act.SWALLOWED:
            return
        if act in BEFORE:
            if act == Act.LAGGING:
                self._lagging = prompt
            self.crash(document.tab)
            return
        conversation = Conversation(f"chat-{next(self._numbers)}", working=True)
        conversation.hidden = self._lagging is not None and act not in CRASHES
        conversation.toast = _TOAST if act == Act.CRASHED_LIMITED else ""
        self.conversations[conversation.name] = conversation
        sending = Sending(prompt, act, conversation.name, references=(*document.attached,))
        self.ledger.append(sending)
        document.conversation = conversation
        document.text, document.mode = "", False
        document.attached.clear()
        self._do(self._answer(sending, conversation))
        if act in CRASHES:
            self.crash(document.tab)

    async def close(self) -> None:
        """Stop working."""
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    async def _answer(self, sending: Sending, conversation: Conversation) -> None:
        await asyncio.sleep(TURN_SECONDS)
        number = next(self._numbers)
        conversation.turns.append(_turn(f"u{number}", "user", sending.prompt))
        self._stir(conversation)
        await asyncio.sleep(NAME_SECONDS)
        conversation.named = True
        answer = _turn(f"a{number}", "assistant", "", busy=True)
        conversation.turns.append(answer)
        self._stir(conversation)
        await asyncio.sleep(DRAW_SECONDS)
        conversation.working = False
        answer |= {"busy": False, "text": _SAID.get(sending.act, "")}
        if sending.act not in _SAID:
            src = f"{HOME}backend-api/estuary/content?id=file_{number}&sig=secret"
            data = self._draw(sending.prompt)
            if sending.act in NO_PICTURE:
                data = b"<!doctype html>" * 400 if sending.act == Act.DAMAGED else b""
            self.files[src] = data
            sending.sha256 = hashlib.sha256(data).hexdigest()
            size = {"width": 1024, "height": 1536, "loaded": True, "hidden": False}
            found = {"rule": "#picture", **size}
            shown = [{"src": src, **found}]
            if sending.act == Act.TWO:
                second = src.replace("&sig", "b&sig")
                self.files[second] = self._draw(f"{sending.prompt}, otherwise")
                shown.append({"src": second, **found})
            answer |= {"finished": True, "pictures": shown}
        self._stir(conversation)

    async def _untoast(self, document: Document) -> None:
        await asyncio.sleep(TOAST_SECONDS)
        document.toast = ""
        document.stirred.set()

    def _stir(self, conversation: Conversation) -> None:
        for document in self.documents.values():
            if document.conversation is conversation:
                document.stirred.set()

    def _do(self, work: Any) -> None:  # noqa: ANN401 - a coroutine
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)


def _turn(name: str, role: str, text: str, *, busy: bool = False) -> Json:
    return {
        "id": name,
        "role": role,
        "text": text,
        "busy": busy,
        "finished": False,
        "pictures": [],
    }
