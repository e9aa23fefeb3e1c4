"""Decisions: held against what was seen, carried out whole, and undone exactly."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select

from helpers.stores import Book
from helpers.styled import LIBRARY, aside, begin, conclude, file, make, mark_of, sha
from pressrun.errors import NotFoundError
from pressrun.states import (
    AuthorAct,
    JobState,
    MarkState,
    Outliers,
    PictureState,
    Rejected,
    Remake,
    Step,
)
from pressrun.store import decisions, undoing
from pressrun.store.aims import Obstacle, Seen, Verdict
from pressrun.store.decided import KEPT
from pressrun.store.decisions import Outcome, Placed, Ready
from pressrun.store.tables import images, jobs, journal, notes
from pressrun.store.undoing import Undone


async def decide(
    book: Book,
    act: AuthorAct,
    *keys: str | Seen,
    ready: Ready = Ready(),  # noqa: B008 - it is immutable
    **verdict: Any,  # noqa: ANN401 - the parts of a verdict
) -> Outcome:
    """Decide about panels."""
    book.now += 1
    seen = [each if isinstance(each, Seen) else Seen(each) for each in keys]
    told = Verdict(act, verdict.pop("by", "studio"), **verdict)
    return await book.store.do(decisions.decide, book.now, LIBRARY, seen, told, ready)


async def undo(book: Book, number: int | None = None, *paths: int) -> Undone:
    """Undo a decision; the files of these images are where they are to be."""
    book.now += 1
    number = number or await book.store.do(undoing.newest, LIBRARY)
    assert number is not None
    placed = {each: Placed(f"{each}.png", aside) for each in paths}
    return await book.store.do(undoing.undo, book.now, LIBRARY, number, "popup", placed)


async def state(book: Book, *but: str) -> dict[str, dict[str, Any]]:
    """Return what is said of every image, and what its notes are."""

    def read(connection: Connection) -> dict[str, dict[str, Any]]:
        names = [name for name in (*KEPT, "place") if name not in but]
        rows = connection.execute(select(images)).mappings()
        said = {row["sha256"][-4:]: {name: row[name] for name in names} for row in rows}
        noted = connection.execute(select(notes)).mappings()
        return said | {f"note {row['key']}": dict(row) for row in noted}

    return await book.store.do(read)


async def seen(book: Book, *keys: str) -> list[Seen]:
    """Return panels as a view sees them now."""

    def read(connection: Connection) -> list[Seen]:
        rows = connection.execute(
            select(images).where(
                images.c.key.in_(keys), images.c.place == PictureState.CURRENT.value
            )
        )
        return [Seen(row.key, row.sha256, row.decided) for row in rows]

    return await book.store.do(read)


async def test_x(book: Book) -> None:
    await begin(book, "c/a", "c/b", outliers=Outliers.MARK)
    await make(book, 1)
    await make(book, 2)
    before = await state(book)
    view = await seen(book, "c/a", "c/b")
    first = await decide(book, AuthorAct.APPROVE, *view)
    assert first.decision
    again = await decide(book, AuthorAct.REJECT, view[0], because=Rejected.FAULT)
    assert again.decision is None
    assert again.clashes[0].last.act == AuthorAct.APPROVE
    undone = await undo(book)
    assert await state(book) == before
    redone = await undo(book, undone.decision)
    assert (await state(book)) != before
    out = await decide(book, AuthorAct.REJECT, "c/a", because=Rejected.FAULT, note="hand", remake=Remake.WORDS)
    assert out.batches
    print(out)
    un = await undo(book)
    assert un.taken_back == 1
    await decide(book, AuthorAct.NOTE, "c/a", note="hallo")
    await decide(book, AuthorAct.LOCK, "c")
    out = await decide(book, AuthorAct.REDO, "c", remake=Remake.AGAIN)
    print(out)
    await decide(book, AuthorAct.UNLOCK, "c")
    await decide(book, AuthorAct.CLEAR, "c")
    out = await decide(book, AuthorAct.REDO, "c", remake=Remake.AGAIN)
    print(await undo(book))
