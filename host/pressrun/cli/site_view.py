"""What a page shows, for people: one line per role, as wide as the terminal."""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from pressrun.cli.site_change import Change, Compared, Trial
from pressrun.protocol.messages.site import SiteChecked, TabChecked
from pressrun.sites.judge import short
from pressrun.words import duration

ROLES = ("composer", "send", "stop", "file_input", "mode")
"""Roles that a report always lists."""

_NAME = 13
_STATE = 13
_CHANGE = 20
_PLACES_FROM = 120
"""From this many columns on, an element's place is shown beside its rule."""


@dataclass(frozen=True)
class _Role:
    name: str
    state: str
    style: str
    rule: str = ""
    where: str = ""


def report_lines(report: dict[str, Any], width: int) -> Iterator[Text]:
    """A saved page's report, as `site_cmd.describe` makes it.

    Args:
        report: what the page comes to.
        width: of the terminal, in columns.
    """
    yield _line("page", report["page"], width)
    yield _line("read by", f"{report['site']} {report['profile']}", width)
    yield from _outcome(report["outcome"], width)
    yield Text()
    yield from _roles(_found_in(report), width)
    if report["composers"] > 1:
        yield Text(f"{report['composers']} composers were found, so none can be used.")
    said = [*_draft(report, width), *_said(report, width)]
    if said:
        yield Text()
        yield from said
    yield Text()
    yield Text("For the full rules and places, use --json.", style="dim")


def checked_lines(checked: SiteChecked, width: int) -> Iterator[Text]:
    """What the open worker tabs show.

    Args:
        checked: every tab with its roles.
        width: of the terminal, in columns.
    """
    yield _line("read by", f"{checked.site} {checked.version}", width)
    if not checked.tabs:
        yield Text("No worker tab is open. Worker tabs are open while a batch runs.")
    for tab in checked.tabs:
        text = f": {short(tab.text)}" if tab.text else ""
        yield Text()
        yield Text(f"tab {tab.tab}, shell {tab.shell or 'unknown'}, {tab.outcome}{text}")
        yield from _roles(_found_by(tab), width)


def trial_lines(trial: Trial, width: int) -> Iterator[Text]:
    """How another profile reads captured pages.

    Args:
        trial: every page with its differences.
        width: of the terminal, in columns.
    """
    yield _line("in use", trial.used, width)
    yield _line("tried", f"{trial.file.name}, {trial.tried}", width)
    for page in trial.pages:
        yield Text()
        yield from _compared(page, width)
    yield Text()
    pages = len(trial.pages)
    lost = f"something is lost on {trial.loses}" if trial.loses else "nothing is lost"
    yield Text.assemble(
        f"{trial.changed} of {pages} page{'s'[: pages != 1]} read differently; ",
        (f"{lost}.", "bold red" if trial.loses else "green"),
    )


def _compared(page: Compared, width: int) -> Iterator[Text]:
    found = f"{page.turns} turn{'s'[: page.turns != 1]}, {page.pictures} picture"
    about = f"shell {page.shell or 'unknown'}, {page.outcome}, {found}{'s'[: page.pictures != 1]}"
    yield Text(middle(page.page.name, width), "bold")
    if not page.changes:
        yield Text(f"  unchanged: {about}"[:width], "dim")
    for change in page.changes:
        yield _change(change, width)


def _change(change: Change, width: int) -> Text:
    was, now = change.before or "none", change.after or "none"
    state = f"{now}, by another rule" if was == now else f"{was} → {now}"
    line = Text.assemble(
        f"  {change.what}".ljust(_NAME + 2),
        (state.ljust(_CHANGE), "bold red" if change.lost else "green"),
    )
    if change.lost:
        line.append(" lost", "bold red")
    line.append(f" {middle(short(change.rule), max(1, width - line.cell_len - 1))}", "dim")
    line.rstrip()
    return line


