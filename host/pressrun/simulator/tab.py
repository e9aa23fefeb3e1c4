"""One document in a worker tab: what it shows, and the hands' memory of what was done in it."""

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, field

from pressrun.press.page import StepRefusedError
from pressrun.protocol.messages.page import Fetched, Reading, Seen, SeenNotice, SeenTurn
from pressrun.simulator import failures
from pressrun.simulator.chat import HOME, Chat, Turn
from pressrun.simulator.dice import dice
from pressrun.simulator.faults import Fault
from pressrun.simulator.pages import Scene
from pressrun.simulator.site import Site, ThrottledError
from pressrun.simulator.time import NEVER

SEEN = [
    Seen(role=role, rule=f"#{role}", where=f"#{role}", count=1)
    for role in ("shell", "composer", "add_menu", "file_input")
]
"""What every page shows."""

AUTHORS = "And how did they draw such nights a hundred years ago?"
"""What the author asks in a chat that we made."""

LINK_SECONDS = 600.0
"""Lifetime of a signed picture link."""

STALE_SECONDS = 3600.0
"""What is younger is missing in a history that is stale."""

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
    ailment: Fault | None = None
    """What goes wrong with the prompt that is written in it."""
    stands_still_at: float = NEVER
    notice: str | None = None
    phantom: str | None = None
    """A turn that it shows and that the site never got."""
    broken_at: float = NEVER
    """From when on it says that something went wrong, whatever the site does."""
    version: int = 0
    """Counts what was done in it."""
    sent_at: float = NEVER
    """When the turn that it shows was sent in it, if it was."""

    def __post_init__(self) -> None:
        name = self.url.removeprefix(f"{HOME}c/") if self.url != HOME else ""
        if name:
            self.conversation = self.site.open(self.account, name, self.since)
        self.loaded_with_address = bool(name)
        self.link = self.id
        if self.site.throttled(self.account, self.since):
            self.notice = failures.THROTTLE.text
        self._history = self.site.listed(self.account, self.since)
        self._account = mark_of(self.account)
        self.attached = self._left()

    @property
    def turn(self) -> Turn | None:
        """The turn of ours that it shows."""
        turns = self.conversation.turns if self.conversation else []
        return turns[-1] if turns else None

    def next_change(self, now: float) -> float:
        """When it will show something else, if nobody does anything."""
        if self.turn is None or now >= self.stands_still_at:
            return NEVER
        changes = self.turn.course.changes
        passed = bisect_right(changes, now)
        coming = changes[passed] if passed < len(changes) else NEVER
        return min(coming, self.broken_at) if self.broken_at > now else coming

    def read(self, now: float) -> Reading:
        """What it shows."""
        now = min(now, self.stands_still_at)
        reading, site = self._designed(now), self.site
        if not site.pages.changes(self.id, site.submissions):
            return reading
        return site.pages.shown(reading, self._scene(now), site.submissions)

    def _scene(self, now: float) -> Scene:
        turn = self.turn
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
        turn = self.turn
        stop = turn is not None and self.ailment != Fault.TURN_UNSHOWN and turn.stop(now)
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
                raise StepRefusedError(f'the page shows no enabled "{role}", and one is needed')
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
        if self.ailment == Fault.LINK_EXPIRED or now > self.since + LINK_SECONDS:
            raise StepRefusedError("the site answered with status 403")
        data = self.site.picture(self.site.pages.file_of(src))
        self.held[attempt] = data
        return Fetched(size=len(data), sha256=hashlib.sha256(data).hexdigest(), media="image/png")

    def piece(self, attempt: str, offset: int, length: int) -> bytes:
        """Some bytes of a held picture."""
        if attempt not in self.held:
            raise StepRefusedError("the page holds no picture for this attempt")
        data = self.held[attempt][offset : offset + length]
        if self.ailment == Fault.BYTES_DAMAGED:
            self.ailment = None
            return bytes([data[0] ^ 1]) + data[1:]
        return data

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
            case Fault.CLICK_IGNORED:
                return
            case Fault.POST_LOST:
                self.composer = ""
                return
            case Fault.POST_LOST_SHOWN:
                self.composer, self.phantom = "", prompt
                return
        try:
            chat = self.site.submit(
                self.account, prompt, now, fault, self.attached, attempt=attempt
            )
        except ThrottledError as error:
            self.notice = str(error)
            if draw.random() < 0.5:  # noqa: PLR2004 - it may keep the prompt or not
                self.composer = ""
            return
        self.composer, self.conversation, self.mode = "", chat, False
        self.attached = []
        course = chat.turns[-1].course
        if fault == Fault.PAGE_STUCK:
            self.stands_still_at = draw.uniform(course.addressed, course.ends)
        if fault == Fault.STREAM_BROKEN:
            self.broken_at = draw.uniform(now, course.ends)
        self.link = f"{self.id}.{now:.0f}"
        self.since = self.sent_at = now

    def _leave(self, now: float) -> None:
        """Show a fresh chat, as the site's own link does: the document stays, and who it is of."""
        self.url, self.loaded_with_address = HOME, False
        self.conversation = self.ailment = self.notice = self.phantom = None
        self.composer, self.menu, self.mode = "", False, False
        self.attached = self._left()
        self.broken_at = self.sent_at = NEVER
        self._history = self.site.listed(self.account, now)

    def _left(self) -> list[str]:
        """What somebody left in the composer of a fresh chat."""
        left = self.site.pages.holds_draft_file(self.id, self.site.submissions)
        return [LEFT_FILE] if left else []

    def _notices(self, now: float) -> list[SeenNotice]:
        told = [SeenNotice(where="dialog", text=self.notice)] if self.notice else []
        of_turn = self.turn.notice(now) if self.turn else None
        return told if of_turn is None else [*told, of_turn]

    def _address(self, now: float) -> str:
        turn = self.turn
        if self.loaded_with_address or turn is None:
            return self.url
        if self.ailment in (Fault.ADDRESS_UNNAMED, Fault.TURN_UNSHOWN):
            return self.url
        assert self.conversation is not None  # noqa: S101 - it holds the turn
        return self.conversation.url if now >= turn.course.addressed else self.url

    def _turns(self, now: float) -> list[SeenTurn]:
        if self.phantom is not None:
            return [_user("phantom", self.phantom)]
        if self.conversation is None:
            return []
        if self.conversation.others:
            return list(self.conversation.authors_turns(self.link))
        turn = self.turn
        if turn is None or (self.ailment == Fault.TURN_UNSHOWN and not self.loaded_with_address):
            return []
        if now >= self.broken_at:
            error = SeenTurn(
                id=f"{turn.id}-e",
                role="assistant",
                text=failures.THREAD_ERROR.text,
                busy=False,
                finished=False,
                pictures=[],
            )
            return [_user(turn.id, turn.prompt), error]
        shown = turn.shown(now, self.link, stuck=now >= self.stands_still_at)
        later = [at for at in self.conversation.gone_on if at <= now]
        return [*shown, *(_user(f"{turn.id}-{n}", AUTHORS) for n, _ in enumerate(later))]


def mark_of(account: str) -> str:
    """The mark of who is signed in."""
    return hashlib.sha256(account.encode()).hexdigest()


def _user(name: str, text: str) -> SeenTurn:
    return SeenTurn(id=name, role="user", text=text, busy=False, finished=False, pictures=[])
