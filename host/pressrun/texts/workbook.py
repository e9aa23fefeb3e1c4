"""Workbooks, as strangers' archives: unpacked within bounds before their reader gets them.

The cells at the far ends of a sheet are counted, as the reader keeps a table up to the last cell in
memory.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import NoReturn
from xml.parsers import expat

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from pressrun.errors import BadInputError
from pressrun.texts.intake import Intake

UNPACKED_BYTES = 192 * 1024 * 1024
"""The most that a workbook may unpack to."""

CELLS = 4_000_000
"""The most cells up to the last one of a sheet, empty ones included."""

ROWS = 100_000
"""The most rows of a sheet that may hold anything."""

NEVER = "#FORMULA WITHOUT RESULT"
"""What stands in a cell whose formula was never computed."""

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


def tables(intake: Intake, data: bytes) -> Iterator[tuple[str, Sequence[Sequence[object]]]]:
    """The sheets that are shown, each with its name and its rows.

    Raises:
        BadInputError: the workbook cannot be read.
    """
    try:
        with CalamineWorkbook.from_object(io.BytesIO(sound(intake, data))) as book:
            for each in book.sheets_metadata:
                if each.visible == SheetVisibleEnum.Visible and each.typ == SheetTypeEnum.WorkSheet:
                    table = book.get_sheet_by_name(each.name).to_python(skip_empty_area=False)
                    yield each.name, table
    except (KeyboardInterrupt, SystemExit, GeneratorExit, BadInputError):
        raise
    except BaseException as error:  # a panic of the reader is no `Exception`
        raise intake.faults.whole(f"the workbook cannot be read ({error})") from error


def text_of(cell: object) -> str:
    """A cell as it reads: 12.0 is 12."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def sound(intake: Intake, data: bytes) -> bytes:
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
        if last > ROWS + _SPARE:
            _refuse(
                intake,
                f"a sheet goes down to row {last:,}; a list can have at most {ROWS:,} panels. "
                "Split it into several lists",
            )
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
    text = NEVER.encode()
    return b'<%bc%b t="str"><%bv>%b</%bv></%bc>' % (space, rest, space, text, space, space)


def _number(letters: bytes) -> int:
    """The number of a column from 1, by its letters."""
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + letter - 64
    return number


def _refuse(intake: Intake, text: str) -> NoReturn:
    raise intake.faults.whole(text)
