"""Pictures are ordered, watched and limited in the studio, by keyboard alone."""

import json
from pathlib import Path

from helpers.hosts import end_host
from helpers.keyboard import press, tab_to, type_words
from helpers.play import EXTENSION, Play, browsing
from pressrun.browser.devtools import DevTools, PageSession
from trials.demo.book import panels

MAIN = "document.querySelector('.begin button')"
FIELD = "document.querySelector('.source input')"
FAULT = "document.querySelector('.ordering .fault')"


async def studio(tools: DevTools, view: str) -> PageSession:
    """The studio's page, as it shows one of its views."""
    return await tools.page(f"{EXTENSION}/studio/studio.html#view={view}")


async def name(page: PageSession, source: Path | str) -> None:
    """Type the path of a list or a book, and have it planned."""
    await page.until(f"{FIELD} !== null")
    await page.run(f"{FIELD}.focus(); {FIELD}.select()")
    await type_words(page, str(source))
    await press(page, "Enter")


async def test_nothing_is_sent_before_the_button_that_says_how_many(play: Play) -> None:
    """A plan costs nothing; the button names the number, and exactly so many are sent."""
    source = play.write(panels(4))
    async with browsing(play.stage) as tools:
        page = await studio(tools, "start")
        await name(page, source)
        await page.until(f"{MAIN}.textContent === 'Make 4 pictures' && !{MAIN}.disabled")
        await tab_to(page, "Only these")
        await type_words(page, ", ".join(each.key for each in panels(2)))
        await page.until(f"{MAIN}.textContent === 'Make 2 pictures' && !{MAIN}.disabled")
        assert play.stage.ledger().submissions == []
        await tab_to(page, "Make 2 pictures")
        await press(page, "Enter")
        status = await play.until(lambda seen: any(each.done == 2 for each in seen.batches))
        [batch] = status.batches
        assert batch.total == 2
        assert len(play.stage.ledger().submissions) == 2
        await page.until(f"{MAIN}.textContent === 'There is nothing to make.' && {MAIN}.disabled")
        card = "document.querySelector('.known .card .figures').textContent"
        await page.until(f"{card} === '2 of 4 pictures'")
    play.library = Path(batch.library)
    found = await play.audit()
    assert found.clean, found


async def test_what_is_wrong_with_a_book_is_told_whole_with_file_and_line(play: Play) -> None:
    """And nothing is offered to be started; the path that was typed stays to be mended."""
    bad = play.stage.folder / "bad.csv"
    bad.write_text("key,prompt\na,A fox\na,A bear\n", encoding="utf-8")
    async with browsing(play.stage) as tools:
        page = await studio(tools, "start")
        await name(page, bad)
        told = str(await page.until(f"{FAULT}.textContent", within=60))
        shown = await play.pressrun("plan", str(bad))
        assert shown.code == 2
        assert "bad.csv:3" in told
        assert " ".join(told.split()) in " ".join(shown.err.split())
        assert await page.run("document.querySelector('.planned').hidden")
        assert await page.run(f"{FIELD}.value") == str(bad)
        await name(page, "bad.csv")
        await page.until(f"{FAULT}.textContent.includes('not a whole path')")
        assert play.stage.ledger().submissions == []


async def test_a_plan_that_changed_is_shown_before_anything_is_started(play: Play) -> None:
    """The button keeps its word: another number than it said is never sent."""
    source = play.write(panels(2))
    async with browsing(play.stage) as tools:
        page = await studio(tools, "start")
        await name(page, source)
        await page.until(f"{MAIN}.textContent === 'Make 2 pictures' && !{MAIN}.disabled")
        play.write(panels(3))
        await tab_to(page, "Make 2 pictures")
        await press(page, "Enter")
        await page.until(
            f"{FAULT}.textContent.startsWith('3 pictures would be made now, and not 2')"
        )
        await page.until(f"{MAIN}.textContent === 'Make 3 pictures' && !{MAIN}.disabled")
        assert (await play.now()).batches == []


async def test_hostile_names_are_only_text(play: Play) -> None:
    """Markup in a key, a folder or a fault is shown as it is, and runs nothing."""
    hostile = "<img src=x onerror=document.title='bad'><b>x</b>"
    folder = play.stage.folder / "<i>book<!--"
    folder.mkdir()
    source = folder / "list.jsonl"
    lines = [json.dumps({"key": f"a/{each}", "prompt": hostile * each}) for each in (1, 2)]
    source.write_text("\n".join([*lines, json.dumps({"key": "b", "prompt": hostile})]))
    async with browsing(play.stage) as tools:
        page = await studio(tools, "start")
        await name(page, source)
        await page.until(f"{MAIN}.textContent === 'Make 3 pictures'")
        shown = await page.run("document.querySelector('.planned .path').textContent")
        assert str(folder) in shown
        await name(page, f"{folder}/{hostile}")
        told = str(await page.until(f"{FAULT}.textContent"))
        assert hostile in told
        await page.run("location.hash = '#view=log'")
        texts = "[...document.querySelectorAll('.log .line .text')].map((it) => it.textContent)"
        await page.until(f"{texts}.length > 0")
        assert (
            await page.run("document.querySelectorAll('main :is(img, b, i)[onerror]').length") == 0
        )
        assert await page.run("document.querySelectorAll('.start :is(img, i)').length") == 0
        assert await page.run("document.title") != "bad"


