"""The order in which a book's panels are made: a sample of every scene, and then the book."""

import pytest

from pressrun.press.sequence import places


def made(keys: list[str]) -> list[str]:
    """Return the keys in the order of making."""
    return [key for _, key in sorted(zip(places(keys), keys, strict=True))]


def test_a_few_panels_of_every_scene_come_first() -> None:
    """The first, the middle and the last of each, so that the author sees early if it holds."""
    keys = [f"ch{scene}/{panel:02d}" for scene in (1, 2) for panel in range(9)]
    order = made(keys)
    assert order[:6] == ["ch1/00", "ch1/04", "ch1/08", "ch2/00", "ch2/04", "ch2/08"]
    assert order[6:] == [key for key in keys if key not in order[:6]]


@pytest.mark.parametrize(
    "keys",
    [
        [],
        ["a", "b", "c"],
        [f"ch1/{panel}" for panel in range(9)],
        [f"ch{scene}/{panel}" for scene in range(9) for panel in range(4)],
    ],
    ids=["nothing", "no scenes", "one scene", "short scenes"],
)
def test_a_book_without_long_scenes_keeps_its_order(keys: list[str]) -> None:
    """A sample of half the book is none."""
    assert places(keys) == list(range(len(keys)))
