"""What a run over a book wants: sheets first, then panels, each told what it waits for."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

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
from pressrun.book import panels, sheet
from pressrun.book.model import Book, Draws, Subject
from pressrun.book.pin import pin
from pressrun.book.read import read
from pressrun.picture import ingredients
from pressrun.picture.panel import Panel

SHEET = FOLDER / "references/sheets/mara.png"
WANTS = replace(MARA, wants_sheet=True, looks={})
COAT_WANTS = replace(COAT, references=(), wants_sheet=True)
ODD_CAST = """
[mara]
words = "a"
sheet = true
[mara.variants."Storm  Coat, wet"]
words = "b"
sheet = true
[places.quay]
words = "c"
[places.quay.variants.NIGHT]
words = "d"
sheet = true
"""
DRAWN = replace(STYLE, lettering=Draws.SITE)


def wanted(of: Book, *sheets: str) -> dict[str, Panel]:
    """What a book wants, by key, in its order."""
    return {each.key: each for each in panels.wanted(of, sheets, digest)}


def test_panels_are_wanted_in_reading_order() -> None:
    """As they stand in the script, each with the scene of its chapter, whatever its key."""
    some = [panel(2), panel(1), panel(1, chapter=2, key="arrival")]
    found = wanted(book(*some))
    assert list(found) == [each.key for each in some]
    assert found["arrival"].scene == "ch02"
    assert all(each.before is None and each.after is None for each in found.values())


def test_a_panel_carries_all_that_it_is_made_from() -> None:
    """Words, pictures, format, and by what name each is known."""
    each = panel(1, "Waves.", cast=(shown(MARA, COAT),), format="16:9")
    found = wanted(book(each))[each.key]
    assert found.prompt.endswith("watermarks.")
    assert [path.name for path in found.references] == ["style.png", "coat.png"]
    assert found.format == "16:9"
    assert list(found.ingredients) == [
        "the style",
        "the style's reference pictures",
        "Mara's words",
        "Mara's storm coat",
        "the action",
        "the lettering",
        "the format",
    ]


def test_members_of_a_group_name_the_one_before() -> None:
    """The first one names none."""
    some = [panel(number, group="storm") for number in (1, 2, 3)]
    found = wanted(book(*some))
    assert [each.before for each in found.values()] == [None, some[0].key, some[1].key]
    assert "the panel before" in found[some[1].key].ingredients
    assert "the panel before" not in found[some[0].key].ingredients


def test_a_panel_waits_for_the_sheet_of_what_it_shows() -> None:
    """The sheet is made first; panels that do not show her wait for nothing."""
    with_her, without = panel(1, cast=(shown(WANTS),)), panel(2, cast=(shown(TOBIAS),))
    found = wanted(book(with_her, without, cast=(WANTS, TOBIAS)))
    assert list(found) == ["cast/mara", with_her.key, without.key]
    assert found[with_her.key].after == "cast/mara"
    assert found[without.key].after is None
    assert found["cast/mara"].after is None


def test_a_sheet_that_is_pinned_is_waited_for_no_more() -> None:
    """It is sent, and is not made again unless it is named."""
    pinned = replace(WANTS, sheet=SHEET)
    each = panel(1, cast=(shown(pinned),))
    whole = book(each, cast=(pinned,))
    assert list(wanted(whole)) == [each.key]
    assert wanted(whole)[each.key].references[1] == SHEET
    assert list(wanted(whole, "cast/mara")) == ["cast/mara", each.key]
    assert wanted(whole, "cast/mara")[each.key].after is None


def test_pinning_a_sheet_leaves_the_sheet_itself_as_it_is() -> None:
    """It is no part of what it is made from: named once more, it is not stale."""
    before = wanted(book(panel(), cast=(WANTS,)), "cast/mara")["cast/mara"]
    after = wanted(book(panel(), cast=(replace(WANTS, sheet=SHEET),)), "cast/mara")["cast/mara"]
    assert before == after
    assert before.ingredients == after.ingredients


def test_the_sheet_of_a_variant_waits_for_that_of_the_figure() -> None:
    """The face comes from there; the panel waits for the one that shows what it shows."""
    mara = replace(MARA, wants_sheet=True, looks={"storm coat": COAT_WANTS})
    each = panel(1, cast=(shown(mara, COAT_WANTS),))
    found = wanted(book(each, cast=(mara,)))
    assert list(found) == ["cast/mara", "cast/mara/storm-coat", each.key]
    assert found["cast/mara/storm-coat"].after == "cast/mara"
    assert found[each.key].after == "cast/mara/storm-coat"
    pinned = replace(mara, sheet=SHEET)
    later = wanted(book(each, cast=(pinned,)))["cast/mara/storm-coat"]
    assert later.after is None
    assert SHEET in later.references


def test_a_variant_with_pictures_of_its_own_waits_for_no_other_sheet() -> None:
    """Only what is sent is waited for."""
    mara = replace(WANTS, looks={"storm coat": COAT})
    each = panel(1, cast=(shown(mara, COAT),))
    assert wanted(book(each, cast=(mara,)))[each.key].after is None


def test_of_several_sheets_the_first_of_the_cast_is_named() -> None:
    """Then those of the place; each approval names the next one."""
    tobias, quay = replace(TOBIAS, wants_sheet=True), replace(QUAY, wants_sheet=True, looks={})
    each = panel(1, cast=(shown(tobias), shown(WANTS)), setting=shown(quay))
    found = wanted(book(each, cast=(WANTS, tobias), places=(quay,)))
    assert list(found) == ["cast/mara", "cast/tobias", "places/quay", each.key]
    assert found[each.key].after == "cast/tobias"


def test_a_sheet_comes_before_what_the_author_waits_for() -> None:
    """A sheet changes the recipe; the other approval is waited for when the sheet is there."""
    first, second = panel(1), panel(2, cast=(shown(WANTS),), after=panel(1).key)
    assert wanted(book(first, second, cast=(WANTS,)))[second.key].after == "cast/mara"
    pinned = replace(WANTS, sheet=SHEET)
    again = replace(second, cast=(shown(pinned),))
    assert wanted(book(first, again, cast=(pinned,)))[second.key].after == first.key


def test_a_sheet_shows_a_figure_from_all_sides_in_the_books_style() -> None:
    """With the author's pictures of it, and nobody else."""
    told = sheet.compose(book(panel()), MARA, digest=digest)
    assert [each.name for each in told.layers] == ["style", "cast", "action", "lettering", "format"]
    assert "Mara (as in attached pictures 2 and 3): a lean woman of forty" in told.prompt
    assert "from the front, three quarters, the side and the back" in told.prompt
    assert "Tobias" not in told.prompt
    assert told.format == "4:3"


