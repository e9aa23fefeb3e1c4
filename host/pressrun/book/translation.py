"""A book's script in another language: the same panels, with other words in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pressrun.book.assembly import ChapterTold, numbers_in, with_panels
from pressrun.book.defects import Defects
from pressrun.book.model import BookChapter, BookPage, BookPanel, Spot
from pressrun.book.nearest import HINTS, meant
from pressrun.picture.key import fold
from pressrun.scripts.script import ScriptPage, ScriptPanel

FOLDER = "lang"
"""The folder of the translations, each in one that its language names."""


def translated(
    chapters: Sequence[BookChapter],
    script: Sequence[ChapterTold],
    language: str,
    defects: Defects,
    *,
    is_whole: tuple[bool, bool] = (True, True),
) -> tuple[BookChapter, ...]:
    """The chapters with the words of a translation.

    Which panel is which, keys say, then numbers of pages and panels, then their order.

    Args:
        chapters: of the book itself.
        script: of the translation.
        language: which one it is.
        defects: of the book.
        is_whole: whether all of the book's panels are known, and whether the script is without
            faults and all of the translation is known: if not, nobody knows what is missing.
    """
    found = _Translation(chapters, language, defects)
    for at, told in enumerate(script):
        found.take(at, told)
    if is_whole[0]:
        found.tell_strange()
    if all(is_whole):
        found.tell_missing()
    return with_panels(chapters, found.panels)


@dataclass
class _Translation:
    chapters: Sequence[BookChapter]
    language: str
    defects: Defects
    panels: dict[str, BookPanel] = field(init=False)
    """By `fold(key)`."""
    _done: dict[str, Spot] = field(default_factory=dict)
    _by_name: dict[str, int] = field(init=False)
    """The places of chapters by `fold(key)`."""
    _numbered: dict[int, dict[int, BookPage]] = field(default_factory=dict)
    """The pages of chapters by their numbers, by the places of the chapters."""
    _strange: list[Spot] = field(default_factory=list)
    """Panels that are none of the book's, and have no key."""
    _misses: dict[Spot, str] = field(default_factory=dict)
    """The same for those that have one."""
    _uneven: dict[Spot, str] = field(default_factory=dict)
    """Panels with more or fewer words than in the book."""

    def __post_init__(self) -> None:
        self.panels = {fold(each.key): each for chapter in self.chapters for each in chapter.panels}
        places = enumerate(self.chapters)
        self._by_name = {fold(each.key): at for at, each in reversed([*places])}

    def take(self, at: int, told: ChapterTold) -> None:
        """Take the next chapter of the translation."""
        file, script = told
        at = self._by_name.get(fold(script.key), at) if script.key is not None else at
        for number, page in enumerate(script.pages):
            own = self._page(at, number, page) if at < len(self.chapters) else None
            for place, panel in enumerate(page.panels):
                spot = Spot(file, panel.place.line)
                key = panel.key and fold(panel.key)
                found = self.panels.get(key) if key else _panel(own, place, panel)
                if found is not None:
                    self._translate(found, panel, spot)
                elif not panel.key:
                    self._strange.append(spot)
                else:
                    self._misses[spot] = panel.key

    def tell_strange(self) -> None:
        """Tell of panels that the book does not have.

        Those without a key are told as one: a heading that is wrong moves all that follow.
        """
        if self._strange:
            first, *others = self._strange
            more = f" (nor {len(others):,} further ones of this language)" if others else ""
            self.defects.fault(
                first,
                f"the book has no such panel{more}; give it the key of the panel that it "
                "translates, such as {#" + self._example() + "}",
            )
        keys = tuple(each.key for each in self.panels.values())
        for count, (spot, key) in enumerate(self._misses.items()):
            hint = meant(key, keys) if count < HINTS else ""
            self.defects.fault(spot, f"the book has no panel {key[:60]!r}{hint}")

    def tell_missing(self) -> None:
        """Warn of panels whose words nobody translated, or not all of them."""
        for spot, text in self._uneven.items():
            self.defects.warn(spot, text)
        missing = [
            panel
            for name, panel in self.panels.items()
            if panel.lettering and name not in self._done
        ]
        for panel in missing:
            self.defects.warn(panel.spot, f"the words of {panel.key} are not in {self.language!r}")

    def _page(self, at: int, place: int, script: ScriptPage) -> BookPage | None:
        """The page of a chapter with the number that is written, or else the one in that place."""
        chapter = self.chapters[at]
        if at not in self._numbered:
            self._numbered[at] = {page.number: page for page in chapter.pages}
        numbers = numbers_in(script.label)
        if numbers and numbers[0] in self._numbered[at]:
            return self._numbered[at][numbers[0]]
        return chapter.pages[place] if place < len(chapter.pages) else None

    def _translate(self, panel: BookPanel, script: ScriptPanel, spot: Spot) -> None:
        name = fold(panel.key)
        if name in self._done:
            other = self._done[name]
            at = f"{other.file}:{other.line}"
            self.defects.fault(spot, f"{panel.key} is translated twice: also in {at}")
            return
        self._done[name] = spot
        if len(panel.lettering) != len(script.lettering):
            self._uneven[spot] = (
                f"{panel.key} has {_pieces(len(panel.lettering))} of lettering, and here "
                f"{_pieces(len(script.lettering))}"
            )
        self.panels[name] = replace(
            self.panels[name],
            action=script.action or panel.action,
            lettering=script.lettering or panel.lettering,
        )

    def _example(self) -> str:
        return next((each.key for each in self.panels.values()), "ch01/p001/panel-1")


def _panel(page: BookPage | None, at: int, script: ScriptPanel) -> BookPanel | None:
    """The panel of a page with the number that is written, or else the one in that place."""
    if page is None:
        return None
    numbers = numbers_in(script.label)
    at = numbers[0] - 1 if numbers else at
    return page.panels[at] if 0 <= at < len(page.panels) else None


def _pieces(count: int) -> str:
    return f"{count} piece{'' if count == 1 else 's'}"
