"""Intake a prompt list: bytes become rows, rows become panels, or all faults are told at once.

`docs/lists.md` tells authors what a list can be. A panel that names another one with `after` is
made once that one's picture is approved. Its references are pictures in the list's folder or below,
which are sent with its prompt.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from pressrun.lists import forms, objects, sheet, table, text
from pressrun.lists.columns import LIST, Vocabulary
from pressrun.lists.entry import PANELS, ListEntry, too_many
from pressrun.lists.forms import SHEETS, Form
from pressrun.lists.warnings import Warned, warnings
from pressrun.picture import format as formats
from pressrun.picture.key import fold
from pressrun.picture.panel import (
    Panel,
    control_in,
    fault_of_key,
    fault_of_letters,
    fault_of_prompt,
    key_of_name,
    key_of_words,
)
from pressrun.protocol.messages.base import REFERENCES
from pressrun.texts import encoding, source
from pressrun.texts.faults import Place
from pressrun.texts.intake import Intake

_END_OF_LINE = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


@dataclass(frozen=True)
class PromptList:
    """A prompt list that can be used."""

    path: Path
    form: Form
    panels: list[Panel]
    """In the list's order."""
    places: Mapping[str, Place]
    """For each key, where in the list its panel is."""
    notes: list[str]
    """What was assumed, a sentence each."""
    warnings: list[Warned]
    """What looks wrong and may be right, in the list's order."""


def read(
    path: Path,
    references: Sequence[Path] = (),
    form: Form | None = None,
    beside: Path | None = None,
    ratio: str | None = None,
) -> PromptList:
    """Read a prompt list.

    Args:
        path: the list.
        references: reference pictures to send with every prompt, before its own.
        form: how it is written; None when its name and its content say it.
        beside: the folder of the files that it names; None is its own.
        ratio: the format of the panels for which the list names none; None leaves it to the site.

    Raises:
        BadInputError: the list cannot be used; the text names the file and each fault's place.
    """
    intake = Intake(path)
    found, rows = entries(intake, source.content(path), form)
    checked = _Checked(intake, tuple(references), beside or path.parent, ratio)
    panels, places = _panels(checked, rows)
    intake.faults.refuse()
    if not panels:
        raise intake.faults.whole("the file contains no prompt")
    doubts = [Warned(place, None, doubt) for place, doubt in intake.doubts]
    told = sorted([*doubts, *warnings(panels, places)], key=lambda each: each.place)
    return PromptList(path, found, panels, places, intake.notes, told)


def entries(
    intake: Intake, data: bytes, given: Form | None = None, vocabulary: Vocabulary = LIST
) -> tuple[Form, list[ListEntry]]:
    """What a list says of its panels, unchecked, and how it is written.

    Args:
        intake: the list, where notes, doubts and faults go.
        data: its bytes.
        given: how it is written; None when its name and its content say it.
        vocabulary: the names of its columns.

    Raises:
        BadInputError: it cannot be read.
    """
    form = forms.form_of(intake, data, given)
    if form in SHEETS:
        found = sheet.rows(intake, data, vocabulary)
    else:
        content = encoding.text_of(intake, data)
        del data
        match form:
            case Form.CSV:
                found = table.rows(intake, content, ",", vocabulary)
            case Form.TSV:
                found = table.rows(intake, content, "\t", vocabulary)
            case Form.JSON | Form.JSONL:
                found = objects.rows(intake, content, vocabulary, lines=form == Form.JSONL)
            case _:
                if given is None:
                    forms.refuse_other(intake, content)
                found = text.rows(intake, content)
    rows = list(islice(found, PANELS + 1))
    if len(rows) > PANELS:
        raise intake.faults.whole(too_many(f"the list has more than {PANELS:,} panels"))
    return form, rows


def _panels(checked: "_Checked", rows: list[ListEntry]) -> tuple[list[Panel], dict[str, Place]]:
    for row in rows:
        checked.add(row)
    known = {name: _after(panel, checked.panels) for name, panel in checked.panels.items()}
    for name, fault in _faults_of_order(known):
        checked.faults.add(checked.rows[name].at("after"), fault)
    places = {panel.key: checked.rows[name].place for name, panel in known.items()}
    return list(known.values()), places


