"""What a page shows, and the steps that the host asks of it."""

from typing import Annotated

from pydantic import Field

from pressrun.protocol.messages.base import (
    PICTURE_BYTES,
    PIECE_BYTES,
    PROMPT_CHARS,
    Amount,
    Hex,
    Line,
    Message,
    Moment,
    Name,
    Number,
    PageLine,
    PageName,
    PageText,
    Selectors,
)

TURNS = 40
"""How many turns a worker page tells of, the newest ones."""


class Shell(Message):
    """How to read one build of a site's pages: selectors, and no more.

    Each role lists selectors in order of trust; the first that finds anything counts.
    """

    name: Line = Field(description="empty for what can be read of a page that no shell recognises")
    home: Line = Field(description="an address of the site; other hosts are not its")
    recognise: Selectors = Field(description="the sooner one matches, the surer it is")
    composer: Selectors
    unwritten: Selectors = Field(
        description="inside a composer or a message: nobody wrote this, such as a mode's pill"
    )
    send: Selectors
    stop: Selectors
    mode_on: Selectors = Field(description="any of them means that image mode is on")
    chip: Selectors = Field(description="one element an attached file")
    attachments: Selectors = Field(description="what holds attached files, and nothing else")
    chip_pending: Selectors = Field(description="a chip whose upload is under way")
    paste_chip: Selectors = Field(description="a paste that became a file")
    file_input: Selectors
    turn: Selectors = Field(description="a turn, or an author's turn and its answer in one")
    turn_id: list[Name] = Field(
        max_length=256, description="the attributes that name a turn; the first one counts"
    )
    unmounted: Selectors = Field(description="the place of a turn that is not in the document now")
    user: Selectors = Field(description="a turn, or a part of it, that is the author's")
    assistant: Selectors = Field(
        description="a turn, or where the part of it begins, that is the site's"
    )
    user_text: Selectors = Field(
        description="the prompt inside the author's part, and around it what decorates it"
    )
    busy: Selectors = Field(description="inside an answer: more is to come")
    pending: Selectors = Field(
        description="inside a turn: it says that more is to come, and has been seen to say so for "
        "ever"
    )
    picture: Selectors = Field(description="a picture that the site made, inside an answer")
    unit: Selectors = Field(description="what holds all the copies of one such picture")
    finished: Selectors = Field(description="inside a turn: a picture is final")
    dialog: Selectors = Field(description="what lies over the page until it is answered")
    alert: Selectors = Field(description="alerts and toasts")
    live: Selectors = Field(
        description="what is read out when it changes; a toast where it is seen as well"
    )
    margin: Selectors = Field(
        description="what is said in it outside of turns, forms and headings is the site's"
    )
    history: Selectors = Field(description="links to conversations, the newest first")
    account: Selectors = Field(description="its text tells who is signed in; only hashed")
    signs: dict[Name, Selectors] = Field(
        max_length=256, description="what tells something by being there, by name"
    )
    clickable: dict[Name, Selectors] = Field(
        max_length=256, description="what `page.click` may click besides `send`, by role"
    )


class PageProfile(Message):
    """The part of a site profile that runs in the page."""

    shells: list[Shell] = Field(
        max_length=64, description="the builds that a site serves, at the same time"
    )
    unknown: Shell


class Seen(Message):
    """Where a role was found, and by which rule: what a reading rests on."""

    role: PageName
    rule: PageLine = Field(description="the selector that found it")
    where: PageLine = Field(description="the element, as a short path for people")
    count: int = Field(ge=1, le=1_000_000_000, description="how many elements the rule found")


class SeenPicture(Message):
    """One picture element in a turn, as the page shows it."""

    src: PageLine
    width: Amount = Field(
        description="natural width in pixels; until it is loaded, what the page declares, or 0",
    )
    height: Amount
    loaded: bool
    hidden: bool = Field(description="a copy that no reader is meant to see")
    unit: PageLine = Field(
        default="", description="names what holds all the copies of one picture, within its turn"
    )
    rule: PageLine = Field(
        default="", description="what found it; empty when it is known by its place and size alone"
    )
    where: PageLine = ""
    linked: bool = Field(
        default=False, description="it is a link to another site, as an advertisement is"
    )
    busy: bool = Field(default=False, description="it stands in something that is at work")


class SeenSign(Message):
    """Something that tells by being there."""

    name: PageName
    rule: PageLine
    where: PageLine
    text: PageLine


class SeenTurn(Message):
    """One turn of the conversation."""

    id: PageLine
    role: PageLine = Field(description="`user` or `assistant`; empty where nothing tells")
    text: PageText = Field(
        description="of a user's turn the prompt, of an assistant's what it says"
    )
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

    where: PageLine
    text: PageLine
    blocks: bool = Field(default=True, description="it lies over the page until it is answered")


class Reading(Message):
    """What a worker page shows at one moment, by its profile."""

    tab: Number
    document: PageName
    url: PageLine
    title: PageLine
    hidden: bool = Field(description="document.hidden")
    shell: PageLine = Field(description="empty when no shell was recognised")
    composers: Amount = Field(description="visible composers; exactly one is workable")
    composer_text: PageText
    send: bool = Field(description="Send is there and enabled")
    stop: bool
    mode_on: bool
    chips: Amount
    chips_pending: Amount
    paste_chips: Amount
    turn_count: Amount
    turns: list[SeenTurn] = Field(
        max_length=512, description=f"the newest ones, oldest first; a worker page tells {TURNS}"
    )
    loose: list[SeenPicture] = Field(
        default_factory=list,
        max_length=32,
        description="visible pictures that stand in no turn, and beside no composer or menu",
    )
    notices: list[SeenNotice] = Field(max_length=8)
    margin: PageLine = Field(default="", description="what the site says beside turns and composer")
    signs: list[SeenSign] = Field(default_factory=list, max_length=16)
    history: list[PageLine] = Field(max_length=64, description="addresses, the newest first")
    account: Hex | None = Field(description="a salted hash of who is signed in")
    seen: list[Seen] = Field(
        default_factory=list, max_length=64, description="what was found, and by which rules"
    )
    now: Moment = Field(default=0.0, description="the page's clock")
    locale: PageLine = Field(default="", description="the page's language, as a tag")
    zone: PageLine = Field(default="", description="the page's time zone, by its IANA name")


class PageRead(Message):
    """Ask for a reading now."""

    tab: Number
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
    size: int = Field(ge=1, le=PICTURE_BYTES)
    offset: int = Field(ge=0, le=PICTURE_BYTES)
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

    size: Amount
    sha256: Hex
    media: PageLine


class PagePiece(PageRead):
    """Ask for one piece of a held picture. Asking is the credit: no piece comes unasked."""

    attempt: Name
    offset: int = Field(ge=0, le=PICTURE_BYTES)
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
