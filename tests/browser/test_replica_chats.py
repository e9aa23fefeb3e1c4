"""The replica's chats, worked by the extension's own scripts and the shipped profile."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest
import pytest_asyncio

from helpers.visit import PAGE_SECONDS, QUICK, Visit, Window, window
from pressrun.browser.devtools import DevToolsError
from pressrun.protocol.messages.page import Reading
from pressrun.simulator.ledger import read
from pressrun.sites.profile import shipped

pytestmark = pytest.mark.asyncio(loop_scope="module")

SITE = shipped("chatgpt")
PROFILE = SITE.page.model_dump_json()
SHELLS = ["A", "B"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Window]:
    """Open one browser for all visits here."""
    async with window(tmp_path_factory.mktemp("chats"), QUICK) as opened:
        yield opened


async def until(visit: Visit, met: Callable[[Reading], bool]) -> Reading:
    """The first reading that is as it has to be."""
    async with asyncio.timeout(PAGE_SECONDS):
        while True:
            # a page that is being left answers nothing
            with contextlib.suppress(DevToolsError):
                if met(reading := await visit.reading(PROFILE)):
                    return reading
            await asyncio.sleep(0.02)


async def image_mode(visit: Visit) -> None:
    """Switch image mode on as the profile says, and see that it is."""
    await until(visit, lambda reading: reading.composers == 1)
    for step in SITE.mode:
        await until(visit, partial(_shows, step.click))
        await visit.work(PROFILE, "page.click", role=step.click, step=f"{step.click} {_next()}")
    await until(visit, lambda reading: reading.mode_on)


async def send(visit: Visit, words: str) -> None:
    """Write words and click Send."""
    await visit.work(PROFILE, "page.fill", text=words, typed=False, step=f"fill {_next()}")
    await until(visit, lambda reading: reading.send)
    await visit.work(PROFILE, "page.click", role="send", step=f"send {_next()}")


async def make(visit: Visit, words: str, turns: int) -> Reading:
    """Send words in image mode and wait for their picture, the last of so many."""
    await image_mode(visit)
    await send(visit, words)
    return await until(visit, lambda reading: _pictures(reading) == turns and not reading.stop)


_numbers = iter(range(1_000_000))


def _next() -> int:
    return next(_numbers)


def _shows(role: str, reading: Reading) -> bool:
    return role in _seen(reading)


def _seen(reading: Reading) -> set[str]:
    return {each.role for each in reading.seen}


def _said(reading: Reading) -> list[str]:
    return [turn.text for turn in reading.turns if turn.role == "user"]


def _pictures(reading: Reading) -> int:
    """The final pictures that are shown, one for each answer."""
    answers = [turn for turn in reading.turns if turn.role != "user"]
    return sum(1 for turn in answers if any(each.loaded for each in turn.pictures))


@pytest.mark.parametrize("shell", SHELLS)
async def test_a_chat_goes_on_in_its_tab_and_from_its_address(opened: Window, shell: str) -> None:
    """Each prompt needs image mode again, stands below, and has the next answer for its own."""
    async with opened.visit(f"on-{shell}", {"shell": [shell]}) as visit:
        await make(visit, "a fox", 1)
        reading = await until(visit, lambda each: "/c/" in each.url)
        assert not reading.mode_on
        reading = await make(visit, "a bear", 2)
        assert _said(reading) == ["a fox", "a bear"]
        await visit.reload()
        reading = await make(visit, "a fox", 3)
        assert _said(reading) == ["a fox", "a bear", "a fox"]
        assert [turn.role == "user" for turn in reading.turns] == [True, False] * 3
        sent = read(opened.replica.ledger).submissions
        ours = [each for each in sent if each.account == f"on-{shell}"]
        assert [each.mode for each in ours] == ["image"] * 3
        assert len({each.conversation for each in ours}) == 1


async def test_only_the_newest_author_part_is_unmounted_while_its_answer_is_made(
    opened: Window,
) -> None:
    """On the redesign, with the switch; the earlier turns stay whole."""
    switches = {"shell": ["B"], "remounted": True, "generation_seconds": (4, 4)}
    async with opened.visit("remount", switches) as visit:
        await make(visit, "a fox", 1)
        await image_mode(visit)
        await send(visit, "a bear")
        await until(visit, lambda reading: _said(reading) == ["a fox"] and reading.turn_count >= 3)
        await until(visit, lambda reading: _said(reading) == ["a fox", "a bear"])


@pytest.mark.parametrize("shell", SHELLS)
async def test_what_was_written_elsewhere_is_in_another_branch_until_a_load(
    opened: Window, shell: str
) -> None:
    """The page that was open before goes on after what it shows."""
    async with opened.visit(f"branch-{shell}", {"shell": [shell]}) as visit:
        await make(visit, "a fox", 1)
        chat = read(opened.replica.ledger).submissions[-1].conversation
        await visit.page.run(
            "fetch('/replica/chat', { method: 'POST', body: JSON.stringify({ act: 'write', "
            f"conversation: '{chat}', words: 'Thanks!' }}) }}).then((told) => told.status)"
        )
        assert _said(await visit.reading(PROFILE)) == ["a fox"]
        await visit.reload()
        await until(visit, lambda reading: _said(reading) == ["a fox", "Thanks!"])
        opened.replica.site.write(chat, "Once more")
        reading = await make(visit, "a bear", 2)
        assert _said(reading) == ["a fox", "Thanks!", "a bear"]


@pytest.mark.parametrize("shell", SHELLS)
async def test_a_deleted_chat_leads_home_with_a_toast(opened: Window, shell: str) -> None:
    """And a page that still shows it cannot send."""
    async with opened.visit(f"gone-{shell}", {"shell": [shell]}) as visit:
        await make(visit, "a fox", 1)
        chat = read(opened.replica.ledger).submissions[-1].conversation
        await until(visit, lambda reading: chat in reading.url)
        opened.replica.site.delete(chat)
        await image_mode(visit)
        await send(visit, "a bear")
        await until(visit, lambda reading: any("wrong" in each.text for each in reading.notices))
        await visit.open(f"/c/{chat}")
        reading = await until(visit, lambda each: bool(each.notices))
        assert [each.text for each in reading.notices] == [f"Unable to load conversation {chat}"]
        assert (reading.url, reading.turns) == (SITE.home, [])
        assert read(opened.replica.ledger).submissions[-1].prompt == "a fox"


@pytest.mark.parametrize("shell", SHELLS)
async def test_a_project_has_its_own_composer_and_list(opened: Window, shell: str) -> None:
    """Chats that are begun there have their address below it, and the profile finds the list."""
    account = f"project-{shell}"
    async with opened.visit(account, {"shell": [shell]}) as visit:
        await make(visit, "an owl", 1)
        site = opened.replica.site
        project = site.found(site.account(account), "My book")
        await visit.open(project.path)
        assert (await until(visit, lambda each: each.composers == 1)).turns == []
        await make(visit, "a fox", 1)
        chat = read(opened.replica.ledger).submissions[-1].conversation
        address = f"{SITE.home.rstrip('/')}{project.folder}/c/{chat}"
        reading = await until(visit, lambda each: each.url == address)
        found = SITE.conversation.search(reading.url)
        assert found is not None
        assert found[1] == chat
        await visit.open(project.path)
        reading = await until(visit, lambda each: bool(each.history))
        assert reading.history == [address]
        await visit.open(f"/c/{chat}")
        await until(visit, lambda each: each.url == address and _said(each) == ["a fox"])
        await visit.open("/g/g-p-00-nowhere/project")
        reading = await until(visit, lambda each: bool(each.notices))
        assert reading.url == SITE.home
        assert chat not in "".join(reading.history)


@pytest.mark.parametrize("language", ["en", "de", "ja", "ar", "zh"])
@pytest.mark.parametrize("shell", SHELLS)
async def test_a_ratio_is_chosen_in_the_menu_and_seen_to_be(
    opened: Window, shell: str, language: str
) -> None:
    """By the profile's roles, in each language; the picture has it."""
    account = f"ratio-{shell}-{language}"
    switches = {"shell": [shell], "language": [language], "ratio_menu": True}
    async with opened.visit(account, switches) as visit:
        await image_mode(visit)
        reading = await until(visit, lambda each: "format_menu" in _seen(each))
        assert not {role for role in _seen(reading) if role.startswith(("format ", "chosen "))}
        await visit.work(PROFILE, "page.click", role="format_menu", step=f"open {_next()}")
        ratios = ("1:1", "3:4", "9:16", "4:3", "16:9")
        await until(visit, lambda each: {f"format {ratio}" for ratio in ratios} <= _seen(each))
        await visit.work(PROFILE, "page.click", role="format 9:16", step=f"choose {_next()}")
        reading = await until(visit, lambda each: "chosen 9:16" in _seen(each))
        assert reading.mode_on
        assert "chosen 16:9" not in _seen(reading)
        await visit.work(PROFILE, "page.click", role="format_menu", step=f"again {_next()}")
        await until(visit, lambda each: {"format 9:16", "chosen 9:16"} <= _seen(each))
        await visit.work(PROFILE, "page.click", role="format_menu", step=f"close {_next()}")
        await until(visit, lambda each: "format 9:16" not in _seen(each))
        await send(visit, f"a fox of {account}")
        await opened.until(
            lambda: bool(read(opened.replica.ledger).pictures_of(f"a fox of {account}"))
        )
        (made,) = read(opened.replica.ledger).pictures_of(f"a fox of {account}")
        assert made.width * 16 // 9 == made.height


async def test_the_redesign_has_no_menu_of_ratios_unless_it_is_switched_on(opened: Window) -> None:
    """What a build has is not known for sure; the profile says that it sees none."""
    async with opened.visit("menuless", {"shell": ["B"]}) as visit:
        await image_mode(visit)
        assert "format_menu" not in _seen(await visit.reading(PROFILE))
