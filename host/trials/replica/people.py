"""The comic's cast of four, far away and near.

Who draws people returns the points above which a balloon may hang.
"""

from dataclasses import dataclass

from trials.replica.ink import INK, LINE, Point, Sheet, arc, smooth
from trials.replica.scene import Scene


@dataclass(frozen=True)
class Person:
    """One of the cast."""

    skin: str
    hair: str
    coat: str
    scarf: str
    long_hair: bool
    hat: bool


_CAST = (
    Person("#f2c9a5", "#7a3b22", "#d9483b", "#f2c14e", long_hair=True, hat=False),
    Person("#b97b56", "#201a20", "#2f8f8b", "#f3e3c3", long_hair=False, hat=False),
    Person("#f0d2b6", "#e8e2d4", "#e9a93a", "#3c5a8f", long_hair=False, hat=True),
    Person("#8a5a41", "#33202b", "#5d5aa8", "#e8735a", long_hair=True, hat=False),
)


def far_figures(scene: Scene) -> list[Point]:
    """Draw one to three of the cast, whole."""
    count = scene.chance.choice((1, 1, 2, 2, 3))
    cast = scene.chance.sample(_CAST, count)
    middle = scene.sheet.width * scene.chance.uniform(0.42, 0.58)
    heads = []
    for number, person in enumerate(cast):
        x = middle + (number - (count - 1) / 2) * scene.chance.uniform(120, 165)
        y = scene.ground + scene.chance.uniform(20, 60)
        # An arm is raised outward only, where nobody stands.
        facing = -1 if number < (count - 1) / 2 else 1
        if count == 1:
            facing = scene.chance.choice((-1, 1))
        raises = number in (0, count - 1) and scene.perhaps(0.45)
        tall = scene.chance.uniform(265, 310)
        heads.append(_figure(scene, person, (x, y), tall, facing, raises=raises))
    return heads


def _figure(
    scene: Scene, person: Person, foot: Point, tall: float, facing: int, *, raises: bool
) -> Point:
    (x, y), sheet = foot, scene.sheet
    sheet.oval((x, y), (tall * 0.22, tall * 0.035), INK, 0)
    hip, shoulder = y - tall * 0.45, y - tall * 0.78
    for side in (-1, 1):
        ankle = x + side * tall * 0.085
        leg = [(x + side * tall * 0.02, hip), (x + side * tall * 0.1, hip),
               (ankle + side * tall * 0.035, y), (ankle - side * tall * 0.035, y)]  # fmt: skip
        sheet.area(leg, "#3a3346")
        sheet.oval((ankle + facing * tall * 0.025, y - 3), (tall * 0.06, tall * 0.03), INK, 0)
    coat = [(x - tall * 0.11, shoulder), (x + tall * 0.11, shoulder),
            (x + tall * 0.17, y - tall * 0.3), (x - tall * 0.17, y - tall * 0.3)]  # fmt: skip
    sheet.area(coat, person.coat)
    sheet.stroke([(x + facing * 6, shoulder + 20), (x + facing * 9, y - tall * 0.31)], 3)
    for side in (-1, 1):
        start = (x + side * tall * 0.11, shoulder + tall * 0.045)
        if side == facing and raises:
            hand = (x + side * tall * 0.36, shoulder - tall * 0.04)
            elbow = (x + side * tall * 0.24, shoulder + tall * 0.08)
        else:
            hand = (x + side * tall * 0.17, y - tall * 0.44)
            elbow = (x + side * tall * 0.19, y - tall * 0.62)
        for extra, colour in ((LINE * 2, INK), (0.0, person.coat)):
            sheet.stroke([start, elbow, hand], tall * 0.065 + extra, colour)
        sheet.oval(hand, (tall * 0.045, tall * 0.045), person.skin, 4)
        if side == facing and raises and scene.hour in ("night", "dusk"):
            _lantern(scene, hand)
    radius = tall * 0.115
    head = (x + facing * 2, y - tall * 0.9)
    _head(sheet, person, head, radius, facing)
    wrap = [(x - tall * 0.1, shoulder - 8), (x + tall * 0.1, shoulder - 8),
            (x + tall * 0.08, shoulder + 14), (x - tall * 0.08, shoulder + 14)]  # fmt: skip
    sheet.area(wrap, person.scarf)
    tail = x - facing * tall * 0.08
    sheet.area(
        [(tail, shoulder - 6), (tail - facing * tall * 0.22, shoulder + 6),
         (tail - facing * tall * 0.2, shoulder + 26), (tail, shoulder + 12)],
        person.scarf,
    )  # fmt: skip
    return head[0], head[1] - radius * 1.3


def _lantern(scene: Scene, hand: Point) -> None:
    x, y = hand
    scene.sheet.oval((x, y + 34), (44, 44), scene.light.window, 0)
    scene.sheet.stroke([(x, y), (x, y + 16)], 3)
    scene.sheet.box((x - 11, y + 16), (x + 11, y + 48), "#fff3c9")
    scene.sheet.box((x - 14, y + 12), (x + 14, y + 19), INK, 0)


