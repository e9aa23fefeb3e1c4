"""Draws figures: whole, from the waist up or near, always by the same rules.

A figure is drawn whole at whatever size it has; what is beyond the sheet does not show.
"""

import math
from dataclasses import dataclass
from typing import Literal

from trials.replica.guise import Guise
from trials.replica.ink import INK, Point, Sheet, arc, closed, mixed, smooth
from trials.replica.scene import Light

Arms = Literal["down", "raised", "ahead", "hips", "folded"]
Legs = Literal["stand", "walk", "sit"]
Face = Literal["calm", "glad", "open", "grim", "sad", "afraid", "asleep", "away"]
"""Away is a head seen from behind."""

Thing = Literal["none", "lantern", "pole", "candle", "paper"]

_SHADE = "#241f45"
_FLAME = "#fff0b8"

_EYES = (-0.12, 0.56)
_WIDE = ("open", "afraid")
_BROWS = {"grim": 0.09, "glad": -0.03, "sad": -0.1, "afraid": -0.11}
"""How much the brows fall towards the nose."""

_FRINGES: dict[str, list[Point]] = {
    "long": [(0.9, 0.35), (0.74, -0.25), (0.5, -0.62), (0.1, -0.55), (-0.3, -0.42),
             (-0.58, -0.1), (-0.66, 0.55), (-0.95, 0.75)],
    "plait": [(0.9, -0.05), (0.66, -0.5), (0.2, -0.68), (-0.3, -0.5), (-0.6, -0.12),
              (-0.66, 0.2), (-0.95, 0.4)],
    "bun": [(0.9, -0.05), (0.66, -0.5), (0.2, -0.7), (-0.3, -0.5), (-0.62, -0.1), (-0.95, 0.35)],
    "short": [(0.92, -0.15), (0.74, -0.42), (0.5, -0.36), (0.3, -0.56), (0.05, -0.38),
              (-0.25, -0.55), (-0.48, -0.28), (-0.62, -0.3), (-0.66, 0.05), (-0.98, 0.25)],
    "curls": [(0.92, -0.15), (0.7, -0.45), (0.3, -0.5), (-0.2, -0.5), (-0.6, -0.25), (-0.95, 0.2)],
}  # fmt: skip
"""The edge of the hair over the face, from the front to the ear."""


@dataclass(frozen=True)
class Pose:
    """How a figure stands, and what it shows."""

    facing: int = 1
    """1 to the right, -1 to the left."""
    arms: Arms = "down"
    legs: Legs = "stand"
    face: Face = "calm"
    thing: Thing = "none"


@dataclass(frozen=True)
class _Body:
    """A figure's measures on the sheet, with colours as the light has them."""

    look: Guise
    pose: Pose
    light: Light
    x: float
    y: float
    """Where it stands."""
    tall: float
    radius: float
    """Of the head."""

    @property
    def shoulder(self) -> float:
        return self.y - self.tall * 0.92 + self.radius * 1.3

    @property
    def hip(self) -> float:
        return self.y - self.tall * 0.45

    @property
    def half(self) -> float:
        """Half the width of the shoulders."""
        return self.tall * 0.108 * self.look.girth + self.radius * 0.12

    @property
    def line(self) -> float:
        return min(9.0, max(3.2, self.radius * 0.055 + 1.6))

    def tint(self, colour: str) -> str:
        return mixed(colour, self.light.tint, self.light.depth)

    def dark(self, colour: str) -> str:
        return mixed(self.tint(colour), _SHADE, 0.24)

    def head(self, x: float, y: float) -> Point:
        """A point of the head, in its radii; forward is where it faces."""
        middle = (self.x + self.pose.facing * self.radius * 0.06, self.shoulder - self.radius * 1.3)
        return middle[0] + x * self.radius * self.pose.facing, middle[1] + y * self.radius


