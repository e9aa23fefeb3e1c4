"""`pressrun verify`: check database, pictures and sidecars against each other, and repair."""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Annotated

import typer
from rich.text import Text

from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.options import AsJson, HomeFolder, home_of
from pressrun.clock import SystemClock
from pressrun.errors import Exit, NoHostError
from pressrun.home import Home, HomeTakenError
from pressrun.protocol import calls
from pressrun.protocol.messages.base import Nothing
from pressrun.protocol.messages.verify import Care, Fault, Finding, VerifyPart, VerifyStep

STOP_SECONDS = 30.0
"""How long a host may take to stop."""

_STYLES = {Care.YOURS: "bold yellow", Care.MENDABLE: "yellow", Care.MENDED: "green"}


def verify(
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Repair what can be repaired. No intact picture is deleted."),
    ] = False,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Check every picture, its sidecar and the database; exit code 3 when something needs you.

    This reads every picture in full, so thousands of pictures take minutes. A running batch is not
    disturbed.

    With `--repair`, a damaged or missing database is restored from its newest backup and from the
    sidecars (the JSON files beside the pictures).
    """
    report = _Report(as_json=as_json)
    with report:
        asyncio.run(_verify(home_of(home), report, repair=repair))
    report.end()
    raise typer.Exit(report.exit)


async def _verify(home: Home, report: "_Report", *, repair: bool) -> None:
    try:
        async with connect(home) as client:
            part = await client.ask(calls.VERIFY, VerifyStep(repair=repair))
            while not (part.done or _is_broken(part)):
                report.take(part)
                part = await client.ask(calls.VERIFY, VerifyStep(run=part.run))
            if not _is_broken(part):
                report.take(part)
                return
            why = part.findings[0].text
            if repair:
                await client.ask(calls.HOST_STOP, Nothing())
    except NoHostError:
        found = await asyncio.to_thread(_damage, home)
        if found is None:
            raise
        why = found
    if repair:
        await _restore(home, report)
    else:
        report.tell(
            Finding(fault=Fault.DATABASE, care=Care.MENDABLE, path=str(home.store), text=why)
        )


def _is_broken(part: VerifyPart) -> bool:
    return any(finding.fault == Fault.DATABASE for finding in part.findings)


def _damage(home: Home) -> str | None:
    from pressrun.verify import restore  # noqa: PLC0415 - slow to import, and seldom needed

    try:
        return restore.damage(home)
    except HomeTakenError:
        return None  # a host runs after all, and has already answered


async def _restore(home: Home, report: "_Report") -> None:
    async for finding in _restoring(home, report):
        report.tell(finding)


async def _restoring(home: Home, report: "_Report") -> AsyncIterator[Finding]:
    from pressrun.verify import restore  # noqa: PLC0415 - slow to import, and seldom needed

    until = time.monotonic() + STOP_SECONDS
    while True:
        try:
            async with restore.restored(home, SystemClock()) as (findings, run, _):
                for finding in findings:
                    yield finding
                async for told in run.findings():
                    report.progress(run.checked, run.total, run.doing)
                    if told is not None:
                        yield told
        except HomeTakenError:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.02)
        else:
            return


class _Report:
    """Prints findings as they come, and the progress; a context manager."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._console = terminal.console(soft_wrap=True)
        self._status = terminal.console(stderr=True).status(Text("Checking …"))
        self._found: Counter[tuple[Fault, Care]] = Counter()
        self._findings: list[Finding] = []
        self._checked = 0

    def __enter__(self) -> None:
        if sys.stderr.isatty():
            self._status.start()

    def __exit__(self, *_: object) -> None:
        self._status.stop()

    def take(self, part: VerifyPart) -> None:
        """Print what a step found."""
        for finding in part.findings:
            self.tell(finding)
        self.progress(part.checked, part.total, part.doing)

    def progress(self, checked: int, total: int, doing: str) -> None:
        """Show the progress."""
        self._checked = checked
        self._status.update(Text(f"{checked:,} of {total:,} pictures · {doing}"))

    def tell(self, finding: Finding) -> None:
        """Print one finding, in one line."""
        self._found[finding.fault, finding.care] += 1
        if self._as_json:
            self._findings.append(finding)
            return
        line = Text(f"{finding.fault.value:10} ", style=_STYLES.get(finding.care, "dim"))
        line.append(f"{finding.path}: " if finding.path else "", style="bold")
        key = finding.key if finding.key and finding.key not in finding.path else None
        line.append(f"{key}: " if key else "")
        line.append(finding.text)
        self._console.print(line)

    @property
    def exit(self) -> Exit:
        """3 when something is left to do."""
        open_ = any(care in (Care.YOURS, Care.MENDABLE) for _, care in self._found)
        return Exit.NEEDS_YOU if open_ else Exit.OK

    def end(self) -> None:
        """Print the summary."""
        if self._as_json:
            found = [finding.model_dump(mode="json") for finding in self._findings]
            whole = {"checked": self._checked, "clean": not found, "findings": found}
            terminal.data(json.dumps(whole, indent=2, ensure_ascii=False))
        else:
            self._console.print(summary(self._checked, self._found))


def summary(checked: int, found: Counter[tuple[Fault, Care]]) -> str:
    """The outcome of a run, in a sentence or two."""
    pictures = f"{checked:,} picture{'' if checked == 1 else 's'}"
    counts: dict[Care, int] = dict.fromkeys(Care, 0)
    for (_, care), count in found.items():
        counts[care] += count
    parts = [f"{pictures} checked"]
    for care, words in (
        (Care.MENDED, "repaired"),
        (Care.MENDABLE, "can be repaired"),
        (Care.YOURS, "needs you" if counts[Care.YOURS] == 1 else "need you"),
    ):
        if counts[care]:
            parts.append(f"{counts[care]:,} {words}")
    if len(parts) == 1:
        rest = "nothing needs you" if found else "everything is in order"
        return f"{pictures} checked; {rest}."
    tail = " To repair: pressrun verify --repair" if counts[Care.MENDABLE] else ""
    return f"{', '.join(parts)}.{tail}"
