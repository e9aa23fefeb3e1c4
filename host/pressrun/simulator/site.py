"""The simulated site: what it was sent, what it makes and when, and its ledger.

What a conversation shows is a plain function of time. Nothing here waits: a turn's course is worked
out whole at its submission, as if the site were a clockwork that nobody can stop.
"""

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pressrun.picture.recipe import words
from pressrun.protocol.messages.page import SeenPicture
from pressrun.simulator import failures, ledger
from pressrun.simulator.chat import Chat, Course, Remark, Turn, seen_picture
from pressrun.simulator.dice import dice, identity
from pressrun.simulator.faults import InjectedFault
from pressrun.simulator.ledger import Entry, Submission, picture_of
from pressrun.simulator.limits import Limits, free_at
from pressrun.simulator.pages import Pages
from pressrun.simulator.pictures import Commission, Dots, Drawing, Painter, dots

LISTED_SECONDS = 60.0
"""A conversation is in the history after this long at the latest."""
SPAN_SECONDS = 600.0
"""In about every second such span the author begins a chat."""
GOES_ON_SECONDS = 120.0
"""In about every second such span the author writes in a chat that we made."""
SIDEBAR = 28
"""The conversations that a history shows."""
CROWD_SECONDS = 240.0
"""How long an account takes nothing that had too many chats at work."""
FOREIGN_HOURS = (0.5, 5.0)
"""How long a limit lasts that is told in words that nobody here knows."""
FOREIGN = (
    failures.Refusal("plan_cap", "turn", "Þú hefur fengið þær myndir sem þú getur fengið í bili."),
    failures.Refusal("plan_cap", "toast", "Ní féidir pictiúir eile a dhéanamh faoi láthair."),
    failures.Refusal("plan_cap", "dialog", "Ezin da irudi gehiagorik sortu oraingoz."),
)


AUTHORS = "And how did they draw such nights a hundred years ago?"
"""What the author asks in a chat that we made."""

REMARKS = (
    (AUTHORS, "With a wide brush, and from memory.", False),
    ("Draw me her coat by itself, seen from behind.", "Here you are.", True),
    ("Her coat is green, everything else as it is.", "Here she is in green.", True),
)
"""What the author writes in chats that are gone on in, what the site answers, and whether with a
picture."""

_FAILURES = {
    InjectedFault.REFUSED: failures.REFUSED,
    InjectedFault.TOOL_ERROR: failures.TOOL_ERROR,
    InjectedFault.THREAD_ERROR: failures.THREAD_ERROR,
    InjectedFault.WORDS_ONLY: failures.WORDS_ONLY,
}
"""What the site answers in place of a picture."""

BRANCHES = 0.5
"""How often a prompt follows what its page shows, where the author has written more since; or else
it stands below that."""


class UntakenError(Exception):
    """The site did not take a prompt, and says why."""


class ThrottledError(UntakenError):
    """The account is throttled."""


