"""Storyboards in JSON: objects of chapters, pages and panels in many shapes."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pressrun.scripts.facts import (
    DEPTH,
    TITLES,
    FactRole,
    Gathered,
    Value,
    gather,
    label_of,
    role_of,
    texts_of,
)
from pressrun.scripts.habits import Habits
from pressrun.scripts.marks import Level, heading_of
from pressrun.scripts.numbers import number_at
from pressrun.scripts.script import Script, ScriptChapter, ScriptPage, ScriptPanel
from pressrun.scripts.vocabulary import folded
from pressrun.texts.faults import Place
from pressrun.texts.intake import Intake

_SPLASH = re.compile(
    r"splash|full.?page|spread|見開き|pleine page|ganzseit|pagina completa|pin.?up|double|single"
)
_DOUBLE = re.compile(r"double|spread|見開き|doble|doppel|two.page")
_CHILDREN = frozenset(
    {FactRole.CHAPTER, FactRole.PAGE, FactRole.PANEL, FactRole.SCENE, FactRole.SHOT}
)
_TELLING = frozenset(
    {
        *(
            FactRole.ACTION,
            FactRole.DIALOGUE,
            FactRole.CAPTION,
            FactRole.EFFECT,
            FactRole.PROMPT,
            FactRole.TEXT,
        ),
        *(FactRole.LETTERING, FactRole.DIRECTION),
    }
)


@dataclass
class PageBox:
    """A page as its panels come."""

    place: Place
    label: str = ""
    title: str = ""
    double: bool = False
    key: str | None = None
    panels: list[ScriptPanel] = field(default_factory=list)
    told: bool = True


@dataclass
class ChapterBox:
    """A chapter as its pages come."""

    place: Place
    label: str = ""
    title: str = ""
    key: str | None = None
    pages: list[PageBox] = field(default_factory=list)

    @classmethod
    def named(cls, place: Place, name: str) -> "ChapterBox":
        """A chapter by its number or its title."""
        return cls(place, name) if name.isdigit() else cls(place, title=name)


class Boxes:
    """Chapters, pages and panels as they come, in order."""

    def __init__(self) -> None:
        self.chapters = list[ChapterBox]()
        self.untold = list[str]()
        """Pages that tell something and have no panel."""

    def chapter(self, box: ChapterBox) -> None:
        """Begin a chapter."""
        self.chapters.append(box)

    def is_in(self, name: str) -> bool:
        """Whether the last chapter has this number or title."""
        return bool(self.chapters) and name in {self.chapters[-1].label, self.chapters[-1].title}

    def page(self, box: PageBox) -> None:
        """Begin a page."""
        if not self.chapters:
            self.chapters.append(ChapterBox(box.place))
        self.chapters[-1].pages.append(box)

    def panel(self, panel: ScriptPanel) -> None:
        """Add a panel to the last page."""
        if not self.chapters or not self.chapters[-1].pages:
            self.page(PageBox(panel.place, told=False))
        self.chapters[-1].pages[-1].panels.append(panel)

    @property
    def last(self) -> PageBox | None:
        """The last page of the last chapter."""
        return self.chapters[-1].pages[-1] if self.chapters and self.chapters[-1].pages else None

    def script(self, title: str, author: str, cast: Sequence[str], notes: Sequence[str]) -> Script:
        """All of it; a question where nothing is a panel."""
        panels = sum(len(page.panels) for chapter in self.chapters for page in chapter.pages)
        question = ""
        if self.untold:
            told = ", ".join(self.untold[:5])
            question = f"Where do the panels begin on page {told}? It is told without panels"
        elif not panels:
            question = (
                "Which of its parts are panels? Nothing in the file is called a page or a panel"
            )
        if question:
            return Script((), title, author, tuple(cast), tuple(notes), question)
        chapters = tuple(
            ScriptChapter(
                each.place,
                tuple(
                    ScriptPage(
                        page.place,
                        tuple(page.panels),
                        page.label,
                        page.title,
                        page.double,
                        page.key,
                    )
                    for page in each.pages
                ),
                each.title,
                each.label,
                each.key,
            )
            for each in self.chapters
            if each.pages
        )
        return Script(chapters, title, author, tuple(cast), tuple(notes))


def is_storyboard(text: str) -> bool:
    """Whether a text is JSON, as far as its beginning says."""
    return text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["} and bool(
        re.match(r"\s*(?:\{\s*(?:\"|\})|\[\s*(?:\{|\[|\"|\]))", text.lstrip("\ufeff")[:10_000])
    )


def script_of(intake: Intake, text: str) -> Script:
    """Read a storyboard, or lines of JSON with a panel each.

    Raises:
        BadInputError: it is no JSON.
    """
    values = _retyped(_values(intake, text.lstrip("\ufeff")))
    notes = list[str]()
    reader = _Reader(notes)
    reader.read(values)
    if reader.notes_passed:
        notes.append(f"Passed over: notes to people ({reader.notes_passed:,})")
    return reader.boxes.script(reader.title, reader.author, reader.cast, notes)


def _values(intake: Intake, text: str) -> Value:
    try:
        return json.loads(text)  # type: ignore[no-any-return] # it is what `Value` says
    except RecursionError as error:
        raise intake.faults.whole("the JSON is nested too deeply") from error
    except ValueError as error:
        lines = [(at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
        try:
            return [json.loads(line) for _, line in lines]
        except (ValueError, RecursionError):
            pass
        place = Place(getattr(error, "lineno", 1), getattr(error, "colno", 1))
        raise intake.faults.at(
            place, f"the JSON is not valid: {getattr(error, 'msg', error)}"
        ) from error


def _retyped(value: Value, depth: int = 0) -> Value:
    """A storyboard in which lists of objects that say what they are bear the name of it."""
    if depth > DEPTH:
        return value
    if isinstance(value, Mapping):
        made = dict[str, Value]()
        for name, each in value.items():
            inner = _retyped(each, depth + 1)
            kind = _kind(inner) if isinstance(inner, list) else None
            if kind and role_of(name)[0] not in _CHILDREN:
                made[f"{kind.value}s"] = inner
            elif isinstance(inner, list) and role_of(name)[0] in {
                FactRole.OTHER,
                FactRole.TEXT,
                FactRole.LETTERING,
            }:
                drawn = [one for one in inner if _typed(one) == FactRole.ACTION]
                lettered = [
                    one for one in inner if _typed(one) not in {FactRole.ACTION, FactRole.NOTE}
                ]
                if drawn:
                    made["description"] = [
                        text for one in drawn for text in texts_of(_untyped(one))
                    ]
                made["lettering" if drawn else name] = lettered if drawn else inner
            else:
                made[name] = inner
        return made
    if isinstance(value, list):
        return [_retyped(each, depth + 1) for each in value]
    return value


def _typed(value: Value) -> FactRole | None:
    """What an object says it is."""
    if not isinstance(value, Mapping):
        return None
    kind = next((value[name] for name in ("type", "kind", "element", "tag") if name in value), None)
    return role_of(kind)[0] if isinstance(kind, str) else None


def _untyped(value: Value) -> Value:
    if not isinstance(value, Mapping):
        return value
    return {
        name: each for name, each in value.items() if name not in {"type", "kind", "element", "tag"}
    }


def _kind(values: Sequence[Value]) -> FactRole | None:
    """What all the objects of a list say they are, if they are parts."""
    kinds = {_typed(each) for each in values}
    return next(iter(kinds)) if len(kinds) == 1 and kinds <= _CHILDREN else None


class _Reader:
    """Goes through a storyboard in order."""

    def __init__(self, notes: list[str]) -> None:
        self.boxes = Boxes()
        self.title = self.author = ""
        self.cast = list[str]()
        self.notes_passed = 0
        self._notes = notes
        self._habits = Habits()
        self._paged = False
        """Whether pages are told of somewhere."""

    def read(self, root: Value) -> None:
        if isinstance(root, Mapping):
            self._about(root)
        self._habits = Habits(known={folded(name) for name in self.cast})
        self._paged = _has_role(root, FactRole.PAGE)
        if isinstance(root, Mapping):
            self._inside(root, "", 0)
        elif isinstance(root, Sequence) and not isinstance(root, str):
            self._children(
                FactRole.PAGE if any(_children(each) for each in root) else FactRole.PANEL, root, 0
            )

    def _about(self, root: Mapping[str, Value]) -> None:
        for name, value in root.items():
            low = role_of(name)[1]
            if (low in TITLES or low in {"name", "series"}) and isinstance(value, str):
                self.title = self.title or value
            elif low in {"author", "writer", "autor", "auteur", "autore", "作者", "authors", "by"}:
                self.author = ", ".join(texts_of(value))
            elif low in {
                "characters",
                "cast",
                "personajes",
                "personnages",
                "figuren",
                "personaggi",
                "personagens",
                "登場人物",
                "dramatis personae",
                "character list",
            }:
                self.cast += _cast(value)
            elif low in {
                "meta",
                "metadata",
                "info",
                "comic",
                "script",
                "project",
                "story",
                "book",
                "storyboard",
            } and isinstance(value, Mapping):
                self._about(value)

    def _inside(self, told: Mapping[str, Value], label: str, depth: int) -> bool:
        """Go through what an object holds; whether there was any part in it."""
        found = False
        if depth > DEPTH:
            return found
        for name, value in told.items():
            role = role_of(name)[0]
            marked = heading_of(name.replace("_", " ").replace("-", " "), apart=True)
            if marked and marked.marks[-1].label and isinstance(value, Mapping | list | str):
                found = True
                self._one(
                    FactRole(marked.marks[-1].level.name.lower()),
                    value,
                    depth + 1,
                    marked.marks[-1].label,
                )
            elif role in _CHILDREN and isinstance(value, Mapping | list) and value:
                found = True
                self._children(role, value, depth + 1)
            elif (
                role
                in {
                    FactRole.OTHER,
                    FactRole.TEXT,
                    FactRole.LETTERING,
                    FactRole.TITLE,
                    FactRole.ACTION,
                }
                and isinstance(value, Mapping | list)
                and _has_children(value, depth)
            ):
                found = True
                if isinstance(value, Mapping):
                    self._inside(value, label, depth + 1)
                else:
                    self._children(
                        FactRole.PAGE if any(_children(each) for each in value) else FactRole.PANEL,
                        value,
                        depth + 1,
                    )
        return found

    def _children(self, role: FactRole, value: Value, depth: int) -> None:
        if isinstance(value, Mapping):
            if (
                _tells(value)
                or any(
                    each
                    for name, each in value.items()
                    if role_of(name)[0] in _CHILDREN and isinstance(each, list | Mapping)
                )
            ) and not _is_keyed(value):
                self._one(role, value, depth, "")
            else:
                for name, each in value.items():
                    if isinstance(each, Mapping | list | str):
                        self._one(role, each, depth, _numbered(name))
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for each in value:
                self._one(role, each, depth, "")

    def _one(self, role: FactRole, value: Value, depth: int, label: str) -> None:
        """One chapter, page or panel."""
        if depth > DEPTH:
            return
        if role == FactRole.SCENE:
            role = self._scene(value)
        if role == FactRole.SHOT:
            role = FactRole.PANEL
        if role == FactRole.CHAPTER:
            self._chapter(value, depth, label)
        elif role == FactRole.PAGE:
            self._page(value, depth, label)
        else:
            self._panel(value, depth, label)

    def _scene(self, value: Value) -> FactRole:
        """What a scene is: a chapter above pages, a page of panels, or a panel."""
        inside = _children(value)
        if FactRole.PAGE in inside:
            return FactRole.CHAPTER
        if inside:
            return FactRole.PAGE if not self._paged else FactRole.OTHER
        return FactRole.PANEL

    def _chapter(self, value: Value, depth: int, label: str) -> None:
        title, number = _title(value), _label(value, FactRole.CHAPTER)
        self.boxes.chapter(ChapterBox(Place(1), label or number, title, _key(value)))
        if isinstance(value, Mapping):
            self._inside(value, label, depth)
        else:
            self._children(FactRole.PAGE, value, depth)

    def _page(self, value: Value, depth: int, label: str) -> None:
        label = (
            label or _label(value, FactRole.PAGE) or _label(value, FactRole.SCENE) or _number(value)
        )
        low = (
            folded(
                json.dumps(
                    {
                        name: each
                        for name, each in value.items()
                        if isinstance(each, str | bool | int)
                    },
                    ensure_ascii=False,
                )
            )
            if isinstance(value, Mapping)
            else ""
        )
        pair = number_at(folded(label), 0)
        double = bool(pair and pair.last == pair.first + 1) or bool(
            re.search(
                r"\"(?:type|layout|page type|kind|spread|double)[^\"]*\": ?"
                r"(?:\"[^\"]*(?:double|spread|見開き)|true)",
                low.replace("_", " "),
            )
        )
        box = PageBox(Place(1), label, _title(value), double, _key(value))
        self.boxes.page(box)
        if not isinstance(value, Mapping):
            self._children(FactRole.PANEL, value, depth)
            return
        if _is_keyed(value) and all(isinstance(each, Mapping | str) for each in value.values()):
            self._children(FactRole.PANEL, value, depth)
            return
        before = len(self.boxes.chapters)
        if self._inside(value, label, depth) or box.panels or len(self.boxes.chapters) > before:
            self._own_words(value, box)
            return
        if _tells(value):
            roles = {role_of(name)[0] for name in value}
            drawn = any(
                role_of(name)[1]
                in {
                    "illustration",
                    "image",
                    "picture",
                    "art",
                    "visual",
                    "artwork",
                    "image description",
                }
                or role_of(name)[0] == FactRole.PROMPT
                for name in value
            )
            if (
                _SPLASH.search(low)
                or drawn
                or (FactRole.ACTION in roles and FactRole.DIALOGUE in roles and double)
            ):
                self._panel(
                    {
                        name: each
                        for name, each in value.items()
                        if role_of(name)[1] not in {"type", "layout", "kind"}
                    },
                    depth,
                    "",
                )
            else:
                self.boxes.untold.append(label or "(no number)")

    def _own_words(self, value: Mapping[str, Value], box: PageBox) -> None:
        """Captions that a page has above its panels go into the first."""
        facts = Gathered(Place(1))
        own = {
            name: each
            for name, each in value.items()
            if role_of(name)[0] in {FactRole.CAPTION, FactRole.EFFECT}
            and isinstance(each, str | list)
        }
        place = {
            name: each
            for name, each in value.items()
            if role_of(name)[0] == FactRole.FIELD
            and role_of(name)[1] in {"setting", "location", "place"}
        }
        gather(facts, own, self._habits)
        gather(facts, place, self._habits)
        if box.panels and (facts.lettering or facts.fields):
            first, *rest = box.panels
            panels = [
                ScriptPanel(
                    first.place,
                    first.action,
                    (*facts.lettering, *first.lettering),
                    first.fields,
                    first.places,
                    first.label,
                    first.key,
                ),
                *rest,
            ]
            box.panels = [
                ScriptPanel(
                    each.place,
                    each.action,
                    each.lettering,
                    {**facts.fields, **each.fields},
                    each.places,
                    each.label,
                    each.key,
                )
                for each in panels
            ]

    def _panel(self, value: Value, depth: int, label: str) -> None:
        facts = Gathered(Place(1), label)
        if isinstance(value, str):
            gather(facts, {"description": value}, self._habits)
        elif isinstance(value, Mapping):
            if self._inside_panel(value, depth):
                return
            self._placed(value)
            gather(facts, value, self._habits)
            facts.label = label or facts.label
        if facts.empty and not facts.title:
            return
        self.notes_passed += facts.notes
        self.boxes.panel(facts.panel())

    def _inside_panel(self, value: Mapping[str, Value], depth: int) -> bool:
        """Whether what was taken for a panel holds panels itself."""
        inside = {
            name: each
            for name, each in value.items()
            if role_of(name)[0] in _CHILDREN
            and isinstance(each, list)
            and any(isinstance(one, Mapping) for one in each)
        }
        if not inside:
            return False
        self._inside(value, "", depth + 1)
        return True

    def _placed(self, value: Mapping[str, Value]) -> None:
        """Begin the chapter and page that a panel of a flat list names."""
        chapter, page = _label(value, FactRole.CHAPTER), _label(value, FactRole.PAGE)
        several = any(role_of(name)[0] in {FactRole.PANEL, FactRole.SHOT} for name in value)
        scene = "" if page or self._paged or not several else _label(value, FactRole.SCENE)
        if chapter and not self.boxes.is_in(chapter):
            self.boxes.chapter(ChapterBox.named(Place(1), chapter))
        label = page or scene
        if label and (self.boxes.last is None or self.boxes.last.label != label):
            pair = number_at(folded(label), 0)
            self.boxes.page(PageBox(Place(1), label, double=bool(pair and pair.last)))


def _cast(value: Value) -> list[str]:
    if isinstance(value, Mapping):
        return [str(name) for name in value]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [text for each in value for text in (texts_of(each)[:1])]
    return [part.strip() for part in re.split(r"[,;、]", value)] if isinstance(value, str) else []


def _children(value: Value) -> set[FactRole]:
    """The roles of the parts that an object holds."""
    if not isinstance(value, Mapping):
        return {FactRole.PANEL} if isinstance(value, list) else set()
    found = {
        role_of(name)[0]
        for name, each in value.items()
        if isinstance(each, Mapping | list) and each
    }
    for name, each in value.items():
        marked = (
            heading_of(name.replace("_", " "), apart=True) if isinstance(each, Mapping) else None
        )
        if marked and marked.marks[-1].label:
            found.add(FactRole(marked.marks[-1].level.name.lower()))
    return found & _CHILDREN


def _has_children(value: Value, depth: int) -> bool:
    if depth > DEPTH:
        return False
    if isinstance(value, Mapping):
        return bool(_children(value)) or any(
            _has_children(each, depth + 1)
            for each in value.values()
            if isinstance(each, Mapping | list)
        )
    if isinstance(value, list):
        return any(_has_children(each, depth + 1) for each in value)
    return False


def _has_role(value: Value, role: FactRole, depth: int = 0) -> bool:
    if depth > DEPTH:
        return False
    if isinstance(value, Mapping):
        return any(
            role_of(name)[0] == role or _has_role(each, role, depth + 1)
            for name, each in value.items()
        )
    if isinstance(value, list):
        return any(_has_role(each, role, depth + 1) for each in value)
    return False


def _tells(value: Mapping[str, Value]) -> bool:
    return any(role_of(name)[0] in _TELLING and each for name, each in value.items())


def _is_keyed(value: Mapping[str, Value]) -> bool:
    """Whether an object's names are numbers of its parts."""
    return bool(value) and all(_numbered(name) != name or name.isdigit() for name in value)


