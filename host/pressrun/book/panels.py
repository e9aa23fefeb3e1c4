"""What a run over a book wants: the sheets that panels wait for, then the panels themselves."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import NamedTuple

from pressrun.book import sheet
from pressrun.book.attached import Digest, digest_of
from pressrun.book.compose import FORMAT, Composed, Composer
from pressrun.book.figure import figures, is_lacking, sheet_key
from pressrun.book.language import is_made
from pressrun.book.model import Book, BookPanel, Look, Spot, Subject
from pressrun.picture.key import fold
from pressrun.picture.panel import Panel


class Drawn(NamedTuple):
    """One picture of a book: a panel or a sheet."""

    panel: Panel
    composed: Composed
    spot: Spot
    """Where the book says so."""
    is_shared: bool = False
    """A translation does not make it: it holds no words, and is that of the book itself."""


def wanted(book: Book, sheets: Collection[str] = (), digest: Digest = digest_of) -> list[Panel]:
    """Every picture that a book wants, in the order in which they are made.

    Args:
        book: whose.
        sheets: keys of sheets that are wanted although no panel waits for them.
        digest: tells what a reference picture holds.
    """
    digest = cache(digest)
    composer = Composer(book, digest)
    made = [
        (chapter.key, panel)
        for chapter in book.chapters
        for panel in chapter.panels
        if is_made(book, panel)
    ]
    # where no panel is made, as in many a translation, none waits for a sheet
    first = [
        _sheet(book, subject, look, digest).panel
        for subject, look in sheet.sheets(book)
        if sheet_key(subject, look) in sheets or (made and is_lacking(look or subject))
    ]
    keys = {each.key for each in first} | {panel.key for _, panel in made}
    return [*first, *(_panel(panel, scene, composer, keys).panel for scene, panel in made)]


def named(book: Book, key: str) -> Drawn | None:
    """The panel or sheet of a key, or the panel whose place has it; None where there is none."""
    name = fold(key)
    for subject, look in sheet.sheets(book):
        if fold(sheet_key(subject, look)) == name:
            return _sheet(book, subject, look, digest_of)
    found = [(chapter.key, panel) for chapter in book.chapters for panel in chapter.panels]
    for own in (_key, _place_key):
        for scene, panel in found:
            if fold(own(panel)) == name:
                return _panel(panel, scene, Composer(book), {panel.after})
    return None


def keys(book: Book) -> Iterable[str]:
    """The keys of all panels and of all sheets that there could be."""
    yield from (panel.key for panel in book.panels)
    yield from (sheet_key(subject, look) for subject, look in sheet.sheets(book))


def _key(panel: BookPanel) -> str:
    return panel.key


def _place_key(panel: BookPanel) -> str:
    return panel.place_key


def _sheet(book: Book, subject: Subject, look: Look | None, digest: Digest) -> Drawn:
    composed = sheet.compose(book, subject, look, digest)
    after = sheet.waits(subject, look)
    # the sheets of one figure may share a chat, and those of two may not
    panel = _asked(sheet_key(subject, look), composed, after, sheet_key(subject))
    return Drawn(panel, composed, (look or subject).spot)


def _panel(panel: BookPanel, scene: str, composer: Composer, keys: Collection[str | None]) -> Drawn:
    composed = composer.panel(panel)
    # a sheet changes what the panel is made from, so it comes before the author's own wish; what
    # is not made, as a translation makes only some panels, is not waited for
    after = _lacking(panel) or (panel.after if panel.after in keys else None)
    asked = _asked(panel.key, composed, after, scene, composer.before(panel))
    return Drawn(asked, composed, panel.spot, is_shared=not is_made(composer.book, panel))


def _lacking(panel: BookPanel) -> str | None:
    """The key of the first sheet that a panel waits for; None where it waits for none."""
    shown = figures([*panel.cast, *([panel.setting] if panel.setting else [])])
    return next((key for each in shown for key in each.waits), None)


def _asked(
    key: str, composed: Composed, after: str | None, scene: str, before: str | None = None
) -> Panel:
    return Panel(
        key=key,
        prompt=composed.prompt,
        after=after,
        references=composed.references,
        format=composed.format,
        before=before,
        scene=scene,
        ingredients=composed.ingredients,
        layers=tuple((name, len(text)) for name, text in composed.layers if name != FORMAT),
    )
