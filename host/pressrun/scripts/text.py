"""Scripts as text: plain, Markdown, Fountain, and what word processors make of them."""

import re
from collections.abc import Iterator

from pressrun.scripts import front, order, pages, shotlist
from pressrun.scripts.body import Body, body_of, prompt_of
from pressrun.scripts.habits import Habits, habits_of
from pressrun.scripts.lettering import LineKind, cue_of
from pressrun.scripts.lines import Line, lines_of, plain
from pressrun.scripts.marks import heading_of
from pressrun.scripts.outline import (
    Outline,
    PanelLines,
    is_cut,
    joined_compound,
    outline_of,
    with_key,
)
from pressrun.scripts.script import Script, ScriptChapter, ScriptPage, ScriptPanel
from pressrun.scripts.vocabulary import folded

_RANGE = 12
"""The most panels that one mark stands for."""


def script_of(text: str) -> Script:
    """Read a script from its text."""
    notes = list[str]()
    text, above = front.parted(text)
    text = _unfenced(text)
    lines = [_fountain(line) for line in lines_of(text, _is_mark, notes)]
    lines = shotlist.lines_of(lines)
    outline = joined_compound(outline_of([line for line in lines if line.rule or line.text], notes))
    about = front.About(
        [*above, *outline.front, *(line for each in outline.chapters for line in each.lines)]
    )
    question = pages.fill(outline, notes) if outline.pages else ""
    if not question and pages.is_sample(outline):
        outline.chapters = []
    if not question and not outline.panels:
        question = pages.question_of(lines, outline)
    if question:
        return Script((), about.title, about.author, tuple(about.cast), tuple(notes), question)
    _spread_ranges(outline, notes)
    _drop_cut(outline, notes)
    _single_title(outline)
    habits = habits_of(
        ((panel.rest, panel.lines) for panel in outline.panels), front.names_of(about.cast)
    )
    chapters = tuple(_chapters(outline, habits, notes))
    order.compare(outline, notes)
    return Script(chapters, about.title, about.author, tuple(about.cast), tuple(notes))


_FENCE = re.compile(r"\s{0,3}(?:`{3,}|~{3,})[\w .+-]{0,30}\s*")
"""What stands around text that is shown as it is, in Markdown."""


def _unfenced(text: str) -> str:
    """A text without fences, and without what follows the last one where all marks are within."""
    if "```" not in text and "~~~" not in text:
        return text
    lines = text.splitlines(keepends=True)
    fences = [at for at, line in enumerate(lines) if _FENCE.fullmatch(line)]
    pairs = list(zip(fences[::2], fences[1::2], strict=False))
    inside = {at for first, last in pairs for at in range(first, last)}
    marks = [at for at, line in enumerate(lines) if _is_heading(line)]
    after = pairs[-1][1] if pairs and marks and inside.issuperset(marks) else len(lines)
    return "".join(
        "\n" * line.endswith(("\n", "\r")) if at in fences or at > after else line
        for at, line in enumerate(lines)
    )


def _is_heading(line: str) -> bool:
    return len(line) < 200 and bool(line.strip()) and heading_of(plain(line.strip())) is not None


def _is_mark(text: str) -> bool:
    text = plain(text)
    heading = heading_of(text, apart=True)
    return heading is not None and len(heading.rest) < 40


def _fountain(line: Line) -> Line:
    """A line without the signs by which Fountain forces its kind."""
    text = line.text
    if len(text) > 1 and text[0] == "." and text[1].isalpha():
        return line._replace(text=text[1:], strong=True)
    if text.startswith("=") and not text.startswith("=="):
        return line._replace(text="")
    if text[:1] in "!~" and text[1:2].isalpha():
        return line._replace(text=text[1:])
    return line


