"""The simulator's audit: it calls each wrong by its name, and forgives nothing by mistake."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Connection

from helpers.ledgers import failed, made, sent
from helpers.stores import Book
from pressrun.simulator.audit import Audit, audit
from pressrun.simulator.ledger import Entry
from pressrun.states import Step
from pressrun.store import doubts, endings
from pressrun.store.attempts import Attempt
from pressrun.store.endings import Filed

PROMPT = "p1 a ferry"


async def judged(
    book: Book,
    ledger: Sequence[Entry],
    sent_by: Mapping[str, Sequence[str]],
    library: Path = Path("/nowhere"),
) -> Audit:
    """Hold a store against a ledger."""

    def hold(connection: Connection) -> Audit:
        return audit(connection, list(ledger), library, sent_by)

    return await book.store.do(hold)


async def tried_twice(book: Book) -> tuple[Attempt, Attempt]:
    """A job whose first attempt the site failed, as the store has it, and which was sent again."""
    await book.start(PROMPT)
    first = await book.at(Step.SUBMITTED)
    await book.store.do(endings.fail, book.now, first, "no", retry_at=book.now)
    return first, await book.at(Step.SUBMITTED)


async def test_a_picture_of_an_open_attempt_is_aside_and_not_lost(book: Book) -> None:
    """Nobody can tell yet, and it may still be fetched."""
    await book.start(PROMPT)
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(doubts.record, book.now, attempt, "nobody can tell", look_at=None)
    found = await judged(book, [sent(1, "t1"), made(2, "t1")], {attempt.name: ["t1"]})
    assert (found.aside, found.lost, found.twice) == (["file of t1 of t1"], [], [])
    assert found.asking == 1


async def test_a_picture_whose_attempt_has_ended_is_lost(book: Book) -> None:
    """Whatever the attempt's reason was: it is not on disk, and nobody will look for it again."""
    await book.start(PROMPT)
    attempt = await book.at(Step.SUBMITTED)
    await book.store.do(endings.fail, book.now, attempt, "words only", retry_at=None)
    found = await judged(book, [sent(1, "t1"), made(2, "t1")], {attempt.name: ["t1"]})
    assert (found.aside, found.lost) == ([], ["file of t1 of t1"])


async def test_an_open_attempt_stands_for_its_own_turn_alone(book: Book) -> None:
    """That a job waits in doubt excuses no picture of an attempt before."""
    first, second = await tried_twice(book)
    await book.store.do(doubts.record, book.now, second, "nobody can tell", look_at=None)
    ledger: list[Entry] = [sent(1, "t1"), made(2, "t1"), sent(3, "t2"), made(4, "t2")]
    found = await judged(book, ledger, {first.name: ["t1"], second.name: ["t2"]})
    assert (found.lost, found.aside) == (["file of t1 of t1"], ["file of t2 of t2"])
    assert len(found.twice) == 1


async def test_a_resend_is_allowed_after_a_failure_that_the_site_had_told(book: Book) -> None:
    """And not before it told: a failure that comes later was no reason."""
    first, second = await tried_twice(book)
    by = {first.name: ["t1"], second.name: ["t2"]}
    in_time = await judged(book, [sent(1, "t1"), failed(2, "t1"), sent(3, "t2")], by)
    assert in_time.twice == []
    too_soon = await judged(book, [sent(1, "t1"), failed(4, "t1"), sent(3, "t2")], by)
    assert len(too_soon.twice) == 1


async def test_a_later_failure_excuses_no_earlier_resend(book: Book) -> None:
    """Three sends and two failures, one of which was told too late."""
    first, second = await tried_twice(book)
    await book.store.do(endings.fail, book.now, second, "no", retry_at=book.now)
    third = await book.at(Step.SUBMITTED)
    by = {first.name: ["t1"], second.name: ["t2"], third.name: ["t3"]}
    ledger: list[Entry] = [
        sent(1, "t1"),
        sent(2, "t2"),
        failed(3, "t1"),
        failed(4, "t2"),
        sent(5, "t3"),
    ]
    found = await judged(book, ledger, by)
    assert len(found.twice) == 1
    assert first.name in found.twice[0]


