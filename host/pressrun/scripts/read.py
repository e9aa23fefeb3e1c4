"""A script's file, whatever its form, read into chapters, pages and panels."""

import re
from pathlib import Path

from pressrun.errors import BadInputError
from pressrun.scripts import shotlist, storyboard
from pressrun.scripts import text as texts
from pressrun.scripts.script import Script
from pressrun.scripts.shotlist import TableRow
from pressrun.texts import encoding, source, workbook
from pressrun.texts.faults import Place
from pressrun.texts.intake import Intake

PANELS = 100_000
"""The most panels of one script."""

LINES = 500_000
"""The most lines of one script."""

_OTHERS = (
    (re.compile(rb"%PDF-"), "a PDF"),
    (re.compile(rb"\{\\rtf"), "a rich text"),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP", re.DOTALL), "a picture"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an older Office file, or one with a password"),
    (re.compile(rb"\x1f\x8b|BZh|7z\xbc\xaf|Rar!"), "an archive"),
    (
        re.compile(rb"(?:\xef\xbb\xbf)?\s{0,99}<(?:!doctype|html|\?xml)[\s>]", re.IGNORECASE),
        "a web page or XML",
    ),
)
_OUTLINES = frozenset({".yaml", ".yml", ".toml"})
_YAML = re.compile(
    r"(?:\ufeff|---[^\S\n]*\n)?(?:(?:#[^\n]*|[a-z_]{1,30}:[^\n]*|)\n){0,40}?"
    r"(?:pages|panels|chapters|scenes|shots):[^\S\n]*\n[^\S\n]*- +[a-z_]{1,30}:",
)
"""Lists of named facts, as YAML has them."""

_SHEETS = frozenset({".xlsx", ".xlsm", ".ods"})
_SAVE = "Save it as plain text (.txt) or Markdown (.md) in the program that wrote it"


def read(path: Path) -> Script:
    """The script in a file: text, Markdown, Fountain, a storyboard in JSON, or a shot list.

    Args:
        path: of an ordinary file.

    Returns:
        What was read; a script with a question where it is not clear what its panels are.

    Raises:
        BadInputError: there is no such file, it is something else, or there is too much in it.
    """
    intake = Intake(path)
    data = source.content(path)
    found = _script(intake, data)
    if sum(1 for _ in found.panels) > PANELS:
        raise intake.faults.whole(
            f"the script has more than {PANELS:,} panels; split it into several files"
        )
    return found


def _script(intake: Intake, data: bytes) -> Script:
    if data.startswith(b"PK\x03\x04"):
        return _sheet(intake, data)
    for magic, kind in _OTHERS:
        if magic.match(data):
            raise intake.faults.whole(f"this is {kind}, which is not read as a script. {_SAVE}")
    text = encoding.text_of(intake, data)
    if text.count("\n") + text.count("\r") > LINES:
        raise intake.faults.whole(
            f"the script has more than {LINES:,} lines; split it into several files"
        )
    if storyboard.is_storyboard(text):
        found = storyboard.script_of(intake, text)
    elif intake.path.suffix.casefold() in _OUTLINES or _YAML.match(text[:2_000]):
        found = Script(
            (),
            question="How is this split into pages and panels? It is YAML, which is not read. Save "
            "it as JSON, or write lines such as “Page 1” and “Panel 1” before what each picture "
            "shows",
        )
    elif rows := shotlist.rows_of(text):
        found = shotlist.script_of(rows, [])
    else:
        found = texts.script_of(text)
    return found.with_notes(intake.notes)


def _sheet(intake: Intake, data: bytes) -> Script:
    """The first sheet of a workbook that is a shot list."""
    if intake.path.suffix.casefold() not in _SHEETS:
        raise intake.faults.whole(
            f"this is a document of a word processor, or an archive, and is not read. {_SAVE}"
        )
    last: BadInputError | None = None
    for name, table in workbook.tables(intake, data):
        rows = [
            TableRow(Place(at), [workbook.text_of(cell).strip() for cell in cells])
            for at, cells in enumerate(table, 1)
        ]
        if any(shotlist.is_header(row.cells) for row in rows[: shotlist.HEADER_ROWS]):
            found = shotlist.script_of(rows, [])
            return found.with_notes([f"Read from sheet {name!r}"])
        last = intake.faults.whole(
            "no sheet has a row that names its columns, such as page, panel, description, dialogue"
        )
    raise last or intake.faults.whole("the workbook has no sheet")