class _Checked:
    """The panels that rows make, by `fold(key)`; what is wrong with a row goes to the faults."""

    def __init__(
        self, intake: Intake, everywhere: tuple[Path, ...], folder: Path, ratio: str | None
    ) -> None:
        self.panels = dict[str, Panel]()
        self.rows = dict[str, ListEntry]()
        self.faults = intake.faults
        self._everywhere = everywhere
        self._ratio = ratio
        self._beside = _Beside(folder)
        self._repeats = dict[str, int]()

    def add(self, row: ListEntry) -> None:
        """Take a row; one with faults is taken as well, so that others may name it."""
        ratio = self._format(row)
        prompt = self._prompt(row, 0 if ratio is None else formats.ROOM_CHARS)
        key = self._key(row, prompt)
        files = self._files(row)
        if key is None:
            return
        name = fold(key)
        if name in self.rows:
            line = self.rows[name].place.line
            self.faults.add(row.at("key"), f"key {key!r} is already used on line {line}")
            return
        after = None if row.after is None else key_of_name(row.after)
        self.panels[name] = Panel(key, prompt or "", after, files, ratio)
        self.rows[name] = row

    def _prompt(self, row: ListEntry, room: int) -> str | None:
        prompt = _END_OF_LINE.sub("\n", row.prompt).strip()
        fault = fault_of_prompt(prompt, room)
        if fault is None and (letter := control_in(prompt)):
            fault = f"the prompt contains the control character {letter}"
        if fault is not None:
            self.faults.add(row.at("prompt"), fault)
            return None
        return prompt

    def _key(self, row: ListEntry, prompt: str | None) -> str | None:
        if row.key is not None:
            key = key_of_name(row.key)
            if fault := fault_of_letters(key) or fault_of_key(key):
                self.faults.add(row.at("key"), f"key {row.key!r}: {fault}")
                return None
            return key
        if prompt is None:
            return None
        key = key_of_words(prompt)
        self._repeats[key] = self._repeats.get(key, 0) + 1
        return key if self._repeats[key] == 1 else f"{key}-{self._repeats[key]}"

    def _format(self, row: ListEntry) -> str | None:
        if row.format is None:
            return self._ratio
        try:
            return formats.parse(row.format)
        except ValueError as error:
            self.faults.add(row.at("format"), str(error))
            return None

    def _files(self, row: ListEntry) -> tuple[Path, ...]:
        files = list(self._everywhere)
        for name in row.references:
            file = self._beside.file(name)
            if isinstance(file, Path):
                files.append(file)
            else:
                self.faults.add(row.at("references"), file)
        if len(files) > REFERENCES:
            fault = f"{len(files)} reference pictures; a panel can have at most {REFERENCES}"
            self.faults.add(row.at("references"), fault)
        return tuple(files)


def _after(panel: Panel, panels: Mapping[str, Panel]) -> Panel:
    """The panel, naming the one that it comes after as that one spells its key."""
    other = None if panel.after is None else panels.get(fold(panel.after))
    return panel if other is None or other.key == panel.after else replace(panel, after=other.key)


class _Beside:
    """The files that a list names; they must be in its folder or below."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._known = dict[str, Path | str]()

    def file(self, name: str) -> Path | str:
        """The file, or why it cannot be used."""
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> Path | str:
        try:
            file = (self._folder / name).resolve()
            there, regular = file.exists(), file.is_file()
        except (OSError, ValueError, RuntimeError):
            there = regular = False
        if not there:
            return f"reference picture {name!r} not found in {self._folder}"
        if not regular:
            return f"reference picture {name!r} is not a file"
        if not file.is_relative_to(self._folder):
            return (
                f"reference picture {name!r} is outside the list's folder; "
                f"move it to {self._folder}"
            )
        return file


def _faults_of_order(panels: Mapping[str, Panel]) -> Iterator[tuple[str, str]]:
    """Panels that could never be made because of what they come after, with the reason.

    Panels are given, and told, by `fold(key)`.
    """
    seen = set[str]()
    for start in panels:
        way = dict[str, str]()
        each = start
        while each not in seen and (before := panels[each].after) is not None:
            if fold(before) not in panels:
                yield each, f"'after' names {before!r}, but no panel in this list has that key"
                break
            way[each] = fold(before)
            if fold(before) in way:
                circle = _circle(panels, way, fold(before))
                yield fold(before), f"{circle}; none of these panels could ever be made"
                break
            each = fold(before)
        seen |= {*way, each}


def _circle(panels: Mapping[str, Panel], way: Mapping[str, str], start: str) -> str:
    """A circle of panels, in words."""
    told, each = [repr(panels[start].key)], way[start]
    while each != start:
        told.append(repr(panels[each].key))
        each = way[each]
    return " comes after ".join([*told, repr(panels[start].key)])
