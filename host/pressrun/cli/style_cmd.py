"""`pressrun style`, `review` and `settle`: what stands out, what drifts, and what waits."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from pressrun.book import find
from pressrun.cli import terminal
from pressrun.cli.client import connect
from pressrun.cli.lines import indented, middle, width_of
from pressrun.cli.options import AsJson, HomeFolder, home_of, nameable
from pressrun.cli.panels_cmd import OfBatch
from pressrun.errors import BadInputError, Exit
from pressrun.home import Home
from pressrun.picture.measure import FEWEST_REJECTED
from pressrun.protocol import calls
from pressrun.protocol.messages.style import (
    LEVELS,
    ChapterStyle,
    DriftSettle,
    DriftsSettled,
    DriftStatus,
    OutlierStatus,
    ReviewFound,
    ReviewQuery,
    StyleQuery,
    StyleReport,
)
from pressrun.states import MarkState
from pressrun.words import ordinal, panels, pictures, upper

BARS = "▁▂▃▄▅▆▇█"
"""The levels of a chapter's line; where a terminal lacks them, others stand for them."""

STANDS_OUT = LEVELS - 2
"""From this level on, pictures stand out."""

INSTALL = "pip install 'pressrun[style]'"

KEY_CELLS = 36

CHAPTER_CELLS = 16

_NUMBER = " " * 3
"""What a line that begins with a number is wider than an indent."""

Book = Annotated[
    Path | None,
    typer.Argument(
        metavar="BOOK",
        help="Folder of a book, or a prompt list.",
        show_default="the book that you are in, or the newest batch",
    ),
]


def style(
    book: Book = None, batch: OfBatch = None, as_json: AsJson = False, home: HomeFolder = None
) -> None:
    """Show how pictures stand to those you approved: what stands out, and where they drift.

    A score has no unit of its own, so pictures are told by their rank: the 1st of 240 is the one
    that is least like those that you approved.
    """
    asked = StyleQuery(batch=batch, source=source_of(book, batch))
    found = asyncio.run(_report(home_of(home), asked))
    if as_json:
        terminal.data(found.model_dump_json(indent=2))
    else:
        show(terminal.console(), found)


def review(
    book: Book = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=10_000, help="How many pictures to list.")
    ] = 20,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """List the pictures that wait for your word, those that stand out most first.

    Exit code 3 means that there are any.
    """
    asked = ReviewQuery(batch=batch, source=source_of(book, batch))
    found = asyncio.run(_review(home_of(home), asked, limit))
    if as_json:
        terminal.data(found.model_dump_json(indent=2))
    else:
        _list(terminal.console(), found)
    raise typer.Exit(Exit.NEEDS_YOU if found.total else Exit.OK)


def settle(
    numbers: Annotated[
        list[int] | None,
        typer.Argument(
            metavar="DRIFT", help="Numbers of drifts; see `pressrun style`.", show_default="all"
        ),
    ] = None,
    batch: OfBatch = None,
    as_json: AsJson = False,
    home: HomeFolder = None,
) -> None:
    """Say that a drift is settled: panels that it holds are made, and later ones sent as usual.

    Do this when the pictures are as you want them, or when you have changed what they are made
    from. A drift that goes on is noticed again.
    """
    asked = DriftSettle(batch=batch, source=source_of(None, batch), drifts=numbers or [])
    found = asyncio.run(_settle(home_of(home), asked))
    if as_json:
        terminal.data(found.model_dump_json())
    elif not found.drifts:
        none = "no such drift" if numbers else "no drift to settle"
        terminal.say(f"There is {none}; nothing was changed. To see them: pressrun style")
    else:
        settled = f"{found.drifts:,} drift{'' if found.drifts == 1 else 's'} settled."
        made = f" {panels(found.let_go)} will be made now." if found.let_go else ""
        terminal.say(f"{settled}{made}")


def source_of(book: Path | None, batch: int | None) -> str | None:
    """The list or the book whose pictures are meant; None is the batch's, or the newest batch's.

    Raises:
        BadInputError: what is named is no book and no file, or a batch is named as well.
    """
    if book is not None and batch is not None:
        raise BadInputError("name a book or a batch, not both")
    if book is not None and book.is_file() and book.name != find.NAME:
        return str(nameable(book.resolve(), "list"))
    if batch is not None or (book is None and not _is_in_a_book()):
        return None
    return str(nameable(find.folder_of(book, Path.cwd()), "book") / find.NAME)


def _is_in_a_book() -> bool:
    here = Path.cwd()
    return any(find.is_book(folder) for folder in (here, *here.parents))


def show(console: Console, found: StyleReport) -> None:
    """Print how the pictures of a library stand to the approved ones."""
    width = width_of(console)
    sections = {
        "": list(_head(found)),
        "Least like the approved": [line for each in found.worst for line in _outlier(each, width)],
        "Chapter by chapter, from the first picture made to the last": list(_plots(found.chapters)),
        "Drift": [line for each in found.drifts for line in _drift(each, width)],
        " ": list(_foot(found)),
    }
    for title, lines in sections.items():
        if title and lines:
            console.print(Text(f"\n{title}" if title.strip() else "", style="bold"))
        for line in lines:
            whole = line.plain.startswith(" ") or _names_command(line.plain)
            console.print(line, soft_wrap=whole or width is None)


def _names_command(text: str) -> bool:
    """Whether a text names a command: copied with a line break or a stop in it, it is another."""
    return "pressrun " in text or "pip install" in text


def _sentence(text: str) -> str:
    return text if _names_command(text) else f"{text}."


