"""The replica's page in the real Chromium."""

import asyncio
import base64
import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from pressrun.simulator.ledger import SiteLedger, read, sha256
from trials.replica.behaviour import Behaviour
from trials.replica.pictures import belongs, draw
from trials.replica.server import Replica, serving

T = TypeVar("T")

QUICK = Behaviour(
    page_seconds=(0, 0.1),
    hydration_seconds=(0, 0.1),
    upload_seconds=(0.3, 0.5),
    url_lag_seconds=(0.1, 0.3),
    generation_seconds=(1, 1.5),
    text_seconds=(0.5, 1),
    stop_lingers_seconds=(0.1, 0.2),
    picture_size=(256, 256),
)
FLAGS = [
    "--headless=new",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,900",
]
SEND = "[data-testid=send-button]"
EDITOR = "#prompt-textarea"
FINISHED = "button[aria-label='Edit image']"

PASTE = """
const editor = document.querySelector("#prompt-textarea");
const clipboardData = new DataTransfer();
clipboardData.setData("text/plain", arguments[0]);
const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
return !editor.dispatchEvent(paste);
"""
LINES = "return [...document.querySelectorAll('#prompt-textarea p')].map((p) => p.textContent)"
FETCH = """
const [source, done] = arguments;
fetch(source, { credentials: "include" }).then(async (response) => {
  const bytes = new Uint8Array(await response.arrayBuffer());
  done(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
});
"""


PICTURE = "[id^=image-] img[alt^='Generated image']"
WATCH_PICTURE = f"""
window.seen = [];
const [finished] = arguments;
new MutationObserver(() => {{
  const image = document.querySelector("{PICTURE}");
  if (!image || image.src === window.seen.at(-1)?.src) return;
  const told = {{
    image,
    src: image.src,
    finished: document.querySelector(finished) !== null,
    generating: document.querySelector(
      "[data-testid^=image-gen-loading-state] [aria-label='Generating image...']"
    ) !== null,
    data: "",
  }};
  window.seen.push(told);
  fetch(image.src, {{ credentials: "include" }}).then(async (response) => {{
    const bytes = new Uint8Array(await response.arrayBuffer());
    told.data = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }});
}}).observe(document, {{ subtree: true, childList: true, attributes: true }});
"""
"""Notes each source that the generated picture has, with what stands beside it at that moment."""

WATCH_STOP = """
const [stop] = arguments;
window.stopped = false;
new MutationObserver(() => {
  window.stopped ||= document.querySelector(stop) !== null;
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
"""Notes whether Stop was there at any time; it may be gone before somebody looks."""


@contextlib.contextmanager
def replica_beside(folder: Path) -> Iterator[Replica]:
    """Serve in a thread of its own, because the browser's driver blocks this one."""
    started: Future[tuple[Replica, Callable[[], object]]] = Future()

    async def serve() -> None:
        told, loop = asyncio.Event(), asyncio.get_running_loop()
        async with serving(folder, QUICK) as replica:
            started.set_result((replica, lambda: loop.call_soon_threadsafe(told.set)))
            await told.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    replica, stop = started.result(timeout=20)
    try:
        yield replica
    finally:
        stop()
        thread.join()


