"""Prompt lists: every form that is read, and for every fault the file and the line."""

import json
import random
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.errors import BadInputError, Exit
from pressrun.lists import prompts
from pressrun.picture.panel import Panel
from pressrun.texts import source


def read(folder: Path, name: str, content: str | bytes) -> list[Panel]:
    """Return the panels of a list with this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return prompts.read(path).panels


TWO = "A fox\nin the snow\n\nA bear\n"


@pytest.mark.parametrize(
    "content",
    [
        TWO,
        "\n\n \n" + TWO + "\n\t\n\n",
        TWO.replace("\n", "\r\n"),
        TWO.replace("\n", "\r"),
        b"\xef\xbb\xbf" + TWO.encode(),
        TWO.rstrip(),
        TWO.replace("in the snow", "  in the snow  "),
    ],
    ids=["plain", "more blank lines", "CRLF", "CR", "BOM", "no last newline", "spaces"],
)
def test_paragraphs_are_prompts(tmp_path: Path, content: str | bytes) -> None:
    """A paragraph is a prompt, however an editor ends lines or marks the file."""
    panels = read(tmp_path, "book.txt", content)
    assert [panel.prompt for panel in panels] == ["A fox\nin the snow", "A bear"]
    assert panels[0].key.startswith("a-fox-in-the-snow-")


@pytest.mark.parametrize(
    "content",
    [
        "prompt,key\nA fox,ch01/1\nA bear,ch01/2\n",
        "key,prompt\nch01/1,A fox\nch01/2,A bear\n",
        "prompt,key\r\nA fox,ch01/1\r\nA bear,ch01/2\r\n",
        b"\xef\xbb\xbfprompt,key\nA fox,ch01/1\nA bear,ch01/2\n",
        ' Prompt , KEY\n"A fox",ch01/1\n\nA bear, ch01/2 \n',
        "page,prompt,key\n1,A fox,ch01/1\n2,A bear,ch01/2\n",
    ],
    ids=["plain", "other order", "CRLF", "BOM", "untidy", "more columns"],
)
def test_rows_of_a_csv_are_prompts(tmp_path: Path, content: str | bytes) -> None:
    """A CSV is read by its header, as spreadsheets of all kinds write it."""
    assert read(tmp_path, "book.csv", content) == [
        Panel("ch01/1", "A fox"),
        Panel("ch01/2", "A bear"),
    ]


def test_a_cell_may_hold_several_lines(tmp_path: Path) -> None:
    """A quoted cell keeps its line ends, commas and quotes."""
    panels = read(tmp_path, "book.csv", 'key,prompt\na,"one, ""two""\nthree"\n')
    assert panels == [Panel("a", 'one, "two"\nthree')]


@pytest.mark.parametrize("name", ["book.jsonl", "book.ndjson", "BOOK.JSONL"])
def test_lines_of_json_are_prompts(tmp_path: Path, name: str) -> None:
    """One object a line, with a key or without, and with whatever else the author keeps there."""
    lines = ['{"key": "a", "prompt": "A fox"}', "", '{"prompt": "A bear", "page": 3}\r', ""]
    first, second = read(tmp_path, name, "\n".join(lines))
    assert first == Panel("a", "A fox")
    assert second.prompt == "A bear"
    assert second.key.startswith("a-bear-")


def test_a_panel_may_come_after_another(tmp_path: Path) -> None:
    """In both forms, wherever in the list the other one stands; ten thousand are read at once."""
    table = read(tmp_path, "book.csv", "key,prompt,after\na,A fox,b\nb,A bear,\n")
    assert table == [Panel("a", "A fox", "b"), Panel("b", "A bear")]
    chain = [{"key": f"k{n}", "prompt": f"{n}", "after": f"k{n - 1}"} for n in range(1, 10_000)]
    first = {"key": "k0", "prompt": "0", "after": None}
    panels = read(tmp_path, "book.jsonl", "\n".join(map(json.dumps, [*chain, first])))
    assert panels[-2].after == "k9998"
    assert panels[-1].after is None


words = st.text(alphabet="abcdef", min_size=1, max_size=6)


@given(st.lists(words, min_size=1, max_size=12), words, st.randoms(use_true_random=False))
def test_keys_survive_reordering_and_insertion(
    tmp_path_factory: pytest.TempPathFactory,
    wanted: list[str],
    another: str,
    chance: random.Random,
) -> None:
    """A panel without a key keeps the one it has when panels are moved about or added."""
    folder = tmp_path_factory.mktemp("book")

    def keys(prompts_: list[str]) -> set[tuple[str, str]]:
        panels = read(folder, "book.txt", "\n\n".join(prompts_))
        return {(panel.key, panel.prompt) for panel in panels}

    before = keys(wanted)
    assert len(before) == len(wanted)
    moved = list(wanted)
    chance.shuffle(moved)
    assert keys(moved) == before
    moved.insert(chance.randint(0, len(moved)), another)
    assert keys(moved) > before


def test_repeats_are_numbered(tmp_path: Path) -> None:
    """The same prompt three times is three panels, and the first has the key it would have alone.

    Blanks make no difference, as a page would show none.
    """
    alone = read(tmp_path, "one.txt", "A fox")[0].key
    keys = [panel.key for panel in read(tmp_path, "book.txt", "A fox\n\nA  fox\n\nA\nfox")]
    assert keys == [alone, f"{alone}-2", f"{alone}-3"]


def test_generated_keys_do_not_depend_on_the_form(tmp_path: Path) -> None:
    """Text, CSV and JSON lines give a prompt without a key the same one."""
    text = read(tmp_path, "book.txt", "A fox")
    table = read(tmp_path, "book.csv", "prompt\nA fox\n")
    lines = read(tmp_path, "book.jsonl", '{"prompt": "A fox"}')
    assert text == table == lines


LONG = "x" * 32_001
BAD = {
    "an empty text": ("a.txt", "\n \n", "", "contains no prompt"),
    "an empty file": ("a.txt", "", "", "contains no prompt"),
    "a CSV of a header": ("a.csv", "prompt,key\n", "", "contains no prompt"),
    "a prompt too long": ("a.txt", f"A fox\n\n{LONG}", ":3:1", "32,001 characters"),
    "lines that an editor does not count": (
        "a.txt",
        f"A\x0bf\u2028ox\n\n {LONG}",
        ":3:2",
        "32,001",
    ),
    "a paragraph that begins earlier": ("a.txt", f"A fox\n\nthe\n{LONG}", ":3:1", "characters"),
    "a CSV without the column": ("a.csv", "words,key\na,b\n", ":1:1", "no column named 'prompt'"),
    "an empty CSV": ("a.csv", "", "", "contains no prompt"),
    "a row with too many cells": ("a.csv", "key,prompt\na,b\nc,d,e\n", ":3:5", "cells (3) differs"),
    "a row with too few cells": ("a.csv", "key,prompt\na,b\nc\n", ":3:1", "cells (1) differs"),
    "a cell without a column's name": ("a.csv", "prompt,,key\na,x,b\n", ":2:3", "has no name"),
    "a quote that is not closed": ("a.csv", 'key,prompt\na,b\nc,"d\n', ":3:3", "is not closed"),
    "text behind a quote": ("a.csv", 'key,prompt\na,"b" c\nd,e\n', ":2:3", "double the quotes"),
    "a row behind a long cell": ("a.csv", 'prompt,key\n"a\nb",x\nc,x\n', ":4:3", "on line 2"),
    "a cell behind a line end": ("a.csv", 'prompt,key\n"a\nb","a:"\n', ":3:4", "key 'a:'"),
    "a row behind empty lines": ("a.csv", "prompt,key\na,x\n\n\nc,x\n", ":5:3", "on line 2"),
    "an empty cell": ("a.csv", "prompt,key\na,x\n,y\n", ":3:1", "prompt is empty"),
    "a control character": ("a.csv", "key,prompt\na,b\x00c\n", ":2:3", "control character U+0000"),
    "two columns of prompts": ("a.csv", "prompt,PROMPT\na,b\n", ":1:8", "are both for 'prompt'"),
    "two synonyms": ("a.csv", "id,filename,prompt\na,b,c\n", ":1:4", "are both for 'key'"),
    "a name misspelt": ("a.csv", "promt,key\na,b\n", ":1:1", "did you mean 'prompt'?"),
    "letters swapped": ("a.csv", "prompt,kye\na,b\n", ":1:8", "did you mean 'key'?"),
    "a plural": ("a.csv", "prompt,names\na,b\n", ":1:8", "did you mean 'name'?"),
    "a line that is no JSON": (
        "a.jsonl",
        '{"prompt": "a"}\n{prompt: b}\n',
        ":2:2",
        "not valid JSON",
    ),
    "a line too deep": ("a.jsonl", '{"prompt": "a"}\n\n' + "[" * 99_999, ":3:1", "not valid JSON"),
    "a number too long": ("a.jsonl", '{"prompt": "a"}\n' + "1" * 5_000, ":2:1", "not valid JSON"),
    "a line that is no object": ("a.jsonl", '{"prompt": "a"}\n["a"]\n', ":2:1", "not an array"),
    "an object without a prompt": ("a.jsonl", '{"key": "a"}\n', ":1:1", 'string "prompt"'),
    "a prompt that is no text": ("a.jsonl", '{"prompt": 5}\n', ":1:1", "must be a string"),
    "a key that is no text": ("a.jsonl", '{"prompt": "a", "key": 1.5}\n', ":1:1", '"key" must be'),
    "a name twice": (
        "a.jsonl",
        '{"prompt": "a", "prompt": "b"}\n',
        ":1:1",
        "'prompt' is there twice; keep one",
    ),
    "JSON with a comment": ("a.json", '[\n {"prompt": "a"} // x\n]', ":2:18", "no comments"),
    "JSON that begins with one": ("a.json", '// x\n[{"prompt": "a"}]', ":1:1", "no comments"),
    "JSON with a comma too many": ("a.json", '[{"prompt": "a"},\n]', ":1:17", "remove the comma"),
    "lines with commas": (
        "a.jsonl",
        '{"prompt": "a"},\n{"prompt": "b"}',
        ":1:16",
        "remove the comma",
    ),
    "an array that goes on": ("a.json", '[{"prompt": "a"}] x', ":1:19", "more text behind"),
    "an array that is cut off": ("a.json", '[{"prompt": "a"}', ":1:17", "a comma or ]"),
    "curly quotes": ("a.json", "[{\u201cprompt\u201d: 1}]", ":1:3", "straight double quotes"),
    "a number in an array": ("a.json", '[{"prompt": "a"},\n\n  5]', ":3:3", "not a number"),
    "a key of nobody": ("a.csv", "prompt,key,after\na,a,\nb,b,c\n", ":3:5", "'c', but no panel"),
    "a panel after itself": ("a.csv", "prompt,key,after\na,a,a\n", ":2:5", "'a' comes after 'a'"),
    "a circle": (
        "a.csv",
        "prompt,key,after\na,a,\nb,b,c\nc,c,d\nd,d,c\n",
        ":4:5",
        "'c' comes after 'd' comes after 'c'; none of these panels could",
    ),
    "an after that is no text": (
        "a.jsonl",
        '{"prompt": "a", "after": []}\n',
        ":1:1",
        '"after" must',
    ),
    "a format that is none": ("a.csv", "prompt,ratio\na,png\n", ":2:3", "'png' is not a format"),
    "a format in JSON": (
        "a.json",
        '[{"prompt": "a", "format": "x"}]',
        ":1:2",
        "'x' is not a format",
    ),
    "a prompt without room for a format": (
        "a.csv",
        f"prompt,format\n{'a' * 31_937},3:4\n",
        ":2:1",
        "31,937 characters; with a format the limit is 31,936",
    ),
    "a format that is no text": (
        "a.jsonl",
        '{"prompt": "a", "format": 1.5}\n',
        ":1:1",
        '"format" must be a string',
    ),
    "half a character": (
        "a.jsonl",
        '{"prompt": "a \\ud800"}\n',
        ":1:1",
        "half of a surrogate pair",
    ),
    "a key with half a character": (
        "a.jsonl",
        '{"prompt": "a", "key": "\\ud800"}\n',
        ":1:1",
        "half of a surrogate pair",
    ),
    "UTF-8 that is damaged": ("a.txt", "Bär\n\nBär ".encode() + b"\xff", ":3:5", "not valid UTF-8"),
    "UTF-16 that is cut off": ("a.txt", "A".encode("utf-16") + b"x", ":1:2", "not valid UTF-16"),
    "an encoding that nothing proves": (
        "a.txt",
        "狐狸".encode("gb18030"),
        "",
        "save the file as UTF-8",
    ),
}


@pytest.mark.parametrize(("name", "content", "line", "words"), BAD.values(), ids=BAD)
def test_a_fault_names_file_and_line(
    tmp_path: Path, name: str, content: str | bytes, line: str, words: str
) -> None:
    """A list that cannot be used is told as bad input, with the place in the author's file."""
    with pytest.raises(BadInputError) as refused:
        read(tmp_path, name, content)
    assert str(refused.value).startswith(f"{tmp_path / name}{line}: ")
    assert words in str(refused.value)
    assert refused.value.exit == Exit.BAD_INPUT


