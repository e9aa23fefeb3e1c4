"""The popup: a view over the host, and the buttons that it has."""

import asyncio
import json
from pathlib import Path
from typing import cast

from helpers import profiles
from helpers.hosts import host_of
from helpers.play import EXTENSION, Play, ask_worker, browsing, playing
from helpers.stores import leave_in_doubt
from pressrun.browser.devtools import DevTools, PageSession
from pressrun.install import registration
from pressrun.protocol.messages.status import Status
from pressrun.states import BatchState
from trials.demo.book import panels

SHOWN = """Object.fromEntries([...document.querySelectorAll("[data-part]")]
  .reverse().map((element) => [element.dataset.part, element.textContent]))"""
BUTTON = "document.querySelector('button[data-part=toggle]')"


async def open_popup(tools: DevTools) -> PageSession:
    """The popup's page in a tab, which Chrome's own popup cannot be for a test."""
    return await tools.page(f"{EXTENSION}/popup/popup.html")


async def shown(popup: PageSession) -> dict[str, str]:
    """The texts of the popup, by part."""
    return cast("dict[str, str]", await popup.run(SHOWN))


async def test_popup_shows_progress_and_pauses_and_resumes(play: Play) -> None:
    """Pause begins no further picture, Resume goes on, and the figures are the host's."""
    async with browsing(play.stage) as tools:
        await play.start(panels(6), tabs=2)
        popup = await open_popup(tools)
        await popup.until(f"({SHOWN}).link === 'Connected'")
        await popup.until(f"({SHOWN}).done?.endsWith('of 6')")
        assert (await shown(popup))["name"] == "book.jsonl"

        await popup.run(f"{BUTTON}.click()")
        paused = await play.until(
            lambda status: (
                status.batches[0].state == BatchState.PAUSED and not status.batches[0].working
            )
        )
        done = paused.batches[0].done
        assert done < 6
        sent = len(play.stage.ledger().submissions)
        await popup.until(f"({SHOWN}).sentence.startsWith('Paused with')")
        await popup.until(f"({SHOWN}).done === '{done} of 6' && {BUTTON}.textContent === 'Resume'")
        await asyncio.sleep(1)  # a picture takes about as long from its claim to Send
        assert len(play.stage.ledger().submissions) == sent

        await popup.run(f"{BUTTON}.click()")
        batch = await play.ended()
        assert batch.done == 6
        await popup.until(f"({SHOWN}).done === '6 of 6'")
        assert (await shown(popup))["sentence"].startswith("All pictures are made")
        assert await popup.run(f"{BUTTON}.hidden")
    found = await play.audit()
    assert found.clean, found
    assert found.submissions == 6


async def test_popup_says_what_to_do_when_the_program_is_not_installed(play: Play) -> None:
    """It names the command, and connects by itself when that was run."""
    place = registration.user_data_place(play.stage.profile)
    registration.uninstall(play.stage.home, [place])
    async with browsing(play.stage) as tools:
        popup = await open_popup(tools)
        await popup.until(f"({SHOWN}).link === 'Not installed'")
        commands = "[...document.querySelectorAll('code')].map((code) => code.textContent)"
        assert await popup.run(commands) == ["pressrun install"]
        installed = await play.pressrun("install", f"--user-data-dir={play.stage.profile}")
        assert installed.code == 0, installed.err
        await popup.until(f"({SHOWN}).link === 'Connected'")
        await popup.until(f"({SHOWN}).sentence.startsWith('Nothing to make')")
        assert (await shown(popup))["advice"] == ""


async def test_popup_names_the_remedy_when_the_program_no_longer_starts(play: Play) -> None:
    """A launcher that ends at once, again and again, is told as broken until it is mended."""
    launcher = play.stage.home.folder / "bin" / "pressrun-relay"
    launcher.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    async with browsing(play.stage) as tools:
        popup = await open_popup(tools)
        await popup.until(f"({SHOWN}).link === 'Not working'")
        assert (await shown(popup))["sentence"].startswith("The Pressrun program ends as soon as")
        commands = "[...document.querySelectorAll('code')].map((code) => code.textContent)"
        assert await popup.run(commands) == ["pressrun install"]
        installed = await play.pressrun("install", f"--user-data-dir={play.stage.profile}")
        assert installed.code == 0, installed.err
        await popup.until(f"({SHOWN}).link === 'Connected'")


async def test_popup_shows_the_tab_that_waits_for_the_author(tmp_path: Path) -> None:
    """A click brings it before another tab of its window; nothing was sent meanwhile."""
    async with playing(tmp_path / "stage", {"signed_out": "expired"}) as play:
        profiles.write(play.stage.home.sites / "chatgpt.toml", profiles.hurried({"page": 5}))
        async with browsing(play.stage) as tools:
            await play.start(panels(1), tabs=1)
            status = await play.until(lambda seen: any(each.asks for each in seen.accounts))
            assert "Sign in to ChatGPT" in status.sentence
            await ask_worker(tools, COVER)
            popup = await open_popup(tools)
            await popup.until(f"({SHOWN}).act === 'Show the tab' && !{ACT}.hidden")
            await popup.run(f"{ACT}.click()")
            await ask_worker(tools, IN_FRONT)
        assert play.stage.ledger().submissions == []