class Page:
    """A browser that shows the site, and the site's own record of it."""

    def __init__(self, driver: webdriver.Chrome, replica: Replica) -> None:
        self.driver = driver
        self.replica = replica

    @property
    def ledger(self) -> SiteLedger:
        """What the site has recorded so far."""
        return read(self.replica.ledger)

    def open(self, path: str) -> None:
        """Load a path and wait for the composer."""
        self.driver.get(f"https://chatgpt.com{path}")
        self.see("form[data-type='unified-composer']")

    def find(self, selector: str) -> list[WebElement]:
        """Return what is there now."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def until(self, condition: Callable[[], T]) -> T:
        """Wait for a condition and return what made it true."""
        wait = WebDriverWait(
            self.driver,
            20,
            poll_frequency=0.05,
            ignored_exceptions=[StaleElementReferenceException],
        )
        return wait.until(lambda _: condition())

    def see(self, selector: str) -> WebElement:
        """Wait until something is there."""
        return self.until(lambda: self.find(selector))[0]

    def paste(self, text: str) -> None:
        """Paste as the extension does, and check that the page took the event for its own."""
        assert self.driver.execute_script(PASTE, text)

    def lines(self) -> list[str]:
        """Return the editor's paragraphs."""
        return cast("list[str]", self.driver.execute_script(LINES))

    def choose_image_mode(self) -> None:
        """Switch image mode on by the add menu."""
        self.see("#composer-plus-btn").click()
        entries = self.until(lambda: self.find("[role=menuitemradio]"))
        (entry,) = [entry for entry in entries if entry.text == "Create image"]
        assert entry.get_attribute("aria-checked") == "false"
        entry.click()
        self.see("button[aria-label='Choose image aspect ratio']")

    def make(self, prompt: str) -> None:
        """Send a prompt in image mode and wait for its picture."""
        self.choose_image_mode()
        self.paste(prompt)
        self.see(SEND).click()
        self.see(FINISHED)
        self.until(lambda: "/c/" in self.driver.current_url)

    def fetch(self, source: str) -> bytes:
        """Fetch bytes from within the page."""
        return base64.b64decode(self.driver.execute_async_script(FETCH, source))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Start one browser and one replica for all tests here."""
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        pytest.skip("needs chromium and chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    with (
        replica_beside(tmp_path_factory.mktemp("replica")) as replica,
        # The browser's helpers may outlive its driver and still write there.
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
    ):
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        for flag in [*FLAGS, *sandbox, f"--user-data-dir={profile}", *replica.chromium_flags()]:
            options.add_argument(flag)
        driver = webdriver.Chrome(options=options, service=Service(chromedriver))
        try:
            yield Page(driver, replica)
        finally:
            driver.quit()


@pytest.fixture
def page(shared: Page, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give each test an account of its own, and the quick behaviour."""
    shared.replica.behave(QUICK)
    name = request.node.name.replace("_", "-").partition("[")[0]
    shared.open(f"/?replica-account={name}")
    yield shared
    for handle in shared.driver.window_handles[1:]:
        shared.driver.switch_to.window(handle)
        shared.driver.close()
    shared.driver.switch_to.window(shared.driver.window_handles[0])


def test_pasted_prompt_makes_its_picture(page: Page) -> None:
    """Paste and Send make a picture of the prompt, shown as three images of which one is seen."""
    prompt = "A keeper climbs the stairs.\n\nRain on the windows."
    page.make(prompt)
    images = page.find("img[alt^='Generated image: ']")
    assert [image.get_attribute("aria-hidden") for image in images] == [None, "true", "true"]
    assert len({image.get_attribute("src") for image in images}) == 1
    data = page.fetch(images[0].get_attribute("src") or "")
    assert belongs(data, prompt)
    (entry,) = page.ledger.pictures_of(prompt)
    assert entry.sha256 == sha256(data)
    assert page.driver.current_url == f"https://chatgpt.com/c/{entry.conversation}"
    user = page.see(f"section[data-turn=user][data-turn-id='{entry.turn}']")
    content = user.find_element(By.CSS_SELECTOR, "[data-testid=collapsible-user-message-content]")
    assert content.get_attribute("textContent") == prompt
    assert not page.find("[data-turn=assistant] [data-message-author-role]")


def test_reload_shows_the_picture_by_a_fresh_link(page: Page) -> None:
    """A reload of the conversation shows the same picture; its link is signed anew."""
    page.make("a fox")
    before = page.see("img[alt^='Generated image']").get_attribute("src") or ""
    page.driver.refresh()
    page.see(FINISHED)
    after = page.see("img[alt^='Generated image']").get_attribute("src") or ""
    assert after != before
    assert after.partition("&")[0] == before.partition("&")[0]
    assert belongs(page.fetch(after), "a fox")


def test_reload_follows_a_running_turn(page: Page) -> None:
    """Who reloads while the picture is made sees it come."""
    page.replica.behave(QUICK.model_copy(update={"generation_seconds": (8.0, 8.0)}))
    page.choose_image_mode()
    page.paste("a fox")
    page.see(SEND).click()
    page.until(lambda: "/c/" in page.driver.current_url)
    page.driver.refresh()
    assert page.see("[data-turn=assistant]").get_attribute("aria-busy") == "true"
    page.see(FINISHED)
    assert page.see("[data-turn=assistant]").get_attribute("aria-busy") == "false"