@pytest.mark.parametrize(
    ("first", "second"), [("a", "a"), ("ch01/P1", "ch01/p1"), ("Straße", "STRASSE")]
)
def test_two_panels_never_share_a_key(tmp_path: Path, first: str, second: str) -> None:
    """Keys that some file system holds to be one name are refused, with both lines."""
    lines = [{"prompt": "A fox", "key": first}, {"prompt": "A bear", "key": second}]
    with pytest.raises(BadInputError, match=r"book\.jsonl:2:1: key .* is already used on line 1"):
        read(tmp_path, "book.jsonl", "\n".join(map(json.dumps, lines)))


@pytest.mark.parametrize("key", ["../a", "/a", "a\\b", "con", "a/../../b", ".pressrun/x", "a:b"])
def test_a_key_that_is_no_file_name_is_refused(tmp_path: Path, key: str) -> None:
    """A key cannot name a file outside the library, or one that some system does not take."""
    line = json.dumps({"prompt": "A fox", "key": key})
    with pytest.raises(BadInputError, match=r"book\.jsonl:1:1: key "):
        read(tmp_path, "book.jsonl", line)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """The system's own words say why a file cannot be read."""
    with pytest.raises(BadInputError, match=r"none\.txt: No such file or directory"):
        prompts.read(tmp_path / "none.txt")
    with pytest.raises(BadInputError, match="it is a folder, not a file"):
        prompts.read(tmp_path)


