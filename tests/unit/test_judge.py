"""What a page's reading means, function by function, and when an answer is final."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.pages import SRC, answered, notice, picture, reading, seen, user
from pressrun.protocol.messages.page import Reading, SeenPicture, SeenSign, SeenTurn
from pressrun.sites import judge
from pressrun.sites.judge import Made, Settling, Trouble
from pressrun.sites.profile import Outcome, shipped

SITE = shipped("chatgpt")
PROMPT = "A fox in the snow"
LIMIT = "You've hit the limit for image generation. Try again in 5 minutes."


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (reading(), None),
        (reading(composer_text="left over"), "not empty"),
        (reading(shell=""), "none that the site profile knows"),
        (reading(composers=0), "no composer"),
        (reading(composers=2), "2 composers"),
        (reading(turns=[user(PROMPT)]), "not fresh"),
        (reading(stop=True), "still answering"),
        (reading(chips=1), "files that we did not attach"),
        (reading(signs=[SeenSign(name="work_mode", rule="", where="", text="")]), "no pictures"),
        (reading(notices=[notice("Choose a \n plan")]), "a dialog is open: Choose a plan"),
    ],
)
def test_only_a_fresh_and_workable_page_has_no_obstacle(page: Reading, words: str | None) -> None:
    """Anything that could put a prompt in the wrong place is an obstacle, told in words."""
    found = judge.obstacle(page)
    assert (found is None) == (words is None)
    assert words is None or (found is not None and words in found)


FILLED = {"composer_text": PROMPT, "mode_on": True, "send": True}


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ({}, None),
        ({"composer_text": f" {PROMPT}\n"}, None),
        ({"composer_text": ""}, "did not take"),
        ({"composer_text": PROMPT[:-1]}, "has '' where the prompt has 'w', at character 17"),
        ({"composer_text": PROMPT + "!"}, "at character 18"),
        ({"composer_text": PROMPT.replace("f", "F")}, "'Fox in the s' where"),
        ({"composer_text": PROMPT.replace(" ", "  ", 1)}, "at character 3"),
        ({"composer_text": PROMPT.replace(" in", "\nin")}, "at character 6"),
        ({"paste_chips": 1}, "an attachment of the prompt"),
        ({"chips_pending": 1}, "not uploaded"),
        ({"mode_on": False}, "image mode went off"),
        ({"send": False}, "no Send"),
    ],
)
def test_only_the_very_prompt_is_sent(shown: dict[str, Any], words: str | None) -> None:
    """One character, a space or a line end that is another one is told, and where it stands."""
    fault = judge.unready(SITE, reading(**{**FILLED, **shown}), PROMPT)
    assert (fault is None) == (words is None)
    assert words is None or (fault is not None and words in fault)


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ({"chips": 3}, "3 files, and 2 of them are ours"),
        ({"chips": 2}, None),
        ({"chips": 1}, "1 of 2 attachments"),
        ({"chips": 2, "chips_pending": 1}, "not uploaded"),
    ],
)
def test_no_prompt_is_sent_without_its_references(shown: dict[str, Any], words: str | None) -> None:
    """Each has its chip, and none is under way, when the prompt is in the composer."""
    fault = judge.unready(SITE, reading(**FILLED, **shown), PROMPT, chips=2)
    assert (fault is None) == (words is None)
    assert words is None or (fault is not None and words in fault)


def test_a_place_for_files_is_needed_by_references_alone() -> None:
    """A page that can take none holds up what needs one, and says what is missing."""
    page = reading()
    assert judge.standstill(SITE, page) is None
    able = reading(seen=[*page.seen, seen("file_input")])
    assert judge.standstill(SITE, able, references=True) is None
    found = judge.standstill(SITE, page, references=True)
    assert found is not None
    assert "file_input" in found.text


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("This request may violate our content policies.", Outcome.REFUSED),
        ("Too many requests. You're making requests too quickly.", Outcome.THROTTLED),
        (LIMIT, Outcome.CAPPED),
        ("Your session has expired. Please log in again.", None),
        ("There was an error when generating images.", Outcome.TOOL_ERROR),
        ("Something went wrong.", Outcome.THREAD_ERROR),
        ("Here is your fox in the snow.", None),
        ("", None),
    ],
)
def test_the_sites_own_words_tell_the_outcome(text: str, outcome: Outcome | None) -> None:
    """Each known failure is told from its text; what is not known is no failure."""
    found = judge.trouble(SITE, [text])
    assert (found.outcome if found else None) == outcome


def test_the_first_failure_of_the_profile_counts() -> None:
    """A text that fits two failures is the one that the profile names first."""
    found = judge.trouble(SITE, ["Something went wrong", "It may violate our rules"])
    assert found is not None
    assert found.outcome == Outcome.REFUSED


def test_notices_tell_trouble() -> None:
    """Dialogs, alerts and toasts are the site's own words."""
    found = judge.trouble_in_notices(SITE, reading(notices=[notice("Hello"), notice(LIMIT)]))
    assert found == Trouble(Outcome.CAPPED, LIMIT, 300 + judge.MARGIN_SECONDS)
    assert judge.trouble_in_notices(SITE, reading(notices=[notice("Hello")])) is None


