"""Which library an author means who names a book, a list or a folder."""

from pathlib import Path

import pytest

from pressrun.cli.studio_cmd import named
from pressrun.protocol.messages.gallery import KnownLibrary


def library(at: str, source: str, *, is_book: bool = False) -> KnownLibrary:
    """Return a library that the host knows."""
    return KnownLibrary(
        library=at,
        source=source,
        title="",
        is_book=is_book,
        is_there=True,
        panels=1,
        pictures=1,
        used_at=0,
    )


NEWER = library("/out", "/lists/a.jsonl")
BOOK = library("/book/pictures", "/book/book.toml", is_book=True)
OLDER = library("/old", "/lists/a.jsonl")
ALL = [NEWER, BOOK, OLDER]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/lists/a.jsonl", NEWER),
        ("/old", OLDER),
        ("/book", BOOK),
        ("/book/book.toml", BOOK),
        ("/book/pictures/../pictures", BOOK),
        ("/lists", None),
        ("/", None),
    ],
)
def test_a_book_a_list_and_a_folder_name_their_library(
    path: str, found: KnownLibrary | None
) -> None:
    """Of several the one that was used last; the folder of a list names nothing."""
    assert named(ALL, Path(path)) is found


def test_without_a_name_it_is_the_one_used_last() -> None:
    """Where there is any."""
    assert named(ALL, None) is NEWER
    assert named([], None) is None


def test_a_link_to_a_book_names_it(tmp_path: Path) -> None:
    """As it does for `run`."""
    folder = tmp_path / "book"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    book = library(str(folder / "p"), str(folder / "book.toml"), is_book=True)
    assert named([book], tmp_path / "link") is book
