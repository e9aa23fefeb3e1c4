"""Scripts as text: plain, Markdown, Fountain, and what word processors make of them."""

import itertools
import re
from collections.abc import Iterator, Sequence

from pressrun.scripts import shotlist, vocabulary
from pressrun.scripts.body import Body, body_of, prompt_of
from pressrun.scripts.habits import Habits, habits_of
from pressrun.scripts.lettering import Kind, cue_of, is_name, split_label
from pressrun.scripts.lines import Line, lines_of, plain
from pressrun.scripts.marks import heading_of, trimmed
from pressrun.scripts.outline import (
    Outline,
    PagePart,
    PanelPart,
    joined_compound,
    outline_of,
    with_key,
)
from pressrun.scripts.script import Script, ScriptChapter, ScriptPage, ScriptPanel
from pressrun.scripts.vocabulary import folded

_TITLES = {folded(word) for word in vocabulary.TITLES}
_AUTHORS = {folded(word) for word in vocabulary.AUTHORS}
_CASTS = {folded(word) for word in vocabulary.CAST_LISTS}
_SPLASH = [folded(word) for word in vocabulary.SPLASH]
_FRONT = re.compile(
    r"\s*---[ \t]*(?:\r\n|\r|\n)((?:[^\r\n]*(?:\r\n|\r|\n)){1,200}?)(?:---|\.\.\.)[ \t]*(?:\r\n|\r|\n|$)"
)
_RANGE = 12
"""The most panels that one mark stands for."""


def script_of(text: str) -> Script:
    """Read a script from its text."""
    notes = list[str]()
    text, front = _front_matter(text)
    lines = [_fountain(line) for line in lines_of(text, _is_mark, notes)]
    lines = shotlist.lines_of(lines)
    outline = joined_compound(outline_of([line for line in lines if line.rule or line.text], notes))
    title, author, cast = _about(
        [*front, *outline.front, *(line for each in outline.chapters for line in each.lines)]
    )
    question = _splash_pages(outline, notes) if outline.pages else ""
    if not question and _is_sample(outline):
        outline.chapters = []
    if not question and not outline.panels:
        question = _asked(lines, outline)
    if question:
        return Script((), title, author, cast, tuple(notes), question)
    _spread_ranges(outline, notes)
    _drop_cut(outline, notes)
    _single_title(outline)
    habits = habits_of(((panel.rest, panel.lines) for panel in outline.panels), _names(cast))
    chapters = tuple(_chapters(outline, habits, notes))
    _compare_numbers(outline, notes)
    return Script(chapters, title, author, cast, tuple(notes))


def _is_mark(text: str) -> bool:
    text = plain(text)
    heading = heading_of(text, apart=True)
    return heading is not None and len(heading.rest) < 40


def _front_matter(text: str) -> tuple[str, list[Line]]:
    """A text without the settings on top of it, and those as lines."""
    found = _FRONT.match(text.lstrip("\ufeff")[:20_000])
    if not found or ":" not in found.group(1):
        return text, []
    text = text.lstrip("\ufeff")
    blank = "".join(re.findall(r"\r\n|\r|\n", found.group()))
    return blank + text[found.end() :], lines_of(found.group(1), lambda _: False, [])


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


# -- what stands before the first page


def _about(lines: Sequence[Line]) -> tuple[str, str, tuple[str, ...]]:
    """Title, author, and the names of the list of characters."""
    title = author = ""
    cast = list[str]()
    listing = False
    for at, line in enumerate(lines):
        if line.rule:
            listing = listing and not line.fed
            continue
        low = folded(trimmed(line.text[:80]))
        if low in _CASTS and (
            line.apart or line.text.isupper() or line.text.rstrip().endswith(":") or line.gap
        ):
            listing = True
            continue
        split = split_label(line.text)
        name = folded(split[0]) if split else ""
        if split and name in _TITLES and not title:
            title = split[1]
        elif split and name in _AUTHORS and not author:
            author = split[1]
        elif split and name in _CASTS and split[1]:
            cast += [
                part.strip() for part in re.split(r"[,;、・]", re.sub(r"\([^()]*\)", "", split[1]))
            ]
        elif found := re.match(
            r"(?:(?:written|script|story|words)\s+)?by\s+(.{2,60})$", line.text, re.IGNORECASE
        ):
            author = author or found.group(1).strip()
        elif listing and line.level:
            if is_name(trimmed(line.text)) and line.level > 1:
                cast.append(trimmed(line.text))
            else:
                listing = False
        elif listing:
            cast += _listed(line)
        elif (
            not title
            and at < 2
            and (line.level == 1 or (line.strong or line.text.isupper()))
            and len(line.text) < 80
        ):
            title = trimmed(line.text)
    return title, author, tuple(dict.fromkeys(name for name in cast if name))


