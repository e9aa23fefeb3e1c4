"""Formats through real tabs: chosen in the menu, or asked for in words, and measured."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from helpers.play import Play, browsing, playing
from pressrun.picture.format import fits

WANTED = {"a": "3:4", "b": "16:9", "c": None}
PROMPTS = {"a": "A fox in the snow", "b": "A bear in the rain", "c": "A cat in the sun"}


def book(play: Play) -> Path:
    """Write a list with a format for some of its panels."""
    path = play.stage.folder / "book.json"
    panels = [{"key": key, "prompt": PROMPTS[key], "format": WANTED[key]} for key in WANTED]
    path.write_text(json.dumps(panels), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("behaviour", "chosen"),
    [
        ({"shell": ["A"]}, True),
        ({"shell": ["B"], "ratio_menu": True}, True),
        ({"shell": ["B"]}, False),
    ],
    ids=["A", "B with a menu", "B without"],
)
async def test_pictures_come_in_the_format_that_is_asked_for(
    tmp_path: Path,
    behaviour: dict[str, Any],
    chosen: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """With a menu, words are sent as the author wrote them; without one a sentence is added."""
    async with playing(tmp_path / "stage", behaviour) as play:
        run = ("run", str(book(play)), "--output", str(play.library), "--tabs", "1")
        async with browsing(play.stage):
            ended = await play.pressrun(*run)
        assert (ended.code, ended.last) == (0, "3/3 pictures"), ended
        found = await play.audit()
        assert found.clean, found
        sent = {each.prompt for each in play.stage.ledger().submissions}
        for key, wanted in WANTED.items():
            notes = json.loads((play.library / f"{key}.json").read_text(encoding="utf-8"))
            assert (notes["format"], notes["prompt"]) == (wanted, PROMPTS[key])
            with Image.open(play.library / f"{key}.png") as picture:
                assert fits(*picture.size, wanted or "1:1")
            assert (PROMPTS[key] in sent) == (chosen or wanted is None)
        assert play.log("format_wrong") == []


async def test_a_picture_of_another_format_is_made_once_more(tmp_path: Path) -> None:
    """Once; the first one is an alternative, and the second is told if it is no better."""
    async with playing(tmp_path / "stage", {"shell": ["A"], "wrong_format": 1.0}) as play:
        run = ("run", str(book(play)), "--output", str(play.library), "--wrong-format", "again")
        async with browsing(play.stage):
            ended = await play.pressrun(*run)
            shown = await play.pressrun("show", "a")
            listed = await play.pressrun("panels", "--wrong-format")
        assert (ended.code, ended.last) == (0, "3/3 pictures"), ended
        assert "instead of 3:4" in shown.out
        assert "its picture is 512×" in listed.out
        assert "What you can do: pressrun redo b" in listed.out
        assert "A cat" not in listed.out
        found = await play.audit()
        assert found.clean, found
        assert found.submissions == 5
        told = play.log("format_wrong")
        assert sorted((each["path"].startswith("."), each["again"]) for each in told) == [
            (False, False),
            (False, False),
            (True, True),
            (True, True),
        ]
