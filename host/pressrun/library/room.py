"""Whether a library can take what is to come, found out before the first prompt is sent."""

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from pressrun import files
from pressrun.errors import BadInputError
from pressrun.library.shelf import FOLDERS, OWN

PICTURE_BYTES = 3_000_000
"""What a picture takes with its sidecar and its small copy, if nothing else is known."""

PROBE_BYTES = 4 * 1024 * 1024
"""What has to fit, whatever is to come."""


@dataclass(frozen=True)
class Room:
    """What there is room for, in bytes."""

    free: int
    needed: int

    @property
    def is_enough(self) -> bool:
        """Whether everything that is to come fits."""
        return self.needed <= self.free

    @property
    def sentence(self) -> str | None:
        """What the author should know, or None."""
        if self.is_enough:
            return None
        return (
            f"the disk has room for {self.free / 1e9:.1f} GB, and what is to come takes about "
            f"{self.needed / 1e9:.1f} GB; free some, or name another folder with --output"
        )


def look(library: Path, pictures: int, each: int = PICTURE_BYTES) -> Room:
    """What room there is for a library; nothing is made or written.

    Raises:
        BadInputError: its folder cannot be made or written to.
    """
    at = next(each for each in [library, *library.parents] if os.path.lexists(each))
    if not at.is_dir():
        raise BadInputError(f"{library} cannot be made: {at} is not a folder")
    if not os.access(at, os.W_OK | os.X_OK):
        raise BadInputError(f"{library} cannot be written to: you may not write to {at}")
    for own in (library / OWN, *(library / OWN / name for name in FOLDERS)):
        if os.path.lexists(own) and not own.is_dir():
            raise BadInputError(
                f"{own} is not a folder, and Pressrun needs one of that name in its library; move "
                "or rename it"
            )
    return Room(shutil.disk_usage(at).free, pictures * each)


def prepare(library: Path, pictures: int, each: int = PICTURE_BYTES) -> Room:
    """Make a library's folder, write to it, and measure what room there is.

    Raises:
        BadInputError: it cannot be made or written to.
    """
    room = look(library, pictures, each)
    probe = library / OWN / "probe"
    try:
        files.write(probe, bytes(PROBE_BYTES))
    except OSError as error:
        why = error.strerror or error
        raise BadInputError(
            f"{library} cannot be written to: {why} ({error.filename or probe}). Nothing was "
            "started; mend that, or name another folder with --output"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
            probe.with_name(f".{probe.name}.part").unlink(missing_ok=True)
    return room
