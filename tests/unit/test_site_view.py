"""What a person reads of a page: one line a role, whatever the width of the terminal."""

from pathlib import Path
from typing import Any

import pytest

from helpers.pages import answered, notice, picture, reading, user
from pressrun.cli.site_change import Compared, Trial, compare
from pressrun.cli.site_report import describe
from pressrun.cli.site_view import checked_lines, middle, report_lines, trial_lines
from pressrun.protocol.messages.page import Reading, Seen
from pressrun.protocol.messages.site import SiteChecked, TabChecked
from pressrun.sites.profile import shipped

SITE = shipped("chatgpt")
LONG = "{form} " + ", ".join(f'button[aria-label="label {number}"]' for number in range(12))
PROMPT = "A fox waits at the harbour"
WIDTHS = (80, 140)


def lines(page: Reading, width: int) -> list[str]:
    """Return what is printed of a page."""
    report = {"page": "/home/somebody/page.html", **describe(SITE, page)}
    return [line.plain for line in report_lines(report, width)]


def roles(text: list[str]) -> dict[str, str]:
    """Return the line of each role."""
    return {line.split()[0]: line for line in text if line.strip()}


def found(role: str, rule: str = LONG, count: int = 1) -> Seen:
    """Return the evidence of a role."""
    return Seen(role=role, rule=rule, where="html > body > main > form > button", count=count)


PAGE = reading(
    seen=[found("shell"), found("composer"), found("add_menu"), found("send", count=2)],
    send=True,
    turns=[user(PROMPT), answered("", pictures=[picture()]), answered("Too long a story " * 40)],
    notices=[notice("What is new?")],
)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Nothing wraps: a long rule keeps its beginning and its end."""
    text = lines(PAGE, width)
    assert max(map(len, text)) <= width
    assert roles(text)["composer"].count("{form} button") == 1
    assert "…" in roles(text)["composer"]
    assert sum(line.startswith("composer ") for line in text) == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_a_person_sees_what_was_found_and_what_is_missing(width: int) -> None:
    """How often, whether it can be used, and whether anything rests on what is not there."""
    text = roles(lines(PAGE, width))
    assert text["composer"].split()[1] == "×1"
    assert text["send"].split()[1:3] == ["×2,", "enabled"]
    assert text["stop"].split()[1] == "none"
    lacking = roles(lines(reading(seen=[found("shell"), found("composer")]), width))
    assert lacking["add_menu"].split()[1] == "missing"
    assert lacking["outcome"].split()[1] == "unknown"


@pytest.mark.parametrize("width", WIDTHS)
def test_what_the_page_says_is_told(width: int) -> None:
    """Dialogs, turns and pictures, each on a line; the outcome with the words that told it."""
    text = lines(PAGE, width)
    assert "dialog       What is new?" in text
    assert f"author       {PROMPT}" in text
    assert "site         a picture" in text
    assert "picture      file_1  1024×1536" in text
    limited = lines(reading(notices=[notice("Too many requests. Wait for 3 hours.")]), width)
    assert "outcome      throttled, wait 3 h" in limited
    assert any(line.startswith("told by      notice: (?i)too many requests") for line in limited)


@pytest.mark.parametrize("width", WIDTHS)
def test_two_composers_are_told(width: int) -> None:
    """A page that cannot be worked says why."""
    page = reading(composers=2, seen=[found("shell"), found("composer", count=2)])
    text = lines(page, width)
    assert roles(text)["composer"].split()[1] == "missing"
    assert "2 composers were found, so none can be used." in text


@pytest.mark.parametrize("width", WIDTHS)
def test_open_tabs_are_shown_alike(width: int) -> None:
    """The check of open tabs has the same lines."""
    shown = {"tab": 7, "shell": "B", "found": [found("composer")], "missing": ["add_menu"]}
    told = {"outcome": "unknown", "text": "the page lacks add_menu"}
    tab = TabChecked.model_validate(shown | told)
    checked = SiteChecked(site="chatgpt", version="1", tabs=[tab])
    text = [line.plain for line in checked_lines(checked, width)]
    assert "tab 7, shell B, unknown: the page lacks add_menu" in text
    assert roles(text)["add_menu"].split()[1] == "missing"
    assert max(map(len, text)) <= width
    nobody = checked_lines(checked.model_copy(update={"tabs": []}), width)
    assert any("No worker tab" in line.plain for line in nobody)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_waits_in_the_composer_is_told(width: int) -> None:
    """A draft and files that are left there would go with the next prompt."""
    page = reading(
        seen=[found("shell"), found("composer")],
        composer_text="An old draft",
        chips=2,
        chips_pending=1,
    )
    text = lines(page, width)
    assert "draft        12 characters in the composer" in text
    assert "attachments  2, 1 still uploading" in text
    report = describe(SITE, page)
    assert (report["attachments"], report["attachments_pending"]) == (2, 1)
    fresh = lines(reading(seen=[found("shell"), found("composer")]), width)
    assert not any(line.startswith(("draft", "attachments")) for line in fresh)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_was_not_wholly_understood_is_told(width: int) -> None:
    """A cut prompt, a picture in no turn, and one that leads to another site."""
    page = reading(
        seen=[found("shell")],
        turns=[user(PROMPT, whole=False), answered("", pictures=[picture(linked=True)])],
        loose=[picture("file_2", where="main > img")],
    )
    text = lines(page, width)
    assert f"author       (partly shown) {PROMPT}" in text
    assert "link         a picture  1024×1536, to another site" in text
    assert "no turn      a picture  1024×1536  main > img" in text
    report = describe(SITE, page)
    assert [turn["whole"] for turn in report["turns"]] == [False, True]
    assert [result["identity"] for result in report["results"]] == ["file_2"]
    assert len(report["elsewhere"]) == 1
    assert [each["where"] for each in report["loose"]] == ["main > img"]


def tried(before: Reading, after: Reading) -> Compared:
    """Return what two profiles make of a page, which see it so."""
    return compare(Path("/kept/page.html"), describe(SITE, before), describe(SITE, after))


SEEN: list[Any] = [found("shell"), found("composer"), found("add_menu")]
MADE = [user(PROMPT), answered("", pictures=[picture()])]


@pytest.mark.parametrize(
    ("before", "after", "change", "lost"),
    [
        ({}, {"seen": [*SEEN, found("send")], "send": True}, ("send", None, "×1"), False),
        ({}, {"seen": SEEN[:2]}, ("add_menu", "×1", None), True),
        ({}, {"seen": [*SEEN[:2], found("add_menu", "#x")]}, ("add_menu", "×1", "×1"), False),
        ({}, {"composers": 2, "seen": [SEEN[0], found("composer", count=2), SEEN[2]]},
         ("composer", "×1", "×2"), True),
        ({}, {"shell": "", "seen": SEEN[1:]}, ("shell", "A", None), True),
        ({"shell": ""}, {"shell": "B"}, ("shell", None, "B"), False),
        ({}, {"chips": 1}, ("attachments", "0", "1"), False),
        ({"turns": MADE}, {"turns": MADE[:1]}, ("turns", "2", "1"), True),
        ({"turns": MADE}, {"turns": MADE[:1]}, ("pictures", "1", "0"), True),
        ({"turns": MADE[:1]}, {"turns": MADE}, ("pictures", "0", "1"), False),
        ({"notices": [notice("Too many requests.")]}, {"notices": []},
         ("outcome", "throttled", "ready"), False),
        ({}, {"composers": 0}, ("outcome", "ready", "unknown"), True),
    ],
)  # fmt: skip
def test_a_trial_tells_what_is_found_and_what_is_lost(
    before: dict[str, Any],
    after: dict[str, Any],
    change: tuple[str, str | None, str | None],
    lost: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Each change by its name, as it was and as it is; a loss only where less is understood."""
    shown = {"seen": SEEN}
    page = tried(reading(**{**shown, **before}), reading(**{**shown, **after}))
    told = {(each.what, each.before, each.after): each.lost for each in page.changes}
    assert told[change] is lost


