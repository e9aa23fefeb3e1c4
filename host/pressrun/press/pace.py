"""When an account's pages may be asked for something: a Send, or its history of chats."""

import asyncio
import math
from dataclasses import dataclass, field

from pressrun.protocol.messages.page import Reading
from pressrun.sites.profile import HistorySearch
from pressrun.store.attempts import Attempt


@dataclass
class Chats:
    """An account's newest chats, as they were listed last; times are the loop's."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever reads them, so that those who come meanwhile find what was read."""
    names: list[str] = field(default_factory=list)
    """The newest first."""
    read: dict[str, Reading] = field(default_factory=dict)
    """What those showed that were opened."""
    as_left: dict[str, bool] = field(default_factory=dict)
    """Of those that were made by us and looked at: whether nobody went on in them."""
    asked_at: float = -math.inf
    """When the list was asked for last, …"""
    listed_at: float = -math.inf
    """… and when it was asked for the time that it came."""

    def show(self, names: list[str]) -> None:
        """They were listed anew."""
        self.names, self.listed_at = names, self.asked_at
        self.read = {name: reading for name, reading in self.read.items() if name in names}
        self.as_left.clear()


PICTURES = 1_000
"""So many of the pictures that were seen last are remembered, with the chats they were seen in."""


SOONER = 30.0
"""So many seconds sooner than in another chat a picture is to be seen in its own."""


class Pace:
    """What was read when: a site limits such reading, and shows a chat only after a while.

    It goes by the loop's time, which nobody can set; and so a host that was just started waits its
    full time once more.
    """

    def __init__(self) -> None:
        self._chats: dict[tuple[int, str | None], Chats] = {}
        self._sent_by: dict[int, float] = {}
        self._looked_at: dict[int, float] = {}
        self._next_send: dict[int, float] = {}
        self._seen_in: dict[str, dict[int, float]] = {}

    async def turn(self, account: int, gap: float) -> None:
        """Wait until it is the caller's turn to send on an account.

        Args:
            account: whose sends are kept apart.
            gap: the fewest seconds from one turn to the next.
        """
        now = _now()
        due = max(now, self._next_send.get(account, now))
        self._next_send[account] = due + gap
        if due > now:
            await asyncio.sleep(due - now)

    def sent(self, attempt: Attempt) -> float:
        """An attempt was sent by now, if it ever was; returns since when that is known."""
        return self._sent_by.setdefault(attempt.id, _now())

    def is_of_another(self, attempt: Attempt, picture: str) -> bool:
        """Whether a picture may be the answer to another attempt, in whose chat it was seen.

        What shows in two chats was made in the one that showed it first; where that was about the
        same time in both, nobody can tell.
        """
        seen = self._seen_in.setdefault(picture, {})
        seen.setdefault(attempt.id, _now())
        if len(self._seen_in) > PICTURES:
            del self._seen_in[next(iter(self._seen_in))]
        first = seen[attempt.id] + SOONER
        return any(at < first for other, at in seen.items() if other != attempt.id)

    def chats(self, attempt: Attempt) -> Chats:
        """What is known of the chats among which an attempt is: its account's, or its project's."""
        return self._chats.setdefault((attempt.account, attempt.project), Chats())

    def is_listed(self, attempt: Attempt, history: HistorySearch) -> bool:
        """Whether an attempt may be looked for in the list that there is, and was not yet."""
        listed_at = self.chats(attempt).listed_at
        looked_at = self._looked_at.get(attempt.id, -math.inf)
        return listed_at >= self._due(attempt, history) and listed_at > looked_at

    def wait(self, attempt: Attempt, history: HistorySearch) -> float:
        """How many seconds an attempt in doubt is not to be looked for yet.

        It is looked for once soon, when most chats are in the history, and then when what is
        missing there proves something.
        """
        if self.is_listed(attempt, history):
            return 0.0
        again = self.chats(attempt).asked_at + history.pace
        return max(self._due(attempt, history), again) - _now()

    def ask(self, attempt: Attempt) -> None:
        """The history is asked for, to look for an attempt."""
        self.chats(attempt).asked_at = _now()

    def look(self, attempt: Attempt, history: HistorySearch) -> bool:
        """An attempt is looked for in the list that there is; whether what it lacks is proof."""
        listed_at = self.chats(attempt).listed_at
        self._looked_at[attempt.id] = listed_at
        return listed_at >= self.sent(attempt) + history.settled

    def unsettled(self, attempt: Attempt, history: HistorySearch) -> float:
        """For how many seconds what a chat lacks does not prove yet that it was not sent there."""
        return max(0.0, self.sent(attempt) + history.settled - _now())

    def forget(self, attempt: Attempt) -> None:
        """An attempt has ended, or is known to have been sent where."""
        self._sent_by.pop(attempt.id, None)
        self._looked_at.pop(attempt.id, None)

    def _due(self, attempt: Attempt, history: HistorySearch) -> float:
        """Since when a list may be of use for an attempt."""
        looked = attempt.id in self._looked_at
        return self.sent(attempt) + (
            history.settled if looked else min(history.soon, history.settled)
        )


def _now() -> float:
    return asyncio.get_running_loop().time()