def _head(found: StyleReport) -> Iterator[Text]:
    """What pictures are compared with, and what comes of it."""
    if found.fault:
        yield Text(_sentence(upper(found.fault)), style="yellow")
    yield Text(_sentence(found.basis))
    if found.agreement:
        odd = any(each.odd for each in found.approved)
        yield Text(_sentence(found.agreement), style="yellow" if odd else "")
    if found.rejected:
        yield Text(_lesson(found.rejected))
    counts = ", ".join(each.text for each in found.counts)
    yield Text(f"{pictures(found.pictures)}: {counts}." if counts else "No picture is made yet.")


def _lesson(rejected: int) -> str:
    told = f"{pictures(rejected)} rejected because of the style"
    if rejected >= FEWEST_REJECTED:
        return f"{told}: what they have in common counts against a picture."
    return f"{told}; from {FEWEST_REJECTED} on, Pressrun learns from them."


def _foot(found: StyleReport) -> Iterator[Text]:
    """What becomes of pictures that stand out."""
    yield Text(_sentence(found.rule))
    if found.steering:
        yield Text(_sentence(found.steering))
    if found.version is not None and not found.network:
        yield Text(f"Measured without the network; with it, more is noticed: {INSTALL}", "dim")


def _outlier(outlier: OutlierStatus, width: int | None) -> Iterator[Text]:
    """A picture that stands out, in a line, and how it differs below."""
    place = ordinal(outlier.rank) if outlier.rank else "–"
    head = Text(f"{place:>5}  ")
    head.append(middle(outlier.key, width and KEY_CELLS), style="bold")
    if outlier.state == MarkState.HELD:
        head.append(f"  {_waits(outlier.held)}", style="yellow")
    elif outlier.state == MarkState.REPAIRING:
        head.append("  being made again", style="dim")
    yield head
    yield from _below(upper(outlier.why), width)


def _waits(held: int) -> str:
    return f"{panels(held)} wait{'s' if held == 1 else ''} for it" if held else "waits for you"


def _plots(chapters: list[ChapterStyle]) -> Iterator[Text]:
    """A line a chapter: its pictures in numbers, and a small plot of how far they are."""
    shown = [each for each in chapters if each.line]
    if not shown:
        return
    names = [middle(each.chapter, CHAPTER_CELLS) for each in shown]
    counts = [pictures(each.pictures) for each in shown]
    outliers = [f"{each.outliers:,} stand{'s' if each.outliers == 1 else ''} out" for each in shown]
    wide = max(map(cell_len, names))
    for name, count, told, each in zip(names, counts, outliers, shown, strict=True):
        row = Text(f"  {name}{' ' * (wide - cell_len(name))}  {count:>{max(map(len, counts))}}  ")
        row.append(f"{told if each.outliers else '':>{max(map(len, outliers))}}  ", style="yellow")
        for level in each.line:
            row.append(BARS[level], style="yellow" if level >= STANDS_OUT else "cyan")
        yield row
    means = any(each.pictures > len(each.line) for each in shown)
    mean = "; in long chapters, a bar is the mean of several pictures" if means else ""
    yield Text(f"  {BARS[STANDS_OUT:]} stand out{mean}", style="dim")


def _drift(drift: DriftStatus, width: int | None) -> Iterator[Text]:
    head = Text(f"{drift.number:>5}  ")
    head.append(drift.about, style="bold")
    head.append(f"  since {middle(drift.since, width and KEY_CELLS)}")
    yield head
    yield from _below(upper(drift.why), width)
    yield from _below(drift.advice, None)


def _below(text: str, width: int | None) -> Iterator[Text]:
    """Lines below a head that begins with a number."""
    for line in indented(text, width and width - len(_NUMBER)) if text else ():
        yield Text(f"{_NUMBER}{line}", style="dim")


def _list(console: Console, found: ReviewFound) -> None:
    if not found.total:
        console.print("No picture waits for your word.")
        return
    width = width_of(console)
    for each in found.pictures:
        head = Text(each.key, style="bold")
        place = f"{ordinal(each.rank)} of {each.of:,}" if each.rank else ""
        waits = _waits(each.held) if each.held or each.state == MarkState.HELD else ""
        if place or waits:
            head.append(f"  {', '.join(filter(None, [place, waits]))}", style="not bold")
        console.print(head, soft_wrap=True)
        for line in indented(upper(each.why), width) if each.why else ():
            console.print(Text(line), soft_wrap=True)
        told = [each.path, *([f"What you can do: {each.advice}"] if each.advice else [])]
        for line in told:
            console.print(Text(f"    {line}", style="dim"), soft_wrap=True)
    if (left := found.total - len(found.pictures)) > 0:
        console.print(f"and {left:,} more: pressrun review --limit {found.total}", soft_wrap=True)


async def _report(home: Home, asked: StyleQuery) -> StyleReport:
    async with connect(home) as client:
        return await client.ask(calls.STYLE_REPORT, asked)


async def _review(home: Home, asked: ReviewQuery, limit: int) -> ReviewFound:
    async with connect(home) as client:
        found = await client.ask(calls.STYLE_REVIEW, asked)
        shown = list(found.pictures)
        while len(shown) < min(limit, found.total):
            more = asked.model_copy(update={"first": len(shown)})
            page = await client.ask(calls.STYLE_REVIEW, more)
            if not page.pictures:
                break
            shown += page.pictures
        # a page is bounded, what was asked for is not
        return found.model_copy(update={"pictures": shown[:limit]})


async def _settle(home: Home, asked: DriftSettle) -> DriftsSettled:
    async with connect(home) as client:
        return await client.ask(calls.STYLE_SETTLE, asked)
