"""Shot lists: tables with a row a panel, or a row a balloon."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pressrun.scripts.facts import FactRole, Gathered, Value, gather, role_of, speaker_of
from pressrun.scripts.habits import Habits
from pressrun.scripts.lettering import is_nothing, name_of, split_label
from pressrun.scripts.lines import Line
from pressrun.scripts.numbers import number_at
from pressrun.scripts.script import Script
from pressrun.scripts.storyboard import Boxes, ChapterBox, PageBox
from pressrun.scripts.vocabulary import folded
from pressrun.texts.faults import Place

MARKS = (",", ";", "\t", "|")
_TELLING = frozenset(
    {
        FactRole.ACTION,
        FactRole.DIALOGUE,
        FactRole.PROMPT,
        FactRole.CAPTION,
        FactRole.LETTERING,
        FactRole.TEXT,
    }
)
_NUMBERING = frozenset(
    {FactRole.PAGE, FactRole.PANEL, FactRole.SHOT, FactRole.SCENE, FactRole.NUMBER}
)
HEADER_ROWS = 12
"""How far down a header is looked for."""


@dataclass(frozen=True)
class TableRow:
    """A row of a table."""

    place: Place
    cells: Sequence[str]


def is_header(cells: Sequence[str]) -> bool:
    """Whether cells name the columns of a shot list."""
    roles = [role_of(cell)[0] for cell in cells if cell.strip() and len(cell) < 60]
    known = {role for role in roles if role != FactRole.OTHER}
    return (
        bool(known & _TELLING)
        and (bool(known & _NUMBERING) or len(known) > 2)
        and len(known) * 2 >= len(roles)
    )


def rows_of(text: str) -> list[TableRow] | None:
    """The rows of a text that is a table with a header; None where it is none."""
    text = text.lstrip("\ufeff")
    begin = [line for line in text[:20_000].splitlines() if line.strip()][:HEADER_ROWS]
    if any(line.lstrip().startswith("|") or _is_separator(line) for line in begin):
        return None  # a table in Markdown
    for mark in MARKS:
        for line in begin:
            try:
                cells = next(csv.reader([line], delimiter=mark), [])
            except csv.Error:
                continue
            if len(cells) > 1 and is_header(cells):
                return _rows(text, mark)
    return None


def _rows(text: str, mark: str) -> list[TableRow]:
    """The rows by Python's own reader; a lone quote is a part of its cell."""
    text = re.sub(r"\r\n?", "\n", text).replace("\x00", "")
    for strict in (True, False):
        reader = (
            csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=strict)
            if strict
            else csv.reader(io.StringIO(text, newline=""), delimiter=mark, quoting=csv.QUOTE_NONE)
        )
        found, line = list[TableRow](), 1
        try:
            for cells in reader:
                found.append(TableRow(Place(line), [cell.strip() for cell in cells]))
                line = reader.line_num + 1
        except csv.Error:
            continue
        return found
    return []


def script_of(rows: Sequence[TableRow], notes: list[str]) -> Script:
    """Read a shot list."""
    top = next((at for at, row in enumerate(rows[:HEADER_ROWS]) if is_header(row.cells)), None)
    if top is None:
        return Script(
            (),
            notes=tuple(notes),
            question="Which column says what is drawn? No row names the columns",
        )
    names = _unique(rows[top].cells)
    body = [row for row in rows[top + 1 :] if any(row.cells)]
    numbered = _roles(names, body)
    notes.append(
        "Columns: "
        + ", ".join(
            f"“{name}” is read as {role}"
            for name, role in numbered.items()
            if role not in {FactRole.OTHER, FactRole.FIELD}
        )
    )
    unknown = [name for name, role in numbered.items() if role == FactRole.OTHER and name.strip()]
    if unknown:
        notes.append("Not used: " + ", ".join(f"“{name}”" for name in unknown[:10]))
    return _Reader(names, numbered, body).read().script(_title(rows[:top]), "", (), notes)


def _title(rows: Sequence[TableRow]) -> str:
    return next((cell for row in rows for cell in row.cells if cell), "")


def _unique(cells: Sequence[str]) -> list[str]:
    found = list[str]()
    for cell in cells:
        name, at = cell, 2
        while name in found:
            name = f"{cell} {at}" if cell else " " * at
            at += 1
        found.append(name)
    return found


