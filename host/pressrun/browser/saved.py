"""Reading a saved page with the extension's own reader, in a browser without scripts and network.

The browser takes commands over two pipes, so that no port is open and no library is needed.
https://chromium.googlesource.com/chromium/src/+/main/content/public/common/content_switches.cc
(`remote-debugging-pipe`); https://chromedevtools.github.io/devtools-protocol/
"""

import contextlib
import fcntl
import json
import os
import select
import signal
import tempfile
import time
from pathlib import Path
from typing import Any, Self

from pressrun import files
from pressrun.errors import BadInputError, Exit, PressrunError
from pressrun.install import shipped
from pressrun.protocol.messages.page import PageProfile, Reading

TURNS = 256
"""The most turns that are read of a saved page."""

LOAD_SECONDS = 20.0
ANSWER_SECONDS = 30.0

_SUFFIXES = {".html", ".htm", ".xhtml", ".mhtml", ".mht"}
_FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--use-mock-keychain",
    "--window-size=1280,900",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
)
_BLOCKED = [f"{scheme}://*" for scheme in ("http", "https", "ws", "wss", "ftp")]

START_BYTES = 65_536
"""So much of a file is looked at to tell whether it is a saved page."""

# pictures below the fold count, too
_DECODE = """Promise.all([...document.images].map((image) => {
  image.loading = "eager";
  return image.decode().catch(() => undefined);
}))"""

# the base of a capture says where it was taken
_PLACED = "(reading) => ({...reading, url: bounded(document.baseURI)})"


def _eyes(extension: Path) -> str:
    """The content scripts up to the reader, in the order of the manifest."""
    manifest = json.loads((extension / "manifest.json").read_text(encoding="utf-8"))
    names: list[str] = manifest["content_scripts"][0]["js"]
    names = names[: names.index("page/read.js") + 1]
    return "\n".join((extension / name).read_text(encoding="utf-8") for name in names)


class UnreadError(PressrunError):
    """The browser could not read a page."""

    exit = Exit.NO_HOST


