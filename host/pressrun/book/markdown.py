"""Scripts in the book's Markdown: headings are chapters, pages and panels, paragraphs the action.

What a heading is, its word says (`Page 12`, `Seite 12`), or else its level. Only blocks are parsed;
what stands within a line is looked at where it has marks at all.
"""

import re
from collections.abc import Collection, Iterable
from itertools import islice

from pressrun.book import words
from pressrun.book.blocks import Block, blocks, plain
from pressrun.book.builder import Builder, Draft, PageDraft, PanelDraft
from pressrun.book.defects import FileDefects, listed
from pressrun.book.nearest import nearest
from pressrun.scripts.script import Lettering, ScriptChapter
from pressrun.texts.faults import Place

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
"""Control characters, but those that part words or lines in some program."""

_MOST_CONTROLS = 20

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_NOTE = re.compile(r"\[\[[^\[\]]*\]\]")
_FRONT = re.compile(
    r"\ufeff?---[ \t]*\n(?=\s*[A-Za-z][\w -]*:)"
    r"(?:(?!---|\.\.\.|#+ ).*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_FIELD = re.compile(r"([^\W\d_][\w -]{0,24}?)\s*:\s*(.*)", re.DOTALL)
ENDINGS = frozenset({".md", ".markdown"})

_SHORT = 40
_OWN_LINE = 3
"""The deepest heading that is a part of the book."""


def read(text: str, names: Collection[str], defects: FileDefects) -> list[ScriptChapter]:
    """The chapters in a text.

    Args:
        text: with plain line ends.
        names: who may speak besides names in capitals, as `nearest.folded`.
        defects: of the file.
    """
    for control in islice(_CONTROL.finditer(text), _MOST_CONTROLS):
        line = _line_of(text, control.start())
        defects.fault(line, f"the control character U+{ord(control[0]):04X} is in this line")
    if front := _FRONT.match(text):
        defects.warn(1, "the lines between --- at the top are not read")
        text = _blanked(front.group()) + text[front.end() :]
    for found in _COMMENT.finditer(text):
        if not found.group().endswith("-->"):
            line = _line_of(text, found.start())
            defects.fault(line, "this comment is not closed: --> is missing")
    for pattern in (_COMMENT, _NOTE):
        text = pattern.sub(lambda found: _blanked(found.group()), text)
    reader = _Reader(frozenset(names), defects)
    reader.read(blocks(text))
    return reader.builder.chapters


def _line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _blanked(text: str) -> str:
    """A text's lines, empty: what stands below keeps its line."""
    return "\n" * text.count("\n")


class _Reader:
    """Takes blocks in their order."""

    def __init__(self, names: frozenset[str], defects: FileDefects) -> None:
        self.builder = Builder()
        self._names = names
        self._defects = defects
        self._stray = False
        """Text that belongs to no panel was told, here."""

    def read(self, found: Iterable[Block]) -> None:
        """Take every block of a file."""
        for block in found:
            if block.code:
                self._defects.warn(block.line, "the lines between ``` are not read")
            elif block.level:
                self._heading(block)
            else:
                self._paragraph(block)
        self.builder.end()

    def _heading(self, block: Block) -> None:
        line, level, raw, key = block.line, block.level, block.content, None
        if raw.endswith("}"):
            rest, _, mark_of_key = raw.rpartition("{")
            if mark_of_key.lstrip(": ").startswith("#"):
                raw, key = rest, mark_of_key[:-1].lstrip(": #").strip()
                if rest.rstrip().endswith("}") and "{#" in rest:
                    self._defects.fault(line, "a heading takes one key; leave out the other")
        text = plain(raw)
        mark = words.mark_of(text)
        if block.ruled and level > 1 and mark is None:
            self._paragraph(block)  # a rule stands below a paragraph
            return
        kind = mark.kind if mark else None
        if mark is not None and mark.kind == "chapter" and level >= _OWN_LINE:
            kind = None
        if kind is None:
            kind = {1: "chapter", 2: "page", _OWN_LINE: "panel"}.get(level)
            mark = words.HeadingMark(kind or "", "", text)
        if kind is None or mark is None:
            self._defects.warn(line, f"a heading of level {level} is not read: {text[:40]!r}")
            return
        self._stray = False
        place = Place(line)
        if kind == "chapter":
            title = mark.rest or text
            self.builder.begin_chapter(Draft(place, mark.label, title, key))
        elif kind == "page":
            self.builder.begin_page(
                PageDraft(
                    place,
                    mark.label,
                    mark.rest,
                    key,
                    double=mark.double,
                    splash=words.is_splash(mark.rest),
                )
            )
        else:
            self.builder.begin_panel(PanelDraft(place, mark.label, "", key))
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

    def _paragraph(self, block: Block) -> None:
        if self._is_heading(block):
            self._heading(block._replace(level=_OWN_LINE + 1))
            return
        if block.bullet and self._is_field(
            block.line, " ".join(block.content.split("\n")), bullet=True
        ):
            return
        told, spoken = list[str](), _Spoken()
        for line, raw in enumerate(block.content.split("\n"), start=block.line):
            text = self._plain(line, raw)
            if not text:
                continue
            if "\\:" in raw and not spoken.is_open:  # a colon that its author marks as one
                self._check_inside(line, text)
                told.append(text)
            elif self._is_field(line, text):
                spoken.end(self._lettering())
            elif mark := words.speech_of(text, self._names):
                spoken.end(self._lettering())
                spoken = _Spoken(mark)
                self._check_inside(line, text)
            elif spoken.is_open:
                spoken.lines.append(text)
            else:
                self._check_inside(line, text)
                told.append(text)
        spoken.end(self._lettering())
        if told and self.builder.panel is not None:
            self.builder.panel.action.append(" ".join(told))

    def _plain(self, line: int, raw: str) -> str:
        if "![" in raw:
            hint = "a field sends them, such as 'references: references/coat.png'"
            self._defects.warn(line, f"pictures in the text are not sent; {hint}")
        return plain(raw)

    def _is_field(self, line: int, text: str, *, bullet: bool = False) -> bool:
        """Whether a text is a field, right or wrong; then it is taken."""
        found = _FIELD.fullmatch(text) if ":" in text else None
        return found is not None and self._field(line, *found.groups(), bullet=bullet)

    def _is_heading(self, block: Block) -> bool:
        """Whether a line of its own is `Page 12` or `Panel 3` without the mark of a heading."""
        if block.bullet or len(block.content) > _SHORT or "\n" in block.content:
            return False
        mark = words.mark_of(plain(block.content))
        return mark is not None and mark.kind != "chapter" and bool(mark.label) and not mark.rest

    def _lettering(self) -> list[Lettering]:
        panel = self.builder.panel
        return panel.lettering if panel is not None else []

    def _check_inside(self, line: int, text: str) -> None:
        """Text that stands in no panel begins one on a splash page, and is told elsewhere."""
        if self.builder.panel is not None:
            return
        page = self.builder.page
        if page is not None and page.splash and not page.panels:
            self.builder.begin_panel(PanelDraft(Place(line)))
            return
        if self._stray:
            return
        self._stray = True
        if page is not None and not page.panels:
            return  # a page without panels is told as that
        where = "the heading of its panel" if page else "the first panel"
        self._defects.warn(line, f"not read, as it stands before {where}: {text[:40]!r}")

    def _field(self, line: int, name: str, value: str, *, bullet: bool) -> bool:
        """Take a field; whether it is one, right or wrong."""
        named, value = " ".join(name.casefold().split()), words.said(plain(value))
        if named in words.NOTES:
            return bullet or name.islower()
        field = named if named in words.FIELDS else words.ALIASES.get(named) if bullet else None
        if field is None:
            if words.speech_of(f"{name}: {value}", self._names):
                return False
            may_be = name[0].islower() and len(name.split()) <= 2  # noqa: PLR2004 - else a name
            near = (words.ALIASES.get(named) or nearest(named, words.FIELDS)) if may_be else None
            if not may_be or not (near or bullet):
                return False
            hint = f"did you mean {near!r}?" if near else f"fields are {listed(words.FIELDS, 20)}"
            self._defects.fault(line, f"there is no field {name!r}; {hint}")
            return True
        part = self.builder.part
        if part is None:
            self._defects.fault(line, f"{name!r} stands before the first heading")
            return True
        if field == "key":
            self._key(line, part, value)
        elif field in part.fields and field in words.LISTS:
            if len(part.fields[field]) <= words.FIELD_CHARS:  # a longer one is refused
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

    def _key(self, line: int, part: Draft, key: str) -> None:
        if self.builder.panel is None:
            self._defects.fault(line, "only a panel has a field 'key'; others take {#key}")
        elif part.key and part.key != key:
            text = f"the panel has the key {part.key[:_SHORT]!r} already; leave out one"
            self._defects.fault(line, text)
        part.key = key


class _Spoken:
    """A balloon, a caption or an effect whose lines are being read."""

    def __init__(self, mark: words.Utterance | None = None) -> None:
        self.lines = [mark.text] if mark and mark.text else []
        self._mark = mark

    @property
    def is_open(self) -> bool:
        """Whether further lines belong to it."""
        return self._mark is not None

    def end(self, into: list[Lettering]) -> None:
        """Keep it, unless it is a remark."""
        mark, text = self._mark, " ".join(self.lines)
        if mark is not None and text and not mark.note:
            into.append(Lettering(mark.voice, text, mark.speakers, mark.manner))
        self._mark, self.lines = None, []
