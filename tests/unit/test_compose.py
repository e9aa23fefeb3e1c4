"""Prompts of a book: fixed layers, the same words in the same order, each once, nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.novella import (
    CHILD,
    COAT,
    FOLDER,
    MARA,
    NIGHT,
    QUAY,
    SPOKEN,
    STYLE,
    TOBIAS,
    book,
    digest,
    panel,
    shown,
)
from pressrun.book import compose
from pressrun.book.attached import Attached, Purpose
from pressrun.book.compose import Composed, Composer
from pressrun.book.model import Appearance, BookPanel, Draws, Look, Style
from pressrun.protocol.messages.base import REFERENCES
from pressrun.scripts.script import Lettering, Voice

FULL = panel(
    2,
    "Mara looks up.",
    cast=(shown(MARA, COAT), shown(TOBIAS)),
    setting=shown(QUAY, NIGHT),
    mood="uneasy calm",
    format="4:3",
    lettering=SPOKEN,
)


def composed(each: BookPanel, *others: BookPanel, style: Style = STYLE) -> Composed:
    """A panel as it is sent, in a book with others before it."""
    return Composer(book(*others, each, style=style), digest).panel(each)


def layer(of: Composed, name: str) -> str:
    """The text of a layer; empty where there is none."""
    return next((each.text for each in of.layers if each.name == name), "")


def test_a_panel_says_everything_it_shows_in_fixed_layers() -> None:
    """The whole prompt, word for word: who changes one makes every picture of every book stale."""
    told = composed(FULL)
    assert [each.name for each in told.layers] == [
        "style",
        "cast",
        "place",
        "action",
        "mood",
        "lettering",
        "format",
    ]
    assert told.prompt == (
        "Style: Clear line. Flat colours.\n"
        "Drawn as attached picture 1, of which nothing but the style is taken.\n"
        "Palette: teal and ochre\n"
        "Line: even black contours\n"
        "Never draw: photographs\n"
        "\n"
        "Characters:\n"
        "Mara (as in attached picture 2): a lean woman of forty, grey plait; "
        "in a long yellow oilskin\n"
        "Tobias: An old man. White beard.\n"
        "\n"
        "Place: The quay (the same place as in attached picture 3): a curved stone quay; "
        "fog, gas lamps lit\n"
        "\n"
        "Mara looks up.\n"
        "\n"
        "Mood: uneasy calm\n"
        "\n"
        "Leave calm, empty room for two speech balloons, a caption and a sound effect, to be "
        "lettered later.\n"
        "Draw no words, letters, speech balloons, captions, sound effects, signatures or "
        "watermarks."
    )


def test_what_a_panel_does_not_say_is_not_told() -> None:
    """No empty label, and no line about pictures where none is sent."""
    told = composed(panel(action="A gull."), style=Style())
    assert told.prompt == (
        "A gull.\n"
        "\n"
        "Draw no words, letters, speech balloons, captions, sound effects, signatures or "
        "watermarks."
    )
    assert told.sent == ()


def test_a_character_that_is_named_twice_is_told_once() -> None:
    """And its pictures are sent once."""
    twice = composed(panel(cast=(shown(MARA), shown(TOBIAS), shown(MARA))))
    assert twice.prompt == composed(panel(cast=(shown(MARA), shown(TOBIAS)))).prompt
    assert twice.prompt.count("grey plait") == 1
    assert len(set(twice.references)) == len(twice.references)


def test_a_character_that_is_seen_twice_is_told_as_both() -> None:
    """A woman and herself as a child: one figure's words, and both of its looks."""
    told = composed(panel(cast=(shown(MARA, COAT), shown(MARA, CHILD))))
    line = next(each for each in told.prompt.split("\n") if each.startswith("Mara"))
    assert line.count("grey plait") == 1
    assert "seen 2 times: in a long yellow oilskin; as a girl of nine" in line
    assert [path.name for path in told.references] == [
        "style.png",
        "mara.png",
        "mara-side.png",
        "coat.png",
    ]


