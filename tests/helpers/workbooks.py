"""Workbooks, written by hand: only what a reader needs, and whatever a stranger may put in."""

import io
import zipfile
from collections.abc import Mapping

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"


def text(place: str, words: str) -> str:
    """Return a cell of an Excel sheet that holds a text."""
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


def row(number: int, *cells: str) -> str:
    """Return a row of an Excel sheet."""
    return f'<row r="{number}">{"".join(cells)}</row>'


def xlsx(sheets: Mapping[str, str], hidden: str = "", extra: Mapping[str, bytes] = {}) -> bytes:
    """Return an Excel workbook with these rows in sheets of these names."""
    names = list(enumerate(sheets, start=1))
    state = {name: ' state="hidden"' if name == hidden else "" for name in sheets}
    return _archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>'
            + "".join(
                f'<sheet name="{name}" sheetId="{n}"{state[name]} r:id="r{n}"/>'
                for n, name in names
            )
            + "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
            + "".join(
                f'<Relationship Id="r{n}" Type="{_DOCUMENT}/worksheet" '
                f'Target="worksheets/sheet{n}.xml"/>'
                for n, _ in names
            )
            + "</Relationships>",
            **{
                f"xl/worksheets/sheet{n}.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>'
                f"{sheets[name]}</sheetData></worksheet>"
                for n, name in names
            },
            **extra,
        }
    )


def ods(rows: str) -> bytes:
    """Return an OpenDocument spreadsheet with these rows in one sheet."""
    spaces = " ".join(f'xmlns:{name}="{_OASIS}:{name}:1.0"' for name in ("office", "table", "text"))
    return _archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_OASIS}:manifest:1.0"/>',
            "content.xml": f'<office:document-content {spaces} xmlns:calcext="urn:calcext">'
            f'<office:body><office:spreadsheet><table:table table:name="Panels">{rows}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        }
    )


def ods_cell(words: str, more: str = "") -> str:
    """Return a cell of an OpenDocument sheet that holds a text."""
    kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}{more}><text:p>{words}</text:p></table:table-cell>"


def _archive(members: Mapping[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()
