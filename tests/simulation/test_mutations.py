"""Small batches on pages that turn into something else: whatever it is, no promise is broken."""

import json
from dataclasses import replace

import pytest

from pressrun.simulator.faults import Dealer, InjectedFault
from trials.nights import __main__ as simulate
from trials.nights import trial
from trials.nights.mutation import MutationPlan, Onset, PageChange, drawn, only
from trials.nights.trial import TrialVerdict, play

IN_THE_MIDDLE = 2
"""A change by itself begins at once, or after so many submissions."""

CUT_OFF = (
    InjectedFault.POST_LOST,
    InjectedFault.TURN_UNSHOWN,
    InjectedFault.TAB_CLOSED,
    InjectedFault.TAB_LEFT,
    InjectedFault.ADDRESS_UNNAMED,
    InjectedFault.PAGE_STUCK,
)
"""What leaves a send in doubt, so that addresses and histories have to tell."""

ELSEWHERE = [change for change in PageChange if change.startswith(("address", "history", "turns"))]
"""Changes of what tells where a prompt went."""

EVENING_SECONDS = 2 * 3600.0
"""Time for a stop, a rest, and a probe or two."""


@pytest.mark.parametrize("seed", range(1, 5))
def test_a_changed_page_costs_three_sends_at_most_and_no_picture(seed: int) -> None:
    """Nothing is lost, sent twice or misfiled; the account stops in time; every panel says why."""
    assert play(seed).wrong == {}


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_three_hundred_changed_pages_cost_three_sends_each_at_most() -> None:
    """What holds for four seeds holds for three hundred."""
    wrong = {seed: found for seed in range(1, 301) if (found := play(seed).wrong)}
    assert wrong == {}


@pytest.mark.parametrize("change", PageChange)
def test_each_change_by_itself_breaks_no_promise(change: PageChange) -> None:
    """Every second one is there from the beginning, the others come in the middle of a batch."""
    seed = list(PageChange).index(change)
    mutation = only(change, seed, after=seed % 2 * IN_THE_MIDDLE)
    assert play(seed, mutation=mutation, seconds=EVENING_SECONDS).wrong == {}


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("change", PageChange)
def test_each_change_in_many_looks_breaks_no_promise(change: PageChange) -> None:
    """However a change looks, and whenever it comes."""
    for seed in range(12):
        for after in (0, 1, IN_THE_MIDDLE, 4):
            assert play(seed, mutation=only(change, seed, after=after)).wrong == {}, (seed, after)


@pytest.mark.parametrize("change", ELSEWHERE)
def test_changed_addresses_histories_and_threads_prove_nothing_that_is_not_so(
    change: PageChange,
) -> None:
    """Where sends are cut off, and what was made of them is looked for elsewhere."""
    proves_nothing(change, range(2))


@pytest.mark.long
@pytest.mark.parametrize("change", ELSEWHERE)
def test_changed_addresses_histories_and_threads_never_prove_what_is_not_so(
    change: PageChange,
) -> None:
    """What holds for two seeds holds for twelve."""
    proves_nothing(change, range(2, 12))


def proves_nothing(change: PageChange, seeds: range) -> None:
    """Have most sends cut off on pages with a change."""
    for seed in seeds:
        dealer = Dealer(seed, 0.6, CUT_OFF)
        assert play(seed, mutation=only(change, seed), dealer=dealer).wrong == {}


def test_pages_that_do_not_change_are_worked_through_unharmed() -> None:
    """The books of trials are hard by their prompts alone; all of their pictures are made."""
    verdicts = [play(seed, mutation=MutationPlan()) for seed in range(3)]
    assert all(verdict.unharmed for verdict in verdicts)
    assert all(not verdict.first_stops for verdict in verdicts)


def test_a_seed_replays_a_trial_exactly() -> None:
    """Two trials of one seed write the same journal and the same ledger, to the letter."""
    once, again = play(7), play(7)
    assert once.audit == again.audit
    assert once == again
    assert once.audit.journal != play(8).audit.journal


def test_seeds_draw_every_change_at_once_and_later() -> None:
    """Three hundred seeds have every change; half of them begin in the middle of a batch."""
    onsets = [onset for seed in range(1, 301) for onset in drawn(seed, 6).onsets]
    assert {onset.change for onset in onsets} == set(PageChange)
    at_once = sum(not onset.after for onset in onsets)
    assert len(onsets) / 3 < at_once < len(onsets) * 2 / 3
    assert {onset.everywhere for onset in onsets} == {True, False}
    assert {len(drawn(seed, 6).onsets) for seed in range(1, 301)} == {1, 2, 3, 4}


def test_a_change_begins_after_its_submission_and_not_before() -> None:
    """And one that is here and there is in some documents, and always in the same."""
    mutation = MutationPlan(
        1, (Onset(PageChange.TURN_CUT, after=3), Onset(PageChange.STOP_STUCK, everywhere=False))
    )
    assert PageChange.TURN_CUT not in mutation.at("a", 2)
    assert PageChange.TURN_CUT in mutation.at("a", 3)
    stuck = [PageChange.STOP_STUCK in mutation.at(f"d{number}", 0) for number in range(40)]
    assert {True, False} == set(stuck)
    assert stuck == [PageChange.STOP_STUCK in mutation.at(f"d{number}", 9) for number in range(40)]


def test_the_summary_tells_what_became_of_the_seeds(capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON line, and the exit code of a run in which nothing was broken."""
    assert simulate.main(["--mutate", "11-12", "--images", "3"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["seeds"], told["unharmed"], told["wrong"]) == (2, 2, 0)
    assert told["stopped"] == {"seeds": 0, "after_fruitless": {}, "why": {}}


def test_a_broken_promise_is_told_with_its_changes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code is not 0, and stderr names what was lost, and under which changes."""

    def spoiled(seed: int, **wish: object) -> TrialVerdict:
        assert wish["tabs"] == 3
        verdict = play(seed, mutation=MutationPlan(seed, (Onset(PageChange.TURN_EMOJI),)), images=1)
        return replace(verdict, audit=replace(verdict.audit, lost=["file_1 of 7"]))

    monkeypatch.setattr(trial, "play", spoiled)
    assert simulate.main(["--mutate", "2", "--tabs", "3"]) != 0
    told = capsys.readouterr()
    assert json.loads(told.out)["lost"] == 1
    assert "lost: file_1 of 7" in told.err
    assert PageChange.TURN_EMOJI in told.err
