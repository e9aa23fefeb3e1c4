"""`pressrun export`: what it makes where, what it tells, and what it never touches."""

import errno
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple, Protocol

import pikepdf
import pytest

import pressrun
from helpers.pictures import with_chunk
from helpers.volumes import SIZES, painted
from pressrun import cli, files
from pressrun.book.read import read
from pressrun.export import target

TITLE = "The Lamplighter of Port Sable"


class Said(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Export(Protocol):
    """`pressrun export` with these arguments."""

    def __call__(self, *arguments: object) -> Said:
        """Run it."""
        ...


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The example book with all its pictures, at a resolution that is quickly made."""
    folder = tmp_path / "my book"
    shutil.copytree(Path(pressrun.__file__).parent / "book/example", folder)
    settings = folder / "book.toml"
    settings.write_text(settings.read_text().replace("dpi = 300", "dpi = 50"))
    found = read(folder)
    for index, panel in enumerate(found.panels):
        path = folder / f"pictures/{panel.key}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        painted(panel.key, SIZES[panel.format or found.format or "4:3"], index).save(path)
    return folder


@pytest.fixture
def export(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Export:
    """The command, run in the book's folder."""
    monkeypatch.chdir(book)

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["pressrun", "export", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return run


def contents(folder: Path) -> dict[str, str]:
    """Every file of a folder, with its hash."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_it_makes_all_kinds_and_touches_nothing_else(book: Path, export: Export) -> None:
    """In a folder of its own in the book's folder; every other file is as it was, to the byte."""
    before = contents(book)
    said = export("--cbz", "--pdf", "--html", "--folder")
    assert said.code == 0, said.err
    after = contents(book)
    assert {name: after[name] for name in before} == before
    made = {name for name in after.keys() - before.keys() if name.count("/") == 1}
    assert made == {
        f"export/{TITLE}.cbz",
        f"export/{TITLE}.pdf",
        f"export/{TITLE}.html",
        f"export/{TITLE} - lettering.txt",
    }
    assert (book / f"export/{TITLE}/whale.png").is_file()
    assert zipfile.is_zipfile(book / f"export/{TITLE}.cbz")
    with pikepdf.open(book / f"export/{TITLE}.pdf") as document:
        assert len(document.pages) == 9


def test_it_may_be_made_anew_as_often_as_one_likes(book: Path, export: Export) -> None:
    """What Pressrun made is written over, with the same bytes where nothing changed."""
    kinds = ("--cbz", "--pdf", "--html", "--folder")
    assert export(*kinds).code == 0
    before = contents(book)
    assert export(*kinds).code == 0
    assert contents(book) == before


def test_gaps_are_shown_and_told(book: Path, export: Export) -> None:
    """Chapter by chapter, also while a run goes on; the export is made all the same."""
    for name in ("whale", "ch01/p002/panel-3"):
        (book / f"pictures/{name}.png").unlink()
    said = export("--cbz")
    assert said.code == 0
    rows = [line.split()[:8] for line in said.out.splitlines()]
    assert ["1", "The", "dark", "lamps", "4", "13", "12", "1"] in rows
    assert ["2", "The", "light", "below", "6", "11", "10", "1"] in rows
    joined = " ".join(said.out.split())
    assert "ch01/p002/panel-3, whale: no picture yet, shown as gaps." in joined


def test_a_book_without_any_picture_can_be_looked_at(book: Path, export: Export) -> None:
    """Its pages are laid out as they will be, and it is told that nothing is made yet."""
    shutil.rmtree(book / "pictures")
    said = export("--pdf")
    assert said.code == 0
    assert "No panel has a picture yet, so all are gaps" in " ".join(said.out.split())


def test_a_file_in_the_place_of_the_pictures_is_told(book: Path, export: Export) -> None:
    """A book of gaps would hide that something is wrong."""
    (book / "pictures").rename(book / "kept")
    (book / "pictures").write_text("mine")
    said = export("--cbz")
    assert said.code == 2
    assert "pictures is a file, not a folder" in said.err


@pytest.mark.parametrize("name", ["pictures", "pictures.es", "Pictures"])
def test_no_library_begins_with_an_export(book: Path, export: Export, name: str) -> None:
    """Also where there are no pictures yet."""
    shutil.rmtree(book / "pictures")
    before = contents(book)
    for kind in ("--cbz", "--folder"):
        said = export(kind, "-o", f"{name}/new.cbz")
        assert said.code == 2
        assert "among the book's pictures" in said.err
    assert contents(book) == before


@pytest.mark.parametrize(
    ("kind", "name"),
    [("pdf", f".{TITLE}.pdf.parts"), ("folder", f".{TITLE}.part"), ("folder", f".{TITLE}.before")],
)
def test_what_looks_like_a_leftover_is_only_removed_if_it_is_ours(
    book: Path, export: Export, kind: str, name: str
) -> None:
    """Nothing of an author's goes unseen, whatever it is called."""
    mine = book / "export" / name / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    before = contents(book)
    said = export(f"--{kind}")
    assert said.code == 2
    assert "is in the way, and Pressrun did not make it" in said.err
    assert contents(book) == before


def test_no_warning_of_a_library_is_shown(book: Path) -> None:
    """Such as the one over a camera's notes that are damaged: the picture is whole."""
    path = next((book / "pictures").rglob("*.png"))
    path.write_bytes(with_chunk(path.read_bytes(), b"eXIf", b"II*\0\x08\0\0\0\x05\0"))
    ended = subprocess.run(
        [sys.executable, "-W", "always", "-m", "pressrun", "export", "--cbz", "--pdf", "--html"],
        cwd=book,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_folder_that_was_removed_is_told(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a line; `pressrun` is often left open in a terminal."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    said = export("--cbz")
    monkeypatch.chdir(tmp_path)
    assert said.code == 2
    assert "the folder that you are in was removed" in said.err


def test_a_damaged_picture_needs_the_author(book: Path, export: Export) -> None:
    """It is a gap, and the exit code says so."""
    (book / "pictures/whale.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    said = export("--cbz")
    assert said.code == 3
    assert "whale: its picture cannot be shown" in said.out


def test_json_tells_the_same(book: Path, export: Export) -> None:
    """For programs."""
    (book / "pictures/whale.png").unlink()
    told = json.loads(export("--cbz", "--json").out)
    assert told["files"]["cbz"] == str(book / f"export/{TITLE}.cbz")
    assert told["chapters"][1]["missing"] == ["whale"]
    assert told["chapters"][0]["panels"] == 13
    assert told["remarks"]


def test_one_chapter_a_translation_and_a_proof_have_names_of_their_own(
    book: Path, export: Export
) -> None:
    """So that none takes another's place."""
    assert export("--cbz", "--chapter", "2").code == 0
    assert export("--cbz", "--chapter", "ch02", "--proof").code == 0
    assert export("--cbz", "--lang", "es").code == 0
    assert {path.name for path in (book / "export").glob("*.cbz")} == {
        f"{TITLE} - ch02.cbz",
        f"{TITLE} - ch02 - proof.cbz",
        f"{TITLE} - es.cbz",
    }
    with zipfile.ZipFile(book / f"export/{TITLE} - es.cbz") as archive:
        assert b"<LanguageISO>es<" in archive.read("ComicInfo.xml")
    words = (book / f"export/{TITLE} - es - lettering.txt").read_text()
    assert "En Port Sable, alguien enciende las farolas a las seis." in words


def test_the_author_names_the_place(book: Path, export: Export, tmp_path: Path) -> None:
    """A file, one whose ending is missing, or a folder."""
    assert export("--cbz", "-o", tmp_path / "mine.cbz").code == 0
    assert export("--pdf", "-o", tmp_path / "mine").code == 0
    assert export("--cbz", "--html", "-o", tmp_path / "several").code == 0
    assert export(book / "book.toml", "--folder", "-o", tmp_path / "pictures").code == 0
    assert {path.name for path in tmp_path.iterdir()} == {
        "my book", "mine.cbz", "mine.pdf", "mine - lettering.txt", "several", "pictures",
    }  # fmt: skip
    assert (tmp_path / f"several/{TITLE}.html").is_file()


@pytest.mark.parametrize("name", ["mine.cbz", "mine.pdf", "mine.html", "mine - lettering.txt"])
@pytest.mark.parametrize("content", [b"", b"my own", b"PK\x05\x06" + bytes(18), b"%PDF-1.4\n"])
def test_a_file_of_the_author_s_own_is_not_written_over(
    export: Export, tmp_path: Path, name: str, content: bytes
) -> None:
    """Unless she says so."""
    own = tmp_path / name
    own.write_bytes(content)
    kind = f"--{own.suffix[1:]}" if own.suffix != ".txt" else "--cbz"
    output = tmp_path / f"mine.{kind[2:]}"
    said = export(kind, "-o", output)
    assert said.code == 2
    assert f"{own} is there already, and Pressrun did not make it" in said.err
    assert own.read_bytes() == content
    assert export(kind, "-o", output, "--force").code == 0
    assert own.read_bytes() != content


@pytest.mark.parametrize(
    "place", ["pictures", "pictures/ch01", "pictures.es", "Pictures/../pictures"]
)
def test_nothing_is_written_among_pictures(book: Path, export: Export, place: str) -> None:
    """Neither a file nor a folder, nor by a way around, nor with --force."""
    (book / "pictures.es").mkdir()
    (book / "Pictures").mkdir(exist_ok=True)
    before = contents(book)
    for kind in ("--cbz", "--folder"):
        said = export(kind, "-o", f"{place}/new.cbz", "--force")
        assert said.code == 2
        assert "pictures" in said.err
    assert contents(book) == before


def test_nothing_is_written_into_another_library(export: Export, tmp_path: Path) -> None:
    """A folder with Pressrun's mark holds pictures, whatever it is called."""
    (tmp_path / "list-pictures/.pressrun").mkdir(parents=True)
    said = export("--cbz", "-o", tmp_path / "list-pictures/new.cbz")
    assert said.code == 2
    assert "lies in a folder of pictures" in said.err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "say what to make of the book: --cbz, --pdf, --html or --folder"),
        (["--cbz", "--chapter", "9"], "--chapter 9: the book has no such chapter"),
        (["--cbz", "--lang", "xx"], "xx"),
        (["nowhere", "--cbz"], "no such file or folder"),
        (["--cbz", "-o", "book.toml/x.cbz"], "cannot be written"),
        (["--pdf", "-o", "\udcff.pdf"], "\\xff.pdf is not valid UTF-8"),
        (["--folder", "-o", "\udcff"], "\\xff is not valid UTF-8"),
        (["--cbz", "--pdf", "-o", "book.toml"], "is a file; for several kinds"),
        (["--cbz", "-o", "~nobody-of-that-name/x.cbz"], "there is no user nobody-of-that-name"),
        (["--cbz", "-o", "x" * 300], "longer than the disk takes"),
        (["--cbz", "-o", "x" * 253], "longer than the disk takes"),
        (["--folder", "-o", "x" * 300], "longer than the disk takes"),
        (["--folder", "-o", "/"], "was not put there by Pressrun"),
    ],
)
def test_what_cannot_be_is_one_line_and_writes_nothing(
    book: Path, export: Export, arguments: list[str], why: str
) -> None:
    """With exit code 2."""
    before = contents(book)
    said = export(*arguments)
    assert (said.code, said.out) == (2, "")
    assert why in said.err
    assert contents(book) == before


def test_a_background_that_is_no_colour_is_told_before_anything(book: Path, export: Export) -> None:
    """With the file in which it stands."""
    settings = book / "book.toml"
    settings.write_text(settings.read_text().replace('"white"', '"whiteish"'))
    said = export("--cbz")
    assert said.code == 2
    assert "book.toml" in said.err
    assert "whiteish" in said.err


@pytest.mark.parametrize("kind", ["cbz", "pdf", "html", "folder"])
def test_a_full_disk_leaves_what_was_there(
    book: Path, export: Export, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The last export, whole, and nothing half beside it."""
    assert export(f"--{kind}").code == 0
    before = contents(book)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "sync", full)
    said = export(f"--{kind}")
    assert said.code == 2
    assert "cannot be written: No space left on device" in said.err
    assert contents(book) == before


@pytest.mark.parametrize("kind", ["cbz", "pdf", "folder"])
def test_an_export_that_is_killed_leaves_what_was_there(
    book: Path, export: Export, kind: str
) -> None:
    """And the next one cleans up after it."""
    assert export(f"--{kind}").code == 0
    before = contents(book)
    code = (
        "import os, stat, sys\n"
        "from pressrun import cli, files\n"
        "files.sync = lambda file: stat.S_ISREG(os.fstat(file).st_mode) and os._exit(9)\n"
        f"sys.argv = ['pressrun', 'export', '--{kind}']\n"
        "cli.main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=book, check=False)
    assert ended.returncode == 9
    after = contents(book)
    assert after != before
    assert {name: after[name] for name in before} == before
    assert export(f"--{kind}").code == 0
    assert contents(book) == before


def test_a_folder_that_cannot_be_written_is_told(
    book: Path, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a line that says why; a disk that is mounted for reading stops even the superuser."""

    def refused(path: Path, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    before = contents(book)
    monkeypatch.setattr(Path, "mkdir", refused)
    said = export("--cbz")
    assert (said.code, said.out) == (2, "")
    assert "Read-only file system" in said.err
    assert contents(book) == before


def test_a_damaged_export_is_looked_at_without_a_fault(book: Path, export: Export) -> None:
    """Whatever became of it, it is ours or not."""
    assert export("--cbz", "--pdf", "--html").code == 0
    chance = random.Random(7)  # noqa: S311 - a test's dice
    for path in (book / "export").iterdir():
        content = path.read_bytes()
        for _ in range(60):
            damaged = bytearray(content)
            for _ in range(chance.choice((1, 5, 200))):
                damaged[chance.choice((-1, 1)) * chance.randrange(1, min(3_000, len(content)))] = (
                    chance.randrange(256)
                )
            path.write_bytes(damaged[: chance.choice((len(content), len(content) // 2))])
            assert target.is_ours(path) in (True, False)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("A/B: C?", "A B C"),
        ("..", "book"),
        ("夜の港", "夜の港"),
        (" . ", "book"),
        ("x\x1b[2J", "x [2J"),
        ("é" * 300, "é" * 57),
        ("CON", "book CON"),
        ("nul.txt", "book nul.txt"),
        ("\u200b", "book"),
        ("a\u202eb", "a b"),
    ],
)
def test_titles_become_names_of_files(title: str, name: str) -> None:
    """That every system takes, in any language, and none of which leaves the folder."""
    assert target.name_of(title) == name
