"""`plan`, `run` and `sheet` of a book over a real host: where it is found, and what is refused."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers import books
from helpers.hosts import started_host
from pressrun import cli
from pressrun.home import Home

Pressrun = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Pressrun:
    """The command line, run in this process; returns its code, and what it printed."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["pressrun", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of twelve panels."""
    return books.write(tmp_path / "book", chapters=2, pages=2, panels=3)


def test_a_book_is_found_from_inside_as_by_name(
    command: Pressrun, home: Home, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder, its `book.toml`, or any folder in it mean the same; nothing is written by it."""
    before = sorted(book.rglob("*"))
    at = ("--home", home.folder, "--json")
    with started_host(home):
        named = json.loads(command("plan", book, *at)[1])
        assert (named["book"], named["new"]) == ("The Lamplighter of Port Sable", 12)
        assert [each["panels"] for each in named["chapters"]] == [6, 6]
        assert json.loads(command("plan", book / "book.toml", *at)[1]) == named
        monkeypatch.chdir(book / "script")
        assert json.loads(command("plan", *at)[1]) == named
        only = json.loads(command("plan", "--only", "ch02/p001", "--list", *at)[1])
        assert (only["new"], only["aside"]) == (3, 9)
        assert only["panels"][0]["words"].startswith("Scene 1:")
    assert sorted(book.rglob("*")) == before


def test_a_run_of_a_book_says_what_it_does(command: Pressrun, home: Home, book: Path) -> None:
    """Its pictures go to its own folder, its chats are as it says, its panels told by action."""
    text = (book / "book.toml").read_text("utf-8")
    (book / "book.toml").write_text(f"chats = 7\n{text}", "utf-8")
    at = ("--home", home.folder)
    with started_host(home):
        code, out, _ = command("run", book, "--only", "ch01/p001", "--detach", *at)
        assert code == 0
        assert "12 pictures in the book: 3 new, 9 not made now" in out
        assert str(book / "pictures") in out.replace("\n", "")
        (batch,) = json.loads(command("status", "--json", *at)[1])["batches"]
        assert (batch["name"], batch["chats"], batch["total"]) == (
            "The Lamplighter of Port Sable",
            7,
            3,
        )
        told = json.loads(command("panels", "ch01/p001", "--waiting", "--json", *at)[1])["panels"]
        assert told[1]["words"].startswith("Scene 2:")
        assert (Path(told[1]["list"]).name, told[1]["line"]) == ("01.md", 12)
        # a sheet joins what is open, and drops nothing of it
        assert command("sheet", "mara", "--book", book, "--detach", *at)[0] == 0
        (batch,) = json.loads(command("status", "--json", *at)[1])["batches"]
        assert batch["total"] == 4
        assert command("run", book, "--only", "ch01/p002", "--detach", *at)[0] == 0
        (batch,) = json.loads(command("status", "--json", *at)[1])["batches"]
        assert batch["total"] == 7


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-o", "out"), "-o is not for books"),
        (("--read-as", "csv"), "--read-as is not for books"),
        (("--reference", "BOOK/references/style.png"), "--reference is not for books"),
        (("--no-reference",), "--no-reference is not for books"),
        (("--format", "3:4"), "--format is not for books"),
        (("--no-format",), "--no-format is not for books"),
        (("--stale", "later", "--again"), "contradict each other"),
        (("--lang", "xx"), "xx"),
    ],
)
def test_what_cannot_be_meant_for_a_book_starts_nothing(
    command: Pressrun, home: Home, book: Path, arguments: tuple[str, ...], told: str
) -> None:
    """One sentence, exit code 2, and not even a host is started."""
    given = (each.replace("BOOK", str(book)) for each in arguments)
    code, _, err = command("run", book, *given, "--home", home.folder)
    assert (code, told in err) == (2, True), err
    assert not home.folder.exists()


def test_a_book_with_faults_starts_nothing(command: Pressrun, home: Home, book: Path) -> None:
    """Every fault with its file and line; the same with a host that runs, which reads it itself."""
    script = book / "script" / "02.md"
    script.write_text(script.read_text("utf-8").replace("cast: jon", "cast: jno", 1), "utf-8")
    at = ("--home", home.folder)
    for _ in range(2):
        code, _, err = command("run", book, *at)
        assert code == 2
        assert "script/02.md:" in err
        assert "did you mean" in err
    assert not home.folder.exists()
    with started_host(home):
        assert command("run", book, *at) == (2, "", err)
        assert command("sheet", "mara", "--book", book, *at)[0] == 2


def test_a_translation_makes_no_sheet_of_its_own(command: Pressrun, home: Home, book: Path) -> None:
    """Sheets belong to the book; another in each language would cost, and look different."""
    settings = book / "book.toml"
    settings.write_text(f'{settings.read_text("utf-8")}lettering = "site"\n', "utf-8")
    cast = book / "cast" / "all.toml"
    cast.write_text(cast.read_text("utf-8").replace("[mara]\n", "[mara]\nsheet = true\n"), "utf-8")
    words = book / "lang" / "es" / "01.md"
    words.parent.mkdir(parents=True)
    panels = (f"### {{#ch01/p001/panel-{panel}}}\n\nMARA: Hola.\n" for panel in (2, 3))
    words.write_text("\n".join(panels), "utf-8")
    at = ("--home", home.folder)
    with started_host(home):
        code, _, err = command("run", book, "--lang", "es", *at)
        assert code == 2
        assert f"pressrun run {book} --only cast" in err.replace("\n", " ")
        assert not (book / "pictures.es").exists()
        told = json.loads(command("plan", book, "--lang", "es", "--json", *at)[1])
        assert told["notes"][0].startswith("cast/mara must be approved before pictures in es")
        # nobody waits for it there
        other = ("--only", "ch01/p001/panel-3", "--detach")
        assert command("run", book, "--lang", "es", *other, *at)[0] == 0
        (batch,) = json.loads(command("status", "--json", *at)[1])["batches"]
        assert batch["total"] == 1


def test_a_name_that_means_nothing_starts_nothing(
    command: Pressrun, home: Home, book: Path
) -> None:
    """With the nearest one."""
    with started_host(home):
        code, _, err = command("run", book, "--only", "ch03", "--home", home.folder)
    assert (code, "--only ch03: no panel, page or chapter" in err) == (2, True)
    assert not (book / "pictures").exists()


def test_who_is_in_no_book_is_told_how_to_begin(
    command: Pressrun, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And that a list can be named."""
    monkeypatch.chdir(tmp_path)
    code, _, err = command("plan", "--home", home.folder)
    assert code == 2
    assert "pressrun new my-book" in err
    assert "name its file" in err
    assert not home.folder.exists()
