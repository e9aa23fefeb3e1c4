"""A database that is damaged or gone: its newest good backup, and the pictures made since.

Nobody else may hold the home folder meanwhile. What was there is moved aside and kept. The sidecars
tell of every picture that was filed; what was sent and not filed yet when the database went is on
no record, so the batches are paused until the author has looked.
"""

import contextlib
import datetime as dt
import itertools
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from pressrun import files
from pressrun.clock import Clock
from pressrun.errors import PressrunError
from pressrun.home import Home, HomeLock
from pressrun.library.shelf import OWN
from pressrun.protocol.messages.verify import Care, Fault, Finding
from pressrun.states import BatchState
from pressrun.store import backup, batches, database, doubts, file
from pressrun.store.database import DamagedError
from pressrun.store.writer import Writer
from pressrun.verify.verification import Verification

ASIDE = "damaged"
"""Where a damaged database is kept, in the home folder."""


def damage(home: Home) -> str | None:
    """What is wrong with the database of a home, and what to do about it; None when nothing is.

    Raises:
        PressrunError: that cannot be told: a host holds it, or it cannot be opened.
    """
    if not home.folder.is_dir():
        return None
    lock = HomeLock(home)
    try:
        return _damage(home.store)
    finally:
        lock.release()


def _damage(path: Path) -> str | None:
    folder = path.parent / backup.FOLDER
    try:
        if database.schema_of(path) is None:
            gone = backup.listed(folder)
            return f"it is missing. {database.advice(path)}" if gone else None
        if wrong := backup.fault(path):
            return f"it is damaged ({wrong}). {database.advice(path)}"
        fuller = database.ahead(path) or _unlike(path)
    except DamagedError as error:
        return str(error).removeprefix(f"{path} ")
    except sqlite3.OperationalError as error:
        raise PressrunError(f"{path} cannot be opened: {error}") from error
    if fuller is None:
        return None
    return f"it has lost what its backup {fuller.name} still holds. {database.advice(path)}"


def _unlike(path: Path) -> Path | None:
    """The newest good backup, if the database does not have all of its history."""
    for each in backup.listed(path.parent / backup.FOLDER):
        if _is_good(each):
            return each if backup.lacks(path, each) else None
    return None


def _is_good(each: Path) -> bool:
    """Whether a backup can take the place of the database."""
    try:
        return database.schema_of(each) is not None and backup.fault(each) is None
    except (PressrunError, sqlite3.Error):
        return False


@asynccontextmanager
async def restored(
    home: Home, clock: Clock
) -> AsyncIterator[tuple[list[Finding], Verification, Writer]]:
    """Restore the database of a home; what was found, the run that adds the rest, and the store."""
    home.make()
    lock = HomeLock(home)
    try:
        aside = _move_aside(home, clock.now())
        libraries = _libraries(home, aside)
        good = _put_back(home, clock.now())
        store = await database.open_store(home.store)
        try:
            # nobody works on anything: what was under way is decided by what is found on disk
            await store.do(doubts.take_up, clock.now())
            paused = await store.do(batches.change, clock.now(), None, BatchState.PAUSED)
            findings = [_told(home.store, aside, good), *map(_paused, paused)]
            run = Verification(store, clock, repair=True, restored=True, libraries=libraries)
            yield findings, run, store
        finally:
            await store.close()
        home.refusal.unlink(missing_ok=True)
    finally:
        lock.release()


def _move_aside(home: Home, now: float) -> Path | None:
    """Keep what is left of a database; returns where, or None when nothing is left."""
    aside = _aside(home, now)
    kept = None
    for path in (home.store, *file.beside(home.store)):
        # a log that is left would be applied to the backup, and damage it
        if path.exists():
            files.move(path, aside / path.name)
            kept = aside / home.store.name
    return kept


def _aside(home: Home, now: float) -> Path:
    """A folder for what is damaged that holds nothing yet."""
    stamp = dt.datetime.fromtimestamp(now, dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (f"{stamp}-{number}" if number else stamp for number in itertools.count())
    return next(path for name in names if not (path := home.folder / ASIDE / name).exists())


def _libraries(home: Home, damaged: Path | None) -> set[str]:
    """The libraries that can be learnt of besides those in the backup."""
    found = {str(path.parent) for path in home.pictures.glob(f"*/{OWN}")}
    if damaged is None:
        return found
    for table in ("batches", "images"):
        query = f"SELECT library FROM {table}"  # noqa: S608 - our own name
        with contextlib.suppress(file.UnreadableError, sqlite3.OperationalError):
            file.read(damaged, partial(_gather, query, found))
    return found


def _gather(query: str, found: set[str], connection: sqlite3.Connection) -> None:
    for (library,) in connection.execute(query):
        # what is damaged may name anything
        if isinstance(library, str) and Path(library).is_absolute() and "\0" not in library:
            found.add(library)


def _put_back(home: Home, now: float) -> Path | None:
    """Make the good backup with the most history the database, or an empty one; returns it.

    Damaged ones are kept aside: they would pass for history that the database lacks.
    """
    good = []
    for each in backup.listed(home.backups):
        try:
            fault = None if database.schema_of(each) is not None else "it is empty"
            fault = fault or backup.fault(each)
        except DamagedError as error:
            fault = str(error)
        except (PressrunError, sqlite3.OperationalError):
            continue
        if fault is None:
            good.append(each)
        else:
            files.move(each, _aside(home, now) / each.name)
    if not good:
        database.make(home.store)
        return None
    newest = max(good, key=lambda each: (database.reach(each), each.name))
    backup.put_back(newest, home.store)
    return newest


def _told(store: Path, aside: Path | None, good: Path | None) -> Finding:
    was = f"it was damaged and is kept at {aside}" if aside else "it was missing"
    if good is None:
        now = "there was no good backup, so a new one is built from the sidecars"
        lost = "What you approved, rejected or locked is not on record any more"
    else:
        at = backup.made_at(good)
        when = f"{dt.datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M}" if at else good.name
        now = f"the backup of {when} is restored, and what was made since is added"
        lost = "What you approved, rejected or locked since then is not on record any more"
    return Finding(
        fault=Fault.DATABASE, care=Care.MENDED, path=str(store), text=f"{was}; {now}. {lost}"
    )


def _paused(batch: int) -> Finding:
    text = (
        f"batch {batch} is paused: prompts that were sent shortly before the database was lost may "
        "not be on record, and would be sent again. Look at the newest chats, then: "
        f"pressrun resume {batch}"
    )
    return Finding(fault=Fault.RECORD, care=Care.YOURS, path="", text=text)
