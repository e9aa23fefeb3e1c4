"""What in a book looks wrong although it can be used."""

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice
from pathlib import Path

from pressrun.book.defects import Defects
from pressrun.book.find import NAME
from pressrun.book.model import Book, BookPanel, Spot, Subject
from pressrun.book.nearest import HINTS, folded, meant, nearest
from pressrun.picture.key import fold
from pressrun.scripts.script import Voice

_OFF = re.compile(r"\b(?:off|o\.?s|o\.?c|v\.?o|radio|phone|voice|hors champ|voz)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_STRANGERS = 200
"""For how many speakers of no name in the cast one is looked for."""

_LEAST = 3
"""Shorter names are words of many languages."""


def tell(book: Book, used: AbstractSet[str], rows_at: Mapping[str, int], defects: Defects) -> None:
    """Note what looks wrong.

    Args:
        book: whose.
        used: the subjects and variants that panels show; see `Resolver.used`.
        rows_at: see `Settings.rows_at`.
        defects: of the book.
    """
    # a name that is wrong in the script shows nobody, and nobody need be told so
    is_whole = not defects.are_faults
    for subject in (*book.cast.values(), *book.places.values()):
        if is_whole:
            _tell_unused(subject, used, defects)
        _tell_bare_looks(subject, defects)
    if not is_whole:
        return
    known = _by_names(book)
    _tell_rows(book, rows_at, defects)
    _tell_unseen(book, known, defects)
    _tell_strangers(book, known, defects)


def _tell_unused(subject: Subject, used: AbstractSet[str], defects: Defects) -> None:
    name = f"places/{subject.id}" if subject.is_place else subject.id
    if name not in used:
        defects.warn(subject.spot, f"no panel shows {subject.name}")
        return
    for look in subject.looks.values():
        if f"{name}/{look.name}" not in used:
            defects.warn(look.spot, f"no panel shows {subject.name} ({look.name})")


def _tell_bare_looks(subject: Subject, defects: Defects) -> None:
    """A costume that only words tell contradicts pictures of the body in another one."""
    if subject.is_place or not (subject.references or subject.sheet):
        return
    for look in subject.looks.values():
        if not (look.references or look.sheet or look.wants_sheet):
            defects.warn(
                look.spot,
                f"{subject.name} ({look.name}) has no reference pictures of its own: those of "
                f"{subject.name} are sent and may contradict its words. To have one made: "
                "sheet = true",
            )


def _tell_rows(book: Book, rows_at: Mapping[str, int], defects: Defects) -> None:
    """Rows of pages that are not there, or that have other panels."""
    pages = {fold(page.key): page for chapter in book.chapters for page in chapter.pages}
    keys, misses = tuple(each.key for each in pages.values()), 0
    for key, rows in book.layout.rows.items():
        page = pages.get(fold(key))
        spot = Spot(Path(NAME), rows_at.get(key, 1))
        if page is None:
            misses += 1
            hint = meant(key, keys) if misses <= HINTS else ""
            defects.warn(spot, f"[pages.rows]: there is no page {key!r}{hint}")
        elif sum(rows) != len(page.panels):
            defects.warn(
                spot,
                f"[pages.rows]: the rows of {key!r} hold {sum(rows)} panels, and the page has "
                f"{len(page.panels)}; it is laid out as if it had no rows here",
            )


def _tell_unseen(book: Book, known: Mapping[str, Subject], defects: Defects) -> None:
    """Somebody speaks or is named, and no cast line says who is to be seen."""
    named, unseen = _named_in_words(book), dict[str, list[BookPanel]]()
    for panel in book.panels:
        if panel.cast:
            continue
        speakers = [known[plain].name for who in _heard(panel) if (plain := folded(who)) in known]
        for name in dict.fromkeys([*speakers, *named(panel.action)]):
            unseen.setdefault(name, []).append(panel)
    for name, panels in unseen.items():
        text = f"{name} is here, and no 'cast' says who is to be seen{_more(panels)}"
        defects.warn(panels[0].spot, text)


def _tell_strangers(book: Book, known: Mapping[str, Subject], defects: Defects) -> None:
    """The names of speakers that are nearly somebody's."""
    names = tuple(name for name in known if len(name) >= _LEAST)
    strange = dict[str, list[BookPanel]]()
    for panel in book.panels:
        for who in _heard(panel):
            if folded(who) not in known:
                strange.setdefault(who, []).append(panel)
    for who, panels in islice(strange.items(), _STRANGERS):
        if near := nearest(who, names):
            text = f"{who} speaks; did you mean {known[near].name!r}?{_more(panels)}"
            defects.warn(panels[0].spot, text)


def _by_names(book: Book) -> dict[str, Subject]:
    """The characters by every name that scripts may use, as `folded`."""
    return {
        folded(name): subject
        for subject in book.cast.values()
        for name in (subject.id, subject.name, *subject.aliases)
    }


def _named_in_words(book: Book) -> Callable[[str], list[str]]:
    """Tells whose names an action holds, as they are written or in capitals."""
    owners = dict[tuple[str, ...], dict[str, str]]()
    """By the words of a name: the name as it is written, and who has it."""
    lengths = dict[str, dict[int, None]]()
    """By the first word of names: how many words they have."""
    for subject in book.cast.values():
        for name in (subject.name, *subject.aliases):
            for form in (name, name.upper()) if len(name) >= _LEAST else ():
                if words := tuple(_WORD.findall(form)):
                    owners.setdefault(words, {}).setdefault(form, subject.name)
                    lengths.setdefault(words[0], {})[len(words)] = None

    def named(action: str) -> list[str]:
        words = _WORD.findall(action)
        found = dict.fromkeys(
            tuple(words[at : at + length])
            for at, word in enumerate(words)
            for length in lengths.get(word, ())
        )
        return [
            owner
            for each in found
            for form, owner in owners.get(each, {}).items()
            if re.search(rf"(?<!\w){re.escape(form)}(?!\w)", action)
        ]

    return named


def _more(panels: Sequence[BookPanel]) -> str:
    count = len(panels) - 1
    return f" (also in {count:,} further panel{'' if count == 1 else 's'})" if count else ""


def _heard(panel: BookPanel) -> list[str]:
    """Who speaks in a panel and can be seen."""
    return [
        who
        for each in panel.lettering
        if each.voice == Voice.BALLOON and not _OFF.search(each.manner)
        for who in each.speakers
    ]
