"""The lease of a library: which host makes pictures in it, so that no two do at once.

.pressrun/lease.json             who has it
"""

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pressrun import files
from pressrun.library import foreign, identity
from pressrun.protocol.messages.base import Moment

FILE = Path(".pressrun", "lease.json")

STALE_SECONDS = 600.0
"""A lease that was not renewed for so long belongs to nobody."""

AHEAD_SECONDS = 86_400.0
"""A lease from further in the future was written by a clock that is wrong."""

MOST_BYTES = 16 * 1024


@dataclass(frozen=True)
class Lease:
    """Who makes pictures in a library."""

    host: str
    """The machine's name."""
    home: str
    process: int
    at: Moment
    """When it was renewed."""
    since: Moment
    """When it was taken."""

    def is_of(self, other: "Lease") -> bool:
        """Whether both are of one home on one machine."""
        return (self.host, self.home) == (other.host, other.home)


_LEASE = TypeAdapter(Lease)


def take(library: Path, mine: Lease) -> Lease | None:
    """Take the lease of a library, or renew one's own; returns whose it is, if it is another's.

    A file in its place that is no lease is set aside.

    Args:
        library: its folder.
        mine: this home's lease, as of now.

    Raises:
        OSError: it cannot be written, or the library is not there.
    """
    path = library / FILE
    identity.see(library)
    if _create(path, mine):
        return None
    foreign.make_room(library, path, lambda content: _told(content) is not None)
    found = read(library)
    if found is not None and found.is_of(mine):
        files.write(path, _text(replace(mine, since=found.since)))
        return None
    if found is not None and -AHEAD_SECONDS < mine.at - found.at < STALE_SECONDS:
        return found
    # only one of several can move a stale one away, and only one can make it anew
    stale = path.with_name(f"{path.name}.{mine.process}.stale")
    try:
        path.replace(stale)
    except FileNotFoundError:
        pass
    else:
        stale.unlink(missing_ok=True)
    return None if _create(path, mine) else read(library)


def release(library: Path, mine: Lease) -> None:
    """Give the lease of a library back, if it is one's own."""
    found = read(library)
    if found is not None and found.is_of(mine):
        (library / FILE).unlink(missing_ok=True)


def read(library: Path) -> Lease | None:
    """Whose the lease of a library is; None when it is nobody's, or cannot be told.

    Raises:
        OSError: it cannot be read.
    """
    try:
        return _told(files.read(library / FILE, MOST_BYTES))
    except (FileNotFoundError, NotADirectoryError):
        return None


def _told(content: bytes) -> Lease | None:
    try:
        return _LEASE.validate_json(content)
    except ValidationError:
        return None


def refusal(library: Path, other: Lease) -> str:
    """Why nothing can be started in a library that another home works in."""
    since = dt.datetime.fromtimestamp(other.since).astimezone()
    return (
        f"another Pressrun is making pictures in {library}, on {other.host} in the home "
        f"{other.home}, since {since:%Y-%m-%d %H:%M}; nothing was started. Wait until it is done, "
        "or stop it there"
    )


def _create(path: Path, lease: Lease) -> bool:
    """Write a lease where there is none; False where there is one."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    files.write(part, _text(lease))
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        return _create_alone(path, lease)
    finally:
        part.unlink(missing_ok=True)
    files.sync_folder(path.parent)
    return True


def _create_alone(path: Path, lease: Lease) -> bool:
    try:
        with path.open("xb") as file:
            file.write(_text(lease))
            file.flush()
            files.sync(file.fileno())
    except FileExistsError:
        return False
    return True


def _text(lease: Lease) -> bytes:
    return json.dumps(asdict(lease)).encode()
