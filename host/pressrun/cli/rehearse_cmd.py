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
    accounts: Annotated[int, typer.Option(min=1, max=8, help="Accounts to simulate.")] = 1,
    faults: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of sends that meet a fault.")
    ] = 0.05,
    seed: Annotated[int, typer.Option(help="The same seed gives the same run.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Simulate making the pictures of FILE, and report how it went.

    Nothing is sent, no host is needed and no file is written. The real scheduler, database and
    library work with a simulated site, tabs and clock, and every picture is approved at once. Times
    and limits are those of the simulation, not of your account.
    """
    from pressrun.simulator import night  # noqa: PLC0415 - doubles the start of every command

    # nobody is there to approve anything
    panels = [replace(panel, after=None) for panel in prompts.read(file).panels]
    console = Console(highlight=False, soft_wrap=True)
    if not as_json:
        console.print(f"SIMULATED: {len(panels)} pictures, {accounts} × {tabs} tabs, seed {seed}")
    report = night.play(panels, seed, faults, tabs=tabs, accounts=accounts)
    if as_json:
        sys.stdout.write(json.dumps({"simulated": True, **report.numbers}) + "\n")
        return
    found = report.audit
    console.print(f"SIMULATED: {duration(report.virtual_hours * 3600)} from start to end")
    console.print(
        f"SIMULATED: {found.done} made, {found.refused} refused by the site, "
        f"{found.needs_you} need your decision; success {report.audit.success_rate:.1%}"
    )
    limits = ", ".join(f"{count} × {what}" for what, count in report.limits.items())
    console.print(f"SIMULATED: limits met: {limits or 'none'}")
