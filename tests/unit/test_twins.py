"""Pictures of different panels that are nearly the same."""

from pressrun.picture.measure import NEAR
from pressrun.press.twins import Twins

FIRST = int("0f" * 32, 16)


def likeness(number: int) -> str:
    """Return a hash."""
    return f"{number:064x}"


def test_nearly_the_same_picture_is_found_and_its_panel_told() -> None:
    """The nearest of those that are near."""
    twins = Twins()
    twins.add("a", likeness(FIRST))
    twins.add("b", likeness(FIRST ^ 0b111))
    assert twins.nearest("c", likeness(FIRST ^ 0b1111)) == "b"


def test_other_pictures_are_not_near() -> None:
    """One bit more than may differ is too many."""
    twins = Twins()
    twins.add("a", likeness(FIRST))
    assert twins.nearest("b", likeness(FIRST ^ ((1 << NEAR) - 1))) == "a"
    assert twins.nearest("b", likeness(FIRST ^ ((1 << (NEAR + 1)) - 1))) is None


def test_a_panel_is_not_its_own_twin() -> None:
    """Another take of it may well look the same."""
    twins = Twins()
    twins.add("a", likeness(FIRST))
    assert twins.nearest("a", likeness(FIRST)) is None


def test_a_picture_that_was_replaced_is_nobodys_twin() -> None:
    """Only the panel's own picture counts."""
    twins = Twins()
    twins.add("a", likeness(FIRST))
    twins.add("a", likeness(0))
    assert twins.nearest("b", likeness(FIRST)) is None
    twins.add("a", "")
    assert twins.nearest("b", likeness(0)) is None


def test_a_hash_of_another_length_is_near_nothing() -> None:
    """There may be none at all of a picture."""
    twins = Twins()
    twins.add("a", likeness(FIRST))
    assert twins.nearest("b", "") is None
    assert twins.nearest("b", "ff") is None
