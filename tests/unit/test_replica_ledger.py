"""The ledger: what it was told it keeps, and it never guesses."""

import os
from pathlib import Path

import pytest

from pressrun.simulator.ledger import (
    Failure,
    LedgerWriter,
    Limit,
    Picture,
    Submission,
    read,
    sha256,
)


def submission(number: int, prompt: str = "a fox") -> Submission:
    """Return a submission whose turn is named after its number."""
    return Submission(
        time=float(number),
        number=number,
        account="author-1",
        conversation="c",
        turn=f"t{number}",
        prompt=prompt,
        prompt_sha256=sha256(prompt),
        references=[sha256(b"hero")],
        mode="image",
    )


def picture(number: int, prompt: str = "a fox") -> Picture:
    """Return the picture of such a submission."""
    return Picture(
        time=float(number),
        conversation="c",
        turn=f"t{number}",
        file_id=f"file_{number}",
        sha256=sha256(b"png"),
        bytes=3,
        prompt_sha256=sha256(prompt),
        take=1,
        width=64,
        height=64,
        weight=0,
    )


def test_everything_written_is_read_back(tmp_path: Path) -> None:
    """Entries come back as they were, sorted by kind, over several openings."""
    path = tmp_path / "ledger.jsonl"
    failure = Failure(time=3.0, conversation="c", turn="t2", kind="refused", text="no\nway")
    limit = Limit(time=4.0, account="author-1", kind="throttle", text="wait", until=9.0)
    with LedgerWriter(path) as writer:
        writer.append(submission(1))
        writer.append(picture(1))
    with LedgerWriter(path) as writer:
        writer.append(submission(2, "a bear"))
        writer.append(failure)
        writer.append(limit)
    ledger = read(path)
    assert ledger.submissions == [submission(1), submission(2, "a bear")]
    assert ledger.pictures == [picture(1)]
    assert ledger.failures == [failure]
    assert ledger.limits == [limit]
    assert ledger.submissions_of("a bear") == [submission(2, "a bear")]
    assert ledger.pictures_of("a fox") == [picture(1)]
    assert ledger.failures_of("a bear") == [failure]
    assert ledger.failures_of("a fox") == []


def test_missing_ledger_is_empty(tmp_path: Path) -> None:
    """A site where nothing happened yet has an empty ledger."""
    assert read(tmp_path / "ledger.jsonl").entries == []


def test_entry_is_on_disk_when_append_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is told nothing that a power cut could take out of the ledger."""
    path = tmp_path / "ledger.jsonl"
    synced: list[int] = []
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        sync(descriptor)
        synced.append(path.stat().st_size)

    monkeypatch.setattr(os, "fsync", fsync)
    with LedgerWriter(path) as writer:
        writer.append(submission(1))
        assert synced == [path.stat().st_size]
        assert read(path).submissions == [submission(1)]


def test_torn_last_line_is_dropped_wherever_it_is_torn(tmp_path: Path) -> None:
    """A crash amid a write costs the entry that nobody had heard of, and no other."""
    path = tmp_path / "ledger.jsonl"
    with LedgerWriter(path) as writer:
        writer.append(submission(1))
        kept = path.stat().st_size
        writer.append(submission(2, "ein Fuchs im Schnee, ganz weiß"))
    whole = path.read_bytes()
    for length in range(kept, len(whole)):
        path.write_bytes(whole[:length])
        assert read(path).submissions == [submission(1)]
        with LedgerWriter(path) as writer:
            writer.append(picture(1))
        assert read(path).entries == [submission(1), picture(1)]


def test_damage_elsewhere_is_an_error(tmp_path: Path) -> None:
    """A witness that lost a line in the middle says so instead of testifying."""
    path = tmp_path / "ledger.jsonl"
    with LedgerWriter(path) as writer:
        writer.append(submission(1))
        writer.append(submission(2))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0][:-9] + b"\n" + lines[1])
    with pytest.raises(ValueError, match="validation error"):
        read(path)
