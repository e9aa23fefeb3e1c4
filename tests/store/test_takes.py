"""Another take: one more prompt for a panel that has a picture, at the author's order alone."""

from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from helpers import deciding
from helpers.deciding import Wish
from helpers.libraries import Library
from helpers.stores import Book
from pressrun.errors import BadInputError, NotFoundError
from pressrun.picture.recipe import Recipe, Reference, words_sha256
from pressrun.picture.recipe import listed as references
from pressrun.states import Ending, JobState, PanelState, PictureState, Remake
from pressrun.store import accounts, batches, endings, lists, panels, standing
from pressrun.store.attempts import Attempt
from pressrun.store.lists import Listed
from pressrun.store.tables import attempts as attempts_table
from pressrun.store.tables import batches as batches_table
from pressrun.store.tables import chats as chats_table
from pressrun.store.tables import images as images_table
from pressrun.store.tables import jobs as jobs_table
from pressrun.store.takes import NotKeptError

RED = "her coat is red"


@pytest.fixture
def library(book: Book, tmp_path: Path) -> Library:
    """An empty library."""
    return Library(book, tmp_path / "pictures")


async def redo(
    library: Library,
    *keys: str,
    able: Collection[int] = (),
    kept: Collection[str] = (),
    **wish: Any,  # noqa: ANN401 - the parts of a wish
) -> tuple[list[int], list[str]]:
    """Order one more take of panels."""
    book, folder = library.book, str(library.folder)
    order = partial(deciding.redo, able=able, kept=kept)
    return await book.store.do(order, book.now, folder, keys, Wish(**wish))


async def correct(library: Library, *keys: str, **more: Any) -> tuple[list[int], list[str]]:  # noqa: ANN401
    """Order a correction in the chat."""
    return await redo(library, *keys, note=RED, remake=Remake.CHAT, **more)


async def in_chats(library: Library, made: Sequence[Attempt], *names: str | None) -> None:
    """Say in which chats pictures were made."""
    for attempt, name in zip(made, names, strict=True):
        await library.book.set(attempts_table, attempt.id, conversation=name)


async def ordered(library: Library) -> dict[str, Any]:
    """Return the newest job."""

    def read(connection: Connection) -> dict[str, Any]:
        found = connection.execute(select(jobs_table).order_by(jobs_table.c.id.desc()))
        return dict(found.mappings().first() or {})

    return await library.book.store.do(read)


async def sha256_of(library: Library, attempt: Attempt) -> str:
    """Return the SHA-256 of the picture that an attempt brought."""
    return str((await library.book.attempt(attempt))["sha256"])


async def test_a_made_picture_is_made_once_more_at_the_authors_order(library: Library) -> None:
    """In a batch of its own where the list's has ended, with the words of the picture."""
    await library.made("a fox", "b bear")
    batches_, panels = await redo(library, "a", note="her hand is wrong")
    assert panels == ["a"]
    attempt = await library.book.claimed()
    assert (attempt.batch, attempt.words) == (batches_[0], "a fox")
    assert attempt.batch != 1


async def test_another_take_counts_in_the_batch_that_is_open(library: Library) -> None:
    """A list of two panels stays one of two."""
    await library.start("a fox", "b bear")
    await library.make()
    (batch,), _ = await redo(library, "a")
    (numbers,) = await library.book.store.do(batches.numbers)
    assert numbers.id == batch
    assert {state: count for state, count in numbers.jobs.items() if count} == {JobState.WAITING: 2}


async def test_what_has_no_picture_or_is_being_made_is_told(library: Library) -> None:
    """Nothing is ordered then, not even the panels that could be."""
    await library.start("a fox", "b bear")
    await library.make()
    with pytest.raises(NotFoundError, match="b has no picture"):
        await redo(library, "a", "b")
    await redo(library, "a")
    with pytest.raises(NotFoundError, match="a: busy"):
        await redo(library, "a")
    assert await library.book.states() == {"a": JobState.WAITING, "b": JobState.WAITING}


async def keep(library: Library, *keys: str, **words: str) -> list[str]:
    """Have a list ask for these words, and accept the pictures of panels for them."""
    wanted = [Listed("/book.txt", key, 1, Recipe(each)) for key, each in words.items()]
    folder = str(library.folder)
    await library.book.store.do(lists.remember, library.book.now, folder, "/book.txt", wanted)
    return await library.book.store.do(deciding.keep, library.book.now, folder, keys)