def figure(
    sheet: Sheet, light: Light, look: Guise, foot: Point, tall: float, pose: Pose
) -> tuple[Point, float]:
    """Draw a figure.

    Args:
        sheet: where.
        light: what it stands in.
        look: whose figure it is.
        foot: where it stands.
        tall: how high a grown-up would be here.
        pose: how it stands.

    Returns:
        The middle of its head, and the head's radius.
    """
    own = tall * look.height
    radius = own * (0.15 if look.is_child else 0.115)
    at = foot if pose.legs != "sit" else (foot[0], foot[1] + own * 0.2)
    body = _Body(look, pose, light, *at, own, radius)
    if pose.legs != "sit":
        sheet.oval((body.x, body.y), (own * 0.2, own * 0.03), mixed(light.near, INK, 0.6), 0)
    _back_hair(sheet, body)
    _arm(sheet, body, -pose.facing)
    _legs(sheet, body)
    _clothes(sheet, body)
    _neck(sheet, body)
    _head(sheet, body)
    _plait(sheet, body)
    _arm(sheet, body, pose.facing)
    return body.head(0, 0), radius


def bust(sheet: Sheet, light: Light, look: Guise, at: Point, radius: float, pose: Pose) -> None:
    """Draw a head alone, its middle given."""
    tall = radius / 0.115
    body = _Body(look, pose, light, at[0], at[1] + tall * 0.92, tall, radius)
    _back_hair(sheet, body)
    _neck(sheet, body)
    _head(sheet, body)
    _plait(sheet, body)


def _legs(sheet: Sheet, body: _Body) -> None:
    look, pose, tall, (x, y) = body.look, body.pose, body.tall, (body.x, body.y)
    wide = tall * 0.078 * min(look.girth, 1.15)
    colour = look.legs if look.cut != "dress" else "#4a3f4d"
    for side in (-1, 1):
        hip = (x + side * wide * 0.62, body.hip)
        if pose.legs == "sit":
            knee = (x + pose.facing * tall * 0.22 + side * wide * 0.4, body.hip + tall * 0.03)
            heel = (knee[0] + pose.facing * tall * 0.02, y - tall * 0.2)
            bend = [hip, knee, heel]
        elif pose.legs == "walk":
            stride = side * tall * 0.13
            bend = [hip, (x + stride * 0.6 + pose.facing * tall * 0.02, y - tall * 0.22),
                    (x + stride, y - tall * 0.02)]  # fmt: skip
        else:
            bend = [hip, (x + side * wide * 0.72, y - tall * 0.02)]
        for extra, fill in ((body.line * 2, INK), (0.0, body.tint(colour))):
            sheet.stroke(bend, wide + extra, fill)
        toe = bend[-1]
        shaft = ((-0.55, -0.6), (0.55, -0.6), (0.6, 0.25), (-0.6, 0.25))
        boot = [(toe[0] + wide * dx, toe[1] + wide * dy) for dx, dy in shaft]
        leather = body.tint(look.skin) if look.barefoot else body.dark("#4b3a33")
        sheet.area(boot, leather, body.line)
        nose = (toe[0] + pose.facing * wide * 0.55, toe[1] + wide * 0.04)
        sheet.oval(nose, (wide * 0.5, wide * 0.28), leather, body.line)


