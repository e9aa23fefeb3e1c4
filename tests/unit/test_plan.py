"""What a run would do: the difference between what is wanted and what there is."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pressrun.picture.panel import Panel
from pressrun.picture.recipe import Recipe, Reference, words_sha256
from pressrun.press.plan import Aim, Fate, Plan, plan
from pressrun.states import JobState
from pressrun.store.opening import Difference, NewJob
from pressrun.store.rearrange import KeyChange
from pressrun.store.standing import OpenJob, Standing

PANEL = Panel("a", "A fox")
SAME, OTHER = PANEL.prompt_sha256, words_sha256("A bear")
NEW = [NewJob(0, "a", Recipe("A fox"), 0)]
MADE = Standing("a", made_from=SAME, image_path="a.png")
STALE = Standing("a", made_from=OTHER, image_path="a.png")


def opened(sha256: str, state: JobState, key: str = "a", after: str | None = None) -> OpenJob:
    """Return an open job of the list."""
    return OpenJob("", 1, key, sha256, state, after)


def waits(sha256: str, key: str = "a") -> Standing:
    """Return the standing of a panel whose job waits."""
    return Standing(key, open=opened(sha256, JobState.WAITING, key))


def works(sha256: str, key: str = "a") -> Standing:
    """Return the standing of a panel whose job is under way."""
    return Standing(key, open=opened(sha256, JobState.WORKING, key))


def pictures(**words: str) -> dict[str, Standing]:
    """Return the standing of a library that has a picture of these words for each key."""
    return {
        key: Standing(key, made_from=words_sha256(each), image_path=f"{key}.png")
        for key, each in words.items()
    }


def listed(**words: str) -> list[Panel]:
    """Return a list that wants these words for each key."""
    return [Panel(key, each) for key, each in words.items()]


def fates(found: Plan) -> str:
    """Return what becomes of each panel, in words."""
    return ", ".join(f"{each.panel.key} {each.fate}" for each in found.changes)


@pytest.mark.parametrize(
    ("known", "present", "fate"),
    [
        (None, False, Fate.NEW),
        (Standing(), False, Fate.NEW),
        (MADE, True, Fate.MADE),
        (MADE, False, Fate.MISSING),
        (STALE, True, Fate.AGAIN),
        (STALE, False, Fate.MISSING),
        (replace(STALE, kept_for=SAME), True, Fate.KEPT),
        (replace(STALE, kept_for=SAME), False, Fate.MISSING),
        (replace(MADE, locked=True), True, Fate.MADE),
        (replace(STALE, approved=True), True, Fate.AGAIN),
        (replace(STALE, locked=True), True, Fate.LOCKED),
        (replace(STALE, locked=True), False, Fate.MISSING),
        (replace(STALE, offered=frozenset({SAME})), True, Fate.OFFERED),
        (replace(STALE, offered=frozenset({SAME})), False, Fate.OFFERED),
        (replace(STALE, offered=frozenset({OTHER})), True, Fate.AGAIN),
        (replace(STALE, kept_for=words_sha256("A cat")), True, Fate.AGAIN),
        (waits(SAME), False, Fate.UNDER_WAY),
        (waits(OTHER), False, Fate.NEW),
        (works(SAME), False, Fate.UNDER_WAY),
        (Standing(refused_from=SAME), False, Fate.REFUSED),
        (Standing(refused_from=OTHER), False, Fate.NEW),
    ],
)
def test_one_panel_is_compared_with_what_is_known(
    known: Standing | None,
    present: bool,  # noqa: FBT001 - a column of the table
    fate: Fate,
) -> None:
    """What is missing, failed or made from other words is made; nothing else is."""
    standing = {"a": known} if known else {}
    found = plan([PANEL], standing, {"a"} if present else set())
    assert [change.fate for change in found.changes] == [fate]
    assert list(found.difference.new) == (NEW if fate.costs else [])
    assert found.difference.made == (fate in (Fate.MADE, Fate.KEPT))
    assert found.difference.refused == (fate == Fate.REFUSED)
    assert found.difference.left == (fate in (Fate.LOCKED, Fate.OFFERED))


@pytest.mark.parametrize("state", [JobState.WORKING, JobState.DOUBT])
def test_what_was_begun_is_never_begun_again(state: JobState) -> None:
    """A job under way or in doubt keeps its panel: nothing is sent twice."""
    found = plan([PANEL], {"a": Standing("a", open=opened(SAME, state))}, set())
    assert found.difference == Difference(new=[], current=["a"], outdated=[], dropped=[])


@pytest.mark.parametrize("state", [JobState.WORKING, JobState.DOUBT])
def test_new_words_follow_the_attempt_that_is_under_way(state: JobState) -> None:
    """Words that are edited meanwhile are made too, and the old ones are not called made."""
    found = plan([PANEL], {"a": Standing("a", open=opened(OTHER, state))}, set())
    assert found.difference == Difference(new=NEW, outdated=["a"], current=[], dropped=[])


def test_words_that_are_taken_back_are_not_made_twice() -> None:
    """The attempt under way is wanted again, and what waited behind it is not."""
    queued = opened(OTHER, JobState.QUEUED)
    known = Standing("a", open=opened(SAME, JobState.WORKING), queued=queued)
    found = plan([PANEL], {"a": known}, set())
    assert found.difference == Difference(new=[], current=["a"], outdated=[], dropped=["a"])


def test_words_that_wait_behind_an_attempt_are_not_ordered_again() -> None:
    """A second run with the same list changes nothing."""
    queued = opened(SAME, JobState.QUEUED)
    known = Standing("a", open=opened(OTHER, JobState.WORKING), queued=queued)
    found = plan([PANEL], {"a": known}, set())
    assert found.difference == Difference(new=[], current=[], outdated=["a"], dropped=[])
    assert fates(found) == "a under way"


def test_a_panel_that_is_no_longer_wanted_is_dropped_while_it_waits() -> None:
    """Only what waits is dropped: pictures stay, and what was begun is finished."""
    standing = {"b": waits(OTHER, "b"), "c": works(OTHER, "c"), "d": replace(STALE, key="d")}
    found = plan([PANEL], standing, {"d"})
    assert found.difference == Difference(new=NEW, dropped=["b"], outdated=["c"], current=[])
    assert found.unlisted == ["d"]


def test_jobs_of_another_list_are_left_alone() -> None:
    """Several lists may fill one library."""
    known = Standing("b", open=OpenJob("/other.txt", 2, "b", OTHER, JobState.WAITING))
    assert plan([PANEL], {"b": known}, set()).difference.dropped == []


def test_jobs_keep_the_books_order() -> None:
    """A job's ordinal is its panel's place in the book, whatever is made already."""
    found = plan(listed(a="A", b="B", c="C"), pictures(b="B"), {"b"})
    assert [(job.ordinal, job.key) for job in found.difference.new] == [(0, "a"), (2, "c")]


def test_an_empty_difference_is_empty() -> None:
    """Nothing wanted and nothing there is nothing to do."""
    found = plan([], {}, set())
    assert (found.changes, found.renames, found.unlisted) == ([], [], [])


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.HELD])
def test_a_job_that_comes_after_another_panel_now_is_ordered_anew(state: JobState) -> None:
    """What it waits for is part of what is wanted; what is begun is finished as it is."""
    known = {"a": Standing("a", open=opened(SAME, state, after="c"))}
    found = plan([Panel("a", "A fox", "b")], known, set()).difference
    assert [(job.key, job.after) for job in found.new] == [("a", "b")]
    assert found.dropped == ["a"]
    same = plan([Panel("a", "A fox", "c")], known, set())
    assert fates(same) == "a under way"
    assert (same.difference.new, same.difference.dropped) == ([], [])


def test_other_references_make_another_picture() -> None:
    """A panel whose reference picture was changed is stale; one whose file was renamed is not."""
    file = Path("mara.png")
    panel = Panel("a", "A fox", references=(file,))
    mara, other = (Reference("mara.png", "image/png", digit * 64) for digit in "12")
    made = {"a": Standing("a", made_from=f"{SAME} {mara.sha256}", image_path="a.png")}
    renamed = replace(mara, name="heroine.png")
    assert fates(plan([panel], made, {"a"}, {file: renamed})) == "a made"
    changed = plan([panel], made, {"a"}, {file: other})
    assert changed.changes[0].why == "a reference picture was changed"
    assert changed.difference.new == [replace(NEW[0], recipe=Recipe("A fox", (other,)))]
    without = plan([PANEL], made, {"a"})
    assert without.changes[0].why == "it was made with reference pictures, and the list names none"


def test_another_format_makes_another_picture() -> None:
    """It is told as what was changed, and a picture of that format is not made again."""
    panel = replace(PANEL, format="3:4")
    made = {"a": Standing("a", made_from=f"{SAME} 3:4", image_path="a.png")}
    assert fates(plan([panel], made, {"a"})) == "a made"
    told = plan([PANEL], made, {"a"}).changes[0]
    assert (told.fate, told.why) == (Fate.AGAIN, "the format was changed: 3:4 before, none now")
    changed = plan([panel], {"a": MADE}, {"a"})
    assert changed.changes[0].why == "the format was changed: none before, 3:4 now"
    assert changed.difference.new == [replace(NEW[0], recipe=Recipe("A fox", (), "3:4"))]
    renamed = plan([replace(panel, key="b"), Panel("c", "A fox")], made, {"a"})
    assert fates(renamed) == "b renamed, c new"


def test_one_inserted_page_with_renumbered_keys_costs_one_picture() -> None:
    """The same words under another key are a rename, also along a chain of keys."""
    there = pictures(p1="A", p2="B", p3="C")
    found = plan(listed(p1="A", p2="new", p3="B", p4="C"), there, set(there))
    assert fates(found) == "p1 made, p2 new, p3 renamed, p4 renamed"
    assert found.renames == [KeyChange("p2", "p3"), KeyChange("p3", "p4")]
    assert [job.key for job in found.difference.new] == ["p2"]


def test_panels_that_change_places_cost_nothing() -> None:
    """Two keys that swap their words swap their pictures."""
    there = pictures(p1="A", p2="B")
    found = plan(listed(p1="B", p2="A"), there, set(there))
    assert found.renames == [KeyChange("p2", "p1"), KeyChange("p1", "p2")]
    assert found.difference.new == []


def test_a_picture_that_its_own_panel_wants_is_not_taken_from_it() -> None:
    """The same words twice are two pictures."""
    there = pictures(p1="A")
    assert fates(plan(listed(p1="A", p2="A"), there, set(there))) == "p1 made, p2 new"


def test_one_picture_serves_one_panel() -> None:
    """A picture cannot stand under two names."""
    there = pictures(old="A")
    assert fates(plan(listed(p1="A", p2="A"), there, set(there))) == "p1 renamed, p2 new"


@pytest.mark.parametrize("known", [works(OTHER, "a"), works(OTHER, "b")])
def test_nothing_is_renamed_where_an_attempt_is_at_work(known: Standing) -> None:
    """Its picture is about to come under that name."""
    there = {**pictures(b="A fox"), known.key: known}
    if known.key == "b":
        there["b"] = replace(there["b"], made_from=SAME, image_path="b.png")
    assert plan([PANEL], there, {"b"}).renames == []


@pytest.mark.parametrize(("key", "wanted"), [("Ch01/P1", "ch01/p1"), ("é", "é".upper())])
def test_another_case_of_a_key_is_the_same_panel(key: str, wanted: str) -> None:
    """On some disks both are one file; on all of them they are one panel."""
    known = {key.casefold(): Standing(key, made_from=SAME, image_path=f"{key}.png")}
    found = plan([Panel(wanted, "A fox")], known, {key.casefold()})
    assert found.renames == [KeyChange(key, wanted)]
    assert (found.difference.new, found.difference.made) == ([], 1)


def test_what_would_be_made_again_can_be_left_as_it_is() -> None:
    """The author may want the new panels alone."""
    there = pictures(a="A bear")
    found = plan([PANEL, Panel("b", "B")], there, {"a"}, again=False)
    assert fates(found) == "a left, b new"
    assert [job.key for job in found.difference.new] == ["b"]
    assert (found.difference.made, found.difference.left) == (0, 1)


def test_every_panel_of_a_list_counts_once() -> None:
    """Done, left, refused, under way and new add up to the list."""
    there = {
        **pictures(a="A", b="other"),
        "c": Standing("c", refused_from=words_sha256("C")),
        "d": works(words_sha256("D"), "d"),
        "e": works(words_sha256("other"), "e"),
    }
    found = plan(listed(a="A", b="B", c="C", d="D", e="E", f="F"), there, {"a", "b"})
    assert fates(found) == "a made, b again, c refused, d under way, e new, f new"
    told = found.difference
    assert len(told.new) + told.made + told.refused + found.count(Fate.UNDER_WAY) == 6


def test_a_picture_that_was_accepted_moves_with_the_words_it_was_accepted_for() -> None:
    """The author's word on a picture outlives a new number of its page."""
    old = Standing("p1", made_from=OTHER, kept_for=SAME, image_path="p1.png")
    found = plan([Panel("p2", "A fox")], {"p1": old}, {"p1"})
    assert found.renames == [KeyChange("p1", "p2")]
    assert (found.difference.new, found.difference.made) == ([], 1)


