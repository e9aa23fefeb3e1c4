"""Scripts as tables, workbooks and JSON: a panel a row, with the fields of Markdown as columns."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from pressrun.book import words
from pressrun.book.builder import Builder, Draft, PageDraft, PanelDraft
from pressrun.book.defects import FileDefects
from pressrun.errors import BadInputError
from pressrun.lists import forms, prompts
from pressrun.lists.columns import LIST, Vocabulary
from pressrun.lists.entry import ListEntry
from pressrun.scripts.script import Lettering, ScriptChapter, Voice
from pressrun.texts.faults import BadTextError, Place
from pressrun.texts.intake import Intake

ENDINGS = frozenset(forms.ENDINGS)

_OTHERS = (
    *("chapter", "page", "panel", "title", "cast", "place", "mood", "group"),
    *("dialogue", "captions", "sfx"),
)
COLUMNS = Vocabulary(
    {"action": "prompt", **{name: name for name in (*LIST.names, *_OTHERS) if name != "prompt"}},
    {
        **LIST.synonyms,
        "prompt": "prompt",
        "characters": "cast",
        "location": "place",
        "setting": "place",
        "balloons": "dialogue",
        "dialog": "dialogue",
        "caption": "captions",
        "effects": "sfx",
    },
)
"""The columns of a script; what is drawn is called its action."""

_VOICES = {"captions": Voice.CAPTION, "dialogue": Voice.BALLOON, "sfx": Voice.EFFECT}
_PLAIN = ("place", "mood", "group")
_PARTED = re.compile(r"\n|\s\|\s")
_SPEAKER = re.compile(
    r"(?P<who>[^:()]{1,60}?)\s*(?:\((?P<manner>[^()]{0,80})\))?\s*:\s*(?P<text>.+)"
)


def read(
    file: Path, data: bytes, names: Collection[str], defects: FileDefects
) -> list[ScriptChapter]:
    """The chapters in a table.

    Args:
        file: its name, which tells how it is written.
        data: its bytes.
        names: who may speak besides names in capitals, as `nearest.folded`.
        defects: of the file.
    """
    intake = Intake(file)
    entries = list[ListEntry]()
    try:
        _, entries = prompts.entries(intake, data, vocabulary=COLUMNS)
    except BadTextError as error:
        defects.fault(error.place.line if error.place else 1, error.text)
    except BadInputError as error:
        if not intake.faults:
            defects.fault(1, str(error))
    for place, text in intake.faults.found:
        defects.fault(place.line, text)
    for place, text in intake.doubts:
        defects.warn(place.line, text)
    for text in intake.notes:
        defects.warn(1, text)
    return _chapters(entries, names)


def _chapters(entries: Iterable[ListEntry], names: Collection[str]) -> list[ScriptChapter]:
    builder = Builder()
    for entry in entries:
        _begin(builder, entry)
        fields = {
            "cast": ", ".join(map(words.said, _pieces(entry.others.get("cast", "")))),
            "format": entry.format or "",
            "after": entry.after or "",
            "references": "\n".join(entry.references),
            **{name: words.said(" ".join(entry.others.get(name, "").split())) for name in _PLAIN},
        }
        given = {name: text for name, text in fields.items() if text}
        builder.begin_panel(
            PanelDraft(
                Place(entry.place.line),
                entry.others.get("panel", ""),
                key=entry.key,
                fields=given,
                places={name: entry.at(name) for name in given},
                action=[" ".join(each.split()) for each in entry.prompt.split("\n\n")],
                lettering=_lettering(entry, names),
            )
        )
    builder.end()
    return builder.chapters


def _begin(builder: Builder, entry: ListEntry) -> None:
    """Begin the chapter and the page of a row, unless they are those of the row above.

    A table without pages is a list of pictures: each of them is a page.
    """
    place = Place(entry.place.line)
    chapter, page = (" ".join(entry.others.get(name, "").split()) for name in ("chapter", "page"))
    title = " ".join(entry.others.get("title", "").split())
    if builder.chapter is None or (chapter and chapter != builder.chapter.label):
        builder.begin_chapter(
            Draft(place, chapter, title or ("" if chapter.isdigit() else chapter))
        )
    new = builder.page is None or (page and page != builder.page.label)
    if new or "page" not in entry.others:
        builder.begin_page(PageDraft(place, page, double=words.is_double(page)))


def _lettering(entry: ListEntry, names: Collection[str]) -> list[Lettering]:
    """What is lettered: captions, then what is said, then sounds."""
    found = [
        _spoken(text, voice, names)
        for name, voice in _VOICES.items()
        for text in _pieces(entry.others.get(name, ""))
    ]
    return [each for each in found if each.text]


def _spoken(text: str, voice: Voice, names: Collection[str]) -> Lettering:
    if speech := words.speech_of(text, names):
        if voice in (speech.voice, Voice.BALLOON):
            return Lettering(speech.voice, speech.text, speech.speakers, speech.manner)
    elif voice == Voice.BALLOON and (found := _SPEAKER.fullmatch(text)):
        return Lettering(voice, found["text"], (found["who"].strip(),), found["manner"] or "")
    return Lettering(voice, text)


def _pieces(text: str) -> list[str]:
    return [plain for each in _PARTED.split(text) if (plain := " ".join(each.split()))]
