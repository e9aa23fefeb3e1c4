"""Comic scripts: the traps in how authors write them, in scripts that differ from each other."""

import contextlib
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.workbooks import row, xlsx
from helpers.workbooks import text as cell
from pressrun.errors import BadInputError
from pressrun.scripts import read, storyboard, text, told
from pressrun.scripts.numbers import number_at, value_of
from pressrun.scripts.script import Script, ScriptPanel, Voice
from pressrun.scripts.vocabulary import folded
from pressrun.texts.intake import Intake


def script(source: str) -> Script:
    """A script as text."""
    return text.script_of(source)


def panels(source: str) -> list[ScriptPanel]:
    """Its panels."""
    found = script(source)
    assert not found.question, found.question
    return list(found.panels)


def only(body: str) -> ScriptPanel:
    """The one panel whose lines are given."""
    (panel,) = panels(f"PAGE 1\n\nPANEL 1\n{body}\n")
    return panel


def said(panel: ScriptPanel) -> list[tuple[str, str, str]]:
    """Its lettering: the kind, whose, and the words."""
    return [(each.voice.value, "+".join(each.speakers), each.text) for each in panel.lettering]


@pytest.mark.parametrize(
    "mark",
    [
        "PAGE 4",
        "PAGE FOUR",
        "Page 4.",
        "## Page 4",
        "**PAGE 4**",
        "[PAGE 4]",
        "--- PAGE 4 ---",
        "Page four (2 panels)",
        "PAGE FOUR – TWO PANELS",
        "Page 4 - 2 panels",
        "Page 4, two panels.",
        "pg. 4",
        "P4",
        "Seite vier",
        "Planche IV",
        "PÁGINA 4:",
        "Tavola 4",
        "СТРАНИЦА 4",
        "≪page4≫",
        "４ページ",
        "第4页",
        "4페이지",
        "🎬 PAGE 4 🎬",
    ],
)
def test_a_page_is_known_by_any_of_its_marks(mark: str) -> None:
    """Its number is read, whatever decorates it; a count of panels is no part of it."""
    source = f"{mark}\n\nPanel 1\nA fox.\n\nPanel 2\nThe same fox, asleep.\n"
    assert [each.page for each in told.panels(script(source))] == [4, 4]


@pytest.mark.parametrize(
    "mark",
    [
        "PANEL 1",
        "Panel One",
        "### Panel 1",
        "**Panel 1:**",
        "*PANEL 1*",
        "[Panel 1]",
        "Case 1",
        "VIÑETA 1",
        "Bild 1",
        "Vignetta 1",
        "Quadrinho 1 –",
        "Kadr 1",
        "【コマ1】",
        "1コマ目",
        "컷 1",
        "第1格",
        "[[PANEL 1]]",
        "/* PANEL 1 */",
    ],
)
def test_a_panel_is_known_by_any_of_its_marks(mark: str) -> None:
    """In the languages and the forms that authors use."""
    second = mark.replace("1", "2").replace("One", "Two")
    found = panels(f"Page 3\n\n{mark}\nA fox.\n\n{second}\nA hen.\n")
    assert [each.action for each in found] == ["A fox.", "A hen."]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("MARA: Go.", ("balloon", "MARA", "Go.")),
        ("MARA (OFF): Go.", ("balloon", "MARA", "Go.")),
        ("MARA (whisper): Go.", ("balloon", "MARA", "Go.")),
        ("3. MARA: Go.", ("balloon", "MARA", "Go.")),
        ("**MARA:** Go.", ("balloon", "MARA", "Go.")),
        ("- **Mara** (quiet): “Go.”", ("balloon", "Mara", "Go.")),
        ("MARA / OFF: Go.", ("balloon", "MARA", "Go.")),
        ("MARA\nGo.", ("balloon", "MARA", "Go.")),
        ("MARA & TOM: Go.", ("balloon", "MARA+TOM", "Go.")),
        ("マーラ「行け」", ("balloon", "マーラ", "行け")),
        ("「行け」", ("balloon", "", "行け")),
        ('"Go."', ("balloon", "", "Go.")),
        ("CAPTION: Go.", ("caption", "", "Go.")),
        ("CAP (MARA): Go.", ("caption", "MARA", "Go.")),
        ("MARA (CAPTION): Go.", ("caption", "MARA", "Go.")),
        ("NARR: Go.", ("caption", "", "Go.")),
        ("N: Go.", ("caption", "", "Go.")),
        ("LOCATOR: Go.", ("caption", "", "Go.")),
        ("TITLE: Go.", ("caption", "", "Go.")),
        ("Récitatif : Go.", ("caption", "", "Go.")),
        ("CARTUCHO: Go.", ("caption", "", "Go.")),
        ("ナレーション「行け」", ("caption", "", "行け")),
        ("SFX: KRAK", ("effect", "", "KRAK")),
        ("[SFX]: KRAK", ("effect", "", "KRAK")),
        ("SFX KRAK", ("effect", "", "KRAK")),
        ("* crash", ("effect", "", "crash")),
        ("SFX (door): KRAK", ("effect", "", "KRAK")),
        ("Onomatopée : CRAC", ("effect", "", "CRAC")),
        ("SE：ドン", ("effect", "", "ドン")),
    ],
)
def test_lettering_is_told_from_art(line: str, expected: tuple[str, str, str]) -> None:
    """Whose it is and of which kind, by any of its labels; the art holds none of it."""
    panel = only(f"A quay at night.\n\n{line}")
    assert said(panel) == [expected]
    assert panel.action == "A quay at night."


