"""Filed pictures measured and marked beside the tabs; with a gauge that is played."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select
from structlog.testing import capture_logs

from helpers import deciding
from helpers.gauges import OUT, PlayedGauge
from helpers.playbook import Bench
from helpers.stores import STEPS
from pressrun import files
from pressrun.gauge.gauge import UnusableError
from pressrun.library import moves
from pressrun.library.shelf import Shelf
from pressrun.picture.measure import Measure, Trend
from pressrun.picture.record import Placed, Record
from pressrun.press.board import Board
from pressrun.press.filing import Filing
from pressrun.press.measuring import AGAIN_SECONDS, IDLE_SECONDS, UNUSABLE_SECONDS, Measuring
from pressrun.press.memory import Memory, MemoryUse
from pressrun.press.press import Press
from pressrun.press.storage import Storage
from pressrun.simulator import pictures
from pressrun.states import BatchState, JobState, MarkState, Outliers, Step
from pressrun.store import marks, situation
from pressrun.store.attempts import Attempt
from pressrun.store.marks import Conclusion, OvertakenError
from pressrun.store.situation import Case
from pressrun.store.tables import batches as batches_table
from pressrun.store.tables import chats, drifts, images
from pressrun.store.tables import marks as marks_table
from pressrun.store.writer import StoreError


class Studio:
    """A batch whose pictures are made at once, and measured when a test says so."""

    def __init__(self, bench: Bench, gauge: PlayedGauge | None = None) -> None:
        self.bench = bench
        self.gauge = gauge or PlayedGauge()
        self.pictures = 0
        """How many were made."""
        self.decided: list[str] = []
        self.halts: list[str | None] = []
        self.memory = Memory(None, Board(), lambda: None)
        storage = Storage(bench.store, bench.clock, self.halts.append, lambda _: None)
        self.measuring = Measuring(
            bench.store, bench.clock, self.gauge, storage, self.memory, self.decided.append
        )
        self.filing = Filing(bench.store, bench.clock, [self.measuring])

    async def order(self, *prompts: str, approved: int = 3, **settings: object) -> int:
        """Order panels, of which the first are made and approved already."""
        words = [f"good{number} A good one" for number in range(approved)]
        batch = await self.bench.order(*words, *prompts)
        known = {"repair_share": 1.0, "repairs": 2, **settings}
        await self.bench.book.set(batches_table, batch, **known)
        for number in range(approved):
            await self.made()
            now = self.bench.clock.now()
            await self.bench.store.do(deciding.approve, now, batch, [f"good{number}"])
        await self.measured()
        return batch

    async def made(self, what: str = "", take: int = 1, chat: str = "") -> Attempt:
        """Make and file the picture of the next panel; `what` is drawn."""
        self.pictures += 1
        data = pictures.draw(f"{what} {take}, picture {self.pictures}", take)
        attempt, book = await self.bench.claim(), self.bench.book
        sha256 = hashlib.sha256(data).hexdigest()
        files.write(Shelf(self.bench.library).received(sha256), data)
        named = {"conversation": chat} if chat else {}
        for step in STEPS[1 : STEPS.index(Step.RECEIVED)]:
            await book.advance(attempt, step, **named)
        await book.advance(attempt, Step.RECEIVED, sha256=sha256, bytes=len(data))
        assert await self.filing.file(attempt)
        return attempt

    async def measured(self) -> None:
        """Measure and mark all that is due."""
        while await self.measuring._step():
            pass

    async def mark(self, key: str) -> Any:  # noqa: ANN401 - a row
        """Return the mark of a panel's picture."""
        own = (
            select(marks_table, images.c.path)
            .join(images)
            .where(images.c.key == key, images.c.place == "current")
        )
        return await self.bench.store.do(lambda connection: connection.execute(own).first())

    async def rows(self, table: Any) -> Sequence[Any]:  # noqa: ANN401 - a table, and its rows
        """Return every row of a table."""
        return await self.bench.store.do(lambda connection: connection.execute(select(table)).all())


@pytest.fixture
def studio(bench: Bench) -> Studio:
    """A studio with an own gauge."""
    return Studio(bench)


async def test_what_is_filed_is_measured_and_marked(studio: Studio) -> None:
    """The one in style so, the other in words; whoever shows them is told."""
    await studio.order("a one", "b two")
    await studio.made()
    await studio.made("odd")
    await studio.measured()
    assert (await studio.mark("a")).state == MarkState.IN_STYLE
    mark = await studio.mark("b")
    assert (mark.state, mark.why) == (
        MarkState.MARKED,
        "lines much thinner than the approved",
    )
    assert str(studio.bench.library) in studio.decided


