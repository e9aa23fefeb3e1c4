"""What newer builds of the page do, each by its own switch."""

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from helpers.person import Person, within
from helpers.visit import QUICK, Visit, Window, window
from pressrun.simulator.ledger import SitePicture, read, sha256
from trials.replica.pictures import draw

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = "\n".join(f"{number}. A keeper climbs the stairs." for number in range(1, 30))
SEEN = ".turns:not([hidden])"
GALLERY = "[data-testid=generated-image-gallery]"
OTHERS = "[role=group][aria-label='Generated images']"
SHOWS = "button[aria-label^='Show generated image ']"

ATTACH = """const input = document.querySelector(%s);
const bytes = Uint8Array.from(atob(%s), (char) => char.charCodeAt(0));
const held = new DataTransfer();
held.items.add(new File([bytes], "hero.png", { type: "image/png" }));
%s"""
BY_INPUT = 'input.files = held.files; input.dispatchEvent(new Event("change", { bubbles: true }));'
BY_PASTE = """const told = { clipboardData: held, bubbles: true, cancelable: true };
parts("editor")[0].dispatchEvent(new ClipboardEvent("paste", told));"""
READY = "Boolean(document.querySelector('form [data-state=ready]'))"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Window]:
    """Open one browser for all visits here."""
    async with window(tmp_path_factory.mktemp("manners"), QUICK) as opened:
        yield opened


async def attach(visit: Visit, *, way: str = BY_INPUT, selector: str = "form [type=file]") -> bytes:
    """Give the page a file; returns its bytes."""
    data = draw("a hero", size=(64, 64))
    encoded = json.dumps(base64.b64encode(data).decode())
    await visit.page.run(within(ATTACH % (json.dumps(selector), encoded, way)))
    return data


@dataclass(frozen=True)
class Manner:
    """A switch, and what can be told of a page by it once a picture is made."""

    name: str
    shell: str
    signs: tuple[str, ...]
    prompt: str = "A fox waits at the harbour."
    language: str = "en"
    switches: dict[str, object] = field(default_factory=dict)


def is_there(selector: str) -> str:
    """Whether a selector finds anything."""
    return f"document.querySelector({json.dumps(selector)}) !== null"


def is_gone(selector: str) -> str:
    """Whether a selector finds nothing."""
    return f"document.querySelector({json.dumps(selector)}) === null"


def words(selector: str) -> str:
    """The words of what a selector finds."""
    return f"document.querySelector({json.dumps(selector)}).textContent"


def number(selector: str) -> str:
    """How many a selector finds."""
    return f"document.querySelectorAll({json.dumps(selector)}).length"


BUBBLES = {
    "A": "[data-testid=collapsible-user-message-content]",
    "B": f"{SEEN} [data-user-message-bubble]",
}
ELLIPSES = {"block": "span.block", "hidden": "span[aria-hidden=true]"}

MANNERS = [
    *(
        Manner(
            f"collapsed {form}",
            shell,
            (
                f"{words(f'{bubble} > {ellipsis}')} === '…'",
                f"{words(f'{bubble} > button')} === 'Mehr anzeigen'",
                f"{words(bubble + ' > [data-search-result-target]')} === {json.dumps(LONG)}",
            ),
            LONG,
            "de",
            {"collapsed": form},
        )
        for shell, bubble in BUBBLES.items()
        for form, ellipsis in ELLIPSES.items()
    ),
    *(
        Manner(
            "contents",
            shell,
            (f"getComputedStyle(document.querySelector('{turn}')).display === 'contents'",),
            switches={"contents": True},
        )
        for shell, turn in (("A", "[data-turn=assistant]"), ("B", f"{SEEN} [data-turn-key]"))
    ),
    *(
        Manner("advert plain", shell, (is_there(".answer aside:not([id]) img[src^='/ads/']"),),
        switches={"advert": "plain"})
        for shell in "AB"
    ),
    Manner("advert like a picture", "A", (
        is_there("[data-turn=assistant] [id^=image-] > [src^='/ads/']"),
    ), switches={"advert": "image"}),
    Manner("one large", "B", (
        f"{number(f'{SEEN} {GALLERY} img')} === 1",
        f"{number(f'{SEEN} {OTHERS} {SHOWS} img')} === 2",
    ), switches={"gallery": "one", "pictures": 3}),
    Manner("outside its turn", "B", (
        is_there(f"{SEEN} {GALLERY} img"), is_gone(f"[data-turn-key] {GALLERY}"),
    ), switches={"gallery_outside": True}),
    Manner("no marks of the assistant", "B", (
        is_gone("[data-conversation-role=assistant], [data-chatgpt-search-unit-key$=':assistant']"),
    ), switches={"assistant_marks": False}),
    Manner("numbered marks", "B", (is_there("button[aria-label='编辑生成的图像 1']"),),
        language="zh", switches={"numbered_marks": True}),
    Manner("numbered marks", "A", (is_there("button[aria-label='Share generated image 1']"),),
        switches={"numbered_marks": True}),
    Manner("mounted as needed", "A", (
        is_there("[data-testid=conversation-pagination-sentinel]"),
        is_there("[data-turn-id-container][data-is-intersecting] > [data-turn=assistant]"),
    ), switches={"mounts": True}),
    Manner("a key of its own", "B", (is_gone("[data-turn-key^=fallback]"),),
        switches={"fallback_keys": True}),
    Manner("the author's part back", "B", (is_there(f"{SEEN} [data-user-message-bubble]"),),
        switches={"remounted": True}),
    Manner("no longer busy", "B", (is_there(f"{SEEN} {GALLERY}[aria-busy=false]"),),
        switches={"gallery_busy": True}),
]  # fmt: skip


