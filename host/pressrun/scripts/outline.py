"""The outline of a script's text: which lines belong to which chapter, page and panel."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pressrun.scripts import vocabulary
from pressrun.scripts.lettering import (
    LineKind,
    cue_of,
    is_caps,
    is_name,
    name_of,
    place_of,
    split_label,
)
from pressrun.scripts.lines import Line
from pressrun.scripts.marks import (
    SCENES,
    SHOTS,
    USUAL,
    Heading,
    Level,
    PartMark,
    Words,
    heading_of,
    is_cover,
    trimmed,
)
from pressrun.scripts.numbers import number_at, value_of
from pressrun.scripts.vocabulary import folded
from pressrun.texts.faults import Place

_KEY = re.compile(r"\s*\{#([^\s{}]{1,200})\}\s*$")
_COUNT = re.compile(
    r"(?<![\w.])([a-z0-9\u4e00-\u5341-]{1,14})[\s-]{0,2}(?:panels?|pnls?|cases?|vignettes?|vinetas?|cuadros?|panele?n?|bilder|"
    r"vignett[ea]|riquadri|quadros?|quadrinhos?|コマ|컷|格|frames?)(?![a-z])"
)
_PAGE_NUMBER = re.compile(r"[\s\-–—|#]*[0-9]{1,4}(?: ?(?:/|of|de|von) ?[0-9]{1,4})?[\s\-–—|.]*")
_INSET = re.compile(
    r"inset(?: panels?)?(?:\s{1,2}#?(?P<label>[0-9]{1,3}|[a-z]))?"
    r"(?=\s{0,2}(?:[:.\-\u2013\u2014)\]]|$))"
)
_DOTTED = re.compile(
    r"(?:p(?:age|g)?\.?\s?)?(?P<page>[0-9]{1,3})\s?[.\-/x:](?:p(?:anel|nl)?\.?\s?)?(?P<panel>[0-9]{1,2})(?P<letter>[a-z])?(?![0-9.:/])[.):\]]?(?=\s|$|[-\u2013\u2014])"
)
_ITEM = re.compile(
    r"(?:[■◆□◇●▼▽★☆・*]?\s?[(\[#【]?(?P<number>[0-9]{1,2})[a-z]?"
    r"(?:\s?[-\u2013&]\s?(?P<last>[0-9]{1,2}))?[.):\]/】]?)"
    r"(?:(?=\s|$|[-\u2013\u2014])|(?<=】))\s{0,3}[-\u2013\u2014:.]?\s{0,3}"
)
_GENERIC = re.compile(
    r"(?P<word>[^\W\d_]{1,16})[ .:#]{0,3}(?P<number>[0-9]{1,4})"
    r"(?=\s*(?:$|[:.)\]\-\u2013\u2014(|,/])|\s[^\W\da-z_])"
)
_HEAD = re.compile(
    r"(?P<left>\S.{2,80}?)(?:\s{3,}|\s*[|/]\s*)(?:page|pg\.?|p\.?|seite|s\.|pagina)?\s?(?P<last>[0-9]{1,4})"
    r"|(?P<first>[0-9]{1,4})(?:\s{3,}|\s*[|/]\s*)(?P<right>\S.{2,80})",
    re.IGNORECASE,
)
_LONE_SPLASH = {
    *("splash page", "double page spread", "double-page spread", "double page splash", "splash"),
    *("double splash", "full page splash", "見開き", "見開きページ"),
}
_CONTINUED = re.compile(r"^[(\[](?:cont|fortsetzung|suite)[^()\[\]]{0,60}[)\]]\s*", re.IGNORECASE)
_SPLASH_START = re.compile(
    r"(?:full[- ]page splash|splash page|double[- ]page (?:splash|spread))"
    r"(?=\s*(?:[.:\u2013\u2014-]|$))"
)
_CUT = {folded(word) for word in vocabulary.OFFSTAGE}
_SPLASH = [folded(word) for word in vocabulary.SPLASH]
_DOUBLE = [folded(word) for word in vocabulary.DOUBLE]
_CAST_LISTS = {folded(word) for word in vocabulary.CAST_LISTS}
_SHORT = 60
"""The longest line that only says that something ends."""

_FINALS = {folded(word) for word in vocabulary.FINALS}
_BACK_MATTER = re.compile(
    r"(?:notes?|appendix|credits|glossary|references?|back ?matter|about the author|changelog|"
    r"to ?do|acknowledg\w+|comments?|feedback|production notes?|anhang|notas|annexe|appendice|"
    r"letterer.{0,20}|revision.{0,20}|cut (?:panels?|scenes?|material|pages?).{0,20}|"
    r"deleted (?:panels?|scenes?|pages?).{0,20}|"
    r"unused.{0,20}|geschnitten.{0,20}|outtakes?|備考|メモ|あとがき|ideas|research|thumbnails?|characters?|cast)"
    r"(?: (?:to|for|from|and|by|of|&) .{0,40})?"
)


@dataclass
class PanelLines:
    """A panel of the outline, with the lines below its mark."""

    place: Place
    label: str = ""
    number: int | None = None
    last: int | None = None
    rest: str = ""
    """What follows on the line of the mark."""
    key: str | None = None
    lines: list[Line] = field(default_factory=list)
    cut: bool = False
    headed: bool = False
    """What follows is a heading of its own."""
    setting: str = ""
    """The place that was named last before it."""


@dataclass
class PageLines:
    """A page of the outline."""

    place: Place
    label: str = ""
    number: int | None = None
    last: int | None = None
    title: str = ""
    key: str | None = None
    double: bool = False
    splash: bool = False
    count: int | None = None
    """How many panels its heading tells of."""
    lines: list[Line] = field(default_factory=list)
    """Those before its first panel."""
    panels: list[PanelLines] = field(default_factory=list)
    told: bool = True
    """Whether there is a mark for it."""


@dataclass
class ChapterLines:
    """A chapter of the outline."""

    place: Place
    label: str = ""
    title: str = ""
    key: str | None = None
    lines: list[Line] = field(default_factory=list)
    pages: list[PageLines] = field(default_factory=list)


@dataclass
class Outline:
    """All of it."""

    front: list[Line] = field(default_factory=list)
    """What stands before the first mark."""
    chapters: list[ChapterLines] = field(default_factory=list)

    @property
    def pages(self) -> list[PageLines]:
        """Every page, in order."""
        return [page for chapter in self.chapters for page in chapter.pages]

    @property
    def panels(self) -> list[PanelLines]:
        """Every panel, in order."""
        return [panel for page in self.pages for panel in page.panels]


@dataclass
class _Ways:
    """How one script marks its parts."""

    words: Words
    dotted: bool = False
    """`4.5` is page 4, panel 5."""
    items: bool = False
    """Numbers of a list are panels."""
    listed: frozenset[Place] = frozenset()
    """Marks of pages whose panels are the numbers of a list, where other pages mark theirs."""
    page_level: int = 0
    """Of headings in Markdown; 0 where pages have none."""
    titles: int = 0
    """The level of headings that are panels by what they say; 0 for none."""
    rules: bool = False
    """A rule begins a page."""
    footers: bool = False
    """`Page 3 of 22` is a footer."""
    chapters: int = 0
    """The level of headings that are chapters by what they say."""
    totals: bool = False
    """`Page 2/22` is one of so many."""
    restarts: bool = False
    """A number of a panel that is 1 begins a page."""


def outline_of(lines: Sequence[Line], notes: list[str]) -> Outline:
    """The outline of a script's lines.

    Args:
        lines: what the file holds.
        notes: gets what was assumed.
    """
    lines = _spelled(_without_heads(lines))
    ways = _ways(lines, notes)
    return _Builder(ways, notes).build(lines)


_CIRCLED = re.compile(r"([①-⑳])[\s.:：、]{0,3}(?=\S)")
_BRACKETED = re.compile(r"(?:\[|[#＃]\s?)([0-9]{1,3})\]?")


def _spelled(lines: Sequence[Line]) -> list[Line]:
    """Lines whose numbers in circles, and in brackets alone on a line, are written out.

    Only where nothing else marks a panel.
    """
    if _counted(lines, USUAL)[Level.PANEL]:
        return list(lines)
    numbers = [int(found[1]) for line in lines if (found := _BRACKETED.fullmatch(line.text))]
    counting = numbers[:1] == [1] and all(b in {a + 1, 1} for a, b in pairwise(numbers))
    alone = counting and len(numbers) > 1 and any(map(_is_lettered, lines))
    spelled = list[Line]()
    for line in lines:
        text = line.text
        if alone and (number := _BRACKETED.fullmatch(text)):
            spelled.append(line._replace(text=f"Panel {number[1]}", strong=True))
        elif circled := _CIRCLED.match(text):
            value = ord(circled[1]) - ord("①") + 1
            spelled.append(line._replace(text=f"{value}. {text[circled.end() :]}"))
        else:
            spelled.append(line)
    return spelled


def _is_lettered(line: Line) -> bool:
    """Whether a line letters something, or names who speaks, so that it is of a script."""
    return len(line.text) < _SHORT * 2 and any(
        cue_of(text, ()).kind in {LineKind.BALLOON, LineKind.CAPTION, LineKind.EFFECT}
        for text in (line.text, f"{line.text}:")
    )


def _without_heads(lines: Sequence[Line]) -> list[Line]:
    """Lines without those that a program printed on every sheet, each with its number."""
    numbers = dict[str, list[int]]()
    for line in lines:
        if name := _head(line):
            numbers.setdefault(name[0], []).append(name[1])
    heads = {name for name, each in numbers.items() if len(each) > 1 and each == sorted(set(each))}
    return [line for line in lines if (name := _head(line)) is None or name[0] not in heads]


def _head(line: Line) -> tuple[str, int] | None:
    """What stands beside the number of a sheet, and the number."""
    text = line.text
    if line.rule or len(text) > 120 or not (text[-1:].isdigit() or text[:1].isdigit()):
        return None
    found = _HEAD.fullmatch(text)
    if not found:
        return None
    return folded(found["left"] or found["right"]), int(found["last"] or found["first"])


def with_key(text: str) -> tuple[str, str | None]:
    """A heading's text without the key that its author gave, and the key."""
    if "{#" in text and (found := _KEY.search(text[-260:])):
        return text[: len(text) - len(found.group())].rstrip(), found.group(1)
    return text, None


