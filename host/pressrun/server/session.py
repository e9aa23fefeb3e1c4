"""One client from its hello to its end: what it may call, and who carries it out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import structlog

import pressrun
from pressrun import tasks
from pressrun.errors import BadInputError, NotFoundError
from pressrun.failpoint import failpoint
from pressrun.protocol import calls, frames
from pressrun.protocol.calls import Call, CallError, Code, End
from pressrun.protocol.link import Link
from pressrun.protocol.messages import base
from pressrun.protocol.messages.base import Hello, Message, Nothing, Role, Welcome
from pressrun.server.browser import RemoteBrowser
from pressrun.server.decisions import Decisions
from pressrun.server.gallery import Gallery
from pressrun.server.logbook import Logbook
from pressrun.server.office import Office
from pressrun.server.pages import GalleryPages
from pressrun.server.peer import process_of
from pressrun.server.pictures import GalleryPictures
from pressrun.server.report import Reports
from pressrun.server.runs import Runs
from pressrun.server.style import Styles
from pressrun.server.takes import Takes
from pressrun.server.views import Views
from pressrun.states import BatchState

P = TypeVar("P", bound=Message)
R = TypeVar("R", bound=Message)

_log = structlog.get_logger("pressrun.session")

HELLO_SECONDS = 5.0
"""A client that has not said hello by then is disconnected."""


class Reception(Protocol):
    """What a session needs of the host."""

    office: Office
    runs: Runs
    takes: Takes
    styles: Styles
    gallery: Gallery
    pictures: GalleryPictures
    pages: GalleryPages
    decisions: Decisions
    logbook: Logbook
    reports: Reports
    views: Views
    arriving: frames.Budget
    """The memory for what clients send, for all of them."""

    async def welcome(self, hello: Hello, link: Link, relay: int | None) -> RemoteBrowser:
        """The browser whose extension said hello; `relay` is the process of its relay, if known.

        Raises:
            CallError: there are too many browsers.
        """
        ...

    async def part(self, browser: RemoteBrowser, link: Link) -> None:
        """An extension's link dropped."""
        ...

    def stop(self) -> None:
        """Have the host end."""
        ...


