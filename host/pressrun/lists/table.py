"""Tables as text: CSV with commas, semicolons or tabs, by a header that names the columns."""

import csv
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice, takewhile
from typing import NamedTuple

from pressrun.lists import columns as known
from pressrun.lists.columns import FIELDS, LIST, Vocabulary
from pressrun.lists.entry import PANELS, ListEntry, too_many
from pressrun.texts.faults import Place
from pressrun.texts.intake import Intake

MARKS = {",": "commas", ";": "semicolons", "\t": "tabs"}

MOST_CELLS = 1_000
"""The most cells in a row."""

_SEP = re.compile(r'"?sep=([^\w"\r\n])"?[,;\t]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_END = re.compile(r"\r\n|\r|\n|\Z")
_EXCEL = re.compile(r'="((?:[^"]|"")*)"')
_REFERENCES = re.compile("[;\r\n]")
_BREAK = re.compile(r"\r\n|\r|\n")


class Cell(NamedTuple):
    """One cell, with its place."""

    text: str
    place: Place
    blank: bool
    """It begins with a blank and is not in quotes."""


class _Line(NamedTuple):
    number: int
    cells: list[Cell]


def rows(
    intake: Intake, text: str, usual: str, vocabulary: Vocabulary = LIST
) -> Iterator[ListEntry]:
    """The rows of a table.

    Args:
        intake: the list.
        text: its text.
        usual: what stands between cells unless the header says otherwise.
        vocabulary: the names of its columns.

    Raises:
        BadInputError: no column is the prompt's, or columns cannot be told apart.
    """
    start, line, mark = 0, 1, None
    if named := _SEP.match(text):
        start, line, mark = named.end(), 2, named.group(1)
    mark = mark or _mark(text, usual, vocabulary)
    if mark != usual:
        intake.notes.append(f"Cells are separated by {MARKS.get(mark, repr(mark))}")
    if _is_too_long(text, mark):
        raise intake.faults.whole(too_many(f"the table has more than {PANELS:,} rows"))
    lines = _lines(intake, text, mark, start, line)
    header = next(lines, _Line(1, []))
    names = [cell.text for cell in header.cells]
    found = known.columns(names, vocabulary)
    for number, fault in found.faults:
        intake.faults.add(header.cells[number].place, fault)
    if "prompt" not in found.fields and not found.faults:
        if not any(name.strip() for name in names):
            raise intake.faults.whole("the file contains no prompt")
        intake.faults.add(Place(header.number), known.no_prompt(names, vocabulary))
    intake.faults.refuse()
    known.note(intake, found.synonyms, found.unknown)
    spaced = any(cell.blank for cell in header.cells[1:])
    for each in lines:
        if row := _row(intake, each, names, found.fields, spaced=spaced):
            yield row


def _is_too_long(text: str, mark: str) -> bool:
    """Whether a table surely has too many rows; counting them takes less than reading them."""
    if text.count("\n") + text.count("\r") <= PANELS:
        return False
    lines = (found.group() for found in re.finditer(r"[^\r\n]*(?:\r\n|\r|\n|\Z)", text))
    sound = takewhile(lambda line: line.count(mark) < MOST_CELLS, lines)
    full = (row for row in csv.reader(sound, delimiter=mark) if any(row))
    try:
        return sum(1 for _ in islice(full, PANELS + 2)) > PANELS + 1
    except csv.Error:
        return False


def _mark(text: str, usual: str, vocabulary: Vocabulary) -> str:
    """What stands between cells: it gives the header a column of prompts, and most columns."""

    def fit(mark: str) -> tuple[bool, int, bool]:
        names = _header(text, mark)
        return "prompt" in known.columns(names, vocabulary).fields, len(names), mark == usual

    return max(MARKS, key=fit)


def _header(text: str, mark: str) -> list[str]:
    cell, start = _cell(mark), len(text) - len(text.lstrip("\r\n"))
    names = list[str]()
    while len(names) < MOST_CELLS and (found := cell.match(text, start)):
        names.append(_content(found))
        start = found.end()
        if not text.startswith(mark, start):
            break
        start += len(mark)
    return names


@cache
def _cell(mark: str) -> re.Pattern[str]:
    """A cell: in quotes up to what parts cells or lines, or without quotes at its start."""
    sign, blank = re.escape(mark), " *"
    quoted = rf'{blank}"(?P<quoted>(?:[^"]++|"")*+)"[ ]*(?={sign}|\r|\n|\Z)'
    return re.compile(rf'{quoted}|(?!{blank}")(?P<plain>[^{sign}\r\n]*)')


def _content(found: re.Match[str]) -> str:
    quoted = found["quoted"]
    if quoted is not None:
        return quoted.replace('""', '"')
    plain = found["plain"]
    # how spreadsheets are told that 001 is a text
    excel = _EXCEL.fullmatch(plain.strip()) if plain.startswith("=") else None
    return excel.group(1).replace('""', '"') if excel else plain


def _lines(intake: Intake, text: str, mark: str, start: int, number: int) -> Iterator[_Line]:
    """The lines of a table that hold anything, from a place in the text."""
    cell, size, begin, faulty = _cell(mark), len(text), start, False
    first, cells = number, list[Cell]()
    while start < size or cells:
        found = cell.match(text, start)
        place = Place(number, start - begin + 1)
        if found is None:
            closed = _closed(text, start)
            if closed is None:
                intake.faults.add(place, "this quote is not closed")
                return
            intake.faults.add(
                place, "there is text behind the closing quote; double the quotes inside a cell"
            )
            faulty = True
            number += len(_BREAK.findall(text, start, closed))
            start = closed
        else:
            content = _content(found)
            plain = found["plain"]
            cells.append(Cell(content, place, bool(plain) and plain[0] in " \t"))
            start = found.end()
            if found["quoted"] is not None and (breaks := list(_BREAK.finditer(found.group()))):
                number += len(breaks)
                begin = found.start() + breaks[-1].end()
            if len(cells) > MOST_CELLS:
                raise intake.faults.at(place, f"a row has more than {MOST_CELLS:,} cells")
            if text.startswith(mark, start):
                start += len(mark)
                continue
        if any(each.text.strip() for each in cells) and not faulty:
            yield _Line(first, cells)
        end = _END.match(text, start)
        begin = start = end.end() if end else size
        number += 1
        first, cells, faulty = number, [], False


def _closed(text: str, start: int) -> int | None:
    """The end of the line on which a faulty cell in quotes is closed."""
    opened = text.index('"', start)
    if (closing := text.find('"', opened + 1)) < 0:
        return None
    end = re.compile(r"[^\r\n]*").match(text, closing)
    return end.end() if end else None


def _row(
    intake: Intake, line: _Line, names: Sequence[str], fields: dict[str, int], *, spaced: bool
) -> ListEntry | None:
    cells = line.cells
    for number, cell in enumerate(cells):
        if cell.text.strip() and (number >= len(names) or not names[number].strip()):
            text = (
                f"the number of cells ({len(cells)}) differs from the header's ({len(names)}); "
                "put quotes around text that contains a comma"
                if number >= len(names)
                else "the column of this cell has no name in the header"
            )
            intake.faults.add(cell.place, text)
            return None
    for cell in cells:
        if cell.text.lstrip().startswith("\u201c") and "\u201d" not in cell.text:
            text = 'curly quotes do not hold a cell together; put straight ones around it: "'
            intake.faults.add(cell.place, text)
            return None
    if fields["prompt"] >= len(cells):
        text = f"the number of cells ({len(cells)}) differs from the header's ({len(names)})"
        intake.faults.add(Place(line.number), f"{text}: there is no prompt")
        return None
    there = {name: cells[at] for name, at in fields.items() if at < len(cells)}
    for cell in cells[1:]:
        if cell.blank and cell.text.strip() and not spaced:
            intake.doubts.append(
                (cell.place, "a cell begins with a blank: does its text follow an unquoted comma?")
            )
            break
    given = {
        name: there[name].text.strip(" \t\r\n") or None if name in there else None
        for name in ("key", "after", "format")
    }
    named = _REFERENCES.split(there["references"].text) if "references" in there else []
    return ListEntry(
        Place(line.number),
        there["prompt"].text,
        references=[name.strip() for name in named if name.strip()],
        places={name: cell.place for name, cell in there.items()},
        others={
            name: cell.text.strip(" \t\r\n") for name, cell in there.items() if name not in FIELDS
        },
        **given,
    )
