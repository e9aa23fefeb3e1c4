"""Lists in workbooks: what cells hold is read as an author sees it, and a stranger's is bounded."""

import resource
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.patience import patience
from helpers.workbooks import ods, ods_cell, row, text, xlsx
from pressrun.errors import BadInputError
from pressrun.lists import prompts
from pressrun.lists.prompts import PromptList

HEADER = row(1, text("A1", "key"), text("B1", "prompt"), text("C1", "after"))
FOX = HEADER + row(2, text("A2", "p1"), text("B2", "A fox"))


def read(folder: Path, content: bytes, name: str = "a.xlsx") -> PromptList:
    """Return the list of a workbook with this content."""
    path = folder / name
    path.write_bytes(content)
    return prompts.read(path)


def refused(folder: Path, content: bytes, name: str = "a.xlsx") -> str:
    """Return the words with which a workbook is refused."""
    with pytest.raises(BadInputError) as error:
        read(folder, content, name)
    return str(error.value).replace(f"{folder}/", "")


def pairs(found: PromptList) -> list[tuple[str, str]]:
    """Return the keys and the prompts of a list."""
    return [(panel.key, panel.prompt) for panel in found.panels]


def test_numbers_are_keys_without_their_zeros(tmp_path: Path) -> None:
    """12.0, as a sheet keeps it, is 12; so is it where another panel names it."""
    rows = row(3, '<c r="A3"><v>12.0</v></c>', text("B3", "A fox")) + row(
        7, text("A7", "p2.png"), text("B7", "A bear"), '<c r="C7"><v>12</v></c>'
    )
    found = read(tmp_path, xlsx({"Panels": HEADER + rows}))
    assert pairs(found) == [("12", "A fox"), ("p2", "A bear")]
    assert found.panels[1].after == "12"
    assert (found.places["12"].line, found.places["p2"].line) == (3, 7)


def test_the_first_sheet_with_prompts_is_read_and_named(tmp_path: Path) -> None:
    """Sheets of notes stand before it, and one that is hidden is not looked at."""
    notes = row(1, text("A1", "Names"), text("B1", "Notes"))
    book = {"Notes": notes, "Old": FOX.replace("A fox", "A cat"), "Panels": FOX, "More": FOX}
    found = read(tmp_path, xlsx(book, hidden="Old"))
    assert pairs(found) == [("p1", "A fox")]
    assert found.notes == ["Read from sheet 'Panels'"]


def test_a_workbook_without_prompts_says_what_it_has(tmp_path: Path) -> None:
    """Its sheets with their columns, or the name that is misspelt."""
    said = refused(tmp_path, xlsx({"A": row(1, text("A1", "page")), "B": ""}))
    assert "no sheet has a column named 'prompt'" in said
    assert "sheet 'A': 'page'" in said
    said = refused(tmp_path, xlsx({"A": row(1, text("A1", "pormpt"))}))
    assert said == "a.xlsx:1:1: column 'pormpt' is not known; did you mean 'prompt'?"


def test_what_is_no_text_in_a_cell_is_refused_by_name(tmp_path: Path) -> None:
    """An error, a formula that was never reckoned, a date that was a key: each at its place."""
    rows = [
        row(2, text("A2", "a"), '<c r="B2" t="e"><f>Z1</f><v>#REF!</v></c>'),
        row(3, text("A3", "b"), '<c r="B3"><f>A1&amp;"x"</f></c>'),
        row(4, text("A4", "c"), '<c r="B4"><f>A1</f><v></v></c>'),
        row(5, '<c r="A5" t="d"><v>2026-01-02T00:00:00</v></c>', text("B5", "A fox")),
        row(6, '<c r="A6" t="b"><v>1</v></c>', '<c r="B6"><v>4</v></c>'),
        row(7, text("A7", "d"), text("B7", "A bear"), text("C7", ""), text("D7", "in snow")),
    ]
    said = refused(tmp_path, xlsx({"Panels": HEADER + "".join(rows)})).splitlines()
    for line, (place, words) in zip(
        said,
        [
            ("2:2", "ends in an error: #REF!"),
            ("3:2", "the result of this cell's formula is not in the file"),
            ("4:2", "the result of this cell's formula is not in the file"),
            ("5:1", "a date or a time"),
            ("6:1", "a key must be a text"),
            ("6:2", "a prompt must be a text"),
            ("7:4", "the column of this cell has no name"),
        ],
        strict=True,
    ):
        assert line.startswith(f"a.xlsx:{place}: ")
        assert words in line


def test_a_format_that_became_a_time_of_day_is_a_format_again(tmp_path: Path) -> None:
    """A spreadsheet makes 03:04:00 of 3:4, and of 25:16 a time of more than a day."""
    times = "".join(
        row(number, text(f"A{number}", f"p{number}"), f'<c r="B{number}" s="1"><v>{days}</v></c>')
        for number, days in ((2, (3 * 60 + 4) / 1440), (3, (16 * 60 + 9) / 1440), (4, 0.5))
    )
    header = row(1, text("A1", "prompt"), text("B1", "format"))
    styles = (
        b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs>'
        b'<xf numFmtId="0"/><xf numFmtId="20"/></cellXfs></styleSheet>'
    )
    book = xlsx({"Panels": header + times}, extra={"xl/styles.xml": styles})
    said = refused(tmp_path, book)
    assert said.startswith("a.xlsx:4:2: '12:0' is not a format")
    book = xlsx({"Panels": (header + times).replace("0.5", str(61 / 1440))},
                extra={"xl/styles.xml": styles})  # fmt: skip
    assert [each.format for each in read(tmp_path, book).panels] == ["3:4", "16:9", "1:1"]