@pytest.mark.parametrize("manner", MANNERS, ids=lambda each: f"{each.name}-{each.shell}")
async def test_a_finished_answer_is_drawn_as_it_was_seen(opened: Window, manner: Manner) -> None:
    """Every recorded markup of prompts and pictures can be switched on by itself."""
    account = f"{manner.name}-{manner.shell}".replace(" ", "-").replace("'", "")
    switches = {"shell": manner.shell, "language": manner.language, **manner.switches}
    async with opened.visit(account, switches) as visit:
        await Person(visit).send(manner.prompt)
        await opened.until(lambda: bool(made(opened, account)))
        await visit.until("[...document.images].some(({ src }) => /estuary|^blob:/.test(src))")
        for sign in manner.signs:
            await visit.until(sign)
        assert len({each.turn for each in made(opened, account)}) == 1


def made(opened: Window, account: str) -> list[SitePicture]:
    """The pictures that were made for an account."""
    ledger = read(opened.replica.ledger)
    turns = {each.turn for each in ledger.submissions if each.account == account}
    return [each for each in ledger.pictures if each.turn in turns]


async def test_a_turn_goes_through_states_that_mean_nothing(opened: Window) -> None:
    """It is complete at once, then in progress without its author's part, and complete again."""
    watch = """window.seen = [];
      new MutationObserver(() => {
        const turn = document.querySelector("[data-turn-key]");
        if (!turn) return;
        const state = turn.getAttribute("data-talvt-turn-state");
        const said = Boolean(turn.querySelector("[data-user-message-bubble]"));
        const passing = turn.getAttribute("data-turn-key") === "fallback-turn-1";
        const told = `${state} ${said} ${passing}`;
        if (seen.at(-1) !== told) seen.push(told);
      }).observe(document.body, { subtree: true, childList: true, attributes: true });"""
    states = {"flashes": True, "remounted": True, "fallback_keys": True}
    switches = {"shell": "B", "generation_seconds": [12, 12], **states}
    async with opened.visit("states", switches) as visit:
        await visit.page.run(watch)
        await Person(visit).send("A fox that is complete at once.")
        await visit.until("seen.at(-1) === 'complete true false'")
        seen = await visit.page.run("seen")
        assert seen[0] == "complete true true"
        assert "in_progress false true" in seen


async def test_pictures_of_a_chat_that_was_left_stay_hidden(opened: Window) -> None:
    """Who goes to a fresh chat inside the page leaves them in the document."""
    async with opened.visit("left", {"shell": "B", "left_behind": True}) as visit:
        await Person(visit).send("A fox that stays behind.")
        await visit.until(is_there(f"{SEEN} {GALLERY} img[src^=blob]"))
        await visit.until("location.pathname.startsWith('/c/')")
        await visit.page.run(
            "document.querySelector('[data-testid=create-new-chat-button]').click()"
        )
        await visit.until(is_there("#main > [hidden] img[src^=blob]"))
        assert await visit.count("[data-turn-key]") == 0