class Session:
    """One client."""

    def __init__(
        self, reception: Reception, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reception = reception
        self._process = process_of(writer.get_extra_info("socket"))
        self._link = Link(
            reader,
            writer,
            self._serve,
            most_in=frames.HELLO_BYTES,
            budget=reception.arriving,
        )
        self._hello: Hello | None = None
        self._browser: RemoteBrowser | None = None

    async def run(self) -> None:
        """Serve the client until its link ends."""
        late = asyncio.get_running_loop().call_later(HELLO_SECONDS, self.let_go)
        try:
            why = await self._link.run()
        finally:
            late.cancel()
            if self._browser is not None:
                await self._reception.part(self._browser, self._link)
        role = self._hello.role.value if self._hello else "unknown"
        self._tell("client_left", role=role, why=why)

    @property
    def is_known(self) -> bool:
        """Whether the client has said hello."""
        return self._hello is not None

    async def close(self) -> None:
        """End the link from this side."""
        await self._link.close()

    def _tell(self, event: str, **about: str) -> None:
        """Log it; that commands come and go is of no use to anybody who reads the log."""
        command = self._hello is not None and self._hello.role == Role.COMMAND
        (_log.debug if command else _log.info)(event, **about)

    def let_go(self) -> None:
        """End the link of a client that never said hello."""
        if self._hello is None:
            self._closing = tasks.begin(self._link.close(0), "let a client go")

    async def _serve(self, method: str, params: dict[str, Any]) -> Message:
        call = calls.CALLS.get(method)
        if call is None or call.to != End.HOST:
            raise CallError(Code.UNKNOWN_METHOD, f"the host does not know the call {method!r}")
        message = call.params.model_validate(params)
        if isinstance(message, Hello):
            return await self._greet(message)
        if self._hello is None:
            raise CallError(Code.NOT_ALLOWED, "say hello first")
        if self._hello.role not in call.roles:
            raise CallError(Code.NOT_ALLOWED, f"the {self._hello.role.value} may not call {method}")
        try:
            return await self._carry_out(method, message)
        except BadInputError as error:
            raise CallError(Code.BAD_INPUT, str(error)) from error
        except NotFoundError as error:
            raise CallError(Code.NO_SUCH_BATCH, str(error)) from error

    async def _greet(self, hello: Hello) -> Welcome:
        if self._hello is not None:
            raise CallError(Code.NOT_ALLOWED, "hello was already said")
        if hello.role == Role.COMMAND and version_of(hello.version) > version_of(
            pressrun.__version__
        ):
            # the extension's version does not tell which host is installed
            _log.info("handover", to=hello.version)
            self._reception.stop()
            raise CallError(Code.HANDOVER, f"the host makes way for version {hello.version}")
        newest = min(hello.newest, base.VERSION)
        if newest < max(hello.oldest, base.OLDEST):
            raise CallError(Code.UPDATE_NEEDED, mismatch(hello))
        if hello.role == Role.EXTENSION:
            if hello.profile is None or hello.session is None or hello.epoch is None:
                raise CallError(
                    Code.INVALID_PARAMS, "an extension must name its profile, session and epoch"
                )
            failpoint("session.hello.before")
            self._hello = hello
            try:
                self._browser = await self._reception.welcome(hello, self._link, self._process)
            except CallError:
                self._hello = None
                raise
            failpoint("session.hello.after")
        self._hello = hello
        self._link.most_in = frames.FROM_CLIENT_BYTES
        # one page's message must not end the link of all tabs
        self._link.passed_over = frames.PASSED_OVER_BYTES
        about = {"profile": hello.profile} if hello.profile else {}
        self._tell("client_came", role=hello.role.value, version=hello.version, **about)
        return Welcome(
            protocol=newest,
            version=pressrun.__version__,
            heartbeat_seconds=base.HEARTBEAT_SECONDS,
        )

    async def _carry_out(self, method: str, message: Message) -> Message:
        served = handlers(self._reception, self._browser)
        return await served[method](message)


Handler = Callable[[Any], Awaitable[Message]]


def handlers(reception: Reception, browser: RemoteBrowser | None) -> dict[str, Handler]:
    """Who carries out each of the host's calls, by method.

    Args:
        reception: the host's.
        browser: the one whose extension calls; None for a command.
    """

    async def end(_: Nothing) -> Nothing:
        reception.stop()
        return Nothing()

    office, runs, takes = reception.office, reception.runs, reception.takes

    served = [
        _on(calls.STATUS, office.status),
        _on(calls.BATCH_START, runs.start),
        _on(calls.BATCH_PLAN, runs.plan),
        _on(calls.BATCH_LIST, runs.page),
        _on(calls.BATCH_PAUSE, lambda choice: office.change(choice, BatchState.PAUSED)),
        _on(calls.BATCH_RESUME, lambda choice: office.change(choice, BatchState.RUNNING)),
        _on(calls.BATCH_CANCEL, lambda choice: office.change(choice, BatchState.CANCELLED)),
        _on(calls.BATCH_ADJUST, office.adjust),
        _on(calls.JOBS_ORDER, office.order),
        _on(calls.PANELS_LIST, office.panels.page),
        _on(calls.PANELS_SHOW, office.panels.show),
        _on(calls.TAKES_TIDY, takes.tidy),
        _on(calls.STYLE_REPORT, reception.styles.report),
        _on(calls.STYLE_REVIEW, reception.styles.review),
        _on(calls.STYLE_SETTLE, reception.styles.settle),
        _on(calls.VIEW_FOLLOW, reception.gallery.follow),
        _on(calls.GALLERY_OPEN, reception.gallery.open),
        _on(calls.GALLERY_SEARCH, reception.gallery.search),
        _on(calls.GALLERY_LIBRARIES, reception.gallery.libraries),
        _on(calls.GALLERY_PICTURES, reception.pictures.copies),
        _on(calls.GALLERY_PICTURE, reception.pictures.piece),
        _on(calls.GALLERY_PAGES, reception.pages.pages),
        _on(calls.REVIEW_DECIDE, reception.decisions.decide),
        _on(calls.REVIEW_UNDO, reception.decisions.undo),
        _on(calls.REPORT, reception.reports.report),
        _on(calls.LOG_FOLLOW, reception.logbook.follow),
        _on(calls.FOLDER_OPEN, reception.views.open_folder),
        _on(calls.STUDIO_OPEN, reception.views.open_studio),
        _on(calls.ACCOUNT_ALLOW, office.allow),
        _on(calls.ACCOUNT_RESUME, office.resume),
        _on(calls.ACCOUNT_LIST, office.allowances),
        _on(calls.ACCOUNT_HISTORY, office.history),
        _on(calls.DOUBT_LIST, office.doubts),
        _on(calls.DOUBT_DECIDE, office.decide),
        _on(calls.VERIFY, office.inspection.step),
        _on(calls.BROWSER_START, office.keeper.start),
        _on(calls.BROWSER_STOP, office.keeper.stop),
        _on(calls.BROWSER_STATUS, office.keeper.status),
        _on(calls.SITE_CHECK, office.sites.check),
        _on(calls.SITE_CAPTURE, office.sites.capture),
        _on(calls.HOST_STOP, end),
    ]
    if browser is not None:
        served += [
            _on(calls.TAB_READY, browser.tab_ready),
            _on(calls.TAB_GONE, _no_answer(browser.tab_gone)),
            _on(calls.PAGE_CHANGED, _no_answer(browser.page_changed)),
        ]
    return dict(served)


def _on(call: Call[P, R], serve: Callable[[P], Awaitable[R]]) -> tuple[str, Handler]:
    return call.method, serve


def _no_answer(serve: Callable[[P], Awaitable[None]]) -> Callable[[P], Awaitable[Nothing]]:
    async def served(message: P) -> Nothing:
        await serve(message)
        return Nothing()

    return served


def version_of(text: str) -> tuple[int, ...]:
    """A version's numbers, for comparing; a part that is not a number counts as 0."""
    return tuple(int(part) if part.isdigit() else 0 for part in text.split("."))


def mismatch(hello: Hello) -> str:
    """Which end has to be updated, for people."""
    if hello.oldest > base.VERSION:
        return (
            f"This Pressrun host ({pressrun.__version__}) is older than the "
            f"{hello.role.value} ({hello.version}). Update the host: pip install -U pressrun"
        )
    return (
        f"The {hello.role.value} ({hello.version}) is older than this Pressrun host "
        f"({pressrun.__version__}). Update the {hello.role.value} and reload it"
    )
