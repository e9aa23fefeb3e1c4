"""Measures: which picture is due, each once, and as fast with many pictures as with few."""

import pytest
from sqlalchemy import Connection

from helpers import deciding
from helpers.stores import Book
from helpers.styled import (
    LIBRARY,
    VERSION,
    aside,
    begin,
    conclude,
    make,
    measure,
    measured,
    reference,
    sha,
)
from pressrun.picture.measure import Blemish
from pressrun.states import MarkState, Outliers, PictureState
from pressrun.store import adoption, measures, record
from pressrun.store.adoption import Stray
from pressrun.store.measures import Due, PictureHash


async def due(book: Book, *passed: int, version: str = VERSION) -> str | None:
    """Return which picture is due: its number, and `+` if it is measured."""
    found = await book.store.do(
        measures.next_due, version, passed=[sha(number) for number in passed]
    )
    return None if found is None else f"{int(found.sha256, 16)}{'+' * found.is_measured}"


async def test_the_newest_picture_is_due_first(book: Book) -> None:
    """What came in last is what a running batch waits for; each is due until it has a mark."""
    await begin(book, "a", "b")
    images = [(await make(book, number))[1] for number in (1, 2)]
    assert await due(book) == "2"
    assert await due(book, 2) == "1"
    await measured(book, 2)
    assert await due(book) == "2+"
    await conclude(book, images[1], 2)
    assert await due(book) == "1"
    await measured(book, 1)
    await conclude(book, images[0], 1)
    assert await due(book) is None


async def test_what_others_are_compared_with_is_due_before_them(book: Book) -> None:
    """First the approved, then the references of the style, then all others."""
    await begin(book, "a", "b", "c", references=[reference(1)])
    images = [(await make(book, number))[1] for number in (1, 2, 3)]
    await book.store.do(deciding.approve, book.now, None, ["a"])
    assert await due(book) == "1"
    await measured(book, 1)
    await conclude(book, images[0], 1)
    assert await book.store.do(measures.next_due, VERSION) == Due(
        reference(1).sha256, LIBRARY, None, None, is_measured=False
    )
    await measured(book, 9_001)
    assert await due(book) == "3"


async def test_another_version_measures_anew(book: Book) -> None:
    """What was marked by another version is due again, after all that was never marked."""
    await begin(book, "a", "b")
    images = [(await make(book, number))[1] for number in (1, 2)]
    await measured(book, 2)
    await conclude(book, images[1], 2)
    for version in ("0", "1+lite0"):
        assert await due(book, version=version) == "1"
        assert await due(book, 1, version=version) == "2"
    assert await book.store.do(measures.backlog, "1+lite0") == 2
    assert await book.store.do(measures.backlog, VERSION) == 1


async def test_the_same_bytes_are_measured_once(book: Book) -> None:
    """What is on record stays, so that no picture is measured twice differently."""
    await book.store.do(measures.add, 1.0, sha(1), measure(1))
    await book.store.do(measures.add, 2.0, sha(1), measure(2))
    await book.store.do(measures.add_failure, 3.0, sha(1), VERSION, "it is torn")
    await book.store.do(measures.add, 4.0, sha(1), measure(3, "2"))
    assert await book.store.do(measures.of, sha(1), VERSION) == measure(1)
    assert await book.store.do(measures.of, sha(1), "2") == measure(3, "2")
    assert await book.store.do(measures.several, [sha(1), sha(2)], VERSION) == {sha(1): measure(1)}


async def test_a_picture_that_cannot_be_measured_says_why(book: Book) -> None:
    """It is not tried again by this version, and gets its mark."""
    await begin(book, "a")
    await make(book, 1)
    await book.store.do(measures.add_failure, 3.0, sha(1), VERSION, "it is torn")
    assert await due(book) == "1+"
    assert await book.store.do(measures.of, sha(1), VERSION) == "it is torn"
    assert await book.store.do(measures.of, sha(2), VERSION) is None


async def test_a_measure_comes_back_as_it_was(book: Book) -> None:
    """Bytes, numbers and blemishes survive the way to the disk."""
    whole = measure(7)
    whole = type(whole)(
        whole.version, bytes(range(256)), (0.1, -3e9, 1e-12), "ff" * 8, tuple(Blemish)
    )
    await book.store.do(measures.add, 1.0, sha(1), whole)
    assert await book.store.do(measures.of, sha(1), VERSION) == whole
    # nor does it pass for damage
    assert await book.store.do(record.integrity) is None


async def test_what_pictures_look_like_is_read_in_pages(book: Book) -> None:
    """By key, each once, those that are measured by this version alone."""
    await begin(book, "a", "b", "c", "d")
    images = [(await make(book, number))[1] for number in (1, 2, 3, 4)]
    await measured(book, 1, 2, 4)
    await measured(book, 3, version="2")
    first = await book.store.do(measures.looks, LIBRARY, VERSION, most=2)
    assert first == [
        PictureHash(images[number - 1], key, measure(number).likeness)
        for number, key in ((1, "a"), (2, "b"))
    ]
    rest = await book.store.do(measures.looks, LIBRARY, VERSION, after="b", most=2)
    assert [each.key for each in rest] == ["d"]


async def test_where_nothing_can_be_measured_only_what_waits_is_marked(book: Book) -> None:
    """A batch that marks outliers waits for no mark; one that makes them again does."""
    await begin(book, "a", outliers=Outliers.MARK, source="/one.txt")
    await make(book, 1)
    assert await book.store.do(measures.next_unmarked) is None
    await begin(book, "b", source="/other.txt")
    _, image = await make(book, 2)
    found = await book.store.do(measures.next_unmarked)
    assert found is not None
    assert found.image == image
    await conclude(book, image, 2, MarkState.UNMEASURED)
    assert await book.store.do(measures.next_unmarked) is None


async def test_an_adopted_picture_is_measured_by_its_bytes(book: Book) -> None:
    """Its sidecar tells no measure, and none is needed: the same bytes have the same."""
    await begin(book, "a")
    _, image = await make(book, 1)
    await measured(book, 1)
    await conclude(book, image, 1)
    [found] = await book.store.do(record.of_images, [image])
    await book.store.do(adoption.lose, book.now, found, "its file is gone")
    assert await due(book) is None
    stray = Stray(LIBRARY, PictureState.CURRENT, "a.png", found.record)
    assert await book.store.do(adoption.adopt, book.now, stray, aside=aside, restored=False)
    assert await due(book) == "1+"


@pytest.mark.parametrize("asked", ["_APPROVED_DUE", "_NEWEST_DUE"])
async def test_what_is_due_is_found_along_an_index(book: Book, asked: str) -> None:
    """A hundred thousand pictures with marks cost nothing: no table is read through or sorted."""

    def plan(connection: Connection) -> str:
        told = []
        for query in getattr(measures, asked):
            sql = str(query.compile(connection))
            known = {"version": VERSION, "most": 1}
            names = query.compile(connection).positiontup or []
            rows = connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {sql}", tuple(known.get(name, 1) for name in names)
            )
            told += [row.detail for row in rows]
        return "\n".join(told)

    found = await book.store.do(plan)
    assert found.count("ix_images_marked_by") == 3
    assert "SCAN" not in found
    assert "TEMP B-TREE" not in found
