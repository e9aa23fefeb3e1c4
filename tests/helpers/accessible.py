"""What axe-core finds in a page: what keeps people from using it by keyboard or screen reader."""

import functools
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
