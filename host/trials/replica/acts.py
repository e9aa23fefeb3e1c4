"""What is done to chats beside what pages send, and where chats stand.

The record of it is ``FOLDER/acts.jsonl``, beside the ledger and read together with it. What a
person writes elsewhere is here and not in the ledger: that is the witness of what pages sent.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from pressrun.simulator import ledger
from pressrun.simulator.dice import identity

NAME = "acts.jsonl"
"""The record's file name inside the replica's folder."""


class _Act(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    time: float
    """Unix time in seconds."""


class Project(_Act):
    """A project of an account: a page with a composer and a list of the chats in it."""

    act: Literal["project"] = "project"
    id: str
    """As `g-p-…`, without the name that addresses add."""
    account: str
    name: str

    @property
    def folder(self) -> str:
        """What the addresses of its page and its chats begin with."""
        slug = "-".join("".join(c if c.isalnum() else " " for c in self.name.lower()).split())
        return f"/g/{self.id}-{slug}" if slug else f"/g/{self.id}"

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"{self.folder}/project"


class Placed(_Act):
    """A chat that was begun in a project, or moved to one."""

    act: Literal["placed"] = "placed"
    conversation: str
    project: str


class Gone(_Act):
    """A chat that was deleted or archived: its address leads home."""

    act: Literal["gone"] = "gone"
    conversation: str
    how: Literal["deleted", "archived"]


class Renamed(_Act):
    """A chat that got another title."""

    act: Literal["renamed"] = "renamed"
    conversation: str
    title: str


class Shared(_Act):
    """A chat that was shared; nothing about it changes."""

    act: Literal["shared"] = "shared"
    conversation: str


class Follows(_Act):
    """A turn that was sent from an older state of its chat; what came between is not shown."""

    act: Literal["follows"] = "follows"
    turn: str
    after: str


class Elsewhere(_Act):
    """What became of a turn that a person wrote on another device, in the ledger's form."""

    act: Literal["elsewhere"] = "elsewhere"
    entry: Annotated[ledger.Entry, Field(discriminator="entry")]


Act = Project | Placed | Gone | Renamed | Shared | Follows | Elsewhere
_acts: TypeAdapter[Act] = TypeAdapter(Annotated[Act, Field(discriminator="act")])


def project_id(account: str, number: int) -> str:
    """Return the id of an account's project, counted from 1."""
    return f"g-p-{identity('project', account, number).replace('-', '')}"


def read(path: Path) -> list[Act]:
    """Read the record; one that does not exist is empty, and a torn last line was never acted on.

    Raises:
        ValueError: A line other than a torn last one is damaged.
    """
    data = path.read_bytes() if path.exists() else b""
    return [_acts.validate_json(line) for line in data[: data.rfind(b"\n") + 1].splitlines()]


def gone(done: Sequence[Act]) -> set[str]:
    """Return the chats that were taken away."""
    return {act.conversation for act in done if isinstance(act, Gone)}


def disturbed(done: Sequence[Act]) -> set[str]:
    """Return the chats that were taken away or written into."""
    written = (act.entry for act in done if isinstance(act, Elsewhere))
    return gone(done) | {
        entry.conversation for entry in written if isinstance(entry, ledger.Submission)
    }


class ActsWriter:
    """The one writer of the record; a torn last line is cut off when it opens."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")
        self._file.truncate(path.read_bytes().rfind(b"\n") + 1)

    def append(self, *acts: Act) -> None:
        """Write acts; when this returns, they are on disk."""
        self._file.writelines(act.model_dump_json().encode() + b"\n" for act in acts)
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()
