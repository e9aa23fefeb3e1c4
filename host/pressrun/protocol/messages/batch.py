"""Batches: what to make, how it goes, and when it will be done."""

from enum import StrEnum

from pydantic import Field

from pressrun.protocol.messages.base import (
    REFERENCES,
    Amount,
    Line,
    Message,
    Moment,
    Name,
    Number,
    Numbers,
    Rate,
    Seconds,
)
from pressrun.protocol.messages.panel import PanelStatus
from pressrun.states import BatchState, JobChoice, OnDoubt, Outliers, WrongFormat

DEFAULT_CHATS = 4
"""Panels a chat, where the author names no number; docs/chats.md says why so many."""

MOST_CHATS = 64
"""The most panels a chat."""

DEFAULT_REPAIRS = 2
"""How often an outlier is made again at most, where the author names no number."""

MOST_REPAIRS = 5
"""The most that an author can choose."""

DEFAULT_REPAIR_SHARE = 0.05
"""The share of a batch's panels that may be spent on repairs, where the author names none."""

MOST_REPAIR_SHARE = 0.5
"""The most that an author can choose."""

NOTE_CHARS = 4_000
"""The longest note of an author's on a take."""


class Binding(StrEnum):
    """What sets the pace of a batch."""

    GENERATION = "generation"
    """The site's time for a picture, in as many tabs as the account allows."""
    CAP = "cap"
    """How many pictures the account may make in a span of time."""
    TABS = "tabs"
    """The number of tabs that the author chose; the account would allow more."""
    ROW = "row"
    """The longest group, whose panels are made one after another."""
    MEMORY = "memory"


class Basis(StrEnum):
    """What a forecast is based on."""

    PROFILE = "profile"
    """The usual times in the site profile; this account has made nothing yet."""
    ACCOUNT = "account"
    """The times of this account so far."""
    BATCH = "batch"
    """The times of this batch so far."""


class BatchStart(Message):
    """Make the pictures that a prompt list or a book asks for and its library lacks."""

    source: Line = Field(
        description="whole path of the prompt list, or of a book's folder or its `book.toml`"
    )
    translation: Name | None = Field(
        default=None, description="the other language of a book whose pictures are meant"
    )
    sheets: list[Line] = Field(
        default=[],
        max_length=1_000,
        description="keys of sheets of a book that are to be made, wanted by others or not",
    )
    only: list[Line] = Field(
        default=[],
        max_length=1_000,
        description="keys of panels, pages and chapters to which a `run` keeps; none means all",
    )
    library: Line | None = Field(
        default=None,
        description="absolute path of the folder for the pictures; None is the list's own",
    )
    form: Name | None = Field(
        default=None, description="how the list is written; None: as it looks"
    )
    beside: Line | None = Field(
        default=None,
        description="absolute path of the folder of the reference pictures that the list names; "
        "None is the list's own",
    )
    site: Name = "chatgpt"
    tabs: int = Field(default=2, ge=1, le=32)
    on_doubt: OnDoubt = OnDoubt.ASK
    references: list[Line] | None = Field(
        default=None,
        max_length=REFERENCES,
        description="absolute paths of pictures that every prompt is sent with; None is those "
        "of the last time",
    )
    format: Name | None = Field(
        default=None,
        description="aspect ratio of the panels for which the list names none, such as 3:4; "
        "`auto` leaves it to the site, None is that of the last time",
    )
    wrong_format: WrongFormat = Field(
        default=WrongFormat.KEEP, description="what becomes of a picture of another format"
    )
    outliers: Outliers | None = Field(
        default=None,
        description="what becomes of pictures that are not in the style of the approved ones; "
        "None: as the book says, or the usual",
    )
    repairs: int | None = Field(
        default=None,
        ge=1,
        le=MOST_REPAIRS,
        description="how often one is made again at most; None as for `outliers`",
    )
    repair_share: float | None = Field(
        default=None,
        ge=0.0,
        le=MOST_REPAIR_SHARE,
        allow_inf_nan=False,
        description="the share of the panels that may be spent on repairs; None as for `outliers`",
    )
    chats: int | None = Field(
        default=None,
        ge=1,
        le=MOST_CHATS,
        description="how many panels of a scene go on in one chat; 1: each gets a fresh one, None: "
        "as the book says, or the usual number",
    )
    project: Line | None = Field(
        default=None,
        description="address of the ChatGPT project in which fresh chats are begun; None is that "
        "of the last time, an empty one is none",
    )
    again: bool | None = Field(
        default=None,
        description="whether pictures that are there, from other words, references or format, are "
        "made once more, or left as they are; None refuses the start where there is one",
    )
    makes: Amount | None = Field(
        default=None,
        description="how many pictures the author agreed to order; another number refuses the "
        "start. None: as many as there are to make",
    )


class BatchStarted(Message):
    """What `batch.start` found to do."""

    batch: Number | None = Field(description="None when nothing is to be made")
    library: Line = Field(description="absolute path of the folder for the pictures")
    wanted: Amount
    made: Amount = Field(description="in the library as wanted")
    renamed: Amount = Field(default=0, description="pictures that moved to another key")
    samples: Amount = Field(
        default=0, description="panels made before all others, so that each scene is seen early"
    )


