"""What the site did, in order: the record that audits believe.

One JSON object a line in ``FOLDER/ledger.jsonl``, only ever appended to. A line is on disk before
the page hears of what it tells; a line that was cut short by a crash was therefore never acted
upon, and is dropped.
"""

import hashlib
import os
from pathlib import Path
from types import TracebackType
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

NAME = "ledger.jsonl"
"""The ledger's file name inside the replica's folder."""

Mode = Literal["image", "text"]
"""What a prompt was sent for: ``image`` with image mode on, ``text`` without."""

Aspect = Literal[
    "Auto", "Square 1:1", "Portrait 3:4", "Story 9:16", "Landscape 4:3", "Widescreen 16:9"
]
"""The entries of the aspect ratio menu."""


def sha256(data: bytes | str) -> str:
    """Return the SHA-256 of bytes, or of a text's UTF-8, in hexadecimal."""
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    time: float
    """Unix time in seconds."""


class Submission(_Entry):
    """A prompt that the site took."""

    entry: Literal["submission"] = "submission"
    number: int
    """Counts all submissions from 1."""
    account: str
    conversation: str
    turn: str
    """The user turn's id, as in ``data-turn-id``."""
    prompt: str
    prompt_sha256: str
    references: list[str]
    """SHA-256 of each attached file, in the order of their chips."""
    mode: Mode
    aspect: Aspect = "Auto"


class SitePicture(_Entry):
    """A finished picture that the site is about to show."""

    entry: Literal["picture"] = "picture"
    conversation: str
    turn: str
    file_id: str
    sha256: str
    bytes: int
    prompt_sha256: str
    take: int
    """Which sending of this very prompt made it, from 1."""
    ordinal: int = 1
    """Which of the turn's pictures it is, from 1."""
    poll: bool = False
    """Whether the author is asked which of the turn's pictures is the better one."""
    width: int
    height: int
    weight: int
    """The padding asked for, in bytes; with prompt, size and take it redraws the picture."""
    shift: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    """How far it is from the style, as `trials.replica.drift` counts."""
    in_style: bool = True
    """Whether that is little enough to pass."""


class Choice(_Entry):
    """An answer to the poll over a turn's pictures."""

    entry: Literal["choice"] = "choice"
    conversation: str
    turn: str
    ordinal: int
    """The picture that was called better; 0 if the poll was skipped."""


class SiteFailure(_Entry):
    """A turn that ended without a picture, or an upload that broke."""

    entry: Literal["failure"] = "failure"
    conversation: str
    """Empty for an upload, as is the turn."""
    turn: str
    kind: str
    text: str
    """What the page says."""
    place: Literal["turn", "thread", "dialog", "toast"] = "turn"
    """Where on the page."""


class SiteLimit(_Entry):
    """An account that met a limit: once for every send that met it."""

    entry: Literal["limit"] = "limit"
    account: str
    kind: str
    text: str
    until: float
    """Unix time in seconds at which it ends."""


Entry = Submission | SitePicture | Choice | SiteFailure | SiteLimit
_entries: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="entry")])


def picture_of(
    sent: Submission,
    file_id: str,
    data: bytes,
    time: float,
    *,
    take: int,
    size: tuple[int, int],
) -> SitePicture:
    """Return the entry of the one picture that a submission came to at `time`."""
    return SitePicture(
        time=time,
        conversation=sent.conversation,
        turn=sent.turn,
        file_id=file_id,
        sha256=sha256(data),
        bytes=len(data),
        prompt_sha256=sent.prompt_sha256,
        take=take,
        width=size[0],
        height=size[1],
        weight=0,
    )


class SiteLedger:
    """What was in a ledger when it was read; every list is in the order of writing."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self.submissions = [each for each in entries if isinstance(each, Submission)]
        self.pictures = [each for each in entries if isinstance(each, SitePicture)]
        self.failures = [each for each in entries if isinstance(each, SiteFailure)]
        self.limits = [each for each in entries if isinstance(each, SiteLimit)]

    def submissions_of(self, prompt: str) -> list[Submission]:
        """Return every submission of exactly this prompt."""
        wanted = sha256(prompt)
        return [each for each in self.submissions if each.prompt_sha256 == wanted]

    def pictures_of(self, prompt: str) -> list[SitePicture]:
        """Return every picture made from exactly this prompt."""
        wanted = sha256(prompt)
        return [each for each in self.pictures if each.prompt_sha256 == wanted]

    def failures_of(self, prompt: str) -> list[SiteFailure]:
        """Return every failure of a turn that had exactly this prompt."""
        turns = {each.turn for each in self.submissions_of(prompt)}
        return [each for each in self.failures if each.turn in turns]


def read(path: Path) -> SiteLedger:
    """Read a ledger; one that does not exist is empty.

    Raises:
        ValueError: A line other than a torn last one is damaged; a witness must not guess.
    """
    data = path.read_bytes() if path.exists() else b""
    whole = data[: data.rfind(b"\n") + 1]
    return SiteLedger([_entries.validate_json(line) for line in whole.splitlines()])


class LedgerWriter:
    """The one writer of a ledger file; a torn last line is cut off when it opens."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")
        data = path.read_bytes()
        self._file.truncate(data.rfind(b"\n") + 1)

    def append(self, *entries: Entry) -> None:
        """Write entries; when this returns, they are on disk."""
        self._file.writelines(entry.model_dump_json().encode() + b"\n" for entry in entries)
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
