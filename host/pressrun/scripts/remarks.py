"""Remarks in brackets, within a line, to those who draw, letter or colour a page."""

import re
from collections.abc import Collection, Iterator, Sequence

from pressrun.scripts import vocabulary
from pressrun.scripts.lines import Line
from pressrun.scripts.vocabulary import folded

_OPENING = re.compile(
    r"[(\[【]\s?(?P<head>[^()\[\]【】:\u2013\u2014]{1,50}?)\s?"
    r"(?:(?P<colon>:)|\s-\s|[\u2013\u2014])"
)
"""How a remark begins; of a folded text."""

_BRACKET = re.compile(r"[()\[\]【】]")

_LONGEST = 2_000
"""The most characters of a remark."""

_WRAPPED = 12
"""The most lines that a remark goes over."""

_LONG = 20_000
"""A longer line is not looked at."""

_CREW = frozenset(folded(word) for word in vocabulary.CREW)
_CRAFTS = frozenset(folded(word) for word in vocabulary.CRAFTS)
_REMARKS = frozenset(folded(word) for word in vocabulary.REMARKS)
_TO = frozenset(folded(word) for word in vocabulary.TO)
_LINKS = frozenset(folded(word) for word in vocabulary.LINKS)
_ALL = _CREW | _CRAFTS | _REMARKS | _TO | _LINKS
_WHOLE = re.compile(
    r"(?:[给給致]?(?:画师|畫師|绘师|繪師|嵌字|上色|作画|作畫|写植|着色|彩色)(?:さん|担当|者|师|師)?"
    r"(?:へ|注意?|メモ|指示|备注|備註)?の?(?:注意?|メモ|指示|备注|備註)?"
    r"|(?:그림 ?)?작가에게|작화 ?(?:메모|지시))"
)
"""The same in languages that do not part words."""


def without_remarks(lines: Sequence[Line], known: Collection[str]) -> tuple[list[Line], int]:
    """Lines without remarks to the crew.

    Args:
        lines: of a panel.
        known: the folded names of those who speak; an artist may be one of them.

    Returns:
        What is left of them, and how many remarks there were.
    """
    kept, count, gap = list[Line](), 0, False
    for line in _unwrapped(lines, known):
        text, found = parted(line.text, known)
        count += found
        gap = gap or line.gap
        if text or not found:
            kept.append(line._replace(text=text, gap=gap) if found or gap != line.gap else line)
            gap = False
    return kept, count


def is_remark(head: str, known: Collection[str], *, colon: bool = True) -> bool:
    """Whether the first words in brackets tell that the rest is for the crew.

    Args:
        head: what stands before the colon, folded.
        known: the folded names of those who speak.
        colon: it is a colon, and no dash, which may part anything.
    """
    if _WHOLE.fullmatch(head.strip()):
        return True
    words = re.findall(r"[^\W\d_]+", head)
    named = _CREW.intersection(words)
    if not 0 < len(words) < 9 or not _ALL.issuperset(words) or not (named or set(words) & _CRAFTS):
        return False
    told = not _REMARKS.isdisjoint(words)
    if not colon:
        return told
    return told or words[0] in _TO or (bool(named) and named.isdisjoint(known))


def parted(text: str, known: Collection[str]) -> tuple[str, int]:
    """A text without its remarks to the crew, and how many there were."""
    if not _may_hold(text):
        return text, 0
    low, kept, count, at = folded(text), "", 0, 0
    while found := _opening(low, known, at):
        end = _end(low, found.start())
        if end < 0:
            break
        kept = _joined(kept, text[at : found.start()])
        count, at = count + 1, end
    return (_joined(kept, text[at:]), count) if count else (text, 0)


def _joined(before: str, after: str) -> str:
    """What stands around a remark, parted by a blank where that is usual."""
    before, after = before.rstrip(), after.strip()
    parted = bool(before and after) and after[0] not in ".,;:!?…)]。、」』"
    return f"{before}{' ' * parted}{after}"


def _may_hold(text: str) -> bool:
    return len(text) < _LONG and any(each in text for each in "([（［【")


def _opening(
    low: str, known: Collection[str], at: int, *, any_note: bool = False
) -> re.Match[str] | None:
    for found in _OPENING.finditer(low, at):
        if is_remark(found["head"], known, colon=found["colon"] is not None) or (
            any_note and found["colon"] and found["head"] in _REMARKS
        ):
            return found
    return None


def _end(low: str, start: int) -> int:
    """Where a bracket ends that may hold others; -1 where it does not."""
    depth = 0
    for each in _BRACKET.finditer(low, start, start + _LONGEST):
        depth += 1 if each.group() in "([【" else -1
        if not depth:
            return each.end()
    return -1


def _unwrapped(lines: Sequence[Line], known: Collection[str]) -> list[Line]:
    """Lines of which those that a remark goes over are one."""
    made = list[Line]()
    at = 0
    while at < len(lines):
        line, used = lines[at], 1
        if not line.rule and _may_hold(line.text) and (start := _unclosed(line.text, known)) >= 0:
            paragraph = [line.text, *_paragraph(lines[at + 1 : at + _WRAPPED])]
            end = _end(folded(" ".join(paragraph)), start)
            text = line.text
            while len(text) < end:
                text = f"{text} {paragraph[used]}"
                used += 1
            line = line._replace(text=text)
        made.append(line)
        at += used
    return made


def _paragraph(lines: Sequence[Line]) -> Iterator[str]:
    """The texts of lines up to the next paragraph."""
    for line in lines:
        if line.rule or line.gap or line.level or len(line.text) > _LONGEST:
            return
        yield line.text


def _unclosed(text: str, known: Collection[str]) -> int:
    """Where a remark, or a note to anybody, goes on behind the line; -1 where none does."""
    low, at = folded(text), 0
    while found := _opening(low, known, at, any_note=True):
        at = _end(low, found.start())
        if at < 0:
            return found.start()
    return -1
