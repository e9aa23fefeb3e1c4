"""The words of a book for its letterer: each balloon, caption and effect numbered on its page.

Under `PAGE 4 (left)   ch01/p004` and `Panel 1   ch01/p004/panel-1` stand lines such as
`1  MARA (whisper): Did you hear that?` and `2  SFX: KRAK`.
"""

from collections.abc import Iterable, Iterator, Mapping

from pressrun import characters
from pressrun.book.model import BookPage, BookPanel
from pressrun.export.leaves import Volume
from pressrun.scripts.script import Lettering, Voice

MARK = "made with Pressrun"
"""In the first line: such a file may be written over."""


def numbers(page: BookPage) -> Mapping[str, list[int]]:
    """The numbers of the words of each panel of a page, by key."""
    found, last = dict[str, list[int]](), 0
    for panel in page.panels:
        found[panel.key] = [last + 1 + index for index in range(len(panel.lettering))]
        last += len(panel.lettering)
    return found


def said(words: Lettering) -> str:
    """Who speaks, as letterers write it: `MARA (whisper)`, `CAPTION`, `SFX`."""
    manner = f" ({words.manner})" if words.manner else ""
    who = " & ".join(words.speakers)
    match words.voice:
        case Voice.BALLOON:
            return f"{who or 'BALLOON'}{manner}"
        case Voice.CAPTION:
            return f"CAPTION{f' ({who})' if who else ''}{manner}"
        case Voice.EFFECT:
            return f"SFX{manner}"


def text(volume: Volume) -> str:
    """All words of an export, as a text that can be copied."""
    return characters.dropped("\n".join(_lines(volume))) + "\n"


def _lines(volume: Volume) -> Iterator[str]:
    who = f", {volume.book.author}" if volume.book.author else ""
    yield f"Lettering of {volume.name}{who} ({volume.language}; {MARK})"
    pages = [page for chapter in volume.chapters for page in chapter.pages if page.panels]
    told = dict(_numbered(volume, pages))
    for chapter in volume.chapters:
        yield ""
        yield _one_line(f"CHAPTER {chapter.number} {chapter.title}")
        for page in chapter.pages:
            if page.panels:
                yield ""
                yield f"{told[page.key]}   {page.key}"
                yield from _panels(page)


def _numbered(volume: Volume, pages: Iterable[BookPage]) -> Iterator[tuple[str, str]]:
    """Each page's number in the export, and on which side it lies."""
    if not volume.book.layout.laid_out:
        number = 1
        for page in pages:
            last = number + (1 if page.double else 0)
            yield page.key, f"PAGES {number}–{last}" if page.double else f"PAGE {number}"
            number = last + 1
        return
    for leaf in volume.leaves:
        if leaf.page is not None:
            many = "S" if leaf.double else ""
            side = "" if leaf.double else f" ({leaf.side})"
            yield leaf.page.key, f"PAGE{many} {leaf.numbers}{side}"


def _panels(page: BookPage) -> Iterator[str]:
    found = numbers(page)
    for panel in page.panels:
        yield f"  Panel {panel.panel}   {panel.key}"
        if not panel.lettering:
            yield "    no words"
        for number, words in zip(found[panel.key], panel.lettering, strict=True):
            yield f"    {number:>2}  {said(words)}: {_one_line(words.text)}"


def _one_line(told: str) -> str:
    return " ".join(characters.dropped(told).split())


def reading(panel: BookPanel) -> list[str]:
    """The words of a panel alone, in reading order, each in one line."""
    return [line for words in panel.lettering if (line := _one_line(words.text))]
