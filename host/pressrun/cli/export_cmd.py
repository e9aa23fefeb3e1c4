"""`pressrun export`: a book for readers, printers and letterers."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from pressrun.book.find import folder_of
from pressrun.book.model import Book, BookChapter, BookPanel
from pressrun.book.read import read
from pressrun.cli import terminal
from pressrun.cli.options import AsJson
from pressrun.cli.paths import usable
from pressrun.errors import BadInputError, Exit
from pressrun.export import (
    artwork,
    cbz,
    completeness,
    folder,
    lettering,
    paint,
    pdf,
    reader,
    target,
)
from pressrun.export.completeness import Tally
from pressrun.export.leaves import Art, Volume, bind, chapter_of
from pressrun.texts.faults import told

_FILES = ("cbz", "pdf", "html")
_FOLDER = "folder"
_WORDS = "lettering"

_MEGABYTE = 1_000_000


def export(  # noqa: PLR0913, PLR0917 - an option each
    book: Annotated[
        Path | None,
        typer.Argument(
            metavar="BOOK",
            help="A book's folder or its book.toml.",
            show_default="the book you are in",
        ),
    ] = None,
    as_cbz: Annotated[bool, typer.Option("--cbz", help="A CBZ, for readers of comics.")] = False,
    as_pdf: Annotated[
        bool, typer.Option("--pdf", help="A PDF, for print: lossless, with bleed.")
    ] = False,
    as_html: Annotated[
        bool, typer.Option("--html", help="One page for browsers that holds everything.")
    ] = False,
    as_folder: Annotated[
        bool,
        typer.Option("--folder", help="A folder with a copy of each picture, and all words."),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="Where to: a file, or a folder for several.",
            show_default="export/ in the book's folder",
        ),
    ] = None,
    chapter: Annotated[
        str | None,
        typer.Option("--chapter", metavar="N", help="Only this chapter, by number or key."),
    ] = None,
    proof: Annotated[
        bool, typer.Option("--proof", help="Small pages, marked, with the keys of panels.")
    ] = False,
    language: Annotated[
        str | None,
        typer.Option("--lang", metavar="CODE", help="The translation in lang/CODE, such as es."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write over a file that Pressrun did not make.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a CBZ, a PDF, a page for browsers or a folder of a book, as far as it has pictures.

    Pictures that are missing are shown as gaps. Nothing is sent, no picture is changed, and a run
    can go on meanwhile.
    """
    asked = {"cbz": as_cbz, "pdf": as_pdf, "html": as_html, _FOLDER: as_folder}
    kinds = [kind for kind, wanted in asked.items() if wanted]
    if not kinds:
        raise BadInputError(
            "say what to make of the book: --cbz, --pdf, --html or --folder (several are "
            "possible). Nothing was written"
        )
    found = read(folder_of(book, Path.cwd()), language)
    only = chapter_of(found, chapter) if chapter is not None else None
    paint.background(found)
    artwork.check(found)
    order = _Order(found, only, proof=proof)
    places = order.places(kinds, output)
    for kind, path in places.items():
        if kind == _FOLDER:
            folder.check(found, path)
        else:
            target.check(found, path, force=force)
    with _progress(len(found.panels), "Reading pictures") as step:
        volume = bind(found, _finder(found, step), only)
    made = {kind: _made(kind, path, volume, proof=proof) for kind, path in places.items()}
    _tell(volume, made, as_json=as_json)
    raise typer.Exit(Exit.NEEDS_YOU if completeness.unusable(volume) else Exit.OK)


@dataclass(frozen=True)
class _Order:
    """What of a book is exported."""

    book: Book
    chapter: BookChapter | None
    proof: bool

    def places(self, kinds: list[str], output: Path | None) -> dict[str, Path]:
        """Where each kind goes; the words go beside files that do not have them as a text.

        Raises:
            BadInputError: the author named a file for several kinds, or what no file is called.
        """
        parts = [
            self.book.title,
            self.chapter.key if self.chapter else "",
            self.book.translation or "",
            "proof" if self.proof else "",
        ]
        name = target.name_of(" - ".join(filter(None, parts)))
        base = self.book.folder / target.FOLDER
        single = None
        if output is not None:
            named = Path.cwd() / output
            if len(kinds) > 1 or (kinds != [_FOLDER] and named.is_dir()):
                base = named
            else:
                single = named
        if len(kinds) > 1 and base.exists() and not base.is_dir():
            raise BadInputError(
                f"{base} is a file; for several kinds, -o names a folder. Nothing was written"
            )
        found = dict[str, Path]()
        for kind in kinds:
            if kind == _FOLDER:
                found[kind] = single or base / name
            else:
                found[kind] = _ending(single, f".{kind}") if single else base / f"{name}.{kind}"
        for kind in ("cbz", "pdf"):
            if kind in found and any(panel.lettering for panel in self._panels):
                beside = found[kind]
                found[_WORDS] = beside.with_name(f"{beside.stem} - lettering.txt")
        for path in found.values():
            usable(path)  # a name that the disk takes may be too long with its ending
        return found

    @property
    def _panels(self) -> list[BookPanel]:
        return self.chapter.panels if self.chapter else self.book.panels