async def test_a_batch_is_paused_and_cancelled_where_it_is_shown(play: Play) -> None:
    """Cancelling asks first, and whoever presses Enter again keeps it."""
    async with browsing(play.stage) as tools:
        await play.start(panels(12), tabs=1)
        page = await studio(tools, "start")
        await page.until(
            "document.querySelector('.batches .card h3')?.textContent === 'book.jsonl'"
        )
        await tab_to(page, "Pause book.jsonl")
        await press(page, "Enter")
        await play.until(lambda status: status.batches[0].state == "paused")
        await page.until("document.querySelector('.batches .state').textContent === 'paused'")
        assert await page.run("document.activeElement.ariaLabel") == "Resume book.jsonl"
        await tab_to(page, "Cancel … book.jsonl")
        await press(page, "Enter", times=2)
        assert (await play.now()).batches[0].state == "paused"
        await press(page, "Enter")
        await tab_to(page, "Cancel the batch", back=True)
        await press(page, "Enter")
        await play.until(lambda status: status.batches[0].state == "cancelled")
        await page.until("document.querySelector('.batches .card') === null")


async def test_limits_are_set_and_the_plot_tells_what_was_sent(play: Play) -> None:
    """In a picture for who sees it, in a sentence and a table for everybody."""
    async with browsing(play.stage) as tools:
        await play.start(panels(3), tabs=1)
        await play.ended()
        page = await studio(tools, "accounts")
        await page.until("document.querySelector('figcaption')?.textContent.includes('3 sent, 3')")
        assert await page.run("document.querySelectorAll('.plot .made').length") >= 1
        label = await page.run("document.querySelector('.plot').getAttribute('aria-label')")
        assert label == "Last day: 3 sent, 3 pictures, limits met: 0."
        cells = "[...document.querySelectorAll('.accounts tbody td:nth-child(2)')]"
        assert (
            await page.run(f"{cells}.reduce((sum, cell) => sum + Number(cell.textContent), 0)") == 3
        )
        await page.run("document.querySelector('.list .ceilings input').focus()")
        await type_words(page, "3")
        await tab_to(page, "Pictures an hour")
        await type_words(page, "20")
        await press(page, "Enter")
        said = "document.querySelector('.list .ceilings .hint').textContent"
        await page.until(f"{said} === 'Now: 3 tabs, 20 pictures an hour.'")
        told = await play.pressrun("allow")
        assert "your limits: 3 tabs, 20 pictures an hour" in told.out


async def test_what_was_typed_survives_the_host_and_is_planned_when_it_is_back(play: Play) -> None:
    """The page says calmly that the link is down, and goes on by itself."""
    source = play.write(panels(3))
    async with browsing(play.stage) as tools:
        page = await studio(tools, "start")
        await name(page, source)
        await page.until(f"{MAIN}.textContent === 'Make 3 pictures'")
        await page.run(f"{FIELD}.focus(); {FIELD}.select()")
        await type_words(page, str(source))
        end_host(play.stage.home)
        await press(page, "Enter")
        await page.until(f"{MAIN}.textContent === 'Make 3 pictures' && !{MAIN}.disabled")
        assert await page.run(f"{FIELD}.value") == str(source)
        assert play.stage.ledger().submissions == []


async def test_the_log_goes_on_while_it_is_looked_at(play: Play) -> None:
    """A line is there as soon as it is written, in the words of the command line."""
    async with browsing(play.stage) as tools:
        page = await studio(tools, "log")
        texts = "[...document.querySelectorAll('.log .line .text')].map((it) => it.textContent)"
        await page.until(f"{texts}.some((text) => text.startsWith('host starts'))")
        allowed = await play.pressrun("allow", "--tabs", "5")
        assert allowed.code == 0, allowed.err
        await page.until(f"{texts}.at(-1).startsWith('accounts allowed')")
        shown = await play.pressrun("logs", "-n", "200")
        for text in await page.run(texts):
            assert " ".join(str(text).split()) in " ".join(shown.out.split())
        end_host(play.stage.home)
        await page.until(f"{texts}.filter((text) => text.startsWith('host starts')).length === 2")
        numbers = await page.run(
            f"{texts}.filter((text) => text.startsWith('accounts allowed')).length"
        )
        assert numbers == 1
