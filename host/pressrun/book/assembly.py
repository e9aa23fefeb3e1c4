"""The chapters of a script as chapters of the book: counted, named, and with all that they name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from pressrun.book import order
from pressrun.book.defects import Defects
from pressrun.book.keys import RESERVED
from pressrun.book.model import Appearance, BookChapter, BookPage, BookPanel, Spot
from pressrun.book.resolve import Resolver
from pressrun.picture.key import fold
from pressrun.picture.panel import control_in, fault_of_key, fault_of_letters, key_of_name
from pressrun.scripts.script import ScriptChapter, ScriptPage, ScriptPanel

_NUMBER = re.compile(r"\d+")
_DIGITS = 9
"""A number of more is that of no page."""

_LABEL = 400
_SHOWN = 20


class ChapterTold(NamedTuple):
    """A chapter of the script, and the file in which it is told."""

    file: Path
    """Relative to the book's folder."""
    chapter: ScriptChapter


@dataclass
class _Labels:
    """The numbers that an author wrote for pages or panels: they count, or go on, or are told."""

    last: int = 0

    def is_odd(self, label: str, counted: int) -> bool:
        """Whether a number is neither the counted one nor the next after the one before."""
        numbers = numbers_in(label)
        if not numbers:
            return False
        odd = numbers[0] not in (counted, self.last + 1)
        self.last = numbers[-1]
        return odd