async def test_the_same_bytes_are_measured_once(studio: Studio) -> None:
    """Nor is anything measured again that has its mark."""
    await studio.order("a one")
    await studio.made()
    await studio.measured()
    await studio.measured()
    assert sorted(studio.gauge.measured) == ["a.png", "good0.png", "good1.png", "good2.png"]


async def test_a_new_version_measures_all_anew(studio: Studio) -> None:
    """Scores of two versions are never compared, so the approved ones come first."""
    await studio.order("a one")
    await studio.made("odd")
    await studio.measured()
    studio.gauge.measured.clear()
    studio.gauge.now = "2"
    await studio.measured()
    assert studio.gauge.measured[-1] == "a.png"
    assert len(studio.gauge.measured) == 4
    mark = await studio.mark("a")
    assert (mark.version, mark.state) == ("2", MarkState.MARKED)


async def test_marks_are_made_anew_when_others_are_approved(studio: Studio) -> None:
    """With the first two approvals pictures are compared that were not before."""
    await studio.order("a one", "b two", "c three", approved=0)
    for what in ("", "", "odd"):
        await studio.made(what)
    await studio.measured()
    assert (await studio.mark("c")).state == MarkState.UNJUDGED
    now = studio.bench.clock.now()
    await studio.bench.store.do(deciding.approve, now, None, ["a", "b"])
    await studio.measured()
    assert (await studio.mark("c")).state == MarkState.MARKED
    assert studio.gauge.measured == ["a.png", "b.png", "c.png"] or len(studio.gauge.measured) == 3


async def test_an_outlier_is_made_again_and_the_best_take_stays(studio: Studio) -> None:
    """Two repairs stand out as well: the one of them that is nearest is the panel's picture."""
    await studio.order("a one", outliers=Outliers.REDO)
    await studio.made("odder", 1)
    await studio.measured()
    assert (await studio.mark("a")).state == MarkState.REPAIRING
    best = await studio.made("odd", 2)
    await studio.measured()
    assert best.key == "a"
    last = await studio.made("odder", 3)
    assert "thicker lines" in last.words
    await studio.measured()
    mark = await studio.mark("a")
    assert (mark.state, mark.score) == (MarkState.MARKED, OUT.score)
    assert b"odd 2" in (studio.bench.library / "a.png").read_bytes()
    kept = list((studio.bench.library / ".pressrun/alternatives/a").glob("*.png"))
    assert len(kept) == 2
    assert (await studio.rows(batches_table))[0].state == BatchState.DONE


async def test_a_repair_that_comes_back_in_style_ends_it(studio: Studio) -> None:
    """Nothing more is ordered, and no earlier take goes on saying that it is being repaired."""
    await studio.order("a one", outliers=Outliers.REDO)
    await studio.made("odd", 1)
    await studio.measured()
    await studio.made("", 2)
    await studio.measured()
    assert (await studio.mark("a")).state == MarkState.IN_STYLE
    states = {row.state for row in await studio.rows(marks_table)}
    assert MarkState.REPAIRING not in states
    assert await studio.bench.book.claim() is None


async def test_the_budget_ends_repairs(studio: Studio) -> None:
    """What comes then is only marked."""
    prompts = [f"p{number} A panel" for number in range(7)]
    await studio.order(*prompts, outliers=Outliers.REDO, repair_share=0.1)
    await studio.made("odd", 1)
    await studio.measured()
    await studio.made("", 2)
    await studio.measured()
    await studio.made("odd", 3)
    await studio.measured()
    assert (await studio.mark("p1")).state == MarkState.MARKED


async def test_nothing_that_cannot_be_measured_stops_a_batch(studio: Studio) -> None:
    """It is marked with the reason, and the batch comes to its end."""
    await studio.order("a one", outliers=Outliers.REDO)
    await studio.made("unmeasurable")
    await studio.measured()
    mark = await studio.mark("a")
    assert (mark.state, mark.why) == (MarkState.UNMEASURED, "it is 3 pixels high")
    assert (await studio.rows(batches_table))[0].state == BatchState.DONE
    await studio.measured()
    assert studio.gauge.measured.count("a.png") == 1


