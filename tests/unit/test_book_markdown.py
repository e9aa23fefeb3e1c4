"""A book's script in Markdown: what is a heading, a field, an action, or lettering."""

from pathlib import Path

import pytest

from pressrun.book import markdown
from pressrun.book.defects import Defects
from pressrun.scripts.script import Lettering, ScriptChapter, ScriptPanel, Voice

NAMES = frozenset({"mara", "jon", "old keeper"})


def read(text: str) -> list[ScriptChapter]:
    """The chapters in a text without a fault or a warning."""
    defects = Defects()
    found = markdown.read(text, NAMES, defects.within(Path("01.md")))
    assert defects.found == []
    return found


def panel(body: str) -> ScriptPanel:
    """The one panel of a page."""
    [chapter] = read(f"# A\n\n## Page 1\n\n### Panel 1\n\n{body}\n")
    [found] = chapter.pages[0].panels
    return found


@pytest.mark.parametrize(
    ("heading", "label", "title", "double"),
    [
        ("## Page 12", "12", "", False),
        ("## PAGE 12:", "12", "", False),
        ("## **Page 12**", "12", "", False),
        ("## Page 12 - The storm", "12", "The storm", False),
        ("## Page 12. The storm", "12", "The storm", False),
        ("## Pages 2-3", "2-3", "", True),
        ("## Pages 2 and 3: The whale", "2 and 3", "The whale", True),
        ("## Seite 4", "4", "", False),
        ("## Página 4", "4", "", False),
        ("## Planche 4", "4", "", False),
        ("## Page", "", "", False),
        ("## The storm", "", "The storm", False),
        ("# Page 4", "4", "", False),
        ("## Page 4 (double page)", "4", "(double page)", True),
    ],
)
def test_pages_are_found_by_their_word_or_level(
    heading: str, label: str, title: str, *, double: bool
) -> None:
    """In the forms and languages that authors write; the number is a label."""
    [chapter] = read(f"{heading}\n\n### Panel 1\n\nx\n")
    [page] = chapter.pages
    assert (page.label, page.title.strip("()"), page.double) == (label, title.strip("()"), double)


@pytest.mark.parametrize(
    ("heading", "label", "action"),
    [
        ("### Panel 3", "3", "x"),
        ("#### PANEL 3.", "3", "x"),
        ("### **Panel 3**", "3", "x"),
        ("### Viñeta 3", "3", "x"),
        ("### Case 3 :", "3", "x"),
        ("## Panel 3", "3", "x"),
        ("### Panel 3: Mara waves.", "3", "Mara waves.\n\nx"),
        ("### Mara waves.", "", "Mara waves.\n\nx"),
        ("### Panel", "", "x"),
        ("**Panel 3**", "3", "x"),
        ("PANEL 3:", "3", "x"),
    ],
)
def test_panels_are_found_by_their_word_or_level(heading: str, label: str, action: str) -> None:
    """What stands behind the number is a part of what is drawn."""
    [chapter] = read(f"# A\n\n## Page 1\n\n{heading}\n\nx\n")
    [found] = chapter.pages[0].panels
    assert (found.label, found.action) == (label, action)


def test_headings_take_keys() -> None:
    """Of chapters, pages and panels; the key is no word of the heading."""
    [chapter] = read("# The quay {#quay}\n\n## Page 1 {#p}\n\n### Panel 1 {#arrival}\n\nx\n")
    [page] = chapter.pages
    assert (chapter.title, chapter.key, page.key) == ("The quay", "quay", "p")
    assert page.panels[0].key == "arrival"


def test_a_script_without_chapters_or_pages_is_one() -> None:
    """An author who numbers nothing has a book as well."""
    [chapter] = read("### One\n\nx\n\n### Two\n\ny\n")
    assert (chapter.title, len(chapter.pages), len(chapter.pages[0].panels)) == ("", 1, 2)


def test_a_splash_page_is_one_panel() -> None:
    """Its heading says so, and no panel is invented on any other page."""
    [chapter] = read("# A\n\n## Page 1 - SPLASH\n\n- cast: mara\n\nThe sea.\n\nMARA: Oh.\n")
    [found] = chapter.pages[0].panels
    assert (found.action, found.fields, len(found.lettering)) == ("The sea.", {"cast": "mara"}, 1)


@pytest.mark.parametrize(
    "body",
    [
        "- cast: mara, jon\n- place: quay at night\n- mood: grim\n\nShe turns.",
        "cast: mara, jon\nplace: quay at night\nmood: grim\n\nShe turns.",
        "cast: mara, jon\nplace: quay at night\nmood: grim\nShe turns.",
        "* **Cast:** mara, jon\n* **Place:** quay at night\n* **Mood:** grim\n\nShe turns.",
        "She turns.\n\nCAST: mara, jon\n\nPlace: *quay at night*\n\nmood : grim",
        "- characters: mara, jon\n- location: quay at night\n- light: grim\n\nShe turns.",
        "- cast: mara\n- cast: jon\n- place: quay at\n  night\n- mood: grim\n\nShe turns.",
    ],
)
def test_fields_are_bullets_or_lines(body: str) -> None:
    """However they are written, they are no action."""
    found = panel(body)
    assert found.fields == {"cast": "mara, jon", "place": "quay at night", "mood": "grim"}
    assert found.action == "She turns."


