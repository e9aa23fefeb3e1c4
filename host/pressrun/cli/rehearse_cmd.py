"""`pressrun rehearse`: a whole book against a simulated site, in virtual time."""

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from pressrun.cli import terminal
from pressrun.cli.options import AsJson, Tabs
from pressrun.lists import prompts
from pressrun.words import duration

MOST_TABS = 32

PROGRESS_SECONDS = 2.0
"""How often it is told how far the simulation is."""


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
    library work with a simulated site, tabs and clock, and every picture is approved at once. Each
    account has the limit that is usual for the site; yours may differ.
    """
    # the simulator doubles the start of every command
    from pressrun.simulator import night  # noqa: PLC0415
    from pressrun.simulator.site import Hidden  # noqa: PLC0415
    from pressrun.sites.profile import shipped  # noqa: PLC0415

    # nobody is there to approve anything
    panels = [replace(panel, after=None) for panel in prompts.read(file).panels]
    console = terminal.console(soft_wrap=True)
    if not as_json:
        console.print(f"SIMULATED: {len(panels)} pictures, {accounts} × {tabs} tabs, seed {seed}")
    usual = shipped("chatgpt").usual
    # as many tabs as the author asks for are never too many
    cap = Hidden(usual.cap, usual.cap_seconds, MOST_TABS + 1) if usual.cap else None
    if cap is not None and not as_json:
        console.print(
            f"SIMULATED: assuming the usual limit of {cap.sends} pictures in "
            f"{duration(cap.seconds)} for each account"
        )
    shown_at = time.monotonic()

    def show(made: int, seconds: float) -> None:
        nonlocal shown_at
        if not as_json and time.monotonic() - shown_at >= PROGRESS_SECONDS:
            shown_at = time.monotonic()
            console.print(f"SIMULATED: {made:,} of {len(panels):,} made after {duration(seconds)}")

    report = night.play(panels, seed, faults, tabs=tabs, accounts=accounts, told=show, hidden=cap)
    if as_json:
        terminal.data(json.dumps({"simulated": True, **report.numbers}))
        return
    found = report.audit
    console.print(f"SIMULATED: {duration(report.virtual_hours * 3600)} from start to end")
    console.print(
        f"SIMULATED: {found.done} made, {found.refused} refused by the site, "
        f"{found.needs_you} need your decision; success {report.audit.success_rate:.1%}"
    )
    limits = ", ".join(f"{count} × {what}" for what, count in report.limits.items())
    console.print(f"SIMULATED: limits met: {limits or 'none'}")
