"""What libraries are called: the same in every view and on the command line."""

import asyncio
import contextlib
from collections.abc import Iterable
from pathlib import Path

from pressrun.library import identity
from pressrun.server import wanted
from pressrun.words import start

TITLE_CHARS = 200
"""A longer title is cut."""


def plain(library: str, source: str) -> str:
    """What a library is called by its list or the folder of its book, or else by its own."""
    if not source:
        return Path(library).name
    named = Path(source)
    return named.parent.name if wanted.is_book(named) else named.name


class Titles:
    """Knows what libraries are called: a list by its file, a book by its title.

    The title of a book stands in the mark of its library, which is read again when it changes.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, str]] = {}
        """By library: when its mark was changed, and the title in it."""

    async def of(self, library: str, source: str) -> str:
        """The title of what a library is made for; `source` is empty if none is known."""
        return (await self.of_all([(library, source)]))[library, source]

    async def of_all(self, libraries: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """The titles of libraries, each with its source."""
        found = {each: plain(*each) for each in libraries}
        marked = [each for each in found if not each[1] or wanted.is_book(Path(each[1]))]
        if marked:
            titles = await asyncio.to_thread(self._marked, {library for library, _ in marked})
            found |= {each: titles[each[0]] for each in marked if each[0] in titles}
        return {each: start(title, TITLE_CHARS) for each, title in found.items()}

    def _marked(self, libraries: Iterable[str]) -> dict[str, str]:
        """The titles in the marks of libraries; one whose mark cannot be read has none."""
        found = {}
        for library in libraries:
            with contextlib.suppress(OSError):
                changed = (Path(library) / identity.MARK).stat().st_mtime_ns
                at, title = self._known.get(library, (0, ""))
                if at != changed:
                    mark = identity.read(Path(library))
                    title = mark.list.title if mark and mark.list else ""
                    self._known[library] = (changed, title)
                if title:
                    found[library] = title
        return found
