"""The home folder: one owner, one host, and a socket that nobody else reaches."""

import contextlib
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pressrun import relay
from pressrun.errors import PressrunError
from pressrun.home import Home, HomeLock, HomeTakenError

HOLD = """
import sys
from pathlib import Path
from pressrun.home import Home, HomeLock
lock = HomeLock(Home.at(Path(sys.argv[1])))
print("held", flush=True)
sys.stdin.read()
"""


def mode(path: Path) -> int:
    """Return who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def long_home(tmp_path: Path) -> Iterator[Home]:
    """A home whose path is too long for a socket's."""
    home = Home.at(tmp_path / ("x" * 110))
    yield home
    folder = home.socket.parent
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        folder.rmdir()


def test_what_is_made_is_open_to_this_user_alone(tmp_path: Path) -> None:
    """Home, logs and the socket's folder are closed, whatever the umask says."""
    before = os.umask(0)
    try:
        home = Home.at(tmp_path / "home")
        home.make()
    finally:
        os.umask(before)
    folders = (home.folder, home.logs, home.socket.parent)
    assert [mode(folder) for folder in folders] == [0o700] * 3


def test_one_folder_is_one_home_by_whatever_path(tmp_path: Path) -> None:
    """Links and dots lead to the same socket: two hosts cannot miss each other."""
    (tmp_path / "link").symlink_to(tmp_path / "home")
    home = Home.at(tmp_path / "home")
    assert Home.at(tmp_path / "link") == Home.at(tmp_path / "x" / ".." / "home") == home


def test_the_environment_names_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`PRESSRUN_HOME` decides, and without it the system's own place for a user's data."""
    monkeypatch.setenv("PRESSRUN_HOME", str(tmp_path))
    assert Home.default().folder == tmp_path
    monkeypatch.delenv("PRESSRUN_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Home.default().folder.name == "pressrun"
    assert Home.default().folder.is_relative_to(tmp_path)


def test_a_short_path_has_its_socket_inside(tmp_path: Path) -> None:
    """A home shows everything that is its own."""
    assert relay.socket_path("/h") == "/h/run/host.sock"
    assert Home.at(tmp_path).socket.is_relative_to(tmp_path)


def test_a_long_path_has_its_socket_in_a_short_private_folder(long_home: Home) -> None:
    """A path that no socket can have is replaced by one of this user's own, each home its own."""
    long_home.make()
    assert len(os.fsencode(long_home.socket)) < relay.SUN_PATH_BYTES
    assert mode(long_home.socket.parent) == 0o700
    assert str(os.getuid()) in long_home.socket.parent.name
    other = Home.at(long_home.folder.with_name("y" * 110))
    assert other.socket != long_home.socket


def test_the_length_that_counts_is_in_bytes() -> None:
    """A path with letters of several bytes is measured as the system measures it."""
    assert relay.socket_path("/" + "ä" * 80).startswith("/tmp/pressrun-")  # noqa: S108 - that is the promise
    assert relay.socket_path("/" + "a" * 80).startswith("/aaa")


def test_a_socket_folder_of_somebody_else_is_refused(
    long_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can wait for us in the folder for temporary files."""
    long_home.socket.parent.mkdir(mode=0o700)
    somebody = os.getuid() + 1
    path = str(long_home.socket)
    monkeypatch.setattr(relay, "socket_path", lambda _: path)
    monkeypatch.setattr(os, "getuid", lambda: somebody)
    with pytest.raises(PressrunError, match="belongs to another user"):
        long_home.make()


def test_a_link_in_place_of_the_socket_folder_is_refused(long_home: Home, tmp_path: Path) -> None:
    """A link that somebody laid leads us nowhere, and what it points at keeps its mode."""
    target = tmp_path / "target"
    target.mkdir(mode=0o755)
    long_home.socket.parent.symlink_to(target)
    with pytest.raises(PressrunError, match="belongs to another user"):
        long_home.make()
    assert mode(target) == 0o755


@pytest.mark.parametrize("open_to", [0o750, 0o707, 0o701])
def test_no_client_enters_a_folder_that_is_open_to_others(tmp_path: Path, open_to: int) -> None:
    """Where others could have put a socket, none is spoken to; the host closes the folder."""
    home = Home.at(tmp_path)
    home.make()
    home.socket.parent.chmod(open_to)
    assert not relay.is_private(str(home.socket.parent))
    assert relay.connect(str(home.folder)) is None
    home.make()
    assert relay.is_private(str(home.socket.parent))


def test_only_a_folder_is_a_private_folder(tmp_path: Path) -> None:
    """A file, a link or nothing at all is none."""
    (tmp_path / "file").touch(mode=0o600)
    (tmp_path / "link").symlink_to(tmp_path)
    assert not any(relay.is_private(str(tmp_path / name)) for name in ("file", "link", "none"))


def test_a_home_of_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written into it, and neither command nor relay trusts what it says."""
    home = Home.at(tmp_path / "home")
    home.folder.mkdir()
    somebody = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: somebody)
    with pytest.raises(PressrunError, match="belongs to another user"):
        home.make()
    with pytest.raises(OSError, match="belongs to another user"):
        relay.reach(str(home.folder))
    assert list(home.folder.iterdir()) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only the superuser can give a file away")
