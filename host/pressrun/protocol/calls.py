"""The list of calls: what each carries, who may make it, who serves it, and how it can fail."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Generic, TypeVar

from pressrun.protocol.messages.account import (
    AccountAllow,
    AccountAllowances,
    AccountHistory,
    AccountHistoryQuery,
    AccountResume,
    AccountsAllowed,
)
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
    PlannedPanels,
    PlanPage,
    Tidied,
    TidyOrder,
)
from pressrun.protocol.messages.browser import BrowserStart, BrowserStatus
from pressrun.protocol.messages.decision import Decided, DecideOrder, Undone, UndoOrder
from pressrun.protocol.messages.doubt import DoubtDecide, DoubtDecided, Doubts
from pressrun.protocol.messages.gallery import (
    FolderOpen,
    Followed,
    FollowQuery,
    GalleryFound,
    GalleryPage,
    GalleryQuery,
    GallerySearch,
    Libraries,
    PagesFound,
    PagesQuery,
    PicturePiece,
    PictureQuery,
    PicturesFound,
    PicturesQuery,
    StudioOpen,
    StudioOpened,
)
from pressrun.protocol.messages.log import LogFound, LogQuery
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
from pressrun.protocol.messages.panel import PanelDetail, PanelQuery, PanelsFound, PanelsQuery
from pressrun.protocol.messages.report import LibraryReport, ReportQuery
from pressrun.protocol.messages.site import SiteChecked, SiteKept
from pressrun.protocol.messages.status import Status, StatusQuery
from pressrun.protocol.messages.style import (
    DriftSettle,
    DriftsSettled,
    ReviewFound,
    ReviewQuery,
    StyleQuery,
    StyleReport,
)
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
from pressrun.protocol.messages.view import BadgeShow, NoticeShow, ViewOpen, ViewOpened

P = TypeVar("P", bound=Message)
R = TypeVar("R", bound=Message)


class Code(IntEnum):
    """Numbers of JSON-RPC errors. The standard defines the negative ones."""

    PARSE = -32700
    INVALID_REQUEST = -32600
    UNKNOWN_METHOD = -32601
    INVALID_PARAMS = -32602
    INTERNAL = -32603
    UPDATE_NEEDED = 1
    """The two ends have no protocol in common; the text says which one to update."""
    TAB_GONE = 2
    """There is no such worker tab, or no content script answers in it."""
    OTHER_DOCUMENT = 3
    """The tab shows another document than the one the command was meant for."""
    NOT_FOUND = 4
    """The page shows no element, or more than one, where exactly one is needed."""
    NOT_FETCHED = 5
    """The page could not fetch the picture."""
    BAD_INPUT = 6
    """The author's input cannot be used; the text says what is wrong and where."""
    NO_SUCH_BATCH = 7
    NOT_ALLOWED = 8
    """This client may not call this."""
    HANDOVER = 9
    """The host makes way for the newer version that said hello; connect again."""
    STOPPED = 10
    """The author stopped the host; the relay says so on its behalf."""
    GONE = 11
    """The launcher finds no Python or no relay to start; it says so itself."""
    NO_BROWSER = 12
    """No browser with the extension is connected."""


class CallError(Exception):
    """The other end answered a call with an error."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class End(StrEnum):
    """Who makes a call, and who carries it out."""

    HOST = "host"
    COMMAND = "command"
    """The command line."""
    VIEW = "view"
    """The popup, or another page of the extension that people look at."""
    WORKER = "worker"
    """The extension's service worker."""
    PAGE = "page"
    """The content script of a tab."""


_ROLES = {
    End.COMMAND: Role.COMMAND,
    End.VIEW: Role.EXTENSION,
    End.WORKER: Role.EXTENSION,
    End.PAGE: Role.EXTENSION,
}


@dataclass(frozen=True)
class Call(Generic[P, R]):
    """A method: its name, its message, its answer, who may make it and who carries it out."""

    method: str
    params: type[P]
    result: type[R]
    by: frozenset[End]
    to: End = End.HOST

    @property
    def roles(self) -> frozenset[Role]:
        """The clients from whom the host takes it."""
        return frozenset(_ROLES[end] for end in self.by if end in _ROLES)


_HOST = frozenset({End.HOST})
_COMMAND = frozenset({End.COMMAND})
_PEOPLE = frozenset({End.COMMAND, End.VIEW})
_PAGE = frozenset({End.PAGE})
_WORKER = frozenset({End.WORKER})

