"""The state of the site: accounts, conversations, turns and files.

Its memory is the ledger. A site that is opened again on the same folder shows every conversation
as before, and takes up the turns that were running.
"""

import asyncio
import contextlib
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn, assert_never

from pressrun.simulator import failures, ledger
from pressrun.simulator.dice import identity
from pressrun.simulator.failures import Language
from trials.replica import course as plot
from trials.replica import limits
from trials.replica.behaviour import Behaviour
from trials.replica.chat import (
    Account,
    Conversation,
    File,
    Limited,
    Order,
    Shown,
    Turn,
    Upload,
    Watcher,
)
from trials.replica.easel import Easel, Recipe
from trials.replica.limits import CAPS

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

_POLLED = 2  # pictures between which a poll asks


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
        return account.limits.holds(["throttle"], time.time())

    def read(self, account: Account, behaviour: Behaviour) -> None:
        """Count a chat that is opened to be read; one too many throttles the account."""
        now = time.time()
        if behaviour.throttle_after is None:
            return
        account.limits.chats.append(now)
        if account.limits.crowds(behaviour, now) and self.notice(account) is None:
            of = (account.name, len(account.limits.chats))
            wait = behaviour.seconds(behaviour.throttle_seconds, "throttle_seconds", *of)
            self._met(account, failures.THROTTLE, now + wait, now)

    def behaviour_for(
        self, account: Account, switches: Mapping[str, object] | None = None
    ) -> Behaviour:
        """Return how the site behaves towards an account.

        Args:
            account: Its own switches win over the site's behaviour.
            switches: Those of one page, which win over both.

        Raises:
            ValueError: There is no such switch, or no such setting of one.
        """
        told = account.switches | dict(switches or {})
        return self.behaviour.but(told) if told else self.behaviour

    # What authors do

    def upload(
        self,
        account: Account,
        data: bytes,
        behaviour: Behaviour | None = None,
        language: Language = "en",
    ) -> str:
        """Keep a file and return its id; the same file of one account has one id.

        Raises:
            Limited: The account has uploaded all that it may.
        """
        behaviour = behaviour or self.behaviour_for(account)
        if behaviour.upload_cap is not None and account.limits.uploads >= behaviour.upload_cap:
            now = time.time()
            of = (account.name, account.limits.uploads)
            until = now + behaviour.seconds(behaviour.capped_seconds, "upload_cap", *of)
            words = behaviour.refusal("upload_cap")
            self._limit(account, failures.until(words, until, now, language), until, now)
        account.limits.uploads += 1
        digest = ledger.sha256(data)
        path = self._uploads / digest
        if not path.exists():
            unfinished = path.with_suffix(".new")
            unfinished.write_bytes(data)
            unfinished.replace(path)
        return self._offer(account, digest)

    def has(self, account: Account, data: bytes) -> bool:
        """Tell whether an account has uploaded this very file before."""
        return _file_id("upload", account.name, ledger.sha256(data)) in self.files

    def upload_breaks(self, file_id: str, behaviour: Behaviour) -> failures.Refusal | None:
        """Tell whether an upload fails while it is made ready; then it is in the ledger."""
        self._tries[file_id] += 1
        of = (file_id, self._tries[file_id])
        if not behaviour.happens(behaviour.upload_failed, "upload_failed", *of):
            return None
        refusal = behaviour.refusal("upload_failed", *of)
        self._record(failures.failure("", "", refusal, time.time()))
        return refusal

    def submit(
        self,
        account: Account,
        order: Order,
        behaviour: Behaviour | None = None,
        language: Language = "en",
    ) -> Turn:
        """Take a prompt; it is in the ledger when this returns.

        Args:
            account: Whose prompt it is.
            order: What the page sends.
            behaviour: Of the page that sends, where it has one of its own.
            language: Of that page.

        Raises:
            Limited: The account is throttled, and the prompt was not taken.
            LookupError: The conversation or a file is not the account's.
        """
        for file_id in order.files:
            if self.files[file_id].account != account.name:
                raise LookupError(file_id)
        if order.conversation is not None and order.conversation not in account.conversations:
            raise LookupError(order.conversation)
        behaviour = behaviour or self.behaviour_for(account)
        self._throttle(account, order, behaviour)
        digest = ledger.sha256(order.prompt)
        of = (behaviour.seed, digest, self._takes[digest] + 1)
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
        refusal = None
        if order.mode == "image":
            refusal = self._cap(account, behaviour, language, digest, of[-1])
        self._record(entry)
        turn = self._turns[entry.turn]
        turn.behaviour = behaviour
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

    def choose(self, account: Account, turn_id: str, ordinal: int) -> None:
        """Take the answer to a poll; 0 skips it."""
        turn = self._turns.get(turn_id)
        if turn is None or turn.conversation.account is not account or not turn.poll:
            return
        if 0 <= ordinal <= len(turn.pictures):
            self._record(
                ledger.Choice(
                    time=time.time(),
                    conversation=turn.conversation.id,
                    turn=turn.id,
                    ordinal=ordinal,
                )
            )
            self._tell(turn)

    async def furnish(self, account: Account, turns: int) -> Conversation:
        """Give an account a conversation of so many finished turns, small pictures and all."""
        name = identity("furnished", account.name, len(account.conversations))
        now = time.time()
        entries: list[ledger.Entry] = []
        for number in range(1, turns + 1):
            prompt = f"Panel {number} of an earlier chapter, {name[:8]}"
            digest, turn = ledger.sha256(prompt), identity("turn", name, number)
            sent = ledger.Submission(
                time=now,
                number=self._takes.total() + number,
                account=account.name,
                conversation=name,
                turn=turn,
                prompt=prompt,
                prompt_sha256=digest,
                references=[],
                mode="image",
            )
            recipe = Recipe(prompt, 1, (256, 256), 0)
            data = await self.easel.picture(recipe)
            entries += [sent, _picture(sent, recipe, data, poll=False)]
        self._record(*entries)
        conversation = account.conversations[name]
        conversation.addressed = True
        return conversation

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

    def _record(self, *entries: ledger.Entry) -> None:
        self._ledger.append(*entries)
        for entry in entries:
            self._remember(entry)

    def _remember(self, entry: ledger.Entry) -> None:
        match entry:
            case ledger.Limit():
                self.account(entry.account).limits.meet(entry)
            case ledger.Submission():
                self._remember_submission(entry)
            case ledger.Picture():
                self._remember_picture(entry)
            case ledger.Choice():
                turn = self._turns[entry.turn]
                turn.poll = False
                turn.pictures = [turn.pictures[max(entry.ordinal, 1) - 1]]
            case ledger.Failure(turn=""):
                pass  # an upload broke; the page has forgotten it
            case ledger.Failure():
                turn = self._turns[entry.turn]
                turn.refusal = failures.again(entry)
                _end(turn)
            case _:
                assert_never(entry)

    def _remember_submission(self, entry: ledger.Submission) -> None:
        self._takes[entry.prompt_sha256] += 1
        account = self.account(entry.account)
        account.sent += 1
        known = account.conversations.pop(entry.conversation, None)
        if known is None:
            account.limits.chats.append(entry.time)
        conversation = known or Conversation(entry.conversation, account)
        account.conversations[entry.conversation] = conversation  # the last sent to is the last
        turn = Turn(
            id=entry.turn,
            conversation=conversation,
            submission=entry,
            take=self._takes[entry.prompt_sha256],
            files=[self._offer(account, digest) for digest in entry.references],
            behaviour=self.behaviour_for(account),
        )
        conversation.turns.append(turn)
        self._turns[turn.id] = turn

    def _remember_picture(self, entry: ledger.Picture) -> None:
        turn = self._turns[entry.turn]
        recipe = Recipe(
            turn.submission.prompt,
            turn.take,
            (entry.width, entry.height),
            entry.weight,
            entry.ordinal,
        )
        if entry.ordinal == 1:
            turn.pictures = []  # a half-done one stood there
            turn.text = plot.remark(turn.submission.prompt)
            _end(turn)
        self._show(turn, entry.file_id, recipe)
        turn.poll = entry.poll
        turn.conversation.account.limits.made.append(turn.submission.time)

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

    def _throttle(self, account: Account, order: Order, behaviour: Behaviour) -> None:
        now = time.time()
        limit = self.notice(account)
        until = limit.until if limit else now
        if limit is None:
            # Not the take alone: a send that was throttled would be throttled for ever.
            digest = ledger.sha256(order.prompt)
            self._tries[digest] += 1
            of = (digest, self._tries[digest])
            running = len({turn.conversation.id for turn in self._running(account)})
            crowd = behaviour.throttle_at
            crowded = (crowd is not None and running >= crowd) or (
                order.conversation is None and account.limits.crowds(behaviour, now)
            )
            if not crowded and not behaviour.happens(behaviour.throttle, "throttle", *of):
                return
            until = now + behaviour.seconds(behaviour.throttle_seconds, "throttle_seconds", *of)
        self._limit(account, failures.THROTTLE, until, now)

    def _limit(
        self, account: Account, refusal: failures.Refusal, until: float, now: float
    ) -> NoReturn:
        """Refuse a send or an upload for a limit.

        Raises:
            Limited: Always.
        """
        limit = self._met(account, refusal, until, now)
        raise Limited(limit)

    def _met(
        self, account: Account, refusal: failures.Refusal, until: float, now: float
    ) -> ledger.Limit:
        limit = failures.limit(account.name, refusal, until, now)
        self._record(limit)
        return limit

    def _cap(
        self, account: Account, behaviour: Behaviour, language: Language, *of: object
    ) -> failures.Refusal | None:
        """Tell of the cap that an image send meets; the send itself is taken."""
        now = time.time()
        if held := account.limits.holds(CAPS, now):
            kind, until = next(kind for kind in CAPS if kind == held.kind), held.until
        elif drawn := limits.by_chance(behaviour, *of):
            kind = drawn
            until = now + behaviour.seconds(behaviour.capped_seconds, "capped_seconds", *of)
        else:
            running = [
                turn.submission.time
                for turn in self._running(account)
                if turn.submission.mode == "image"
            ]
            free = account.limits.used_up(behaviour, running, now)
            if free is None:
                return None
            kind, until = "free_cap" if behaviour.plan == "free" else "plan_cap", free
        refusal = failures.until(behaviour.refusal(kind, *of), until, now, language)
        self._met(account, refusal, until, now)
        return refusal

    # Turns as they go

    def _running(self, account: Account) -> list[Turn]:
        turns = [self._turns[turn_id] for turn_id in self._plays]
        return [turn for turn in turns if turn.busy and turn.conversation.account is account]

    def _play(self, turn: Turn, refusal: failures.Refusal | None = None) -> None:
        sent = turn.submission
        steps = plot.course(turn.behaviour, sent.prompt, turn.take, sent.mode, refusal)
        play = asyncio.create_task(self._take_steps(turn, steps))
        self._plays[turn.id] = play
        play.add_done_callback(lambda _: self._plays.pop(turn.id, None))

    async def _take_steps(self, turn: Turn, steps: list[plot.Step]) -> None:
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
                    for recipe in _recipes(turn, partial=True):
                        self._show(turn, _file_id("partial", turn.id, recipe.ordinal), recipe)
                case plot.Finished():
                    await self._finish(turn)
                case plot.Failed(refusal=refusal):
                    self._fail(turn, refusal)
                case plot.StopGone():
                    turn.stop = False
            self._tell(turn)

    async def _finish(self, turn: Turn) -> None:
        if turn.submission.mode == "image":
            recipes = _recipes(turn)
            made = await asyncio.gather(*map(self.easel.picture, recipes))
            poll = _polls(turn)
            self._record(
                *(
                    _picture(turn.submission, recipe, data, poll=poll)
                    for recipe, data in zip(recipes, made, strict=True)
                )
            )
        else:
            _end(turn)
        turn.stop = True  # until its own step takes it away

    def _fail(self, turn: Turn, refusal: failures.Refusal) -> None:
        self._record(failures.failure(turn.conversation.id, turn.id, refusal, time.time()))

    def _show(self, turn: Turn, file_id: str, recipe: Recipe) -> None:
        self.files[file_id] = File(turn.submission.account, recipe)
        turn.pictures.append(Shown(file_id, recipe))

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
        turn.pictures = []