def test_a_file_of_absurd_size_is_not_read(tmp_path: Path) -> None:
    """The size refuses a file before it is in memory."""
    path = tmp_path / "book.txt"
    with path.open("wb") as file:
        file.truncate(source.LIST_BYTES + 1)
    with pytest.raises(BadInputError, match="larger than 64 MiB"):
        prompts.read(path)


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    """A folder beside the list, with a picture."""
    folder = tmp_path / "figures"
    folder.mkdir()
    (folder / "mara.png").write_bytes(b"a picture")
    return folder


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("book.jsonl", '{"key": "a", "prompt": "A fox", "references": ["figures/mara.png"]}\n'),
        ("book.csv", "key,prompt,references\na,A fox, figures/mara.png ;\n"),
        ("book.csv", 'key,references,prompt\na,"figures/mara.png\n",A fox\n'),
    ],
    ids=["JSON", "separated by semicolons", "a line each"],
)
def test_references_are_files_beside_the_list(
    tmp_path: Path, figures: Path, name: str, content: str
) -> None:
    """They are named from the list's own folder, and come after those of the whole book."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    style = tmp_path / "style.png"
    mara = (figures / "mara.png").resolve()
    assert prompts.read(path).panels == [Panel("a", "A fox", references=(mara,))]
    assert prompts.read(path, [style]).panels[0].references == (style, mara)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "book.json",
            json.dumps(
                [
                    {"prompt": "A", "format": "portrait"},
                    {"prompt": "B"},
                    {"prompt": "C", "format": "auto"},
                    {"prompt": "D", "format": None},
                ]
            ),
        ),
        ("book.csv", "prompt,Aspect ratio\nA,3:4\nB,\nC,auto\nD, \n"),
    ],
    ids=["JSON", "CSV"],
)
def test_a_panels_own_format_counts_more_than_the_lists(
    tmp_path: Path, name: str, content: str
) -> None:
    """And `auto` leaves a single panel's to the site."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert [each.format for each in prompts.read(path).panels] == ["3:4", None, None, None]
    found = prompts.read(path, ratio="16:9").panels
    assert [each.format for each in found] == ["3:4", "16:9", None, "16:9"]


