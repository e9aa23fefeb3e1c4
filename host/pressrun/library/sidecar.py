"""Sidecars: the notes beside each picture, from which its record can be made again."""

import json
from pathlib import Path

from pydantic_core import from_json

from pressrun import files
from pressrun.library import foreign
from pressrun.picture.panel import fault_of_key, fault_of_prompt
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
        content = files.read(path, MOST_BYTES)
        written_at = path.stat().st_mtime
    except FileNotFoundError:
        return None
    if len(content) > MOST_BYTES:
        return None
    try:
        found = from_notes(content, written_at)
    except BadRecordError:
        return None
    return None if fault_of_key(found.key) or fault_of_prompt(found.recipe.prompt) else found


def write(library: Path, path: Path, record: Record) -> None:
    """Write a sidecar; what else an author noted in it stays, and another's file is set aside."""
    make_room(library, path)
    try:
        before = from_json(files.read(path, MOST_BYTES))
    except (OSError, ValueError):
        before = {}
    text = json.dumps({**before, **to_notes(record)}, indent=2, ensure_ascii=False) + "\n"
    files.write(path, text.encode())


def make_room(library: Path, path: Path) -> None:
    """Set aside what stands where a sidecar is about to go, unless it is one.

    Raises:
        OSError: it cannot be read or moved, or is a folder.
    """
    foreign.make_room(library, path, _is_ours)


def _is_ours(content: bytes) -> bool:
    """Whether a file is a sidecar, whatever else is noted in it."""
    try:
        from_notes(content, 0.0)
    except BadRecordError:
        return False
    return len(content) <= MOST_BYTES
