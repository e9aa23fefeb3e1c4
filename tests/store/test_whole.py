"""One panel whole: the same as among all others, with its layers and what happened to it."""

import json
from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from helpers.stores import Book
from helpers.styled import LIBRARY, begin, conclude, file, make, measured, reference, sha
from pressrun.picture.recipe import Recipe
from pressrun.protocol import frames
from pressrun.protocol.messages.base import PROMPT_CHARS
from pressrun.protocol.messages.panel import PanelDetail
from pressrun.server import detail, telling
from pressrun.server.panels import told
from pressrun.states import AuthorAct, Ending, MarkState, Rejected, Step
from pressrun.store import decisions, endings, lists, panels, undoing, whole
from pressrun.store.aims import Judgement, Looked
from pressrun.store.lists import Listed
from pressrun.store.panels import Try
from pressrun.store.whole import WholePanel

SOURCE = "/library.txt"


def listed(key: str, prompt: str = "", **more: object) -> Listed:
    """Return what a list asks for."""
    return Listed(SOURCE, key, 7, Recipe(prompt or f"{key} is drawn"), **more)  # type: ignore[arg-type]  # the parts of a row


async def remember(book: Book, *wanted: Listed) -> None:
    """Have it on record what the list asks for."""
    await book.store.do(lists.remember, book.now, LIBRARY, SOURCE, wanted)


async def shown(book: Book, key: str) -> PanelDetail:
    """Return a panel as views see it."""
    found = await read(book, key)
    return detail.detail(LIBRARY, found, told(found.panel), lambda _: None)


async def read(book: Book, key: str) -> WholePanel:
    """Return everything on record of a panel."""
    found = await book.store.do(whole.of, LIBRARY, key)
    assert found is not None
    return found


async def decide(book: Book, act: AuthorAct, key: str, **verdict: object) -> None:
    """Decide about a panel in the studio."""
    book.now += 1
    given = Judgement(act, "studio", **verdict)  # type: ignore[arg-type]  # the parts of a verdict
    await book.store.do(decisions.decide, book.now, LIBRARY, [Looked(key)], given)


async def test_one_panel_is_told_as_it_is_among_all(book: Book) -> None:
    """Whatever its state, and also one that waits for others, or that no list names."""
    await remember(book, *(listed(key) for key in "abcde"))
    await book.start(
        *(f"{key} is drawn" for key in "abcdef"),
        library=LIBRARY,
        source=SOURCE,
        after={"d": "a"},
        before={"c": "b"},
    )
    await make(book, 1)
    refused = await book.at(Step.SUBMITTED)
    await book.store.do(endings.refuse, book.now, refused, "the policy")
    known = await book.store.do(panels.of, LIBRARY)
    assert {each.key for each in known} == set("abcdef")
    for each in known:
        assert await book.store.do(panels.one, LIBRARY, each.key) == each
    assert await book.store.do(panels.one, LIBRARY, "nobody") is None


@pytest.mark.parametrize("asked", ["Ch01/Ärger", "ch01/ärger", "CH01/A\u0308RGER"])
async def test_a_panel_is_found_however_its_key_is_written(book: Book, asked: str) -> None:
    """As file systems hold keys to be one that differ in case or in how letters are composed."""
    await remember(book, listed("Ch01/Ärger"))
    await begin(book, "ch01/ärger", source=SOURCE)
    await make(book, 1)
    found = await book.store.do(panels.one, LIBRARY, asked)
    assert found is not None
    assert (found.key, found.path) == ("Ch01/Ärger", "ch01/ärger.png")


async def scans(book: Book, work: Callable[[Connection], object]) -> set[str]:
    """Return the tables of which a piece of work reads every row."""
    seen: list[tuple[str, tuple[object, ...]]] = []

    def note(
        _: object, __: object, statement: str, parameters: tuple[object, ...], *___: object
    ) -> None:
        seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        await book.store.do(work)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    asked = [(text, values) for text, values in seen if text.startswith("SELECT")]

    def explain(connection: Connection) -> set[str]:
        return {
            row.detail
            for text, values in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
            if row.detail.startswith("SCAN")
        }

    return await book.store.do(explain)


async def test_looking_at_one_panel_walks_no_others(book: Book) -> None:
    """Or the large view would be slow where it matters: in a book of thousands."""
    await remember(book, *(listed(key) for key in "abc"))
    await begin(book, *"abc", source=SOURCE)
    await make(book, 1)
    assert await scans(book, lambda connection: whole.of(connection, LIBRARY, "a")) <= {
        "SCAN batches"
    }


