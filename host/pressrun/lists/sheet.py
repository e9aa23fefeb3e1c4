"""Workbooks: the first sheet with a column of prompts.

A workbook is a stranger's archive. Before its reader gets it, it is unpacked within bounds, and the
cells at its far ends are counted: the reader keeps a table up to the last cell in memory.
"""

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, NoReturn
from xml.parsers import expat

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from pressrun.errors import BadInputError
from pressrun.lists import columns as known
from pressrun.lists.columns import FIELDS, LIST, Columns, Vocabulary
from pressrun.lists.entry import PANELS, ListEntry, too_many
from pressrun.texts.faults import Place
from pressrun.texts.intake import Intake

UNPACKED_BYTES = 192 * 1024 * 1024
"""The most that a workbook may unpack to."""

CELLS = 4_000_000
"""The most cells up to the last one of a sheet, empty ones included."""

_CHUNK = 1024 * 1024
_MEMBERS = 2_000
_SPARE = 1_000
"""Rows of a sheet that may be empty."""

_USED = re.compile(r"^(\[Content_Types\]\.xml|_rels/.*|xl/[^/]*\.xml|xl/_rels/.*|xl/worksheets/"
                   r".*|mimetype|content\.xml|META-INF/manifest\.xml|styles\.xml)$")  # fmt: skip
