"""Whole nights on virtual time: whatever goes wrong, nothing is lost, sent twice or misfiled."""

import hashlib
from collections import Counter
from collections.abc import Sequence

import pytest

from pressrun.picture.recipe import Reference
from pressrun.press import prepare
from pressrun.press.desk import Desk
from pressrun.simulator import pictures
from pressrun.simulator.browser import Chrome, Tab
from pressrun.simulator.chat import Chat, Turn
from pressrun.simulator.night import SUCCESS, Report, book, groups, play, scenes
from pressrun.simulator.site import Site
from pressrun.store import holds
from pressrun.store.attempts import Attempt

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


def in_chats(seed: int, faults: float = FAULTS) -> Report:
    """Have a night go by in which chats are kept for six panels, and every fifth is corrected."""
    return play(scenes(60), seed, faults, chats=6, corrections=0.2)


def a_night_in_chats(seed: int) -> None:
    """Hold such a night against what was promised."""
    report = in_chats(seed)
    found = report.audit
    assert report.wrong == {}
    assert report.corrected > 0
    assert found.images == 60 + report.corrected
    assert found.asking <= UNPROVED, found.reasons
    assert found.failed == 0, found.reasons


@pytest.mark.parametrize("seed", range(1, 5))
def test_a_night_in_kept_chats_with_corrections_keeps_its_promises(seed: int) -> None:
    """Though its author writes in these chats, leaves drafts there, and deletes some."""
    a_night_in_chats(seed)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(5, 301))
def test_many_nights_in_kept_chats_keep_their_promises(seed: int) -> None:
    """What holds for four seeds holds for three hundred."""
    a_night_in_chats(seed)


@pytest.mark.parametrize("seed", [1, 2, pytest.param(3, marks=pytest.mark.long)])
def test_a_night_of_an_author_who_approves_replaces_nothing_unasked(seed: int) -> None:
    """Half of what is approved is made once more, and hosts die while takes are filed."""
    report = play(book(60), seed, FAULTS, approvals=0.9, remakes=0.1)
    assert report.wrong == {}
    assert report.approved > 20
    assert report.accepted > 3
    assert report.audit.failed == 0, report.audit.reasons


def in_groups(seed: int, faults: float = FAULTS, chats: int = 6) -> Report:
    """Have a night go by with groups and sheets, of which some are corrected or made anew."""
    return play(groups(60), seed, faults, chats=chats, corrections=0.1, remakes=0.15)


def a_night_in_groups(seed: int, chats: int) -> None:
    """Hold such a night against what was promised: nothing is sent before what it needs."""
    report = in_groups(seed, chats=chats)
    found = report.audit
    assert report.wrong == {}
    assert report.corrected > 0
    assert report.remade > 0
    assert found.images == 62 + report.corrected + report.remade
    assert found.asking <= UNPROVED, found.reasons
    assert found.failed == 0, found.reasons


@pytest.mark.parametrize(("seed", "chats"), [(1, 6), (2, 1), (3, 6), (4, 1)])
def test_a_night_with_groups_and_sheets_keeps_its_promises(seed: int, chats: int) -> None:
    """Though panels that others follow are made anew, and hosts die over it."""
    a_night_in_groups(seed, chats)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(5, 205))
def test_many_nights_with_groups_and_sheets_keep_their_promises(seed: int) -> None:
    """What holds for four seeds holds for two hundred, in kept chats and in fresh ones."""
    a_night_in_groups(seed, (1, 6)[seed % 2])


def test_groups_are_sent_one_after_the_other_with_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quiet night makes all of it, and every follower went out with one picture more."""
    attached = Counter[int]()
    write = Site._write

    def count(
        site: Site, chat: Chat, turn: Turn, sha256: str, take: int, references: Sequence[str]
    ) -> None:
        attached[len(references)] += 1
        write(site, chat, turn, sha256, take, references)

    monkeypatch.setattr(Site, "_write", count)
    found = play(groups(24), 2, 0.0).audit
    assert found.done == found.images == 26
    # on every second page: a sheet, and a reference; on every page: three that follow
    assert attached == {0: 2 + 6, 1: 2 * 3, 2: 2 * 3, 3: 2 * 3}


@pytest.mark.parametrize("careless", ["of pictures", "of the order", "of sheets"])
def test_the_audit_finds_what_is_sent_too_early(
    monkeypatch: pytest.MonkeyPatch, careless: str
) -> None:
    """A press that forgot a part of it would not pass."""
    match careless:
        case "of pictures":
            monkeypatch.setattr(Attempt, "follows", False)
        case "of the order":
            monkeypatch.setattr(prepare, "_picture_before", _another_picture)
        case _:
            monkeypatch.setattr(holds, "hold", lambda *_: None)
    # sheets last: what they are needed for would be sent first
    assert play(groups(24)[::-1], 2, 0.0).audit.early


async def _another_picture(desk: Desk) -> tuple[Reference, bytes]:
    data = pictures.draw(desk.attempt.key, 1)
    return Reference("x.png", "image/png", hashlib.sha256(data).hexdigest()), data


def test_a_seed_replays_a_night_in_groups_exactly() -> None:
    """To the letter, as any other."""
    assert in_groups(7).audit == in_groups(7).audit


def test_chats_are_kept_and_gone_on_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quiet night begins far fewer chats than it makes pictures, and corrects in those it has."""
    sent_in = list[str]()
    write = Site._write

    def count(
        site: Site, chat: Chat, turn: Turn, sha256: str, take: int, references: Sequence[str]
    ) -> None:
        sent_in.append(chat.name)
        write(site, chat, turn, sha256, take, references)

    monkeypatch.setattr(Site, "_write", count)
    found = in_chats(2, 0.0).audit
    assert found.done + found.uncorrected == found.images
    assert 60 // 6 <= len(set(sent_in)) < 60 // 2


def test_a_seed_replays_a_night_in_chats_exactly() -> None:
    """To the letter, as any other."""
    assert in_chats(7).audit == in_chats(7).audit


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
