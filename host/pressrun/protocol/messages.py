"""Every message that crosses the wire, as one pydantic model each.

The JSON Schema (`docs/protocol.schema.json`) and the extension's types
(`extension/types/protocol.d.ts`) are generated from this module by
`python -m pressrun.protocol.schema --write`.

Units: times are seconds since the epoch, durations are seconds, lengths are bytes unless the name
says otherwise. Texts that come from a page are bounded here, and again in the page.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

VERSION = 1
"""The protocol this code speaks."""

OLDEST = 1
"""The oldest protocol this code still understands."""

HEARTBEAT_SECONDS = 20.0
"""How often both ends say that they live."""

PIECE_BYTES = 256 * 1024
"""The bytes of a picture that one `page.piece` carries, before base64."""

PROMPT_CHARS = 32_000
"""The longest prompt, in characters."""

REFERENCES = 10
"""The most reference pictures that one prompt is sent with."""

Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(min_length=1, max_length=128)]
Selector = Annotated[str, Field(min_length=1, max_length=512)]
Line = Annotated[str, Field(max_length=2_048)]
Text = Annotated[str, Field(max_length=64_000)]


class Message(BaseModel):
    """A message: immutable, and with nothing in it that both ends do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Message):
    """No parameters, or no result."""


class Role(StrEnum):
    """Who is at the other end of a link."""

    EXTENSION = "extension"
    """A browser profile's extension, through its relay."""
    COMMAND = "command"
    """The command line, straight to the socket."""


class Hello(Message):
    """The first message of a client."""

    oldest: int = Field(ge=1, description="the oldest protocol the client understands")
    newest: int = Field(ge=1, description="the newest protocol the client understands")
    version: Name = Field(description="the client's own version, for people")
    role: Role
    profile: Name | None = Field(default=None, description="names the browser profile, for good")
    session: Name | None = Field(
        default=None, description="names one run of the browser; tab ids hold within it"
    )
    epoch: Name | None = Field(default=None, description="names one life of the service worker")


class Welcome(Message):
    """The host's answer to `hello`."""

    protocol: int
    version: Name
    heartbeat_seconds: float


class Shell(Message):
    """How to read one build of a site's pages: selectors, and no more.

    Each role lists selectors in order of trust; the first that finds anything counts.
    """

    name: Line = Field(description="empty for what can be read of a page that no shell recognises")
    home: Line = Field(description="an address of the site; other hosts are not its")
    recognise: list[Selector] = Field(description="the sooner one matches, the surer it is")
    composer: list[Selector]
    unwritten: list[Selector] = Field(
        description="inside a composer or a message: nobody wrote this, such as a mode's pill"
    )
    send: list[Selector]
    stop: list[Selector]
    mode_on: list[Selector] = Field(description="any of them means that image mode is on")
    chip: list[Selector] = Field(description="one element an attached file")
    attachments: list[Selector] = Field(description="what holds attached files, and nothing else")
    chip_pending: list[Selector] = Field(description="a chip whose upload is under way")
    paste_chip: list[Selector] = Field(description="a paste that became a file")
    file_input: list[Selector]
    turn: list[Selector] = Field(description="a turn, or an author's turn and its answer in one")
    turn_id: list[Name] = Field(description="the attributes that name a turn; the first one counts")
    unmounted: list[Selector] = Field(
        description="the place of a turn that is not in the document now"
    )
    user: list[Selector] = Field(description="a turn, or a part of it, that is the author's")
    assistant: list[Selector] = Field(
        description="a turn, or where the part of it begins, that is the site's"
    )
    user_text: list[Selector] = Field(
        description="the prompt inside the author's part, and around it what decorates it"
    )
    busy: list[Selector] = Field(description="inside an answer: more is to come")
    pending: list[Selector] = Field(
        description="inside a turn: it says that more is to come, and has been seen to say so for "
        "ever"
    )
    picture: list[Selector] = Field(description="a picture that the site made, inside an answer")
    unit: list[Selector] = Field(description="what holds all the copies of one such picture")
    finished: list[Selector] = Field(description="inside a turn: a picture is final")
    dialog: list[Selector] = Field(description="what lies over the page until it is answered")
    alert: list[Selector] = Field(description="alerts and toasts")
    live: list[Selector] = Field(
        description="what is read out when it changes; a toast where it is seen as well"
    )
    margin: list[Selector] = Field(
        description="what is said in it outside of turns, forms and headings is the site's"
    )
    history: list[Selector] = Field(description="links to conversations, the newest first")
    account: list[Selector] = Field(description="its text tells who is signed in; only hashed")
    signs: dict[Name, list[Selector]] = Field(
        description="what tells something by being there, by name"
    )
    clickable: dict[Name, list[Selector]] = Field(
        description="what `page.click` may click besides `send`, by role"
    )