def _clothes(sheet: Sheet, body: _Body) -> None:
    look, pose, tall, half = body.look, body.pose, body.tall, body.half
    x, top = body.x, body.shoulder
    length = {"coat": 0.2, "jacket": 0.4, "jersey": 0.43, "dress": 0.14}[look.cut]
    flare = {"coat": 1.42, "jacket": 1.12, "jersey": 1.02, "dress": 1.85}[look.cut]
    low = body.y - tall * length if pose.legs != "sit" else body.hip + tall * 0.07
    wide = half * (flare if pose.legs != "sit" else min(flare, 1.25))
    waist = (top + low) / 2 if look.cut != "dress" else top + (body.hip - top) * 0.75
    slim = half * (0.9 if look.girth < 1.2 else 1.15)  # noqa: PLR2004 - the stout have none
    edge = [(x - half * 0.45, top - tall * 0.012), (x + half * 0.45, top - tall * 0.012),
            (x + half * 0.98, top + tall * 0.03), (x + slim, waist), (x + wide, low),
            (x - wide, low), (x - slim, waist), (x - half * 0.98, top + tall * 0.03)]  # fmt: skip
    colour = body.tint(look.coat)
    sheet.area(edge, colour, body.line)
    back = -pose.facing
    shade = [(x + back * half * 0.42, top + tall * 0.02),
             (x + back * half * 0.98, top + tall * 0.03), (x + back * slim, waist),
             (x + back * wide, low), (x + back * wide * 0.45, low),
             (x + back * slim * 0.5, waist)]  # fmt: skip
    sheet.area(shade, body.dark(look.coat), 0)
    trim = body.tint(look.trim)
    hem = low - tall * 0.032
    share = (hem - waist) / (low - waist)
    at = slim + (wide - slim) * share
    sheet.area(
        [(x - at, hem), (x + at, hem), (x + wide, low), (x - wide, low)], trim, body.line * 0.7
    )
    sheet.area([*edge, edge[0]], "", body.line)
    seam = x + pose.facing * half * 0.16
    if look.cut in ("coat", "jacket"):
        sheet.stroke([(seam, top + tall * 0.03), (seam + pose.facing * 2, hem)], body.line * 0.7)
        for step in range(3):
            at_y = top + (waist - top) * (0.45 + step * 0.42)
            if at_y < hem - tall * 0.02:
                dot = tall * 0.013
                sheet.oval(
                    (seam + pose.facing * half * 0.24, at_y), (dot, dot), trim, body.line * 0.5
                )
    elif look.cut == "dress":
        sheet.area([(x - slim, waist - tall * 0.018), (x + slim, waist - tall * 0.018),
                    (x + slim, waist + tall * 0.018), (x - slim, waist + tall * 0.018)],
                   trim, body.line * 0.7)  # fmt: skip
    else:
        for step in range(3):
            at_y = top + tall * 0.11 + step * tall * 0.075
            sheet.stroke([(x - half * 0.78, at_y), (x + half * 0.78, at_y)], tall * 0.014, trim)
    _badge(sheet, body, (x - pose.facing * half * 0.34, top + tall * 0.095))


def _badge(sheet: Sheet, body: _Body, at: Point) -> None:
    size, (x, y), fill = body.tall * 0.027, at, body.tint("#fff6dd")
    if body.look.badge == "round":
        sheet.oval(at, (size, size), fill, body.line * 0.6)
    elif body.look.badge == "diamond":
        sheet.area([(x, y - size * 1.25), (x + size, y), (x, y + size * 1.25), (x - size, y)],
                   fill, body.line * 0.6)  # fmt: skip
    elif body.look.badge == "bar":
        sheet.box((x - size, y - size * 0.5), (x + size, y + size * 0.5), fill, body.line * 0.6)


def _neck(sheet: Sheet, body: _Body) -> None:
    look, r, x, top = body.look, body.radius, body.x, body.shoulder
    sheet.box((x - r * 0.28, top - r * 0.55), (x + r * 0.28, top + r * 0.12),
              body.dark(look.skin), body.line)  # fmt: skip
    if look.scarf is None:
        fill = body.tint(look.trim if look.cut != "dress" else "#fff6e4")
        for side in (-1, 1):
            sheet.area([(x, top + r * 0.42), (x + side * r * 0.62, top + r * 0.16),
                        (x + side * r * 0.42, top - r * 0.2)], fill, body.line * 0.8)  # fmt: skip
        return
    fill = body.tint(look.scarf)
    tail = x - body.pose.facing * r * 0.5
    sheet.area([(tail - r * 0.22, top), (tail + r * 0.22, top), (tail + r * 0.16, top + r * 1.5),
                (tail - r * 0.3, top + r * 1.42)], fill, body.line)  # fmt: skip
    wrap = [(x - r * 0.78, top - r * 0.3), (x + r * 0.78, top - r * 0.3),
            (x + r * 0.86, top + r * 0.3), (x - r * 0.86, top + r * 0.3)]  # fmt: skip
    sheet.area(closed(wrap), fill, body.line)
    for step in (-0.3, 0.1, 0.5):
        sheet.stroke([(x + step * r, top - r * 0.08), (x + step * r - r * 0.1, top + r * 0.18)],
                     body.line * 0.6)  # fmt: skip


