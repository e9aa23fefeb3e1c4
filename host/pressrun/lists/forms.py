"""The forms of a prompt list, and how they are recognised by name and content."""

import io
import json
import re
import zipfile
from enum import StrEnum

from pressrun.lists.columns import is_header
from pressrun.texts.intake import Intake


class Form(StrEnum):
    """How a list is written."""

    TEXT = "text"
    """A prompt a paragraph, or a line where there is no blank line."""
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    JSONL = "jsonl"
    XLSX = "xlsx"
    ODS = "ods"


NAMES = {
    Form.TEXT: "plain text",
    Form.CSV: "CSV",
    Form.TSV: "tab-separated values",
    Form.JSON: "JSON",
    Form.JSONL: "JSON lines",
    Form.XLSX: "an Excel workbook",
    Form.ODS: "an OpenDocument spreadsheet",
}
"""Each form as a sentence names it."""

SHEETS = frozenset({Form.XLSX, Form.ODS})

ENDINGS = {
    ".csv": Form.CSV,
    ".tsv": Form.TSV,
    ".tab": Form.TSV,
    ".json": Form.JSON,
    ".jsonl": Form.JSONL,
    ".ndjson": Form.JSONL,
    ".xlsx": Form.XLSX,
    ".xlsm": Form.XLSX,
    ".ods": Form.ODS,
}
"""Which name means which form; other names mean a text."""

KNOWN = (
    "A list can be a text (.txt) with a prompt a paragraph, .csv, .tsv, .json, .jsonl, "
    ".xlsx or .ods"
)

_MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd", ".fountain"})

_REFUSED = {
    "a rich text": (".rtf",),
    "a web page": (".html", ".htm", ".xhtml", ".mhtml"),
    "YAML": (".yaml", ".yml"),
    "TOML": (".toml",),
    "XML": (".xml",),
    "a document of a word processor": (".docx", ".doc", ".odt", ".pages", ".fdx", ".wpd"),
    "a workbook of an older or another kind": (".xls", ".xlsb", ".numbers", ".fods"),
    "a PDF": (".pdf",),
    "a book": (".epub", ".cbz", ".mobi"),
    "a picture": (
        *(".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".svg", ".heic"),
        *(".avif", ".psd"),
    ),
    "an archive": (".zip", ".gz", ".tar", ".7z", ".rar", ".bz2", ".xz", ".zst"),
    "a database": (".db", ".sqlite", ".sqlite3"),
    "a program or its settings": (".py", ".js", ".ini", ".exe"),
}

_MAGIC = (
    (re.compile(rb"\{\\rtf"), "a rich text"),
    (re.compile(rb"%PDF-"), "a PDF"),
    (
        re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP|II\*\x00|MM\x00\*", re.DOTALL),
        "a picture",
    ),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an older Office file, or one with a password"),
    (re.compile(rb"\x1f\x8b|BZh|\xfd7zXZ|7z\xbc\xaf|Rar!|\x28\xb5\x2f\xfd"), "an archive"),
    (re.compile(rb"SQLite format 3\x00"), "a database"),
    (re.compile(rb"\x7fELF|MZ\x90"), "a program"),
    (
        re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE),
        "a web page",
    ),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml"), "XML"),
)


def form_of(intake: Intake, data: bytes, given: Form | None) -> Form:
    """The form of a list: the given one, or else what its name and its content say.

    Raises:
        BadInputError: it is no list, or no list of the form that was given.
    """
    ending = intake.path.suffix.casefold()
    kind = _kind(data)
    form = given or ENDINGS.get(ending)
    if isinstance(kind, Form):
        if form != kind:
            if given is not None:
                raise intake.faults.whole(f"this is {NAMES[kind]}, not {NAMES[given]}")
            intake.notes.append(f"The file is {NAMES[kind]}, whatever its name, and is read as one")
        return kind
    if kind is None and given is None and ending in _MARKDOWN:
        raise intake.faults.whole(
            "comic scripts and Markdown are no lists, as their headings and notes are not prompts. "
            f"To make a book of one: pressrun script FILE --write FOLDER. {KNOWN}"
        )
    if kind is None and given is None:
        kind = next((what for what, names in _REFUSED.items() if ending in names), None)
    if kind is not None:
        raise intake.faults.whole(f"this is {kind}, which is not read as a list. {KNOWN}")
    if form in SHEETS:
        raise intake.faults.whole(f"the file is not {NAMES[form]}; save it as one, or as CSV")
    return form or Form.TEXT


def _kind(data: bytes) -> Form | str | None:
    """What a file surely is, by its first bytes."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(data)
    return next((what for magic, what in _MAGIC if magic.match(data)), None)


def _archive(data: bytes) -> Form | str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                with archive.open("mimetype") as file:
                    if (
                        file.read(200)
                        .strip()
                        .startswith(b"application/vnd.oasis.opendocument.spreadsheet")
                    ):
                        return Form.ODS
    except Exception:  # noqa: BLE001 - whatever `zipfile` makes of a broken archive
        return "a broken archive"
    if "xl/workbook.xml" in names:
        return Form.XLSX
    if "word/document.xml" in names:
        return "a document of a word processor"
    return "an archive"


def refuse_other(intake: Intake, text: str) -> None:
    """Refuse a text that is meant as another form.

    Raises:
        BadInputError: it is.
    """
    start = text.lstrip()
    first = start[: start.find("\n") % (len(start) + 1)].strip()
    if start.startswith(("[", "{")) and (_is_json(first) or _is_json(start)):
        raise intake.faults.whole(
            "the text is JSON; name the file .json or .jsonl, or say so with --read-as"
        )
    if any(is_header(first.split(mark)) for mark in ",;\t"):
        raise intake.faults.whole(
            "the text is a table with a header; name the file .csv or .tsv, or say so with "
            "--read-as"
        )


def _is_json(text: str) -> bool:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict | list) and bool(value)
