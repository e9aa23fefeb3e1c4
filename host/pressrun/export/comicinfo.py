"""`ComicInfo.xml`: what readers of comics want to know, in the order of its schema (2.0 and 2.1).

Nothing is told that is empty: readers take an empty number for a fault.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pressrun.book.model import Appearance
from pressrun.export.leaves import Leaf, Shows, Volume

NAME = "ComicInfo.xml"

MARK = "Made with Pressrun"
"""Among the notes: a file with them may be written over."""

_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""


class Scan(NamedTuple):
    """A page as it is packed."""

    leaf: Leaf
    width: int
    """In pixels, as `height` is."""
    height: int
    bytes: int


def text(volume: Volume, scans: Sequence[Scan]) -> bytes:
    """The whole file, in UTF-8.

    Args:
        volume: what is packed.
        scans: its pages, in the order of the archive.
    """
    root = ET.Element("ComicInfo")
    for name, value in _told(volume, len(scans)):
        if said := " ".join(_ILLEGAL.sub("", value).split()):
            ET.SubElement(root, name).text = said
    pages = ET.SubElement(root, "Pages")
    for index, scan in enumerate(scans):
        ET.SubElement(pages, "Page", _page(index, scan))
    ET.indent(root)
    told = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{told}\n'.encode()


def _told(volume: Volume, count: int) -> Iterable[tuple[str, str]]:
    book, chapter = volume.book, volume.chapter
    yield "Title", volume.title
    yield "Series", book.title
    yield "Number", str(chapter.number if chapter else 1)
    yield "Count", str(len(book.chapters) if chapter else 1)
    yield "Notes", f"{MARK}."
    yield "Writer", book.author
    yield "PageCount", str(count)
    yield "LanguageISO", volume.language
    # only this word turns the direction: a plain "Yes" does not
    yield "Manga", "YesAndRightToLeft" if volume.is_rtl else "No"
    yield "Characters", _names(each for panel in volume.panels for each in panel.cast)
    yield "Locations", _names(panel.setting for panel in volume.panels if panel.setting)


def _names(shown: Iterable[Appearance]) -> str:
    """Names as a list; a comma within one would make two of it."""
    names = dict.fromkeys(each.subject.name.replace(",", " ") for each in shown)
    return ", ".join(names)


def _page(index: int, scan: Scan) -> dict[str, str]:
    kind = "FrontCover" if index == 0 else "Story" if scan.leaf.shows is Shows.PANELS else "Other"
    return {
        "Image": str(index),
        "Type": kind,
        "DoublePage": "true" if scan.leaf.double else "false",
        "ImageSize": str(scan.bytes),
        "ImageWidth": str(scan.width),
        "ImageHeight": str(scan.height),
    }