@dataclass
class Assembly:
    """Makes chapters of the book, in reading order."""

    resolver: Resolver
    defects: Defects
    panels: dict[str, BookPanel] = field(default_factory=dict)
    """By `fold(key)`, in reading order."""
    _places: dict[str, str] = field(default_factory=dict)
    """The names in `panels` by place keys, as `fold` gives them."""
    _after: dict[str, Spot] = field(default_factory=dict)
    """Where a panel says what it comes after, by its name in `panels`."""
    _pages: _Labels = field(default_factory=_Labels)
    _numbers: _Labels = field(default_factory=_Labels)

    def chapters(
        self, script: Iterable[ChapterTold], *, is_whole: bool = True
    ) -> tuple[BookChapter, ...]:
        """The chapters of a script.

        Args:
            script: its chapters, in reading order.
            is_whole: whether every file of it could be read.
        """
        made = [self._chapter(at, told) for at, told in enumerate(script, start=1)]
        is_whole = is_whole and self.resolver.settings.names_panels
        panels = order.resolved(
            self.panels, self._places, self._after, self.defects, is_whole=is_whole
        )
        self.panels = panels
        return with_panels(made, panels)

    def _chapter(self, number: int, told: ChapterTold) -> BookChapter:
        file, script = told
        naming, spot = self.resolver.settings.naming, Spot(file, script.place.line)
        given = self._given(script.key, spot)
        key = naming.chapter_key(number, given)
        pages, count = list[BookPage](), 1
        for page in script.pages:
            page_spot = Spot(file, page.place.line)
            of_page = self._given(page.key, page_spot)
            page_key = naming.page_key(key, number, count, of_page)
            if self._pages.is_odd(page.label, count):
                self.defects.warn(
                    page_spot,
                    f"page {page.label[:_SHOWN]} is page {count} of its chapter: it is called "
                    f"{page_key}",
                )
            if page.double and _is_long(page.label):
                self.defects.warn(
                    page_spot, f"pages {page.label[:_SHOWN]} are read as one double page"
                )
            panels = self._panels(file, page, (number, count), (given, of_page))
            pages.append(BookPage(page_key, count, panels, page.title, page.double, page_spot))
            count += 1 + page.double  # a double page is two
        return BookChapter(key, number, script.title or script.label, tuple(pages), spot)

    def _panels(
        self, file: Path, page: ScriptPage, place: tuple[int, int], given: tuple[str, str]
    ) -> tuple[BookPanel, ...]:
        if not page.panels:
            self.defects.fault(
                Spot(file, page.place.line),
                "a page without panels; put '### Panel 1' above what is drawn, or write 'splash' "
                "into the page's heading where it is one picture",
            )
        naming, made = self.resolver.settings.naming, list[BookPanel]()
        for at, each in enumerate(page.panels, start=1):
            key = naming.key(*place, at, given)
            if self._numbers.is_odd(each.label, at):
                self.defects.warn(
                    Spot(file, each.place.line),
                    f"panel {each.label[:_SHOWN]} is panel {at} of its page: it is called {key}",
                )
            if len(numbers_in(each.label)) > 1:
                self.defects.warn(
                    Spot(file, each.place.line),
                    f"panels {each.label[:_SHOWN]} are read as one panel; give each its heading",
                )
            made.append(self._panel(file, each, key, (*place, at)))
        return tuple(made)

    def _panel(
        self, file: Path, script: ScriptPanel, place_key: str, place: tuple[int, int, int]
    ) -> BookPanel:
        told, spot = self.defects.within(file), Spot(file, script.place.line)
        cast = self.resolver.cast_of(script, told)
        setting = self.resolver.place_of(script, told)
        panel = BookPanel(
            key=self._given(script.key, spot) or place_key,
            place_key=place_key,
            chapter=place[0],
            page=place[1],
            panel=place[2],
            action=self._action(script, spot, cast, setting),
            cast=cast,
            setting=setting,
            mood=script.fields.get("mood", ""),
            format=self.resolver.format_of(script, told),
            after=script.fields.get("after") or None,
            group=script.fields.get("group", ""),
            references=self.resolver.references_of(script, told),
            lettering=script.lettering,
            spot=spot,
        )
        name = fold(panel.key)
        if other := self.panels.get(name):
            at = f"{other.spot.file}:{other.spot.line}"
            self.defects.fault(spot, f"the key {panel.key!r} is that of {at} as well")
        else:
            self.panels[name] = panel
            self._places[fold(place_key)] = name
            if "after" in script.places:
                self._after[name] = Spot(file, script.places["after"].line)
        return panel

    def _given(self, key: str | None, spot: Spot) -> str:
        """A key that the author gave, or nothing."""
        if key is None:
            return ""
        plain = key_of_name(" ".join(key.split()))
        fault = fault_of_letters(plain) or fault_of_key(plain)
        if fault is None and plain.split("/")[0].casefold() in RESERVED:
            fault = f"{plain.split('/')[0]}/ is kept for the sheets of the cast"
        if fault is not None:
            self.defects.fault(spot, f"key {key[:60]!r}: {fault}")
            return ""
        return plain

    def _action(
        self,
        script: ScriptPanel,
        spot: Spot,
        cast: tuple[Appearance, ...],
        setting: Appearance | None,
    ) -> str:
        action = script.action.strip()
        said = (action, script.fields.get("mood", ""), *(each.text for each in script.lettering))
        if letter := next(filter(None, map(control_in, said)), None):
            self.defects.fault(spot, f"the panel's words hold the control character {letter}")
        if not action:
            text = "the panel has no action: nothing says what is drawn"
            tell = self.defects.warn if cast or setting else self.defects.fault
            tell(spot, text)
        return action


def numbers_in(label: str) -> list[int]:
    """The numbers in what an author wrote for a number: 2 and 3 in `2-3`."""
    return [int(each[:_DIGITS]) for each in _NUMBER.findall(label[:_LABEL])]


def _is_long(label: str) -> bool:
    """Whether a label is that of more than two pages."""
    numbers = numbers_in(label)
    return len(numbers) > 1 and abs(numbers[1] - numbers[0]) > 1


def with_panels(
    chapters: Iterable[BookChapter], panels: dict[str, BookPanel]
) -> tuple[BookChapter, ...]:
    """Chapters with other panels in place of those that have the same keys.

    Args:
        chapters: in reading order.
        panels: by `fold(key)`.
    """
    return tuple(
        replace(
            chapter,
            pages=tuple(
                replace(page, panels=tuple(panels.get(fold(p.key), p) for p in page.panels))
                for page in chapter.pages
            ),
        )
        for chapter in chapters
    )
