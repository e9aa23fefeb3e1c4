"""The state of the site: accounts, conversations, turns and files.

Its memory is the ledger. A site that is opened again on the same folder shows every conversation
as before, and takes up the turns that were running.
"""

import asyncio
import contextlib
import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Protocol, assert_never

from pydantic import BaseModel, ConfigDict, Field

from pressrun.replica import course as plot
from pressrun.replica import failures, ledger
from pressrun.replica.behaviour import Behaviour
from pressrun.replica.dice import identity
from pressrun.replica.easel import Easel, Recipe

_SIDES: dict[ledger.Aspect, tuple[int, int]] = {
    "Square 1:1": (1, 1),
    "Portrait 3:4": (3, 4),
    "Story 9:16": (9, 16),
    "Landscape 4:3": (4, 3),
    "Widescreen 16:9": (16, 9),
}

_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}

ACCOUNT = re.compile(r"[A-Za-z0-9][\w.@-]{0,63}", re.ASCII)
"""What an account may be called."""


class Order(BaseModel):
    """What the page sends when Send is clicked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    conversation: str | None = None
    prompt: Annotated[str, Field(min_length=1, max_length=200_000)]
    mode: ledger.Mode
    aspect: ledger.Aspect = "Auto"
    files: Annotated[list[str], Field(max_length=20)] = []


@dataclass(frozen=True)
class Upload:
    """A file that the author gave."""

    path: Path
    sha256: str
    type: str


@dataclass(frozen=True)
class File:
    """Something that has a link: an upload, or a picture that is drawn when it is asked for."""

    account: str
    content: Upload | Recipe


@dataclass(frozen=True)
class Shown:
    """A picture in a turn."""

    file_id: str
    size: tuple[int, int]
    partial: bool


@dataclass
class Turn:
    """A prompt and its answer, as far as it has come."""

    id: str
    conversation: "Conversation"
    submission: ledger.Submission
    take: int
    files: list[str]
    text: str = ""
    busy: bool = True
    stop: bool = True
    streaming: bool = True
    drawing: bool = False
    picture: Shown | None = None
    refusal: failures.Refusal | None = None


@dataclass
class Conversation:
    """A chat; it is in its account's history from the first send on."""

    id: str
    account: "Account"
    turns: list[Turn] = field(default_factory=list)
    addressed: bool = False

    @property
    def title(self) -> str:
        """The first prompt's first words."""
        return plot.title(self.turns[0].submission.prompt, letters=30)


@dataclass
class Account:
    """One signed-in identity."""

    name: str
    conversations: dict[str, Conversation] = field(default_factory=dict)
    """By id, the one last sent to at the end."""
    pages: int = 0
    throttled: ledger.Limit | None = None


class Watcher(Protocol):
    """Someone who follows a conversation, such as an open tab."""

    def turned(self, turn: Turn) -> None:
        """Hear that a turn of the conversation has changed."""

    def addressed(self, conversation: Conversation) -> None:
        """Hear that the conversation's URL is given out."""


class Limited(Exception):  # noqa: N818 - a limit is the site's answer, not an error
    """A send that was not taken, because its account is at a limit."""

    def __init__(self, limit: ledger.Limit) -> None:
        super().__init__(limit.text)
        self.limit = limit


