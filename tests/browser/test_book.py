"""A whole book through real tabs, from the command line."""

import json

from PIL import Image

from helpers.play import Play, browsing
from pressrun.library import sheet
from trials.demo.book import panels


async def test_every_panel_of_a_book_is_made_once_and_filed_right(play: Play) -> None:
    """24 panels in 3 tabs: 24 submissions, 24 pictures, each under its own name; then nothing."""
    book = panels(24)
    run = ("run", str(play.write(book)), "--output", str(play.library), "--tabs", "3")
    async with browsing(play.stage):
        first = await play.pressrun(*run)
        again = await play.pressrun(*run)
    assert (first.code, first.last) == (0, "24/24 pictures"), first
    assert (again.code, again.last) == (0, "Nothing to make: 24/24 pictures"), again

    found = await play.audit()
    assert found.clean, found
    assert (found.submissions, found.pictures, found.images) == (24, 24, 24)
    for panel in book:
        sidecar = json.loads((play.library / f"{panel.key}.json").read_text(encoding="utf-8"))
        with Image.open(play.library / f"{panel.key}.png") as picture:
            assert (sidecar["width"], sidecar["height"]) == picture.size == (512, 512)
        (made,) = play.stage.ledger().pictures_of(panel.prompt)
        assert sidecar["conversation"] == made.conversation
        assert (sidecar["turn"], sidecar["file_id"]) == (made.turn, made.file_id)
    page = (play.library / sheet.NAME).read_text(encoding="utf-8")
    places = [page.index(f'href="{panel.key}.png"') for panel in book]
    assert places == sorted(places)
