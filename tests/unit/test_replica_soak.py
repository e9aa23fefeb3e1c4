"""What a soak on a changed page tells: seeds, prompts, runs of nothing, reasons, and the table."""

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from helpers.ledgers import sent
from pressrun.simulator.ledger import SiteLedger
from pressrun.sites.profile import SiteProfile, shipped, shipped_text, ungentle
from trials.replica import acts
from trials.soak import book, patience, seeds, stop
from trials.soak.person import newest


def test_seeds_are_named_one_by_one_or_in_a_row() -> None:
    """As people write them; an empty row is a mistake."""
    assert seeds.seeds("7") == [7]
    assert seeds.seeds("1-3,9") == [1, 2, 3, 9]
    with pytest.raises(ValueError, match="is an empty range"):
        seeds.seeds("9-1")


def test_every_second_prompt_is_long_and_has_all_that_an_author_writes(tmp_path: Path) -> None:
    """Long ones have paragraphs, quotes, dashes, Markdown and an emoji, and no two are alike."""
    path = book.write(tmp_path, 6, 3, referenced=0, varied=True)
    prompts = [json.loads(line)["prompt"] for line in path.read_text().splitlines()]
    assert len(set(prompts)) == 6
    assert [len(each) > 1500 for each in prompts] == [False, True] * 3
    for each in prompts[1::2]:
        assert all(sign in each for sign in ("\n\n", '"', "'", "--", "—", "...", "**", "🦊"))


def test_a_book_may_have_scenes_and_every_so_many_references(tmp_path: Path) -> None:
    """A chat is kept for panels of one scene, which their keys name."""
    path = book.write(tmp_path, 25, 3, referenced=2, varied=False, scenes=True)
    panels = [json.loads(line) for line in path.read_text().splitlines()]
    scenes = [each["key"].partition("/")[0] for each in panels]
    assert [scenes.count(each) for each in dict.fromkeys(scenes)] == [12, 12, 1]
    assert [bool(each["references"]) for each in panels] == [False, True] * 12 + [False]
    assert all((tmp_path / "keeper.png").is_file() for each in panels if each["references"])


def test_an_author_writes_into_chats_that_were_last_sent_to() -> None:
    """Each once, and none that is older than those that are still gone on in."""
    taken = [
        sent(n, f"t{n}").model_copy(update={"conversation": f"c{n % 8}"}) for n in range(1, 12)
    ]
    assert newest(SiteLedger([*taken]), but=set()) == ["c3", "c2", "c1", "c0", "c7", "c6"]
    assert newest(SiteLedger([*taken]), but={"c3", "c0"})[:2] == ["c2", "c1"]
    assert newest(SiteLedger([]), but=set()) == []
    written = acts.Elsewhere(time=1.0, entry=taken[0])
    gone = acts.Gone(time=2.0, conversation="c9", how="deleted")
    assert acts.disturbed([written, gone]) == {"c1", "c9"}
    assert acts.gone([written, gone]) == {"c9"}


def test_a_quicker_site_is_rested_from_as_much_sooner(tmp_path: Path) -> None:
    """Reading and rests keep their proportion to a picture's time; what is short stays."""
    path = tmp_path / "chatgpt.toml"
    path.write_text(patience.sooner(shipped_text("chatgpt"), 5.0), encoding="utf-8")
    usual, quick = shipped("chatgpt"), SiteProfile.load(path)
    assert quick.history.settled == usual.history.settled / 10
    assert quick.history.soon == patience.LISTED_SECONDS
    assert quick.limits == usual.limits
    for soon, late in zip(quick.failures, usual.failures, strict=True):
        assert soon.rest in (late.rest / 10, late.rest)
    assert any(
        soon.rest < late.rest for soon, late in zip(quick.failures, usual.failures, strict=True)
    )


def test_waits_for_a_changed_page_are_short_and_a_profile_all_the_same(tmp_path: Path) -> None:
    """Every wait that is named is in the profile and was changed, and the profile can be read."""
    text = patience.quick(ungentle(shipped_text("chatgpt")))
    for name, seconds in patience.CHANGED.items():
        assert f"\n{name} = {seconds:g}" in text
    path = tmp_path / "chatgpt.toml"
    path.write_text(text)
    assert SiteProfile.load(path).limits.acknowledge == patience.CHANGED["acknowledge"]


Row = dict[str, object]