_SHEET = re.compile(r"^(xl/worksheets/.*\.xml|content\.xml)$")
_PLACE = re.compile(rb'<(?:\w+:)?c\b[^<>]*?\br\s*=\s*["\']([A-Za-z]{1,20})([0-9]{1,20})')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^<>]*?\br\s*=\s*["\']([0-9]{1,20})')
_ERROR = re.compile(rb'(<(?:\w+:)?c\b[^<>]*?\bt=")e(")')
_UNKNOWN = re.compile(
    rb"<((?:\w+:)?)c\b((?:[^<>\"]|\"[^<\"]*\")*)>\s*<(?:\w+:)?f\b(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_TYPE = re.compile(rb'\bt="(\w+)"')
_ODS_ERROR = re.compile(rb'(<table:table-cell\b[^<>]*calcext:value-type="error"[^<>]*>)')
_STRING = re.compile(rb'\s(?:office:string-value|office:value)="[^"]*"')
_ODS_TAG = re.compile(
    rb"<(?:(/)table:table-row|table:(?:covered-)?(table-cell|table-row))\b([^<>]*)>"
)
_REPEATED = re.compile(rb'number-(?:columns|rows)-repeated\s*=\s*["\']([0-9]+)')
_FULL = re.compile(rb"office:(?:value|value-type|string-value)=|table:formula=")
_BAD = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)|Err:\d+")
_NEVER = "#FORMULA WITHOUT RESULT"
_MINUTE = dt.timedelta(minutes=1)

_Value = object
_Table = Sequence[Sequence[_Value]]


class _Sheet(NamedTuple):
    name: str
    table: _Table
    top: int
    """Its first row that holds anything."""

    def columns(self, vocabulary: Vocabulary) -> Columns:
        return known.columns([_text(cell) for cell in self.table[self.top]], vocabulary)

    @property
    def told(self) -> str:
        texts = map(_text, self.table[self.top])
        return ", ".join(repr(text[:40]) for text in texts if text.strip())


def rows(intake: Intake, data: bytes, vocabulary: Vocabulary = LIST) -> Iterator[ListEntry]:
    """The rows of the first sheet that is shown and has a column of prompts.

    Raises:
        BadInputError: the workbook cannot be read, or has no such sheet.
    """
    table, top = _table(intake, _sound(intake, data), vocabulary)
    yield from _rows(intake, table, top, vocabulary)


def _table(intake: Intake, data: bytes, vocabulary: Vocabulary) -> tuple[_Table, int]:
    """The sheet with the panels, and which of its rows is the header."""
    try:
        with CalamineWorkbook.from_object(io.BytesIO(data)) as book:
            shown = [
                each.name
                for each in book.sheets_metadata
                if each.visible == SheetVisibleEnum.Visible and each.typ == SheetTypeEnum.WorkSheet
            ]
            sheets = list[_Sheet]()
            for name in shown:
                table = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
                top = next((at for at, row in enumerate(table) if _is_full(row)), None)
                if top is not None:
                    sheets.append(_Sheet(name, table, top))
                    if "prompt" in sheets[-1].columns(vocabulary).fields:
                        break
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the reader is no `Exception`
        raise intake.faults.whole(f"the workbook cannot be read ({error})") from error
    if not sheets:
        raise intake.faults.whole("the file contains no prompt")
    misspelt = (each for each in sheets if each.columns(vocabulary).faults)
    found = (
        sheets[-1] if "prompt" in sheets[-1].columns(vocabulary).fields else next(misspelt, None)
    )
    if found is None:
        told = "; ".join(f"sheet {each.name!r}: {each.told}" for each in sheets[:5])
        text = f"no sheet has a column named {vocabulary.main!r} in its first row ({told[:400]})"
        raise intake.faults.whole(text)
    if len(shown) > 1:
        intake.notes.append(f"Read from sheet {found.name!r}")
    return found.table, found.top


def _rows(intake: Intake, table: _Table, top: int, vocabulary: Vocabulary) -> Iterator[ListEntry]:
    names = [_text(cell) for cell in table[top]]
    found = known.columns(names, vocabulary)
    for number, fault in found.faults:
        intake.faults.add(Place(top + 1, number + 1), fault)
    if "prompt" not in found.fields and not found.faults:
        intake.faults.add(Place(top + 1), known.no_prompt(names, vocabulary))
    intake.faults.refuse()
    known.note(intake, found.synonyms, found.unknown)
    for number, cells in enumerate(table[top + 1 :], start=top + 2):
        if _is_full(cells) and (row := _row(intake, number, cells, names, found.fields)):
            yield row


def _row(
    intake: Intake,
    line: int,
    cells: Sequence[_Value],
    names: Sequence[str],
    fields: dict[str, int],
) -> ListEntry | None:
    texts, sound = dict[str, str](), True
    for at, cell in enumerate(cells):
        if (at >= len(names) or not names[at].strip()) and _text(cell).strip():
            intake.faults.add(Place(line, at + 1), "the column of this cell has no name")
            sound = False
    for name, at in fields.items():
        cell = cells[at] if at < len(cells) else ""
        if name == "format":
            cell = _as_typed(cell)
        texts[name] = _text(cell)
        if fault := _fault(name, cell):
            intake.faults.add(Place(line, at + 1), fault)
            sound = False
    if not sound:
        return None
    named = re.split("[;\r\n]", texts.get("references", ""))
    key, after, ratio = (
        texts.get(name, "").strip(" \t\r\n") or None for name in ("key", "after", "format")
    )
    return ListEntry(
        Place(line, fields["prompt"] + 1),
        texts["prompt"],
        key,
        after,
        [name.strip() for name in named if name.strip()],
        ratio,
        {name: Place(line, at + 1) for name, at in fields.items()},
        {name: text.strip() for name, text in texts.items() if name not in FIELDS},
    )


def _fault(name: str, cell: _Value) -> str | None:
    text = _text(cell)
    if text == _NEVER:
        return (
            "the result of this cell's formula is not in the file; "
            "open it in a spreadsheet program and save it again"
        )
    if _BAD.fullmatch(text.strip()):
        return f"the formula of this cell ends in an error: {text.strip()}"
    if isinstance(cell, dt.date | dt.time | dt.timedelta):
        return (
            f"the cell holds a date or a time ({cell}), perhaps made of what was typed; "
            "give the column the format 'text' and type it again"
        )
    if isinstance(cell, bool) or (name == "prompt" and isinstance(cell, int | float)):
        return f"a {name} must be a text, not {text}"
    return None


def _as_typed(cell: _Value) -> _Value:
    """An aspect ratio of which the program that wrote the sheet made a time of day: 3:4 again."""
    if isinstance(cell, dt.time):
        cell = dt.timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
    if not isinstance(cell, dt.timedelta) or cell % _MINUTE:
        return cell
    hours, minutes = divmod(cell // _MINUTE, 60)
    return f"{hours}:{minutes}"


def _text(cell: _Value) -> str:
    """A cell as it reads: 12.0 is 12."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _is_full(cells: Sequence[_Value]) -> bool:
    return any(cell != "" and _text(cell).strip() for cell in cells)


def _sound(intake: Intake, data: bytes) -> bytes:
    """The workbook without what is not needed, unpacked, so that its size is known.

    Errors and formulas without a result, which the reader takes for empty cells, become texts.
    """
    made, left = io.BytesIO(), UNPACKED_BYTES
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as archive,
            zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as copy,
        ):
            if len(archive.infolist()) > _MEMBERS:
                _refuse(intake, f"the workbook has more than {_MEMBERS:,} parts")
            for member in {each.filename: each for each in archive.infolist()}.values():
                if not _USED.match(member.filename):
                    continue
                content = _unpacked(intake, archive, member, left)
                left -= len(content)
                if member.filename != "mimetype":
                    _check(intake, posixpath.basename(member.filename), content)
                if _SHEET.match(member.filename):
                    content = _bounded(intake, posixpath.basename(member.filename), content)
                copy.writestr(member.filename, content)
    except BadInputError:
        raise
    except Exception as error:  # `zipfile` and what unpacks for it raise a dozen kinds
        raise intake.faults.whole(f"the workbook cannot be read ({error})") from error
    return made.getvalue()


def _unpacked(
    intake: Intake, archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int
) -> bytes:
    parts, size = list[bytes](), 0
    with archive.open(member) as file:
        while part := file.read(_CHUNK):
            size += len(part)
            if size > left:
                _refuse(
                    intake,
                    f"the workbook unpacks to more than {UNPACKED_BYTES >> 20} MiB; split the list",
                )
            parts.append(part)
    return b"".join(parts)


def _check(intake: Intake, name: str, content: bytes) -> None:
    """Refuse what is not well-formed: on some of it, the reader does not come to an end."""
    if b"<!DOCTYPE" in content:
        _refuse(intake, f"{name} has a document type, which no workbook has")
    try:
        expat.ParserCreate().Parse(content, True)  # noqa: FBT003 - it takes no keywords
    except expat.ExpatError as error:
        raise intake.faults.whole(f"the workbook cannot be read ({name}: {error})") from error


def _bounded(intake: Intake, name: str, content: bytes) -> bytes:
    """A sheet whose cells fit in memory, with errors as texts."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse(intake, f"{name} is not UTF-8; save the workbook again")
    if name == "content.xml":
        _bound(intake, (_extent(table) for table in content.split(b"<table:table ")))
        return _ODS_ERROR.sub(lambda found: _STRING.sub(b"", found.group()), content)
    last = max((int(found) for found in _ROW.findall(content)), default=0)
    _bound(intake, [(last, 1)])
    width = 0
    for letters, number in set(_PLACE.findall(content)):
        last, width = max(last, int(number)), max(width, _number(letters))
    _bound(intake, [(last, width)])
    content = _UNKNOWN.sub(_without_result, content)
    return _ERROR.sub(rb"\1str\2", content)


def _bound(intake: Intake, extents: Iterable[tuple[int, int]]) -> None:
    """Refuse sheets that reach too far down or right: the last row and column of each."""
    cells = 0
    for last, width in extents:
        cells += last * width
        if last > PANELS + _SPARE:
            _refuse(intake, too_many(f"a sheet goes down to row {last:,}"))
        if cells > CELLS:
            _refuse(
                intake,
                f"the sheets have {cells:,} cells up to their last ones, row {last:,} and column "
                f"{width:,}; at most {CELLS:,} are read",
            )


def _extent(table: bytes) -> tuple[int, int]:
    """The last row and column that hold anything, in a table of an OpenDocument spreadsheet."""
    row = last = column = width = repeated = 0
    for found in _ODS_TAG.finditer(table):
        end, what, attributes = found.groups()
        count = _REPEATED.search(attributes)
        times = int(count.group(1)[:9]) if count else 1
        if end:
            row += repeated
        elif what == b"table-row":
            column, repeated = 0, times
            if attributes.endswith(b"/"):
                row, repeated = row + times, 0
        else:
            column += times
            if _FULL.search(attributes) or not attributes.endswith(b"/"):
                last, width = max(last, row + repeated), max(width, column)
    return last, width


def _without_result(found: re.Match[bytes]) -> bytes:
    space, attributes = found.group(1), found.group(2)
    kind = _TYPE.search(attributes)
    if kind and kind.group(1) == b"str":
        return found.group()
    rest = _TYPE.sub(b"", attributes)
    text = _NEVER.encode()
    return b'<%bc%b t="str"><%bv>%b</%bv></%bc>' % (space, rest, space, text, space, space)


def _number(letters: bytes) -> int:
    """The number of a column from 1, by its letters."""
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + letter - 64
    return number


def _refuse(intake: Intake, text: str) -> NoReturn:
    raise intake.faults.whole(text)