def _headings(lines: Sequence[Line], words: Words) -> list[tuple[int, Heading]]:
    found = list[tuple[int, Heading]]()
    for at, line in enumerate(lines):
        if line.rule or not line.text:
            continue
        if heading := heading_of(line.text, words, apart=line.apart):
            found.append((at, heading))
    return found


def _levels(headings: Sequence[tuple[int, Heading]]) -> dict[Level, int]:
    counted = dict.fromkeys(Level, 0)
    for _, heading in headings:
        for mark in heading.marks:
            counted[mark.level] += 1
    return counted


def _ways(lines: Sequence[Line], notes: list[str]) -> _Ways:
    if not _counted(lines, USUAL)[Level.PANEL] and _dotted(lines):
        return _Ways(USUAL, dotted=True)
    words = _with_pages(lines, _with_panels(lines, notes), notes)
    headings = _headings(lines, words)
    counted = _levels(headings)
    ways = _Ways(words)
    ways.page_level = _usual_level(lines, headings, Level.PAGE)
    panel_level = _usual_level(lines, headings, Level.PANEL)
    ways.footers = _has_footers(lines, headings)
    ways.totals = _has_totals(headings)
    if not counted[Level.PANEL] and counted[Level.PAGE]:
        ways.titles = _title_level(lines, ways)
        ways.items = not ways.titles and _has_items(lines, headings)
    elif counted[Level.PANEL] and counted[Level.PAGE]:
        ways.listed = _listed(lines, headings)
    if counted[Level.PANEL] and not counted[Level.PAGE]:
        ways.rules = _rules_part(lines, headings)
        ways.restarts = not ways.rules
    ways.chapters = _chapter_level(lines, headings, ways, panel_level)
    return ways


