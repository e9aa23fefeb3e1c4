"""A home whose host finds pictures in it from its first moment, which no site had to make."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from helpers.libraries import Library
from helpers.stores import Book
from pressrun.home import Home
from pressrun.store import accounts, lists, opening
from pressrun.store.database import open_store, prepare
from pressrun.store.lists import Chapter, Listed
from pressrun.store.opening import Difference, NewJob, Order


async def shelve(
    home: Home,
    folder: Path,
    wanted: Sequence[Listed],
    takes: Mapping[str, int],
    headings: Sequence[Chapter] = (),
    *,
    profile: str = "p",
    now: float = 1_000.0,
) -> Library:
    """Have pictures of a list be on record and on disk; whoever asked closes its store.

    Args:
        home: of a host that does not run yet.
        folder: the library.
        wanted: what the list asks for; all of one source.
        takes: how many pictures a panel has, by its key; the last one is its picture.
        headings: the chapters of the list.
        profile: the browser profile whose account made them.
        now: when.
    """
    home.make()
    prepare(home.store)
    store = await open_store(home.store)
    account = await store.do(accounts.seen, now, site="chatgpt", profile=profile, mark="m")
    library = Library(Book(store, account), folder)
    library.book.now = now
    source = wanted[0].source
    for turn in range(max(takes.values())):
        again = [each for each in wanted if takes.get(each.key, 0) > turn]
        jobs = [
            NewJob(number, each.key, each.recipe, each.line) for number, each in enumerate(again)
        ]
        order = Order(source, str(library.folder), "chatgpt", tabs=1)
        await store.do(opening.start, library.book.now, order, Difference(jobs, [], [], made=0))
        for _ in again:
            await library.make()
    await store.do(lists.remember, now, str(library.folder), source, wanted, headings)
    return library
