"""Kills that come while a repair is under way, one for each."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from trials.soak.kills import Killer

LOOK_SECONDS = 0.05
"""How often it is looked whether a repair is under way."""


class Ambush:
    """Kills one kind after the other, each while a repair is under way that met none before."""

    def __init__(self, killer: Killer, kinds: list[str], store: Path) -> None:
        self._killer = killer
        self._kinds = list(kinds)
        self._store = store
        self.met: dict[int, str] = {}
        """What was killed, by the job of the repair."""

    async def lie(self) -> None:
        """Kill until every kind was killed once, or until cancelled."""
        while self._kinds:
            for job in self._under_way():
                if job not in self.met and await self._killer.kill(self._kinds[0]):
                    self.met[job] = self._kinds.pop(0)
                    break
            await asyncio.sleep(LOOK_SECONDS)

    def _under_way(self) -> list[int]:
        """The repairs whose picture the site makes now."""
        try:
            with closing(sqlite3.connect(f"file:{self._store}?mode=ro", uri=True)) as database:
                return [job for (job,) in database.execute(_UNDER_WAY)]
        except sqlite3.OperationalError:
            return []  # the store is not there yet, or is being opened again


_UNDER_WAY = (
    "SELECT jobs.id FROM jobs JOIN attempts ON attempts.job_id = jobs.id"
    " WHERE jobs.repair > 0 AND attempts.ending IS NULL AND attempts.step = 'submitted'"
    " ORDER BY jobs.id"
)
