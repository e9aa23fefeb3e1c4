"""Chats that are gone on in, on the simulated site: what its pages show, and what it takes."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from pressrun.press.page import StepRefusedError
from pressrun.protocol.messages.page import Reading, SeenTurn
from pressrun.simulator.chat import HOME, Chat
from pressrun.simulator.faults import CHAT_FAULTS, Dealer, InjectedFault, faults_of
from pressrun.simulator.ledger import SiteLedger, SitePicture
from pressrun.simulator.site import AUTHORS, REMARKS, Site
from pressrun.simulator.tab import Document

ACCOUNT = "author-1"
FERRY = "A ferry in the fog."
TRAM = "A tram in the fog."
HOUR = 3600.0
"""After so long every answer is there."""
SOON = 300.0
"""By then the first answer is there, and the links to its pictures have not expired."""
REMARKED = {text for text, _, _ in REMARKS}


@pytest.fixture(autouse=True)
def _silent_author(monkeypatch: pytest.MonkeyPatch) -> None:
    """An author who writes in our chats when a test says so, and not otherwise."""
    monkeypatch.setattr(Site, "_go_on", lambda *_: None)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site that was sent nothing yet."""
    return Site(1, tmp_path / "ledger.jsonl")


def page(site: Site, at: float, url: str = HOME, name: str = "D1") -> Document:
    """A page that is loaded at a moment."""
    return Document(name, 1, site, ACCOUNT, url, at)


def send(
    document: Document,
    prompt: str,
    at: float,
    attempt: str,
    fault: InjectedFault | None = None,
) -> Chat:
    """Send a prompt from a page, in image mode; returns the chat that the page shows then."""
    document.click(attempt, "menu", "add_menu", at)
    document.click(attempt, "mode", "create_image", at)
    document.fill(attempt, prompt)
    document.ailment = fault
    document.click(attempt, "send", "send", at)
    assert document.conversation is not None
    return document.conversation


def hand_over(document: Document, at: float) -> None:
    """Have a page hand over the newest picture that it shows."""
    document.fetch("any", shown(document, at)[-1].pictures[0].src, at)
    document.release("any")


def shown(document: Document, at: float) -> list[SeenTurn]:
    """The turns that a page shows."""
    return document.read(at).turns


def said(reading: Reading) -> list[str]:
    """The words of the author's turns that a page shows."""
    return [turn.text for turn in reading.turns if turn.role == "user"]


def ledger(site: Site) -> SiteLedger:
    """What the site wrote down."""
    return SiteLedger(site.ledger)


def named(site: Site, test: Callable[[Document], bool], url: str, at: float) -> Document:
    """A page of which something holds that hangs on its id."""
    pages = (page(site, at, url, f"D{number}") for number in range(100))
    return next(each for each in pages if test(each))


def is_live(document: Document) -> bool:
    """Whether a page shows what is written elsewhere."""
    return document._live


def is_still(document: Document) -> bool:
    """Whether a page shows nothing of what is written elsewhere."""
    return not document._live


def test_a_prompt_that_is_sent_in_a_chat_stands_below_its_turns(site: Site) -> None:
    """In the page that sent it and in one that is loaded anew, each with its own answer."""
    document = page(site, 0)
    chat = send(document, FERRY, 1, "1.1")
    first = document.read(HOUR)
    assert send(document, TRAM, HOUR, "2.1") is chat
    assert said(document.read(HOUR)) == [FERRY, TRAM]
    for each in (document, page(site, 2 * HOUR, chat.url, "D2")):
        reading = each.read(3 * HOUR)
        assert said(reading) == [FERRY, TRAM]
        made = [turn for turn in reading.turns if turn.pictures]
        assert [turn.id.split("-a")[0].split("-p")[0] for turn in made] == [
            turn.id for turn in chat.turns
        ]
        assert reading.url == chat.url
    assert [each.conversation for each in ledger(site).submissions] == [chat.name] * 2
    assert [site.sent[name] for name in ("1.1", "2.1")] == [[turn.id] for turn in chat.turns]
    kept = [picture.src for turn in first.turns for picture in turn.pictures]
    again = [picture.src for turn in document.read(3 * HOUR).turns for picture in turn.pictures]
    assert again[: len(kept)] == kept