def test_partial_is_replaced_in_place(page: Page) -> None:
    """The blurred picture and the final one are the same element with another source."""
    page.choose_image_mode()
    page.paste("a fox")
    page.driver.execute_script(WATCH_PICTURE, FINISHED)
    page.see(SEND).click()
    page.see(FINISHED)
    partial, final = page.until(lambda: _two(page.driver.execute_script("return window.seen")))
    assert (partial["generating"], partial["finished"]) == (True, False)
    assert not belongs(base64.b64decode(partial["data"]), "a fox")
    assert partial["image"] == final["image"] == page.see(PICTURE)
    assert partial["src"] != final["src"] == page.see(PICTURE).get_attribute("src")
    assert belongs(base64.b64decode(final["data"]), "a fox")
    assert not page.find("[data-testid^=image-gen-loading-state]")


def _two(seen: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The two sources that an image had, as soon as the bytes of both were fetched."""
    return seen if len(seen) == 2 and all(each["data"] for each in seen) else []


def test_typed_enter_sends_and_pasted_newline_does_not(page: Page) -> None:
    """A newline from the clipboard is text; the Enter key is Send; without image mode no image."""
    page.paste("one\ntwo\n")
    assert page.lines() == ["one", "two", ""]
    assert not page.ledger.submissions_of("one\ntwo\n")
    page.see(EDITOR).send_keys("three", Keys.ENTER)
    page.see("[data-turn=assistant] [data-message-author-role=assistant]")
    (entry,) = page.ledger.submissions_of("one\ntwo\nthree")
    assert entry.mode == "text"
    page.until(lambda: page.find("[data-turn=assistant][aria-busy=false]"))
    assert not page.find("img[alt^='Generated image']")


def test_paste_goes_to_the_caret(page: Page) -> None:
    """Text is pasted where the caret is, also within a paragraph."""
    page.paste("ad")
    page.see(EDITOR).send_keys(Keys.ARROW_LEFT)
    page.paste("b\nc")
    page.see(EDITOR).send_keys("!")
    assert page.lines() == ["ab", "c!d"]


def test_long_paste_becomes_a_chip(page: Page) -> None:
    """More than 10,000 characters at once become an attachment, and no text."""
    page.paste("x" * 10_000)
    assert page.lines() == ["x" * 10_000]
    page.paste("y" * 10_001)
    remove = page.see("button[aria-label^='Remove Pasted text']")
    assert page.lines() == ["x" * 10_000]
    remove.click()
    assert not page.find("button[aria-label^='Remove Pasted text']")


def test_text_comes_by_input_events_only(page: Page) -> None:
    """The editor puts back what is written into its elements, and takes what is typed into it."""
    write = "document.querySelector('#prompt-textarea').textContent = 'smuggled'"
    page.driver.execute_script(write)
    page.until(lambda: page.lines() == [""])
    assert not page.find(SEND)
    insert = "document.querySelector('#prompt-textarea').focus();"
    insert += "return document.execCommand('insertText', false, 'one\\ntwo')"
    assert page.driver.execute_script(insert)
    assert page.lines() == ["one", "two"]
    page.see(SEND)


def test_one_slot_holds_voice_send_and_stop(page: Page) -> None:
    """Voice when idle, Send with text, Stop while it streams, and Voice again."""
    voice, stop = "button[aria-label='Start Voice']", "[data-testid=stop-button]"
    assert page.find(voice)
    assert not page.find(f"{SEND}, {stop}")
    page.paste("a fox")
    assert not page.find(f"{voice}, {stop}")
    page.driver.execute_script(WATCH_STOP, stop)
    page.see(f"{SEND}#composer-submit-button[aria-label='Send prompt']").click()
    page.until(lambda: page.driver.execute_script("return window.stopped"))
    page.see(voice)
    assert not page.find(f"{SEND}, {stop}")


def test_image_mode_is_off_after_a_send_and_a_reload(page: Page) -> None:
    """Image mode has to be chosen for every prompt."""
    shown = "return document.querySelector('#prompt-textarea').getAttribute('aria-placeholder')"
    page.choose_image_mode()
    assert page.driver.execute_script(shown) == "Describe or edit an image"
    page.driver.refresh()
    page.see(EDITOR)
    assert page.driver.execute_script(shown) == "Ask anything"
    page.make("a fox")
    assert page.driver.execute_script(shown) == "Ask anything"
    assert not page.find("button[aria-label='Choose image aspect ratio']")


def test_references_go_with_the_prompt(page: Page, tmp_path: Path) -> None:
    """A file is a busy chip first; Send waits for it; it stands in the user's turn."""
    for name in ("hero", "villain"):
        (tmp_path / f"{name}.png").write_bytes(draw(name, size=(64, 64)))
    page.replica.behave(QUICK.model_copy(update={"upload_seconds": (4.0, 4.0)}))
    page.paste("a fox")
    page.see("#upload-files").send_keys(str(tmp_path / "hero.png"))
    page.see("#upload-files").send_keys(str(tmp_path / "villain.png"))
    assert page.see(SEND).get_attribute("aria-disabled") == "true"
    assert page.see("[role=group][aria-label='hero.png']").get_attribute("aria-busy") == "true"
    page.see("button[aria-label^='Remove file'][aria-label$='villain.png']").click()
    page.see("[role=group][aria-label='hero.png'][aria-busy=false]")
    page.see(f"{SEND}[aria-disabled=false]").click()
    image = page.see("[data-message-author-role=user] img")
    hero = (tmp_path / "hero.png").read_bytes()
    assert page.fetch(image.get_attribute("src") or "") == hero
    assert page.ledger.submissions_of("a fox")[-1].references == [sha256(hero)]
    assert not page.find("[role=group]")


def test_history_and_new_chat_navigate_within_the_page(page: Page) -> None:
    """The history lists the newest first, and leads there without a reload."""
    for prompt in ("a fox", "a bear"):
        page.see("[data-testid=create-new-chat-button]").click()
        page.until(lambda: page.driver.current_url.endswith("/") and not page.find("section"))
        page.make(prompt)
    page.driver.execute_script("window.stayed = true")
    assert [link.text for link in page.find("#history a")] == ["a bear", "a fox"]
    page.find("#history a")[1].click()
    fox = page.ledger.pictures_of("a fox")[-1].conversation
    page.until(lambda: page.driver.current_url.endswith(f"/c/{fox}"))
    assert page.see("[data-message-author-role=user]").text == "a fox"
    assert page.driver.execute_script("return window.stayed")
    page.driver.back()
    page.until(lambda: page.see("[data-message-author-role=user]").text == "a bear")


def test_throttle_lies_over_a_composer_that_keeps_the_prompt(page: Page) -> None:
    """A throttled send shows the dialog, makes no turn, and leaves the prompt where it was."""
    page.replica.behave(QUICK.model_copy(update={"throttle": 1.0}))
    page.choose_image_mode()
    page.paste("one\ntwo")
    page.see(SEND).click()
    dialog = page.see("[data-testid=modal-conversation-history-rate-limit][role=dialog]")
    assert "You're making requests too quickly." in dialog.text
    page.until(lambda: page.lines() == ["one", "two"])
    assert not page.find("section[data-turn]")
    assert not page.ledger.submissions_of("one\ntwo")
    assert page.see(SEND).is_enabled()


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("refused", ".markdown"),
        ("tool_error", ".markdown"),
        ("thread_error", "[role=alert]:has([data-testid=regenerate-thread-error-button])"),
    ],
)
def test_failures_stand_in_the_answer(page: Page, kind: str, place: str) -> None:
    """What the site fails to do is said in the turn that failed, in the ledger's words."""
    rates: dict[str, Any] = {kind: 1.0}
    page.replica.behave(QUICK.model_copy(update=rates))
    page.choose_image_mode()
    page.paste(f"a fox that is {kind}")
    page.see(SEND).click()
    page.see("[data-turn=assistant][aria-busy=false]")
    (entry,) = page.ledger.failures_of(f"a fox that is {kind}")
    assert entry.text in page.see(f"[data-turn=assistant] {place}").text
    assert not page.find("img[alt^='Generated image']")


def test_hidden_tab_keeps_up(page: Page) -> None:
    """A tab that nobody looks at shows its picture as soon as it is made."""
    page.choose_image_mode()
    page.paste("a fox in the dark")
    page.see(SEND)
    worker = page.driver.current_window_handle
    page.driver.switch_to.new_window("tab")
    other = page.driver.current_window_handle
    page.driver.switch_to.window(worker)
    page.driver.execute_cdp_cmd("Target.activateTarget", {"targetId": other})
    page.until(lambda: page.driver.execute_script("return document.hidden"))
    page.driver.execute_script(f"document.querySelector('{SEND}').click()")
    page.see(FINISHED)
    assert page.driver.execute_script("return document.hidden")
    page.until(lambda: "/c/" in page.driver.current_url)


def test_page_says_that_it_is_a_replica(page: Page) -> None:
    """Nobody takes the page for the real one, and it names who is signed in."""
    assert page.see("#replica-banner").text == "Local replica – not ChatGPT"
    account = page.see("[data-testid=accounts-profile-button]").text
    assert account == "test-page-says-that-it-is-a-replica"