def _spread_ranges(outline: Outline, notes: list[str]) -> None:
    """A mark for several panels at once stands for each of them."""
    for page in outline.pages:
        panels = list[PanelLines]()
        for panel in page.panels:
            count = (
                (panel.last - panel.number + 1) if panel.last and panel.number is not None else 1
            )
            if not 1 < count <= _RANGE:
                panels.append(panel)
                continue
            notes.append(
                f"“Panels {panel.label}” (line {panel.place.line}) are read as {count} panels "
                "that show the same"
            )
            for number in range(panel.number or 0, (panel.last or 0) + 1):
                first = number == panel.number
                kept = panel.lines if first else [each for each in panel.lines if _is_drawn(each)]
                panels.append(
                    PanelLines(
                        panel.place,
                        str(number),
                        number,
                        None,
                        panel.rest,
                        panel.key if first else None,
                        kept,
                        cut=panel.cut,
                        setting=panel.setting,
                    )
                )
        page.panels = panels


def _is_drawn(line: Line) -> bool:
    return line.rule or cue_of(line.text, ()).kind in {
        LineKind.ACTION,
        LineKind.FIELD,
        LineKind.PLACE,
    }


def _drop_cut(outline: Outline, notes: list[str]) -> None:
    for page in outline.pages:
        for panel in page.panels:
            panel.cut = panel.cut or _tells_cut(panel)
        notes += [
            f"Panel {panel.label} (line {panel.place.line}) was cut, and is left out"
            for panel in page.panels
            if panel.cut
        ]
        page.panels = [panel for panel in page.panels if not panel.cut]


def _tells_cut(panel: PanelLines) -> bool:
    """Whether a panel says no more than that it was cut."""
    lines = [line.text for line in panel.lines if not line.rule]
    return not panel.rest and len(lines) == 1 and len(lines[0]) < 40 and is_cut(lines[0])


def _single_title(outline: Outline) -> None:
    """Chapters without pages are none: they head what stands before the script."""
    if any(chapter.pages for chapter in outline.chapters):
        outline.chapters = [chapter for chapter in outline.chapters if chapter.pages]


def _chapters(outline: Outline, habits: Habits, notes: list[str]) -> Iterator[ScriptChapter]:
    passed = 0
    for chapter in outline.chapters:
        setting = last = ""
        pages = list[ScriptPage]()
        for page in chapter.pages:
            above = body_of(page.lines, "", page.place, habits)
            if above.action and page.panels:
                passed += 1
            setting = above.setting or setting
            panels = list[ScriptPanel]()
            for panel in page.panels:
                setting = panel.setting or setting
                body = body_of(panel.lines, panel.rest, panel.place, habits, headed=panel.headed)
                passed += body.notes
                if _is_same(body.fields.get("place", "")):
                    body.fields["place"] = last
                panels.append(_panel(panel, body, above if not panels else None, above, setting))
                last = panels[-1].fields.get("place", last)
                setting = body.setting or setting
            pages.append(
                ScriptPage(page.place, tuple(panels), page.label, page.title, page.double, page.key)
            )
        title, key = with_key(chapter.title)
        yield ScriptChapter(chapter.place, tuple(pages), title, chapter.label, chapter.key or key)
    if passed:
        notes.append(
            "Passed over: notes to people, and what pages say before their first panel "
            f"({passed:,})"
        )


_SAME = frozenset(
    {
        *("same", "same place", "same as before", "same as above", "same location", "as before"),
        *("idem", "meme lieu", "meme endroit", "gleicher ort", "wie zuvor", "mismo lugar", "igual"),
        *("stesso luogo", "mesmo lugar", "同じ", "同上"),
    }
)
"""What says that a panel happens where the one before did."""


def _is_same(place: str) -> bool:
    return folded(place).strip(" .!()") in _SAME


def _panel(
    panel: PanelLines, body: Body, first: Body | None, page: Body, setting: str
) -> ScriptPanel:
    lettering = [*(first.lettering if first else ()), *body.lettering]
    fields = {
        **{
            name: value
            for name, value in page.fields.items()
            if name in {"place", "mood", "format"}
        },
        **body.fields,
    }
    if setting and "place" not in fields:
        fields["place"] = setting
    action = "\n\n".join(body.action) or prompt_of(body)
    return ScriptPanel(
        panel.place,
        action,
        tuple(lettering),
        fields,
        {**page.places, **body.places},
        panel.label,
        panel.key,
    )