def _ending(path: Path, ending: str) -> Path:
    return path if path.suffix.lower() == ending else path.with_name(path.name + ending)


def _finder(book: Book, step: Callable[[], None]) -> Callable[[BookPanel], Art]:
    def found(panel: BookPanel) -> Art:
        step()
        return artwork.find(book, panel)

    return found


def _made(kind: str, path: Path, volume: Volume, *, proof: bool) -> Path:
    """Write one kind.

    Raises:
        BadInputError: the disk does not take it.
    """
    count = len(volume.panels) if kind == _FOLDER else len(volume.leaves)
    try:
        with _progress(count, f"Writing {path.name}") as step:
            _write(kind, path, volume, step, proof=proof)
    except OSError as error:
        raise BadInputError(
            f"{path} cannot be written: {error.strerror or error}. What was there is as it was, "
            "and so are your pictures"
        ) from error
    return path


def _write(kind: str, path: Path, volume: Volume, step: Callable[[], None], *, proof: bool) -> None:
    if kind == _FOLDER:
        folder.write(volume, path, step, proof=proof)
        return
    with target.writing(path) as file:
        match kind:
            case "cbz":
                cbz.write(volume, file, step, proof=proof)
            case "html":
                reader.write(volume, file, step, proof=proof)
            case "pdf":
                with target.scratch(path) as scratch:
                    pdf.write(volume, file, scratch, step, proof=proof)
            case _:
                file.write(lettering.text(volume).encode())


@contextmanager
def _progress(total: int, what: str) -> Iterator[Callable[[], None]]:
    """A bar on a terminal; what it yields counts."""
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        console=terminal.console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def _tell(volume: Volume, made: dict[str, Path], *, as_json: bool) -> None:
    tallies = completeness.tallies(volume)
    remarks = list(completeness.remarks(volume))
    if as_json:
        whole = {
            "files": {kind: str(path) for kind, path in made.items()},
            "pages": len(volume.leaves),
            "chapters": [asdict(each) for each in tallies],
            "remarks": remarks,
        }
        terminal.data(json.dumps(whole, indent=2, ensure_ascii=False))
        return
    screen = terminal.console()
    screen.print(_table(volume, tallies))
    for remark in remarks:
        screen.print(Text(f"{remark}.", "yellow"))
    for path in made.values():
        line = Text(f"{told(_nearest(path))}{'/' if path.is_dir() else ''}", "bold")
        screen.print(line.append(f"  {_size(path)}", "dim"), soft_wrap=True)


def _size(path: Path) -> str:
    """How large a file, or all files of a folder, are: 2.5 MB, 12 kB."""
    parts = path.rglob("*") if path.is_dir() else [path]
    count = sum(each.stat().st_size for each in parts if each.is_file())
    return f"{count / 1e6:,.1f} MB" if count >= _MEGABYTE else f"{count / 1e3:,.0f} kB"


def _nearest(path: Path) -> Path:
    """A path as it is named from here, where that is shorter."""
    folder = Path.cwd()
    return path.relative_to(folder) if path.is_relative_to(folder) else path


def _table(volume: Volume, tallies: list[Tally]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Chapter", overflow="fold")
    for name in ("Pages", "Panels", "Pictures", "Gaps"):
        table.add_column(name, justify="right")
    is_laid_out = volume.book.layout.laid_out
    if is_laid_out:
        table.add_column(f"Below {volume.book.layout.dpi} dpi", justify="right")
    for each in tallies:
        lacking = len(each.missing)
        cells = [
            Text(f"{each.number}  {each.title}"),
            Text(f"{each.pages:,}"),
            Text(f"{each.panels:,}"),
            Text(f"{each.panels - lacking:,}"),
            Text(f"{lacking:,}" if lacking else "-", "yellow" if lacking else "dim"),
        ]
        if is_laid_out:
            cells.append(Text(f"{len(each.coarse):,}" if each.coarse else "-", "dim"))
        table.add_row(*cells)
    return table
