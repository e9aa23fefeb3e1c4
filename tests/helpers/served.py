"""The extension's pages without the extension: for tests that tell them what a host would."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from pressrun.browser import launch as browsers
from pressrun.browser.devtools import FLAG, DevTools, devtools
from pressrun.browser.find import find_browser
from pressrun.browser.launch import Launch
from pressrun.install import shipped


@asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[DevTools]:
    """Run a browser without the extension, which keeps its data in a folder."""
    launch = Launch(find_browser(), folder / "browser", headless=True, more=(FLAG, "about:blank"))
    process = await browsers.start(launch, folder / "browser.log")
    try:
        async with devtools(folder / "browser") as tools:
            yield tools
    finally:
        await browsers.close(process)


@asynccontextmanager
async def pages(folder: Path) -> AsyncIterator[tuple[DevTools, str]]:
    """Serve the extension's files on the loopback, beside a browser.

    Args:
        folder: where the browser keeps its data.

    Yields:
        The browser, and the address of the extension's folder.
    """
    app = web.Application()
    app.router.add_static("/", shipped.folder("extension"))
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with browser(folder) as tools:
            yield tools, f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()
