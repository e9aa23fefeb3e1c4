"""A script as programs are told of it: its panels in reading order, with their numbers."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pressrun.scripts.numbers import number_at
from pressrun.scripts.script import Script, ScriptPage, ScriptPanel, Voice
from pressrun.scripts.vocabulary import folded

_LEADING = re.compile(r"[^0-9a-z\u4e00-\u9fff]{0,8}(?:p(?:age|g)?s?[. ]{0,2}(?=[0-9]))?")


class ToldPanel(NamedTuple):
    """A panel, where it stands."""

    chapter: int
    """From 1, as the next ones."""
    page: int
    """Its number as written; counted in its chapter where it has none."""
    panel: int
    """Counted on its page."""
    of: ScriptPage
    what: ScriptPanel


def panels(script: Script) -> Iterator[ToldPanel]:
    """Every panel of a script, in reading order."""
    for at, chapter in enumerate(script.chapters, 1):
        for running, page in enumerate(chapter.pages, 1):
            number = number_of(page.label)
            for counted, panel in enumerate(page.panels, 1):
                yield ToldPanel(at, running if number is None else number, counted, page, panel)


def number_of(label: str) -> int | None:
    """The number that a label is or begins with, in digits or in words."""
    low = folded(label.strip())
    start = _LEADING.match(low)
    found = number_at(low, start.end() if start else 0)
    return found.first if found else None


def prompt_of(panel: ScriptPanel) -> str:
    """What is drawn, and nothing else: the place, the action and the mood."""
    place, mood = (panel.fields.get(name, "") for name in ("place", "mood"))
    parts = [panel.action]
    if place and folded(place) not in folded(panel.action):
        parts.insert(0, place)
    if mood and folded(mood) not in folded(panel.action):
        parts.append(mood)
    return "\n\n".join(part for part in parts if part)


def speakers_of(panel: ScriptPanel) -> list[str]:
    """Who speaks in a panel, each once, as written first."""
    found = dict[str, str]()
    for each in panel.lettering:
        if each.voice == Voice.BALLOON:
            for name in each.speakers:
                found.setdefault(folded(name), name)
    return list(found.values())


def as_json(script: Script) -> Mapping[str, object]:
    """What was read of a script, as JSON has it."""
    return {
        "verdict": "ask" if script.question else "parse",
        "question": script.question or None,
        "chapters": len(script.chapters),
        "pages": sum(len(chapter.pages) for chapter in script.chapters),
        "panel": [
            {
                "page": told.page,
                "page_label": told.of.label,
                "panel": told.panel,
                "panel_label": told.what.label,
                "chapter": told.chapter,
                "speakers": speakers_of(told.what),
                "dialogue": count(told.what, Voice.BALLOON),
                "captions": count(told.what, Voice.CAPTION),
                "sfx": count(told.what, Voice.EFFECT),
                "prompt": prompt_of(told.what),
            }
            for told in panels(script)
        ],
    }


def count(panel: ScriptPanel, voice: Voice) -> int:
    """How many pieces of lettering of a kind a panel has."""
    return sum(each.voice == voice for each in panel.lettering)
