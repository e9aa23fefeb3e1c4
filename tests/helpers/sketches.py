"""Drawn pictures of one hand: outlined shapes in flat colours, each of another content."""

import random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

SIZE = (384, 384)
_COLOURS = ("#31456b", "#8f4a5c", "#d9a441", "#5e8c6a", "#c8c2b4", "#6f6aa8", "#a8563a")
_GROUNDS = ("#c9b79a", "#b7b39f", "#a9b0a8")
_SCALE = 3


def sketch(
    seed: int, *, size: tuple[int, int] = SIZE, line: float = 4.0, paper: bool = False
) -> NDArray[np.uint8]:
    """Draw a picture; the same arguments give the same.

    Args:
        seed: what it shows.
        size: width and height in pixels.
        line: how wide its outlines are, in pixels.
        paper: whether it stands on white paper instead of a coloured ground.
    """
    chance = random.Random(seed)  # noqa: S311 - of a drawing
    width, height = (side * _SCALE for side in size)
    whole = Image.new("RGB", (width, height), "white" if paper else chance.choice(_GROUNDS))
    pen = ImageDraw.Draw(whole)
    for _ in range(chance.randint(9, 14)):
        x, y = chance.uniform(0.15, 0.85) * width, chance.uniform(0.15, 0.85) * height
        reach = chance.uniform(0.05, 0.14) * min(width, height)
        corners = chance.choice((0, 3, 4, 5, 6))
        fill, ink = chance.choice(_COLOURS), "#141414"
        stroke = round(line * _SCALE)
        if corners:
            turn = chance.uniform(0, 360)
            points = (x, y, reach)
            pen.regular_polygon(points, corners, turn, fill, ink, stroke)
        else:
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill, ink, stroke)
    return np.asarray(whole.resize(size, Image.Resampling.BOX))
