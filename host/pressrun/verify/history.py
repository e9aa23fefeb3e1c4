"""Whether the journal tells each finished attempt from its claim to its end."""

STEPS = ("claimed", "submitting", "submitted", "made", "received")
"""What an attempt goes through before it is done, each written down before the next begins."""

ENDS = frozenset({"returned", "failed", "refused", "unsent", "abandoned"})

_ADOPTED = "image.adopted"
_WORD = "attempt."


class AttemptHistory:
    """Takes the journal's rows in order; remembers only what is still under way."""

    def __init__(self) -> None:
        self.done = 0
        """Attempts that the journal tells to a good end."""
        self._under_way: dict[int, set[str]] = {}

    def take(self, event: str, attempt: int | None) -> list[str]:
        """Take the next row; returns the steps that are missing where it ends an attempt."""
        if attempt is None:
            return []
        if event == _ADOPTED:
            # its steps were in a record that is gone
            self.done += 1
            self._under_way.pop(attempt, None)
            return []
        word = event.removeprefix(_WORD)
        if word == "done":
            self.done += 1
            told = self._under_way.pop(attempt, set())
            return [step for step in STEPS if step not in told]
        if word in ENDS:
            self._under_way.pop(attempt, None)
        elif word in STEPS:
            self._under_way.setdefault(attempt, set()).add(word)
        return []
