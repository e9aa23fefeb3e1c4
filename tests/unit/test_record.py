"""The record of a picture: one codec for its sidecar and its row."""

import json
from dataclasses import fields, replace

import pytest

from helpers.pictures import RECORD
from pressrun.picture.facts import Facts
from pressrun.picture.provenance import Provenance
from pressrun.picture.recipe import Reference, listed, origin, parsed, words_sha256
from pressrun.picture.record import (
    BadRecordError,
    differences,
    from_notes,
    from_row,
    to_notes,
    to_row,
)

OLD = {"key": "a", "sha256": "a" * 64, "prompt": "A fox", "mood": "dark"}
"""The least that the first sidecars told, and something of the author's."""


def told(**changes: object) -> bytes:
    """Return the sidecar of an old picture, changed."""
    return json.dumps(OLD | changes).encode()


def test_a_sidecar_brings_the_record_back() -> None:
    """Nothing is lost on the way, and what is in the files of authors keeps its name and shape."""
    content = json.dumps(to_notes(RECORD))
    assert from_notes(content.encode(), 0.0) == RECORD
    assert json.loads(content) == {
        "key": "ch01/p012/3",
        "sha256": "5" * 64,
        "bytes": 5,
        "width": 64,
        "height": 48,
        "media": "image/png",
        "prompt": "A fox",
        "references": [{"name": "figure.png", "media": "image/png", "sha256": "e" * 64}],
        "format": "4:3",
        "site": "chatgpt",
        "lane": "chat",
        "account": 1,
        "batch": 2,
        "job": 3,
        "attempt": 4,
        "conversation": "c1",
        "turn": "u1",
        "file_id": "file_1",
        "received_at": "2026-09-21T14:13:20+00:00",
    }


def test_a_sidecar_tells_of_a_correction_and_leaves_the_authors_own_note_alone() -> None:
    """What it was made from and with which note, where that is known; otherwise neither."""
    provenance = replace(RECORD.provenance, made_from="a" * 64, note="her coat is red")
    corrected = replace(RECORD, provenance=provenance)
    content = json.dumps(to_notes(corrected)).encode()
    assert from_notes(content, 0.0) == corrected
    other = replace(corrected, provenance=replace(provenance, note="her coat is blue"))
    assert differences(corrected, other) == ["note"]
    own = replace(RECORD, provenance=replace(RECORD.provenance, note="my favourite"))
    assert differences(RECORD, own) == []
    assert from_notes(told(note=["a", "list"]), 0.0).provenance.note is None


def test_a_row_brings_the_record_back() -> None:
    """The row of an image, joined with those of its attempt and job, tells all of it."""
    origin = {each.name: getattr(RECORD.provenance, each.name) for each in fields(Provenance)}
    row = {**to_row(RECORD), **origin, "prompt": RECORD.recipe.prompt}
    assert from_row(row) == RECORD


def test_an_old_sidecar_is_of_the_only_site_there_was() -> None:
    """It says neither its site nor its lane, and what it leaves out is not known."""
    record = from_notes(told(), 5.0)
    assert record.provenance == Provenance("chatgpt", "chat")
    assert (record.facts, record.received_at) == (Facts("a" * 64), 5.0)
    assert from_notes(told(site="another"), 5.0).provenance.site == "another"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1]",
        b"null",
        b"\xff",
        told(sha256="a"),
        told(prompt=None),
        told(key=7),
        told(received_at="yesterday"),
        told(references=[{"name": "x"}]),
        b'{"key": "a", "sha256": "%s"}' % (b"a" * 64),
    ],
)
def test_what_is_not_a_record_is_told(content: bytes) -> None:
    """A disk may hold anything; it is one error, whatever is wrong."""
    with pytest.raises(BadRecordError):
        from_notes(content, 0.0)


def test_the_numbers_of_another_store_are_no_difference() -> None:
    """A library that is taken in has them anew; what left a page is the same everywhere."""
    origin = RECORD.provenance
    assert differences(RECORD, RECORD) == []
    assert differences(RECORD, replace(RECORD, provenance=replace(origin, job=9, batch=9))) == []
    assert differences(RECORD, from_notes(told(key=RECORD.key, sha256="5" * 64), 0.0)) == []
    elsewhere = replace(RECORD, provenance=replace(origin, site="another"))
    assert differences(elsewhere, from_notes(told(key=RECORD.key, sha256="5" * 64), 0.0)) == []
    assert differences(RECORD, elsewhere) == ["site"]
    other = replace(RECORD, key="b", provenance=replace(origin, turn="u2"))
    assert differences(RECORD, other) == ["key", "turn"]


def test_an_origin_is_what_it_always_was() -> None:
    """If this text changed, every picture of every library would be made again."""
    fox = "db5a6b08fd24c02110f00bbe881b938600150007feeb191b5657deaae9100074"
    assert words_sha256("A  fox\n") == words_sha256("A fox")
    sheet = Reference("a b.png", "image/png", "1" * 64)
    assert origin(words_sha256("A fox"), []) == fox
    assert origin(fox, [sheet]) == f"{fox} {'1' * 64}"
    assert parsed(listed([sheet, sheet])) == (sheet, sheet)
