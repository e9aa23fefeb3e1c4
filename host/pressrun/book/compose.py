"""From a panel of the book to its prompt, in fixed layers, and to the pictures sent with it.

Nothing but what the book says gets into a prompt: no path, no time, no order that could differ. So
the same book gives the same prompts on every machine.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pressrun.book import groups
from pressrun.book.attached import Attached, Digest, Numbered, Purpose, chosen, digest_of
from pressrun.book.figure import Figure, figures
from pressrun.book.lettering import lettering_words, names_of
from pressrun.book.model import Book, BookPanel, Style
from pressrun.book.said import Said, labelled, plain
from pressrun.picture.ingredients import (
    ACTION,
    PANEL_PICTURES,
    STYLE,
    STYLE_PICTURES,
    hashed,
)

FORMAT = "format"
"""The layer that is no part of the words: the site is asked for a format in a way of its own."""


class Layer(NamedTuple):
    """One part of what is sent."""

    name: str
    text: str


@dataclass(frozen=True)
class Composed:
    """A picture as it is asked for."""

    layers: tuple[Layer, ...]
    """Without empty ones, in this order: style, cast, place, action, mood, lettering, format."""
    sent: tuple[Attached, ...]
    """In the order in which they are attached."""
    left_out: tuple[Attached, ...]
    """For which there is no room."""
    format: str | None
    ingredients: Mapping[str, str]
    """By names for people, in the order of the layers, each with a short hash of what it said."""

    @property
    def prompt(self) -> str:
        """The words that are sent."""
        return "\n\n".join(layer.text for layer in self.layers if layer.name != FORMAT)

    @property
    def references(self) -> tuple[Path, ...]:
        """The files that are sent; the picture of the panel before is added when it is made."""
        return tuple(each.path for each in self.sent if each.path is not None)


class Composer:
    """Composes the panels of one book; it looks at each file, and for each group, once."""

    def __init__(self, book: Book, digest: Digest = digest_of) -> None:
        self.book = book
        self._digest = functools.cache(digest)
        self._followed = groups.followed(book)
        self._names = names_of(book)

    def panel(self, panel: BookPanel) -> Composed:
        """What a panel is made from."""
        return _composed(self.book, panel, self.before(panel), self._digest, self._names)

    def before(self, panel: BookPanel) -> str | None:
        """The key of the panel before one in its group."""
        return self._followed.get(panel.key)


def compose(book: Book, panel: BookPanel) -> Composed:
    """What one panel is made from; for many, a `Composer` is faster."""
    return Composer(book).panel(panel)


def assembled(
    *parts: tuple[str, str],
    pictures: tuple[tuple[Attached, ...], tuple[Attached, ...]],
    ratio: str | None,
    ingredients: Iterable[tuple[str, str]],
) -> Composed:
    """Layers by name, and all else, as one; empty layers are left out."""
    layers = (*parts, (FORMAT, ratio or ""))
    return Composed(
        tuple(Layer(name, text) for name, text in layers if text),
        *pictures,
        ratio,
        dict(ingredients),
    )


def _composed(
    book: Book, panel: BookPanel, before: str | None, digest: Digest, names: Mapping[str, str]
) -> Composed:
    cast = figures(panel.cast)
    setting = figures([panel.setting] if panel.setting else [])
    own = [Attached(Purpose.PANEL, "this panel", path) for path in panel.references]
    pictures = chosen(
        [style_pictures(book.style), *(each.attached for each in (*cast, *setting)), own], before
    )
    numbers, said = Numbered(pictures[0]), Said()
    lettering = lettering_words(book, panel, names)
    return assembled(
        ("style", style_words(book.style, numbers, said)),
        ("cast", cast_words(cast, numbers, said)),
        ("place", "\n".join(f"Place: {each.words(numbers, said)}" for each in setting)),
        ("action", _action(panel, numbers, said, follows=before is not None)),
        ("mood", labelled("Mood", said.new(panel.mood))),
        ("lettering", lettering),
        pictures=pictures,
        ratio=panel.format,
        ingredients=[
            *style_told(book.style, digest),
            *(told for each in (*cast, *setting) for told in each.told(digest)),
            *_told(panel, lettering, digest),
            *([("the panel before", hashed())] if before is not None else []),
        ],
    )


def style_words(style: Style, numbers: Numbered, said: Said) -> str:
    """The layer of the style bible, a line each."""
    shown = numbers.of(style.references)
    lines = [
        labelled("Style", said.new(style.words)),
        f"Drawn as {shown}, of which nothing but the style is taken." if shown else "",
        labelled("Palette", said.new(style.palette)),
        labelled("Line", said.new(style.line)),
        labelled("Never draw", said.new(style.never)),
    ]
    return "\n".join(filter(None, lines))


def style_pictures(style: Style) -> list[Attached]:
    """The reference pictures of the style bible."""
    return [Attached(Purpose.STYLE, "the style", path) for path in style.references]


def style_told(style: Style, digest: Digest) -> Iterator[tuple[str, str]]:
    """The ingredients of the style bible."""
    said = (style.words, style.palette, style.line, style.never)
    if any(said):
        yield STYLE, hashed(*said)
    if style.references:
        yield STYLE_PICTURES, hashed(*map(digest, style.references))


def cast_words(cast: Sequence[Figure], numbers: Numbered, said: Said) -> str:
    """The layer of the cast: a line each, in the order in which the panel names them."""
    return "\n".join(["Characters:", *(each.words(numbers, said) for each in cast)] if cast else [])


def _action(panel: BookPanel, numbers: Numbered, said: Said, *, follows: bool) -> str:
    """What happens, after what its pictures are for."""
    shown = numbers.of(panel.references)
    goes_on = (
        "This goes on from the last attached picture, the panel before: people, clothes, place and "
        "light stay as they are there, unless the words say otherwise."
    )
    # an action that says only what other layers say is still what happens here
    action = said.new(panel.action) or plain(panel.action)
    lines = [goes_on if follows else "", f"See also {shown}." if shown else "", action]
    return "\n".join(filter(None, lines))


def _told(panel: BookPanel, lettering: str, digest: Digest) -> Iterator[tuple[str, str]]:
    if panel.references:
        yield PANEL_PICTURES, hashed(*map(digest, panel.references))
    for name, what in (
        (ACTION, panel.action),
        ("the mood", panel.mood),
        ("the lettering", lettering),
        ("the format", panel.format),
    ):
        if what:
            yield name, hashed(what)