def _counted(lines: Sequence[Line], words: Words) -> dict[Level, int]:
    return _levels(_headings(lines, words))


def _with_panels(lines: Sequence[Line], notes: list[str]) -> Words:
    """The words that mark panels, and pages if they are known."""
    headings = _headings(lines, USUAL)
    counted = _levels(headings)
    if counted[Level.PANEL]:
        return USUAL
    if _p_is_panel(headings, _headings(lines, USUAL.with_(SCENES, Level.PAGE))):
        return Words(USUAL.by_word, {**USUAL.short, "p": Level.PANEL})
    shots = USUAL.with_(SHOTS, Level.PANEL)
    if _counted(lines, shots)[Level.PANEL] > 1:
        return shots
    guessed = _guessed(lines, USUAL, pages=bool(counted[Level.PAGE]))
    if guessed is None:
        return USUAL
    names = set(guessed.by_word) - set(USUAL.by_word)
    notes.append(f"Read as marks of pages and panels: {', '.join(sorted(names))}")
    return guessed


def _with_pages(lines: Sequence[Line], words: Words, notes: list[str]) -> Words:
    """The same, and a word for pages where none is among them."""
    counted = _counted(lines, words)
    if counted[Level.PAGE] or not counted[Level.PANEL]:
        return words
    if page := _guessed_page(lines, words):
        notes.append(f"Read as marks of pages: {page}")
        return words.with_([page], Level.PAGE)
    wider = words.with_(SCENES, Level.PAGE)
    if not _counted(lines, wider)[Level.PAGE]:
        return words
    notes.append("There are no pages, so scenes are read as pages")
    return wider


def _p_is_panel(
    headings: Sequence[tuple[int, Heading]], wider: Sequence[tuple[int, Heading]]
) -> bool:
    """Whether `P1` is a panel: it begins anew, and pages have another word."""
    marks = [mark for _, heading in headings for mark in heading.marks if mark.word == "p"]
    others = any(
        mark.level == Level.PAGE and mark.word != "p"
        for _, heading in wider
        for mark in heading.marks
    )
    return others and sum(mark.number == 1 for mark in marks) * 2 > 1 and len(marks) > 1


def _dotted(lines: Sequence[Line]) -> bool:
    found = [match for line in lines if (match := _dotted_mark(line))]
    if len(found) < 2:
        return False
    last = (0, 0)
    for match in found:
        now = int(match["page"]), int(match["panel"])
        if now[0] < last[0] or (now[0] == last[0] and now[1] < last[1]):
            return False
        last = now
    return int(found[0]["panel"]) <= 1


def _dotted_mark(line: Line) -> re.Match[str] | None:
    if line.rule or not line.text[:6].strip("pPagGeE .").strip()[:1].isdigit():
        return None
    return _DOTTED.match(folded(line.text[:40]))


def _guessed(lines: Sequence[Line], words: Words, *, pages: bool) -> Words | None:
    """Words of other languages: they stand at the beginning of lines before numbers that count."""
    numbers = dict[str, list[int]]()
    for line in lines:
        text = trimmed(line.text[:60]) if not line.rule else ""
        found = _GENERIC.match(text)
        word = folded(found["word"]) if found else ""
        if found and word not in _NEVER and word not in words.by_word and not _is_field(word):
            numbers.setdefault(word, []).append(int(found["number"]))
    counting = {
        word: each
        for word, each in numbers.items()
        if len(each) > (1 if len(word) > 2 else 2)
        and each[0] <= 1
        and sum(b in {a, a + 1, 1} for a, b in zip(each, each[1:])) * 5 >= (len(each) - 1) * 4  # noqa: B905, RUF007 - pairs
    }
    if not counting:
        return None
    order = sorted(counting, key=lambda word: (counting[word].count(1), len(counting[word])))
    if not pages and (len(order) < 2 or counting[order[-1]].count(1) < 2):
        return None  # steps, tips, days: what counts alone is no comic
    found_words = words.with_([order[-1]], Level.PANEL)
    if not pages and len(order) > 1:
        found_words = found_words.with_([order[-2]], Level.PAGE)
    return found_words


