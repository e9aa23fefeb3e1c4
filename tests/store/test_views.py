"""Who is told what outside the pages: every browser how things stand, one of them what happens."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from helpers.situations import EXAMPLES, NOW, VARIANTS
from pressrun.clock import Clock
from pressrun.press.board import Board
from pressrun.protocol import calls
from pressrun.protocol.calls import Call, CallError, Code
from pressrun.protocol.link import Link
from pressrun.protocol.messages.base import Message, Nothing
from pressrun.protocol.messages.status import Status
from pressrun.protocol.messages.tab import TabList
from pressrun.protocol.rpc import LinkLostError
from pressrun.server import views
from pressrun.server.browser import RemoteBrowser
from pressrun.server.notices import SETTLE_SECONDS
from pressrun.server.office import Office
from pressrun.server.sites import Sites
from pressrun.server.views import Views
from pressrun.sites import profile
from pressrun.store import notices
from pressrun.store.writer import Writer


class Extension:
    """Hears what it is to show."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []
        """The method and the id of what was shown; of a badge its text."""
        self.fault: Exception | None = None
        """What it answers instead."""

    async def call(self, call: Call[Any, Any], params: Any) -> Message:  # noqa: ANN401 - any message
        """Carry out a call."""
        if call is calls.TAB_LIST:
            return TabList(tabs=[])
        if call is calls.NOTICE_SHOW and self.fault is not None:
            raise self.fault
        self.shown.append((call.method, str(getattr(params, "id", getattr(params, "text", "")))))
        return Nothing()

    @property
    def notices(self) -> list[str]:
        """The ids of the notices that it showed."""
        return [told for method, told in self.shown if method == "notice.show"]


class World:
    """Two browsers and a host, whose status is what a test says."""

    def __init__(self, store: Writer, folder: Path) -> None:
        self.board = Board()
        self.at = NOW
        self.status = EXAMPLES["nothing"].status
        self.extensions = {name: Extension() for name in ("other-profile", "this-profile")}
        page = profile.find("chatgpt", folder).page
        self.browsers = {name: RemoteBrowser(name, page) for name in self.extensions}
        self.store = store

    async def glance(self) -> Status:
        """How things stand."""
        return self.status.model_copy(update={"now": self.at})

    def views(self) -> Views:
        """What a host that is started makes of it."""
        return Views(
            self.store, cast("Clock", self), self.board, cast("Office", self), cast("Sites", self)
        )

    def now(self) -> float:
        """The time."""
        return self.at

    async def link(self, *names: str) -> None:
        """Have browsers be connected."""
        for name in names:
            await self.browsers[name].linked(cast("Link", self.extensions[name]), "run")

    async def stands(self, status: Status, watching: "asyncio.Task[None]") -> None:
        """Have something be so for long enough to be told."""
        self.status = status
        for _ in range(8):
            self.at += SETTLE_SECONDS
            self.board.touch()
            await asyncio.sleep(0.02)
        assert not watching.done()

    @property
    def told(self) -> list[str]:
        """The ids of all notices, in order of the browsers."""
        return [each for extension in self.extensions.values() for each in extension.notices]


@pytest.fixture
def world(store: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """One in which nothing is connected, and no time is lost."""
    monkeypatch.setattr(views, "PACE_SECONDS", 0.0)
    return World(store, tmp_path)


@pytest.fixture
async def watching(world: World) -> Any:  # noqa: ANN401 - starts a host's watch
    """Start a host's watch, any number of times; each ends the one before it."""
    begun: list[asyncio.Task[None]] = []

    async def watch() -> "asyncio.Task[None]":
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)
        begun.append(asyncio.create_task(world.views().watch()))
        return begun[-1]

    yield watch
    for task in begun:
        task.cancel()
    await asyncio.gather(*begun, return_exceptions=True)


Watch = Callable[[], Any]
APPROVING = EXAMPLES["approving"].status
SIGN_IN = VARIANTS["sign in"].status


async def test_every_icon_is_told_and_one_browser_notifies(world: World, watching: Watch) -> None:
    """Two notifications of one event would be one too many."""
    await world.link("other-profile", "this-profile")
    await world.stands(APPROVING, await watching())
    assert world.told == ["approving-1"]
    for extension in world.extensions.values():
        assert ("badge.show", "!") in extension.shown


async def test_that_browser_notifies_which_can_show_the_tab(world: World, watching: Watch) -> None:
    """Where it is connected; otherwise another one has to do."""
    await world.link("other-profile", "this-profile")
    await world.stands(SIGN_IN, await watching())
    assert world.extensions["this-profile"].notices == ["asks-this-profile"]
    assert world.extensions["other-profile"].notices == []


async def test_what_happens_without_a_browser_is_told_when_one_comes(
    world: World, watching: Watch
) -> None:
    """If it still holds."""
    watch = await watching()
    await world.stands(APPROVING, watch)
    assert world.told == []
    await world.link("other-profile")
    await world.stands(APPROVING, watch)
    assert world.told == ["approving-1"]


async def test_another_host_and_another_browser_tell_nothing_again(
    world: World, watching: Watch, store: Writer
) -> None:
    """What was told is on record."""
    await world.link("other-profile")
    await world.stands(APPROVING, await watching())
    assert await store.do(notices.told) == {"approving-1"}
    await world.link("this-profile")
    world.at += 86_400
    await world.stands(APPROVING, await watching())
    assert world.told == ["approving-1"]


async def test_a_link_that_drops_loses_no_notice(world: World, watching: Watch) -> None:
    """The next browser shows it."""
    world.extensions["this-profile"].fault = LinkLostError("it dropped")
    await world.link("this-profile", "other-profile")
    await world.stands(APPROVING, await watching())
    assert world.extensions["other-profile"].notices == ["approving-1"]


async def test_an_extension_that_cannot_notify_is_not_asked_for_ever(
    world: World, watching: Watch
) -> None:
    """An older one refuses each time alike."""
    extension = world.extensions["this-profile"]
    extension.fault = CallError(Code.UNKNOWN_METHOD, "the extension does not know the call")
    await world.link("this-profile")
    watch = await watching()
    await world.stands(APPROVING, watch)
    extension.fault = None
    await world.stands(APPROVING, watch)
    assert world.told == []


async def test_an_icon_is_told_only_what_changed(world: World, watching: Watch) -> None:
    """Whatever else happens."""
    await world.link("this-profile")
    watch = await watching()
    await world.stands(APPROVING, watch)
    await world.stands(APPROVING, watch)
    badges = [each for each in world.extensions["this-profile"].shown if each[0] == "badge.show"]
    assert badges == [("badge.show", "!")]
