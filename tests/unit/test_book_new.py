"""Beginning a book, and finding the one that is meant."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from helpers import authored
from pressrun.book import find, new, read
from pressrun.book.style import presets
from pressrun.cli import app
from pressrun.errors import BadInputError


def test_a_new_book_is_a_good_one(tmp_path: Path) -> None:
    """Without a mistake or a warning, so that an author begins with something that works."""
    new.make(tmp_path / "a" / "book")
    found = read.read(tmp_path / "a" / "book")
    assert (len(found.panels), found.warnings) == (24, [])
    assert [each.name for each in (tmp_path / "a").iterdir()] == ["book"]


@pytest.mark.parametrize("preset", presets())
def test_title_and_style_are_the_authors(tmp_path: Path, preset: str) -> None:
    """The comments that explain the file stay."""
    new.make(tmp_path / "book", "My  “Book”", preset)
    found = read.read(tmp_path / "book")
    assert (found.title, found.style.preset) == ("My “Book”", new.STYLE)
    assert found.style.words in presets()[preset].read_text(encoding="utf-8")
    assert (tmp_path / "book" / new.STYLE).read_bytes() == presets()[preset].read_bytes()
    assert "# names of your own for formats" in (tmp_path / "book" / "book.toml").read_text()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """Where there is anything, nothing is made; an empty folder is used."""
    book = authored.write(tmp_path / "book")
    before = {each: each.read_bytes() for each in book.rglob("*") if each.is_file()}
    with pytest.raises(BadInputError, match="holds a book already"):
        new.make(book)
    assert before == {each: each.read_bytes() for each in book.rglob("*") if each.is_file()}
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(BadInputError, match="is not empty"):
        new.make(tmp_path / "full")
    with pytest.raises(BadInputError, match="is no folder"):
        new.make(tmp_path / "full" / "x")
    (tmp_path / "empty").mkdir()
    new.make(tmp_path / "empty")
    assert find.is_book(tmp_path / "empty")


def test_what_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    """Neither a folder nor a part of one."""
    with pytest.raises(BadInputError, match="no preset 'noire'; did you mean 'noir'"):
        new.make(tmp_path / "book", preset="noire")
    with pytest.raises(BadInputError, match="a title is a line of words"):
        new.make(tmp_path / "book", title="a\nb")
    with pytest.raises(BadInputError, match="the title has 301 characters; the limit is 300"):
        new.make(tmp_path / "book", title="x" * 301)
    (tmp_path / "file").touch()
    with pytest.raises(BadInputError, match="cannot be made"):
        new.make(tmp_path / "file" / "book")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_book_is_found_from_within(tmp_path: Path) -> None:
    """Upwards from where one stands, or by its folder, or by its file."""
    book = authored.write(tmp_path / "book").resolve()
    assert find.folder_of(None, book) == book
    assert find.folder_of(None, book / "script") == book
    assert find.folder_of(Path("book"), tmp_path) == book
    assert find.folder_of(Path("book/book.toml"), tmp_path) == book
    assert find.folder_of(Path(".."), book / "script") == book


@pytest.mark.parametrize("named", [None, Path("gone"), Path("other"), Path("other/file")])
def test_where_there_is_no_book_the_error_says_how_to_begin(
    tmp_path: Path, named: Path | None
) -> None:
    """Also where a list is, or nothing at all."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").touch()
    with pytest.raises(BadInputError, match="To begin one: pressrun new my-book"):
        find.folder_of(named, tmp_path)


def test_commands_make_and_check_a_book(tmp_path: Path) -> None:
    """As an author uses them; faults end with exit code 2."""
    runner, book = CliRunner(), str(tmp_path / "book")
    made = runner.invoke(app, ["new", book, "--title", "Rain"])
    assert (made.exit_code, "pressrun check" in made.output) == (0, True)
    checked = runner.invoke(app, ["check", book])
    assert (checked.exit_code, checked.output) == (
        0,
        "Rain: 2 chapters, 9 pages, 24 panels, 3 characters and 2 places. No mistakes.\n",
    )
    script = next((tmp_path / "book" / "script").iterdir())
    script.write_text(script.read_text().replace("cast: mara", "cast: marra"))
    told = runner.invoke(app, ["check", book])
    assert told.exit_code == 2
    assert "there is no character 'marra'; did you mean 'mara'?" in told.output
    assert "Nothing can be made before" in told.output
    as_json = runner.invoke(app, ["check", book, "--json"])
    assert (as_json.exit_code, '"gravity": "fault"' in as_json.output) == (2, True)


def test_translations_are_checked_as_well(tmp_path: Path) -> None:
    """All of them, or the one that is named."""
    book = authored.write(tmp_path, {"lang/es/01.md": "### X {#gone}\n"})
    runner = CliRunner()
    told = "the book has no panel 'gone'"
    for options in ([], ["--lang", "es"]):
        checked = runner.invoke(app, ["check", str(book), *options])
        assert (checked.exit_code, told in checked.output) == (2, True)
    checked = runner.invoke(app, ["check", str(book), "--lang", "fr"])
    assert (checked.exit_code, told in checked.output) == (2, False)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("x" * 300, "there is no such file or folder"),
        ("a\0b", "there is no such file or folder"),
    ],
)
def test_a_name_that_no_folder_can_have_is_told(tmp_path: Path, named: str, told: str) -> None:
    """As any other that is not there."""
    with pytest.raises(BadInputError, match=told):
        find.folder_of(Path(named), tmp_path)


def test_a_folder_that_was_removed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that is run in it says so."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for command in (["check"], ["prompt", "ch01/p001/panel-1"]):
        result = CliRunner().invoke(app, command)
        assert isinstance(result.exception, BadInputError)
        assert "the folder that you are in was removed" in str(result.exception)
