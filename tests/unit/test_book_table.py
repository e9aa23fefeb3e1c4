"""A book's script as a table, a workbook or JSON: the same panels as in Markdown."""

import json
from pathlib import Path

import pytest

from helpers import authored, workbooks
from pressrun.book import read
from pressrun.book.check import check
from pressrun.book.model import Book, BookPanel, Gravity

HEADER = (
    "chapter,page,panel,action,cast,place,format,mood,after,group,dialogue,captions,sfx,key,"
    "references,title"
)
CSV = f"""\
{HEADER}
1,1,1,Mara walks along the quay.,"mara (storm coat), jon",quay at night,,,,,\
MARA: Who is there?,,,,,The quay
1,1,2,She turns.,the captain,quay,wide,grim,,g,"MARA (softly): You.
JON: Me.",Night. | Rain.,CRASH,arrival,references/mara.png,
,2-3,1,The sea.,,,,,arrival,,,,,,,
2,1,1,A lamp.,,,,,,,,,,,,The lamp
"""
ROWS = [
    {
        "chapter": 1,
        "page": 1,
        "panel": 1,
        "title": "The quay",
        "action": "Mara walks along the quay.",
        "cast": ["mara (storm coat)", "jon"],
        "place": "quay at night",
        "dialogue": [{"speaker": "MARA", "text": "Who is there?"}],
    },
    {
        "chapter": 1,
        "page": 1,
        "panel": 2,
        "action": "She turns.",
        "cast": "the captain",
        "place": "quay",
        "format": "wide",
        "mood": "grim",
        "group": "g",
        "dialogue": [{"speaker": "MARA", "manner": "softly", "text": "You."}, "JON: Me."],
        "captions": ["Night.", "Rain."],
        "sfx": "CRASH",
        "key": "arrival",
        "references": ["references/mara.png"],
    },
    {"page": "2-3", "panel": 1, "action": "The sea.", "after": "arrival"},
    {"chapter": 2, "page": 1, "panel": 1, "action": "A lamp.", "title": "The lamp"},
]
MARKDOWN = """\
# The quay

## Page 1

### Panel 1

- cast: mara (storm coat), jon
- place: quay at night

Mara walks along the quay.

MARA: Who is there?

### Panel 2 {#arrival}

- cast: the captain
- place: quay
- format: wide
- mood: grim
- group: g
- references: references/mara.png

She turns.

CAPTION: Night.

CAPTION: Rain.

MARA (softly): You.

JON: Me.

SFX: CRASH

## Pages 2-3

### Panel 1

- after: arrival

The sea.

# The lamp

## Page 1

### Panel 1

A lamp.
"""


def book(folder: Path, name: str, content: str | bytes) -> Book:
    """The book with one script file."""
    files: dict[str, str | bytes | None] = {"script/01.md": None, f"script/{name}": content}
    return read.read(authored.write(folder, files))


def told(found: Book) -> list[object]:
    """What a book says, but for where it says it."""
    titles = [
        (chapter.key, chapter.title, [(page.key, page.double) for page in chapter.pages])
        for chapter in found.chapters
    ]
    return [titles, *map(_said, found.panels)]


def _said(panel: BookPanel) -> tuple[object, ...]:
    shown = [(each.subject.id, each.look and each.look.name) for each in panel.cast]
    place = panel.setting and (panel.setting.subject.id, panel.setting.look is not None)
    return (
        *(panel.key, panel.place_key, panel.action, shown, place, panel.mood, panel.format),
        *(panel.after, panel.group, [each.name for each in panel.references], panel.lettering),
    )


def cells(text: str) -> bytes:
    """The same table as a workbook."""
    import csv  # noqa: PLC0415 - for this alone

    rows = "".join(
        workbooks.row(
            number,
            *(
                workbooks.text(f"{chr(65 + at)}{number}", each)
                for at, each in enumerate(row)
                if each
            ),
        )
        for number, row in enumerate(csv.reader(text.splitlines(keepends=True)), start=1)
    )
    return workbooks.xlsx({"Script": rows})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("01.csv", CSV),
        ("01.csv", CSV.replace("action", "Prompt").replace("dialogue", "Dialog")),
        ("01.json", json.dumps(ROWS)),
        ("01.json", json.dumps({"panels": ROWS}, indent=2)),
        ("01.jsonl", "\n".join(map(json.dumps, ROWS))),
        ("01.xlsx", cells(CSV)),
    ],
    ids=["csv", "other names", "json", "in an object", "json lines", "workbook"],
)
def test_a_table_says_what_markdown_says(tmp_path: Path, name: str, content: str | bytes) -> None:
    """An author who writes in a spreadsheet has the same book."""
    expected = told(book(tmp_path / "a", "01.md", MARKDOWN))
    assert told(book(tmp_path / "b", name, content)) == expected