def test_image_mode_is_off_after_every_send(site: Site) -> None:
    """Whoever goes on in a chat switches it on again."""
    document = page(site, 0)
    send(document, FERRY, 1, "1.1")
    assert not document.read(HOUR).mode_on
    document.click("2.1", "menu", "add_menu", HOUR)
    document.click("2.1", "mode", "create_image", HOUR)
    assert document.read(HOUR).mode_on


def test_a_page_changes_with_its_newest_answer(site: Site) -> None:
    """Stop shows while that is made, and the next change is told."""
    document = page(site, 0)
    chat = send(document, FERRY, 1, "1.1")
    assert document.next_change(HOUR) > 2 * HOUR
    send(document, TRAM, HOUR, "2.1")
    course = chat.turns[-1].course
    assert document.read(HOUR + 1).stop
    assert document.next_change(HOUR) == min(course.changes)
    assert not document.read(2 * HOUR).stop


def test_the_same_words_twice_in_a_chat_are_two_turns_with_two_pictures(site: Site) -> None:
    """Nothing but their order tells them apart."""
    document = page(site, 0)
    chat = send(document, FERRY, 1, "1.1")
    send(document, FERRY, HOUR, "2.1")
    assert said(document.read(2 * HOUR)) == [FERRY, FERRY]
    made = ledger(site).pictures
    assert [each.turn for each in made] == [turn.id for turn in chat.turns]
    assert len({each.sha256 for each in made}) == 2


def test_the_history_lists_a_chat_anew_when_it_is_gone_on_in(site: Site) -> None:
    """It stands before chats that began later."""
    document = page(site, 0)
    first = send(document, FERRY, 1, "1.1")
    second = send(page(site, HOUR, name="D2"), TRAM, HOUR, "2.1")
    ours = {first.url, second.url}
    assert next(url for url in site.listed(ACCOUNT, 2 * HOUR) if url in ours) == second.url
    send(document, TRAM, 2 * HOUR, "3.1")
    assert next(url for url in site.listed(ACCOUNT, 3 * HOUR) if url in ours) == first.url


def written_in(site: Site, at: float) -> tuple[Chat, str]:
    """A chat of ours in which the author writes; returns it with what was written."""
    chat = send(page(site, 0), FERRY, 1, "1.1")
    site.write(chat, at, random.Random(1))  # noqa: S311 - it replays
    return chat, chat.remarks[0].text


def test_what_the_author_writes_stands_at_its_place_between_our_turns(site: Site) -> None:
    """With its answer, for whoever loads the chat after."""
    chat, remark = written_in(site, HOUR)
    document = page(site, 2 * HOUR, chat.url, "D2")
    send(document, TRAM, 2 * HOUR, "2.1")
    for each in (document, page(site, 3 * HOUR, chat.url, "D3")):
        assert said(each.read(3 * HOUR)) == [FERRY, remark, TRAM]


def test_the_author_waits_for_an_answer_before_writing_below_it(site: Site) -> None:
    """As the site has it: one answer at a time."""
    chat, _ = written_in(site, 2.0)
    assert chat.remarks[0].at == chat.turns[0].course.ends


def test_a_page_that_was_loaded_before_may_show_nothing_of_what_is_written(site: Site) -> None:
    """Some pages follow what is done in other tabs, and others do not."""
    chat = send(page(site, 0), FERRY, 1, "1.1")
    live = named(site, is_live, chat.url, HOUR)
    still = named(site, is_still, chat.url, HOUR)
    site.write(chat, 2 * HOUR, random.Random(1))  # noqa: S311
    assert len(said(live.read(3 * HOUR))) == 2
    assert said(still.read(3 * HOUR)) == [FERRY]
    assert len(said(page(site, 3 * HOUR, chat.url, "anew").read(3 * HOUR))) == 2


def test_a_prompt_follows_what_its_page_shows_or_stands_below_all(tmp_path: Path) -> None:
    """In the first case the author's words are in another branch, which no page shows."""
    came = set()
    for seed in range(8):
        site = Site(seed, tmp_path / f"{seed}.jsonl")
        chat = send(page(site, 0), FERRY, 1, "1.1")
        still = named(site, is_still, chat.url, HOUR)
        site.write(chat, 2 * HOUR, random.Random(1))  # noqa: S311
        send(still, TRAM, 3 * HOUR, "2.1")
        here = said(still.read(4 * HOUR))
        assert here == said(page(site, 4 * HOUR, chat.url, "anew").read(4 * HOUR))
        came.add(len(here))
        assert (here[0], here[-1]) == (FERRY, TRAM)
    assert came == {2, 3}


