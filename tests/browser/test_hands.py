"""The hands: what the author wrote arrives to the letter, or is not sent at all."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from helpers import profiles
from helpers.pictures import encoded
from helpers.play import Play, browsing, playing
from helpers.prompts import PROMPTS
from helpers.visit import PAGE_SECONDS, QUICK, Visit, Window, window
from pressrun.picture.panel import Panel
from pressrun.protocol.messages.page import Reading
from pressrun.simulator.ledger import read
from pressrun.sites import judge
from pressrun.sites.profile import shipped

SITE = shipped("chatgpt")
PROFILE = SITE.page.model_dump_json()
SHELLS = ("A", "B", "bare")

TYPED = {"lines": ("A", "B"), "long": ("B",)}
"""What is typed in the short tests, too, and in which shells."""


def is_long(shell: str, name: str, *, typed: bool) -> bool:
    """Whether a prompt is written there in the long tests only."""
    return shell == "bare" or (typed and shell not in TYPED.get(name, ()))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Window]:
    """Open one browser for all visits here."""
    async with window(tmp_path_factory.mktemp("hands"), QUICK) as opened:
        yield opened


async def see(visit: Visit, met: Callable[[Reading], bool]) -> Reading:
    """Return the first reading of a page that shows something."""
    async with asyncio.timeout(PAGE_SECONDS):
        while not met(reading := await visit.reading(PROFILE)):  # noqa: ASYNC110 - the page's own pace
            await asyncio.sleep(0.05)
    return reading


async def write(visit: Visit, prompt: str, *, typed: bool) -> str | None:
    """Switch image mode on and write, as the host has it done; why it may not be sent, if so."""
    await see(visit, lambda reading: judge.obstacle(reading) is None)
    for click in SITE.mode:
        await visit.work(PROFILE, "page.click", role=click.click)
    await visit.work(PROFILE, "page.fill", text=prompt, typed=typed)
    return judge.unready(SITE, await visit.reading(PROFILE), prompt)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("shell", "name", "typed"),
    [
        pytest.param(
            shell,
            name,
            typed,
            id=f"{name}-{shell}-{'typed' if typed else 'pasted'}",
            marks=[pytest.mark.long] if is_long(shell, name, typed=typed) else [],
        )
        for shell in SHELLS
        for name in PROMPTS
        for typed in (False, True)
    ],
)
async def test_a_prompt_arrives_to_the_letter(
    opened: Window, shell: str, name: str, *, typed: bool
) -> None:
    """Whatever is in it, and however long it is: the site has taken the very text."""
    prompt, account = PROMPTS[name], f"{name.replace(' ', '-')}-{shell}-{typed}"
    async with opened.visit(account, {"shell": [shell]}) as visit:
        assert await write(visit, prompt, typed=typed) is None
        assert (await visit.reading(PROFILE)).composer_text == prompt
        await visit.work(PROFILE, "page.click", role="send")
        await opened.until(lambda: bool(sent(opened, account)))
        assert sent(opened, account) == [(prompt, "image")]


def sent(opened: Window, account: str) -> list[tuple[str, str]]:
    """Return what the site has taken from an account."""
    ledger = read(opened.replica.ledger)
    return [(each.prompt, each.mode) for each in ledger.submissions if each.account == account]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("shell", SHELLS)
async def test_a_character_that_was_changed_is_noticed(opened: Window, shell: str) -> None:
    """The reason tells which one; typed in, the same editor may keep it."""
    prompt = 'A sign: "Open"'
    async with opened.visit(f"bent-{shell}", {"shell": [shell], "changes_text": "pasted"}) as visit:
        fault = await write(visit, prompt, typed=False)
        assert fault is not None
        assert "'”Open”' where the prompt has '\"Open\"', at character 9" in fault
    async with opened.visit(f"kept-{shell}", {"shell": [shell], "changes_text": "pasted"}) as visit:
        assert await write(visit, prompt, typed=True) is None


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("shell", SHELLS)
async def test_an_attachment_is_no_prompt(opened: Window, shell: str) -> None:
    """A site that makes a file of a short paste already has to be typed into."""
    prompt = "A fox waits at the harbour. " * 40
    switches = {"shell": [shell], "long_paste": 500}
    async with opened.visit(f"chip-{shell}", switches) as visit:
        assert await write(visit, prompt, typed=False) is not None
    async with opened.visit(f"no-chip-{shell}", switches) as visit:
        assert await write(visit, prompt, typed=True) is None


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("pasted", [False, True])
async def test_a_picture_is_attached_through_the_input_or_by_a_paste(
    opened: Window, shell: str, *, pasted: bool
) -> None:
    """Where an input takes nothing any more the editor does; either way one file is seen."""
    data = encoded(size=(64, 64))
    given = {"name": "fox.png", "media": "image/png", "size": len(data), "offset": 0}
    async with opened.visit(f"file-{shell}-{pasted}", {"shell": [shell]}) as visit:
        await see(visit, lambda reading: judge.obstacle(reading) is None)
        told = base64.b64encode(data).decode()
        await visit.work(PROFILE, "page.attach", **given, data=told, pasted=pasted)
        reading = await see(visit, lambda each: each.chips > 0 and not each.chips_pending)
        assert reading.chips == 1


def hurry(play: Play, **seconds: float) -> None:
    """Have the host wait for less."""
    profiles.write(play.stage.home.sites / "chatgpt.toml", profiles.hurried(seconds))


@pytest.mark.parametrize("shell", ["A", "B"])
async def test_what_a_paste_changes_is_typed_in_a_fresh_chat(tmp_path: Path, shell: str) -> None:
    """The one fallback: the picture is made of the very prompt, and sent once."""
    prompt = 'A sign: "Open"\n\nRain on it.'
    shown = {"shell": shell, "changes_text": "pasted"}
    async with playing(tmp_path / "stage", shown) as play:
        hurry(play, fill=2)
        async with browsing(play.stage):
            await play.start([Panel("sign", prompt)], tabs=1)
            batch = await play.ended()
        assert batch.done == 1, batch
        assert len(play.log("prompt_not_taken")) == 1
        assert [each.prompt for each in play.stage.ledger().submissions] == [prompt]


@pytest.mark.long
@pytest.mark.parametrize("shell", ["A", "B"])
async def test_a_changed_prompt_is_never_sent(tmp_path: Path, shell: str) -> None:
    """A composer that cannot be brought to hold the prompt leads to no Send, with the reason."""
    shown = {"shell": shell, "changes_text": "always"}
    async with playing(tmp_path / "stage", shown) as play:
        hurry(play, fill=1)
        async with browsing(play.stage):
            await play.start([Panel("sign", 'A sign: "Open"')], tabs=1)
            (returned, *_) = await play.logged("attempt_returned")
        assert "where the prompt has" in returned["reason"]
        assert play.stage.ledger().submissions == []