def middle(text: str, room: int) -> str:
    """A text cut to `room` columns: of a longer one, its beginning and its end."""
    if len(text) <= room:
        return text
    tail = max(0, (room - 1) // 2)
    return f"{text[: room - 1 - tail]}…{text[len(text) - tail :]}"


def _found_in(report: dict[str, Any]) -> Iterator[_Role]:
    shell = report["recognised_by"]
    yield _role("shell", shell, report["shell"] or "", needed=True)
    for name in ROLES:
        yield _role(name, report[name], needed=name in ("composer", *report["missing"]))
    for name, found in report["clickable"].items():
        yield _role(name, found, needed=name in report["missing"])


def _found_by(tab: TabChecked) -> Iterator[_Role]:
    for found in tab.found:
        yield _role(found.role, found.model_dump())
    for name in tab.missing:
        yield _role(name, None, needed=True)
    told = {*tab.missing, *(found.role for found in tab.found)}
    for name in ROLES:
        if name not in told and name != "mode":
            yield _role(name, None)


def _role(
    name: str, found: dict[str, Any] | None, state: str = "", *, needed: bool = False
) -> _Role:
    if found is None:
        return _Role(name, "missing", "bold red") if needed else _Role(name, "none", "dim")
    count = f"×{found['count']}"
    told = f"{state} {count}".strip() if not state or found["count"] > 1 else state
    if "enabled" in found:
        told += ", enabled" if found["enabled"] else ", disabled"
    return _Role(name, told, "green", found["rule"], found["where"])


def _roles(roles: Iterable[_Role], width: int) -> Iterator[Text]:
    for role in roles:
        room = width - _NAME - _STATE
        rule, where = role.rule, ""
        if width >= _PLACES_FROM:
            rule, where = middle(rule, room * 3 // 5 - 2), middle(role.where, room * 2 // 5)
            rule = rule.ljust(room * 3 // 5)
        line = Text.assemble(
            role.name.ljust(_NAME),
            (role.state.ljust(_STATE), role.style),
            middle(rule, room),
            (where, "dim"),
        )
        line.rstrip()
        yield line


def _outcome(outcome: dict[str, Any], width: int) -> Iterator[Text]:
    wait = f", wait {duration(outcome['wait'])}" if outcome["wait"] is not None else ""
    yield Text.assemble("outcome".ljust(_NAME), (f"{outcome['word']}{wait}", "bold"))
    if outcome["text"]:
        for line in textwrap.wrap(outcome["text"], width - _NAME):
            yield Text(" " * _NAME + line)
    if outcome["rule"]:
        yield _line("told by", outcome["rule"], width)


def _draft(report: dict[str, Any], width: int) -> Iterator[Text]:
    """What the composer holds: the next prompt would be sent with it."""
    chars = report["composer"]["text_chars"] if report["composer"] else 0
    if chars:
        yield _line("draft", f"{chars:,} character{'s'[: chars != 1]} in the composer", width)
    if report["attachments"]:
        pending = report["attachments_pending"]
        more = f", {pending} still uploading" if pending else ""
        yield _line("attachments", f"{report['attachments']}{more}", width)


def _said(report: dict[str, Any], width: int) -> Iterator[Text]:
    for sign in report["signs"]:
        yield _line("sign", f"{sign['name']}  {sign['rule']}", width)
    for notice in report["notices"]:
        kind = "dialog" if notice["blocks"] else "alert"
        yield _line(kind, short(notice["text"], width - _NAME), width)
    for turn in report["turns"]:
        state = ", ".join(name for name in ("busy", "pending", "finished") if turn[name])
        if not turn["whole"]:
            state = f"{state}, partly shown" if state else "partly shown"
        who = "author" if turn["role"] == "user" else "site"
        text = short(turn["text"], max(10, width - _NAME - len(state) - 3))
        if not text and turn["pictures"]:
            text = "a picture" if turn["pictures"] == 1 else f"{turn['pictures']} pictures"
        yield _line(who, f"({state}) {text}" if state else text, width)
    for result in report["results"]:
        yield _line("picture", f"{result['identity']}  {_size(result)}", width)
    for loose in report["loose"]:
        yield _line("no turn", f"a picture  {_size(loose)}  {loose['where']}", width)
    for link in report["elsewhere"]:
        yield _line("link", f"a picture  {_size(link)}, to another site", width)


def _size(picture: dict[str, Any]) -> str:
    size = f"{picture['natural_width']}×{picture['natural_height']}"
    note = {"page": " as the page declares", None: " not loaded"}.get(picture["size_from"], "")
    return f"{size}{note}"


def _line(name: str, text: str, width: int) -> Text:
    return Text(name.ljust(_NAME) + middle(text, width - _NAME))
