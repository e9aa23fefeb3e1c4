"""A pen for comic panels: flat colours within ink lines.

Lengths are thousandths of the panel's shorter side, so a composition looks the same at every size.
The sheet is drawn at twice its size and reduced at the end, which smooths the lines.
"""

import functools
import math
from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont, ImageOps

INK = "#1d1a26"
PAPER = "#fbf4e4"
LINE = 5.0
"""The width of the usual ink line."""

Point = tuple[float, float]

_LIMB = 12.0
"""A wider stroke is no line."""

_FINER = 2
_LARGEST_SHINE = 400  # pixels; wider ones are stretched


class Sheet:
    """A sheet of paper and a pen; (0, 0) is its upper left corner."""

    def __init__(self, size: tuple[int, int], pen: float = 1.0) -> None:
        """Take a fresh sheet.

        Args:
            size: its width and height in pixels.
            pen: by how much all ink lines are wider than usual.
        """
        self._size = size
        self._pen = pen
        self._unit = min(size) * _FINER / 1000
        self.width = size[0] * 1000 / min(size)
        self.height = size[1] * 1000 / min(size)
        self._image = Image.new("RGB", (size[0] * _FINER, size[1] * _FINER), PAPER)
        self._draw = ImageDraw.Draw(self._image)
        self._from: Point = (0.0, 0.0)
        self._zoom = 1.0

    def aim(self, at: Point = (0.0, 0.0), zoom: float = 1.0) -> None:
        """Look at a part of a larger scene from now on.

        Args:
            at: what is drawn in the upper left corner.
            zoom: how much larger things are drawn; lines stay as wide as they are.
        """
        self._from, self._zoom = at, zoom

    @property
    def zoom(self) -> float:
        """How much larger than at first things are drawn now."""
        return self._zoom

    def finished(self) -> Image.Image:
        """Return the drawing at its own size."""
        return self._image.reduce(_FINER)

    def area(self, points: Sequence[Point], fill: str, line: float = LINE) -> None:
        """Fill a polygon and ink its edge; a line of 0 leaves the edge bare, no fill the inside."""
        scaled = self._scaled(points)
        if fill:
            self._draw.polygon(scaled, fill=fill)
        if line:
            closed = [*scaled, scaled[0], scaled[1]]
            self._draw.line(closed, fill=INK, width=self._stroke(line), joint="curve")

    def oval(self, centre: Point, radii: Point, fill: str, line: float = LINE) -> None:
        """Fill an ellipse and ink its edge."""
        (x, y), (rx, ry) = centre, radii
        box = self._scaled([(x - rx, y - ry), (x + rx, y + ry)])
        if line:
            self._draw.ellipse(box, fill=fill, outline=INK, width=self._stroke(line))
        else:
            self._draw.ellipse(box, fill=fill)

    def box(self, corner: Point, far: Point, fill: str, line: float = LINE) -> None:
        """Fill an upright rectangle from its upper left to its lower right corner."""
        scaled = self._scaled([corner, far])
        if line:
            self._draw.rectangle(scaled, fill=fill, outline=INK, width=self._stroke(line))
        else:
            self._draw.rectangle(scaled, fill=fill)

    def stroke(self, points: Sequence[Point], width: float = LINE, colour: str = INK) -> None:
        """Draw a line through points, with round ends."""
        scaled = self._scaled(points)
        if width > _LIMB:
            # what is drawn in one stroke, such as a leg: only the ink around it is the pen's
            wider = 2 * LINE * (self._pen - 1) if colour == INK else 0.0
            thick = self._plain(max(width + wider, 1.0))
        else:
            thick = self._stroke(width)
        self._draw.line(scaled, fill=colour, width=thick, joint="curve")
        radius = thick / 2
        if radius > 2:  # noqa: PLR2004 - pixels; the ends of thinner lines do not show
            for x, y in (scaled[0], scaled[-1]):
                self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def dots(self, top: float, bottom: float, colour: str) -> None:
        """Print halftone dots over the sheet's width, largest at the top, fading to the bottom."""
        box = self._scaled([(0, top), (self.width, bottom)])
        width, height = (round(box[1][0]), round(box[1][1] - box[0][1]))
        mask = _halftone(width, height, self._unit)
        self._image.paste(colour, (0, round(box[0][1])), mask)

    def glow(self, centre: Point, radius: float, colour: str) -> None:
        """Let light shine around a point, over what is drawn so far."""
        ((x, y),), reach = self._scaled([centre]), max(1, round(radius * self._unit * self._zoom))
        shine = _shine(min(reach, _LARGEST_SHINE)).resize((reach * 2, reach * 2))
        corner = (round(x) - reach, round(y) - reach)
        self._image.paste(colour, corner, shine)

    def veil(self, colour: str, share: float) -> None:
        """Lay a colour over everything, as fog or moonlight does."""
        cover = Image.new("RGB", self._image.size, colour)
        self._image.paste(cover, (0, 0), Image.new("L", self._image.size, round(share * 255)))

    def lettering(
        self, text: str, *, letters: float, width: float, lines: int
    ) -> tuple[str, float, float]:
        """Break text into at most so many lines; return it with its width and height.

        Args:
            text: What is to be written.
            letters: The height of the letters.
            width: The most a line may be wide.
            lines: The most lines there may be; what does not fit is left out.
        """
        font = _font(round(letters * self._unit))
        rows: list[str] = []
        for word in text.split():
            longer = f"{rows[-1]} {word}" if rows else word
            if rows and font.getlength(longer) <= width * self._unit:
                rows[-1] = longer
            else:
                rows.append(word)
        if len(rows) > lines:
            rows = [*rows[: lines - 1], rows[lines - 1] + " …"]
        rows = [_clipped(row, font, width * self._unit) for row in rows]
        wide = max(map(font.getlength, rows), default=0) / self._unit
        return "\n".join(rows), wide, len(rows) * letters * 1.25

    def write(
        self,
        corner: Point,
        text: str,
        *,
        letters: float,
        colour: str = INK,
        border: str = INK,
        edge: float = 1,
    ) -> None:
        """Write broken text, its upper left corner given."""
        font = _font(round(letters * self._unit))
        for number, row in enumerate(text.split("\n")):
            at = (corner[0] * self._unit, (corner[1] + number * letters * 1.25) * self._unit)
            self._draw.text(
                at, row, fill=colour, font=font, stroke_width=self._unit * edge, stroke_fill=border
            )

    def _scaled(self, points: Sequence[Point]) -> list[Point]:
        (left, top), scale = self._from, self._unit * self._zoom
        return [((x - left) * scale, (y - top) * scale) for x, y in points]

    def _stroke(self, width: float) -> int:
        return self._plain(width * self._pen)

    def _plain(self, width: float) -> int:
        return max(1, round(width * self._unit))


