"""A scripted site that draws at once, in real time: the simulator's chats, turns and ledger.

It outlives hosts, relays and pages, as the real one does. What it does with a prompt is written in
a script, one act for each time that the prompt is brought to it.
"""

import asyncio
import hashlib
import itertools
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pressrun.protocol.calls import Code
from pressrun.protocol.messages.page import SeenTurn
from pressrun.simulator import failures, ledger
from pressrun.simulator.chat import HOME, Chat, Course, Remark, Turn, seen_picture
from pressrun.simulator.ledger import Entry, SiteLedger, Submission
from pressrun.simulator.time import NEVER

Json = dict[str, Any]

SEEN = [
    {"role": role, "rule": f"#{role}", "where": f"#{role}", "count": 1}
    for role in ("shell", "composer", "add_menu", "file_input")
]
"""What every page shows."""

SIDEBAR = 28
"""The conversations that a history shows."""
LINK = "secret"
"""What its pictures' addresses are signed with."""
TURN_SECONDS = 0.03
NAME_SECONDS = 0.06
DRAW_SECONDS = 0.12
TOAST_SECONDS = 0.5
REMARK = "Now the same by day, for the cover"
"""What the author asks for in a chat of ours."""


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
    GONE_ON = "gone on"
    """As soon as its picture is there, the author asks for another one in the same chat."""
    TOO_LONG = "too long"
    """Its chat has reached its maximum length."""


_TOAST = failures.Refusal("rate", "toast", "Too many requests. Try again later.")

_GONE = "Unable to load conversation"
_PROJECT = re.compile(r"(/g/g-p-[0-9a-z]+)(/project)?$")
"""What the addresses of projects end in."""

CRASHES = (Act.CRASHED, Act.CRASHED_LIMITED)
BEFORE = (Act.VANISHED, Act.LAGGING)
"""Crashes before the site has anything."""

NO_PICTURE = (Act.DAMAGED, Act.EMPTY)
"""What makes a file that is none."""

_FAILURES = {
    Act.FAILED: failures.THREAD_ERROR,
    Act.REFUSED: failures.Refusal(
        "refused", "turn", "This request may violate our content policies."
    ),
    Act.LIMIT: failures.Refusal("rate", "turn", "You're generating images too quickly."),
    Act.WORDS: failures.Refusal(
        "text_only", "turn", "Here is an idea of what such a picture could show."
    ),
    Act.TOO_LONG: failures.TOO_LONG,
}
"""What the site itself records as a failure, and what it says."""


class RefusedError(Exception):
    """What a page answers when it cannot do what it is told."""

    def __init__(self, code: Code, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass
class PlayedChat(Chat):
    """A chat, and what its act does to whoever looks."""

    act: Act = Act.PICTURE
    toast: str = ""
    """A notice for whoever opens it first."""
    hidden: bool = False
    """Whether the history lags behind it."""
    project: str = ""
    """In which it was begun: what its address has before its name."""
    live: bool = True
    """Whether a page shows what is written in it elsewhere. Otherwise what is sent from such a page
    follows what it shows, and the rest stands in another branch from then on."""

    @property
    def url(self) -> str:
        """Its address."""
        return f"{HOME.rstrip('/')}{self.project}/c/{self.name}"

    def named(self, now: float) -> bool:
        """Whether the address shows it yet."""
        return now >= self.turns[0].course.addressed

    def shown(self, now: float, known: float) -> list[SeenTurn]:
        """What a page shows of it that knows it as of a time; nothing before the site answers."""
        there = [each for each in self._there(now, known) if now >= each.at + TURN_SECONDS]
        return [seen for each in there for seen in each.shown(now, LINK)]

    def stop(self, now: float, known: float) -> bool:
        """Whether such a page shows Stop."""
        newest = self._there(now, known)[-1:]
        return any(isinstance(each, Turn) and each.stop(now) for each in newest)

    def _there(self, now: float, known: float) -> list[Turn | Remark]:
        return self.thread(now if self.live else min(now, known))


class PlayedRemark(Remark):
    """What the author wrote in a chat of ours; answered at once."""

    @property
    def over(self) -> float:
        """When it has come to its end."""
        return self.at + DRAW_SECONDS


@dataclass
class Document:
    """One document in a tab: it ends with its tab or when an address is loaded, and not before."""

    site: "Site"
    tab: int
    name: str
    url: str
    chat: PlayedChat | None = None
    known: float = 0.0
    """When it was loaded, or sent something last."""
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
        now, chat = time.time(), self.chat
        turns = [turn.model_dump() for turn in self._shown(now)]
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
            "stop": bool(chat and chat.stop(now, self.known)),
            "mode_on": self.mode,
            "chips": len(self.attached),
            "chips_pending": 0,
            "paste_chips": 0,
            "turn_count": len(turns),
            "turns": turns,
            "notices": toast,
            "history": self.site.history(self.project),
            "account": "a" * 64,
            "seen": SEEN,
        }

    @property
    def project(self) -> str:
        """The project whose page it shows, or the page of whose chat."""
        found = _PROJECT.search(self.url)
        return self.chat.project if self.chat else found.group(1) if found else ""

    @property
    def address(self) -> str:
        """What the address bar shows."""
        return self.chat.url if self.chat and self.chat.named(time.time()) else self.url

    def _shown(self, now: float) -> list[SeenTurn]:
        return self.chat.shown(now, self.known) if self.chat else []

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
        turns = self._shown(time.time())
        if src not in [each.src for turn in turns for each in turn.pictures]:
            raise RefusedError(Code.NOT_FETCHED, "the page shows no such picture")
        data = self.held[attempt] = self.site.files[src]
        sha256 = hashlib.sha256(data).hexdigest()
        return {"size": len(data), "sha256": sha256, "media": "image/png"}


