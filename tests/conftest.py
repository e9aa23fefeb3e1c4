"""What all tests share, and how they are ordered and divided among the workers."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# a busy machine is no failure, and a run that fails must fail again
settings.register_profile("pressrun", deadline=None, max_examples=40, derandomize=True)
settings.load_profile("pressrun")

FOLDERS = ("unit", "playbook", "store", "simulation", "wire", "crash", "browser")
"""From quick to slow, so that the cheapest test tells first what is broken."""

APART = ("unit", "browser")
"""Folders that `scripts/test` runs by themselves; the rest are run together."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests by folder; files that cannot be divided start first of all in their run."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[int, bool, int]:
    folder = item.path.parent.name
    place = FOLDERS.index(folder)
    run = place if folder in APART else 1
    return run, not is_whole(item.path), place


@cache
def is_whole(path: Path) -> bool:
    """Whether the tests of a file stay on one worker, since they share a fixture of their file."""
    return 'scope="module"' in path.read_text(encoding="utf-8")


class Scheduling(LoadScopeScheduling):  # type: ignore[misc] # ships no types
    """Gives a worker a whole file, or one test where the tests of a file share nothing."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if is_whole(self.config.rootpath / file) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Divide the tests among the workers."""
    return Scheduling(config, log)
