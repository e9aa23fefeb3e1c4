"""Compares a list or a book with its library: what a `run` would do, before it is done."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from pressrun.book import panels
from pressrun.book.figure import sheet_key
from pressrun.errors import BadInputError
from pressrun.library import identity, obstacles, references, room, survey
from pressrun.library.identity import Identity
from pressrun.library.shelf import Shelf
from pressrun.library.survey import Expected
from pressrun.lists import prompts
from pressrun.lists.forms import Form
from pressrun.picture import format as formats
from pressrun.picture.key import fold
from pressrun.picture.panel import Panel
from pressrun.picture.recipe import Reference, parts_of
from pressrun.press.plan import Aim, Fate, Plan, block, plan
from pressrun.protocol.messages.batch import BatchStart, PlannedPanel, PlannedPanels, PlanPage
from pressrun.server import wanted
from pressrun.server.inspection import Inspection
from pressrun.server.summary import WHY_CHARS
from pressrun.server.wanted import Wants
from pressrun.store import batches, libraries, opening, standing
from pressrun.store.standing import Standing
from pressrun.store.writer import Writer
from pressrun.words import start

PAGE = 200
"""How many panels one page of a plan holds."""

EXAMPLES = 5

TOLD = 4
"""How many notes of one kind a plan tells: about panels that are alike, or displaced."""

WORDS_CHARS = 80


@dataclass(frozen=True)
class Comparison:
    """What a prompt list or a book wants, and what its library has."""

    wanted: Wants
    library: Path
    mark: Identity | None
    """What the folder says of itself; None where it has no mark yet."""
    everywhere: list[Path]
    """The reference pictures that every prompt is sent with."""
    format: str | None
    """The format of the panels for which the list names none; a book names its own."""
    references: Mapping[Path, Reference]
    standing: Mapping[str, Standing]
    elsewhere: Mapping[str, str]
    """For each panel whose file is not where it is on record, where in the library it is."""
    plan: Plan
    notes: list[str] = field(default_factory=list)
    """What was assumed, and what looks wrong."""
    kept: Sequence[Panel] = ()
    """Sheets with a picture that are not wanted now; their pictures stay."""

    @property
    def again(self) -> list[str]:
        """The first panels that would be made once more, each with the reason."""
        changes = (each for each in self.plan.changes if each.fate == Fate.AGAIN)
        return [
            f"{each.panel.key}: {start(each.why, WHY_CHARS)}" for each in islice(changes, EXAMPLES)
        ]


@dataclass(frozen=True)
class _Place:
    """Where a list's or a book's pictures are, and what is known of them."""

    library: Path
    mark: Identity | None
    everywhere: list[Path]
    format: str | None
    standing: Mapping[str, Standing]


class Planner:
    """Compares lists with libraries."""

    def __init__(self, store: Writer, inspection: Inspection, pictures: Path) -> None:
        self._store = store
        self._inspection = inspection
        self._pictures = pictures
        self._last: tuple[PlanPage, Comparison] | None = None

    async def compare(self, asked: BatchStart) -> Comparison:
        """Compare a list or a book with its library.

        Raises:
            BadInputError: the list or the library cannot be used.
        """
        if wanted.is_book(Path(asked.source)):
            return await self._compare_book(asked)
        if asked.translation is not None or asked.sheets:
            raise BadInputError(
                f"{asked.source} is a prompt list, which has no translation and no sheets; nothing "
                "was started"
            )
        source = Path(asked.source)
        library = Path(asked.library) if asked.library else await self._library_of(source)
        mark = await self._recognised(library, source, named=asked.library is not None)
        if asked.references is not None:
            everywhere = [Path(file) for file in asked.references]
        else:
            everywhere = [Path(file) for file in mark.references] if mark else []
        ratio = _format(asked, mark)
        form = Form(asked.form) if asked.form else None
        beside = Path(asked.beside) if asked.beside else None
        found = await asyncio.to_thread(prompts.read, source, everywhere, form, beside, ratio)
        await self._inspection.take_in(str(library))
        known = await self._store.do(standing.standing, str(library))
        place = _Place(library, mark, everywhere, ratio, known)
        return await self._compared(asked, wanted.of_list(found), place)

    async def _compare_book(self, asked: BatchStart) -> Comparison:
        book = await asyncio.to_thread(wanted.opened, asked)
        library = book.library
        mark = await self._recognised(library, Path(asked.source), named=True)
        await self._inspection.take_in(str(library))
        known = await self._store.do(standing.standing, str(library))
        sheets = wanted.sheets_of(book)
        if unknown := [key for key in asked.sheets if fold(key) not in sheets]:
            raise BadInputError(
                f"{unknown[0]} is no figure, place or variant of {book.title}; nothing was started"
            )
        # a sheet that is being made is wanted until it is there
        named = {key for key in sheets if known.get(key, Standing()).open is not None}
        named |= {fold(key) for key in asked.sheets}
        found = await asyncio.to_thread(
            wanted.of_book, book, [sheet_key(*sheets[name]) for name in named]
        )
        listed = {fold(panel.key) for panel in found.panels}
        # a sheet that the cast does not name is no reference yet, whatever was approved before
        first = {fold(panel.key) for panel in found.panels[: found.sheets]}
        known = {
            name: replace(each, approved=False) if name in first else each
            for name, each in known.items()
        }
        kept = await asyncio.to_thread(
            lambda: [
                drawn.panel
                for name, each in sheets.items()
                if name not in listed
                and known.get(name, Standing()).made_from
                and (drawn := panels.named(book, sheet_key(*each)))
            ]
        )
        return await self._compared(asked, found, _Place(library, mark, [], None, known), kept)

    async def _compared(
        self, asked: BatchStart, found: Wants, place: "_Place", kept: Sequence[Panel] = ()
    ) -> Comparison:
        library, known = place.library, place.standing
        only = found.under(asked.only)
        pictures = await asyncio.to_thread(references_of, library, [*found.panels, *kept], known)
        present, elsewhere = await asyncio.to_thread(_places, library, known)
        difference = plan(
            found.panels,
            known,
            present | elsewhere.keys(),
            pictures,
            elsewhere,
            source=asked.source,
            again=asked.again is not False,
            aim=Aim(only, found.sheets, {fold(panel.key) for panel in kept}),
        )
        keys = [job.key for job in difference.difference.new]
        await self._store.do(
            opening.refuse_shared, str(library), asked.source, difference.difference.new
        )
        in_the_way = await asyncio.to_thread(obstacles.find, library, keys)
        difference = block(difference, in_the_way)
        space = await asyncio.to_thread(room.look, library, len(keys))
        notes = [*found.notes, *(_twins(difference) if found.book else [])]
        notes += _displaced(difference)
        notes += [space.sentence] if space.sentence else []
        return Comparison(
            found,
            library,
            place.mark,
            place.everywhere,
            place.format,
            pictures,
            known,
            elsewhere,
            difference,
            notes,
            kept,
        )

    async def _recognised(self, library: Path, source: Path, *, named: bool) -> Identity | None:
        """The mark of the library that is on record, if it is there and this list's own.

        Args:
            library: its folder.
            source: the list.
            named: whether the author named the folder.

        Raises:
            BadInputError: it is absent, another one, or another list's.
        """
        known = await self._store.do(libraries.mark, str(library))
        held = await self._store.do(standing.standing, str(library))
        paths = [each.image_path for each in held.values() if each.image_path]
        try:
            found = await asyncio.to_thread(identity.presence, library, known, paths)
            mark = await asyncio.to_thread(identity.read, library)
        except OSError as error:
            raise BadInputError(f"{library}: {error.strerror or error}") from error
        if refused := identity.refusal(library, found, "run it"):
            raise BadInputError(refused)
        if mark is not None and mark.list is not None and not named:
            before = Path(mark.list.path)
            # a list that was moved with its pictures is the same one
            moved = before.name == source.name and not await asyncio.to_thread(before.exists)
            if before != source and not moved:
                raise BadInputError(
                    f"{library} holds the pictures of {before}; nothing was started. To put those "
                    f"of {source.name} there as well: -o {library}. To keep them apart, name "
                    "another folder with -o"
                )
        return mark

    async def page(self, asked: PlanPage) -> PlannedPanels:
        """Some panels of a list, and what a `run` would do about each.

        Raises:
            BadInputError: the list or the library cannot be used.
        """
        begin = asked.model_copy(update={"first": 0})
        if asked.first == 0 or self._last is None or self._last[0] != begin:
            self._last = begin, await self.compare(asked)
        found = self._last[1]
        changes, words = found.plan.changes, found.wanted.words
        return PlannedPanels(
            panels=[
                PlannedPanel(
                    key=change.panel.key,
                    words=_begin(words.get(change.panel.key, change.panel.prompt)),
                    references=[each.name for each in change.recipe.references],
                    format=change.recipe.format,
                    fate=change.fate.value,
                    why=start(change.why, WHY_CHARS),
                )
                for change in changes[asked.first : asked.first + PAGE]
            ],
            total=len(changes),
        )

    async def _library_of(self, source: Path) -> Path:
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
        return folder


def _format(asked: BatchStart, mark: Identity | None) -> str | None:
    """The format of the panels for which the list names none: as asked, or that of the last time.

    Raises:
        BadInputError: what is asked for is no format.
    """
    if asked.format is None:
        return mark.format if mark else None
    try:
        return formats.parse(asked.format)
    except ValueError as error:
        raise BadInputError(f"{error}; nothing was started") from error


def references_of(
    library: Path, panels: Sequence[Panel], known: Mapping[str, Standing]
) -> dict[Path, Reference]:
    """What reference pictures of panels hold; one that looks the same as before is the same."""
    found = references.look(path for panel in panels for path in panel.references)
    used = {
        sha256
        for each in known.values()
        if each.made_from
        for sha256 in parts_of(each.made_from).references
    }
    return references.as_kept(Shelf(library), found, used)


def _places(library: Path, known: Mapping[str, Standing]) -> tuple[set[str], dict[str, str]]:
    """The panels whose picture is where it is on record, and where else others are."""
    recorded = {
        name: Expected(each.image_path, each.image_sha256 or "", each.image_bytes)
        for name, each in known.items()
        if each.image_path
    }
    return survey.places(library, recorded)


def _twins(found: Plan) -> list[str]:
    """Which panels of a book are alike, so that nobody can tell whose a picture is that moves."""
    told = [
        f"{' and '.join(twins[:2])}{_more(twins)} are alike in words, references and format: when "
        "they move, their pictures keep their order"
        for twins in found.twins
    ]
    return _first(told, "groups of panels are alike")


def _displaced(found: Plan) -> list[str]:
    """Which approved pictures have no panel any more, as another picture moves to their place."""
    told = [
        f"the approved picture of {key} is wanted nowhere any more, and another one moves to its "
        "place; it is kept among the alternatives"
        for key in found.displaced
    ]
    return _first(told, "approved pictures are wanted nowhere any more, and are kept so")


def _first(told: list[str], others: str) -> list[str]:
    """The first of many notes, and how many more there are."""
    left = len(told) - TOLD
    return [*told[:TOLD], f"{left:,} more {others}"] if left > 0 else told


def _more(twins: Sequence[str]) -> str:
    return f" and {len(twins) - 2:,} more" if len(twins) > 2 else ""  # noqa: PLR2004 - two are named


def _begin(prompt: str) -> str:
    return start(" ".join(prompt.split()), WORDS_CHARS)
