"""The simulator's audit: it calls each wrong by its name, and forgives nothing by mistake."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import Connection, update

from helpers.ledgers import failed, made, sent
from helpers.pictures import placed
from helpers.stores import Book
from pressrun.picture.recipe import Reference, listed, words_sha256
from pressrun.simulator.audit import Audit, audit
from pressrun.simulator.ledger import Entry
from pressrun.states import Destination, JobState, Step
from pressrun.store import doubts, endings
from pressrun.store.attempts import Attempt
from pressrun.store.tables import attempts, images, jobs

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
    name, sha256 = f"{attempt.name}.png", hashlib.sha256(data).hexdigest()
    (library / name).write_bytes(data)
    picture = placed(attempt, sha256, name)
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


NOTE = "her coat is red"


async def corrected(book: Book, library: Path) -> tuple[Attempt, Attempt, str, str]:
    """A picture and its correction, as the store has them; with the SHA-256 of both."""
    await book.start(PROMPT)
    first = await book.at(Step.RECEIVED)
    ferry = await filed(book, first, b"a ferry", library)
    await book.start(PROMPT, source="again")
    second = await book.at(Step.RECEIVED)
    await book.set(jobs, second.job, says=NOTE, made_from=ferry)
    await book.set(attempts, second.id, destination=Destination.OWN, said=NOTE)
    red = await filed(book, second, b"a red ferry", library)
    return first, second, ferry, red


async def test_a_correction_says_its_note_below_the_picture_that_it_corrects(
    book: Book, tmp_path: Path
) -> None:
    """In another chat, in other words, or by another attempt it is misfiled, or sent twice."""
    first, second, ferry, red = await corrected(book, tmp_path)
    by = {first.name: ["t1"], second.name: ["t2"]}

    async def found(
        said: str = NOTE, chat: str = "ours", sent_by: Mapping[str, Sequence[str]] = by
    ) -> tuple[list[str], list[str]]:
        ledger: list[Entry] = [
            sent(1, "t1", chat="ours"),
            made(2, "t1", sha256=ferry),
            sent(3, "t2", said, chat=chat),
            made(4, "t2", said, red),
        ]
        told = await judged(book, ledger, sent_by, tmp_path)
        assert told.lost == []
        return told.misfiled, told.twice

    wrong = ["p1 (current)"]
    assert await found() == ([], [])
    assert await found(chat="elsewhere") == (wrong, [])
    misfiled, twice = await found(said=PROMPT)
    assert (misfiled, len(twice)) == (wrong, 1)
    misfiled, twice = await found(sent_by={first.name: ["t1"]})
    assert (misfiled, len(twice)) == (wrong, 1)
    misfiled, twice = await found(sent_by={first.name: ["t1", "t2"], second.name: []})
    assert (misfiled, len(twice)) == (wrong, 1)


async def test_a_correction_that_is_made_from_another_picture_is_misfiled(
    book: Book, tmp_path: Path
) -> None:
    """That both are pictures of one chat, or of one panel, does not help."""
    first, second, ferry, red = await corrected(book, tmp_path)
    await book.set(jobs, second.job, made_from="0" * 64)
    ledger: list[Entry] = [
        sent(1, "t1", chat="ours"),
        made(2, "t1", sha256=ferry),
        sent(3, "t2", NOTE, chat="ours"),
        made(4, "t2", NOTE, red),
    ]
    by = {first.name: ["t1"], second.name: ["t2"]}
    assert (await judged(book, ledger, by, tmp_path)).misfiled == ["p1 (current)"]


async def test_a_picture_goes_with_the_note_about_it_and_with_nothing_after(
    book: Book, tmp_path: Path
) -> None:
    """What is asked for after an answer in words needs no picture of its own."""
    first, second, ferry, red = await corrected(book, tmp_path)
    shown = listed([Reference("p1.png", "image/png", ferry)])
    by = {first.name: ["t1"], second.name: ["t2"]}

    async def misfiled(said: str, *references: str) -> list[str]:
        await book.set(attempts, second.id, said=said, shows=shown)
        ledger: list[Entry] = [
            sent(1, "t1", chat="ours"),
            made(2, "t1", sha256=ferry),
            sent(3, "t2", said, references=references, chat="ours"),
            made(4, "t2", said, red),
        ]
        return (await judged(book, ledger, by, tmp_path)).misfiled

    assert await misfiled(NOTE, ferry) == []
    assert await misfiled(NOTE) == ["p1 (current)"]
    assert await misfiled(NOTE, "9" * 64) == ["p1 (current)"]
    assert await misfiled("Please draw it now.") == []
    assert await misfiled("Please draw it now.", ferry) == ["p1 (current)"]


async def test_two_panels_with_the_same_words_in_one_chat_are_told_apart(
    book: Book, tmp_path: Path
) -> None:
    """By who sent which turn, since neither words nor chat can tell."""
    await book.start(PROMPT, "p2 a tram")
    first, second = await book.at(Step.RECEIVED), await book.at(Step.RECEIVED)
    one = await filed(book, first, b"a ferry", tmp_path)
    other = await filed(book, second, b"another ferry", tmp_path)
    words = {"prompt": PROMPT, "prompt_sha256": words_sha256(PROMPT)}
    await book.set(jobs, second.job, **words)
    await book.set(attempts, second.id, destination=Destination.KEPT)
    await book.store.do(
        lambda connection: connection.execute(
            update(images).values(prompt_sha256=words["prompt_sha256"])
        )
    )
    ledger: list[Entry] = [
        sent(1, "t1", chat="ours"),
        made(2, "t1", sha256=one),
        sent(3, "t2", chat="ours"),
        made(4, "t2", sha256=other),
    ]
    right = {first.name: ["t1"], second.name: ["t2"]}
    told = await judged(book, ledger, right, tmp_path)
    assert (told.misfiled, told.twice, told.lost) == ([], [], [])
    crossed = {first.name: ["t2"], second.name: ["t1"]}
    told = await judged(book, ledger, crossed, tmp_path)
    assert told.misfiled == ["p1 (current)", "p2 (current)"]


async def test_what_no_attempt_sent_is_told(book: Book) -> None:
    """Though its words are those of a panel, which was sent none."""
    await book.start(PROMPT)
    found = await judged(book, [sent(1, "t1")], {})
    assert found.twice == [f"sent by no attempt: {PROMPT}"]


async def test_a_question_after_an_answer_in_words_is_no_second_send(book: Book) -> None:
    """The site had answered with words; what is asked then is asked once."""
    first, second = await tried_twice(book)
    follow_up = "Please draw it now."
    await book.set(attempts, second.id, destination=Destination.OWN, said=follow_up)
    ledger: list[Entry] = [
        sent(1, "t1", chat="ours"),
        failed(2, "t1"),
        sent(3, "t2", follow_up, chat="ours"),
    ]
    by = {first.name: ["t1"], second.name: ["t2"]}
    assert (await judged(book, ledger, by)).twice == []
    ledger.append(sent(4, "t3", follow_up, chat="ours"))
    by = {first.name: ["t1"], second.name: ["t2", "t3"]}
    assert len((await judged(book, ledger, by)).twice) == 1


async def test_a_correction_that_fails_leaves_its_panel_with_a_picture(
    book: Book, tmp_path: Path
) -> None:
    """It is told apart from panels that have none."""
    _, second, _, _ = await corrected(book, tmp_path)
    await book.set(jobs, second.job, state=JobState.FAILED, reason="its chat is gone")
    found = await judged(book, [], {})
    assert (found.uncorrected, found.failed, found.needs_you) == (1, 0, 0)
    assert found.reasons == {"its chat is gone": 1}
    assert found.success_rate == 1.0
