"""What is no ordinary file, wherever one is read or written: refused at once, and never waited for.

A pipe that is opened waits for its other end, and a device such as /dev/zero has no end.
"""

import contextlib
import hashlib
import os
import socket
import stat
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpers.footprint import peak
from helpers.pictures import encoded, record_of
from pressrun import files
from pressrun.browser import saved
from pressrun.errors import BadInputError, PressrunError
from pressrun.library import identity, lease, references, room, sheet, sidecar, survey
from pressrun.library.decoding import BadPictureError, decode
from pressrun.library.identity import Identity
from pressrun.library.lease import Lease
from pressrun.library.obstacles import InTheWayError
from pressrun.library.shelf import OWN, Shelf, sha256_of
from pressrun.library.survey import Walk
from pressrun.library.thumbnails import SMALL
from pressrun.lists import prompts
from pressrun.sites.profile import SiteProfile
from pressrun.store import backup, database
from pressrun.store.database import DamagedError

KINDS = ("pipe", "socket", "device", "folder", "link to itself", "link to nothing")

SECONDS = 1.0
"""Of the processor: what is waited for without end is ended by the tests' own time limit."""

MIB = 64


def make(path: Path, kind: str) -> None:
    """Put something at a path that is no ordinary file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "socket":
            # the path of a socket must be short
            with (
                tempfile.TemporaryDirectory() as folder,
                socket.socket(socket.AF_UNIX) as listening,
            ):
                listening.bind(f"{folder}/s")
                Path(folder, "s").rename(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case "link to itself":
            path.symlink_to(path)
        case _:
            path.symlink_to(path.with_name("nothing"))


@contextlib.contextmanager
def at_once() -> Iterator[None]:
    """See that nothing takes its time, or much memory."""
    begun, before = time.process_time(), peak()
    yield
    assert time.process_time() - begun < SECONDS
    assert peak() - before < MIB


def a_walk(library: Path) -> None:
    """Look for sidecars."""
    assert Walk(library).next(9) == []


def survey_of(path: Path) -> None:
    """Look at a picture on record."""
    found = survey.look(path.parent, path.name)
    if found.unreadable:
        raise OSError(found.unreadable)
    assert found.facts is None


NEW = Identity("one", 5.0)
LEASE = Lease("here", "/home/a", 1, 1_000_000.0, 1_000_000.0)

READ: dict[str, tuple[str, Callable[[Path], object]]] = {
    "reference": ("mara.png", lambda path: references.look([path])),
    "list": ("list.csv", prompts.read),
    "picture": ("a.png", lambda path: decode(path, "0" * 64)),
    "sum": ("a.png", sha256_of),
    "picture on record": ("a.png", survey_of),
    "sidecar": ("a.json", sidecar.read),
    "notes of a walk": ("a.json", lambda path: a_walk(path.parent)),
    "mark": (str(identity.MARK), lambda path: identity.read(path.parents[1])),
    "lease": (str(lease.FILE), lambda path: lease.read(path.parents[1])),
    "database": ("store.db", database.schema_of),
    "backups": ("backups/store-20270115T080000Z.db", lambda path: backup.listed(path.parent)),
    "site profile": ("own.toml", SiteProfile.load),
    "saved page": ("page.html", saved._check),
}
"""Where a file of an author, or of somebody who can write there, is read."""


def written(path: Path) -> tuple[int, ...]:
    """What changes when something is written; to look at a thing changes its time of access."""
    found = path.lstat()
    return found.st_mode, found.st_ino, found.st_size, found.st_mtime_ns


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", READ)
def test_what_is_no_file_is_not_read(tmp_path: Path, place: str, kind: str) -> None:
    """It is refused in words, or passed over."""
    name, look = READ[place]
    path = tmp_path / "library" / name
    make(path, kind)
    before = written(path)
    found: object = None
    with at_once(), contextlib.suppress(PressrunError, BadPictureError, OSError):
        found = look(path)
    assert not found
    assert written(path) == before


COPIED = hashlib.sha256(encoded(seed=1)).hexdigest()

WRITTEN: dict[str, tuple[str, Callable[[Path], object]]] = {
    "picture": ("a.png", lambda library: place(library, "a")),
    "picture of another kind": ("a.webp", lambda library: place(library, "a")),
    "sidecar": ("a.json", lambda library: place(library, "a")),
    "small copy": (SMALL.path(COPIED), lambda library: place(library, "a")),
    "pieces": (f"{OWN}/incoming/1.1", lambda library: place(library, "a")),
    "picture in its last steps": (".a.json.part", lambda library: place(library, "a")),
    "mark": (str(identity.MARK), lambda library: identity.write(library, NEW)),
    "lease": (str(lease.FILE), lambda library: lease.take(library, LEASE)),
    "contact sheet": (sheet.NAME, lambda library: sheet.write(library, [])),
    "probe": (f"{OWN}/probe", lambda library: room.prepare(library, 1)),
}
"""Where we write."""


def place(library: Path, key: str) -> None:
    """Receive a picture, and give it its place."""
    shelf, picture = Shelf(library), encoded(seed=1)
    incoming = shelf.incoming("1.1")
    incoming.add(picture)
    name = hashlib.sha256(picture).hexdigest()
    incoming.keep(name, shelf.received(name))
    shelf.place(record_of(name, key))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", WRITTEN)
def test_what_is_no_file_is_not_written_into(tmp_path: Path, place: str, kind: str) -> None:
    """It makes room, or is told as being in the way; a link is never followed."""
    name, write = WRITTEN[place]
    library = tmp_path / "library"
    (library / OWN).mkdir(parents=True)
    path = library / name
    make(path, kind)
    ended = False
    with at_once(), contextlib.suppress(BadInputError, InTheWayError, OSError):
        write(library)
        ended = True
    assert ended or kind == "folder" or path.is_symlink()
    assert not path.with_name("nothing").exists()
    if kind == "folder":
        assert any(each.is_dir() for each in library.rglob(path.name))
    elif ended:
        assert not path.is_symlink()
        assert not path.exists() or stat.S_ISREG(path.lstat().st_mode)


def test_a_backup_that_is_a_pipe_is_no_backup(tmp_path: Path) -> None:
    """A store that is begun beside it is begun, and does not wait."""
    home = tmp_path / "home"
    make(home / "backups" / "store-20990115T080000Z.db", "pipe")
    with at_once_in_a_start():
        database.prepare(home / "store.db")
    assert database.schema_of(home / "store.db") == database.HEAD


@contextlib.contextmanager
def at_once_in_a_start() -> Iterator[None]:
    """See that a database is begun in the time that its migrations take."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < 10 * SECONDS