def _arm(sheet: Sheet, body: _Body, side: int) -> None:
    """Draw an arm; the one where the figure faces does what there is to do."""
    look, pose, tall, half = body.look, body.pose, body.tall, body.half
    near = side == pose.facing
    wide = tall * 0.066 * min(look.girth, 1.2)
    start = (body.x + side * half * 0.9, body.shoulder + tall * 0.05)
    elbow = (start[0] + side * tall * 0.035, start[1] + tall * 0.145)
    hand = (start[0] + side * tall * 0.03, start[1] + tall * 0.285)
    arms = pose.arms
    if pose.thing in ("lantern", "candle") and near and arms == "down":
        arms = "ahead"
    if arms == "raised" and near:
        elbow = (start[0] + side * tall * 0.12, start[1] + tall * 0.01)
        hand = (start[0] + side * tall * 0.19, start[1] - tall * 0.13)
    elif arms == "ahead" and near:
        elbow = (start[0] + side * tall * 0.06, start[1] + tall * 0.12)
        hand = (start[0] + side * tall * 0.19, start[1] + tall * 0.085)
    elif arms == "hips" or (arms == "folded" and not near):
        elbow = (start[0] + side * tall * 0.105, start[1] + tall * 0.13)
        hand = (start[0] - side * half * 0.12, start[1] + tall * 0.22)
    elif arms == "folded":
        elbow = (start[0] + side * tall * 0.03, start[1] + tall * 0.14)
        hand = (start[0] - side * half * 1.2, start[1] + tall * 0.12)
    if near and pose.thing == "pole":
        elbow = (start[0] + side * tall * 0.07, start[1] + tall * 0.11)
        hand = (start[0] + side * tall * 0.13, start[1] + tall * 0.03)
        _pole(sheet, body, hand)
    sleeve = body.tint(look.coat) if near else body.dark(look.coat)
    for extra, fill in ((body.line * 2, INK), (0.0, sleeve)):
        sheet.stroke([start, elbow, hand], wide + extra, fill)
    if near:  # the sleeve is sewn on where the coat is
        sheet.oval((start[0] - side * wide * 0.1, start[1]), (wide * 0.46, wide * 0.5), sleeve, 0)
    angle = math.atan2(hand[1] - elbow[1], hand[0] - elbow[0])
    cuff = (hand[0] - math.cos(angle) * wide * 0.25, hand[1] - math.sin(angle) * wide * 0.25)
    sheet.stroke([cuff, (cuff[0] + 0.1, cuff[1])], wide * 1.1, body.tint(look.trim))
    palm = (hand[0] + math.cos(angle) * wide * 0.42, hand[1] + math.sin(angle) * wide * 0.42)
    sheet.oval(palm, (wide * 0.46, wide * 0.46), body.tint(look.skin), body.line * 0.8)
    if near and pose.thing in ("lantern", "candle", "paper"):
        _held(sheet, body, palm)


def _pole(sheet: Sheet, body: _Body, hand: Point) -> None:
    tall, facing = body.tall, body.pose.facing
    foot = (hand[0] - facing * tall * 0.015, body.y)
    tip = (hand[0] + facing * tall * 0.05, body.y - tall * 1.22)
    for extra, fill in ((body.line * 1.6, INK), (0.0, body.tint("#d1a13f"))):
        sheet.stroke([foot, tip], tall * 0.014 + extra, fill)
    hook = arc((tip[0] + facing * tall * 0.03, tip[1]), (tall * 0.03, tall * 0.035), 180, 360, 8)
    sheet.stroke(hook, body.line * 1.4, body.tint("#d1a13f"))
    sheet.oval(tip, (tall * 0.016, tall * 0.022), _FLAME, body.line * 0.7)