class Site:
    """The whole site; every method runs on the event loop's thread."""

    def __init__(self, folder: Path, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.folder = folder
        self.accounts: dict[str, Account] = {}
        self.files: dict[str, File] = {}
        self.easel = Easel()
        self._uploads = folder / "uploads"
        self._uploads.mkdir(parents=True, exist_ok=True)
        self._takes: Counter[str] = Counter()
        self._tries: Counter[str] = Counter()
        self._made: defaultdict[str, list[float]] = defaultdict(list)
        self._turns: dict[str, Turn] = {}
        self._plays: dict[str, asyncio.Task[None]] = {}
        self._watchers: defaultdict[str, set[Watcher]] = defaultdict(set)
        self._ledger = ledger.LedgerWriter(folder / ledger.NAME)
        for entry in ledger.read(folder / ledger.NAME).entries:
            self._remember(entry)
        for turn in self._turns.values():
            turn.conversation.addressed = True

    async def open(self) -> None:
        """Take up the turns that were running when the site was closed."""
        for turn in self._turns.values():
            if turn.busy:
                self._play(turn)

    async def close(self) -> None:
        """Stop everything that runs; the ledger has what is needed to go on."""
        plays = list(self._plays.values())
        for play in plays:
            play.cancel()
        await asyncio.gather(*plays, return_exceptions=True)
        self.easel.close()
        self._ledger.close()

    # Accounts and history

    def account(self, name: str) -> Account:
        """Return an account, known or new."""
        return self.accounts.setdefault(name, Account(name))

    def history(self, account: Account) -> list[Conversation]:
        """Return an account's conversations, the one last sent to first."""
        return list(reversed(account.conversations.values()))

    def notice(self, account: Account) -> ledger.Limit | None:
        """Return the limit that a page of this account shows over everything, if there is one."""
        limit = account.throttled
        return limit if limit is not None and limit.until > time.time() else None

    # What authors do

    def upload(self, account: Account, data: bytes) -> str:
        """Keep a file and return its id; the same file of one account has one id."""
        digest = ledger.sha256(data)
        path = self._uploads / digest
        if not path.exists():
            unfinished = path.with_suffix(".new")
            unfinished.write_bytes(data)
            unfinished.replace(path)
        return self._offer(account, digest)

    def submit(self, account: Account, order: Order) -> Turn:
        """Take a prompt; it is in the ledger when this returns.

        Raises:
            Limited: The account is throttled, and the prompt was not taken.
            LookupError: The conversation or a file is not the account's.
        """
        for file_id in order.files:
            if self.files[file_id].account != account.name:
                raise LookupError(file_id)
        if order.conversation is not None and order.conversation not in account.conversations:
            raise LookupError(order.conversation)
        self._throttle(account, order)
        digest = ledger.sha256(order.prompt)
        of = (self.behaviour.seed, digest, self._takes[digest] + 1)
        entry = ledger.Submission(
            time=time.time(),
            number=self._takes.total() + 1,
            account=account.name,
            conversation=order.conversation or identity("conversation", *of),
            turn=identity("turn", *of),
            prompt=order.prompt,
            prompt_sha256=digest,
            references=[self._digest(file_id) for file_id in order.files],
            mode=order.mode,
            aspect=order.aspect,
        )
        refusal = self._cap(account) if order.mode == "image" else None
        self._record(entry)
        turn = self._turns[entry.turn]
        self._play(turn, refusal)
        return turn

    def stop(self, account: Account, turn_id: str) -> None:
        """End a turn at its author's wish."""
        turn = self._turns.get(turn_id)
        if turn is None or turn.conversation.account is not account:
            return
        if turn.busy:
            if play := self._plays.get(turn.id):
                play.cancel()
            self._fail(turn, failures.STOPPED)
            self._address(turn.conversation)
        turn.stop = False
        self._tell(turn)

    def again(self, account: Account, turn_id: str) -> Order:
        """Return the order that asks for a turn once more.

        Raises:
            LookupError: There is no such turn of this account.
        """
        turn = self._turns[turn_id]
        if turn.conversation.account is not account:
            raise LookupError(turn_id)
        sent = turn.submission
        return Order.model_validate(
            {
                "conversation": sent.conversation,
                "prompt": sent.prompt,
                "mode": sent.mode,
                "aspect": sent.aspect,
                "files": turn.files,
            }
        )

    # Who looks on

    def watch(self, conversation: Conversation, watcher: Watcher) -> None:
        """Let someone hear of every change of a conversation from now on."""
        self._watchers[conversation.id].add(watcher)

    def unwatch(self, conversation: Conversation, watcher: Watcher) -> None:
        """Let them hear no more."""
        self._watchers[conversation.id].discard(watcher)
        if not self._watchers[conversation.id]:
            del self._watchers[conversation.id]

    # Memory: what is recorded is remembered, now and after a restart alike

    def _record(self, entry: ledger.Entry) -> None:
        self._ledger.append(entry)
        self._remember(entry)

    def _remember(self, entry: ledger.Entry) -> None:
        match entry:
            case ledger.Limit():
                if entry.kind == "throttle":
                    self.account(entry.account).throttled = entry
            case ledger.Submission():
                self._remember_submission(entry)
            case ledger.Picture():
                self._remember_picture(entry)
            case ledger.Failure():
                turn = self._turns[entry.turn]
                turn.refusal = failures.again(entry.kind, entry.text)
                _end(turn)
            case _:
                assert_never(entry)

    def _remember_submission(self, entry: ledger.Submission) -> None:
        self._takes[entry.prompt_sha256] += 1
        account = self.account(entry.account)
        known = account.conversations.pop(entry.conversation, None)
        conversation = known or Conversation(entry.conversation, account)
        account.conversations[entry.conversation] = conversation  # the last sent to is the last
        turn = Turn(
            id=entry.turn,
            conversation=conversation,
            submission=entry,
            take=self._takes[entry.prompt_sha256],
            files=[self._offer(account, digest) for digest in entry.references],
        )
        conversation.turns.append(turn)
        self._turns[turn.id] = turn

    def _remember_picture(self, entry: ledger.Picture) -> None:
        turn = self._turns[entry.turn]
        recipe = Recipe(
            turn.submission.prompt, turn.take, (entry.width, entry.height), entry.weight
        )
        self._show(turn, entry.file_id, recipe)
        self._made[turn.submission.account].append(turn.submission.time)
        turn.text = plot.remark(turn.submission.prompt)
        _end(turn)

    def _offer(self, account: Account, digest: str) -> str:
        path = self._uploads / digest
        kind = "text/plain"
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            head = file.read(8)
            kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), kind)
        file_id = _file_id("upload", account.name, digest)
        self.files[file_id] = File(account.name, Upload(path, digest, kind))
        return file_id

    def _digest(self, file_id: str) -> str:
        content = self.files[file_id].content
        if isinstance(content, Upload):
            return content.sha256
        raise LookupError(file_id)

    # Limits

    def _throttle(self, account: Account, order: Order) -> None:
        now = time.time()
        limit = self.notice(account)
        until = limit.until if limit else now
        if limit is None:
            # Not the take alone: a send that was throttled would be throttled for ever.
            digest = ledger.sha256(order.prompt)
            self._tries[digest] += 1
            of = (digest, self._tries[digest])
            running = len({turn.conversation.id for turn in self._running(account)})
            crowd = self.behaviour.throttle_at
            if (crowd is None or running < crowd) and not self.behaviour.happens(
                self.behaviour.throttle, "throttle", *of
            ):
                return
            until = now + self.behaviour.seconds(
                self.behaviour.throttle_seconds, "throttle_seconds", *of
            )
        limit = ledger.Limit(
            time=now,
            account=account.name,
            kind=failures.THROTTLE.kind,
            text=failures.THROTTLE.text,
            until=until,
        )
        self._record(limit)
        raise Limited(limit)

    def _cap(self, account: Account) -> failures.Refusal | None:
        cap, window = self.behaviour.plan_cap, self.behaviour.plan_window_seconds
        if cap is None:
            return None
        now = time.time()
        counted = [sent for sent in self._made[account.name] if sent > now - window]
        counted += [
            turn.submission.time
            for turn in self._running(account)
            if turn.submission.mode == "image"
        ]
        if len(counted) < cap:
            return None
        until = min(counted, default=now) + window
        refusal = failures.plan_cap(until - now)
        self._record(
            ledger.Limit(
                time=now, account=account.name, kind=refusal.kind, text=refusal.text, until=until
            )
        )
        return refusal

    # Turns as they go

    def _running(self, account: Account) -> list[Turn]:
        turns = [self._turns[turn_id] for turn_id in self._plays]
        return [turn for turn in turns if turn.busy and turn.conversation.account is account]

    def _play(self, turn: Turn, refusal: failures.Refusal | None = None) -> None:
        sent = turn.submission
        steps = plot.course(self.behaviour, sent.prompt, turn.take, sent.mode, refusal)
        play = asyncio.create_task(self._take_steps(turn, steps))
        self._plays[turn.id] = play
        play.add_done_callback(lambda _: self._plays.pop(turn.id, None))

    async def _take_steps(self, turn: Turn, steps: list[plot.Step]) -> None:
        behaviour = self.behaviour
        for step in steps:
            await asyncio.sleep(turn.submission.time + step.at - time.time())
            match step:
                case plot.Addressed():
                    self._address(turn.conversation)
                case plot.Said(text=text):
                    turn.text = text
                case plot.Drawing(stop=stop):
                    turn.streaming, turn.drawing, turn.stop = False, True, stop
                case plot.PartialShown():
                    recipe = _recipe(turn, behaviour, partial=True)
                    self._show(turn, _file_id("partial", turn.id), recipe)
                case plot.Finished():
                    await self._finish(turn, _recipe(turn, behaviour))
                case plot.Failed(refusal=refusal):
                    self._fail(turn, refusal)
                case plot.StopGone():
                    turn.stop = False
            self._tell(turn)

    async def _finish(self, turn: Turn, recipe: Recipe) -> None:
        if turn.submission.mode == "image":
            data = await self.easel.picture(recipe)
            self._record(
                ledger.Picture(
                    time=time.time(),
                    conversation=turn.conversation.id,
                    turn=turn.id,
                    file_id=_file_id("picture", turn.id),
                    sha256=ledger.sha256(data),
                    bytes=len(data),
                    prompt_sha256=turn.submission.prompt_sha256,
                    take=turn.take,
                    width=recipe.size[0],
                    height=recipe.size[1],
                    weight=recipe.weight,
                )
            )
        else:
            _end(turn)
        turn.stop = True  # until its own step takes it away

    def _fail(self, turn: Turn, refusal: failures.Refusal) -> None:
        self._record(
            ledger.Failure(
                time=time.time(),
                conversation=turn.conversation.id,
                turn=turn.id,
                kind=refusal.kind,
                text=refusal.text,
            )
        )

    def _show(self, turn: Turn, file_id: str, recipe: Recipe) -> None:
        self.files[file_id] = File(turn.submission.account, recipe)
        turn.picture = Shown(file_id, recipe.size, recipe.partial)

    def _address(self, conversation: Conversation) -> None:
        if conversation.addressed:
            return
        conversation.addressed = True
        for watcher in self._watchers.get(conversation.id, ()):
            watcher.addressed(conversation)

    def _tell(self, turn: Turn) -> None:
        for watcher in self._watchers.get(turn.conversation.id, ()):
            watcher.turned(turn)


def _end(turn: Turn) -> None:
    turn.busy = turn.streaming = turn.drawing = turn.stop = False
    if turn.refusal is not None:
        turn.picture = None


def _file_id(*of: object) -> str:
    return "file_" + identity(*of).replace("-", "")


def _recipe(turn: Turn, behaviour: Behaviour, *, partial: bool = False) -> Recipe:
    width, height = behaviour.picture_size
    sides = _SIDES.get(turn.submission.aspect)
    if sides is not None:
        height = width * sides[1] // sides[0]
    return Recipe(
        turn.submission.prompt, turn.take, (width, height), behaviour.picture_weight, partial
    )
