"""What the lines of one panel say: what is drawn, what is lettered, and its fields."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from pressrun.scripts.habits import CUE, Habits, is_sound
from pressrun.scripts.lettering import (
    CAPTIONS,
    EFFECTS,
    VOICES,
    Cue,
    LineKind,
    cue_of,
    is_caps,
    is_ending,
    is_nothing,
    name_of,
    unquoted,
)
from pressrun.scripts.lines import Line
from pressrun.scripts.remarks import without_remarks
from pressrun.scripts.script import Lettering
from pressrun.scripts.vocabulary import HONORIFICS, folded
from pressrun.texts.faults import Place

_LONG = 20_000
"""A longer line is not looked at for what it letters within."""

_WRAPPED = 45
"""A shorter line was ended by its author."""

_ASIDE = re.compile(r"\(([^()]{1,60})\)\s?[:：]\s{0,40}(?=\S)")
_MANNER = re.compile(r"[(（][^()（）]{1,80}[)）]")
_STAR = re.compile(r"[*]\s{0,2}(?P<text>[^*:]{2,40}?)\s?\*?")
_SILENT = re.compile(r"(?:no|sin|ohne|sans|sem|senza|keine?) |n/a|none|なし")
_INLINE = re.compile(
    r"(?<=[.!?…\"”»)。」/|])\s{1,3}"
    r"(?=[^\W\d_a-z][^\s:.!?]{0,24}(?: [^\s:.!?]{1,24}){0,3} ?(?:\([^()]{1,40}\) ?)?[:：])"
)
"""Where words may be told to be lettered within a line."""

_COLON = re.compile(r"\s{0,2}(?:[(\[][^()\[\]]{0,60}[)\]]\s{0,2})?[:：]")
_INNER_NOTE = re.compile(
    r"\s{0,2}[(\[](?:n\.?b\.?|p\.?s\.?|notes?|nota|notas|anm\.?|anmerkung|hinweis|remarque|"
    r"note to (?:artist|letterer)|note au [a-z]{1,20}|注|備考)\s{0,2}:[^()\[\]]{0,400}[)\]]"
)
"""A note in brackets within what is drawn; of a folded text."""

_ENDS = '.!?…:;"”»」』)]'


@dataclass
class Saying:
    """Lettering as its lines come."""

    cue: Cue
    parts: list[str] = field(default_factory=list)
    open: bool = True

    def lettering(self) -> Lettering | None:
        """What comes of it; nothing where it says that there is none."""
        text = unquoted(" ".join(part for part in self.parts if part))
        manner = self.cue.manner
        while found := re.match(r"[(（]([^()（）]{1,80})[)）]\s*(?=\S)", text):
            if self.cue.kind == LineKind.EFFECT:
                break
            manner = ", ".join(part for part in (manner, found.group(1)) if part)
            text = text[found.end() :]
        text = unquoted(text) or (manner if self.cue.labelled and self.cue.speakers else "")
        if not text or (is_nothing(text) and not self.cue.speakers):
            return None
        return Lettering(VOICES[self.cue.kind], text, self.cue.speakers, manner)


@dataclass
class Body:
    """What the lines of one panel say."""

    action: list[str] = field(default_factory=list)
    lettering: list[Lettering] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    prompts: list[str] = field(default_factory=list)
    """Ready-made ones."""
    notes: int = 0
    """How many remarks were passed over."""
    setting: str = ""
    """The place that its lines name, from which on it holds."""


def body_of(
    lines: Sequence[Line], rest: str, place: Place, habits: Habits, *, headed: bool = False
) -> Body:
    """Read a panel.

    Args:
        lines: those below its mark.
        rest: what stands behind the mark.
        place: where the mark stands.
        habits: how the script is written.
        headed: what stands behind the mark is a heading of its own.
    """
    reader = _Reader(habits)
    mark = [Line(place, rest, gap=True, level=3 if headed else 0, marked=True)] if rest else []
    told, remarks = without_remarks([*mark, *lines], habits.known)
    for at, line in enumerate(told):
        reader.take(line, told[at + 1] if at + 1 < len(told) and not line.marked else None)
    body = reader.finished()
    body.notes += remarks
    return body


_NO_CUE = Cue(LineKind.ACTION, "")


class _Reader:
    """Takes the lines of a panel one after the other."""

    def __init__(self, habits: Habits) -> None:
        self._habits = habits
        self._body = Body()
        self._speech: Saying | None = None
        self._block: LineKind | None = None
        self._owner: tuple[str, ...] = ()
        self._aside = False
        """What follows belongs to a remark."""
        self._prompting = False
        self._field = ""
        self._last: Line | None = None
        self._asked: tuple[Line | None, LineKind | None, Cue] = None, None, _NO_CUE
        self._fresh = True

    def finished(self) -> Body:
        self._close()
        return self._body

    def take(self, line: Line, after: Line | None) -> None:
        """Take a line, or the parts of one that tells several things."""
        first, *more = self._parts(line)
        self._take(line._replace(text=first) if more else line, None if more else after)
        for part in more:
            self._take(line._replace(text=part, gap=False, bullet="-", label=""), None)

    def _parts(self, line: Line) -> list[str]:
        """What a line draws, and what it letters behind that."""
        text = line.text
        if (":" not in text and "：" not in text) or len(text) > _LONG:
            return [text]
        found, start = list[str](), 0
        for each in _INLINE.finditer(text):
            cue = cue_of(text[each.end() :], self._habits.known)
            before = text[start : each.start()]
            if (
                cue.kind in {LineKind.BALLOON, LineKind.CAPTION, LineKind.EFFECT, LineKind.NOTE}
                and cue.text
                and sum(letter.isalpha() for letter in before) > 1
                and not _is_title(re.split(r"[\s/&(]", before)[-1])
                and not (before[-1:] in "/|" and is_caps(before))
            ):
                found.append(text[start : each.start()].rstrip(" /|"))
                start = each.end()
        return [*found, text[start:]]

    def _take(self, line: Line, after: Line | None) -> None:
        if line.rule:
            self._close()
            self._block = None
            self._fresh = True
            return
        if line.gap:
            self._gap()
        if self._continued(line):
            self._last = line
            return
        if (line.bullet == "*" and self._habits.stars and is_sound(line.text)) or self._is_starred(
            line
        ):
            self._say(Cue(LineKind.EFFECT, line.text.strip("* "), labelled=False))
        elif not self._cue(line, after):
            cue = self._cue_of(line)
            if line.bullet == "—" and cue.kind == LineKind.ACTION and self._body.action:
                # how many languages print who speaks
                cue = Cue(LineKind.BALLOON, cue.text)
            self._told(line, cue)
        self._last = line

    def _is_starred(self, line: Line) -> bool:
        """A sound between stars on a line of its own, as `*crash*`."""
        return (
            line.strong
            and not line.level
            and not line.bullet
            and is_sound(line.text)
            and not self._body.action
            and False
        )

    def _gap(self) -> None:
        speech = self._speech
        if speech and speech.parts:
            self._close()
        self._aside = False
        self._prompting = False
        self._field = ""
        self._fresh = True

    def _cue_of(self, line: Line) -> Cue:
        """What a line is; it is asked several times in a row."""
        line_, block, cue = self._asked
        if line_ is not line or block != self._block:
            cue = self._read(line)
            self._asked = line, self._block, cue
        return cue

    def _read(self, line: Line) -> Cue:
        text = line.text
        if line.label and text.startswith(line.label) and not _COLON.match(text, len(line.label)):
            # a label in bold needs no colon
            cue = cue_of(
                f"{line.label}: {text[len(line.label) :].strip()}",
                self._habits.known,
                block=self._block,
            )
            if cue.kind != LineKind.ACTION or cue.field:
                return cue
        return cue_of(text, self._habits.known, block=self._block)

    def _continued(self, line: Line) -> bool:
        """Whether a line goes on with what the one before says; then it is kept there."""
        last, speech = self._last, self._speech
        if last is None or (line.gap and not (speech and not speech.parts)):
            return False
        if speech and speech.open and not speech.parts:
            return self._first_words(line, speech)
        if line.gap or line.bullet or line.level:
            return False
        cue = self._cue_of(line)
        if cue.kind != LineKind.ACTION or cue.field or self._is_cue(line, None):
            return False
        if self._aside and (self._wraps(last, line) or self._aside_alone):
            return True
        if (
            speech
            and speech.open
            and (
                self._wraps(last, line)
                or (min(last.indent, line.indent) > self._habits.base + 2 and not last.bullet)
                or (self._habits.gappy and last.text[-1:] not in _ENDS)
                or (speech.cue.labelled and self._habits.gappy)
                or (line.indent > last.indent + 1 and not last.bullet)
            )
        ):
            speech.parts.append(line.text)
            return True
        if self._prompting and self._body.prompts:
            self._body.prompts[-1] += f" {line.text}"
            return True
        if self._field and self._wraps(last, line):
            self._body.fields[self._field] += f" {line.text}"
            return True
        return False

    _aside_alone = False

    def _first_words(self, line: Line, speech: Saying) -> bool:
        """The first line below a name or a word for lettering that stands alone."""
        if found := _ASIDE.match(line.text):
            speech.cue = speech.cue._replace(manner=found.group(1))
            speech.parts.append(unquoted(line.text[found.end() :]))
            return True
        cue = self._cue_of(line)
        if (
            cue.kind not in {LineKind.ACTION, LineKind.BALLOON}
            or (cue.kind == LineKind.BALLOON and cue.speakers != ())
        ) and cue.kind != LineKind.PLACE:
            self._speech = None
            return False
        if self._is_cue(line, None) and not is_caps(line.text):
            return False
        if _MANNER.fullmatch(line.text) and speech.cue.kind != LineKind.EFFECT:
            inner = line.text[1:-1].strip()
            manner = ", ".join(part for part in (speech.cue.manner, inner) if part)
            speech.cue = speech.cue._replace(manner=manner)
            return True
        speech.parts.append(unquoted(line.text))
        return True

    def _wraps(self, last: Line, line: Line) -> bool:
        """Whether a line was broken by hand where it stands full."""
        width, length = self._habits.width, len(last.text) + last.indent
        first = line.text.split(" ", 1)[0]
        if width and length > _WRAPPED and length + len(first) + 1 > width - 12:
            return True
        ended = last.text[-1:] in _ENDS
        return not ended and line.text[:1].islower()

    def _is_cue(self, line: Line, after: Line | None) -> bool:
        return self._name_alone(line, after) is not None

    def _name_alone(self, line: Line, after: Line | None) -> Cue | None:
        """A name, or a word for lettering, on a line of its own, with what it says below it."""
        text = line.text.lstrip("@") if line.text.startswith("@") else line.text
        forced = text is not line.text
        if len(text) > 60 or text[-1:] in ".!?…,;" or not text or is_ending(text):
            return None
        found = CUE.fullmatch(text)
        if not found:
            return None
        label = found["name"].strip()
        low = folded(label)
        cue = cue_of(f"{text.rstrip(':：^ ')}:", self._habits.known, block=self._block)
        if cue.kind in {LineKind.CAPTION, LineKind.EFFECT} and not _is_word(label, cue.kind):
            return None
        if cue.kind in {LineKind.CAPTION, LineKind.EFFECT} and (
            is_caps(name_of(label).text) or line.apart or line.level or text.endswith(":")
        ):
            return cue
        if (
            cue.kind in {LineKind.BLOCK, LineKind.NOTE, LineKind.FIELD, LineKind.PROMPT}
            or cue.field
        ):
            return (
                cue
                if line.apart
                or text.endswith(":")
                or (cue.kind == LineKind.BLOCK and is_caps(label))
                else None
            )
        if cue.kind != LineKind.BALLOON and not forced:
            return None
        if after is None or after.rule or after.level:
            return None
        if (
            forced
            or low in self._habits.known
            or (name_of(label).text and folded(name_of(label).text) in self._habits.known)
        ):
            name = name_of(label)
            manner = ", ".join(name_of(text.rstrip("^ ")).manners)
            return cue._replace(
                kind=LineKind.BALLOON,
                speakers=cue.speakers if cue.kind == LineKind.BALLOON else (name.text,),
                manner=cue.manner or manner,
                text="",
                labelled=True,
            )
        if not is_caps(label) or (
            label.split()[0] in {"THE", "A", "AN"} and line.gap and after.gap
        ):
            return None
        return cue if not after.gap else None

    def _column_name(self, line: Line, after: Line | None) -> Cue | None:
        """A name far in, right above words that stand less far in; even one as `KEY`."""
        name = name_of(line.text)
        in_column = (
            cue_of(f"{name.text}:", ()).kind == LineKind.FIELD
            and is_caps(name.text)
            and after is not None
            and not (after.gap or after.rule)
            and line.indent >= self._habits.base + 8
            and self._habits.base < after.indent < line.indent
            and not line.text.endswith((":", "："))
        )
        manner = ", ".join(name.manners)
        return Cue(LineKind.BALLOON, "", (name.text,), manner, labelled=True) if in_column else None

    def _cue(self, line: Line, after: Line | None) -> bool:
        cue = self._column_name(line, after) or self._name_alone(line, after)
        if cue is None:
            return False
        self._told(line, cue._replace(text="", labelled=True))
        return True

    def _told(self, line: Line, cue: Cue) -> None:
        """Put a line where it belongs."""
        kind = cue.kind
        if kind == LineKind.ENDING:
            self._close()
            return
        if kind == LineKind.NOTE:
            self._close()
            self._body.notes += 1
            self._aside, self._aside_alone, self._block = (
                True,
                cue.labelled,
                LineKind.NOTE if cue.labelled else None,
            )
            return
        if kind in {LineKind.BALLOON, LineKind.CAPTION, LineKind.EFFECT}:
            self._say(cue)
        elif kind == LineKind.BLOCK:
            self._begin_block(cue)
        elif kind == LineKind.FIELD:
            self._keep_field(line, cue)
        elif kind == LineKind.PROMPT:
            self._close()
            self._block = None
            self._prompting = True
            self._body.prompts.append(cue.text)
        elif kind == LineKind.PLACE:
            self._close()
            self._body.fields["place"] = cue.text
            self._body.places["place"] = line.place
            self._body.setting = cue.text
        else:
            self._draw(line, cue)

    def _begin_block(self, cue: Cue) -> None:
        self._close()
        if cue.text:
            if is_nothing(cue.text) and not (cue.speakers and _is_refusal(cue.text)):
                return
            for part in _spoken(cue.text, self._habits.known):
                self._say(
                    part
                    if part.speakers or not cue.speakers
                    else part._replace(speakers=cue.speakers)
                )
            return
        self._block = LineKind.BALLOON
        self._owner = cue.speakers

    def _keep_field(self, line: Line, cue: Cue) -> None:
        self._close()
        self._block = None
        if not cue.text or is_nothing(cue.text):
            self._field = ""
            return
        self._field = cue.field
        before = self._body.fields.get(cue.field)
        self._body.fields[cue.field] = f"{before}, {cue.text}" if before else cue.text
        self._body.places.setdefault(cue.field, line.place)

    def _say(self, cue: Cue) -> None:
        self._close()
        kind = LineKind.BALLOON if cue.kind == LineKind.BLOCK else cue.kind
        cue = cue._replace(kind=kind)
        if kind == LineKind.BALLOON and not cue.speakers and self._owner:
            cue = cue._replace(speakers=self._owner)
        if cue.labelled and kind in {LineKind.CAPTION, LineKind.EFFECT}:
            self._block = kind
        elif (
            not cue.labelled
            and self._block in {LineKind.CAPTION, LineKind.EFFECT}
            and cue.kind != self._block
        ):
            self._block = None
        for text in _apart(cue.text) if cue.text else [""]:
            self._close()
            self._speech = Saying(cue, [text] if text else [])

    def _draw(self, line: Line, cue: Cue) -> None:
        if self._block == LineKind.NOTE and not cue.field and (line.bullet or not line.gap):
            return
        if (
            self._block in {LineKind.BALLOON, LineKind.CAPTION, LineKind.EFFECT}
            and not cue.field
            and self._in_block(line)
        ):
            self._say(Cue(self._block, cue.text))
            return
        self._close()
        self._block = None
        self._owner = ()
        text = self._without_notes(cue.text)
        if not text or (
            is_nothing(text)
            and (not self._body.action or _SILENT.match(folded(text).lstrip("[( ")))
        ):
            self._fresh = True
            return
        action = self._body.action
        if action and self._fresh and not line.gap and line.text[:1].islower():
            self._fresh = False
        if action and not self._fresh and not line.bullet and not line.level:
            action[-1] = joined(action[-1], text)
        else:
            action.append(text)
        self._fresh = line.level > 0 or (line.marked and text[-1:] not in _ENDS)

    def _without_notes(self, text: str) -> str:
        """What is drawn, without notes in brackets."""
        low = folded(text) if ":" in text or "：" in text else ""
        for found in reversed(list(_INNER_NOTE.finditer(low))):
            text = f"{text[: found.start()]}{text[found.end() :]}".strip()
            self._body.notes += 1
        return text

    def _in_block(self, line: Line) -> bool:
        """Whether a line without a label still belongs to the words below a heading of its own."""
        last = self._last
        return bool(line.bullet) or last is None or not line.gap or self._is_first_in_block

    @property
    def _is_first_in_block(self) -> bool:
        return self._speech is None and not self._said_in_block

    _said_in_block = False

    def _close(self) -> None:
        speech, self._speech = self._speech, None
        if speech and (made := speech.lettering()):
            self._body.lettering.append(made)


def _is_title(word: str) -> bool:
    """Whether a word is a title before a name, and ends no sentence."""
    return word.endswith(".") and folded(word).strip('.("“') in HONORIFICS


def joined(text: str, more: str) -> str:
    """Two lines of one paragraph; Chinese and Japanese have no blanks."""
    return f"{text}{more}" if text[-1:] > "\u2e80" and more[:1] > "\u2e80" else f"{text} {more}"


def _is_refusal(text: str) -> bool:
    """Whether somebody may say so: `Balloon 2 (Ann): No.` is no remark on the panel."""
    return folded(text).rstrip(".!?… ") in {"no", "nada", "rien", "nichts", "niente", "нет", "x"}


def _is_word(label: str, kind: LineKind) -> bool:
    """Whether a label is the word for a kind of lettering, and says nothing itself."""
    low = re.sub(r"[\s#]*[0-9]{1,3}$", "", folded(name_of(label).text))
    words = EFFECTS if kind == LineKind.EFFECT else CAPTIONS
    parts = re.split(r"[\s/–—-]+", low)
    return low in words or parts[-1] in words or ("/" in low and parts[0] in words)


def _apart(text: str) -> list[str]:
    """The balloons of one line: `「…」「…」` are two."""
    if "」「" in text:
        return [unquoted(part) for part in re.split(r"(?<=」)(?=「)", f"「{text.strip('「」')}」")]
    return [text]


def _spoken(text: str, known: Collection[str]) -> list[Cue]:
    """The balloons of words below one label: by lines, or by names within the line."""
    parts = [part.strip() for part in re.split(r"\s+[/|]\s+|\n|<br>", text) if part.strip()]
    found = list[Cue]()
    for part in parts:
        cue = cue_of(part, known, block=LineKind.BALLOON)
        found.append(
            cue
            if cue.kind in {LineKind.BALLOON, LineKind.CAPTION, LineKind.EFFECT}
            else Cue(LineKind.BALLOON, unquoted(part))
        )
    return found


def prompt_of(body: Body) -> str:
    """What is drawn of a ready-made prompt, without the words that are lettered."""
    said = [each.text for each in body.lettering if len(each.text) > 1]
    kept = list[str]()
    for prompt in body.prompts:
        for sentence in re.split(r"(?<=[.!?])\s+|\n+", prompt):
            low = folded(sentence)
            if any(folded(text).strip(".!?…") in low for text in said):
                continue
            kept.append(sentence)
    return " ".join(kept).strip()
