"""Lists as authors write them: each is read as meant, with what was assumed, or refused by name."""

import contextlib
import json
import os
import random
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers.patience import patience
from pressrun.errors import BadInputError
from pressrun.lists import prompts
from pressrun.lists.entry import PANELS
from pressrun.lists.forms import Form
from pressrun.lists.prompts import PromptList

FOX = [("p1", "A fox"), ("p2", "A bear")]


def read(folder: Path, name: str, content: str | bytes, form: Form | None = None) -> PromptList:
    """Return the list with this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return prompts.read(path, form=form)


def pairs(found: PromptList) -> list[tuple[str, str]]:
    """Return the keys and the prompts of a list."""
    return [(panel.key, panel.prompt) for panel in found.panels]


def refused(folder: Path, name: str, content: str | bytes, form: Form | None = None) -> str:
    """Return the words with which a list is refused."""
    with pytest.raises(BadInputError) as error:
        read(folder, name, content, form)
    return str(error.value)


COMMAS = "key,prompt\np1,A fox\np2,A bear\n"
AS_MEANT = {
    "semicolons": ("a.csv", COMMAS.replace(",", ";"), "separated by semicolons"),
    "tabs": ("a.csv", COMMAS.replace(",", "\t"), "separated by tabs"),
    "a .tsv": ("a.tsv", COMMAS.replace(",", "\t"), None),
    "a .tsv with commas": ("a.tsv", COMMAS, "separated by commas"),
    "Excel's line": ("a.csv", "sep=;\r\n" + COMMAS.replace(",", ";"), "separated by semicolons"),
    "Excel's line and mark": ("a.csv", b"\xef\xbb\xbfsep=,\r\n" + COMMAS.encode(), None),
    "decimal commas": ("a.csv", "key;x;prompt\np1;2,5;A fox\np2;3,5;A bear\n", "column 'x'"),
    "empty columns at the end": ("a.csv", "key,prompt,,\np1,A fox,,\np2,A bear\n", None),
    "rows of empty cells": ("a.csv", "key,prompt\n,\np1,A fox\n  ,  \n,\np2,A bear\n,\n", None),
    "lines end in CR": ("a.csv", COMMAS.replace("\n", "\r"), None),
    "blanks behind commas": ("a.csv", 'key, prompt\np1, "A fox"\np2, A bear\n', None),
    "what Excel takes for a text": ("a.csv", 'key,prompt\n="p1",A fox\np2,"A bear"\n', None),
    "UTF-16 with a mark": ("a.csv", COMMAS.encode("utf-16"), "UTF-16"),
    "UTF-16 without": ("a.csv", COMMAS.encode("utf-16-le"), "UTF-16, without"),
    "UTF-16 the other way": ("a.csv", COMMAS.encode("utf-16-be"), "UTF-16, without"),
    "UTF-32": ("a.csv", COMMAS.encode("utf-32"), "UTF-32"),
    "synonyms": ("a.csv", "ID, Text \np1.png,A fox\np2.JPEG,A bear\n", "'Text' is read as"),
    "a file's name": ("a.csv", "file name,prompt\np1.webp,A fox\np2,A bear\n", "'file name'"),
    "a description beside a prompt": (
        "a.csv", "key,description,prompt\np1,x,A fox\np2,y,A bear\n", "'description'",
    ),
    "an array": (
        "a.json", '[{"key": "p1", "prompt": "A fox"},\n {"key": "p2", "prompt": "A bear"}]', None,
    ),
    "an array by the other name": (
        "a.jsonl",
        '[{"id": "p1", "text": "A fox"}, {"id": "p2", "text": "A bear"}]',
        "a JSON array",
    ),
    "lines by the other name": (
        "a.json",
        '{"key": "p1", "prompt": "A fox"}\n{"key": "p2", "prompt": "A bear"}',
        "JSON lines",
    ),
    "an array in an object": (
        "a.json",
        '{"panels": [{"key": "p1", "prompt": "A fox"},{"key":"p2","prompt":"A bear"}]}',
        "read from 'panels'",
    ),
    "objects on several lines": (
        "a.jsonl",
        '{\n "key": "p1",\n "prompt": "A fox"\n}\n{\n "key": "p2",\n "prompt": "A bear"\n}\n',
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "said"), AS_MEANT.values(), ids=AS_MEANT)
def test_a_list_is_read_as_meant(
    tmp_path: Path, name: str, content: str | bytes, said: str | None
) -> None:
    """What was assumed is said, and nothing where nothing was."""
    found = read(tmp_path, name, content)
    assert pairs(found) == FOX
    assert found.notes == [] if said is None else said in " ".join(found.notes)
    assert found.warnings == []


def test_numbers_are_keys_in_json(tmp_path: Path) -> None:
    """Many programs number panels; the end of the number is none of the key."""
    found = read(tmp_path, "a.jsonl", '{"id": 7, "prompt": "A"}\n{"id": 8.0, "prompt": "B"}')
    assert [panel.key for panel in found.panels] == ["7", "8"]


def test_each_panel_knows_its_place(tmp_path: Path) -> None:
    """The line is that of the author's file, whatever cells before it hold."""
    found = read(tmp_path, "a.csv", 'prompt,key\n"A\nfox",a\n\nA bear,b\n')
    assert {key: place.line for key, place in found.places.items()} == {"a": 2, "b": 5}
    assert found.form == Form.CSV


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_text_without_blank_lines_is_a_prompt_a_line(tmp_path: Path, line_end: str) -> None:
    """Three prompts on three lines are three pictures, and it is said."""
    found = read(tmp_path, "a.txt", line_end.join(["A fox", "A bear", "A cat", ""]))
    assert [panel.prompt for panel in found.panels] == ["A fox", "A bear", "A cat"]
    assert "every line is read as a prompt" in found.notes[0]
    found = read(tmp_path, "a.txt", line_end.join(["A fox", "in snow", "", "A cat"]))
    assert [panel.prompt for panel in found.panels] == ["A fox\nin snow", "A cat"]
    assert found.notes == []