def near_figure(scene: Scene) -> list[Point]:
    """Draw one of the cast from the chest up."""
    sheet, chance = scene.sheet, scene.chance
    person = chance.choice(_CAST)
    left = scene.perhaps(0.5)
    facing = 1 if left else -1
    x = sheet.width * (chance.uniform(0.27, 0.34) if left else chance.uniform(0.66, 0.73))
    radius = chance.uniform(118, 138)
    y = sheet.height - radius * chance.uniform(2.75, 3.05)
    low = sheet.height + 20
    body = smooth(
        [(x - radius * 2.3, low), (x - radius * 2.15, y + radius * 2.2),
         (x - radius * 1.5, y + radius * 1.5),
         (x - radius * 0.4, y + radius * 1.2), (x + radius * 0.4, y + radius * 1.2),
         (x + radius * 1.5, y + radius * 1.5), (x + radius * 2.15, y + radius * 2.2),
         (x + radius * 2.3, low)]
    )  # fmt: skip
    sheet.area(body, person.coat, 7)
    fold = x + facing * radius * 0.25
    sheet.stroke([(fold, y + radius * 1.7), (fold + facing * 10, low)], 6)
    for button in range(2):
        at = (fold + facing * 34, y + radius * (2.2 + button * 0.55))
        sheet.oval(at, (10, 10), person.scarf)
    _head(sheet, person, (x, y), radius, facing)
    top, bottom = y + radius * 0.95, y + radius * 1.5
    band = [(x - radius * 0.85, top), (x + radius * 0.85, top),
            (x + radius * 1.05, bottom), (x - radius * 1.05, bottom)]  # fmt: skip
    sheet.area(smooth([*band, band[0]]), person.scarf, 6)
    for step in range(3):
        fold = x - radius * 0.5 + step * radius * 0.5
        sheet.stroke([(fold, y + radius * 1.12), (fold - 14, y + radius * 1.36)], 4)
    return [(x + facing * radius * 0.4, y - radius * 1.25)]


def _head(sheet: Sheet, person: Person, at: Point, radius: float, facing: int) -> None:
    x, y = at
    line = max(3.5, radius * 0.05)
    turn = facing * radius * 0.16
    if person.long_hair:
        sheet.oval(
            (x - turn * 0.6, y + radius * 0.22), (radius * 1.08, radius * 1.28), person.hair, line
        )
    sheet.box(
        (x - radius * 0.3, y + radius * 0.6),
        (x + radius * 0.3, y + radius * 1.3),
        person.skin,
        line,
    )
    sheet.oval((x, y), (radius * 0.86, radius), person.skin, line)
    if not person.long_hair:
        sheet.oval((x - facing * radius * 0.82, y + radius * 0.12), (radius * 0.16, radius * 0.22),
                   person.skin, line)  # fmt: skip
    for side in (-1, 1):
        eye = (x + turn + side * radius * 0.33, y + radius * 0.1)
        sheet.oval(eye, (radius * 0.085, radius * 0.13), INK, 0)
        brow, half = y - radius * 0.16, radius * 0.15
        sheet.stroke([(eye[0] - half, brow + side * 2), (eye[0] + half, brow - side * 2)], line)
    nose = x + turn * 1.9
    sheet.stroke([(nose, y + radius * 0.2), (nose + facing * radius * 0.09, y + radius * 0.4),
                  (nose - facing * radius * 0.03, y + radius * 0.42)], line * 0.8)  # fmt: skip
    mouth = arc((x + turn, y + radius * 0.55), (radius * 0.22, radius * 0.11), 20, 160, 8)
    sheet.stroke(mouth, line * 0.9)
    fringe = [
        (x + radius * 0.88, y - radius * 0.02),
        (x + radius * 0.62 + turn, y - radius * 0.42),
        (x + radius * 0.3 + turn, y - radius * 0.3),
        (x + turn, y - radius * 0.5),
        (x - radius * 0.35 + turn, y - radius * 0.3),
        (x - radius * 0.62, y - radius * 0.44),
        (x - radius * 0.88, y + radius * 0.02),
    ]
    crown = arc((x, y - radius * 0.1), (radius * 0.95, radius * 1.06), 176, 364, 20)
    sheet.area([*crown, *fringe], person.hair, line)
    if person.hat:
        sheet.area(
            [(x - radius * 0.72, y - radius * 0.55), (x - radius * 0.55, y - radius * 1.5),
             (x + radius * 0.55, y - radius * 1.5), (x + radius * 0.72, y - radius * 0.55)],
            person.scarf, line,
        )  # fmt: skip
        sheet.area(
            smooth([(x - radius * 1.5, y - radius * 0.42), (x - radius * 0.8, y - radius * 0.72),
                    (x + radius * 0.8, y - radius * 0.72), (x + radius * 1.5, y - radius * 0.42),
                    (x, y - radius * 0.36), (x - radius * 1.5, y - radius * 0.42)]),
            person.scarf, line,
        )  # fmt: skip