def test_a_picture_that_was_made_from_the_words_comes_before_one_that_was_accepted() -> None:
    """Of two that could serve a panel, the truer one does, and each serves once."""
    there = {
        "p1": Standing("p1", made_from=OTHER, kept_for=SAME, image_path="p1.png"),
        "p2": Standing("p2", made_from=SAME, image_path="p2.png"),
    }
    found = plan(listed(p3="A fox", p4="A bear"), there, {"p1", "p2"})
    assert found.renames == [KeyChange("p2", "p3"), KeyChange("p1", "p4")]


def test_pictures_that_nothing_tells_apart_keep_their_order() -> None:
    """The second of two panels with the same words keeps the second picture, and both are told."""
    there = pictures(p10="A", p9="A")
    found = plan(listed(p11="A", p12="A", p13="B"), there, set(there))
    assert found.renames == [KeyChange("p9", "p11"), KeyChange("p10", "p12")]
    assert found.twins == [("p11", "p12")]


def test_a_panel_that_follows_another_one_is_another_picture() -> None:
    """With the picture before it or without, the same words make two things."""
    panel = replace(PANEL, before="b")
    assert fates(plan([panel], {"a": MADE}, {"a"})) == "a again"
    known = {"a": replace(MADE, made_from=f"{SAME} before")}
    assert fates(plan([panel], known, {"a"})) == "a made"
    (job,) = plan([panel], {}, set()).difference.new
    assert (job.before, job.recipe.follows) == ("b", True)


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.HELD])
def test_a_job_that_follows_another_panel_now_is_ordered_anew(state: JobState) -> None:
    """An inserted panel comes between; what is begun is finished as it is."""
    job = replace(opened(f"{SAME} before", state), before="b")
    known = {"a": Standing("a", open=job)}
    found = plan([replace(PANEL, before="c")], known, set()).difference
    assert ([each.before for each in found.new], found.dropped) == (["c"], ["a"])
    assert fates(plan([replace(PANEL, before="b")], known, set())) == "a under way"