def test_a_form_feed_parts_paragraphs(tmp_path: Path) -> None:
    """It is how exports begin a page; a vertical tab is a line's end within a paragraph."""
    found = read(tmp_path, "a.txt", "A fox\n\x0cA bear\x0bin snow\nby night\n")
    assert [panel.prompt for panel in found.panels] == ["A fox", "A bear\nin snow\nby night"]


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("p1.png", "p1"),
        ("P1.JPEG", "P1"),
        ("p1.webp.png", "p1"),
        ("e\u0301", "é"),
        (" p1 ", "p1"),
        ("p1.v2", "p1.v2"),
    ],
)
def test_a_key_is_put_in_order(tmp_path: Path, given: str, key: str) -> None:
    """A picture's ending is no part of it, and letters are composed."""
    found = read(tmp_path, "a.csv", f"key,prompt,after\n{given},A,\nb,B,{given}\n")
    assert [panel.key for panel in found.panels] == [key, "b"]
    assert found.panels[1].after == key


@pytest.mark.parametrize(
    ("letter", "name"),
    [
        ("\u200b", "U+200B (ZERO WIDTH SPACE)"),
        ("\ufeff", "U+FEFF"),
        ("\u202e", "U+202E (RIGHT-TO-LEFT OVERRIDE)"),
        ("\u00a0", "U+00A0 (NO-BREAK SPACE)"),
        ("\u200d", "U+200D"),
        ("\u00ad", "U+00AD (SOFT HYPHEN)"),
        ("\u3164", "U+3164 (HANGUL FILLER)"),
        ("\ufe0f", "U+FE0F"),
    ],
)
@pytest.mark.parametrize("form", ["a{}b", "{}ab", "ab{}"])
def test_what_is_not_seen_in_a_key_is_named(
    tmp_path: Path, letter: str, name: str, form: str
) -> None:
    """Wherever it stands: two keys never look the same and differ."""
    text = json.dumps([{"key": form.format(letter), "prompt": "A"}])
    assert name in refused(tmp_path, "a.json", text)
    assert name in refused(tmp_path, "a.csv", f"prompt,key\nA,{form.format(letter)}\n")


def test_keys_that_become_one_are_refused(tmp_path: Path) -> None:
    """By case, by their accents' form or by their ending."""
    for one, other in [("p1", "P1.png"), ("\u00e9", "E\u0301"), ("p1.jpg", "p1.png")]:
        said = refused(tmp_path, "a.csv", f"key,prompt\n{one},A\n{other},B\n")
        assert "already used on line 2" in said


def test_an_after_finds_its_panel_in_another_case(tmp_path: Path) -> None:
    """Keys are one where a file system has them as one."""
    found = read(tmp_path, "a.csv", "key,prompt,after\nCh1/P1,A,\np2,B,ch1/p1.PNG\n")
    assert found.panels[1].after == "Ch1/P1"


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """In the list's order; of many, the first twenty and how many there are."""
    said = refused(tmp_path, "a.csv", "key,prompt\n,\na:,A\nb,\nc,C,d\n")
    places = [line.split(": ")[0].rsplit("a.csv", 1)[1] for line in said.splitlines()]
    assert places == [":3:1", ":4:3", ":5:5"]
    lines = "\n".join(f"{number},\n" for number in range(57))
    said = refused(tmp_path, "a.csv", f"key,prompt\n{lines}")
    assert len(said.splitlines()) == 21
    assert said.endswith("57 faults in all; the first 20 are shown")


