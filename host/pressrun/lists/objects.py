"""Lists in JSON: an object a line, an array, or one object that holds an array."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple, NoReturn

from pressrun.lists import columns as known
from pressrun.lists.columns import FIELDS, LIST, Columns, Vocabulary
from pressrun.lists.entry import PANELS, ListEntry, too_many
from pressrun.picture.panel import is_text
from pressrun.texts.faults import Place
from pressrun.texts.intake import Intake

_BREAK = re.compile(r"\r\n|\r|\n")
_BLANK = re.compile(r"[ \t\r\n]*")
_LINE = re.compile(r"[^\r\n]+")
_FULL = re.compile(r"[^ \t\r\n][^\r\n]*")
_HALF = r"is not valid Unicode: it has half of a surrogate pair, such as \ud83d"
"""What JSON's escapes can spell, and nothing can write."""


_TOO_LONG = "a number has more digits than are read"


class _Object(NamedTuple):
    """A JSON object as it is written: names may be there more than once."""

    members: list[tuple[str, Any]]


class _Value(NamedTuple):
    place: Place
    value: Any


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


_COUNTER = json.JSONDecoder()
_DECODER = json.JSONDecoder(object_pairs_hook=_Object, parse_constant=_constant)


def rows(
    intake: Intake, text: str, vocabulary: Vocabulary = LIST, *, lines: bool
) -> Iterator[ListEntry]:
    """The panels of a list in JSON.

    Args:
        intake: the list.
        text: its text.
        vocabulary: the names of its objects' members.
        lines: whether the author calls it JSON lines.

    Raises:
        BadInputError: it is not JSON as a whole.
    """
    shapes = dict[tuple[str, ...], Columns]()
    synonyms, unknown = dict[str, str](), dict[str, None]()
    for place, value in _values(intake, text, vocabulary, lines=lines):
        if isinstance(value, str):
            if is_text(value):
                yield ListEntry(place, value)
            else:
                intake.faults.add(place, f"the {vocabulary.main} {_HALF}")
            continue
        if not isinstance(value, _Object):
            intake.faults.add(
                place, f'expected an object with a "{vocabulary.main}", not {_kind(value)}'
            )
            continue
        names = tuple(name for name, _ in value.members)
        if (found := shapes.get(names)) is None:
            found = shapes[names] = known.columns(names, vocabulary)
            synonyms |= found.synonyms
            unknown |= dict.fromkeys(found.unknown)
        for _, fault in found.faults:
            intake.faults.add(place, fault)
        if not found.faults and (row := _row(intake, place, value, found.fields, vocabulary.main)):
            yield row
    known.note(intake, synonyms, unknown)


def _row(
    intake: Intake, place: Place, value: _Object, fields: Mapping[str, int], main: str
) -> ListEntry | None:
    given = {name: value.members[at][1] for name, at in fields.items()}
    faults = list[str]()
    prompt = given.get("prompt")
    if "prompt" not in given:
        faults.append(f'expected an object with a string "{main}"; this one has none')
    elif not isinstance(prompt, str):
        faults.append(f'"{main}" must be a string, not {_kind(prompt)}')
    keys = {name: _key(given.get(name)) for name in ("key", "after")}
    faults += [
        f'"{name}" must be a string or a whole number, not {_kind(given[name])}'
        for name, key in keys.items()
        if key is None
    ]
    ratio = given.get("format")
    if not isinstance(ratio, str | None):
        faults.append(f'"format" must be a string such as "3:4", not {_kind(ratio)}')
    references = given.get("references") or []
    if isinstance(references, str):
        references = [references] if references.strip() else []
    if not isinstance(references, list) or not all(isinstance(x, str) for x in references):
        faults.append('"references" must be a list of file names')
    others = {name: _told_lines(given[name]) for name in fields if name not in FIELDS}
    faults += [
        f'"{name}" must be a string or a list of them, not {_kind(given[name])}'
        for name, told in others.items()
        if told is None
    ]
    if not faults:
        told = {"prompt": str(prompt), **keys, "format": ratio, **others}
        texts = [*told.items(), *(("references", name) for name in references)]
        faults += [
            f'"{main if name == "prompt" else name}" {_HALF}'
            for name, text in texts
            if text and not is_text(text)
        ]
    for fault in faults:
        intake.faults.add(place, fault)
    if faults:
        return None
    key, after = (each or None for each in keys.values())
    shape = str(ratio).strip() if ratio else None
    return ListEntry(
        place,
        str(prompt),
        key,
        after,
        references,
        shape or None,
        others={name: told for name, told in others.items() if told},
    )