def _numbered(name: str) -> str:
    heading = heading_of(name.replace("_", " "), apart=True)
    return heading.marks[-1].label if heading else name


def _title(value: Value) -> str:
    if not isinstance(value, Mapping):
        return ""
    return next(
        (
            str(each)
            for name, each in value.items()
            if role_of(name)[1]
            in {
                "title",
                "titre",
                "titulo",
                "titel",
                "titolo",
                "タイトル",
                "heading",
                "name",
                "chapter title",
            }
            and isinstance(each, str)
        ),
        "",
    )


def _key(value: Value) -> str | None:
    key = value.get("key") if isinstance(value, Mapping) else None
    return key if isinstance(key, str) and key.strip() else None


def _label(value: Value, role: FactRole) -> str:
    """The number of a page or chapter among an object's facts."""
    if not isinstance(value, Mapping):
        return ""
    own = next(
        (
            label_of(each)
            for name, each in value.items()
            if role_of(name)[0] == role and not isinstance(each, Mapping | list)
        ),
        "",
    )
    if own:
        heading = heading_of(own, apart=True)
        return heading.marks[-1].label or own if heading else own
    pair = next(
        (
            each
            for name, each in value.items()
            if role_of(name)[0] == role
            and isinstance(each, list)
            and each
            and all(isinstance(one, int) for one in each)
        ),
        None,
    )
    if isinstance(pair, list):
        return f"{pair[0]}-{pair[-1]}" if len(pair) > 1 else str(pair[0])
    if role == FactRole.PAGE:
        spread = value.get("pages")
        if isinstance(spread, str):
            return spread
    if role == FactRole.CHAPTER and _children(value):
        return _number(value)
    return ""


def _number(value: Value) -> str:
    """What an object calls its number, without saying of what."""
    if isinstance(value, Mapping):
        return next(
            (
                label_of(each)
                for name, each in value.items()
                if role_of(name)[0] == FactRole.NUMBER and not isinstance(each, Mapping | list)
            ),
            "",
        )
    return ""


__all__ = ["Boxes", "ChapterBox", "Level", "PageBox", "is_storyboard", "script_of"]
