"""What the interpreter makes of saved pages: each row of what is known of the site, in each shell.

The pages are read as `pressrun site read` reads them, by the shipped profile, in real Chromium.
"""

import base64
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from helpers.markup import (
    ENGLISH,
    GERMAN,
    JAPANESE,
    LANGUAGES,
    Exchange,
    Markup,
    Shell,
    Shown,
    Words,
    dialog,
    toast,
)
from helpers.saved import SITE, Read
from pressrun.browser.saved import Reader
from pressrun.cli.site_report import describe
from pressrun.sites.profile import SiteProfile

PAGES = Path(__file__).parents[1] / "pages"
PROMPT = "A fox in the snow"
SHELLS: tuple[Shell, ...] = ("A", "B")
CAP = "You've hit the Plus plan limit for image generations requests. You can create more images "
THROTTLE = (
    "Too many requests. You're making requests too quickly. We've temporarily limited access to "
    "your conversations. Please wait a few minutes before trying again."
)

Report = Callable[..., dict[str, Any]]


@pytest.fixture
def read(read: Read) -> Report:
    """Tell what a page comes to, read from its markup or a file."""
    return lambda page, prompt=None: describe(SITE, read(page), prompt)


def names(report: dict[str, Any]) -> list[str]:
    """Return the identities of a report's pictures."""
    return [result["identity"] for result in report["results"]]


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.tag)
@pytest.mark.parametrize(("shell", "bare"), [("A", False), ("B", False), ("B", True)])
def test_a_fresh_page_is_read_by_its_structure(
    read: Report, shell: Shell, words: Words, *, bare: bool
) -> None:
    """Shell and composer are found in every language; mode, Send and files as they stand there."""
    fresh = read(Markup(shell, words, bare=bare))
    assert (fresh["shell"], fresh["outcome"]["word"], fresh["missing"]) == (shell, "ready", [])
    assert fresh["composer"]["count"] == 1
    assert fresh["file_input"]["count"] == 1
    assert (fresh["send"], fresh["stop"], fresh["mode"]) == (None, None, None)
    filled = read(Markup(shell, words, bare=bare, composed=PROMPT, mode=True))
    assert filled["send"]["enabled"]
    assert filled["mode"]["on"]
    assert filled["composer"]["text_chars"] == len(PROMPT), "a pill is not written"
    busy = read(Markup(shell, words, bare=bare, stop=True))
    assert busy["stop"] is not None
    assert busy["send"] is None


@pytest.mark.parametrize("words", LANGUAGES, ids=lambda words: words.tag)
@pytest.mark.parametrize("shell", SHELLS)
def test_each_picture_is_a_result_once(read: Report, shell: Shell, words: Words) -> None:
    """Not its hidden copies, the author's references, avatars, or those of another prompt."""
    pictures = (Shown("file_one"), Shown("file_two", 1024, 1024))
    page = Markup(
        shell,
        words,
        (
            Exchange("Another", pictures=(Shown("file_other"),)),
            Exchange(PROMPT, "Here", pictures, references=("file_reference",), state="in_progress"),
        ),
    )
    report = read(page, PROMPT)
    assert report["outcome"]["word"] == "made"
    expected = ["file_one", "file_two"] if shell == "A" else ["k1:answer/1", "k1:answer/2"]
    assert names(report) == expected
    assert [result["natural_height"] for result in report["results"]] == [1536, 1024]
    assert {result["size_from"] for result in report["results"]} == {"page"}
    assert len(names(read(page))) == 3