def test_a_sentence_that_style_and_panel_share_is_said_once() -> None:
    """By the style, whatever the case and the full stop of the other one."""
    told = composed(panel(action="Gulls wheel. flat colours! They cry.", mood="Clear line"))
    assert layer(told, "action") == "Gulls wheel. They cry."
    assert layer(told, "mood") == ""
    assert told.prompt.casefold().count("flat colours") == 1


def test_an_action_may_repeat_itself() -> None:
    """What its author says twice is meant twice."""
    assert layer(composed(panel(action="A knock. A knock.")), "action") == "A knock. A knock."


def test_an_action_that_only_says_what_the_style_says_is_still_told() -> None:
    """A panel always says what it shows."""
    assert layer(composed(panel(action="Flat colours.")), "action") == "Flat colours."


def test_what_two_are_is_said_of_both() -> None:
    """Of twins, and of a place that is as grey as its keeper; an action need not repeat it."""
    twins = [replace(TOBIAS, id=name, name=name, words="A red coat. Bald.") for name in "AB"]
    quay = replace(QUAY, words="Bald.", references=())
    told = composed(
        panel(action="Bald. They wave.", cast=tuple(map(shown, twins)), setting=shown(quay))
    )
    assert layer(told, "cast") == "Characters:\nA: A red coat. Bald.\nB: A red coat. Bald."
    assert layer(told, "place") == "Place: The quay: Bald."
    assert layer(told, "action") == "They wave."


def test_a_character_need_not_repeat_the_style() -> None:
    """The style holds for all of the picture."""
    told = composed(panel(cast=(shown(replace(TOBIAS, words="Flat colours. Bald.")),)))
    assert "Tobias: Bald." in told.prompt


def test_a_variant_is_sent_with_its_own_pictures_alone() -> None:
    """A picture in another coat would contradict it."""
    told = composed(panel(cast=(shown(MARA, COAT),)))
    assert [path.name for path in told.references] == ["style.png", "coat.png"]
    assert "Mara (as in attached picture 2)" in told.prompt


def test_a_variant_without_pictures_borrows_the_face_and_no_more() -> None:
    """The pictures show it in something else, and the words say so."""
    told = composed(panel(cast=(shown(MARA, CHILD),)))
    assert [path.name for path in told.references] == ["style.png", "mara.png", "mara-side.png"]
    assert "Mara (face and build as in attached pictures 2 and 3)" in told.prompt


def test_an_approved_sheet_comes_before_the_other_pictures() -> None:
    """It shows more of a figure than any of them."""
    pinned = replace(MARA, sheet=FOLDER / "references/sheets/mara.png")
    told = composed(panel(cast=(shown(pinned),)))
    assert [path.name for path in told.references] == [
        "style.png",
        "mara.png",
        "mara.png",
        "mara-side.png",
    ]
    assert told.references[1].parent.name == "sheets"


def test_pictures_are_sent_by_their_roles() -> None:
    """Style, characters as the panel names them, place, the panel's own, the one before."""
    first = panel(1, group="storm")
    second = replace(
        FULL, group="storm", cast=(shown(TOBIAS), shown(MARA)), references=(FOLDER / "sketch.png",)
    )
    told = composed(second, first)
    assert [(each.role, each.about) for each in told.sent] == [
        (Purpose.STYLE, "the style"),
        (Purpose.CHARACTER, "Mara"),
        (Purpose.CHARACTER, "Mara"),
        (Purpose.PLACE, "The quay"),
        (Purpose.PANEL, "this panel"),
        (Purpose.PREVIOUS, "ch01/p001/panel-1"),
    ]
    assert told.sent[-1].path is None
    assert len(told.references) == 5
    assert layer(told, "action") == (
        "This goes on from the last attached picture, the panel before: people, clothes, place "
        "and light stay as they are there, unless the words say otherwise.\n"
        "See also attached picture 5.\n"
        "Mara looks up."
    )


