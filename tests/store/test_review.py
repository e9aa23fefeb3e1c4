"""What an author is shown about style, and what the author's word on it changes."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Select, Update, select, update

from helpers import deciding
from helpers.deciding import Wish
from helpers.libraries import Library
from helpers.stores import Book
from pressrun.errors import NotFoundError
from pressrun.gauge.gauge import Gauge
from pressrun.picture.measure import (
    Measure,
    MeasureError,
    Series,
    StyleComparison,
    StyleResult,
    Trend,
    Verdict,
)
from pressrun.picture.recipe import Recipe
from pressrun.protocol.messages.style import DriftSettle, ReviewQuery, StyleQuery
from pressrun.server.style import Styles
from pressrun.states import DriftKind, JobState, MarkState, Outliers, Rejected
from pressrun.store import drifts, lists, marks, measures, panels, review
from pressrun.store.drifts import Drift
from pressrun.store.lists import Listed
from pressrun.store.marks import Conclusion, Mark
from pressrun.store.tables import batches as batches_table
from pressrun.store.tables import images as images_table
from pressrun.store.tables import jobs as jobs_table
from pressrun.store.tables import marks as marks_table

THIN = "lines much thinner"


class Agreeing(Gauge):
    """A gauge that compares what it is asked for, and finds one picture odd."""

    def __init__(self, odd: int | None = None, fault: str = "") -> None:
        self._odd = odd
        self._fault = fault

    async def version(self) -> str:
        """Return the version."""
        if self._fault:
            raise MeasureError(self._fault)
        return "1"

    async def measure(self, picture: Path) -> Measure:
        """Fail: no report measures."""
        raise AssertionError(picture)

    async def compare(self, asked: StyleComparison) -> StyleResult:
        """Return who agrees with whom."""
        agreement = [
            Verdict(2.0, 1.0, THIN) if at == self._odd else Verdict(0.0, 1.0)
            for at in range(len(asked.approved))
        ]
        return StyleResult((), tuple(agreement))

    async def trends(self, series: Sequence[Series]) -> list[list[Trend]]:
        """Fail: no report looks for trends."""
        raise AssertionError(series)

    async def close(self) -> None:
        """End."""


@pytest.fixture
def library(book: Book, tmp_path: Path) -> Library:
    """An empty library."""
    return Library(book, tmp_path / "pictures")


def _one(connection: Connection, *, asked: Select[Any]) -> Any:  # noqa: ANN401 - a row
    return connection.execute(asked).one()


def _do(connection: Connection, *, changed: Update) -> None:
    connection.execute(changed)


async def judge(
    library: Library, told: Mapping[str, tuple[MarkState, float | None]], why: str = THIN
) -> None:
    """Put marks on record, as the press does."""
    store = library.book.store
    for key, (state, score) in told.items():
        asked = select(images_table).where(
            images_table.c.key == key, images_table.c.place == "current"
        )
        row = await store.do(partial(_one, asked=asked))
        measure = Measure("1", b"\x00\x00", (0.0,) * 13, "00")
        await store.do(measures.add, library.book.now, row.sha256, measure)
        limit = None if score is None else 1.0
        is_fine = state == MarkState.IN_STYLE
        mark = Mark(state, "1", "set", score, limit, "" if is_fine else why)
        concluded = Conclusion(row.id, row.sha256, mark)
        conclude = partial(marks.conclude, aside=library.shelf.alternative)
        await store.do(conclude, library.book.now, concluded)
    for key, (state, _) in told.items():
        if state == MarkState.REPAIRING:
            # a mark says so only as long as there is a job, which no report asks for
            of_key = select(images_table.c.id).where(images_table.c.key == key)
            changed = update(marks_table).where(marks_table.c.image_id.in_(of_key))
            await store.do(partial(_do, changed=changed.values(state=state)))


def served(library: Library, gauge: Gauge) -> Styles:
    """Return who answers the author."""

    async def ordered() -> None:
        """Begin nothing: there is no press."""

    return Styles(library.book.store, library.clock, gauge, ordered)


async def reviewed(library: Library) -> list[str]:
    """Return the keys that wait for the author, in order."""
    styles = served(library, Agreeing())
    return [each.key for each in (await styles.review(ReviewQuery())).pictures]


async def test_the_worst_pictures_come_first(library: Library) -> None:
    """Those in style, and those that are made again, wait for nobody."""
    await library.made("a fox", "b bear", "c cat", "d dog", "e elk")
    await judge(
        library,
        {
            "a": (MarkState.MARKED, 2.0),
            "b": (MarkState.IN_STYLE, 0.5),
            "c": (MarkState.MARKED, 9.0),
            "d": (MarkState.REPAIRING, 50.0),
            "e": (MarkState.MARKED, None),
        },
    )
    styles = served(library, Agreeing())
    found = await styles.review(ReviewQuery())
    assert [(each.key, each.rank, each.of) for each in found.pictures] == [
        ("c", 2, 4),
        ("a", 3, 4),
        ("e", 0, 0),
    ]
    assert found.pictures[0].why == THIN
    assert found.pictures[0].advice.startswith("pressrun keep c, or pressrun reject c")
    report = await styles.report(StyleQuery())
    assert [each.key for each in report.worst] == ["d", "c", "a", "e"]
    assert [each.text for each in report.counts] == [
        "1 in style",
        "3 stand out",
        "1 being made again",
    ]
    assert (report.chapters[0].pictures, report.chapters[0].outliers) == (1, 1)


@pytest.mark.parametrize("word", ["keep", "approve", "reject", "redo"])
async def test_the_authors_word_ends_the_wait(library: Library, word: str) -> None:
    """Whatever it is: what was decided is not asked again, in no view."""
    await library.made("a fox", "b bear")
    await judge(library, {"a": (MarkState.MARKED, 2.0)})
    store, now, folder = library.book.store, library.book.now, str(library.folder)
    listed = [Listed(f"{folder}.txt", key, 1, Recipe(f"{key} fox")) for key in "ab"]
    await store.do(lists.remember, now, folder, f"{folder}.txt", listed)

    async def told() -> tuple[list[str], int, list[str]]:
        seen = await store.do(review.attention, 1, folder)
        sheet = [each.reason for each in await store.do(panels.on_sheet, folder) if each.reason]
        return await reviewed(library), seen.outliers, sheet

    assert await told() == (["a"], 1, [THIN])
    if word == "keep":
        assert await store.do(deciding.keep, now, folder, ["a"]) == ["a"]
    elif word == "approve":
        await store.do(deciding.approve, now, 1, ["a"])
    elif word == "reject":
        reject = partial(deciding.reject, because=Rejected.STYLE)
        assert await store.do(reject, now, folder, ["a"]) == ["a"]
    else:
        await store.do(deciding.redo, now, folder, ["a"], Wish())
    assert await told() == ([], 0, [])


async def test_a_rejected_picture_is_made_again_if_that_is_wanted(library: Library) -> None:
    """In the same step, so that no death in between leaves one without the other."""
    await library.made("a fox")
    store, folder = library.book.store, str(library.folder)
    reject = partial(deciding.replace, because=Rejected.FAULT)
    batches, rejected = await store.do(reject, 1.0, folder, ["a"])
    assert rejected == ["a"]
    assert (await library.book.claimed()).batch == batches[0]
    (take,) = await store.do(panels.pictures, folder, "a")
    assert take.rejected == Rejected.FAULT
    with pytest.raises(NotFoundError, match="a: busy"):
        await store.do(reject, 2.0, folder, ["a"])


async def test_a_picture_that_is_held_names_what_waits_for_it(library: Library) -> None:
    """The author sees first what most depends on."""
    store, folder = library.book.store, str(library.folder)
    before = {"b": "a", "c": "a"}
    batch = await library.book.start("a fox", "b bear", "c cat", library=folder, before=before)
    await library.book.set(batches_table, batch, outliers=Outliers.HOLD)
    await library.make()
    await judge(library, {"a": (MarkState.HELD, 2.0)})
    assert await library.book.states() == {
        "a": JobState.DONE,
        "b": JobState.HELD,
        "c": JobState.HELD,
    }
    seen = await store.do(review.attention, batch, folder)
    assert (seen.outliers, seen.held, seen.drifting) == (1, 2, 0)
    assert seen.first is not None
    assert (seen.first.name, seen.first.panels, seen.first.drift) == ("a", 2, None)
    assert not seen.compares
    styles = served(library, Agreeing())
    (found,) = (await styles.review(ReviewQuery(batch=batch))).pictures
    assert (found.held, found.state) == (2, MarkState.HELD)


async def test_a_picture_that_others_wait_to_see_approved_is_reviewed_last(
    library: Library,
) -> None:
    """It needs the author's word as well, though nothing is wrong with it."""
    folder = str(library.folder)
    await library.book.start("a fox", "b bear", "c cat", library=folder, after={"c": "a"})
    await library.make()
    await library.make()
    await judge(library, {"a": (MarkState.IN_STYLE, 0.0), "b": (MarkState.MARKED, 2.0)})
    styles = served(library, Agreeing())
    found = await styles.review(ReviewQuery())
    assert [each.key for each in found.pictures] == ["b", "a"]
    assert found.pictures[1].advice == "pressrun approve a, or pressrun redo a"


