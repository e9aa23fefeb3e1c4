"""The host: one long-lived process per home folder, which keeps all state."""

import asyncio
import contextlib
import signal
import socket
from pathlib import Path

import structlog

from pressrun import logs
from pressrun.browser.keeper import Keeper
from pressrun.clock import Clock, SystemClock
from pressrun.errors import PressrunError
from pressrun.failpoint import failpoint
from pressrun.home import Home, HomeLock
from pressrun.library import files
from pressrun.press.board import Board
from pressrun.press.press import Press
from pressrun.protocol.link import Link
from pressrun.protocol.messages.base import Hello
from pressrun.server.backups import Backups
from pressrun.server.browser import RemoteBrowser
from pressrun.server.machine import Machine
from pressrun.server.office import Office
from pressrun.server.outlook import Outlooks
from pressrun.server.peer import is_same_user
from pressrun.server.planning import Planner
from pressrun.server.runs import Runs
from pressrun.server.session import Session
from pressrun.server.sites import Sites
from pressrun.store import batches
from pressrun.store.database import open_store
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.host")

IDLE_SECONDS = 120.0
"""A host with no client and nothing to make ends after this long."""

SOCKET_SECONDS = 1.0
"""How often the host checks that its socket file is still there."""

PATIENCE_SECONDS = 5.0
"""How long a host that has to stop waits for attempts under way."""


class Host:
    """Clients come and go; the press works for all of them."""

    def __init__(self, store: Writer, clock: Clock, home: Home) -> None:
        self._board = Board()
        self.sites = Sites("chatgpt", home.sites, home.captures)
        self._store = store
        self.press = Press(
            store, clock, self.sites.current, self._board, self.sites.puzzled, meter=Machine()
        )
        self.keeper = Keeper(home, clock, self._board.touch)
        outlooks = Outlooks(store, clock, self._board, self.press.memory, self.sites)
        self.office = Office(
            store, clock, self.press, self._board, home.log, self.keeper, self.sites, outlooks
        )
        planner = Planner(store, self.office.inspection, home.pictures)
        self.runs = Runs(store, clock, self.press, self.sites, outlooks, planner)
        self.backups = Backups(store, clock, self._board, home.backups)
        self._sessions: dict[Session, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self._lonely_since = asyncio.get_running_loop().time()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection to its end, if it is this user's."""
        connection: socket.socket = writer.get_extra_info("socket")
        if not is_same_user(connection):
            _log.warning("stranger_refused")
            writer.close()
            return
        session = Session(self, reader, writer)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in one
        self._sessions[session] = task
        try:
            await session.run()
        finally:
            del self._sessions[session]
            self._lonely_since = asyncio.get_running_loop().time()

    async def welcome(self, hello: Hello, link: Link, relay: int | None) -> RemoteBrowser:
        """The browser whose extension said hello, known already or new."""
        profile = hello.profile or ""
        if relay is not None:
            self.press.memory.started_by(profile, relay)
        browsers = self.sites.browsers
        browser = browsers.get(profile)
        if browser is None:
            browser = browsers[profile] = RemoteBrowser(profile, self.sites.current.page)
            await browser.linked(link, hello.session)
            self.press.attach(browser)
        else:
            await browser.linked(link, hello.session)
        self.press.connected(browser, up=True)
        return browser

    async def part(self, browser: RemoteBrowser, link: Link) -> None:
        """An extension's link dropped; its browser may come back."""
        if await browser.unlinked(link):
            self.press.connected(browser, up=False)

    def stop(self) -> None:
        """Have the host end."""
        self._stopping.set()

    async def until_done(self, idle_seconds: float) -> str:
        """Wait until the host is told to stop, or has had nothing to do; returns why."""
        loop = asyncio.get_running_loop()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(idle_seconds, 5.0)):
                    await self._stopping.wait()
                return "it was told to stop"
            idle = not self._sessions and not await self._store.do(batches.running)
            if not idle:
                self._lonely_since = loop.time()
            elif loop.time() - self._lonely_since >= idle_seconds:
                return f"it had no client and nothing to make for {idle_seconds:.0f} s"

    async def close(self) -> None:
        """Let attempts under way end, then disconnect every client."""
        await self.press.close(PATIENCE_SECONDS)
        failpoint("host.press.closed")
        for session in list(self._sessions):
            await session.close()
        await asyncio.gather(*self._sessions.values(), return_exceptions=True)
        await self.backups.look()


async def serve(home: Home, *, idle_seconds: float, debug: bool = False) -> None:
    """Be the host of `home` until told to stop, or until it has had nothing to do for a while.

    Args:
        home: its folder.
        idle_seconds: how long it stays with no client and nothing to make.
        debug: whether the log tells more, prompts included.

    Raises:
        HomeTakenError: another host already works there.
    """
    home.make()
    lock = HomeLock(home)
    try:
        logs.configure(home.log, debug=debug)
        home.stop_mark.unlink(missing_ok=True)
        # the database syncs its own name; nothing has synced the folder's yet
        files.make_folder(home.folder)
        failpoint("host.locked")
        _log.info("host_starts", home=str(home.folder))
        store = await open_store(home.store)
        try:
            why = await _serve(home, lock, store, idle_seconds)
            _log.info("host_ends", why=why)
        finally:
            await store.close()
    except Exception as error:
        _log.exception("host_failed")
        why = str(error) if isinstance(error, PressrunError) else f"see {home.log}"
        home.refusal.write_text(why, encoding="utf-8")
        raise
    finally:
        lock.release()


async def _serve(home: Home, lock: HomeLock, store: Writer, idle_seconds: float) -> str:
    host = Host(store, SystemClock(), home)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, host.stop)
    await host.office.set_aside()
    await host.press.take_up()
    works = (
        _listen(home, host, lock),
        host.backups.watch(),
        host.keeper.watch(),
        host.sites.watch(host.press.work_by),
    )
    beside = [asyncio.create_task(work) for work in works]
    try:
        return await host.until_done(idle_seconds)
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        failpoint("host.closing")
        await host.close()


async def _listen(home: Home, host: Host, lock: HomeLock) -> None:
    """Accept connections until cancelled, on a new socket when the file was removed."""
    while True:
        home.socket.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(host.accept, home.socket)
        home.socket.chmod(0o600)
        home.refusal.unlink(missing_ok=True)
        failpoint("host.listening")
        ours = home.socket.stat().st_ino
        try:
            while _inode(home.socket) == ours:  # noqa: ASYNC110 - a removed file tells nobody
                await asyncio.sleep(SOCKET_SECONDS)
            _log.warning("socket_lost")
            if not lock.is_at(home):
                # the whole home folder was removed
                host.stop()
                return
            home.make()
        finally:
            if _inode(home.socket) == ours:
                home.socket.unlink(missing_ok=True)
            server.close()


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None
