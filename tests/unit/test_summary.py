"""A plan in groups: why pictures are stale, what moves as a whole, and what waits for what."""

import json
from dataclasses import replace

from pressrun.picture.key import fold
from pressrun.picture.panel import Panel
from pressrun.press.plan import Plan, plan
from pressrun.server import summary
from pressrun.server.wanted import Section
from pressrun.store.rearrange import KeyChange
from pressrun.store.standing import Standing


def made(panel: Panel, *, approved: bool = False, **ingredients: str) -> Standing:
    """Return the standing of a panel with a picture, perhaps of other ingredients."""
    told = {**panel.ingredients, **ingredients}
    origin = panel.prompt_sha256 + (" before" if panel.before else "")
    return Standing(
        panel.key,
        made_from=f"{origin}{'0' * len(ingredients)}",
        image_path=f"{panel.key}.png",
        ingredients=json.dumps(told),
        approved=approved,
    )


def compared(wanted: list[Panel], *known: Standing) -> tuple[Plan, dict[str, Standing]]:
    """Return what a run would do, and what was known."""
    standing = {fold(each.key): each for each in known}
    return plan(wanted, standing, set(standing)), standing


def drawn(key: str, **ingredients: str) -> Panel:
    """Return a panel of a book."""
    return Panel(key, f"words of {key}", ingredients={"the action": key, **ingredients})


def test_reasons_are_counted_the_most_of_them_first() -> None:
    """One line says what a change of the book means."""
    panels = [drawn(f"p{n}", coat="new", hat="new") for n in range(4)]
    known = [made(panels[0], hat="old"), *(made(each, coat="old") for each in panels[1:])]
    found, _ = compared(panels, *known)
    assert [(each.why, each.panels, each.keys) for each in summary.stale(found)] == [
        ("coat changed", 3, ["p1", "p2", "p3"]),
        ("hat changed", 1, ["p0"]),
    ]


def test_a_page_that_moves_as_a_whole_is_one_move() -> None:
    """What two keys have in common at their ends did not change."""
    changes = [
        KeyChange("ch01/p003/panel-1", "ch01/p004/panel-1"),
        KeyChange("ch01/p003/panel-2", "ch01/p004/panel-2"),
        KeyChange("ch02/p001/panel-1", "ch03/p001/panel-1"),
        KeyChange("ch02/p009/panel-7", "ch03/p009/panel-7"),
        KeyChange("arrival", "ch03/p010/panel-1"),
    ]
    assert [(each.before, each.after, each.pictures) for each in summary.moves(changes)] == [
        ("ch01/p003", "ch01/p004", 2),
        ("ch02", "ch03", 2),
        ("arrival", "ch03/p010/panel-1", 1),
    ]


def test_more_groups_than_a_plan_holds_are_added_up() -> None:
    """No book is too long to be planned."""
    changes = [KeyChange(f"a{n}", f"b{n}") for n in range(300)]
    told = summary.moves(changes)
    assert (len(told), sum(each.pictures for each in told)) == (summary.MOVES, 300)
    panels = [drawn(f"ch{n}/p1", coat=f"{n}") for n in range(700)]
    found, _ = compared(panels)
    sections = [Section(f"ch{n}", f"Chapter {n}", (f"ch{n}/p1",)) for n in range(700)]
    chapters = summary.chapters(found, sections)
    assert (len(chapters), sum(each.new for each in chapters)) == (summary.CHAPTERS, 700)
    assert chapters[-1].title == "201 more chapters"


def test_what_waits_for_an_approval_is_counted_by_what_it_waits_for() -> None:
    """Approved pictures hold nobody up; one that is made anew needs another approval."""
    sheet = drawn("cast/mara")
    panels = [Panel(f"p{n}", f"words {n}", after="cast/mara") for n in range(3)]
    found, known = compared([sheet, *panels])
    (wait,) = summary.waits(found, known)
    assert (wait.key, wait.approval, wait.panels, wait.why) == ("cast/mara", True, 3, "new")
    found, known = compared([sheet, *panels], made(sheet))
    assert [each.why for each in summary.waits(found, known)] == ["made"]
    found, known = compared([sheet, *panels], made(sheet, approved=True))
    assert summary.waits(found, known) == []
    missing = plan([sheet, *panels], known, set())
    assert [each.why for each in summary.waits(missing, known)] == ["missing"]


def test_a_series_is_told_by_its_first_panel() -> None:
    """It is what all of them wait for; who has the one before waits for nothing."""
    panels = [Panel("p0", "words 0")]
    panels += [Panel(f"p{n}", f"words {n}", before=f"p{n - 1}") for n in range(1, 5)]
    found, known = compared(panels)
    (wait,) = summary.waits(found, known)
    assert (wait.key, wait.approval, wait.panels) == ("p0", False, 4)
    found, known = compared(panels, made(panels[0]), made(panels[1]))
    (wait,) = summary.waits(found, known)
    assert (wait.key, wait.panels) == ("p2", 2)


def test_names_of_any_length_fit_into_a_plan() -> None:
    """A message has bounds, and the names of a book need not."""
    name = "x" * 5_000
    panel = Panel("p1", "words", ingredients={"the action": "p1", name: "new"})
    before = replace(panel, ingredients={"the action": "p1", name: "old"})
    found, _ = compared([panel], replace(made(before), made_from="other"))
    (told,) = summary.stale(found)
    assert len(told.why) == summary.WHY_CHARS
    (chapter,) = summary.chapters(found, [Section("ch01", name, ("p1",))])
    assert (len(chapter.title), chapter.stale) == (summary.TITLE_CHARS, 1)