def _guessed_page(lines: Sequence[Line], words: Words) -> str:
    """A word of another language for a page: it stands alone with numbers that count."""
    numbers = dict[str, list[int]]()
    for line in lines:
        text = trimmed(line.text[:60]) if not line.rule and len(line.text) < 40 else ""
        found = _GENERIC.fullmatch(text)
        word = folded(found["word"]) if found else ""
        if found and len(word) > 2 and word not in _NEVER and not _is_field(word):
            numbers.setdefault(word, []).append(int(found["number"]))
    known = {*words.by_word, *SCENES, *SHOTS}
    counting = {
        word: len(each)
        for word, each in numbers.items()
        if word not in known and len(each) > 1 and each == list(range(each[0], each[0] + len(each)))
    }
    return max(counting, key=lambda word: counting[word], default="")


_NEVER = {
    *("step", "chapter", "figure", "table", "version", "draft", "day", "item", "section", "level"),
    *("caption", "balloon", "sfx", "take", "line", "option", "note", "question", "rule", "act"),
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december", "room", "number", "verse", "psalm", "lesson", "week"),
    *("bubble", "bulle", "globo", "year", "phase", "stage", "round", "exhibit", "article", "test"),
    *("lettre", "ref", "prompt", "exercise", "task", "unit", "module", "part", "footnote"),
}


def _is_field(word: str) -> bool:
    return cue_of(f"{word}: x", ()).kind in {
        LineKind.CAPTION,
        LineKind.EFFECT,
        LineKind.NOTE,
        LineKind.FIELD,
        LineKind.BLOCK,
    }


def _usual_level(
    lines: Sequence[Line], headings: Sequence[tuple[int, Heading]], level: Level
) -> int:
    found = [lines[at].level for at, each in headings if each.marks[0].level == level]
    return max(set(found), key=found.count) if found else 0


def _has_footers(lines: Sequence[Line], headings: Sequence[tuple[int, Heading]]) -> bool:
    """Whether `Page 3 of 22` is what a program printed: there are other marks of pages."""
    pages = [at for at, each in headings if each.marks[0].level == Level.PAGE]
    footers = [at for at in pages if _is_footer(lines[at])]
    return bool(footers) and len(footers) < len(pages)


def _is_footer(line: Line) -> bool:
    low = folded(line.text[:60])
    return bool(
        re.fullmatch(
            r".{0,40}?(?:page|pagina|seite|pag\.?|p\.)\s?[0-9]{1,4}\s?(?:of|de|von|di|sur|/)\s?[0-9]{1,4}\W{0,3}",
            low,
        )
    )


def _has_totals(headings: Sequence[tuple[int, Heading]]) -> bool:
    """Whether what stands behind the slashes of pages is how many there are."""
    ends = [
        mark.label.rpartition("/")[2].strip()
        for _, each in headings
        for mark in each.marks
        if mark.level == Level.PAGE and "/" in mark.label
    ]
    firsts = [mark for _, each in headings for mark in each.marks if mark.level == Level.PAGE]
    last = max((mark.number or 0 for mark in firsts), default=0)
    return (
        bool(ends)
        and len(set(ends)) == 1
        and any(mark.number == 1 for mark in firsts)
        and ends[0] == str(last)
    )


def _title_level(lines: Sequence[Line], ways: _Ways) -> int:
    """The level of headings below pages that are panels, each called by what it shows."""
    if not ways.page_level:
        return 0
    below = [line.level for line in lines if line.level > ways.page_level and not _is_section(line)]
    return min(below) if len(below) > 1 else 0


def _is_section(line: Line) -> bool:
    """Whether a heading names a part of a panel or a page, as `Dialogue` or `Notes`."""
    return cue_of(f"{line.text.rstrip(':')}:", ()).kind not in {
        LineKind.ACTION,
        LineKind.BALLOON,
    } or (cue_of(f"{line.text.rstrip(':')}:", ()).field == "action")


def _has_items(lines: Sequence[Line], headings: Sequence[tuple[int, Heading]]) -> bool:
    """Whether most pages hold numbers that count from 1, one a line."""
    pages = [at for at, each in headings if each.marks[-1].level == Level.PAGE]
    good = some = 0
    for start, end in zip(pages, [*pages[1:], len(lines)], strict=True):
        numbers = [
            int(found["number"])
            for line in lines[start + 1 : end]
            if not line.rule and (found := _item(line)) and _is_item(line, found)
        ]
        some += bool(numbers)
        good += bool(numbers) and numbers == list(range(1, len(numbers) + 1))
    return good > 0 and good * 3 >= some * 2


def _listed(lines: Sequence[Line], headings: Sequence[tuple[int, Heading]]) -> frozenset[Place]:
    """The marks of pages that have a list in place of marks of panels."""
    ends = [*headings[1:], (len(lines), None)]
    return frozenset(
        lines[at].place
        for (at, heading), (end, after) in zip(headings, ends, strict=True)
        if heading.marks[-1].level == Level.PAGE
        and (after is None or after.marks[0].level != Level.PANEL)
        and _is_list(lines[at], heading, lines[at + 1 : end])
    )


def _is_list(page: Line, heading: Heading, lines: Sequence[Line]) -> bool:
    """Whether a page is a list of panels that counts from 1, and not of shots or of balloons."""
    items = [
        (at, int(found["number"]), line.text[found.end() :].strip())
        for at, line in enumerate(lines)
        if (found := _item(line)) and _is_item(line, found)
    ]
    if not items or [number for _, number, _ in items] != list(range(1, len(items) + 1)):
        return False
    above = lines[: items[0][0]]
    count = next(
        (each for low in _counting(heading, above) if (each := _count(low)) is not None), None
    )
    if count is not None and count != len(items):
        return False
    if any(_begins_block(line) for line in above):
        return False
    spoken = sum(_is_spoken(text, lines[at + 1 : at + 2]) for at, _, text in items)
    if spoken * 2 > len(items):
        return False
    if count is not None:
        return True
    splash = any(word in folded(page.text[:120]) for word in _SPLASH)
    return len(items) > 1 and not splash and not any(_is_drawn(line) for line in above)


