"""Fixtures for tests in the real Chromium."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from helpers.play import Play, playing


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    """A stage with a quick replica, and no browser yet."""
    async with playing(tmp_path / "stage") as play:
        yield play
