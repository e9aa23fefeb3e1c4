"""The home folder: everything one host owns, and the lock that keeps other hosts out."""

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
        """`PRESSRUN_HOME`, or this user's application data folder."""
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
        """Where pictures go unless the author names a folder."""
        return self.folder / "pictures"

    @property
    def lists(self) -> Path:
        """Prompt lists that came from standard input."""
        return self.folder / "lists"

    @property
    def sites(self) -> Path:
        """The author's own site profiles; each takes precedence over the shipped one."""
        return self.folder / "sites"

    @property
    def captures(self) -> Path:
        """Saved pages of the site with people's words and names made unreadable."""
        return self.folder / "captures"

    @property
    def socket(self) -> Path:
        """Where the host listens."""
        return Path(relay.socket_path(str(self.folder)))

    @property
    def lock(self) -> Path:
        """The file whose lock the host holds; its process id is in it."""
        return self.folder / "lock"

    @property
    def refusal(self) -> Path:
        """Why the last host did not start, for the relay and the command line to report."""
        return Path(relay.refusal_path(str(self.folder)))

    @property
    def stop_mark(self) -> Path:
        """Exists while the author keeps the host stopped, so that no browser starts it."""
        return Path(relay.stopped_path(str(self.folder)))

    @property
    def stopped(self) -> bool:
        """Whether the author stopped the host and has not started it since."""
        return self.stop_mark.exists()

    def make(self) -> None:
        """Create the folders, with access for this user only.

        Raises:
            PressrunError: one of them, or something in the home, belongs to another user.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _close(self.folder)
        self._refuse_foreign()
        for folder in (self.logs, self.socket.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
            _close(folder)

    def _refuse_foreign(self) -> None:
        """Trust nothing that somebody else has laid into the home before it was closed."""
        for path in self.folder.iterdir():
            if path.lstat().st_uid not in (os.getuid(), 0):
                raise PressrunError(
                    f"{path} belongs to another user; nothing was started. Look what it is, "
                    "and remove it or make it yours"
                )

    def refuse(self, why: str) -> None:
        """Leave word why the host did not start."""
        with os.fdopen(relay.open_own(self.refusal, _ANEW), "w", encoding="utf-8") as file:
            file.write(why)

    def mark_stopped(self) -> None:
        """Have no browser start the host, and none that was asked for before go to work."""
        os.close(relay.open_own(self.stop_mark, _ANEW))

    def allow_start(self) -> None:
        """Take back what `mark_stopped` says."""
        self.stop_mark.unlink(missing_ok=True)

    def write(self, path: Path, text: str, mode: int = 0o600) -> None:
        """Write a file of the home whole, for this user alone."""
        path.parent.mkdir(mode=0o700, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.unlink(missing_ok=True)
        with os.fdopen(relay.open_own(part, relay.NEW, mode), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


_ANEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def _close(folder: Path) -> None:
    """Close a folder of ours to everybody else.

    Raises:
        PressrunError: it is not ours.
    """
    if not folder.is_symlink() and folder.stat().st_uid == os.getuid():
        with contextlib.suppress(PermissionError):
            folder.chmod(0o700)
    if not relay.is_private(str(folder)):
        raise PressrunError(
            f"cannot use {folder}: it belongs to another user, or is no ordinary folder. "
            "Remove it and try again, or name another home folder"
        )


class HomeLock:
    """An operating system's lock on a home folder; it ends with the process that holds it."""

    def __init__(self, home: Home) -> None:
        """Take the lock.

        Raises:
            HomeTakenError: another process holds it.
            PressrunError: it is not a file of our own.
        """
        try:
            self._file = relay.open_own(home.lock, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise PressrunError(
                f"{home.lock} cannot be used as the lock ({error.strerror}); nothing was started. "
                "Look what it is, and remove it"
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise HomeTakenError(f"another host is already running in {home.folder}") from error
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())

    def is_at(self, home: Home) -> bool:
        """Whether the lock file in the home folder is still the one that is held.

        It is not when the folder was removed, and perhaps created again by another process.
        """
        try:
            return os.path.samestat(os.fstat(self._file), home.lock.stat())
        except OSError:
            return False

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._file)
