"""Formats: what authors write, what a picture counts as, and how a recipe tells it."""

import pytest

from pressrun.picture.format import NAMES, ROOM_CHARS, fits, mismatch, parse
from pressrun.picture.recipe import Recipe, Reference, origin, origin_of, parts_of, words_sha256
from pressrun.press.format import in_words

SHEET = Reference("a b.png", "image/png", "1" * 64)

SEEN = {
    (1024, 1024): "1:1",
    (1254, 1254): "1:1",
    (1024, 1536): "3:4",
    (1536, 1024): "4:3",
    (1370, 1148): "4:3",
    (1448, 1086): "4:3",
    (1374, 1145): "4:3",
    (1672, 941): "16:9",
    (1600, 1000): "16:9",
}
"""Sizes of pictures that the site made."""


@pytest.mark.parametrize(
    ("written", "format_"),
    [
        *NAMES.items(),
        ("3:4", "3:4"),
        (" 16 : 9 ", "16:9"),
        ("Portrait", "3:4"),
        ("4x3", "4:3"),
        ("4×3", "4:3"),
        ("9/16", "9:16"),
        ("6:8", "3:4"),
        ("1024x1536", "2:3"),
        ("03:04", "3:4"),
        ("03:04:00", "3:4"),
        ("Auto", None),
    ],
)
def test_a_format_is_read_as_authors_write_it(written: str, format_: str | None) -> None:
    """As a ratio, a size, a name of the site's menu, or what a spreadsheet makes of a ratio."""
    assert parse(written) == format_


@pytest.mark.parametrize(
    "written", ["", "png", "3", "1.5", "3:0", "0:4", "3:4:05", "a:b", "-3:4", "3:4 x", "٣:٤"]
)
def test_what_is_no_format_is_told_with_an_example(written: str) -> None:
    """The author sees what was written, and what could be."""
    with pytest.raises(ValueError, match=r"is not a format; write an aspect ratio such as 3:4"):
        parse(written)


def test_a_side_that_is_far_too_long_is_a_slip() -> None:
    """Such as 3:40 for 3:4."""
    with pytest.raises(ValueError, match="'3:40': one side is more than 10 times as long"):
        parse("3:40")
    assert parse("10:1") == "10:1"


@pytest.mark.parametrize(("size", "format_"), SEEN.items())
def test_each_size_of_the_site_counts_as_one_format_of_its_menu(
    size: tuple[int, int], format_: str
) -> None:
    """Portrait pictures of 1024×1536 are 12.5 % off 3:4, and no size fits two formats."""
    assert [each for each in NAMES.values() if fits(*size, each)] == [format_]


def test_a_picture_without_a_format_or_a_size_is_not_wrong() -> None:
    """What is not known is not told as a fault."""
    assert fits(1024, 1024, None)
    assert fits(0, 0, "3:4")
    assert mismatch(1024, 1536, "3:4") is None
    assert mismatch(1024, 1024, "3:4") == "1024×1024 instead of 3:4"


def test_a_format_is_part_of_what_a_picture_is_made_from() -> None:
    """And where there is none, nothing changes: no picture is stale by an update."""
    fox = words_sha256("A fox")
    assert Recipe("A fox", (SHEET,)).origin == f"{fox} {SHEET.sha256}"
    assert Recipe("A fox", (SHEET,), "3:4").origin == f"{fox} {SHEET.sha256} 3:4"
    assert Recipe("A fox", (), "3:4").origin == f"{fox} 3:4"


@pytest.mark.parametrize("references", [(), (SHEET,), (SHEET, SHEET)])
@pytest.mark.parametrize("format_", [None, "3:4"])
def test_an_origin_is_taken_apart_again(
    references: tuple[Reference, ...], format_: str | None
) -> None:
    """It is how a view says what was changed."""
    fox = words_sha256("A fox")
    parts = parts_of(origin(fox, references, format_))
    assert parts == (fox, tuple(each.sha256 for each in references), format_, False)


@pytest.mark.parametrize("format_", [None, "3:4"])
def test_a_row_brings_a_recipe_back(format_: str | None) -> None:
    """Also one of a join, whose columns are named otherwise."""
    recipe = Recipe("A fox", (SHEET,), format_)
    assert Recipe.from_row(recipe.row) == recipe
    assert origin_of(recipe.row) == recipe.origin
    named = {f"wanted_{name}": value for name, value in recipe.row.items()}
    assert origin_of(named, "wanted_") == recipe.origin


def test_the_words_for_a_format_have_room_below_any_prompt() -> None:
    """A prompt of the greatest length can be sent with them."""
    assert len(in_words(parse("99991x99990") or "")) + len("\n\n") <= ROOM_CHARS


def test_the_words_for_a_format_are_one_short_sentence() -> None:
    """With the ratio in them, and what shape that is."""
    assert in_words("3:4") == "Aspect ratio: 3:4 (portrait)."
    assert in_words("1:1") == "Aspect ratio: 1:1 (square)."
    assert in_words("16:9") == "Aspect ratio: 16:9 (landscape)."