def _held(sheet: Sheet, body: _Body, palm: Point) -> None:
    (x, y), size = palm, body.tall * 0.05
    if body.pose.thing == "paper":
        sheet.area([(x - size * 0.4, y - size * 1.5), (x + size * 1.3, y - size * 1.2),
                    (x + size, y + size * 0.5), (x - size * 0.7, y + size * 0.2)],
                   "#fbf1d5", body.line * 0.8)  # fmt: skip
        for step in range(3):
            low = y - size * (0.95 - step * 0.4)
            sheet.stroke([(x - size * 0.2, low), (x + size * 0.8, low + size * 0.18)], 2.2)
    elif body.pose.thing == "candle":
        sheet.glow((x, y - size * 1.4), size * 3.2, body.light.window)
        sheet.box((x - size * 0.16, y - size * 1.1), (x + size * 0.16, y + size * 0.1), "#fff6e0",
                  body.line * 0.6)  # fmt: skip
        sheet.oval((x, y - size * 1.42), (size * 0.17, size * 0.32), _FLAME, body.line * 0.5)
    else:
        sheet.glow((x, y + size * 1.5), size * 4.2, body.light.window)
        sheet.stroke([(x, y), (x, y + size * 0.6)], body.line * 0.7)
        sheet.box((x - size * 0.55, y + size * 0.7), (x + size * 0.55, y + size * 2.1), _FLAME,
                  body.line * 0.8)  # fmt: skip
        sheet.oval((x, y + size * 1.5), (size * 0.2, size * 0.38), "#ffb93d", 0)
        for low in (0.62, 2.02):
            sheet.box((x - size * 0.68, y + size * low), (x + size * 0.68, y + size * (low + 0.2)),
                      body.dark("#d1a13f"), body.line * 0.6)  # fmt: skip


def _back_hair(sheet: Sheet, body: _Body) -> None:
    look, r = body.look, body.radius
    fill = body.dark(look.hair)
    if look.hat == "hood":
        return
    if look.style == "long":
        outline = [(-0.55, -1.05), (0.5, -1.0), (0.7, 0.1), (0.5, 1.2), (0.2, 1.75), (-0.6, 1.85),
                   (-1.2, 1.6), (-1.22, 0.4), (-1.05, -0.6)]  # fmt: skip
        sheet.area(closed([body.head(*each) for each in outline]), fill, body.line)
    elif look.style in ("plait", "bun"):
        sheet.oval(body.head(-0.3, 0.05), (r * 0.82, r * 0.95), fill, body.line)
    elif look.style == "curls":
        for angle in range(120, 421, 30):
            turn = math.radians(angle)
            at = body.head(-0.08 + math.cos(turn) * 0.86, -0.12 + math.sin(turn) * 0.92)
            sheet.oval(at, (r * 0.36, r * 0.36), fill, body.line)


def _plait(sheet: Sheet, body: _Body) -> None:
    look, r = body.look, body.radius
    if look.style != "plait" or look.hat == "hood":
        return
    fill = body.tint(look.hair)
    knots = 5
    for step in range(knots):
        size = r * (0.25 - step * 0.016)
        sheet.oval(
            body.head(-0.86 + step * 0.05, 0.72 + step * 0.36), (size, size * 1.1), fill, body.line
        )
    sheet.oval(
        body.head(-0.6, 0.72 + knots * 0.36), (r * 0.15, r * 0.13), body.tint(look.trim), body.line
    )
    tuft = [(-0.68, 2.6), (-0.5, 2.6), (-0.5, 3.0), (-0.74, 2.95)]
    sheet.area([body.head(*each) for each in tuft], fill, body.line)