def test_every_fault_of_order_is_told(tmp_path: Path) -> None:
    """Each panel that waits for nobody, and each circle once."""
    rows = ["a,A,x", "b,B,y", "c,C,d", "d,D,c", "e,E,c"]
    said = refused(tmp_path, "a.csv", "\n".join(["key,prompt,after", *rows]))
    assert len(said.splitlines()) == 3


REFUSED = {
    "Markdown": ("book.md", "# Page 1\n\nA fox", "are no lists"),
    "a script": ("book.fountain", "PAGE 1", "are no lists"),
    "a rich text": ("book.rtf", "{\\rtf1 A fox}", "a rich text"),
    "a rich text by another name": ("book.txt", "{\\rtf1 A fox}", "a rich text"),
    "a web page": ("book.html", "<p>A fox", "a web page"),
    "a web page by another name": ("book.txt", "<!DOCTYPE html><p>A fox", "a web page"),
    "YAML": ("book.yaml", "- prompt: A fox", "YAML"),
    "a document": ("book.docx", "A fox", "a document of a word processor"),
    "a picture": ("book.png", "x", "a picture"),
    "a picture by another name": ("book.txt", b"\x89PNG\r\n\x1a\n", "a picture"),
    "a PDF by another name": ("book.csv", b"%PDF-1.7", "a PDF"),
    "an old workbook": ("book.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an older Office file"),
    "an archive": ("book.jsonl", b"\x1f\x8b\x08", "an archive"),
    "a workbook that is none": ("book.xlsx", COMMAS, "not an Excel workbook"),
    "JSON in a text": ("book.txt", '[\n{"prompt": "A fox"}]', "name the file .json"),
    "a table in a text": ("book.txt", COMMAS, "name the file .csv"),
    "a table of lines": ("book.csv", "A fox\nA bear\n", "the first row must name the columns"),
}


