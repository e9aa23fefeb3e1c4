"""Files: there with all their bytes, or not at all, in this order on disk."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from pressrun import files

Events = list[tuple[str, str]]


@pytest.fixture
def events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Events:
    """Every sync and every rename, in the order in which they reach the system."""
    seen: Events = []
    files.make_folder(tmp_path)
    sync, replace = files.sync, os.replace

    def synced(descriptor: int) -> None:
        seen.append(("sync", Path(f"/proc/self/fd/{descriptor}").readlink().name))
        sync(descriptor)

    def replaced(source: Path, target: Path) -> None:
        seen.append(("rename", f"{Path(source).name} to {Path(target).name}"))
        replace(source, target)

    monkeypatch.setattr(files, "sync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    return seen


def test_a_file_is_durable_before_it_has_its_name(tmp_path: Path, events: Events) -> None:
    """Bytes, then name, then folder: power that goes in between leaves the old file or the new."""
    folder = tmp_path / "library"
    files.make_folder(folder)
    events.clear()
    files.write(folder / "a.png", b"new")
    assert events == [
        ("sync", ".a.png.part"),
        ("rename", ".a.png.part to a.png"),
        ("sync", "library"),
    ]
    assert (folder / "a.png").read_bytes() == b"new"
    assert list(folder.iterdir()) == [folder / "a.png"]


def test_new_folders_are_durable_before_what_is_in_them(tmp_path: Path, events: Events) -> None:
    """Each folder's name is synced in the folder above, the topmost first."""
    files.write(tmp_path / "one" / "two" / "a", b"")
    assert events[:2] == [("sync", tmp_path.name), ("sync", "one")]
    assert events[-1] == ("sync", "two")


def test_a_folder_that_somebody_else_made_is_synced_once(tmp_path: Path, events: Events) -> None:
    """Another thread, or a life that was killed, may have made it and not come to sync it."""
    (tmp_path / "one").mkdir()
    files.write(tmp_path / "one" / "a", b"")
    assert events[0] == ("sync", tmp_path.name)
    events.clear()
    files.write(tmp_path / "one" / "b", b"")
    assert ("sync", tmp_path.name) not in events


def test_a_move_syncs_both_folders(tmp_path: Path, events: Events) -> None:
    """A file that changes folders is durable in the new one before it is gone from the old."""
    for name in ("old", "new"):
        files.make_folder(tmp_path / name)
    events.clear()
    (tmp_path / "old" / "a").write_bytes(b"x")
    files.move(tmp_path / "old" / "a", tmp_path / "new" / "b")
    assert events == [("rename", "a to b"), ("sync", "new"), ("sync", "old")]


def test_durable_means_synced_by_the_system() -> None:
    """Outside of simulations nothing stands between a file and the disk."""
    assert files.sync is os.fsync


@pytest.mark.parametrize(("where", "fault"), [(files, "sync"), (os, "replace")])
def test_a_write_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: ModuleType, fault: str
) -> None:
    """A full disk, at whichever step it shows, costs nothing that was there."""
    path = tmp_path / "a"
    files.write(path, b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as faulty:
        faulty.setattr(where, fault, full)
        with pytest.raises(OSError, match="No space left"):
            files.write(path, b"new")
    assert path.read_bytes() == b"old"
    files.write(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("sync", [files.sync_file, files.sync_folder])
def test_syncing_what_is_not_there_is_an_error(
    tmp_path: Path, sync: Callable[[Path], None]
) -> None:
    """Nothing is called durable that does not exist."""
    with pytest.raises(FileNotFoundError):
        sync(tmp_path / "none")
