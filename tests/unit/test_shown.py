"""The pictures of an answer: what counts as made, and what nobody can tell."""

from typing import Any

import pytest

from helpers.pages import SRC, answered, picture, reading, user
from pressrun.protocol.messages.page import SeenPicture, SeenTurn
from pressrun.sites.binding import Tie, exchange
from pressrun.sites.profile import shipped
from pressrun.sites.shown import AnswerPictures, shown

SITE = shipped("chatgpt")
PROMPT = "A fox in the snow"
BLOB = "blob:https://chatgpt.com/0c1d2e3f"


def pictures_of(*turns: SeenTurn, before: tuple[str, ...] = (), **more: Any) -> AnswerPictures:  # noqa: ANN401 - any field of a reading
    """Return what a chat of ours with these answers shows."""
    page = reading(turns=[user(PROMPT), *turns], **more)
    chat = exchange(page, PROMPT, Tie.SENT)
    assert chat is not None
    return shown(SITE, page, chat, before)


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ([picture("file_1")], ["file_1"]),
        ([picture("file-1a")], ["file-1a"]),
        ([picture("file_1"), picture("file_1")], ["file_1"]),
        ([picture("file_1"), picture("file_2")], ["file_1", "file_2"]),
        ([picture("file_1", hidden=True)], []),
        ([picture("file_1", hidden=True), picture("file_1")], ["file_1"]),
        ([picture("file_1", loaded=False)], []),
        ([picture("file_1", width=127)], []),
        ([picture("file_1", height=64)], []),
        ([picture("file_1", width=128, height=128)], ["file_1"]),
        ([picture("file_1", src="https://chatgpt.com/icons/done.png")], []),
        ([picture("file_1", src="data:image/png;base64,")], []),
    ],
)
def test_a_result_is_large_loaded_seen_and_named(
    shown: list[SeenPicture], found: list[str]
) -> None:
    """Icons, copies that nobody sees, and pictures from elsewhere are no results."""
    ready = pictures_of(answered(pictures=shown)).ready
    assert [each.identity for each in ready] == found
    assert all(each.picture.src == SRC.format(each.identity) for each in ready)


def strange(**fields: Any) -> SeenPicture:  # noqa: ANN401 - any field of a picture
    """Return a large picture that no rule of the profile finds."""
    return picture(**{"rule": "", **fields})


def test_a_picture_that_no_rule_finds_counts_by_its_address_and_size() -> None:
    """The site serves it, and it is as large as what the site makes."""
    for src in (BLOB, SRC.format("file_1")):
        assert len(pictures_of(answered(pictures=[strange(src=src)])).ready) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"src": "https://ads.example/poster.png"},
        {"src": "https://chatgpt.com/ads/poster.png"},
        {"src": "data:image/png;base64,AAAA"},
        {"src": "blob:https://elsewhere.example/0c1d"},
        {"src": ""},
        {"src": BLOB, "width": 300, "height": 300},
        {"src": BLOB, "loaded": False},
        {"src": BLOB, "width": 2_400, "height": 512},
    ],
)
def test_what_may_be_a_picture_and_is_not_certain_is_strange(fields: dict[str, Any]) -> None:
    """An answer that shows it is neither made nor one of words."""
    found = pictures_of(answered(pictures=[strange(**fields)]))
    assert (found.ready, found.strange, found.doubtful) == ((), 1, True)


def test_several_that_no_rule_finds_are_not_to_be_told_apart() -> None:
    """One of them may be an advertisement."""
    two = [strange(src=BLOB), strange(src=f"{BLOB}-2")]
    found = pictures_of(answered(pictures=two))
    assert found.doubtful
    assert found.ready == ()


def test_an_advertisement_beside_the_picture_is_not_taken() -> None:
    """Neither one that a rule finds, nor one that leads elsewhere."""
    ad = picture(src="https://chatgpt.com/ads/poster.png", rule='[id^="image-"] img')
    link = picture(src=SRC.format("file_ad"), linked=True)
    found = pictures_of(answered(pictures=[ad, link, picture("file_1")]))
    assert [each.identity for each in found.ready] == ["file_1"]
    assert pictures_of(answered("Words", pictures=[link])).strange == 0


def test_thumbnails_that_are_not_loaded_count_as_the_pictures_they_show() -> None:
    """The redesign shows one of several large, and the others beside it, however small."""
    large = picture(src=BLOB, width=1024, height=1024)
    small = [
        picture(src=f"{BLOB}-{name}", width=64, height=48, loaded=False) for name in ("2", "3")
    ]
    found = pictures_of(answered(pictures=[large, *small]))
    assert (len(found.made), len(found.ready), found.loaded) == (3, 1, False)


def test_pictures_are_in_the_order_of_their_gallery() -> None:
    """Whichever of them is shown large, and so comes first on the page."""
    shown_so = [picture(src=f"{BLOB}-{unit}", unit=unit) for unit in ("2", "1", "3")]
    found = pictures_of(answered(pictures=shown_so))
    assert [each.picture.unit for each in found.ready] == ["1", "2", "3"]


def test_a_gallery_beside_the_turns_counts_where_nobody_else_can_have_asked() -> None:
    """And was not there before Send; what no rule finds there is strange."""
    loose = [picture(src=BLOB)]
    assert len(pictures_of(loose=loose).ready) == 1
    assert pictures_of(loose=loose, before=(BLOB,)).made == ()
    assert pictures_of(loose=[strange(src=BLOB)]).strange == 1
    others = pictures_of(answered(), user("and another", "u2"), loose=loose)
    assert (others.ready, others.strange) == ((), 1)


def test_a_picture_without_a_name_is_named_by_its_chat_and_its_place() -> None:
    """Turns change their names; two chats never share one."""
    pair = [picture(src=BLOB), picture(src=f"{BLOB}-2"), picture(src=BLOB, width=256, height=384)]
    chat = "68a1b2c3-0001-4000-8000-000000000001"
    named = pictures_of(answered(pictures=pair), url=f"https://chatgpt.com/c/{chat}")
    assert [each.identity for each in named.ready] == [f"{chat}/1", f"{chat}/2"]
    assert pictures_of(answered(pictures=pair[:1])).ready[0].identity == "D1/1"