def test_where_there_is_no_room_everybody_keeps_a_picture() -> None:
    """The second picture of anybody goes before the first one of another; what goes is told."""
    many = [
        replace(
            TOBIAS,
            id=f"t{number}",
            name=f"T{number}",
            words="",
            references=tuple(FOLDER / f"t{number}-{each}.png" for each in range(3)),
        )
        for number in range(4)
    ]
    crowd = replace(FULL, cast=tuple(shown(each) for each in many), group="storm")
    told = composed(crowd, panel(1, group="storm"))
    assert len(told.sent) == REFERENCES
    assert told.sent[-1].role == Purpose.PREVIOUS
    names = [path.name for path in told.references]
    assert [each.path and each.path.name for each in told.left_out] == [
        "t0-2.png",
        "t1-2.png",
        "t2-2.png",
        "t3-1.png",
        "t3-2.png",
    ]
    assert {*told.sent} & {*told.left_out} == set()
    assert names == [
        "style.png",
        "t0-0.png",
        "t0-1.png",
        "t1-0.png",
        "t1-1.png",
        "t2-0.png",
        "t2-1.png",
        "t3-0.png",
        "quay.png",
    ]


def test_a_picture_that_two_share_is_sent_once_and_named_by_both() -> None:
    """A group photo: the words of each point at it."""
    both = FOLDER / "both.png"
    told = composed(
        panel(
            cast=(
                shown(replace(MARA, references=(both,))),
                shown(replace(TOBIAS, references=(both,))),
            )
        )
    )
    assert told.references == (FOLDER / "references/style.png", both)
    assert told.prompt.count("as in attached picture 2") == 2


def test_words_that_are_lettered_later_reach_no_prompt() -> None:
    """Only their number does, so that they may change and nothing is stale."""
    told = composed(FULL)
    for said in SPOKEN:
        assert said.text not in told.prompt
    other = tuple(replace(said, text=f"{said.text} Or not.") for said in SPOKEN)
    again = composed(replace(FULL, lettering=other))
    assert again.prompt == told.prompt
    assert again.ingredients == told.ingredients


@pytest.mark.parametrize(
    ("voices", "room"),
    [
        ([Voice.BALLOON], "a speech balloon"),
        ([Voice.CAPTION, Voice.CAPTION], "two captions"),
        ([Voice.EFFECT, Voice.BALLOON], "a speech balloon and a sound effect"),
        ([Voice.BALLOON] * 12, "12 speech balloons"),
    ],
)
def test_room_is_left_for_what_is_lettered_later(voices: list[Voice], room: str) -> None:
    """As much as there is."""
    told = composed(panel(lettering=tuple(Lettering(voice, "x") for voice in voices)))
    assert f"Leave calm, empty room for {room}, to be lettered later." in told.prompt


def test_words_that_the_site_draws_are_told_exactly() -> None:
    """In their order, with their kind and who says them, as the cast calls them."""
    told = composed(FULL, style=replace(STYLE, lettering=Draws.SITE, letters="round hand"))
    assert layer(told, "lettering") == (
        "Letter these words into the picture, exactly as they are written and in this order, and "
        "no others:\n"
        "1. Speech balloon, Tobias (whisper): “The tide has taken the fire.”\n"
        "2. Speech balloon, Mara: “Then we ask for it.”\n"
        "3. Caption, Mara: “Dusk.”\n"
        "4. Sound effect: “KRAK”\n"
        "How the lettering looks: round hand"
    )
    assert "Draw no words" not in told.prompt


def test_a_panel_without_words_stays_so_where_the_site_letters() -> None:
    """It is told to draw none."""
    told = composed(panel(), style=replace(STYLE, lettering=Draws.SITE))
    assert layer(told, "lettering").startswith("Draw no words")


def test_a_format_is_no_part_of_the_words() -> None:
    """The site is asked for it in a way of its own."""
    told = composed(FULL)
    assert told.format == "4:3"
    assert "4:3" not in told.prompt
    assert composed(replace(FULL, format=None)).prompt == told.prompt


def test_no_path_key_or_number_reaches_the_words() -> None:
    """They are the same wherever the book lies, and whatever its panels are called."""
    told = composed(replace(FULL, group="storm"), panel(1, group="storm"))
    for each in ("novella", ".png", "ch01", "p001", "panel-", "storm coat", "storm\n"):
        assert each not in told.prompt
    moved = replace(FULL, key="elsewhere", place_key="ch09/p009/panel-9", page=9, panel=9)
    assert composed(moved).prompt == composed(FULL).prompt


