"""The calls: which method carries which message, who may call it, and how a call can fail."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Generic, TypeVar

from pressrun.protocol import messages as m

P = TypeVar("P", bound=m.Message)
R = TypeVar("R", bound=m.Message)


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
    roles: frozenset[m.Role] = frozenset({m.Role.EXTENSION})


EVERYONE = frozenset(m.Role)

HELLO = Call("hello", m.Hello, m.Welcome, To.HOST, EVERYONE)
STATUS = Call("status", m.StatusQuery, m.Status, To.HOST, EVERYONE)
BATCH_PAUSE = Call("batch.pause", m.BatchChoice, m.BatchChanged, To.HOST, EVERYONE)
BATCH_RESUME = Call("batch.resume", m.BatchChoice, m.BatchChanged, To.HOST, EVERYONE)
BATCH_CANCEL = Call("batch.cancel", m.BatchChoice, m.BatchChanged, To.HOST, EVERYONE)
BATCH_ADJUST = Call("batch.adjust", m.BatchAdjust, m.BatchChanged, To.HOST, EVERYONE)
JOBS_ORDER = Call("jobs.order", m.JobsOrder, m.JobsOrdered, To.HOST, EVERYONE)
ACCOUNT_ALLOW = Call("account.allow", m.AccountAllow, m.AccountsAllowed, To.HOST, EVERYONE)
ACCOUNT_LIST = Call("account.list", m.Nothing, m.AccountAllowances, To.HOST, EVERYONE)
BATCH_START = Call(
    "batch.start", m.BatchStart, m.BatchStarted, To.HOST, frozenset({m.Role.COMMAND})
)
BATCH_PLAN = Call("batch.plan", m.BatchStart, m.BatchPlan, To.HOST, frozenset({m.Role.COMMAND}))
HOST_STOP = Call("host.stop", m.Nothing, m.Nothing, To.HOST, frozenset({m.Role.COMMAND}))
DOUBT_LIST = Call("doubt.list", m.Nothing, m.Doubts, To.HOST, EVERYONE)
DOUBT_DECIDE = Call("doubt.decide", m.DoubtDecide, m.DoubtDecided, To.HOST, EVERYONE)
VERIFY = Call("verify", m.VerifyStep, m.VerifyPart, To.HOST, frozenset({m.Role.COMMAND}))
BROWSER_START = Call(
    "browser.start", m.BrowserStart, m.BrowserStatus, To.HOST, frozenset({m.Role.COMMAND})
)
BROWSER_STOP = Call(
    "browser.stop", m.Nothing, m.BrowserStatus, To.HOST, frozenset({m.Role.COMMAND})
)
BROWSER_STATUS = Call(
    "browser.status", m.Nothing, m.BrowserStatus, To.HOST, frozenset({m.Role.COMMAND})
)
SITE_CHECK = Call("site.check", m.Nothing, m.SiteChecked, To.HOST, frozenset({m.Role.COMMAND}))
SITE_CAPTURE = Call("site.capture", m.Nothing, m.SiteKept, To.HOST, frozenset({m.Role.COMMAND}))
TAB_READY = Call("tab.ready", m.TabReady, m.TabPlace, To.HOST)
TAB_GONE = Call("tab.gone", m.TabGone, m.Nothing, To.HOST)
PAGE_CHANGED = Call("page.changed", m.Reading, m.Nothing, To.HOST)

BROWSER_AWAKE = Call("browser.awake", m.BrowserAwake, m.Nothing)
TAB_OPEN = Call("tab.open", m.TabOpen, m.TabOpened)
TAB_LIST = Call("tab.list", m.Nothing, m.TabList)
TAB_CLOSE = Call("tab.close", m.TabClose, m.Nothing)
TAB_GO = Call("tab.go", m.TabGo, m.Nothing)
PAGE_READ = Call("page.read", m.PageRead, m.Reading)
PAGE_USE = Call("page.use", m.PageUse, m.Nothing)
PAGE_CAPTURE = Call("page.capture", m.PageRead, m.Capture)
PAGE_CLICK = Call("page.click", m.PageClick, m.Done)
PAGE_FILL = Call("page.fill", m.PageFill, m.Done)
PAGE_ATTACH = Call("page.attach", m.PageAttach, m.Done)
PAGE_FETCH = Call("page.fetch", m.PageFetch, m.Fetched)
PAGE_PIECE = Call("page.piece", m.PagePiece, m.Piece)
PAGE_RELEASE = Call("page.release", m.PageRelease, m.Nothing)

HEARTBEAT = "heartbeat"
"""The only notification, sent by both ends every `HEARTBEAT_SECONDS`."""

CALLS: dict[str, Call[m.Message, m.Message]] = {
    value.method: value for value in list(globals().values()) if isinstance(value, Call)
}