@pytest.mark.parametrize(
    "line",
    [
        "Close on: Mara's hand.",
        "CLOSE ON: MARA'S HAND.",
        "Time: dusk.",
        "Plano: general.",
        "Reference: the old lighthouse.",
        "Mara's POV: the sea.",
        "Camera: low angle.",
        "Cadrage : serré.",
    ],
)
def test_a_description_with_a_colon_speaks_not(line: str) -> None:
    """It is drawn as it stands."""
    panel = only(f"A quay.\n{line}")
    assert panel.lettering == ()
    assert line in panel.action


@pytest.mark.parametrize(
    "body",
    [
        "A quay.\n\nNOTE TO ARTIST: secret, please.",
        "A quay.\n\n(Note: secret.)",
        "A quay. <!-- secret -->",
        "A quay. [[secret]]",
        "A quay.[a]\n\n[a]secret",
        "A quay.[^1]\n\n[^1]: secret",
        "A quay. ~~secret~~",
        "A quay.\n\n[Letterer: secret]",
        "A quay.\n※ secret",
        "**Prompt:** a quay, balloon says “secret”\n**Description:** A quay.",
        "A quay.\n\nPANEL 2 – CUT\nsecret",
        "~~Panel 2~~\nA quay. ~~secret~~",
    ],
)
def test_what_is_told_to_people_is_not_drawn(body: str) -> None:
    """Notes, comments, footnotes, what was cut, and ready-made prompts."""
    panel = only(body)
    assert panel.action == "A quay."
    assert "secret" not in str(panel)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\ufeff\n\n",
        "The fox went out, and page 4 of the log was missing.\n\nPanel 2 of the door.",
        "Page 1\nMara arrives, then meets Tom.\n\nPage 2\nThey argue and part.\n",
        "INT. KITCHEN - NIGHT\n\nRUTH washes.\n\nRUTH\nHello?\n\nEXT. GARDEN - NIGHT\n\nA man.\n",
        "# Chapter 1\n\nIt rained.\n\n# Chapter 2\n\nIt rained still, and nobody came.\n",
        "PAGE 1 (4 PANELS)\n\nMara runs.\n\nShe falls.\n\nPAGE 2\n\nPANEL 1\nShe gets up.\n",
        '{"pages": [{"page": 1, "summary": "They meet."}]}',
        '{"chapters": []}',
    ],
)
def test_what_has_no_panels_leads_to_a_question(source: str, tmp_path: Path) -> None:
    """And to no invented panel."""
    path = tmp_path / "script.txt"
    path.write_text(source, encoding="utf-8")
    found = read.read(path)
    answer = told.as_json(found)
    assert (answer["verdict"], answer["panel"]) == ("ask", [])
    assert answer["question"]


def test_numbers_are_labels() -> None:
    """They repeat, skip and begin anew; the file's order counts, and the author is told."""
    found = script("PAGE 7\nPANEL 2\nA.\nPANEL 2\nB.\nPANEL 9\nC.\nPAGE 7\nPANEL 1\nD.\n")
    assert [each.action for each in found.panels] == ["A.", "B.", "C.", "D."]
    assert [each.label for each in found.panels] == ["2", "2", "9", "1"]
    assert sum("order of the file" in note for note in found.notes) >= 3


