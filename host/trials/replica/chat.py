"""What the site keeps: accounts, their conversations and turns, and the files in them."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

from pressrun.simulator import failures, ledger
from trials.replica import acts
from trials.replica import course as plot
from trials.replica.behaviour import Behaviour
from trials.replica.easel import Sketch
from trials.replica.hand import Sent
from trials.replica.limits import AccountLimits

ACCOUNT = re.compile(r"[A-Za-z0-9][\w.@-]{0,63}", re.ASCII)
"""What an account may be called."""


class SendRequest(BaseModel):
    """What the page sends when Send is clicked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    conversation: str | None = None
    project: str | None = None
    """In which project a new chat is begun."""
    after: str | None = None
    """The last turn that the page shows of the chat."""
    prompt: Annotated[str, Field(min_length=1, max_length=200_000)]
    mode: ledger.Mode
    aspect: ledger.Aspect = "Auto"
    files: Annotated[list[str], Field(max_length=20)] = []


@dataclass(frozen=True)
class Upload:
    """A file that the author gave."""

    path: Path
    sha256: str
    type: str


@dataclass(frozen=True)
class File:
    """Something that has a link: an upload, or a picture that is drawn when it is asked for."""

    account: str
    content: Upload | Sketch


@dataclass(frozen=True)
class ShownPicture:
    """A picture in a turn."""

    file_id: str
    sketch: Sketch


@dataclass
class ServedTurn:
    """A prompt and its answer, as far as it has come."""

    id: str
    conversation: "Conversation"
    submission: ledger.Submission
    take: int
    files: list[str]
    behaviour: Behaviour
    sent: Sent
    text: str = ""
    busy: bool = True
    stop: bool = True
    streaming: bool = True
    drawing: bool = False
    pictures: list[ShownPicture] = field(default_factory=list)
    poll: bool = False
    """Whether the author is yet to say which picture is better."""
    refusal: failures.Refusal | None = None
    elsewhere: bool = False
    """Whether a person wrote it on another device; pages that were open before do not show it."""
    shown: tuple[str, ...] = ()
    """What each attached picture shows that its prompt may count on, in order."""
    before: str = ""
    """The setting of the picture that it goes on from."""


@dataclass
class Conversation:
    """A chat; it is in its account's history, or in its project's, from the first send on."""

    id: str
    account: "SiteAccount"
    turns: list[ServedTurn] = field(default_factory=list)
    """Those of the branch that was last sent to."""
    addressed: bool = False
    project: acts.Project | None = None
    name: str = ""
    """The title that a person gave it."""
    gone: bool = False
    """Whether it was deleted or archived."""

    @property
    def title(self) -> str:
        """Its name, or the first prompt's first words."""
        return self.name or plot.title(self.turns[0].submission.prompt, letters=30)

    @property
    def path(self) -> str:
        """Its address."""
        return f"{self.project.folder if self.project else ''}/c/{self.id}"


@dataclass
class SiteAccount:
    """One signed-in identity."""

    name: str
    conversations: dict[str, Conversation] = field(default_factory=dict)
    """By id, the one last sent to at the end."""
    projects: dict[str, acts.Project] = field(default_factory=dict)
    """By id."""
    pages: int = 0
    sent: int = 0
    """How many prompts the site has taken from it."""
    began: float = 0.0
    """When it took the first of them, in Unix time."""
    limits: AccountLimits = field(default_factory=AccountLimits)
    switches: dict[str, object] = field(default_factory=dict)
    """What is set otherwise for this account than for the site."""


class Watcher(Protocol):
    """Someone who follows a conversation, such as an open tab."""

    def turned(self, turn: ServedTurn) -> None:
        """Hear that a turn of the conversation has changed."""

    def addressed(self, conversation: Conversation) -> None:
        """Hear that the conversation's URL is given out."""


class Limited(Exception):  # noqa: N818 - a limit is the site's answer, not an error
    """A send or an upload that was not taken, because its account is at a limit."""

    def __init__(self, limit: ledger.SiteLimit) -> None:
        super().__init__(limit.text)
        self.limit = limit
