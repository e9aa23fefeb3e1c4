"""The host: one long-lived process per home folder, which keeps all state."""

import asyncio
import contextlib
import signal
import socket
from functools import partial
from pathlib import Path

import structlog

from pressrun import files, logs, tasks
from pressrun.browser.keeper import Keeper
from pressrun.clock import Clock, SystemClock
from pressrun.errors import PressrunError
from pressrun.failpoint import failpoint
from pressrun.gauge.process import GaugeProcess
from pressrun.home import Home, HomeLock
from pressrun.press.board import Board
from pressrun.press.press import Press
from pressrun.protocol import frames, rpc
from pressrun.protocol.calls import CallError, Code
from pressrun.protocol.link import CLOSE_SECONDS, Link
from pressrun.protocol.messages.base import Hello
from pressrun.server.backups import Backups
from pressrun.server.browser import RemoteBrowser
from pressrun.server.decisions import Decisions
from pressrun.server.gallery import Gallery
from pressrun.server.leases import Leases
from pressrun.server.logbook import Logbook
from pressrun.server.machine import Machine
from pressrun.server.office import Office
from pressrun.server.outlook import Outlooks
from pressrun.server.pages import GalleryPages
from pressrun.server.peer import is_same_user
from pressrun.server.pictures import GalleryPictures
from pressrun.server.planning import Planner
from pressrun.server.report import Reports
from pressrun.server.runs import Runs
from pressrun.server.session import Session
from pressrun.server.sheets import Sheets
from pressrun.server.sites import Sites
from pressrun.server.style import Styles
from pressrun.server.takes import Takes
from pressrun.server.views import Views
from pressrun.store import batches
from pressrun.store.database import open_store
from pressrun.store.writer import Writer

_log = structlog.get_logger("pressrun.host")

IDLE_SECONDS = 120.0
"""A host with no client and nothing to make ends after this long."""

SOCKET_SECONDS = 1.0
"""How often the host checks that its socket file is still there."""

PATIENCE_SECONDS = 4.0
"""How long a host that has to stop waits for attempts under way."""

TIDY_SECONDS = 2.0
"""How long their tabs may take to close after that; a frozen page answers nothing."""

CLIENTS = 64
"""The most clients at once. A new one takes the place of one that has not said hello."""

BROWSERS = 16
"""The most browser profiles that a host works with until it ends."""


