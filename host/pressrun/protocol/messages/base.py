"""The base of every message, and the two messages that open a link.

Units, here and in every message: times are seconds since the epoch, durations are seconds, lengths
are bytes unless the name says otherwise. Text from a page is bounded here, and again in the page.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

VERSION = 2
"""The protocol this code speaks."""

OLDEST = 2
"""The oldest protocol this code still understands."""

HEARTBEAT_SECONDS = 20.0
"""How often each end tells the other that it is alive."""

PIECE_BYTES = 256 * 1024
"""The bytes of a picture that one `page.piece` carries, before base64."""

PICTURE_BYTES = 64 * 1024 * 1024
"""The largest picture that a page fetches or attaches."""

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
