"""`pressrun script`: what it prints, what it writes, and how it ends."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pressrun import cli

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The command for a script; returns its exit code and what it printed."""

    def run(source: str, *more: str) -> tuple[int, str, str]:
        path = tmp_path / "script.txt"
        path.write_text(source, encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["pressrun", "script", str(path), *more])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


SCRIPT = """PAGES TWO AND THREE

PANEL 1
A quay at night.

MARA (whisper): Hush.
CAP (TOM): That was all.
SFX: KRAK
"""


def test_json_has_these_names_and_no_others(command: Command) -> None:
    """Programs rely on them."""
    code, out, _ = command(SCRIPT, "--json")
    assert code == 0
    assert json.loads(out) == {
        "verdict": "parse",
        "question": None,
        "chapters": 1,
        "pages": 1,
        "panel": [
            {
                "page": 2,
                "page_label": "TWO AND THREE",
                "panel": 1,
                "panel_label": "1",
                "chapter": 1,
                "speakers": ["MARA"],
                "dialogue": 1,
                "captions": 1,
                "sfx": 1,
                "prompt": "A quay at night.",
            }
        ],
    }


def test_a_question_ends_with_an_exit_code_of_its_own(command: Command, tmp_path: Path) -> None:
    """And nothing is written."""
    code, out, _ = command("It rained.\n", "--write", str(tmp_path / "book"))
    assert code == 3
    assert "How is this split into pages and panels?" in out
    assert not (tmp_path / "book").exists()


def test_what_was_read_is_shown(command: Command) -> None:
    """Pages, panels, who speaks, and how much is lettered."""
    code, out, _ = command(SCRIPT)
    assert code == 0
    assert "1 chapter, 1 page, 1 panel" in out
    assert "Page TWO AND THREE (two pages)" in out
    assert "MARA; 1 balloon, 1 caption, 1 sound" in out


def test_a_book_is_written_and_not_replaced_unasked(command: Command, tmp_path: Path) -> None:
    """The second time, only with --force."""
    into = str(tmp_path / "book")
    assert command(SCRIPT, "--write", into)[0] == 0
    code, _, error = command(SCRIPT, "--write", into)
    assert code == 2
    assert "--force" in error
    assert command(SCRIPT, "--write", into, "--force")[0] == 0


def test_place_and_action_are_told_apart(command: Command) -> None:
    """Without a stop between them, the place would read as the subject of the sentence."""
    _, out, _ = command("PAGE 1\n\nPANEL 1\nLocation: quay\nMara stands there.\nMood: grim\n")
    assert "quay. Mara stands there. grim" in out
