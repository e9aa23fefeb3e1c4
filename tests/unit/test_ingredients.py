"""Why a picture is stale, in words: what of a book changed since it was made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.picture.ingredients import HASH_CHARS, changed, hashed

BEFORE = {"the style": "a", "Mara's words": "b", "Mara's sheet": "c", "the action": "d"}


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"Mara's sheet": "x"}, "Mara's sheet changed"),
        ({"the mood": "x"}, "the mood was added"),
        ({"Mara's reference pictures": "x"}, "Mara's reference pictures were added"),
        ({"the action": None}, "the action was left out"),
        ({"Mara's words": None}, "Mara's words were left out"),
        ({"the style": "x", "the action": "y"}, "the style changed and the action changed"),
        (
            {"the style": "x", "the action": "y", "the mood": "z"},
            "the style changed, the action changed and the mood was added",
        ),
        (
            {"the style": "x", "Mara's words": "x", "Mara's sheet": "x", "the action": "y"},
            "the style changed, Mara's words changed, Mara's sheet changed and 1 more",
        ),
        ({}, ""),
    ],
)
def test_what_changed_is_told(now: dict[str, str | None], told: str) -> None:
    """Changed, added or left out, in the order of the layers."""
    after = {name: what for name, what in (BEFORE | now).items() if what is not None}
    assert changed(BEFORE, after) == told


@pytest.mark.parametrize(("before", "now"), [({}, BEFORE), (BEFORE, {}), ({}, {})])
def test_what_is_not_on_record_explains_nothing(
    before: dict[str, str], now: dict[str, str]
) -> None:
    """A picture of a list has no ingredients: that all of them were added is no reason."""
    assert changed(before, now) == ""


NAMED = st.dictionaries(st.text(max_size=8), st.sampled_from("abc"), max_size=6)


@given(NAMED, NAMED)
def test_any_difference_is_told_and_nothing_else(
    before: dict[str, str], now: dict[str, str]
) -> None:
    """The same two always give the same words, whatever order they are kept in."""
    told = changed(before, now)
    assert bool(told) == (before != now and bool(before) and bool(now))
    assert told == changed(dict(reversed(before.items())), now)


def test_a_hash_is_short_and_tells_texts_apart() -> None:
    """Where one text ends and the next begins counts as well."""
    assert len(hashed("a")) == HASH_CHARS
    assert len({hashed("ab"), hashed("a", "b"), hashed("b", "a"), hashed("ab", ""), hashed()}) == 5


def test_half_of_a_character_can_be_hashed() -> None:
    """JSON's escapes can spell one; the check of a book tells it."""
    assert hashed("\ud83d") == hashed("?")
