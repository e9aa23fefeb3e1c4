"""The site profile while tabs are open: checked, mended without a reload, and a stop in time."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from helpers import profiles
from helpers.play import browsing, playing
from pressrun.errors import Exit
from pressrun.sites import profile
from trials.demo.book import panels

TEXT = (Path(profile.__file__).parent / "chatgpt.toml").read_text(encoding="utf-8")
ADD_MENU = "add_menu = [\n  '#composer-plus-btn',\n"
SLOW = {"generation_seconds": (60, 60)}


async def test_open_tabs_are_checked_kept_and_read_by_a_mended_profile(tmp_path: Path) -> None:
    """A mended copy is taken up without a reload; a capture holds nothing that anybody wrote."""
    book = panels(1)
    async with playing(tmp_path / "stage", SLOW) as play, browsing(play.stage):
        await play.start(book, tabs=1)
        await play.until(
            lambda seen: any("picture" in t.doing for a in seen.accounts for t in a.tabs)
        )
        checked = await play.pressrun("site", "check", "--json")
        assert checked.code == Exit.OK, checked
        (tab,) = json.loads(checked.out)["tabs"]
        assert (tab["shell"], tab["missing"], tab["outcome"]) == ("A", [], "working")

        kept = await play.pressrun("site", "capture", "--json")
        (path,) = json.loads(kept.out)["files"]
        html = await asyncio.to_thread(Path(path).read_text, encoding="utf-8")
        assert 'data-type="unified-composer"' in html
        words = book[0].prompt.split()
        for three in zip(words, words[1:], words[2:], strict=False):
            assert " ".join(three) not in html

        seen = (await play.pressrun("site", "read", path, "--json")).told
        assert (seen["shell"], seen["missing"], len(seen["turns"])) == ("A", [], 2)

        mended = TEXT.replace(ADD_MENU, "add_menu = [\n  'button#composer-plus-btn',\n")
        assert mended != TEXT
        other = play.stage.folder / "mended.toml"
        profiles.write(other, mended.replace('version = "', 'version = "mended '))
        tried = await play.pressrun("site", "try", str(other), "--json")
        assert tried.code == Exit.OK, tried
        (page,) = json.loads(tried.out)["pages"]
        assert [(each["what"], each["lost"]) for each in page["changes"]] == [("add_menu", False)]

        own = play.stage.home.sites / "chatgpt.toml"
        own.parent.mkdir(exist_ok=True)
        other.rename(own)
        await play.logged("site_profile_changed")
        again = (await play.pressrun("site", "check", "--json")).told
        assert again["version"].startswith("mended")
        (found,) = [each for each in again["tabs"][0]["found"] if each["role"] == "add_menu"]
        assert found["rule"] == "button#composer-plus-btn"
        assert again["tabs"][0]["tab"] == tab["tab"]
        assert len(play.stage.ledger().submissions) == 1


@pytest.mark.parametrize(
    ("shell", "language"),
    [
        ("B", "ar"),
        ("bare", "de"),
        pytest.param("A", "ja", marks=pytest.mark.long),
        pytest.param("B", "en", marks=pytest.mark.long),
    ],
)
async def test_a_book_is_made_in_every_shell(tmp_path: Path, shell: str, language: str) -> None:
    """Other builds and other languages of the page make the same book, each picture once."""
    shown = {"shell": shell, "language": language}
    async with playing(tmp_path / "stage", shown) as play:
        async with browsing(play.stage):
            await play.start(panels(3), tabs=2)
            batch = await play.ended()
        assert batch.done == batch.total == 3, batch
        found = await play.audit()
        assert found.clean, found
        assert (found.submissions, found.pictures, found.images) == (3, 3, 3)


async def test_nothing_is_sent_when_the_page_lacks_what_is_needed(tmp_path: Path) -> None:
    """The batch stops before anything is sent, and the views say which role is missing."""
    async with playing(tmp_path / "stage") as play:
        own = play.stage.home.sites / "chatgpt.toml"
        own.parent.mkdir(parents=True, exist_ok=True)
        broken = re.sub(r"(?ms)^add_menu = \[\n.*?^\]\n", "add_menu = ['#gone']\n", TEXT)
        broken = broken.replace("page = 45", "page = 3")
        own.write_text(broken, encoding="utf-8")
        async with browsing(play.stage):
            await play.start(panels(3), tabs=2)
            status = await play.until(lambda seen: any(each.resting for each in seen.accounts))
            checked = await play.pressrun("site", "check")
        assert "lacks add_menu" in (status.accounts[0].resting or "")
        assert "lacks add_menu" in status.sentence
        assert checked.code == Exit.NEEDS_YOU, checked
        assert "missing" in checked.out
        assert play.stage.ledger().submissions == []
