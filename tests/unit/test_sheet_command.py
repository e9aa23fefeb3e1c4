"""Whose sheet an author means."""

from pathlib import Path

import pytest

from helpers import books
from pressrun.book.model import Book
from pressrun.book.read import read
from pressrun.cli.sheet_cmd import key_of
from pressrun.errors import BadInputError


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A book in which a place and a figure have one name."""
    folder = books.write(tmp_path_factory.mktemp("book"), chapters=1, pages=1, panels=5)
    cast: Path = folder / "cast" / "all.toml"
    text = cast.read_text("utf-8").replace("[jon]", '[jon]\naliases = ["the keeper", "the light"]')
    cast.write_text(f'{text}\n[places.light]\nname = "The light"\nwords = "a tower"\n', "utf-8")
    return read(folder)


@pytest.mark.parametrize(
    ("name", "look", "key"),
    [
        ("mara", None, "cast/mara"),
        ("Mara", "Storm  Coat", "cast/mara/storm-coat"),
        ("The Keeper", None, "cast/jon"),
        ("cast/jon", None, "cast/jon"),
        ("quay", "night", "places/quay/night"),
        ("places/light", None, "places/light"),
    ],
)
def test_a_sheet_is_meant_by_id_name_alias_or_key(
    book: Book, name: str, look: str | None, key: str
) -> None:
    """In any case, with any blanks."""
    assert key_of(book, name, look) == key


@pytest.mark.parametrize(
    ("name", "look", "told"),
    [
        ("mora", None, "is called 'mora'; did you mean 'mara'"),
        ("mara", "storm cloak", "no variant 'storm cloak'; did you mean 'storm coat'"),
        ("jon", "young", "Jon has no variants; leave out --look"),
        ("the light", None, "two things .* name it as cast/jon or places/light"),
    ],
)
def test_who_means_nobody_is_told_the_nearest(
    book: Book, name: str, look: str | None, told: str
) -> None:
    """Nothing is started for a guess."""
    with pytest.raises(BadInputError, match=told):
        key_of(book, name, look)
