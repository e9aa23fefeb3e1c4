"""What the replica draws is what a prompt asks for, so one sees whether a book's words arrive."""

from pathlib import Path

import pytest
from PIL import Image

import pressrun.book
from pressrun.book.panels import wanted
from pressrun.book.read import read
from pressrun.picture.panel import Panel
from trials.replica.brief import brief_of
from trials.replica.guise import guise_of
from trials.replica.pictures import belongs, draw, setting_of, shown_by

EXAMPLE = Path(pressrun.book.__file__).parent / "example"
SMALL = (192, 144)
MOST_BYTES = 150_000

SHEET = """\
Style: clear lines

Characters:
Ines: a young woman with short black hair, a long brown coat and a blue scarf

A character sheet of this one character on a plain light background.

Draw no words, letters or speech balloons."""

PANEL = """\
Characters:
Ines (as in attached picture 1): a young woman with short black hair

Place: The quay: iron lamps

Ines raises a lantern. Snow falls.

Draw no words, letters or speech balloons."""


@pytest.fixture(scope="module")
def panels() -> dict[str, Panel]:
    """The example book's panels, by their keys."""
    return {panel.key: panel for panel in wanted(read(EXAMPLE))}


def test_a_composed_prompt_is_understood(panels: dict[str, Panel]) -> None:
    """Who, where and when are read from the lines that a book composes."""
    brief = brief_of(panels["ch01/p003/panel-1"].prompt)
    assert [figure.name for figure in brief.figures] == ["Mara", "Nell", "Tobias"]
    assert (brief.setting, brief.hour, brief.silent) == ("lamp room", "night", True)
    assert brief_of(panels["oilskin"].prompt).setting == "quay"


def test_every_panel_of_the_example_is_drawn_without_words(panels: dict[str, Panel]) -> None:
    """The example's author letters later, so nothing of a prompt is written into a picture."""
    briefs = [brief_of(panel.prompt) for panel in panels.values()]
    assert all(brief.silent and not brief.lettered for brief in briefs)


def test_the_words_that_are_to_be_lettered_are_known_exactly() -> None:
    """Where the site letters, it has the words, who says them, and nothing else."""
    prompt = (
        "A lamp.\n\nLetter these words into the picture, exactly as they are written and in this "
        "order, and no others:\n1. Caption: “Six: o'clock.”\n2. Speech balloon, Mara (whisper): "
        "“Not “one” spark.”\nHow the lettering looks: round"
    )
    lettered = brief_of(prompt).lettered
    assert [each.kind for each in lettered] == ["Caption", "Speech balloon"]
    assert [each.text for each in lettered] == ["Six: o'clock.", "Not “one” spark."]
    assert lettered[1].who == "Mara (whisper)"


def test_the_same_words_look_the_same_and_a_variant_does_not() -> None:
    """A figure is recognised from panel to panel, and in another coat has that coat."""
    words = "a lean woman of forty, one thick grey plait, a long brown wool coat"
    usual = guise_of("Mara", words)
    assert guise_of("Mara", words) == usual
    storm = guise_of("Mara", f"{words}; here she wears a long yellow oilskin in place of the coat")
    assert (usual.style, usual.hair, storm.style, storm.hair) == (
        "plait",
        usual.hair,
        "plait",
        usual.hair,
    )
    assert usual.coat != storm.coat == "#f0bf3a"


def test_a_reference_picture_changes_what_a_figure_wears() -> None:
    """One sees from a picture whether its reference was sent, and which."""
    seen = {guise_of("Mara", "a red coat", mark) for mark in ("", "one", "two", "three", "four")}
    assert len(seen) > 3
    assert {look.coat for look in seen} == {"#cf4436"}


def test_panels_look_like_the_sheet_that_they_are_sent_with() -> None:
    """Another sheet of the same words is another look; the audit can still redraw the panel."""
    sheets = [draw(SHEET, size=SMALL, take=take) for take in (1, 2)]
    marks = [shown_by(data) for data in sheets]
    assert marks[0] != marks[1]
    made = [draw(PANEL, size=SMALL, references=[mark]) for mark in marks]
    assert made[0] != made[1]
    assert all(belongs(data, PANEL) for data in made)
    assert all(belongs(data, SHEET) for data in sheets)
    figure = brief_of(PANEL, marks).figures[0]
    assert figure.mark == marks[0]


def test_a_panel_goes_on_where_the_one_before_is_set() -> None:
    """A group keeps its place where only its first panel names it."""
    first = draw("A boat on the open sea.\n\nDraw no words", size=SMALL)
    assert setting_of(first) == "sea"
    then = "This goes on from the last attached picture.\nRain.\n\nDraw no words"
    assert brief_of(then).goes_on
    made = draw(then, size=SMALL, before=setting_of(first))
    assert setting_of(made) == "sea"
    assert belongs(made, then)
    assert draw(then, size=SMALL, before="room") != made


@pytest.mark.parametrize(
    "prompt",
    [
        "Characters:\n\n\nPlace: \nMood: ",
        "Characters:\n(as in attached picture 999)\n: \nDraw no words",
        f"Characters:\n{'x' * 9_000}: {'y ' * 5_000}\n\nDraw no words",
        "Place: ((((((((((attached picture\n\nA sheet of this one place, in four views",
        "A character sheet of this one character",
        "\n".join(f"{n}. Speech balloon, A: “{'w ' * n}”" for n in range(30)),
    ],
)
def test_odd_briefs_are_drawn(prompt: str) -> None:
    """Whatever stands in the lines of a prompt, there is a picture, and soon."""
    assert belongs(draw(prompt, size=SMALL, references=["a"]), prompt)


def test_the_example_has_small_reference_pictures_of_its_cast() -> None:
    """What a new book begins with is quickly copied and sent, and shows who it says."""
    marks = {}
    for path in sorted((EXAMPLE / "references").iterdir()):
        data = path.read_bytes()
        assert len(data) < MOST_BYTES
        with Image.open(path) as picture:
            picture.load()
            assert min(picture.size) >= 512
        marks[path.stem] = shown_by(data)
    assert marks["mara"] == marks["mara-storm-coat"] == "mara"
    assert len(set(marks.values())) == len(marks) - 1
