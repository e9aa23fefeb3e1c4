"""The record of a picture, and the one codec for the two places that keep it.

A sidecar keeps it beside the picture, as JSON. The store keeps it in the row of the image and in
those of its attempt and job; a row is taken here as names and values, whatever table holds them.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from pressrun.picture.facts import Facts
from pressrun.picture.provenance import NUMBERS, Provenance
from pressrun.picture.recipe import Recipe, words

T = TypeVar("T")

_OLDER = {"site": "chatgpt", "lane": "chat"}
"""What is true of every picture whose sidecar does not say it: it is from before it was noted."""

_RARE = {
    "made_from": str,
    "followed": str,
    "note": str,
    "follows": bool,
    "ingredients": dict,
}
"""What a sidecar tells only where there is something to tell, and its kind.

Authors may have notes of their own in it under these names, which are of other kinds.
"""


@dataclass(frozen=True)
class Record:
    """All that is known of a picture."""

    key: str
    """The panel's that it was made for."""
    facts: Facts
    recipe: Recipe
    provenance: Provenance
    received_at: float


@dataclass(frozen=True)
class Placed:
    """A whole picture that has its place in a library."""

    path: str
    """Relative to the library."""
    record: Record


class BadRecordError(Exception):
    """A text is not the record of a picture."""


_LAYERS = "layers"
"""What a recipe tells views alone; an author may note something else under that name."""

_RECORD = TypeAdapter(Record)
_TIME = TypeAdapter(dt.datetime)


def to_notes(record: Record) -> dict[str, Any]:
    """A record as its sidecar tells it."""
    received_at = dt.datetime.fromtimestamp(record.received_at, dt.UTC)
    told = {**asdict(record.facts), **asdict(record.recipe), **asdict(record.provenance)}
    del told[_LAYERS]
    return {
        "key": record.key,
        **{name: value for name, value in told.items() if value or name not in _RARE},
        "received_at": received_at.isoformat(timespec="seconds"),
    }


def from_notes(content: bytes, received_at: float) -> Record:
    """The record that a sidecar tells; what else is noted in it is passed over.

    Args:
        content: of the sidecar.
        received_at: where the sidecar tells no time.

    Raises:
        BadRecordError: it is not a sidecar.
    """
    try:
        told = _OLDER | from_json(content)
        told.pop(_LAYERS, None)
        for name, kind in _RARE.items():
            if name in told and not isinstance(told[name], kind):
                del told[name]
        if told.get("received_at") is not None:
            received_at = _TIME.validate_python(told["received_at"]).timestamp()
        return _RECORD.validate_python(
            {
                "key": told.get("key"),
                "facts": told,
                "recipe": told,
                "provenance": told,
                "received_at": received_at,
            }
        )
    except (TypeError, ValueError, ValidationError, OverflowError) as error:
        raise BadRecordError(str(error)) from error


def to_row(record: Record) -> dict[str, Any]:
    """A record as the row of its image has it; the provenance is in the attempt's and the job's."""
    recipe = record.recipe.row
    del recipe["prompt"]  # the job's row has it
    return {
        "key": record.key,
        **asdict(record.facts),
        **recipe,
        "filed_at": record.received_at,
    }


def from_row(row: Mapping[Any, Any]) -> Record:
    """The record of a row that joins an image with its attempt and job."""
    return Record(
        key=row["key"],
        facts=_part(Facts, row),
        recipe=Recipe.from_row(row),
        provenance=_part(Provenance, row),
        received_at=row["filed_at"],
    )


def differences(record: Record, notes: Record) -> list[str]:
    """By name, what a sidecar tells otherwise than the record; what it leaves out is no difference.

    Size and kind are not compared: the file itself tells them. A note is the author's own where
    none is on record.
    """
    ours, theirs = _comparable(record), _comparable(notes)
    if ours["note"] is None:
        del theirs["note"]
    return [
        name
        for name, value in theirs.items()
        if value and value != ours[name] and value != _OLDER.get(name)
    ]


def _comparable(record: Record) -> dict[str, Any]:
    numbers = dict.fromkeys(NUMBERS)
    return {
        "key": record.key,
        "sha256": record.facts.sha256,
        **asdict(record.recipe),
        "prompt": words(record.recipe.prompt),
        **asdict(record.provenance),
        **numbers,
    }


def _part(kind: type[T], row: Mapping[Any, Any]) -> T:
    return kind(**{each.name: row[each.name] for each in fields(kind) if each.name in row})  # type: ignore[arg-type]