class GoneError(UntakenError):
    """The chat is not there any more."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Unable to load conversation {name}")


@dataclass(frozen=True)
class Hidden:
    """What a site allows an account, and tells nobody."""

    sends: int
    """So many prompts, whatever comes of them, …"""
    seconds: float
    """… in any span of this length."""
    crowd: int
    """So many chats at work at once are too many."""


class Site:
    """The site's memory.

    It keeps as little as it can of each picture: what the process needs tells of the host.
    """

    def __init__(
        self,
        seed: int,
        path: Path,
        hidden: Hidden | None = None,
        pages: Pages | None = None,
        tried: Sequence[str] = (),
        painter: Painter = dots,
    ) -> None:
        """Make a site that was sent nothing yet.

        Args:
            seed: what its chance comes from.
            path: where its ledger is written.
            hidden: what it allows an account, and tells nobody.
            pages: how its pages look and work, where that differs from the design.
            tried: prompts that the author tries by hand, and that come to pictures; with none, the
                author asks for words.
            painter: draws its pictures.
        """
        self.seed = seed
        self.pages = pages or Pages()
        self._tried = tried
        self.submissions = 0
        self.sent: defaultdict[str, list[str]] = defaultdict(list)
        """The turns that each attempt sent, by the attempt's name: no page needs to show them."""
        self._foreign: dict[str, tuple[float, failures.Refusal]] = {}
        self._hidden = hidden
        self._path = path
        self._entries = 0
        self.conversations: dict[str, Chat] = {}
        self._of: defaultdict[str, dict[str, Chat]] = defaultdict(dict)
        """Each account's chats with us, those that were sent something last at the end."""
        self._takes: Counter[str] = Counter()
        self._limits: defaultdict[str, Limits] = defaultdict(Limits)
        self.met: Counter[str] = Counter()
        """How many prompts met a limit, by its kind."""
        self._taken: defaultdict[str, list[float]] = defaultdict(list)
        self._painter = painter
        self._pictures: dict[str, Drawing] = {}
        self._gone_on: set[tuple[str, int]] = set()
        self._authors_own: dict[tuple[str, int], Chat | None] = {}

    def submit(
        self,
        account: str,
        prompt: str,
        now: float,
        fault: InjectedFault | None,
        references: Sequence[str] = (),
        *,
        attempt: str,
        chat: Chat | None = None,
        known: float = 0.0,
    ) -> Chat:
        """Take a prompt, with reference pictures by their SHA-256.

        Args:
            account: whose chat it is.
            prompt: what is sent.
            now: the time.
            fault: what goes wrong with it.
            references: what it is sent with.
            attempt: who sent it, by the attempt's name.
            chat: the chat that is gone on in; a fresh one begins without it.
            known: until when the page that sends it knows that chat.

        Returns:
            The chat that holds it.

        Raises:
            UntakenError: the account is throttled, or the chat is gone; nothing was taken.
        """
        if chat is not None and chat.gone_at <= now:
            raise GoneError(chat.name)
        until = self._throttled_until(account, prompt, now, fault)
        if until is not None:
            self._meet(account, failures.THROTTLE, until, now)
            raise ThrottledError(failures.THROTTLE.text)
        sha256 = hashlib.sha256(words(prompt).encode()).hexdigest()
        self._takes[sha256] += 1
        take = self._takes[sha256]
        full = chat is not None and (chat.full or fault == InjectedFault.CHAT_FULL)
        course = self._course(account, prompt, take, now, fault, full=full)
        turn = Turn(identity(self.seed, "turn", prompt, take), prompt, now, course)
        if chat is None:
            name = identity(self.seed, "conversation", prompt, take)
            listed = now + dice(self.seed, "listed", name).uniform(0, LISTED_SECONDS)
            chat = Chat(name, account, now, listed=max(listed, course.addressed))
        elif dice(self.seed, "branch", prompt, take).random() < BRANCHES:
            chat.branch(known, now)
        chat.full = full
        chat.turns.append(turn)
        self.submissions += 1
        self.sent[attempt].append(turn.id)
        self.conversations[chat.name] = chat
        self._of[account].pop(chat.name, None)
        self._of[account][chat.name] = chat
        self._write(chat, turn, sha256, take, references)
        return chat

    def write(self, chat: Chat, now: float, draw: random.Random) -> None:
        """The author writes in a chat of ours, in another tab, and is answered."""
        text, answer, drawn = draw.choice(REMARKS)
        name = identity(self.seed, "remark", chat.name, len(chat.remarks))
        file_id = f"file_{name.replace('-', '')}" if drawn else ""
        chat.write(Remark(name, now, text, answer, file_id))

    def leave_draft(self, chat: Chat, until: float) -> None:
        """The author begins to write in a chat of ours, and leaves it at that for a while."""
        chat.draft, chat.draft_until = AUTHORS, until

    def remove(self, chat: Chat, now: float) -> bool:
        """The author deletes a chat of ours, or archives it: its address leads home from now on.

        Nobody deletes what is still being made; returns whether it is gone.
        """
        if not chat.quiet(now):
            return False
        chat.gone_at = min(chat.gone_at, now)
        return True

    @property
    def made(self) -> int:
        """How many pictures it has made, or is about to."""
        return len(self._pictures)

    def _crowded(self, account: str, now: float) -> bool:
        """Whether one chat more would be too many."""
        if self._hidden is None:
            return False
        at_work = [chat for chat in self._newest(account) if now < chat.turns[-1].course.ends]
        return len(at_work) + 1 >= self._hidden.crowd

    def _throttled_until(
        self, account: str, prompt: str, now: float, fault: InjectedFault | None
    ) -> float | None:
        """Until when an account is throttled that sends now; None if the prompt is taken."""
        if self._crowded(account, now):
            return now + CROWD_SECONDS
        if fault == InjectedFault.THROTTLE:
            return now + dice(self.seed, "throttle", prompt).uniform(180, 300)
        held = self._limits[account].holds(["throttle"], now)
        return held.until if held else None

    def _full(self, account: str, now: float) -> float | None:
        """Until when an account has had all that it may have."""
        if self._hidden is None:
            return None
        taken, span = self._taken[account], self._hidden.seconds
        until = free_at(taken, self._hidden.sends, span, now)
        if until is None:
            taken[:] = [*(at for at in taken if at > now - span), now]
        return until

    def throttled(self, account: str, now: float) -> bool:
        """Whether an account is throttled."""
        return self._limits[account].holds(["throttle"], now) is not None

    def _meet(self, account: str, refusal: failures.Refusal, until: float, now: float) -> None:
        self.met[refusal.kind] += 1
        limit = failures.limit(account, refusal, until, now)
        self._limits[account].meet(limit)
        self._record(limit)

    def listed(self, account: str, now: float) -> list[str]:
        """The addresses in an account's history, the newest first."""
        self._go_on(account, now)
        ours = [each for each in self._newest(account) if each.listed <= now < each.gone_at]
        chats = [*ours, *self._authors(account, now)]
        chats.sort(key=lambda chat: chat.updated(now), reverse=True)
        return [chat.url for chat in chats[:SIDEBAR]]

    def younger(self, account: str, since: float) -> frozenset[str]:
        """The addresses of an account's chats with us that began after a moment."""
        return frozenset(chat.url for chat in self._newest(account) if chat.began > since)

    def neighbour(self, account: str, but: Chat | None, now: float) -> SeenPicture | None:
        """The newest picture of an account's other chats."""
        for chat in reversed(self._newest(account)):
            turn = chat.turns[-1]
            if chat is not but and turn.file_ids and turn.course.ends <= now:
                return seen_picture(turn.file_ids[0], "beside")
        return None

    def open(self, account: str, name: str, now: float) -> Chat | None:
        """A conversation of an account."""
        chat = self.conversations.get(name)
        if chat is None:
            return next((each for each in self._authors(account, now) if each.name == name), None)
        return chat if chat.account == account else None

    def picture(self, file_id: str) -> bytes:
        """A picture's bytes; those of a blurred one are of no prompt."""
        return self._pictures.get(file_id, Dots(file_id, 0)).draw()

    def _newest(self, account: str, most: int = 4 * SIDEBAR) -> list[Chat]:
        """An account's chats with us that were sent something last; the newest at the end."""
        return [*islice(reversed(self._of[account].values()), most)][::-1]

    def _authors(self, account: str, now: float) -> list[Chat]:
        """The newest chats of the author's own."""
        span = int(now / SPAN_SECONDS)
        spans = range(max(0, span - 8), span + 1)
        chats = [self._author_chats(account, number) for number in spans]
        return [chat for chat in chats if chat is not None and chat.listed <= now]

    def _author_chats(self, account: str, span: int) -> Chat | None:
        """The author chats, too: in about every second span of ten minutes."""
        if (account, span) not in self._authors_own:
            draw = dice(self.seed, "author", account, span)
            began = (span + draw.random()) * SPAN_SECONDS
            asked = range(draw.choice((0, 0, 0, 1, 1, 2)))
            others = [f"A question of my own, {span} {n}" for n in asked]
            if self._tried:
                others = [draw.choice(self._tried) for _ in asked]
            name = identity(self.seed, "author", account, span)
            chat = Chat(name, account, began, began, others=others, drawn=bool(self._tried))
            self._authors_own[account, span] = chat if others else None
        return self._authors_own[account, span]

    def _go_on(self, account: str, now: float) -> None:
        """The author writes in one of our last chats, too."""
        span = int(now / GOES_ON_SECONDS)
        if (account, span) in self._gone_on:
            return
        self._gone_on.add((account, span))
        draw = dice(self.seed, "author goes on", account, span)
        newest = self._newest(account, SIDEBAR)
        over = [chat for chat in newest if chat.turns[-1].course.ends < now < chat.gone_at]
        if over and draw.random() < 0.5:  # noqa: PLR2004 - every second
            chat = draw.choice(over)
            at = now - draw.uniform(0, GOES_ON_SECONDS)
            chat.write(Remark(f"{chat.turns[-1].id}-{len(chat.remarks)}", at, AUTHORS))

    def _course(
        self,
        account: str,
        prompt: str,
        take: int,
        now: float,
        fault: InjectedFault | None,
        *,
        full: bool,
    ) -> Course:
        draw = dice(self.seed, "course", prompt, take)
        makes = draw.uniform(20, 95) * (3 if fault == InjectedFault.SLOW else 1)
        failure = failures.TOO_LONG if full else self._failure(account, prompt, now, fault)
        if failure is not None:
            at_once = failure.kind in ("refused", "plan_cap", "too_long")
            makes *= 0.1 if at_once else draw.uniform(0.3, 1)
        silent = now + makes * 0.3
        draws = silent + (draw.uniform(0.5, 4) if draw.random() < 0.2 else 0.0)  # noqa: PLR2004
        ends = max(now + makes, draws + 1)
        return Course(
            addressed=now + draw.uniform(0.2, 3),
            speaks=now + min(1.0, makes * 0.1),
            silent=silent,
            draws=draws,
            blurred=ends if failure else draws + (ends - draws) * 0.75,
            ends=ends,
            unstopped=ends + draw.uniform(0, 1.5),
            stops=draw.random() < 0.5,  # noqa: PLR2004
            marked=draw.random() < 0.8,  # noqa: PLR2004
            parted=draw.random() < 0.3,  # noqa: PLR2004
            failure=failure,
        )

    def _failure(
        self, account: str, prompt: str, now: float, fault: InjectedFault | None
    ) -> failures.Refusal | None:
        if (until := self._capped_until(account, prompt, now, fault)) is not None:
            refusal = failures.plan_cap(until - now)
            self._meet(account, refusal, until, now)
            return refusal
        if self.pages.limits_in_other_words(self.submissions):
            until, refusal = self._foreign_limit(account, now)
            if now < until:
                self._meet(account, refusal, until, now)
                return refusal
        return _FAILURES.get(fault) if fault else None

    def _capped_until(
        self, account: str, prompt: str, now: float, fault: InjectedFault | None
    ) -> float | None:
        """Until when an account that sends now has had all its pictures; None if it has not."""
        until = self._full(account, now)
        if fault == InjectedFault.PLAN_CAP:
            return now + 60 * dice(self.seed, "cap", prompt).randint(10, 40)
        held = self._limits[account].holds(["plan_cap"], now)
        if held is not None and (until is None or held.until > until):
            return held.until
        return until

    def _foreign_limit(self, account: str, now: float) -> tuple[float, failures.Refusal]:
        """Until when an account is limited in words that nobody here knows, and in which."""
        if account not in self._foreign:
            draw = dice(self.seed, "foreign limit", account)
            until = now + 3600 * draw.uniform(*FOREIGN_HOURS)
            self._foreign[account] = until, draw.choice(FOREIGN)
        return self._foreign[account]

    def _write(
        self,
        conversation: Chat,
        turn: Turn,
        sha256: str,
        take: int,
        references: Sequence[str],
    ) -> None:
        """Write down what was sent, and what will come of it."""
        course = turn.course
        sent = Submission(
            time=turn.at,
            number=self._entries + 1,
            account=conversation.account,
            conversation=conversation.name,
            turn=turn.id,
            prompt=turn.prompt,
            prompt_sha256=sha256,
            references=list(references),
            mode="image",
        )
        if course.failure is not None:
            failed = failures.failure(conversation.name, turn.id, course.failure, course.ends)
            self._record(sent, failed)
            return
        drawing = self._painter(Commission(sent, take, len(conversation.turns) - 1))
        file_id = f"file_{turn.id.replace('-', '')}"
        turn.file_ids.append(file_id)
        turn.side = min(drawing.size)
        self._pictures[file_id] = drawing
        made = picture_of(sent, file_id, drawing.draw(), course.ends, take=take, size=drawing.size)
        style = {"shift": drawing.shift, "in_style": drawing.in_style}
        self._record(sent, made.model_copy(update=style))

    def _record(self, *entries: Entry) -> None:
        with self._path.open("ab") as file:
            file.writelines(entry.model_dump_json().encode() + b"\n" for entry in entries)
        self._entries += len(entries)

    @property
    def ledger(self) -> list[Entry]:
        """All that it wrote down, in order."""
        return ledger.read(self._path).entries