def _item(line: Line) -> re.Match[str] | None:
    return None if line.rule else _ITEM.match(folded(line.text[:20]))


def _counting(heading: Heading, above: Sequence[Line]) -> list[str]:
    """What may tell how many panels a page has, folded."""
    return [
        folded(heading.rest),
        *(folded(line.text) for line in above if len(line.text) < _SHORT),
    ]


def _begins_block(line: Line) -> bool:
    """Whether what follows is something else than panels: `Dialogue:`, `Notes`."""
    if line.rule or _count(folded(line.text)) is not None:
        return False
    cue = cue_of(f"{line.text.rstrip(':： ')}:", ())
    return line.text.endswith((":", "：")) or (
        cue.labelled
        and cue.kind in {LineKind.BLOCK, LineKind.NOTE, LineKind.CAPTION, LineKind.EFFECT}
    )


def _is_drawn(line: Line) -> bool:
    return not line.rule and cue_of(line.text, ()).kind == LineKind.ACTION


def _is_spoken(text: str, after: Sequence[Line]) -> bool:
    """Whether a number's line is a balloon: a name with its words behind or below it."""
    if split := split_label(text):
        return is_name(name_of(split[0]).text) and len(split[0].split()) < _NAMED
    below = bool(after) and not after[0].gap and not after[0].rule
    return below and is_caps(text) and is_name(text) and text[-1] not in ".!?…"


_NAMED = 4
"""A label of so many words is rather no name."""


def _is_item(line: Line, found: re.Match[str]) -> bool:
    """Whether a number at a line's beginning parts panels, and does not number balloons."""
    rest = line.text[found.end() :]
    marked = any(each in found.group() for each in ".):]-–—#/】■◆□◇●▼▽★☆・") or not rest.strip()
    marked = marked or line.label == found["number"] or line.text[:1] in "０１２３４５６７８９"
    return marked and cue_of(rest, ()).kind in {LineKind.ACTION, LineKind.PLACE, LineKind.FIELD}


def _rules_part(lines: Sequence[Line], headings: Sequence[tuple[int, Heading]]) -> bool:
    """Whether rules part pages: there are several panels between two of them, somewhere."""
    panels = {at for at, _ in headings}
    first = min(panels, default=0)
    runs, run = list[int](), 0
    numbers = dict(headings)
    steady = True
    last = 0
    for at, line in enumerate(lines):
        if at in panels:
            run += 1
            number = numbers[at].marks[-1].number or 0
            if number == 1 and last >= 1 and run > 1:
                steady = False
            last = number
        elif line.rule and not line.fed and at > first:
            runs.append(run)
            run = 0
    runs.append(run)
    return len(runs) > 1 and max(runs) > 1 and steady


def _chapter_level(
    lines: Sequence[Line], headings: Sequence[tuple[int, Heading]], ways: _Ways, panel_level: int
) -> int:
    """The level of headings that are chapters: the lowest one above pages that has pages below."""
    if any(mark.level == Level.CHAPTER for _, heading in headings for mark in heading.marks):
        return 0
    top = ways.page_level or (0 if _levels(headings)[Level.PAGE] else panel_level)
    if not top:
        return 0
    marked = {at for at, _ in headings}
    found = dict[int, int]()
    last = 0
    for at, line in enumerate(lines):
        if at in marked and line.level == top:
            if last:
                found[last] = found.get(last, 0) + 1
                last = 0
        elif line.level and line.level < top and at not in marked:
            last = line.level
    return max(found, default=0)


