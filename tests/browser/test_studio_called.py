"""The studio, the folder of pictures and their author's command line, with a real browser."""

import json
import os
from pathlib import Path

import pytest

from helpers.play import EXTENSION, Play, ask_worker, browsing
from pressrun.browser.devtools import DevTools, PageSession
from pressrun.errors import Exit
from trials.demo.book import panels

CELLS = "[...document.querySelectorAll('.cell:not([hidden])')]"
FRONT = """
  const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
  return tab.url ?? "";
"""
"""The address of the page in front of the author."""

WITHOUT_WORDS = """
  if (globalThis.chrome?.i18n) {
    chrome.i18n.getMessage = () => (globalThis.missed = (globalThis.missed ?? 0) + 1, "");
  }
"""
"""As in a process of Chrome that could not read the extension's texts."""

WORDS = """[...document.querySelectorAll('[data-i18n], [data-i18n-label], [data-i18n-title]')].map(
  (each) => [each.dataset.i18n && each.textContent, each.getAttribute('aria-label'), each.title])"""


async def made(play: Play, name: str, count: int) -> Path:
    """Have the pictures of a list made; returns the list."""
    book = play.write(panels(count), name)
    run = await play.pressrun(
        "run", str(book), f"--output={play.stage.folder / f'{name} pictures'}"
    )
    assert run.code == 0, run.err
    return book


async def the_studio(tools: DevTools) -> PageSession:
    """The one page of the studio."""
    (page,) = [each for each in await tools.targets("page") if "/studio/" in each.url]
    return await tools.attach(page.id)


async def test_each_book_is_shown_in_the_one_studio(play: Play) -> None:
    """By its list or its folder; the page that is open goes there and comes to the front."""
    async with browsing(play.stage) as tools:
        first, second = await made(play, "harbour", 2), await made(play, "hills", 3)
        opened = await play.pressrun("studio", str(first))
        assert opened.code == 0, opened.err
        studio = await the_studio(tools)
        await studio.until(f"{CELLS}.length === 2")
        await studio.run("globalThis.before = 'the same page'")

        await tools.page("about:blank")
        assert not (await ask_worker(tools, FRONT)).startswith(EXTENSION)
        pictures = play.stage.folder / "hills pictures"
        opened = await play.pressrun("studio", str(pictures), "--json")
        assert opened.code == 0, opened.err
        await studio.until(f"{CELLS}.length === 3")
        assert await ask_worker(tools, FRONT) == json.loads(opened.out)["address"]
        assert await studio.run("before") == "the same page"

        await tools.page("about:blank")
        opened = await play.pressrun("studio")
        assert opened.code == 0, opened.err
        assert (await ask_worker(tools, FRONT)).startswith(f"{EXTENSION}/studio/")
        assert await studio.run(f"{CELLS}.length") == 3, "it shows what it showed"

        nothing = await play.pressrun("studio", str(second.with_name("nowhere.csv")))
        assert nothing.code == Exit.NOT_FOUND
        assert "nothing was ever made of" in nothing.err
        await the_studio(tools)


async def test_without_a_browser_its_author_is_told_what_to_do(play: Play) -> None:
    """With the exit code of what could not be reached, whether the host runs or is stopped."""
    opened = await play.pressrun("studio")
    assert opened.code == Exit.NO_HOST
    assert "no browser with the Pressrun extension is open" in opened.err
    assert "pressrun install" in opened.err
    await play.stop_host()
    opened = await play.pressrun("studio")
    assert opened.code == Exit.NO_HOST
    assert "pressrun host start" in opened.err


async def test_the_folder_of_pictures_opens_in_the_file_manager(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the command line, the popup and the studio alike, each the folder that it shows."""
    opened = play.stage.folder / "opened"
    programs = play.stage.folder / "programs"
    programs.mkdir()
    for name in ("xdg-open", "open"):
        program = programs / name
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> "{opened}"\n', encoding="utf-8")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":7")
    book = play.write(panels(2), "harbour")
    pictures = play.stage.folder / "harbour pictures"
    async with browsing(play.stage) as tools:
        run = await play.pressrun("run", str(book), f"--output={pictures}")
        assert run.code == 0, run.err
        for asked in ([str(book)], [str(book), "--key", panels(1)[0].key], []):
            folder = await play.pressrun("open", *asked)
            assert folder.code == 0, folder.err
        popup = await tools.page(f"{EXTENSION}/popup/popup.html")
        button = "document.querySelector('[data-part=folder]')"
        await popup.until(f"{button}?.hidden === false")
        await popup.run(f"{button}.click()")
        told = "document.querySelector('[data-part=fault]').textContent"
        while len(opened.read_text(encoding="utf-8").splitlines()) < 4:
            assert await popup.run(told) == ""
    assert opened.read_text(encoding="utf-8").splitlines() == [
        str(pictures),
        str(pictures / "ch01" / "p001"),
        str(pictures),
        str(pictures),
    ]


@pytest.mark.parametrize("path", ["studio/studio.html", "popup/popup.html"])
async def test_pages_have_their_words_where_chrome_has_none(play: Play, path: str) -> None:
    """In English, the same as a browser in English shows."""
    async with browsing(play.stage) as tools:
        usual = await tools.page(f"{EXTENSION}/{path}")
        await usual.until(f"document.readyState === 'complete' && {WORDS}.flat().some(Boolean)")
        page = await tools.page("about:blank")
        await page.do("Page.enable")
        await page.do("Page.addScriptToEvaluateOnNewDocument", source=WITHOUT_WORDS)
        await page.do("Page.navigate", url=f"{EXTENSION}/{path}")
        await page.until(f"globalThis.missed > 0 && {WORDS}.flat().some(Boolean)")
        words = await usual.run(WORDS)
        assert len(words) > 5
        assert await page.run(WORDS) == words
