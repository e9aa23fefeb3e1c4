"""Another take: one more prompt for a panel that has a picture, at the author's order alone."""

from pathlib import Path

import pytest

from helpers.libraries import Library
from helpers.stores import Book
from pressrun.errors import NotFoundError
from pressrun.picture.recipe import Recipe, words_sha256
from pressrun.states import JobState
from pressrun.store import batches, lists, standing, takes
from pressrun.store.lists import Listed


@pytest.fixture
def library(book: Book, tmp_path: Path) -> Library:
    """An empty library."""
    return Library(book, tmp_path / "pictures")


async def redo(
    library: Library, *keys: str, note: str | None = None
) -> tuple[list[int], list[str]]:
    """Order one more take of panels."""
    return await library.book.store.do(
        takes.redo, library.book.now, str(library.folder), keys, note
    )


async def test_a_made_picture_is_made_once_more_at_the_authors_order(library: Library) -> None:
    """In a batch of its own where the list's has ended, with the words of the picture."""
    await library.made("a fox", "b bear")
    batches_, panels = await redo(library, "a", note="her hand is wrong")
    assert panels == ["a"]
    attempt = await library.book.claimed()
    assert (attempt.batch, attempt.prompt) == (batches_[0], "a fox")
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
    with pytest.raises(NotFoundError, match="a is being made already"):
        await redo(library, "a")
    assert await library.book.states() == {"a": JobState.WAITING, "b": JobState.WAITING}


async def keep(library: Library, *keys: str, **words: str) -> list[str]:
    """Have a list ask for these words, and accept the pictures of panels for them."""
    wanted = [Listed("/book.txt", key, 1, Recipe(each)) for key, each in words.items()]
    folder = str(library.folder)
    await library.book.store.do(lists.remember, library.book.now, folder, "/book.txt", wanted)
    return await library.book.store.do(takes.keep, library.book.now, folder, keys)


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
    assert await library.book.store.do(takes.keep, 1.0, folder, ["a"]) == ["a"]
    known = (await library.book.store.do(standing.standing, folder))["a"]
    assert (known.made_from, known.kept_for) == (words_sha256("a fox"), wanted.recipe.origin)
    assert await library.book.store.do(takes.keep, 1.0, folder, ["a"]) == ["a"]
    await redo(library, "a")
    assert (await library.book.claimed()).recipe == wanted.recipe


async def test_what_the_list_does_not_name_cannot_be_accepted_for_it(library: Library) -> None:
    """Nothing is changed then."""
    await library.made("a fox", "b bear")
    with pytest.raises(NotFoundError, match="a picture named b"):
        await keep(library, "a", "b", a="a wolf")
    known = await library.book.store.do(standing.standing, str(library.folder))
    assert known["a"].kept_for is None