class BatchChoice(Message):
    """A batch; None means every open one."""

    batch: Number | None = None


class BatchChanged(Message):
    """The batches that a call changed."""

    batches: Numbers


class BatchAdjust(BatchChoice):
    """Change the tabs or the priority of an open batch; None leaves it unchanged."""

    tabs: int | None = Field(default=None, ge=1, le=32)
    priority: int | None = Field(default=None, ge=-100, le=100)


class JobsOrder(BatchChoice):
    """An order about panels of a batch; None: of each list of the newest batch's library."""

    choice: JobChoice
    keys: list[Line] = Field(
        default_factory=list,
        max_length=1_000,
        description="panels, scenes or pages; to retry, none means all that failed",
    )


class JobsOrdered(Message):
    """What an order changed."""

    jobs: Amount = Field(description="how many")
    unmoved: list[Line] = Field(
        default=[], max_length=8, description="why panels stay as they are, for people"
    )


class TidyOrder(BatchChoice):
    """Move pictures that no list names aside, in the library of a batch; None is the newest."""

    sure: bool = Field(default=False, description="whether to move them; otherwise only count")


class Tidied(Message):
    """The pictures that no list names."""

    library: Line
    pictures: Amount = Field(description="how many")
    examples: list[Line] = Field(max_length=16, description="the keys of the first")
    moved: bool
    locked: Amount = Field(default=0, description="how many more, which are locked, and stay")


class Outlook(Message):
    """How long something will take, in seconds from now, and what sets the pace."""

    shortest: Seconds
    likely: Seconds
    longest: Seconds
    binds: Binding
    basis: Basis
    span: Line = Field(description="how long, as a range, for people")
    sentence: Line = Field(description="which limit binds, and what that is based on, for people")


class PlannedChapter(Message):
    """A chapter of a book, or its sheets, in numbers of panels."""

    key: Line = Field(description="such as ch01")
    title: Line
    panels: Amount
    done: Amount = Field(description="with the picture that is wanted")
    moved: Amount = Field(description="of these, with a picture that moves here")
    new: Amount = Field(description="to be made that have none")
    stale: Amount = Field(description="with a picture that was made from something else")
    waiting: Amount = Field(description="in the open batch already")
    stuck: Amount = Field(description="refused, or with something in the way on disk")
    aside: Amount = Field(description="not made now, as the run keeps to others")


class StaleGroup(Message):
    """Panels whose pictures were made from something else, for one reason."""

    why: Line = Field(description="such as: Mara's sheet changed")
    panels: Amount
    keys: list[Line] = Field(max_length=16, description="the first of them")


class PlannedMove(Message):
    """Pictures that move to other keys."""

    before: Line = Field(description="a key, or the first part of several")
    after: Line
    pictures: Amount = Field(description="how many move so")


class PlannedWait(Message):
    """Panels that are made only when another one has come to something."""

    key: Line = Field(description="the panel that they wait for")
    approval: bool = Field(
        description="whether its picture is to be approved; otherwise it is to be made"
    )
    panels: Amount
    why: Line = Field(default="", description="what becomes of it now, or why nothing does")


class BatchPlan(Message):
    """What a `batch.start` with the same message would do."""

    library: Line = Field(description="absolute path of the folder for the pictures")
    wanted: Amount
    makes: Amount = Field(default=0, description="how many pictures it would order anew")
    done: Amount = Field(description="in the library as wanted, or accepted by the author")
    renamed: Amount = Field(default=0, description="of these, to be moved to another key")
    new: Amount = Field(description="never made")
    again: Amount = Field(description="in the library, made from other words, references or format")
    approved: Amount = Field(
        default=0,
        description="of these, approved by the author: they stay, and what is made is offered",
    )
    left: Amount = Field(default=0, description="as `again`, and left as they are")
    locked: Amount = Field(default=0, description="of these, locked by the author")
    offered: Amount = Field(
        default=0, description="of these, with a take as wanted that waits for the author's yes"
    )
    missing: Amount = Field(description="made, and no longer in the library")
    failed: Amount = Field(description="given up when it was last tried")
    held: Amount = Field(default=0, description="to be made when other panels are approved")
    under_way: Amount = Field(description="already in the open batch")
    refused: Amount = Field(description="refused by the site; not sent again unchanged")
    blocked: Amount = Field(default=0, description="something on disk is in their pictures' way")
    notes: list[Line] = Field(
        default=[], max_length=64, description="what was assumed, and what looks wrong"
    )
    unlisted: Amount = Field(default=0, description="pictures that the list does not name")
    examples: list[Line] = Field(
        default=[], max_length=16, description="the first that would be made again, and why"
    )
    book: Line | None = Field(default=None, description="title of the book; None for a list")
    aside: Amount = Field(default=0, description="not made now, as the run keeps to others")
    chapters: list[PlannedChapter] = Field(
        default=[], max_length=500, description="of a book, in reading order, sheets first"
    )
    stale: list[StaleGroup] = Field(
        default=[], max_length=64, description="those made again or left, the most first"
    )
    moves: list[PlannedMove] = Field(default=[], max_length=128)
    waits: list[PlannedWait] = Field(default=[], max_length=64)
    repairs: Amount = Field(
        default=0, description="how many may be made again because of their style, at most"
    )
    outlook: Outlook | None = Field(description="None when nothing is left to make")


