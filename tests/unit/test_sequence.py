"""The order in which a book's panels are made: a sample of every scene, and then the book."""

import pytest

from pressrun.picture.panel import Panel
from pressrun.press.sequence import longest_row, places, samples


def panels(keys: list[str], **known: str) -> list[Panel]:
    """Return a panel for each key; those that are named follow another one."""
    return [Panel(key, "a fox", before=known.get(key.replace("/", "_"))) for key in keys]


def made(keys: list[str]) -> list[str]:
    """Return the keys in the order of making."""
    return [key for _, key in sorted(zip(places(panels(keys)), keys, strict=True))]


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
    assert places(panels(keys)) == list(range(len(keys)))


def test_what_follows_another_panel_is_no_sample() -> None:
    """It would wait for all those before it; the first of a group waits for none."""
    keys = [f"ch{scene}/{panel}" for scene in (1, 2) for panel in range(9)]
    group = {f"ch1_{panel}": f"ch1/{panel - 1}" for panel in range(4, 9)}
    found = [keys[number] for number in samples(panels(keys, **group))]
    assert found == ["ch1/0", "ch1/1", "ch1/3", "ch2/0", "ch2/4", "ch2/8"]


def test_a_scene_is_what_the_book_says() -> None:
    """A panel with a key of its own belongs to its chapter, and has no scene by its key."""
    keys = [f"ch{scene}/{panel}" for scene in (1, 2) for panel in range(9)]
    told = [Panel(f"given-{key[-1]}-{key[2]}", "a fox", scene=key[:3]) for key in keys]
    assert places(told) == places(panels(keys))


def test_the_longest_row_is_that_of_panels_that_follow_each_other() -> None:
    """A row begins where the panel before is made already, and a circle ends the count."""
    assert longest_row({}) == 0
    assert longest_row({"a": None, "b": None}) == 1
    assert longest_row({"c": "b", "b": "a", "a": "made", "x": None, "y": "x", "z": "x"}) == 3
    assert longest_row({str(n): str(n - 1) for n in range(10_000)}) == 10_000
    assert longest_row({"a": "b", "b": "a"}) <= 2