def _listed(line: Line) -> list[str]:
    """The name with which an entry of a list of characters begins."""
    text = trimmed(line.text)
    found = re.split(
        r"\s*[:：(（|]\s*|\s+[-–—]+\s*|\s*[–—]\s*|,\s+|\.\.+|\s{2,}|／", text, maxsplit=1
    )
    name = found[0].strip(" *_\"'“”")
    begins = line.gap or bool(line.bullet) or bool(line.label) or len(found) > 1
    if (
        begins
        and name
        and len(name.split()) <= 4
        and is_name(name)
        and (not name[:1].islower() or line.bullet)
    ):
        return [name]
    return []


def _names(cast: Sequence[str]) -> Iterator[str]:
    for name in cast:
        yield name
        words = name.split()
        if (
            len(words) > 1
            and len(words[0]) > 2
            and words[0].lower()
            not in {
                "the",
                "der",
                "die",
                "das",
                "el",
                "la",
                "les",
                "old",
                "young",
                "captain",
                "doctor",
                "mrs",
                "mr.",
            }
        ):
            yield words[0]


# -- pages without panels, and what has to be asked


def _splash_pages(outline: Outline, notes: list[str]) -> str:
    """Give pages of one picture their panel; a question where pages are told without panels."""
    bare = [page for page in outline.pages if not page.panels]
    marked = len(outline.pages) - len(bare)
    untold = list[PagePart]()
    for page in bare:
        if not _drawn(page) and not page.splash:
            if page.told:
                notes.append(
                    f"Page {page.label or '(no number)'} (line {page.place.line}) tells nothing"
                )
            continue
        if page.splash and (page.count or 1) <= 1:
            _as_splash(page)
        elif marked and (page.count or 1) <= 1 and _paragraphs(page) <= 1:
            _as_splash(page)
            notes.append(
                f"Page {page.label or '(no number)'} (line {page.place.line}) marks no panel and is "
                "read as one picture"
            )
        else:
            untold.append(page)
    if not untold:
        return ""
    told = ", ".join(
        f"{page.label or '(no number)'} (line {page.place.line})" for page in untold[:5]
    )
    more = f" and {len(untold) - 5:,} more" if len(untold) > 5 else ""
    return (
        f"Where do the panels begin on page{'s' * (len(untold) > 1)} {told}{more}? The page is told without "
        "panels. Put a line such as “Panel 1” before what each picture shows, or write “splash” "
        "behind the page's number if it is one picture"
    )


def _is_sample(outline: Outline) -> bool:
    """Whether what is marked is no more than a sample within prose."""
    told = sum(len(line.text) for line in outline.front if len(line.text) > 60)
    return (
        len(outline.panels) <= 1 and told > 80 and not any(is_front(line) for line in outline.front)
    )


def is_front(line: Line) -> bool:
    """Whether a line is of the kind that stands above a script."""
    split = split_label(line.text)
    low = folded(trimmed(line.text[:80]))
    return low in _CASTS or (split is not None and folded(split[0]) in _TITLES | _AUTHORS | _CASTS)


def _drawn(page: PagePart) -> bool:
    return any(cue_of(line.text, ()).kind == Kind.ACTION for line in page.lines if not line.rule)


def _paragraphs(page: PagePart) -> int:
    """How many paragraphs of a page tell what is drawn."""
    count, last = 0, False
    habits = habits_of([("", page.lines)], ())
    for line in page.lines:
        drawn = not line.rule and cue_of(line.text, habits.known).kind == Kind.ACTION
        count += drawn and (line.gap or not last or bool(line.bullet))
        last = drawn
    return (
        count
        - sum(
            1
            for each in body_of(page.lines, "", page.place, habits).lettering
            if each.voice == "balloon"
        )
        if count > 1
        else count
    )


def _as_splash(page: PagePart) -> None:
    lines, page.lines = page.lines, []
    rest = ""
    if not any(not line.rule for line in lines) or (
        page.title
        and not any(cue_of(line.text, ()).kind == Kind.ACTION for line in lines if not line.rule)
    ):
        rest, page.title = page.title, ""
    page.panels = [PanelPart(page.place, rest=rest, lines=lines)]


