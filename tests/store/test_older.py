"""What an older version made is opened, migrated, verified and adopted without a loss."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from helpers.libraries import Library, older
from pressrun.picture.recipe import words_sha256
from pressrun.store import standing
from pressrun.store.database import HEAD, schema_of
from pressrun.store.tables import accounts
from pressrun.verify.verification import Verification

MADE = {
    "0001": {"ch01/a": "A fox at the harbour", "ch01/b": "A bear in the rain"},
    "0010": {
        "ch01/a": "A fox at the harbour",
        "ch01/b": "A bear in the rain",
        "ch01/c": "The same figure, seen from behind",
        "ch02/g": "Two owls, two pictures",
    },
}
FIGURE = "b3c0ba7e4eba48488777c269f34225099f3c8267149409f9b43eb88f719c8272"
"""The SHA-256 of the reference picture of `ch01/c`."""

Opened = Callable[..., Awaitable[Library]]


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    """Opens what a version made, and closes its store after the test."""
    async with AsyncExitStack() as stack:

        async def opened(schema: str, *, store: bool = True) -> Library:
            library = await older(schema, tmp_path, store=store)
            stack.push_async_callback(library.book.store.close)
            return library

        yield opened


def content(library: Library) -> dict[str, bytes]:
    """Return every file of a library."""
    return {
        str(path.relative_to(library.folder)): path.read_bytes()
        for path in library.folder.rglob("*")
        if path.is_file()
    }


def origins(schema: str) -> dict[str, str]:
    """Return what each panel's picture was made from, as it was written down then."""
    found = {key: words_sha256(prompt) for key, prompt in MADE[schema].items()}
    if "ch01/c" in found:
        found["ch01/c"] += f" {FIGURE}"
    return found


async def made(library: Library) -> dict[str, str | None]:
    """Return what each panel's current picture was made from."""
    known = await library.book.store.do(standing.standing, str(library.folder))
    return {key: each.made_from for key, each in known.items() if each.made_from}


@pytest.mark.parametrize("schema", MADE)
async def test_its_database_is_migrated_and_verified_without_a_finding(
    opened: Opened, tmp_path: Path, schema: str
) -> None:
    """No picture is stale, none is missed, and no file is touched."""
    library = await opened(schema)
    assert schema_of(tmp_path / "store.db") == HEAD
    before = content(library)
    assert await library.verify() == []
    assert await library.verify(repair=True) == []
    assert content(library) == before
    assert await made(library) == origins(schema)


@pytest.mark.parametrize("schema", MADE)
async def test_its_sidecars_put_its_pictures_on_record_anew(opened: Opened, schema: str) -> None:
    """An empty database learns from them what was made, from what, and on which site."""
    library = await opened(schema, store=False)
    before = content(library)
    run = Verification(library.book.store, library.clock, repair=True)
    assert await run.take_in(library.folder) == len(MADE[schema])
    assert await made(library) == origins(schema)
    assert content(library) == before
    # a quarantined picture is another panel's by its bytes, and stays the author's to judge
    assert {found.key for found in await library.verify()} <= {"ch01/e"}

    def sites(connection: Connection) -> set[str]:
        return set(connection.scalars(select(accounts.c.site)))

    assert await library.book.store.do(sites) == {"chatgpt"}


async def test_what_an_author_noted_stays_when_a_sidecar_is_written_anew(opened: Opened) -> None:
    """Repair mends what is ours in a sidecar, and nothing else."""
    library = await opened("0010")
    path = library.folder / "ch01/b.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**told, "prompt": "something else"}), encoding="utf-8")
    await library.verify(repair=True)
    again = json.loads(path.read_text(encoding="utf-8"))
    assert told.items() <= {**again, "received_at": told["received_at"]}.items()
    assert await library.verify() == []
