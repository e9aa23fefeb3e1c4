"""`pressrun verify` over a real host, and without one when the database is damaged."""

import json
from pathlib import Path

import pytest

from helpers.damage import damage
from helpers.hosts import end_host, host_of
from helpers.libraries import Library
from helpers.play import Ended, command
from helpers.stores import Book
from pressrun.home import Home
from pressrun.store import accounts, backup
from pressrun.store.database import open_store


async def pressrun(home: Home, *arguments: str) -> Ended:
    """Run a command."""
    return await command("pressrun", *arguments, "--home", str(home.folder))


async def lived(home: Home) -> Library:
    """Make two pictures in a home, with a backup in between, and end."""
    home.make()
    store = await open_store(home.store)
    account = await store.do(accounts.seen, 1.0, site="chatgpt", profile="p", mark="m")
    library = Library(Book(store, account), home.pictures / "story")
    await library.start("a one", "b two")
    await library.make()
    await backup.back_up(store, home.backups, 1_800_000_000.0)
    await library.make()
    await store.close()
    return library


async def test_a_good_library_is_clean(home: Home) -> None:
    """It says so in a sentence, ends with 0, and is a program's to read."""
    await lived(home)
    said = await pressrun(home, "verify")
    assert (said.code, said.out) == (0, "2 pictures checked; everything is in order.\n")
    said = await pressrun(home, "verify", "--json")
    assert json.loads(said.out) == {"checked": 2, "clean": True, "findings": []}


async def test_each_finding_is_a_line_with_its_path(home: Home) -> None:
    """What is wrong, where, and what to do; exit code 3 until nothing needs anybody."""
    library = await lived(home)
    (library.folder / "a.png").unlink()
    (library.folder / "b.json").unlink()
    said = await pressrun(home, "verify")
    assert said.code == 3
    lines = said.out.splitlines()
    assert lines[0].startswith(f"missing    {library.folder}/a.png: its file is missing; --repair")
    assert lines[1].startswith(f"sidecar    {library.folder}/b.json: ")
    assert lines[2].endswith("2 can be repaired. To repair: pressrun verify --repair")
    said = await pressrun(home, "verify", "--repair", "--json")
    assert said.code == 3
    found = json.loads(said.out)["findings"]
    assert [(each["key"], each["care"]) for each in found] == [("a", "yours"), ("b", "mended")]
    assert (await pressrun(home, "verify")).code == 0


@pytest.mark.parametrize("how", ["no database", "torn", "gone"])
async def test_a_damaged_database_is_told_and_mended(home: Home, how: str) -> None:
    """Whichever command meets it names the newest backup and the way out, which then works."""
    library = await lived(home)
    content = home.store.read_bytes()
    match how:
        case "no database":
            home.store.write_bytes(b"these are no pages" * 1_000)
        case "torn":
            home.store.write_bytes(content[:12_288] + b"\xff" * 16_384 + content[28_672:])
        case "gone":
            home.store.unlink()
    if how != "torn":
        # the damage of one page is found by whoever needs that page
        said = await pressrun(home, "status")
        assert said.code == 4
        assert "store-20270115T080000Z.db" in said.err
        assert "pressrun verify --repair" in said.err
    said = await pressrun(home, "verify")
    assert said.code == 3
    assert said.out.startswith(f"database   {home.store}: ")
    said = await pressrun(home, "verify", "--repair")
    assert "is restored, and what was made since is added" in said.out
    said = await pressrun(home, "verify")
    assert (said.code, said.out) == (0, "2 pictures checked; everything is in order.\n")
    assert not home.refusal.exists()
    assert (library.folder / "b.png").exists()


async def test_a_library_without_a_database_is_taken_in_by_a_run(
    home: Home, tmp_path: Path
) -> None:
    """A folder that another home has filled is not made again."""
    library = await lived(home)
    library.folder.rename(tmp_path / "story")
    end_host(home)
    for path in [home.store, *home.backups.iterdir()]:
        path.unlink()
    book = tmp_path / "book.csv"
    book.write_text("key,prompt\na,a one\nb,b two\n")
    said = await pressrun(home, "run", str(book), "-o", str(tmp_path / "story"), "--json")
    told = json.loads(said.out)
    assert (told["batch"], told["wanted"], told["made"]) == (None, 2, 2)
    assert said.code == 0
    assert host_of(home) is not None
    assert (await pressrun(home, "verify")).code == 0


@pytest.mark.parametrize(
    "seed", [0, 4, *(pytest.param(each, marks=pytest.mark.long) for each in range(50, 90))]
)
async def test_whatever_was_damaged_one_command_mends_it(home: Home, seed: int) -> None:
    """Also where a host starts with it, and finds the damage only on the way."""
    library = await lived(home)
    damage(home.store, seed)
    said = await pressrun(home, "verify", "--repair")
    assert "Traceback" not in said.err
    assert said.code in (0, 3), said.err
    said = await pressrun(home, "verify")
    assert (said.code, said.out) == (0, "2 pictures checked; everything is in order.\n"), said.err
    assert (library.folder / "b.png").exists()