def test_letters_that_look_alike_are_composed_alike() -> None:
    """An accent of its own, a no-break space and Windows' ends of lines change nothing."""
    one = composed(panel(action="Café, at night.\nRain."))
    two = composed(panel(action="Cafe\u0301,\u00a0at  night.\r\nRain. "))
    assert one.prompt == two.prompt


def test_one_panel_alone_is_composed_as_among_all() -> None:
    """There is one way to put a prompt together."""
    panels = [panel(number, group="a" if number % 2 else "B") for number in range(1, 6)]
    whole = book(*panels)
    composer = Composer(whole)
    for each in panels:
        assert compose.compose(whole, each) == composer.panel(each)


def test_a_group_ends_with_its_chapter() -> None:
    """And it may be interrupted by panels of another; case makes no difference."""
    panels = [
        panel(1, group="storm"),
        panel(2),
        panel(3, group="Storm"),
        panel(1, chapter=2, group="storm"),
    ]
    composer = Composer(book(*panels), digest)
    assert [composer.before(each) for each in panels] == [None, None, panels[0].key, None]


TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from("ab .!?\n\t。é"), st.characters(codec="utf-8")), max_size=60
)


@given(
    words=TEXTS, look=TEXTS, action=TEXTS, mood=TEXTS, style=TEXTS, said=TEXTS, drawn=st.booleans()
)
def test_any_texts_are_composed(
    words: str, look: str, action: str, mood: str, style: str, said: str, *, drawn: bool
) -> None:
    """Every word of an action is told, in whatever language; nothing has blanks at its ends."""
    subject = replace(MARA, words=words, looks={"x": Look("x", look)})
    each = panel(
        action=action,
        mood=mood,
        cast=(Appearance(subject, subject.looks["x"]), Appearance(subject)),
        lettering=(Lettering(Voice.BALLOON, said, (words,), mood),),
    )
    bible = Style(words=style, lettering=Draws.SITE if drawn else Draws.LATER)
    told = composed(each, style=bible)
    assert composed(each, style=bible) == told
    for line in told.prompt.split("\n"):
        assert line == line.strip()
    assert "\n\n\n" not in told.prompt
    assert all(layer.text for layer in told.layers)


def test_a_picture_on_disk_is_told_by_what_it_holds(tmp_path: Path) -> None:
    """Saved anew under the same name it is another ingredient; moved, it is the same."""
    file = tmp_path / "a.png"
    file.write_bytes(b"one")
    mara = replace(MARA, references=(file,))
    each = panel(cast=(shown(mara),))
    whole = book(each, cast=(mara,))
    before = compose.compose(whole, each).ingredients
    other = tmp_path / "elsewhere.png"
    other.write_bytes(b"one")
    moved = panel(cast=(shown(replace(MARA, references=(other,))),))
    assert compose.compose(book(moved), moved).ingredients == before
    file.write_bytes(b"other")
    after = compose.compose(whole, each).ingredients
    assert {name for name in before if before[name] != after[name]} == {"Mara's reference pictures"}


def test_a_picture_that_is_gone_ends_no_composition(tmp_path: Path) -> None:
    """The check of the book tells it; here it is only another ingredient."""
    mara = replace(MARA, references=(tmp_path / "gone.png", tmp_path / "a\0b.png"))
    each = panel(cast=(shown(mara),))
    assert len(compose.compose(book(each), each).sent) == 3


def test_attached_pictures_are_numbered_as_they_are_sent() -> None:
    """What the words call the third picture is the third."""
    told = composed(replace(FULL, cast=(shown(TOBIAS), shown(MARA))))
    quay = Attached(Purpose.PLACE, "The quay", QUAY.references[0])
    assert told.sent.index(quay) == 3
    assert "attached picture 4" in layer(told, "place")
    assert "attached pictures 2 and 3" in layer(told, "cast")
