"""A script as it was read: chapters of pages of panels, in the order of the file.

The numbers that authors write are labels: they repeat, skip and start anew, and nothing relies on
them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from pressrun.texts.faults import Place


class Voice(StrEnum):
    """What kind of lettering some words are."""

    BALLOON = "balloon"
    """Somebody says or thinks them."""
    CAPTION = "caption"
    EFFECT = "effect"
    """A sound, drawn."""


@dataclass(frozen=True)
class Lettering:
    """Words that are lettered into a panel."""

    voice: Voice
    text: str
    speakers: tuple[str, ...] = ()
    """Who says them, as written; of a caption, whose it is."""
    manner: str = ""
    """How, as written: `whisper`, `off`."""


@dataclass(frozen=True)
class ScriptPanel:
    """One panel as the author wrote it."""

    place: Place
    action: str
    """What is drawn: paragraphs, with a blank line between them; empty where nothing is told."""
    lettering: tuple[Lettering, ...] = ()
    """In the order in which it is read."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What is no action, by its plain name: `cast`, `place`, `format`, `mood`, `after`, `group`."""
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where its fields stand."""
    label: str = ""
    """Its number as written; empty where it has none."""
    key: str | None = None
    """Given by the author with `{#key}`."""


@dataclass(frozen=True)
class ScriptPage:
    """One page, or two that are drawn as one wide picture."""

    place: Place
    panels: tuple[ScriptPanel, ...]
    label: str = ""
    """Its number as written, such as `12` or `2-3`."""
    title: str = ""
    double: bool = False
    """Whether it goes over two pages."""
    key: str | None = None


@dataclass(frozen=True)
class ScriptChapter:
    """One chapter; a script that names none has one without a title."""

    place: Place
    pages: tuple[ScriptPage, ...]
    title: str = ""
    label: str = ""
    key: str | None = None


@dataclass(frozen=True)
class Script:
    """What was read of one file."""

    chapters: tuple[ScriptChapter, ...]
    title: str = ""
    author: str = ""
    cast: tuple[str, ...] = ()
    """The names in its list of characters."""
    notes: tuple[str, ...] = ()
    """What was assumed or passed over, and what looks wrong, a sentence each."""
    question: str = ""
    """What the author has to say before the text can be used as a script; then it has no panels."""

    def with_notes(self, notes: Sequence[str]) -> "Script":
        """The same, with further notes before its own."""
        return replace(self, notes=(*notes, *self.notes)) if notes else self

    @property
    def panels(self) -> Iterator[ScriptPanel]:
        """Every panel, in reading order."""
        for chapter in self.chapters:
            for page in chapter.pages:
                yield from page.panels
