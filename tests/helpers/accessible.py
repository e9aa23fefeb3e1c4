"""What axe-core finds wrong with a page, for people who see, hear or press keys in another way."""

from functools import cache
from pathlib import Path

from pressrun.browser.devtools import PageSession

_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

_FAULTS = """axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) =>
    `${id} (${help}): ${target} ${failureSummary}`)))"""


@cache
def _axe() -> str:
    return _AXE.read_text(encoding="utf-8")


async def faults_of(page: PageSession, *, dark: bool) -> list[str]:
    """The serious faults of a page as it is now, in a light or a dark theme."""
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    await page.do("Emulation.setEmulatedMedia", features=[scheme])
    # what fades in has its colours at the end of it
    await page.run("Promise.all(document.getAnimations().map((each) => each.finished))")
    if not await page.run("'axe' in globalThis"):
        await page.run(f"{_axe()};0")
    return [str(fault) for fault in await page.run(_FAULTS)]