class Host:
    """Clients come and go; the press works for all of them."""

    def __init__(self, store: Writer, clock: Clock, home: Home) -> None:
        self._board = Board()
        self.sites = Sites("chatgpt", home.sites, home.captures)
        self._store = store
        gauge = GaugeProcess()
        self.press = Press(
            store,
            clock,
            self.sites.current,
            self._board,
            self.sites.puzzled,
            meter=Machine(),
            gauge=gauge,
        )
        self.keeper = Keeper(home, clock, self._board.touch, self._is_linked)
        outlooks = Outlooks(store, clock, self._board, self.press.memory, self.sites)
        self.office = Office(
            store, clock, self.press, self._board, home.log, self.keeper, self.sites, outlooks
        )
        planner = Planner(store, self.office.inspection, home.pictures)
        self.leases = Leases(store, clock, home.folder)
        self.runs = Runs(store, clock, self.press, self.sites, outlooks, planner, self.leases)
        self.takes = Takes(store, clock, self.office.inspection, self.leases, self.press.show_anew)
        self.styles = Styles(store, clock, gauge, self.office.begin)
        self.gallery = Gallery(store, self._board, self.office)
        store.changed = self._board.stir
        self.pictures = GalleryPictures(store, self.press.show_anew)
        self.pages = GalleryPages(store)
        self.decisions = Decisions(
            store,
            clock,
            self.takes,
            Sheets(store, clock, self.leases, self.runs.turn),
            self._board,
            self.gallery.tiles,
            self.office.begin,
            self.press.show_anew,
        )
        self.logbook = Logbook(home.log)
        self.reports = Reports(store, clock, self.office, self.styles)
        self.views = Views(store, clock, self._board, self.office, self.sites)
        self.backups = Backups(store, clock, self._board, home.backups)
        self.arriving = frames.Budget()
        self._sessions: dict[Session, asyncio.Task[None]] = {}
        self._full = False
        self._stopping = asyncio.Event()
        self._fault: BaseException | None = None
        self._lonely_since = asyncio.get_running_loop().time()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a connection to its end, if it is this user's."""
        connection: socket.socket = writer.get_extra_info("socket")
        if not is_same_user(connection):
            _log.warning("stranger_refused")
            writer.close()
            return
        if not self._make_room():
            await _refuse(writer)
            return
        session = Session(self, reader, writer)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in one
        self._sessions[session] = task
        try:
            await session.run()
        except Exception:  # noqa: BLE001 - one client must not be lost unnoticed, nor others with it
            _log.exception("session_failed")
        finally:
            self._sessions.pop(session, None)
            self._lonely_since = asyncio.get_running_loop().time()

    def _make_room(self) -> bool:
        """Whether there is room for a client; the oldest that never said hello makes way for it."""
        if len(self._sessions) < CLIENTS:
            self._full = False
            return True
        if not self._full:
            _log.warning("too_many_clients", most=CLIENTS)
        self._full = True
        for session in self._sessions:
            if not session.is_known:
                del self._sessions[session]
                session.let_go()
                return True
        return False

    async def welcome(self, hello: Hello, link: Link, relay: int | None) -> RemoteBrowser:
        """The browser whose extension said hello, known already or new.

        Raises:
            CallError: it is new, and there are too many.
        """
        profile = hello.profile or ""
        if profile not in self.sites.browsers and len(self.sites.browsers) >= BROWSERS:
            raise CallError(
                Code.NOT_ALLOWED,
                f"Pressrun works with {BROWSERS} browser profiles at most, and has met as many "
                "since it was started. To have it forget those that are closed: "
                "pressrun host stop, then pressrun host start",
            )
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

    def _is_linked(self) -> bool:
        """Whether an extension is connected."""
        return any(each.is_linked for each in self.sites.browsers.values())

    def stop(self) -> None:
        """Have the host end."""
        self._stopping.set()

    def fail(self, error: BaseException) -> None:
        """Have the host end, because it cannot do without what failed."""
        self._fault = error
        self.stop()

    async def until_done(self, idle_seconds: float) -> str:
        """Wait until the host is told to stop, or has had nothing to do; returns why.

        Raises:
            PressrunError: something failed without which the host is of no use.
        """
        loop = asyncio.get_running_loop()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(idle_seconds, 5.0)):
                    await self._stopping.wait()
                if self._fault is not None:
                    text = f"the host cannot be reached any more: {tasks.inside(self._fault)}"
                    raise PressrunError(text) from self._fault
                return "it was told to stop"
            idle = not self._sessions and not await self._store.do(batches.running)
            if not idle:
                self._lonely_since = loop.time()
            elif loop.time() - self._lonely_since >= idle_seconds:
                return f"it had no client and nothing to make for {idle_seconds:.0f} s"

    async def close(self) -> None:
        """Let attempts under way end, then disconnect every client, whatever they do."""
        closing = tasks.begin(self.press.close(PATIENCE_SECONDS), "close the press")
        await asyncio.wait({closing}, timeout=PATIENCE_SECONDS + TIDY_SECONDS)
        for browser in self.sites.browsers.values():
            await browser.leave("Pressrun is being stopped")
        sessions = dict(self._sessions)
        parting = [tasks.begin(session.close(), "close a client") for session in sessions]
        await asyncio.wait({closing, *parting})
        failpoint("host.press.closed")
        if sessions:
            await asyncio.wait(sessions.values())
        await self.gallery.close()
        await self.leases.release()
        await self.backups.look()


async def _refuse(writer: asyncio.StreamWriter) -> None:
    """Tell a client that there is no room for it, and close."""
    text = f"Pressrun serves {CLIENTS} programs at once, and has as many; close some and try again"
    writer.write(frames.encode(rpc.failure(None, Code.NOT_ALLOWED, text)))
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await writer.wait_closed()
    writer.transport.abort()


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
        if home.stopped:
            # somebody started this host, and the author stopped it before it was up
            _log.info("host_not_wanted")
            return
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
        home.refuse(why)
        raise
    finally:
        lock.release()


async def _serve(home: Home, lock: HomeLock, store: Writer, idle_seconds: float) -> str:
    host = Host(store, SystemClock(), home)
    with logs.listening(host.logbook.hear):
        return await _work(home, host, lock, idle_seconds)


async def _work(home: Home, host: Host, lock: HomeLock, idle_seconds: float) -> str:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, host.stop)
    await host.office.set_aside()
    await host.office.inspection.settle_all()
    await host.press.take_up()
    beside = [
        tasks.begin(_listen(home, host, lock), "listen", failed=host.fail),
        tasks.keep(host.backups.watch, "backups"),
        tasks.keep(host.keeper.watch, "managed browser"),
        tasks.keep(host.leases.watch, "leases"),
        tasks.keep(host.views.watch, "badges and notices"),
        tasks.keep(host.pictures.watch, "small copies"),
        tasks.keep(partial(host.sites.watch, host.press.work_by), "site profile"),
    ]
    try:
        return await host.until_done(idle_seconds)
    finally:
        await tasks.end(*beside)
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
