"""The columns of a list, by the names that authors give them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pressrun.texts.intake import Intake

FIELDS = ("prompt", "key", "after", "references", "format")
"""What a list says of a panel; only the prompt is required."""

SYNONYMS = {
    "id": "key",
    "name": "key",
    "file": "key",
    "filename": "key",
    "text": "prompt",
    "description": "prompt",
    "image": "references",
    "ref": "references",
    "reference": "references",
    "ratio": "format",
    "aspect": "format",
    "aspectratio": "format",
}


class Vocabulary(NamedTuple):
    """The names of columns that a kind of list has."""

    names: Mapping[str, str]
    """The proper name of each field: the prompt may be called the action."""
    synonyms: Mapping[str, str]
    """Further names of fields; where a proper name is there as well, that one counts."""

    @property
    def main(self) -> str:
        """The proper name of the column that has to be there."""
        return next(name for name, field in self.names.items() if field == "prompt")


LIST = Vocabulary({name: name for name in FIELDS}, SYNONYMS)
"""A list of prompts."""

_LEFT_OUT = re.compile(r"[\s_\u200b-\u200f\ufeff-]+")
_LONG = 6
"""Two letters may be wrong in a name of this length, and one in a shorter one."""


class Columns(NamedTuple):
    """Which names of a row are which fields."""

    fields: dict[str, int]
    """For each field that is there, the number of its column from 0."""
    synonyms: dict[str, str]
    """Names that were taken for a field's."""
    unknown: list[str]
    faults: list[tuple[int, str]]
    """What is wrong with which column."""


def plain(name: str) -> str:
    """A column's name as it is compared: small letters, without blanks."""
    return _LEFT_OUT.sub("", name).casefold()


def columns(names: Sequence[str], vocabulary: Vocabulary = LIST) -> Columns:
    """Find the fields among the names of columns; a column without a name is none."""
    found = Columns({}, {}, [], [])
    proper, synonyms = vocabulary
    named = [plain(name) for name in names]
    exact = {proper[name] for name in named if name in proper}
    for number, (name, given) in enumerate(zip(named, names, strict=True)):
        field = proper.get(name) or synonyms.get(name)
        if field is None:
            if meant := _near(name, vocabulary):
                text = f"column {given.strip()!r} is not known; did you mean {meant!r}?"
                found.faults.append((number, text))
            elif name:
                found.unknown.append(given.strip())
        elif name not in proper and field in exact:
            found.unknown.append(given.strip())
        elif field in found.fields:
            other = names[found.fields[field]].strip()
            text = (
                f"{other!r} is there twice; keep one"
                if other == given.strip()
                else f"columns {other!r} and {given.strip()!r} are both for {field!r}; keep one"
            )
            found.faults.append((number, text))
        else:
            found.fields[field] = number
            if name not in proper:
                found.synonyms[given.strip()] = field
    return found


def is_header(names: Sequence[str]) -> bool:
    """Whether several names are those of fields, a prompt's among them."""
    found = columns([name.strip().strip('"') for name in names])
    return len(names) > 1 and len(found.fields) == len(names) and "prompt" in found.fields


def no_prompt(names: Iterable[str], vocabulary: Vocabulary = LIST) -> str:
    """The words for a list without a column of prompts."""
    told = ", ".join(repr(name.strip()[:40]) for name in names if name.strip())
    return (
        f"there is no column named {vocabulary.main!r} (columns found: {told[:300] or 'none'}); "
        "the first row must name the columns"
    )


def note(intake: Intake, synonyms: dict[str, str], unknown: Iterable[str]) -> None:
    """Say once which names were taken for which fields, and which were not used."""
    intake.notes += [f"Column {name!r} is read as {field!r}" for name, field in synonyms.items()]
    names = list(dict.fromkeys(unknown))
    if names:
        shown = ", ".join(repr(name[:40]) for name in names[:10])
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""  # noqa: PLR2004 - shown
        intake.notes.append(f"Not used: column{'s' * (len(names) > 1)} {shown}{more}")


def _near(name: str, vocabulary: Vocabulary) -> str | None:
    """The field's name that a name is probably a misspelling of."""
    proper, synonyms = vocabulary
    if not name:
        return None
    for known in (*proper, *synonyms):
        if name == f"{known}s":
            return known
        # short words have too many neighbours: 'next' and 'tile' are columns of their own
        if known in proper or len(known) >= _LONG:
            # 'forest' and 'normal' are columns of their own as well
            loose = len(known) >= _LONG and len(name) >= _LONG and known != "format"
            most = 2 if loose else 1
            if (known in proper or name[0] == known[0]) and _distance(name, known, most) <= most:
                return known
    return None


def _distance(one: str, other: str, most: int) -> int:
    """How many letters were left out, added, changed or swapped; `most` + 1 for more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, last = list[int](), list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, wanted in enumerate(other, start=1):
            least = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before, last = last, row
    return last[-1]
