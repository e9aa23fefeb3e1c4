"""The site profile in use: kept up to date, and checked against what open tabs show."""

import asyncio
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from pressrun import characters, files, relay
from pressrun.errors import BadInputError
from pressrun.press.page import Page, PageLostError, StepRefusedError
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.site import SiteChecked, SiteKept, TabChecked
from pressrun.server.browser import RemoteBrowser, RemotePage
from pressrun.sites import judge, profile
from pressrun.sites.profile import SiteProfile

_log = structlog.get_logger("pressrun.sites")

LOOK_SECONDS = 1.0
"""How often to look for changes of the author's own profile."""

CAPTURES = 24
"""How many captures are kept; older ones are removed."""


class Sites:
    """What the host knows of its site."""

    def __init__(self, name: str, own: Path, captures: Path) -> None:
        """Load the profile.

        Args:
            name: the site's.
            own: the folder with the author's own profiles.
            captures: where captured pages are kept.
        """
        self._name = name
        self._own = own
        self._captures = captures
        self._stamp = self._stamp_now()
        self.current = profile.find(name, own)
        self.browsers: dict[str, RemoteBrowser] = {}

    def obstacle(self, site: str) -> str | None:
        """Why nothing can be made on a site; None when this host works with it."""
        if site == self._name:
            return None
        return f"this Pressrun works with {self._name}, and not with {site}"

    def project(self, address: str) -> str:
        """The address of a project's own page, from one that an author copied.

        Raises:
            BadInputError: it is not a project's.
        """
        if self.current.project_of(address) is None:
            raise BadInputError(
                f"{characters.shown(address)} is not the address of a ChatGPT project; nothing was "
                "started. Open the project in your browser, and copy the address of its page, such "
                "as https://chatgpt.com/g/g-p-123abc-story/project"
            )
        bare = re.split(r"[?#]", address)[0].rstrip("/")
        return f"{bare.removesuffix('/project')}/project"

    async def watch(self, tell: Callable[[SiteProfile], None]) -> None:
        """Apply every change of the author's own profile, in open tabs too."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            stamp = await asyncio.to_thread(self._stamp_now)
            if stamp == self._stamp:
                continue
            self._stamp = stamp
            found = await asyncio.to_thread(profile.find, self._name, self._own)
            if found == self.current:
                continue
            self.current = found
            _log.info("site_profile_changed", version=found.version)
            tell(found)
            for browser in list(self.browsers.values()):
                await browser.use(found.page)

    def _stamp_now(self) -> tuple[int, int] | None:
        try:
            about = (self._own / f"{self._name}.toml").stat()
        except OSError:
            return None
        return about.st_mtime_ns, about.st_size

    async def check(self, _: Nothing) -> SiteChecked:
        """What every open worker tab shows, role by role; it reads, and spends nothing."""
        tabs = [await self._check(each) for each in self._pages()]
        return SiteChecked(site=self.current.name, version=self.current.version, tabs=tabs)

    async def _check(self, page: RemotePage) -> TabChecked:
        try:
            reading = await page.read()
        except (PageLostError, StepRefusedError) as error:
            return TabChecked(tab=page.tab, shell="", outcome="unknown", text=str(error)[:1_000])
        theirs = [turn for turn in reading.turns if turn.role == "user"]
        verdict = judge.page_state(self.current, reading, theirs[-1] if theirs else None)
        return TabChecked(
            tab=page.tab,
            shell=reading.shell,
            found=[
                found.model_copy(update={"rule": self.current.as_written(found.rule)})
                for found in reading.seen
            ],
            missing=judge.missing(self.current, reading),
            outcome=verdict.word,
            text=judge.short(verdict.text),
        )

    async def capture(self, _: Nothing) -> SiteKept:
        """Keep what every open worker tab shows, without people's words and names."""
        kept, failed = [], []
        for page in self._pages():
            try:
                taken = await page.capture()
            except (PageLostError, StepRefusedError) as error:
                failed.append(f"tab {page.tab}: {error}"[:1_000])
            else:
                kept.append(str(await asyncio.to_thread(self._keep, page.tab, taken.html)))
        return SiteKept(files=kept, failed=failed)

    async def puzzled(self, page: Page) -> None:
        """Keep a page that is not understood, for whoever repairs the profile."""
        if not isinstance(page, RemotePage):
            return
        try:
            taken = await page.capture()
            path = await asyncio.to_thread(self._keep, page.tab, taken.html)
        except (PageLostError, StepRefusedError, OSError) as error:
            _log.info("page_not_kept", reason=str(error))
        else:
            _log.info("page_kept", path=str(path))

    def _keep(self, tab: int, html: str) -> Path:
        files.make_folder(self._captures)
        moment = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        path = self._captures / f"{moment}-{self._name}-{tab}.html"
        path.unlink(missing_ok=True)
        with os.fdopen(relay.open_own(path, relay.NEW), "w", encoding="utf-8") as file:
            file.write(html)
        for old in sorted(self._captures.glob("*.html"))[:-CAPTURES]:
            old.unlink(missing_ok=True)
        return path

    def _pages(self) -> list[RemotePage]:
        return [page for browser in self.browsers.values() for page in browser.pages]
