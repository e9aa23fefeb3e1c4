"""What a picture is made from: words, the reference pictures sent with them, and a format."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""The SHA-256 of a file, in hex."""


@dataclass(frozen=True)
class Reference:
    """One reference picture, by its bytes."""

    name: str
    """The file's name, which the site is told."""
    media: str
    """As `image/png`."""
    sha256: str


@dataclass(frozen=True)
class Recipe:
    """What a picture is made from."""

    prompt: str
    references: tuple[Reference, ...] = ()
    format: str | None = None
    """The aspect ratio that is asked for, as `3:4`; None leaves it to the site."""
    follows: bool = False
    """Whether the picture of the panel before it in its group is sent with it, after the others.

    Which picture that is belongs to the attempt: a panel stays as it is when that one changes.
    """
    ingredients: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What of a book it was composed from, by names for people, each with a hash of what it said.

    It explains why a picture is stale, and decides nothing.
    """
    layers: tuple[tuple[str, int], ...] = field(default=(), compare=False)
    """Of a book: the layers of the words, each with its length in characters; for people."""

    @cached_property
    def prompt_sha256(self) -> str:
        """The identity of the prompt's words."""
        return words_sha256(self.prompt)

    @cached_property
    def origin(self) -> str:
        """The identity of all of it: a picture of another origin is stale."""
        return origin(self.prompt_sha256, self.references, self.format, follows=self.follows)

    @property
    def sha256(self) -> str:
        """The recipe hash, in hex: the same wherever the same is composed."""
        return hashlib.sha256(self.origin.encode()).hexdigest()

    @property
    def row(self) -> dict[str, str | bool | None]:
        """How the row of a job keeps it; `from_row` reads it."""
        told = json.dumps(dict(self.ingredients), ensure_ascii=False) if self.ingredients else None
        return {
            "prompt": self.prompt,
            "prompt_sha256": self.prompt_sha256,
            "attached": listed(self.references),
            "format": self.format,
            "follows": self.follows,
            "ingredients": told,
        }

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """What the row of a job keeps."""
        return cls(
            row["prompt"],
            parsed(row["attached"]),
            row["format"],
            row["follows"],
            json.loads(row["ingredients"] or "{}"),
        )


def words(prompt: str) -> str:
    """A prompt's words with single spaces: what survives every way a page shows a text."""
    return " ".join(prompt.split())


def words_sha256(prompt: str) -> str:
    """The SHA-256 of a prompt's words, in hex: equal for prompts a page could not tell apart."""
    return hashlib.sha256(words(prompt).encode()).hexdigest()


_FOLLOWS = "before"
"""What stands in an origin for the picture of the panel before."""


def origin(
    prompt_sha256: str,
    references: Iterable[Reference],
    ratio: str | None = None,
    *,
    follows: bool = False,
) -> str:
    """What a picture is made from, as one text: other words, references or format, another origin.

    A text that is put together otherwise makes every picture that there is stale.
    """
    parts = [prompt_sha256, *(each.sha256 for each in references)]
    parts += [_FOLLOWS] if follows else []
    return " ".join(parts if ratio is None else [*parts, ratio])


class Origin(NamedTuple):
    """An origin's parts."""

    prompt_sha256: str
    references: tuple[str, ...]
    """The SHA-256 of each."""
    format: str | None
    follows: bool = False


def parts_of(origin: str) -> Origin:
    """Take an origin apart."""
    words_sha256, *rest = origin.split(" ")
    ratio = rest.pop() if rest and ":" in rest[-1] else None
    follows = bool(rest) and rest[-1] == _FOLLOWS
    return Origin(words_sha256, tuple(rest[:-1] if follows else rest), ratio, follows)


def origin_of(row: Mapping[Any, Any], prefix: str = "") -> str:
    """The origin that a row of a job, an image or a list keeps.

    Args:
        row: of the table, or of a join with it.
        prefix: of the columns' labels, where the join has those of two tables.
    """
    return origin(
        row[f"{prefix}prompt_sha256"],
        parsed(row[f"{prefix}attached"]),
        row[f"{prefix}format"],
        follows=row[f"{prefix}follows"],
    )


def listed(references: Sequence[Reference]) -> str | None:
    """References as a row names them: a line each; None for none."""
    lines = [f"{each.sha256} {each.media} {each.name}" for each in references]
    return "\n".join(lines) or None


@lru_cache(maxsize=1_024)
def parsed(lines: str | None) -> tuple[Reference, ...]:
    """The references that a row names; many panels are sent with the same ones."""
    parts = (line.split(" ", 2) for line in (lines or "").split("\n") if line)
    return tuple(Reference(name, media, sha256) for sha256, media, name in parts)
