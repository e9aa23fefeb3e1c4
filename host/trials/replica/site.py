"""The state of the site: accounts, conversations, turns and files.

Its memory is the ledger and, beside it, the record of what persons do to chats. A site that is
opened again on the same folder shows every conversation as before, and takes up the turns that were
running.
"""

import asyncio
import heapq
import re
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Literal, NoReturn, assert_never

from pressrun.simulator import failures, ledger
from pressrun.simulator.dice import identity
from pressrun.simulator.failures import Language
from trials.replica import acts, hand, limits
from trials.replica import course as plot
from trials.replica.behaviour import Behaviour
from trials.replica.brief import brief_of
from trials.replica.chat import (
    Conversation,
    Limited,
    SendRequest,
    ServedTurn,
    ShownPicture,
    SiteAccount,
    Watcher,
)
from trials.replica.drift import StyleShift
from trials.replica.easel import Easel, Sketch
from trials.replica.files import Files, file_id
from trials.replica.limits import CAPS
from trials.replica.pictures import setting_of, shift_of, shown_by

_SIDES: dict[ledger.Aspect, tuple[int, int]] = {
    "Square 1:1": (1, 1),
    "Portrait 3:4": (3, 4),
    "Story 9:16": (9, 16),
    "Landscape 4:3": (4, 3),
    "Widescreen 16:9": (16, 9),
}

_RATIO = re.compile(r"(?<!\d)(?:1:1|3:4|9:16|4:3|16:9)(?!\d)")

_POLLED = 2  # pictures between which a poll asks