async def test_a_thumbnail_becomes_the_large_picture(opened: Window) -> None:
    """Of several pictures the one that is clicked is shown large, and the other small."""
    large = f'document.querySelector("{SEEN} {GALLERY} button").ariaLabel'
    async with opened.visit("large", {"shell": "B", "gallery": "one", "pictures": 2}) as visit:
        await Person(visit).send("Two foxes.")
        await visit.until(is_there(f"{SEEN} .thumbnail"))
        before = await visit.page.run(large)
        await visit.page.run(f"document.querySelector('{SEEN} .thumbnail').click()")
        assert await visit.page.run(large) != before


ATTACHED = {
    "composer": "[data-composer-attachments] > div",
    "surface": ".composer-attachment-surface",
    "group": "span[class*='group/composer-attachment']",
    "tiles": "div:has(> img[src^='blob:'])",
}


@pytest.mark.parametrize("attached", ATTACHED)
async def test_files_are_shown_in_each_recorded_markup(opened: Window, attached: str) -> None:
    """Each has its button to remove it, labelled in the page's language, and goes with Send."""
    switches = {"shell": "B", "language": "zh", "attached": attached}
    async with opened.visit(f"attached-{attached}", switches) as visit:
        data = await attach(visit)
        await visit.until(READY)
        remove = f"form {ATTACHED[attached]} > button[aria-label='移除 hero.png']"
        assert await visit.count(remove) == 1
        await Person(visit).send(f"A fox with {attached}")
        await opened.until(
            lambda: bool(read(opened.replica.ledger).submissions_of(f"A fox with {attached}"))
        )
        (sent,) = read(opened.replica.ledger).submissions_of(f"A fox with {attached}")
        assert sent.references == [sha256(data)]


@pytest.mark.parametrize("shell", ["A", "B"])
async def test_inputs_may_take_nothing_while_a_paste_does(opened: Window, shell: str) -> None:
    """There are three inputs, none of which does anything; a pasted file is attached."""
    switches = {"shell": shell, "file_inputs": "three", "inputs_deaf": True}
    async with opened.visit(f"deaf-{shell}", switches) as visit:
        accepted = "[...document.querySelectorAll('form [type=file]')].map((e) => e.accept)"
        assert await visit.page.run(accepted) == ["image/*,video/*", "image/*", ""]
        await attach(visit)
        assert await visit.count("form [data-state]") == 0
        await attach(visit, way=BY_PASTE)
        await visit.until(READY)


async def test_a_draft_keeps_its_files_over_a_reload(opened: Window) -> None:
    """They are there again, and gone once they were removed."""
    async with opened.visit("draft", {"draft": "kept"}) as visit:
        await attach(visit)
        await visit.until(READY)
        await visit.reload()
        await visit.until(READY)
        await visit.page.run("document.querySelector('form .remove').click()")
        await visit.reload()
        assert await visit.count("form [data-state]") == 0


async def test_a_fresh_composer_may_hold_a_file_of_somebodys_draft(opened: Window) -> None:
    """It goes with the next prompt if nobody removes it."""
    async with opened.visit("foreign", {"draft": "foreign"}) as visit:
        await visit.until(READY)
        await visit.reload()
        await visit.until(READY)
        await Person(visit).send("A fox and a foreign file")
        await visit.until(is_there("[data-turn]"))
        (sent,) = read(opened.replica.ledger).submissions_of("A fox and a foreign file")
        assert len(sent.references) == 1


async def test_a_file_that_is_known_is_attached_once_its_dialog_is_closed(opened: Window) -> None:
    """The second time a dialog stands before the chip."""
    dialog = "#modal-duplicate-file[data-testid=modal-duplicate-file][role=dialog]"
    async with opened.visit("duplicate", {"duplicate_dialog": True}) as visit:
        await attach(visit)
        await visit.until(READY)
        await visit.page.run("document.querySelector('form .remove').click()")
        await attach(visit)
        await visit.see(dialog)
        assert await visit.count("form [data-state]") == 0
        await visit.page.run(f"document.querySelector('{dialog} button').click()")
        await visit.until(READY)