def test_a_file_that_grows_while_it_is_read_ends_at_the_limit(tmp_path: Path) -> None:
    """Whoever writes it does not stop; one byte more than the limit is read, which tells."""
    path, ended = tmp_path / "grows", threading.Event()
    path.write_bytes(bytes(1_000))

    def grow() -> None:
        with path.open("ab") as file:
            while not ended.is_set():
                file.write(bytes(1 << 16))
                file.flush()
                if file.tell() > 1 << 26:
                    file.truncate(1_000)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        for _ in range(20):
            assert len(files.read(path, 500_000)) <= 500_001
    finally:
        ended.set()
        writer.join()


@pytest.mark.parametrize("look", [database.schema_of, backup.fault])
@pytest.mark.parametrize("ending", ["", "-wal", "-journal"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_a_database_that_is_none_is_damaged(
    tmp_path: Path, look: Callable[[Path], object], ending: str, kind: str
) -> None:
    """So it is when its log is none; nothing waits for the other end of a pipe."""
    path = tmp_path / "store.db"
    database.make(path)
    odd = tmp_path / f"store.db{ending}"
    odd.unlink(missing_ok=True)
    make(odd, kind)
    try:
        found = look(path)
    except DamagedError as error:
        found = str(error)
    assert "not an ordinary file" in str(found)