class ReplicaSite:
    """The whole site; every method runs on the event loop's thread."""

    def __init__(self, folder: Path, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.folder = folder
        self.accounts: dict[str, SiteAccount] = {}
        self.files = Files(folder / "uploads")
        self.easel = Easel()
        self._takes: Counter[str] = Counter()
        self._tries: Counter[str] = Counter()
        self._turns: dict[str, ServedTurn] = {}
        self._plays: dict[str, asyncio.Task[None]] = {}
        self._watchers: defaultdict[str, set[Watcher]] = defaultdict(set)
        self._conversations: dict[str, Conversation] = {}
        self._placed: dict[str, acts.Project] = {}
        self._follows: dict[str, str] = {}
        self._projects: dict[str, acts.Project] = {}
        self._ledger = ledger.LedgerWriter(folder / ledger.NAME)
        self._acts = acts.ActsWriter(folder / acts.NAME)
        self._sent = 0
        done: list[acts.Act | ledger.Entry] = [*acts.read(folder / acts.NAME)]
        sent: list[acts.Act | ledger.Entry] = [*ledger.read(folder / ledger.NAME).entries]
        for each in heapq.merge(done, sent, key=lambda each: each.time):
            if isinstance(each, ledger.Entry):
                self._remember(each)
            else:
                self._take_in(each)
        for turn in self._turns.values():
            turn.conversation.addressed = True

    async def open(self) -> None:
        """Take up the turns that were running when the site was closed."""
        for turn in self._turns.values():
            if turn.busy:
                self._play(turn, self._too_long(turn.conversation, turn.behaviour, turn))

    async def close(self) -> None:
        """Stop everything that runs; the ledger has what is needed to go on."""
        plays = list(self._plays.values())
        for play in plays:
            play.cancel()
        await asyncio.gather(*plays, return_exceptions=True)
        self.easel.close()
        self._ledger.close()
        self._acts.close()

    # Accounts and history

    def account(self, name: str) -> SiteAccount:
        """Return an account, known or new."""
        return self.accounts.setdefault(name, SiteAccount(name))

    def history(
        self, account: SiteAccount, project: acts.Project | None = None
    ) -> list[Conversation]:
        """Return an account's conversations, or those of its project, the one last sent to first.

        What is in a project is listed there alone.
        """
        chats = reversed(account.conversations.values())
        return [each for each in chats if not each.gone and each.project == project]

    def conversation(self, account: SiteAccount, name: str) -> Conversation | None:
        """Return a conversation that the account can open."""
        found = account.conversations.get(name)
        return None if found is None or found.gone else found

    def notice(self, account: SiteAccount) -> ledger.SiteLimit | None:
        """Return the limit that a page of this account shows over everything, if there is one."""
        return account.limits.holds(["throttle"], time.time())

    def read(self, account: SiteAccount, behaviour: Behaviour) -> None:
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
        self, account: SiteAccount, switches: Mapping[str, object] | None = None
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
        account: SiteAccount,
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
        return self.files.upload(account.name, data)

    def upload_breaks(self, name: str, behaviour: Behaviour) -> failures.Refusal | None:
        """Tell whether an upload fails while it is made ready; then it is in the ledger."""
        self._tries[name] += 1
        of = (name, self._tries[name])
        if not behaviour.happens(behaviour.upload_failed, "upload_failed", *of):
            return None
        refusal = behaviour.refusal("upload_failed", *of)
        self._record(failures.failure("", "", refusal, time.time()))
        return refusal

    def submit(
        self,
        account: SiteAccount,
        order: SendRequest,
        behaviour: Behaviour | None = None,
        language: Language = "en",
    ) -> ServedTurn:
        """Take a prompt; it is in the ledger when this returns.

        Args:
            account: Whose prompt it is.
            order: What the page sends.
            behaviour: Of the page that sends, where it has one of its own.
            language: Of that page.

        Raises:
            Limited: The account is throttled, and the prompt was not taken.
            LookupError: The conversation, the project or a file is not the account's.
        """
        references = [self.files.sha256(account.name, name) for name in order.files]
        behaviour = behaviour or self.behaviour_for(account)
        conversation = self._ordered(account, order)
        project = account.projects[order.project] if order.project else None
        self._throttle(account, order, behaviour)
        entry = self._submission(account, order, behaviour, references)
        refusal = self._too_long(conversation, behaviour)
        if order.mode == "image" and refusal is None:
            take = self._takes[entry.prompt_sha256] + 1
            refusal = self._cap(account, behaviour, language, entry.prompt_sha256, take)
        if conversation is None and project is not None:
            place = {"conversation": entry.conversation, "project": project.id}
            self._note(acts.Placed(time=entry.time, **place))
        if conversation is not None and self._branches(conversation, order, behaviour):
            self._note(acts.Follows(time=entry.time, turn=entry.turn, after=order.after or ""))
        self._record(entry)
        turn = self._turns[entry.turn]
        turn.behaviour = behaviour
        self._play(turn, refusal)
        return turn

    def _ordered(self, account: SiteAccount, order: SendRequest) -> Conversation | None:
        if order.conversation is None:
            return None
        conversation = self.conversation(account, order.conversation)
        if conversation is None:
            raise LookupError(order.conversation)
        return conversation

    def _submission(
        self, account: SiteAccount, order: SendRequest, behaviour: Behaviour, references: list[str]
    ) -> ledger.Submission:
        digest = ledger.sha256(order.prompt)
        of = (behaviour.seed, digest, self._takes[digest] + 1)
        return ledger.Submission(
            time=time.time(),
            number=self._sent + 1,
            account=account.name,
            conversation=order.conversation or identity("conversation", *of),
            turn=identity("turn", *of),
            prompt=order.prompt,
            prompt_sha256=digest,
            references=references,
            mode=order.mode,
            aspect=order.aspect,
        )

    def stop(self, account: SiteAccount, turn_id: str) -> None:
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

    def choose(self, account: SiteAccount, turn_id: str, ordinal: int) -> None:
        """Take the answer to a poll; 0 skips it."""
        turn = self._turns.get(turn_id)
        if turn is None or turn.conversation.account is not account or not turn.poll:
            return
        if 0 <= ordinal <= len(turn.pictures):
            self._settle(
                turn,
                ledger.Choice(
                    time=time.time(),
                    conversation=turn.conversation.id,
                    turn=turn.id,
                    ordinal=ordinal,
                ),
            )
            self._tell(turn)

    async def furnish(self, account: SiteAccount, turns: int) -> Conversation:
        """Give an account a conversation of so many finished turns, small pictures and all."""
        name = identity("furnished", account.name, len(account.conversations))
        now = time.time()
        entries: list[ledger.Entry] = []
        for number in range(1, turns + 1):
            prompt = f"Panel {number} of an earlier chapter, {name[:8]}"
            digest, turn = ledger.sha256(prompt), identity("turn", name, number)
            sent = ledger.Submission(
                time=now,
                number=self._sent + number,
                account=account.name,
                conversation=name,
                turn=turn,
                prompt=prompt,
                prompt_sha256=digest,
                references=[],
                mode="image",
            )
            sketch = Sketch(prompt, 1, (256, 256), 0)
            data = await self.easel.picture(sketch)
            entries += [sent, _picture(sent, sketch, data, poll=False)]
        self._record(*entries)
        conversation = account.conversations[name]
        conversation.addressed = True
        return conversation

    def again(self, account: SiteAccount, turn_id: str) -> SendRequest:
        """Return the order that asks for a turn once more.

        Raises:
            LookupError: There is no such turn of this account.
        """
        turn = self._turns[turn_id]
        if turn.conversation.account is not account:
            raise LookupError(turn_id)
        sent = turn.submission
        return SendRequest.model_validate(
            {
                "conversation": sent.conversation,
                "prompt": sent.prompt,
                "mode": sent.mode,
                "aspect": sent.aspect,
                "files": turn.files,
            }
        )

    # What persons do on other devices

    def write(self, name: str, words: str, mode: ledger.Mode = "text") -> ServedTurn:
        """Have the author of a chat write into it; pages that show it do not hear of it.

        Raises:
            LookupError: There is no such chat, or it is gone.
        """
        conversation = self._chat(name)
        account = conversation.account
        behaviour = self.behaviour_for(account)
        order = SendRequest(conversation=name, prompt=words, mode=mode)
        entry = self._submission(account, order, behaviour, [])
        self._note(acts.Elsewhere(time=entry.time, entry=entry))
        turn = self._turns[entry.turn]
        turn.behaviour = behaviour
        self._play(turn)
        return turn

    def delete(self, name: str) -> None:
        """Delete a chat, with what runs in it.

        Raises:
            LookupError: There is no such chat, or it is gone.
        """
        self._take_away(name, "deleted")

    def archive(self, name: str) -> None:
        """Archive a chat, with what runs in it.

        Raises:
            LookupError: There is no such chat, or it is gone.
        """
        self._take_away(name, "archived")

    def rename(self, name: str, title: str) -> None:
        """Give a chat another title.

        Raises:
            LookupError: There is no such chat, or it is gone.
        """
        self._note(acts.Renamed(time=time.time(), conversation=self._chat(name).id, title=title))

    def share(self, name: str) -> None:
        """Share a chat.

        Raises:
            LookupError: There is no such chat, or it is gone.
        """
        self._note(acts.Shared(time=time.time(), conversation=self._chat(name).id))

    def move(self, name: str, project: str) -> None:
        """Move a chat to a project of its account.

        Raises:
            LookupError: There is no such chat, it is gone, or the account has no such project.
        """
        chat = self._chat(name)
        place = {"conversation": name, "project": chat.account.projects[project].id}
        self._note(acts.Placed(time=time.time(), **place))

    def found(self, account: SiteAccount, name: str) -> acts.Project:
        """Give an account a project."""
        number = len(account.projects) + 1
        project = acts.Project(
            time=time.time(),
            id=acts.project_id(account.name, number),
            account=account.name,
            name=name,
        )
        self._note(project)
        return project

    def _chat(self, name: str) -> Conversation:
        conversation = self._conversations[name]
        if conversation.gone:
            raise LookupError(name)
        return conversation

    def _take_away(self, name: str, how: Literal["deleted", "archived"]) -> None:
        conversation = self._chat(name)
        for turn in self._running(conversation.account):
            if turn.conversation is conversation:
                self.stop(conversation.account, turn.id)
        self._note(acts.Gone(time=time.time(), conversation=name, how=how))

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

    def _note(self, *done: acts.Act) -> None:
        self._acts.append(*done)
        for act in done:
            self._take_in(act)

    def _settle(self, turn: ServedTurn, *entries: ledger.Entry) -> None:
        """Record what became of a turn, where the turn itself is recorded."""
        if turn.elsewhere:
            self._note(*(acts.Elsewhere(time=each.time, entry=each) for each in entries))
        else:
            self._record(*entries)

    def _take_in(self, act: acts.Act) -> None:
        match act:
            case acts.Project():
                self._projects[act.id] = self.account(act.account).projects[act.id] = act
            case acts.Placed():
                self._placed[act.conversation] = self._projects[act.project]
                if known := self._conversations.get(act.conversation):
                    known.project = self._projects[act.project]
            case acts.Gone():
                self._conversations[act.conversation].gone = True
            case acts.Renamed():
                self._conversations[act.conversation].name = act.title
            case acts.Shared():
                pass  # nothing about the chat changes
            case acts.Follows():
                self._follows[act.turn] = act.after
            case acts.Elsewhere(entry=ledger.Submission() as entry):
                self._remember_submission(entry).elsewhere = True
            case acts.Elsewhere():
                self._remember(act.entry)
            case _:
                assert_never(act)

    def _remember(self, entry: ledger.Entry) -> None:
        match entry:
            case ledger.SiteLimit():
                self.account(entry.account).limits.meet(entry)
            case ledger.Submission():
                self._sent += 1
                self._remember_submission(entry)
            case ledger.SitePicture():
                self._remember_picture(entry)
            case ledger.Choice():
                turn = self._turns[entry.turn]
                turn.poll = False
                turn.pictures = [turn.pictures[max(entry.ordinal, 1) - 1]]
            case ledger.SiteFailure(turn=""):
                pass  # an upload broke; the page has forgotten it
            case ledger.SiteFailure():
                turn = self._turns[entry.turn]
                turn.refusal = failures.again(entry)
                _end(turn)
            case _:
                assert_never(entry)

    def _remember_submission(self, entry: ledger.Submission) -> ServedTurn:
        self._takes[entry.prompt_sha256] += 1
        account = self.account(entry.account)
        if not account.sent:
            account.began = entry.time
        account.sent += 1
        known = account.conversations.pop(entry.conversation, None)
        if known is None:
            account.limits.chats.append(entry.time)
        conversation = known or Conversation(
            entry.conversation, account, project=self._placed.get(entry.conversation)
        )
        self._conversations[entry.conversation] = conversation
        account.conversations[entry.conversation] = conversation  # the last sent to is the last
        turn = ServedTurn(
            id=entry.turn,
            conversation=conversation,
            submission=entry,
            take=self._takes[entry.prompt_sha256],
            files=[self.files.remember(account.name, digest) for digest in entry.references],
            behaviour=self.behaviour_for(account),
            shown=self._shown(entry, conversation),
            before=self._before(entry, conversation),
            sent=hand.Sent(
                account.name,
                entry.prompt,
                tuple(shift_of(self.files.data(each)) for each in entry.references),
                len(conversation.turns),
                account.sent - 1,
                (entry.time - account.began) / 60,
            ),
        )
        if after := self._follows.get(turn.id):
            shown = [each.id for each in conversation.turns]
            del conversation.turns[shown.index(after) + 1 :]
        conversation.turns.append(turn)
        self._turns[turn.id] = turn
        return turn

    def _shown(self, entry: ledger.Submission, chat: Conversation) -> tuple[str, ...]:
        """What the pictures show that a prompt counts: its own, or those its chat has from before.

        One that is added in a chat that goes on, such as the panel before, is not counted anew.
        """
        own = tuple(shown_by(self.files.data(each)) for each in entry.references)
        earlier = chat.turns[-1].shown if chat.turns else ()
        return max(own, earlier, key=len)

    def _before(self, entry: ledger.Submission, chat: Conversation) -> str:
        """The setting of the picture that a prompt goes on from: attached, or else of its chat."""
        if entry.references and brief_of(entry.prompt).goes_on:
            return setting_of(self.files.data(entry.references[-1]))
        last = chat.turns[-1] if chat.turns else None
        return (brief_of(last.submission.prompt).setting or last.before) if last else ""

    def _remember_picture(self, entry: ledger.SitePicture) -> None:
        turn = self._turns[entry.turn]
        sketch = Sketch(
            turn.submission.prompt,
            turn.take,
            (entry.width, entry.height),
            entry.weight,
            entry.ordinal,
            references=turn.shown,
            before=turn.before,
            shift=StyleShift(*entry.shift),
        )
        if entry.ordinal == 1:
            turn.pictures = []  # a half-done one stood there
            turn.text = plot.remark(turn.submission.prompt)
            _end(turn)
        self._show(turn, entry.file_id, sketch)
        turn.poll = entry.poll
        turn.conversation.account.limits.made.append(turn.submission.time)

    @staticmethod
    def _branches(conversation: Conversation, order: SendRequest, behaviour: Behaviour) -> bool:
        """Tell whether a prompt begins a branch: its page shows an older state of the chat."""
        shown = [turn.id for turn in conversation.turns]
        return behaviour.overtaken == "branch" and order.after in shown[:-1]

    # Limits

    @staticmethod
    def _too_long(
        conversation: Conversation | None, behaviour: Behaviour, upto: ServedTurn | None = None
    ) -> failures.Refusal | None:
        """Tell whether one prompt more is one too many for a chat, or whether its turn was."""
        if conversation is None or behaviour.longest_chat is None:
            return None
        shown = conversation.turns
        before = shown.index(upto) if upto in shown else len(shown)
        if before < behaviour.longest_chat:
            return None
        return behaviour.refusal("too_long", conversation.id, before)

    def _throttle(self, account: SiteAccount, order: SendRequest, behaviour: Behaviour) -> None:
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
        self, account: SiteAccount, refusal: failures.Refusal, until: float, now: float
    ) -> NoReturn:
        """Refuse a send or an upload for a limit.

        Raises:
            Limited: Always.
        """
        limit = self._met(account, refusal, until, now)
        raise Limited(limit)

    def _met(
        self, account: SiteAccount, refusal: failures.Refusal, until: float, now: float
    ) -> ledger.SiteLimit:
        limit = failures.limit(account.name, refusal, until, now)
        self._record(limit)
        return limit

    def _cap(
        self, account: SiteAccount, behaviour: Behaviour, language: Language, *of: object
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

    def _running(self, account: SiteAccount) -> list[ServedTurn]:
        turns = [self._turns[turn_id] for turn_id in self._plays]
        return [turn for turn in turns if turn.busy and turn.conversation.account is account]

    def _play(self, turn: ServedTurn, refusal: failures.Refusal | None = None) -> None:
        sent = turn.submission
        steps = plot.course(turn.behaviour, sent.prompt, turn.take, sent.mode, refusal)
        play = asyncio.create_task(self._take_steps(turn, steps))
        self._plays[turn.id] = play
        play.add_done_callback(lambda _: self._plays.pop(turn.id, None))

    async def _take_steps(self, turn: ServedTurn, steps: list[plot.CourseStep]) -> None:
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
                    for sketch in _sketches(turn, partial=True):
                        self._show(turn, file_id("partial", turn.id, sketch.ordinal), sketch)
                case plot.Finished():
                    await self._finish(turn)
                case plot.Failed(refusal=refusal):
                    self._fail(turn, refusal)
                case plot.StopGone():
                    turn.stop = False
            self._tell(turn)

    async def _finish(self, turn: ServedTurn) -> None:
        if turn.submission.mode == "image":
            sketches = _sketches(turn)
            made = await asyncio.gather(*map(self.easel.picture, sketches))
            poll = _polls(turn)
            self._settle(
                turn,
                *(
                    _picture(turn.submission, sketch, data, poll=poll)
                    for sketch, data in zip(sketches, made, strict=True)
                ),
            )
        else:
            _end(turn)
        turn.stop = True  # until its own step takes it away

    def _fail(self, turn: ServedTurn, refusal: failures.Refusal) -> None:
        self._settle(turn, failures.failure(turn.conversation.id, turn.id, refusal, time.time()))

    def _show(self, turn: ServedTurn, name: str, sketch: Sketch) -> None:
        self.files.show(turn.submission.account, name, sketch)
        turn.pictures.append(ShownPicture(name, sketch))

    def _address(self, conversation: Conversation) -> None:
        if conversation.addressed:
            return
        conversation.addressed = True
        for watcher in self._watchers.get(conversation.id, ()):
            watcher.addressed(conversation)

    def _tell(self, turn: ServedTurn) -> None:
        for watcher in self._watchers.get(turn.conversation.id, ()):
            watcher.turned(turn)


def _end(turn: ServedTurn) -> None:
    turn.busy = turn.streaming = turn.drawing = turn.stop = False
    if turn.refusal is not None:
        turn.pictures = []


def _picture(
    sent: ledger.Submission, sketch: Sketch, data: bytes, *, poll: bool
) -> ledger.SitePicture:
    name = file_id("picture", sent.turn, sketch.ordinal)
    made = ledger.picture_of(sent, name, data, time.time(), take=sketch.take, size=sketch.size)
    which = {"ordinal": sketch.ordinal, "poll": poll, "weight": sketch.weight}
    style = {"shift": astuple(sketch.shift), "in_style": sketch.shift.in_style}
    return made.model_copy(update=which | style)


def _polls(turn: ServedTurn) -> bool:
    of = (turn.submission.prompt_sha256, turn.take)
    return turn.behaviour.happens(turn.behaviour.poll, "poll", *of)


def _sketches(turn: ServedTurn, *, partial: bool = False) -> list[Sketch]:
    """The pictures of a turn."""
    behaviour = turn.behaviour
    width, height = behaviour.picture_size
    sides = _sides(turn)
    if sides is not None:
        height = width * sides[1] // sides[0]
    return [
        Sketch(
            turn.submission.prompt,
            turn.take,
            (width, height),
            behaviour.partial_weight if partial else behaviour.picture_weight,
            ordinal,
            partial,
            turn.shown,
            turn.before,
            hand.shift(behaviour, turn.sent, turn.submission.prompt_sha256, turn.take, ordinal),
        )
        for ordinal in range(1, (_POLLED if _polls(turn) else behaviour.pictures) + 1)
    ]


def _sides(turn: ServedTurn) -> tuple[int, int] | None:
    """The ratio of a turn's pictures: chosen in the menu, or else asked for in the last line."""
    sent, behaviour = turn.submission, turn.behaviour
    asked = _SIDES.get(sent.aspect)
    if asked is None and (written := _RATIO.search(sent.prompt.rstrip().rpartition("\n")[2])):
        width, _, height = written.group().partition(":")
        asked = int(width), int(height)
    of = (sent.prompt_sha256, turn.take)
    if asked is None or not behaviour.happens(behaviour.wrong_format, "wrong_format", *of):
        return asked
    others = [sides for sides in _SIDES.values() if sides != asked]
    return behaviour.dice("format", *of).choice(others)