def test_mistakes_in_a_table_are_told_by_row(tmp_path: Path) -> None:
    """With the line on which its row begins, or that of the cell."""
    content = 'page,action,cast,place\n1,x,mra,quay\n1,y,mara,quai\n1,"z,mara,quay\n'
    files: dict[str, str | bytes | None] = {"script/01.md": None, "script/01.csv": content}
    found = check(authored.write(tmp_path, files)).defects
    assert [read.line(each) for each in found if each.gravity == Gravity.FAULT] == [
        "script/01.csv:2: there is no character 'mra'; did you mean 'mara'?",
        "script/01.csv:3: there is no place 'quai'; did you mean 'quay'?",
        "script/01.csv:4: this quote is not closed",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("page,cast\n1,mara\n", "script/01.csv:1: there is no column named 'action'"),
        ("page,acton\n1,x\n", "script/01.csv:1: column 'acton' is not known; did you mean "),
        ("", "script/01.csv:1: "),
        ("%PDF-1.7", "script/01.csv:1: this is a PDF, which is not read as a list"),
    ],
)
def test_a_table_without_panels_is_told(tmp_path: Path, content: str, fault: str) -> None:
    """With its file, as every mistake in a book."""
    files: dict[str, str | bytes | None] = {"script/01.md": None, "script/01.csv": content}
    found = [read.line(each) for each in check(authored.write(tmp_path, files)).defects]
    assert any(each.startswith(fault) for each in found), found


def test_a_list_of_prompts_is_a_book_of_single_pictures(tmp_path: Path) -> None:
    """A list as it was before books can be a book's script: each picture is a page."""
    found = book(tmp_path, "01.csv", "key,prompt\na/one,A lamp.\n,A boat.\n")
    assert [(each.key, each.action) for each in found.panels] == [
        ("a/one", "A lamp."),
        ("ch01/p002/panel-1", "A boat."),
    ]


def test_files_of_all_kinds_make_one_script(tmp_path: Path) -> None:
    """In the order of their names, 2 before 10."""
    files: dict[str, str | bytes | None] = {
        "script/01.md": None,
        "script/10.md": "# Ten\n\n### Panel\n\nten\n",
        "script/2.csv": "action\ntwo\n",
        "script/.hidden.md": "# no",
        "script/~$lock.xlsx": b"x",
    }
    found = read.read(authored.write(tmp_path, files))
    assert [each.action for each in found.panels] == ["two", "ten"]


COLUMNS: list[dict[str, object]] = [
    {"action": "x", name: "half \ud800"} for name in HEADER.split(",") if name != "action"
]
HALVES: list[dict[str, object]] = [
    *COLUMNS,
    {"action": "half \ud800"},
    {"action": "x", "cast": ["mara", "half \udfff"]},
    {"action": "x", "references": ["half \udfff"]},
    {"action": "x", "dialogue": [{"speaker": "MARA", "text": "half \ud800"}]},
    {"action": "x", "dialogue": [{"speaker": "half \ud800", "text": "x"}]},
]


@pytest.mark.parametrize("row", HALVES, ids=range(len(HALVES)))
@pytest.mark.parametrize("name", ["02.jsonl", "02.json"])
def test_half_a_character_is_told_in_every_column(
    tmp_path: Path, row: dict[str, object], name: str
) -> None:
    """JSON can spell it, and no file, no store and no page can hold it."""
    text = json.dumps([{"action": "x"}, row], indent=1).replace("{", "\n{")
    text = text if name.endswith(".json") else f"{json.dumps({'action': 'x'})}\n{json.dumps(row)}"
    line = text[: text.rindex("{", 0, text.rindex("action"))].count("\n") + 1
    found = check(authored.write(tmp_path, {f"script/{name}": text})).defects
    [fault] = [read.line(each) for each in found if each.gravity == Gravity.FAULT]
    assert fault.startswith(f"script/{name}:{line}: ")
    assert fault.endswith(r"half of a surrogate pair, such as \ud83d")


def test_half_a_character_is_told_in_a_text_alone(tmp_path: Path) -> None:
    """An array of texts is a list of pictures."""
    found = check(authored.write(tmp_path, {"script/02.json": r'["x", "half \ud800"]'})).defects
    assert "script/02.json:1: the action is not valid Unicode" in read.line(found[0])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("book.toml", rb'title = "half \ud800"'),
        ("script/02.md", "# A\n\n### P\n\nhalf \ud800\n".encode("utf-16-le", "surrogatepass")),
        ("script/02.csv", b"action\nhalf \xed\xa0\x80, \xc3\xa9t\xc3\xa9\n"),
    ],
)
def test_no_other_form_holds_half_a_character(tmp_path: Path, name: str, data: bytes) -> None:
    """A file in which one is written all the same is refused, with its name."""
    found = check(authored.write(tmp_path, {name: data})).defects
    assert any(each.spot.file == Path(name) and each.gravity == Gravity.FAULT for each in found)


def test_an_entity_of_half_a_character_is_none(tmp_path: Path) -> None:
    """What Markdown makes of it can be encoded."""
    found = book(tmp_path, "02.md", "# A\n\n### P\n\nhalf &#xD800; &#55296;\n")
    assert found.panels[0].action.encode()