class _Builder:
    """Puts lines where they belong, one after the other."""

    def __init__(self, ways: _Ways, notes: list[str]) -> None:
        self._ways = ways
        self._notes = notes
        self._made = Outline()
        self._pages = list[PageLines]()
        """Every page so far."""
        self._last_panel: PanelLines | None = None
        self._style = ""
        """What stands around the last number of a list that was a panel."""
        self._skipping = False
        self._ended = False
        """The script, or a chapter of it, said that it ends."""
        self._setting = ""
        self._begun = False

    def build(self, lines: Sequence[Line]) -> Outline:
        for line in lines:
            self._take(line)
        return self._made

    # -- where something begins

    def _take(self, line: Line) -> None:
        if line.rule:
            self._rule(line)
            return
        text, key = with_key(line.text) if line.level or "{#" in line.text else (line.text, None)
        if self._ways.footers and _is_footer(line):
            return
        if (
            (
                self._begun
                and len(text) < 24
                and _PAGE_NUMBER.fullmatch(text.casefold())
                and not self._is_item(line)
            )
            and not (self._ways.dotted and _dotted_mark(line))
            and "page" not in text.casefold()
        ):
            return
        if self._by_way(line, text, key):
            return
        heading = heading_of(text, self._ways.words, apart=line.apart)
        if heading and not self._is_foreign(line, heading):
            self._skipping = self._ended = False
            for mark in heading.marks:
                last = mark is heading.marks[-1]
                self._begin(line, mark, heading.rest if last else "", key if last else None)
            return
        if self._other_mark(line, text, key):
            return
        self._look_for_end(line, text)
        if not self._skipping:
            self._keep(line._replace(text=text) if key is None else line)

    def _look_for_end(self, line: Line, text: str) -> None:
        """Pass over what follows a line such as `THE END`, up to the next mark."""
        if self._ended and not self._skipping and _is_told(line):
            self._skipping = True
            self._notes.append(f"Passed over: what follows the end (from line {line.place.line})")
        if (
            len(text) < _SHORT
            and trimmed(folded(text)) in _FINALS
            and self._pages
            and self._pages[-1].panels
        ):
            self._ended = True

    def _is_foreign(self, line: Line, heading: Heading) -> bool:
        """Whether a mark without a number is no mark, as numbers are used elsewhere."""
        mark = heading.marks[0]
        return (
            mark.number is None
            and mark.level == Level.PANEL
            and not line.apart
            and bool(line.bullet)
        )

    def _by_way(self, line: Line, text: str, key: str | None) -> bool:
        """Marks that are peculiar to this script."""
        ways = self._ways
        if ways.dotted and (found := _dotted_mark(line)):
            page, label = int(found["page"]), f"{found['panel']}{found['letter'] or ''}"
            self._page_of(line, page, found["page"])
            self._panel(
                PanelLines(
                    line.place,
                    label,
                    int(found["panel"]),
                    None,
                    text[found.end() :].lstrip(" -–—:.)|").rstrip(),
                    key,
                )
            )
            return True
        if (
            ways.titles
            and line.level == ways.titles
            and self._chapter_or_none()
            and self._pages
            and not _is_section(line)
        ):
            self._panel(PanelLines(line.place, "", None, None, text, key, headed=True))
            return True
        if self._is_item(line):
            found = _ITEM.match(folded(text[:20]))
            if found:
                self._panel(
                    PanelLines(
                        line.place,
                        found["number"],
                        int(found["number"]),
                        _last(found),
                        text[found.end() :].strip(),
                        key,
                    )
                )
                return True
        return False

    def _is_item(self, line: Line) -> bool:
        if not self._pages or not (self._ways.items or self._pages[-1].place in self._ways.listed):
            return False
        found = _item(line)
        if not found:
            return False
        style = re.sub(r"[0-9]+", "", found.group())
        if not _is_item(line, found) and not (self._pages[-1].panels and style == self._style):
            return False
        panels = self._pages[-1].panels
        before = (panels[-1].last or panels[-1].number or len(panels)) if panels else 0
        if int(found["number"]) != before + 1:
            return False
        self._style = style
        return True

    def _other_mark(self, line: Line, text: str, key: str | None) -> bool:
        low = folded(text[:120])
        short = len(text) < 80
        back = bool(self._pages) and _BACK_MATTER.fullmatch(trimmed(low)) is not None
        if line.level and line.level == self._ways.chapters and not (_is_section(line) or back):
            self._skipping = False
            self._chapter(line, "", text, key)
            return True
        if (
            short
            and is_cover(text)
            and (line.apart or text.isupper() or line.gap)
            and not line.bullet
        ):
            self._skipping = False
            self._page(
                PageLines(
                    line.place,
                    trimmed(text).split(":")[0],
                    title=trimmed(text),
                    splash=True,
                    key=key,
                )
            )
            self._begun = True
            return True
        if (
            self._pages
            and not self._is_fresh
            and (found := _INSET.match(trimmed(low)))
            and (line.apart or trimmed(text)[:5].isupper() or ":" in text[:20])
        ):
            bare = trimmed(text)
            rest = text[text.index(bare) + found.end() :].lstrip(" :.-–—)]").rstrip(" )]*#")
            self._panel(
                PanelLines(
                    line.place, _label(trimmed(text), found) or "inset", None, None, rest, key
                )
            )
            return True
        if not self._pages and line.gap and (found := _SPLASH_START.match(trimmed(low))):
            bare = trimmed(text)
            rest = text[text.index(bare) + found.end() :].lstrip(" .:–—-")
            self._page(PageLines(line.place, splash=True, key=key))
            self._pages[-1].lines += [line._replace(text=rest)] if rest else []
            return True
        if short and self._is_lone_splash(line, low):
            self._page(
                PageLines(
                    line.place,
                    "",
                    title=trimmed(text),
                    splash=True,
                    double=any(word in low for word in _DOUBLE),
                    key=key,
                )
            )
            return True
        if (
            line.level
            and self._pages
            and line.level <= max(self._ways.page_level, 2)
            and not _is_section(line)
        ):
            bare = trimmed(low)
            if _BACK_MATTER.fullmatch(bare) or bare in _CAST_LISTS:
                self._skipping = True
                self._notes.append(
                    f"Passed over: the part “{trimmed(text)[:60]}” (line {line.place.line})"
                )
                return True
        if (
            line.level
            and self._pages
            and _BACK_MATTER.fullmatch(trimmed(low))
            and self._is_at_end(line)
        ):
            self._skipping = True
            return True
        return False

    @property
    def _is_fresh(self) -> bool:
        """Whether nothing is told yet of the last panel, so that `Inset` says what it is."""
        last = self._last_panel
        return (
            last is not None
            and not last.rest
            and not last.lines
            and self._pages[-1].panels[-1:] == [last]
        )

    def _is_at_end(self, line: Line) -> bool:
        return bool(self._ways.page_level) and line.level <= self._ways.page_level

    def _is_lone_splash(self, line: Line, low: str) -> bool:
        """Whether a line begins a page of one picture that has no number."""
        if not self._pages or not (line.apart or line.text.isupper()):
            return False
        bare = trimmed(low)
        page = self._pages[-1]
        return bool(page.panels) and bare in _LONE_SPLASH

    def _rule(self, line: Line) -> None:
        if self._ways.rules and not line.fed and self._pages and self._pages[-1].panels:
            self._page(PageLines(line.place, told=False))
        self._skipping = self._skipping and not line.fed

    def _keep(self, line: Line) -> None:
        chapter = self._chapter_or_none()
        if chapter is None:
            self._made.front.append(line)
        elif not chapter.pages:
            chapter.lines.append(line)
        elif not chapter.pages[-1].panels:
            page = chapter.pages[-1]
            page.lines.append(line)
            self._look_at(page, line)
        else:
            chapter.pages[-1].panels[-1].lines.append(line)
        if place := place_of(line.text):
            self._setting = place

    def _look_at(self, page: PageLines, line: Line) -> None:
        """A page's own lines may say that it is one picture, or over how many pages it goes."""
        low = folded(line.text[:160])
        if len(page.lines) <= 2 and any(word in low for word in _SPLASH):
            page.splash = True
            page.double = page.double or any(word in low for word in _DOUBLE)
        if page.count is None and len(line.text) < 60:
            page.count = _count(low)

    # -- what begins

    def _begin(self, line: Line, mark: PartMark, rest: str, key: str | None) -> None:
        self._begun = True
        if mark.level == Level.CHAPTER:
            self._begin_chapter(line, mark, rest, key)
        elif mark.level == Level.PAGE:
            self._begin_page(line, mark, rest, key)
        else:
            self._begin_panel(line, mark, rest, key)

    def _begin_chapter(self, line: Line, mark: PartMark, rest: str, key: str | None) -> None:
        chapter = self._chapter_or_none()
        label = mark.label or mark.title
        if (
            chapter
            and chapter.label
            and folded(chapter.label) == folded(label)
            and not rest
            and chapter.pages
        ):
            return
        self._chapter(line, label, rest or mark.title, key)

    def _begin_page(self, line: Line, mark: PartMark, rest: str, key: str | None) -> None:
        low = folded(rest)
        page = PageLines(line.place, mark.label, mark.number, mark.last, _title(rest), key)
        if self._ways.totals and "/" in mark.label:
            mark = replace(mark, label=mark.label.split("/")[0].strip(), last=None)
            page = replace(page, label=mark.label, last=None)
        page.double = (
            mark.last is not None and mark.number is not None and mark.last == mark.number + 1
        )
        told = folded(line.text[:120])
        page.double = page.double or any(word in told for word in _DOUBLE)
        page.splash = any(word in told for word in _SPLASH) or page.double
        page.count = _count(low)
        chapter = self._chapter_or_none()
        last = chapter.pages[-1] if chapter and chapter.pages else None
        if (
            last
            and last.told
            and mark.number is not None
            and last.number == mark.number
            and last.label == mark.label
        ) and (_is_continued(low) or (not rest and self._is_compound)):
            return
        self._page(page)

    _is_compound = False

    def _begin_panel(self, line: Line, mark: PartMark, rest: str, key: str | None) -> None:
        ways = self._ways
        cut = is_cut(rest)
        if (part := _PART.match(rest)) and (told := _part(part)):
            if not self._goes_on(mark):
                self._panel(PanelLines(line.place, mark.label, mark.number, mark.last, "", key))
            self._keep(line._replace(text=told, label="", strong=False, level=0, gap=True))
            return
        rest = _CONTINUED.sub("", rest)
        if (
            _is_continued(folded(rest))
            and self._last_panel
            and self._last_panel.number == mark.number
        ):
            return
        if ways.restarts and mark.number == 1 and self._pages and self._pages[-1].panels:
            last = self._pages[-1].panels[-1]
            if last.number != 1 or mark.label != last.label:
                self._page(PageLines(line.place, told=False))
        self._panel(PanelLines(line.place, mark.label, mark.number, mark.last, rest, key, cut=cut))

    def _goes_on(self, mark: PartMark) -> bool:
        """Whether a mark is that of the last panel once more."""
        last = self._pages[-1].panels[-1] if self._pages and self._pages[-1].panels else None
        return last is not None and mark.number is not None and last.label == mark.label

    def _chapter(self, line: Line, label: str, title: str, key: str | None) -> None:
        self._made.chapters.append(ChapterLines(line.place, label, title, key))
        self._begun = True
        self._setting = ""

    def _chapter_or_none(self) -> ChapterLines | None:
        return self._made.chapters[-1] if self._made.chapters else None

    def _page_of(self, line: Line, number: int, label: str) -> None:
        chapter = self._chapter_or_none()
        if not (chapter and chapter.pages and chapter.pages[-1].number == number):
            self._page(PageLines(line.place, label, number))

    def _page(self, page: PageLines) -> None:
        if not self._made.chapters:
            self._made.chapters.append(ChapterLines(page.place))
        self._made.chapters[-1].pages.append(page)
        self._pages.append(page)
        self._begun = True

    def _panel(self, panel: PanelLines) -> None:
        if not self._made.chapters or not self._made.chapters[-1].pages:
            self._page(PageLines(panel.place, told=False))
        if sized := _SIZED.match(panel.rest):
            panel.rest = panel.rest[sized.end() :] if _is_size(sized["inner"]) else panel.rest
        panel.setting = self._setting
        self._skipping = self._ended = False
        self._made.chapters[-1].pages[-1].panels.append(panel)
        self._last_panel = panel


