"""A line of the log as people read it: one wording for the command line and the views."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50}
"""Each level and its rank; what has no level, or an unknown one, counts as `info`."""

_CONTEXT = ("", "batch", "job", "attempt", "tab", "account")


@dataclass(frozen=True)
class Logged:
    """What one line of the log tells."""

    at: float | None
    """When it was written; None where the line does not say so."""
    level: str
    about: str
    """The part of Pressrun that tells it, such as `press`; empty where nothing says so."""
    event: str
    """What happened; of a line that is not one of ours, the line as it is."""
    fields: tuple[tuple[str, str], ...] = ()
    """What it is about, in the order in which it is told: its key first, its account last."""
    trace: str = ""
    """Where an error came from; empty for none."""

    @property
    def clock(self) -> str:
        """The time of day here."""
        return (
            "" if self.at is None else f"{dt.datetime.fromtimestamp(self.at).astimezone():%H:%M:%S}"
        )

    @property
    def rank(self) -> int:
        """How grave it is."""
        return LEVELS.get(self.level, LEVELS["info"])

    @property
    def text(self) -> str:
        """What it tells without time and part, in one line; below it where an error came from."""
        told = "".join(f"  {name}={value}" for name, value in self.fields)
        return f"{self.event}{told}" + (f"\n{self.trace}" if self.trace else "")

    def fits(self, level: str, text: str) -> bool:
        """Whether it is at least as grave as a level, and its part or text has a text in it."""
        asked = text.casefold()
        return self.rank >= LEVELS[level] and asked in f"{self.about} {self.text}".casefold()


def read(line: str) -> Logged:
    """What a line of the log tells; one that is not JSON tells itself."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        entry = None
    if not isinstance(entry, dict):
        return Logged(None, "info", "", line.rstrip())
    at = _moment(str(entry.pop("timestamp", "")))
    level = str(entry.pop("level", "info"))
    about = str(entry.pop("logger", "")).removeprefix("pressrun.")
    event = str(entry.pop("event", "")).replace("_", " ")
    trace = entry.pop("exception", None)
    return Logged(at, level, about, event, tuple(_fields(entry)), str(trace) if trace else "")


def _fields(entry: dict[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in sorted(entry.items(), key=lambda field: _place(field[0])):
        yield name, str(value)


def _place(name: str) -> int:
    """Where a field of a line stands: its key first, and last what every line of an attempt has."""
    return -1 if name == "key" else _CONTEXT.index(name) if name in _CONTEXT else 0


def _moment(stamp: str) -> float | None:
    try:
        return dt.datetime.fromisoformat(stamp).astimezone().timestamp()
    except (ValueError, OverflowError):
        return None
