"""The relay: what Chrome starts for native messaging.

It copies bytes between stdio and the host's socket, and starts the host when none listens. It does
not read messages: both hops use the same frames. It is one plain file that imports next to nothing,
because Chrome waits for it; the launcher runs it by path, with `-I -S`.

It ends within 2 s of end-of-file on either side or of its parent's death, and after 60 s in which
the browser sent nothing (the extension sends a heartbeat every 20 s). Chrome kills only this
process, never the host: the host is started in its own session and, where systemd offers one, in
its own scope, so that the host survives a browser that is killed for memory.
"""

import errno
import os
import select
import socket
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

SILENCE_SECONDS = 60.0
CONNECT_SECONDS = 60.0
"""A busy machine takes long to start Python; a host that fails says so at once."""

ANSWER_SECONDS = 3.0
CHUNK_BYTES = 256 * 1024
LOG_BYTES = 256 * 1024
PART_BYTES = 32 * 1024
"""A longer read is part of a frame that does not fit into a pipe."""

SUN_PATH_BYTES = 100
"""`sun_path` holds 104 bytes on macOS and 108 on Linux, with the final zero."""

FOREIGN = "{} belongs to another user, so Pressrun does not use it. Name another home folder"

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
"""How to open a file that must not be there yet, for writing."""

ARMED = os.environ.get("PRESSRUN_FAILPOINT", "")
"""As in `pressrun.failpoint`, which this file cannot import; here a failpoint can only kill."""

_passed: "dict[str, int]" = {}


def failpoint(name: str) -> None:
    """Pass a point that a test may have armed."""
    if ARMED:
        _passed[name] = _passed.get(name, 0) + 1
        if f"{name}:{_passed[name]}" in ARMED.split(","):
            os.kill(os.getpid(), 9)


def socket_path(home: str) -> str:
    """Where the host of `home` listens: inside the home folder, or where a short path fits.

    The second place is a folder of this user in the temporary folder; both ends check its owner
    and mode.
    """
    path = os.path.join(home, "run", "host.sock")
    if len(os.fsencode(path)) <= SUN_PATH_BYTES:
        return path
    import hashlib  # noqa: PLC0415 - only long paths pay for it

    short = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return os.path.join("/tmp", f"pressrun-{os.getuid()}-{short}", "host.sock")  # noqa: S108 - mode and owner are checked


def is_private(folder: str) -> bool:
    """Whether `folder` is a real folder, is ours, and is closed to everyone else."""
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    is_folder = found.st_mode & 0o170000 == 0o040000
    return is_folder and found.st_uid == os.getuid() and not found.st_mode & 0o077


def is_ours(folder: str) -> bool:
    """Whether nobody but this user has a say in a folder, or it is not there yet."""
    try:
        found = os.stat(folder)
    except OSError:
        return True
    return found.st_uid == os.getuid()


def open_own(path: "str | os.PathLike[str]", flags: int, mode: int = 0o600) -> int:
    """Open a file of ours for writing, as `os.open` does, closed to everybody else from then on.

    It is not opened where somebody could have laid something: a link, a pipe, a file of another
    user, or another name of a file that stands elsewhere. The result is not inherited.

    Raises:
        OSError: it is none of ours, or cannot be opened.
    """
    # a pipe that nobody reads would keep us waiting
    careful = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    file = os.open(path, (flags & ~os.O_TRUNC) | careful, mode)
    try:
        found = os.fstat(file)
        _refuse_foreign(path, found)
        if found.st_mode & 0o7777 != mode:
            os.fchmod(file, mode)
        if flags & os.O_TRUNC:
            os.ftruncate(file, 0)
    except OSError:
        os.close(file)
        raise
    return file


def _refuse_foreign(path: "str | os.PathLike[str]", found: os.stat_result) -> None:
    is_file = found.st_mode & 0o170000 == 0o100000
    if not is_file or found.st_uid != os.getuid() or found.st_nlink > 1:
        raise OSError(errno.EPERM, "it is not a file of this user's own", os.fspath(path))


def connect(home: str) -> socket.socket | None:
    """A connection to the host of `home`, or None when none listens."""
    path = socket_path(home)
    if not is_private(os.path.dirname(path)):
        return None
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(ANSWER_SECONDS)  # one that hangs accepts nobody
    try:
        link.connect(path)
    except OSError:
        link.close()
        return None
    link.settimeout(None)
    return link


