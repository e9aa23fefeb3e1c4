"""What a run over a book is not told by options: the book says it, so that it stays said."""

from pathlib import Path

import pytest

import pressrun.book
from pressrun.errors import BadInputError
from pressrun.protocol.messages.batch import BatchStart
from pressrun.server import wanted

BOOK = Path(pressrun.book.__file__).parent / "example" / "book.toml"


def test_a_book_is_opened_as_it_is() -> None:
    """Without any option that is for lists."""
    assert wanted.opened(BatchStart(source=str(BOOK))).title


@pytest.mark.parametrize(
    ("option", "named"),
    [
        ({"format": "1:1"}, "--format"),
        ({"format": "auto"}, "--no-format"),
        ({"library": "/elsewhere"}, "-o"),
        ({"references": []}, "--no-reference"),
        ({"form": "csv"}, "--read-as"),
    ],
)
def test_what_only_lists_are_told_is_refused_for_a_book(
    option: dict[str, object], named: str
) -> None:
    """It would be forgotten when a sheet is approved, and part of the book be made otherwise."""
    with pytest.raises(BadInputError, match="nothing was started") as refused:
        wanted.opened(BatchStart.model_validate({"source": str(BOOK), **option}))
    assert named in str(refused.value)