class PageProfile(Message):
    """The part of a site profile that runs in the page."""

    shells: list[Shell] = Field(description="the builds that a site serves, at the same time")
    unknown: Shell


class TabReady(Message):
    """A content script is there: in a new document, or again after its link was gone."""

    tab: int
    document: Name = Field(description="the browser's own id of the document")
    url: Line
    steps: dict[Name, Name] = Field(
        default_factory=dict, description="the last step done of each attempt in this document"
    )


class TabPlace(Message):
    """What a tab is to us: a worker with a profile to read by, or the author's own (None)."""

    page: PageProfile | None


class TabGone(Message):
    """A tab was closed, crashed or replaced."""

    tab: int
    why: Line


class Seen(Message):
    """Where a role was found, and by which rule: what a reading rests on."""

    role: Name
    rule: Line = Field(description="the selector that found it")
    where: Line = Field(description="the element, as a short path for people")
    count: int = Field(ge=1, description="how many elements the rule found")


class SeenPicture(Message):
    """One picture element in a turn, as the page shows it."""

    src: Line
    width: int = Field(
        ge=0,
        description="natural width in pixels; until it is loaded, what the page declares, or 0",
    )
    height: int = Field(ge=0)
    loaded: bool
    hidden: bool = Field(description="a copy that no reader is meant to see")
    unit: Line = Field(
        default="", description="names what holds all the copies of one picture, within its turn"
    )
    rule: Line = Field(
        default="", description="what found it; empty when it is known by its place and size alone"
    )
    where: Line = ""
    linked: bool = Field(
        default=False, description="it is a link to another site, as an advertisement is"
    )
    busy: bool = Field(default=False, description="it stands in something that is at work")


class SeenSign(Message):
    """Something that tells by being there."""

    name: Name
    rule: Line
    where: Line
    text: Line


class SeenTurn(Message):
    """One turn of the conversation."""

    id: Line
    role: Line = Field(description="`user` or `assistant`; empty where nothing tells")
    text: Text = Field(description="of a user's turn the prompt, of an assistant's what it says")
    whole: bool = Field(
        default=True,
        description="nothing suggests that the page shows less of a user's text than was written, "
        "or other words: no control in it, nothing clipped, no translation",
    )
    busy: bool
    pending: bool = Field(
        default=False, description="it says that more is to come; never to be trusted alone"
    )
    finished: bool = Field(description="finished evidence stands beside the pictures")
    pictures: list[SeenPicture] = Field(
        max_length=32, description="of a user's turn those that the author attached"
    )
    signs: list[SeenSign] = Field(default_factory=list, max_length=16)


class SeenNotice(Message):
    """A dialog, alert or toast."""

    where: Line
    text: Line
    blocks: bool = Field(default=True, description="it lies over the page until it is answered")


