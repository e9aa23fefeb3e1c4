"""Sidecars: one writer, which keeps what an author noted in one."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.pictures import RECORD
from pressrun.library import sidecar
from pressrun.picture.record import to_notes


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """A sidecar tells the whole record."""
    sidecar.write(tmp_path, tmp_path / "3.json", RECORD)
    assert sidecar.read(tmp_path / "3.json") == RECORD


def test_what_an_author_noted_stays(tmp_path: Path) -> None:
    """Writing a sidecar again changes the record in it, and nothing else."""
    path = tmp_path / "3.json"
    older = {**to_notes(replace(RECORD, key="old")), "mood": "dark", "layers": {"ink": [1]}}
    path.write_text(json.dumps(older))
    sidecar.write(tmp_path, path, RECORD)
    told = json.loads(path.read_text())
    assert (told["key"], told["mood"], told["layers"]) == (RECORD.key, "dark", {"ink": [1]})
    sidecar.write(tmp_path, path, replace(RECORD, key="another"))
    assert sidecar.read(path) == replace(RECORD, key="another")
    assert json.loads(path.read_text())["mood"] == "dark"


@pytest.mark.parametrize("content", ["[]", "{", "\xff", "[" * 100_000, '{"mood": "dark"}'])
def test_what_is_not_a_sidecar_is_set_aside(tmp_path: Path, content: str) -> None:
    """A file of the author's own is never overwritten, and an earlier one set aside neither."""
    path = tmp_path / "ch01" / "3.json"
    path.parent.mkdir()
    for name in ("3.json", "3-2.json"):
        path.write_text(content, encoding="latin-1")
        assert sidecar.read(path) is None
        sidecar.write(tmp_path, path, RECORD)
        assert sidecar.read(path) == RECORD
        aside = tmp_path / ".pressrun/set-aside/ch01" / name
        assert aside.read_text(encoding="latin-1") == content


def test_what_is_said_of_the_style_is_noted_and_noted_anew(tmp_path: Path) -> None:
    """A sidecar tells it with its date, and the record in it stays what it is."""
    path = tmp_path / "3.json"
    sidecar.write(tmp_path, path, RECORD)
    for mark in ("marked", "in-style"):
        assert sidecar.note(path, RECORD.facts.sha256, {"mark": mark, "why": "", "at": "now"})
        assert json.loads(path.read_text())["style"]["mark"] == mark
        assert sidecar.read(path) == RECORD
    sidecar.write(tmp_path, path, RECORD)
    assert json.loads(path.read_text())["style"]["mark"] == "in-style"


@pytest.mark.parametrize("own", ["noir", ["ink"], {"mood": "dark"}])
def test_an_authors_own_note_on_style_stays(tmp_path: Path, own: object) -> None:
    """The name is one that authors think of, too."""
    path = tmp_path / "3.json"
    path.write_text(json.dumps({**to_notes(RECORD), "style": own}))
    assert not sidecar.note(path, RECORD.facts.sha256, {"mark": "marked"})
    assert json.loads(path.read_text())["style"] == own


@pytest.mark.parametrize("content", [None, "[]", "{", '{"mood": "dark"}', "other"])
def test_style_is_noted_only_beside_its_own_picture(tmp_path: Path, content: str | None) -> None:
    """Nothing is written to a file that is no sidecar, or that of another picture."""
    path = tmp_path / "3.json"
    if content == "other":
        content = json.dumps(to_notes(RECORD))
    if content is not None:
        path.write_text(content)
    assert not sidecar.note(path, "f" * 64, {"mark": "marked"})
    assert (path.read_text() if path.exists() else None) == content
