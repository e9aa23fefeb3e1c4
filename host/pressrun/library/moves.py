"""Pictures that change places in a library: renamed, chosen, or moved aside.

Each can die at any step: nothing is lost, and doing it again ends it. Everything here blocks and is
called in threads.
"""

import contextlib
import errno
import json
import unicodedata
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pressrun import files
from pressrun.failpoint import failpoint
from pressrun.library import obstacles, sidecar, thumbnails
from pressrun.library.obstacles import InTheWayError
from pressrun.library.shelf import OWN, Shelf, sha256_of
from pressrun.picture.record import Placed, Record, to_notes

NOTE = Path(OWN, "moving.json")
"""What is being renamed."""

NOTE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Rename:
    """A picture on record that is to be another panel's, or the same one's in another case."""

    sha256: str
    path: str
    """Where it is on record, relative to the library."""
    key: str
    """The panel's that it was."""
    to: str
    """The panel's that it is to be."""
    beside: bool = False
    """Whether it is one of its panel's alternatives."""

    def target(self, shelf: Shelf) -> str:
        """Where it goes, relative to the library."""
        if self.beside:
            return shelf.alternative(self.to, self.sha256, self.path)
        return f"{self.to}{Path(self.path).suffix}"


_RENAMES = TypeAdapter(list[Rename])


def note(shelf: Shelf, renames: Sequence[Rename]) -> None:
    """Note in a library what is about to be renamed, so that a death in between is mended."""
    files.write(shelf.folder / NOTE, _RENAMES.dump_json(list(renames)))


def noted(shelf: Shelf) -> list[Rename]:
    """What was to be renamed, and may not have been to its end.

    Raises:
        OSError: it cannot be read.
    """
    try:
        found = _RENAMES.validate_json(files.read(shelf.folder / NOTE, NOTE_BYTES))
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return []
    # somebody else may write to a shared folder: nothing outside it is ever moved
    paths = (Path(part) for each in found for part in (each.path, each.key, each.to))
    return [] if any(path.is_absolute() or ".." in path.parts for path in paths) else found


def forget(shelf: Shelf) -> None:
    """Forget what was renamed: it is on record."""
    (shelf.folder / NOTE).unlink(missing_ok=True)


def rename(shelf: Shelf, renames: Sequence[Rename]) -> list[str | None]:
    """Rename pictures with their sidecars; returns where each is now.

    None stands for one that is at none of the places where it could be.

    A chain is moved from its free end, and a circle is opened by way of the alternatives. What else
    stands under a new name is set aside as an alternative of that panel.

    Raises:
        OSError: a file cannot be moved.
    """
    targets = [each.target(shelf) for each in renames]
    at = {}
    for number, (each, target) in enumerate(zip(renames, targets, strict=True)):
        with contextlib.suppress(FileNotFoundError):
            at[number] = _find(shelf, each, target)
    pending = {number for number, path in at.items() if path != targets[number]}
    for number in at.keys() - pending:
        _finish(shelf, renames[number], targets[number])
    taken = {_place(at[number]): number for number in pending}
    wanted = {_place(targets[number]): number for number in pending}
    free = deque(n for n in sorted(pending) if _place(targets[n]) not in taken)
    while pending:
        if free:
            number = free.popleft()
            going = targets[number]
            pending.discard(number)
        else:
            number = min(pending)
            going = _waiting(shelf, renames[number])
        left, at[number] = at[number], going
        _carry(shelf, renames[number], left, going)
        if (freed := wanted.get(_place(left))) in pending:
            free.append(freed)
    return [target if number in at else None for number, target in enumerate(targets)]


def choose(shelf: Shelf, record: Record, path: str) -> Placed:
    """Have an alternative be its panel's picture; the one before becomes an alternative.

    Args:
        shelf: the library.
        record: of the alternative.
        path: where it is on record, relative to the library.

    Raises:
        FileNotFoundError: it is gone.
        InTheWayError: something stands in its place; nothing was moved.
        BadPictureError: it is damaged; nothing was moved.
        OSError: a file cannot be moved.
    """
    change = Rename(record.facts.sha256, path, record.key, record.key)
    target = f"{record.key}{Path(path).suffix}"
    left = _find(shelf, change, target)
    facts = thumbnails.inspect(shelf.folder, shelf.folder / left, change.sha256)
    if reason := obstacles.in_the_way(shelf.folder, record.key, [facts.ending]):
        raise InTheWayError(reason)
    if left != target:
        shelf.set_aside(record.key, change.sha256)
        failpoint("moves.choose.set_aside")
        _carry(shelf, change, left, target)
    _finish(shelf, change, target)
    return Placed(target, replace(record, facts=facts))


def stay(shelf: Shelf, key: str, path: str, sha256: str, others: Collection[str]) -> bool:
    """Have a panel's picture stand where it is on record, also if another one took its place.

    One that its author edited stands there as it is. What took its place is among the alternatives
    then.

    Args:
        shelf: the library.
        key: the panel's.
        path: where its picture is on record, relative to the library.
        sha256: of that picture.
        others: the SHA-256 of pictures that may have taken its place.

    Returns:
        Whether it stands there; False where its file is gone.

    Raises:
        OSError: a file cannot be read or moved.
    """
    there = shelf.folder / path
    if there.is_file() and sha256_of(there) not in others:
        _return_notes(shelf, key, path, sha256)
        return True
    found = _moved_aside(shelf, key, path, sha256)
    if found is None:
        return False
    failpoint("moves.stay.found")
    change = Rename(sha256_of(shelf.folder / found), found, key, key)
    _carry(shelf, change, found, path)
    _return_notes(shelf, key, path, sha256)
    return True


