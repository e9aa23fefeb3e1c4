"""What of a book is more than a prompt takes: words, and reference pictures."""

from pressrun.book.compose import Composer
from pressrun.book.defects import Defects, listed
from pressrun.book.model import Book, BookPanel
from pressrun.picture import format as formats
from pressrun.picture.panel import fault_of_prompt
from pressrun.protocol.messages.base import PROMPT_CHARS, REFERENCES

_SPARE_CHARS = 6_000
"""More than a prompt has besides the author's words."""


def tell(book: Book, defects: Defects) -> None:
    """Note panels with too many words, and those for which pictures are left out.

    Only panels that come near a limit are composed: it takes its time for thousands.
    """
    composer = Composer(book, lambda _: "")
    style = book.style
    of_style = sum(map(len, (style.words, style.palette, style.line, style.never, style.letters)))
    for panel in book.panels:
        near = of_style + _chars(panel) + _SPARE_CHARS > PROMPT_CHARS
        crowded = len(style.references) + _pictures(panel) >= REFERENCES
        if near or crowded:
            _tell(composer, panel, defects)


def _tell(composer: Composer, panel: BookPanel, defects: Defects) -> None:
    made = composer.panel(panel)
    if fault := fault_of_prompt(made.prompt, formats.ROOM_CHARS if made.format else 0):
        longest = max(made.layers, key=lambda layer: len(layer.text))
        defects.fault(panel.spot, f"{fault}; most of it is the {longest.name}")
    if made.left_out:
        told = listed([f"{each.about} ({each.path.name})" for each in made.left_out if each.path])
        defects.warn(
            panel.spot,
            f"more than {REFERENCES} reference pictures; not sent with {panel.key}: {told}",
        )


def _chars(panel: BookPanel) -> int:
    shown = [*panel.cast, *([panel.setting] if panel.setting else [])]
    of_cast = sum(len(each.words) + (len(look.words) if look else 0) for each, look in shown)
    lettered = sum(len(each.text) + 80 for each in panel.lettering)
    return of_cast + len(panel.action) + len(panel.mood) + lettered


def _pictures(panel: BookPanel) -> int:
    """At most how many pictures are sent for what a panel shows."""
    shown = [*panel.cast, *([panel.setting] if panel.setting else [])]
    count = sum(
        len(each.references) + 1 + (len(look.references) + 1 if look else 0) for each, look in shown
    )
    return count + len(panel.references)
