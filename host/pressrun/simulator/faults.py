"""Injected faults, drawn from a seed: one or none for each prompt written into a page."""

from collections import Counter
from enum import StrEnum

from pressrun.simulator.dice import dice


class InjectedFault(StrEnum):
    """One way for a night to go wrong."""

    # the site
    REFUSED = "refused"
    """The site refuses these words by policy, each time."""
    TOOL_ERROR = "tool error"
    THREAD_ERROR = "thread error"
    """The answer breaks off, and the site says so ever after."""
    STREAM_BROKEN = "stream broken"
    """The page says that something went wrong; the site goes on and makes the picture."""
    THROTTLE = "throttle"
    """A dialog, and no send is taken for minutes."""
    PLAN_CAP = "plan cap"
    """The answer says that there are no more pictures for a while."""
    SLOW = "slow"
    # a send and its page
    CLICK_IGNORED = "click ignored"
    """The composer keeps the prompt, and nothing was sent."""
    POST_LOST = "post lost"
    """The page lets go of the prompt, and nothing reaches the site."""
    POST_LOST_SHOWN = "post lost, turn shown"
    """The page shows a turn that the site never got."""
    TURN_UNSHOWN = "turn unshown"
    """The site got it, and the page shows nothing of it."""
    ADDRESS_UNNAMED = "address unnamed"
    """The page's address never becomes that of the conversation."""
    PAGE_STUCK = "page stuck"
    """The page's text stands still; loaded anew, it shows everything."""
    LINK_EXPIRED = "picture link expired"
    BYTES_DAMAGED = "bytes damaged on their way"
    # messages and tabs
    MESSAGES = "messages dropped, late, doubled, out of order"
    WORKER_ENDED = "service worker ended"
    """The link is down for seconds; what was under way may be done or not."""
    LINK_DOWN = "link down for minutes"
    TAB_CLOSED = "tab closed"
    TAB_LEFT = "tab navigated away"
    TAB_FROZEN = "tab frozen"
    """It does nothing for a while, and then everything it was told."""
    # browser, host and machine
    BROWSER_KILLED = "browser restarted"
    HOST_KILLED = "host killed"
    HOST_STOPPED = "host stopped"
    IDENTITY = "another identity"
    CLOCK_BACK = "clock set back"
    CLOCK_FORWARD = "clock set forward"
    DISK_FULL = "disk full"
    DATABASE_FULL = "database full"
    # chats that are gone on in
    WORDS_ONLY = "answered in words"
    """The answer has words, and no picture."""
    CHAT_GONE = "chat gone"
    """The author deletes or archives a chat of ours: its address leads home."""
    CHAT_FULL = "chat full"
    """The conversation has reached its maximum length at this prompt, and for good."""
    CHAT_WRITTEN_IN = "author writes in the chat"
    """In another tab: a page that was loaded before shows nothing of it."""
    CHAT_DRAFT = "author's draft in the chat"
    """It stands in the composer of whoever opens the chat, for a while."""


CHAT_FAULTS = (
    InjectedFault.WORDS_ONLY,
    InjectedFault.CHAT_GONE,
    InjectedFault.CHAT_FULL,
    InjectedFault.CHAT_WRITTEN_IN,
    InjectedFault.CHAT_DRAFT,
)
"""What goes wrong besides where chats are gone on in."""

USUAL_FAULTS = tuple(fault for fault in InjectedFault if fault not in CHAT_FAULTS)
"""What goes wrong in any night."""


def faults_of(*, chats: int, corrections: float) -> tuple[InjectedFault, ...]:
    """What goes wrong in a night that keeps chats for so many panels, and has so many corrected."""
    return tuple(InjectedFault) if chats > 1 or corrections else USUAL_FAULTS


_WEIGHTS = {
    # these halt a whole account, browser or host; one of them stands for many pictures
    InjectedFault.REFUSED: 2,
    InjectedFault.THROTTLE: 1,
    InjectedFault.PLAN_CAP: 1,
    InjectedFault.LINK_DOWN: 1,
    InjectedFault.IDENTITY: 1,
    InjectedFault.CLOCK_BACK: 1,
    InjectedFault.CLOCK_FORWARD: 1,
    InjectedFault.DISK_FULL: 1,
    InjectedFault.DATABASE_FULL: 1,
    InjectedFault.HOST_STOPPED: 1,
}
_USUAL_WEIGHT = 3


class Dealer:
    """Deals a fault, or none, to each writing of a prompt; what it deals hangs on nothing else."""

    def __init__(
        self, seed: int, rate: float, kinds: tuple[InjectedFault, ...] = USUAL_FAULTS
    ) -> None:
        """Deal from a seed.

        Args:
            seed: what chance comes from.
            rate: how many of the writings meet a fault, from 0 to 1.
            kinds: what may go wrong; chats that are gone on in have faults of their own besides.
        """
        self._seed = seed
        self._rate = rate
        self._kinds = kinds
        self._weights = [_WEIGHTS.get(kind, _USUAL_WEIGHT) for kind in kinds]
        self._times: Counter[str] = Counter()
        self._planned: dict[str, list[InjectedFault | None]] = {}
        self.dealt: Counter[InjectedFault] = Counter()

    def plan(self, prompt: str, *faults: InjectedFault | None) -> None:
        """Decide beforehand what the first writings of a prompt meet."""
        self._planned[prompt] = list(faults)

    def deal(self, prompt: str) -> InjectedFault | None:
        """What goes wrong with this writing of a prompt."""
        self._times[prompt] += 1
        if planned := self._planned.get(prompt):
            fault = planned.pop(0)
        else:
            draw = dice(self._seed, "fault", prompt, self._times[prompt])
            if draw.random() >= self._rate:
                return None
            fault = draw.choices(self._kinds, self._weights)[0]
        if fault is not None:
            self.dealt[fault] += 1
        return fault
