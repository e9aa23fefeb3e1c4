"""Words that lie unseen over a page of a PDF, to be found, marked and copied.

Their typeface has letters without a line: each is as wide as any, and known by its Unicode.
"""

from collections.abc import Iterable, Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pressrun.export.layout import Box

_SIZES = (10.0, 6.0, 3.0, 1.0)
"""The largest letters, in points; smaller ones are taken where a page has no room for these."""

LINE = 1.3
"""From line to line, in heights of letters."""

_WIDTH = 0.5
"""Of each letter, in heights of letters."""

_CODES = 255
"""Letters that one typeface has."""

_POINTS_A_MM = 72 / 25.4


class Typefaces:
    """The typefaces of one document: as many as its letters need."""

    def __init__(self, document: Pdf) -> None:
        self._document = document
        self._codes: dict[str, int] = {}

    def column(self, told: Iterable[tuple[Sequence[str], Box]]) -> bytes:
        """What a page draws for the words of its panels.

        All of them are below each other in reading order, so that whoever sorts them by their
        places reads them as whoever takes them as they come.

        Args:
            told: the words of each panel, and its box: in points, from the page's bottom left
                corner; `y` is its top.
        """
        panels = list(told)
        for largest in _SIZES:
            top, drawn = float("inf"), list[bytes]()
            for words, box in panels:
                made, top = self._lines(words, box._replace(y=min(box.y, top)), largest)
                drawn.append(made)
            if top > 0:
                break
        return b"\n".join(filter(None, drawn))

    def _lines(self, words: Sequence[str], box: Box, largest: float) -> tuple[bytes, float]:
        """What is drawn for words from the top of a box on, and where it ends."""
        across = max(12, round(box.width / (largest * _WIDTH)))
        wrapped = [part for each in words for part in _wrapped(each, across)]
        if not wrapped:
            return b"", box.y
        longest = max(map(len, wrapped))
        size = min(largest, box.width / (longest * _WIDTH), box.height / (len(wrapped) * LINE))
        made = [b"BT 3 Tr"]
        for number, line in enumerate(wrapped):
            y = box.y - size * (1 + number * LINE)
            made.append(f"1 0 0 1 {box.x:.2f} {y:.2f} Tm".encode())
            made += self._runs(line, size)
        return b"\n".join([*made, b"ET"]), box.y - size * (len(wrapped) * LINE + 0.5)

    def _runs(self, line: str, size: float) -> Iterable[bytes]:
        """A line, with a change of typeface wherever its letters are in another."""
        codes = [self._codes.setdefault(letter, len(self._codes)) for letter in line]
        first = 0
        for last in range(1, len(codes) + 1):
            face = codes[first] // _CODES
            if last == len(codes) or codes[last] // _CODES != face:
                told = bytes(code % _CODES + 1 for code in codes[first:last]).hex()
                yield f"/T{face} {size:.3f} Tf <{told}> Tj".encode()
                first = last

    def resources(self) -> Dictionary:
        """All typefaces by name, once every page has been drawn."""
        letters = list(self._codes)
        return Dictionary(
            {
                f"/T{number}": self._face(letters[first : first + _CODES])
                for number, first in enumerate(range(0, len(letters), _CODES))
            }
        )

    def _face(self, letters: Sequence[str]) -> pikepdf.Object:
        names = [f"/g{code}" for code in range(1, len(letters) + 1)]
        width = round(_WIDTH * 1000)
        nothing = self._document.make_indirect(Stream(self._document, f"{width} 0 d0".encode()))
        return self._document.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type3,
                FontBBox=Array([0, -200, width, 800]),
                FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
                CharProcs=Dictionary(dict.fromkeys(names, nothing)),
                Encoding=Dictionary(Type=Name.Encoding, Differences=Array([1, *map(Name, names)])),
                FirstChar=1,
                LastChar=len(letters),
                Widths=Array([width] * len(letters)),
                Resources=Dictionary(),
                ToUnicode=self._document.make_indirect(
                    Stream(self._document, _to_unicode(letters))
                ),
            )
        )


def points(box: Box, bleed: float, height: float) -> Box:
    """A box in millimetres from a page's top left corner, in points from its bottom left one.

    Args:
        box: from the corner of the page without bleed.
        bleed: in millimetres.
        height: of the page with its bleed, in millimetres.
    """
    return Box(
        (box.x + bleed) * _POINTS_A_MM,
        (height - box.y - bleed) * _POINTS_A_MM,
        box.width * _POINTS_A_MM,
        box.height * _POINTS_A_MM,
    )


def _wrapped(words: str, across: int) -> Iterable[str]:
    """A text in lines of at most so many letters, parted at blanks; each ends with a blank."""
    line = ""
    for word in words.split():
        for piece in (word[at : at + across] for at in range(0, len(word), across)):
            if line and len(line) + len(piece) > across:
                yield line
                line = ""
            line += piece
        line += " "
    if line.strip():
        yield line.rstrip()


def _to_unicode(letters: Sequence[str]) -> bytes:
    """The map from a typeface's codes to Unicode, as PDF wants it."""
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CMapName /Unseen def /CMapType 2 def",
        "1 begincodespacerange <00> <ff> endcodespacerange",
    ]
    for first in range(0, len(letters), 100):
        some = letters[first : first + 100]
        lines.append(f"{len(some)} beginbfchar")
        lines += [
            f"<{first + index + 1:02x}> <{letter.encode('utf-16-be').hex()}>"
            for index, letter in enumerate(some)
        ]
        lines.append("endbfchar")
    return "\n".join([*lines, "endcmap end end"]).encode()
