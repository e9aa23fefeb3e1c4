"""What a run over a book wants: the sheets that panels wait for, then the panels themselves."""

from collections.abc import Collection
from functools import cache

from pressrun.book import sheet
from pressrun.book.attached import Digest, digest_of
from pressrun.book.compose import Composed, Composer
from pressrun.book.figure import figures, is_lacking, sheet_key
from pressrun.book.language import is_made
from pressrun.book.model import Book, BookPanel
from pressrun.picture.panel import Panel


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
    first = _sheets(book, sheets, digest, made=bool(made))
    keys = {each.key for each in first} | {panel.key for _, panel in made}
    return [*first, *(_panel(panel, scene, keys, composer) for scene, panel in made)]


def _sheets(book: Book, named: Collection[str], digest: Digest, *, made: bool) -> list[Panel]:
    """The sheets that are made; where no panel is, as in many a translation, none is lacking."""
    return [
        _asked(
            sheet_key(subject, look),
            sheet.compose(book, subject, look, digest),
            after=sheet.waits(subject, look),
            scene=sheet_key(subject),
        )
        for subject, look in sheet.sheets(book)
        if sheet_key(subject, look) in named or (made and is_lacking(look or subject))
    ]


def _panel(panel: BookPanel, scene: str, keys: Collection[str], composer: Composer) -> Panel:
    # a translation makes only some panels, and a run no sheet that is approved already
    after = panel.after if panel.after in keys else None
    return _asked(
        panel.key,
        composer.panel(panel),
        # an approved sheet changes what the panel is made from, so it comes first
        after=lacking(panel) or after,
        scene=scene,
        before=composer.before(panel),
    )


def lacking(panel: BookPanel) -> str | None:
    """The key of the first sheet that a panel waits for; None where it waits for none."""
    shown = figures([*panel.cast, *([panel.setting] if panel.setting else [])])
    return next((key for each in shown for key in each.waits), None)


def _asked(
    key: str, composed: Composed, *, after: str | None, scene: str, before: str | None = None
) -> Panel:
    return Panel(
        key,
        composed.prompt,
        after,
        composed.references,
        composed.format,
        before,
        scene,
        composed.ingredients,
    )
