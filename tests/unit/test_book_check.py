"""Every mistake that an author can make in a book is told with file, line and the right name."""

import os
import time
from pathlib import Path

import pytest

from helpers import authored, books
from helpers.pictures import encoded
from pressrun.book import read
from pressrun.book.check import check, translations
from pressrun.book.model import Gravity
from pressrun.errors import BadInputError


def faults(folder: Path, translation: str | None = None) -> list[str]:
    """Every fault in a book."""
    found = check(folder, translation)
    told = [read.line(each) for each in found.defects if each.gravity == Gravity.FAULT]
    assert (found.book is None) == bool(told)
    return told


def warnings(folder: Path, translation: str | None = None) -> list[str]:
    """Every warning of a book that has no faults."""
    assert faults(folder, translation) == []
    return [read.line(each) for each in check(folder, translation).defects]


def changed(old: str, new: str, text: str = authored.SCRIPT) -> str:
    """A text with another one in place of a part that is there."""
    assert old in text
    return text.replace(old, new)


def test_a_good_book_has_no_mistakes(tmp_path: Path) -> None:
    """What the page on books shows is not complained about."""
    assert warnings(authored.write(tmp_path)) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("jon\n", "jom\n", "7: there is no character 'jom'; did you mean 'jon'?"),
        (
            "(storm coat)",
            "(storm coast)",
            ("7: Mara has no variant 'storm coast'; did you mean 'storm coat'?"),
        ),
        ("jon\n", "jon (old)\n", "7: Jon has no variant 'old'; it has no variants"),
        (
            "quay at night",
            "quai at night",
            ("8: there is no place 'quai at night'; did you mean 'quay'?"),
        ),
        ("quay at night", "quay at noon", "8: Quay has no variant 'noon'; it has night"),
        ("quay at night", "mara", "8: there is no place 'mara'; 'mara' is a character"),
        ("jon\n", "quay\n", "7: there is no character 'quay'; 'quay' is a place"),
        (
            "jon\n",
            "the smith\n",
            ("7: there is no character 'the smith'; add [the-smith] to a file in cast/"),
        ),
        (
            "- place: quay\n",
            "- place: quay\n- format: wite\n",
            (
                "18: 'wite' is not a format; write "
                "an aspect ratio such as 3:4, or one of square, portrait, story, landscape, "
                "widescreen, "
                "auto; did you mean 'wide'?"
            ),
        ),
        (
            "- place: quay\n",
            "- plaice: quay\n",
            ("17: there is no field 'plaice'; did you mean 'place'?"),
        ),
        (
            "- place: quay\n",
            "- lens: 35 mm\n",
            (
                "17: there is no field 'lens'; fields are cast, "
                "place, format, mood, after, group, references, key"
            ),
        ),
        (
            "- place: quay\n",
            "- after: arival\n",
            ("17: 'after' names 'arival', which is no panel; did you mean 'arrival'?"),
        ),
        (
            "- place: quay\n",
            "- after: arrival\n",
            ("14: 'arrival' waits for 'arrival'; none of these panels could ever be made"),
        ),
        (
            "- place: quay\n",
            "- place: quay\n- place: quay\n",
            ("18: 'place' is there twice: also on line 17"),
        ),
        (
            "- place: quay\n",
            "- references: references/mra.png\n",
            ("17: there is no picture 'references/mra.png'; did you mean 'references/mara.png'?"),
        ),
        (
            "- place: quay\n",
            "- references: mara.png\n",
            ("17: there is no picture 'mara.png'; did you mean 'references/mara.png'?"),
        ),
        (
            "{#arrival}",
            "{#ch01/p001/panel-1}",
            ("14: the key 'ch01/p001/panel-1' is that of script/01.md:5 as well"),
        ),
        (
            "{#arrival}",
            "{#a:b}",
            r"14: key \'a:b\': a key must not contain control characters or "
            r'\ : * ? " < > |'.replace("\\'", "'"),
        ),
        ("{#arrival}", "{#cast/x}", "14: key 'cast/x': cast/ is kept for the sheets of the cast"),
        (
            "{#arrival}",
            "{#../x}",
            ("14: key '../x': no part of a key between slashes may be empty, '.' or '..'"),
        ),
        (
            "She turns.\n",
            "## Page 2\n",
            (
                "19: a page without panels; put '### Panel 1' above what "
                "is drawn, or write 'splash' into the page's heading where it is one picture"
            ),
        ),
        ("# The quay\n", "cast: mara\n", "1: 'cast' stands before the first heading"),
        (
            "# The quay\n",
            "# The quay <!-- a note\n",
            ("1: this comment is not closed: --> is missing"),
        ),
        ("She turns", "She\x07 turns", "19: the control character U+0007 is in this line"),
    ],
)
def test_a_mistake_in_a_script_is_told_by_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    """With the nearest right name, so that it is mended at once."""
    book = authored.write(tmp_path, {"script/01.md": changed(old, new)})
    assert f"script/01.md:{told}" in faults(book)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'words = "an old man"',
            'word = "an old man"',
            ("11: a character has no 'word'; did you mean 'words'?"),
        ),
        (
            'words = "an old man"',
            "words = 3",
            ("11: 'words' must be a text in quotes, not a whole number"),
        ),
        (
            'words = "an old man"',
            "sheet = 1979-05-27",
            ("11: 'sheet' must be true, false, or the name of a picture"),
        ),
        (
            'words = "an old man"',
            'words = "an old man',
            ("11: not valid TOML: Illegal character '\\n'"),
        ),
        (
            'words = "an old man"',
            'aliases = ["Mara"]',
            (
                "10: 'Mara' names 'jon' and 'mara' "
                "(cast/people.toml:1); scripts cannot tell which is meant"
            ),
        ),
        (
            'words = "an old man"',
            "aliases = [1]",
            ("11: 'aliases' must be a list of texts; one is a whole number"),
        ),
        ("[jon]", "[Mara]", "10: 'Mara' is there twice: also in cast/people.toml:1"),
        (
            "[jon]",
            '["a:b"]',
            (
                "10: 'a:b' cannot be a name in keys: a key must not contain control "
                'characters or \\ : * ? " < > |'
            ),
        ),
        (
            "[mara]\n",
            "tom = 3\n[mara]\n",
            ("1: 'tom' stands outside any table; put it under that of a character, such as [mara]"),
        ),
        (
            '["references/coat.png"]',
            '["references/coat.png", "references/cote.png"]',
            ("8: there is no picture 'references/cote.png'; did you mean 'references/coat.png'?"),
        ),
        ('["references/coat.png"]', '["../x.png"]', "8: there is no picture '../x.png'"),
        (
            '["references/coat.png"]',
            '["script/01.md"]',
            (
                "8: 'script/01.md' cannot be sent as a "
                "picture: the file is not a PNG, JPEG or WebP picture"
            ),
        ),
        (
            "[places.quay]",
            "[places]\nx = 1\n[places.quay]",
            ("14: 'x' is no place; a place is a table, such as [places.quay]"),
        ),
        (
            "[places.quay.variants.night]",
            "[places.quay.variant.night]",
            ("16: a place has no 'variant'; did you mean 'variants'?"),
        ),
    ],
)
def test_a_mistake_in_the_cast_is_told_by_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    """Although the reader of TOML tells no lines of values."""
    cast = changed(old, new, authored.CAST)
    book = authored.write(tmp_path, {"cast/people.toml": cast})
    assert f"cast/people.toml:{told}" in faults(book)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("auther = 1", "4: book.toml has no 'auther'; did you mean 'author'?"),
        ("chats = 0", "4: 'chats' must be \"fresh\" or a whole number from 1 to 64"),
        (
            "project = 'mine'",
            "4: project 'mine': write the address of the project's page, with https://",
        ),
        ("language = 'english'", "4: language 'english': write its code, such as 'en' or 'pt-BR'"),
        (
            "naming = '../{chapter}/{page}/{panel}'",
            (
                "4: naming: it makes keys such as '../1/1/1': "
                "no part of a key between slashes may be empty, '.' or '..'"
            ),
        ),
        (
            "naming = 'p{page}-{panel}'",
            ("4: naming: it leaves out {chapter}, so two panels would have one name"),
        ),
        (
            "naming = '{chapter}{page}/{panel}'",
            ("4: naming: put something between the numbers: without it, 1 and 12 read as 11 and 2"),
        ),
        (
            "naming = '{chapter}/{pag}/{panel}'",
            "4: naming: there is no {pag}; did you mean 'page'?",
        ),
        ("naming = '{chapter}/{page}/{panel'", "4: naming: a { or } has no partner"),
        (
            "naming = 'cast/{chapter}/{page}/{panel}'",
            ("4: naming: the folder 'cast' is kept for the sheets of the cast"),
        ),
        (
            "naming = '{chapter}/{page}/{panel:x}'",
            ("4: naming: {panel:x}: write a width such as {panel:03}"),
        ),
        ("[style]\npreset = 'noire'", "5: there is no preset 'noire'; did you mean 'noir'?"),
        (
            "[style]\npreset = 'mine.toml'",
            ("5: the style file 'mine.toml' is not in the book's folder"),
        ),
        (
            "[style]\npreset = '../mine.toml'",
            "5: the style file '../mine.toml' is outside the book's folder",
        ),
        (
            "[style]\nlettering = 'never'",
            ('5: \'lettering\' must be "later" (you letter) or "site" (the site draws the words)'),
        ),
        ("[style]\nwords = ['a']", "5: 'words' must be a text in quotes, not a list in [ ]"),
        ("[pages]\nwidth = -1", "5: 'width' must be from 20 to 2000, not -1"),
        ("[pages]\nwidth = true", "5: 'width' must be a number, not true or false"),
        ("[pages]\nwidth = nan", "5: 'width' must be from 20 to 2000, not nan"),
        ("[pages]\nmargin = 90", "5: the margins leave no room on the page; make 'margin' smaller"),
        ("[pages]\ndirection = 'up'", '5: \'direction\' must be "ltr" or "rtl"'),
        (
            "[pages]\nbackground = 'url(x)'",
            ("5: background 'url(x)': write a colour such as 'white' or '#f4efe6'"),
        ),
        (
            "[pages.rows]\n'ch01/p001' = [0]",
            ("5: the rows of 'ch01/p001' must be a list of numbers of panels, such as [1, 2]"),
        ),
        ("[pages]\nlayuot = true", "5: [pages] has no 'layuot'; did you mean 'layout'?"),
        ("pages = 3", "4: 'pages' must be a table, not a whole number"),
        ("title = 'again'", "4: not valid TOML: Cannot overwrite a value"),
    ],
)
def test_a_mistake_in_the_settings_is_told_by_line(tmp_path: Path, line: str, told: str) -> None:
    """Unknown names, wrong kinds, and templates that leave the folder or name two panels alike."""
    book = authored.write(tmp_path, {"book.toml": f'title = "T"\nauthor = "A"\n\n{line}\n'})
    assert f"book.toml:{told}" in faults(book)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Whoever mends a book does not run the check once a mistake."""
    script = changed("jon\n", "jom\n").replace("at night", "at noon").replace("captain", "capitan")
    book = authored.write(
        tmp_path,
        {
            "script/01.md": script,
            "book.toml": "titel = 1\nformat = 'x'\n",
            "cast/places.toml": "broken = 1\n",
        },
    )
    assert [each.split(":")[:2] for each in faults(book)] == [
        ["book.toml", "1"],
        ["book.toml", "2"],
        ["cast/places.toml", "1"],
        ["script/01.md", "7"],
        ["script/01.md", "8"],
        ["script/01.md", "16"],
    ]
    with pytest.raises(BadInputError) as error:
        read.read(book)
    assert len(str(error.value).splitlines()) == 6


def test_a_book_of_mistakes_tells_the_first_and_counts_the_rest(tmp_path: Path) -> None:
    """Thousands of lines help nobody."""
    script = "# A\n" + "### Panel\n\n- cast: a stranger\n\nx\n\n" * 50
    book = authored.write(tmp_path, {"script/01.md": script})
    with pytest.raises(BadInputError, match="50 faults in all; the first 20 are shown"):
        read.read(book)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"cast/more.toml": "[nell]\nwords = 'x'\n"}, "cast/more.toml:1: no panel shows Nell"),
        (
            {"cast/more.toml": "[nell]\n"},
            (
                "cast/more.toml:1: Nell has neither words nor references, so every picture may "
                "look otherwise"
            ),
        ),
        (
            {"script/01.md": changed(" (storm coat)", "")},
            ("cast/people.toml:6: no panel shows Mara (storm coat)"),
        ),
        (
            {
                "cast/people.toml": changed(
                    'references = ["references/coat.png"]\n', "", authored.CAST
                )
            },
            (
                "cast/people.toml:6: Mara (storm coat) has no reference pictures of its own: those "
                "of "
                "Mara are sent and may contradict its words. To have one made: sheet = true"
            ),
        ),
        (
            {"script/01.md": changed("## Page 1", "## Page 3")},
            ("script/01.md:3: page 3 is page 1 of its chapter: it is called ch01/p001"),
        ),
        (
            {"script/01.md": changed("### Panel 2", "### Panel 4")},
            ("script/01.md:14: panel 4 is panel 2 of its page: it is called ch01/p001/panel-2"),
        ),
        (
            {"script/01.md": changed("MARA:", "MRAA:")},
            ("script/01.md:5: MRAA speaks; did you mean 'Mara'?"),
        ),
        (
            {
                "script/01.md": changed("- cast: the captain\n", "").replace(
                    "She turns.", "MARA: Oh.\n\nA wave."
                )
            },
            "script/01.md:14: Mara is here, and no 'cast' says who is to be seen",
        ),
        (
            {"script/01.md": "---\ntitle: x\n---\n" + authored.SCRIPT},
            ("script/01.md:1: the lines between --- at the top are not read"),
        ),
        (
            {"script/01.md": changed("## Page 1", "Some words.\n\n## Page 1")},
            ("script/01.md:3: not read, as it stands before the first panel: 'Some words.'"),
        ),
        (
            {"script/01.md": changed("She turns.", "```\nShe turns.\n```\n\nShe.")},
            "script/01.md:19: the lines between ``` are not read",
        ),
        (
            {"script/01.md": changed("### Panel 2 ", "### Panel 2 (close) ")},
            ("script/01.md:14: '(close)' is not read; a field says it, such as 'format: wide'"),
        ),
        (
            {"script/02.docx": b"PK"},
            (
                "script/02.docx:1: not read; to make a script of the book of "
                "it: pressrun script script/02.docx --write ."
            ),
        ),
        ({"script/02.md": "\n"}, "script/02.md:1: the file has no chapter, page or panel"),
        (
            {"book.toml": authored.BOOK + "[pages.rows]\n'ch01/p002' = [1]\n"},
            ("book.toml:7: [pages.rows]: there is no page 'ch01/p002'; did you mean 'ch01/p001'?"),
        ),
        (
            {"book.toml": authored.BOOK + "[pages.rows]\n'ch01/p001' = [1]\n"},
            (
                "book.toml:7: [pages.rows]: the rows of 'ch01/p001' hold 1 panels, and the page "
                "has 2; it is laid out as if it had no rows here"
            ),
        ),
        ({"book.toml": "author = 'A'\n"}, 'book.toml:1: the book has no title; add title = "…"'),
        (
            {"script/01.md": changed("She turns.\n", "")},
            ("script/01.md:14: the panel has no action: nothing says what is drawn"),
        ),
    ],
)
def test_what_looks_wrong_is_a_warning(
    tmp_path: Path, files: dict[str, str | bytes], told: str
) -> None:
    """It may be meant so, and the book can be made."""
    assert told in warnings(authored.write(tmp_path, files))


def test_what_two_panels_wait_for_is_told_as_a_circle(tmp_path: Path) -> None:
    """A group goes in the order of its panels, which `after` cannot turn around."""
    script = "# A\n\ngroup: storm\n\n### 1 {#one}\n\nafter: two\n\nx\n\n### 2 {#two}\n\ny\n"
    assert faults(authored.write(tmp_path, {"script/01.md": script})) == [
        (
            "script/01.md:11: 'one' waits for 'two' waits for 'one'; none of these panels could "
            "ever "
            "be made"
        )
    ]


def test_pictures_stay_in_the_folder(tmp_path: Path) -> None:
    """Neither a path nor a link sends another file of the author's to the site."""
    book = authored.write(tmp_path / "book")
    (tmp_path / "private.png").write_bytes(encoded(size=(8, 8), seed=3))
    (book / "references" / "link.png").symlink_to(tmp_path / "private.png")
    os.mkfifo(book / "references" / "pipe.png")
    (book / "references" / "large.png").write_bytes(b"\x89PNG" + bytes(21 * 1024 * 1024))
    (book / "references" / "cut.png").write_bytes(encoded(size=(8, 8), seed=3)[:20])
    named = ["../private.png", "link.png", "pipe.png", "large.png", "cut.png", "", "gone.png"]
    lines = "\n".join(
        f"[c{at}]\nreferences = ['references/{each}']" for at, each in enumerate(named)
    )
    (book / "cast" / "z.toml").write_text(
        lines + f"\n[c9]\nreferences = ['{tmp_path}/private.png', 'a\\u0000b', '{'x' * 5_000}']\n"
    )
    told = {each.partition(": ")[0]: each.partition(": ")[2] for each in faults(book)}
    outside = "outside the book's folder; copy it to references/"
    assert told["cast/z.toml:4"] == f"picture 'references/link.png' is {outside}"
    assert told["cast/z.toml:6"] == (
        "picture 'references/pipe.png' cannot be read: it is a pipe, not an ordinary file"
    )
    assert told["cast/z.toml:8"] == (
        "picture 'references/large.png' is larger than 20 MiB; save it smaller"
    )
    assert told["cast/z.toml:10"].startswith("'references/cut.png' cannot be sent as a picture: ")
    assert (
        told["cast/z.toml:12"]
        == ("picture 'references' cannot be read: it is a folder, not a file")
        or "it is a folder" in told["cast/z.toml:12"]
    )
    assert told["cast/z.toml:14"] == "there is no picture 'references/gone.png'"