@pytest.mark.parametrize("column", ["forest", "normal", "form", "former"])
def test_a_column_that_is_not_a_format_is_not_used(tmp_path: Path, column: str) -> None:
    """Words that look like it are columns of the author's own."""
    path = tmp_path / "book.csv"
    path.write_text(f"prompt,{column}\nA fox,x\n", encoding="utf-8")
    assert prompts.read(path).notes == [f"Not used: column {column!r}"]


@pytest.mark.parametrize(
    ("references", "fault"),
    [
        (["figures/none.png"], "'figures/none.png' not found"),
        (["figures"], "'figures' is not a file"),
        (["half \ud800"], "half of a surrogate pair"),
        (["../outside.png"], "is outside the list's folder"),
        (["link.png"], "is outside the list's folder"),
        (5, "must be a list of file names"),
        ([1], "must be a list of file names"),
        (["figures/mara.png"] * 11, "11 reference pictures; a panel can have at most 10"),
    ],
    ids=["missing", "a folder", "no name", "above", "by a link", "no list", "no text", "too many"],
)
@pytest.mark.usefixtures("figures")
def test_a_reference_that_cannot_be_used_is_named(
    tmp_path: Path, references: object, fault: str
) -> None:
    """The line is told, and no file outside the list's folder is ever sent anywhere."""
    book = tmp_path / "book"
    book.mkdir()
    (tmp_path / "outside.png").write_bytes(b"a picture")
    (book / "link.png").symlink_to(tmp_path / "outside.png")
    shutil.copytree(tmp_path / "figures", book / "figures")
    lines = [
        json.dumps({"key": "a", "prompt": "A fox"}),
        json.dumps({"key": "b", "prompt": "A bear", "references": references}),
    ]
    path = book / "book.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadInputError, match=f"book.jsonl:2:1: .*{re.escape(fault)}"):
        prompts.read(path)
