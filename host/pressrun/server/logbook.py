"""The host's log for views, live.

A line's number is the microsecond in which it was written, or one more than that of the line before
where that is later: so numbers grow, fit into a number of JavaScript, and are the same when the
host was restarted and reads its file again.
"""

import asyncio
import contextlib
import os
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from pathlib import Path

from pressrun import characters, files, logged
from pressrun.errors import BadInputError
from pressrun.logged import LEVELS, Logged
from pressrun.protocol.messages.base import moment
from pressrun.protocol.messages.log import LogFound, LogLine, LogQuery
from pressrun.words import start

KEPT = 5_000
"""How many lines are kept in memory; the file has more."""

TAIL_BYTES = 1024 * 1024
"""How much of the log's end is read for the lines from before the host was started."""

TEXT_CHARS = 2_000
"""A longer line is cut; `pressrun logs` has it whole."""

ANSWER_BYTES = 256 * 1024
"""How much text one answer carries at most: pictures and tabs share the link."""

MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class _Line:
    number: int
    told: Logged
    text: str


class Logbook:
    """Tells the lines of the host's log, and each further one as it is written."""

    def __init__(self, log: Path) -> None:
        """Nothing is read yet.

        Args:
            log: the log's file, for the lines that were written before this host listened.
        """
        self._log = log
        self._loop = asyncio.get_running_loop()
        self._lines: deque[_Line] = deque(maxlen=KEPT)
        self._heard: deque[str] = deque(maxlen=KEPT)
        """Lines of this life, as they are in the file, until somebody asks."""
        self._begun = asyncio.Lock()
        self._is_read = False
        self._more = asyncio.Event()

    def hear(self, line: str) -> None:
        """A line was written; may be called in any thread."""
        self._loop.call_soon_threadsafe(self._take, line)

    def _take(self, line: str) -> None:
        if not self._is_read:
            self._heard.append(line)
            return
        self._add(line)
        self._more.set()
        self._more = asyncio.Event()

    def _add(self, line: str) -> None:
        last = self._lines[-1].number if self._lines else 0
        self._lines.append(_line(logged.read(line), last))

    async def _begin(self) -> None:
        """Read what was written before anybody asked, once."""
        async with self._begun:
            if self._is_read:
                return
            before = await asyncio.to_thread(_tail, self._log, TAIL_BYTES)
            first = self._heard[0] if self._heard else None
            if first in before:
                before = before[: before.index(first)]
            self._lines.extend(await asyncio.to_thread(_numbered, before[-KEPT:]))
            for line in self._heard:
                self._add(line)
            self._heard.clear()
            self._is_read = True

    async def follow(self, asked: LogQuery) -> LogFound:
        """Lines of the log, as soon as there are any that are asked for.

        Raises:
            BadInputError: there is no such level.
        """
        if asked.level not in LEVELS:
            raise BadInputError(
                f"the log has no level {asked.level!r}; its levels are {', '.join(LEVELS)}"
            )
        await self._begin()
        after, lost = self._since(asked.after)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(asked.wait):
                while not self._fitting(asked, after):
                    await self._more.wait()
        fitting = self._fitting(asked, after)
        told = _bounded(fitting, asked.most)
        return LogFound(
            lines=told,
            at=self._lines[-1].number if self._lines else 0,
            missed=lost or len(told) < len(fitting),
        )

    def _since(self, after: int) -> tuple[int, bool]:
        """After which line to tell, and whether lines were lost that the view does not know."""
        if not self._lines or after < 0:
            return after, False
        if after > self._lines[-1].number:
            # the clock was put back, or this is another home's log: it begins anew
            return -1, True
        full = len(self._lines) == KEPT
        return after, full and after < self._lines[0].number

    def _fitting(self, asked: LogQuery, after: int) -> list[_Line]:
        begin = bisect_right(self._lines, after, key=attrgetter("number"))
        later = islice(self._lines, begin, None)
        return [each for each in later if each.told.fits(asked.level, asked.text)]


def _numbered(lines: Sequence[str]) -> list[_Line]:
    found: list[_Line] = []
    for line in lines:
        found.append(_line(logged.read(line), found[-1].number if found else 0))
    return found


def _line(told: Logged, last: int) -> _Line:
    number = max(last + 1, int(moment(told.at or 0.0) * MICROSECONDS))
    text = start(characters.shown(told.text), TEXT_CHARS)
    return _Line(number, told, text)


def _bounded(lines: Sequence[_Line], most: int) -> list[LogLine]:
    """The newest of these lines, as many as one answer carries, the newest last."""
    return list(reversed(list(_carried(lines[::-1], most))))


def _carried(newest_first: Sequence[_Line], most: int) -> Iterator[LogLine]:
    room = ANSWER_BYTES
    for each in newest_first[:most]:
        room -= len(each.text.encode(errors="replace")) + 100
        if room < 0:
            return
        yield LogLine(
            number=each.number,
            at=moment(each.told.at or each.number / MICROSECONDS),
            level=each.told.level if each.told.level in LEVELS else "info",
            about=start(characters.shown(each.told.about), 128) or "-",
            text=each.text,
        )


def _tail(log: Path, most: int) -> list[str]:
    """The last lines of a log, with those of the file before where it was rotated of late."""
    found: list[str] = []
    for path in (log.with_name(f"{log.name}.1"), log):
        with contextlib.suppress(OSError), files.reading(path) as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - most))
            lines = file.read(most).decode(errors="replace").removesuffix("\n").split("\n")
            # where the reading began, a line may be cut
            found += lines[1:] if size > most else filter(None, lines)
    return found
