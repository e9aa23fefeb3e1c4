"""The world apart from a page's own in which the extension's scripts run, by DevTools."""

import json
from typing import Any

from pressrun.browser.devtools import DevToolsError, PageSession
from pressrun.install import shipped


def content_scripts(*, but: str = "") -> str:
    """The scripts that the extension puts into a page, in its own order.

    Args:
        but: the name of one that is left out.
    """
    folder = shipped.folder("extension")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    names = manifest["content_scripts"][0]["js"]
    return "\n".join((folder / name).read_text("utf-8") for name in names if name != but)


async def isolated_world(page: PageSession) -> int:
    """The world apart from the page's in which the extension's scripts run; each document's own."""
    tree = await page.do("Page.getFrameTree")
    frame = tree["frameTree"]["frame"]["id"]
    world = await page.do("Page.createIsolatedWorld", frameId=frame, worldName="ours")
    return int(world["executionContextId"])


async def evaluate(page: PageSession, script: str, world: int) -> Any:  # noqa: ANN401 - whatever the script gives
    """The value of an expression in a world, awaited if it is a promise.

    Raises:
        DevToolsError: it threw, or the document is gone.
    """
    told = await page.do(
        "Runtime.evaluate",
        expression=script,
        contextId=world,
        awaitPromise=True,
        returnByValue=True,
    )
    if "exceptionDetails" in told:
        raise DevToolsError(f"{script[:200]}: {told['exceptionDetails']['exception']}")
    return told["result"].get("value")
