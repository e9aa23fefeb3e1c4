"""Time from a 3 MB picture in a page to a file, beside the `nativemessaging` package's own loop."""

import asyncio
import contextlib
import hashlib
import json
import os
import shlex
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from benches.result import Result
from pressrun.install import registration, shipped
from pressrun.library.shelf import Shelf
from pressrun.press.page import see
from pressrun.press.receive import receive
from pressrun.protocol import calls
from pressrun.protocol.link import Link
from pressrun.protocol.messages import base
from pressrun.protocol.messages.base import Hello, Message, Nothing, Welcome
from pressrun.protocol.messages.page import Reading
from pressrun.protocol.messages.tab import TabReady
from pressrun.server.browser import RemoteBrowser, RemotePage
from pressrun.simulator import ledger
from pressrun.sites.binding import Tie, exchange
from pressrun.sites.profile import shipped as shipped_site
from pressrun.sites.shown import shown
from trials.replica.pictures import draw
from trials.replica.server import AUTHOR
from trials.replica.stage import SITE_HOST, Stage

RUNS = 21
WARM_UP = 3
BYTES = 3_000_000
MOST_RATIO = 2.0
PROMPT = "A lighthouse keeper weighs three million bytes of light."
CONVERSATION = "00000000-0000-4000-8000-000000000001"
PLAIN_NAME = "app.pressrun.bench"
PLAIN_SOCKET = "plain.sock"
START_SECONDS = 60.0


def run() -> list[Result]:
    """Measure both in turns, so that a busy machine is busy for either."""
    with tempfile.TemporaryDirectory(prefix="pr-", ignore_cleanup_errors=True) as folder:
        pairs = asyncio.run(_measure(Path(folder).resolve()))
    plain, ours = zip(*pairs, strict=True)
    ratio = statistics.median(each / other for each, other in zip(ours, plain, strict=True))
    return [
        Result("plain_ms", "one message, a plain write", statistics.median(plain) * 1e3, "ms"),
        Result("ours_ms", "pieces, hashed, durable", statistics.median(ours) * 1e3, "ms"),
        Result("ratio", "ratio (median of pairs)", ratio, "", MOST_RATIO),
        Result("bytes", "bytes of the picture", BYTES),
        Result("runs", "runs of each, in turns", RUNS),
    ]


async def _measure(folder: Path) -> list[tuple[float, float]]:
    async with _both(folder) as (page, src, plain):
        pairs = [
            (await plain.fetch(), await _ours(page, src, folder, number))
            for number in range(WARM_UP + RUNS)
        ]
    return pairs[WARM_UP:]


async def _ours(page: RemotePage, src: str, folder: Path, number: int) -> float:
    began = time.perf_counter()
    await receive(page, Shelf(folder / "pictures"), f"1.{number}", src)
    return time.perf_counter() - began


class PlainLoop:
    """The other extension's host, which fetches the picture when it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def fetch(self) -> float:
        """Have it fetch the picture once; returns how long that took."""
        began = time.perf_counter()
        self._writer.write(b"go\n")
        size = int(await self._reader.readline())
        took = time.perf_counter() - began
        if size < BYTES:
            raise RuntimeError(f"the plain loop brought {size} bytes")
        return took


class Counter:
    """A host's front door for one browser, without a store or a press behind it."""

    def __init__(self) -> None:
        self.browser = RemoteBrowser("bench", shipped_site("chatgpt").page)
        self.linked = asyncio.Event()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve the extension to the end of its link."""
        self._link = link = Link(reader, writer, self._serve)
        await link.run()
        await self.browser.unlinked(link)

    async def _serve(self, method: str, params: dict[str, Any]) -> Message:
        match method:
            case calls.HELLO.method:
                hello = Hello.model_validate(params)
                await self.browser.linked(self._link, hello.session)
                self.linked.set()
                return Welcome(
                    protocol=base.VERSION, version="bench", heartbeat_seconds=base.HEARTBEAT_SECONDS
                )
            case calls.TAB_READY.method:
                return await self.browser.tab_ready(TabReady.model_validate(params))
            case calls.PAGE_CHANGED.method:
                await self.browser.page_changed(Reading.model_validate(params))
        return Nothing()


@contextlib.asynccontextmanager
async def _both(folder: Path) -> AsyncIterator[tuple[RemotePage, str, PlainLoop]]:
    """One page with one picture, and both ways to bring it here."""
    stage = Stage(folder)
    stage.install()
    extension = _install_plain(stage)
    _remember_picture(folder / "replica")
    counter = Counter()
    called: asyncio.Future[PlainLoop] = asyncio.get_running_loop().create_future()
    servers = [
        await asyncio.start_unix_server(counter.accept, stage.home.socket),
        await asyncio.start_unix_server(
            lambda *streams: called.set_result(PlainLoop(*streams)), folder / PLAIN_SOCKET
        ),
    ]
    try:
        await stage.start_replica("--page=0,0.1")
        await stage.start_browser(f"--load-extension={shipped.folder('extension')},{extension}")
        async with asyncio.timeout(START_SECONDS):
            await counter.linked.wait()
            page = await counter.browser.open(f"https://{SITE_HOST}/c/{CONVERSATION}")
            src = await see(page, _picture, within=START_SECONDS, poll=1.0, what="the picture")
            plain = await called
        yield page, src, plain
    finally:
        await stage.stop()
        for server in servers:
            server.close()


def _picture(reading: Reading) -> str | None:
    site = shipped_site("chatgpt")
    chat = exchange(reading, PROMPT, Tie.WORDS)
    found = shown(site, reading, chat).ready if chat else ()
    return found[0].picture.src if found else None


def _remember_picture(folder: Path) -> None:
    """Give the replica a past in which it made one picture of 3 MB."""
    folder.mkdir(parents=True, exist_ok=True)
    size = (1024, 1024)
    data = draw(PROMPT, size=size, weight=BYTES)
    about = {"conversation": CONVERSATION, "turn": "turn-1", "prompt_sha256": ledger.sha256(PROMPT)}
    with ledger.LedgerWriter(folder / ledger.NAME) as past:
        past.append(
            ledger.Submission(
                time=time.time(),
                number=1,
                account=AUTHOR,
                prompt=PROMPT,
                references=[],
                mode="image",
                **about,
            )
        )
        past.append(
            ledger.Picture(
                time=time.time(),
                file_id="file_0000000000000001",
                sha256=ledger.sha256(data),
                bytes=len(data),
                take=1,
                width=size[0],
                height=size[1],
                weight=BYTES,
                **about,
            )
        )


def _install_plain(stage: Stage) -> Path:
    """Register the plain loop beside ours; returns its extension's folder."""
    extension = Path(__file__).resolve().parent / "extension"
    launcher = stage.folder / "plain-host"
    words = [sys.executable, str(Path(__file__).parent / "plain_host.py"), str(stage.folder)]
    launcher.write_text(f"#!/bin/sh\nexec {shlex.join(words)}\n")
    launcher.chmod(0o700)
    manifest = {
        "name": PLAIN_NAME,
        "description": "The nativemessaging package's own loop",
        "path": str(launcher),
        "type": "stdio",
        "allowed_origins": [f"chrome-extension://{_id_of(extension)}/"],
    }
    place = registration.user_data_place(stage.profile).folder / f"{PLAIN_NAME}.json"
    place.write_text(json.dumps(manifest))
    return extension


def _id_of(extension: Path) -> str:
    """The id that Chrome gives to an unpacked extension without a key: a hash of where it is."""
    digits = hashlib.sha256(os.fsencode(extension)).hexdigest()[:32]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digits)