@pytest.mark.parametrize("shell", SHELLS)
def test_a_picture_that_is_loaded_tells_its_own_size(read: Report, shell: Shell) -> None:
    """What a saved page carries itself is decoded; an icon is none, whatever the page declares."""

    def data(side: int) -> str:
        png = BytesIO()
        Image.new("RGB", (side, side)).save(png, "PNG")
        return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()

    html = Markup(shell, exchanges=(Exchange(PROMPT, pictures=(Shown("file_x", 90, 90),)),)).html()
    plain = html.replace("&amp;", "&")
    for side, found in ((256, 1), (64, 0)):
        page = plain
        for src in ("https://chatgpt.com/backend-api/estuary/content?id=file_x&ts=1&sig=secret",
                    "blob:https://chatgpt.com/file_x"):  # fmt: skip
            page = page.replace(src, data(side))
        report = read(page, PROMPT)
        assert len(report["results"]) == found
        if found:
            assert report["results"][0]["natural_width"] == side
            assert report["results"][0]["loaded"]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("exchange", "word"),
    [
        (Exchange(PROMPT), "working"),
        (Exchange(PROMPT, "I will draw it", loading=True, state="in_progress"), "working"),
        (Exchange(PROMPT, pictures=(Shown(),), loading=True, state="in_progress"), "working"),
        (Exchange(PROMPT, pictures=(Shown(),)), "made"),
        (Exchange(PROMPT, pictures=(Shown(),), state="in_progress"), "made"),
        (Exchange(PROMPT, "Which fox do you mean?"), "text only"),
        (Exchange(PROMPT, "We're so sorry, but the prompt may violate our guardrails around "
                  "violence."), "refused"),
        (Exchange(PROMPT, "We're so sorry, but the image we created may violate our guardrails "
                  "around nudity."), "refused"),
        (Exchange(PROMPT, "I experienced an error when generating images."), "tool error"),
        (Exchange(PROMPT, "I was unable to invoke the image tool."), "tool error"),
        (Exchange(PROMPT, extra='<button data-testid="regenerate-thread-error-button">x</button>'),
         "thread error"),
        (Exchange(PROMPT, "Message delivery timed out. Please try again."), "thread error"),
        (Exchange(PROMPT, "Something went wrong."), "thread error"),
        (Exchange(PROMPT, "You've reached the maximum length for this conversation, but you can "
                  "keep talking by starting a new chat."), "conversation too long"),
        (Exchange(PROMPT, CAP + "when the limit resets in 27 minutes."), "capped"),
        (Exchange(PROMPT, pictures=(Shown("file_1"), Shown("file_2")), final=False,
                  extra='<div data-testid="image-paragen-multigen">Which image do you like more?'
                  "<button>Image 1 is better</button></div>"), "poll"),
    ],
)  # fmt: skip
def test_an_answer_has_its_own_word(
    read: Report, shell: Shell, exchange: Exchange, word: str
) -> None:
    """Every way in which an answer can end is told apart, in each shell."""
    report = read(Markup(shell, exchanges=(exchange,)), PROMPT)
    assert report["outcome"]["word"] == word
    assert len(report["results"]) == len(exchange.pictures)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("over", "word", "wait"),
    [
        (dialog(THROTTLE, 'data-testid="modal-conversation-history-rate-limit"'), "throttled", 300),
        (dialog(THROTTLE, 'id="modal-conversation-history-rate-limit"'), "throttled", 300),
        (dialog("Zu viele Anfragen", 'id="modal-conversation-history-rate-limit"'), "throttled",
         None),
        (dialog(THROTTLE), "throttled", 300),
        (toast(CAP + "when the limit resets in 3 hours and 36 minutes."), "capped", 12_960),
        (toast("You\u2019ve reached your image creation limit. Upgrade or try again in 14 hours."),
         "capped", 50_400),
        (toast("You're generating images too quickly. Please wait for 5 minutes."), "throttled",
         300),
        (toast("You've hit your rate limit. Please wait for an hour."), "throttled", 3_600),
        (toast("Du hast dein Limit erreicht. Versuche es in 27 Minuten erneut."), "capped", 1_620),
        (dialog("Your session has expired", 'id="modal-expired-session"'), "signed out", None),
        (dialog("Anmelden", 'data-testid="modal-no-auth-login"'), "signed out", None),
        ('<button data-testid="login-button">Log in</button>', "signed out", None),
        ('<iframe src="https://challenges.cloudflare.com/turnstile"></iframe>', "challenged", None),
        (toast("Unable to upload fox.png"), "upload refused", None),
        (toast("Something went wrong. Please try again."), "thread error", None),
        (dialog("What's new in ChatGPT"), "blocked", None),
        (dialog("Wir verwenden Cookies", 'aria-modal="true"'), "blocked", None),
        ('<iframe width="0" height="0" src="https://challenges.cloudflare.com/x"></iframe>',
         "ready", None),
        ('<div role="dialog" hidden>Old news</div>', "ready", None),
        ('<div role="alert"></div>', "ready", None),
        (toast("Copied to clipboard"), "ready", None),
    ],
)  # fmt: skip
def test_what_lies_over_a_page_has_its_own_word(
    read: Report, shell: Shell, over: str, word: str, wait: float | None
) -> None:
    """Limits, sign-outs, challenges and unknown dialogs are told apart, if they are there."""
    report = read(Markup(shell, over=over))
    assert (report["outcome"]["word"], report["outcome"]["wait"]) == (word, wait)
    assert report["composer"] is not None, "it is there, under what lies over it"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_page_that_a_dialog_hides_from_screen_readers_is_read_still(
    read: Report, shell: Shell
) -> None:
    """A modal dialog marks all the rest as hidden, and hides none of it."""
    page = Markup(shell, exchanges=(Exchange(PROMPT, pictures=(Shown(),)),), over=dialog(THROTTLE))
    report = read(page.html().replace("<main>", '<main aria-hidden="true">'), PROMPT)
    assert report["outcome"]["word"] == "throttled"
    assert report["composer"] is not None
    assert len(report["results"]) == 1


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("words", [THROTTLE, CAP + "in 27 minutes.", "Something went wrong",
                                   "may violate our content policies"])  # fmt: skip
