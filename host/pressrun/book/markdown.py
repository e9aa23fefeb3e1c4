"""Scripts in the book's Markdown: headings are chapters, pages and panels, paragraphs the action.

What a heading is, its word says (`Page 12`, `Seite 12`), or else its level. Only blocks are parsed;
what stands within a line is looked at where it has marks at all.
"""

import re
from collections.abc import Collection
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pressrun.book import words
from pressrun.book.builder import Builder, PagePart, PanelPart, Part
from pressrun.book.defects import FileDefects, listed
from pressrun.book.nearest import nearest
from pressrun.scripts.script import Lettering, ScriptChapter
from pressrun.texts.faults import Place

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_NOTE = re.compile(r"\[\[.*?\]\]", re.DOTALL)
_FRONT = re.compile(r"\ufeff?---[ \t]*\n(?:(?!---[ \t]*\n).*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_KEY = re.compile(r"\s*\{:?\s*#([^{}]*)\}\s*$")
_MARKS = frozenset("*_`[]<>&\\!~")
_FIELD = re.compile(r"([^\W\d_][\w -]{0,24}?)\s*:\s*(.*)", re.DOTALL)
ENDINGS = frozenset({".md", ".markdown"})

_OWN_LINE = 3
"""The deepest heading that is a part of the book."""


def read(text: str, names: Collection[str], defects: FileDefects) -> list[ScriptChapter]:
    """The chapters in a text.

    Args:
        text: with plain line ends.
        names: who may speak besides names in capitals, as `nearest.folded`.
        defects: of the file.
    """
    front = _FRONT.match(text)
    if front:
        defects.warn(1, "the lines between --- at the top are not read")
    hidden = [_COMMENT, _NOTE] if "<!--" in text or "[[" in text else []
    text = _blanked(text[: front.end()]) + text[front.end() :] if front else text
    for pattern in hidden:
        text = pattern.sub(lambda found: _blanked(found.group()), text)
    reader = _Reader(frozenset(names), defects)
    reader.read(_parser().parse(text))
    return reader.builder.chapters


def _blanked(text: str) -> str:
    """A text's lines, empty: what stands below keeps its line."""
    return "\n" * text.count("\n")


@cache
def _parser() -> "_Blocks":
    return _Blocks()


class _Blocks:
    """Markdown's blocks, without what stands in their lines.

    Indented code, HTML and definitions of links are paragraphs: an author who indents a paragraph
    means no program.
    """

    def __init__(self) -> None:
        self._markdown = MarkdownIt("commonmark")
        self._markdown.disable(["code", "html_block", "reference", "inline", "text_join"])
        self._lines = MarkdownIt("commonmark").disable(["html_inline"])

    def parse(self, text: str) -> list[Token]:
        """The blocks of a text."""
        return self._markdown.parse(text)

    def plain(self, line: str) -> str:
        """A line without the marks of emphasis, links and escapes."""
        if _MARKS.isdisjoint(line):
            return line
        told = list[str]()
        for token in self._lines.parseInline(line)[0].children or ():
            if token.type in ("text", "code_inline"):
                told.append(token.content)
            elif token.type in ("softbreak", "hardbreak"):
                told.append("\n")
        return "".join(told)


class _Reader:
    """Takes blocks in their order."""

    def __init__(self, names: frozenset[str], defects: FileDefects) -> None:
        self.builder = Builder()
        self._names = names
        self._defects = defects
        self._stray = False
        """Text that belongs to no panel was told, here."""

    def read(self, tokens: list[Token]) -> None:
        """Take every block of a file."""
        in_list = 0
        for at, token in enumerate(tokens):
            line = (token.map or [0])[0] + 1
            match token.type:
                case "heading_open":
                    self._heading(int(token.tag[1]), tokens[at + 1], setext=token.markup in "=-")
                case "list_item_open":
                    in_list += 1
                case "list_item_close":
                    in_list -= 1
                case "inline" if tokens[at - 1].type == "paragraph_open":
                    self._paragraph(line, token.content, bullet=in_list > 0)
                case "fence":
                    self._defects.warn(line, "the lines between ``` are not read")
        self.builder.end()

    def _heading(self, level: int, token: Token, *, setext: bool) -> None:
        line = (token.map or [0])[0] + 1
        raw, key = token.content, None
        if found := _KEY.search(raw):
            raw, key = raw[: found.start()], found[1].strip()
        text = " ".join(_parser().plain(raw).split())
        mark = words.mark_of(text)
        if setext and level > 1 and mark is None:
            self._paragraph(line, token.content, bullet=False)  # a rule below a paragraph
            return
        kind = mark.kind if mark else None
        if mark is not None and mark.kind == "chapter" and level >= _OWN_LINE:
            kind = None
        if kind is None:
            kind = {1: "chapter", 2: "page", _OWN_LINE: "panel"}.get(level)
            mark = words.Mark(kind or "", "", text)
        if kind is None or mark is None:
            self._defects.warn(line, f"a heading of level {level} is not read: {text[:40]!r}")
            return
        self._stray = False
        place = Place(line)
        if kind == "chapter":
            title = mark.rest or ("" if mark.label else text)
            self.builder.begin_chapter(Part(place, mark.label, title, key))
        elif kind == "page":
            self.builder.begin_page(
                PagePart(
                    place,
                    mark.label,
                    mark.rest,
                    key,
                    double=mark.double,
                    splash=words.is_splash(mark.rest),
                )
            )
        else:
            self.builder.begin_panel(PanelPart(place, mark.label, "", key))
            self._mark_of_panel(line, mark.rest)

    def _mark_of_panel(self, line: int, rest: str) -> None:
        """What stands behind the number of a panel is its action; a remark in brackets is none."""
        panel = self.builder.panel
        if not rest or panel is None:
            return
        if rest.startswith("(") and rest.endswith(")"):
            self._defects.warn(
                line, f"{rest[:40]!r} is not read; a field says it, such as 'format: wide'"
            )
        else:
            panel.action.append(rest)

    def _paragraph(self, line: int, content: str, *, bullet: bool) -> None:
        lines = [(line + at, each.strip()) for at, each in enumerate(content.split("\n"))]
        if bullet and (found := _FIELD.fullmatch(" ".join(each for _, each in lines))):
            if self._field(line, found[1], found[2], bullet=True):
                return
        told, spoken = list[str](), _Spoken()
        for number, raw in lines:
            text = " ".join(_parser().plain(raw).split())
            if not text:
                continue
            if (found := _FIELD.fullmatch(text)) and self._field(
                number, found[1], found[2], bullet=False
            ):
                spoken.end(self._lettering())
                continue
            if mark := words.speech_of(text, self._names):
                spoken.end(self._lettering())
                if mark.note:
                    spoken = _Spoken(skips=True)
                    continue
                spoken = _Spoken(mark, [mark.text] if mark.text else [])
            elif spoken.is_open:
                spoken.lines.append(text)
            else:
                if self.builder.panel is None:
                    self._outside(number, text)
                told.append(text)
        spoken.end(self._lettering())
        if told and self.builder.panel is not None:
            self.builder.panel.action.append(" ".join(told))

    def _lettering(self) -> list[Lettering]:
        panel = self.builder.panel
        return panel.lettering if panel is not None else []

    def _outside(self, line: int, text: str) -> None:
        """Text that stands in no panel: it begins one on a splash page, and is told elsewhere."""
        page = self.builder.page
        if page is not None and page.splash and not page.panels:
            self.builder.begin_panel(PanelPart(Place(line)))
            return
        if self._stray:
            return
        self._stray = True
        if page is not None:
            if not page.panels:
                return  # a page without panels is told as that
        where = "the heading of its panel" if page else "the first panel"
        self._defects.warn(line, f"not read, as it stands before {where}: {text[:40]!r}")

    def _field(self, line: int, name: str, value: str, *, bullet: bool) -> bool:
        """Take a field; whether it is one, right or wrong."""
        plain = " ".join(name.casefold().split())
        value = " ".join(_parser().plain(value).split())
        if plain in words.NOTES:
            return bullet or name.islower()
        field = plain if plain in words.FIELDS else words.ALIASES.get(plain) if bullet else None
        if field is None:
            if words.speech_of(f"{name}: {value}", self._names):
                return False
            near = words.ALIASES.get(plain) or nearest(plain, words.FIELDS)
            if not name[0].islower() or not (near or bullet) or len(name.split()) > 2:  # noqa: PLR2004 - a name
                return False
            hint = f"did you mean {near!r}?" if near else f"fields are {listed(words.FIELDS, 20)}"
            self._defects.fault(line, f"there is no field {name!r}; {hint}")
            return True
        part = self.builder.part
        if part is None:
            self._defects.fault(line, f"{name!r} stands before the first heading")
            return True
        if field == "key":
            if self.builder.panel is None:
                self._defects.fault(line, "only a panel has a field 'key'; others take {#key}")
            part.key = value
        elif field in part.fields and field in words.LISTS:
            part.fields[field] = f"{part.fields[field]}, {value}"
        elif field in part.fields:
            self._defects.fault(
                line,
                f"{field!r} is there twice: also on line {part.places[field].line}",
            )
        else:
            part.fields[field] = value
            part.places[field] = Place(line)
        return True


class _Spoken:
    """A balloon, a caption or an effect whose lines are being read."""

    def __init__(
        self,
        mark: words.Speech | None = None,
        lines: list[str] | None = None,
        *,
        skips: bool = False,
    ) -> None:
        self.mark = mark
        self.lines = lines or []
        self._skips = skips

    @property
    def is_open(self) -> bool:
        """Whether further lines belong to it."""
        return self.mark is not None or self._skips

    def end(self, into: list[Lettering]) -> None:
        """Keep it."""
        if self.mark is not None and self.lines:
            mark, text = self.mark, " ".join(self.lines)
            into.append(Lettering(mark.voice, text, mark.speakers, mark.manner))
        self.mark, self.lines, self._skips = None, [], False
