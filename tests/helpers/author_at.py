"""An author at a studio: may hear late what others decided, and every call is on record."""

from typing import Any, cast

from helpers import keyboard
from helpers.play import EXTENSION
from pressrun.browser.devtools import DevTools, PageSession

PATIENCE_SECONDS = 90.0
"""How long a page may take that shares its processors with other things."""

_PORT = """
(() => {
  const late = [];
  globalThis.deaf = false;
  globalThis.calls = [];
  globalThis.told = [];
  const hear = (listener, message) => {
    const call = calls.find(({ id }) => id === message.id && message.id !== undefined);
    if (call) call.answer = message.result ?? message.error;
    listener(message);
  };
  globalThis.listen = () => {
    deaf = false;
    for (const [listener, message] of late.splice(0)) hear(listener, message);
  };
  const connect = chrome.runtime.connect.bind(chrome.runtime);
  chrome.runtime.connect = (...how) => {
    const port = connect(...how);
    const add = port.onMessage.addListener.bind(port.onMessage);
    port.onMessage.addListener = (listener) =>
      add((message) => (deaf ? late.push([listener, message]) : hear(listener, message)));
    const post = port.postMessage.bind(port);
    port.postMessage = (message) => {
      if (message.method?.startsWith("review.")) calls.push({ ...message, answer: null });
      post(message);
    };
    return port;
  };
  addEventListener("DOMContentLoaded", () => {
    const line = document.querySelector("[data-part=told]");
    new MutationObserver(() => told.push([line.dataset.kind, line.textContent])).observe(line, {
      childList: true,
    });
  });
})();
"""

CELLS = "[...document.querySelectorAll('.cell:not([hidden])')]"
GRID = "document.activeElement?.dataset.part === 'grid'"
DIALOG = "Boolean(document.querySelector('dialog[open]'))"

_SHOWN = f"""Object.fromEntries({CELLS}.map((cell) => [cell.title, {{
  reviewed: cell.dataset.reviewed,
  state: cell.dataset.state,
  signs: [...cell.querySelectorAll("[data-sign]")].map((sign) => sign.dataset.sign).sort(),
}}]))"""

Json = dict[str, Any]


class AuthorAt:
    """Works one studio by keyboard."""

    def __init__(self, page: PageSession) -> None:
        self.page = page

    async def until(self, script: str) -> Any:  # noqa: ANN401 - whatever the script gives
        """The value of an expression as soon as it is true."""
        return await self.page.until(script, within=PATIENCE_SECONDS)

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            await keyboard.press(self.page, key)

    async def go_to(self, key: str) -> None:
        """Have the keys act on a panel."""
        keys = cast("list[str]", await self.page.run(f"{CELLS}.map((cell) => cell.title)"))
        await keyboard.press(self.page, "Home")
        await keyboard.press(self.page, "ArrowRight", times=keys.index(key))
        cell = f"{CELLS}.find((cell) => cell.title === '{key}')"
        await self.until(f"{GRID} && {cell}?.classList.contains('cursor')")

    async def reject(self, note: str = "") -> None:
        """Answer the question for a reason that is on the screen."""
        await self.until(DIALOG)
        await keyboard.press(self.page, "Tab")
        if note:
            await keyboard.type_words(self.page, note)
        await keyboard.press(self.page, "Tab")
        await keyboard.press(self.page, "Enter")

    async def note(self, words: str) -> None:
        """Write a note into the field that is on the screen."""
        await self.until(DIALOG)
        await self.page.run("document.querySelector('dialog[open] textarea').value = ''")
        await keyboard.type_words(self.page, words)
        await keyboard.press(self.page, "Tab", times=2)
        await keyboard.press(self.page, "Enter")

    async def leave(self) -> None:
        """Close whatever asks something."""
        if await self.page.run(DIALOG):
            await keyboard.press(self.page, "Escape")
            await self.until(f"!{DIALOG}")

    async def turn_deaf(self) -> None:
        """Hear nothing of the host until `listen`."""
        await self.page.run("globalThis.deaf = true")

    async def listen(self) -> None:
        """Hear what was said meanwhile."""
        await self.page.run("listen()")

    async def calls(self) -> list[Json]:
        """Every decision and undo that was asked for here, with its answer."""
        return cast("list[Json]", await self.page.run("calls"))

    async def told(self) -> list[tuple[str, str]]:
        """Every line that stood at the foot of the page, with its kind."""
        return [(kind, text) for kind, text in await self.page.run("told")]

    async def decide(self, key: str) -> None:
        """Press a key that decides or undoes, and wait until the host was asked for it."""
        before = len(await self.calls())
        await self.press(key)
        await self.until(f"calls.length > {before}")

    async def said(self) -> tuple[str, str]:
        """The line that stands there once everything is answered, with its kind."""
        await self.answered()
        return (await self.told())[-1]

    async def answered(self) -> None:
        """Wait until every decision that was asked for was answered."""
        await self.until("calls.every(({ answer }) => answer)")

    async def shown(self) -> dict[str, Json]:
        """What the cells show, by the keys of their panels."""
        return cast("dict[str, Json]", await self.page.run(_SHOWN))


async def open_studio(tools: DevTools, count: int, *, place: str = "") -> AuthorAt:
    """A studio in a window of its own, with the focus, once it shows so many panels."""
    opened = await tools.do("Target.createTarget", url="about:blank", newWindow=True)
    page = await tools.attach(opened["targetId"])
    await page.do("Page.enable")
    await page.do("Emulation.setFocusEmulationEnabled", enabled=True)
    await page.do("Page.addScriptToEvaluateOnNewDocument", source=_PORT)
    await page.do("Page.navigate", url=f"{EXTENSION}/studio/studio.html#{place}")
    author = AuthorAt(page)
    await author.until(f"{CELLS}.length === {count} && {GRID}")
    return author
