"""Sidecars: the notes beside each picture, from which its record can be made again."""

import json
import os
from pathlib import Path

from pydantic_core import from_json

from pressrun.book.panel import fault_of_key, fault_of_prompt
from pressrun.library import files
from pressrun.picture.record import BadRecordError, Record, from_notes, to_notes

MOST_BYTES = 512 * 1024
"""A longer file is not a sidecar."""


def beside(picture: Path) -> Path:
    """Where the sidecar of a picture is."""
    return picture.with_suffix(".json")


def read(path: Path) -> Record | None:
    """The record that the sidecar at `path` tells, or None when there is no sidecar.

    Raises:
        OSError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
            written_at = os.fstat(file.fileno()).st_mtime
    except FileNotFoundError:
        return None
    if len(content) > MOST_BYTES:
        return None
    try:
        found = from_notes(content, written_at)
    except BadRecordError:
        return None
    return None if fault_of_key(found.key) or fault_of_prompt(found.recipe.prompt) else found


def write(path: Path, record: Record) -> None:
    """Write a sidecar; what else an author noted in it stays."""
    try:
        before = from_json(path.read_bytes())
    except (OSError, ValueError):
        before = {}
    if not isinstance(before, dict):
        before = {}
    text = json.dumps({**before, **to_notes(record)}, indent=2, ensure_ascii=False) + "\n"
    files.write(path, text.encode())