@pytest.mark.parametrize("shell", ["A", "B", "bare"])
async def test_image_mode_may_be_a_chip_outside_the_editor(opened: Window, shell: str) -> None:
    """Its label is in the page's language; who clicks it leaves image mode."""
    chip = "[data-composer-body] button[aria-label='Bild erstellen entfernen']"
    switches = {"shell": shell, "language": "de", "image_mode": "chip"}
    async with opened.visit(f"chip-{shell}", switches) as visit:
        await Person(visit).choose_image_mode()
        await visit.see(chip)
        assert await visit.count(".ProseMirror [data-inline-selection-pill]") == 0
        await visit.page.run(f'document.querySelector("{chip}").click()')
        await visit.until(is_gone(chip))
        await Person(visit).send(f"A fox by a chip of {shell}")
        await opened.until(
            lambda: bool(read(opened.replica.ledger).pictures_of(f"A fox by a chip of {shell}"))
        )


async def test_work_makes_no_pictures_until_chat_is_selected(opened: Window) -> None:
    """The menu of Work has no entry for them."""
    tabs = "[role=group][aria-label='Composer mode'] > [role=tab]"
    async with opened.visit("work", {"shell": "B", "composer_tabs": "work"}) as visit:
        assert await visit.count(f"{tabs}[aria-selected=true]") == 1
        await Person(visit).choose_image_mode()
        assert await visit.count("form [data-inline-selection-pill]") == 0
        await visit.page.run(f'document.querySelector("{tabs}").click()')
        await Person(visit).send("A fox in a chat, after work")
        await opened.until(
            lambda: bool(read(opened.replica.ledger).submissions_of("A fox in a chat, after work"))
        )
        (sent,) = read(opened.replica.ledger).submissions_of("A fox in a chat, after work")
        assert sent.mode == "image"


async def test_a_bare_page_may_have_a_menu_without_its_mark(opened: Window) -> None:
    """Only its place tells which button it is."""
    async with opened.visit("plus", {"shell": "bare", "plus_marked": False}) as visit:
        assert await visit.count("form [data-composer-navigation-target=add-context]") == 0
        await Person(visit).choose_image_mode()


PASSING = {"web": "/c/WEB:", "encoded": "/c/WEB%3A", "local": "/c/local-chatgpt:"}


@pytest.mark.parametrize("provisional", PASSING)
async def test_an_address_names_no_chat_at_first(opened: Window, provisional: str) -> None:
    """It becomes the chat's own; who loads it before sees a fresh page and an alert."""
    account = f"passing-{provisional}"
    switches = {"provisional": provisional, "url_lag_seconds": [1.0, 1.0]}
    async with opened.visit(account, switches) as visit:
        await Person(visit).send(f"A fox on its {provisional} way")
        await visit.until(f"location.pathname.startsWith('{PASSING[provisional]}')")
        address = await visit.page.run("location.pathname")
        await visit.until("/^[/]c[/][0-9a-f-]{36}$/.test(location.pathname)")
        await visit.open(address)
        await visit.see("[role=alert]")
        assert await visit.page.run("location.pathname") == "/"
        assert await visit.count("[data-turn]") == 0


async def test_a_plan_cap_may_be_a_toast_while_a_picture_is_awaited(opened: Window) -> None:
    """The second prompt is taken, and the limit is told beside it, not in its answer."""
    async with opened.visit("toast", {"plan_cap": 1, "wording": 1}) as visit:
        for prompt in ("A first fox of the plan", "A second fox of the plan"):
            await visit.open("/")
            await Person(visit).send(prompt)
            await visit.see("[data-turn=assistant][aria-busy=false]")
        await visit.see("#alerts [role=alert]")
        text = await visit.page.run("document.querySelector('#alerts [role=alert]').textContent")
        assert "plan limit for image generations" in text
        assert "plan limit" not in await visit.page.run(
            "document.querySelector('[data-turn=assistant]').textContent"
        )
        ledger = read(opened.replica.ledger)
        assert [each.kind for each in ledger.failures_of("A second fox of the plan")] == [
            "plan_cap"
        ]


async def test_the_limit_of_another_model_stops_nothing(opened: Window) -> None:
    """It is told on every page, and pictures are made all the same."""
    async with opened.visit("other", {"shell": "B", "other_limit": True}) as visit:
        await visit.see("[role=alert]")
        await Person(visit).send("A fox of another model")
        await opened.until(
            lambda: bool(read(opened.replica.ledger).pictures_of("A fox of another model"))
        )
