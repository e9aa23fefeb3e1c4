"""Asking for a format: in the page's own menu, or otherwise in words below the prompt."""

import contextlib
from collections.abc import Callable

from pressrun.press.desk import Desk, TroubleError
from pressrun.press.page import NotSeenError, StepRefusedError
from pressrun.protocol.messages.page import Reading
from pressrun.sites import judge

MENU = "format_menu"
"""What opens the menu of formats, and closes it again."""

ENTRY = "format {}"
"""A format's entry in the open menu."""

CHOSEN = "chosen {}"
"""A format that is chosen, as its entry shows it, or the button of the menu."""

MENU_SECONDS = 1.0
"""How long the menu's button may come after image mode: many pages have none."""


def in_words(wanted: str) -> str:
    """The sentence below a prompt that asks for a format where the page has no menu for it."""
    width, height = map(int, wanted.split(":"))
    shape = "square" if width == height else "portrait" if width < height else "landscape"
    return f"Aspect ratio: {wanted} ({shape})."


async def choose(desk: Desk, wanted: str) -> bool:
    """Choose a format in the page's menu, and see that it is chosen; whether it was seen.

    Image mode has to be on. The menu is closed again, whatever comes of it.

    Args:
        desk: of the attempt, whose page it is.
        wanted: the aspect ratio, as `3:4`.

    Raises:
        TroubleError: the page tells of a limit, or of something else that went wrong.
        PageLostError: the page is gone.
    """
    reading = await desk.page.read()
    if not _is_known(desk, reading, wanted):
        return False
    desk.show("choosing the format")
    menu = _Menu(desk)
    try:
        found = await menu.choose(wanted)
    except (NotSeenError, StepRefusedError):
        found = False
    await menu.close()
    return found


class _Menu:
    """The menu of formats of one page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._clicks = 0

    async def choose(self, wanted: str) -> bool:
        """Choose a format; whether the page shows that it is chosen.

        Raises:
            NotSeenError: the page has no menu, or it did not open.
            StepRefusedError: the format is not in it.
        """
        chosen = CHOSEN.format(wanted)
        reading = await self._see(lambda reading: _shows(reading, MENU), MENU_SECONDS)
        if _shows(reading, chosen):
            return True
        await self._open()
        await self._click(ENTRY.format(wanted))
        reading = await self._see(
            lambda reading: _shows(reading, chosen) or not _is_open(reading),
            self._desk.site.limits.mode,
        )
        if not _shows(reading, chosen):
            # its button does not tell what is chosen; the entry does
            reading = await self._open()
        return _shows(reading, chosen)

    async def close(self) -> None:
        """Close it, if it is open."""
        reading = await self._desk.page.read()
        # while it is open its button may be hidden; to choose what is chosen closes it as well
        again = [ENTRY.format(each) for each in _named(reading, CHOSEN)]
        for role in (MENU, *again) if _is_open(reading) else ():
            with contextlib.suppress(StepRefusedError):
                await self._click(role)
                return

    async def _open(self) -> Reading:
        await self._click(MENU)
        return await self._see(_is_open, self._desk.site.limits.mode)

    async def _click(self, role: str) -> None:
        # a document does each step once, and the button is clicked several times
        self._clicks += 1
        await self._desk.page.click(self._desk.attempt.name, f"format {self._clicks}", role)

    async def _see(self, is_so: Callable[[Reading], bool], within: float) -> Reading:
        def look(reading: Reading) -> Reading | None:
            if is_so(reading):
                return reading
            if wrong := judge.trouble_in_notices(self._desk.site, reading):
                raise TroubleError(wrong)
            return None

        return await self._desk.see(look, within=within, what="the menu of formats")


def _is_known(desk: Desk, reading: Reading, wanted: str) -> bool:
    """Whether the site profile knows such a menu on this build of the page, with that format."""
    shells = (each for each in desk.site.page.shells if each.name == reading.shell)
    return any(MENU in each.clickable and ENTRY.format(wanted) in each.clickable for each in shells)


def _is_open(reading: Reading) -> bool:
    return bool(_named(reading, ENTRY))


def _named(reading: Reading, role: str) -> list[str]:
    """The formats that a page shows in a role."""
    start = role.format("")
    found = (each.role for each in reading.seen if each.role.startswith(start))
    return [each.removeprefix(start) for each in found]


def _shows(reading: Reading, role: str) -> bool:
    return any(each.role == role for each in reading.seen)
