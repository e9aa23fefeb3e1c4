"""A person at the replica: finds what is on a page by what it is, whatever its markup is.

The page knows its parts (`page/parts.js`) and shows them to nobody; who asks that module from
within the page sees what a person sees.
"""

import json

from helpers.visit import Visit

PARTS = """const { partOf } = await import("/assets/parts.js");
const parts = (...names) => [...document.querySelectorAll("*")].filter((element) =>
  names.includes(partOf(element)) && element.checkVisibility());"""

_PASTE = """const editor = parts("editor")[0];
editor.focus();
const clipboardData = new DataTransfer();
clipboardData.setData("text/plain", %s);
const told = { clipboardData, bubbles: true, cancelable: true };
editor.dispatchEvent(new ClipboardEvent("paste", told));"""

_PRESS = """const told = { bubbles: true, cancelable: true, button: 0 };
parts("plus")[0].dispatchEvent(new PointerEvent("pointerdown", told));"""

_CLOSE = """const dialogs = "[role=dialog] button, .dialog button";
for (const button of document.querySelectorAll(dialogs)) button.click();"""


class Person:
    """Works a page by its own controls, as far as there are any."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    async def count(self, name: str) -> int:
        """How many parts of a name can be seen."""
        return int(await self._visit.page.run(within(f"return parts({json.dumps(name)}).length")))

    async def see(self, name: str) -> None:
        """Wait until a part of this name can be seen."""
        await self._visit.until(within(f"return parts({json.dumps(name)}).length > 0"))

    async def choose_image_mode(self) -> None:
        """Open the add menu and pick its second entry."""
        await self.see("plus")
        await self._visit.page.run(within(_PRESS))
        await self.see("entry")
        await self._visit.page.run(within('parts("entry")[1].click()'))

    async def write(self, text: str) -> None:
        """Paste a text at the caret."""
        await self.see("editor")
        await self._visit.page.run(within(_PASTE % json.dumps(text)))

    async def press_send(self) -> None:
        """Click Send as soon as it can be clicked."""
        await self._visit.until(within('return parts("send").some((button) => !button.disabled)'))
        await self._visit.page.run(within('parts("send")[0].click()'))

    async def send(self, prompt: str) -> None:
        """Send a prompt in image mode; what lies over the page is closed first."""
        await self._visit.page.run(within(_CLOSE))
        await self.choose_image_mode()
        await self.write(prompt)
        await self.press_send()


def within(script: str) -> str:
    """Have a script run where the page's parts are known."""
    return f"(async () => {{ {PARTS}\n{script} }})()"
