"""A prompt is told by its layers, also where it was completed after it was composed."""

from pressrun.picture.recipe import Recipe
from pressrun.server.detail import layers
from pressrun.store.lists import Listed

WAITING = (("style", "Ink.\n\nWash."), ("characters", "Mara: a tall woman."))


def told(prompt: str, *parts: tuple[str, str], ratio: str | None = None) -> list[tuple[str, str]]:
    """The layers of a prompt whose parts were these when the book was read."""
    recipe = Recipe(prompt, format=ratio)
    sizes = tuple((name, len(text)) for name, text in parts)
    return [
        (each.name, each.text)
        for each in layers(recipe, Listed("/book/book.toml", "a", 7, recipe, layers=sizes))
    ]


def test_layers_are_told_as_they_were_composed() -> None:
    """Also one with an empty line in it; the format comes last."""
    prompt = "Ink.\n\nWash.\n\nMara: a tall woman."
    assert told(prompt, *WAITING, ratio="3:4") == [*WAITING, ("format", "3:4")]


def test_a_panel_that_waited_for_a_sheet_has_its_layers() -> None:
    """Its words name the sheet by now, and are in as many blocks as there were layers."""
    parts = (("style", "Ink."), ("characters", "Mara: a tall woman."))
    prompt = "Ink.\n\nMara (as in attached picture 1): a tall woman."
    assert told(prompt, *parts) == [
        ("style", "Ink."),
        ("characters", "Mara (as in attached picture 1): a tall woman."),
    ]


def test_words_that_are_others_by_now_have_no_layers() -> None:
    """Nothing is told under a wrong name."""
    assert told("Something else.", *WAITING, ratio="3:4") == []
    assert told("One.\n\nTwo.\n\nThree.", *WAITING) == []