HELLO = Call("hello", Hello, Welcome, _WORKER | _COMMAND)
STATUS = Call("status", StatusQuery, Status, _PEOPLE)
BATCH_START = Call("batch.start", BatchStart, BatchStarted, _PEOPLE)
BATCH_PLAN = Call("batch.plan", BatchStart, BatchPlan, _PEOPLE)
BATCH_LIST = Call("batch.list", PlanPage, PlannedPanels, _COMMAND)
BATCH_PAUSE = Call("batch.pause", BatchChoice, BatchChanged, _PEOPLE)
BATCH_RESUME = Call("batch.resume", BatchChoice, BatchChanged, _PEOPLE)
BATCH_CANCEL = Call("batch.cancel", BatchChoice, BatchChanged, _PEOPLE)
BATCH_ADJUST = Call("batch.adjust", BatchAdjust, BatchChanged, _PEOPLE)
JOBS_ORDER = Call("jobs.order", JobsOrder, JobsOrdered, _COMMAND)
PANELS_LIST = Call("panels.list", PanelsQuery, PanelsFound, _COMMAND)
PANELS_SHOW = Call("panels.show", PanelQuery, PanelDetail, _PEOPLE)
TAKES_TIDY = Call("takes.tidy", TidyOrder, Tidied, _COMMAND)
STYLE_REPORT = Call("style.report", StyleQuery, StyleReport, _COMMAND)
STYLE_REVIEW = Call("style.review", ReviewQuery, ReviewFound, _COMMAND)
STYLE_SETTLE = Call("style.settle", DriftSettle, DriftsSettled, _COMMAND)
VIEW_FOLLOW = Call("view.follow", FollowQuery, Followed, _PEOPLE)
GALLERY_OPEN = Call("gallery.open", GalleryQuery, GalleryPage, _PEOPLE)
GALLERY_SEARCH = Call("gallery.search", GallerySearch, GalleryFound, _PEOPLE)
GALLERY_PICTURES = Call("gallery.pictures", PicturesQuery, PicturesFound, _PEOPLE)
GALLERY_PICTURE = Call("gallery.picture", PictureQuery, PicturePiece, _PEOPLE)
GALLERY_PAGES = Call("gallery.pages", PagesQuery, PagesFound, _PEOPLE)
GALLERY_LIBRARIES = Call("gallery.libraries", Nothing, Libraries, _PEOPLE)
REVIEW_DECIDE = Call("review.decide", DecideOrder, Decided, _PEOPLE)
REVIEW_UNDO = Call("review.undo", UndoOrder, Undone, _PEOPLE)
REPORT = Call("report", ReportQuery, LibraryReport, _COMMAND)
LOG_FOLLOW = Call("log.follow", LogQuery, LogFound, _PEOPLE)
FOLDER_OPEN = Call("folder.open", FolderOpen, Nothing, _PEOPLE)
STUDIO_OPEN = Call("studio.open", StudioOpen, StudioOpened, _COMMAND)
DOUBT_LIST = Call("doubt.list", Nothing, Doubts, _PEOPLE)
DOUBT_DECIDE = Call("doubt.decide", DoubtDecide, DoubtDecided, _PEOPLE)
ACCOUNT_ALLOW = Call("account.allow", AccountAllow, AccountsAllowed, _PEOPLE)
ACCOUNT_RESUME = Call("account.resume", AccountResume, AccountsAllowed, _PEOPLE)
ACCOUNT_LIST = Call("account.list", Nothing, AccountAllowances, _PEOPLE)
ACCOUNT_HISTORY = Call("account.history", AccountHistoryQuery, AccountHistory, _PEOPLE)
VERIFY = Call("verify", VerifyStep, VerifyPart, _COMMAND)
SITE_CHECK = Call("site.check", Nothing, SiteChecked, _COMMAND)
SITE_CAPTURE = Call("site.capture", Nothing, SiteKept, _COMMAND)
BROWSER_START = Call("browser.start", BrowserStart, BrowserStatus, _COMMAND)
BROWSER_STOP = Call("browser.stop", Nothing, BrowserStatus, _COMMAND)
BROWSER_STATUS = Call("browser.status", Nothing, BrowserStatus, _COMMAND)
HOST_STOP = Call("host.stop", Nothing, Nothing, _COMMAND)
TAB_READY = Call("tab.ready", TabReady, TabPlace, _PAGE)
TAB_GONE = Call("tab.gone", TabGone, Nothing, _WORKER)
PAGE_CHANGED = Call("page.changed", Reading, Nothing, _PAGE)

BROWSER_AWAKE = Call("browser.awake", BrowserAwake, Nothing, _HOST, End.WORKER)
BADGE_SHOW = Call("badge.show", BadgeShow, Nothing, _HOST, End.WORKER)
NOTICE_SHOW = Call("notice.show", NoticeShow, Nothing, _HOST, End.WORKER)
VIEW_OPEN = Call("view.open", ViewOpen, ViewOpened, _HOST, End.WORKER)
TAB_OPEN = Call("tab.open", TabOpen, TabOpened, _HOST, End.WORKER)
TAB_LIST = Call("tab.list", Nothing, TabList, _HOST, End.WORKER)
TAB_CLOSE = Call("tab.close", TabClose, Nothing, _HOST, End.WORKER)
TAB_GO = Call("tab.go", TabGo, Nothing, _HOST, End.WORKER)
PAGE_READ = Call("page.read", PageRead, Reading, _HOST, End.PAGE)
PAGE_USE = Call("page.use", PageUse, Nothing, _HOST, End.PAGE)
PAGE_CAPTURE = Call("page.capture", PageRead, Capture, _HOST, End.PAGE)
PAGE_CLICK = Call("page.click", PageClick, Done, _HOST, End.PAGE)
PAGE_FILL = Call("page.fill", PageFill, Done, _HOST, End.PAGE)
PAGE_ATTACH = Call("page.attach", PageAttach, Done, _HOST, End.PAGE)
PAGE_FETCH = Call("page.fetch", PageFetch, Fetched, _HOST, End.PAGE)
PAGE_PIECE = Call("page.piece", PagePiece, Piece, _HOST, End.PAGE)
PAGE_RELEASE = Call("page.release", PageRelease, Nothing, _HOST, End.PAGE)

HEARTBEAT = "heartbeat"
"""The only notification; both ends send it every `HEARTBEAT_SECONDS`."""

CALLS: dict[str, Call[Message, Message]] = {
    value.method: value for value in list(globals().values()) if isinstance(value, Call)
}


def made_by(end: End) -> list[str]:
    """The methods that an end may call, in order of their names."""
    return sorted(method for method, call in CALLS.items() if end in call.by)


def served_by(end: End) -> list[str]:
    """The methods that an end carries out, in order of their names."""
    return sorted(method for method, call in CALLS.items() if call.to == end)