async def test_on_a_machine_that_cannot_measure_everything_goes_on(studio: Studio) -> None:
    """The marks say why, the log does once, and it is tried again after a while."""
    await studio.order("a one", "b two", outliers=Outliers.REDO)
    studio.gauge.fault = UnusableError("numpy cannot be loaded")
    await studio.made("odd")
    await studio.made("")
    with capture_logs() as log:
        await studio.measured()
    assert [line["event"] for line in log].count("measuring_unusable") == 1
    assert studio.measuring.unusable == "numpy cannot be loaded"
    for key in ("a", "b"):
        mark = await studio.mark(key)
        assert (mark.state, mark.why) == (MarkState.UNMEASURED, "numpy cannot be loaded")
    assert (await studio.mark("good0")).state == MarkState.IN_STYLE
    assert (await studio.rows(batches_table))[0].state == BatchState.DONE
    studio.gauge.fault = None
    await asyncio.sleep(UNUSABLE_SECONDS + 1)
    await studio.measured()
    assert (await studio.mark("a")).state == MarkState.MARKED
    assert studio.measuring.unusable is None


async def test_a_fault_of_ours_costs_one_mark(studio: Studio) -> None:
    """It is on record, the picture says so, and the next one is measured."""
    await studio.order("a one", "b two")
    await studio.made()
    studio.gauge.fault = KeyError("a fault of ours")
    studio.gauge.now = "1"
    with capture_logs() as log:
        due_version = studio.measuring._version

        async def known() -> str:
            return "1"

        studio.measuring._version = known  # type: ignore[method-assign]
        await studio.measured()
        studio.measuring._version = due_version  # type: ignore[method-assign]
    assert "measuring_failed" in [line["event"] for line in log]
    assert (await studio.mark("a")).state == MarkState.UNMEASURED
    studio.gauge.fault = None
    await studio.made()
    await studio.measured()
    assert (await studio.mark("b")).state == MarkState.IN_STYLE