class Reading(Message):
    """What a worker page shows at one moment, by its profile."""

    tab: int
    document: Name
    url: Line
    title: Line
    hidden: bool = Field(description="document.hidden")
    shell: Line = Field(description="empty when no shell was recognised")
    composers: int = Field(ge=0, description="visible composers; exactly one is workable")
    composer_text: Text
    send: bool = Field(description="Send is there and enabled")
    stop: bool
    mode_on: bool
    chips: int = Field(ge=0)
    chips_pending: int = Field(ge=0)
    paste_chips: int = Field(ge=0)
    turn_count: int = Field(ge=0)
    turns: list[SeenTurn] = Field(
        max_length=512, description="the last ones, oldest first; a worker page tells 8"
    )
    loose: list[SeenPicture] = Field(
        default_factory=list,
        max_length=32,
        description="visible pictures that stand in no turn, and beside no composer or menu",
    )
    notices: list[SeenNotice] = Field(max_length=8)
    margin: Line = Field(default="", description="what the site says beside turns and composer")
    signs: list[SeenSign] = Field(default_factory=list, max_length=16)
    history: list[Line] = Field(max_length=64, description="addresses, the newest first")
    account: Hex | None = Field(description="a salted hash of who is signed in")
    seen: list[Seen] = Field(
        default_factory=list, max_length=64, description="what was found, and by which rules"
    )
    now: float = Field(default=0.0, description="the page's clock")
    locale: Line = Field(default="", description="the page's language, as a tag")
    zone: Line = Field(default="", description="the page's time zone, by its IANA name")


class TabOpen(Message):
    """Open a worker tab, in the background."""

    url: Line


class TabOpened(Message):
    """The browser's id of the new tab."""

    tab: int


class TabList(Message):
    """Every worker tab there is, whoever opened it."""

    tabs: list[int] = Field(max_length=256)


class BrowserAwake(Message):
    """Keep the browser's machine awake, or let it sleep again; as its author wishes."""

    on: bool


class TabClose(Message):
    """Close a worker tab."""

    tab: int


class TabGo(Message):
    """Load an address in a worker tab."""

    tab: int
    url: Line


class PageRead(Message):
    """Ask for a reading now."""

    tab: int
    document: Name


class PageUse(PageRead):
    """Read by another profile from now on."""

    page: PageProfile


class Capture(Message):
    """A page's markup to read it again by; what people wrote, names and ids are shapes in it."""

    html: str = Field(max_length=1_200_000)


class PageStep(PageRead):
    """A step of an attempt; a document does each step of an attempt once."""

    attempt: Name
    step: Name


class PageClick(PageStep):
    """Click the one element that has a role."""

    role: Name


class PageFill(PageStep):
    """Put text into the empty composer."""

    text: Annotated[str, Field(max_length=PROMPT_CHARS)]
    typed: bool = Field(default=False, description="typed in, where a paste was not taken whole")


class PageAttach(PageStep):
    """Attach a reference picture to the composer; it comes in pieces, in order."""

    name: Name
    media: Name
    size: int = Field(ge=1)
    offset: int = Field(ge=0)
    data: str = Field(max_length=PIECE_BYTES * 2, description="base64")
    pasted: bool = Field(
        default=False, description="paste it into the composer, instead of using its file input"
    )


class PageFetch(PageRead):
    """Fetch a picture that the page shows and hold its bytes."""

    attempt: Name
    src: Line


class Fetched(Message):
    """What a page holds after `page.fetch`."""

    size: int = Field(ge=0)
    sha256: Hex
    media: Line


class PagePiece(PageRead):
    """Ask for one piece of a held picture. Asking is the credit: no piece comes unasked."""

    attempt: Name
    offset: int = Field(ge=0)
    length: int = Field(ge=1, le=PIECE_BYTES)


class Piece(Message):
    """Some bytes of a held picture, in base64."""

    data: str = Field(max_length=PIECE_BYTES * 2)


class PageRelease(PageRead):
    """The picture is durable: the page may forget its bytes."""

    attempt: Name


class Done(Message):
    """A step is done, now or earlier."""

    again: bool = Field(default=False, description="it had been done before; nothing happened")


