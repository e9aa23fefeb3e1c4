"""A file of the author's own, wherever we are about to write: set aside, and never overwritten."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.pictures import encoded, record_of
from pressrun.errors import BadInputError
from pressrun.library import foreign, identity, lease, moves, references, room, sheet
from pressrun.library.identity import Identity
from pressrun.library.lease import Lease
from pressrun.library.shelf import FOLDERS, OWN, Shelf

OLD, NEW = encoded(seed=1), encoded(seed=2)

MARK = Identity("one", 5.0)
LEASE = Lease("here", "/home/a", 1, 1_000_000.0, 1_000_000.0)

THEIRS = (
    b"the author's own",
    b"",
    b"{}",
    b'{"id": 1}',
    b"[" * 100_000,
    b"\xff\xfe\0",
    encoded("JPEG", seed=9),
    b"<html><body>My own sheet</body></html>" + bytes(3_000_000),
)
"""What an author may have there: texts, JSON of another program, pictures, and long files."""


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def receive(library: Path, data: bytes) -> str:
    """Bring bytes to a library; returns their SHA-256."""
    incoming = Shelf(library).incoming("1.1")
    incoming.add(data)
    incoming.keep(digest(data), Shelf(library).received(digest(data)))
    return digest(data)


def place(library: Path) -> None:
    """Receive a picture, and give it its place."""
    Shelf(library).place(record_of(receive(library, NEW), "a"))


def replace(library: Path) -> None:
    """Have a picture take the place of an older one, which is as it was made."""
    record = record_of(receive(library, OLD), "b")
    Shelf(library).place(record)
    Shelf(library).place(record_of(receive(library, NEW), "b"))


def put_beside(library: Path) -> None:
    """Keep a picture among the alternatives of its panel."""
    Shelf(library).put_beside(record_of(receive(library, OLD), "b"))


def quarantine(library: Path) -> None:
    """Keep a picture apart from its panel."""
    Shelf(library).quarantine(record_of(receive(library, OLD), "b"), library / "twin.png")


def tidy(library: Path) -> None:
    """Move a picture that no panel wants to the alternatives."""
    Shelf(library).place(record_of(receive(library, OLD), "b"))
    moves.tidy(Shelf(library), "b", digest(OLD), "b.png")


def rename(library: Path) -> None:
    """Have a picture be another panel's."""
    Shelf(library).place(record_of(receive(library, NEW), "before"))
    moves.rename(Shelf(library), [moves.Rename(digest(NEW), "before.png", "before", "a")])


def keep(library: Path) -> None:
    """Keep a copy of a reference picture."""
    library.mkdir(exist_ok=True)
    path = library.with_name("mara.png")
    path.write_bytes(NEW)
    references.keep(Shelf(library), references.look([path]))


ASIDE = f"{OWN}/alternatives/b/{digest(OLD)[:16]}"
APART = f"{OWN}/quarantine/b/{digest(OLD)[:16]}"

WRITERS: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "a picture": (place, ("a.png", "a.jpg", "a.webp", "a.json")),
    "one that makes room": (replace, (f"{ASIDE}.png", f"{ASIDE}.json")),
    "a further one": (put_beside, (f"{ASIDE}.png", f"{ASIDE}.json")),
    "a twin": (quarantine, (f"{APART}.png", f"{APART}.json")),
    "one that is tidied": (tidy, (f"{ASIDE}.png", f"{ASIDE}.json")),
    "one that is renamed": (rename, ("a.png", "a.jpg", "a.json")),
    "a reference": (keep, (f"{OWN}/references/{digest(NEW)}",)),
    "the mark": (lambda library: identity.write(library, MARK), (str(identity.MARK),)),
    "the lease": (lambda library: lease.take(library, LEASE), (str(lease.FILE),)),
    "the contact sheet": (lambda library: sheet.write(library, []), (sheet.NAME,)),
}
"""Whoever writes a file that an author could have, and where."""


def held(library: Path) -> set[bytes]:
    """Return what the files of a library hold."""
    return {path.read_bytes() for path in library.rglob("*") if path.is_file()}


@pytest.mark.parametrize("theirs", THEIRS, ids=range(len(THEIRS)))
@pytest.mark.parametrize(
    ("write", "name"),
    [(write, name) for write, names in WRITERS.values() for name in names],
    ids=[f"{who}, {name[:40]}" for who, (_, names) in WRITERS.items() for name in names],
)
def test_an_authors_own_file_is_kept(
    tmp_path: Path, write: Callable[[Path], object], name: str, theirs: bytes
) -> None:
    """Every byte of it, also when the same is done once more."""
    library = tmp_path / "library"
    (library / OWN).mkdir(parents=True)
    path = library / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(theirs)
    write(library)
    assert theirs in held(library)
    kept = {each for each in library.rglob("*") if each.is_file() and each.read_bytes() == theirs}
    assert path not in kept
    path.unlink(missing_ok=True)
    path.write_bytes(theirs + b"another")
    write(library)
    assert {theirs, theirs + b"another"} <= held(library)


def test_what_is_set_aside_is_numbered(tmp_path: Path) -> None:
    """A file of an author's own among those that were set aside stays, too."""
    for content in (b"one", b"two", b"three"):
        (tmp_path / "a.json").write_bytes(content)
        foreign.make_room(tmp_path, tmp_path / "a.json", lambda _: False)
    aside = tmp_path / foreign.FOLDER
    found = {path.name: path.read_bytes() for path in aside.iterdir()}
    assert found == {"a.json": b"one", "a-2.json": b"two", "a-3.json": b"three"}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_file_where_our_folder_goes_is_told_before_anything_is_sent(
    tmp_path: Path, name: str
) -> None:
    """It stays, whatever it is called; so does one in the place of all our folders."""
    for path in (tmp_path / name / OWN, tmp_path / OWN / name):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"the author's own")
        library = path.parent if path.name == OWN else path.parent.parent
        for look in (room.look, room.prepare):
            with pytest.raises(BadInputError, match=f"{path} is not a folder"):
                look(library, 1)
        assert path.read_bytes() == b"the author's own"
