"""Looking at a library as it lies on disk."""

import json
from pathlib import Path

from helpers.pictures import encoded, record_of
from pressrun.library import sidecar, survey
from pressrun.library.shelf import OWN, sha256_of
from pressrun.library.survey import OnDisk, Walk


def put(library: Path, path: str, *, key: str | None = None, seed: int = 0) -> None:
    """Put a picture with its notes into a library."""
    picture = library / path
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(encoded(seed=seed))
    record = record_of(sha256_of(picture), key or picture.stem)
    sidecar.write(library, sidecar.beside(picture), record)


def walked(library: Path) -> list[tuple[str, str | None]]:
    """Return what a walk finds."""
    walk, found = Walk(library), []
    while some := walk.next(2):
        found += [(noted.sidecar, noted.picture) for noted in some]
    return found


def test_a_walk_finds_every_sidecar_and_its_picture(tmp_path: Path) -> None:
    """Panels come first, then what is kept apart; what is not ours is passed over."""
    put(tmp_path, "b.png")
    put(tmp_path, "ch01/a.jpg")
    put(tmp_path, f"{OWN}/alternatives/a/0123.png", key="ch01/a")
    put(tmp_path, f"{OWN}/quarantine/c-0123.png", key="c")
    put(tmp_path, f"{OWN}/thumbnails/d.png")
    (tmp_path / "b.png").unlink()
    (tmp_path / "own.json").write_text('{"mine": 1}')
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "huge.json").write_bytes(b" " * (sidecar.MOST_BYTES + 1))
    (tmp_path / ".hidden.json").write_text((tmp_path / "b.json").read_text())
    assert walked(tmp_path) == [
        ("b.json", None),
        ("ch01/a.json", "ch01/a.jpg"),
        (f"{OWN}/alternatives/a/0123.json", f"{OWN}/alternatives/a/0123.png"),
        (f"{OWN}/quarantine/c-0123.json", f"{OWN}/quarantine/c-0123.png"),
    ]


def test_of_two_pictures_a_sidecar_describes_one(tmp_path: Path) -> None:
    """A picture of another format under the same name is not taken for it."""
    put(tmp_path, "a.webp", seed=1)
    (tmp_path / "a.png").write_bytes(encoded(seed=2))
    assert walked(tmp_path) == [("a.json", "a.webp")]


def test_looking_tells_what_is_there(tmp_path: Path) -> None:
    """Bytes, pixels and sidecar; what is gone, damaged, or cannot be read."""
    put(tmp_path, "a.png")
    found = survey.look(tmp_path, "a.png")
    assert found.facts is not None
    assert found.notes is not None
    assert found.sha256 == found.notes.facts.sha256
    (tmp_path / "a.png").write_bytes(b"nothing")
    assert survey.look(tmp_path, "a.png").facts is None
    (tmp_path / "a.json").unlink()
    (tmp_path / "a.png").unlink()
    assert survey.look(tmp_path, "a.png") == OnDisk()
    (tmp_path / "file").touch()
    assert survey.look(tmp_path, "file/a.png").unreadable == "Not a directory"


def test_a_sidecar_whose_key_leads_out_of_the_library_is_ignored(tmp_path: Path) -> None:
    """Sidecars come from disk, and a disk may hold anything."""
    for key in ("../a", "/etc/a", ""):
        content = {"key": key, "sha256": "0" * 64, "prompt": "words"}
        (tmp_path / "a.json").write_text(json.dumps(content))
        assert sidecar.read(tmp_path / "a.json") is None
