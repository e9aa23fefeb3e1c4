"""Repairs: one more take of an outlier, within the budget of its batch."""

from dataclasses import dataclass

from pressrun.picture.recipe import Reference


@dataclass(frozen=True)
class Repair:
    """How a panel is made once more: always in a fresh chat."""

    number: int
    """Which repair of the panel it is, from 1."""
    references: tuple[Reference, ...]
    """All that is sent with it, those of the style first (`sent_with`)."""
    words: str | None = None
    """What is sent; None for the list's words. See `with_correction`."""


def sent_with(
    style: tuple[Reference, ...], own: tuple[Reference, ...], *, follows: bool
) -> tuple[Reference, ...]:
    """The references of a panel with those of a style before them, each once.

    As many as the site takes: those of the style give way to the panel's own, but for one.

    Args:
        style: that show the style.
        own: those that its recipe names.
        follows: whether the picture of the panel before is sent after them.
    """
    raise NotImplementedError


def with_correction(prompt: str, correction: str, ratio: str | None = None) -> str | None:
    """A prompt with what is to be different below it; None where that is too long for the site.

    Args:
        prompt: the list's words.
        correction: as `draw thicker lines`.
        ratio: a format that may have to be asked for in words, for which room is left.
    """
    raise NotImplementedError
