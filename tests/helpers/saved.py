"""Reading pages from their markup, as `pressrun site read` reads a saved one."""

from collections.abc import Callable
from pathlib import Path

from helpers.markup import Markup
from pressrun.browser.saved import Reader
from pressrun.protocol.messages.page import Reading
from pressrun.sites.profile import shipped

SITE = shipped("chatgpt")

Read = Callable[[Markup | str | Path], Reading]
"""Reads a page that is markup, its HTML, or a file."""


def read_by(reader: Reader, folder: Path) -> Read:
    """Return what reads pages by the shipped profile.

    Args:
        reader: the browser that shows them.
        folder: where a page is kept meanwhile.
    """

    def read(page: Markup | str | Path) -> Reading:
        path = page if isinstance(page, Path) else folder / "page.html"
        if not isinstance(page, Path):
            html = page.html() if isinstance(page, Markup) else page
            path.write_text(html, encoding="utf-8")
        return reader.read(path, SITE.page)

    return read
