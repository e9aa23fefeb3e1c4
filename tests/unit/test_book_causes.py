"""One mistake is told as one: what only follows from it is not told, and its cause comes first."""

from pathlib import Path

import pytest

from helpers import authored
from pressrun.book import read
from pressrun.book.check import check
from pressrun.book.model import Gravity
from pressrun.cli.check_cmd import check as command

SPANISH = "# El muelle\n\n## Página 1\n\n### Viñeta 1\n\nMARA: ¿Quién?\n"
MANY = "# El muelle\n\n" + "### Viñeta\n\nMARA: ¿Quién?\n\n" * 30


def told(folder: Path, translation: str | None = None) -> list[str]:
    """Every fault and warning, as `gravity file:line: text`."""
    found = check(folder, translation).defects
    return [f"{each.gravity.value} {read.line(each)}" for each in found]


def faults(folder: Path, translation: str | None = None) -> list[str]:
    """Every fault as `file:line`."""
    found = check(folder, translation).defects
    return [
        f"{each.spot.file.as_posix()}:{each.spot.line}"
        for each in found
        if each.gravity == Gravity.FAULT
    ]


def changed(old: str, new: str, text: str = authored.SCRIPT) -> str:
    """A text with another one in place of a part that is there."""
    assert old in text
    return text.replace(old, new)


WIDE = changed("- place: quay\n", "- place: quay\n- format: wide\n- after: ch01/p001/panel-1\n")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"book.toml": authored.BOOK + "[broken\n"}, ["book.toml:6"]),
        ({"book.toml": None}, ["book.toml:1"]),
        ({"book.toml": changed('"16:9"', '"16by9"', authored.BOOK)}, ["book.toml:5"]),
        (
            {"book.toml": "naming = '{page}/{panel}'\n" + authored.BOOK.replace("ch01", "x")},
            ["book.toml:1"],
        ),
        ({"cast/people.toml": authored.CAST + "[broken\n"}, ["cast/people.toml:18"]),
        ({"cast/people.toml": authored.CAST.encode("utf-16")[:-1]}, ["cast/people.toml:17"]),
        (
            {
                "cast/people.toml": changed("[mara", '["a:b"', authored.CAST).replace(
                    '["a:b"]', '["a:b"]\nname = "Mara"'
                )
            },
            ["cast/people.toml:1"],
        ),
        (
            {
                "cast/people.toml": changed(
                    '[mara.variants."storm coat"]\nwords = "in a long yellow oilskin"\n'
                    'references = ["references/coat.png"]',
                    '[mara.variants]\n"storm coat" = "in a long yellow oilskin"',
                    authored.CAST,
                )
            },
            ["cast/people.toml:7"],
        ),
        ({"script/00.csv": 'key,action\nstart,"x\n'}, ["script/00.csv:2"]),
        ({"script/00.md": b"# A\n\xff\xfe\x00"}, ["script/00.md:2"]),
    ],
    ids=[
        *("settings", "no settings", "a format", "naming", "cast", "cast cut off", "a name"),
        *("a variant", "a table", "a script"),
    ],
)
def test_what_cannot_be_read_is_told_and_not_what_needs_it(
    tmp_path: Path, files: dict[str, str | bytes | None], expected: list[str]
) -> None:
    """An author is never told to add what is there, in a file that only has a typo."""
    script = WIDE.replace("- after: ch01/p001/panel-1", "- after: start")
    chapter = script if any(each.startswith("script/00") for each in files) else WIDE
    assert faults(authored.write(tmp_path, {"script/01.md": chapter, **files})) == expected


def test_mistakes_that_follow_from_nothing_are_told_beside_a_broken_file(tmp_path: Path) -> None:
    """Only what needs the broken file is not judged."""
    files = {
        "book.toml": "[broken\n",
        "script/01.md": changed("jon\n", "jom\n").replace("She turns.", "- sky: grey\n"),
    }
    assert faults(authored.write(tmp_path, files)) == [
        "book.toml:1",
        "script/01.md:7",
        "script/01.md:19",
    ]