def _is_told(line: Line) -> bool:
    """Whether a line behind the end is prose, and no lettering of the last panel."""
    return line.gap and cue_of(line.text, ()).kind not in {
        LineKind.BALLOON,
        LineKind.CAPTION,
        LineKind.EFFECT,
    }


def _label(text: str, found: re.Match[str]) -> str:
    """A group of a match in a folded text, as it was written."""
    return text[found.start("label") : found.end("label")] if found["label"] else ""


_PART = re.compile(
    r"(?:[(（\[]\s?(?P<inner>[^()（）\[\]]{1,40})\s?[)）\]]|(?P<word>[^\W\d_]{1,16})(?:\s?[(（](?P<owner>[^()（）]{1,40})[)）])?)"
    r"\s?[:：]\s{0,3}(?P<text>\S.*)",
    re.DOTALL,
)
"""What a mark with a part of its panel says: `Panel 1 (Dialogue - Rin): …`."""


_SIZED = re.compile(
    r"[(（\[［【]\s?(?P<inner>[^()（）\[\]［］【】]{1,40}?)\s?[)）\]］】]"
    r"(?:\s{0,3}(?:[:：.]|[-–—](?=\s))\s{0,3}|\s{0,3}$)"
)
"""What may tell how large a panel is, between its mark and what it shows."""