async def test_a_picture_that_the_author_accepts_stands_for_the_changed_words(
    library: Library,
) -> None:
    """And for those alone: a panel whose words change once more is looked at anew."""
    await library.made("ch1/a fox", "ch1/b bear", "c cat")
    assert await keep(library, "ch1", **{"ch1/a": "a wolf", "ch1/b": "ch1/b bear"}) == ["ch1/a"]
    known = await library.book.store.do(standing.standing, str(library.folder))
    assert known["ch1/a"].kept_for == words_sha256("a wolf")
    assert known["ch1/b"].kept_for is None


async def test_a_picture_that_the_author_accepts_stands_for_another_format(
    library: Library,
) -> None:
    """As for other words; and another take is ordered with the format of the list."""
    await library.made("a fox")
    folder = str(library.folder)
    wanted = Listed(f"{folder}.txt", "a", 1, Recipe("a fox", format="3:4"))
    await library.book.store.do(lists.remember, 1.0, folder, wanted.source, [wanted])
    assert await library.book.store.do(lists.of, folder) == [wanted]
    assert await library.book.store.do(deciding.keep, 1.0, folder, ["a"]) == ["a"]
    known = (await library.book.store.do(standing.standing, folder))["a"]
    assert (known.made_from, known.kept_for) == (words_sha256("a fox"), wanted.recipe.origin)
    assert await library.book.store.do(deciding.keep, 1.0, folder, ["a"]) == []
    await redo(library, "a")
    assert (await library.book.claimed()).recipe == wanted.recipe


async def test_what_the_list_does_not_name_cannot_be_accepted_for_it(library: Library) -> None:
    """Nothing is changed then."""
    await library.made("a fox", "b bear")
    with pytest.raises(NotFoundError, match="b: unlisted"):
        await keep(library, "a", "b", a="a wolf")
    known = await library.book.store.do(standing.standing, str(library.folder))
    assert known["a"].kept_for is None


async def test_a_correction_goes_to_the_chat_of_its_picture(library: Library) -> None:
    """With the words and references of the picture, whatever its list asks for by now."""
    made = await library.made("a fox")
    await in_chats(library, made, "c1")
    wanted = [Listed(f"{library.folder}.txt", "a", 1, Recipe("a wolf"))]
    folder, now = str(library.folder), library.book.now
    await library.book.store.do(lists.remember, now, folder, f"{library.folder}.txt", wanted)
    await correct(library, "a")
    job = await ordered(library)
    assert (job["prompt"], job["says"], job["note"]) == ("a fox", RED, RED)
    assert (job["in_chat"], job["in_account"]) == ("c1", library.book.account)
    assert job["made_from"] == await sha256_of(library, made[0])
    assert job["shows"] is None
    assert (await library.book.told())[-1] == "job.redone"


async def test_a_note_below_the_words_goes_to_a_fresh_chat(library: Library) -> None:
    """With the words that the list asks for, and no picture to start from."""
    made = await library.made("a fox")
    await in_chats(library, made, "c1")
    await redo(library, "a", note=RED, remake=Remake.WORDS)
    job = await ordered(library)
    assert job["says"] == f"a fox\n\n{RED}"
    assert (job["in_chat"], job["in_account"], job["made_from"]) == (None, None, None)


async def test_words_and_note_that_are_too_long_together_are_refused(library: Library) -> None:
    """Nothing is ordered."""
    await library.made(f"a {'very ' * 6_000}fox")
    with pytest.raises(BadInputError, match="33,00"):
        await redo(library, "a", note="x" * 3_000, remake=Remake.WORDS)
    assert await library.book.states() == {"a": JobState.DONE}


async def test_a_note_for_oneself_is_not_sent(library: Library) -> None:
    """It is on record alone."""
    made = await library.made("a fox")
    await in_chats(library, made, "c1")
    await redo(library, "a", note=RED)
    job = await ordered(library)
    assert (job["note"], job["says"], job["in_chat"]) == (RED, None, None)


