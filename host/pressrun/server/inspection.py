"""Verifying through the host, step by step, only while a client asks for it."""

import asyncio
from pathlib import Path

import structlog

from pressrun.clock import Clock
from pressrun.errors import BadInputError, NotFoundError
from pressrun.library.shelf import OWN, Shelf
from pressrun.protocol.messages.verify import Finding, VerifyPart, VerifyStep
from pressrun.store import batches, rearrange, record
from pressrun.store.writer import Writer
from pressrun.verify.verification import Told, Verification

_log = structlog.get_logger("pressrun.inspection")

STEP_SECONDS = 0.5
"""How long a step may take before it reports."""

FINDINGS = 64


class Inspection:
    """At most one run of verifying; a new one replaces the one before."""

    def __init__(self, store: Writer, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._run = 0
        self._verification: Verification | None = None
        self._told: Told | None = None
        self._turn = asyncio.Lock()

    async def settle(self, library: str) -> None:
        """End the renaming of pictures that a death cut off.

        Raises:
            BadInputError: a picture cannot be moved.
        """
        try:
            now = self._clock.now()
            moved = await rearrange.finish(self._store.do, now, Shelf(Path(library)))
        except OSError as error:
            raise BadInputError(
                f"{error.filename or library} cannot be moved: {error.strerror or error}. No "
                "picture is lost; mend that, and run it again"
            ) from error
        if moved:
            _log.info("renaming_ended", library=library, pictures=moved)

    async def settle_all(self) -> None:
        """Do so in every library that is being worked in, and end choices, as far as possible."""
        await rearrange.end_choices(self._store.do)
        for library in await self._store.do(batches.libraries):
            try:
                await self.settle(library)
            except BadInputError as error:
                _log.warning("renaming_not_ended", library=library, reason=str(error))

    async def take_in(self, library: str) -> None:
        """Record a library that was made with another home, or with a database that is gone.

        Its pictures are not made again.

        Raises:
            BadInputError: a picture cannot be moved whose renaming a death cut off.
        """
        await self.settle(library)
        folder = Path(library)
        known = await self._store.do(record.is_known, library)
        if known or not await asyncio.to_thread((folder / OWN).is_dir):
            return
        found = await Verification(self._store, self._clock, repair=True).take_in(folder)
        _log.info("library_taken_in", library=library, pictures=found)

    async def step(self, asked: VerifyStep) -> VerifyPart:
        """Continue a run for a moment, or start a new one.

        Raises:
            NotFoundError: that run is over.
        """
        async with self._turn:
            if asked.run is None:
                self._run += 1
                self._verification = Verification(self._store, self._clock, repair=asked.repair)
                self._told = self._verification.findings()
            elif asked.run != self._run or self._told is None:
                raise NotFoundError(
                    "another pressrun verify was started in the meantime; run this one again"
                )
            assert self._told is not None  # noqa: S101 - set above
            assert self._verification is not None  # noqa: S101
            findings, done = await _some(self._told)
            if done:
                self._told = None
            return VerifyPart(
                run=self._run,
                checked=self._verification.checked,
                total=self._verification.total,
                doing=self._verification.doing,
                findings=findings,
                done=done,
            )


async def _some(told: Told) -> tuple[list[Finding], bool]:
    """The next findings, and whether they were the last."""
    loop = asyncio.get_running_loop()
    until = loop.time() + STEP_SECONDS
    findings: list[Finding] = []
    async for finding in told:
        if finding is not None:
            findings.append(finding)
        if len(findings) == FINDINGS or loop.time() > until:
            return findings, False
    return findings, True