def test_causes_come_before_what_builds_on_them(tmp_path: Path) -> None:
    """Settings, cast, style and script come before a translation, and file 2 before file 10."""
    files: dict[str, str | bytes | None] = {
        "book.toml": "titel = 1\n[style]\npreset = 'style.toml'\n",
        "style.toml": "wordz = 'x'\n",
        "cast/people.toml": authored.CAST + "sky = 1\n",
        "script/2.md": "# A\n\n### P\n\n- cast: nobody here\n\nx\n",
        "script/10.md": "# A\n\n### P\n\n- cast: nobody here\n\nx\n",
        "lang/es/01.md": SPANISH + "### Viñeta 9\n\nx\n",
    }
    found = faults(authored.write(tmp_path, files), "es")
    assert [each.rpartition(":")[0] for each in found] == [
        *("book.toml", "cast/people.toml", "style.toml", "script/2.md", "script/10.md"),
        "lang/es/01.md",
    ]


def test_panels_that_one_heading_moves_are_told_once(tmp_path: Path) -> None:
    """Not a line for each panel of a translation, before which nobody finds the cause."""
    [fault] = [
        each
        for each in told(authored.write(tmp_path, {"lang/es/01.md": MANY}), "es")
        if each.startswith("fault")
    ]
    assert fault.startswith("fault lang/es/01.md:11: the book has no such panel (nor 27 further")


def test_what_a_chapter_says_wrong_is_told_once(tmp_path: Path) -> None:
    """It holds for a thousand panels, and is one line to mend."""
    script = "# A\n\n- cast: jom, jom\n- references: gone.png\n\n" + "### P\n\nx\n\n" * 1_000
    assert faults(authored.write(tmp_path, {"script/01.md": script})) == [
        "script/01.md:3",
        "script/01.md:4",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("- cast: mara, none", "'none' beside other names says nothing; leave it out"),
        ("- cast: mara (storm coat", "a bracket has no partner in 'mara (storm coat'"),
        ("- cast: mara storm coat), jon", "a bracket has no partner in 'mara storm coat)'"),
        ("- place: quay (night", "a bracket has no partner in 'quay (night'"),
    ],
)
def test_a_slip_in_a_field_is_told_as_that(tmp_path: Path, line: str, said: str) -> None:
    """Nobody wants a character of that name."""
    script = f"# A\n\n### P\n\n{line}\n\nx\n"
    found = told(authored.write(tmp_path, {"script/01.md": script}))
    assert f"fault script/01.md:5: {said}" in found


