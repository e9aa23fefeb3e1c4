"""`pressrun site`: what the site's pages show, by the site profile."""

import asyncio
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from pressrun.browser.find import find_browser
from pressrun.browser.saved import Reader
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.cli.site_view import checked_lines, report_lines
from pressrun.errors import Exit
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol import messages as m
from pressrun.protocol.calls import Call
from pressrun.protocol.messages import Reading, SeenPicture, SeenTurn
from pressrun.sites import judge
from pressrun.sites.binding import Exchange, answer
from pressrun.sites.profile import SiteProfile, choose
from pressrun.sites.shown import shown

R = TypeVar("R", bound=m.Message)

app = typer.Typer(no_args_is_help=True, help="See how the site's pages are read.")

SITE = "chatgpt"


@app.command()
def read(
    page: Annotated[Path, typer.Argument(help="A saved page: HTML or MHTML.")],
    profile: Annotated[
        Path | None, typer.Option("--profile", help="Read it by this site profile.")
    ] = None,
    prompt: Annotated[
        str | None, typer.Option("--prompt", help="Look for what answers this prompt alone.")
    ] = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Read a saved page as the extension would, and print what it sees and by which rules.

    Its scripts do not run, and nothing is loaded from the network. Without --profile the home's own
    copy of the site profile counts, if there is one, and else the shipped one.
    """
    if profile is not None:
        site = SiteProfile.load(profile)
    else:
        site, warning = choose(SITE, home_of(home).sites)
        if warning is not None:
            sys.stderr.write(f"pressrun: {warning}; the shipped profile is used instead\n")
    with Reader(find_browser()) as reader:
        reading = reader.read(page, site.page)
    report = {"page": str(page), **describe(site, reading, prompt)}
    if as_json:
        sys.stdout.write(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    else:
        _print(partial(report_lines, report))


@app.command()
def check(as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Check what every open worker tab shows, role by role; exit 3 when something is missing.

    It only reads. Nothing is sent anywhere, and none of the account's pictures are used.
    """
    checked = asyncio.run(_ask(home_of(home), calls.SITE_CHECK))
    if as_json:
        sys.stdout.write(checked.model_dump_json(indent=2) + "\n")
    else:
        _print(partial(checked_lines, checked))
    unwell = [tab for tab in checked.tabs if tab.missing or not tab.shell]
    raise typer.Exit(Exit.NEEDS_YOU if unwell or not checked.tabs else Exit.OK)


@app.command()
def snapshot(as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Keep what every open worker tab shows, as structure without words and without names.

    What the site says in dialogs and alerts is kept. Look into a file before you send it off.
    """
    kept = asyncio.run(_ask(home_of(home), calls.SITE_SNAPSHOT))
    if as_json:
        sys.stdout.write(kept.model_dump_json(indent=2) + "\n")
    else:
        for line in (*kept.files, *(f"not kept: {why}" for why in kept.failed)):
            sys.stdout.write(f"{line}\n")
        if not kept.files and not kept.failed:
            sys.stdout.write("No worker tab is open.\n")
    raise typer.Exit(Exit.OK if kept.files else Exit.NEEDS_YOU)


async def _ask(home: Home, call: Call[m.Nothing, R]) -> R:
    async with connect(home) as client:
        return await client.ask(call, m.Nothing())


def _print(lines: Callable[[int], Iterable[Text]]) -> None:
    console = Console(highlight=False)
    for line in lines(console.width):
        console.print(line, no_wrap=True, overflow="ellipsis")


def describe(site: SiteProfile, reading: Reading, prompt: str | None = None) -> dict[str, Any]:
    """What a reading comes to, as plain values.

    A role that was not found is None; one that was found is told with the rule and the place.

    Args:
        site: by whose rules it was read.
        reading: what the page shows.
        prompt: whose answer is asked for; otherwise the newest turn's outcome is told, and the
            pictures of all.
    """
    seen = {found.role: found for found in reading.seen}
    turn = _turn(reading, prompt)
    if prompt is not None and turn is None:
        outcome = judge.verdict(site, reading, None)
        if outcome.word == "ready":
            outcome = judge.Verdict("unknown", "no turn of the author's holds this prompt")
    else:
        outcome = judge.verdict(site, reading, turn)

    def role(name: str, **more: object) -> dict[str, Any] | None:
        found = seen.get(name)
        if found is None:
            return None
        return {
            "rule": site.as_written(found.rule),
            "where": found.where,
            "count": found.count,
            **more,
        }

    chars = len(reading.composer_text.strip())
    composer = role("composer", text_chars=chars) if reading.composers == 1 else None
    asked = [turn] if turn is not None and prompt is not None else _of_author(reading)
    unbound = [] if prompt is not None else _before_any(reading)
    return {
        "site": site.name,
        "profile": site.version,
        "shell": reading.shell or None,
        "recognised_by": role("shell"),
        "composer": composer,
        "composers": reading.composers,
        "send": role("send", enabled=reading.send),
        "stop": role("stop"),
        "file_input": role("file_input"),
        "mode": role("mode_on", on=True) if reading.mode_on else None,
        "missing": judge.missing(site, reading),
        "clickable": {step.click: role(step.click) for step in site.mode},
        "turns": [_about(each) for each in reading.turns],
        "results": []
        if prompt is not None and turn is None
        else _results(site, reading, asked, unbound),
        "notices": [each.model_dump() for each in reading.notices],
        "signs": [each.model_dump() for each in reading.signs],
        "outcome": asdict(outcome),
    }


def _turn(reading: Reading, prompt: str | None) -> SeenTurn | None:
    """The author's newest turn, or the newest that holds a prompt."""
    theirs = _of_author(reading)
    if prompt is not None:
        theirs = [turn for turn in theirs if turn.text.split() == prompt.split()]
    return theirs[-1] if theirs else None


def _of_author(reading: Reading) -> list[SeenTurn]:
    return [turn for turn in reading.turns if turn.role == "user"]


def _before_any(reading: Reading) -> list[SeenTurn]:
    """What the site says before the first turn of the author's: a thread may be cut off above."""
    first = next((n for n, turn in enumerate(reading.turns) if turn.role == "user"), None)
    return list(reading.turns[:first])


def _results(
    site: SiteProfile, reading: Reading, asked: list[SeenTurn], unbound: list[SeenTurn]
) -> list[dict[str, Any]]:
    attached = tuple(picture for turn in asked for picture in turn.pictures)
    answers = unbound + [each for turn in asked for each in answer(reading, turn.id)]
    chat = Exchange(None, tuple(answers), alone=len(_of_author(reading)) < 2, attached=attached)  # noqa: PLR2004 - somebody else
    return [
        {
            "identity": result.identity,
            "natural_width": result.picture.width,
            "natural_height": result.picture.height,
            "size_from": _size_from(result.picture),
            "loaded": result.picture.loaded,
            "turn": result.turn.id if result.turn else None,
            "rule": result.picture.rule,
            "where": result.picture.where,
        }
        for result in shown(site, reading, chat).made
    ]


def _size_from(picture: SeenPicture) -> str | None:
    if picture.loaded:
        return "picture"
    return "page" if picture.width else None


def _about(turn: SeenTurn) -> dict[str, Any]:
    return {
        "id": turn.id,
        "role": turn.role,
        "text": judge.short(turn.text),
        "busy": turn.busy,
        "pending": turn.pending,
        "finished": turn.finished,
        "pictures": len(turn.pictures),
    }