def test_the_sheet_of_a_place_shows_views_of_it() -> None:
    """In the light of its variant, and without anybody."""
    told = sheet.compose(book(panel()), QUAY, NIGHT, digest)
    assert [each.name for each in told.layers] == [
        "style",
        "place",
        "action",
        "lettering",
        "format",
    ]
    assert "Place: The quay (the same place as in attached picture 2)" in told.prompt
    assert "fog, gas lamps lit" in told.prompt
    assert "four views" in told.prompt


def test_the_sheet_of_a_variant_shows_its_pictures_after_those_of_the_figure() -> None:
    """Face from the one, coat from the other."""
    told = sheet.compose(book(panel()), MARA, COAT, digest)
    assert [path.name for path in told.references] == [
        "style.png",
        "mara.png",
        "mara-side.png",
        "coat.png",
    ]
    assert "grey plait; in a long yellow oilskin" in told.prompt


def test_the_key_of_a_sheet_names_it_for_the_one_who_pins_it(tmp_path: Path) -> None:
    """Whatever its variant is called; reading the book anew, the sheet is there."""
    script = "# A\n\n## Page 1\n\n### Panel 1\n\n- cast: mara\n\nRain.\n"
    for name, text in (
        ("book.toml", 'title = "T"\n'),
        ("cast/all.toml", ODD_CAST),
        ("script/01.md", script),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    picture = tmp_path / "made.png"
    Image.new("RGB", (8, 8)).save(picture)
    *sheets, last = [each.key for each in panels.wanted(read(tmp_path))]
    assert len(sheets) == 3
    for key in sheets:
        pin(tmp_path, key, picture)
    assert [each.key for each in panels.wanted(read(tmp_path))] == [last]


def test_sheets_share_a_chat_with_those_of_the_same_figure_only() -> None:
    """Two figures in one chat would grow alike."""
    mara = replace(MARA, wants_sheet=True, looks={"storm coat": COAT_WANTS})
    tobias = replace(TOBIAS, wants_sheet=True)
    found = wanted(book(panel(), cast=(mara, tobias)))
    scenes = {key: each.scene for key, each in found.items() if key.startswith("cast/")}
    assert scenes == {
        "cast/mara": "cast/mara",
        "cast/mara/storm-coat": "cast/mara",
        "cast/tobias": "cast/tobias",
    }


def test_a_translation_makes_only_pictures_that_hold_words() -> None:
    """All others are those of the book itself."""
    spoken, silent = panel(1, lettering=SPOKEN), panel(2)
    assert list(wanted(book(spoken, silent, style=DRAWN, translation="es"))) == [spoken.key]
    assert list(wanted(book(spoken, silent, style=STYLE, translation="es"))) == []
    assert list(wanted(book(spoken, silent, style=DRAWN))) == [spoken.key, silent.key]


def test_a_translation_waits_for_nothing_that_it_does_not_make() -> None:
    """A group goes on from one of its own pictures; a sheet is made where a panel needs it."""
    some = [
        panel(1, group="storm", lettering=SPOKEN, cast=(shown(WANTS),)),
        panel(2, group="storm"),
        panel(3, group="storm", lettering=SPOKEN, after=panel(2).key),
    ]
    found = wanted(book(*some, style=DRAWN, cast=(WANTS,), translation="es"))
    assert list(found) == ["cast/mara", some[0].key, some[2].key]
    assert found[some[2].key].before == some[0].key
    assert found[some[2].key].after is None
    assert wanted(book(*some, style=STYLE, cast=(WANTS,), translation="es")) == {}


def test_a_panel_is_found_by_its_key_its_place_or_a_sheets_key() -> None:
    """In any case; a key counts more than a place, and what is found is what a run wants."""
    given = panel(1, key="arrival", group="storm")
    other = panel(2, group="storm")
    whole = book(given, other)
    for name in ("arrival", "ARRIVAL", "ch01/p001/panel-1"):
        found = panels.named(whole, name)
        assert found is not None
        assert found.panel.key == "arrival"
    second = panels.named(whole, other.key)
    assert second is not None
    assert second.panel.before == "arrival"
    told = panels.named(whole, "cast/mara/storm-coat")
    assert told is not None
    assert "oilskin" in told.panel.prompt
    assert panels.named(whole, "cast/nobody") is None
    assert set(panels.keys(whole)) >= {"arrival", "cast/mara", "places/quay/night"}


def test_a_panel_alone_is_wanted_as_among_all() -> None:
    """What `pressrun prompt` shows is what a run sends."""
    some = [
        panel(1, group="storm", cast=(shown(WANTS),)),
        panel(2, group="storm", after="ch01/p001/panel-1", setting=shown(QUAY, NIGHT)),
    ]
    whole = book(*some, cast=(WANTS,))
    for each in panels.wanted(whole):
        found = panels.named(whole, each.key)
        assert found is not None
        assert found.panel == each
        assert found.panel.ingredients == each.ingredients


CHAPTERS, PANELS = 10, 30


def long_book(mara: Subject, tobias: Subject) -> Book:
    """Three hundred panels: hers in two looks, his, both, or nobody."""
    coat = mara.looks["storm coat"]
    casts = [
        (shown(mara),),
        (shown(mara, coat),),
        (shown(tobias),),
        (shown(mara, coat), shown(tobias)),
        (),
    ]
    some = [
        panel(number, f"Wave {number}.", chapter, cast=casts[(chapter * number) % len(casts)])
        for chapter in range(1, CHAPTERS + 1)
        for number in range(1, PANELS + 1)
    ]
    return book(*some, cast=(mara, tobias))


@pytest.mark.parametrize(
    ("changed", "told", "is_in"),
    [
        (
            (replace(MARA, looks={"storm coat": replace(COAT, words="in a red oilskin")}), TOBIAS),
            "Mara's storm coat changed",
            lambda each: any(look == "storm coat" for _, look in each),
        ),
        (
            (
                replace(MARA, looks={"storm coat": replace(COAT, references=(SHEET,))}),
                TOBIAS,
            ),
            "Mara's storm coat changed",
            lambda each: any(look == "storm coat" for _, look in each),
        ),
        (
            (replace(MARA, sheet=SHEET), TOBIAS),
            "Mara's sheet was added",
            lambda each: ("mara", None) in each,
        ),
        (
            (replace(MARA, words="a tall woman"), TOBIAS),
            "Mara's words changed",
            lambda each: any(name == "mara" for name, _ in each),
        ),
        (
            (MARA, replace(TOBIAS, references=(SHEET,))),
            "Tobias's reference pictures were added",
            lambda each: any(name == "tobias" for name, _ in each),
        ),
        (
            (replace(MARA, aliases=("M",), looks={"storm coat": COAT, "new": CHILD}), TOBIAS),
            "",
            lambda _: False,
        ),
    ],
)
def test_a_change_is_one_of_exactly_the_panels_that_show_it(
    changed: tuple[Subject, Subject],
    told: str,
    is_in: Callable[[set[tuple[str, str | None]]], bool],
) -> None:
    """Of three hundred; each says why, and all others want the picture that they have."""
    before, after = long_book(MARA, TOBIAS), long_book(*changed)
    old, new = wanted(before), wanted(after)
    stale = {key for key in old if old[key] != new[key]}
    shows = {
        each.key
        for each in before.panels
        if is_in({(one.subject.id, one.look.name if one.look else None) for one in each.cast})
    }
    assert stale == shows
    for key in old:
        why = ingredients.changed(old[key].ingredients, new[key].ingredients)
        assert why == (told if key in stale else "")


def test_what_is_only_moved_is_made_from_the_same() -> None:
    """Another key and another place in the book are no part of a recipe."""
    before = long_book(MARA, TOBIAS)
    moved = [
        replace(each, key=f"x/{each.key}", chapter=CHAPTERS + 1 - each.chapter, panel=1)
        for each in before.panels
    ]
    old, new = wanted(before), wanted(book(*moved))
    for each in before.panels:
        one, other = old[each.key], new[f"x/{each.key}"]
        assert one.prompt == other.prompt
        assert one.references == other.references
        assert one.ingredients == other.ingredients
