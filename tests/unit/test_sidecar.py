"""Sidecars: one writer, which keeps what an author noted in one."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.pictures import RECORD
from pressrun.library import sidecar


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """A sidecar tells the whole record."""
    sidecar.write(tmp_path / "3.json", RECORD)
    assert sidecar.read(tmp_path / "3.json") == RECORD


def test_what_an_author_noted_stays(tmp_path: Path) -> None:
    """Writing a sidecar again changes the record in it, and nothing else."""
    path = tmp_path / "3.json"
    path.write_text('{"key": "old", "mood": "dark", "layers": {"ink": [1]}}')
    sidecar.write(path, RECORD)
    told = json.loads(path.read_text())
    assert (told["key"], told["mood"], told["layers"]) == (RECORD.key, "dark", {"ink": [1]})
    sidecar.write(path, replace(RECORD, key="another"))
    assert sidecar.read(path) == replace(RECORD, key="another")
    assert json.loads(path.read_text())["mood"] == "dark"


@pytest.mark.parametrize("content", ["[]", "{", "\xff", "[" * 100_000])
def test_what_is_not_a_sidecar_is_written_over(tmp_path: Path, content: str) -> None:
    """A file that nothing can be read from holds nothing to keep."""
    path = tmp_path / "3.json"
    path.write_text(content, encoding="latin-1")
    assert sidecar.read(path) is None
    sidecar.write(path, RECORD)
    assert sidecar.read(path) == RECORD