def test_a_prompt_is_no_message_of_the_sites(read: Report, shell: Shell, words: str) -> None:
    """A comic may well be about limits: in the prompt, the composer, the title or the history."""
    page = Markup(shell, exchanges=(Exchange(words, pictures=(Shown(),)),), composed=words,
                  head=f"<title>{words}</title>")  # fmt: skip
    assert read(page, words)["outcome"]["word"] == "made"
    assert read(replace(page, exchanges=()))["outcome"]["word"] in ("ready", "unknown")
    assert read(replace(page, exchanges=(Exchange(words),)), words)["outcome"]["word"] == "working"


@pytest.mark.parametrize("shell", SHELLS)
def test_what_is_said_beside_the_turns_counts(read: Report, shell: Shell) -> None:
    """A conversation that is too long says so where the composer was."""
    said = "<div><p>You've reached the maximum length for this conversation</p></div>"
    page = Markup(shell, exchanges=(Exchange("Older", "Words"), Exchange(PROMPT)), beside=said)
    assert read(page, PROMPT)["outcome"]["word"] in ("conversation too long", "working")
    assert read(replace(page, exchanges=()))["outcome"]["word"] == "conversation too long"


@pytest.mark.parametrize("shell", SHELLS)
def test_an_answer_that_broke_off_says_so_below_the_turn(read: Report, shell: Shell) -> None:
    """What was said until then is not the whole answer; a picture that is there is one."""
    again = '<button data-testid="regenerate-thread-error-button">Retry</button>'
    page = Markup(shell, exchanges=(Exchange(PROMPT, "I will draw"),), beside=again)
    assert read(page, PROMPT)["outcome"]["word"] == "thread error"
    made = replace(page, exchanges=(Exchange(PROMPT, pictures=(Shown(),)),))
    assert read(made, PROMPT)["outcome"]["word"] == "made"


@pytest.mark.parametrize("shell", SHELLS)
def test_two_composers_that_cannot_be_told_apart_are_none(read: Report, shell: Shell) -> None:
    """Rather than to guess, nothing is written anywhere; and the page says why."""
    page = Markup(shell).html()
    start, end = page.index("<form"), page.index("</form>") + len("</form>")
    report = read(page[:end] + page[start:end] + page[end:])
    assert (report["composer"], report["composers"]) == (None, 2)
    assert report["outcome"]["word"] == "unknown"
    assert "2 composers" in report["outcome"]["text"]


