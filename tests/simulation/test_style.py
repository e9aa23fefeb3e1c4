"""Nights on a site that drifts: what is noticed, what is made again, and what is in style then.

The site's record says what was in style. Pressrun measures the pictures themselves.
"""

from typing import Any

import pytest

from pressrun.states import Outliers
from trials.nights.drifting import CAUSES, IN_STYLE, LOOKS, NEEDLESS, DriftVerdict, play
from trials.replica.drift import Cause, Look

SHORT = 60
LONG = 300
SIDE = 256
SOON: dict[str, object] = {"drift_after": 24}
"""In a short night an account drifts after so many pictures."""


def unharmed(verdict: DriftVerdict) -> None:
    """Nothing was lost, sent twice or misfiled, everything was made, and the budget was kept."""
    assert verdict.audit.clean, verdict.audit.broken
    assert verdict.audit.left == 0
    assert verdict.repairs <= verdict.budget


def test_a_chat_that_drifts_is_left_and_its_outliers_are_made_again() -> None:
    """Grain that grows in every chat spoils a third of the book, and nearly nothing once measured.

    The first outliers are made again in fresh chats; that helps, so what follows is sent so. So few
    panels have a budget of three, which a long night is not bound by.
    """
    without = play(1, "rougher", "chat", images=SHORT, side=SIDE, measured=False)
    verdict = play(1, "rougher", "chat", images=SHORT, side=SIDE)
    unharmed(verdict)
    assert without.share < 0.75
    assert verdict.share >= 0.9
    assert verdict.repairs >= 1


def test_a_drift_that_no_single_picture_shows_is_found_and_mended() -> None:
    """Contrast that grows in every chat: many chats show it together, and a test take proves it."""
    verdict = play(1, "harder", "chat", images=SHORT, side=SIDE, share=0.2)
    unharmed(verdict)
    assert verdict.share >= IN_STYLE
    assert any("later pictures of chats" in each for each in verdict.drifts)


def test_an_account_that_drifts_is_steered_by_what_a_repair_showed() -> None:
    """Of an account whose setting changed, hardly a picture after the first few is out of style."""
    ways: dict[str, Any] = {"images": SHORT, "side": SIDE, "behaviour": SOON}
    without = play(1, "softer", "setting", **ways, measured=False)
    verdict = play(1, "softer", "setting", **ways)
    unharmed(verdict)
    assert without.share < 0.5
    assert verdict.share >= 0.9
    assert verdict.steering != "none"


def test_where_nothing_drifts_hardly_anything_is_made_again() -> None:
    """Pictures of one hand that differ in place, hour and figures cost no quota."""
    verdict = play(1, None, images=SHORT, side=SIDE)
    unharmed(verdict)
    assert verdict.repairs <= max(1, NEEDLESS * SHORT)
    assert (verdict.share, verdict.held) == (1.0, 0)


def test_an_author_who_only_wants_marks_gets_no_repair() -> None:
    """Outliers are told, nothing waits, and no quota is spent."""
    ways: dict[str, Any] = {"images": SHORT, "side": SIDE, "behaviour": SOON}
    verdict = play(1, "softer", "setting", **ways, outliers=Outliers.MARK)
    unharmed(verdict)
    assert verdict.repairs == 0
    assert verdict.states.get("marked", 0) >= 1


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_repairs_survive_all_that_goes_wrong(seed: int) -> None:
    """With a fault at every tenth send, hosts killed among them, none is lost or doubled."""
    verdict = play(seed, "rougher", "setting", images=SHORT, side=SIDE, behaviour=SOON, faults=0.1)
    assert verdict.audit.clean, verdict.audit.broken
    assert verdict.repairs <= verdict.budget


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("look", LOOKS)
def test_a_book_stays_in_style_whatever_drifts(look: Look, cause: Cause) -> None:
    """Of 300 panels at least 98 % are in style in the end, for repairs within the budget."""
    assert play(1, look, cause, images=LONG).wrong == {}


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(1, 5))
def test_long_nights_without_drift_cost_next_to_nothing(seed: int) -> None:
    """Fewer than 3 % of 300 panels are made again where nothing drifts."""
    assert play(seed, None, images=LONG).wrong == {}