def test_fields_of_pages_and_chapters_hold_for_their_panels() -> None:
    """So that a place is told once; what a panel says counts more."""
    [chapter] = read(
        "# A\n\nplace: quay\nmood: grim\n\n## Page 1\n\n- mood: mild\n\n### Panel 1\n\nx\n\n"
        "### Panel 2\n\nplace: sea\n\ny\n\n## Page 2\n\n### Panel 1\n\nz\n"
    )
    fields = [dict(each.fields) for page in chapter.pages for each in page.panels]
    assert fields == [
        {"place": "quay", "mood": "mild"},
        {"place": "sea", "mood": "mild"},
        {"place": "quay", "mood": "grim"},
    ]


def test_a_panel_can_say_that_nothing_of_the_page_holds() -> None:
    """A panel without people, on a page whose others have some."""
    [chapter] = read("# A\n\n## Page 1\n\n- cast: mara\n\n### Panel 1\n\ncast: none\n\nx\n")
    assert chapter.pages[0].panels[0].fields == {"cast": ""}


@pytest.mark.parametrize(
    ("line", "voice", "speakers", "manner", "text"),
    [
        ("MARA: Who?", Voice.BALLOON, ("MARA",), "", "Who?"),
        ("**MARA:** Who?", Voice.BALLOON, ("MARA",), "", "Who?"),
        ("Mara: Who?", Voice.BALLOON, ("Mara",), "", "Who?"),
        ("Old keeper: Who?", Voice.BALLOON, ("Old keeper",), "", "Who?"),
        ("MARA (whisper): Who?", Voice.BALLOON, ("MARA",), "whisper", "Who?"),
        ("MARA [off]: Who?", Voice.BALLOON, ("MARA",), "off", "Who?"),
        ("MARA & JON: Who?", Voice.BALLOON, ("MARA", "JON"), "", "Who?"),
        ("A SAILOR: Who?", Voice.BALLOON, ("A SAILOR",), "", "Who?"),
        ("> MARA: Who?", Voice.BALLOON, ("MARA",), "", "Who?"),
        ("- MARA: Who?", Voice.BALLOON, ("MARA",), "", "Who?"),
        ("MARA:\nWho?", Voice.BALLOON, ("MARA",), "", "Who?"),
        ("MARA: Who\nis there?", Voice.BALLOON, ("MARA",), "", "Who is there?"),
        ("CAPTION: Night.", Voice.CAPTION, (), "", "Night."),
        ("CAPTION (MARA): Night.", Voice.CAPTION, ("MARA",), "", "Night."),
        ("Cap: Night.", Voice.CAPTION, (), "", "Night."),
        ("SFX: CRASH", Voice.EFFECT, (), "", "CRASH"),
        ("SFX 2: CRASH", Voice.EFFECT, (), "", "CRASH"),
    ],
)
def test_lettering_is_kept_apart_from_the_action(
    line: str, voice: Voice, speakers: tuple[str, ...], manner: str, text: str
) -> None:
    """It reaches a picture only where the site draws it."""
    found = panel(f"She turns.\n\n{line}")
    assert found.lettering == (Lettering(voice, text, speakers, manner),)
    assert found.action == "She turns."


@pytest.mark.parametrize(
    "line",
    [
        "CLOSE ON: her hand.",
        "Close on: her hand.",
        "Time: nine o'clock.",
        "It is 10:30.",
        "WIDE SHOT: the sea.",
        "PLANO: the sea.",
        "The sign says: closed.",
    ],
)
def test_a_colon_alone_is_no_speech(line: str) -> None:
    """What only looks like a speaker is what is drawn."""
    found = panel(line)
    assert (found.action, found.lettering) == (line, ())


def test_notes_reach_no_picture() -> None:
    """Neither comments nor remarks to a letterer, in any of their forms."""
    found = panel(
        "She <!-- not he --> turns.\n\n<!--\nCAPTION: cut\n\n### Panel 9\n-->\n\n[[later]]\n\n"
        "- note: more room above\n\nNOTE: small letters\n\n---\n\nShe waits."
    )
    assert (found.action, found.lettering) == ("She turns.\n\nShe waits.", ())


def test_hard_wraps_are_blanks_and_paragraphs_stay() -> None:
    """Where an editor broke the line says nothing."""
    found = panel("She *turns*\nto us.\n\n  The sea.\n\n1. One\n2. Two")
    assert found.action == "She turns to us.\n\nThe sea.\n\nOne\n\nTwo"


def test_a_splash_page_of_words_alone_is_one_panel() -> None:
    """A black page with a caption loses neither."""
    [chapter] = read("# A\n\n## Page 1 (splash)\n\nplace: sea\n\nCAPTION: Later.\n\nBlack.\n")
    [found] = chapter.pages[0].panels
    assert (found.action, [each.text for each in found.lettering]) == ("Black.", ["Later."])


def test_tags_of_web_pages_are_no_words() -> None:
    """Exports leave them in lines; a sign that means less than is a word."""
    assert panel("She <b>turns</b>.<br/>5 < 6").action == "She turns. 5 < 6"
    assert panel(r"She reads \<b> aloud.").action == "She reads <b> aloud."


def test_a_rule_below_a_paragraph_makes_no_page() -> None:
    """In Markdown it makes a heading; an author means a break."""
    [chapter] = read(
        "Chapter 1: Rain\n===\n\nPage 1\n---\n\n### Panel 1\n\nShe turns.\n---\n\nEnd.\n"
    )
    assert (chapter.title, chapter.label, len(chapter.pages)) == ("Rain", "1", 1)
    assert chapter.pages[0].panels[0].action == "She turns.\n\nEnd."
