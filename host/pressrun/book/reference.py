"""Reference pictures: sent with a prompt so that a figure or a place keeps its looks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FILE_BYTES = 20 * 1024 * 1024
"""The largest reference picture.

Source: https://help.openai.com/en/articles/8555545-file-uploads-faq
"""


@dataclass(frozen=True)
class Reference:
    """One reference picture, by its bytes."""

    name: str
    """The file's name, as the site sees it."""
    media: str
    """As `image/png`."""
    sha256: str


def listed(references: Sequence[Reference]) -> str | None:
    """References as a job's row stores them: a line each; None for none."""
    lines = [f"{each.sha256} {each.media} {each.name}" for each in references]
    return "\n".join(lines) or None


def parsed(lines: str | None) -> tuple[Reference, ...]:
    """The references of a job's row."""
    parts = (line.split(" ", 2) for line in (lines or "").split("\n") if line)
    return tuple(Reference(name, media, sha256) for sha256, media, name in parts)


def origin(prompt_sha256: str, references: Iterable[Reference]) -> str:
    """What a picture is made from, as one text: other words or other references, another origin."""
    return " ".join([prompt_sha256, *(each.sha256 for each in references)])