@pytest.mark.parametrize(("name", "content", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_list_is_refused_by_name(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    """By what it holds as well as by its name."""
    assert said in refused(tmp_path, name, content)


def test_the_forms_that_are_read_are_named(tmp_path: Path) -> None:
    """Who cannot use a file hears what to save it as."""
    said = refused(tmp_path, "book.yaml", "x")
    assert all(
        name in said for name in (".txt", ".csv", ".tsv", ".json", ".jsonl", ".xlsx", ".ods")
    )


def test_a_form_that_is_given_is_taken(tmp_path: Path) -> None:
    """Whatever the name says, but never against what the content surely is."""
    assert pairs(read(tmp_path, "book.dat", COMMAS, Form.CSV)) == FOX
    assert len(read(tmp_path, "book.md", "A fox\n\nA bear", Form.TEXT).panels) == 2
    assert "a picture" in refused(tmp_path, "book.dat", b"\x89PNG\r\n\x1a\n", Form.TEXT)


SENTENCES = {
    "cp1252": "Ein Bär läuft über die Straße – „schön“",
    "cp1252 alone": "A bär",
    "cp1252 in French": "Déjà vu à la fenêtre, l’été, un cœur",
    "cp1252 in Spanish": "El niño y la señora, ¿qué? ¡Sí!",
    "cp1250": "Zażółć gęślą jaźń",
    "cp1250 in Czech": "Příliš žluťoučký kůň úpěl ďábelské ódy",
    "cp1251": "Лиса в снегу",
    "koi8-r": "Лиса в снегу",
    "cp1253": "Η αλεπού στο χιόνι",
    "cp1255": "שועל בשלג ליד הנמל",
    "cp1256": "ثعلب في الثلج قرب الميناء",
    "cp1251 in Ukrainian": "Лисиця в снігу біля порту",
    "cp1253 at length": "Ο ψαράς κάθεται στο λιμάνι και κοιτάζει τη θάλασσα",
    "cp1251 at length": "Старый рыбак сидит на пристани и смотрит на море",
    "cp1254": "Karda bir tilki, ışık ve gölge",
    "mac-roman": "Ein Bär läuft über die Straße",
    "cp932": "夕暮れの港町。マーラは窓辺に立つ。",
    "euc-jp": "夕暮れの港町。マーラは窓辺に立つ。",
}


@pytest.mark.parametrize(("codec", "text"), SENTENCES.items(), ids=SENTENCES)
def test_other_encodings_are_recognised(tmp_path: Path, codec: str, text: str) -> None:
    """By the letters that they make, with an example that the author can check."""
    content = f"A fox\n\n{text}\n".encode(codec.split(" ", maxsplit=1)[0])
    found = read(tmp_path, "a.txt", content)
    assert found.panels[1].prompt == text
    assert "Read as " in found.notes[0]
    assert "save the file as UTF-8" in found.notes[0]


def test_a_list_is_a_file(tmp_path: Path) -> None:
    """A pipe would wait for ever and a device has no end: neither is read."""
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    for path, what in [(pipe, "a pipe"), (Path("/dev/zero"), "a device"), (tmp_path, "a folder")]:
        with pytest.raises(BadInputError, match=f"it is {what}"):
            prompts.read(path)


def test_a_piped_list_names_pictures_of_the_folder_where_the_command_is_run(tmp_path: Path) -> None:
    """Its own folder is the home's."""
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "mara.png").touch()
    path = tmp_path / "stdin.jsonl"
    path.write_text('{"prompt": "A fox", "references": ["mara.png"]}')
    found = prompts.read(path, beside=tmp_path / "work")
    assert found.panels[0].references == (tmp_path / "work" / "mara.png",)


def test_a_reference_is_a_file(tmp_path: Path) -> None:
    """The same is said of a picture that a list names."""
    os.mkfifo(tmp_path / "mara.png")
    said = refused(tmp_path, "a.csv", "prompt,ref\nA,mara.png\n")
    assert said.endswith("a.csv:2:3: reference picture 'mara.png' is not a file")


def test_a_name_that_is_no_text_can_be_told(tmp_path: Path) -> None:
    """A path of any bytes gives a message that can be printed."""
    path = tmp_path / "half \udcff\x1b[2J.csv"
    path.write_text("words\nx\n", encoding="utf-8")
    with pytest.raises(BadInputError) as error:
        prompts.read(path)
    assert "half \ufffd\ufffd[2J.csv:1:1" in str(error.value)


PROMPT = "A fox in the snow, ink and wash, panel {} of the harbour, seen from above"


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.json", "a.jsonl", "a.txt", "lines.txt"])
def test_a_list_that_is_too_long_is_refused_at_once(tmp_path: Path, name: str) -> None:
    """The limit is named within a second, without reading all of it."""
    content = _long(name, 300_000)
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    begun = time.process_time()
    with pytest.raises(BadInputError, match="at most 100,000 panels"):
        prompts.read(path)
    assert time.process_time() - begun < patience(1)


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.jsonl", "a.txt"])
def test_ten_thousand_panels_are_read_quickly(tmp_path: Path, name: str) -> None:
    """They are what a graphic novel has."""
    begun = time.process_time()
    assert len(read(tmp_path, name, _long(name, 10_000)).panels) == 10_000
    assert time.process_time() - begun < patience(1)


def _long(name: str, count: int) -> str:
    texts = [PROMPT.format(number) for number in range(count)]
    match name.split(".", maxsplit=1)[1]:
        case "csv" | "tsv" as form:
            mark = "," if form == "csv" else "\t"
            rows = (f'p{number}{mark}"{text}"' for number, text in enumerate(texts))
            return "\n".join([f"key{mark}prompt", *rows])
        case "json":
            return json.dumps([{"key": f"p{n}", "prompt": text} for n, text in enumerate(texts)])
        case "jsonl":
            return "\n".join(json.dumps({"prompt": text}) for text in texts)
    return ("\n" if name.startswith("lines") else "\n\n").join(texts)


MEGABYTE = 1024 * 1024
SLOW = {
    "a row of commas": ("a.csv", b"," * 8 * MEGABYTE),
    "rows of commas": ("a.csv", b"key,prompt\n" + b"a\n" * 200_000 + b"," * 8 * MEGABYTE),
    "a quote and no end": ("a.csv", b'key,prompt\na,"' + b'x""' * 2 * MEGABYTE),
    "quotes": ("a.csv", b"key,prompt\n" + b'"' * 4 * MEGABYTE + b"x"),
    "a long line before a letter": ("a.txt", b"x" * 8 * MEGABYTE + b"\n\xe4"),
    "letters of no encoding": ("a.txt", b"\x81\xff" * 2 * MEGABYTE),
    "blanks": ("a.txt", b"A\n\n" + b" " * 8 * MEGABYTE),
    "blank lines": ("a.txt", b"A\n\n" + b"\n" * 8 * MEGABYTE),
    "brackets": ("a.json", b"[" * 4 * MEGABYTE),
    "a string and no end": ("a.json", b'["' + b"x" * 8 * MEGABYTE),
    "lines that are no JSON": ("a.jsonl", b"x\n" * 90_000),
}


@pytest.mark.parametrize(("name", "content"), SLOW.values(), ids=SLOW)
def test_no_list_takes_long(tmp_path: Path, name: str, content: bytes) -> None:
    """Whatever it is made of, it is read or refused in a time that grows with its size."""
    begun = time.process_time()
    with contextlib.suppress(BadInputError):
        read(tmp_path, name, content)
    assert time.process_time() - begun < patience(3)


def test_curly_quotes_do_not_cut_a_prompt(tmp_path: Path) -> None:
    """A word processor makes them, and the half behind the comma would be another cell."""
    said = refused(tmp_path, "a.csv", "key,prompt,page\np1,\u201cA fox, red\u201d\n")
    assert "a.csv:2:4: curly quotes" in said


def test_the_limit_itself_is_allowed(tmp_path: Path) -> None:
    """A hundred thousand panels are a list."""
    text = "\n".join(str(number) for number in range(PANELS))
    assert len(read(tmp_path, "a.csv", f"prompt\n{text}").panels) == PANELS


PIECES = st.sampled_from(
    [
        *(
            '"',
            ",",
            ";",
            "\t",
            "\n",
            "\r\n",
            "\r",
            "\f",
            "key",
            "prompt",
            "a",
            " ",
            "{",
            "}",
            "[",
            "]",
        ),
        *(
            ":",
            '{"prompt": "a"}',
            '"prompt"',
            "\\",
            "\x00",
            "\ufeff",
            "é",
            "sep=;",
            "#",
            "//",
            "1",
            "=",
        ),
    ]
)
NAMES = ["a.csv", "a.tsv", "a.json", "a.jsonl", "a.txt"]
CODECS = ["utf-8", "utf-16", "utf-16-le", "utf-32", "cp1252"]


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=40), st.sampled_from(NAMES), st.sampled_from(CODECS))
@example(['"'], "a.csv", "utf-8")
def test_nothing_but_bad_input_comes_of_any_text(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str], name: str, codec: str
) -> None:
    """A list is read or refused; it is never an error inside Pressrun."""
    folder = tmp_path_factory.getbasetemp()
    content = "".join(parts).encode(codec, errors="replace")
    try:
        found = read(folder, name, content)
    except BadInputError:
        return
    assert found.panels
    assert set(found.places) == {panel.key for panel in found.panels}


