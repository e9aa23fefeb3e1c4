"""Answers with several pictures, and a site that asks which is better: none of them is lost."""

import json
from pathlib import Path

import pytest

from helpers.play import browsing, playing
from pressrun.library.shelf import OWN
from pressrun.simulator.ledger import Choice
from trials.demo.book import panels


@pytest.mark.parametrize(
    ("shown", "each"),
    [
        ({"shell": "A", "poll": 1.0}, 2),
        pytest.param({"shell": "B", "poll": 1.0}, 2, marks=pytest.mark.long),
        pytest.param({"shell": "B", "language": "ja", "poll": 1.0}, 2, marks=pytest.mark.long),
        pytest.param({"shell": "A", "pictures": 3}, 3, marks=pytest.mark.long),
        ({"shell": "bare", "pictures": 3}, 3),
    ],
    ids=["A asks", "B asks", "B asks in Japanese", "A shows three", "B shows three"],
)
async def test_every_picture_of_an_answer_is_kept(
    tmp_path: Path, shown: dict[str, object], each: int
) -> None:
    """The first is the panel's, the others are alternatives with notes, and no fault is found."""
    async with playing(tmp_path / "stage", shown) as play:
        async with browsing(play.stage):
            await play.start(panels(3), tabs=2)
            batch = await play.ended()
            verified = await play.pressrun("verify", "--json")
        assert batch.done == batch.total == 3, batch
        assert verified.code == 0, verified
        found = await play.audit()
        assert found.clean, found
        assert (found.submissions, found.pictures, found.images) == (3, 3 * each, 3)
        ledger = play.stage.ledger()
        first = {picture.sha256 for picture in ledger.pictures if picture.ordinal == 1}
        notes = [path for path in play.library.rglob("*.json") if path.parent.name != OWN]
        kept = [path for path in notes if "alternatives" in path.parts]
        assert len(kept) == 3 * (each - 1)
        for path in notes:
            told = json.loads(path.read_text(encoding="utf-8"))
            assert (told["sha256"] in first) == (path not in kept)
        choices = {entry.ordinal for entry in ledger.entries if isinstance(entry, Choice)}
        asked = "poll" in shown and "language" not in shown
        assert choices == ({1} if asked else set()), "only the first is ever called better"