def test_a_run_keeps_to_what_the_author_names() -> None:
    """The rest is not ordered now; pictures move all the same, as that costs nothing."""
    there = pictures(a="A", c="C")
    wanted = listed(a="other", b="B", d="C", e="E")
    found = plan(wanted, there, set(there), aim=Aim(only={"b"}))
    assert fates(found) == "a not now, b new, d renamed, e not now"
    assert [job.key for job in found.difference.new] == ["b"]
    assert found.renames == [KeyChange("c", "d")]


def test_a_run_keeps_to_nothing_without_what_it_needs() -> None:
    """A panel that comes after a sheet, or after the one before it, brings those with it."""
    sheet = Panel("cast/mara", "A sheet")
    first = Panel("a", "A", after="cast/mara")
    second = Panel("b", "B", before="a")
    wanted = [sheet, first, second, Panel("c", "C")]
    found = plan(wanted, {}, set(), aim=Aim(only={"b"}))
    assert fates(found) == "cast/mara new, a new, b new, c not now"
    there = pictures(a="old")
    found = plan(wanted, there, set(there), aim=Aim(only={"b"}))
    assert fates(found) == "cast/mara not now, a not now, b new, c not now"


def test_what_waits_outside_of_a_run_stays_only_as_far_as_it_is_still_wanted() -> None:
    """Old words are never sent because a run keeps to something else."""
    known = {"a": waits(words_sha256("A")), "b": waits(OTHER, "b")}
    found = plan(listed(a="A", b="B", c="C"), known, set(), aim=Aim(only={"c"}))
    assert fates(found) == "a under way, b not now, c new"
    assert found.difference.dropped == ["b"]


