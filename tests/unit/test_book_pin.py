"""An approved sheet becomes a picture of the book, and its cast file names it; all else stays."""

import shutil
from pathlib import Path

import pytest

from helpers import authored
from helpers.pictures import encoded
from pressrun import failpoint
from pressrun.book import read
from pressrun.book.pin import pin
from pressrun.errors import BadInputError

CAST = """\
# Everybody.

[mara]  # the heroine
words = "a lean woman of forty"   # always
aliases = [ "the captain" ]
sheet = true # asked for

[mara.variants."storm  coat"]
words = '''in a long
yellow oilskin'''

[places.quay]
words = "granite"
[places.quay.variants.night]
words = "dark"

[jon]
words = "old"
variants.young.words = "a boy"
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book, and the picture of an approved sheet beside it."""
    (tmp_path / "sheet.png").write_bytes(encoded(size=(16, 12), seed=9))
    return authored.write(tmp_path / "book", {"cast/people.toml": CAST})


@pytest.mark.parametrize(
    ("key", "name", "old", "new"),
    [
        ("cast/mara", "mara.png", "sheet = true # asked", 'sheet = "{}" # asked'),
        (
            "cast/mara/storm-coat",
            "mara/storm-coat.png",
            "yellow oilskin'''\n",
            "yellow oilskin'''\nsheet = \"{}\"\n",
        ),
        ("cast/jon", "jon.png", 'words = "old"\n', None),
        ("places/quay", "places/quay.png", 'words = "granite"\n', None),
        ("places/quay/night", "places/quay/night.png", 'words = "dark"\n', None),
        ("cast/jon/young", "jon/young.png", 'variants.young.words = "a boy"\n', None),
    ],
)
def test_a_sheet_is_copied_and_named(
    book: Path, key: str, name: str, old: str, new: str | None
) -> None:
    """Comments, blanks and all other words of the cast file stay as the author wrote them."""
    picture = book.parent / "sheet.png"
    copy = pin(book, key, picture)
    assert copy == book / "references" / "sheets" / name
    assert copy.read_bytes() == picture.read_bytes()
    told = (book / "cast" / "people.toml").read_text()
    if new is not None:
        assert told == CAST.replace(old, new.format(f"references/sheets/{name}"))
    assert [line for line in told.splitlines() if line and "sheets/" not in line] == [
        line
        for line in CAST.splitlines()
        if line and ("sheet = true" not in line or key != "cast/mara")
    ]
    kind, who, *look = key.split("/")
    found = read.read(book)
    subject = (found.cast if kind == "cast" else found.places)[who]
    shown = next(iter(subject.looks.values())) if look else subject
    assert (shown.sheet, shown.wants_sheet) == (copy, False)


def test_pinning_again_changes_nothing(book: Path) -> None:
    """An approval that a death interrupted is done again."""
    first = pin(book, "cast/mara", book.parent / "sheet.png")
    told = (book / "cast" / "people.toml").read_bytes()
    assert pin(book, "cast/mara", book.parent / "sheet.png") == first
    assert (book / "cast" / "people.toml").read_bytes() == told
    assert len([*(book / "references" / "sheets").iterdir()]) == 1


def test_another_sheet_replaces_none(book: Path) -> None:
    """An older sheet, or a picture of the author's with that name, stays beside it."""
    first = pin(book, "cast/mara", book.parent / "sheet.png")
    (book.parent / "other.png").write_bytes(encoded(size=(16, 12), seed=10))
    second = pin(book, "cast/mara", book.parent / "other.png")
    assert (first.name, second.name) == ("mara.png", "mara-2.png")
    assert first.read_bytes() == (book.parent / "sheet.png").read_bytes()
    assert read.read(book).cast["mara"].sheet == second


class Crash(BaseException):
    """The process ends here."""


class Dying:
    """Ends the process at one of the failpoints that are passed."""

    def __init__(self, at: int) -> None:
        self.left = at

    def passed(self, _name: str) -> None:
        """Count one."""
        if self.left == 0:
            raise Crash
        self.left -= 1


def test_a_death_leaves_a_book_that_can_be_read(book: Path) -> None:
    """At every moment the cast names no sheet, or one that is there; then it is done again."""
    passing = Dying(-1)
    whole = book.parent / "whole"
    shutil.copytree(book, whole)
    with failpoint.armed(passing):
        pin(whole, "cast/mara", book.parent / "sheet.png")
    for at in range(-1 - passing.left):
        dying = book.parent / f"death-{at}"
        shutil.copytree(book, dying)
        with failpoint.armed(Dying(at)), pytest.raises(Crash):
            pin(dying, "cast/mara", book.parent / "sheet.png")
        sheet = read.read(dying).cast["mara"].sheet
        assert sheet is None or sheet.is_file()
        pin(dying, "cast/mara", book.parent / "sheet.png")
        for name in ("cast/people.toml", "references/sheets/mara.png"):
            assert (dying / name).read_bytes() == (whole / name).read_bytes()


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("cast/marra", "the book's cast has no 'cast/marra'; did you mean 'mara'?"),
        ("cast/mara/coat", "Mara has no variant 'coat'; did you mean 'storm coat'?"),
        ("places/mara", "the book's cast has no 'places/mara'"),
        ("ch01/p001/panel-1", "the book's cast has no 'ch01/p001/panel-1'"),
        ("cast/../../x", "the book's cast has no 'cast/../../x'"),
    ],
)
def test_what_is_no_sheet_is_refused(book: Path, key: str, told: str) -> None:
    """And nothing is copied."""
    with pytest.raises(BadInputError, match="nothing was approved") as error:
        pin(book, key, book.parent / "sheet.png")
    assert told in str(error.value)
    assert not (book / "references" / "sheets").exists()


def test_a_sheet_is_never_put_outside_the_book(book: Path) -> None:
    """Where a link of that name leads elsewhere."""
    elsewhere = book.parent / "elsewhere"
    elsewhere.mkdir()
    (book / "references" / "sheets").symlink_to(elsewhere)
    with pytest.raises(BadInputError, match="is a link to another folder"):
        pin(book, "cast/mara", book.parent / "sheet.png")
    assert [*elsewhere.iterdir()] == []


def test_a_picture_that_is_gone_is_told(book: Path) -> None:
    """And the cast stays as it was."""
    with pytest.raises(BadInputError, match="cannot be kept in the book: No such file"):
        pin(book, "cast/mara", book.parent / "gone.png")
    assert (book / "cast" / "people.toml").read_text() == CAST


def test_files_of_windows_stay_so(book: Path) -> None:
    """Their line ends are the author's."""
    path = book / "cast" / "people.toml"
    path.write_bytes(CAST.replace("\n", "\r\n").encode())
    pin(book, "cast/mara", book.parent / "sheet.png")
    told = path.read_bytes().decode()
    assert told == CAST.replace("\n", "\r\n").replace(
        "sheet = true", 'sheet = "references/sheets/mara.png"'
    )