@settings(max_examples=300)
@given(st.binary(max_size=200), st.sampled_from([*NAMES, "a.xlsx", "a.ods"]))
def test_nothing_but_bad_input_comes_of_any_bytes(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    """The same for what is no text at all."""
    with contextlib.suppress(BadInputError):
        assert read(tmp_path_factory.getbasetemp(), name, content).panels


@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.text(alphabet='ab ,;"\n\t=é', min_size=1, max_size=12)),
        min_size=1,
        max_size=8,
        unique_by=lambda pair: pair[0],
    ).filter(lambda rows: all(text.strip() for _, text in rows)),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_cell_in_quotes_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[int, str]],
    mark: str,
    line_end: str,
) -> None:
    """Whatever it holds: marks, quotes, line ends."""
    doubled = [(number, text.replace('"', '""')) for number, text in rows]
    lines = [f"key{mark}prompt", *(f'"{number}"{mark}"{text}"' for number, text in doubled)]
    found = read(tmp_path_factory.getbasetemp(), "q.csv", line_end.join(lines))
    assert pairs(found) == [(str(number), text.strip()) for number, text in rows]


@given(st.randoms(use_true_random=False))
def test_what_is_no_row_is_never_a_panel(
    tmp_path_factory: pytest.TempPathFactory, chance: random.Random
) -> None:
    """A list with a letter changed: keys stay keys, and prompts stay prompts."""
    keys, words = {"p1", "p2", "p3"}, {"A fox", "A bear", "A cat"}
    text = "key,prompt\n" + "".join(
        f'{k},"{w}"\n' for k, w in zip(sorted(keys), sorted(words), strict=True)
    )
    at = chance.randrange(len("key,prompt\n"), len(text))
    changed = text[:at] + chance.choice('",;\n\tx') + text[at + 1 :]
    with contextlib.suppress(BadInputError):
        found = read(tmp_path_factory.getbasetemp(), "m.csv", changed)
        assert sum(each.key in keys and each.prompt in words for each in found.panels) >= 2
