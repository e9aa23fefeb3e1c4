"""Room: a library is made, written to and measured before anything is sent."""

from pathlib import Path

import pytest

from pressrun import files
from pressrun.errors import BadInputError
from pressrun.library import room


def test_a_library_is_made_and_measured(tmp_path: Path) -> None:
    """What is to come is held against what is free."""
    library = tmp_path / "a" / "library"
    assert room.look(library, 1).is_enough
    assert not library.exists()
    found = room.prepare(library, 10**9)
    assert list((library / ".pressrun").iterdir()) == []
    assert not found.is_enough
    assert "GB" in (found.sentence or "")
    assert room.prepare(library, 1).sentence is None


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """Before a prompt is sent, by `plan` as well."""
    (tmp_path / "file").write_bytes(b"mine")
    for look in (room.look, room.prepare):
        with pytest.raises(BadInputError, match="file is not a folder"):
            look(tmp_path / "file" / "library", 1)


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its free space says."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "sync", full)
    with pytest.raises(BadInputError, match="cannot be written to: No space left"):
        room.prepare(tmp_path, 1)
