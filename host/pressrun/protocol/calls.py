"""The calls: which method carries which message, who may call it, and how a call can fail."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Generic, TypeVar

from pressrun.protocol.messages.account import AccountAllow, AccountAllowances, AccountsAllowed
from pressrun.protocol.messages.base import Hello, Message, Nothing, Role, Welcome
from pressrun.protocol.messages.batch import (
    BatchAdjust,
    BatchChanged,
    BatchChoice,
    BatchPlan,
    BatchStart,
    BatchStarted,
    JobsOrder,
    JobsOrdered,
)
from pressrun.protocol.messages.browser import BrowserStart, BrowserStatus
from pressrun.protocol.messages.doubt import DoubtDecide, DoubtDecided, Doubts
from pressrun.protocol.messages.page import (
    Capture,
    Done,
    Fetched,
    PageAttach,
    PageClick,
    PageFetch,
    PageFill,
    PagePiece,
    PageRead,
    PageRelease,
    PageUse,
    Piece,
    Reading,
)
from pressrun.protocol.messages.site import SiteChecked, SiteKept
from pressrun.protocol.messages.status import Status, StatusQuery
from pressrun.protocol.messages.tab import (
    BrowserAwake,
    TabClose,
    TabGo,
    TabGone,
    TabList,
    TabOpen,
    TabOpened,
    TabPlace,
    TabReady,
)
from pressrun.protocol.messages.verify import VerifyPart, VerifyStep

P = TypeVar("P", bound=Message)
R = TypeVar("R", bound=Message)


class Code(IntEnum):
    """Numbers of JSON-RPC errors; the negative ones are the standard's own."""

    PARSE = -32700
    INVALID_REQUEST = -32600
    UNKNOWN_METHOD = -32601
    INVALID_PARAMS = -32602
    INTERNAL = -32603
    UPDATE_NEEDED = 1
    """The two ends share no protocol; the text says which one to update."""
    TAB_GONE = 2
    """There is no such worker tab, or no content script answers in it."""
    OTHER_DOCUMENT = 3
    """The tab shows another document than the one the command was meant for."""
    NOT_FOUND = 4
    """The page shows no element, or more than one, where exactly one is needed."""
    NOT_FETCHED = 5
    """The page could not fetch the picture."""
    BAD_INPUT = 6
    """What the author gave cannot be used; the text names the file and the line."""
    NO_SUCH_BATCH = 7
    HANDOVER = 9
    """The host makes room for the newer version that said hello; connect again."""
    NOT_ALLOWED = 8
    """This client may not call this."""
    STOPPED = 10
    """The author stopped the host; the relay says so in its place."""


class CallError(Exception):
    """The other end answered a call with an error."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class To(StrEnum):
    """Which end serves a method."""

    HOST = "host"
    EXTENSION = "extension"


@dataclass(frozen=True)
class Call(Generic[P, R]):
    """A method: its name, its message, its answer, which end serves it and who may use it."""

    method: str
    params: type[P]
    result: type[R]
    to: To = To.EXTENSION
    roles: frozenset[Role] = frozenset({Role.EXTENSION})


EVERYONE = frozenset(Role)

HELLO = Call("hello", Hello, Welcome, To.HOST, EVERYONE)
STATUS = Call("status", StatusQuery, Status, To.HOST, EVERYONE)
BATCH_PAUSE = Call("batch.pause", BatchChoice, BatchChanged, To.HOST, EVERYONE)
BATCH_RESUME = Call("batch.resume", BatchChoice, BatchChanged, To.HOST, EVERYONE)
BATCH_CANCEL = Call("batch.cancel", BatchChoice, BatchChanged, To.HOST, EVERYONE)
BATCH_ADJUST = Call("batch.adjust", BatchAdjust, BatchChanged, To.HOST, EVERYONE)
JOBS_ORDER = Call("jobs.order", JobsOrder, JobsOrdered, To.HOST, EVERYONE)
ACCOUNT_ALLOW = Call("account.allow", AccountAllow, AccountsAllowed, To.HOST, EVERYONE)
ACCOUNT_LIST = Call("account.list", Nothing, AccountAllowances, To.HOST, EVERYONE)
BATCH_START = Call("batch.start", BatchStart, BatchStarted, To.HOST, frozenset({Role.COMMAND}))
BATCH_PLAN = Call("batch.plan", BatchStart, BatchPlan, To.HOST, frozenset({Role.COMMAND}))
HOST_STOP = Call("host.stop", Nothing, Nothing, To.HOST, frozenset({Role.COMMAND}))
DOUBT_LIST = Call("doubt.list", Nothing, Doubts, To.HOST, EVERYONE)
DOUBT_DECIDE = Call("doubt.decide", DoubtDecide, DoubtDecided, To.HOST, EVERYONE)
VERIFY = Call("verify", VerifyStep, VerifyPart, To.HOST, frozenset({Role.COMMAND}))
BROWSER_START = Call(
    "browser.start", BrowserStart, BrowserStatus, To.HOST, frozenset({Role.COMMAND})
)
BROWSER_STOP = Call("browser.stop", Nothing, BrowserStatus, To.HOST, frozenset({Role.COMMAND}))
BROWSER_STATUS = Call("browser.status", Nothing, BrowserStatus, To.HOST, frozenset({Role.COMMAND}))
SITE_CHECK = Call("site.check", Nothing, SiteChecked, To.HOST, frozenset({Role.COMMAND}))
SITE_CAPTURE = Call("site.capture", Nothing, SiteKept, To.HOST, frozenset({Role.COMMAND}))
TAB_READY = Call("tab.ready", TabReady, TabPlace, To.HOST)
TAB_GONE = Call("tab.gone", TabGone, Nothing, To.HOST)
PAGE_CHANGED = Call("page.changed", Reading, Nothing, To.HOST)

BROWSER_AWAKE = Call("browser.awake", BrowserAwake, Nothing)
TAB_OPEN = Call("tab.open", TabOpen, TabOpened)
TAB_LIST = Call("tab.list", Nothing, TabList)
TAB_CLOSE = Call("tab.close", TabClose, Nothing)
TAB_GO = Call("tab.go", TabGo, Nothing)
PAGE_READ = Call("page.read", PageRead, Reading)
PAGE_USE = Call("page.use", PageUse, Nothing)
PAGE_CAPTURE = Call("page.capture", PageRead, Capture)
PAGE_CLICK = Call("page.click", PageClick, Done)
PAGE_FILL = Call("page.fill", PageFill, Done)
PAGE_ATTACH = Call("page.attach", PageAttach, Done)
PAGE_FETCH = Call("page.fetch", PageFetch, Fetched)
PAGE_PIECE = Call("page.piece", PagePiece, Piece)
PAGE_RELEASE = Call("page.release", PageRelease, Nothing)

HEARTBEAT = "heartbeat"
"""The only notification, sent by both ends every `HEARTBEAT_SECONDS`."""

CALLS: dict[str, Call[Message, Message]] = {
    value.method: value for value in list(globals().values()) if isinstance(value, Call)
}
