"""What is shown outside the pages: badges, notifications, the studio, folders."""

import asyncio
import contextlib
from pathlib import Path

import structlog

from pressrun.clock import Clock
from pressrun.errors import BadInputError, NotFoundError
from pressrun.press.board import Board
from pressrun.protocol.calls import CallError, Code
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.gallery import FolderOpen, StudioOpen, StudioOpened
from pressrun.protocol.messages.view import ViewOpen
from pressrun.server import folders
from pressrun.server.browser import RemoteBrowser
from pressrun.server.notices import SETTLE_SECONDS, Happening, Told, badge, happenings
from pressrun.server.office import Office
from pressrun.server.sites import Sites
from pressrun.store import libraries, notices
from pressrun.store.writer import StoreError, Writer

_log = structlog.get_logger("pressrun.views")

PACE_SECONDS = 0.5
"""Badges and notices follow what happens at this distance: a look at the store costs time."""

WAIT_SECONDS = 600.0
"""How long nothing may happen until it is looked all the same: what was told may be over."""

ARRIVE_SECONDS = 3.0
"""How long a browser may take to find a host that was just started."""

NO_BROWSER = (
    "no browser with the Pressrun extension is open, so the studio could not be shown. Open it, "
    "and try again; to set it up: pressrun install"
)


class Views:
    """Opens the studio and folders, and keeps badges and notifications up to date."""

    def __init__(
        self, store: Writer, clock: Clock, board: Board, office: Office, sites: Sites
    ) -> None:
        self._store = store
        self._clock = clock
        self._board = board
        self._office = office
        self._sites = sites

    async def watch(self) -> None:
        """Tell every browser how things stand, and one of them what happens, until cancelled."""
        told = Told(await self._store.do(notices.told), self._clock.now())
        kept = told.names
        revision = -1
        while True:
            wait = SETTLE_SECONDS if told.is_pending else WAIT_SECONDS
            await self._board.beyond(revision, wait)
            revision = self._board.revision
            if self._linked():
                await self._tell(told)
            if told.names != kept:
                # while the disk is full, this host alone knows of what it told
                with contextlib.suppress(StoreError):
                    await self._store.do(notices.keep, self._clock.now(), told.names)
                    kept = told.names
            await asyncio.sleep(PACE_SECONDS)

    async def _tell(self, told: Told) -> None:
        status = await self._office.glance()
        shown = badge(status, self._board.halted)
        await asyncio.gather(*(browser.show_badge(shown) for browser in self._linked()))
        for each in told.due(happenings(status, self._board.halted), status.now):
            if await self._notify(each):
                told.tell(each)

    async def _notify(self, each: Happening) -> bool:
        """Tell it in one browser: in that which can show its tab, if it is there."""
        linked = sorted(self._linked(), key=lambda browser: browser.profile != each.profile)
        for browser in linked:
            if await browser.show_notice(each.notice):
                _log.info("notice_shown", notice=each.notice.id, profile=browser.profile)
                return True
        return False

    def _linked(self) -> list[RemoteBrowser]:
        return [browser for browser in self._sites.browsers.values() if browser.is_linked]

    async def open_folder(self, asked: FolderOpen) -> Nothing:
        """Show a library's folder in the file manager of the system, or that of a picture in it.

        Raises:
            BadInputError: there is no such library on record, or it cannot be shown.
        """
        if not await self._store.do(libraries.is_known, asked.library):
            raise BadInputError(
                "nothing was ever made in that folder, so Pressrun does not open it. To see the "
                "folders that it knows: pressrun status"
            )
        folder = Path(asked.library)
        if asked.key is not None:
            picture = await self._store.do(libraries.picture, asked.library, asked.key)
            if picture is None:
                raise NotFoundError(
                    f"{asked.key} has no picture yet, so there is no folder to show"
                )
            folder = (folder / picture).parent
        await folders.show(folder)
        return Nothing()

    async def open_studio(self, asked: StudioOpen) -> StudioOpened:
        """Open the studio in a browser that is connected.

        Raises:
            CallError: none is, or none could show it.
        """
        wanted = ViewOpen(library=asked.library, key=asked.key)
        with contextlib.suppress(TimeoutError):
            # the command that asks may have started this host
            async with asyncio.timeout(ARRIVE_SECONDS):
                while not self._linked():
                    await self._board.beyond(self._board.revision, ARRIVE_SECONDS)
        # the one that came last is most likely the one in front of the author
        for browser in reversed(self._linked()):
            opened = await browser.open_view(wanted)
            if opened is not None:
                return StudioOpened(profile=browser.profile, address=opened.address)
        raise CallError(Code.NO_BROWSER, NO_BROWSER)
