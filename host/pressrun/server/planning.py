"""Compares a prompt list with its library: what a `run` would do, before anything is done."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pressrun.book import prompts
from pressrun.book.panel import Panel
from pressrun.errors import BadInputError
from pressrun.library import references
from pressrun.picture.recipe import Reference
from pressrun.press.plan import Fate, Plan, plan
from pressrun.protocol.messages.batch import BatchStart, PlannedPanel, PlannedPanels, PlanPage
from pressrun.server.inspection import Inspection
from pressrun.store import batches, opening, standing
from pressrun.store.writer import Writer

PAGE = 200
"""How many panels one page of a plan holds."""

EXAMPLES = 5

WORDS_CHARS = 80


@dataclass(frozen=True)
class Comparison:
    """What a prompt list wants, and what its library has."""

    source: str
    library: str
    panels: list[Panel]
    references: Mapping[Path, Reference]
    plan: Plan

    @property
    def again(self) -> list[str]:
        """The first panels that would be made once more, each with the reason."""
        changes = (each for each in self.plan.changes if each.fate == Fate.AGAIN)
        return [f"{each.panel.key}: {each.why}" for each in islice(changes, EXAMPLES)]


class Planner:
    """Compares lists with libraries."""

    def __init__(self, store: Writer, inspection: Inspection, pictures: Path) -> None:
        self._store = store
        self._inspection = inspection
        self._pictures = pictures
        self._last: tuple[PlanPage, Comparison] | None = None

    async def compare(self, asked: BatchStart) -> Comparison:
        """Compare a list with its library.

        Raises:
            BadInputError: the list or the library cannot be used.
        """
        source = Path(asked.source)
        everywhere = [Path(file) for file in asked.references or []]
        told = await asyncio.to_thread(prompts.read, source, everywhere)
        library = asked.library or await self._library_of(source)
        named = (path for panel in panels for path in panel.references)
        found = await asyncio.to_thread(references.look, named)
        await self._inspection.take_in(library)
        known = await self._store.do(standing.standing, library)
        present = await asyncio.to_thread(
            lambda: {
                name
                for name, each in known.items()
                if each.image_path is not None and Path(library, each.image_path).is_file()
            }
        )
        difference = plan(
            panels, known, present, found, source=asked.source, again=asked.again is not False
        )
        await self._store.do(
            opening.refuse_shared, library, asked.source, difference.difference.new
        )
        return Comparison(asked.source, library, panels, found, difference)

    async def page(self, asked: PlanPage) -> PlannedPanels:
        """Some panels of a list, and what a `run` would do about each.

        Raises:
            BadInputError: the list or the library cannot be used.
        """
        begin = asked.model_copy(update={"first": 0})
        if asked.first == 0 or self._last is None or self._last[0] != begin:
            self._last = begin, await self.compare(asked)
        changes = self._last[1].plan.changes
        return PlannedPanels(
            panels=[
                PlannedPanel(
                    key=change.panel.key,
                    words=_begin(change.panel.prompt),
                    references=[each.name for each in change.recipe.references],
                    fate=change.fate.value,
                    why=change.why,
                )
                for change in changes[asked.first : asked.first + PAGE]
            ],
            total=len(changes),
        )

    async def _library_of(self, source: Path) -> str:
        """The folder of a list for which none is named: beside it, or where it was before.

        Raises:
            BadInputError: there is a file of that name.
        """
        beside = source.parent / f"{source.stem}-pictures"
        before = self._pictures / source.stem
        used = await self._store.do(batches.sources, str(before))
        folder = before if str(source) in used else beside
        if folder.exists() and not folder.is_dir():
            raise BadInputError(
                f"cannot use {folder} for the pictures: it is a file, not a folder. "
                "Name another folder with -o"
            )
        return str(folder)


def _begin(prompt: str) -> str:
    words = " ".join(prompt.split())
    return words if len(words) <= WORDS_CHARS else f"{words[: WORDS_CHARS - 1]}…"