async def test_a_drift_is_told_and_settled(library: Library) -> None:
    """What it held is made then."""
    store, folder = library.book.store, str(library.folder)
    batch = await library.start("ch1/a fox", "ch1/b bear", "ch2/c cat")
    await library.make()
    noticed = Drift(DriftKind.SCENE, "ch1", "ch1/a", "the last 3 pictures", holds=True)
    await store.do(lambda connection: drifts.notice(connection, 5.0, batch, noticed))
    styles = served(library, Agreeing())
    (drift,) = (await styles.report(StyleQuery())).drifts
    assert (drift.about, drift.since, drift.held) == ("Chapter ch1", "ch1/a", 1)
    assert drift.advice.endswith(f"pressrun settle {drift.number}")
    seen = await store.do(review.attention, batch, folder)
    assert (seen.drifting, seen.first and seen.first.drift) == (1, drift.number)
    none = await styles.settle(DriftSettle(drifts=[drift.number + 7]))
    assert (none.drifts, none.let_go) == (0, 0)
    settled = await styles.settle(DriftSettle())
    assert (settled.drifts, settled.let_go) == (1, 1)
    assert (await library.book.states())["ch1/b"] == JobState.WAITING
    assert (await styles.report(StyleQuery())).drifts == []


async def test_the_budget_that_is_told_is_the_one_that_is_spent(library: Library) -> None:
    """The author raises it by what is said of it."""
    batch = await library.start(*(f"p{number} fox" for number in range(40)))
    redo = {"outliers": Outliers.REDO, "repair_share": 0.05}
    await library.book.set(batches_table, batch, **redo)
    told = await library.book.store.do(review.rule, batch, None)
    assert (told.budget, told.used, told.left) == (2, 0, 2)
    await library.book.set(jobs_table, 1, repair=1)
    await library.book.set(jobs_table, 2, repair=2)
    told = await library.book.store.do(review.rule, None, f"{library.folder}.txt")
    assert (told.batch, told.used, told.left) == (batch, 2, 0)


