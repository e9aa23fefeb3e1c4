"""The audit finds what is lost, sent twice or misfiled, and excuses only what is on record."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pressrun.simulator.ledger import (
    Entry,
    SiteFailure,
    SiteLedger,
    SiteLimit,
    SitePicture,
    Submission,
    sha256,
)
from pressrun.store.tables import metadata
from trials.audit import alternatives, audit, fruitless, misjudged
from trials.replica.pictures import draw


def sent(prompt: str, take: int = 1) -> Submission:
    """Return a submission."""
    return Submission(
        time=float(take),
        number=take,
        account="Ada",
        conversation=f"chat {prompt} {take}",
        turn=f"turn {prompt} {take}",
        prompt=prompt,
        prompt_sha256=sha256(prompt),
        references=[],
        mode="image",
    )


def failed(of: Submission, kind: str = "tool_error") -> SiteFailure:
    """Return the failure of a submission."""
    return SiteFailure(
        time=of.time + 1,
        conversation=of.conversation,
        turn=of.turn,
        kind=kind,
        text="It failed.",
    )


def limit(kind: str) -> SiteLimit:
    """Return a limit that an account met."""
    return SiteLimit(time=1.0, account="Ada", kind=kind, text="Wait.", until=2.0)


def made(of: Submission, data: bytes) -> SitePicture:
    """Return the picture of a submission."""
    return SitePicture(
        time=of.time + 1,
        conversation=of.conversation,
        turn=of.turn,
        file_id=f"file_{of.number}",
        sha256=sha256(data),
        bytes=len(data),
        prompt_sha256=of.prompt_sha256,
        take=of.number,
        width=64,
        height=64,
        weight=0,
    )


@pytest.mark.parametrize(
    "wrong", ["nothing", "prompt", "pixels", "references", "bytes", "sidecar", "gone", "sent with"]
)
def test_picture_on_disk_is_held_against_its_prompt(tmp_path: Path, wrong: str) -> None:
    """The file, its sidecar, the record and the prompt have to tell the same."""
    library = tmp_path / "pictures"
    library.mkdir()
    data = draw("a bear" if wrong == "pixels" else "a fox", size=(64, 64))
    (library / "p1.png").write_bytes(data + b"more" if wrong == "bytes" else data)
    told: dict[str, object] = {"key": "p1", "prompt": "a fox", "sha256": sha256(data)}
    told |= {"key": "p2"} if wrong == "sidecar" else {}
    if wrong in ("references", "sent with"):
        told |= {"references": [{"sha256": "5" * 64}]}
    (library / "p1.json").write_text(json.dumps(told))
    if wrong == "gone":
        (library / "p1.png").unlink()
    store = tmp_path / "store.db"
    _keep(store, library, sha256(data))
    of = sent("a fox")
    entries: list[Entry] = [of, made(of, data)]
    if wrong == "prompt":
        by = sent("a bear")
        entries = [of, by, made(by, data)]
    if wrong == "sent with":
        other = of.model_copy(update={"references": ["5" * 64]})
        entries = [other, made(other, data)]
    found = audit(SiteLedger(entries), store, library)
    assert bool(found.misfiled) == (wrong != "nothing")
    assert bool(found.lost) == (wrong in ("bytes", "gone"))
    assert found.clean == (wrong == "nothing")
    assert found.submissions == (2 if wrong == "prompt" else 1)
    assert (found.pictures, found.success_rate) == (1, 1.0)


@pytest.mark.parametrize("of_another", [False, True])
def test_an_alternative_is_not_another_panels_picture(tmp_path: Path, *, of_another: bool) -> None:
    """What is kept beside a panel's picture was made for it, or the site knows nothing of it."""
    library = tmp_path / "pictures"
    library.mkdir()
    data, of = draw("a fox", size=(64, 64)), sent("a bear" if of_another else "a fox")
    (library / "p1.png").write_bytes(data)
    store = tmp_path / "store.db"
    _keep(store, library, sha256(data))
    with closing(sqlite3.connect(store)) as database:
        database.execute(
            "UPDATE images SET place = 'alternative', key = 'p1', library = ?", [str(library)]
        )
        database.commit()
    assert [each.sha256 for each in alternatives(store, library)] == [sha256(data)]
    found = audit(SiteLedger([of, made(of, data)]), store, library)
    assert ("p1 (alternative)" in found.misfiled) == of_another