def _roles(names: Sequence[str], rows: Sequence[TableRow]) -> dict[str, FactRole]:
    """What each column is: of numbers the highest are pages, the lowest panels."""
    roles = {name: role_of(name)[0] for name in names}
    there = set(roles.values())
    for at, name in enumerate(names):
        role = roles[name]
        values = [row.cells[at] for row in rows if at < len(row.cells) and row.cells[at]]
        counts = sum(
            any(each.isdigit() for each in value[:6]) and len(value) < 12 for value in values
        ) * 2 > len(values)
        if role == FactRole.NUMBER and not there & {FactRole.PANEL, FactRole.SHOT}:
            roles[name] = FactRole.PANEL
        elif role == FactRole.SHOT:
            roles[name] = (
                FactRole.PANEL
                if counts and FactRole.PANEL not in there
                else (FactRole.OTHER if counts else FactRole.DIRECTION)
            )
            if (
                not counts
                and FactRole.ACTION not in there
                and FactRole.PROMPT not in there
                and values
                and sum(len(value) for value in values) > 25 * len(values)
            ):
                roles[name] = FactRole.ACTION
        elif role == FactRole.SCENE:
            if counts:
                roles[name] = FactRole.PAGE if FactRole.PAGE not in there else FactRole.OTHER
            else:
                roles[name] = (
                    FactRole.FIELD
                    if FactRole.ACTION in there or FactRole.PROMPT in there
                    else FactRole.ACTION
                )
        elif role == FactRole.PANEL and not counts and FactRole.ACTION not in there:
            roles[name] = FactRole.ACTION
    return roles


def lines_of(lines: Sequence[Line]) -> list[Line]:
    """Lines in which tables in Markdown are told as marks, action and lettering."""
    found, at = list[Line](), 0
    while at < len(lines):
        end = at
        while end < len(lines) and _is_row(lines, end, at):
            end += 1
        table = _table(lines[at:end]) if end - at > 1 else None
        found += table if table is not None else lines[at : max(end, at + 1)]
        at = max(end, at + 1)
    return found


def _is_separator(text: str) -> bool:
    """Whether a line parts the header of a table in Markdown from its rows."""
    return _SEPARATOR.fullmatch(text) is not None and "|" in text and "-" in text


def _is_row(lines: Sequence[Line], at: int, first: int) -> bool:
    line = lines[at]
    if line.text.startswith("|"):
        return not line.gap or at == first or lines[at - 1].text.startswith("|")
    if "|" in line.text and not line.gap and at > first:
        return True
    if "|" in line.text and at == first:
        return at + 1 < len(lines) and _is_separator(lines[at + 1].text)
    return at > first and lines[at - 1].place == line.place


def _table(lines: Sequence[Line]) -> list[Line] | None:
    """The lines of one table; None where it is no shot list."""
    rows = list[TableRow]()
    for line in lines:
        if rows and rows[-1].place == line.place:
            *cells, last = rows[-1].cells
            first, *more = _cells(line.text)
            rows[-1] = TableRow(line.place, [*cells, f"{last}\n{first}", *more])
        elif not _SEPARATOR.fullmatch(line.text):
            rows.append(TableRow(line.place, _cells(line.text.removeprefix("|"))))
    if len(rows) < 2 or not is_header(rows[0].cells):
        return None
    names = _unique(rows[0].cells)
    roles = _roles(names, rows[1:])
    found, page = list[Line](), ""
    for row in rows[1:]:
        told = {name: cell for name, cell in zip(names, row.cells, strict=False) if cell}
        if number := next((told[name] for name in told if roles[name] == FactRole.PAGE), ""):
            if number != page:
                found.append(Line(row.place, f"Page {number}", strong=True, gap=True))
            page = number
        label = next((told[name] for name in told if roles[name] == FactRole.PANEL), "")
        if label or FactRole.PANEL not in roles.values():
            found.append(Line(row.place, f"Panel {label}".strip(), strong=True, gap=True))
        for name, cell in _with_speaker(told, roles).items():
            found += _cell_lines(row.place, roles[name], name, cell)
    return found


def _with_speaker(told: Mapping[str, str], roles: Mapping[str, FactRole]) -> Mapping[str, str]:
    """The cells of a row, with who speaks before the words instead of in a cell of its own."""
    own = {name: role_of(name) for name in told}
    spoken = {name for name in told if roles[name] == FactRole.DIALOGUE}
    speaker = speaker_of(told, own, spoken=bool(spoken))
    if not speaker:
        return told
    return {
        name: f"{told[speaker]}: {cell}" if name in spoken and not is_nothing(cell) else cell
        for name, cell in told.items()
        if name != speaker
    }


