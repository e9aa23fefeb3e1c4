"""One document in a worker tab: what it shows, and which steps were done in it."""

import hashlib
import random
from dataclasses import dataclass, field

from pressrun.press.page import StepRefusedError
from pressrun.protocol.messages.page import Fetched, Reading, Seen, SeenNotice, SeenTurn
from pressrun.simulator import failures
from pressrun.simulator.chat import HOME, Chat, Remark, Turn, site_turn, user_turn
from pressrun.simulator.dice import dice
from pressrun.simulator.faults import InjectedFault
from pressrun.simulator.pages import Scene
from pressrun.simulator.site import GoneError, Site, ThrottledError, UntakenError
from pressrun.simulator.time import NEVER

SEEN = [
    Seen(role=role, rule=f"#{role}", where=f"#{role}", count=1)
    for role in ("shell", "composer", "add_menu", "file_input")
]
"""What every page shows."""

LINK_SECONDS = 600.0
"""Lifetime of a signed picture link."""

STALE_SECONDS = 3600.0
"""What is younger is missing in a history that is stale."""

LIVE = 0.5
"""The share of pages that show what is written in their chat in another tab; others do not."""

UNMOUNTING = 0.3
"""The share of pages that do not show the newest of the author's turns while it is answered."""

LEFT_FILE = hashlib.sha256(b"a file that somebody left in a draft").hexdigest()


