"""Pages: what stands where, in which order, and never stretched."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import volumes
from helpers.pictures import encoded
from helpers.volumes import STORY, BookOf, PageOf, bound, draw
from pressrun.book.model import Direction, Draws, Layout
from pressrun.errors import BadInputError
from pressrun.export import completeness, layout, leaves
from pressrun.export.artwork import Artwork, Unusable
from pressrun.export.layout import Area, Box
from pressrun.export.leaves import Leaf, Shows, Side, chapter_of

LAID_OUT = Layout(laid_out=True)
RTL = replace(LAID_OUT, direction=Direction.RTL)

ASPECTS = st.lists(st.floats(0.2, 5), min_size=1, max_size=14)
AREAS = st.builds(
    Area, st.floats(2, 400), st.floats(2, 400), st.floats(0, 100), st.sampled_from([0, 0.18])
)


def near(first: float, second: float) -> bool:
    """Whether two lengths are one."""
    return abs(first - second) < 1e-6


@given(ASPECTS, AREAS, st.lists(st.integers(0, 5), max_size=4))
def test_no_two_panels_overlap_and_none_leaves_the_page(
    aspects: list[float], area: Area, rows: list[int]
) -> None:
    """Whatever the formats and the rows that an author gives: every panel has its place."""
    boxes = layout.arrange(aspects, area, rows)
    assert len(boxes) == len(aspects)
    for box in boxes:
        assert box.width > 0
        assert box.height > 0
        assert box.x > -1e-6
        assert box.x + box.width < area.width + 1e-6
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            apart = (
                one.x + one.width <= other.x + 1e-6
                or other.x + other.width <= one.x + 1e-6
                or one.y + one.height <= other.y + 1e-6
                or other.y + other.height <= one.y + 1e-6
            )
            assert apart


@given(ASPECTS, AREAS)
def test_panels_are_read_from_the_top_to_the_bottom(aspects: list[float], area: Area) -> None:
    """The next panel begins to the right of the one before, or below it."""
    for one, other in pairwise(layout.arrange(aspects, area)):
        assert other.x >= one.x + one.width - 1e-6 or other.y >= one.y + one.height - 1e-6


def test_rows_of_the_author_are_kept() -> None:
    """A page has as many panels in each row as they say; what is left goes on like the last."""
    boxes = layout.arrange([1.0] * 6, Area(150, 220, 4, 0), (1, 2))
    tops = sorted({round(box.y, 3) for box in boxes})
    assert [sum(near(round(box.y, 3), top) for box in boxes) for top in tops] == [1, 2, 2, 1]


def test_a_tall_panel_stands_beside_others_that_lie_above_each_other() -> None:
    """It is as high as both together, gutter included."""
    tall, first, second = layout.arrange([0.56, 1.33, 1.33], Area(150, 110, 4, 0.18))
    assert near(tall.y, first.y)
    assert near(tall.y + tall.height, second.y + second.height)
    assert near(first.x, second.x)
    assert near(second.y - first.y - first.height, 4)
    assert tall.x < first.x


def test_gutters_are_as_wide_as_the_book_says() -> None:
    """Between the panels of a row, and between rows."""
    one, two, three = layout.arrange([1.0, 1.0, 1.0], Area(150, 220, 6, 0), (2, 1))
    assert near(two.x - one.x - one.width, 6)
    assert near(three.y - one.y - one.height, 6)


@pytest.mark.parametrize("aspect", [0.3, 1.0, 3.0])
def test_a_picture_is_never_stretched(aspect: float) -> None:
    """Where it fills its place, it is cut off; or else it is shown whole."""
    box = Box(10, 20, 30, 40)
    for shown in (box.around(aspect), box.within(aspect)):
        assert near(shown.aspect, aspect)
        assert near(shown.x + shown.width / 2, 25)
        assert near(shown.y + shown.height / 2, 40)


def sides(book_leaves: tuple[Leaf, ...]) -> list[tuple[int, Side]]:
    """Number and side of each page."""
    return [(leaf.number, leaf.side) for leaf in book_leaves]


def test_the_cover_is_alone_and_double_pages_lie_on_openings(tmp_path: Path) -> None:
    """Page 1 is on the right; 2 and 3 lie side by side; a double page begins on the left."""
    found = bound(BookOf(STORY, LAID_OUT).make(tmp_path))
    assert sides(found.leaves)[:5] == [
        (1, Side.RIGHT), (2, Side.LEFT), (3, Side.RIGHT), (4, Side.BOTH), (6, Side.LEFT),
    ]  # fmt: skip
    assert found.added == []


@pytest.mark.parametrize("wanted", [LAID_OUT, Layout(), replace(Layout(), bleed=3)])
@pytest.mark.parametrize("before", [1, 2, 3, 4])
def test_a_page_is_added_where_a_double_page_would_be_torn(
    tmp_path: Path, wanted: Layout, before: int
) -> None:
    """The author is told of it."""
    pages = [PageOf(("4:3",))] * before + [PageOf(("16:9",), double=True), PageOf(("4:3",))]
    found = bound(BookOf([pages], wanted).make(tmp_path))
    (double,) = [leaf for leaf in found.leaves if leaf.double]
    assert double.number % 2 == 0
    assert near(double.width, 2 * found.shape.width)
    assert [leaf.shows for leaf in found.added] == ([] if before % 2 else [Shows.EMPTY])
    told = [each for each in completeness.remarks(found) if "double page" in each]
    assert len(told) == len(found.added)


def test_what_begins_with_a_double_page_gets_a_cover(tmp_path: Path) -> None:
    """The cover is alone, so a double page cannot be one."""
    found = bound(BookOf([[PageOf(("16:9",), double=True)]], LAID_OUT).make(tmp_path))
    assert [leaf.shows for leaf in found.leaves] == [Shows.TITLE, Shows.PANELS]
    assert sides(found.leaves) == [(1, Side.RIGHT), (2, Side.BOTH)]


def test_a_book_from_right_to_left_is_mirrored(tmp_path: Path) -> None:
    """Page 1 is on the left, and the first panel of a row at the right."""
    ltr = bound(BookOf(STORY, LAID_OUT).make(tmp_path))
    rtl = bound(BookOf(STORY, RTL).make(tmp_path))
    assert sides(rtl.leaves)[:3] == [(1, Side.LEFT), (2, Side.RIGHT), (3, Side.LEFT)]
    for one, other in zip(ltr.leaves, rtl.leaves, strict=True):
        for placement, mirrored in zip(one.placements, other.placements, strict=True):
            assert placement.panel.key == mirrored.panel.key
            assert near(mirrored.box.x, one.width - placement.box.x - placement.box.width)
            assert near(mirrored.box.y, placement.box.y)


def test_panels_keep_within_the_margins(tmp_path: Path) -> None:
    """Which is where words are safe; only a page of one panel goes over the edges."""
    found = bound(BookOf(STORY, replace(LAID_OUT, bleed=3)).make(tmp_path))
    for leaf in found.leaves:
        if len(leaf.placements) == 1:
            (box,) = [placement.box for placement in leaf.placements]
            assert box == Box(-3, -3, leaf.width + 6, leaf.height + 6)
            continue
        for placement in leaf.placements:
            assert placement.box.x > 10 - 1e-6
            assert placement.box.x + placement.box.width < leaf.width - 10 + 1e-6


def test_panels_without_a_margin_go_over_the_edges_that_they_touch(tmp_path: Path) -> None:
    """And over no other."""
    wanted = replace(LAID_OUT, margin=0, bleed=3)
    found = bound(BookOf([[PageOf(("2:3", "2:3", "2:3", "2:3"))]], wanted).make(tmp_path))
    left, right, *_ = [placement.box for placement in found.leaves[0].placements]
    assert near(left.x, -3)
    assert near(right.x + right.width, 173)
    assert near(right.x - left.x - left.width, 4)


def test_a_page_stays_as_it_is_when_a_picture_is_exchanged(tmp_path: Path) -> None:
    """Its places come from the formats: with gaps, and with pictures that are a little off."""
    book = BookOf([[PageOf(("3:4", "3:4", "16:9"))]], LAID_OUT).make(tmp_path)
    empty = [placement.box for placement in bound(book).leaves[0].placements]
    draw(book, {"ch01/p001/panel-1": (200, 300)})
    assert [placement.box for placement in bound(book).leaves[0].placements] == empty


def test_a_picture_in_quite_another_format_has_a_place_of_its_own(tmp_path: Path) -> None:
    """A square that was to be wide is not cut to a strip."""
    book = BookOf([[PageOf(("16:9", "16:9"))]], LAID_OUT).make(tmp_path)
    draw(book, {"ch01/p001/panel-1": (200, 200)})
    placement = bound(book).leaves[0].placements[0]
    assert isinstance(placement.art, Artwork)
    assert layout.cropped(placement.box.aspect, placement.art.aspect) <= leaves.GIVE


def test_nothing_is_cut_off_pictures_that_hold_words(tmp_path: Path) -> None:
    """A balloon at the edge stays whole."""
    pages = [PageOf(("3:4", "3:4"), words=((volumes.SAID,), (volumes.TOLD,)))]
    book = BookOf([pages], LAID_OUT, lettering=Draws.SITE).make(tmp_path)
    draw(book, {"ch01/p001/panel-1": (200, 300)})
    for placement in bound(book).leaves[0].placements:
        assert isinstance(placement.art, Artwork)
        shown = placement.picture_box(placement.art.aspect)
        assert shown.width * shown.height <= placement.box.width * placement.box.height * 1.03


def test_every_picture_is_a_page_of_one_shape(tmp_path: Path) -> None:
    """It is that of most of them."""
    book = BookOf(STORY).make(tmp_path)
    draw(book)
    found = bound(book)
    assert len([leaf for leaf in found.leaves if leaf.placements]) == len(book.panels)
    for leaf in found.leaves:
        assert near(leaf.height, found.shape.height)
        assert near(leaf.width, found.shape.width * (2 if leaf.double else 1))
    assert near(found.shape.width / found.shape.height, 320 / 180)


def test_a_translation_shares_pictures_that_hold_no_words(tmp_path: Path) -> None:
    """And has its own of those that do."""
    made = BookOf(STORY, LAID_OUT, lettering=Draws.SITE)
    book = made.make(tmp_path)
    draw(book)
    found = bound(replace(made, translation="es").make(tmp_path))
    lacking = [
        placement.panel.key
        for leaf in found.leaves
        for placement in leaf.placements
        if not isinstance(placement.art, Artwork)
    ]
    assert lacking == [panel.key for panel in book.panels if panel.lettering]
    assert found.language == "es"


@pytest.mark.parametrize(
    "content", [b"", b"no picture", encoded("GIF"), encoded("PNG")[:-40], encoded("JPEG")[:300]]
)
def test_a_picture_that_is_damaged_is_a_gap_that_is_told(tmp_path: Path, content: bytes) -> None:
    """With its file and the reason."""
    book = BookOf([[PageOf(("4:3", "4:3"))]], LAID_OUT).make(tmp_path)
    draw(book)
    file = tmp_path / "pictures/ch01/p001/panel-2.png"
    file.write_bytes(content)
    found = bound(book)
    ((key, unusable),) = completeness.unusable(found)
    assert (key, unusable.path) == ("ch01/p001/panel-2", file)
    assert isinstance(found.leaves[0].placements[1].art, Unusable)
    assert any(str(file) in each for each in completeness.remarks(found))


def test_a_folder_or_pipe_in_a_picture_s_place_is_a_gap(tmp_path: Path) -> None:
    """Nothing waits for it."""
    book = BookOf([[PageOf(("4:3",))]], LAID_OUT).make(tmp_path)
    (tmp_path / "pictures/ch01/p001/panel-1.png").mkdir(parents=True)
    assert isinstance(bound(book).leaves[0].placements[0].art, Unusable)


def test_chapters_are_named_by_number_or_key(tmp_path: Path) -> None:
    """An unknown one is refused with those that there are."""
    book = BookOf(STORY).make(tmp_path)
    assert chapter_of(book, "2") == chapter_of(book, "ch02") == book.chapters[1]
    with pytest.raises(BadInputError, match=r"no such chapter; it has 1 \(ch01\), 2 \(ch02\)"):
        chapter_of(book, "3")
    found = bound(book, book.chapters[1])
    assert {placement.panel.chapter for leaf in found.leaves for placement in leaf.placements} == {
        2
    }


def test_a_book_without_panels_is_refused(tmp_path: Path) -> None:
    """There is nothing to show."""
    with pytest.raises(BadInputError, match="no panels yet"):
        bound(BookOf([[]]).make(tmp_path))


def test_pages_that_are_too_large_are_refused(tmp_path: Path) -> None:
    """Before anything is painted that could take the machine's memory."""
    with pytest.raises(BadInputError, match="lower dpi"):
        bound(BookOf(STORY, replace(LAID_OUT, dpi=2400)).make(tmp_path))


def test_the_table_counts_what_is_there(tmp_path: Path) -> None:
    """Chapter by chapter: pages, panels, gaps, and pictures with too few pixels."""
    book = BookOf(STORY, LAID_OUT).make(tmp_path)
    draw(book, {"ch01/p001/panel-1": (4000, 3000)})
    (tmp_path / "pictures/ch02/p002/panel-1.png").unlink()
    first, second = completeness.tallies(bound(book))
    assert (first.pages, first.panels, first.missing) == (3, 11, ())
    assert (second.pages, second.panels, second.missing) == (6, 13, ("ch02/p002/panel-1",))
    assert len(first.coarse) == 10
    assert "ch01/p001/panel-1" not in first.coarse
