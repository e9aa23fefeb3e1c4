"""Sheets: one picture that shows a figure or place from all sides, to draw all others after."""

from collections.abc import Iterator
from dataclasses import replace

from pressrun.book.attached import Digest, Numbered, chosen, digest_of
from pressrun.book.compose import (
    Composed,
    assembled,
    cast_words,
    style_pictures,
    style_told,
    style_words,
)
from pressrun.book.figure import Figure, is_lacking, sheet_key
from pressrun.book.lettering import NO_WORDS
from pressrun.book.model import Book, Look, Subject
from pressrun.book.said import Said, joined
from pressrun.picture.ingredients import SHEET, hashed

FORMAT_OF_SHEETS = "4:3"

_TURNAROUND = (
    "A character sheet of this one character on a plain light background. Upper row: the whole "
    "figure four times at the same height, from the front, three quarters, the side and the back, "
    "arms a little away from the body. Lower row: the head six times: calm, glad, sad, angry, "
    "afraid, surprised. Face, hair, build, clothes and colours are the same in all of them. No "
    "scenery, and nobody else."
)
_VIEWS = (
    "A sheet of this one place, in four views of the same size: the whole from afar, the whole "
    "from the opposite side, the middle of it at eye level, and a detail that it is known by. "
    "Layout, materials, colours and light are the same in all of them. Nobody is there."
)


def sheets(book: Book) -> Iterator[tuple[Subject, Look | None]]:
    """Everything that a sheet can be made of, in the order of the cast, then of the places."""
    for subject in (*book.cast.values(), *book.places.values()):
        yield subject, None
        for look in subject.looks.values():
            yield subject, look


def waits(subject: Subject, look: Look | None) -> str | None:
    """The key of the sheet that has to be approved before this one is made."""
    return sheet_key(subject) if look is not None and is_lacking(subject) else None


def compose(
    book: Book, subject: Subject, look: Look | None = None, digest: Digest = digest_of
) -> Composed:
    """What the sheet of a figure, a place or a variant is made from.

    A sheet that is approved already is no part of the one that replaces it.
    """
    shown = _shown(subject, look)
    pictures = chosen([style_pictures(book.style), shown.attached])
    numbers, said = Numbered(pictures[0]), Said()
    style = style_words(book.style, numbers, said)
    place = f"Place: {shown.words(numbers, said)}" if subject.is_place else ""
    action = _VIEWS if subject.is_place else _TURNAROUND
    return assembled(
        ("style", style),
        ("cast", "" if subject.is_place else cast_words([shown], numbers, said)),
        ("place", place),
        ("action", action),
        ("lettering", NO_WORDS),
        pictures=pictures,
        ratio=FORMAT_OF_SHEETS,
        ingredients=[
            *style_told(book.style, digest),
            *shown.told(digest),
            (SHEET, hashed(action, NO_WORDS)),
        ],
    )


def _shown(subject: Subject, look: Look | None) -> Figure:
    """A subject for its sheet: that of a variant is drawn after the sheet of the subject itself."""
    if look is None:
        return Figure(replace(subject, sheet=None), (None,))
    if not look.references:
        return Figure(subject, (replace(look, sheet=None, wants_sheet=False),))
    whole = replace(
        subject,
        words=joined(subject.words, look.words),
        references=(*subject.references, *look.references),
    )
    return Figure(whole, (None,))
