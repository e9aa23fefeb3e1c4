"""What looks wrong in a list and may be right: told before anything is sent, and no fault."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pressrun.picture.panel import Panel
from pressrun.texts.faults import Place

REPEATS = 3
"""From this many panels of the same words on, a list is warned of them."""

LINES = 8
"""A prompt of this many lines may be several."""

_NUMBER = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|[ivxlc]+)"
_SIGNS = (
    (re.compile(r"\b(?:TODO|FIXME|TBD|XXX|TKTK)\b|(?i:\blorem ipsum\b)"), "a note to do it later"),
    (
        re.compile(r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)|\bErr:\d{3}\b"),
        "an error of a spreadsheet's formula",
    ),
    (re.compile(r"\A=(?:[A-Z]+\(|[A-Z]+\d|\")"), "a spreadsheet's formula"),
    (re.compile(r"\A\s*(?:[-*_=~#+\u2013\u2014\u2500]\s*){3,}\Z"), "a rule, not a prompt"),
    (re.compile(r"\A(?:#{1,6}\s+\S[^\n]*|[^\n]+\n(?:={3,}|-{3,}))\Z"), "a heading, not a prompt"),
    (
        re.compile(
            rf"\A[*_#\s]*(?:chapter|page|panel|scene|act|part|issue|kapitel|seite|szene|planche|case)"
            rf"\s+{_NUMBER}\b(?:[^\n.]{{0,40}})[*_]*\Z",
            re.IGNORECASE,
        ),
        "a heading, not a prompt",
    ),
    (re.compile(r"\A(?:<!--.*-->|//[^\n]*)\Z", re.DOTALL), "a comment, not a prompt"),
    (
        re.compile(
            r"\A/\w+|(?:\A|\s)(?:--|\u2014)(?:ar|aspect|v|version|style|stylize|seed|no|niji|"
            r"q|quality|s|c|chaos|iw|w|weird|tile|cref|sref|raw|hd)\b"
            r"|<lora:|(?i:\bnegative prompt:)|\bSteps: \d+, Sampler"
        ),
        "a command of another tool",
    ),
)
_NUMBERED = re.compile(
    r"\A\s*(?:[-*+\u2022\u2013]\s|[(\[#]?\d+(?:[.:)\]]|\s[-\u2013\u2014]|\t|\s))"
)
_SENTENCE = re.compile(r"[^\w\s]*[A-Z\d].*[.!?][\"'\u201d\u2019)]*")


class Warned(NamedTuple):
    """One warning."""

    place: Place
    key: str | None
    """The panel that it is about, if it is about one."""
    text: str


def warnings(panels: Sequence[Panel], places: Mapping[str, Place]) -> list[Warned]:
    """What looks wrong in panels.

    Args:
        panels: the list, in its order.
        places: for each key, where in the list the panel is.
    """
    found = [
        *(Warned(places[panel.key], panel.key, text) for panel in panels for text in _signs(panel)),
        *_repeated(panels, places),
        *_numbered(panels, places),
    ]
    return sorted(found, key=lambda each: each.place)


def _signs(panel: Panel) -> Iterator[str]:
    prompt = panel.prompt
    told = set[str]()
    for sign, what in _SIGNS:
        if (seen := sign.search(prompt)) and what not in told:
            told.add(what)
            shown = " ".join(seen.group().split())[:40]
            yield (
                f"the prompt looks like {what}: {shown!r}"
                if what.endswith("prompt")
                else (f"the prompt holds {what}: {shown!r}")
            )
    lines = prompt.split("\n")
    whole = [line for line in lines if line.strip()]
    if len(whole) >= LINES or (
        len(whole) >= REPEATS and all(_SENTENCE.fullmatch(line.strip()) for line in whole)
    ):
        yield f"one prompt of {len(whole)} lines; several prompts need a blank line between them"


def _repeated(panels: Sequence[Panel], places: Mapping[str, Place]) -> Iterator[Warned]:
    same = dict[object, list[Panel]]()
    for panel in panels:
        same.setdefault((panel.prompt_sha256, panel.references, panel.format), []).append(panel)
    for group in same.values():
        if len(group) >= REPEATS:
            lines = ", ".join(str(places[each.key].line) for each in group[:5])
            more = f" and {len(group) - 5} more" if len(group) > 5 else ""  # noqa: PLR2004 - shown
            text = f"the same words {len(group)} times: lines {lines}{more}"
            yield Warned(places[group[0].key], group[0].key, text)


def _numbered(panels: Sequence[Panel], places: Mapping[str, Place]) -> Iterator[Warned]:
    if len(panels) >= REPEATS and all(_NUMBERED.match(panel.prompt) for panel in panels):
        text = "every prompt begins with a number or a bullet, which is sent with it"
        yield Warned(places[panels[0].key], None, text)
