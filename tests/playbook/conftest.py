"""The fixtures of the playbooks; every one of them is on virtual time."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from helpers.playbook import Bench
from helpers.stores import Book, empty
from pressrun.simulator.time import VirtualLoop
from pressrun.store import accounts
from pressrun.store.database import open_inline

__all__ = ["empty"]


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Have seconds pass at once: nothing is waited for but what the script says."""
    return {"virtual": VirtualLoop}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Have nobody render the log: a traceback costs more than a test."""
    with capture_logs():
        yield


@pytest.fixture
async def bench(empty: Path, tmp_path: Path) -> AsyncIterator[Bench]:
    """A new store and library, with one account."""
    shutil.copy(empty, tmp_path / "store.db")
    store = open_inline(tmp_path / "store.db")
    account = await store.do(accounts.seen, 1.0, site="chatgpt", profile="author", mark="a" * 64)
    yield Bench(Book(store, account), tmp_path / "library")
    await store.close()
