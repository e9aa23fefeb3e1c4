"""The home folder: everything that one host owns, and the lock that makes it the only one."""

import contextlib
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import platformdirs

from pressrun import relay
from pressrun.errors import PressrunError


class HomeTakenError(PressrunError):
    """Another host holds this home folder."""


@dataclass(frozen=True)
class Home:
    """Paths inside a home folder."""

    folder: Path

    @classmethod
    def default(cls) -> Self:
        """`PRESSRUN_HOME`, or this user's own folder for application data."""
        named = os.environ.get("PRESSRUN_HOME")
        return cls.at(Path(named) if named else platformdirs.user_data_path("pressrun"))

    @classmethod
    def at(cls, folder: Path) -> Self:
        """The home at `folder`, by its real path: one folder has one socket."""
        return cls(folder.expanduser().resolve())

    @property
    def store(self) -> Path:
        """The database."""
        return self.folder / "store.db"

    @property
    def logs(self) -> Path:
        """Where host and relay log."""
        return self.folder / "logs"

    @property
    def log(self) -> Path:
        """The host's log."""
        return self.logs / "host.log"

    @property
    def backups(self) -> Path:
        """Copies of the database."""
        return self.folder / "backups"

    @property
    def browser(self) -> Path:
        """The profile folder of the managed browser."""
        return self.folder / "browser"

    @property
    def pictures(self) -> Path:
        """Where pictures go unless an author says otherwise."""
        return self.folder / "pictures"

    @property
    def sites(self) -> Path:
        """Where an author's own site profiles are; one there wins over the shipped one."""
        return self.folder / "sites"

    @property
    def captures(self) -> Path:
        """Pages that somebody should look at, without anybody's words and names."""
        return self.folder / "captures"

    @property
    def socket(self) -> Path:
        """Where the host listens."""
        return Path(relay.socket_path(str(self.folder)))

    @property
    def refusal(self) -> Path:
        """Why the last host did not start, for relay and command line to tell."""
        return Path(relay.refusal_path(str(self.folder)))

    @property
    def stop_mark(self) -> Path:
        """Is there while the author wants no host: a browser starts none then."""
        return Path(relay.stopped_path(str(self.folder)))

    @property
    def stopped(self) -> bool:
        """Whether the author stopped the host, and started none since."""
        return self.stop_mark.exists()

    def make(self) -> None:
        """Make the folders, open to this user alone.

        Raises:
            PressrunError: the socket's folder belongs to somebody else.
        """
        for folder in (self.folder, self.logs, self.socket.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.socket.parent.is_symlink():
            with contextlib.suppress(PermissionError):
                self.socket.parent.chmod(0o700)
        if not relay.is_private(str(self.socket.parent)):
            raise PressrunError(
                f"{self.socket.parent} is not this user's own folder; remove it and try again"
            )


class HomeLock:
    """An operating system's lock on a home folder; it goes with the process that holds it."""

    def __init__(self, home: Home) -> None:
        """Take the lock.

        Raises:
            HomeTakenError: another process holds it.
        """
        self._file = os.open(home.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise HomeTakenError(f"another host already works in {home.folder}") from error
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())

    def is_at(self, home: Home) -> bool:
        """Whether the lock is still the one that others meet in the home folder.

        It is not when the folder was removed, and perhaps made anew by somebody else.
        """
        try:
            return os.path.samestat(os.fstat(self._file), (home.folder / "lock").stat())
        except OSError:
            return False

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._file)