def test_pictures_that_the_author_is_given_in_our_chat_are_nobodys(tmp_path: Path) -> None:
    """The ledger knows nothing of them: whoever files one files what was not made for a panel."""
    site = Site(1, tmp_path / "ledger.jsonl")
    chat = send(page(site, 0), FERRY, 1, "1.1")
    for number in range(20):
        site.write(chat, HOUR, random.Random(number))  # noqa: S311
    reading = page(site, 2 * HOUR, chat.url, "D2").read(2 * HOUR)
    assert {text for text in said(reading) if text != FERRY} == REMARKED
    pictures = [picture.src for turn in reading.turns for picture in turn.pictures]
    assert len(pictures) > len(ledger(site).pictures) == 1


def test_the_address_of_a_chat_that_is_gone_leads_home_with_a_toast(site: Site) -> None:
    """The history lacks it, too."""
    document = page(site, 0)
    chat = send(document, FERRY, 1, "1.1")
    hand_over(document, SOON)
    assert site.remove(chat, HOUR)
    reading = page(site, 2 * HOUR, chat.url, "D2").read(2 * HOUR)
    assert (reading.url, reading.turns) == (HOME, [])
    assert [(each.blocks, chat.name in each.text) for each in reading.notices] == [(False, True)]
    assert chat.url not in site.listed(ACCOUNT, 2 * HOUR)


def test_a_page_that_still_shows_a_chat_that_is_gone_sends_nothing_there(site: Site) -> None:
    """The page says so, and the ledger has no more than before."""
    document = page(site, 0)
    chat = send(document, FERRY, 1, "1.1")
    hand_over(document, SOON)
    assert site.remove(chat, HOUR)
    send(document, TRAM, 2 * HOUR, "2.1")
    assert document.read(2 * HOUR).notices
    assert said(document.read(2 * HOUR)) == [FERRY]
    assert len(ledger(site).submissions) == 1
    assert site.sent["2.1"] == []


def test_a_chat_is_not_deleted_before_its_picture_was_handed_over(site: Site) -> None:
    """No press could do anything about that, and no audit could tell it from a loss."""
    document = page(site, 0)
    chat = send(document, FERRY, 1, "1.1")
    assert not site.remove(chat, 2)
    assert not site.remove(chat, HOUR)
    hand_over(document, SOON)
    assert site.remove(chat, HOUR)


def test_a_full_chat_takes_nothing_more(site: Site) -> None:
    """At the prompt that fills it and at every one after; other chats do not mind."""
    document = page(site, 0)
    chat = send(document, FERRY, 1, "1.1", InjectedFault.CHAT_FULL)
    send(document, TRAM, HOUR, "2.1", InjectedFault.CHAT_FULL)
    send(document, "A pier in the fog.", 2 * HOUR, "3.1")
    send(page(site, 3 * HOUR, name="D2"), TRAM, 3 * HOUR, "2.2")
    failed = [(each.turn, each.kind) for each in ledger(site).failures]
    assert failed == [(turn.id, "too_long") for turn in chat.turns[1:]]
    assert "maximum length" in shown(document, HOUR + 60)[-1].text


def test_an_answer_in_words_is_a_failure_on_record(site: Site) -> None:
    """What is sent once more after it is allowed to be."""
    document = page(site, 0)
    chat = send(document, FERRY, 1, "1.1", InjectedFault.WORDS_ONLY)
    assert [each.kind for each in ledger(site).failures] == ["text_only"]
    assert not any(turn.pictures for turn in shown(document, HOUR))
    send(document, "Please draw it now, as one picture.", HOUR, "1.2")
    assert [each.turn for each in ledger(site).pictures] == [chat.turns[1].id]


