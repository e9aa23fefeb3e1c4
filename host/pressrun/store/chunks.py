"""Queries that name many rows: so many at once as every SQLite takes."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

CHUNK = 500
"""So many rows are named in one query."""


def chunks(every: Iterable[T], most: int = CHUNK) -> Iterator[list[T]]:
    """The same, in lists of at most so many."""
    rest = iter(every)
    while some := list(islice(rest, most)):
        yield some