async def test_what_needs_the_author_is_found_without_walking_the_book(book: Book) -> None:
    """Every view asks it with every change: a book of thousands once took half a minute."""
    await remember(book, *(listed(key) for key in "abc"))
    batch = await begin(book, *"abc", source=SOURCE)
    refused = await book.at(Step.SUBMITTED)
    await book.store.do(endings.refuse, book.now, refused, "the policy")

    def needing(connection: Connection) -> object:
        return panels.needing(connection, batch, LIBRARY, SOURCE, 10)

    (only,) = await book.store.do(lambda c: panels.needing(c, batch, LIBRARY, SOURCE, 10))
    assert (only.key, only.reason) == ("a", "the policy")
    assert await scans(book, needing) <= {"SCAN batches"}


async def test_a_prompt_is_told_in_its_layers(book: Book) -> None:
    """As they were composed; of words that are others by now none are told."""
    parts = (("style", "Ink.\n\nWash."), ("action", "Mara waits."), ("lettering", "No words."))
    prompt = "\n\n".join(text for _, text in parts)
    sizes = tuple((name, len(text)) for name, text in parts)
    recipe = Recipe(prompt, (reference(1),), "3:4")
    row = Listed(
        SOURCE, "a", 7, recipe, file="/book/01.md", layers=sizes, lettering="MARA: Yes.\nNo."
    )
    await remember(book, row, listed("b", "other words", layers=sizes))
    found = await shown(book, "a")
    assert [(each.name, each.text) for each in found.layers] == [*parts, ("format", "3:4")]
    assert found.lettering == ["MARA: Yes.", "No."]
    assert found.file == "/book/01.md:7"
    assert [(each.name, each.picture) for each in found.sent_with] == [("style-1.png", None)]
    assert (await shown(book, "b")).layers == []


async def test_what_happened_is_told_in_sentences(book: Book) -> None:
    """What was sent, what came and after how long, what the author decided, and where."""
    await remember(book, listed("a"))
    await begin(book, "a", source=SOURCE)
    failed = await book.at(Step.SUBMITTED)
    book.now += 48
    await book.store.do(endings.fail, book.now, failed, "a bad gateway", retry_at=book.now)
    attempt = await book.at(Step.MADE)
    book.now += 30
    await book.advance(attempt, Step.RECEIVED, sha256=sha(1), bytes=5)
    image = await file(book, attempt, 1)
    await measured(book, 1)
    await conclude(book, image, 1, MarkState.MARKED)
    await decide(book, AuthorAct.REJECT, "a", because=Rejected.FAULT, note="six fingers")
    number = await book.store.do(undoing.newest, LIBRARY)
    assert number is not None
    book.now += 1
    await book.store.do(undoing.undo, book.now, LIBRARY, number, "popup", {})
    found = await shown(book, "a")
    assert [each.text for each in found.history] == [
        "It was sent by account 1",
        "It failed after 48 s: a bad gateway",
        "It was sent by account 1 (try 2)",
        "Take 1 came after 30 s",
        "Take 1 stands out from the approved pictures",
        "You rejected its picture in the studio (decision 1): fault: six fingers",
        "You undid the rejection in the popup (decision 2)",
    ]
    assert [each.at for each in found.history] == sorted(each.at for each in found.history)


async def test_a_note_and_who_waits_are_told(book: Book) -> None:
    """The author sees what a word on the picture sets going."""
    await remember(book, listed("a"), listed("b"), listed("c"))
    await book.start(
        "a fox", "b bear", "c cat", library=LIBRARY, source=SOURCE, after={"b": "a", "c": "a"}
    )
    await make(book, 1)
    await decide(book, AuthorAct.NOTE, "a", note="look at her hand")
    found = await shown(book, "a")
    assert (found.note, found.waiting) == ("look at her hand", ["b", "c"])


def many(count: int) -> Sequence[Try]:
    """Return so many attempts with long reasons in letters that take six bytes each."""
    return [
        Try(
            1,
            number,
            1,
            float(number),
            1.0,
            2.0,
            Ending.FAILED,
            "画" * 900,
            "chatgpt",
            None,
            number,
        )
        for number in range(count)
    ]


async def test_everything_about_a_panel_fits_a_frame(book: Book) -> None:
    """The longest prompt and two thousand failures: what is old is left out, and the rest told."""
    prompt = "画" * (PROMPT_CHARS - 10)
    await remember(book, listed("a", prompt, layers=(("action", len(prompt)),)))
    found = await read(book, "a")
    tries = many(2_000)
    crowded = WholePanel(found.panel, found.listed, list(tries), [], [], [], None, [])
    shown = detail.detail(LIBRARY, crowded, told(found.panel), lambda _: None)
    assert len(frames.encode({"result": shown.model_dump(mode="json")})) < frames.TO_BROWSER_BYTES
    assert shown.prompt == prompt
    assert shown.tries[-1].number == tries[-1].number
    assert json.loads(shown.model_dump_json())["history"]
    assert len(telling.history(crowded)) == telling.LINES
