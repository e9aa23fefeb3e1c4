"""Fixtures for tests in the real Chromium."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from helpers.play import Play, playing
from helpers.saved import Read, read_by
from pressrun.browser.find import find_browser
from pressrun.browser.saved import Reader


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    """A stage with a quick replica, and no browser yet."""
    async with playing(tmp_path / "stage") as play:
        yield play


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """One browser that reads all the saved pages of a file."""
    with Reader(find_browser()) as reader:
        yield reader


@pytest.fixture
def read(reader: Reader, tmp_path: Path) -> Read:
    """Read a page from its markup."""
    return read_by(reader, tmp_path)
