"""What a host shows outside the pages, over the real relay: badges, notices, studio and folders."""

import asyncio
import contextlib
import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from helpers import profiles
from helpers.hosts import end_host, started_host
from helpers.pictures import encoded
from pressrun.cli.client import connect
from pressrun.errors import BadInputError, NotFoundError, PressrunError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchStart
from pressrun.protocol.messages.gallery import FolderOpen, StudioOpen
from wire.extension import Browser, browsing

PATIENCE_SECONDS = 60


@pytest.fixture(autouse=True)
def _ungentle(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to find out gently what a played site takes; it draws slowly enough to follow."""
    monkeypatch.setattr("helpers.site.DRAW_SECONDS", 1.0)
    home.make()
    profiles.write(home.sites / "chatgpt.toml", profiles.hurried({}))


def draw(prompt: str) -> bytes:
    """Return the picture of a prompt."""
    return encoded(size=(90, 80), seed=zlib.crc32(prompt.encode()))


async def start(home: Home, folder: Path, name: str, panels: int = 5) -> Path:
    """Have the pictures of a list made; return their folder."""
    source = folder / f"{name}.jsonl"
    lines = [
        json.dumps({"key": f"{name}/{number}", "prompt": f"{name}: fox {number} in the snow"})
        for number in range(panels)
    ]
    source.write_text("\n".join(lines), encoding="utf-8")
    asked = BatchStart(source=str(source), library=str(folder / name), tabs=1)
    async with connect(home) as client:
        await client.ask(calls.BATCH_START, asked)
    return folder / name


async def until(browser: Browser, met: Callable[[], bool]) -> None:
    """Wait until a browser was shown something."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not met():  # noqa: ASYNC110 - another program's doing
                await asyncio.sleep(0.02)
    assert met(), browser.shown


def notices(browser: Browser) -> list[str]:
    """Return the ids of the notices that were shown, in order."""
    return [told["id"] for method, told in browser.shown if method == "notice.show"]


def badges(browser: Browser) -> list[Any]:
    """Return what the badge showed, in order."""
    return [told["text"] for method, told in browser.shown if method == "badge.show"]


async def test_a_run_tells_of_its_first_picture_and_its_end_and_counts_down(
    home: Home, tmp_path: Path
) -> None:
    """Each once, and the badge is empty in the end."""
    async with browsing(home, draw) as browser:
        await start(home, tmp_path, "snow")
        await until(browser, lambda: len(notices(browser)) == 2)
        await until(browser, lambda: badges(browser)[-1] is None)
        first, last = notices(browser)
        assert first == "first-1"
        assert last.startswith("ended-1-")
        left = [int(text) for text in badges(browser) if text]
        assert left == sorted(left, reverse=True)
        assert max(left) <= 5
        titles = [told["title"] for method, told in browser.shown if method == "badge.show"]
        assert titles[-1] == "All pictures are made"


async def test_no_restart_of_the_host_tells_anything_again(home: Home, tmp_path: Path) -> None:
    """What the next host has to tell comes after what the first one told, and that not again."""
    async with browsing(home, draw) as browser:
        await start(home, tmp_path, "snow")
        await until(browser, lambda: len(notices(browser)) == 2)
        shown = len(badges(browser))
        await asyncio.to_thread(end_host, home)
        await until(browser, lambda: len(badges(browser)) > shown)
        await start(home, tmp_path, "rain")
        await until(browser, lambda: len(notices(browser)) == 4)
        assert [each.split("-")[:2] for each in notices(browser)] == [
            ["first", "1"],
            ["ended", "1"],
            ["first", "2"],
            ["ended", "2"],
        ]


async def test_a_new_link_is_told_how_things_stand(home: Home) -> None:
    """A worker that Chrome ended knows nothing any more."""
    async with browsing(home, draw) as browser:
        await until(browser, lambda: len(badges(browser)) == 1)
        browser.cut()
        await until(browser, lambda: len(badges(browser)) == 2)
        assert notices(browser) == []


async def test_the_studio_is_opened_in_a_browser_that_is_there(home: Home) -> None:
    """At the place that was named; without a browser its author is told what to do."""
    with started_host(home):
        async with connect(home) as client:
            with pytest.raises(
                PressrunError, match="no browser with the Pressrun extension is open"
            ):
                await client.ask(calls.STUDIO_OPEN, StudioOpen())
    async with browsing(home, draw) as browser, connect(home) as client:
        opened = await client.ask(calls.STUDIO_OPEN, StudioOpen(library="/a", key="ch01/p1"))
        assert opened.profile == "test"
        assert ("view.open", {"library": "/a", "key": "ch01/p1"}) in browser.shown


async def test_only_folders_of_pictures_are_opened(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a view asks for: a library on record, or the folder of a picture in it."""
    opened = tmp_path / "opened"
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("xdg-open", "open"):
        program = programs / name
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {opened}\n', encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":7")
    async with browsing(home, draw) as browser:
        library = await start(home, tmp_path, "snow", panels=3)
        await until(browser, lambda: len(notices(browser)) == 1)
        async with connect(home) as client:
            for elsewhere in (tmp_path, library / "snow", library / "..", Path("/etc"), "-h"):
                with pytest.raises(BadInputError, match="nothing was ever made in that folder"):
                    await client.ask(calls.FOLDER_OPEN, FolderOpen(library=str(elsewhere)))
            with pytest.raises(NotFoundError, match="no picture yet"):
                await client.ask(
                    calls.FOLDER_OPEN, FolderOpen(library=str(library), key="../../etc/passwd")
                )
            assert not opened.exists()
            await client.ask(calls.FOLDER_OPEN, FolderOpen(library=str(library)))
            await client.ask(calls.FOLDER_OPEN, FolderOpen(library=str(library), key="snow/1"))
            assert opened.read_text(encoding="utf-8").splitlines() == [
                str(library),
                str(library / "snow"),
            ]
            library.rename(tmp_path / "moved")
            with pytest.raises(BadInputError, match="is not there now"):
                await client.ask(calls.FOLDER_OPEN, FolderOpen(library=str(library)))
