"""Pages without marks of panels: which are one picture, and what the author has to say."""

from collections.abc import Sequence

from pressrun.scripts import front
from pressrun.scripts.body import body_of
from pressrun.scripts.habits import habits_of
from pressrun.scripts.lettering import LineKind, cue_of
from pressrun.scripts.lines import Line
from pressrun.scripts.outline import Outline, PageLines, PanelLines


def fill(outline: Outline, notes: list[str]) -> str:
    """Give pages of one picture their panel; a question where pages are told without panels."""
    drawn = {page.label for page in outline.pages if page.panels}
    for chapter in outline.chapters:
        # a table of contents names pages that come later
        chapter.pages = [
            page for page in chapter.pages if page.panels or page.lines or page.label not in drawn
        ]
    bare = [page for page in outline.pages if not page.panels]
    marked = len(outline.pages) - len(bare)
    untold = list[PageLines]()
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
                f"Page {page.label or '(no number)'} (line {page.place.line}) marks no panel "
                "and is read as one picture"
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
        f"Where do the panels begin on page{'s' * (len(untold) > 1)} {told}{more}? It is told "
        "without panels. Put a line such as “Panel 1” before what each picture shows, or write "
        "“splash” behind the page's number if it is one picture"
    )


def is_sample(outline: Outline) -> bool:
    """Whether what is marked is no more than a sample within prose."""
    told = sum(len(line.text) for line in outline.front if len(line.text) > 60)
    return (
        len(outline.panels) <= 1
        and told > 80
        and not any(front.is_front(line) for line in outline.front)
    )


def _drawn(page: PageLines) -> bool:
    return any(
        cue_of(line.text, ()).kind == LineKind.ACTION for line in page.lines if not line.rule
    )


def _paragraphs(page: PageLines) -> int:
    """How many paragraphs of a page tell what is drawn."""
    count, last = 0, False
    habits = habits_of([("", page.lines)], ())
    for line in page.lines:
        drawn = not line.rule and cue_of(line.text, habits.known).kind == LineKind.ACTION
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


def _as_splash(page: PageLines) -> None:
    lines, page.lines = page.lines, []
    rest = ""
    if not any(not line.rule for line in lines) or (
        page.title
        and not any(
            cue_of(line.text, ()).kind == LineKind.ACTION for line in lines if not line.rule
        )
    ):
        rest, page.title = page.title, ""
    page.panels = [PanelLines(page.place, rest=rest, lines=lines)]


def question_of(lines: Sequence[Line], outline: Outline) -> str:
    """What has to be asked of a text in which nothing is a panel."""
    told = [line for line in lines if not line.rule and line.text]
    if not told:
        return "What is to be drawn? The file holds no text"
    if outline.pages:
        return (
            f"Where do the panels begin? The file names {len(outline.pages):,} pages and no "
            "panel. Put a line such as “Panel 1” before what each picture shows"
        )
    scenes = sum(cue_of(line.text, ()).kind == LineKind.PLACE for line in told)
    if scenes > 1:
        return (
            f"How are its {scenes:,} scenes split into pages and panels? This is a screenplay "
            "without panels. Put lines such as “Page 1” and “Panel 1” before what each picture "
            "shows"
        )
    return (
        "How is this split into pages and panels? It reads as prose: nothing marks a page or a "
        "panel. Put lines such as “Page 1” and “Panel 1” before what each picture shows"
    )
