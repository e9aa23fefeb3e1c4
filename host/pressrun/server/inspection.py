"""Verifying through the host, step by step, only while a client asks for it."""

import asyncio
from pathlib import Path

import structlog

from pressrun.clock import Clock
from pressrun.errors import NotFoundError
from pressrun.library.shelf import OWN
from pressrun.protocol.messages.verify import Finding, VerifyPart, VerifyStep
from pressrun.store import record
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

    async def take_in(self, library: str) -> None:
        """Record a library that was made with another home, or with a database that is gone.

        Its pictures are not made again.
        """
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