def test_sheets_are_made_before_all_samples() -> None:
    """Other panels wait for them."""
    keys = ["cast/mara", "cast/jon"]
    keys += [f"ch{chapter}/p{page}" for chapter in "12" for page in range(20)]
    found = plan([Panel(key, key) for key in keys], {}, set(), aim=Aim(first=2))
    assert [job.place for job in found.difference.new][:3] == [0, 1, 2]
    assert sorted(job.place for job in found.difference.new) == list(range(42))


def test_a_spared_picture_is_not_unlisted() -> None:
    """The sheet of a figure stays where it is once it is pinned."""
    there = pictures(old="A", sheet="S")
    found = plan([PANEL], there, set(there), aim=Aim(spared={"sheet"}))
    assert found.unlisted == ["old"]


def test_a_book_tells_what_of_it_made_a_picture_stale() -> None:
    """By its name for people, which groups all panels that changed for the same reason."""
    panel = replace(PANEL, ingredients={"the action": "1", "Mara's sheet": "3"})
    made = replace(STALE, ingredients='{"the action": "1", "Mara\'s sheet": "2"}')
    assert plan([panel], {"a": made}, {"a"}).changes[0].why == "Mara's sheet changed"
    unknown = plan([panel], {"a": STALE}, {"a"}).changes[0]
    assert unknown.why == "the words were changed"