def test_a_formula_with_a_result_is_its_result(tmp_path: Path) -> None:
    """Also an empty one; and an error in a column that is not used is no matter."""
    cells = [
        text("A2", "a"),
        '<c r="B2" t="str"><f>"A"&amp;"fox"</f><v>A fox</v></c>',
        '<c r="C2" t="str"><f>""</f><v></v></c>',
        '<c r="D2" t="e"><v>#N/A</v></c>',
    ]
    header = HEADER.replace("</row>", text("D1", "page") + "</row>")
    found = read(tmp_path, xlsx({"Panels": header + row(2, *cells)}))
    assert pairs(found) == [("a", "A fox")]
    assert found.panels[0].after is None


def test_an_open_document_is_read(tmp_path: Path) -> None:
    """With the empty rows and cells that fill its sheet to the end, and its errors."""
    empty = '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    rest = '<table:table-cell table:number-columns-repeated="16382"/>'
    number = '<table:table-cell office:value-type="float" office:value="12"><text:p>12</text:p>'
    rows = [
        f"<table:table-row>{ods_cell('prompt')}{ods_cell('key')}{rest}</table:table-row>",
        f'<table:table-row table:number-rows-repeated="3">{empty}',
        f"<table:table-row>{ods_cell('A fox')}{number}</table:table-cell></table:table-row>",
        f'<table:table-row table:number-rows-repeated="1048571">{empty}',
    ]
    found = read(tmp_path, ods("".join(rows)), "a.ods")
    assert pairs(found) == [("12", "A fox")]
    assert found.places["12"].line == 5
    wrong = ods_cell("#REF!", ' office:string-value="" calcext:value-type="error"')
    said = refused(tmp_path, ods(rows[0] + f"<table:table-row>{wrong}</table:table-row>"), "a.ods")
    assert said == "a.ods:2:1: the formula of this cell ends in an error: #REF!"


FAR = {
    "a cell at the far corner": row(1, text("A1", "prompt"))
    + row(1048576, text("XFD1048576", "x")),
    "a cell in no column": row(1, text("A1", "prompt"), text("ZZZZZZZZ1", "x")),
    "a row without end": row(10**19, text(f"A{10**19}", "x")),
}
REPEATED = {
    "a cell repeated": "<table:table-row>"
    + ods_cell("prompt", ' table:number-columns-repeated="100000000"')
    + "</table:table-row>",
    "a row repeated": '<table:table-row table:number-rows-repeated="100000000">'
    + ods_cell("prompt")
    + "</table:table-row>",
    "a row behind empty ones": f"<table:table-row>{ods_cell('prompt')}</table:table-row>"
    '<table:table-row table:number-rows-repeated="4000000000"/>'
    f"<table:table-row>{ods_cell('x')}</table:table-row>",
}


@pytest.mark.parametrize("rows", FAR.values(), ids=FAR)
def test_cells_far_away_are_not_made_room_for(tmp_path: Path, rows: str) -> None:
    """A workbook of a kilobyte does not take the memory of all cells up to its last one."""
    assert "at most" in refused(tmp_path, xlsx({"Panels": rows}))


@pytest.mark.parametrize("rows", REPEATED.values(), ids=REPEATED)
def test_cells_repeated_are_not_made_room_for(tmp_path: Path, rows: str) -> None:
    """The same for a spreadsheet that says how often a cell comes."""
    assert "at most" in refused(tmp_path, ods(rows), "a.ods")


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    """While it is unpacked, not after; the limit is named."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bomb = xlsx({"Panels": FOX}, extra={"xl/sharedStrings.xml": bytes(250 * 1024 * 1024)})
    made = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "unpacks to more than 192 MiB" in refused(tmp_path, bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - max(before, made) < 300 * 1024


def test_a_long_workbook_is_refused_at_once(tmp_path: Path) -> None:
    """Its last row is looked for before cells are read."""
    rows = "".join(row(n, text(f"A{n}", f"A fox {n}")) for n in range(2, 300_000))
    content = xlsx({"Panels": row(1, text("A1", "prompt")) + rows})
    begun = time.process_time()
    assert "at most 100,000 panels" in refused(tmp_path, content)
    assert time.process_time() - begun < patience(1.5)


@pytest.mark.parametrize(
    "piece", ["<c ", '<c r="A1" ', '<c r="', "<row ", "<c><f>", '<c r="A1" t="e', "<f>"]
)
def test_no_workbook_takes_long(tmp_path: Path, piece: str) -> None:
    """Tags without an end are looked at once each."""
    begun = time.process_time()
    refused(tmp_path, xlsx({"Panels": HEADER + piece * 300_000}))
    assert time.process_time() - begun < patience(3)


@pytest.mark.parametrize(
    "piece", ["<table:table-cell ", "<table:table-row>", '<table:table-cell a="']
)
def test_no_spreadsheet_takes_long(tmp_path: Path, piece: str) -> None:
    """The same in the other form."""
    begun = time.process_time()
    refused(tmp_path, ods(piece * 300_000), "a.ods")
    assert time.process_time() - begun < patience(3)


@given(st.data())
def test_a_damaged_workbook_is_bad_input(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whatever the archive or a sheet holds: it is read or refused, and the host goes on."""
    folder = tmp_path_factory.getbasetemp()
    inside = data.draw(st.booleans())
    whole = bytearray(FOX.encode() if inside else xlsx({"Panels": FOX}))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(32, 126) if inside else st.integers(0, 255))
    content = xlsx({"Panels": whole.decode()}) if inside else bytes(whole)
    try:
        found = read(folder, content)
    except BadInputError:
        return
    assert found.panels