def test_what_somebody_else_laid_into_a_home_is_refused_by_name(tmp_path: Path) -> None:
    """A folder that was open to others may hold anything of theirs."""
    home = Home.at(tmp_path / "home")
    home.folder.mkdir(mode=0o777)
    (home.folder / "store.db").symlink_to(tmp_path / "elsewhere")
    os.lchown(home.folder / "store.db", 12_345, 12_345)
    with pytest.raises(PressrunError, match=r"store\.db belongs to another user"):
        home.make()


@pytest.mark.parametrize("name", ["home", "logs", "run"])
def test_a_folder_that_is_open_to_others_is_closed(tmp_path: Path, name: str) -> None:
    """The home, its logs and its socket are for this user alone, whoever made the folders."""
    home = Home.at(tmp_path / "home")
    home.make()
    folder = home.folder if name == "home" else home.folder / name
    folder.chmod(0o777)
    home.make()
    assert mode(folder) == 0o700


def test_a_link_in_place_of_the_logs_is_refused(tmp_path: Path) -> None:
    """What a link leads to may be anybody's."""
    home = Home.at(tmp_path / "home")
    home.folder.mkdir()
    (tmp_path / "target").mkdir()
    home.logs.symlink_to(tmp_path / "target")
    with pytest.raises(PressrunError, match="no ordinary folder"):
        home.make()


WRITERS: dict[str, Callable[[Home], object]] = {
    "lock": HomeLock,
    "refusal": lambda home: home.refuse("why"),
    "stopped": lambda home: home.mark_stopped(),
    "logs/host.log": lambda home: relay.open_own(home.log, os.O_WRONLY | os.O_CREAT),
    "logs/relay.log": lambda home: relay.note(str(home.folder), "event"),
}
"""Whatever writes to a file of the home that stays."""


@pytest.mark.parametrize("how", ["link", "second name", "pipe"])
@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_is_not_our_own_is_not_written(tmp_path: Path, name: str, how: str) -> None:
    """What a link leads to keeps every byte, and a pipe that nobody reads holds nobody up."""
    home = Home.at(tmp_path / "home")
    home.make()
    victim = tmp_path / "victim"
    victim.write_text("precious")
    path = home.folder / name
    match how:
        case "link":
            path.symlink_to(victim)
        case "second name":
            path.hardlink_to(victim)
        case "pipe":
            os.mkfifo(path)
    with contextlib.suppress(OSError, PressrunError):
        WRITERS[name](home)
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("name", WRITERS)
def test_every_file_of_a_home_is_for_this_user_alone(tmp_path: Path, name: str) -> None:
    """Also where it was open to others before."""
    home = Home.at(tmp_path / "home")
    home.make()
    path = home.folder / name
    path.touch()
    path.chmod(0o666)
    WRITERS[name](home)
    assert mode(path) == 0o600


def test_one_host_holds_a_home(tmp_path: Path) -> None:
    """The lock is exclusive, says so in words, names its holder, and can be given back."""
    home = Home.at(tmp_path)
    lock = HomeLock(home)
    assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"
    assert mode(tmp_path / "lock") == 0o600
    with pytest.raises(HomeTakenError, match="another host is already running in"):
        HomeLock(home)
    lock.release()
    HomeLock(home).release()


def test_the_lock_goes_with_its_process(tmp_path: Path) -> None:
    """A host that is killed leaves no lock behind."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(HomeTakenError):
            HomeLock(Home.at(tmp_path))
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        HomeLock(Home.at(tmp_path)).release()
