"""The gallery: the panels of a library as tiles, and pictures for views in small pieces."""

from enum import StrEnum

from pydantic import Field

from pressrun.protocol.messages.base import (
    PIECE_BYTES,
    Amount,
    Hex,
    Line,
    Message,
    Moment,
    Name,
    Number,
    Rate,
)
from pressrun.protocol.messages.status import Status
from pressrun.states import Flag, PanelState, Reviewed

TILES = 2_000
"""The most tiles that one message carries."""

FOUND = 20_000
"""The most panels that a search names."""

CHAPTERS = 1_000
"""The most chapters that are told."""

SMALL = 64
"""The most small pictures that are asked for at once."""

PLACED = 32
"""The most panels that one page lays out."""


class Tile(Message):
    """One panel as a grid shows it."""

    key: Line
    chapter: Line = Field(description="key of its chapter; of a list the first part of its key")
    page: Line = Field(description="key of its page, such as ch01/p012; empty without pages")
    state: PanelState
    reviewed: Reviewed
    picture: Hex | None = Field(description="SHA-256 of its picture; None without one")
    aspect: Rate = Field(description="width to height of its picture, or of the format it will get")
    decided: Number = Field(description="number of the author's last decision about it; 0: none")
    takes: Amount = Field(description="how many pictures it has")
    flags: list[Flag] = Field(default=[], max_length=16)
    figures: list[Amount] = Field(
        default=[], max_length=64, description="who is in it, as places in `GalleryPage.figures`"
    )
    setting: Amount | None = Field(
        default=None, description="where it is, as a place in `GalleryPage.settings`"
    )
    score: float | None = Field(
        default=None,
        ge=0.0,
        le=1e9,
        allow_inf_nan=False,
        description="how far it is from the approved pictures, where 1 is the limit of what is in "
        "style; None where it was not compared",
    )
    filed_at: Moment | None = None


class GalleryQuery(Message):
    """Ask for the panels of a library, a page at a time."""

    library: Line | None = Field(
        default=None, description="absolute path; None is that of the newest batch"
    )
    first: Amount = Field(default=0, description="how many tiles to pass over")


class GalleryChapter(Message):
    """A chapter, for headings and filters."""

    key: Line
    title: Line = Field(description="empty where it has none")


class GalleryPage(Message):
    """Some panels of a library, in the order of the book.

    As many tiles as one frame carries: whoever wants all asks again with as many as came so far.
    They may change in between, so it is the `at` of the first answer that is followed.
    """

    library: Line = Field(description="absolute path; empty when there is no library yet")
    source: Line = Field(description="path of the list or the book; empty when unknown")
    title: Line
    batch: Number | None = Field(description="its newest batch")
    at: Number = Field(description="what `view.follow` continues from")
    total: Amount
    tiles: list[Tile] = Field(max_length=TILES)
    chapters: list[GalleryChapter] = Field(max_length=CHAPTERS)
    figures: list[Line] = Field(max_length=1_000, description="the names of all characters")
    settings: list[Line] = Field(max_length=1_000, description="the names of all places")


class FollowQuery(Message):
    """Ask what changed; answered as soon as something did, or after `wait` seconds.

    A view has one such question open at a time: the answer is its subscription's next part.
    """

    after: int = Field(
        default=-1, ge=-1, le=2**53 - 1, description="the status revision already known; -1: none"
    )
    library: Line | None = Field(default=None, description="whose tiles to follow; None: none")
    at: Number = Field(default=0, description="what is known of the tiles, as told last")
    wait: float = Field(default=0.0, ge=0.0, le=25.0, allow_inf_nan=False)


class Followed(Message):
    """What changed."""

    revision: int = Field(
        ge=-1, le=2**53 - 1, description="the status revision known now; -1: still none"
    )
    status: Status | None = Field(
        description="None when it is as it was, or when `wait` was too short to make it"
    )
    at: Number
    tiles: list[Tile] = Field(
        default=[],
        max_length=TILES,
        description="those that changed, as many as one frame carries; the next answer has others",
    )
    anew: bool = Field(
        default=False, description="whether the gallery is to be opened anew: panels came or moved"
    )


class GallerySearch(Message):
    """Ask which panels have a text in their key, prompt, lettering or note."""

    library: Line
    text: Line


class GalleryFound(Message):
    """The panels that have it."""

    keys: list[Line] = Field(max_length=FOUND)
    more: bool = Field(default=False, description="whether further ones have it, too")


class PictureSize(StrEnum):
    """How large a picture is wanted."""

    SMALL = "small"
    """For a grid: at most 320 pixels at its longer side."""
    LARGE = "large"
    """For a screen: at most 1,600 pixels at its longer side."""


class PicturesQuery(Message):
    """Ask for small copies of pictures of a library: of panels, takes or references."""

    library: Line
    pictures: list[Hex] = Field(min_length=1, max_length=SMALL, description="by their SHA-256")
    size: PictureSize = PictureSize.SMALL


class SmallPicture(Message):
    """A small copy of a picture."""

    picture: Hex
    media: Name
    data: str = Field(max_length=700_000, description="in base64")


class PicturesFound(Message):
    """As many as one frame carries, in the order in which they were asked for."""

    pictures: list[SmallPicture] = Field(max_length=SMALL)
    left: list[Hex] = Field(default=[], max_length=SMALL, description="to be asked for again")
    missing: list[Hex] = Field(default=[], max_length=SMALL, description="not there, or no picture")


class PictureQuery(Message):
    """Ask for a piece of a picture as it was received, for a view at full size."""

    library: Line
    picture: Hex
    offset: Amount = 0


class PicturePiece(Message):
    """Bytes of a picture."""

    size: Amount = Field(description="of the whole file")
    media: Name
    data: str = Field(max_length=PIECE_BYTES * 2, description="in base64")


class PagesQuery(Message):
    """Ask how the panels of a chapter are laid out on pages."""

    library: Line
    chapter: Line | None = Field(default=None, description="its key; None is the first")


class PlacedPanel(Message):
    """A panel on a page: its place as shares of the page's width and height."""

    key: Line
    left: Rate
    top: Rate
    width: Rate
    height: Rate


class PageLayout(Message):
    """One page, or a double page."""

    number: Amount
    side: Name = Field(description="left, right or both")
    aspect: Rate = Field(description="width to height")
    panels: list[PlacedPanel] = Field(max_length=PLACED)


class PagesFound(Message):
    """The pages of a chapter, in reading order."""

    chapter: Line
    rtl: bool = Field(description="whether the book is read from right to left")
    pages: list[PageLayout] = Field(max_length=1_000)
    fault: Line = Field(
        default="", description="why they cannot be laid out as the book says; else empty"
    )


class KnownLibrary(Message):
    """A library that this host knows."""

    library: Line
    source: Line
    title: Line
    is_book: bool
    is_there: bool = Field(description="whether its folder can be read now")
    panels: Amount
    pictures: Amount
    used_at: Moment


class Libraries(Message):
    """The libraries that this host knows, the one used last first."""

    libraries: list[KnownLibrary] = Field(max_length=500)


class FolderOpen(Message):
    """Show the folder of a library, or of one picture, in the file manager of the system."""

    library: Line
    key: Line | None = None


class StudioOpen(Message):
    """Open the studio in a browser that is connected."""

    library: Line | None = None
    key: Line | None = None


class StudioOpened(Message):
    """Where the studio was opened."""

    profile: Name
    address: Line
