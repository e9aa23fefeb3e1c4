"""A view that follows a library over the wire, while its pictures are made."""

import asyncio
import json
import time
import zlib
from pathlib import Path

import pytest

from helpers import books, profiles
from helpers.hosts import end_host, started_host
from helpers.pictures import encoded
from pressrun.cli.client import Client, connect
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.batch import BatchStart
from pressrun.protocol.messages.decision import BasedOn, DecideOrder
from pressrun.protocol.messages.gallery import (
    FollowQuery,
    GalleryPage,
    GalleryQuery,
    GallerySearch,
    Tile,
)
from pressrun.protocol.messages.panel import PanelQuery
from pressrun.states import AuthorAct, Flag, PanelState
from wire.extension import browsing

PANELS = 4

TOLD_SECONDS = 1.0
"""A change is told within this, on a machine that does other things as well."""


@pytest.fixture(autouse=True)
def _ungentle(home: Home) -> None:
    """Nobody has to find out gently what a played site takes."""
    home.make()
    profiles.write(home.sites / "chatgpt.toml", profiles.hurried({}))


def draw(prompt: str) -> bytes:
    """Return the picture of a prompt."""
    return encoded(size=(60, 90), seed=zlib.crc32(prompt.encode()))


async def start(home: Home, folder: Path) -> None:
    """Have the pictures of a list made."""
    lines = [
        json.dumps({"key": f"ch01/p001/{number}", "prompt": f"fox {number} in the snow"})
        for number in range(PANELS)
    ]
    source = folder / "snow.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    async with connect(home) as client:
        asked = BatchStart(source=str(source), library=str(folder / "snow"), tabs=1)
        await client.ask(calls.BATCH_START, asked)


async def opened(client: Client) -> GalleryPage:
    """Open the library of the newest batch."""
    return await client.ask(calls.GALLERY_OPEN, GalleryQuery())


def by_key(page: GalleryPage) -> dict[str, Tile]:
    """Return the tiles of a page by their keys."""
    return {tile.key: tile for tile in page.tiles}


async def test_a_view_sees_every_picture_come(home: Home, tmp_path: Path) -> None:
    """From waiting over working to made, with the status on the same question."""
    async with browsing(home, draw), connect(home) as client:
        await start(home, tmp_path)
        page = await opened(client)
        assert (page.total, page.title, page.batch) == (PANELS, "snow.jsonl", 1)
        tiles, at, revision = by_key(page), page.at, -1
        seen = set[PanelState]()
        sentences = list[str]()
        async with asyncio.timeout(60):
            while any(tile.state != PanelState.MADE for tile in tiles.values()):
                asked = FollowQuery(after=revision, library=page.library, at=at, wait=20)
                told = await client.ask(calls.VIEW_FOLLOW, asked)
                assert not told.anew
                tiles |= {tile.key: tile for tile in told.tiles}
                seen |= {tile.state for tile in told.tiles}
                at, revision = told.at, told.revision
                sentences += [told.status.sentence] if told.status else []
        assert seen >= {PanelState.WORKING, PanelState.MADE}
        assert sentences
        assert tiles == by_key(await opened(client))
        assert [tile.page for tile in tiles.values()] == ["ch01/p001"] * PANELS
        assert all(tile.aspect == 60 / 90 for tile in tiles.values())
        # who comes is told a status of a moment ago, and then what changed since
        asked, newest = FollowQuery(wait=20), set[str]()
        async with asyncio.timeout(60):
            while newest != {tile.picture for tile in tiles.values()}:
                told = await client.ask(calls.VIEW_FOLLOW, asked)
                assert told.status is not None
                newest = {each.picture for each in told.status.batches[0].recent}
                asked = FollowQuery(after=told.revision, wait=20)


async def test_who_got_no_status_in_time_still_knows_none(home: Home) -> None:
    """A host in which nothing ever happened tells its first status, however often it is asked."""
    with started_host(home):
        async with connect(home) as client:
            told = await client.ask(calls.VIEW_FOLLOW, FollowQuery())
            assert (told.status, told.revision) == (None, -1)
            asked = FollowQuery(after=told.revision, wait=20)
            told = await client.ask(calls.VIEW_FOLLOW, asked)
            assert told.status is not None
            assert told.revision == told.status.revision


