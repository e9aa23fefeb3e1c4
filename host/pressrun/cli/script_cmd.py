"""`pressrun script`: what is read of an author's comic script; writes a book's Markdown."""

import json
import shlex
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from pressrun.book import find
from pressrun.cli import terminal
from pressrun.cli.lines import cut, indented, width_of
from pressrun.cli.options import AsJson
from pressrun.errors import Exit
from pressrun.scripts import told, writing
from pressrun.scripts.script import Script, Voice
from pressrun.texts import faults
from pressrun.words import upper

_SHOWN = 500
"""How many panels are shown; the others are counted."""

_NOTES = 20

_KINDS = ((Voice.BALLOON, "balloon"), (Voice.CAPTION, "caption"), (Voice.EFFECT, "sound"))


def script(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="The script: text, Markdown, Fountain, JSON, or a shot list as a table.",
        ),
    ],
    write: Annotated[
        Path | None,
        typer.Option(
            "--write",
            metavar="BOOK",
            help="Write it as Markdown into this book, a new folder, or a file that ends in .md.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that --write would write.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what is read of a comic script: pages, panels, who speaks, and what is drawn.

    A script without panels leads to a question and exit code 3. Without --write, this changes
    nothing.
    """
    # what knows authors' habits in every language doubles the start of every command
    from pressrun.scripts import read  # noqa: PLC0415

    found = read.read(file)
    written = list[Path]()
    if write is not None and not found.question:
        written = writing.write(
            found, write, is_book=find.is_book(write), force=force, formats=_formats(write)
        )
    if as_json:
        terminal.data(json.dumps(told.as_json(found), ensure_ascii=False, indent=2))
    else:
        console = terminal.console()
        for line in _lines(found, file, width_of(console)):
            console.print(line, soft_wrap=True)
        _say_written(console, written, write)
    if found.question:
        raise typer.Exit(Exit.NEEDS_YOU)


def _formats(book: Path) -> Collection[str]:
    """The names of formats that a book has of its own; none where it cannot be read."""
    path = book if book.name == find.NAME else book / find.NAME
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8")).get("formats")
    except (OSError, ValueError):
        return ()
    return told if isinstance(told, dict) else ()


def _say_written(console: Console, written: list[Path], into: Path | None) -> None:
    for path in written:
        console.print(Text(f"Wrote {faults.told(path)}"), soft_wrap=True)
    if written and into is not None and into.suffix.casefold() != ".md":
        console.print(Text(f"Next: pressrun check {shlex.quote(str(into))}"), soft_wrap=True)


def _lines(found: Script, file: Path, width: int | None) -> Iterator[Text]:
    """What was read, a line a panel."""
    if found.question:
        yield Text(f"{faults.told(file)} is not read as a script yet.", style="bold")
        yield from (Text(line) for line in _wrapped(found.question, width))
    else:
        yield Text(f"{faults.told(file)}: {_size(found)}", style="bold")
        yield from _panels(found, width)
    for note in found.notes[:_NOTES]:
        yield from (Text(line, style="dim") for line in _wrapped(f"- {upper(note)}", width))
    if len(found.notes) > _NOTES:
        yield Text(f"and {len(found.notes) - _NOTES:,} more remarks", style="dim")


def _wrapped(text: str, width: int | None) -> list[str]:
    return [line[4:] for line in indented(text, None if width is None else width + 4)]


def _size(found: Script) -> str:
    pages = sum(len(chapter.pages) for chapter in found.chapters)
    parts = [
        (len(found.chapters), "chapter"),
        (pages, "page"),
        (sum(1 for _ in found.panels), "panel"),
    ]
    return ", ".join(_counted(count, what) for count, what in parts)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _panels(found: Script, width: int | None) -> Iterator[Text]:
    chapter = page = None
    for at, each in enumerate(told.panels(found)):
        if at == _SHOWN:
            left = sum(1 for _ in found.panels) - _SHOWN
            yield Text(f"and {left:,} more panels; --json has them all", style="dim")
            return
        if each.chapter != chapter:
            of = found.chapters[each.chapter - 1]
            if of.title or of.label:
                yield Text(": ".join(part for part in (of.label, of.title) if part), style="bold")
        if (each.chapter, each.of) != (chapter, page):
            double = " (two pages)" if each.of.double else ""
            title = f": {each.of.title}" if each.of.title else ""
            yield Text(f"  Page {each.of.label or each.page}{title}{double}")
        chapter, page = each.chapter, each.of
        yield _panel(each, width)


def _told(prompt: str) -> str:
    """What is drawn, on one line: place, action and mood as sentences of their own."""
    parts = [" ".join(part.split()) for part in prompt.split("\n\n")]
    ended = [f"{part}{_stop(part)}" for part in parts if part]
    return " ".join([*ended[:-1], *[part for part in parts if part][-1:]])


def _stop(part: str) -> str:
    """What ends a sentence that has no end yet."""
    if not part[-1:].isalnum():
        return ""
    return "。" if part[-1] > "\u2e80" else "."


def _panel(each: told.ToldPanel, width: int | None) -> Text:
    head = f"    {each.what.label or each.panel:>3}  "
    prompt = _told(told.prompt_of(each.what)) or "(nothing is said of what is drawn)"
    counts = [(told.count(each.what, voice), what) for voice, what in _KINDS]
    lettered = ", ".join(_counted(count, what) for count, what in counts if count)
    names = ", ".join(told.speakers_of(each.what))
    tail = "; ".join(part for part in (names, lettered) if part)
    room = None if width is None else width - cell_len(head)
    line = Text(head + cut(prompt, room))
    if tail:
        line.append(f"\n{' ' * cell_len(head)}{cut(tail, room)}", style="dim")
    return line
