"""Workbooks: the first sheet with a column of prompts."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pressrun.lists import columns as known
from pressrun.lists.columns import FIELDS, LIST, Columns, Vocabulary
from pressrun.lists.entry import ListEntry
from pressrun.texts import workbook
from pressrun.texts.faults import Place
from pressrun.texts.intake import Intake

_BAD = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)|Err:\d+")
_MINUTE = dt.timedelta(minutes=1)

_Value = object
_Table = Sequence[Sequence[_Value]]


class _Sheet(NamedTuple):
    name: str
    table: _Table
    top: int
    """Its first row that holds anything."""

    def columns(self, vocabulary: Vocabulary) -> Columns:
        return known.columns([workbook.text_of(cell) for cell in self.table[self.top]], vocabulary)

    @property
    def told(self) -> str:
        texts = map(workbook.text_of, self.table[self.top])
        return ", ".join(repr(text[:40]) for text in texts if text.strip())


def rows(intake: Intake, data: bytes, vocabulary: Vocabulary = LIST) -> Iterator[ListEntry]:
    """The rows of the first sheet that is shown and has a column of prompts.

    Raises:
        BadInputError: the workbook cannot be read, or has no such sheet.
    """
    table, top = _table(intake, data, vocabulary)
    yield from _rows(intake, table, top, vocabulary)


def _table(intake: Intake, data: bytes, vocabulary: Vocabulary) -> tuple[_Table, int]:
    """The sheet with the panels, and which of its rows is the header."""
    sheets, seen = list[_Sheet](), 0
    tables = workbook.tables(intake, data)
    for name, table in tables:
        seen += 1
        top = next((at for at, row in enumerate(table) if _is_full(row)), None)
        if top is not None:
            sheets.append(_Sheet(name, table, top))
            if "prompt" in sheets[-1].columns(vocabulary).fields:
                break
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
    if seen > 1 or next(tables, None) is not None:
        intake.notes.append(f"Read from sheet {found.name!r}")
    return found.table, found.top


def _rows(intake: Intake, table: _Table, top: int, vocabulary: Vocabulary) -> Iterator[ListEntry]:
    names = [workbook.text_of(cell) for cell in table[top]]
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
        if (at >= len(names) or not names[at].strip()) and workbook.text_of(cell).strip():
            intake.faults.add(Place(line, at + 1), "the column of this cell has no name")
            sound = False
    for name, at in fields.items():
        cell = cells[at] if at < len(cells) else ""
        if name == "format":
            cell = _as_typed(cell)
        texts[name] = workbook.text_of(cell)
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
    text = workbook.text_of(cell)
    if text == workbook.NEVER:
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


def _is_full(cells: Sequence[_Value]) -> bool:
    return any(cell != "" and workbook.text_of(cell).strip() for cell in cells)