@pytest.mark.parametrize("width", WIDTHS)
def test_a_trial_is_told_in_lines_that_fit(width: int) -> None:
    """Unchanged pages take one line; each change has its own, with the rule that finds it now."""
    base = reading(seen=SEEN, turns=MADE)
    more = reading(seen=[*SEEN, found("send")], send=True, turns=MADE)
    less = reading(seen=SEEN[:2], turns=MADE)
    pages = [tried(base, base), tried(base, more), tried(base, less)]
    trial = Trial("1", "2, mended", Path("/home/somebody/mended.toml"), pages)
    text = [line.plain for line in trial_lines(trial, width)]
    assert max(map(len, text)) <= width
    assert "tried        mended.toml, 2, mended" in text
    assert "  unchanged: shell A, made, 2 turns, 1 picture" in text
    assert any(line.startswith("  send         none → ×1  ") for line in text)
    assert any(line.startswith("  add_menu     ×1 → none") and "lost" in line for line in text)
    assert text[-1] == "2 of 3 pages read differently; something is lost on 1."
    assert (trial.told()["changed"], trial.told()["losing"]) == (2, 1)


@pytest.mark.parametrize("room", [1, 2, 7, 20, 40])
def test_a_text_is_shortened_in_its_middle(room: int) -> None:
    """Both ends are kept, in exactly the room that there is."""
    text = "0123456789" * 3
    told = middle(text, room)
    assert len(told) == min(room, len(text))
    beginning, _, end = told.partition("…")
    assert text.startswith(beginning)
    assert text.endswith(end)