def test_a_splash_page_is_one_panel_and_a_double_page_is_wide() -> None:
    """Neither needs a mark of a panel."""
    source = "PAGE 1 - SPLASH\nA whale.\n\nPAGES 2-3\nTwo.\n\nPAGE 4\nPANEL 1\nA boat.\n"
    found = script(source)
    pages = [page for chapter in found.chapters for page in chapter.pages]
    assert [len(page.panels) for page in pages] == [1, 1, 1]
    assert [page.double for page in pages] == [False, True, False]


def test_a_range_is_that_many_panels_and_an_inset_is_one() -> None:
    """Each shows what the range tells; words are lettered once."""
    found = panels(
        "PAGE 1\nPanels 1-3\nA door opens.\nDOOR: creak\nInset: a key.\nPanel 4\nDark.\n"
    )
    assert [each.action for each in found] == ["A door opens."] * 3 + ["a key.", "Dark."]
    assert [len(each.lettering) for each in found] == [1, 0, 0, 0, 0]


def test_exports_of_word_processors_are_read() -> None:
    """A mark, breaks of lines and pages, no-break spaces, and sentences that are broken by hand."""
    source = (
        "\ufeffPAGE\u00a0ONE\r\n\r\nPANEL\u00a01\r\nA long line of words that goes on until the\r\n"
        "edge of the sheet, and then goes on below.\x0bNight.\r\n\r\nMARA:\t\u201cGo.\u201d\r\n"
        "____________________\r\n\x0cPAGE\u00a0TWO\r\n\r\nPANEL\u00a01\r\nDay.\r\n"
    )
    first, second = panels(source)
    assert first.action.startswith("A long line of words that goes on until the edge of the sheet")
    assert said(first) == [("balloon", "MARA", "Go.")]
    assert second.action == "Day."


def test_keys_and_fields_of_the_books_own_form_are_read() -> None:
    """So that a book's script can be read as any other."""
    source = (
        "# The quay {#quay}\n\n## Page 1\n\n### Panel 1 {#arrival}\n\n"
        "- cast: mara (storm coat), tom\n- place: quay at night\n- format: wide\n- group: storm\n\n"
        "Rain.\n\nMARA (whisper): Hush.\n"
    )
    found = script(source)
    (panel,) = found.panels
    assert (found.chapters[0].key, panel.key) == ("quay", "arrival")
    assert panel.fields == {
        "cast": "mara (storm coat), tom",
        "place": "quay at night",
        "format": "wide",
        "group": "storm",
    }
    assert panel.lettering[0].manner == "whisper"


def test_a_boneyard_hides_what_was_cut_and_may_be_a_mark() -> None:
    """One that holds a mark only is a mark; one that holds more was cut."""
    source = (
        "# PAGE 1\n\n/* PANEL 1 */\n\nA fox.\n\n/* PANEL 2\nA hen.\n*/\n\n/* PANEL 3 */\n\nDusk.\n"
    )
    assert [each.action for each in panels(source)] == ["A fox.", "Dusk."]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("twenty-one", 21),
        ("TWENTY TWO", 22),
        ("xiv", 14),
        ("十二", 12),
        ("１２", 12),
        ("dix-sept", 17),
        ("einundzwanzig", 21),
        ("veintidós", 22),
        ("③", 3),
        ("iiii", None),
    ],
)
def test_numbers_are_read_in_words(words: str, number: int | None) -> None:
    """In several languages, and in other signs than digits."""
    assert value_of(folded(words)) == number


def test_a_range_ends_where_it_ends() -> None:
    """What follows it is not its own, and a count of panels is no range."""
    found = number_at("two and three, four", 0)
    assert found is not None
    assert (found.first, found.last) == (2, 4)
    counted = number_at("1 - 4 panels", 0)
    assert counted is not None
    assert (counted.first, counted.last) == (1, None)


