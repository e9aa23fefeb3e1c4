"""The replica's other builds, and what its pages do between a prompt and its picture."""

import base64
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from helpers.visit import QUICK, SITE, Visit, Window, window
from pressrun.simulator.ledger import read
from trials.replica.pictures import belongs

pytestmark = pytest.mark.asyncio(loop_scope="module")

EDITOR = "form .ProseMirror"
PILL = f"{EDITOR} [data-inline-selection-pill][data-system-hint-type=picture_v2]"
SEND = "form button[type=submit]"
MENU = "[data-composer-navigation-target=add-context], #composer-plus-btn"
PREVIEW = ".turns:not([hidden]) [data-testid=generated-image-preview] img[src^='blob:']"
FINISHED = "[data-talvt-turn-state=complete]"

PASTE = """(() => {
  const editor = document.querySelector("form .ProseMirror");
  editor.focus();
  if (%s) getSelection().selectAllChildren(editor);
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", %s);
  const event = { clipboardData, bubbles: true, cancelable: true };
  return !editor.dispatchEvent(new ClipboardEvent("paste", event));
})()"""
FETCH = """fetch(document.querySelector(%s).src).then((told) => told.arrayBuffer()).then((data) =>
  btoa(Array.from(new Uint8Array(data), (byte) => String.fromCharCode(byte)).join("")))"""
