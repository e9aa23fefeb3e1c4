"""What every panel has: a sheet, a time of day, a sky, and land to put things on."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from trials.replica.ink import INK, LINE, Point, Sheet, arc


@dataclass(frozen=True)
class Light:
    """The colours of one time of day, from the sky to the ground at the reader's feet."""

    sky: str
    glow: str
    dots: str
    far: str
    middle: str
    near: str
    orb: str
    cloud: str
    window: str
    tint: str = "#000000"
    """What it adds to the colours of figures."""
    depth: float = 0.0
    """How much of it it adds."""


LIGHTS = {
    "dawn": Light(
        "#f7c8a4", "#fde6c8", "#f0ab86", "#dd9a86", "#a9667a", "#5b4263", "#fff4d2", "#fff3e2",
        "#ffe08a", "#f2a07a", 0.12,
    ),
    "day": Light(
        "#8fcbe2", "#d3edf1", "#6fb6d4", "#a8cbae", "#73a57c", "#416f5d", "#ffe391", "#ffffff",
        "#dff3f5", "#fff3d0", 0.04,
    ),
    "dusk": Light(
        "#ea7a5d", "#f8b873", "#d45f52", "#a9546c", "#6c3c65", "#38284f", "#ffe7ab", "#fbd3a4",
        "#ffd66e", "#8a3d5c", 0.2,
    ),
    "night": Light(
        "#25386a", "#40639a", "#1c2b55", "#35548a", "#263f6d", "#182548", "#f6efd6", "#6d87b5",
        "#ffce5c", "#1f2f66", 0.25,
    ),
    "glow": Light(
        "#10293f", "#1f5f63", "#0b1d30", "#1b4a57", "#1f6a66", "#0e2a38", "#d6fbe2", "#2f6f73",
        "#a9f5c4", "#2f9f7c", 0.24,
    ),
    "storm": Light(
        "#8498a5", "#bccacd", "#6f8492", "#71889a", "#516878", "#314454", "#e6ece4", "#a3b3bb",
        "#ffe08a", "#4d6473", 0.22,
    ),
}  # fmt: skip


WORLD = 2600.0
"""How wide a setting is; a panel shows a part of it."""


HOURS = ("dawn", "day", "dusk", "night", "storm")
"""Those that chance may choose."""


