"""What axe-core finds in a page: what keeps people from using it by keyboard or screen reader."""

import functools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

from pressrun.browser.devtools import PageSession

_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

_FOUND = """axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations
    .filter(({ impact }) => LEAST.includes(impact))
    .flatMap(({ id, impact, help, nodes }) =>
      nodes.map(({ html, failureSummary: why }) => `${impact} ${id}: ${help}: ${html} ${why}`)))"""


@functools.cache
def _axe() -> str:
    return _AXE.read_text(encoding="utf-8")


async def barriers(page: PageSession, *, moderate: bool = False) -> list[str]:
    """What axe-core finds that is serious or critical.

    Args:
        page: as it is shown now.
        moderate: whether what is of moderate weight counts as well.
    """
    if not await page.run("typeof axe === 'object'"):
        await page.run(f"{_axe()};0")
    least = ["serious", "critical", *(["moderate"] if moderate else [])]
    return cast("list[str]", await page.run(_FOUND.replace("LEAST", str(least))))


async def faults_of(page: PageSession, *, dark: bool) -> list[str]:
    """The barriers of a page as it is now, in a light or a dark theme."""
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    await page.do("Emulation.setEmulatedMedia", features=[scheme])
    # what fades in has its colours at the end of it
    await page.run("Promise.all(document.getAnimations().map((each) => each.finished))")
    return await barriers(page)


LOOKS = {
    "light": (1280, 800, 1),
    "dark": (1280, 800, 1),
    "light, at 200 %": (640, 400, 2),
    "dark, at 200 %": (640, 400, 2),
}
"""Width and height in CSS pixels, and how many of the screen's one is."""


async def looks(page: PageSession) -> AsyncIterator[str]:
    """Show a page in light and in dark, in a window and enlarged; tells which look it is."""
    for look, (width, height, scale) in LOOKS.items():
        scheme = {"name": "prefers-color-scheme", "value": look.partition(",")[0]}
        await page.do("Emulation.setEmulatedMedia", features=[scheme])
        await page.do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=False,
        )
        # it is laid out in its next frame, and what fades in has its colours at the end of it
        await page.run("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        await page.run("Promise.all(document.getAnimations().map((each) => each.finished))")
        yield look


async def faults_in_each_look(page: PageSession) -> dict[str, list[str]]:
    """The barriers of a page as it is now, by the look in which it has them."""
    found = {look: await barriers(page) async for look in looks(page)}
    return {look: faults for look, faults in found.items() if faults}