class OnDoubt(StrEnum):
    """What becomes of a job of which nobody can prove whether it was sent."""

    ASK = "ask"
    """It waits for the author."""
    RESEND = "resend"
    """It is sent again, at the risk of making a picture twice."""


class Binding(StrEnum):
    """What decides how long a batch takes."""

    GENERATION = "generation"
    """The site's time for a picture, in as many tabs as the account allows."""
    CAP = "cap"
    """What the account may have made in a span of time."""
    TABS = "tabs"
    """The number of tabs that the author asked for; the account would allow more."""
    MEMORY = "memory"


class Basis(StrEnum):
    """What a forecast goes by."""

    PROFILE = "profile"
    """What the site profile says is usual; this account made nothing yet."""
    ACCOUNT = "account"
    """What the account needed before."""
    BATCH = "batch"
    """What this batch measured."""


class BatchStart(Message):
    """Make what a prompt list wants and its library lacks."""

    source: Line = Field(description="absolute path of the prompt list")
    library: Line = Field(description="absolute path of the folder for the pictures")
    site: Name = "chatgpt"
    tabs: int = Field(default=2, ge=1, le=32)
    on_doubt: OnDoubt = OnDoubt.ASK
    references: list[Line] = Field(
        default=[],
        max_length=REFERENCES,
        description="absolute paths of pictures that every prompt is sent with",
    )


class BatchStarted(Message):
    """What `batch.start` found to do."""

    batch: int | None = Field(description="None when everything is made already")
    wanted: int
    made: int = Field(description="in the library before this batch")


class BatchChoice(Message):
    """Which batch is meant; None means every open one."""

    batch: int | None = None


class BatchChanged(Message):
    """The batches that a call changed."""

    batches: list[int]


class BatchAdjust(BatchChoice):
    """Give an open batch other tabs or another priority; what is None stays as it is."""

    tabs: int | None = Field(default=None, ge=1, le=32)
    priority: int | None = Field(default=None, ge=-100, le=100)


class JobChoice(StrEnum):
    """What an author may order for a panel."""

    RETRY = "retry"
    """It was given up, or skipped: it is tried again."""
    SKIP = "skip"
    """It is not made; a later `run` makes it anew."""
    FIRST = "first"
    """It is made before all others."""
    LAST = "last"
    APPROVE = "approve"
    """Its picture is good: what comes after it may be made."""


class JobsOrder(BatchChoice):
    """An order on panels of a batch; None means the newest."""

    choice: JobChoice
    keys: list[Line] = Field(
        default_factory=list,
        max_length=1_000,
        description="panels, or scenes and pages; to retry, none means all that failed",
    )


class JobsOrdered(Message):
    """What an order changed."""

    jobs: int = Field(description="how many")


class AccountAllow(Message):
    """The author's ceilings for an account; None is no ceiling."""

    account: int | None = Field(default=None, description="None: every one that is known")
    tabs: int | None = Field(default=None, ge=1, le=32)
    per_hour: int | None = Field(default=None, ge=1, le=10_000)
    quiet_from: int | None = Field(
        default=None, ge=0, lt=1_440, description="a minute of the day, in local time"
    )
    quiet_until: int | None = Field(default=None, ge=0, lt=1_440)


class AccountsAllowed(Message):
    """The accounts whose ceilings were set."""

    accounts: list[int]


class LimitStatus(Message):
    """A limit that an account met."""

    at: float
    outcome: Name
    until: float = Field(description="when it is over, a margin included")
    tabs: int = Field(description="how many prompts were with the site")


