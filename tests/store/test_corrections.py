"""Corrections as the host orders them: notes looked at, pictures kept, nothing done by halves."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from helpers.deciding import Desk, order
from helpers.libraries import Library
from helpers.stores import Book
from pressrun.errors import BadInputError
from pressrun.library import references
from pressrun.library.shelf import OWN
from pressrun.picture.recipe import parsed
from pressrun.press.board import AccountView
from pressrun.protocol.messages.batch import NOTE_CHARS
from pressrun.protocol.messages.panel import PanelQuery, PanelsQuery
from pressrun.server.panels import Panels, told
from pressrun.server.sites import Sites
from pressrun.states import AuthorAct, JobState, PanelState, Remake
from pressrun.store import accounts, batches, endings, panels
from pressrun.store.tables import attempts, jobs

RED = "her coat is red, everything else as it is"


class Author:
    """Somebody with pictures of two panels, made in one chat."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.desk = Desk(library)
        self.board = self.desk.board

    @property
    def ordered(self) -> int:
        """How often something was ordered."""
        return self.desk.begun

    async def redo(self, *keys: str, **asked: Any) -> list[int]:  # noqa: ANN401 - fields of the call
        """Order another take; returns the batches."""
        ordered = order(AuthorAct.REDO, keys, **{"remake": Remake.AGAIN} | asked)
        return (await self.desk.decisions.decide(ordered)).batches


@pytest.fixture
async def author(book: Book, tmp_path: Path) -> Author:
    """An author with two pictures."""
    library = Library(book, tmp_path / "pictures")
    for number, each in enumerate(await library.made("a fox", "b bear")):
        await book.set(attempts, each.id, conversation="c1", submitting_at=10.0 + number)
    return Author(library)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"remake": Remake.CHAT}, "--in-chat sends a note, and there is none"),
        ({"remake": Remake.WORDS}, "--in-words sends a note, and there is none"),
        ({"note": " \n", "remake": Remake.CHAT}, "the note is empty"),
        ({"note": "red\x1b[2J", "remake": Remake.CHAT}, r"control characters: red\\x1b\[2J"),
        (
            {"note": "x" * 40_000, "remake": Remake.CHAT},
            "has 40,000 characters, and may have at most 4,",
        ),
        ({"note": "x" * (NOTE_CHARS + 1)}, "has 4,001 characters"),
        ({"note": RED, "take": 1}, "Add --in-chat"),
    ],
)
async def test_a_note_that_cannot_be_used_orders_nothing(
    author: Author, asked: dict[str, Any], says: str
) -> None:
    """It is told why."""
    before = await author.library.book.everything()
    with pytest.raises(BadInputError, match=says):
        await author.redo("a", **asked)
    assert await author.library.book.everything() == before
    assert author.ordered == 0


async def test_a_note_of_several_lines_and_of_every_script_is_sent_as_it_is(author: Author) -> None:
    """As the author wrote it, up to the last character that a note may have."""
    note = "Her coat is red.\n外套是紅色的 🦊".ljust(NOTE_CHARS, "!")
    await author.redo("b", note=note, remake=Remake.CHAT)
    assert (await author.library.book.row(jobs, 3))["says"] == note
    assert author.ordered == 1


async def test_the_picture_that_a_note_is_about_is_kept_for_it(author: Author) -> None:
    """As it was then; a picture that is the newest of its chat needs no copy."""
    folder = author.library.folder
    await author.redo("b", note=RED, remake=Remake.CHAT)
    assert not list((folder / OWN / "references").glob("*"))
    await author.redo("a", note=RED, remake=Remake.CHAT)
    for number, name in ((3, "b.png"), (4, "a.png")):
        (reference,) = parsed((await author.library.book.row(jobs, number))["shows"])
        kept = references.read(author.library.shelf, reference)
        assert kept == (folder / name).read_bytes()
    assert await author.library.verify() == []


async def test_a_picture_that_cannot_be_kept_orders_nothing(author: Author) -> None:
    """Its file is gone; the author is told which."""
    (author.library.folder / "a.png").unlink()
    before = await author.library.book.everything()
    with pytest.raises(BadInputError, match=r"a\.png cannot be copied"):
        await author.redo("a", note=RED, remake=Remake.CHAT)
    assert await author.library.book.everything() == before


async def test_only_who_is_signed_in_now_counts(author: Author) -> None:
    """A browser that is closed has nobody; a correction waits for its account then."""
    book = author.library.book
    other = await book.store.do(accounts.seen, 1.0, site="chatgpt", profile="q", mark="n")
    author.board.accounts["q"] = AccountView(other)
    with pytest.raises(BadInputError, match=r"account 1 \(browser 1\)"):
        await author.redo("b", note=RED, remake=Remake.CHAT)
    author.board.accounts["q"].connected = False
    await author.redo("b", note=RED, remake=Remake.CHAT)
    assert (await book.states())["b"] == JobState.WAITING


@pytest.mark.parametrize(
    ("conversation", "address"),
    [
        ("0a1b-2c", "https://chatgpt.com/c/0a1b-2c"),
        ("WEB:0a1b", None),
        ("../g/evil", None),
        ("0a1b?model=x", None),
        ("0a1b https://example.org", None),
        ("0" * 5_000, None),
        ("", None),
        (None, None),
    ],
)
async def test_an_address_of_a_chat_is_of_the_sites_own_form_or_not_told(
    author: Author, conversation: str | None, address: str | None
) -> None:
    """A sidecar may tell any name of a chat."""
    book, folder = author.library.book, author.library.folder.parent
    await book.set(attempts, 1, conversation=conversation)
    sites = Sites("chatgpt", folder / "sites", folder / "captures")
    shown = await Panels(book.store, sites).show(PanelQuery(key="a"))
    (take,), (attempt,) = shown.takes, shown.tries
    assert (take.chat, attempt.chat, take.account) == (address, address, book.account)


@pytest.mark.parametrize(
    ("asked", "advice"),
    [
        (
            {"note": "it's\nred", "remake": Remake.CHAT},
            """pressrun redo a --note 'it'"'"'s red' --in-words""",
        ),
        ({"note": "'" * 4_000, "remake": Remake.CHAT}, "pressrun redo a --note NOTE --in-words"),
        ({"note": "it's red", "remake": Remake.WORDS}, "pressrun retry a"),
    ],
)
async def test_a_correction_that_failed_is_listed_with_what_to_do(
    author: Author, asked: dict[str, Any], advice: str
) -> None:
    """Among those that failed, though the panel is made."""
    book, folder = author.library.book, author.library.folder.parent
    await book.set(attempts, 1, conversation="c2")
    await author.redo("a", **asked)
    attempt = await book.claimed()
    failed = partial(endings.fail, retry_at=None)
    await book.store.do(failed, book.now, attempt, "the chat is gone")
    listing = Panels(book.store, Sites("chatgpt", folder / "sites", folder / "captures"))
    for states in ([PanelState.FAILED], [PanelState.MADE]):
        (panel,) = (await listing.page(PanelsQuery(keys=["a"], states=states))).panels
        assert panel.state == PanelState.MADE
        assert panel.reason == "the correction was not made: the chat is gone"
        assert panel.advice == advice
    (batch,) = [each for each in await book.store.do(batches.numbers) if each.id == attempt.batch]
    wanting = await book.store.do(panels.needing, batch.id, batch.library, batch.source, 10)
    assert [told(each).advice for each in wanting] == [advice]
