"""A book's script in another language: the same panels, with other words in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pressrun.book.assembly import ChapterTold, numbers_in, with_panels
from pressrun.book.defects import Defects
from pressrun.book.model import BookChapter, BookPage, BookPanel, Spot
from pressrun.book.nearest import meant
from pressrun.picture.key import fold
from pressrun.scripts.script import ScriptPage, ScriptPanel

FOLDER = "lang"
"""The folder of the translations, each in one that its language names."""


def translated(
    chapters: Sequence[BookChapter], script: Sequence[ChapterTold], language: str, defects: Defects
) -> tuple[BookChapter, ...]:
    """The chapters with the words of a translation.

    Which panel is which, keys say, then numbers of pages and panels, then their order.

    Args:
        chapters: of the book itself.
        script: of the translation.
        language: which one it is.
        defects: of the book.
    """
    found = _Translation(chapters, language, defects)
    for at, told in enumerate(script):
        found.take(at, told)
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

    def __post_init__(self) -> None:
        self.panels = {fold(each.key): each for chapter in self.chapters for each in chapter.panels}

    def take(self, at: int, told: ChapterTold) -> None:
        """Take the next chapter of the translation."""
        file, script = told
        chapter = self._chapter(at, script.key)
        for number, page in enumerate(script.pages):
            own = _page(chapter, number, page) if chapter else None
            for place, panel in enumerate(page.panels):
                spot = Spot(file, panel.place.line)
                found = self._by_key(panel.key, spot) if panel.key else _panel(own, place, panel)
                if found is not None:
                    self._translate(found, panel, spot)
                elif not panel.key:
                    self.defects.fault(
                        spot,
                        "the book has no such panel; give it the key of the panel that it "
                        "translates, such as {#" + self._example() + "}",
                    )

    def tell_missing(self) -> None:
        """Warn of panels whose words nobody translated."""
        missing = [
            panel
            for name, panel in self.panels.items()
            if panel.lettering and name not in self._done
        ]
        for panel in missing:
            self.defects.warn(panel.spot, f"the words of {panel.key} are not in {self.language!r}")

    def _chapter(self, at: int, key: str | None) -> BookChapter | None:
        if key is not None:
            for chapter in self.chapters:
                if fold(chapter.key) == fold(key):
                    return chapter
        return self.chapters[at] if at < len(self.chapters) else None

    def _by_key(self, key: str, spot: Spot) -> BookPanel | None:
        panel = self.panels.get(fold(key))
        if panel is None:
            hint = meant(key, tuple(each.key for each in self.panels.values()))
            self.defects.fault(spot, f"the book has no panel {key[:60]!r}{hint}")
        return panel

    def _translate(self, panel: BookPanel, script: ScriptPanel, spot: Spot) -> None:
        name = fold(panel.key)
        if name in self._done:
            other = self._done[name]
            at = f"{other.file}:{other.line}"
            self.defects.fault(spot, f"{panel.key} is translated twice: also in {at}")
            return
        self._done[name] = spot
        if len(panel.lettering) != len(script.lettering):
            self.defects.warn(
                spot,
                f"{panel.key} has {_pieces(len(panel.lettering))} of lettering, and here "
                f"{_pieces(len(script.lettering))}",
            )
        self.panels[name] = replace(
            self.panels[name],
            action=script.action or panel.action,
            lettering=script.lettering or panel.lettering,
        )

    def _example(self) -> str:
        return next((each.key for each in self.panels.values()), "ch01/p001/panel-1")


def _page(chapter: BookChapter, at: int, script: ScriptPage) -> BookPage | None:
    """The page of a chapter with the number that is written, or else the one in that place."""
    numbers = numbers_in(script.label)
    by_number = {page.number: page for page in chapter.pages}
    if numbers and numbers[0] in by_number:
        return by_number[numbers[0]]
    return chapter.pages[at] if at < len(chapter.pages) else None


def _panel(page: BookPage | None, at: int, script: ScriptPanel) -> BookPanel | None:
    """The same for a panel of a page."""
    if page is None:
        return None
    numbers = numbers_in(script.label)
    at = numbers[0] - 1 if numbers else at
    return page.panels[at] if 0 <= at < len(page.panels) else None


def _pieces(count: int) -> str:
    return f"{count} piece{'' if count == 1 else 's'}"
