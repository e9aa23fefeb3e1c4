"""What a person reads of a page: one line a role, whatever the width of the terminal."""

import pytest

from helpers.pages import answered, notice, picture, reading, user
from pressrun.cli.site_report import describe
from pressrun.cli.site_view import checked_lines, middle, report_lines
from pressrun.protocol.messages import Reading, Seen, SiteChecked, TabChecked
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
    assert "outcome      throttled, wait 3 h 00 min" in limited
    assert any(line.startswith("told by      notice: (?i)too many requests") for line in limited)


@pytest.mark.parametrize("width", WIDTHS)
def test_two_composers_are_told(width: int) -> None:
    """A page that cannot be worked says why."""
    page = reading(composers=2, seen=[found("shell"), found("composer", count=2)])
    text = lines(page, width)
    assert roles(text)["composer"].split()[1] == "missing"
    assert "2 composers, and which one is right cannot be told." in text


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


@pytest.mark.parametrize("room", [1, 2, 7, 20, 40])
def test_a_text_is_shortened_in_its_middle(room: int) -> None:
    """Both ends are kept, in exactly the room that there is."""
    text = "0123456789" * 3
    told = middle(text, room)
    assert len(told) == min(room, len(text))
    beginning, _, end = told.partition("…")
    assert text.startswith(beginning)
    assert text.endswith(end)
