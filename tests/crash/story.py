"""One book, made while its processes are killed: real host and relay, played browser and site."""

import asyncio
import contextlib
import ctypes
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from unittest import mock

from crash import book, strip, styled
from crash.audit import Findings, audit
from crash.matrix import Combination
from crash.power import Disk
from helpers.extension import Browser
from helpers.hosts import host_of
from helpers.patience import patience
from helpers.site import Site
from pressrun import failpoint
from pressrun.cli.client import Client, connect
from pressrun.errors import NoHostError, NotFoundError
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.messages.account import AccountAllow
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.batch import (
    BatchAdjust,
    BatchChoice,
    BatchStart,
    BatchStatus,
    JobsOrder,
)
from pressrun.protocol.messages.decision import BasedOn, DecideOrder
from pressrun.protocol.messages.doubt import DoubtDecide
from pressrun.protocol.messages.panel import PanelQuery
from pressrun.protocol.messages.status import StatusQuery
from pressrun.protocol.rpc import LinkLostError
from pressrun.states import (
    AuthorAct,
    BatchState,
    DoubtChoice,
    JobChoice,
    OnDoubt,
    Outliers,
    PanelState,
    Remake,
)
from pressrun.store import database

T = TypeVar("T")

STORY_SECONDS = 180.0
"""A story that takes longer has come to a standstill; on a busy machine it may take longer."""

AGAIN_SECONDS = 0.1
LOOK_SECONDS = 0.3


@dataclass
class Outcome:
    """How a story ended."""

    combination: Combination
    findings: Findings = field(default_factory=Findings)
    deaths: int = 0
    fault: str = ""
    seconds: float = 0.0
    folder: Path | None = None
    """Where everything of it is, kept when something was wrong."""

    @property
    def wrong(self) -> list[str]:
        """Everything that is wrong, in words."""
        broken = self.findings.promises.broken
        told = [f"{name}: {text}" for name, texts in broken.items() for text in texts]
        told += self.findings.other
        if self.fault:
            told.append(self.fault)
        expected = sum(1 for life in self.combination.lives if life)
        if self.deaths < expected:
            told.append(f"only {self.deaths} of {expected} failpoints were reached")
        return told


async def play(combination: Combination, templates: Path) -> Outcome:
    """Play a story to its end, and audit it."""
    outcome = Outcome(combination)
    folder = Path(tempfile.mkdtemp(prefix="pc-"))
    began = time.monotonic()
    story = _Story(combination, folder, templates)
    try:
        await _in_time(story)
        outcome.findings = audit(story)
    except Exception:  # noqa: BLE001 - it is told, with whatever stands on disk
        outcome.fault = traceback.format_exc(limit=-4)
        with contextlib.suppress(Exception):
            outcome.findings = audit(story)
    finally:
        await story.close()
        bury_orphans()
    outcome.deaths = story.deaths
    outcome.seconds = time.monotonic() - began
    if outcome.wrong:
        outcome.folder = folder
        _note(story, folder / "ledger.jsonl")
    else:
        shutil.rmtree(folder)
    return outcome


async def _in_time(story: "_Story") -> None:
    """Have a story told.

    Raises:
        TimeoutError: it came to a standstill.
    """
    began, telling = time.monotonic(), asyncio.ensure_future(story.told())
    try:
        while not telling.done():
            left = patience(STORY_SECONDS) - (time.monotonic() - began)
            if left <= 0:
                raise TimeoutError
            await asyncio.wait({telling}, timeout=left)
        await telling
    finally:
        telling.cancel()