async def test_a_mark_that_the_database_refuses_halts_no_tab(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried again after a while, and others are marked meanwhile."""
    await studio.order("a one", "b two")
    await studio.made()
    await studio.made()
    conclude, refused = marks.conclude, list[int]()

    def refuses(connection: Connection, now: float, concluded: Conclusion, **more: Any) -> None:  # noqa: ANN401 - as it has them
        if not refused or concluded.image in refused:
            refused.append(concluded.image)
            raise StoreError("UNIQUE constraint failed: drifts.batch_id")
        conclude(connection, now, concluded, **more)

    with monkeypatch.context() as patch:
        patch.setattr(marks, "conclude", refuses)
        watching = asyncio.ensure_future(studio.measuring.watch())
        await asyncio.sleep(30)
    assert [await studio.mark(key) is None for key in ("a", "b")].count(True) == 1
    assert studio.halts == []
    await asyncio.sleep(AGAIN_SECONDS)
    assert await studio.mark("a") is not None
    assert await studio.mark("b") is not None
    watching.cancel()


async def test_a_file_that_is_gone_is_marked_and_a_library_that_is_away_waited_for(
    studio: Studio,
) -> None:
    """A disk that is unplugged says nothing of the pictures on it."""
    await studio.order("a one", "b two")
    await studio.made()
    await studio.made()
    away = studio.bench.library.with_name("away")
    studio.bench.library.rename(away)
    await studio.measured()
    assert await studio.mark("a") is None
    away.rename(studio.bench.library)
    (studio.bench.library / "a.png").unlink()
    await studio.measured()
    assert await studio.mark("a") is None
    await asyncio.sleep(AGAIN_SECONDS + 1)
    await studio.measured()
    assert (await studio.mark("a")).state == MarkState.UNMEASURED
    assert (await studio.mark("b")).state == MarkState.IN_STYLE


async def test_an_approval_that_comes_first_is_not_overrun(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is decided meanwhile is dropped and decided anew; files that moved are put back."""
    await studio.order("a one", outliers=Outliers.REDO, repairs=1)
    await studio.made("odd", 1)
    await studio.measured()
    await studio.made("odder", 2)
    choose, find = moves.choose, situation.of_image
    chosen: list[str] = []

    def chosen_late(shelf: Shelf, record: Record, path: str) -> Placed:
        chosen.append(path)
        return choose(shelf, record, path)

    def overtaken(*_: object, **__: object) -> None:
        raise OvertakenError("the author had a word on a")

    def settled(connection: Connection, image: int, version: str) -> Case | None:
        known = find(connection, image, version)
        return replace(known, is_settled=True) if chosen and known else known

    with monkeypatch.context() as patch:
        patch.setattr(moves, "choose", chosen_late)
        patch.setattr(marks, "conclude", overtaken)
        patch.setattr(situation, "of_image", settled)
        await studio.measuring._step()
    assert chosen[0].startswith(".pressrun/alternatives/a/")
    monkeypatch.setattr(situation, "of_image", settled)
    await asyncio.sleep(AGAIN_SECONDS)
    await studio.measured()
    own = await studio.mark("a")
    assert own.state == MarkState.MARKED
    assert b"odder" in (studio.bench.library / own.path).read_bytes()


async def test_a_run_of_outliers_holds_its_scene_and_a_probe_lets_it_go(studio: Studio) -> None:
    """What came back in style steers what follows, in fresh chats with the style first."""
    prompts = [f"ch1/p{number} A panel" for number in range(6)]
    batch = await studio.order(*prompts, outliers=Outliers.REDO)
    for take in range(3):
        await studio.made("odd", take)
    await studio.measured()
    (drift,) = await studio.rows(drifts)
    assert (drift.kind, drift.name) == ("scene", "ch1")
    states = await studio.bench.book.states()
    assert [states[f"ch1/p{n}"] for n in (3, 4, 5)] == [JobState.HELD] * 3
    await studio.made("", 4)
    await studio.measured()
    assert (await studio.bench.book.batch(batch))["steering"] == "fresh"
    states = await studio.bench.book.states()
    assert [states[f"ch1/p{n}"] for n in (3, 4, 5)] == [JobState.WAITING] * 3


async def test_slow_drift_is_told(studio: Studio) -> None:
    """Of the scene in which it is seen."""
    await studio.order("ch1/a one", "ch1/b two", "ch1/c three")
    studio.gauge.trend = Trend("warmth", 1, "colours have grown warmer")
    for _ in range(2):
        await studio.made()
        await studio.measured()
    told = {row.why for row in await studio.rows(drifts) if row.slow}
    assert "pictures of ch1 drift slowly: colours have grown warmer" in told


async def test_nearly_the_same_picture_is_told(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the key of the other panel."""
    measure = studio.gauge.measure

    async def all_alike(picture: Path) -> Measure:
        found = await measure(picture)
        same = "0" * 64 if picture.stem in ("a", "b") else found.likeness
        return Measure(found.version, found.vector, found.attributes, same)

    monkeypatch.setattr(studio.gauge, "measure", all_alike)
    await studio.order("a one", "b two")
    await studio.made()
    await studio.made()
    await studio.measured()
    whys = {(await studio.mark(key)).why for key in ("a", "b")}
    assert whys & {"nearly the same picture as a", "nearly the same picture as b"}


async def test_it_measures_by_itself_and_rests(studio: Studio) -> None:
    """A filed picture wakes it; when nothing comes for a while, the process is let go of."""
    await studio.order("a one")
    watching = asyncio.ensure_future(studio.measuring.watch())
    await asyncio.sleep(0.1)
    await studio.made("odd")
    await asyncio.sleep(0.1)
    assert (await studio.mark("a")).state == MarkState.MARKED
    assert studio.gauge.closed == 0
    await asyncio.sleep(IDLE_SECONDS + 10)
    assert studio.gauge.closed
    watching.cancel()


async def test_nothing_is_measured_while_memory_is_short(studio: Studio) -> None:
    """The tabs need it more; it goes on when there is some."""
    await studio.order("a one")
    studio.memory.use = MemoryUse(100, 90)
    watching = asyncio.ensure_future(studio.measuring.watch())
    await studio.made()
    await asyncio.sleep(60)
    assert await studio.mark("a") is None
    studio.memory.use = MemoryUse(100, 50)
    await asyncio.sleep(10)
    assert (await studio.mark("a")).state == MarkState.IN_STYLE
    watching.cancel()


async def test_the_press_measures_beside_its_tabs(studio: Studio) -> None:
    """From its start to its end, in which it lets go of the gauge; who looks is told."""
    bench, board, gauge = studio.bench, Board(), PlayedGauge()
    await studio.order("a one", "b two")
    await studio.made("odd")
    press = Press(bench.store, bench.clock, bench.site, board, gauge=gauge)
    await press.take_up()
    await asyncio.sleep(1)
    assert (await studio.mark("a")).state == MarkState.MARKED
    assert board.revision > 0
    assert gauge.closed == 0
    await press.close()
    assert gauge.closed == 1


async def test_a_drifting_chat_is_left(studio: Studio) -> None:
    """What is kept for several panels is not gone on in when its pictures stand out."""
    batch = await studio.order("ch1/a one", "ch1/b two", "ch1/c three")
    await keep_chat(studio, batch, "c9")
    for take in range(2):
        await studio.made("odd", take, chat="c9")
        await studio.measured()
    (kept,) = await studio.rows(chats)
    assert "drift away from the approved ones" in kept.left_because


async def keep_chat(studio: Studio, batch: int, name: str) -> None:
    """Keep a chat for the scene."""
    row = {
        "account_id": studio.bench.book.account,
        "conversation": name,
        "batch_id": batch,
        "scene": "ch1",
        "began_at": 1.0,
    }
    await studio.bench.store.do(lambda connection: connection.execute(insert(chats).values(row)))
