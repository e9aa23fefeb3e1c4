"""Pictures measured and compared, here and now; it takes numpy, so the host does not load this."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from pressrun import files
from pressrun.gauge.gauge import UnreadPictureError, UnusableError
from pressrun.gauge.wire import GaugeAnswer, GaugeQuestion
from pressrun.library.decoding import BadPictureError, upright
from pressrun.picture.measure import (
    Measure,
    MeasureError,
    Series,
    StyleComparison,
    StyleResult,
    Trend,
)
from pressrun.protocol.messages.base import PICTURE_BYTES
from pressrun.style import compare as comparing
from pressrun.style import drift
from pressrun.style import measure as measuring
from pressrun.style.network import Network


def answer(question: GaugeQuestion, memory: int) -> GaugeAnswer:
    """What is asked.

    Args:
        question: one thing that is asked.
        memory: what this process takes by now, in bytes.

    Raises:
        UnusableError: nothing can be measured here.
        MeasureError: it cannot be answered.
    """
    if question.measure is not None:
        return GaugeAnswer(memory=memory, measure=measure(question.measure))
    if question.compare is not None:
        return GaugeAnswer(memory=memory, result=compare(question.compare))
    if question.trends is not None:
        return GaugeAnswer(memory=memory, trends=trends(question.trends))
    return GaugeAnswer(memory=memory, version=version())


def version() -> str:
    """The version of the measures that are made here.

    Raises:
        UnusableError: nothing can be measured here.
    """
    return measuring.version(network())


@cache
def network() -> Network | None:
    """The network, where the extra `style` is installed; it is loaded once.

    Raises:
        UnusableError: it is damaged. Without it everything would be measured otherwise, and anew.
    """
    try:
        return Network.load()
    except MeasureError as error:
        raise UnusableError(str(error)) from error


def measure(picture: Path) -> Measure:
    """Measure a picture.

    Raises:
        UnreadPictureError: its file cannot be read.
        UnusableError: nothing can be measured here.
        MeasureError: it is no whole picture, or cannot be measured.
    """
    try:
        data = files.read(picture, PICTURE_BYTES)
    except OSError as error:
        raise UnreadPictureError(f"its file cannot be read ({error.strerror or error})") from error
    try:
        shown = flat(upright(data))
    except BadPictureError as error:
        raise MeasureError(str(error)) from error
    return measuring.measure(np.asarray(shown), network())


def compare(asked: StyleComparison) -> StyleResult:
    """Compare pictures with approved ones.

    Raises:
        MeasureError: they cannot be compared.
    """
    return comparing.compare(asked)


def trends(series: Sequence[Series]) -> list[list[Trend]]:
    """What changed over each of several series."""
    return [drift.trends(each) for each in series]


def flat(image: Image.Image) -> Image.Image:
    """A picture in colours, as a page of white paper shows it."""
    if image.mode.startswith("I"):
        # of sixteen bits a pixel, the upper eight
        image = Image.fromarray((np.asarray(image) >> 8).clip(0, 255).astype(np.uint8))
    if not image.has_transparency_data:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
