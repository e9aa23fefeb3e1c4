"""`docs/commands.md` names every command, option and exit code; `docs/files.md` every file."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from pressrun.cli import app
from pressrun.errors import Exit
from pressrun.home import Home
from pressrun.protocol.messages.verify import Fault

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS = (DOCS / "commands.md").read_text(encoding="utf-8")


def leaves(command: Any, path: str = "pressrun") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer brings a click of its own
    """Return every command by its name."""
    if path != "pressrun":
        yield path, command
    for name, each in getattr(command, "commands", {}).items():
        yield from leaves(each, f"{path} {name}")


KNOWN = dict(leaves(typer.main.get_command(app)))


def about(command: str) -> str:
    """Return the part of the page that is about a command: its section, or its group's."""
    first = " ".join(command.split()[:2])
    sections = re.split(r"^##+ ", COMMANDS, flags=re.MULTILINE)
    found = [section for section in sections if f"`{first}" in section.splitlines()[0]]
    assert len(found) == 1, f"{first} has {len(found)} sections"
    return found[0]


@pytest.mark.parametrize("name", KNOWN)
def test_every_command_and_option_is_documented(name: str) -> None:
    """Whoever adds one tells of it."""
    text = about(name)
    assert f"`{name}" in text
    for parameter in KNOWN[name].params:
        if parameter.param_type_name == "option" and parameter.name != "help":
            for option in (*parameter.opts, *parameter.secondary_opts):
                assert f"`{option}`" in text, f"{name} {option}"


def test_every_command_that_is_documented_exists() -> None:
    """The page promises nothing that is not there."""
    named = set(re.findall(r"`(pressrun(?: [a-z-]+)+)", COMMANDS))
    named |= {
        " ".join(line.split())
        for line in re.findall(r"^(pressrun(?: [a-z-]+)+)", COMMANDS, re.MULTILINE)
    }
    for words in named:
        name = " ".join(word for word in words.split() if not word.startswith("-"))
        parent = name.rsplit(" ", 1)[0]
        assert name == "pressrun" or name in KNOWN or parent in KNOWN, words


def test_every_option_that_is_documented_exists() -> None:
    """Nor an option."""
    real = {
        option
        for each in KNOWN.values()
        for part in each.params
        for option in (*part.opts, *part.secondary_opts)
    }
    assert set(re.findall(r"`(--[a-z-]+)`", COMMANDS)) <= real


def test_every_exit_code_is_documented() -> None:
    """The table has each code once, and no other."""
    assert re.findall(r"^\| (\d+) \|", COMMANDS, re.MULTILINE) == [str(int(code)) for code in Exit]


def test_every_word_of_verify_is_documented() -> None:
    """What a finding is called is explained."""
    assert set(re.findall(r"^\| `([a-z]+)` \|", COMMANDS, re.MULTILINE)) == {*Fault}


def test_every_file_of_a_home_is_documented() -> None:
    """A home holds nothing of which nobody is told what it is."""
    text = (DOCS / "files.md").read_text(encoding="utf-8")
    home = Home.at(Path("/home"))
    for name in ("store", "logs", "backups", "browser", "pictures", "sites", "refusal"):
        path: Path = getattr(home, name)
        assert f"`{path.name}" in text, name