def refusal_path(home: str) -> str:
    """Where a host that cannot start writes the reason."""
    return os.path.join(home, "refusal")


def refusal(home: str) -> str:
    """Why the host did not start, in its own words if it wrote any."""
    try:
        with open(refusal_path(home), encoding="utf-8") as file:
            return file.read(2_048)
    except (OSError, ValueError):
        return (
            f"The Pressrun host did not start; see its log in {home}/logs. If Python or Pressrun "
            "was moved or updated, run in a terminal: pressrun install"
        )


def stopped_path(home: str) -> str:
    """The file that exists while the author keeps the host stopped.

    A relay that finds it starts no host, and a host that finds it ends: it was asked for before the
    author stopped it. Only a command that is to start the host removes it.
    """
    return os.path.join(home, "stopped")


def start_host(home: str, scopes: "list[list[str]]") -> "subprocess.Popen[bytes]":
    """Start a host for `home` in the background; a second one ends by itself at the lock.

    Args:
        home: the home folder.
        scopes: ways to start it, the best first; one whose program is missing is skipped.
    """
    import subprocess  # noqa: PLC0415 - rarely needed, and slow to import

    command = [sys.executable, "-I", "-m", "pressrun.server", "--home", home]
    for runner in scopes:
        try:
            return subprocess.Popen(
                [*runner, *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=home,
                start_new_session=True,
            )
        except OSError as error:
            if error.errno != errno.ENOENT:
                raise
    raise FileNotFoundError(sys.executable)


def _scopes() -> list[list[str]]:
    """Ways to start a program outside the browser's control group, the best first."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if sys.platform == "linux" and os.path.exists(os.path.join(runtime, "systemd", "private")):
        return [["systemd-run", "--user", "--scope", "--quiet", "--collect", "--"], []]
    return [[]]


def reach(home: str, browser: int | None = None, parent: int | None = None) -> socket.socket | None:
    """A connection to the host, started when needed; None when the browser left meanwhile.

    Args:
        home: the home folder.
        browser: the descriptor on which the browser sends, if there is one.
        parent: the process that started this one, if it has to be alive.

    Raises:
        TimeoutError: no host answered within `CONNECT_SECONDS`.
        StoppedError: the author stopped the host meanwhile.
        OSError: the host did not start; the text says why.
    """
    link = connect(home)
    if link is not None:
        return link
    os.makedirs(home, mode=0o700, exist_ok=True)
    if not is_ours(home):
        raise OSError(FOREIGN.format(home))
    scopes = _scopes()
    host = start_host(home, scopes)
    until = time.monotonic() + CONNECT_SECONDS
    while time.monotonic() < until:
        link = connect(home)
        if link is not None:
            return link
        ended = host.poll()
        if ended and len(scopes) > 1:
            # the scope may have failed: a session without a bus offers none
            scopes = scopes[1:]
            host = start_host(home, scopes)
        elif ended:
            raise OSError(refusal(home))
        elif ended == 0 and os.path.exists(stopped_path(home)):
            raise StoppedError(STOPPED_BY_AUTHOR)
        elif ended == 0:
            # another host held the home folder, perhaps only while it was ending
            time.sleep(0.2)
            host = start_host(home, scopes)
        if _is_left(browser, parent):
            return None
        time.sleep(0.02)
    raise TimeoutError(f"the host did not start within {CONNECT_SECONDS:.0f} s")


class StoppedError(OSError):
    """The author keeps the host stopped."""


STOPPED_BY_AUTHOR = "Pressrun is stopped; start it again with: pressrun host start"


def until_started(home: str, browser: int, parent: int) -> None:
    """Wait while the author keeps the host stopped and the browser is there."""
    while os.path.exists(stopped_path(home)) and not _is_left(browser, parent):
        time.sleep(0.1)


def _is_left(browser: int | None, parent: int | None) -> bool:
    """Whether nobody waits for this process any more."""
    if browser is not None and _hung_up(browser):
        return True
    return parent is not None and os.getppid() != parent


def _hung_up(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLHUP)
    return bool(poll.poll(0))


def copy(browser_in: int, browser_out: int, link: socket.socket, parent: int) -> str:
    """Copy bytes both ways until one side ends; returns why it ended.

    Each side is read only when the other has taken what came before, and nothing here blocks: a
    host that hangs does not keep the relay from seeing that the browser is gone.
    """
    os.set_blocking(browser_out, False)
    link.settimeout(0)
    to_host = to_browser = b""
    heard = time.monotonic()
    while True:
        sources = ([] if to_host else [browser_in]) + ([] if to_browser else [link.fileno()])
        sinks = ([link.fileno()] if to_host else []) + ([browser_out] if to_browser else [])
        ready, free, _ = select.select(sources, sinks, [], 1.0)
        if browser_in in ready:
            to_host = os.read(browser_in, CHUNK_BYTES)
            if not to_host:
                return "the browser closed the port"
            heard = time.monotonic()
            failpoint("relay.from_browser")
            if len(to_host) > PART_BYTES:
                failpoint("relay.from_browser.part")
        if link.fileno() in ready:
            to_browser = link.recv(CHUNK_BYTES)
            if not to_browser:
                return "the host closed the link"
            failpoint("relay.from_host")
        to_host = _rest(link.send, to_host)
        to_browser = _rest(lambda data: os.write(browser_out, data), to_browser)
        failpoint("relay.copied")
        if os.getppid() != parent:
            return "the browser is gone"
        if time.monotonic() - heard > SILENCE_SECONDS:
            return f"the browser sent nothing for {SILENCE_SECONDS:.0f} s"
        if not ready and not free and (gone := _gone(browser_in, link, to_host, to_browser)):
            return gone


def _gone(browser_in: int, link: socket.socket, to_host: bytes, to_browser: bytes) -> str | None:
    """Which side ended, when the other takes nothing and so it cannot be read."""
    if to_host and _hung_up(browser_in):
        return "the browser closed the port while the host took nothing"
    if to_browser and _hung_up(link.fileno()):
        return "the host closed the link while the browser took nothing"
    return None


def _rest(send: "Callable[[bytes], int]", data: bytes) -> bytes:
    """What is left of `data` after sending as much as possible without waiting."""
    try:
        return data[send(data) :] if data else data
    except BlockingIOError:
        return data


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte of `data`."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


STOPPED = 10
GONE = 11
INTERNAL = -32603
"""As in `pressrun.protocol.calls.Code`, which this file cannot import."""


def refused(text: str, code: int = INTERNAL) -> bytes:
    """The frame that tells the extension why there is no host."""
    import json  # noqa: PLC0415 - only a failure needs it
    import struct  # noqa: PLC0415

    error = {"code": code, "message": text}
    frame = json.dumps({"jsonrpc": "2.0", "id": None, "error": error}).encode()
    return struct.pack("=I", len(frame)) + frame


def note(home: str, event: str) -> None:
    """Add a line to the relay's log; Chrome shows its stderr to nobody."""
    if not is_ours(home):
        return
    path = os.path.join(home, "logs", "relay.log")
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    event = event.replace("\\", "\\\\").replace('"', '\\"')
    line = f'{{"timestamp": "{stamp}", "event": "{event}", "pid": {os.getpid()}}}\n'
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        if os.path.exists(path) and os.path.getsize(path) > LOG_BYTES:
            os.replace(path, path + ".1")
        log = open_own(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            os.write(log, line.encode())
        finally:
            os.close(log)
    except OSError:
        pass  # a relay that cannot log still relays


def main(arguments: list[str]) -> int:
    """Relay for the home folder given with `--home`; Chrome adds its own arguments."""
    parent = os.getppid()
    home = arguments[arguments.index("--home") + 1]
    # stdout is for frames only: everything else that is printed goes to stderr
    browser_out = os.dup(1)
    os.dup2(2, 1)
    link = connect(home)
    try:
        if link is None and os.path.exists(stopped_path(home)):
            raise StoppedError(STOPPED_BY_AUTHOR)  # noqa: TRY301 - `reach` finds it out as well
        link = link or reach(home, 0, parent)
    except StoppedError as error:
        write_all(browser_out, refused(str(error), STOPPED))
        until_started(home, 0, parent)
        return 0
    except OSError as error:
        note(home, f"no host: {error}")
        write_all(browser_out, refused(str(error)))
        return 1
    if link is None:
        return 0
    failpoint("relay.connected")
    with link:
        try:
            note(home, "ended: " + copy(0, browser_out, link, parent))
        except OSError as error:
            note(home, f"ended: {error.strerror}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