def _check(page: Path) -> None:
    try:
        start = files.read(page, START_BYTES)
    except OSError as error:
        raise BadInputError(f"{page}: {error.strerror or error}") from error
    if page.suffix.casefold() not in _SUFFIXES:
        raise BadInputError(
            f"{page}: not a saved page; expected a file ending in .html, .htm or .mhtml"
        )
    if b"<" not in start or (b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff"))):
        raise BadInputError(
            f"{page}: not a saved page; save it in the browser as one file, or with its pictures"
        )


class Reader:
    """A headless browser that reads saved pages; a context manager."""

    def __init__(self, program: Path) -> None:
        """Start it.

        Args:
            program: a Chromium.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="pressrun-", ignore_cleanup_errors=True)
        self._browser = _Browser(program, Path(self._folder.name))
        self._scripts = _eyes(shipped.folder("extension"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.end()
        self._folder.cleanup()

    def read(self, page: Path, profile: PageProfile) -> Reading:
        """What a saved page shows, read with a profile.

        Args:
            page: HTML or MHTML; pictures saved beside it are loaded, nothing else is.
            profile: the rules to read it with.

        Raises:
            BadInputError: the file is not a page.
            UnreadError: the browser could not be started, or did not answer.
        """
        _check(page)
        browser = self._browser
        target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
        session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._open(session, page.resolve())
        frame = browser.ask("Page.getFrameTree", session)["frameTree"]["frame"]["id"]
        world = browser.ask("Page.createIsolatedWorld", session, frameId=frame)
        with contextlib.suppress(UnreadError):
            browser.ask("Runtime.evaluate", session, expression=_DECODE, awaitPromise=True)
        call = f"return readPage({profile.model_dump_json()}, {TURNS}).then({_PLACED});"
        found = browser.ask(
            "Runtime.evaluate",
            session,
            expression=f"(() => {{\n{self._scripts}\n{call}\n}})()",
            contextId=world["executionContextId"],
            awaitPromise=True,
            returnByValue=True,
        )
        browser.ask("Target.closeTarget", targetId=target)
        if "exceptionDetails" in found:
            thrown = found["exceptionDetails"].get("exception", {})
            raise UnreadError(f"{page}: cannot read the page ({thrown.get('description')})")
        return Reading.model_validate({**found["result"]["value"], "tab": 0, "document": "saved"})

    def _open(self, session: str, page: Path) -> None:
        ask = self._browser.ask
        ask("Page.enable", session)
        ask("Network.enable", session)
        ask("Network.setBlockedURLs", session, urls=_BLOCKED)
        ask("Emulation.setScriptExecutionDisabled", session, value=True)
        ask("Page.setLifecycleEventsEnabled", session, enabled=True)
        gone = ask("Page.navigate", session, url=page.as_uri())
        if "errorText" in gone:
            raise BadInputError(f"{page}: the browser cannot open the page ({gone['errorText']})")
        self._browser.hear_load(gone["loaderId"], LOAD_SECONDS)


class _Browser:
    """A headless browser that takes commands over pipes."""

    def __init__(self, program: Path, folder: Path) -> None:
        commands, self._write = _pipe()
        self._read, answers = _pipe()
        sandbox = ["--no-sandbox"] if os.getuid() == 0 else []  # it does not work as root
        flags = [*_FLAGS, *sandbox, f"--user-data-dir={folder}", "about:blank"]
        nothing = [(os.POSIX_SPAWN_OPEN, each, os.devnull, os.O_RDWR, 0) for each in range(3)]
        try:
            self._pid = os.posix_spawn(
                program,
                [str(program), *flags],
                os.environ,
                # a browser takes its commands from descriptor 3 and answers on 4
                file_actions=[
                    *nothing,
                    (os.POSIX_SPAWN_DUP2, commands, 3),
                    (os.POSIX_SPAWN_DUP2, answers, 4),
                ],
                setpgroup=0,
            )
        except OSError as error:
            raise UnreadError(f"cannot start {program} ({error.strerror})") from error
        finally:
            os.close(commands)
            os.close(answers)
        self._last = 0
        self._loaded: set[str] = set()
        self._buffer = b""

    def end(self) -> None:
        """End the browser with all its processes."""
        os.close(self._write)
        os.close(self._read)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def ask(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        """Have the browser carry out a command; returns its result."""
        self._last += 1
        command = {"id": self._last, "method": method, "params": params}
        if session is not None:
            command["sessionId"] = session
        try:
            os.write(self._write, json.dumps(command).encode() + b"\0")
        except BrokenPipeError as error:
            raise UnreadError("the browser ended before it read the page") from error
        until = time.monotonic() + ANSWER_SECONDS
        while message := self._next(until):
            if message.get("id") == self._last:
                if "error" in message:
                    raise UnreadError(
                        f"the browser refused a command: {message['error'].get('message')}"
                    )
                result: dict[str, Any] = message["result"]
                return result
        raise UnreadError("the browser did not start, or did not answer in time")

    def hear_load(self, loader: str, within: float) -> None:
        """Wait until a page has loaded, at most that long: it may never finish.

        Args:
            loader: what the browser calls this loading. The empty page that a tab begins with
                loads, too, and says so at any time.
            within: seconds.
        """
        until = time.monotonic() + within
        while loader not in self._loaded and self._next(until):
            pass
        self._loaded.clear()

    def _next(self, until: float) -> dict[str, Any] | None:
        """The browser's next message, or None when none comes until then."""
        while b"\0" not in self._buffer:
            patience = max(0.0, until - time.monotonic())
            ready, _, _ = select.select([self._read], [], [], patience)
            data = os.read(self._read, 1 << 16) if ready else b""
            if not data:
                return None
            self._buffer += data
        whole, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(whole)
        told = message.get("params", {})
        if message.get("method") == "Page.lifecycleEvent" and told["name"] == "load":
            self._loaded.add(told["loaderId"])
        return message


def _pipe() -> tuple[int, int]:
    """A pipe whose descriptors are above those the browser is given."""
    ends = os.pipe()
    try:
        one, other = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    finally:
        for end in ends:
            os.close(end)
    return one, other