async def test_a_proof_counts_only_where_nothing_was_sent(book: Book) -> None:
    """The store may believe that it was proved; the hands know better."""
    await book.start(PROMPT)
    first = await book.at(Step.SUBMITTED)
    await book.store.do(endings.unsent, book.now, first, "the history does not show it")
    second = await book.at(Step.SUBMITTED)
    true = await judged(book, [sent(3, "t2")], {second.name: ["t2"]})
    assert true.twice == []
    both = {first.name: ["t1"], second.name: ["t2"]}
    false = await judged(book, [sent(1, "t1"), sent(3, "t2")], both)
    assert len(false.twice) == 1


async def test_what_never_arrived_needs_a_proof_all_the_same(book: Book) -> None:
    """An attempt that was clicked and given up without a word is no reason to send again."""
    first, second = await tried_twice(book)
    assert first.number == 1
    found = await judged(book, [sent(3, "t2")], {second.name: ["t2"]})
    assert len(found.twice) == 1


async def test_the_authors_order_allows_a_resend(book: Book) -> None:
    """Whoever orders it again knows that it may be made twice."""
    await book.start(PROMPT)
    first = await book.at(Step.SUBMITTED)
    await book.store.do(endings.abandon, book.now, first, resend=True)
    second = await book.at(Step.SUBMITTED)
    by = {first.name: ["t1"], second.name: ["t2"]}
    assert (await judged(book, [sent(1, "t1"), sent(2, "t2")], by)).twice == []


async def test_an_attempt_that_was_sent_two_times_is_told(book: Book) -> None:
    """One attempt is one Send, whoever clicks it."""
    await book.start(PROMPT)
    attempt = await book.at(Step.SUBMITTED)
    ledger: list[Entry] = [sent(1, "t1"), failed(2, "t1"), sent(3, "t2")]
    found = await judged(book, ledger, {attempt.name: ["t1", "t2"]})
    assert len(found.twice) == 1


async def filed(book: Book, attempt: Attempt, data: bytes, library: Path) -> str:
    """File bytes as an attempt's picture, and return their SHA-256."""
    name, sha256 = f"{attempt.key}.png", hashlib.sha256(data).hexdigest()
    (library / name).write_bytes(data)
    picture = Filed(sha256, name, len(data), 1, 1, "image/png")
    await book.store.do(
        endings.done, book.now, attempt, "D1", picture, aside=lambda _key, _sha256, path: path
    )
    return sha256


async def test_a_picture_of_other_words_or_of_none_is_misfiled(book: Book, tmp_path: Path) -> None:
    """As is one that was made with a file that nobody asked for."""
    await book.start(PROMPT, "p2 a tram")
    first, second = await book.at(Step.RECEIVED), await book.at(Step.RECEIVED)
    ferry = await filed(book, first, b"a ferry", tmp_path)
    tram = await filed(book, second, b"a tram", tmp_path)
    by = {first.name: ["t1"], second.name: ["t2"]}

    async def misfiled(*pictures: Entry, left: str = "") -> list[str]:
        took = [sent(1, "t1", references=[left] if left else []), sent(1, "t2", "p2 a tram")]
        return (await judged(book, [*took, *pictures], by, tmp_path)).misfiled

    right = made(2, "t2", "p2 a tram", tram)
    assert await misfiled(made(2, "t1", sha256=ferry), right) == []
    assert await misfiled(right) == ["p1 (current)"]
    assert await misfiled(made(2, "t1", sha256=ferry), right, left="0" * 64) == ["p1 (current)"]
    assert await misfiled(made(2, "t2", "p2 a tram", ferry), right) == ["p1 (current)"]
