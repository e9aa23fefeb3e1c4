"""A script that was read elsewhere, and written as a book's Markdown, is read back word by word."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pressrun.book import markdown, toml
from pressrun.book.defects import Defects
from pressrun.book.model import Gravity
from pressrun.book.nearest import folded
from pressrun.scripts.script import Lettering, Script, ScriptChapter, ScriptPage, ScriptPanel, Voice
from pressrun.scripts.writing import cast_of, texts
from pressrun.texts.faults import Place

HERE = Place(1)
WORDS = (
    *("Mara", "walks", "on,", "the", "*", "quay", "_", "and", "[x]", "#", "-", ">", "1.", "2"),
    *("CLOSE:", "5:30", "“Hm”", "`a`", "<b>", "&", "~", "CAPTION:", "SFX:", "NOTE:", "cast:"),
    *("mood:", "note:", "place:", "---", "===", "é", "「何」", "+", "|", "\\", "{#k}", "![a](b)"),
    *("```", "<!--", "-->", "[[n]]", "Close", "on:", "Page", "it's", "&amp;", "**"),
)
NAMES = ("MARA", "Jon", "OLD KEEPER", "Mr. Fox", "何さん", "O'Neil", "A & B")
line = st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).map(" ".join)
lettering = st.builds(
    Lettering,
    st.sampled_from(Voice),
    line,
    st.lists(st.sampled_from(NAMES), max_size=1).map(tuple),
    st.sampled_from(("", "whisper", "off, loud")),
)
panel = st.builds(
    ScriptPanel,
    st.just(HERE),
    st.lists(line, min_size=1, max_size=2).map("\n\n".join),
    st.lists(lettering, max_size=3).map(tuple),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(panel, min_size=1, max_size=2).map(tuple))
def test_what_is_written_is_read_back(panels: tuple[ScriptPanel, ...]) -> None:
    """Whatever marks an author's words hold: nothing of a panel becomes a field, or is lost."""
    script = Script((ScriptChapter(HERE, (ScriptPage(HERE, panels, "1"),), "A storm"),))
    [(_, text)] = texts(script)
    cast = toml.parse(cast_of(script))[0]
    names = [folded(name) for key, each in cast.items() for name in (key, each.get("name", key))]
    defects = Defects()
    [chapter] = markdown.read(text, names, defects.within(Path("01.md")))
    assert [each for each in defects.found if each.gravity == Gravity.FAULT] == []
    found = [each for page in chapter.pages for each in page.panels]
    assert [_said(each) for each in found] == [_said(each) for each in panels]


def _said(panel: ScriptPanel) -> tuple[object, ...]:
    return panel.action, panel.fields, [(each.voice, each.text) for each in panel.lettering]