def test_a_trouble_keeps_one_short_line() -> None:
    """What is shown to people is bounded, whatever a page says."""
    found = judge.trouble(SITE, ["too many requests\n" + "x" * 60_000])
    assert found is not None
    assert len(found.text) == 240
    assert "\n" not in found.text


@given(st.integers(1, 99), st.integers(1, 59))
def test_a_told_wait_is_never_cut_short(hours: int, minutes: int) -> None:
    """An account rests at least as long as the site told."""
    text = f"too many requests, try again in {hours} hours and {minutes} minutes"
    found = judge.trouble(SITE, [text])
    assert found is not None
    assert found.rest >= hours * 3_600 + minutes * 60


def test_without_a_told_wait_the_profiles_rest_counts() -> None:
    """A limit without a time rests the account as long as the profile says."""
    found = judge.trouble(SITE, ["You hit your rate limit"])
    assert found is not None
    assert found.rest == 1_800


def looks(*pages: tuple[float, Reading], prompt: str = PROMPT) -> Made | Trouble | None:
    """Return what a watch over these readings, each at its time, comes to."""
    settling = Settling(SITE, prompt)
    for now, page in pages:
        if (verdict := settling.look(page, now)) is not None:
            return verdict
    return None


def page(*turns: SeenTurn, **shown: object) -> Reading:
    """Return a page with our turn and what follows it."""
    return reading(turns=[user(PROMPT), *turns], **shown)


FINAL = answered("", finished=True, pictures=[picture()])
PARTIAL = answered("", busy=True, pictures=[picture("file_0")])
BARE = answered("", pictures=[picture()])
MADE = Made(SRC.format("file_1"), "file_1")
OTHER = Made(SRC.format("file_2"), "file_2")


def test_a_picture_with_finished_evidence_counts_at_once() -> None:
    """What the page itself calls finished needs no waiting."""
    assert looks((0, page(FINAL))) == MADE


def test_a_partial_picture_waits_for_the_final_one() -> None:
    """A preview that is replaced in place is never taken, however long it stands."""
    assert looks((0, page(PARTIAL)), (500, page(PARTIAL))) is None
    assert looks((0, page(PARTIAL)), (500, page(PARTIAL)), (501, page(FINAL))) == MADE


def test_finished_evidence_beside_something_busy_waits() -> None:
    """Buttons that appear early make nothing final while the turn is at work."""
    early = answered("", busy=True, finished=True, pictures=[picture("file_0")])
    assert looks((0, page(early)), (60, page(early))) is None


def test_a_picture_without_evidence_counts_when_it_stood_still() -> None:
    """A page that shows no buttons is still read, after the profile's time of stillness."""
    almost, enough = SITE.still - 0.1, SITE.still
    assert looks((0, page(BARE)), (almost, page(BARE))) is None
    assert looks((0, page(BARE)), (enough, page(BARE))) == MADE


@pytest.mark.parametrize(
    "change",
    [
        answered("Here it is", pictures=[picture()]),
        answered("", pictures=[picture("file_2")]),
        answered("", busy=True, pictures=[picture()]),
    ],
    ids=["other text", "other picture", "busy"],
)
def test_whatever_changes_is_not_still(change: SeenTurn) -> None:
    """Stillness is counted from the last change of the answer."""
    soon, later = SITE.still - 0.1, SITE.still + 0.1
    assert looks((0, page(BARE)), (soon, page(change)), (later, page(change))) is None


@pytest.mark.parametrize(
    "shown",
    [page(BARE, stop=True), page(answered("", pending=True, pictures=[picture()]))],
    ids=["Stop shows", "says that more is to come"],
)
def test_a_sign_of_work_that_lingers_is_not_trusted_for_ever(shown: Reading) -> None:
    """Stop and the turn's own state are known to stay when all is done: they only cost time."""
    almost, enough = SITE.lingering - 0.1, SITE.lingering
    assert looks((0, shown), (almost, shown)) is None
    assert looks((0, shown), (enough, shown)) == MADE


def test_a_picture_beside_words_of_work_is_not_final() -> None:
    """A frozen page shows a first draft for ever; only a turn that is complete ends the work."""
    told = answered("Working for 1m 29s", pending=True, pictures=[picture()])
    assert looks((0, page(told)), (500, page(told))) is None
    done = answered("Worked for 1m 29s", finished=True, pictures=[picture()])
    assert looks((0, page(told)), (500, page(told)), (501, page(done))) == MADE


def test_an_answer_that_broke_off_is_not_taken_for_the_whole() -> None:
    """The button to try again may stand below the turn: then the words before it are no answer."""
    sign = SeenSign(name="thread_error", rule="#again", where="#again", text="Retry")
    broken = page(answered("I will draw"), signs=[sign])
    verdict = looks((0, broken), (SITE.limits.text_only, broken))
    assert isinstance(verdict, Trouble)
    assert verdict.outcome == Outcome.THREAD_ERROR


