"""What can be no path ends every command in a sentence and exit code 2, before it begins."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import typer

from pressrun.book import new
from pressrun.cli import app, main
from pressrun.cli.paths import usable
from pressrun.errors import BadInputError, Exit

BAD = {
    "another's home": "~nobody-of-this-name/x",
    "long": "x" * 300,
    "line break": "a\nb",
    "circle": "circle/x",
}


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401 - typer brings a click of its own
    """Return every command by its name."""
    if not getattr(command, "commands", None):
        yield path, command
    for name, each in getattr(command, "commands", {}).items():
        yield from leaves(each, (*path, name))


def orders() -> Iterator[tuple[list[str], int]]:
    """Return every command line with a path, and where in it the path is."""
    for name, command in leaves(typer.main.get_command(app)):
        kinds = {key: str(kind) for key, kind in get_type_hints(command.callback).items()}
        required = [each for each in command.params if is_argument(each) and each.required]
        others = ["1" if "int" in kinds[each.name] else "x" for each in required]
        for param in command.params:
            if "Path" not in kinds.get(param.name, ""):
                continue
            if param in required:
                line, at = [*name, *others], len(name) + required.index(param)
            else:
                option = [] if is_argument(param) else [param.opts[-1]]
                line = [*name, *others, *option, ""]
                at = len(line) - 1
            yield line, at


def is_argument(param: Any) -> bool:  # noqa: ANN401 - typer brings a click of its own
    """Return whether a parameter has no name on the command line."""
    return bool(param.param_type_name == "argument")


ORDERS = list(orders())


def ended(monkeypatch: pytest.MonkeyPatch, *order: str) -> object:
    """Return the exit code of a command; whatever it raises goes on."""
    monkeypatch.setattr(sys, "argv", ["pressrun", *order])
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code


@pytest.mark.parametrize("name", BAD.values(), ids=BAD)
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: " ".join(filter(None, order[0])))
def test_no_command_takes_what_can_be_no_path(
    order: tuple[list[str], int],
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A name that no disk takes is a mistake to tell of, and not an error inside Pressrun."""
    monkeypatch.chdir(tmp_path)
    Path("circle").symlink_to("circle")
    line, at = order
    line = [*line[:at], name, *line[at + 1 :]]
    assert ended(monkeypatch, *line) == Exit.BAD_INPUT
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    assert told.err.strip()
    assert [each.name for each in tmp_path.iterdir()] == ["circle"]


def test_every_command_that_takes_a_path_is_tried() -> None:
    """The table of the commands is read off the program, so it must not come out empty."""
    tried = {line[0] for line, _ in ORDERS}
    assert tried >= {"new", "script", "check", "prompt", "sheet", "export", "run", "plan", "site"}
    assert ["script", "x", "--write", ""] in [line for line, _ in ORDERS]


@pytest.mark.parametrize(
    "order",
    [
        ["check"],
        ["prompt", "x"],
        ["export", "--cbz"],
        ["sheet", "x"],
        ["new", "book"],
        ["plan"],
        ["plan", "list.txt"],
        ["run"],
        ["run", "list.txt", "-r", "x.png"],
        ["plan", "--home", "home"],
    ],
    ids=" ".join,
)
def test_in_a_folder_that_was_removed_every_command_says_so(
    order: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A shell stays where a folder was; what is relative to it means nothing any more."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert ended(monkeypatch, *order) == Exit.BAD_INPUT
    assert "was removed; go to another one" in capsys.readouterr().err


def test_a_home_below_a_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No host could ever start there."""
    file = tmp_path / "file"
    file.touch()
    for home in (file, file / "home"):
        assert ended(monkeypatch, "status", "--home", str(home)) == Exit.BAD_INPUT
        assert "is a file" in capsys.readouterr().err


def test_a_name_that_only_its_ending_makes_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An export adds what kind of file it is, and writes the words into a file beside it."""
    monkeypatch.chdir(tmp_path)
    new.make(Path("book"))
    for kind in ("--cbz", "--pdf", "--html", "--folder"):
        for length in (240, 250, 255):
            code = ended(monkeypatch, "export", "book", kind, "-o", "y" * length)
            told = capsys.readouterr()
            assert code == Exit.OK or (code == Exit.BAD_INPUT and "long" in told.err)
            assert code == Exit.BAD_INPUT or length < 255


def test_a_file_may_be_called_as_if_it_were_a_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some editors name their copies ~this, and such a list can be used."""
    monkeypatch.chdir(tmp_path)
    Path("~list.txt").touch()
    assert usable(Path("~list.txt")) == tmp_path / "~list.txt"
    assert usable(Path("~/list.txt")) == Path.home() / "list.txt"


def test_a_path_with_nul_is_refused() -> None:
    """No system call takes one; it can come from a program that starts commands in itself."""
    with pytest.raises(BadInputError, match="line break or a NUL"):
        usable(Path("a\0b"))


def test_a_path_that_is_not_there_yet_is_usable(tmp_path: Path) -> None:
    """Most of what a command writes is not there before it."""
    path = tmp_path / "not" / "there"
    assert usable(path) == path
    assert not os.path.lexists(path)