def _head(sheet: Sheet, body: _Body) -> None:
    look, r, line = body.look, body.radius, body.line
    skin = body.tint(look.skin)
    if look.hat == "hood":
        outline = [(-0.3, -1.5), (0.7, -1.2), (1.05, -0.2), (0.85, 0.9), (0.3, 1.45), (-0.6, 1.45),
                   (-1.2, 0.8), (-1.25, -0.5)]  # fmt: skip
        sheet.area(closed([body.head(*each) for each in outline]), body.dark(look.coat), line)
    outline = [(-0.86, -0.3), (-0.84, 0.42), (-0.56, 0.94), (0.1, 1.2), (0.56, 1.04), (0.86, 0.5),
               (0.9, -0.2), (0.7, -0.95), (0.0, -1.16), (-0.7, -0.95)]  # fmt: skip
    face = closed([body.head(*each) for each in outline])
    sheet.area(face, skin, line)
    cheek = [(-0.78, -0.25), (-0.8, 0.42), (-0.54, 0.9), (-0.02, 1.12), (-0.4, 0.75), (-0.52, 0.2)]
    sheet.area(closed([body.head(*each) for each in cheek]), body.dark(look.skin), 0)
    if look.hat != "hood":
        sheet.oval(body.head(-0.78, 0.12), (r * 0.16, r * 0.23), skin, line)
    if body.pose.face == "away":
        if look.style != "bald" and look.hat != "hood":
            crown = [(-1.0, 0.5), (-1.06, -0.5), (-0.6, -1.2), (0.2, -1.3), (0.9, -0.9), (1.0, 0.0),
                     (0.8, 0.7), (0.0, 0.9)]  # fmt: skip
            sheet.area(closed([body.head(*each) for each in crown]), body.tint(look.hair), line)
            for at in (-0.55, -0.2, 0.15, 0.5):
                strand = [body.head(at * 0.4, -0.9), body.head(at, -0.1), body.head(at * 0.9, 0.5)]
                sheet.stroke(smooth(strand), line * 0.6)
        _hat(sheet, body)
        return
    _beard(sheet, body)
    _features(sheet, body)
    _hair(sheet, body)
    _hat(sheet, body)


def _features(sheet: Sheet, body: _Body) -> None:
    for at in _EYES:
        _eye(sheet, body, at)
        _brow(sheet, body, at)
    nose = [body.head(0.32, 0.12), body.head(0.5, 0.38), body.head(0.3, 0.43)]
    sheet.stroke(nose, body.line * 0.75)
    _mouth(sheet, body)
    _marks(sheet, body)


def _eye(sheet: Sheet, body: _Body, at: float) -> None:
    look, r, fine = body.look, body.radius, body.line * 0.75
    if body.pose.face == "asleep":
        sheet.stroke(arc(body.head(at, 0.04), (r * 0.16, r * 0.1), 10, 170, 8), fine)
        return
    size = 1.2 if body.pose.face in _WIDE else 1.0
    white = (r * 0.15 * size, r * 0.18 * size)
    sheet.oval(body.head(at, 0.03), white, "#fffaf0", fine * 0.7)
    sheet.oval(body.head(at + 0.045, 0.05), (r * 0.085, r * 0.13), INK, 0)
    sheet.oval(body.head(at + 0.075, 0.0), (r * 0.028, r * 0.035), "#fffaf0", 0)
    lid = arc(body.head(at, 0.03), (r * 0.17 * size, r * 0.19 * size), 195, 345, 8)
    sheet.stroke(lid, fine * (1.5 if look.lashes else 1.0))
    if look.lashes:
        sheet.stroke([body.head(at - 0.15, -0.03), body.head(at - 0.23, -0.12)], fine)