class AccountAllowance(Message):
    """What an account is allowed, and what was seen of it."""

    account: int
    site: Name
    profile: Line = Field(description="the browser's")
    tabs: int = Field(description="how many it may use now")
    begins_at: float | None = Field(description="when it may send again; None: now")
    why: Line | None = Field(description="what is waited for until then")
    last_hour: int = Field(description="prompts that the site took, of the last 500")
    last_day: int
    cap: int | None = Field(description="so many prompts in `cap_seconds`, as the site has shown")
    cap_seconds: float | None
    cap_sure: bool = Field(description="whether it was met twice alike, and is kept to")
    limits: list[LimitStatus] = Field(description="the newest first")
    most_tabs: int | None = Field(description="the author's own ceiling, as the next three")
    most_per_hour: int | None
    quiet_from: int | None
    quiet_until: int | None


class AccountAllowances(Message):
    """Every account that is known."""

    accounts: list[AccountAllowance]


class BatchState(StrEnum):
    """Where a batch stands."""

    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    """No job of it is left to make; some may wait for the author."""
    CANCELLED = "cancelled"


class TabStatus(Message):
    """One worker tab, for people."""

    tab: int
    doing: Line
    key: Line | None
    since: float
    made: int


class AccountStatus(Message):
    """One account and its tabs, for people."""

    account: Line
    connected: bool
    tabs: list[TabStatus]
    resting: Line | None = Field(description="why it rests, in one sentence")
    resting_until: float | None


class Outlook(Message):
    """How long something will take, in seconds from now, and what decides it."""

    shortest: float
    likely: float
    longest: float
    binds: Binding
    basis: Basis
    sentence: Line = Field(description="what it goes by and which limit binds, for people")


class BatchPlan(Message):
    """What a `batch.start` with the same words would do."""

    wanted: int
    done: int = Field(description="in the library as wanted")
    new: int = Field(description="never made")
    held: int = Field(default=0, description="to be made when other panels are approved")
    stale: int = Field(description="made from other words, or no longer in the library")
    failed: int = Field(description="given up when it was last tried")
    under_way: int = Field(description="in the open batch already")
    refused: int = Field(description="refused by the site as they are, and not sent again")
    outlook: Outlook | None = Field(description="None when nothing is left to make")


class Approval(Message):
    """A picture that waits for the author's approval."""

    key: Line
    panels: int = Field(description="how many come right after it")


class BatchStatus(Message):
    """One batch in numbers."""

    batch: int
    name: Line
    source: Line
    library: Line
    state: BatchState
    tabs: int = Field(default=2, description="how many the author asked for on each account")
    total: int
    done: int
    made_before: int = Field(description="wanted and in the library before this batch")
    working: int
    waiting: int
    doubt: int = Field(description="sent, and not yet known what became of it")
    asking: int = Field(description="those in doubt that wait for the author")
    held: int = Field(default=0, description="not begun before another panel is approved")
    approval: Approval | None = Field(
        default=None, description="the one for which most of those wait that are held"
    )
    failed: int
    refused: int
    cancelled: int
    per_minute: float | None
    seconds_left: float | None = Field(description="as is likely, while it runs")
    outlook: Outlook | None = Field(default=None, description="while it runs")


class StatusQuery(Message):
    """Ask how things stand; answered when something changed after `after`, or after `wait`."""

    after: int = Field(default=-1, description="the revision already known")
    wait: float = Field(default=0.0, ge=0.0, le=25.0)


class Status(Message):
    """How things stand, in one message; the views show nothing else."""

    revision: int
    version: Name
    now: float
    sentence: Line = Field(description="what is happening, or why nothing is")
    accounts: list[AccountStatus]
    batches: list[BatchStatus]
    log: Line = Field(description="path of the host's log")


class DoubtStatus(Message):
    """One job of which nobody can prove yet whether it was sent, for people."""

    job: int
    batch: int
    key: Line
    library: Line
    sent_at: float
    reason: Line = Field(description="why nothing is proved, in one sentence")
    waits: bool = Field(description="waits for the author; otherwise it is still looked after")


class Doubts(Message):
    """The jobs in doubt, those that wait for the author first."""

    doubts: list[DoubtStatus] = Field(max_length=128)
    total: int = Field(description="how many there are, shown here or not")