def test_what_is_under_way_learns_which_panel_it_follows_now() -> None:
    """Another page before it changes what it is tried with once more, and sends nothing again."""
    job = replace(opened(f"{SAME} before", JobState.WORKING), before="b")
    found = plan([replace(PANEL, before="c")], {"a": Standing("a", open=job)}, set()).difference
    assert (found.current, found.follows) == (["a"], {"a": "c"})


def scene(action: str, coat: str) -> dict[str, str]:
    """Return what a panel of a book is composed from."""
    return {"the action": action, "Mara's coat": coat}


def shown(key: str, action: str, coat: str) -> Standing:
    """Return the standing of a panel of a book that has a picture."""
    told = json.dumps(scene(action, coat))
    words = words_sha256(f"{action} {coat}")
    return Standing(key, made_from=words, image_path=f"{key}.png", ingredients=told)


def drawn(key: str, action: str, coat: str) -> Panel:
    """Return a panel of a book."""
    return Panel(key, f"{action} {coat}", ingredients=scene(action, coat))


def test_a_panel_that_was_moved_and_changed_takes_its_own_picture_along() -> None:
    """What stands at its new key shows another scene: left as it is, it would be read as this."""
    there = {key: shown(key, action, "red") for key, action in (("p1", "A"), ("p2", "B"))}
    wanted = [drawn("p1", "new", "red"), drawn("p2", "A", "blue"), drawn("p3", "B", "blue")]
    found = plan(wanted, there, set(there))
    assert fates(found) == "p1 new, p2 again, p3 again"
    assert found.renames == [KeyChange("p1", "p2"), KeyChange("p2", "p3")]
    assert {each.why for each in found.changes[1:]} == {"Mara's coat changed"}
    assert found.unlisted == []
    swapped = [drawn("p1", "B", "red"), drawn("p2", "A", "blue")]
    found = plan(swapped, there, set(there), again=False)
    assert fates(found) == "p1 renamed, p2 left"
    assert found.renames == [KeyChange("p2", "p1"), KeyChange("p1", "p2")]


