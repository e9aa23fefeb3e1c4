"""The leases of the libraries that this host makes pictures in, renewed while it does."""

import asyncio
import math
import os
import socket
from pathlib import Path

import structlog

from pressrun.clock import Clock
from pressrun.errors import BadInputError
from pressrun.library import lease
from pressrun.library.lease import Lease
from pressrun.states import BatchState
from pressrun.store import batches
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.leases")

RENEW_SECONDS = 60.0
"""How often leases are renewed: often enough that none grows stale."""

LOOK_SECONDS = 5.0


class Leases:
    """Which libraries this host has to itself."""

    def __init__(self, store: Writer, clock: Clock, home: Path) -> None:
        self._store = store
        self._clock = clock
        self._home = home
        self._held: set[Path] = set()
        self._turn = asyncio.Lock()
        """Leases are written one after the other: a decision and a renewal may want the same."""

    async def take(self, library: Path) -> None:
        """Have a library to oneself.

        Raises:
            BadInputError: another home makes pictures in it, or it cannot be written to.
        """
        try:
            other = await self._write(library)
        except OSError as error:
            raise BadInputError(
                f"{library} cannot be written to: {error.strerror or error}; nothing was started"
            ) from error
        if other is not None:
            raise BadInputError(lease.refusal(library, other))
        self._held.add(library)

    async def watch(self) -> None:
        """Renew the leases of open batches, and give back the others, until cancelled."""
        renewed = -math.inf
        while True:
            if abs(self._clock.now() - renewed) >= RENEW_SECONDS:
                await self.renew()
                renewed = self._clock.now()
            # a machine that slept finds out soon whether another took its place
            await asyncio.sleep(LOOK_SECONDS)

    async def renew(self) -> None:
        """Renew what is worked in; a batch whose library another home has is paused."""
        wanted = {Path(each) for each in await self._store.do(batches.libraries)}
        for library in self._held - wanted:
            await self._release(library)
        for library in sorted(wanted):
            try:
                other = await self._write(library)
            except OSError as error:  # a disk at fault halts the press, which goes on by itself
                _log.warning("lease_not_renewed", library=str(library), reason=str(error))
                continue
            if other is None:
                self._held.add(library)
            else:
                self._held.discard(library)
                await self._pause(library, lease.refusal(library, other))

    async def release(self) -> None:
        """Give all leases back."""
        for library in list(self._held):
            await self._release(library)

    async def _write(self, library: Path) -> Lease | None:
        """Take or renew a lease; returns whose it is, if it is another's."""
        async with self._turn:
            return await asyncio.to_thread(lease.take, library, self._mine())

    async def _release(self, library: Path) -> None:
        self._held.discard(library)
        try:
            async with self._turn:
                await asyncio.to_thread(lease.release, library, self._mine())
        except OSError as error:
            _log.warning("lease_not_released", library=str(library), reason=str(error))

    async def _pause(self, library: Path, reason: str) -> None:
        for each in await self._store.do(batches.numbers):
            if each.library == str(library) and each.state == BatchState.RUNNING:
                _log.warning("batch_paused", batch=each.id, reason=reason)
                now = self._clock.now()
                await self._store.do(batches.change, now, each.id, BatchState.PAUSED)

    def _mine(self) -> Lease:
        now = self._clock.now()
        return Lease(socket.gethostname(), str(self._home), os.getpid(), now, now)