@pytest.mark.parametrize(
    ("state", "outcome", "entries", "wrong"),
    [
        ("done", None, [], 0),
        ("waiting", None, [], 0),
        ("refused", None, [failed(sent("a fox"), "refused")], 0),
        ("refused", None, [failed(sent("a fox"))], 1),
        ("refused", None, [failed(sent("a bear"), "refused")], 1),
        ("failed", None, [failed(sent("a fox"))], 0),
        ("failed", None, [], 1),
        ("done", "capped", [limit("plan_cap")], 0),
        ("done", "throttled", [limit("rate")], 0),
        ("done", "capped", [limit("throttle")], 1),
        ("done", "signed out", [], 1),
    ],
)
def test_every_stop_has_a_reason_that_the_site_gave(
    tmp_path: Path, state: str, outcome: str | None, entries: list[Entry], wrong: int
) -> None:
    """A job that ended and an account that rested are held against the site's own failures."""
    store = tmp_path / "store.db"
    _keep(store, tmp_path, "5" * 64, state=state, outcome=outcome)
    ledger = SiteLedger([sent("a fox"), sent("a bear"), *entries])
    assert len(misjudged(ledger, store, tmp_path)) == wrong


@pytest.mark.parametrize(
    ("state", "ending", "conversation", "aside"),
    [
        ("doubt", None, "chat a fox 1", ["file_1"]),
        ("doubt", None, "chat a fox 2", ["file_2"]),
        ("doubt", None, None, ["file_2"]),
        ("doubt", "unsent", "chat a fox 1", []),
        ("failed", "failed", "chat a fox 1", []),
    ],
    ids=["first", "second", "no name", "ended", "given up"],
)
def test_picture_of_an_open_attempt_is_aside_and_not_lost(
    tmp_path: Path, state: str, ending: str | None, conversation: str | None, aside: list[str]
) -> None:
    """One picture for each attempt that is open; what a prompt made besides is lost."""
    library, store = tmp_path / "pictures", tmp_path / "store.db"
    library.mkdir()
    _keep(store, library, "5" * 64, state=state, ending=ending, conversation=conversation)
    both = [sent("a fox"), sent("a fox", 2)]
    found = audit(
        SiteLedger([*both, *(made(each, each.turn.encode()) for each in both)]), store, library
    )
    assert [each.partition(" ")[0] for each in found.aside] == aside
    assert len(found.lost) == 2 - len(aside)
    assert found.counts()["aside"] == len(aside)


def test_sends_that_came_to_nothing_are_counted_in_a_row(tmp_path: Path) -> None:
    """A kept picture and a recorded failure end the row; each account has its own."""
    (tmp_path / "p1.png").write_bytes(b"one")
    takes = [sent("a fox", take) for take in range(1, 8)]
    bea = [
        each.model_copy(update={"account": "Bea", "turn": f"bea {each.turn}"}) for each in takes[:2]
    ]
    entries: list[Entry] = [*takes[:2], *bea, *takes[2:]]
    assert fruitless(SiteLedger(entries), tmp_path) == 7
    assert fruitless(SiteLedger([*entries, failed(takes[2])]), tmp_path) == 4
    assert (
        fruitless(SiteLedger([*entries, failed(takes[2]), made(takes[4], b"one")]), tmp_path) == 2
    )
    assert fruitless(SiteLedger([*entries, made(takes[4], b"other")]), tmp_path) == 7
    assert fruitless(SiteLedger([]), tmp_path) == 0


def _keep(
    store: Path,
    library: Path,
    digest: str,
    *,
    state: str = "done",
    outcome: str | None = None,
    ending: str | None = "done",
    conversation: str | None = None,
) -> None:
    """Write the record of one job, and of a rest of its account if there was one."""
    wanted: dict[str, dict[str, object]] = {
        "batches": {"id": 1, "library": str(library)},
        "jobs": {
            "id": 1,
            "batch_id": 1,
            "key": "p1",
            "prompt": "a fox",
            "state": state,
            "tries": 0,
        },
        "attempts": {
            "id": 1,
            "job_id": 1,
            "step": "submitted",
            "ending": ending,
            "conversation": conversation,
        },
        "images": {
            "id": 1,
            "attempt_id": 1,
            "place": "current",
            "path": "p1.png",
            "sha256": digest,
        },
        "limits": {"id": 1, "outcome": outcome},
    }
    with closing(sqlite3.connect(store)) as database:
        for name, row in wanted.items():
            columns = [column.name for column in metadata.tables[name].columns]
            database.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
            marks = ", ".join(f":{column}" for column in row)
            database.execute(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})", row)  # noqa: S608 - names from above
        if outcome is None:
            database.execute("DELETE FROM limits")
        database.commit()