def test_a_shot_list_may_be_a_workbook(tmp_path: Path) -> None:
    """Rows without a number of their own belong to the panel above."""
    path = tmp_path / "shots.xlsx"
    rows = (
        ("Page", "Panel", "Description", "Speaker", "Dialogue"),
        ("1", "1", "A quay.", "MARA", "Go."),
        ("", "", "", "TOM", "Where?"),
        ("2", "1", "The sea.", "", ""),
    )
    cells = [
        row(at, *(cell(f"{'ABCDE'[column]}{at}", words) for column, words in enumerate(each)))
        for at, each in enumerate(rows, 1)
    ]
    path.write_bytes(xlsx({"Shots": "".join(cells)}))
    found = read.read(path)
    assert [each.action for each in found.panels] == ["A quay.", "The sea."]
    assert told.speakers_of(next(found.panels)) == ["MARA", "TOM"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "a PDF"),
        (b"{\\rtf1}", "a rich text"),
        (b"PK\x03\x04rest", "a word processor"),
        (b"<!DOCTYPE html><p>", "a web page"),
        (b'{"pages": [', "JSON is not valid"),
    ],
)
def test_what_is_no_script_is_refused_with_a_way_out(
    content: bytes, words: str, tmp_path: Path
) -> None:
    """The error says what it is."""
    path = tmp_path / "script.txt"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match=words):
        read.read(path)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *("PAGE 1", "Panel 1", "PANEL 2:", "MARA: Go.", "MARA", "* crash", "|a|b|", "---"),
                *(
                    "[[",
                    "]]",
                    "/*",
                    "*/",
                    "<!--",
                    "-->",
                    "~~",
                    "**",
                    "「",
                    "」",
                    "# ",
                    "> ",
                    "\x0c",
                ),
                *(
                    "[a]",
                    "[^1]: x",
                    "{#k}",
                    "1.",
                    "4.5",
                    "=",
                    "@",
                    "(",
                    ")",
                    "Page",
                    "・",
                    "\ud800",
                ),
                *(
                    "SFX:",
                    "Dialogue:",
                    "Note:",
                    "A fox.",
                    "\x00",
                    "\u202e",
                    "😀",
                    "<br>",
                    "&amp;",
                    "\r",
                ),
            ]
        )
    )
)
def test_any_text_is_read_or_asked_about(parts: list[str]) -> None:
    """Nothing ends in an error of the program."""
    for gap in (" ", "\n", "\n\n"):
        found = script(gap.join(parts))
        assert bool(found.question) != bool(list(found.panels))
        json.dumps(told.as_json(found))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["pages", "panels", "page", "panel", "type", "dialogue", "text", "scene", "shots"]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(values)
def test_any_json_is_read_or_asked_about(value: object) -> None:
    """In whatever shape."""
    found = storyboard.script_of(Intake(Path("x.json")), json.dumps(value))
    assert bool(found.question) != bool(list(found.panels))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    """With an error for people."""
    path = tmp_path_factory.mktemp("any") / "script"
    path.write_bytes(b"PAGE 1\nPANEL 1\n" + data)
    with contextlib.suppress(BadInputError):
        read.read(path)