async def test_approved_pictures_that_disagree_are_named_first(library: Library) -> None:
    """One that was approved by mistake spoils every mark."""
    keys = [f"p{number}" for number in range(6)]
    made = await library.made(*(f"{key} fox" for key in keys))
    assert len(made) == len(keys)
    await judge(library, dict.fromkeys(keys, (MarkState.IN_STYLE, 0.0)))
    await library.book.store.do(deciding.approve, 5.0, 1, keys)
    styles = served(library, Agreeing(odd=3))
    report = await styles.report(StyleQuery())
    assert [each.odd for each in report.approved] == [True, *[False] * 5]
    odd = report.approved[0].key
    assert report.agreement.startswith(f"{odd} ({THIN}) does not look like the others")
    assert report.agreement.endswith(f"pressrun reject {odd} --because style")
    assert (
        report.basis == "Pictures are compared with the 6 pictures that you approved; 8 are better"
    )


async def test_a_machine_that_measures_nothing_says_so(library: Library) -> None:
    """A report is given all the same."""
    await library.made("a fox")
    styles = served(library, Agreeing(fault="numpy is missing"))
    report = await styles.report(StyleQuery())
    assert (report.version, report.fault) == (None, "numpy is missing")
    assert [each.text for each in report.counts] == ["1 not measured yet"]


async def test_what_was_never_made_is_told_so(library: Library) -> None:
    """With what to do."""
    await library.made("a fox")
    styles = served(library, Agreeing())
    with pytest.raises(NotFoundError, match=r"no pictures of /other/book.toml were made yet"):
        await styles.report(StyleQuery(source="/other/book.toml"))
    with pytest.raises(NotFoundError, match="there is no batch 99"):
        await styles.review(ReviewQuery(batch=99))


async def test_a_spent_budget_is_told_where_pictures_stand_out(library: Library) -> None:
    """Otherwise an author waits for repairs that nobody orders."""
    folder = str(library.folder)
    batch = await library.book.start("a fox", "b bear", "c cat", library=folder)
    await library.make()
    await library.book.set(batches_table, batch, outliers=Outliers.REDO, repair_share=0.4)

    async def is_spent() -> bool:
        seen = await library.book.store.do(review.attention, batch, folder)
        return seen.spent

    assert not await is_spent()
    await judge(library, {"a": (MarkState.MARKED, 2.0)})
    assert not await is_spent()
    await library.book.set(jobs_table, 2, repair=1)
    assert await is_spent()
    await library.book.set(batches_table, batch, outliers=Outliers.MARK)
    assert not await is_spent()