@pytest.mark.parametrize("bare", [False, True])
def test_a_text_block_that_can_be_edited_is_no_composer(read: Report, *, bare: bool) -> None:
    """What the site offers to edit stands earlier in the page, in a turn or beside it."""
    block = '<div class="ProseMirror" contenteditable="true" role="textbox">A draft</div>'
    page = Markup("B", bare=bare, exchanges=(Exchange(PROMPT, "Words", extra=block),), beside=block)
    report = read(page)
    assert report["composer"]["count"] == 1
    assert report["composer"]["text_chars"] == 0


def test_a_page_before_its_scripts_ran_has_no_composer(read: Report) -> None:
    """What only stands in for the composer is not written to."""
    page = Markup("B").html().replace('class="ProseMirror"', 'id="pending-home-input"')
    assert read(page)["composer"] is None


@pytest.mark.parametrize(
    ("file", "shell", "word", "results"),
    [
        ("a-made.html", "A", "made", ["file_00000000a1b261f7b0"]),
        ("b-made.html", "B", "made", ["turn-7f3a:answer/1", "turn-7f3a:answer/2"]),
        ("b-bare.html", "B", "ready", []),
        ("g.html", "G", "signed out", []),
    ],
)
def test_whole_pages(read: Report, file: str, shell: str, word: str, results: list[str]) -> None:
    """Pages with all that stands around on a real one."""
    report = read(PAGES / file)
    assert (report["shell"], report["outcome"]["word"]) == (shell, word)
    assert names(report) == results


def test_a_challenge_is_known_by_its_title(read: Report) -> None:
    """Before a page of the site is shown at all."""
    report = read("<!doctype html><title>Just a moment...</title><body><p>Checking</p></body>")
    assert (report["shell"], report["outcome"]["word"]) == (None, "challenged")


def test_a_page_of_something_else_is_unknown(read: Report) -> None:
    """It has no shell, and nothing in it is taken for anything."""
    report = read("<!doctype html><title>News</title><form><textarea></textarea></form>")
    assert (report["shell"], report["composer"], report["outcome"]["word"]) == (
        None,
        None,
        "unknown",
    )


def test_a_prompt_that_is_not_there_has_no_results(read: Report) -> None:
    """A picture of another prompt is not taken for want of the right one."""
    page = Markup("A", exchanges=(Exchange("Another", pictures=(Shown(),)),))
    report = read(page, PROMPT)
    assert (report["results"], report["outcome"]["word"]) == ([], "unknown")


def test_another_site_is_read_by_its_own_profile(reader: Reader) -> None:
    """A profile is no ChatGPT in disguise: a table, a text area and no modes do as well."""
    site = SiteProfile.load(PAGES / "easel.toml")
    reading = reader.read(PAGES / "easel.html", site.page)
    made = describe(site, reading, "A fox")
    assert (made["shell"], made["outcome"]["word"], made["missing"]) == ("plain", "made", [])
    assert names(made) == ["fox"]
    assert describe(site, reading, "A hare")["outcome"]["word"] == "refused"
    chatgpt = reader.read(PAGES / "easel.html", SITE.page)
    assert chatgpt.shell == ""


def test_scripts_of_a_saved_page_do_not_run(read: Report) -> None:
    """A page that was saved, or sent by somebody, does nothing here."""
    script = "<script>document.body.innerHTML = '<p role=alert>Something went wrong</p>'</script>"
    assert read(Markup("A", GERMAN, beside=script))["outcome"]["word"] == "ready"


def test_languages_differ() -> None:
    """The languages of these tests have no label in common, so that none can be read by one."""
    for one, other in ((ENGLISH, GERMAN), (GERMAN, JAPANESE), (JAPANESE, ENGLISH)):
        labels = ("send", "add", "picture", "image_mode", "ask")
        assert not {getattr(one, name) for name in labels} & {
            getattr(other, name) for name in labels
        }
