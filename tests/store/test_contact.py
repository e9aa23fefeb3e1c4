"""Contact sheets: read a few panels at a time, so that a long one holds up no tab."""

import asyncio
from pathlib import Path

import pytest

from helpers.libraries import Library
from helpers.stores import Book
from pressrun.library import sheet
from pressrun.picture.recipe import Recipe
from pressrun.press import contact
from pressrun.press.contact import ContactSheets
from pressrun.store import lists, panels
from pressrun.store.lists import Listed
from pressrun.store.panels import Shown


async def test_what_is_read_in_parts_is_what_is_read_at_once(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of the lists, also where two write a key in different cases."""
    library = Library(book, tmp_path / "story")
    await library.made("ch01/A A fox", "ch01/b An owl")
    await library.start("ch02/a A crow", "ch02/b A pine")
    await library.make()
    for source, keys in (("part 10", ["ch01/a", "ch02/b"]), ("part 2", ["ch02/a", "ch01/b"])):
        asked = [Listed(source, key, 1, Recipe("A fox")) for key in keys]
        await book.store.do(lists.remember, 1.0, str(library.folder), source, asked)
    whole = await book.store.do(panels.on_sheet, str(library.folder))
    assert [each.key for each in whole] == ["ch02/a", "ch01/b", "ch01/a"]
    monkeypatch.setattr(contact, "AT_ONCE", 1)
    written = list[list[Shown]]()

    def write(_: Path, shown: list[Shown]) -> None:
        written.append(shown)

    monkeypatch.setattr(sheet, "write", write)
    sheets = ContactSheets(book.store)
    sheets.changed(str(library.folder))
    async with asyncio.timeout(10):
        await sheets.write()
    assert written == [whole]