@dataclass
class Document:
    """A loaded page. It dies with its tab, or with the next address."""

    id: str
    tab: int
    site: Site
    account: str
    """Who was signed in when it was loaded, and stays so in it."""
    url: str
    since: float
    conversation: Chat | None = None
    composer: str = ""
    attached: list[str] = field(default_factory=list)
    """The SHA-256 of each reference picture in the composer."""
    menu: bool = False
    mode: bool = False
    steps: dict[str, list[str]] = field(default_factory=dict)
    held: dict[str, bytes] = field(default_factory=dict)
    ailment: InjectedFault | None = None
    """What goes wrong with the prompt that is written in it."""
    stands_still_at: float = NEVER
    notice: SeenNotice | None = None
    phantom: str | None = None
    """A turn that it shows and that the site never got."""
    broken: dict[str, float] = field(default_factory=dict)
    """The turns of which it says that something went wrong, whatever the site does, and from when
    on."""
    version: int = 0
    """Counts what was done in it."""
    sent_at: float = NEVER
    """When the newest turn of ours was sent in it, if it was."""

    def __post_init__(self) -> None:
        self._history = self.site.listed(self.account, self.since)
        self._account = mark_of(self.account)
        self._links: dict[str, str] = {}
        """What the pictures of the turns that were sent in it are signed with."""
        self._fetched: dict[str, str] = {}
        """The file whose bytes it holds, by attempt."""
        self._unshown: set[str] = set()
        """The turns that were sent in it, and that it does not show."""
        self._named_at = NEVER
        """When its address becomes that of the chat that was begun in it."""
        self._live = dice(self.site.seed, "live", self.id).random() < LIVE
        self._unmounts = dice(self.site.seed, "unmounts", self.id).random() < UNMOUNTING
        if self.site.throttled(self.account, self.since):
            self.notice = _dialog(failures.THROTTLE.text)
        self._open()
        self.attached = self._left()

    def _open(self) -> None:
        """Show the chat that its address names; one that is gone leads home."""
        name = self.url.removeprefix(f"{HOME}c/") if self.url != HOME else ""
        chat = self.site.open(self.account, name, self.since) if name else None
        if chat is not None and chat.gone_at <= self.since:
            self.notice = self.notice or _toast(str(GoneError(name)))
            self.url, name, chat = HOME, "", None
        if chat is not None and self.since < chat.draft_until:
            self.composer = chat.draft
        self.loaded_with_address = bool(name)
        self.conversation = chat
        self._known = self.since

    def turn(self, now: float) -> Turn | None:
        """The newest turn of ours in its chat, as far as it knows that."""
        turns = [each for each in self._thread(now) if isinstance(each, Turn)]
        return turns[-1] if turns else None

    def _thread(self, now: float) -> list[Turn | Remark]:
        """What stands in its chat at a moment, as far as it knows that."""
        return self.conversation.thread(self._knows(now)) if self.conversation else []

    def _knows(self, now: float) -> float:
        """Until when it knows its chat."""
        return now if self._live else min(now, self._known)

    def next_change(self, now: float) -> float:
        """When it will show something else, if nobody does anything."""
        if self.conversation is None or now >= self.stands_still_at:
            return NEVER
        changes = [*self.broken.values()]
        if self._live:
            changes += [remark.at for remark in self.conversation.remarks]
        for each in self._thread(now):
            changes += each.changes
        return min((at for at in changes if at > now), default=NEVER)

    def read(self, now: float) -> Reading:
        """What it shows."""
        now = min(now, self.stands_still_at)
        reading, site = self._designed(now), self.site
        if not site.pages.changes(self.id, site.submissions):
            return reading
        return site.pages.shown(reading, self._scene(now), site.submissions)

    def _scene(self, now: float) -> Scene:
        turn = self.turn(now)
        return Scene(
            self.id,
            now,
            sent_at=self.sent_at,
            asked_at=turn.at if turn else NEVER,
            ends_at=turn.course.ends if turn else NEVER,
            opened_at=self.since if self.loaded_with_address else NEVER,
            neighbour=self.site.neighbour(self.account, self.conversation, now),
            younger=self.site.younger(self.account, now - STALE_SECONDS),
        )

    def _designed(self, now: float) -> Reading:
        turns = self._turns(now)
        turn = self.turn(now)
        stop = turn is not None and turn.id not in self._unshown and turn.stop(now)
        return Reading(  # noqa: S604 - the shell is that of the page
            tab=self.tab,
            document=self.id,
            url=self._address(now),
            title="ChatGPT",
            hidden=True,
            shell="A",
            composers=1,
            composer_text=self.composer,
            send=bool(self.composer) and not stop,
            stop=stop,
            mode_on=self.mode,
            chips=len(self.attached),
            chips_pending=0,
            paste_chips=0,
            turn_count=len(turns),
            turns=turns,
            notices=self._notices(now),
            history=self._history,
            account=self._account,
            seen=SEEN,
        )

    def click(self, attempt: str, step: str, role: str, now: float) -> None:
        """Click what has a role, once for an attempt and step."""
        if step in self.steps.get(attempt, ()):
            return
        match role:
            case "add_menu":
                self.menu = True
            case "create_image" if self.menu:
                self.menu, self.mode = False, True
            case "send" if self.composer:
                self._send(attempt, now)
            case "new_chat" if now < self.stands_still_at:
                self._leave(now)
            case _:
                raise StepRefusedError(
                    f'the page shows no enabled "{role}", and exactly one is needed'
                )
        self._did(attempt, step)

    def fill(self, attempt: str, text: str) -> None:
        """Put text into the empty composer, once for an attempt."""
        if "fill" in self.steps.get(attempt, ()):
            return
        if self.composer:
            raise StepRefusedError("the composer is not empty")
        if not self.site.pages.takes_text(self.id, self.site.submissions):
            raise StepRefusedError("the page shows no composer")
        self.composer = text
        self.ailment = None
        self._did(attempt, "fill")

    def attach(self, attempt: str, ordinal: int, sha256: str) -> None:
        """Take a reference picture, once for an attempt and place."""
        step = f"attach {ordinal}"
        if step not in self.steps.get(attempt, ()):
            self.attached.append(sha256)
            self._did(attempt, step)

    def fetch(self, attempt: str, src: str, now: float) -> Fetched:
        """Hold the bytes of a picture that is shown."""
        reading = self.read(now)
        shown = [*reading.loose, *(each for turn in reading.turns for each in turn.pictures)]
        if src not in {each.src for each in shown}:
            raise StepRefusedError("the page does not show this picture")
        if self.ailment == InjectedFault.LINK_EXPIRED or now > self.since + LINK_SECONDS:
            raise StepRefusedError("the site answered with status 403")
        file_id = self._fetched[attempt] = self.site.pages.file_of(src)
        data = self.held[attempt] = self.site.picture(file_id)
        return Fetched(size=len(data), sha256=hashlib.sha256(data).hexdigest(), media="image/png")

    def piece(self, attempt: str, offset: int, length: int) -> bytes:
        """Some bytes of a held picture."""
        if attempt not in self.held:
            raise StepRefusedError("the page holds no picture for this attempt")
        data = self.held[attempt][offset : offset + length]
        if self.ailment == InjectedFault.BYTES_DAMAGED:
            self.ailment = None
            return bytes([data[0] ^ 1]) + data[1:]
        return data

    def release(self, attempt: str) -> None:
        """Forget a held picture, which is received by now."""
        if self.held.pop(attempt, None) is not None and self.conversation is not None:
            self.conversation.receive(self._fetched.pop(attempt))

    def stir(self) -> None:
        """Something was done in it."""
        self.version += 1

    def _did(self, attempt: str, step: str) -> None:
        self.steps.setdefault(attempt, []).append(step)
        self.stir()

    def _send(self, attempt: str, now: float) -> None:
        prompt, fault = self.composer, self.ailment
        draw = dice(self.site.seed, "send", prompt, self.id)
        if not self.site.pages.sends(self.id, self.site.submissions):
            return
        match fault:
            case InjectedFault.CLICK_IGNORED:
                return
            case InjectedFault.POST_LOST:
                self.composer = ""
                return
            case InjectedFault.POST_LOST_SHOWN:
                self.composer, self.phantom = "", prompt
                return
        begins = self.conversation is None
        try:
            chat = self.site.submit(
                self.account,
                prompt,
                now,
                fault,
                self.attached,
                attempt=attempt,
                chat=self.conversation,
                known=self._knows(now),
            )
        except UntakenError as error:
            text = str(error)
            self.notice = _dialog(text) if isinstance(error, ThrottledError) else _toast(text)
            if draw.random() < 0.5:  # noqa: PLR2004 - it may keep the prompt or not
                self.composer = ""
            return
        self.composer, self.conversation, self.mode = "", chat, False
        self.attached = []
        self._links[chat.turns[-1].id] = f"{self.id}.{now:.0f}"
        self.since = self.sent_at = self._known = now
        self._suffer(fault, chat.turns[-1], draw, begins=begins)

    def _suffer(
        self, fault: InjectedFault | None, turn: Turn, draw: random.Random, *, begins: bool
    ) -> None:
        """Show the turn that was just sent, with what goes wrong with that."""
        course = turn.course
        if fault == InjectedFault.PAGE_STUCK:
            self.stands_still_at = draw.uniform(course.addressed, course.ends)
        if fault == InjectedFault.STREAM_BROKEN:
            self.broken[turn.id] = draw.uniform(turn.at, course.ends)
        if fault == InjectedFault.TURN_UNSHOWN:
            self._unshown.add(turn.id)
        if begins:
            unnamed = fault in (InjectedFault.ADDRESS_UNNAMED, InjectedFault.TURN_UNSHOWN)
            self._named_at = NEVER if unnamed else course.addressed

    def _leave(self, now: float) -> None:
        """Show a fresh chat, as the site's own link does: the document stays, and who it is of."""
        self.url, self.loaded_with_address = HOME, False
        self.conversation = self.ailment = self.notice = self.phantom = None
        self.composer, self.menu, self.mode = "", False, False
        self.attached = self._left()
        self.broken.clear()
        self._unshown.clear()
        self.sent_at = self._named_at = NEVER
        self._history = self.site.listed(self.account, now)

    def _left(self) -> list[str]:
        """What somebody left in the composer of a fresh chat."""
        left = self.site.pages.holds_draft_file(self.id, self.site.submissions)
        return [LEFT_FILE] if left else []

    def _notices(self, now: float) -> list[SeenNotice]:
        told = [self.notice] if self.notice else []
        turn = self.turn(now)
        of_turn = turn.notice(now) if turn else None
        return told if of_turn is None else [*told, of_turn]

    def _address(self, now: float) -> str:
        if self.conversation is None or now < self._named_at:
            return self.url
        return self.conversation.url

    def _turns(self, now: float) -> list[SeenTurn]:
        if self.conversation is not None and self.conversation.others:
            shown = [*self.conversation.authors_turns(self.id)]
        else:
            shown = []
        thread = [each for each in self._thread(now) if each.id not in self._unshown]
        for each in thread:
            shown += self._shown(each, now, newest=each is thread[-1])
        newest = thread[-1] if len(thread) > 1 else None
        if self._unmounts and newest is not None and newest.at < now < newest.over:
            shown = [each for each in shown if each.id != newest.id]
        if self.phantom is not None:
            shown.append(user_turn("phantom", self.phantom))
        return shown

    def _shown(self, each: Turn | Remark, now: float, *, newest: bool) -> list[SeenTurn]:
        """What it shows of one turn in its chat, and of the answer."""
        if isinstance(each, Remark):
            return each.shown(now, self.id)
        if now >= self.broken.get(each.id, NEVER):
            error = site_turn(f"{each.id}-e", failures.THREAD_ERROR.text)
            return [user_turn(each.id, each.prompt), error]
        stuck = newest and now >= self.stands_still_at
        return each.shown(now, self._links.get(each.id, self.id), stuck=stuck)


def _dialog(text: str) -> SeenNotice:
    return SeenNotice(where="dialog", text=text)


def _toast(text: str) -> SeenNotice:
    return SeenNotice(where="toast", text=text, blocks=False)


def mark_of(account: str) -> str:
    """The mark of who is signed in."""
    return hashlib.sha256(account.encode()).hexdigest()
