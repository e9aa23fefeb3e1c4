"""What a prompt says of lettering: to leave room, or where the site draws it, the words."""

from collections import Counter
from collections.abc import Mapping

from pressrun.book.language import is_lettered
from pressrun.book.model import Book, BookPanel
from pressrun.book.said import labelled, line, plain
from pressrun.scripts.script import Lettering, Voice

NO_WORDS = (
    "Draw no words, letters, speech balloons, captions, sound effects, signatures or watermarks."
)

LETTER = (
    "Letter these words into the picture, exactly as they are written and in this order, and no "
    "others:"
)

_KINDS = {
    Voice.BALLOON: ("speech balloon", "speech balloons"),
    Voice.CAPTION: ("caption", "captions"),
    Voice.EFFECT: ("sound effect", "sound effects"),
}
_COUNTS = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def lettering_words(book: Book, panel: BookPanel, names: Mapping[str, str]) -> str:
    """The layer of lettering; for the names see `names_of`."""
    if is_lettered(book, panel):
        return _drawn(book, panel, names)
    return f"{_room(panel)}\n{NO_WORDS}" if panel.lettering else NO_WORDS


def _room(panel: BookPanel) -> str:
    """How much room to leave: the words are no part of it, so that they may change for nothing."""
    found = Counter(each.voice for each in panel.lettering)
    *first, last = [
        f"{_COUNTS[count] if count < len(_COUNTS) else count} {names[count > 1]}"
        for voice, names in _KINDS.items()
        if (count := found[voice])
    ]
    for_what = f"{', '.join(first)} and {last}" if first else last
    return f"Leave calm, empty room for {for_what}, to be lettered later."


def _drawn(book: Book, panel: BookPanel, names: Mapping[str, str]) -> str:
    lines = [
        f"{number}. {_who(each, names)}: “{line(each.text)}”"
        for number, each in enumerate(panel.lettering, start=1)
    ]
    looks = labelled("How the lettering looks", plain(book.style.letters))
    return "\n".join([LETTER, *lines, *([looks] if looks else [])])


def _who(said: Lettering, names: Mapping[str, str]) -> str:
    """The kind of some lettering, and whose it is: `Speech balloon, Mara (whisper)`."""
    speakers = [names.get(_folded(each), line(each)) for each in said.speakers]
    parts = [_KINDS[said.voice][0].capitalize(), " and ".join(speakers)]
    manner = f" ({line(said.manner)})" if said.manner else ""
    return ", ".join(filter(None, parts)) + manner


def names_of(book: Book) -> dict[str, str]:
    """The names of the cast by all that scripts call them: a speaker is called as in its words."""
    return {
        _folded(called): line(each.name)
        for each in book.cast.values()
        for called in (*each.aliases, each.id, each.name)
    }


def _folded(name: str) -> str:
    return line(name).casefold()
