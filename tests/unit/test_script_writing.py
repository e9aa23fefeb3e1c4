"""What `--write` makes of a script is read back by the book as the same script."""

import json
from pathlib import Path

import pytest

from pressrun.book import check, markdown
from pressrun.book.defects import Defects
from pressrun.book.model import Gravity
from pressrun.book.nearest import folded as plain
from pressrun.errors import BadInputError
from pressrun.scripts import read, storyboard, text, writing
from pressrun.scripts.script import Script, ScriptPanel, Voice
from pressrun.texts.intake import Intake
from unit.test_script_samples import SAMPLES


def told(panel: ScriptPanel) -> tuple[object, ...]:
    """What a panel says, as far as it is the same in both forms."""
    lettering = [
        (
            each.voice,
            [plain(name) for name in each.speakers] or ["voice"],
            " ".join(each.text.split()),
        )
        for each in panel.lettering
    ]
    action = " ".join(panel.action.split()).removesuffix(" Shape: wide")
    return action, lettering, panel.key


def read_back(script: Script) -> list[ScriptPanel]:
    """The panels of what is written."""
    names = [
        plain(name) for panel in script.panels for each in panel.lettering for name in each.speakers
    ]
    found = list[ScriptPanel]()
    for name, written in writing.texts(script):
        defects = Defects()
        chapters = markdown.read(written, names, defects.within(Path(name)))
        found += [panel for chapter in chapters for page in chapter.pages for panel in page.panels]
    return found


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_script_that_is_written_says_the_same(path: Path) -> None:
    """Each panel's art, its lettering and its key, in the same order."""
    script = read.read(path)
    if not script.question:
        assert [told(each) for each in read_back(script)] == [told(each) for each in script.panels]


def test_formats_of_the_book_stay_fields_and_others_are_told() -> None:
    """The book's check would refuse a format that it does not know."""
    script = text.script_of("PAGE 1\nPANEL 1\n- format: wide\n\nA quay.\n")
    ((_, own),) = writing.texts(script, {"wide"})
    assert "- format: wide" in own
    ((_, other),) = writing.texts(script)
    assert "- format" not in other
    assert "Shape: wide" in other


def test_somebody_called_as_lettering_is_still_spoken() -> None:
    """A balloon of one called Cap becomes no caption."""
    told_of = {"panels": [{"description": "A mushroom.", "balloons": [_BALLOON]}]}
    script = storyboard.script_of(Intake(Path("x.json")), json.dumps(told_of))
    (panel,) = read_back(script)
    assert [(each.voice, each.text) for each in panel.lettering] == [(Voice.BALLOON, "Hi")]


_BALLOON = {"type": "speech", "speaker": "Cap", "text": "Hi"}


@pytest.fixture
def script() -> Script:
    """A script with a cast and a place."""
    return text.script_of(
        "Title: Rain\n\nPAGE 1\nPANEL 1\n- cast: Mara (storm coat), the cat\n"
        "- place: quay at night\n\n# Not a heading: it is drawn, *so* "
        "[there] <!-- and here\n\nTOM: Go!\n"
    )


def test_a_new_folder_becomes_a_book_without_faults(tmp_path: Path, script: Script) -> None:
    """Everybody and every place is in its cast."""
    made = writing.write(script, tmp_path / "book", is_book=False, force=False)
    assert {str(path.relative_to(tmp_path / "book")) for path in made} == {
        "book.toml",
        "cast/cast.toml",
        "script/01.md",
    }
    checked = check.check(tmp_path / "book")
    assert [each for each in checked.defects if each.gravity == Gravity.FAULT] == []
    assert checked.book is not None
    (panel,) = checked.book.panels
    assert [(each.subject.name, each.look and each.look.name) for each in panel.cast] == [
        ("Mara", "storm coat"),
        ("the cat", None),
    ]


def test_nothing_is_replaced_unasked(tmp_path: Path, script: Script) -> None:
    """And nothing is written where anything would be."""
    into = tmp_path / "a.md"
    writing.write(script, into, is_book=False, force=False)
    into.write_text("mine", encoding="utf-8")
    with pytest.raises(BadInputError, match="--force"):
        writing.write(script, into, is_book=False, force=False)
    assert into.read_text(encoding="utf-8") == "mine"
    writing.write(script, into, is_book=False, force=True)
    assert "Not a heading" in into.read_text(encoding="utf-8")
    with pytest.raises(BadInputError, match="no book"):
        writing.write(script, tmp_path, is_book=False, force=True)