def smooth(points: Sequence[Point], steps: int = 6) -> list[Point]:
    """Return a soft curve through the middles of a line's stretches, from its first to its last."""
    curve = [points[0]]
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(points)]
    for (start, bend), end in zip(
        zip(middles, points[1:], strict=False), middles[1:], strict=False
    ):
        for step in range(steps + 1):
            t = step / steps
            curve.append(
                (
                    (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * bend[0] + t * t * end[0],
                    (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * bend[1] + t * t * end[1],
                )
            )
    return [*curve, points[-1]]


def arc(centre: Point, radii: Point, start: float, end: float, steps: int = 16) -> list[Point]:
    """Return points on an ellipse from one angle in degrees to another; 0 is right, 90 down."""
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return [
        (centre[0] + radii[0] * math.cos(each), centre[1] + radii[1] * math.sin(each))
        for each in angles
    ]


def closed(points: Sequence[Point], steps: int = 5) -> list[Point]:
    """Return a soft closed curve through the middles of a polygon's sides."""
    middles = [
        ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        for a, b in zip(points, [*points[1:], points[0]], strict=True)
    ]
    curve = []
    for start, bend, end in zip(
        middles, [*points[1:], points[0]], [*middles[1:], middles[0]], strict=True
    ):
        for step in range(steps):
            t = step / steps
            curve.append(
                (
                    (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * bend[0] + t * t * end[0],
                    (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * bend[1] + t * t * end[1],
                )
            )
    return curve


def mixed(colour: str, other: str, share: float) -> str:
    """Return a colour with so much of another in it; both as `#rrggbb`."""
    parts = [
        round(int(colour[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share)
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02x}" for part in parts)


@functools.lru_cache(maxsize=8)
def _shine(reach: int) -> Image.Image:
    gradient = ImageOps.invert(Image.radial_gradient("L"))
    fading = gradient.point(
        [round(max(0, level - 75) ** 1.5 / 180**1.5 * 200) for level in range(256)]
    )
    return fading.resize((reach * 2, reach * 2))


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(max(4, size))


def _clipped(row: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> str:
    if font.getlength(row) <= width:
        return row
    while len(row) > 1 and font.getlength(row + "…") > width:
        row = row[:-1]
    return row + "…"


@functools.lru_cache(maxsize=16)
def _halftone(width: int, height: int, unit: float) -> Image.Image:
    mask = Image.new("1", (width, height))
    draw = ImageDraw.Draw(mask)
    step = 15 * unit
    rows = int(height / step) + 1
    for row in range(rows):
        radius = step * 0.46 * (1 - row / rows)
        y = row * step
        shift = step / 2 * (row % 2)
        for column in range(int(width / step) + 2):
            x = column * step - shift
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=1)
    return mask