def is_aside(shelf: Shelf, key: str, path: str, sha256: str) -> bool:
    """Whether a panel's picture is among the alternatives, so that `stay` can give its place back.

    The arguments are those of `stay`.

    Raises:
        OSError: a file cannot be read.
    """
    return _moved_aside(shelf, key, path, sha256) is not None


def tidy(shelf: Shelf, key: str, sha256: str, path: str) -> str:
    """Move a picture that no panel wants from its name to the alternatives; returns where it is.

    Raises:
        FileNotFoundError: it is gone.
        OSError: a file cannot be moved.
    """
    change, target = Rename(sha256, path, key, key), shelf.alternative(key, sha256, path)
    left = _find(shelf, change, target)
    if left != target:
        _carry(shelf, change, left, target)
    _finish(shelf, change, target)
    return target


def _find(shelf: Shelf, change: Rename, target: str) -> str:
    """Where a picture is: where it was, or as far as an earlier life came."""
    for path in (target, _waiting(shelf, change), change.path):
        file = shelf.folder / path
        # a disk that knows no case shows one file under many names; its folder shows the one
        if not file.is_file():
            continue
        shown = {_composed(each.name) for each in file.parent.iterdir()}
        if _composed(file.name) in shown and sha256_of(file) == change.sha256:
            return path
    raise FileNotFoundError(errno.ENOENT, "its file is missing from the library", str(change.path))


def _moved_aside(shelf: Shelf, key: str, path: str, sha256: str) -> str | None:
    """Where among the alternatives a panel's picture is; its author may have edited it before."""
    own = shelf.alternative(key, sha256, path)
    if (shelf.folder / own).is_file() and sha256_of(shelf.folder / own) == sha256:
        return own
    for notes in _notes_aside(shelf, key, path, sha256):
        picture = notes.with_suffix(Path(path).suffix)
        if picture.is_file():
            return str(picture.relative_to(shelf.folder))
    return None


def _return_notes(shelf: Shelf, key: str, path: str, sha256: str) -> None:
    """Bring the sidecar of a picture back to it that was left among the alternatives."""
    for notes in _notes_aside(shelf, key, path, sha256):
        if not notes.with_suffix(Path(path).suffix).is_file():
            sidecar.make_room(shelf.folder, sidecar.beside(shelf.folder / path))
            sidecar.move(notes, sidecar.beside(shelf.folder / path))


def _notes_aside(shelf: Shelf, key: str, path: str, sha256: str) -> list[Path]:
    """The sidecars among a panel's alternatives that tell of a picture."""
    folder = (shelf.folder / shelf.alternative(key, sha256, path)).parent
    found = []
    for notes in sorted(folder.glob("*.json")):
        known = sidecar.read(notes)
        if known is not None and known.facts.sha256 == sha256:
            found.append(notes)
    return found


def _waiting(shelf: Shelf, change: Rename) -> str:
    """Where a picture waits while a circle is open, relative to the library."""
    path = Path(shelf.alternative(change.key, change.sha256, change.path))
    return str(path.with_stem(f"{path.stem}-moving"))


def _composed(name: str) -> str:
    # some disks take accents apart in the names that they show
    return unicodedata.normalize("NFC", name)


def _place(path: str) -> str:
    """What a picture takes: its name without the ending, as a disk that knows no case tells it."""
    return _composed(str(Path(path).with_suffix(""))).casefold()


def _carry(shelf: Shelf, change: Rename, left: str, going: str) -> None:
    source, target = shelf.folder / left, shelf.folder / going
    if not going.startswith(f"{OWN}/"):
        shelf.set_aside(change.to, change.sha256)
    failpoint("moves.carry.before")
    shelf.clear(target, change.sha256)
    _describe(shelf, change, source, target)
    failpoint("moves.carry.described")
    files.move(source, target)
    failpoint("moves.carry.moved")
    sidecar.forget(sidecar.beside(source), change.sha256)
    _finish(shelf, change, going)
    failpoint("moves.carry.after")


def _describe(shelf: Shelf, change: Rename, source: Path, target: Path) -> None:
    """Write the sidecar of a picture that is about to move, with the author's notes in it."""
    notes = sidecar.beside(source)
    known = sidecar.read(notes)
    if known is None or known.facts.sha256 != change.sha256:
        return  # it was written by an earlier life already, or `verify` writes it anew
    told = json.loads(files.read(notes, sidecar.MOST_BYTES))
    record = replace(known, key=change.to)
    beside = sidecar.beside(target)
    text = json.dumps({**told, **to_notes(record)}, indent=2, ensure_ascii=False) + "\n"
    with sidecar.turn:
        sidecar.write(shelf.folder, beside, record)
        files.write(beside, text.encode())


def _finish(shelf: Shelf, change: Rename, at: str) -> None:
    """What is left to do once a picture is in its place."""
    if at != change.path and not (shelf.folder / change.path).is_file():
        sidecar.forget(sidecar.beside(shelf.folder / change.path), change.sha256)
    waited = shelf.folder / _waiting(shelf, change)
    if at != str(_waiting(shelf, change)) and not waited.is_file():
        sidecar.forget(sidecar.beside(waited), change.sha256)