_SIZES = {folded(word) for word in vocabulary.SIZES}
_SIZE_WORDS = {folded(word) for word in vocabulary.SIZE_WORDS}


def _is_size(text: str) -> bool:
    """Whether words say no more than how large a panel is, as `half page` does."""
    low = folded(text).strip()
    words = re.findall(r"[^\W\d_]+|[0-9]+", low)
    sized = {*_SIZES, *_SPLASH, *_DOUBLE}
    if low in sized or re.fullmatch(r"1/[2-9]|[23]/[3-5]|[½⅓¼⅔¾]|[0-9]{1,3} ?%", low):
        return True
    return all(word in _SIZE_WORDS or word in sized or word.isdigit() for word in words) and any(
        word in _SIZES or USUAL.by_word.get(word) in {Level.PAGE, Level.PANEL} for word in words
    )


_PICTURES = {*SCENES, *SHOTS}
"""Words for the picture itself, as `Panel 1 (Scene)`."""


def _part(found: re.Match[str]) -> str:
    """A part of a panel as a line of its own; empty where it is none."""
    word, owner = found["word"], found["owner"]
    if found["inner"]:
        word, _, owner = (each.strip() for each in _split_part(found["inner"]))
    if folded(word) in _PICTURES:
        return found["text"]
    kind = cue_of(f"{word}: x", ())
    if kind.kind == LineKind.BALLOON or (kind.kind == LineKind.ACTION and not kind.field):
        return ""
    return f"{word} ({owner}): {found['text']}" if owner else f"{word}: {found['text']}"


def _split_part(text: str) -> tuple[str, str, str]:
    parts = re.split(r"(\s?[-–—:：/,]\s?)", text, maxsplit=1)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (text, "", "")


def _last(found: re.Match[str]) -> int | None:
    """The end of a range of numbers in a list."""
    last = found["last"]
    return int(last) if last and int(last) > int(found["number"]) else None


def _is_continued(low: str) -> bool:
    return bool(
        re.match(
            r"\W{0,3}(?:cont(?:inued|'d|\.|d|’d)?|suite|fortsetzung|cont\.|continuacion|続き)\b",
            low[:30],
        )
    )


def is_cut(rest: str) -> bool:
    """Whether the words behind a mark say that the panel was cut."""
    words = trimmed(folded(rest[:60])).split()
    if not words or words[0].strip(":.,-–—()[]") not in _CUT:
        return False
    # "cut to", "cut away", "cut glass" are no cuts
    return len(words) == 1 or words[0].strip(":.,-–—()[]") != "cut" or words[1] in _CUT_WHERE


_CUT_WHERE = {"from", "for", "by", "per", "after", "(see", "-", "–", "—", "entirely", "due"}


def _title(rest: str) -> str:
    """What a page is called, without what is said of its panels and its size."""
    low = folded(rest)
    if _count(low) is not None and len(low) < 24:
        return ""
    bare = re.sub(r"\b(?:page|spread|splash|double|full|two|panel|panels)\b", "", low)
    for word in _SPLASH:
        bare = bare.replace(word, "")
    if any(word in low for word in _SPLASH) and not any(each.isalnum() for each in bare):
        return ""
    return rest


def _count(low: str) -> int | None:
    """How many panels a heading tells of, as in `(5 panels)`."""
    for found in _COUNT.finditer(low[:160]):
        text = found.group(1)
        value = value_of(text) if text else None
        if value is None and (number := number_at(text, 0)) and number.end == len(text):
            value = number.first
        if value is not None:
            return value
    return None


def joined_compound(outline: Outline) -> Outline:
    """The outline, in which pages of one number that follow each other are one."""
    for chapter in outline.chapters:
        pages = list[PageLines]()
        for page in chapter.pages:
            last = pages[-1] if pages else None
            if (
                last
                and last.label
                and last.label == page.label
                and page.panels
                and last.panels
                and not page.lines
                and not page.title
                and page.panels[0].number != last.panels[0].number
                and page.place == page.panels[0].place
            ):
                last.panels += page.panels
            else:
                pages.append(replace(page))
        chapter.pages = pages
    return outline