async def two_in_a_chat(library: Library) -> list[Attempt]:
    """Have two panels made one after the other in one chat."""
    made = await library.made("a fox", "b bear")
    for number, attempt in enumerate(made):
        await library.book.set(attempts_table, attempt.id, submitting_at=10.0 + number)
    await in_chats(library, made, "c1", "c1")
    return made


async def test_a_picture_that_is_not_the_newest_of_its_chat_goes_with_the_note(
    library: Library,
) -> None:
    """It is kept as a reference copy first; one that is the newest needs none."""
    made = await two_in_a_chat(library)
    before = await library.book.everything()
    with pytest.raises(NotKeptError) as missing:
        await correct(library, "a")
    assert await library.book.everything() == before
    sha256 = await sha256_of(library, made[0])
    assert missing.value.pictures == {"a.png": Reference("a.png", "image/png", sha256)}
    await correct(library, "a", kept=[sha256])
    job = await ordered(library)
    assert job["shows"] == references([Reference("a.png", "image/png", sha256)])


async def test_of_several_corrections_in_one_chat_each_goes_with_its_picture(
    library: Library,
) -> None:
    """The one ordered first, too: it may be tried again when the others are made."""
    made = await two_in_a_chat(library)
    await correct(library, "b")
    first = await ordered(library)
    assert first["shows"] is None
    kept = [await sha256_of(library, attempt) for attempt in made]
    await correct(library, "a", kept=kept)
    rows = [await ordered(library), await library.book.row(jobs_table, first["id"])]
    for row, sha256 in zip(rows, kept, strict=True):
        assert row["shows"].startswith(sha256)


async def test_what_proved_unsent_leaves_a_picture_the_newest(library: Library) -> None:
    """And so does another account's chat of the same name."""
    made = await library.made("a fox", "b bear", "c cat")
    await in_chats(library, made, "c1", "c1", "c1")
    other = await another_account(library)
    for number, attempt in enumerate(made):
        await library.book.set(attempts_table, attempt.id, submitting_at=10.0 + number)
    await library.book.set(attempts_table, made[1].id, ending=Ending.UNSENT)
    await library.book.set(attempts_table, made[2].id, account_id=other)
    await correct(library, "a")
    assert (await ordered(library))["shows"] is None


async def another_account(library: Library, profile: str = "q") -> int:
    """Add an account."""
    return await library.book.store.do(
        accounts.seen, 1.0, site="chatgpt", profile=profile, mark="n"
    )


async def test_a_kept_chat_is_left_when_a_picture_in_it_is_corrected(library: Library) -> None:
    """No further panel is made in it."""
    made = await library.made("a fox")
    await in_chats(library, made, "c1")
    kept = {
        "account_id": library.book.account,
        "conversation": "c1",
        "batch_id": 1,
        "scene": "",
        "began_at": 1.0,
    }
    await library.book.store.do(
        lambda connection: connection.execute(insert(chats_table).values(**kept))
    )
    await correct(library, "a")
    row = await library.book.row(chats_table, 1)
    assert row["left_because"] == "a picture in it is corrected"


async def test_another_take_can_be_corrected(library: Library) -> None:
    """By its number; one that is not there, or of several panels, is told."""
    made = await library.made("a fox", "b bear")
    await redo(library, "a")
    made.append(await library.make())
    await in_chats(library, made, "c1", "c2", "c3")
    with pytest.raises(NotFoundError, match="a has no take 3, only 1, 2"):
        await correct(library, "a", take=3)
    with pytest.raises(BadInputError, match="is about one panel"):
        await correct(library, "a", "b", take=1)
    await correct(library, "a", take=1)
    job = await ordered(library)
    assert (job["in_chat"], job["made_from"]) == ("c1", await sha256_of(library, made[0]))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ("no chat", "the chat of the picture of a is not on record"),
        ("adopted", "the account that made it is not known here"),
        ("elsewhere", r"was made by account 1 \(browser 1\), and only account 2 \(browser 2\)"),
        ("quarantine", "has the very bytes of another panel's picture"),
    ],
)
async def test_what_cannot_be_corrected_in_its_chat_is_offered_a_fresh_one(
    library: Library, damage: str, says: str
) -> None:
    """Nothing is sent or changed; the command is whole, with the note in it."""
    (attempt,) = await library.made("a fox")
    await in_chats(library, [attempt], None if damage == "no chat" else "c1")
    able: list[int] = []
    if damage == "adopted":
        found = await another_account(library, accounts.FOUND)
        await library.book.set(attempts_table, attempt.id, account_id=found)
    if damage == "elsewhere":
        able = [await another_account(library)]
    take = None
    if damage == "quarantine":
        await redo(library, "a")
        await library.make()
        await in_chats(library, [attempt], "c1")
        await library.book.set(images_table, 1, place=PictureState.QUARANTINE)
        take = 1
    before = await library.book.everything()
    with pytest.raises(BadInputError, match=says) as refused:
        await correct(library, "a", able=able, take=take)
    assert str(refused.value).endswith(f"pressrun redo a --note '{RED}' --in-words")
    assert await library.book.everything() == before