def test_a_poll_gives_its_first_picture() -> None:
    """The site asks which of two is better: the first is taken, and nothing is answered."""
    sign = SeenSign(name="poll", rule="#poll", where="#poll", text="Which image do you like more?")
    two = [picture("file_1"), picture("file_2")]
    asked = page(answered("", pictures=two, signs=[sign]))
    assert looks((0, asked), (SITE.still - 0.1, asked)) is None, "a draft may be replaced still"
    both = replace(MADE, others=(OTHER,), asks=True)
    assert looks((0, asked), (SITE.still, asked)) == both


def test_an_answer_gives_all_its_pictures() -> None:
    """None of them is lost, and one that is not loaded yet is waited for, but not for ever."""
    two = [picture("file_1"), picture("file_2")]
    final = page(answered("", finished=True, pictures=two))
    assert looks((0, final), (SITE.still, final)) == replace(MADE, others=(OTHER,))
    late = page(answered("", finished=True, pictures=[two[0], picture("file_2", loaded=False)]))
    assert looks((0, late), (SITE.still - 0.1, late)) is None
    soon = (SITE.still, final), (2 * SITE.still, final)
    assert looks((0, late), *soon) == replace(MADE, others=(OTHER,))
    assert looks((0, late), (SITE.still, late)) == MADE


@pytest.mark.parametrize(
    "icon",
    [
        picture("file_9", width=64, height=64),
        picture("file_9", hidden=True),
        picture("file_9", loaded=False, width=0, height=0),
    ],
    ids=["small", "hidden", "not loaded"],
)
def test_icons_and_hidden_copies_are_no_result(icon: SeenPicture) -> None:
    """What is no result does not become one by evidence or stillness."""
    shown = page(answered("", finished=True, busy=True, pictures=[icon]))
    assert looks((0, shown), (500, shown)) is None
    both = page(answered("", finished=True, pictures=[icon, picture()]))
    assert looks((0, both), (SITE.still, both)) == MADE


def test_reference_pictures_in_the_authors_turn_are_no_result() -> None:
    """What the author attached is never filed as what the site made."""
    ours = user(PROMPT, pictures=[picture("file_reference")])
    waiting = reading(turns=[ours])
    assert looks((0, waiting), (500, waiting)) is None
    assert looks((0, reading(turns=[ours, FINAL]))) == MADE


def test_a_picture_of_another_turn_is_no_result() -> None:
    """Only what answers our own turn is ours: not what somebody else asked for."""
    asked = [user(PROMPT), user("and now in the rain", "u2"), FINAL]
    assert looks((0, reading(turns=asked)), (500, reading(turns=asked))) is None
    other = reading(turns=[user("Something else"), FINAL])
    assert looks((0, other), (500, other)) is None


def test_an_answer_of_words_only_is_told_after_a_while() -> None:
    """A complete answer without a picture is an outcome, and a pause in writing is none."""
    words = page(answered("Which fox do you mean?"))
    soon, later = SITE.limits.text_only - 0.1, SITE.limits.text_only
    assert looks((0, words), (soon, words)) is None
    assert looks((0, words), (later, words)) == Trouble(
        Outcome.TEXT_ONLY, "Which fox do you mean?", 0
    )


def test_a_turn_without_any_answer_is_waited_for() -> None:
    """Silence is no answer of words; the attempt's own time decides."""
    assert looks((0, page()), (500, page())) is None


def test_a_refusal_in_the_answer_is_told_at_once() -> None:
    """What the site says about our own turn needs no stillness."""
    verdict = looks((0, page(answered("It may violate our policies", busy=True))))
    assert isinstance(verdict, Trouble)
    assert verdict.outcome == Outcome.REFUSED


@pytest.mark.parametrize("words", [LIMIT, "Something went wrong", "It may violate our policies"])
def test_words_of_a_prompt_are_never_trouble(words: str) -> None:
    """A comic may well be about limits: what the author wrote is no message of the site's."""
    turns = [user(words), answered("", busy=True)]
    shown = reading(turns=turns, composer_text=words, title=words)
    assert looks((0, shown), (500, shown), prompt=words) is None
    done = reading(turns=[user(words), FINAL])
    assert looks((0, done), prompt=words) == MADE


@pytest.mark.parametrize("words", [LIMIT, "Something went wrong", "It may violate our policies"])
def test_a_finished_picture_outweighs_what_is_said_beside_it(words: str) -> None:
    """A site that repeats the prompt under a finished picture has not failed: it is not resent."""
    captioned = answered(f"Here is the sign: {words}", finished=True, pictures=[picture()])
    assert looks((0, page(captioned))) == MADE


def test_a_partial_picture_does_not_hide_that_it_failed() -> None:
    """An error beside an unfinished picture is an error, and the preview is not taken."""
    broken = answered("There was an error when generating images", pictures=[picture("file_0")])
    verdict = looks((0, page(PARTIAL)), (1, page(broken)), (500, page(broken)))
    assert isinstance(verdict, Trouble)
    assert verdict.outcome == Outcome.TOOL_ERROR
