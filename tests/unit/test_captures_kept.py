"""Captures on disk: open to this user alone, the newest few, and a word for each that failed."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from pressrun.press.page import PageLostError
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.page import Capture
from pressrun.server.browser import RemoteBrowser
from pressrun.server.sites import CAPTURES, Sites


class Tab:
    """A worker tab that can be captured, or was lost."""

    def __init__(self, tab: int, *, lost: bool = False) -> None:
        self.tab = tab
        self._lost = lost

    async def capture(self) -> Capture:
        """Return what the tab shows."""
        if self._lost:
            raise PageLostError("the tab is gone")
        return Capture(html=f"<!doctype html><p>{self.tab}</p>")


def sites(folder: Path, tabs: list[Tab]) -> Sites:
    """Return the sites of a host with one browser."""
    found = Sites("chatgpt", folder / "sites", folder / "captures")
    found.browsers["b"] = cast("RemoteBrowser", SimpleNamespace(pages=tabs))
    return found


def test_a_capture_is_kept_for_this_user_alone(tmp_path: Path) -> None:
    """One file a tab; a tab that is gone is named, and hinders no other."""
    tabs = [Tab(1), Tab(2, lost=True), Tab(3)]
    kept = asyncio.run(sites(tmp_path, tabs).capture(Nothing()))
    shown = [Path(file).read_text(encoding="utf-8") for file in kept.files]
    assert shown == ["<!doctype html><p>1</p>", "<!doctype html><p>3</p>"]
    assert kept.failed == ["tab 2: the tab is gone"]
    for file in kept.files:
        assert Path(file).stat().st_mode & 0o777 == 0o600


def test_only_the_newest_captures_are_kept(tmp_path: Path) -> None:
    """A night of puzzling pages fills no disk."""
    folder = tmp_path / "captures"
    folder.mkdir()
    for number in range(40):
        (folder / f"20200101-0000{number:02}-chatgpt-1.html").write_text("old", encoding="utf-8")
    kept = asyncio.run(sites(tmp_path, [Tab(7)]).capture(Nothing()))
    left = sorted(folder.glob("*.html"))
    assert len(left) == CAPTURES
    assert str(left[-1]) == kept.files[0]