async def play_all(
    combinations: Iterable[Combination],
    templates: Path,
    at_once: int,
    tell: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Play stories, some at a time; each is told as soon as it has ended."""
    adopt_orphans()
    places = asyncio.Semaphore(at_once)

    async def one(combination: Combination) -> Outcome:
        async with places:
            outcome = await play(combination, templates)
        tell(outcome)
        return outcome

    return await asyncio.gather(*map(one, combinations))


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return what a number of stories came to, in a line."""
    found = [outcome.findings for outcome in outcomes]
    kept = [each.promises for each in found]
    ways = sum((each.ways for each in found), Counter[str]())
    return (
        f"{len(outcomes)} combinations, {sum(outcome.deaths for outcome in outcomes)} deaths: "
        f"{sum(len(each.lost) for each in kept)} lost, "
        f"{sum(len(each.twice) for each in kept)} twice, "
        f"{sum(len(each.misfiled) for each in kept)} misfiled, "
        f"{sum(len(each.early) for each in kept)} early; "
        f"sent in {ways['fresh']} fresh, {ways['kept']} kept and {ways['own']} own chats, "
        f"{sum(each.followed for each in found)} after another panel, "
        f"{sum(each.corrected for each in found)} corrections, "
        f"{sum(each.repaired for each in found)} repairs; "
        f"{sum(bool(outcome.wrong) for outcome in outcomes)} wrong in any way, "
        f"{sum(each.resent for each in found)} sent again by order, "
        f"{sum(each.litter for each in found)} files left over"
    )


def make_templates(folder: Path) -> None:
    """Make the homes that stories start from, so that not each of them has to migrate."""
    for name, schema in (("new", database.HEAD), ("old", "0001")):
        (folder / name).mkdir(parents=True)
        with mock.patch.object(database, "HEAD", schema):
            database.prepare(folder / name / "store.db")


def adopt_orphans() -> None:
    """Have hosts, whose relays do not wait for them, end as children of this process."""
    set_child_subreaper = 36
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def bury_orphans() -> None:
    """Take note of hosts that ended; each led a session, which no other child of ours does."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            number, told = int(path.parent.name), path.read_text().rpartition(")")[2].split()
            state, parent, _, session = told[0], *map(int, told[1:4])
            if (state, parent, session) == ("Z", os.getpid(), number):
                os.waitpid(number, os.WNOHANG)


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and of all that ended under it."""
    bury_orphans()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


class _Story:
    def __init__(self, combination: Combination, folder: Path, templates: Path) -> None:
        self.site = Site(book.SCRIPT, self._draw)
        self.site.projects.add(book.PROJECT)
        self.site.toasts += [3, 8, 13]
        self.deaths = 0
        self._is_long = combination.long
        self._book = book.LONG if combination.long else book.SHORT
        self._scene = book.SCENE_LONG if combination.long else book.SCENE
        self.entries = self._book + self._scene
        self._lives = combination.lives
        self._life = 0
        self._lines = 0
        self._folder = folder
        world = folder / "w"
        world.mkdir()
        told = " ".join(self._lives)
        if "database.copied" in told:
            shutil.copytree(templates / "old", world / "home")
        elif "database." not in told:
            shutil.copytree(templates / "new", world / "home")
        self._on_doubt = OnDoubt.RESEND if "attempt.abandoned" in told else OnDoubt.ASK
        self._choices = [DoubtChoice.LOOK] if "attempt.look_again" in told else []
        self.home = Home.at(world / "home")
        self.library = world / "pictures"
        self.strip = world / "strip"
        self.styled = world / "styled"
        self.site.script |= {prompt: list(acts) for prompt, acts in strip.make(self.strip).items()}
        book.write_profile(self.home.sites / "chatgpt.toml")
        self._browser = Browser(self.home, self.site, self._environment)
        self._browser.ended = self._relay_ended
        self._disk = Disk(folder, world, combination.loss) if combination.loss else None

    def _draw(self, prompt: str) -> bytes:
        """What the site draws; a panel may look otherwise when it is asked for once more."""
        return styled.draw(prompt, self.site.ledger) or book.draw(prompt)

    async def told(self) -> None:
        """The whole story, with a browser that lives as long as it takes."""
        async with asyncio.TaskGroup() as group:
            living = group.create_task(self._browser.live())
            await self._author()
            living.cancel()
        await self._machine_dies()

    async def close(self) -> None:
        """End everything that was started here."""
        await self.site.close()
        await self._kill_host()

    async def _author(self) -> None:
        """Three lists and a book are made, with a stop in between, then a panel is changed."""
        source, scene = self._folder / "book.jsonl", self._folder / "scene.jsonl"
        book.write(source, {entry.key: entry.prompt for entry in self._book})
        book.write(scene, {entry.key: entry.prompt for entry in self._scene})
        await self._start(source, self.library)
        await self._start_scene(scene)
        await self._start(self.strip / "book.toml", None)
        await self._start(styled.make(self._folder), self.styled, outliers=Outliers.REDO)
        await self._until(lambda batch: batch.done >= 2, source)
        await self._persist(lambda client: client.ask(calls.BATCH_PAUSE, BatchChoice()))
        await self._order()
        await self._persist(lambda client: client.ask(calls.BATCH_RESUME, BatchChoice()))
        await self._cancel_letters()
        if self._is_long:
            await self._until(lambda batch: batch.done >= 5, source)
            await self._stop()
        await self._correct(scene)
        await self._until_all_ended()
        await self._correct_elsewhere()
        await self._until_all_ended()
        # what was given up for good, the author leaves out
        made = [entry for entry in self._book if entry.ends == ("done",) and entry.seed is None]
        book.write(source, {entry.key: book.prompt_of(entry) for entry in made})
        await self._start(source, self.library)
        await self._until_all_ended()
        await self._accept()

    async def _accept(self) -> None:
        """What was approved and has other words by now stands until its author takes the new."""

        async def accept(client: Client) -> None:
            batch = await self._newest(client)
            for key in book.CHANGED:
                shown = await client.ask(calls.PANELS_SHOW, PanelQuery(batch=batch.batch, key=key))
                for take in (each for each in shown.takes if each.offered):
                    wish = DecideOrder(
                        act=AuthorAct.APPROVE,
                        library=str(self.library),
                        panels=[BasedOn(key=key)],
                        take=take.number,
                    )
                    await client.ask(calls.REVIEW_DECIDE, wish)

        await self._persist(accept)

    async def _start_scene(self, scene: Path) -> None:
        """In kept chats; where the story is long, in a project after one that is not there."""
        if self._is_long:
            await self._start(scene, self.library, chats=book.CHATS, project=book.NO_PROJECT)
            await self._until(lambda batch: batch.state == BatchState.PAUSED, scene)
        project = book.PROJECT_URL if self._is_long else ""
        await self._start(scene, self.library, chats=book.CHATS, project=project)

    async def _cancel_letters(self) -> None:
        other = self._folder / "letters.txt"
        for prompts in (book.ELSEWHERE, book.ELSEWHERE[1:]):
            other.write_text("\n\n".join(prompts), encoding="utf-8")
            letters = await self._start(other, self.library.with_name("letters"))
        if letters is not None:
            choice = BatchChoice(batch=letters)
            await self._persist(lambda client: client.ask(calls.BATCH_CANCEL, choice))

    async def _correct(self, scene: Path) -> None:
        """Pictures are corrected in their chats; one whose chat is gone is made in a fresh one.

        By then no more chats are begun in a project.
        """
        await self._until(lambda batch: batch.done >= len(book.SCENE) // 2, scene)
        await self._start(scene, self.library, chats=book.CHATS, project="")
        [gone] = [entry for entry in self._book if entry.key == book.GONE]
        for key, note in book.CORRECTIONS.items():
            if key == book.GONE:
                await self._redo(key, note, before=lambda: self.site.delete(gone.prompt))
            else:
                await self._redo(key, note)

    async def _correct_elsewhere(self) -> None:
        """Do what a panel whose correction failed advises: with the note below the words."""
        for key, note in book.CORRECTIONS.items():

            async def advised(client: Client, key: str = key) -> bool:
                batch = await self._newest(client)
                shown = await client.ask(calls.PANELS_SHOW, PanelQuery(batch=batch.batch, key=key))
                return "--in-words" in shown.panel.advice

            if await self._persist(advised):
                await self._redo(key, note, in_words=True)

    async def _redo(
        self,
        key: str,
        note: str,
        *,
        in_words: bool = False,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        """Order a correction as soon as there is a picture and nothing is made of its panel."""

        async def order(client: Client) -> None:
            while True:
                batch = await self._newest(client)
                shown = await client.ask(calls.PANELS_SHOW, PanelQuery(batch=batch.batch, key=key))
                if shown.panel.state == PanelState.MADE:
                    before()
                    wish = DecideOrder(
                        act=AuthorAct.REDO,
                        batch=batch.batch,
                        panels=[BasedOn(key=key)],
                        note=note,
                        remake=Remake.WORDS if in_words else Remake.CHAT,
                    )
                    with contextlib.suppress(NotFoundError):
                        await client.ask(calls.REVIEW_DECIDE, wish)
                        return
                await asyncio.sleep(LOOK_SECONDS)

        await self._persist(order)

    async def _order(self) -> None:
        """What changes nothing in the end: other tabs, another order, no ceilings."""
        keys = [entry.key for entry in self._book]
        adjust, allow = BatchAdjust(priority=1), AccountAllow()
        order = JobsOrder(choice=JobChoice.LAST, keys=keys)
        await self._persist(lambda client: client.ask(calls.BATCH_ADJUST, adjust))
        await self._persist(lambda client: client.ask(calls.JOBS_ORDER, order))
        await self._persist(lambda client: client.ask(calls.ACCOUNT_ALLOW, allow))

    async def _start(
        self,
        source: Path,
        library: Path | None,
        *,
        chats: int = 1,
        project: str | None = None,
        outliers: Outliers | None = None,
    ) -> int | None:
        asked = BatchStart(
            source=str(source),
            library=None if library is None else str(library),
            on_doubt=self._on_doubt,
            again=True,
            # a book says it itself
            chats=None if library is None else chats,
            # what goes on in chats is for one tab at a time
            tabs=2 if chats == 1 else 1,
            project=project,
            outliers=outliers,
            references=styled.references(self._folder) if outliers else None,
            repairs=styled.REPAIRS if outliers else None,
            repair_share=styled.SHARE if outliers else None,
        )
        started = await self._persist(lambda client: client.ask(calls.BATCH_START, asked))
        return started.batch

    async def _until(self, enough: Callable[[BatchStatus], bool], source: Path) -> None:
        """Wait until the newest batch of a list is far enough, deciding what asks for it."""

        async def wait(client: Client) -> None:
            while True:
                ours = await self._look(client)
                [batch, *_] = [one for one in ours if one.source == str(source)]
                if enough(batch) or _ended(batch):
                    return
                await asyncio.sleep(LOOK_SECONDS)

        await self._persist(wait)

    async def _until_all_ended(self) -> None:
        async def wait(client: Client) -> None:
            while True:
                if all(map(_ended, await self._look(client))):
                    return
                await asyncio.sleep(LOOK_SECONDS)

        await self._persist(wait)

    async def _newest(self, client: Client) -> BatchStatus:
        """The newest batch of the lists."""
        ours = await self._look(client)
        return next(batch for batch in ours if batch.library == str(self.library))

    async def _look(self, client: Client) -> list[BatchStatus]:
        """How the batches of lists and book stand, the newest first; what asks is decided."""
        status = await client.ask(calls.STATUS, StatusQuery())
        mine = (str(self.library), str(self.strip / "pictures"), str(self.styled))
        ours = [one for one in status.batches if one.library in mine]
        for batch in ours:
            if batch.asking:
                choice = self._choices.pop() if self._choices else DoubtChoice.RESEND
                await client.ask(calls.DOUBT_DECIDE, DoubtDecide(choice=choice))
            if batch.approval:
                approve = DecideOrder(
                    act=AuthorAct.APPROVE,
                    batch=batch.batch,
                    panels=[BasedOn(key=batch.approval.key)],
                )
                await client.ask(calls.REVIEW_DECIDE, approve)
        return ours

    async def _persist(self, work: Callable[[Client], Awaitable[T]]) -> T:
        """Do it again until it was answered, as a person does."""
        while True:
            try:
                async with connect(self.home, start=False) as client:
                    return await work(client)
            except (LinkLostError, NoHostError):
                await asyncio.sleep(AGAIN_SECONDS)

    async def _stop(self) -> None:
        """Have the host end in good order; the extension starts the next one."""
        if self._life < len(self._lives) and not self._lives[self._life]:
            self._life += 1
        host: int | None = None

        async def stop(client: Client) -> None:
            nonlocal host
            host = host or host_of(self.home)
            if host == host_of(self.home):
                await client.ask(calls.HOST_STOP, Nothing())

        await self._persist(stop)
        while host_of(self.home) == host:  # noqa: ASYNC110 - a lock tells nobody
            await asyncio.sleep(0.02)

    async def _kill_host(self) -> None:
        """End the host at once; the lock tells when it is gone."""
        while (host := host_of(self.home)) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(host, signal.SIGKILL)
            await asyncio.sleep(0.02)

    async def _machine_dies(self) -> None:
        """The host is killed and, where that is asked for, what was not synced goes with it."""
        await self._kill_host()
        if self._disk is not None:
            self._browser.restart()
            await asyncio.to_thread(self._disk.lose)
            self._lines = self._lines_told()

    def _environment(self) -> Mapping[str, str]:
        """What the next relay is started with, and the host that it starts."""
        armed = self._lives[self._life] if self._life < len(self._lives) else ""
        wish = {failpoint.VARIABLE: armed} if armed else {}
        return {**wish, **(self._disk.environment() if self._disk else {})}

    async def _relay_ended(self, code: int) -> None:
        lines = self._lines_told()
        if code != -signal.SIGKILL and lines <= self._lines:
            return
        self._lines = lines
        self.deaths += 1
        self._life += 1
        if self._disk is not None:
            await self._machine_dies()

    def _lines_told(self) -> int:
        """How often the host's log tells of a failpoint that killed."""
        if not self.home.log.exists():
            return 0
        told = self.home.log.read_text(encoding="utf-8")
        return sum(1 for line in told.splitlines() if '"failpoint"' in line and '"kill"' in line)


def _ended(batch: BatchStatus) -> bool:
    return batch.state in (BatchState.DONE, BatchState.CANCELLED)


def _note(story: _Story, path: Path) -> None:
    """Write the ledger down, for whoever looks into what went wrong."""
    lines = [entry.model_dump_json() for entry in story.site.entries]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