def _file_id(*of: object) -> str:
    return "file_" + identity(*of).replace("-", "")


def _picture(sent: ledger.Submission, recipe: Recipe, data: bytes, *, poll: bool) -> ledger.Picture:
    file_id = _file_id("picture", sent.turn, recipe.ordinal)
    made = ledger.picture_of(sent, file_id, data, time.time(), take=recipe.take, size=recipe.size)
    which = {"ordinal": recipe.ordinal, "poll": poll, "weight": recipe.weight}
    return made.model_copy(update=which)


def _polls(turn: Turn) -> bool:
    of = (turn.submission.prompt_sha256, turn.take)
    return turn.behaviour.happens(turn.behaviour.poll, "poll", *of)


def _recipes(turn: Turn, *, partial: bool = False) -> list[Recipe]:
    """The pictures of a turn."""
    behaviour = turn.behaviour
    width, height = behaviour.picture_size
    sides = _SIDES.get(turn.submission.aspect)
    if sides is not None:
        height = width * sides[1] // sides[0]
    return [
        Recipe(
            turn.submission.prompt,
            turn.take,
            (width, height),
            behaviour.partial_weight if partial else behaviour.picture_weight,
            ordinal,
            partial,
        )
        for ordinal in range(1, (_POLLED if _polls(turn) else behaviour.pictures) + 1)
    ]