def _key(value: object) -> str | None:
    """A key as text, which is empty for none; None if it can be no key."""
    match value:
        case None:
            return ""
        case str():
            return value
        case int() if not isinstance(value, bool):
            return str(value)
        case float() if value.is_integer():
            return str(int(value))
    return None


def _told_lines(value: object) -> str | None:
    """A field of a script as text, a line each for the elements of a list; None if it can be none.

    What somebody says may be an object with a speaker and a text.
    """
    if isinstance(value, list):
        lines = [_told_lines(each) for each in value if not isinstance(each, list)]
        sound = len(lines) == len(value) and None not in lines
        return "\n".join(" ".join((line or "").split()) for line in lines) if sound else None
    if isinstance(value, _Object):
        said = {known.plain(name): _key(each) or "" for name, each in value.members}
        speaker = said.get("speaker") or said.get("character") or said.get("name")
        text = said.get("text") or said.get("line")
        manner = said.get("manner") or said.get("how")
        if text is None:
            return None
        who = f"{speaker} ({manner})" if manner else speaker
        return f"{who}: {text}" if speaker else text
    return _key(value)


def _kind(value: object) -> str:
    """What a JSON value is, for people."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
    return "an object"


def _values(intake: Intake, text: str, vocabulary: Vocabulary, *, lines: bool) -> Iterator[_Value]:
    """The values that are to be panels."""
    start = _end_of_blank(text, 0)
    if text.startswith("[", start):
        if lines:
            intake.notes.append("The file is a JSON array, and is read as one")
        yield from _array(intake, text, start, Place(1))
        return
    first = _LINE.search(text, start)
    if first is not None and _is_whole(first.group()):
        if not lines and _LINE.search(text, _end_of_blank(text, first.end())):
            intake.notes.append("The file has an object a line, and is read as JSON lines")
        elif not lines:
            yield from _document(intake, text, start, vocabulary)
            return
        yield from _lines(intake, text)
        return
    if text.startswith("{", start) and (not lines or _opens(first)):
        yield from _document(intake, text, start, vocabulary)
        return
    if not lines and first is not None:
        _broken(intake, text, start, _hint(text, start) or "expected [ or {")
    yield from _lines(intake, text)


def _opens(first: re.Match[str] | None) -> bool:
    """Whether a line opens an object that goes on below."""
    return first is not None and not first.group().rstrip(" ,").endswith("}")


def _is_whole(line: str) -> bool:
    try:
        _DECODER.decode(line)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(intake: Intake, text: str) -> Iterator[_Value]:
    """A value a line, each read by itself: a fault in one says nothing of the others."""
    if sum(1 for _ in islice(_FULL.finditer(text), PANELS + 1)) > PANELS:
        raise intake.faults.whole(too_many(f"the file has more than {PANELS:,} lines of JSON"))
    number, last = 1, 0
    for line in _LINE.finditer(text):
        number += len(_BREAK.findall(text, last, line.start()))
        last = line.start()
        start = _end_of_blank(line.group(), 0)
        if start == len(line.group()):
            continue
        try:
            value = _DECODER.decode(line.group())
        except (ValueError, RecursionError) as error:
            column, why = _told(error, line.group())
            intake.faults.add(Place(number, column), f"not valid JSON ({why})")
        else:
            yield _Value(Place(number, start + 1), value)


def _document(intake: Intake, text: str, start: int, vocabulary: Vocabulary) -> Iterator[_Value]:
    """One object, which is a panel or holds an array of them; or several, one after another."""
    place, count = _moved(Place(1), text, 0, start), 0
    while start < len(text):
        value, end = _decoded(intake, text, start)
        rest = _end_of_blank(text, end)
        if not count and rest == len(text) and isinstance(value, _Object):
            fields = known.columns([name for name, _ in value.members], vocabulary).fields
            arrays = [name for name, each in value.members if isinstance(each, list)]
            if "prompt" not in fields and len(arrays) == 1:
                intake.notes.append(f"The panels are read from {arrays[0]!r}")
                others = [name for name, _ in value.members if name != arrays[0]]
                known.note(intake, {}, others)
                yield from _array(intake, text, _start_of(text, start, arrays[0]), Place(1))
                return
        yield _Value(place, value)
        count += 1
        place, start = _moved(place, text, start, rest), rest


def _start_of(text: str, start: int, wanted: str) -> int:
    """Where the value of a member of the object at `start` begins."""
    at = _end_of_blank(text, start + 1)
    while True:
        name, at = _DECODER.raw_decode(text, at)
        at = _end_of_blank(text, _end_of_blank(text, at) + 1)
        if name == wanted:
            return at
        _, at = _DECODER.raw_decode(text, at)
        at = _end_of_blank(text, _end_of_blank(text, at) + 1)


def _array(intake: Intake, text: str, start: int, place: Place) -> Iterator[_Value]:
    """The elements of an array that begins at `start`, one at a time."""
    if _is_too_long(text, start):
        raise intake.faults.whole(too_many(f"the array has more than {PANELS:,} elements"))
    nested = start != _end_of_blank(text, 0)
    place, at = _moved(place, text, 0, start), start
    element = _end_of_blank(text, start + 1)
    while not text.startswith("]", element):
        place, at = _moved(place, text, at, element), element
        value, end = _decoded(intake, text, element)
        yield _Value(place, value)
        end = _end_of_blank(text, end)
        if not text.startswith((",", "]"), end):
            _broken(intake, text, end, _hint(text, end) or "expected a comma or ]")
        element = end if text.startswith("]", end) else _end_of_blank(text, end + 1)
        if element != end and text.startswith("]", element):
            _broken(intake, text, end, "remove the comma before ]")
    rest = _end_of_blank(text, element + 1)
    if rest < len(text) and not nested:
        _broken(intake, text, rest, "there is more text behind the array")


def _is_too_long(text: str, start: int) -> bool:
    """Whether an array surely has too many elements; counting takes less than reading them."""
    if text.count("{", start) + text.count('"', start) // 2 <= PANELS:
        return False
    at, count = start, 0
    try:
        while count <= PANELS and text[at] in "[,":
            _, at = _COUNTER.raw_decode(text, _end_of_blank(text, at + 1))
            at, count = _end_of_blank(text, at), count + 1
    except (ValueError, IndexError, StopIteration, RecursionError):
        return False
    return count > PANELS


def _decoded(intake: Intake, text: str, start: int) -> tuple[Any, int]:
    """The value at a place, and where it ends.

    Raises:
        BadInputError: there is none.
    """
    try:
        return _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        _broken(intake, text, error.pos, _hint(text, error.pos) or error.msg)
    except StopIteration as error:
        _broken(intake, text, int(error.value or start), "expected a value")
    except (ValueError, RecursionError) as error:
        _broken(intake, text, start, _why(error))


def _broken(intake: Intake, text: str, at: int, why: str) -> NoReturn:
    """Refuse a document that cannot be read any further."""
    intake.faults.add(_moved(Place(1), text, 0, at), f"not valid JSON ({why})")
    intake.faults.refuse()
    raise AssertionError(why)


def _told(error: Exception, line: str) -> tuple[int, str]:
    """The column of a fault in a line, and what is wrong."""
    if isinstance(error, json.JSONDecodeError):
        return error.colno, _hint(line, error.pos) or error.msg
    return 1, _why(error)


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "values are nested too deeply"
    return _TOO_LONG if "digits" in str(error) else str(error)


def _hint(text: str, at: int) -> str | None:
    """What a person would say of a usual fault at a place."""
    there = text[at : at + 2]
    if there.startswith(("//", "/*", "#")):
        return "JSON has no comments; remove this one"
    if there.startswith((",", "}", "]")) or text[max(0, at - 80) : at].rstrip().endswith(","):
        after = _BLANK.fullmatch(text, at + 1) is not None
        if (there[:1] == "," and after) or (there[:1] in "}]" and there):
            return "remove the comma"
    if there.startswith(("'", "\u201c", "\u2018")):
        return 'strings stand in straight double quotes: "'
    return None


def _end_of_blank(text: str, start: int) -> int:
    found = _BLANK.match(text, start)
    return found.end() if found else start


def _moved(place: Place, text: str, start: int, end: int) -> Place:
    """The place of `end`, from that of `start`."""
    breaks = list(_BREAK.finditer(text, start, end))
    if not breaks:
        return Place(place.line, place.column + end - start)
    return Place(place.line + len(breaks), end - breaks[-1].end() + 1)
