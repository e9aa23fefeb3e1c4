"""`pressrun site`: what the site's pages show, by the site profile."""

import asyncio
import json
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from pressrun.browser.find import find_browser
from pressrun.browser.saved import Reader
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.cli.site_change import Trial, compare
from pressrun.cli.site_report import describe
from pressrun.cli.site_view import checked_lines, report_lines, trial_lines
from pressrun.errors import BadInputError, Exit
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.calls import Call
from pressrun.protocol.messages.base import Message, Nothing
from pressrun.sites.profile import SiteProfile, choose

R = TypeVar("R", bound=Message)

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
    site = _in_use(home_of(home)) if profile is None else SiteProfile.load(profile)
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
def capture(as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Keep what every open worker tab shows, so that a profile can be tried on it.

    Prompts, answers, titles, names, files and ids are kept as shapes alone. Look into a file before
    you send it off.
    """
    kept = asyncio.run(_ask(home_of(home), calls.SITE_CAPTURE))
    if as_json:
        sys.stdout.write(kept.model_dump_json(indent=2) + "\n")
    else:
        for line in (*kept.files, *(f"not kept: {why}" for why in kept.failed)):
            sys.stdout.write(f"{line}\n")
        if not kept.files and not kept.failed:
            sys.stdout.write("No worker tab is open. They are while a batch runs.\n")
    raise typer.Exit(Exit.OK if kept.files else Exit.NEEDS_YOU)


@app.command("try")
def try_(
    profile: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A changed site profile.")
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Captures or saved pages; without them every capture that is kept."),
    ] = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Read kept pages by a changed profile, and show what is read differently.

    Each page is read by the profile in use and by PROFILE. Exit code 3 when something is lost that
    is found now: a role, the shell, a turn, a picture, or what the page comes to.
    """
    own = home_of(home)
    tried = SiteProfile.load(profile)
    if tried.name != SITE:
        raise BadInputError(f"{profile}: name: this is the profile of {tried.name!r}")
    pages = files or sorted(own.captures.glob("*.html"))
    if not pages:
        raise BadInputError(
            f"no page is kept in {own.captures}; `pressrun site capture` keeps those of open "
            "worker tabs, or name saved pages"
        )
    site = _in_use(own)
    with Reader(find_browser()) as reader:
        compared = [
            compare(
                page,
                describe(site, reader.read(page, site.page)),
                describe(tried, reader.read(page, tried.page)),
            )
            for page in pages
        ]
    trial = Trial(site.version, tried.version, profile, compared)
    if as_json:
        sys.stdout.write(json.dumps(trial.told(), indent=2, ensure_ascii=False) + "\n")
    else:
        _print(partial(trial_lines, trial))
    raise typer.Exit(Exit.NEEDS_YOU if trial.loses else Exit.OK)


def _in_use(home: Home) -> SiteProfile:
    site, warning = choose(SITE, home.sites)
    if warning is not None:
        sys.stderr.write(f"pressrun: {warning}; the shipped profile is used instead\n")
    return site


async def _ask(home: Home, call: Call[Nothing, R]) -> R:
    async with connect(home) as client:
        return await client.ask(call, Nothing())


def _print(lines: Callable[[int], Iterable[Text]]) -> None:
    console = Console(highlight=False)
    for line in lines(console.width):
        console.print(line, no_wrap=True, overflow="ellipsis")