def keep(
    store: Path,
    *,
    jobs: tuple[Row, ...] = (),
    rest: Row | None = None,
    rests_until: float | None = None,
    look_at: float | None = None,
) -> Path:
    """Write as much of a store as is asked."""
    with closing(sqlite3.connect(store)) as database:
        database.execute("CREATE TABLE accounts (id, rests_until, rests_because)")
        database.execute("CREATE TABLE limits (id INTEGER PRIMARY KEY, account_id, at, outcome)")
        database.execute("CREATE TABLE jobs (id INTEGER PRIMARY KEY, key, state, reason)")
        database.execute("CREATE TABLE attempts (job_id, ending, look_at)")
        because = "three sends came to nothing"
        database.execute("INSERT INTO accounts VALUES (1, ?, ?)", [rests_until, because])
        if rest is not None:
            database.execute(
                "INSERT INTO limits (account_id, at, outcome) VALUES (1, :at, :outcome)", rest
            )
        for number, job in enumerate(jobs, start=1):
            told = {"key": f"p{number}", "reason": None, **job}
            database.execute(
                "INSERT INTO jobs (key, state, reason) VALUES (:key, :state, :reason)", told
            )
            database.execute("INSERT INTO attempts VALUES (?, NULL, ?)", [number, look_at])
        database.commit()
    return store


@pytest.mark.parametrize(
    ("outcome", "rests", "job", "due", "stands"),
    [
        ("fruitless", 60.0, "doubt", None, True),
        ("fruitless", 60.0, "working", None, False),
        ("fruitless", -1.0, "doubt", None, False),
        ("fruitless", 60.0, "doubt", -1.0, False),
        ("fruitless", 60.0, "doubt", 30.0, True),
        ("capped", 60.0, "doubt", None, False),
        ("capped", 6000.0, "doubt", None, True),
        (None, 60.0, "doubt", None, False),
    ],
)
def test_a_soak_ends_when_its_account_rests_and_nothing_is_left_to_look_at(
    tmp_path: Path, outcome: str | None, rests: float, job: str, due: float | None, *, stands: bool
) -> None:
    """A limit that ends while the soak lasts is waited for; so is what is under way or due."""
    now = time.time()
    store = keep(
        tmp_path / "store.db",
        jobs=({"state": job},),
        rest=None if outcome is None else {"at": now, "outcome": outcome},
        rests_until=now + rests,
        look_at=None if due is None else now + due,
    )
    assert stop.stands(store, now + 240) == stands


def test_the_reason_is_the_accounts_or_that_of_what_was_not_sent(tmp_path: Path) -> None:
    """A person is told why; what nobody can tell is counted."""
    rests = keep(tmp_path / "rests.db", rests_until=time.time() + 60)
    assert stop.reason(rests) == "three sends came to nothing"
    failed: tuple[Row, ...] = (
        {"state": "failed", "reason": "no Send"},
        {"state": "done"},
        {"state": "waiting"},
    )
    store = keep(tmp_path / "failed.db", jobs=failed)
    assert stop.reason(store) == "no Send"
    assert stop.unexplained(store) == ["p3"]
    done = keep(tmp_path / "done.db", jobs=({"state": "done"},))
    assert (stop.reason(done), stop.unexplained(done)) == (None, [])


def figures(**told: object) -> dict[str, Any]:
    """Return what a soak tells that went well, but for some of it."""
    return {
        "seed": 1, "ended": True, "wanted": 6, "images": 6, "submissions": 6, "lost": 0, "twice": 0,
        "misfiled": 0, "early": 0, "aside": 0, "fruitless": 0, "stopped": None, "unexplained": 0,
    } | told  # fmt: skip


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({}, []),
        ({"fruitless": 3, "stopped": "it rests", "images": 0}, []),
        ({"fruitless": 4}, ["fruitless"]),
        ({"twice": 1, "lost": 2}, ["lost", "twice"]),
        ({"ended": False}, ["ended"]),
        ({"unexplained": 1}, ["unexplained"]),
    ],
)
def test_a_promise_that_broke_is_named(told: dict[str, object], wrong: list[str]) -> None:
    """Nothing twice, misfiled or lost, three sends at most, an end, and a reason."""
    assert seeds.broken(figures(**told)) == wrong


def test_the_table_tells_how_many_were_unharmed_stopped_and_broken() -> None:
    """And after how many sends the stopped ones stopped; what crashed is named."""
    told = seeds.table(
        [
            figures(),
            figures(seed=2, images=0, submissions=3, fruitless=3, stopped="it rests", aside=3),
            figures(seed=3, images=5),
            figures(seed=4, images=4, twice=1),
            {"seed": 5, "crashed": "Traceback"},
        ]
    )
    assert "5 seeds: 1 made everything, 1 stopped, 2 left panels that need a decision" in told
    assert "sends before the stop: 1 after 3" in told
    assert "most sends in a row without a result: 3" in told
    assert "aside: 3" in told
    assert "seed 4 failed: twice" in told
    assert "seed 5 failed: crashed" in told
