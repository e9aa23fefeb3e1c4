"""What a run would make: the difference between what is wanted and what there is."""

from dataclasses import replace
from pathlib import Path

import pytest

from pressrun.book.panel import Panel
from pressrun.picture.recipe import Recipe, Reference, words_sha256
from pressrun.press.plan import Plan, plan
from pressrun.states import JobState
from pressrun.store.batches import NewJob, Standing

PANEL = Panel("a", "A fox")
SAME, OTHER = PANEL.prompt_sha256, words_sha256("A bear")
NEW = [NewJob(0, "a", Recipe("A fox"), 0)]
MADE = Standing(made_from=SAME, image_path="a.png")


def waits(sha256: str) -> Standing:
    """Return the standing of a panel whose job waits."""
    return Standing(open_from=sha256, open_state=JobState.WAITING)


NOTHING = Plan([], [], made=0, under_way=0, refused=0)


@pytest.mark.parametrize(
    ("known", "present", "expected"),
    [
        (None, False, Plan(NEW, [], made=0, under_way=0, refused=0)),
        (Standing(), False, Plan(NEW, [], made=0, under_way=0, refused=0)),
        (MADE, True, Plan([], [], made=1, under_way=0, refused=0)),
        (MADE, False, Plan(NEW, [], made=0, under_way=0, refused=0)),
        (Standing(made_from=OTHER), True, Plan(NEW, [], made=0, under_way=0, refused=0)),
        (waits(SAME), False, Plan([], [], made=0, under_way=1, refused=0)),
        (waits(OTHER), False, Plan(NEW, ["a"], made=0, under_way=0, refused=0)),
        (Standing(refused_from=SAME), False, Plan([], [], made=0, under_way=0, refused=1)),
        (Standing(refused_from=OTHER), False, Plan(NEW, [], made=0, under_way=0, refused=0)),
    ],
    ids=[
        "unknown",
        "failed before",
        "made",
        "made, its file gone",
        "made from other words",
        "waits",
        "waits with other words",
        "refused",
        "refused with other words",
    ],
)
def test_one_panel_is_compared_with_what_is_known(
    known: Standing | None,
    present: bool,  # noqa: FBT001 - a column of the table
    expected: Plan,
) -> None:
    """What is missing, failed or made from other words is made; nothing else is."""
    standing = {"a": known} if known else {}
    assert plan([PANEL], standing, {"a"} if present else set()) == expected


@pytest.mark.parametrize("state", [JobState.WORKING, JobState.DOUBT])
@pytest.mark.parametrize("sha256", [SAME, OTHER])
def test_what_was_begun_is_never_begun_again(state: JobState, sha256: str) -> None:
    """A job under way or in doubt keeps its panel, even with other words: nothing is sent twice."""
    found = plan([PANEL], {"a": Standing(open_from=sha256, open_state=state)}, set())
    assert (found.new, found.dropped, found.under_way) == ([], [], 1)


def test_a_panel_that_is_no_longer_wanted_is_dropped_while_it_waits() -> None:
    """Only what waits is dropped: pictures stay, and what was begun is finished."""
    standing = {
        "waits": waits(OTHER),
        "works": Standing(open_from=OTHER, open_state=JobState.WORKING),
        "made": MADE,
    }
    assert plan([PANEL], standing, set()) == Plan(NEW, ["waits"], made=0, under_way=0, refused=0)


def test_jobs_keep_the_books_order() -> None:
    """A job's ordinal is its panel's place in the book, whatever is made already."""
    panels = [Panel(key, f"A {key}") for key in "abc"]
    standing = {"b": Standing(made_from=panels[1].prompt_sha256)}
    found = plan(panels, standing, {"b"})
    assert [(job.ordinal, job.key) for job in found.new] == [(0, "a"), (2, "c")]


def test_an_empty_difference_is_empty() -> None:
    """Nothing wanted and nothing there is nothing to do."""
    assert plan([], {}, set()) == NOTHING


@pytest.mark.parametrize("state", [JobState.WAITING, JobState.HELD])
def test_a_job_that_comes_after_another_panel_now_is_ordered_anew(state: JobState) -> None:
    """What it waits for is part of what is wanted; what is begun is finished as it is."""
    known = Standing(open_from=SAME, open_state=state, open_after="c")
    found = plan([Panel("a", "A fox", "b")], {"a": known}, set())
    assert [(job.key, job.after) for job in found.new] == [("a", "b")]
    assert found.dropped == ["a"]
    same = plan([Panel("a", "A fox", "c")], {"a": known}, set())
    assert (same.new, same.under_way) == ([], 1)


def test_other_references_make_another_picture() -> None:
    """A panel whose reference picture was changed is stale; one whose file was renamed is not."""
    file = Path("mara.png")
    panel = Panel("a", "A fox", references=(file,))
    mara, other = (Reference("mara.png", "image/png", digit * 64) for digit in "12")
    made = {"a": Standing(made_from=f"{SAME} {mara.sha256}", image_path="a.png")}
    renamed = replace(mara, name="heroine.png")
    assert plan([panel], made, {"a"}, {file: renamed}).made == 1
    changed = replace(NEW[0], recipe=Recipe("A fox", (other,)))
    assert plan([panel], made, {"a"}, {file: other}).new == [changed]
    assert plan([PANEL], made, {"a"}).new == NEW