@pytest.mark.parametrize(
    "piece",
    [" ", "*", "_", "[", "(", "「", ">", "|", ":", "A ", "A: ", "[[", "/*", "~", "\\", "a. "],
)
def test_a_huge_line_takes_no_more_time_than_its_length(piece: str) -> None:
    """No pattern looks at a line again and again."""
    times = list[float]()
    for size in (20_000, 200_000):
        source = "PAGE 1\nPANEL 1\n" + piece * (size // len(piece))
        start = time.process_time()
        script(source)
        times.append(time.process_time() - start)
    assert times[1] < max(0.5, times[0] * 40)


def test_lettering_keeps_its_order_and_kind() -> None:
    """As it is read on the page."""
    panel = only("CAP: One.\nMARA: Two.\nSFX: Three")
    assert [each.voice for each in panel.lettering] == [Voice.CAPTION, Voice.BALLOON, Voice.EFFECT]


@pytest.mark.parametrize(
    ("line", "speaker"),
    [
        ("LT. COL. BREEN: Halt.", "LT. COL. BREEN"),
        ("CAPT. IVES/SGT. POOLE: Halt.", "CAPT. IVES+SGT. POOLE"),
        ("- Balloon 2 (Ida): No.", "Ida"),
        ("HERR DR. FINK (leise): Halt.", "HERR DR. FINK"),
    ],
)
def test_titles_and_owners_belong_to_who_speaks(line: str, speaker: str) -> None:
    """A dot behind a title ends no sentence, and `No.` may be all that somebody says."""
    panel = only(f"A yard at night.\n\n{line}")
    assert [who for _, who, _ in said(panel)] == [speaker]
    assert panel.action == "A yard at night."


def test_a_name_in_the_cast_may_be_a_word_for_light() -> None:
    """Who is in the list of characters speaks, whatever the name means elsewhere."""
    found = panels("CAST\nLUZ (30) - a diver\n\nPAGE 1\n\nPANEL 1\nA quay.\n\nLUZ: Deeper.\n")
    assert said(found[0]) == [("balloon", "LUZ", "Deeper.")]
    assert "LUZ" in only("A quay.\n\nLUZ: warm, from the left").action


def test_a_mark_may_name_a_part_of_its_panel() -> None:
    """Marks that repeat with `(Dialogue - Mo)` or `(SFX)` are one panel."""
    (panel,) = panels(
        "# Page 1\n\n**Panel 1 (Scene)**: A pier.\n**Panel 1 (Dialogue - Mo)**: “Fog.”\n"
        "**Panel 1 (SFX)**: horn\n"
    )
    assert panel.action == "A pier."
    assert said(panel) == [("balloon", "Mo", "Fog."), ("effect", "", "horn")]


@pytest.mark.parametrize("end", ["THE END", "FIN", "Ende.", "— КОНЕЦ —", "終わり"])
def test_what_follows_the_end_is_no_picture(end: str) -> None:
    """An afterword is passed over, and the author is told."""
    found = script(f"PAGE 1\n\nPANEL 1\nA pier.\n\nMO: Fog.\n\n{end}\n\nThanks to all of you.\n")
    (panel,) = found.panels
    assert panel.action == "A pier."
    assert [who for _, who, _ in said(panel)] == ["MO"]
    assert any("follows the end" in note for note in found.notes)


def test_a_fence_ends_the_script_that_it_holds() -> None:
    """What a chat says around a script in a fence is not drawn."""
    (panel,) = panels("Here it is:\n\n```\nPAGE 1\nPANEL 1\nA pier.\n```\n\nShall I go on?\n")
    assert panel.action == "A pier."


def test_notes_in_brackets_leave_what_is_drawn() -> None:
    """A remark behind a description, or about a panel that was cut, is for people."""
    panel = only("Two dogs run. (NB: same path as in panel 2)\n\n[CUT: PANEL 4 - the wolf]")
    assert panel.action == "Two dogs run."
    assert not panel.lettering


def test_yaml_leads_to_a_question(tmp_path: Path) -> None:
    """Its names and dashes look like speakers and lists, so it is not read as text."""
    path = tmp_path / "book.txt"
    path.write_text("title: Mole\npages:\n  - number: 1\n    panels:\n      - art: a mole\n")
    assert "YAML" in read.read(path).question


def test_a_field_of_books_may_speak_in_a_script() -> None:
    """`KEY` with a manner is somebody; then it is so on every line."""
    first, second = panels("PAGE 1\nPANEL 1\nA lock.\nKEY: Now.\nPANEL 2\nRust.\nKEY (low): No.\n")
    assert said(first) == [("balloon", "KEY", "Now.")]
    assert said(second) == [("balloon", "KEY", "No.")]


@pytest.mark.parametrize("mark", ["[{}]", "#{}"])
def test_numbers_alone_are_panels_only_in_a_script(mark: str) -> None:
    """Parts of a story are numbered in the same way, but nobody speaks in capitals there."""
    parts = [f"{mark.format(at)}\n\nA dog waits.\n\n" for at in (1, 2)]
    assert script("".join(parts)).question
    assert len(panels("".join(parts) + "DOG: Walk?\n")) == 2


def test_a_son_speaks_in_english_and_sounds_in_french() -> None:
    """A word for sounds is somebody where the art, in its own language, tells of him."""
    english = only("The father and the son fish.\n\nSON: A boot.")
    french = only("Le père et le fils pêchent.\n\nSON : plouf")
    assert said(english) == [("balloon", "SON", "A boot.")]
    assert said(french) == [("effect", "", "plouf")]


_OTHERS = "PAGE 1\n\nPanel 1. Mo runs.\nMO: Wait!\n\n"
"""A page that marks its panels."""


@pytest.mark.parametrize(
    "page",
    [
        "PAGE 2 (2 panels)\n\n1. A door.\n\n2. A lamp.\n",
        "PAGE 2 (two panels)\nNight, and rain all over.\n1) A door.\nMO: Oh.\n2) A lamp.\n",
        "PAGE 2\nTwo panels:\nCAP: Friday.\n1. A door.\n2. A lamp.\n",
        "PAGE 2\n\n1.\nA door.\n\n2.\nA lamp.\n",
        "PAGE 2\n\n**1.** Ash spread over a door.\n\n**2.** A lamp.\n",
    ],
)
def test_a_page_may_number_its_panels_where_others_name_them(page: str) -> None:
    """Several hands write a script; a list from 1 on is plain enough."""
    found = panels(_OTHERS + page)
    assert [each.label for each in found] == ["1", "1", "2"]
    assert found[-1].action == "A lamp."


@pytest.mark.parametrize(
    "page",
    [
        "PAGE 2 (1 panel)\n\nMo, three times:\n1. At the door.\n2. On the stairs.\n",
        "PAGE 2 - SPLASH\n\n1. A door.\n2. A lamp.\n",
        "PAGE 2 (3 panels)\n\n1. A door.\n\n2. A lamp.\n",
        "PAGE 2\nA lamp.\n1. Mo: It is cold.\n2. Ida: It is glass.\n",
        "PAGE 2\nDialogue:\n1. It is cold.\n2. It is glass.\n",
        "PAGE 2\nA lamp.\n\nNOTES\n1. Keep it blue.\n2. Keep it dark.\n",
    ],
)
def test_numbers_of_something_else_are_no_panels(page: str) -> None:
    """Shots within a picture, balloons and notes are numbered as well."""
    found = script(_OTHERS + page)
    assert found.question or len(list(found.panels)) == 2


@pytest.mark.parametrize(
    "remark",
    [
        "(NOTE FOR ART: leave the sky empty, logo goes here.)",
        "(note to letterer – tail (a long one) off panel)",
        "[Colorist: all in blue!]",
        "(for the artist: as on page 2)",
        "(Note pour la dessinatrice : ciel vide)",
        "(an die Zeichnerin: Himmel leer)",
        "(Nota para el dibujante: cielo vacío)",
        "（作画メモ：空は白）",
        "(NOTE TO ARTIST: leave the sky\nempty, logo: here.)",
    ],
)
def test_a_remark_to_the_crew_is_neither_drawn_nor_lettered(remark: str) -> None:
    """Wherever it stands: within the art, behind a balloon, or on a line of its own."""
    panel = only(f"A quay. {remark} Gulls.\nMO: Port! {remark}\n{remark}")
    assert panel.action == "A quay. Gulls."
    assert said(panel) == [("balloon", "MO", "Port!")]


def test_brackets_that_are_no_remarks_stay() -> None:
    """An artist may be described, or speak; the word for a craft heads a description."""
    art = "A painter (artist, 40s) and a bill (art: torn), a letter (for: Mo)."
    assert only(art).action == art


@pytest.mark.parametrize(
    ("label", "speaker"),
    [
        ("AMA/BEN", "AMA+BEN"),
        ("AMA, BEN", "AMA+BEN"),
        ("AMA/OLD BEN", "AMA+OLD BEN"),
        ("AMA/OFF", "AMA"),
        ("BEN/OLD", "BEN"),
        ("AMA/RADIO", "AMA"),
    ],
)
def test_a_part_of_a_name_in_the_cast_speaks(label: str, speaker: str) -> None:
    """`BEN` is the `Old Ben` of the cast; what tells how somebody speaks is nobody."""
    cast = "CAST\nAma - a pilot\nOld Ben - her grandfather\n"
    (panel,) = panels(f"{cast}\nPAGE 1\nPANEL 1\nA boat.\n{label}: Port!\n")
    assert said(panel) == [("balloon", speaker, "Port!")]


@pytest.mark.parametrize(
    "mark",
    [
        *("Case 1 (pleine page) : ", "Panel 1 (half page): ", "Panel 1 (1/3 page) – "),
        *("Panel 1 [splash, bleed]: ", "Viñeta 1 (media página): ", "Panel 1 (page-wide)\n"),
        *("コマ1（大ゴマ）：", "Panel 1 (large, across the top). "),
    ],
)
def test_the_size_of_a_panel_is_not_drawn(mark: str) -> None:
    """Between a mark and what the panel shows, it is for the layout of the page."""
    (panel,) = panels(f"PAGE 1\n{mark}A train.\n")
    assert panel.action == "A train."


def test_what_else_stands_in_brackets_behind_a_mark_is_kept() -> None:
    """How the picture is seen, and whom it shows, is drawn."""
    first, second = panels("PAGE 1\nPanel 1 (wide shot): A train.\nPanel 2 (Mo, 40): Snow.\n")
    assert "wide shot" in first.action
    assert "Mo, 40" in second.action