class Scenery:
    """A sheet with its light and its chance, and what every setting has in common."""

    def __init__(
        self,
        sheet: Sheet,
        chance: random.Random,
        light: Light,
        hour: str,
        *,
        lamps_lit: bool = True,
        windows_lit: bool = True,
    ) -> None:
        self.sheet = sheet
        self.chance = chance
        """Of the panel for the sky, then of the place."""
        self.light = light
        self.hour = hour
        self.lamps_lit = lamps_lit and self.is_dark
        self.windows_lit = windows_lit and self.is_dark
        self.horizon = sheet.height * 0.58
        self.ground = sheet.height * 0.81
        self.orb: Point = (
            sheet.width * chance.uniform(0.18, 0.85),
            self.horizon * chance.uniform(0.3, 0.62),
        )
        self.sun_at = self.orb[0]
        """Where the light of sun or moon lies on water."""

    @property
    def is_dark(self) -> bool:
        """Whether lamps are lit at this time of day."""
        return self.hour in ("night", "dusk", "storm", "glow")

    def perhaps(self, share: float) -> bool:
        """Choose by chance whether something is there, in this share of all panels."""
        return self.chance.random() < share

    def draw_sky(self) -> None:
        """Draw the sky with its sun or moon, clouds, and birds or stars."""
        sheet, chance, light = self.sheet, self.chance, self.light
        sheet.box((0, 0), (sheet.width, sheet.height), light.sky, 0)
        sheet.dots(0, self.horizon * 0.75, light.dots)
        radius = chance.uniform(55, 110)
        if self.hour == "night":
            self._stars()
        if self.hour not in ("storm", "glow"):
            for ring in (2.5, 1.65):
                if self.orb[1] + radius * ring < self.horizon + 140:
                    sheet.oval(self.orb, (radius * ring, radius * ring), light.glow, 0)
        if self.hour != "glow":
            sheet.oval(self.orb, (radius, radius), light.orb)
        if self.hour == "night":
            for dx, dy, r in ((-0.3, -0.2, 0.2), (0.3, 0.25, 0.14), (0.1, -0.5, 0.1)):
                at = (self.orb[0] + dx * radius, self.orb[1] + dy * radius)
                sheet.oval(at, (r * radius, r * radius), "#ddd3b4", 0)
        for _ in range(chance.randint(1, 4)):
            self._cloud(
                (chance.uniform(0, sheet.width), self.horizon * chance.uniform(0.18, 0.8)),
                chance.uniform(45, 100),
            )
        if self.hour in ("dawn", "day", "dusk"):
            self._birds()

    def show(
        self,
        setting: Callable[["Scenery"], None],
        chance: random.Random,
        left: float,
        zoom: float,
    ) -> None:
        """Draw the part of a setting that is seen.

        Args:
            setting: one of `trials.replica.settings`.
            chance: of the place: the same for every picture of it.
            left: where in it the picture begins.
            zoom: how near one stands.
        """
        self.sun_at = left + self.orb[0] / zoom
        own, self.chance = self.chance, chance
        self.sheet.aim((left, self.horizon * (1 - 1 / zoom)), zoom)
        setting(self)
        self.sheet.aim()
        self.chance = own

    def draw_rain(self) -> None:
        """Draw rain over all that is there."""
        for _ in range(130):
            x = self.chance.uniform(0, self.sheet.width)
            y = self.chance.uniform(0, self.sheet.height)
            length = self.chance.uniform(22, 48)
            self.sheet.stroke([(x, y), (x - length * 0.3, y + length)], 2.2, "#e3ecee")

    def ridge(
        self, base: float, height: float, *, waves: float, sharp: bool = False
    ) -> list[Point]:
        """Return the upper edge of a range of hills from the left of the world to its right."""
        chance, width = self.chance, WORLD
        if sharp:
            points = [(-80.0, base)]
            up = True
            while points[-1][0] < width + 80:
                x = points[-1][0] + chance.uniform(60, 150)
                rise = chance.uniform(0.5, 1) if up else chance.uniform(0, 0.35)
                points.append((x, base - height * rise))
                up = not up
            return points
        phases = [chance.uniform(0, math.tau) for _ in range(3)]
        count = 100
        line = []
        for step in range(count + 1):
            x = -80 + (width + 160) * step / count
            turn = x / 1000 * math.tau * waves
            swell = (
                math.sin(turn + phases[0])
                + 0.5 * math.sin(2.1 * turn + phases[1])
                + 0.22 * math.sin(4.7 * turn + phases[2])
            )
            line.append((x, base - height * (0.5 + swell / 3.4)))
        return line

    def land(self, edge: list[Point], fill: str, line: float = LINE) -> None:
        """Fill everything below an edge."""
        low = self.sheet.height + 200
        self.sheet.area([*edge, (edge[-1][0], low), (edge[0][0], low)], fill, line)

    def hatch(self, edge: list[Point], count: int) -> None:
        """Shade an edge here and there with a few short strokes below it."""
        for _ in range(count):
            x, y = self.chance.choice(edge)
            slant = self.chance.choice((-1, 1))
            for step in range(self.chance.randint(3, 6)):
                at = x + step * 11 * slant
                length = 34 - step * 4
                self.sheet.stroke(
                    [
                        (at, y + 16 + step * 5),
                        (at - slant * length * 0.6, y + 16 + step * 5 + length),
                    ],
                    2.6,
                )

    def _stars(self) -> None:
        for _ in range(46):
            x = self.chance.uniform(0, self.sheet.width)
            y = self.chance.uniform(0, self.horizon * 0.9)
            radius = self.chance.choice((1.6, 2.2, 3.4))
            self.sheet.oval((x, y), (radius, radius), self.light.orb, 0)

    def _cloud(self, at: Point, size: float) -> None:
        x, y = at
        puffs = [(-1.5, 0.0, 0.55), (-0.75, -0.35, 0.8), (0.2, -0.55, 1.0), (1.1, -0.2, 0.75),
                 (1.8, 0.05, 0.45)]  # fmt: skip
        wobble = [self.chance.uniform(0.85, 1.15) for _ in puffs]
        sheet, base = self.sheet, y + size * 0.42
        for extra, colour in ((LINE, INK), (0.0, self.light.cloud)):
            for (dx, dy, r), more in zip(puffs, wobble, strict=True):
                radius = r * size * more * 0.62 + extra
                sheet.oval((x + dx * size, y + dy * size * 0.6), (radius, radius * 0.82), colour, 0)
            sheet.box(
                (x - 1.75 * size - extra, y - size * 0.05),
                (x + 2.0 * size + extra, base + extra),
                colour,
                0,
            )
            sheet.oval(
                (x - 1.75 * size, base - size * 0.235), (size * 0.235 + extra,) * 2, colour, 0
            )
            sheet.oval(
                (x + 2.0 * size, base - size * 0.235), (size * 0.235 + extra,) * 2, colour, 0
            )

    def _birds(self) -> None:
        x = self.sheet.width * self.chance.uniform(0.15, 0.8)
        y = self.horizon * self.chance.uniform(0.3, 0.6)
        for _ in range(self.chance.randint(0, 5)):
            at = (x + self.chance.uniform(-90, 90), y + self.chance.uniform(-50, 50))
            wing = self.chance.uniform(9, 17)
            left = arc((at[0] - wing, at[1]), (wing, wing * 0.7), 190, 350, 6)
            right = arc((at[0] + wing, at[1]), (wing, wing * 0.7), 190, 350, 6)
            self.sheet.stroke(left + right, 3.2)
