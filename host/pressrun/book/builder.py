"""Chapters, pages and panels of a script, put together as they are met."""

from dataclasses import dataclass, field

from pressrun.scripts.script import Lettering, ScriptChapter, ScriptPage, ScriptPanel
from pressrun.texts.faults import Place


@dataclass
class Draft:
    """A heading's part: what stands at it, and what holds for every panel below it."""

    place: Place
    label: str = ""
    title: str = ""
    key: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)


@dataclass
class PanelDraft(Draft):
    """A panel that is being read."""

    action: list[str] = field(default_factory=list)
    """Its paragraphs."""
    lettering: list[Lettering] = field(default_factory=list)


@dataclass
class PageDraft(Draft):
    """A page that is being read."""

    double: bool = False
    splash: bool = False
    """It is one picture, also without a heading for its panel."""
    panels: list[ScriptPanel] = field(default_factory=list)


@dataclass
class Builder:
    """Puts a script together in the order of its file."""

    chapters: list[ScriptChapter] = field(default_factory=list)
    chapter: Draft | None = None
    page: PageDraft | None = None
    panel: PanelDraft | None = None
    _pages: list[ScriptPage] = field(default_factory=list)

    @property
    def part(self) -> Draft | None:
        """The innermost part that is open."""
        return self.panel or self.page or self.chapter

    def begin_chapter(self, part: Draft) -> None:
        """Begin a chapter, which ends the one before."""
        self.end()
        self.chapter = part

    def begin_page(self, part: PageDraft) -> None:
        """Begin a page; in a script that names no chapter it begins one."""
        self._end_page()
        if self.chapter is None:
            self.chapter = Draft(part.place)
        self.page = part

    def begin_panel(self, part: PanelDraft) -> None:
        """Begin a panel; in a chapter that names no page it begins one."""
        self._end_panel()
        if self.page is None:
            self.begin_page(PageDraft(part.place))
        self.panel = part

    def end(self) -> None:
        """End what is open."""
        self._end_page()
        part = self.chapter
        if part is not None:
            pages = tuple(self._pages)
            self.chapters.append(ScriptChapter(part.place, pages, part.title, part.label, part.key))
        self.chapter, self._pages = None, []

    def _end_page(self) -> None:
        self._end_panel()
        part = self.page
        if part is not None:
            panels = tuple(part.panels)
            self._pages.append(
                ScriptPage(part.place, panels, part.label, part.title, part.double, part.key)
            )
        self.page = None

    def _end_panel(self) -> None:
        part = self.panel
        if part is not None and self.page is not None:
            above = [each for each in (self.chapter, self.page) if each is not None]
            fields, places = dict[str, str](), dict[str, Place]()
            for each in (*above, part):
                fields |= each.fields
                places |= each.places
            self.page.panels.append(
                ScriptPanel(
                    part.place,
                    "\n\n".join(part.action),
                    tuple(part.lettering),
                    fields,
                    places,
                    part.label,
                    part.key,
                )
            )
        self.panel = None
