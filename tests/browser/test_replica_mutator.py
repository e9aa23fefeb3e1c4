"""Pages that were changed as by their developers: whatever is changed, a person can use them."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from helpers.person import Person, within
from helpers.visit import PAGE_SECONDS, QUICK, SITE, Visit, Window, window
from pressrun.simulator.ledger import read
from trials.replica import mutation
from trials.replica.pictures import belongs

pytestmark = pytest.mark.asyncio(loop_scope="module")

FEW = 3
"""So many seeds are played always, and all with the long tests."""

STRENGTHS = range(1, mutation.STRONGEST + 1)

PROMPT = (
    """**Panel {}**: "Wait," said the fox -- and the keeper's lamp went out...

- rain on the windows 🦊
- `no` colours but two
"""
    + "A long night, told at length. " * 45
)

PICTURES = """return parts("picture").flatMap((part) => [...part.querySelectorAll("img")])
  .filter((image) => image.complete && image.naturalWidth > 0 && !image.ariaHidden)
  .map((image) => image.src)"""
FETCH = """fetch(%s).then((told) => told.arrayBuffer()).then((data) =>
  [...new Uint8Array(data)].map((byte) => byte.toString(16).padStart(2, "0")).join(""))"""

PAGE = """return document.body.outerHTML.replaceAll(/nonce="[^"]*"/g, "")"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Window]:
    """Open one browser for all visits here."""
    async with window(tmp_path_factory.mktemp("mutator"), QUICK) as opened:
        yield opened


async def changed(
    opened: Window, visit: Visit, account: str, switches: dict[str, object]
) -> Person:
    """Load a page that is changed, and wait until a person could write there."""
    opened.replica.switch(account, switches)
    await visit.page.run("window.old = true")
    await visit.page.do("Page.navigate", url=SITE)
    await visit.until("!window.old && document.readyState === 'complete'")
    person = Person(visit)
    await person.see("editor")
    return person


async def html(visit: Visit) -> str:
    """What stands in the document."""
    return str(await visit.page.run(within(PAGE)))


async def pictures(visit: Visit) -> list[bytes]:
    """The pictures that a person sees in answers, once there is one."""
    sources = await visit.until(
        within(f"const found = (() => {{ {PICTURES} }})();\nreturn found.length && found")
    )
    told = await asyncio.gather(*(visit.page.run(FETCH % json.dumps(each)) for each in sources))
    return [bytes.fromhex(each) for each in told]


ANYWHERE = "document.querySelector(%s) !== null"
NOWHERE = "document.querySelector(%s) === null"
SHOWN = "parts('words').some((words) => %s)"

SIGNS: dict[str, str] = {
    "attributes": NOWHERE % "'[data-testid], [data-turn], [data-turn-key]'",
    "test_ids": NOWHERE % "'[data-testid]'",
    "roles": NOWHERE % "'[role=textbox]:not(.notepad *)'",
    "labels": NOWHERE % "'[aria-label*=Chat]'",
    "classes": NOWHERE % "'.composer, .ProseMirror'",
    "ids": NOWHERE % "'#main, #prompt-textarea, [id^=image-]'",
    "wrappers": "parts('bubble')[0].parentElement.parentElement.attributes.length === 0",
    "contents": "[...document.querySelectorAll('main *')].some((e) => partOf(e) === 'turn' && "
    "getComputedStyle(e).display === 'contents')",
    "order": "parts('form')[0].lastElementChild !== parts('tools')[0] || "
    "parts('tools')[0].firstElementChild !== parts('plus')[0]",
    "edited": SHOWN % "words.textContent.startsWith('Edited 08:12')",
    "ellipsis": SHOWN % "words.textContent.endsWith('…')",
    "cut": SHOWN % "words.textContent.length < 70",
    "quotes": SHOWN % "/“Wait,”.*—.*keeper\\u2019s.*…/.test(words.textContent)",
    "rendered": SHOWN % "words.querySelector('p > strong, li > code')",
    "emoji": SHOWN % "words.querySelector('img') && !words.textContent.includes('🦊')",
    "direction": SHOWN % r"words.textContent.includes('\u2068')",
    "doubled": "document.querySelectorAll('main [data-turn-key], main [data-turn]').length > 3",
    "galleries": "!parts('picture').some((e) => e.parentElement.classList.contains('answer'))",
    "notices": ANYWHERE % "'.overlay'",
    "addresses": "location.pathname.startsWith('/g/g-p-')",
    "senders": "parts('send', 'stop').every((e) => !e.id && !e.ariaLabel)",
    "adverts": ANYWHERE % "'.answer [id^=image-] > [src^=\"/ads/\"]'",
    "hidden": "parts('turn').every((e) => e.ariaHidden)",
    "copies": "document.querySelectorAll('form [role=textbox]').length > 1",
}
"""By mutation, what can be told of a page that it has changed to the utmost."""