_SEPARATOR = re.compile(r"[|:\-\s]+")
_HEADED = {
    FactRole.DIALOGUE: "Dialogue:",
    FactRole.LETTERING: "Dialogue:",
    FactRole.CAPTION: "Caption:",
    FactRole.EFFECT: "SFX:",
    FactRole.PROMPT: "Prompt:",
}


def _cells(text: str) -> list[str]:
    return [cell.strip() for cell in text.removesuffix("|").split("|")]


def _cell_lines(place: Place, role: FactRole, name: str, cell: str) -> list[Line]:
    if is_nothing(cell):
        return []
    parts = [part.strip() for part in cell.split("\n") if part.strip()]
    if role in _HEADED:
        return [
            Line(place, _HEADED[role], gap=True),
            *(Line(place, part, bullet="-") for part in parts),
        ]
    if role in {FactRole.ACTION, FactRole.TEXT}:
        return [Line(place, part, gap=not at) for at, part in enumerate(parts)]
    if role in {FactRole.FIELD, FactRole.DIRECTION}:
        return [Line(place, f"{name}: {' '.join(parts)}", bullet="-", gap=True)]
    return []


_AS = {
    FactRole.ACTION: "description",
    FactRole.DIRECTION: "shot type",
    FactRole.FIELD: "place",
    FactRole.PANEL: "panel",
}


class _Reader:
    """Takes the rows one after the other."""

    def __init__(
        self, names: Sequence[str], roles: Mapping[str, FactRole], rows: Sequence[TableRow]
    ) -> None:
        self._names = names
        self._roles = roles
        self._rows = rows
        self._boxes = Boxes()
        self._facts: Gathered | None = None
        self._panel = ""
        self._habits = Habits(known=self._known())

    def _known(self) -> set[str]:
        """The names of those who speak, by what stands before colons in cells of dialogue."""
        found = set[str]()
        for at, name in enumerate(self._names):
            if self._roles[name] == FactRole.DIALOGUE:
                for row in self._rows:
                    for part in (row.cells[at] if at < len(row.cells) else "").splitlines():
                        if split := split_label(part.lstrip("-•* ")):
                            found.add(folded(name_of(split[0]).text))
        return found

    def read(self) -> Boxes:
        has_panels = FactRole.PANEL in self._roles.values()
        for row in self._rows:
            told = dict(zip(self._names, row.cells, strict=False))
            chapter, page, panel = (
                self._value(told, role)
                for role in (FactRole.CHAPTER, FactRole.PAGE, FactRole.PANEL)
            )
            new = self._place(row, chapter, page)
            goes_on = (
                self._facts is not None
                and not new
                and has_panels
                and (not panel or panel == self._panel)
            )
            if not goes_on:
                self._end()
                self._facts, self._panel = Gathered(row.place, panel), panel
            if self._facts is not None:
                gather(self._facts, self._told(told), self._habits)
        self._end()
        return self._boxes

    def _value(self, told: Mapping[str, str], role: FactRole) -> str:
        return next(
            (told[name] for name, each in self._roles.items() if each == role and told.get(name)),
            "",
        )

    def _told(self, told: Mapping[str, str]) -> dict[str, Value]:
        found = dict[str, Value]()
        for name, value in told.items():
            role = self._roles[name]
            if (
                role
                in {
                    FactRole.PAGE,
                    FactRole.CHAPTER,
                    FactRole.OTHER,
                    FactRole.PANEL,
                    FactRole.NUMBER,
                }
                or not value
            ):
                continue
            own = role_of(name)[0]
            found[name if own == role else f"{_AS.get(role, name)}"] = value
        return found

    def _place(self, row: TableRow, chapter: str, page: str) -> bool:
        """Begin the chapter and the page of a row, where they are others than before."""
        new = False
        boxes = self._boxes
        if chapter and not boxes.is_in(chapter):
            self._end()
            boxes.chapter(ChapterBox.named(row.place, chapter))
            new = True
        last = boxes.last
        if page and (last is None or last.label != page):
            self._end()
            pair = number_at(folded(re.sub(r"^\D{0,8}", "", page)), 0)
            boxes.page(PageBox(row.place, page, double=bool(pair and pair.last == pair.first + 1)))
            new = True
        return new

    def _end(self) -> None:
        facts, self._facts = self._facts, None
        if facts and not facts.empty:
            self._boxes.panel(facts.panel())