class DoubtChoice(StrEnum):
    """What an author may decide on a job in doubt."""

    LOOK = "look"
    """Read the site's pages once more."""
    RESEND = "resend"
    """Send it again, at the risk of making a picture twice."""
    GIVE_UP = "give-up"
    """Leave it unmade; a later `run` makes it anew."""


class DoubtDecide(Message):
    """The author's decision on jobs in doubt; all of them or none are changed."""

    choice: DoubtChoice
    jobs: list[int] | None = Field(
        default=None, max_length=10_000, description="None: every one that waits for the author"
    )


class DoubtDecided(Message):
    """The jobs that a decision changed."""

    jobs: list[int]


class Fault(StrEnum):
    """What can be wrong with a library or with what is on record of it."""

    DATABASE = "database"
    LIBRARY = "library"
    MISSING = "missing"
    """A picture on record has no file."""
    CHANGED = "changed"
    """A file holds other bytes than those that were made."""
    MISPLACED = "misplaced"
    """A picture on record lies elsewhere in its library."""
    DUPLICATE = "duplicate"
    """Two panels have the very same picture."""
    ORPHANED = "orphaned"
    """A picture with a sidecar that is not on record."""
    SIDECAR = "sidecar"
    """A picture's sidecar is missing, or tells something else than the record."""
    LEFTOVER = "leftover"
    RECORD = "record"
    """What is on record does not agree with itself."""


class Care(StrEnum):
    """Who has to do something about a finding."""

    YOURS = "yours"
    MENDABLE = "mendable"
    """`pressrun verify --repair` mends it."""
    MENDED = "mended"
    NONE = "none"
    """Nobody; it is only told."""


class Finding(Message):
    """One thing that is wrong, or was."""

    fault: Fault
    care: Care
    path: Text = Field(description="absolute")
    key: Line | None = None
    text: Line = Field(description="what is wrong, and what was done or is to be done")


class VerifyStep(Message):
    """Begin to verify, or go on with it: the host works only while it is asked to."""

    run: int | None = Field(default=None, description="None begins a new run")
    repair: bool = Field(default=False, description="of a new run: mend what can be mended")


class VerifyPart(Message):
    """What a step of verifying found."""

    run: int
    checked: int = Field(description="pictures looked at since the run began")
    total: int = Field(description="pictures on record")
    doing: Line
    findings: list[Finding] = Field(max_length=64)
    done: bool


class TabChecked(Message):
    """What one worker tab shows, role by role."""

    tab: int
    shell: Line = Field(description="empty when no shell was recognised")
    found: list[Seen] = Field(default_factory=list, max_length=64)
    missing: list[Name] = Field(
        default_factory=list, description="what the page lacks, and nothing is sent without"
    )
    outcome: Line = Field(description='an outcome, or "ready" for a prompt, or "working" on one')
    text: Line


class SiteChecked(Message):
    """How the site's pages are read at this moment."""

    site: Name
    version: Line = Field(description="the profile's")
    tabs: list[TabChecked] = Field(max_length=256)


class SiteKept(Message):
    """The captures that were kept."""

    files: list[Line] = Field(max_length=256, description="absolute paths")
    failed: list[Line] = Field(max_length=256, description="why a tab's page was not kept")


class BrowserStart(Message):
    """Start the managed browser, and keep it running."""

    program: Line = Field(description="absolute path of a Chromium")
    headless: bool = False
    flags: list[Line] = Field(
        default_factory=list, max_length=64, description="further flags and addresses"
    )
    environment: dict[Name, Line] = Field(
        default_factory=dict, max_length=16, description="where its window is to be shown"
    )


class BrowserStatus(Message):
    """How the managed browser stands."""

    wanted: bool = Field(description="whether it is to be kept running")
    pid: int | None = Field(description="None while it does not run")
    sentence: Line
