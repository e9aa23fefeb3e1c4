"""Whole nights on virtual time: whatever goes wrong, nothing is lost, sent twice or misfiled."""

import pytest

from pressrun.simulator.browser import Chrome, Tab
from pressrun.simulator.night import SUCCESS, book, play

IMAGES = 200
FAULTS = 0.10
UNPROVED = 2
"""Sends of two tabs that a throttle met as the last of their account: nothing newer will ever prove
that the site did not take them."""


def a_night(seed: int) -> None:
    """Have a night go by, and hold ledger, store and library against each other."""
    report = play(book(IMAGES), seed, FAULTS)
    found = report.audit
    assert report.wrong == {}
    assert found.images == IMAGES
    assert found.asking <= UNPROVED, found.reasons
    assert found.failed == 0, found.reasons
    assert len(report.faults) > 5


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_night_loses_nothing_and_sends_nothing_twice(seed: int) -> None:
    """With a fault at every tenth send, ledger, store and library agree in the morning."""
    a_night(seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(9, 201))
def test_many_nights_lose_nothing_and_send_nothing_twice(seed: int) -> None:
    """What holds for eight seeds holds for two hundred."""
    a_night(seed)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_long_night_keeps_its_promises() -> None:
    """Of 10,000 pictures with a fault at every tenth send, 99.9 % are there in the morning."""
    report = play(book(10_000), 1, FAULTS)
    assert report.wrong == {}
    assert report.audit.success_rate >= SUCCESS, report.audit.reasons


@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_a_night_without_faults_and_one_with_many_come_to_their_end(rate: float) -> None:
    """A quiet night leaves nothing undone, and a terrible one breaks no promise."""
    report = play(book(60), 2, rate)
    assert report.wrong == {}
    if not rate:
        assert report.audit.done == 60
        assert report.faults == {}


def test_a_seed_replays_a_night_exactly() -> None:
    """Two runs of one seed write the same journal and the same ledger, to the letter."""
    once, again = play(book(60), 7, 0.2), play(book(60), 7, 0.2)
    assert once.audit == again.audit
    assert once.audit.journal != play(book(60), 8, 0.2).audit.journal
    assert once.virtual_hours == again.virtual_hours


def test_fresh_chats_are_reached_as_on_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its own link: in a quiet night pages are loaded for tabs, and not for pictures."""
    loads = list[str]()
    load = Chrome.load

    def count(chrome: Chrome, tab: Tab, url: str) -> None:
        loads.append(url)
        load(chrome, tab, url)

    monkeypatch.setattr(Chrome, "load", count)
    assert play(book(60), 2, 0.0).audit.done == 60
    assert 0 < len(loads) < 60 // 4
