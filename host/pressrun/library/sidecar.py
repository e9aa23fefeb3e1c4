"""Sidecars: the notes beside each picture, from which its record can be made again."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from pressrun import files
from pressrun.library import foreign
from pressrun.picture.panel import fault_of_key, fault_of_prompt
from pressrun.picture.record import BadRecordError, Record, from_notes, to_notes

MOST_BYTES = 512 * 1024
"""A longer file is not a sidecar."""

turn = threading.RLock()
"""Held by whoever writes, moves or removes a sidecar. A note is written to the file from which the
rest was read, and pictures change places meanwhile."""

STYLE = "style"
"""The name under which a sidecar tells what was said of its picture's style."""

OFFERED = "offered"
"""The name under which a sidecar tells that its picture came while an approved one stood."""


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
    with turn:
        make_room(library, path)
        try:
            before = from_json(files.read(path, MOST_BYTES))
        except (OSError, ValueError):
            before = {}
        text = json.dumps({**before, **to_notes(record)}, indent=2, ensure_ascii=False) + "\n"
        files.write(path, text.encode())


def move(path: Path, target: Path) -> None:
    """Give a sidecar another place.

    Raises:
        OSError: it cannot be moved.
    """
    with turn:
        files.move(path, target)


def forget(path: Path, sha256: str) -> None:
    """Remove the sidecar of a picture that is there no more; that of another picture stays."""
    with turn:
        known = read(path)
        if known is not None and known.facts.sha256 == sha256:
            path.unlink(missing_ok=True)


def note(path: Path, sha256: str, told: Mapping[str, Any], name: str = STYLE) -> bool:
    """Note in a sidecar what was said of its picture; whether it could be noted.

    It is dated, as what is said changes with what the author approves, and the sidecar does not
    follow. What an author noted under that name stays, and so does the sidecar of other bytes.

    Args:
        path: of the sidecar.
        sha256: of the picture.
        told: what was said.
        name: under which it is noted.

    Raises:
        OSError: it cannot be read or written.
    """
    with turn:
        try:
            content = files.read(path, MOST_BYTES)
            before = from_json(content)
            known = from_notes(content, 0.0).facts.sha256
        except (FileNotFoundError, ValueError, BadRecordError):
            return False
        is_ours = isinstance(before.get(name), dict) and before[name].keys() <= told.keys()
        if known != sha256 or (name in before and not is_ours):
            return False
        text = json.dumps({**before, name: dict(told)}, indent=2, ensure_ascii=False) + "\n"
        files.write(path, text.encode())
        return True


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
