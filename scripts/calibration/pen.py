"""Drawings of one hand with a pen of any width: what no change of a finished picture imitates."""

import random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

SIDE = 192
_FINER = 4
_GROUNDS = ("#d8d2c2", "#b9c4cf", "#c7b8a4", "#8fa39a", "#4a5570")
_FILLS = ("#a34a3f", "#d6a24c", "#577b6a", "#3f5a86", "#86608e", "#e6dcc6", "#6b5544")
_INK = "#181614"


def drawn(seed: int, line: float) -> NDArray[np.uint8]:
    """Draw shapes, hatching and strokes; the same seed gives the same drawing with any pen.

    Args:
        seed: what is drawn.
        line: how wide the pen is, in pixels of a picture of 192.
    """
    chance = random.Random(seed)  # noqa: S311 - of a drawing
    side = SIDE * _FINER
    width = round(line * _FINER)
    whole = Image.new("RGB", (side, side), chance.choice(_GROUNDS))
    pen = ImageDraw.Draw(whole)
    for _ in range(chance.randint(6, 16)):
        x, y = (chance.uniform(0.05, 0.95) * side for _ in range(2))
        reach = chance.uniform(0.04, 0.2) * side
        fill = chance.choice(_FILLS)
        kind = chance.random()
        if kind < 0.4:  # noqa: PLR2004 (of all shapes)
            box = (x - reach, y - reach * 0.7, x + reach, y + reach * 0.7)
            pen.ellipse(box, fill, _INK, width)
        elif kind < 0.75:  # noqa: PLR2004
            corners, turn = chance.randint(3, 6), chance.uniform(0, 360)
            pen.regular_polygon((x, y, reach), corners, turn, fill, _INK, width)
        else:
            points = [
                (x + chance.uniform(-2, 2) * reach, y + chance.uniform(-2, 2) * reach)
                for _ in range(chance.randint(2, 5))
            ]
            pen.line(points, _INK, width, joint="curve")
    return np.asarray(whole.resize((SIDE, SIDE), Image.Resampling.BOX))