class Site:
    """The site: conversations, files, and the ledger."""

    def __init__(self, script: Mapping[str, Sequence[Act]], draw: Callable[[str], bytes]) -> None:
        self.script = {prompt: list(acts) for prompt, acts in script.items()}
        self.entries: list[Entry] = []
        """What it got, and what it made of it, in order."""
        self.files: dict[str, bytes] = {}
        self.chats: dict[str, PlayedChat] = {}
        self.documents: dict[int, Document] = {}
        self.crash: Callable[[int], None] = lambda _tab: None
        """Takes a tab away."""
        self.projects: set[str] = set()
        """Those of whoever is signed in: what their addresses have before `/project`."""
        self.toasts: list[int] = []
        """The fresh pages, by number, that show a limit for a moment."""
        self._draw = draw
        self._lagging: str | None = None
        self._numbers = itertools.count(1)
        self._fresh = itertools.count(1)
        self._work: set[asyncio.Task[None]] = set()

    @property
    def ledger(self) -> SiteLedger:
        """What it got and made by now."""
        return SiteLedger(list(self.entries))

    def load(self, tab: int, url: str) -> Document:
        """Show an address in a tab: a new document."""
        name = url.rsplit("/c/", 1)[-1] if "/c/" in url else None
        chat = self.chats.get(name) if name else None
        project = _PROJECT.search(url)
        lost = project is not None and project.group(1) not in self.projects
        gone = _GONE if lost or (chat and chat.gone_at < NEVER) else ""
        if gone:
            name, chat, url = "", None, HOME
        number, now = f"D{next(self._numbers)}", time.time()
        document = Document(self, tab, number, url, chat, known=now)
        if chat is not None:
            toast, chat.toast = chat.toast, ""
            self._show_toast(document, toast)
        elif gone:
            self._show_toast(document, gone)
        elif name is None:
            self._show_toast(document, self._next_toast())
        self.documents[tab] = document
        return document

    def leave(self, document: Document) -> None:
        """Show a fresh chat in a document that stays, as the site's own link does."""
        document.url, document.chat = HOME, None
        document.text, document.menu, document.mode = "", False, False
        document.attached.clear()
        self._show_toast(document, self._next_toast())

    def _next_toast(self) -> str:
        return _TOAST.text if next(self._fresh) in self.toasts else ""

    def _show_toast(self, document: Document, toast: str) -> None:
        document.toast = toast
        if toast:
            self._do(self._untoast(document))

    def history(self, project: str = "") -> list[str]:
        """Return the addresses of the newest conversations, the newest first.

        Those that were begun in a project stand in its own list alone.
        """
        now = time.time()
        named = [
            each
            for each in self.chats.values()
            if each.named(now)
            and not each.hidden
            and now < each.gone_at
            and each.project == project
        ]
        return [each.url for each in reversed(named[-SIDEBAR:])]

    def next_act(self, prompt: str) -> Act:
        """Return what happens the next time that a prompt is brought here."""
        return next(iter(self.script.get(prompt, [])), Act.PICTURE)

    def submit(self, document: Document) -> None:
        """Take what a document's composer holds."""
        prompt, act = document.text, self.next_act(document.text)
        if document.chat is not None and document.chat.gone_at < NEVER:
            self._show_toast(document, _GONE)
            return
        if self.script.get(prompt):
            self.script[prompt].pop(0)
        if prompt == self._lagging:
            self._lagging = None
            for each in self.chats.values():
                each.hidden = False
        if act == Act.SWALLOWED:
            return
        if act in BEFORE:
            if act == Act.LAGGING:
                self._lagging = prompt
            self.crash(document.tab)
            return
        if document.chat is not None and not document.chat.live:
            document.chat.branch(document.known, time.time())
        chat = document.chat or self._begin(document.project)
        document.chat = self._take(prompt, act, document.attached, chat)
        document.known = time.time()
        document.text, document.mode = "", False
        document.attached.clear()
        if act in CRASHES:
            self.crash(document.tab)

    def _begin(self, project: str) -> PlayedChat:
        """A fresh chat."""
        now, number = time.time(), next(self._numbers)
        chat = PlayedChat(f"chat-{number}", "author", now, listed=now)
        chat.live, chat.project = number % 2 == 0, project
        return chat

    def _take(
        self, prompt: str, act: Act, references: Sequence[str], chat: PlayedChat
    ) -> PlayedChat:
        """Take a prompt in a chat, and answer it from now on."""
        now, number = time.time(), next(self._numbers)
        begins = now + TURN_SECONDS + NAME_SECONDS
        course = Course(
            addressed=begins,
            speaks=NEVER,
            silent=now,
            draws=begins,
            blurred=NEVER,
            ends=begins + DRAW_SECONDS,
            unstopped=begins + DRAW_SECONDS,
            stops=True,
            failure=_FAILURES.get(act),
        )
        chat.act = act
        turn = Turn(f"u{number}", prompt, now, course, side=1024)
        chat.turns.append(turn)
        chat.hidden = self._lagging is not None and act not in CRASHES
        chat.toast = _TOAST.text if act == Act.CRASHED_LIMITED else ""
        self._list(chat)
        sent = Submission(
            time=now,
            number=number,
            account=chat.account,
            conversation=chat.name,
            turn=turn.id,
            prompt=prompt,
            prompt_sha256=ledger.sha256(prompt),
            references=list(references),
            mode="image",
        )
        self.entries.append(sent)
        self._do(self._answer(chat, turn, act, sent))
        return chat

    def delete(self, prompt: str) -> None:
        """The author deletes the chat that a prompt began: its address leads home from now on."""
        for chat in self.chats.values():
            if chat.turns[0].prompt == prompt:
                chat.gone_at = min(chat.gone_at, time.time())

    def _write(self, chat: PlayedChat) -> None:
        """The author asks for a picture of their own in a chat, in another tab."""
        number = next(self._numbers)
        file_id = f"file_{number}"
        self.files[seen_picture(file_id, LINK).src] = self._draw(REMARK)
        chat.write(PlayedRemark(f"r{number}", time.time(), REMARK, "Here you are.", file_id))
        self._list(chat)
        self._stir(chat)

    def _list(self, chat: PlayedChat) -> None:
        """Have the history show a chat as its newest."""
        self.chats.pop(chat.name, None)
        self.chats[chat.name] = chat

    async def close(self) -> None:
        """Stop working."""
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    async def _answer(self, chat: PlayedChat, turn: Turn, act: Act, sent: Submission) -> None:
        course = turn.course
        for at in (sent.time + TURN_SECONDS, course.addressed, course.ends):
            await asyncio.sleep(at - time.time())
            if at == course.ends:
                self._end(chat, turn, act, sent)
            self._stir(chat)

    def _end(self, chat: PlayedChat, turn: Turn, act: Act, sent: Submission) -> None:
        """Draw what the turn comes to, and write it down."""
        course = turn.course
        if course.failure is not None:
            failed = failures.failure(chat.name, turn.id, course.failure, course.ends)
            self.entries.append(failed)
            return
        drawn = [self._draw(self._meant(chat, turn))]
        if act == Act.TWO:
            drawn.append(self._draw(f"{sent.prompt}, otherwise"))
        if act in NO_PICTURE:
            drawn = [b"<!doctype html>" * 400 if act == Act.DAMAGED else b""]
        for ordinal, data in enumerate(drawn, start=1):
            file_id = f"file_{sent.number}{'b' * (ordinal - 1)}"
            turn.file_ids.append(file_id)
            self.files[seen_picture(file_id, LINK).src] = data
            if act not in NO_PICTURE:
                size = (turn.side, turn.side)
                made = ledger.picture_of(sent, file_id, data, course.ends, take=1, size=size)
                self.entries.append(made.model_copy(update={"ordinal": ordinal}))
        if act == Act.GONE_ON:
            self._write(chat)

    def _meant(self, chat: PlayedChat, turn: Turn) -> str:
        """What is drawn for a turn: what is said once more in a chat is drawn otherwise."""
        sent = self.ledger.submissions
        earlier = [each for each in sent if each.prompt == turn.prompt and each.turn != turn.id]
        if turn is chat.turns[0] or not earlier:
            return turn.prompt
        return f"{turn.prompt}, in {turn.id}"

    async def _untoast(self, document: Document) -> None:
        await asyncio.sleep(TOAST_SECONDS)
        document.toast = ""
        document.stirred.set()

    def _stir(self, chat: PlayedChat) -> None:
        for document in self.documents.values():
            if document.chat is chat:
                document.stirred.set()

    def _do(self, work: Any) -> None:  # noqa: ANN401 - a coroutine
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)