class PlanPage(BatchStart):
    """Ask for a page of what a `batch.start` with the same message would do."""

    first: Amount = Field(default=0, description="how many panels to pass over")


class PlannedPanel(Message):
    """What a `batch.start` would do about one panel."""

    key: Line
    words: Line = Field(description="how the prompt begins")
    references: list[Line] = Field(max_length=REFERENCES, description="names of files")
    format: Name | None = Field(
        default=None, description="aspect ratio, such as 3:4; None leaves it to the site"
    )
    fate: Name = Field(description="such as new, again or made")
    why: Line = Field(description="empty where the fate says it all")


class PlannedPanels(Message):
    """A page of the panels of a list."""

    panels: list[PlannedPanel] = Field(max_length=500)
    total: Amount


class Approval(Message):
    """A picture that waits for the author's approval."""

    key: Line
    panels: Amount = Field(description="how many panels wait for it")


class Standstill(Message):
    """A panel without a picture, for which others wait."""

    key: Line
    why: Line = Field(description="why it has none, such as: was refused")
    advice: Line = Field(description="what the author can do")
    panels: Amount = Field(description="how many wait for it")


class StyleWait(Message):
    """What most of the panels wait for that are held because of style."""

    about: Line = Field(description="a panel's key, or what the pictures of a drift share")
    drift: Number | None = Field(description="number of the drift; None for a picture")
    panels: Amount = Field(description="how many wait for it")


class Count(Message):
    """How many jobs of a batch are in one state, for people."""

    text: Line
    wrong: bool = Field(description="the author is needed, now or in the end")


class BoundPanels(Message):
    """Panels that are sent in chats of one account, and wait for it."""

    account: Amount
    panels: Amount


class RecentPicture(Message):
    """A picture that came in lately."""

    key: Line
    picture: Name = Field(description="its SHA-256")


class BatchStatus(Message):
    """One batch in numbers, and in the words that the views show."""

    batch: Number
    name: Line
    source: Line
    library: Line
    site: Name
    state: BatchState
    ended_at: Moment | None = Field(default=None, description="when it was done or cancelled")
    tabs: Amount = Field(default=2, description="how many the author asked for on each account")
    priority: int = Field(
        default=0, ge=-100, le=100, description="higher goes first; those of one share the tabs"
    )
    chats: Amount = Field(
        default=DEFAULT_CHATS, description="how many panels of a scene go on in one chat"
    )
    project: Line | None = Field(
        default=None, description="address of the project in which fresh chats are begun"
    )
    stopped_because: Line | None = Field(
        default=None, description="why Pressrun itself paused it, until it is resumed"
    )
    total: Amount
    done: Amount
    made_before: Amount = Field(description="wanted and in the library before this batch")
    takes: bool = Field(
        default=False, description="whether it makes more takes, ordered panel by panel"
    )
    earlier: Amount = Field(
        default=0,
        description="of `total` and `done`: takes of earlier such batches of its list, which it "
        "stands for",
    )
    working: Amount
    waiting: Amount
    bound: list[BoundPanels] = Field(
        default=[],
        max_length=16,
        description="of those that wait, the ones that only one account can send",
    )
    doubt: Amount = Field(description="sent, with an outcome that is not known yet")
    asking: Amount = Field(description="those in doubt that wait for the author")
    held: Amount = Field(
        default=0, description="not started until another panel is approved, or made"
    )
    comparing: Amount = Field(
        default=0, description="not started until the picture before is compared"
    )
    approval: Approval | None = Field(
        default=None, description="the picture that most of the held jobs wait for"
    )
    standstill: Standstill | None = Field(
        default=None, description="where nothing goes on: the panel that most of them wait for"
    )
    outliers: Amount = Field(
        default=0, description="pictures that stand out, and wait for the author's word"
    )
    style_wait: StyleWait | None = Field(
        default=None, description="what panels wait for that are held because of style"
    )
    compares: bool = Field(
        default=False,
        description="whether pictures are still compared, for which panels may wait",
    )
    failed: Amount
    refused: Amount
    cancelled: Amount
    per_minute: Rate | None
    seconds_left: Seconds | None = Field(description="the likely time, while it runs")
    outlook: Outlook | None = Field(default=None, description="while it runs")
    needs: list[PanelStatus] = Field(
        default=[], max_length=10, description="the first panels that need the author"
    )
    counts: list[Count] = Field(max_length=16, description="those that are not zero")
    progress: Line = Field(description="how fast it goes and how long it takes, or its state")
    forecast: Line = Field(description="a range of time, and what sets it; empty when unknown")
    obstacle: Line | None = Field(description="why nothing can be made of it")
    offered: Amount = Field(
        default=0, description="panels of its library with a take that waits for the author's yes"
    )
    recent: list[RecentPicture] = Field(
        default=[], max_length=4, description="the newest pictures of its library, newest first"
    )
