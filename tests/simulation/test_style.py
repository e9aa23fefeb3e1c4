"""Nights on a site that drifts: what is noticed, what is made again, and what is in style then.

The site's record says what was in style. Pressrun measures the pictures themselves.
"""

from typing import Any

import pytest

from pressrun.states import Outliers
from trials.nights.drifting import CAUSES, LOOKS, DriftVerdict, play
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


def test_where_chats_drift_what_follows_is_sent_in_fresh_ones() -> None:
    """Grain that grows in every chat spoils a third of the book, and little of it once measured."""
    without = play(1, "rougher", "chat", images=SHORT, side=SIDE, measured=False)
    verdict = play(1, "rougher", "chat", images=SHORT, side=SIDE)
    unharmed(verdict)
    assert without.share < 0.75
    assert verdict.share >= 0.8
    assert verdict.steering != "none"


def test_an_account_that_drifts_is_steered_by_what_a_repair_showed() -> None:
    """Of an account whose setting changed, hardly a picture after the first few is out of style."""
    ways: dict[str, Any] = {"images": SHORT, "side": SIDE, "behaviour": SOON}
    without = play(1, "softer", "setting", **ways, measured=False)
    verdict = play(1, "softer", "setting", **ways)
    unharmed(verdict)
    assert without.share < 0.5
    assert verdict.share >= 0.9
    assert verdict.steering != "none"


def test_where_nothing_drifts_nothing_is_held_or_spoiled() -> None:
    """Pictures of one hand that differ in place, hour and figures: nothing waits or gets worse."""
    verdict = play(1, None, images=SHORT, side=SIDE)
    unharmed(verdict)
    assert (verdict.share, verdict.held) == (1.0, 0)


def test_an_author_who_only_wants_marks_gets_no_repair() -> None:
    """Outliers are told, nothing waits, and no quota is spent."""
    ways: dict[str, Any] = {"images": SHORT, "side": SIDE, "behaviour": SOON}
    verdict = play(1, "softer", "setting", **ways, outliers=Outliers.MARK)
    unharmed(verdict)
    assert verdict.repairs == 0
    assert verdict.states.get("marked", 0) >= 1


@pytest.mark.parametrize("seed", [1, 2])
def test_repairs_survive_all_that_goes_wrong(seed: int) -> None:
    """With a fault at every tenth send, hosts killed among them, none is lost or doubled."""
    verdict = play(seed, "rougher", "setting", images=SHORT, side=SIDE, behaviour=SOON, faults=0.1)
    assert verdict.audit.clean, verdict.audit.broken
    assert verdict.repairs <= verdict.budget


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("look", LOOKS)
def test_a_book_of_300_panels_is_never_worse_for_being_measured(look: Look, cause: Cause) -> None:
    """Whatever drifts, and whyever: repairs stay within the budget, and all panels are made.

    How much is in style in the end, `scripts/simulate --style` holds against its goals.
    """
    verdict = play(1, look, cause, images=LONG)
    unharmed(verdict)
    assert verdict.in_style >= play(1, look, cause, images=LONG, measured=False).in_style