def _asked(lines: Sequence[Line], outline: Outline) -> str:
    told = [line for line in lines if not line.rule and line.text]
    if not told:
        return "What is to be drawn? The file holds no text"
    if outline.pages:
        return (
            f"Where do the panels begin? The file names {len(outline.pages):,} pages and no panel. Put a line "
            "such as “Panel 1” before what each picture shows"
        )
    scenes = sum(cue_of(line.text, ()).kind == Kind.PLACE for line in told)
    if scenes > 1:
        return (
            f"How are its {scenes:,} scenes split into pages and panels? This is a screenplay without panels. Put "
            "lines such as “Page 1” and “Panel 1” before what each picture shows"
        )
    return (
        "How is this split into pages and panels? It reads as prose: nothing marks a page or a panel. Put "
        "lines such as “Page 1” and “Panel 1” before what each picture shows"
    )


# -- panels


def _spread_ranges(outline: Outline, notes: list[str]) -> None:
    """A mark for several panels at once stands for each of them."""
    for page in outline.pages:
        panels = list[PanelPart]()
        for panel in page.panels:
            count = (
                (panel.last - panel.number + 1) if panel.last and panel.number is not None else 1
            )
            if not 1 < count <= _RANGE:
                panels.append(panel)
                continue
            notes.append(
                f"“Panels {panel.label}” (line {panel.place.line}) are read as {count} panels that show the same"
            )
            for number in range(panel.number or 0, (panel.last or 0) + 1):
                first = number == panel.number
                kept = panel.lines if first else [each for each in panel.lines if _is_drawn(each)]
                panels.append(
                    PanelPart(
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
    return line.rule or cue_of(line.text, ()).kind in {Kind.ACTION, Kind.FIELD, Kind.PLACE}


def _drop_cut(outline: Outline, notes: list[str]) -> None:
    for page in outline.pages:
        for panel in page.panels:
            if panel.cut:
                notes.append(
                    f"Panel {panel.label} (line {panel.place.line}) was cut, and is left out"
                )
        page.panels = [panel for panel in page.panels if not panel.cut]


def _single_title(outline: Outline) -> None:
    """Chapters without pages are none: they head what stands before the script."""
    if any(chapter.pages for chapter in outline.chapters):
        outline.chapters = [chapter for chapter in outline.chapters if chapter.pages]


def _chapters(outline: Outline, habits: Habits, notes: list[str]) -> Iterator[ScriptChapter]:
    passed = 0
    for chapter in outline.chapters:
        setting = ""
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
                panels.append(_panel(panel, body, above if not panels else None, above, setting))
                setting = body.setting or setting
            pages.append(
                ScriptPage(page.place, tuple(panels), page.label, page.title, page.double, page.key)
            )
        title, key = with_key(chapter.title)
        yield ScriptChapter(chapter.place, tuple(pages), title, chapter.label, chapter.key or key)
    if passed:
        notes.append(
            f"Passed over: notes to people and what pages say before their first panel, {passed:,}"
        )


def _panel(
    panel: PanelPart, body: Body, first: Body | None, page: Body, setting: str
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


def _compare_numbers(outline: Outline, notes: list[str]) -> None:
    """Say where numbers repeat or skip, and where a page has not as many panels as it says."""
    odd = list[str]()
    for chapter in outline.chapters:
        before: PagePart | None = None
        for page in chapter.pages:
            if before and page.number is not None and before.number is not None:
                wanted = (before.last or before.number) + 1
                if page.number != wanted:
                    odd.append(
                        f"page {page.label} follows page {before.label} (line {page.place.line})"
                    )
            if page.number is not None:
                before = page
            if page.count is not None and page.panels and page.count != len(page.panels):
                odd.append(
                    f"page {page.label} says {page.count} panels and has {len(page.panels)} (line {page.place.line})"
                )
            numbers = [panel.number for panel in page.panels if panel.number is not None]
            for one, other in itertools.pairwise(numbers):
                if other != one + 1 and other != one:
                    odd.append(
                        f"panel {other} follows panel {one} on page {page.label} (line {page.place.line})"
                    )
                elif other == one and len({panel.label for panel in page.panels}) < len(
                    page.panels
                ):
                    odd.append(
                        f"panel {one} stands twice on page {page.label} (line {page.place.line})"
                    )
    notes += [f"The order of the file counts: {each}" for each in odd[:20]]
    if len(odd) > 20:
        notes.append(f"{len(odd) - 20:,} more numbers are out of order")
