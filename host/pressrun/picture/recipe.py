"""What a picture is made from: words, and the reference pictures that are sent with them."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Self

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

    @property
    def prompt_sha256(self) -> str:
        """The identity of the prompt's words."""
        return words_sha256(self.prompt)

    @property
    def origin(self) -> str:
        """The identity of all of it: a picture of another origin is stale."""
        return origin(self.prompt_sha256, self.references)

    @property
    def row(self) -> dict[str, str | None]:
        """How the row of a job keeps it; `from_row` reads it."""
        return {
            "prompt": self.prompt,
            "prompt_sha256": self.prompt_sha256,
            "attached": listed(self.references),
        }

    @classmethod
    def from_row(cls, row: Mapping[Any, Any]) -> Self:
        """What the row of a job keeps."""
        return cls(row["prompt"], parsed(row["attached"]))


def words(prompt: str) -> str:
    """A prompt's words with single spaces: what survives every way a page shows a text."""
    return " ".join(prompt.split())


def words_sha256(prompt: str) -> str:
    """The SHA-256 of a prompt's words, in hex: equal for prompts a page could not tell apart."""
    return hashlib.sha256(words(prompt).encode()).hexdigest()


def origin(prompt_sha256: str, references: Iterable[Reference]) -> str:
    """What a picture is made from, as one text: other words or other references, another origin.

    A text that is put together otherwise makes every picture that there is stale.
    """
    return " ".join([prompt_sha256, *(each.sha256 for each in references)])


def listed(references: Sequence[Reference]) -> str | None:
    """References as a row names them: a line each; None for none."""
    lines = [f"{each.sha256} {each.media} {each.name}" for each in references]
    return "\n".join(lines) or None


def parsed(lines: str | None) -> tuple[Reference, ...]:
    """The references that a row names."""
    parts = (line.split(" ", 2) for line in (lines or "").split("\n") if line)
    return tuple(Reference(name, media, sha256) for sha256, media, name in parts)