def _brow(sheet: Sheet, body: _Body, at: float) -> None:
    face = body.pose.face
    tilt = _BROWS.get(face, 0.0) * (1 if at < 0 else -1)
    lift = -0.4 if face in _WIDE else -0.3
    colour = mixed(body.tint(body.look.hair), INK, 0.3)
    ends = [body.head(at - 0.17, lift - tilt), body.head(at + 0.17, lift + tilt)]
    sheet.stroke(ends, body.line * (0.9 if body.look.lashes else 1.15), colour)


def _mouth(sheet: Sheet, body: _Body) -> None:
    face, r, fine = body.pose.face, body.radius, body.line * 0.75
    if face == "open":
        sheet.oval(body.head(0.24, 0.72), (r * 0.11, r * 0.15), "#6b2430", fine)
    elif face in ("grim", "sad", "afraid"):
        sheet.stroke(arc(body.head(0.24, 0.74), (r * 0.24, r * 0.1), 205, 335, 8), fine)
    elif face == "glad":
        sheet.stroke(arc(body.head(0.24, 0.58), (r * 0.24, r * 0.17), 15, 165, 8), fine)
    else:
        sheet.stroke(arc(body.head(0.24, 0.58), (r * 0.24, r * 0.1), 35, 145, 8), fine)


def _marks(sheet: Sheet, body: _Body) -> None:
    """What time and chance left on a face, and what is worn on it."""
    look, r, fine = body.look, body.radius, body.line * 0.75
    skin = body.tint(look.skin)
    if look.is_child:
        for at in (-0.3, 0.62):
            cheek = mixed(skin, "#e0604d", 0.35)
            sheet.oval(body.head(at, 0.42), (r * 0.13, r * 0.09), cheek, 0)
    if look.is_old:
        for at in (-0.36, 0.8):
            sheet.stroke([body.head(at, 0.06), body.head(at + 0.02, 0.2)], fine * 0.6)
        sheet.stroke([body.head(-0.08, 0.3), body.head(-0.16, 0.5)], fine * 0.7)
    if look.scar:
        cut = [body.head(-0.26, -0.48), body.head(-0.1, -0.2), body.head(-0.16, 0.16)]
        sheet.stroke(cut, fine * 1.3, mixed(skin, "#a33b3b", 0.6))
    if look.glasses:
        for at in _EYES:
            sheet.stroke(arc(body.head(at, 0.05), (r * 0.25, r * 0.25), 0, 360, 24), fine)
        sheet.stroke([body.head(0.13, 0.03), body.head(0.31, 0.03)], fine)
        sheet.stroke([body.head(-0.37, 0.0), body.head(-0.78, -0.04)], fine)


def _beard(sheet: Sheet, body: _Body) -> None:
    look, r = body.look, body.radius
    fill = body.tint(look.hair)
    if look.beard == "full":
        outline = [(-0.9, -0.02), (-0.92, 0.75), (-0.55, 1.4), (0.12, 1.8), (0.7, 1.4), (0.94, 0.7),
                   (0.9, 0.1), (0.72, 0.34), (0.3, 0.36), (-0.2, 0.42), (-0.62, 0.3)]  # fmt: skip
        sheet.area(closed([body.head(*each) for each in outline]), fill, body.line)
        for at in (-0.45, -0.1, 0.25, 0.55):
            sheet.stroke([body.head(at, 1.0), body.head(at + 0.03, 1.28)], body.line * 0.6)
        sheet.oval(body.head(0.24, 0.66), (r * 0.3, r * 0.13), body.tint(look.skin), 0)
    if look.beard != "none":
        for side in (-1, 1):
            tip = body.head(0.28 + side * 0.2, 0.5)
            sheet.oval(tip, (r * 0.24, r * 0.09), fill, body.line * 0.6)


