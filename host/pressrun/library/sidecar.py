"""Sidecars: the notes beside each picture, from which a record can be made again."""

import datetime as dt
import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pressrun.book.panel import fault_of_key, fault_of_prompt
from pressrun.book.reference import Reference
from pressrun.library import files

MOST_BYTES = 512 * 1024
"""A longer file is none of our notes."""


class Sidecar(BaseModel):
    """What a sidecar tells of its picture."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    key: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    prompt: str
    references: tuple[Reference, ...] = ()
    media: str = ""
    conversation: str | None = None
    turn: str | None = None
    file_id: str | None = None
    batch: int | None = None
    job: int | None = None
    attempt: int | None = None
    received_at: dt.datetime | None = None


def read(path: Path) -> Sidecar | None:
    """The sidecar at `path`, or None when no such notes are there.

    Raises:
        OSError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    if len(content) > MOST_BYTES:
        return None
    try:
        found = Sidecar.model_validate_json(content)
    except ValidationError:
        return None
    return None if fault_of_key(found.key) or fault_of_prompt(found.prompt) else found


def write(path: Path, facts: dict[str, Any]) -> None:
    """Write a sidecar; what else an author noted in it stays."""
    try:
        before = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        before = {}
    if not isinstance(before, dict):
        before = {}
    text = json.dumps({**before, **facts}, indent=2, ensure_ascii=False) + "\n"
    files.write(path, text.encode())
