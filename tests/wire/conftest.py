"""Homes and hosts for the tests of the wire."""

from collections.abc import Iterator

import pytest

from helpers.hosts import own_home, started_host
from pressrun.home import Home


@pytest.fixture
def home() -> Iterator[Home]:
    """A home without a host; one that is started in it ends with the test."""
    with own_home() as made:
        yield made


@pytest.fixture(scope="session")
def standing() -> Iterator[Home]:
    """A home whose host runs as long as the tests, for those that leave no trace in it."""
    with own_home() as made, started_host(made):
        yield made