WRITTEN = """[...document.querySelectorAll("form .ProseMirror p")].map((line) =>
  [...line.childNodes].map((node) => (node.nodeName === "#text" ? node.data : "")).join("")
).join("\\n")"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Window]:
    """Open one browser for all visits here."""
    async with window(tmp_path_factory.mktemp("shells"), QUICK) as opened:
        yield opened


async def paste(visit: Visit, text: str, *, over: bool = False) -> None:
    """Paste at the caret, or over everything."""
    assert await visit.page.run(PASTE % (json.dumps(over), json.dumps(text)))


async def choose_image_mode(visit: Visit) -> None:
    """Switch image mode on by the add menu."""
    await visit.page.run(
        f"document.querySelector({json.dumps(MENU)}).dispatchEvent("
        "new PointerEvent('pointerdown', { bubbles: true, cancelable: true, button: 0 }))"
    )
    await visit.see("[role=menu]")
    await visit.page.run("document.querySelectorAll('[role=menu] > *')[1].click()")


async def click(visit: Visit, selector: str) -> None:
    """Click what there is of a selector."""
    await visit.see(selector)
    await visit.page.run(f"document.querySelector({json.dumps(selector)}).click()")


async def send(visit: Visit, prompt: str) -> None:
    """Send a prompt in image mode."""
    await choose_image_mode(visit)
    await paste(visit, prompt)
    await click(visit, SEND)


async def make(visit: Visit, prompt: str) -> bytes:
    """Send a prompt in image mode, and return its picture."""
    await send(visit, prompt)
    await visit.see(f"{FINISHED} ")
    return await picture(visit)


async def picture(visit: Visit) -> bytes:
    """Return the picture that a reader sees first."""
    await visit.see(PREVIEW)
    return base64.b64decode(await visit.page.run(FETCH % json.dumps(PREVIEW)))


@pytest.mark.parametrize("shell", ["B", "bare"])
async def test_redesign_has_hardly_a_mark(opened: Window, shell: str) -> None:
    """The editor has no id, the form of a bare page no attribute, and no test id is left."""
    async with opened.visit(f"marks-{shell}", {"shell": [shell]}) as visit:
        assert await visit.count("form[data-chatgpt-composer]") == (shell == "B")
        assert await visit.count("form #upload-files") == (shell == "bare")
        assert await visit.count("form input[type=file][accept='image/*']") == 1
        assert await visit.count("form input[type=file][accept='video/*']") == 1
        assert await visit.count(f"{EDITOR}[contenteditable=true][role=textbox]") == 1
        assert await visit.count("#prompt-textarea, #composer-plus-btn, form [data-testid]") == 0


async def test_send_is_there_with_text_only(opened: Window) -> None:
    """One slot holds voice, Send and Stop; without text there is no Send at all."""
    voice = "form button:has(use[href*='voice-regular'])"
    async with opened.visit("slot", {"shell": ["B"]}) as visit:
        assert (await visit.count(voice), await visit.count(SEND)) == (1, 0)
        await paste(visit, "a fox")
        assert (await visit.count(voice), await visit.count(SEND)) == (0, 1)
        await click(visit, SEND)
        await visit.see("form button[type=button][aria-label=Stop]")
        assert await visit.count(SEND) == 0
        await visit.see(voice)


async def test_pill_is_image_mode_and_lost_when_everything_is_replaced(opened: Window) -> None:
    """Text beside the pill leaves it; text over a selection of everything takes its place."""
    async with opened.visit("pill", {"shell": ["B"]}) as visit:
        await choose_image_mode(visit)
        assert await visit.count(PILL) == 1
        await paste(visit, "one\ntwo")
        await paste(visit, "!")
        assert (await visit.count(PILL), await visit.page.run(WRITTEN)) == (1, "one\ntwo!")
        await paste(visit, "three", over=True)
        assert (await visit.count(PILL), await visit.page.run(WRITTEN)) == (0, "three")
        await click(visit, SEND)
        await visit.see("[data-turn-key]")
        (sent,) = read(opened.replica.ledger).submissions_of("three")
        assert sent.mode == "text"


async def test_long_paste_becomes_a_chip_in_the_redesign(opened: Window) -> None:
    """Also beside a pill, more than 10,000 characters at once are no text."""
    async with opened.visit("long-paste", {"shell": ["B"]}) as visit:
        await choose_image_mode(visit)
        await paste(visit, "x" * 10_001)
        await visit.see("form button[aria-label^='Remove Pasted text']")
        assert (await visit.count(PILL), await visit.page.run(WRITTEN)) == (1, "")


async def test_one_turn_holds_both_parts_and_is_there_twice(opened: Window) -> None:
    """One copy of the thread is hidden; a blob address is another after a reload, its bytes not."""
    async with opened.visit("turn", {"shell": ["B"]}) as visit:
        data = await make(visit, "a fox in a turn")
        assert belongs(data, "a fox in a turn")
        assert await visit.count("[data-turn-key]") == 2
        assert await visit.count("[hidden] [data-turn-key]") == 1
        for part in (
            "[data-user-message-bubble]",
            "h4[data-conversation-role=assistant]",
            "[data-chatgpt-search-unit-key$=':assistant']",
            "[data-testid=generated-image-gallery] > button[aria-label='Generated image 1'] > img",
        ):
            assert await visit.count(f".turns:not([hidden]) [data-turn-key] {part}") == 1
        address = f"document.querySelector({json.dumps(PREVIEW)}).src"
        before = await visit.page.run(address)
        await visit.until("location.pathname.startsWith('/c/')")
        await visit.reload()
        assert await picture(visit) == data
        assert await visit.page.run(address) != before


@pytest.mark.parametrize("shell", ["A", "B"])
async def test_poll_locks_the_composer_until_it_is_answered(opened: Window, shell: str) -> None:
    """Two pictures, and nothing can be written until one is called better, or the poll skipped."""
    poll = "[data-testid=image-paragen-multigen]"
    async with opened.visit(f"poll-{shell}", {"shell": [shell], "poll": 1}) as visit:
        await send(visit, f"a fox for {shell}")
        await visit.see(poll)
        await visit.see(f"{EDITOR}[contenteditable=false]")
        labels = await visit.page.run(
            f"[...document.querySelectorAll('{poll} .answer-poll')].map((e) => e.textContent)"
        )
        assert labels[:3] == ["Image 1 is better", "Image 2 is better", "Skip"]
        await visit.page.run(
            f"[...document.querySelectorAll('{poll}')].at(-1).querySelector('.answer-poll').click()"
        )
        await visit.see(f"{EDITOR}[contenteditable=true]")
        assert await visit.count(poll) == 0
        assert len(read(opened.replica.ledger).pictures_of(f"a fox for {shell}")) == 2


async def test_long_thread_is_virtualised_and_runs_in_reverse(opened: Window) -> None:
    """Only turns near the visible ones are in the document; scrolling up brings the older ones."""
    numbers = """[...document.querySelectorAll(".turns:not([hidden]) [data-user-message-bubble]")]
      .map((said) => Number(said.textContent.split(" ")[1]))"""
    async with opened.visit("long", {"shell": ["B"]}) as visit:
        told = "fetch('/replica/conversation?turns=60', { method: 'POST' }).then((r) => r.json())"
        name = (await visit.page.run(told))["conversation"]
        await visit.open(f"/c/{name}")
        await visit.see("[data-turn-key]")
        assert await visit.page.run(numbers) == list(range(49, 61))
        await visit.page.run("document.getElementById('thread').scrollTop = -1e6")
        await visit.until(f"Math.min(...{numbers}) < 49")
        assert len(await visit.page.run(numbers)) == 12


async def test_hidden_tab_freezes_until_it_is_reloaded(opened: Window) -> None:
    """The page stands still where nobody looks, though the answer is there; a reload shows it."""
    prompt = "a fox in the ice"
    async with opened.visit("freeze", {"shell": ["B"], "freeze": 1}) as visit:
        await choose_image_mode(visit)
        await paste(visit, prompt)
        await visit.hide()
        await click(visit, SEND)
        await visit.until("Boolean(document.querySelector('[data-turn-key] .markdown p'))")
        await opened.until(lambda: bool(read(opened.replica.ledger).pictures_of(prompt)))
        await visit.until("location.pathname.startsWith('/c/')")
        assert await visit.count("[data-talvt-turn-state=in_progress]") == 2
        await visit.reload()
        assert belongs(await picture(visit), prompt)


@pytest.mark.parametrize("shell", ["A", "B"])
async def test_first_clicks_on_send_may_be_ignored(opened: Window, shell: str) -> None:
    """An ignored click leaves the prompt where it is, and tells the site nothing."""
    prompt = f"an ignored fox of {shell}"
    async with opened.visit(f"ignored-{shell}", {"shell": [shell], "ignored_clicks": 1}) as visit:
        await paste(visit, prompt)
        await click(visit, SEND)
        assert await visit.page.run(WRITTEN) == prompt
        assert not read(opened.replica.ledger).submissions_of(prompt)
        await click(visit, SEND)
        await visit.until(f"!({WRITTEN})")
        await visit.see("[data-turn-key], [data-turn]")
        assert len(read(opened.replica.ledger).submissions_of(prompt)) == 1


@pytest.mark.parametrize("shell", ["A", "B"])
@pytest.mark.parametrize("language", ["de", "ja", "ar"])
async def test_labels_are_in_the_pages_language(opened: Window, shell: str, language: str) -> None:
    """No label of the composer, its menu and a picture is English; Arabic runs to the left."""
    labels = """[...document.querySelectorAll("main [aria-label], main img[alt], [role=menu] > *")]
      .map((e) => e.getAttribute("aria-label") ?? e.getAttribute("alt") ?? e.textContent)
      .filter((label) => label && label !== "Assistant")"""
    account = f"labels-{shell}-{language}"
    async with opened.visit(account, {"shell": [shell], "language": [language]}) as visit:
        found = await visit.page.run(labels)
        await send(visit, "狐")
        await visit.see("[id^=image-] img, [data-testid=generated-image-preview] img")
        found += await visit.page.run(labels)
        english = ("Send", "Stop", "Start", "Add", "Create", "Generat", "Chat with", "Ask", "Open")
        assert len(found) > 6
        assert not [label for label in found if label.startswith(english)]
        direction = await visit.page.run("getComputedStyle(document.body).direction")
        assert direction == ("rtl" if language == "ar" else "ltr")


async def test_switches_of_an_address_hold_for_its_page(opened: Window) -> None:
    """They win over the account's, and outlive navigation inside the page and a reload."""
    async with opened.visit("address", {"shell": ["A"]}) as visit:
        await visit.open("/?replica-shell=B&replica-doubled=false")
        await visit.see("form[data-chatgpt-composer]")
        await make(visit, "a fox by address")
        await visit.until("location.pathname.startsWith('/c/')")
        await visit.reload()
        await visit.see("[data-turn-key]")
        assert await visit.count("[data-turn-key]") == 1
        await visit.open("/")
        assert await visit.count("form[data-type=unified-composer]") == 1


async def test_control_page_switches_the_page_beside_it(opened: Window) -> None:
    """Who clicks a behaviour sees the page change."""
    async with opened.visit("control") as visit:
        inside = "document.getElementById('page').contentDocument"
        await visit.page.do("Page.navigate", url=f"{SITE}/replica/")
        await visit.until("document.querySelectorAll('.switch').length > 40")
        await visit.page.run("document.getElementById('account').value = 'control'")
        await visit.page.run(
            "document.getElementById('account').dispatchEvent(new Event('change'))"
        )
        await visit.until(f"Boolean({inside}?.querySelector('form[data-type]'))")
        await visit.page.run("document.querySelector('[data-name=shell] [value=B]').click()")
        await visit.page.run("document.querySelector('[data-name=shell] [value=A]').click()")
        await visit.until(f"Boolean({inside}?.querySelector('form[data-chatgpt-composer]'))")
        assert opened.replica.behaviour == QUICK