async def test_a_view_outlives_the_host(home: Home, tmp_path: Path) -> None:
    """What happened while nobody listened is told by the number that the view knows."""
    with started_host(home):
        await start(home, tmp_path)
        async with connect(home) as client:
            page = await opened(client)
        end_host(home)
    async with browsing(home, draw), connect(home) as client:
        tiles, at = by_key(page), page.at
        async with asyncio.timeout(60):
            while any(tile.state != PanelState.MADE for tile in tiles.values()):
                asked = FollowQuery(after=10**9, library=page.library, at=at, wait=20)
                told = await client.ask(calls.VIEW_FOLLOW, asked)
                assert not told.anew
                tiles |= {tile.key: tile for tile in told.tiles}
                at = told.at
        assert tiles == by_key(await opened(client))


async def test_what_a_command_does_is_seen_at_once(home: Home, tmp_path: Path) -> None:
    """Nothing asks at intervals: the answer waits for the change."""
    with started_host(home):
        await start(home, tmp_path)
        async with connect(home) as client, connect(home) as other:
            page = await opened(client)
            asked = FollowQuery(after=10**9, library=page.library, at=page.at, wait=20)
            following = asyncio.ensure_future(client.ask(calls.VIEW_FOLLOW, asked))
            await opened(other)  # the question before it has arrived as well
            began = time.monotonic()
            await other.ask(calls.BATCH_CANCEL, calls.BATCH_CANCEL.params())
            told = await following
            assert time.monotonic() - began < TOLD_SECONDS
            assert {tile.state for tile in told.tiles} == {PanelState.LEFT_OUT}


async def test_libraries_and_texts_are_found(home: Home, tmp_path: Path) -> None:
    """What the start page lists, and what the search of the studio asks."""
    with started_host(home):
        await start(home, tmp_path)
        async with connect(home) as client:
            (known,) = (await client.ask(calls.GALLERY_LIBRARIES, Nothing())).libraries
            assert (known.panels, known.pictures, known.is_there) == (PANELS, 0, True)
            asked = GallerySearch(library=known.library, text="FOX 2 in")
            found = await client.ask(calls.GALLERY_SEARCH, asked)
            assert (found.keys, found.more) == (["ch01/p001/2"], False)


async def test_a_book_is_shown_with_its_chapters_and_who_is_where(
    home: Home, tmp_path: Path
) -> None:
    """Headings, filters and layers, also of panels that were composed anew with a new sheet."""
    folder = tmp_path / "book"
    books.write(folder, chapters=2, pages=2, panels=2)
    cast = folder / "cast" / "all.toml"
    text = cast.read_text(encoding="utf-8")
    cast.write_text(text.replace("[mara]\n", "[mara]\nsheet = true\n"), encoding="utf-8")
    asked = BatchStart(source=str(folder / "book.toml"), tabs=4, chats=1)
    async with browsing(home, draw), connect(home) as client:
        await client.ask(calls.BATCH_START, asked)
        page = await opened(client)
        at, tiles = page.at, by_key(page)
        async with asyncio.timeout(60):
            while Flag.ASKED not in tiles["cast/mara"].flags:
                asked_next = FollowQuery(after=10**9, library=page.library, at=at, wait=20)
                told = await client.ask(calls.VIEW_FOLLOW, asked_next)
                tiles |= {tile.key: tile for tile in told.tiles}
                at = told.at
        assert [each.key for each in page.chapters] == ["cast", "ch01", "ch02"]
        assert page.chapters[0].title == "Sheets"
        panels = [tile for tile in page.tiles if tile.chapter != "cast"]
        assert [tile.page for tile in panels] == [
            f"ch0{chapter}/p00{number}" for chapter in (1, 2) for number in (1, 2) for _ in range(2)
        ]
        shown = next(
            tile for tile in panels if "Mara" in [page.figures[each] for each in tile.figures]
        )
        assert shown.setting is not None
        before = await client.ask(calls.PANELS_SHOW, PanelQuery(key=shown.key))
        approval = DecideOrder(act=AuthorAct.APPROVE, panels=[BasedOn(key="cast/mara")])
        await client.ask(calls.REVIEW_DECIDE, approval)
        after = await client.ask(calls.PANELS_SHOW, PanelQuery(key=shown.key))
        assert before.prompt != after.prompt
        for each in (before, after):
            words = [layer.text for layer in each.layers if layer.name != "format"]
            assert "\n\n".join(words) == each.prompt
            assert each.layers[0].name == "style"
        assert "page 1, panel" in after.title
        assert len(after.sent_with) == len(before.sent_with) + 1
        assert all(each.picture for each in after.sent_with)
        sheet = await client.ask(calls.PANELS_SHOW, PanelQuery(key="cast/mara"))
        assert sheet.history[-1].text == "You approved its picture on the command line (decision 1)"