def test_a_stale_picture_that_shows_its_own_action_stays() -> None:
    """Of two panels with one action, none takes the other one's picture."""
    there = {key: shown(key, "A", "red") for key in ("p1", "p2")}
    found = plan([drawn("p1", "A", "blue"), drawn("p2", "A", "green")], there, set(there))
    assert (fates(found), found.renames) == ("p1 again, p2 again", [])


def test_a_panel_with_other_words_for_everything_was_rewritten() -> None:
    """A list of all that differs would say less."""
    there = {"p1": shown("p1", "A", "red")}
    panel = replace(drawn("p1", "B", "red"), ingredients={"the action": "B", "Jon's words": "1"})
    assert plan([panel], there, {"p1"}).changes[0].why == "it was rewritten"


def locked(standing: dict[str, Standing], *keys: str) -> dict[str, Standing]:
    """Return what is known of a library of which some pictures are locked."""
    return {
        key: replace(each, locked=True, approved=True) if key in keys else each
        for key, each in standing.items()
    }


def test_locked_pictures_move_with_their_panels() -> None:
    """A lock is on the picture: an inserted panel costs one picture, as ever."""
    known = locked(pictures(a="one", b="two", c="three"), "a", "b", "c")
    found = plan(listed(a="one", b="new", c="two", d="three"), known, set(known))
    assert fates(found) == "a made, b new, c renamed, d renamed"
    assert set(found.renames) == {KeyChange("b", "c"), KeyChange("c", "d")}


def test_no_picture_moves_to_the_place_of_a_locked_one() -> None:
    """Nor to the place of one that stays because of that; nothing of it is made again."""
    known = locked(pictures(a="one", b="two", c="three", d="four"), "b")
    found = plan(listed(a="one", b="three", c="four", d="five"), known, set(known))
    assert found.renames == []
    assert fates(found) == "a made, b in the way, c in the way, d in the way"
    assert found.difference.new == []
    whys = [each.why for each in found.changes[1:]]
    assert whys[0] == (
        "its picture is there as c; the locked picture of b has its place, until you unlock it: "
        "pressrun unlock b"
    )
    assert all("pressrun unlock b" in why for why in whys)


def test_an_approved_picture_whose_panel_is_gone_is_told() -> None:
    """Another picture moves to its place: the author hears of it before it happens."""
    known = pictures(a="one", b="two", c="three")
    known["b"] = replace(known["b"], approved=True)
    found = plan(listed(a="one", b="three"), known, set(known))
    assert found.renames == [KeyChange("c", "b")]
    assert found.displaced == ["b"]


def test_a_stale_picture_that_is_locked_is_told_with_the_reason() -> None:
    """Also where all that is stale is to be made again."""
    found = plan([PANEL], {"a": replace(STALE, locked=True)}, {"a"}, again=True)
    assert [each.why for each in found.changes] == ["the words were changed; it is locked"]
    assert found.difference.new == []
