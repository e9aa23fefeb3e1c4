"""Visits to the replica in one Chromium, each with an account and cookies of its own.

A visit reads and works its page by the extension's own scripts, in a world apart from the page's,
as the extension does; there is no host. `Window.extension` is for tests that have one.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from helpers.worker import Extension, extension
from helpers.worlds import content_scripts, evaluate, isolated_world
from pressrun.browser import launch as browsers
from pressrun.browser.devtools import FLAG, DevTools, DevToolsError, PageSession, devtools
from pressrun.browser.find import find_browser
from pressrun.browser.launch import Launch
from pressrun.protocol.messages.page import Reading
from trials.replica.behaviour import Behaviour
from trials.replica.certificate import HOST
from trials.replica.server import COOKIE, Replica, serving

SITE = f"https://{HOST}"

QUICK = Behaviour(
    page_seconds=(0, 0.1),
    hydration_seconds=(0, 0.1),
    upload_seconds=(0.2, 0.3),
    url_lag_seconds=(0.1, 0.2),
    generation_seconds=(0.8, 1.0),
    text_seconds=(0.4, 0.6),
    stop_lingers_seconds=(0.05, 0.1),
    picture_size=(256, 256),
)
"""A site that has all its latencies, and little of each."""

PAGE_SECONDS = 60.0
"""How long anything on a page may take to be there, on a busy machine."""


class Visit:
    """One page of the site, and an account that nobody else has."""

    def __init__(
        self, page: PageSession, replica: Replica, hide: Callable[[], Awaitable[object]]
    ) -> None:
        self.page = page
        self._replica = replica
        self._hide = hide

    async def sign_in(self, account: str, switches: Mapping[str, object]) -> None:
        """Become somebody for whom these behaviours are switched, and see a fresh page."""
        self._replica.switch(account, switches)
        await self.open(f"/?replica-account={account}")

    async def hide(self) -> None:
        """Put another tab before this one."""
        await self._hide()
        await self.until("document.hidden")

    async def until(self, script: str) -> Any:  # noqa: ANN401 - whatever the script gives
        """The value of an expression as soon as it is true, over loads of the page."""
        async with asyncio.timeout(PAGE_SECONDS):
            while True:
                # a page that is being left answers nothing
                with contextlib.suppress(DevToolsError):
                    if value := await self.page.run(script):
                        return value
                await asyncio.sleep(0.02)

    async def open(self, path: str = "/") -> None:
        """Load a path, and wait until what belongs there is shown."""
        await self.page.do("Page.navigate", url=f"{SITE}{path}")
        await self.until(
            "document.readyState === 'complete' && Boolean(document.querySelector("
            "'form .ProseMirror, #mobile-composer-prompt, .challenge'))"
        )

    async def reload(self) -> None:
        """Load the page anew."""
        await self.page.run("window.old = true")
        await self.page.do("Page.reload")
        await self.until("!window.old && Boolean(document.querySelector('form .ProseMirror'))")

    async def see(self, selector: str) -> None:
        """Wait until something is there."""
        await self.until(f"Boolean(document.querySelector({json.dumps(selector)}))")

    async def count(self, selector: str) -> int:
        """How many elements there are."""
        found = await self.page.run(f"document.querySelectorAll({json.dumps(selector)}).length")
        return int(found)

    async def call(self, script: str) -> Any:  # noqa: ANN401 - whatever the script gives
        """The value of an expression in the world of the extension's scripts."""
        world = await isolated_world(self.page)
        if await evaluate(self.page, "typeof readPage", world) == "undefined":
            # the watch over a worker page has nobody to tell here
            await evaluate(self.page, content_scripts(but="page/main.js") + "\n0", world)
        return await evaluate(self.page, script, world)

    async def reading(self, profile: str) -> Reading:
        """What the page shows, by a site profile in JSON."""
        shown = await self.call(f"readPage({profile})")
        return Reading.model_validate({**shown, "tab": 0, "document": "visit"})

    async def work(self, profile: str, method: str, **params: Any) -> None:  # noqa: ANN401 - any JSON
        """Do one thing to the page, as the host would have it done."""
        told = {"attempt": "a", "step": f"{method} {params}", **params}
        await self.call(f"carryOut({json.dumps(method)}, {json.dumps(told)}, {profile})")


class Window:
    """A browser with nothing in it but visits."""

    def __init__(self, tools: DevTools, replica: Replica) -> None:
        self.replica = replica
        self._tools = tools

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait for something beside the pages, such as an entry of the ledger."""
        async with asyncio.timeout(PAGE_SECONDS):
            while not met():  # noqa: ASYNC110 - another program's doing
                await asyncio.sleep(0.05)

    @contextlib.asynccontextmanager
    async def visit(
        self, account: str, switches: Mapping[str, object] | None = None
    ) -> AsyncIterator[Visit]:
        """Visit the site as somebody for whom these behaviours are switched."""
        apart = (await self._tools.do("Target.createBrowserContext"))["browserContextId"]
        opened = await self._tools.do(
            "Target.createTarget", url="about:blank", browserContextId=apart
        )
        page = await self._tools.attach(opened["targetId"])

        async def hide() -> None:
            other = await self._tools.do(
                "Target.createTarget", url="about:blank", browserContextId=apart
            )
            await self._tools.do("Target.activateTarget", targetId=other["targetId"])

        try:
            await page.do("Page.enable")
            visit = Visit(page, self.replica, hide)
            await visit.sign_in(account, switches or {})
            yield visit
        finally:
            await self._tools.do("Target.disposeBrowserContext", browserContextId=apart)

    @contextlib.asynccontextmanager
    async def apart(self) -> AsyncIterator[str]:
        """A browser context of its own; returns its id."""
        context = (await self._tools.do("Target.createBrowserContext"))["browserContextId"]
        try:
            yield context
        finally:
            await self._tools.do("Target.disposeBrowserContext", browserContextId=context)

    @contextlib.asynccontextmanager
    async def extension(
        self, context: str, account: str, switches: Mapping[str, object]
    ) -> AsyncIterator[Extension]:
        """An extension where somebody is signed in for whom these behaviours are switched."""
        self.replica.switch(account, switches)
        cookie = {"name": COOKIE, "value": account, "url": SITE, "secure": True}
        async with extension(self._tools, context, cookie) as made:
            yield made


@contextlib.asynccontextmanager
async def window(folder: Path, behaviour: Behaviour = QUICK) -> AsyncIterator[Window]:
    """Serve a replica and open a browser that knows nothing else."""
    async with serving(folder / "replica", behaviour) as replica:
        launch = Launch(
            find_browser(),
            folder / "browser",
            headless=True,
            mapped=(HOST, replica.port, replica.spki),
            more=(FLAG, "about:blank"),
        )
        process = await browsers.start(launch, folder / "browser.log")
        try:
            async with devtools(folder / "browser", PAGE_SECONDS) as tools:
                yield Window(tools, replica)
        finally:
            await asyncio.shield(browsers.close(process))