async def test_a_chat_of_an_account_that_is_signed_in_can_be_gone_on_in(library: Library) -> None:
    """Also while nobody is signed in anywhere: the correction waits then."""
    made = await library.made("a fox", "b bear")
    await in_chats(library, made, "c1", "c2")
    await correct(library, "a", able=[library.book.account])
    await correct(library, "b", able=[])
    assert await library.book.states() == {"a": JobState.WAITING, "b": JobState.WAITING}


async def test_a_refused_panel_without_a_picture_is_told_so(library: Library) -> None:
    """It needs other words, and not a correction."""
    await library.start("a fox")
    attempt = await library.book.claimed()
    await library.book.store.do(endings.refuse, library.book.now, attempt, "no")
    with pytest.raises(NotFoundError, match="a was refused by the site, and has no picture"):
        await correct(library, "a")


async def test_a_corrected_picture_stands_for_what_its_take_stood_for(library: Library) -> None:
    """Words that the author accepted the take for do not make the correction stale."""
    made = await library.made("a fox")
    await in_chats(library, made, "c1")
    assert await keep(library, "a", a="a wolf") == ["a"]
    await correct(library, "a")
    opened = (await library.book.store.do(standing.standing, str(library.folder)))["a"].open
    assert opened is not None
    assert opened.origin == words_sha256("a wolf")
    await library.make()
    known = (await library.book.store.do(standing.standing, str(library.folder)))["a"]
    assert known.made_from == words_sha256("a fox")
    assert known.kept_for == words_sha256("a wolf")
    first, second = await library.book.store.do(panels.pictures, str(library.folder), "a")
    assert (first.made_from, first.place) == (None, PictureState.ALTERNATIVE)
    assert (second.made_from, second.note, second.place) == (1, RED, PictureState.CURRENT)
    assert await library.verify() == []


@pytest.mark.parametrize("ending", ["failed", "refused"])
async def test_a_correction_that_comes_to_nothing_leaves_the_panel_made(
    library: Library, ending: str
) -> None:
    """It is told, and says nothing about the words: they are not refused."""
    made = await library.made("a fox")
    await in_chats(library, made, "c1")
    await keep(library, "a", a="a fox")
    await correct(library, "a")
    attempt = await library.book.claimed()
    do, now = library.book.store.do, library.book.now
    if ending == "failed":
        await do(partial(endings.fail, retry_at=None), now, attempt, "the chat is gone")
    else:
        await do(endings.refuse, now, attempt, "it may violate our policies")
    (panel,) = await do(panels.of, str(library.folder))
    assert panel.state == PanelState.MADE
    assert panel.reason.startswith("the correction was not made: ")
    assert panel.uncorrected == panels.Uncorrected(RED, in_chat=True, refused=ending == "refused")
    known = (await do(standing.standing, str(library.folder)))["a"]
    assert (known.refused_from, known.open) == (None, None)
    await redo(library, "a")
    (panel,) = await do(panels.of, str(library.folder))
    assert (panel.state, panel.uncorrected) == (PanelState.WAITING, None)


async def test_a_new_batch_of_a_correction_is_like_the_last(library: Library) -> None:
    """It goes on with as many panels a chat, and in the same project."""
    await library.made("a fox")
    await library.book.set(batches_table, 1, chats=6, project="https://chatgpt.com/g/g-p-1/project")
    (batch,), _ = await redo(library, "a")
    row = await library.book.batch(batch)
    assert (row["chats"], row["project"]) == (6, "https://chatgpt.com/g/g-p-1/project")
