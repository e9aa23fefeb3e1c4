"""One open page of the site: the server's end of its socket.

The socket, not the page's timers, moves the page on. It is one WebSocket a page because a browser
opens at most six ordinary connections to a host, and eight tabs would starve each other.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import Callable, Coroutine
from typing import Annotated, Literal

from aiohttp import WSMsgType, web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from trials.replica import acts, view
from trials.replica.behaviour import Behaviour
from trials.replica.chat import Conversation, ServedTurn, SiteAccount
from trials.replica.links import Links
from trials.replica.site import ReplicaSite
from trials.replica.view import Json

HISTORY = 40
"""How many conversations the history shows at once."""


_PROJECT = re.compile(r"/g/(g-p-[0-9a-f]+)(?:-[^/]*)?/project")
"""The address of a project's page; its name may be left out, or be another."""


class _Wish(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Open(_Wish):
    """The page wants what belongs at a path; ``first`` when it has just been loaded."""

    wish: Literal["open"]
    path: str
    first: bool


class Follow(_Wish):
    """The page has sent a prompt and wants to see its conversation."""

    wish: Literal["follow"]
    conversation: str


class Stop(_Wish):
    """The author clicked Stop."""

    wish: Literal["stop"]
    turn: str


class Choose(_Wish):
    """The author has answered the poll over a turn's pictures; 0 skips it."""

    wish: Literal["choose"]
    turn: str
    ordinal: int


class Await(_Wish):
    """The page has uploaded a file and wants to hear when it is ready."""

    wish: Literal["await"]
    file: str


Wish = Annotated[Open | Follow | Stop | Choose | Await, Field(discriminator="wish")]
_wishes: TypeAdapter[Open | Follow | Stop | Choose | Await] = TypeAdapter(Wish)


class ServedTab:
    """Hears what a page wishes and tells it what it should show.

    What waits to be told is kept by subject, the newest replacing the older, so a page that does
    not listen costs no more memory than one that does.
    """

    def __init__(
        self,
        site: ReplicaSite,
        links: Links,
        account: SiteAccount,
        behaviour: Callable[[], Behaviour],
        socket: web.WebSocketResponse,
    ) -> None:
        self._site = site
        self._links = links
        self._account = account
        self._behaviour = behaviour
        self._socket = socket
        self._conversation: Conversation | None = None
        self._shown: set[str] = set()
        self._signed: dict[str, str] = {}
        self._waiting: dict[str, Json] = {}
        self._news = asyncio.Event()
        self._chores: set[asyncio.Task[None]] = set()
        self._opening = 0

    async def serve(self) -> None:
        """Serve the page until it goes away."""
        self._do(self._speak())
        self._say("hello", account=self._account.name)
        self.counted(self._account)
        try:
            async for message in self._socket:
                if message.type is not WSMsgType.TEXT:
                    break
                try:
                    self._hear(_wishes.validate_json(message.data))
                except ValidationError:
                    break
        finally:
            self._leave()
            for chore in self._chores:
                chore.cancel()
            await asyncio.gather(*self._chores, return_exceptions=True)

    def turned(self, turn: ServedTurn) -> None:
        """Tell the page that a turn has changed, if it shows it or sent it."""
        if turn not in turn.conversation.turns or (turn.elsewhere and turn.id not in self._shown):
            return
        self._say(
            "turn",
            turn.id,
            conversation=turn.conversation.id,
            turn=view.turn(turn, self._site.files.known, self._link),
        )

    def addressed(self, conversation: Conversation) -> None:
        """Tell the page which URL it has now."""
        self._say(
            "address",
            conversation=conversation.id,
            path=conversation.path,
            title=conversation.title,
            history=self._history(),
        )

    def counted(self, account: SiteAccount) -> None:
        """Tell the page how many prompts its account has sent, if it is this one."""
        if account is self._account:
            self._say("sent", sent=account.sent)

    def reload(self) -> None:
        """Have the page load itself anew, because it would be built otherwise now."""
        self._say("reload")

    def _hear(self, wish: Open | Follow | Stop | Choose | Await) -> None:
        match wish:
            case Open(path=path, first=first):
                self._opening += 1
                self._leave()
                self._do(self._open(path, first=first))
            case Follow(conversation=conversation):
                if known := self._site.conversation(self._account, conversation):
                    self._follow(known)
                    for turn in known.turns:
                        self.turned(turn)
                    if known.addressed:
                        self.addressed(known)
            case Stop(turn=turn):
                self._site.stop(self._account, turn)
            case Choose(turn=turn, ordinal=ordinal):
                self._site.choose(self._account, turn, ordinal)
            case Await(file=file):
                self._do(self._ready(file))

    async def _open(self, path: str, *, first: bool) -> None:
        behaviour = self._behaviour()
        opening = self._opening
        self._account.pages += 1
        of = (self._account.name, self._account.pages)
        if first:
            await asyncio.sleep(behaviour.seconds(behaviour.hydration_seconds, "hydration", *of))
        else:
            await asyncio.sleep(behaviour.seconds(behaviour.page_seconds, "page", *of))
        if opening != self._opening:
            return  # the author has gone elsewhere meanwhile
        # whatever stands before it in the address, a chat's name comes last
        shown = self._site.conversation(self._account, path.rpartition("/")[2])
        project = self._project(path)
        if shown is not None:
            self._follow(shown)
            self._site.read(self._account, behaviour)
        self._say(
            "page",
            path=path,
            found=shown is not None or project is not None or path == "/",
            conversation=None
            if shown is None
            else view.conversation(shown, self._site.files.known, self._link),
            project=None
            if project is None
            else view.project(project, self._site.history(self._account, project)),
            history=self._history(),
            notice=view.limit(self._site.notice(self._account)),
        )

    async def _ready(self, file: str) -> None:
        behaviour = self._behaviour()
        await asyncio.sleep(behaviour.seconds(behaviour.upload_seconds, "upload", file))
        broken = self._site.upload_breaks(file, behaviour)
        self._say("ready", file, file=file, alert=None if broken is None else broken.text)

    def _project(self, path: str) -> acts.Project | None:
        asked = _PROJECT.fullmatch(path)
        return self._account.projects.get(asked[1]) if asked else None

    def _follow(self, conversation: Conversation) -> None:
        self._leave()
        self._conversation = conversation
        self._shown = {turn.id for turn in conversation.turns}
        self._signed.clear()
        self._site.watch(conversation, self)

    def _leave(self) -> None:
        if self._conversation is not None:
            self._site.unwatch(self._conversation, self)
            self._conversation = None

    def _history(self) -> Json:
        return history(self._site, self._account, 0)

    def _link(self, file_id: str) -> str:
        # A page keeps the link it was given: a new one would make it load the picture again.
        if file_id not in self._signed:
            self._signed[file_id] = self._links.link(file_id, time.time())
        return self._signed[file_id]

    def _say(self, kind: str, subject: str = "", **content: object) -> None:
        self._waiting[f"{kind} {subject}"] = {"kind": kind, **content}
        self._news.set()

    async def _speak(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await self._news.wait()
                self._news.clear()
                waiting, self._waiting = self._waiting, {}
                for message in waiting.values():
                    await self._socket.send_json(message)

    def _do(self, work: Coroutine[None, None, None]) -> None:
        chore = asyncio.create_task(work)
        self._chores.add(chore)
        chore.add_done_callback(self._chores.discard)


def history(site: ReplicaSite, account: SiteAccount, offset: int) -> Json:
    """Tell one stretch of an account's history, and whether there is more."""
    known = site.history(account)
    stretch = known[offset : offset + HISTORY]
    return {
        "entries": [view.entry(each) for each in stretch],
        "more": len(known) > offset + HISTORY,
    }
