"""Choosing among takes, and moving aside what no list names: files and record change together."""

from pathlib import Path

import pytest

from helpers import deciding
from helpers.deciding import Desk, Wish, order
from helpers.libraries import Library
from helpers.stores import Book
from pressrun import failpoint
from pressrun.errors import BadInputError, NotFoundError
from pressrun.library.shelf import sha256_of
from pressrun.picture.recipe import Recipe
from pressrun.protocol.messages.batch import TidyOrder
from pressrun.protocol.messages.decision import Decided
from pressrun.states import AuthorAct, PictureState
from pressrun.store import lists, panels
from pressrun.store.lists import Listed


class Death(BaseException):
    """The process ends here."""


class Dying:
    """Ends the process at a failpoint."""

    def __init__(self, name: str) -> None:
        self._name = name

    def passed(self, name: str) -> None:
        """Die if it is that one."""
        if name == self._name:
            raise Death


class Author:
    """Somebody with a library of two panels, of which one has two takes."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.desk = Desk(library)
        self.takes, self.shown = self.desk.takes, self.desk.shown

    async def choose(self, key: str, number: int) -> Decided:
        """Choose a take."""
        return await self.desk.decisions.decide(order(AuthorAct.CHOOSE, [key], take=number))

    async def pictures(self, key: str = "a") -> list[tuple[int, PictureState, str]]:
        """Return the takes on record; each must be where it is said to be."""
        found = await self.library.book.store.do(panels.pictures, str(self.library.folder), key)
        for each in found:
            assert sha256_of(self.library.folder / each.path) == each.sha256
        return [(each.number, each.place, each.sha256) for each in found]

    async def current(self, key: str = "a") -> str:
        """Return the bytes that the panel's own file has."""
        (current,) = [each for each in await self.pictures(key) if each[1] == PictureState.CURRENT]
        assert sha256_of(next(self.library.folder.glob(f"{key}.png"))) == current[2]
        return current[2]

    async def lists(self, *keys: str) -> None:
        """Say what the list names, in words of their own."""
        source = f"{self.library.folder}.txt"
        wanted = [
            Listed(source, key, line, Recipe(f"{key} changed"))
            for line, key in enumerate(keys, start=1)
        ]
        await self.library.book.store.do(
            lists.remember, self.library.book.now, str(self.library.folder), source, wanted
        )


@pytest.fixture
async def author(book: Book, tmp_path: Path) -> Author:
    """An author whose panel `a` was made twice."""
    library = Library(book, tmp_path / "pictures")
    await library.made("a fox", "b bear")
    await book.store.do(deciding.redo, book.now, str(library.folder), ["a"], Wish())
    await library.make()
    return Author(library)


async def test_another_take_becomes_the_panels_picture_and_back(author: Author) -> None:
    """Both stay, each keeps its number, and the sheet is written again."""
    first, second = [sha256 for _, _, sha256 in await author.pictures()]
    assert await author.current() == second
    for number, sha256 in ((1, first), (2, second), (1, first)):
        chosen = await author.choose("a", number)
        assert chosen.decision
        assert await author.current() == sha256
        assert [each[2] for each in await author.pictures()] == [first, second]
    assert author.shown == [str(author.library.folder)] * 3
    assert await author.library.verify() == []


async def test_the_take_that_is_there_already_changes_nothing(author: Author) -> None:
    """Not even its date."""
    before = await author.pictures()
    chosen = await author.choose("a", 2)
    assert chosen.decision is None
    assert await author.pictures() == before


async def test_a_chosen_take_counts_as_made_for_what_the_list_asks_for(author: Author) -> None:
    """Whatever it was made from: the author has looked at it."""
    await author.lists("a", "b")
    store, library = author.library.book.store, str(author.library.folder)
    await author.choose("a", 1)
    states = {each.key: each.state.value for each in await store.do(panels.of, library)}
    assert states == {"a": "made", "b": "stale"}


@pytest.mark.parametrize(
    ("key", "number", "said"),
    [("a", 3, "a has no take 3, only 1, 2"), ("nobody", 1, "no panel and no chapter 'nobody'")],
)
async def test_a_take_that_is_not_there_is_named(
    author: Author, key: str, number: int, said: str
) -> None:
    """With those that are."""
    with pytest.raises(NotFoundError, match=said):
        await author.choose(key, number)


async def test_a_take_whose_file_is_gone_or_damaged_moves_nothing(author: Author) -> None:
    """The picture that is there stays."""
    second = await author.current()
    (other,) = author.library.folder.glob(".pressrun/alternatives/a/*.png")
    whole = other.read_bytes()
    for content in (whole[:200], None):
        other.write_bytes(content) if content else other.unlink()
        with pytest.raises(BadInputError, match="cannot be moved"):
            await author.choose("a", 1)
        assert sha256_of(author.library.folder / "a.png") == second


@pytest.mark.parametrize(
    "point", ["moves.choose.set_aside", "moves.carry.described", "moves.carry.moved"]
)
async def test_a_death_while_choosing_loses_nothing_and_choosing_again_ends_it(
    author: Author, point: str
) -> None:
    """Whichever step it comes after."""
    first, second = [sha256 for _, _, sha256 in await author.pictures()]
    with failpoint.armed(Dying(point)), pytest.raises(Death):
        await author.choose("a", 1)
    files = {sha256_of(path) for path in author.library.folder.rglob("*.png")}
    assert {first, second} <= files
    await author.choose("a", 1)
    assert await author.current() == first
    assert [each[2] for each in await author.pictures()] == [first, second]
    assert await author.library.verify() == []


async def test_what_no_list_names_is_counted_and_moved_only_at_the_authors_word(
    author: Author,
) -> None:
    """It becomes an alternative that can be chosen again."""
    await author.lists("a")
    told = await author.takes.tidy(TidyOrder())
    assert (told.pictures, told.examples, told.moved) == (1, ["b"], False)
    assert (author.library.folder / "b.png").is_file()
    told = await author.takes.tidy(TidyOrder(sure=True))
    assert (told.pictures, told.moved) == (1, True)
    assert not (author.library.folder / "b.png").exists()
    ((_, place, _),) = await author.pictures("b")
    assert place == PictureState.ALTERNATIVE
    assert await author.library.verify() == []
    assert (await author.takes.tidy(TidyOrder(sure=True))).pictures == 0
    await author.choose("b", 1)
    assert (author.library.folder / "b.png").is_file()


async def test_nothing_is_moved_while_it_is_not_known_what_a_list_names(author: Author) -> None:
    """Of an older version, or of a list that was never run again."""
    author.library.folder.with_name("pictures.txt").touch()
    with pytest.raises(BadInputError, match=r"what that list names is not on record"):
        await author.takes.tidy(TidyOrder(sure=True))
    assert (author.library.folder / "b.png").is_file()