def test_a_draft_stands_in_the_composer_of_whoever_opens_the_chat(site: Site) -> None:
    """For a while, and not in a page that was open before."""
    document = page(site, 0)
    chat = send(document, FERRY, 1, "1.1")
    site.leave_draft(chat, until=2 * HOUR)
    held = page(site, HOUR, chat.url, "D2")
    assert held.read(HOUR).composer_text == AUTHORS
    with pytest.raises(StepRefusedError):
        held.fill("2.1", TRAM)
    assert document.read(HOUR).composer_text == ""
    assert page(site, 2 * HOUR, chat.url, "D3").read(2 * HOUR).composer_text == ""


def test_a_turn_that_the_site_never_got_stands_below_the_others(site: Site) -> None:
    """Until the page is loaded anew."""
    document = page(site, 0)
    chat = send(document, FERRY, 1, "1.1")
    send(document, TRAM, HOUR, "2.1", InjectedFault.POST_LOST_SHOWN)
    assert said(document.read(2 * HOUR)) == [FERRY, TRAM]
    assert said(page(site, 2 * HOUR, chat.url, "D2").read(2 * HOUR)) == [FERRY]


def test_a_turn_that_is_not_shown_leaves_the_others_where_they_are(site: Site) -> None:
    """The site got it, as a page shows that is loaded anew."""
    document = page(site, 0)
    chat = send(document, FERRY, 1, "1.1")
    send(document, TRAM, HOUR, "2.1", InjectedFault.TURN_UNSHOWN)
    assert said(document.read(2 * HOUR)) == [FERRY]
    assert said(page(site, 2 * HOUR, chat.url, "D2").read(2 * HOUR)) == [FERRY, TRAM]


def test_a_connection_that_breaks_says_so_of_its_own_turn(site: Site) -> None:
    """The answer before it stays, and the next one is shown."""
    document = page(site, 0)
    send(document, FERRY, 1, "1.1")
    send(document, TRAM, HOUR, "2.1", InjectedFault.STREAM_BROKEN)
    broken = shown(document, 2 * HOUR)
    assert "went wrong" in broken[-1].text
    assert any(turn.pictures for turn in broken)
    send(document, "A pier in the fog.", 2 * HOUR, "3.1")
    assert shown(document, 3 * HOUR)[-1].pictures


def test_some_pages_unmount_the_newest_of_the_authors_turns_while_it_is_answered(
    site: Site,
) -> None:
    """As one shell of the site does; when the answer is there, the turn is shown again."""
    chat = send(page(site, 0), FERRY, 1, "1.1")
    document = named(site, lambda each: each._unmounts, chat.url, HOUR)
    send(document, TRAM, HOUR, "2.1")
    assert said(document.read(HOUR + 1)) == [FERRY]
    assert said(document.read(2 * HOUR)) == [FERRY, TRAM]


def test_faults_of_chats_are_dealt_where_chats_are_gone_on_in() -> None:
    """Nights in fresh chats replay as they always did."""

    def dealt(kinds: tuple[InjectedFault, ...]) -> set[InjectedFault]:
        dealer = Dealer(1, 1.0, kinds)
        for number in range(2_000):
            dealer.deal(f"prompt {number}")
        return set(dealer.dealt)

    assert dealt(faults_of(chats=1, corrections=0.0)).isdisjoint(CHAT_FAULTS)
    assert dealt(faults_of(chats=6, corrections=0.0)) == set(InjectedFault)
    assert dealt(faults_of(chats=1, corrections=0.1)) == set(InjectedFault)


def test_another_account_cannot_go_on_in_a_chat(site: Site) -> None:
    """Its address shows nobody else what is in it."""
    chat = send(page(site, 0), FERRY, 1, "1.1")
    strange = Document("D2", 2, site, "author-2", chat.url, HOUR)
    assert strange.read(HOUR).turns == []


def test_every_picture_of_a_chat_is_in_the_ledger_under_its_own_turn(site: Site) -> None:
    """However many there are."""
    document = page(site, 0)
    chat = send(document, FERRY, 1, "1.1")
    for number in range(1, 6):
        send(document, TRAM, number * HOUR, f"{number + 1}.1")
    made = [each for each in site.ledger if isinstance(each, SitePicture)]
    assert [each.turn for each in made] == [turn.id for turn in chat.turns]
    assert {each.conversation for each in made} == {chat.name}
