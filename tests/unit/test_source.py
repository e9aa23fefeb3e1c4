"""Whatever way a path is typed or pasted, the same list or book is meant."""

from pathlib import Path

import pytest

from pressrun.errors import BadInputError
from pressrun.protocol.messages.batch import BatchStart
from pressrun.server.source import meant


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with a book and a list, whose names have a blank in them."""
    monkeypatch.setenv("HOME", str(tmp_path))
    book = tmp_path / "my book"
    book.mkdir()
    (book / "book.toml").write_text("", encoding="utf-8")
    (tmp_path / "a list.txt").write_text("A fox", encoding="utf-8")
    return tmp_path


def of(source: str) -> str:
    """Return the path that is meant."""
    return meant(BatchStart(source=source)).source


@pytest.mark.parametrize(
    "form",
    ["{}", "  {}\n", "'{}'", '"{}"', "{}/", "{}/book.toml", "file://{}", "{}/../my book", "{}/."],
)
def test_a_book_is_meant_by_its_folder_or_its_file(folder: Path, form: str) -> None:
    """With quotes, as an address, with a slash at its end."""
    assert of(form.format(folder / "my book")) == str(folder / "my book" / "book.toml")


def test_an_address_with_escapes_is_the_same_path(folder: Path) -> None:
    """As a file manager copies it."""
    address = (folder / "my book").as_uri()
    assert "%20" in address
    assert of(address) == str(folder / "my book" / "book.toml")


def test_a_link_to_a_book_is_that_book(folder: Path) -> None:
    """One book has one name, however it was reached, so that its library is found again."""
    (folder / "link").symlink_to("my book")
    assert of(str(folder / "link")) == of("~/my book") == str(folder / "my book" / "book.toml")


def test_a_list_is_meant_by_its_file(folder: Path) -> None:
    """Also one that is not there yet: whoever reads it says so."""
    assert of("~/a list.txt") == str(folder / "a list.txt")
    assert of(str(folder / "none.txt")) == str(folder / "none.txt")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("", "name a prompt list"),
        (" '' ", "name a prompt list"),
        ("/a\0b", "name a prompt list"),
        ("my-book", "not a whole path"),
        ("../x", "not a whole path"),
        ("~", "has no book.toml"),
        ("file:", "name a prompt list"),
        ("~nobody-of-that-name/x", "home directory"),
        ("/" + "x" * 1_000, "File name too long"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_is_no_path_of_a_list_or_a_book_is_refused(source: str, why: str) -> None:
    """With what to do instead; nothing is started."""
    with pytest.raises(BadInputError, match=why):
        of(source)


def test_two_links_in_a_circle_are_refused(folder: Path) -> None:
    """And no error of ours."""
    (folder / "one").symlink_to("two")
    (folder / "two").symlink_to("one")
    with pytest.raises(BadInputError):
        of(str(folder / "one"))
