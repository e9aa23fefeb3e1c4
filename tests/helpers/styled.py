"""Pictures with measures and marks, in a store to try operations on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, select

from helpers.pictures import placed
from helpers.stores import Book
from pressrun.picture.measure import Measure
from pressrun.picture.recipe import Recipe, Reference
from pressrun.states import MarkState, Outliers, PictureState, Step
from pressrun.store import endings, marks, measures, opening, situation
from pressrun.store.attempts import Attempt
from pressrun.store.marks import Conclusion, Mark
from pressrun.store.opening import Difference, NewJob, Order
from pressrun.store.situation import Case
from pressrun.store.tables import images
from pressrun.store.tables import marks as marks_table

LIBRARY = "/library"
VERSION = "1"


def sha(number: int) -> str:
    """Return a SHA-256."""
    return f"{number:064x}"


def measure(number: int = 0, version: str = VERSION) -> Measure:
    """Return a measure; the number tells it from others."""
    return Measure(version, bytes([number % 256, 60]), (float(number),) * 13, f"{number:016x}")


def reference(number: int) -> Reference:
    """Return a reference picture."""
    return Reference(f"style-{number}.png", "image/png", sha(9_000 + number))


def aside(key: str, sha256: str, path: str) -> str:
    """Tell where a picture goes that makes room."""
    return f"old/{key}-{sha256[-4:]}.{path.rpartition('.')[2]}"


async def begin(  # noqa: PLR0913 - a test names what it is about
    book: Book,
    *keys: str,
    outliers: Outliers = Outliers.REDO,
    share: float = 1.0,
    before: Mapping[str, str] = MappingProxyType({}),
    ingredients: Mapping[str, str] = MappingProxyType({}),
    references: Sequence[Reference] = (),
    own: tuple[Reference, ...] = (),
    chats: int = 1,
    source: str = "/library.txt",
) -> int:
    """Open a batch with a job for each key."""
    new = [
        NewJob(
            number,
            key,
            Recipe(f"{key} is drawn", own, follows=key in before, ingredients={**ingredients}),
            number,
            before=before.get(key),
        )
        for number, key in enumerate(keys)
    ]
    order = Order(
        source,
        LIBRARY,
        "chatgpt",
        32,
        chats=chats,
        outliers=outliers,
        repair_share=share,
        style_references=references,
    )
    batch = await book.store.do(opening.start, book.now, order, Difference(new))
    assert batch is not None
    return batch


async def file(
    book: Book, attempt: Attempt, number: int, place: PictureState = PictureState.CURRENT
) -> int:
    """File the picture of an attempt; returns the image's number."""
    filed = placed(attempt, sha(number), f"{attempt.key}.png")
    filed = replace(filed, record=replace(filed.record, received_at=book.now))
    await book.store.do(endings.done, book.now, attempt, "D1", filed, aside=aside, place=place)
    book.now += 1

    def newest(connection: Connection) -> int:
        asked = select(images.c.id).where(images.c.attempt_id == attempt.id)
        return int(connection.execute(asked).scalar_one())

    return await book.store.do(newest)


async def make(book: Book, number: int, *, chat: str | None = None) -> tuple[Attempt, int]:
    """Have the next job made, with a picture of these bytes; returns its attempt and image."""
    attempt = await book.at(Step.MADE)
    if chat is not None:
        await book.advance(attempt, Step.RECEIVED, sha256=sha(number), bytes=5, conversation=chat)
    else:
        await book.advance(attempt, Step.RECEIVED, sha256=sha(number), bytes=5)
    return attempt, await file(book, attempt, number)


async def measured(book: Book, *numbers: int, version: str = VERSION) -> None:
    """Put the measures of pictures on record."""
    for number in numbers:
        await book.store.do(measures.add, book.now, sha(number), measure(number, version))


async def case(book: Book, image: int) -> Case:
    """Return what is known of a picture, which has to be measured."""
    found = await book.store.do(situation.of_image, image, VERSION)
    assert found is not None
    return found


async def conclude(
    book: Book,
    image: int,
    number: int,
    state: MarkState = MarkState.IN_STYLE,
    **more: Any,  # noqa: ANN401 - the parts of a conclusion
) -> None:
    """Conclude on a picture, as one with a score of 9 where it stands out, and of 1 otherwise."""
    score = 1.0 if state == MarkState.IN_STYLE else 9.0
    mark = Mark(state, VERSION, "a", score, 5.0, "lines thinner", "draw thicker lines")
    told = Conclusion(image, sha(number), mark, **more)
    await book.store.do(marks.conclude, book.now, told, aside=aside)


async def mark_of(book: Book, image: int) -> dict[str, Any]:
    """Return the row of an image's mark."""

    def read(connection: Connection) -> dict[str, Any]:
        asked = select(marks_table).where(marks_table.c.image_id == image)
        return dict(connection.execute(asked).one()._mapping)

    return await book.store.do(read)
