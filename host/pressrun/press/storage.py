"""A disk that cannot be written halts the press, and lets it go on by itself when it can be."""

import asyncio
import contextlib
import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog

from pressrun import files
from pressrun.clock import Clock
from pressrun.library import identity
from pressrun.library.shelf import OWN
from pressrun.states import Step
from pressrun.store import batches, doubts, journal
from pressrun.store.attempts import Attempt, StaleTokenError
from pressrun.store.writer import CorruptError, StoreError, Writer

_log = structlog.get_logger("pressrun.storage")

AGAIN_SECONDS = 2.0
"""How soon a disk that could not be written is tried again."""

ROOM_BYTES = 4 * 1024 * 1024
"""What has to fit on a disk before work goes on: a picture, and the database's log beside it."""


class DiskError(Exception):
    """A file could not be read or written."""

    def __init__(self, cause: OSError) -> None:
        """Say what the operating system says."""
        super().__init__(str(cause))
        self.cause = cause


@contextlib.contextmanager
def on_disk() -> Iterator[None]:
    """Work with files, and nothing else: what the operating system refuses is about the disk.

    Raises:
        DiskError: it refused something. Elsewhere the same error would say nothing about a disk.
    """
    try:
        yield
    except OSError as error:
        raise DiskError(error) from error


@dataclass(frozen=True)
class _CutOff:
    """An attempt that nobody tells to its end any more."""

    attempt: Attempt
    reason: str
    ours: bool
    again: float | None


class Storage:
    """Whether the database and the libraries can be written."""

    def __init__(
        self,
        store: Writer,
        clock: Clock,
        halts: Callable[[str | None], None],
        received: Callable[[Attempt], None],
    ) -> None:
        """Begin with storage that can be written.

        Args:
            store: the database.
            clock: what the time is.
            halts: hears why nobody goes on, and None when they do again.
            received: hears of an attempt that was cut off with its picture on disk.
        """
        self._store = store
        self._clock = clock
        self._halts = halts
        self._received = received
        self._usable = asyncio.Event()
        self._usable.set()
        self._trouble = asyncio.Event()
        self._unsettled: list[_CutOff] = []

    async def usable(self) -> None:
        """Wait while the disk cannot be written."""
        await self._usable.wait()

    def failed(self, error: StoreError | DiskError) -> None:
        """Something could not be written: nobody goes on until it can."""
        why = explain(error.cause if isinstance(error, DiskError) else error)
        if self._usable.is_set():
            _log.error("storage_unusable", reason=why)
            self._usable.clear()
            self._halts(why)
        self._trouble.set()

    async def settle(
        self, attempt: Attempt, reason: str, *, ours: bool = False, again: float | None = None
    ) -> None:
        """Cut an attempt off, as soon as the database can be written.

        Args:
            attempt: which.
            reason: why nobody tells it to its end.
            ours: whether Pressrun itself failed over it, as it may the next time.
            again: if so, when its job may be tried again if nothing was sent; None gives it up.
        """
        self._unsettled.append(_CutOff(attempt, reason, ours, again))
        try:
            await self._settle()
        except StoreError as error:
            self.failed(error)

    async def watch(self) -> None:
        """Let work go on when what could not be written can be, until cancelled."""
        while True:
            await self._trouble.wait()
            await asyncio.sleep(AGAIN_SECONDS)
            try:
                await self._settle()
                await self._store.do(journal.write, self._clock.now(), journal.Event.STORAGE_USABLE)
                for library in await self._store.do(batches.libraries):
                    await asyncio.to_thread(_probe, Path(library))
            except (StoreError, OSError) as error:
                self._halts(explain(error))
                continue
            _log.info("storage_usable")
            self._trouble.clear()
            self._usable.set()
            self._halts(None)

    async def _settle(self) -> None:
        while self._unsettled:
            cut, now = self._unsettled[-1], self._clock.now()
            with contextlib.suppress(StaleTokenError):  # it was settled before the fault
                if cut.ours:
                    work = partial(doubts.break_off, again=cut.again)
                else:
                    work = partial(doubts.cut_off)
                step = await self._store.do(work, now, cut.attempt, cut.reason)
                if step == Step.RECEIVED:
                    self._received(cut.attempt)
            self._unsettled.pop()


def _probe(library: Path) -> None:
    identity.see(library)
    probe = library / OWN / "probe"
    try:
        files.write(probe, bytes(ROOM_BYTES))
    finally:
        probe.unlink(missing_ok=True)
        probe.with_name(f".{probe.name}.part").unlink(missing_ok=True)


def explain(error: StoreError | OSError) -> str:
    """What a failed write means for the pictures, in a sentence or two."""
    if isinstance(error, CorruptError):
        return (
            f"The database is damaged ({error}), and nothing more is made. The pictures on disk "
            "are safe. Stop the host (pressrun host stop), then: pressrun verify --repair"
        )
    if isinstance(error, StoreError):
        what = f"The database cannot be written: {error}"
    else:
        where = error.filename or "the library"
        match error.errno:
            case errno.ENOSPC | errno.EDQUOT:
                what = f"The disk is full, and {where} could not be written"
            case errno.ENOENT:
                what = f"{where}: {error.strerror}"
            case errno.EROFS | errno.EACCES | errno.EPERM:
                what = f"{where} may not be written ({error.strerror})"
            case _:
                what = f"{where} could not be written ({error.strerror or error})"
    return f"{what}. Nothing is lost; it goes on by itself when that is mended"
