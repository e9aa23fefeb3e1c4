"""When an account's pages may be asked for something: a Send, or its history of chats."""

import asyncio

from pressrun.sites.profile import History
from pressrun.store.attempts import Attempt


class Pace:
    """What was read when: a site limits such reading, and shows a chat only after a while.

    It goes by the loop's time, which nobody can set; and so a host that was just started waits its
    full time once more.
    """

    def __init__(self) -> None:
        self._read_at: dict[int, float] = {}
        self._sent_by: dict[int, float] = {}
        self._looked: set[int] = set()
        self._strange: dict[int, set[str]] = {}
        self._next_send: dict[int, float] = {}

    async def turn(self, account: int, gap: float) -> None:
        """Wait until it is the caller's turn to send on an account.

        Args:
            account: whose sends are kept apart.
            gap: the fewest seconds from one turn to the next.
        """
        now = asyncio.get_running_loop().time()
        due = max(now, self._next_send.get(account, now))
        self._next_send[account] = due + gap
        if due > now:
            await asyncio.sleep(due - now)

    def sent(self, attempt: Attempt) -> float:
        """An attempt was sent by now, if it ever was; returns since when that is known."""
        return self._sent_by.setdefault(attempt.id, asyncio.get_running_loop().time())

    def wait(self, attempt: Attempt, history: History) -> float:
        """How many seconds the history is not to be read yet for an attempt in doubt.

        It is read once soon, when most chats are in it, and then when it is to prove something.
        """
        due = self._settles(attempt, history)
        if attempt.id not in self._looked:
            due = min(due, self.sent(attempt) + history.soon)
        if attempt.account in self._read_at:
            due = max(due, self._read_at[attempt.account] + history.pace)
        return due - asyncio.get_running_loop().time()

    def read(self, attempt: Attempt, history: History) -> bool:
        """The history is being read for an attempt; whether it is settled by now."""
        now = asyncio.get_running_loop().time()
        self._read_at[attempt.account] = now
        self._looked.add(attempt.id)
        return now >= self._settles(attempt, history)

    def _settles(self, attempt: Attempt, history: History) -> float:
        return self.sent(attempt) + history.settled

    def strange(self, attempt: Attempt) -> set[str]:
        """Conversations that were opened for an attempt, and are not its own."""
        return self._strange.setdefault(attempt.id, set())

    def forget(self, attempt: Attempt) -> None:
        """An attempt has ended, or is known to have been sent where."""
        self._sent_by.pop(attempt.id, None)
        self._looked.discard(attempt.id)
        self._strange.pop(attempt.id, None)