@pytest.mark.parametrize("nothing", ["none", "Nobody", "-", "—"])
def test_a_word_for_nothing_is_nobody_in_every_form(tmp_path: Path, nothing: str) -> None:
    """In a table as in Markdown."""
    table = f'action,cast,place\nx,{nothing},{nothing}\n"y","mara, jon",quay\n'
    script = f"# A\n\n### P\n\n- cast: {nothing}\n- place: {nothing}\n\nx\n"
    book = authored.write(tmp_path, {"script/02.csv": table, "script/03.md": script})
    assert faults(book) == []


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"book.toml": authored.BOOK + "[pages]\nbackground = 'whitee'\n"},
            (
                "fault book.toml:7: background 'whitee': write a colour such as 'white' or "
                "'#f4efe6'; did you mean 'white'?"
            ),
        ),
        (
            {"book.toml": authored.BOOK + "[pages]\nbackground = 'transparent'\n"},
            (
                "fault book.toml:7: background 'transparent': write a colour such as 'white' or "
                "'#f4efe6'"
            ),
        ),
        (
            {"book.toml": "project = 'https://a.test/x'\n" + authored.BOOK},
            (
                "warning book.toml:1: project 'https://a.test/x' is not the address of a ChatGPT "
                "project, and a run refuses it: open the project in your browser, and copy the "
                "address of its page"
            ),
        ),
        (
            {"book.toml": f"title = 'T'\n\nauthor = {'9' * 5_000}\n"},
            "fault book.toml:3: not valid TOML: a number has more digits than are read",
        ),
        (
            {"script/02.jsonl": '{"action": "x"}\n{"action": ' + "9" * 5_000 + "}\n"},
            "fault script/02.jsonl:2: not valid JSON (a number has more digits than are read)",
        ),
        (
            {"script/01.md": changed("## Page 1", f"## Page {'9' * 24}")},
            (
                "warning script/01.md:3: page 99999999999999999999 is page 1 of its chapter: it is "
                "called ch01/p001"
            ),
        ),
        (
            {"script/01.md": changed("## Page 1", "## Pages 1-1000000")},
            "warning script/01.md:3: pages 1-1000000 are read as one double page",
        ),
        (
            {"script/01.md": changed("### Panel 1", "### Panels 1-100000")},
            "warning script/01.md:5: panels 1-100000 are read as one panel; give each its heading",
        ),
        (
            {"script/01.md": changed("{#arrival}", "{#a} {#b}")},
            "fault script/01.md:14: a heading takes one key; leave out the other",
        ),
        (
            {"script/01.md": changed("- place: quay\n", "- key: b\n")},
            "fault script/01.md:17: the panel has the key 'arrival' already; leave out one",
        ),
        (
            {"lang/espanol/01.md": SPANISH},
            (
                "warning lang/espanol:1: not read: call the folder as its language's code, such as "
                "lang/es/"
            ),
        ),
        (
            {"lang/fr": "x"},
            "warning lang/fr:1: not read: the words of a language stand in a folder, as lang/es/",
        ),
        (
            {"lang/en/01.md": SPANISH},
            "warning lang/en:1: not read: 'en' is the language of the script itself",
        ),
        (
            {"script/01.md": changed("- place: quay\n", "- references: https://x.com/a.png\n")},
            (
                "fault script/01.md:17: there is no picture 'https://x.com/a.png'; pictures are "
                "files in the book's folder, such as references/mara.png"
            ),
        ),
        (
            {"cast/more.toml": "[tobias]\nreferences = ['references\\tobias.png']\n"},
            (
                "fault cast/more.toml:2: there is no picture 'references\\tobias.png'; write / "
                "between the names of folders"
            ),
        ),
        (
            {"references/none.png": "", "cast/more.toml": "[x]\nreferences='references/none.png'"},
            "fault cast/more.toml:2: picture 'references/none.png' is an empty file",
        ),
        (
            {"cast/more.toml": "[tobias]\nwords = 'x'\naliases = ['the keeper, old']\n"},
            "warning cast/more.toml:3: scripts cannot name 'the keeper, old', as it holds ','",
        ),
        (
            {"cast/more.toml": "[tobias]\nwords = 'x'\naliases = ['SFX']\n"},
            "warning cast/more.toml:3: in scripts 'SFX' begins a caption, a sound or a note",
        ),
        (
            {"cast/more.toml": "[tobias]\nwords = 'x'\nname = 'To\\u202ebias'\n".replace("'", '"')},
            "warning cast/more.toml:3: 'name' holds characters that cannot be seen: U+202E",
        ),
        (
            {"book.toml": f"title = 'T'\n[pages]\nwidth = {'9' * 400}\n"},
            "fault book.toml:3: 'width' must be from 20 to 2000, not a number of many digits",
        ),
        (
            {"script/02.jsonl": '{"action": "x", "action": "y"}\n'},
            "fault script/02.jsonl:1: 'action' is there twice; keep one",
        ),
    ],
)
def test_what_went_unsaid_is_told(
    tmp_path: Path, files: dict[str, str | bytes | None], said: str
) -> None:
    """What export or a run refuses, what is not read, and numbers of any length."""
    assert said in told(authored.write(tmp_path, files))


def test_an_empty_translation_is_told_in_its_folder(tmp_path: Path) -> None:
    """Not in the settings, which say nothing of it."""
    assert faults(authored.write(tmp_path, {"lang/fr/01.md": ""}), "fr") == ["lang/fr:1"]


def test_a_language_that_is_a_path_is_none(tmp_path: Path) -> None:
    """Nobody is told to write outside the book."""
    [fault] = [each for each in told(authored.write(tmp_path), "../..") if "fault" in each]
    assert fault == "fault book.toml:1: '../..' is no language: name its code, such as es"


def test_a_link_that_leads_nowhere_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    """The other chapters are no worse for it."""
    book = authored.write(tmp_path)
    (book / "script" / "03.md").symlink_to("03.md")
    (book / "references" / "x.png").symlink_to("gone.png")
    (book / "cast" / "more.toml").write_text("[x]\nreferences = 'references/x.png'\n")
    assert [each for each in told(book) if each.startswith("fault")] == [
        "fault cast/more.toml:2: picture 'references/x.png' is a link to a file that is not there",
        "fault script/03.md:1: cannot be read: Too many levels of symbolic links",
    ]


def test_the_command_tells_causes_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the translations, which it reads one by one."""
    script = changed("jon\n", "jom\n")
    book = authored.write(tmp_path, {"script/01.md": script, "lang/es/01.md": MANY})
    with pytest.raises(Exception, match="2"):
        command(book)
    said = capsys.readouterr().out
    assert said.index("script/01.md:7") < said.index("lang/es/01.md:11")