async def test_a_tab_that_wants_a_person_stays_until_one_came(tmp_path: Path) -> None:
    """It is not closed under the author; when the batch is cancelled, it goes."""
    async with playing(tmp_path / "stage", {"challenge": True}) as play:
        profiles.write(play.stage.home.sites / "chatgpt.toml", profiles.hurried({"page": 3}))
        async with browsing(play.stage) as tools:
            await play.start(panels(1), tabs=1)
            asked = await play.until(lambda seen: any(each.asks for each in seen.accounts))
            assert "Confirm to the site that you are human" in asked.sentence
            until = asked.accounts[0].resting_until or 0
            again = await play.until(lambda seen: (seen.accounts[0].resting_until or 0) > until + 3)
            assert tabs_of(again) == tabs_of(asked) != []
            popup = await open_popup(tools)
            await popup.until(f"({SHOWN}).act === 'Show the tab' && !{ACT}.hidden")
            await play.pressrun("cancel")
            await play.until(lambda seen: not tabs_of(seen))
            await popup.until(f"{ACT}.hidden")


def tabs_of(status: Status) -> list[int]:
    """Return the tabs that are open."""
    return [tab.tab for account in status.accounts for tab in account.tabs]


ACT = "document.querySelector('[data-part=act]')"
COVER = """
  const [{ windowId }] = await chrome.tabGroups.query({ title: "Pressrun" });
  await chrome.tabs.create({ windowId, active: true, url: "about:blank" });
"""
IN_FRONT = """
  for (;;) {
    const [group] = await chrome.tabGroups.query({ title: "Pressrun" });
    const [tab] = await chrome.tabs.query({ windowId: group?.windowId, active: true });
    if (group && tab.groupId === group.id) return;
    await new Promise((done) => setTimeout(done, 50));
  }
"""
"""Waits until a worker tab is the one that is seen in its window."""


async def test_popup_lets_the_author_decide_what_cannot_be_proved(play: Play) -> None:
    """Each picture that waits is listed with its reason and its choices, and goes when decided."""
    await leave_in_doubt(play.stage.home, {f"ch01/p{n} panel": None for n in range(1, 8)})
    listed = "[...document.querySelectorAll('.doubt')].map((row) => row.textContent.trim())"
    async with browsing(play.stage) as tools:
        popup = await open_popup(tools)
        await popup.until(f"({listed}).length === 3")
        assert "the chat is gone" in (await popup.run(listed))[0]
        assert (await shown(popup))["more"] == "and 4 more: pressrun doubt lists them all"
        give_up = "[aria-label='Give up: ch01/p1']"
        await popup.run(f'document.querySelector("{give_up}").click()')
        await popup.until(f'document.querySelector("{give_up}") === null')
        assert (await shown(popup))["more"] == "and 3 more: pressrun doubt lists them all"
        told = await play.pressrun("doubt", "--json")
        assert {each["key"] for each in json.loads(told.out)["doubts"]} == {
            f"ch01/p{n}" for n in range(2, 8)
        }
        await play.pressrun("doubt", "look", "--all")
        await popup.until("document.querySelector('[data-part=asking]').hidden")


async def test_popup_says_that_pressrun_is_stopped_and_goes_on_when_it_is_started(
    play: Play,
) -> None:
    """`pressrun host stop` lasts, though a browser is open; `host start` is all that it takes."""
    async with browsing(play.stage) as tools:
        popup = await open_popup(tools)
        await popup.until(f"({SHOWN}).link === 'Connected'")
        await play.stop_host()
        await popup.until(f"({SHOWN}).link === 'Stopped'")
        assert (await shown(popup))["sentence"] == "Pressrun is stopped."
        await asyncio.sleep(2)  # the relay looks ten times a second whether it is wanted
        assert host_of(play.stage.home) is None
        assert (await play.pressrun("host", "start")).code == 0
        await popup.until(f"({SHOWN}).link === 'Connected'")


async def test_the_author_says_whether_the_machine_is_kept_awake(play: Play) -> None:
    """Chrome is asked while pictures are made, and as soon as the box is ticked or not."""
    started = await play.pressrun("host", "start")
    assert started.code == 0, started.err
    async with browsing(play.stage) as tools:
        popup = await open_popup(tools)
        await popup.until(f"({SHOWN}).link === 'Connected'")
        await ask_worker(tools, LISTEN)
        await play.start(panels(2), tabs=1)
        await play.ended()
        assert await asked_of_chrome(tools, "released") == ["system", "released"]

        await popup.until(f"{BOX}.checked")
        await popup.run(f"{BOX}.click()")
        assert await asked_of_chrome(tools, "released") == ["released"]
        await play.start(panels(3), tabs=1)
        await play.ended()
        assert "system" not in await asked_of_chrome(tools, "released")
        again = await open_popup(tools)
        await again.until(f"({SHOWN}).link === 'Connected'")
        assert not await again.run(f"{BOX}.checked")
    found = await play.audit()
    assert found.clean, found


BOX = "document.querySelector('[data-part=awake]')"
LISTEN = """
  globalThis.asked = [];
  chrome.power.requestKeepAwake = (level) => asked.push(level);
  chrome.power.releaseKeepAwake = () => asked.push("released");
"""


async def asked_of_chrome(tools: DevTools, last: str) -> list[str]:
    """What Chrome was asked since the last time, as soon as it ends so."""
    async with asyncio.timeout(20):
        while True:
            asked = await ask_worker(tools, "return asked")
            if asked and asked[-1] == last:
                await ask_worker(tools, "asked.length = 0")
                return cast("list[str]", asked)
            await asyncio.sleep(0.1)
