"""`pressrun rehearse`: a whole book against a simulated site, in virtual time."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pressrun.book import prompts
from pressrun.cli.options import AsJson, Tabs
from pressrun.words import duration


def rehearse(
    file: Annotated[Path, typer.Argument(help="Prompt list: text, .csv or .jsonl.")],
    tabs: Tabs = 2,
    accounts: Annotated[int, typer.Option(min=1, max=8, help="Accounts to play.")] = 1,
    faults: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="How many of the sends meet a fault.")
    ] = 0.05,
    seed: Annotated[int, typer.Option(help="The same one plays the same night.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Play the making of FILE on a simulated site, and tell what the night came to.

    Nothing is sent, no host is asked, and no file is written. Every picture is taken to be
    approved at once. The real scheduler, database and
    library work against a site, tabs and a clock that are made up: its times and limits are not
    your account's.
    """
    from pressrun.simulator import night  # noqa: PLC0415 - doubles the start of every command

    # nobody is there to approve anything
    panels = [replace(panel, after=None) for panel in prompts.read(file)]
    console = Console(highlight=False, soft_wrap=True)
    if not as_json:
        console.print(f"SIMULATED: {len(panels)} pictures, {accounts} × {tabs} tabs, seed {seed}")
    report = night.play(panels, seed, faults, tabs=tabs, accounts=accounts)
    if as_json:
        sys.stdout.write(json.dumps({"simulated": True, **report.numbers}) + "\n")
        return
    found = report.audit
    console.print(f"SIMULATED: {duration(report.virtual_hours * 3600)} from first to last")
    console.print(
        f"SIMULATED: {found.done} made, {found.refused} refused by the site, "
        f"{found.needs_you} would wait for you; success {report.audit.success_rate:.1%}"
    )
    limits = ", ".join(f"{count} × {what}" for what, count in report.limits.items())
    console.print(f"SIMULATED: limits met: {limits or 'none'}")
