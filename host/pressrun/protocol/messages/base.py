"""The base of every message, and the two messages that open a link.

Units, here and in every message: times are seconds since the epoch, durations are seconds, lengths
are bytes unless the name says otherwise. Every number, text and list is bounded. Text of a page is
bounded here, and again in the page, and what steers a terminal is dropped.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from pressrun import characters

VERSION = 3
"""The protocol this code speaks."""

OLDEST = 2
"""The oldest protocol this code still understands: tabs of an older extension go on working."""

HEARTBEAT_SECONDS = 20.0
"""How often each end tells the other that it is alive."""

PIECE_BYTES = 256 * 1024
"""The bytes of a picture that one `page.piece` carries, before base64."""

PICTURE_BYTES = 64 * 1024 * 1024
"""The largest picture that a page fetches or attaches."""

READING_BYTES = 3 * 1024 * 1024
"""The largest reading that a page tells, in JSON; the link takes no frame that is much larger."""

PROMPT_CHARS = 32_000
"""The longest prompt, in characters."""

REFERENCES = 10
"""The most reference pictures that one prompt is sent with."""

Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

Name = Annotated[str, Field(min_length=1, max_length=128)]

Selector = Annotated[str, Field(min_length=1, max_length=512)]

Selectors = Annotated[list[Selector], Field(max_length=256)]

Line = Annotated[str, Field(max_length=2_048)]

Text = Annotated[str, Field(max_length=64_000)]


def _named(name: str) -> str:
    left = characters.dropped(name)
    if not left:
        raise ValueError("nothing in it is text")
    return left


PageName = Annotated[Name, AfterValidator(_named)]
"""A page's own text, like the next two, or that of a program that we did not start."""

PageLine = Annotated[Line, AfterValidator(characters.dropped)]

PageText = Annotated[Text, AfterValidator(characters.dropped)]

LATEST = 7_258_118_400.0
"""The latest time that anything tells: the beginning of the year 2200."""

Moment = Annotated[float, Field(ge=0.0, le=LATEST, allow_inf_nan=False)]


def moment(at: float) -> float:
    """A time as it can be told: the nearest one that has a calendar."""
    return min(max(0.0, at), LATEST)


Seconds = Annotated[float, Field(ge=0.0, le=1e10, allow_inf_nan=False)]

Rate = Annotated[float, Field(ge=0.0, le=1e15, allow_inf_nan=False)]

AMOUNT = 1_000_000_000

Amount = Annotated[int, Field(ge=0, le=AMOUNT)]

Number = Annotated[int, Field(ge=0, le=2**53 - 1)]
"""Names something: a batch, a job, a tab. JavaScript holds none that is larger."""

Numbers = Annotated[list[Number], Field(max_length=100_000)]

Minute = Annotated[int, Field(ge=0, lt=1_440)]
"""A minute of the day, in local time."""


class Message(BaseModel):
    """A message: immutable, and with no field that either end does not know."""

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

    oldest: int = Field(
        ge=1, le=1_000_000, description="the oldest protocol the client understands"
    )
    newest: int = Field(
        ge=1, le=1_000_000, description="the newest protocol the client understands"
    )
    version: PageName = Field(description="the client's own version, for people")
    role: Role
    profile: PageName | None = Field(
        default=None, description="names the browser profile, for good"
    )
    session: PageName | None = Field(
        default=None, description="names one run of the browser; tab ids hold within it"
    )
    epoch: PageName | None = Field(default=None, description="names one life of the service worker")


class Welcome(Message):
    """The host's answer to `hello`."""

    protocol: Amount
    version: Name
    heartbeat_seconds: Seconds
