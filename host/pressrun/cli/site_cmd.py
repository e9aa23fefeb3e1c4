"""`pressrun site`: what the site's pages show, read with the site profile."""

import asyncio
import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.text import Text

from pressrun.browser.find import find_browser
from pressrun.browser.saved import Reader
from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.errors import BadInputError, Exit
from pressrun.home import Home
from pressrun.protocol import calls
from pressrun.protocol.calls import Call
from pressrun.protocol.messages.base import Message, Nothing
from pressrun.sites.profile import SiteProfile, choose

R = TypeVar("R", bound=Message)

app = typer.Typer(
    no_args_is_help=True, help="See how Pressrun reads the site's pages, and fix the site profile."
)

SITE = "chatgpt"


@app.command()
def read(
    page: Annotated[Path, typer.Argument(metavar="PAGE", help="A saved page (HTML or MHTML).")],
    profile: Annotated[
        Path | None,
        typer.Option(
            "--profile",
            help="Site profile to use.",
            show_default="your own copy in the home folder, or else the shipped one",
        ),
    ] = None,
    prompt: Annotated[
        str | None, typer.Option("--prompt", help="Show only the answer to this prompt.")
    ] = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Read a saved page as the extension would; show what was found, and by which rules.

    The page's scripts do not run, and nothing is loaded from the network.
    """
    # what reads a site's words in every language doubles the start of every command
    from pressrun.cli.site_report import describe  # noqa: PLC0415
    from pressrun.cli.site_view import report_lines  # noqa: PLC0415

    site = _in_use(home_of(home)) if profile is None else SiteProfile.load(profile)
    with Reader(find_browser()) as reader:
        reading = reader.read(page, site.page)
    report = {"page": str(page), **describe(site, reading, prompt)}
    if as_json:
        terminal.data(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        _print(partial(report_lines, report))


@app.command()
def check(as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Show what is found in every open worker tab; exit code 3 when something is missing.

    This only reads the pages: it sends nothing and costs no picture.
    """
    from pressrun.cli.site_view import checked_lines  # noqa: PLC0415 - as in `read`

    checked = asyncio.run(_ask(home_of(home), calls.SITE_CHECK))
    if as_json:
        terminal.data(checked.model_dump_json(indent=2))
    else:
        _print(partial(checked_lines, checked))
    unwell = [tab for tab in checked.tabs if tab.missing or not tab.shell]
    raise typer.Exit(Exit.NEEDS_YOU if unwell or not checked.tabs else Exit.OK)


@app.command()
def capture(as_json: AsJson = False, home: HomeFolder = None) -> None:
    """Save the page of every open worker tab, so that you can try a profile on it.

    Prompts, answers, titles, names, file names and ids are made unreadable. Look through a file
    before you share it.
    """
    kept = asyncio.run(_ask(home_of(home), calls.SITE_CAPTURE))
    if as_json:
        terminal.data(kept.model_dump_json(indent=2))
    else:
        for line in (*kept.files, *(f"not saved: {why}" for why in kept.failed)):
            terminal.say(line)
        if not kept.files and not kept.failed:
            terminal.say("No worker tab is open. Worker tabs are open while a batch runs.")
    raise typer.Exit(Exit.OK if kept.files else Exit.NEEDS_YOU)


@app.command("try")
def try_(
    profile: Annotated[
        Path,
        typer.Argument(
            metavar="PROFILE", exists=True, dir_okay=False, help="The changed site profile."
        ),
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PAGE", help="Captures or saved pages.", show_default="all captures"
        ),
    ] = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Try a changed profile on captured or saved pages, and show the differences.

    Each page is read with the profile in use and with PROFILE. Exit code 3 means that PROFILE finds
    less: a role, the shell, a turn, a picture, an attachment or the outcome is lost.
    """
    # as in `read`
    from pressrun.cli.site_change import Trial, compare  # noqa: PLC0415
    from pressrun.cli.site_report import describe  # noqa: PLC0415
    from pressrun.cli.site_view import trial_lines  # noqa: PLC0415

    own = home_of(home)
    tried = SiteProfile.load(profile)
    if tried.name != SITE:
        raise BadInputError(
            f"{profile}: name: this profile is for the site {tried.name!r}, not for {SITE!r}"
        )
    pages = files or sorted(own.captures.glob("*.html"))
    if not pages:
        raise BadInputError(
            f"there is no capture in {own.captures}. Make one with pressrun site capture while a "
            "batch runs, or name saved pages"
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
        terminal.data(json.dumps(trial.told(), indent=2, ensure_ascii=False))
    else:
        _print(partial(trial_lines, trial))
    raise typer.Exit(Exit.NEEDS_YOU if trial.loses else Exit.OK)


def _in_use(home: Home) -> SiteProfile:
    site, warning = choose(SITE, home.sites)
    if warning is not None:
        terminal.complain(f"pressrun: {warning}; the shipped profile is used instead")
    return site


async def _ask(home: Home, call: Call[Nothing, R]) -> R:
    async with connect(home) as client:
        return await client.ask(call, Nothing())


def _print(lines: Callable[[int], Iterable[Text]]) -> None:
    console = terminal.console()
    for line in lines(console.width):
        console.print(line, no_wrap=True, overflow="ellipsis")
