"""A person's keyboard: keys and words as the browser gets them, whatever has the focus."""

from pressrun.browser.devtools import PageSession

_CODES = {
    "Enter": 13,
    "Tab": 9,
    "Escape": 27,
    " ": 32,
    "ArrowUp": 38,
    "ArrowDown": 40,
    "ArrowLeft": 37,
    "ArrowRight": 39,
    "Home": 36,
    "End": 35,
}
_TEXTS = {"Enter": "\r", " ": " "}

SHIFT = 8


async def press(page: PageSession, key: str, *, times: int = 1, shift: bool = False) -> None:
    """Press a key, by its name or as the character that it types."""
    text = _TEXTS.get(key, key if len(key) == 1 else "")
    told = {
        "key": key,
        "code": key if len(key) > 1 else f"Key{key.upper()}",
        "windowsVirtualKeyCode": _CODES.get(key, ord(key.upper()[0])),
        "modifiers": SHIFT if shift else 0,
    }
    for _ in range(times):
        await page.do(
            "Input.dispatchKeyEvent", type="keyDown", **told, **({"text": text} if text else {})
        )
        await page.do("Input.dispatchKeyEvent", type="keyUp", **told)


async def type_words(page: PageSession, words: str) -> None:
    """Type words into whatever has the focus."""
    await page.do("Input.insertText", text=words)


async def tab_to(page: PageSession, words: str, *, back: bool = False, most: int = 80) -> None:
    """Press Tab until what has the focus says these words, as its text or as its label."""
    said = """(() => { const it = document.activeElement;
      return it === document.body ? '' : it.ariaLabel || it.textContent ||
      it.labels?.[0]?.textContent || '' })()"""
    seen = []
    for _ in range(most):
        await press(page, "Tab", shift=back)
        seen.append(str(await page.run(said)))
        if words in seen[-1]:
            return
    raise AssertionError(f"no Tab leads to {words!r}: {seen}")
