"""Long prompts, which the page shows otherwise than they were sent: each is sent once."""

from pathlib import Path

import pytest

from helpers.play import browsing, playing
from pressrun.picture.panel import Panel

PARAGRAPH = (
    "The harbour town at dusk, seen from the ferry: wet slates, a crane, gulls over the fish hall. "
    "Mara leans on the rail in her yellow oilskin, “not yet”, she says – and waits…"
)


def book() -> list[Panel]:
    """Five short prompts and five of twenty paragraphs, in turn."""
    long = "\n\n".join([PARAGRAPH] * 20)
    return [
        Panel(f"p{number:02d}", f"{long}\n\nPanel {number}" if number % 2 else f"Panel {number}")
        for number in range(1, 11)
    ]


@pytest.mark.parametrize(
    ("shell", "decoration"),
    [
        ("A", "block"),
        ("B", "hidden"),
        pytest.param("A", "hidden", marks=pytest.mark.long),
        pytest.param("B", "block", marks=pytest.mark.long),
    ],
)
async def test_a_prompt_that_the_page_collapses_is_sent_once(
    tmp_path: Path, shell: str, decoration: str
) -> None:
    """With either decoration that was recorded, in two tabs: 10 of 10 pictures, 10 submissions."""
    async with playing(tmp_path / "stage", {"shell": shell, "collapsed": decoration}) as play:
        own = play.stage.home.sites / "chatgpt.toml"
        text = own.read_text(encoding="utf-8")
        own.write_text(text.replace("acknowledge = 75", "acknowledge = 12"), encoding="utf-8")
        async with browsing(play.stage):
            await play.start(book(), tabs=2)
            batch = await play.ended(within=90)
        assert batch.done == batch.total == 10, batch
        found = await play.audit()
        assert found.clean, found
        assert (found.submissions, found.pictures, found.images) == (10, 10, 10)