def _hair(sheet: Sheet, body: _Body) -> None:
    look, r, line = body.look, body.radius, body.line
    if look.hat == "hood":
        return
    fill = body.tint(look.hair)
    if look.style == "bald":
        tuft = [(-0.92, -0.5), (-0.62, -0.45), (-0.66, 0.1), (-0.95, 0.3), (-1.1, -0.1)]
        sheet.area(closed([body.head(*each) for each in tuft]), fill, line)
        return
    fringe = _FRINGES[look.style]
    crown = [
        (-1.04, -0.2),
        (-0.92, -0.72),
        (-0.5, -1.12),
        (0.05, -1.24),
        (0.56, -1.08),
        (0.88, -0.66),
    ]
    shape = [*smooth([body.head(*each) for each in [(-0.98, 0.3), *crown, (0.94, -0.1)]]),
             *[body.head(*each) for each in fringe]]  # fmt: skip
    sheet.area(shape, fill, line)
    for at, low in ((-0.3, -0.75), (0.1, -0.85)):
        sheet.stroke([body.head(at, low - 0.2), body.head(at + 0.22, low - 0.26)], line * 0.6,
                     mixed(fill, "#ffffff", 0.35))  # fmt: skip
    if look.style == "bun":
        sheet.oval(body.head(-0.72, -0.98), (r * 0.42, r * 0.4), fill, line)
    if look.style == "curls":
        for at, low in ((-0.75, -0.62), (-0.4, -0.98), (0.05, -1.12), (0.48, -0.98), (0.78, -0.6)):
            sheet.oval(body.head(at, low), (r * 0.3, r * 0.28), fill, line)


def _hat(sheet: Sheet, body: _Body) -> None:
    look, line = body.look, body.line
    fill, band = body.tint(look.hat_colour), body.tint(look.trim)

    def shape(points: list[Point], colour: str = fill, *, soft: bool = True) -> None:
        placed = [body.head(*each) for each in points]
        sheet.area(closed(placed) if soft else placed, colour, line)

    if look.hat == "cap":
        shape(
            [(-1.15, -0.35), (-1.1, -1.05), (-0.3, -1.5), (0.6, -1.35), (1.05, -0.8), (1.0, -0.4)]
        )
        shape([(0.2, -0.62), (1.0, -0.7), (1.5, -0.32), (1.25, -0.22), (0.3, -0.36)])
        shape([(-1.02, -0.62), (0.98, -0.72), (0.98, -0.5), (-1.0, -0.4)], band, soft=False)
    elif look.hat == "wide":
        shape([(-0.86, -0.5), (-0.8, -1.3), (0.0, -1.75), (0.72, -1.3), (0.86, -0.5)])
        shape([(-0.84, -0.66), (0.84, -0.7), (0.84, -0.48), (-0.84, -0.44)], band, soft=False)
        shape([(-1.9, -0.02), (-0.8, -0.7), (0.8, -0.72), (1.6, -0.25), (0.7, -0.32), (-0.8, -0.3)])
    elif look.hat == "tall":
        shape([(-0.72, -0.5), (-0.62, -1.75), (0.62, -1.78), (0.74, -0.54)], soft=False)
        shape([(-0.72, -0.8), (0.72, -0.84), (0.74, -0.54), (-0.72, -0.5)], band, soft=False)
        shape([(-1.5, -0.4), (-0.7, -0.66), (0.7, -0.7), (1.5, -0.46), (0.0, -0.3)])
    elif look.hat == "woollen":
        shape([(-1.05, -0.3), (-1.05, -1.1), (0.0, -1.75), (1.0, -1.15), (1.0, -0.4)])
        shape([(-1.06, -0.66), (1.0, -0.76), (1.02, -0.42), (-1.06, -0.3)], band, soft=False)
    elif look.hat == "hood":
        shape([(-0.2, -1.42), (0.75, -1.15), (1.0, -0.3), (0.95, 0.2), (0.82, -0.35), (0.5, -0.82),
               (-0.2, -0.95), (-0.7, -0.6), (-0.82, 0.3), (-0.7, 1.1), (-1.25, 0.75),
               (-1.2, -0.6)])  # fmt: skip