BEFORE = {"notices"}
"""What is gone once a person has worked the page."""


async def see_picture_of(visit: Visit, prompt: str) -> None:
    """Wait until a person sees the finished picture of a prompt."""
    async with asyncio.timeout(PAGE_SECONDS):
        while not any(belongs(data, prompt) for data in await pictures(visit)):
            await visit.page.run("new Promise((done) => setTimeout(done, 100))")


def changes() -> list[object]:
    """Every mutation; a third of them, at their strongest, before every change."""
    return [
        pytest.param(
            kind,
            strength,
            shell,
            marks=[]
            if strength == mutation.STRONGEST and shell == "AB"[number % 2] and number % 3 == 0
            else [pytest.mark.long],
        )
        for number, kind in enumerate(mutation.KINDS)
        for strength in STRENGTHS
        for shell in ("A", "B")
    ]


@pytest.mark.parametrize(("kind", "strength", "shell"), changes())
async def test_a_changed_page_still_sends_and_shows_the_picture(
    opened: Window, kind: str, strength: int, shell: str
) -> None:
    """A prompt goes out by the page's own controls, once and as it is, and its picture is seen."""
    name = f"{kind}-{strength}-{shell}".replace("_", "-")
    prompt = PROMPT.format(name)
    async with opened.visit(name, {"shell": [shell]}) as visit:
        person = await changed(
            opened, visit, name, {"shell": [shell], "mutate": f"{kind}:{strength}"}
        )
        sign = within(f"return {SIGNS[kind]}")
        if strength == mutation.STRONGEST and kind in BEFORE:
            await visit.until(sign)
        await person.send(prompt)
        await opened.until(lambda: bool(read(opened.replica.ledger).pictures_of(prompt)))
        (sent,) = read(opened.replica.ledger).submissions_of(prompt)
        assert sent.mode == "image"
        await see_picture_of(visit, prompt)
        if strength == mutation.STRONGEST and kind not in BEFORE:
            await visit.until(sign)


async def test_a_seed_gives_the_same_page_each_time(opened: Window) -> None:
    """Two loads of a changed page are alike to the letter, and unlike one that is not changed."""
    shown = {}
    for seed in (3, 4):
        for load in range(2):
            account = f"seed-{seed}"
            async with opened.visit(account, {"shell": ["B"]}) as visit:
                shown["plain"] = await html(visit)
                await changed(
                    opened, visit, account, {"shell": ["B"], "mutate": f"{mutation.KINDS[seed]}:3"}
                )
                shown[f"{seed} {load}"] = await html(visit)
    assert shown["3 0"] == shown["3 1"]
    assert shown["4 0"] == shown["4 1"]
    assert (
        len(
            {
                shown["plain"].replace("seed-4", "seed-3"),
                shown["3 0"],
                shown["4 0"].replace("seed-4", "seed-3"),
            }
        )
        == 3
    )


async def test_a_mutation_may_begin_in_the_middle_of_a_batch(opened: Window) -> None:
    """After the told number of prompts what is shown already is changed, too."""
    async with opened.visit("later", {"shell": ["A"]}) as visit:
        person = await changed(opened, visit, "later", {"shell": ["A"], "mutate": "test_ids:3:1"})
        assert await visit.count("[data-testid]")
        await person.send("a fox that changes the page")
        await visit.until("document.querySelectorAll('[data-testid]').length === 0")


@pytest.mark.parametrize(
    "seed",
    [pytest.param(seed, marks=[] if seed <= FEW else [pytest.mark.long]) for seed in range(1, 61)],
)
async def test_a_page_of_a_seed_can_be_used_from_its_first_prompt_to_its_last(
    opened: Window, seed: int
) -> None:
    """Whatever is changed together, and in the middle: each prompt is sent once, and shown."""
    account, shell = f"whole-{seed}", ("A", "B", "bare")[seed % 3]
    async with opened.visit(account, {"shell": [shell]}) as visit:
        person = await changed(opened, visit, account, {"shell": [shell], "mutate": str(seed)})
        for number in range(1, 4):
            prompt = PROMPT.format(f"{number} of seed {seed}")
            await person.send(prompt)
            await see_picture_of(visit, prompt)
            assert len(read(opened.replica.ledger).submissions_of(prompt)) == 1
        name = read(opened.replica.ledger).submissions_of(prompt)[0].conversation
        await visit.until(f"location.pathname.endsWith('{name}')")
        await visit.page.run("window.old = true")
        await visit.page.do("Page.reload")
        await visit.until("!window.old && document.readyState === 'complete'")
        await see_picture_of(visit, prompt)
