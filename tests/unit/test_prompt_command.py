"""`pressrun prompt` shows what would be sent, exactly, from anywhere in a book."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pressrun.book
from pressrun import cli
from pressrun.book import panels, read
from pressrun.library.references import look
from pressrun.picture.recipe import Recipe

EXAMPLE = Path(pressrun.book.__file__).parent / "example"

Prompt = Callable[..., tuple[int, str, str]]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A copy of the example book."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "book"))


@pytest.fixture
def prompt(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Prompt:
    """The command, run in the book's folder; returns its exit code, output and errors."""
    monkeypatch.chdir(book)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["pressrun", "prompt", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def test_the_words_alone_are_those_that_a_run_sends(book: Path, prompt: Prompt) -> None:
    """To be copied into a chat by hand."""
    for panel in panels.wanted(read.read(book), ["cast/mara"]):
        assert prompt(panel.key, "--plain") == (0, f"{panel.prompt}\n", "")


def test_json_tells_all_that_a_panel_is_made_from(book: Path, prompt: Prompt) -> None:
    """Its recipe's hash is the one that a run records."""
    code, out, _ = prompt("ch02/p001/panel-2", "--json")
    told = json.loads(out)
    (panel,) = [each for each in panels.wanted(read.read(book)) if each.key == told["key"]]
    looked = look(panel.references)
    references = tuple(looked[path] for path in panel.references)
    assert code == 0
    assert told["recipe"] == Recipe(panel.prompt, references, panel.format, follows=True).sha256
    assert told["prompt"] == panel.prompt
    assert told["characters"] == len(panel.prompt)
    assert told["before"] == "ch02/p001/panel-1"
    assert told["after"] is None
    assert told["references"] == [
        {"role": "style", "about": "the style", "file": "references/style.png"},
        {"role": "character", "about": "Tobias", "file": "references/tobias.png"},
        {"role": "previous", "about": "ch02/p001/panel-1", "file": None},
    ]
    words = [each["text"] for each in told["layers"] if each["name"] != "format"]
    assert "\n\n".join(words) == panel.prompt
    line = (book / told["file"]).read_text(encoding="utf-8").splitlines()[told["line"] - 1]
    assert line.startswith("### Panel 2")


def test_a_person_sees_layers_with_lengths_and_pictures_by_role(prompt: Prompt) -> None:
    """Each layer's words once, and what is sent in the order of sending."""
    code, out, _ = prompt("oilskin")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith("oilskin  script/01-the-dark-lamps.md:")
    heads = [line.split("  ")[0] for line in lines if line.endswith(("characters", "the words"))]
    assert heads == ["style", "cast", "place", "action", "mood", "lettering", "format"]
    assert "Pictures sent with it, 4 of at most 10:" in lines
    assert "   2  character  Mara       references/mara-storm-coat.png" in lines
    assert any(line.startswith("Recipe ") and len(line) == len("Recipe ") + 64 for line in lines)


def test_a_terminal_gets_no_line_that_is_too_long(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words are wrapped between words; a hash, a path and a command are left whole."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = prompt("ch01/p003/panel-1")
    assert "\x1b[36m" in out
    words = out.split("Pictures sent")[0]
    plain = "".join(part.partition("m")[2] for part in f"m{words}".split("\x1b["))
    assert max(map(len, plain.splitlines())) <= 80


def test_what_there_is_no_room_for_is_told(book: Path, prompt: Prompt) -> None:
    """With the role that it would have had."""
    pictures = []
    for number in range(12):
        pictures.append(f"references/mara-{number}.png")
        shutil.copy(book / "references/mara.png", book / pictures[-1])
    cast = book / "cast/people.toml"
    listed = json.dumps(pictures)
    text = cast.read_text(encoding="utf-8")
    cast.write_text(text.replace('["references/mara.png"]', listed), encoding="utf-8")
    _, out, _ = prompt("ch01/p001/panel-2")
    assert "Pictures sent with it, 10 of at most 10:" in out
    left = out.split("Left out, as there is no room for more:")[1]
    assert left.count("character  Mara") == 4
    assert "references/mara-11.png" in left
    assert "references/quay.png" not in left


def test_a_sheet_and_what_waits_for_it_are_shown(book: Path, prompt: Prompt) -> None:
    """Before anything is made."""
    cast = book / "cast/people.toml"
    text = cast.read_text(encoding="utf-8")
    cast.write_text(text.replace("# sheet = true", "sheet = true"), encoding="utf-8")
    code, out, _ = prompt("cast/mara")
    assert code == 0
    assert "A character sheet of this one character" in out
    _, out, _ = prompt("ch01/p001/panel-2")
    assert "Waits until you approve cast/mara" in out.splitlines()


def test_a_group_is_told(prompt: Prompt) -> None:
    """And that the picture of the one before is sent last."""
    _, out, _ = prompt("whale")
    assert "Made after ch02/p001/panel-3, in one group" in out.splitlines()
    assert "its picture, once it is made" in out


def test_a_key_that_there_is_not_has_the_nearest_one_told(prompt: Prompt) -> None:
    """Nothing else is printed."""
    code, out, err = prompt("oilskn")
    assert (code, out) == (5, "")
    assert err == (
        "pressrun: there is no panel and no sheet 'oilskn' in The Lamplighter of Port Sable; did "
        "you mean 'oilskin'?\n"
    )
    code, _, err = prompt("zzzz")
    assert code == 5
    assert "pressrun plan --list shows all keys" in err


@pytest.mark.parametrize("key", ["", "/", "../x", "a\x00b", "\udcff", "k" * 3_000])
def test_no_key_ends_in_a_traceback(prompt: Prompt, key: str) -> None:
    """Whatever it is, there is no such panel, and it steers no terminal."""
    code, out, err = prompt(key)
    assert (code, out) == (5, "")
    assert err.count("\n") == 1
    assert len(err) < 200
    assert "\x00" not in err


def test_a_book_with_a_mistake_shows_the_mistake(book: Path, prompt: Prompt) -> None:
    """By file and line; a prompt of half a book is none."""
    script = book / "script/01-the-dark-lamps.md"
    text = script.read_text(encoding="utf-8")
    script.write_text(text.replace("- cast: mara\n", "- cast: mra\n"), encoding="utf-8")
    code, out, err = prompt("oilskin")
    assert (code, out) == (2, "")
    assert "script/01-the-dark-lamps.md:" in err
    assert "'mra'" in err


def test_the_book_is_found_from_any_of_its_folders(
    book: Path, prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or named; outside of any book, the message says how to begin one."""
    whole = prompt("whale", "--plain")
    monkeypatch.chdir(book / "script")
    assert prompt("whale", "--plain") == whole
    monkeypatch.chdir(book.parent)
    assert prompt("whale", "--plain", "--book", "book") == whole
    code, _, err = prompt("whale")
    assert code == 2
    assert "pressrun new" in err


def test_a_translation_is_shown_with_its_own_words(book: Path, prompt: Prompt) -> None:
    """Where the site letters."""
    toml = book / "book.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace('lettering = "later"', 'lettering = "site"'), encoding="utf-8")
    _, out, _ = prompt("ch02/p005/panel-2", "--lang", "es", "--plain")
    assert "1. Speech balloon, Nell: “Por favor.”" in out
    _, out, _ = prompt("ch02/p005/panel-2", "--plain")
    assert "1. Speech balloon, Nell: “Please.”" in out
    _, out, _ = prompt("ch02/p005/panel-1", "--lang", "es")
    assert "Holds no words, so es shares the book's own picture" in out.splitlines()