def test_too_many_pictures_are_told_with_what_is_left_out(tmp_path: Path) -> None:
    """The site takes ten; the author decides which, before they are sent."""
    pictures = {f"references/{n:02}.png": encoded(size=(8, 8), seed=n) for n in range(12)}
    names = ", ".join(f"'{each}'" for each in pictures)
    cast = f"[mara]\nwords = 'x'\naliases = ['the captain']\nreferences = [{names}]\n"
    script = "# A\n\n### Panel 1\n\n- cast: mara\n\nShe turns.\n"
    book = authored.write(tmp_path, {**pictures, "cast/people.toml": cast, "script/01.md": script})
    assert warnings(book) == [
        (
            "script/01.md:3: more than 10 reference pictures; not sent with ch01/p001/panel-1: "
            "Mara "
            "(10.png), Mara (11.png)"
        )
    ]


def test_an_overlong_prompt_is_told_with_what_makes_it_long(tmp_path: Path) -> None:
    """Before the site cuts it or refuses it."""
    script = changed("She turns.", "She turns. " * 3_000)
    [told] = faults(authored.write(tmp_path, {"script/01.md": script}))
    assert told.startswith("script/01.md:14: the prompt has 33,")
    assert told.endswith("; most of it is the action")


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        (
            "script/01.md",
            b"# A\n\xff\xfe\x00",
            ("script/01.md:2: not valid UTF-8; save the file as UTF-8"),
        ),
        (
            "cast/people.toml",
            b"[a]\nwords = '\xe4\xc4\xff\x80\x81'\n",
            (
                "cast/people.toml:1: the "
                "text is not UTF-8, and it is not clear in which encoding it is; save the file "
                "as UTF-8"
            ),
        ),
    ],
)
def test_a_damaged_file_is_told(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    """With its line where it is known; the rest of the book is checked all the same."""
    assert told in faults(authored.write(tmp_path, {name: data}))


def test_files_of_windows_are_read(tmp_path: Path) -> None:
    """With a byte order mark, with CRLF, in UTF-16 or in the encoding of an old editor."""
    plain = check(authored.write(tmp_path / "a")).book
    assert plain is not None
    windows = {
        "book.toml": b"\xef\xbb\xbf" + authored.BOOK.replace("\n", "\r\n").encode(),
        "cast/people.toml": authored.CAST.replace("\n", "\r\n").encode("utf-16"),
        "script/01.md": b"\xef\xbb\xbf" + authored.SCRIPT.replace("\n", "\r\n").encode(),
    }
    found = check(authored.write(tmp_path / "b", windows)).book
    assert found is not None
    assert [each.action for each in found.panels] == [each.action for each in plain.panels]
    assert [each.spot for each in found.panels] == [each.spot for each in plain.panels]
    assert {each.words for each in found.cast.values()} == {
        each.words for each in plain.cast.values()
    }


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Also where a file stands in the place of a folder, or a folder in that of a file."""
    book = authored.write(tmp_path, {"script/01.md": None})
    (book / "script").rmdir()
    (book / "script").write_text("x")
    (book / "cast" / "odd.toml").mkdir()
    assert faults(book) == ["script:1: cannot be read: Not a directory"]


def test_ten_thousand_panels_are_checked_in_three_seconds(tmp_path: Path) -> None:
    """Of the processor's time, as others use it as well; an author checks after every change."""
    book = books.write(tmp_path, chapters=20, pages=100, panels=5)
    start = time.process_time()
    found = check(book).book
    assert time.process_time() - start < 3
    assert found is not None
    assert len(found.panels) == 10_000


@pytest.mark.parametrize(
    "script",
    [
        "[[" * 200_000,
        "<!--" * 200_000,
        "# A\n### P\n- cast: " + "mara, " * 100_000,
        "# A\n### P\n- place: " + "quay " * 100_000,
        "# " + " " * 400_000 + "x {#",
        "# A\n### P\n\n" + "A" * 400_000 + ":",
        "# A\n### P\n\n" + "A &" * 100_000 + ":",
        "# A\n### P\n\n" + "*_" * 3_000,
        "# A\n### P\n\n" + "x\n" * 100_000,
        "---\na: b\n" + "x\n" * 100_000,
        "# A\n" + "### P\n\n- after: x\n\ny\n\n" * 4_000,
        "# A\n" + "".join(f"### P\n\n- cast: nobody{n}\n\ny\n\n" for n in range(4_000)),
        "# A\n" + ">" * 2_000 + "x",
        "\u200b{#" * 50_000,
        "# a" + " " * 400_000 + "b",
        "# A\n\n- group: g\n\n"
        + "### P\n\n- after: last\n\nx\n\n" * 10_000
        + "### P {#last}\n\nx\n",
        "# A\n" + "".join(f"### P\n\n- references: {n}.png\n\ny\n\n" for n in range(8_000)),
        "# A\n" + "".join(f"### P\n\n- format: f{n}\n\ny\n\n" for n in range(8_000)),
        "# A\n" + ("### P\n\n- cast: " + "," * 3_900 + "\n\ny\n\n") * 1_000,
        "# A\n\n- cast: " + "mara, jom, " * 300 + "\n\n" + "### P\n\nx\n\n" * 8_000,
        "# A\n### P\n\n" + "- cast: mara\n" * 100_000,
    ],
    ids=range(21),
)
def test_hostile_scripts_take_no_long_time(tmp_path: Path, script: str) -> None:
    """No line is read over and over; the time grows with the file and not with its square."""
    book = authored.write(tmp_path, {"script/01.md": script})
    start = time.process_time()
    check(book)
    assert time.process_time() - start < 6


@pytest.mark.parametrize(
    "cast",
    [
        "".join(f"[c{n}]\nname = 'Name {n}'\nwords = 'x'\n" for n in range(3_000)),
        "[mara]\n" + "".join(f"[mara.variants.v{n}]\nwords = 'x'\n" for n in range(3_000)),
        "[mara]\n" + "".join(f"odd{n} = 1\n" for n in range(20_000)),
        "[mara]\nwords = '" + "x" * 3_000_000 + "'\n",
        "[mara]\naliases = [" + "'a'," * 100_000 + "]\n",
        "a" + ".a" * 3_000 + " = 1\n",
        "[a" + ".a" * 3_000 + "]\nb = 1\n",
        "[mara]\nx = " + "{a = " * 500 + "1" + "}" * 500 + "\n",
        "[[mara]]\n" * 20_000,
        "[mara]\n" + "".join(f"[mara.variants.v{n}]\nwords = 'x'\n" for n in range(16_000)),
        "[a" + ".a" * 200_000 + "]\n",
        "a" + ".a" * 200_000 + " = 1\n",
        "x = {a" + ".a" * 200_000 + " = 1}\n",
        "".join(f"[c{n}]\nname = 'Captain {n}'\nwords = 'x'\n" for n in range(8_000)),
    ],
    ids=range(14),
)
def test_hostile_casts_take_no_long_time(tmp_path: Path, cast: str) -> None:
    """Also where thousands of names are wrong in the script."""
    wrong = "".join(f"### P\n\n- cast: nome {n}\n\nNAMO {n}: y\n\n" for n in range(2_000))
    files = {"cast/people.toml": cast, "script/01.md": f"# A\n\n{wrong}"}
    start = time.process_time()
    check(authored.write(tmp_path, files))
    assert time.process_time() - start < 8


def test_translations_are_found_by_their_folders(tmp_path: Path) -> None:
    """A folder whose name is no language is none."""
    book = authored.write(
        tmp_path, {"lang/es/01.md": "x", "lang/pt-BR/01.md": "", "lang/x y/a": ""}
    )
    assert translations(book) == ["es", "pt-BR"]


def test_many_variants_and_names_are_found_in_no_long_time(tmp_path: Path) -> None:
    """Those that panels name, those that none has, and names that begin alike."""
    numbers = range(8_000)
    variants = "".join(f"[mara.variants.v{n}]\nwords = 'x'\n" for n in numbers)
    alike = "".join(f"[c{n}]\nname = 'Captain {n}'\nwords = 'x'\n" for n in numbers)
    shown = "".join(f"### P\n\n- cast: mara (v{n})\n\nx\n\n" for n in numbers)
    missed = "".join(f"### P\n\n- cast: mara (w{n})\n\nx\n\n" for n in numbers)
    named = "### P\n\nThe Captain waits.\n\n" * 8_000
    for at, script in enumerate((shown, missed, named)):
        cast = {"cast/people.toml": f"[mara]\nwords = 'x'\n{variants}{alike}"}
        book = authored.write(tmp_path / str(at), {**cast, "script/01.md": f"# A\n\n{script}"})
        start = time.process_time()
        check(book)
        assert time.process_time() - start < 6


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("# A {{#c{n}}}\n\n### P\n\nx\n\n", "# A {{#c{n}}}\n\n### P\n\nMARA: x\n\n"),
        ("## Page\n\n### P\n\nx\n\n", "## Page\n\n### P\n\nMARA: x\n\n"),
        ("### P\n\nx\n\n", "### P {{#q{n}}}\n\nMARA: x\n\n"),
    ],
    ids=["chapters", "pages", "unknown keys"],
)
def test_hostile_translations_take_no_long_time(tmp_path: Path, own: str, other: str) -> None:
    """Neither chapters nor pages are looked through for each other one."""
    scripts = ["# A\n\n" + "".join(each.format(n=n) for n in range(8_000)) for each in (own, other)]
    book = authored.write(tmp_path, {"script/01.md": scripts[0], "lang/es/01.md": scripts[1]})
    start = time.process_time()
    check(book, "es")
    assert time.process_time() - start < 6
