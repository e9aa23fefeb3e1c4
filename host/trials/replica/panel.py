"""One picture of the replica's comic: what a prompt asks for, drawn by a few rules and by chance.

Who is in it, where and when comes from the prompt, so figures and places look the same from panel
to panel. Chance decides where they stand and what part of the place is seen.
"""

import random
from collections.abc import Sequence
from dataclasses import replace

from PIL import Image, ImageOps

from pressrun.simulator.dice import dice
from trials.replica.brief import Actor, Brief, Lettered, Shot
from trials.replica.guise import guise_of
from trials.replica.ink import INK, Point, Sheet, arc, closed, mixed
from trials.replica.lettering import Head, letter
from trials.replica.people import Face, Pose, bust, figure
from trials.replica.scene import HOURS, LIGHTS, WORLD, Scenery
from trials.replica.settings import OTHERWISE, SETTINGS

_SPEECH = (
    "Wait.", "Look there!", "Did you hear that?", "Not tonight.", "We are close.", "Go on.",
    "It is open.", "Who built this?", "Hold the light.", "I remember now.", "Run!", "At last.",
    "Nobody comes here.", "Too quiet.", "Follow me.", "This is the place.",
)  # fmt: skip
_STRANGERS = (
    Actor("the one in red", "a woman with long brown hair, red coat, yellow scarf", "", Pose()),
    Actor("the one in teal", "a man with short black hair, teal jacket, cream scarf", "", Pose()),
    Actor("the old one", "an old man, ochre coat, blue scarf, blue hat", "", Pose()),
    Actor("the one in violet", "a woman with dark curls, violet dress", "", Pose()),
)
_FOCI = {
    "lamp room": (0.22, 0.5, 0.78),
    "lighthouse": (0.3, 0.74),
    "room": (0.18, 0.3, 0.52, 0.66),
    "sea": (0.5,),
    "quay": (0.14, 0.3, 0.5, 0.74),
}
"""Where there is something to see in a setting, as shares of its width."""

_ZOOMS: dict[Shot, float] = {"far": 0.92, "middle": 1.2, "near": 1.7}
_LIT = "burns?|burning|lights? the|lit|lamp yellow|great light|lamplight|shin(?:es?|ing)"
_UNLIT = (
    "lamps?[^.]{0,40} (?:is|are|stays?) dark|lens[^.]{0,20} is (?:dark|black)|"
    "unlit|dark lamps?|lamps? (?:is|are|stays?|goes|go|went) (?:dark|out)|(?:cold|dead) lamps?|"
    "no light|gone out|goes out"
)
_CHILD = 0.15
"""Figures of such different heights are not shown from near together."""

_BACKDROP = "#f1ead8"


def compose(
    prompt: str,
    brief: Brief,
    size: tuple[int, int],
    chance: random.Random,
    before: str = "",
    pen: float = 1.0,
) -> Image.Image:
    """Draw a panel, or a sheet of a figure or place where the prompt asks for one.

    Args:
        prompt: What it is to show.
        brief: The same, understood.
        size: Width and height in pixels.
        chance: What every choice that the prompt leaves open is drawn from.
        before: The setting of the picture before; empty where there is none.
        pen: By how much the ink lines are wider than usual.
    """
    if brief.setting is None and before in SETTINGS:
        brief = replace(brief, setting=before, place=before)
    if brief.kind == "figure sheet" and brief.figures:
        drawn = _turnaround(brief.figures[0], Sheet(size, pen), chance)
    elif brief.kind == "place sheet":
        drawn = _views(brief, size, chance, pen)
    else:
        drawn = _panel(brief, prompt, Sheet(size, pen), chance)
    if brief.mono:
        return ImageOps.autocontrast(ImageOps.grayscale(drawn), cutoff=1).convert("RGB")
    return drawn


def _panel(brief: Brief, prompt: str, sheet: Sheet, chance: random.Random) -> Image.Image:
    figures = brief.figures
    if not figures and not brief.silent:
        figures = tuple(chance.sample(_STRANGERS, chance.choice((1, 1, 2, 2, 3))))
    if brief.says("whale"):
        return _whale(brief, sheet, chance)
    shot = brief.shot or ("far" if brief.setting == "sea" else _shot(len(figures), chance))
    if shot == "near" and _spread(figures) > _CHILD:
        shot = "middle"
    scene = _scenery(sheet, brief, shot, chance)
    boat = brief.setting == "sea" and bool(figures) and shot != "near"
    if brief.fog:
        sheet.veil(scene.light.cloud, 0.2)
    if brief.crowd:
        _crowd(scene, chance)
    heads = _stand(scene, figures, shot, chance, room=brief.silent, boat=boat)
    if brief.rain:
        scene.draw_rain()
    if brief.silent:
        letter(sheet, brief.lettered, heads)
    else:
        words = " ".join(word[:40] for word in prompt.split()[:16]) or "…"
        said = [Lettered("Caption", "", words)]
        if heads and chance.random() < 0.65:  # noqa: PLR2004 - of all panels
            who = chance.choice(heads).name
            said.append(Lettered("Speech balloon", who, chance.choice(_SPEECH)))
        letter(sheet, said, heads)
        _frame(sheet)  # of a book's panels, whoever lays out its pages draws none or other ones
    return sheet.finished()


def _spread(figures: Sequence[Actor]) -> float:
    """How much higher the highest of some figures is than the lowest."""
    heights = [guise_of(each.name, each.words).height for each in figures] or [1.0]
    return max(heights) - min(heights)


def _shot(figures: int, chance: random.Random) -> Shot:
    shots: dict[int, tuple[Shot, ...]] = {
        0: ("far",),
        1: ("near", "middle", "middle", "far"),
        2: ("middle", "middle", "far", "near"),
    }
    return chance.choice(shots.get(figures, ("middle", "far")))


def _scenery(sheet: Sheet, brief: Brief, shot: Shot, chance: random.Random) -> Scenery:
    """Draw the sky and the part of the place that is seen."""
    by_place = dice("place", brief.place)
    hour = brief.hour or (by_place if brief.silent else chance).choice(HOURS)
    name = brief.setting or ("open air" if brief.silent else chance.choice(OTHERWISE))
    lit = not brief.says(_UNLIT) and (not brief.silent or brief.says(_LIT))
    bright = not brief.says("windows?.{0,40} dark")
    light = LIGHTS[hour]
    scene = Scenery(sheet, chance, light, hour, lamps_lit=lit, windows_lit=bright)
    scene.draw_sky()
    zoom = max(_ZOOMS[shot], sheet.width / (WORLD - 60))
    seen = sheet.width / zoom
    foci = _FOCI.get(name, ())
    left = chance.uniform(0, WORLD - seen)
    if foci:
        left = chance.choice(foci) * WORLD - seen * chance.uniform(0.3, 0.7)
    left = min(max(left, 0.0), WORLD - seen)
    scene.show(SETTINGS[name], by_place, left, zoom)
    return scene


def _crowd(scene: Scenery, chance: random.Random) -> None:
    sheet = scene.sheet
    many = max(4, round(sheet.width / 150))
    for number in range(many):
        who = chance.choice(_STRANGERS)
        look = guise_of(f"{who.name} {number}", f"{'a child' if number % 4 == 1 else 'somebody'}")
        x = sheet.width * (number + chance.uniform(0.2, 0.8)) / many
        pose = Pose(chance.choice((-1, 1)), thing="candle" if number % 2 else "none")
        figure(sheet, scene.light, look, (x, scene.ground + chance.uniform(0, 26)), 250, pose)


def _stand(
    scene: Scenery,
    figures: Sequence[Actor],
    shot: Shot,
    chance: random.Random,
    *,
    room: bool,
    boat: bool,
) -> list[Head]:
    """Draw the figures, and return their heads."""
    if not figures:
        return []
    sheet, many = scene.sheet, len(figures)
    looks = [guise_of(each.name, each.words, each.mark) for each in figures]
    highest = max(look.height for look in looks)
    wide, high = sheet.width, sheet.height
    if boat:
        tall = min(high * 0.62, wide * 0.9 / many)
        foot = scene.ground + tall * 0.2
        apart = min(tall * 0.62, wide * 0.7 / many)
    elif shot == "far":
        tall = min(high * chance.uniform(0.4, 0.46), wide * 1.1 / many)
        foot = scene.ground + high * chance.uniform(0.06, 0.1)
        apart = min(tall * 0.62, wide * 0.84 / many)
    else:
        share = (1.2, 0.34) if shot == "middle" else (2.0, 0.5)
        tall = min(high * share[0], wide * (1.7 if shot == "middle" else 2.3) / (many**0.75))
        foot = high * (share[1] if room else share[1] - 0.06) + 0.92 * tall * highest
        foot = max(foot, high + 40)
        apart = min(wide * 0.86 / many, tall * 0.5)
    middle = wide / 2 if many > 1 else wide * chance.choice((0.36, 0.4, 0.6, 0.64))
    heads = []
    for number, (each, look) in enumerate(zip(figures, looks, strict=True)):
        x = middle + (number - (many - 1) / 2) * apart
        facing = 1 if x < wide / 2 else -1
        if many > 2 and number == many // 2:  # noqa: PLR2004 - the one between two
            facing = chance.choice((-1, 1))
        asked = each.pose
        legs = "sit" if boat else "stand" if shot == "near" else asked.legs
        pose = Pose(facing, asked.arms, legs, asked.face, asked.thing)
        if legs == "sit" and not boat:
            _seat(scene, (x, foot), tall * look.height)
        at, radius = figure(sheet, scene.light, look, (x, foot), tall, pose)
        heads.append(Head(each.name, at, radius))
    if boat:
        _hull(scene, middle, apart * many, foot - tall * 0.28, tall)
    return heads


def _seat(scene: Scenery, foot: Point, tall: float) -> None:
    (x, y), wood = foot, mixed("#8d6544", scene.light.tint, scene.light.depth)
    scene.sheet.box((x - tall * 0.18, y - tall * 0.24), (x + tall * 0.18, y), wood)
    scene.sheet.stroke([(x - tall * 0.18, y - tall * 0.12), (x + tall * 0.18, y - tall * 0.12)], 3)


def _hull(scene: Scenery, x: float, wide: float, top: float, tall: float) -> None:
    sheet, light = scene.sheet, scene.light
    half = wide * 0.55 + tall * 0.34
    low = top + tall * 0.3
    wood = mixed("#a5693f", light.tint, light.depth)
    for side in (-1, 1):
        blade = (x + side * half * 1.25, low + tall * 0.06)
        sheet.stroke([(x + side * half * 0.35, top - tall * 0.06), blade], 9, mixed(wood, INK, 0.3))
        sheet.oval(blade, (tall * 0.07, tall * 0.025), mixed(wood, INK, 0.2))
    hull = [(x - half, top - tall * 0.05), (x - half * 0.5, top + 6), (x + half * 0.5, top + 6),
            (x + half, top - tall * 0.05), (x + half * 0.78, low),
            (x - half * 0.78, low)]  # fmt: skip
    sheet.area(hull, wood, 6)
    for step in (0.34, 0.67):
        y = top + (low - top) * step
        slim = half * (0.95 - step * 0.17)
        sheet.stroke([(x - slim, y), (x + slim, y)], 3.4, mixed(wood, INK, 0.5))
    water = [(-40.0, low - 10), *((step * 60.0 - 40, low - 10 + (step % 2) * 14)
             for step in range(1, int(sheet.width / 60) + 3)),
             (sheet.width + 40, sheet.height + 40), (-40, sheet.height + 40)]  # fmt: skip
    sheet.area(closed(water), light.middle, 0)
    for step in range(7):
        y = low + 20 + step * 30
        for shift in range(-1, 2):
            at = x + shift * sheet.width * 0.32 + (step % 2) * 70
            sheet.stroke(
                arc((at, y), (50 + step * 6, 12), 200, 340, 6), 3.4, mixed(light.middle, INK, 0.5)
            )


def _whale(brief: Brief, sheet: Sheet, chance: random.Random) -> Image.Image:
    """From above: a boat on dark water, and what turns under it."""
    light = LIGHTS["glow"]
    wide, high = sheet.width, sheet.height
    sheet.box((0, 0), (wide, high), "#0c2536", 0)
    for _ in range(70):
        at = (chance.uniform(0, wide), chance.uniform(0, high))
        half = chance.uniform(20, 60)
        sheet.stroke(arc(at, (half, half * 0.3), 200, 340, 6), 3, "#16384a")
    x, y, span = wide * 0.46, high * 0.58, min(wide * 0.39, high * 0.6)
    sheet.glow((x, y), span * 1.25, "#58c9a4")
    body = [(-1.0, 0.1), (-0.86, -0.24), (-0.4, -0.4), (0.15, -0.34), (0.6, -0.16), (0.86, -0.02),
            (1.1, -0.24), (1.24, -0.22), (1.12, 0.02), (1.26, 0.24), (1.1, 0.24), (0.84, 0.08),
            (0.5, 0.24), (0.0, 0.4), (-0.5, 0.38), (-0.86, 0.3)]  # fmt: skip
    for share, colour in ((1.0, "#2fae8c"), (0.86, "#5fd6ac"), (0.66, "#9bf0c6")):
        shape = [(x + dx * span * share, y + dy * span * share) for dx, dy in body]
        sheet.area(closed(shape), colour, 5 if share == 1.0 else 0)
    for side in (-1, 1):
        fin = [(-0.2, 0.3), (0.1, 0.34), (0.02, 0.72), (-0.16, 0.8)]
        sheet.area(closed([(x + dx * span, y + side * dy * span) for dx, dy in fin]), "#5fd6ac")
    for _ in range(110):
        dx, dy = chance.uniform(-0.75, 0.7), chance.uniform(-0.24, 0.24)
        at = (x + dx * span, y + dy * span * (1 - abs(dx) * 0.5))
        sheet.oval(at, (span * 0.012, span * 0.02), "#eafff2", 0)
    sheet.oval((x - span * 0.66, y - span * 0.02), (span * 0.055, span * 0.05), "#f4fff8")
    sheet.oval((x - span * 0.66, y - span * 0.02), (span * 0.032, span * 0.036), INK, 0)
    at, size_of = (wide * 0.62, high * 0.26), span * 0.2
    hull = [(-1.0, 0.0), (-0.5, -0.36), (0.5, -0.36), (1.05, 0.0), (0.5, 0.36), (-0.5, 0.36)]
    for extra, colour in ((1.0, "#8a5a38"), (0.76, "#5d3c28")):
        shape = [(at[0] + dx * size_of * extra, at[1] + dy * size_of * extra) for dx, dy in hull]
        sheet.area(closed(shape), colour)
    for number, each in enumerate(brief.figures[:3]):
        look = guise_of(each.name, each.words, each.mark)
        seat = (at[0] + (number - (len(brief.figures) - 1) / 2) * size_of * 0.72, at[1])
        coat = mixed(look.coat, light.tint, light.depth)
        sheet.oval(seat, (size_of * 0.2, size_of * 0.27), coat, 4)
        sheet.oval(seat, (size_of * 0.12, size_of * 0.13), mixed(look.hair, light.tint, 0.2), 4)
    letter(sheet, brief.lettered, [])
    return sheet.finished()


def _turnaround(who: Actor, sheet: Sheet, chance: random.Random) -> Image.Image:
    """A figure from four sides, and its head six times."""
    light = LIGHTS["day"]
    sheet.box((0, 0), (sheet.width, sheet.height), _BACKDROP, 0)
    look = guise_of(who.name, who.words, who.mark)
    wide, high = sheet.width, sheet.height
    line = high * 0.62
    sheet.stroke([(wide * 0.04, line), (wide * 0.96, line)], 3, "#b9ae98")
    tall = min(high * 0.5, wide * 0.5) / max(1.0, look.height * 1.02)
    thing = who.pose.thing if look.pole else "none"
    poses = (
        Pose(1, "down", "stand", "calm"),
        Pose(1, "hips", "stand", "calm"),
        Pose(-1, "ahead", "walk", "calm", thing),
        Pose(1, "down", "stand", "away"),
    )
    for number, pose in enumerate(poses):
        at = (wide * (0.14 + number * 0.24), line - 8)
        figure(sheet, light, look, at, tall, pose)
    faces: tuple[Face, ...] = ("calm", "glad", "sad", "grim", "afraid", "open")
    radius = min(high * 0.1, wide / 6 * 0.34)
    for number, face in enumerate(faces):
        at = (wide * (number + 0.5) / 6, high * 0.82)
        bust(sheet, light, look, at, radius, Pose(1 if number % 2 == 0 else -1, face=face))
    # a blot of ink, so that no two sheets of one figure are the same picture
    for _ in range(5):
        spot = (chance.uniform(0.02, 0.98) * wide, chance.uniform(0.955, 0.985) * high)
        sheet.oval(spot, (chance.uniform(2, 5), chance.uniform(2, 5)), "#b9ae98", 0)
    _frame(sheet)
    return sheet.finished()


def _views(brief: Brief, size: tuple[int, int], chance: random.Random, pen: float) -> Image.Image:
    """Four views of a place."""
    page = Image.new("RGB", size, _BACKDROP)
    gap = max(2, min(size) // 60)
    part = (max(8, (size[0] - 3 * gap) // 2), max(8, (size[1] - 3 * gap) // 2))
    name = brief.setting or OTHERWISE[0]
    for number, (share, nearness) in enumerate(
        ((0.5, 0.9), (0.08, 1.0), (0.45, 1.35), (0.85, 1.9))
    ):
        sheet = Sheet(part, pen)
        hour = brief.hour or "day"
        scene = Scenery(sheet, chance, LIGHTS[hour], hour)
        scene.draw_sky()
        zoom = max(nearness, sheet.width / (WORLD - 60))
        left = share * (WORLD - sheet.width / zoom)
        scene.show(SETTINGS[name], dice("place", brief.place), left, zoom)
        _frame(sheet)
        corner = (gap + number % 2 * (part[0] + gap), gap + number // 2 * (part[1] + gap))
        page.paste(sheet.finished(), corner)
    return page


def _frame(sheet: Sheet) -> None:
    right, low = sheet.width, sheet.height
    for corner, far in (
        ((0.0, 0.0), (right, 7.0)),
        ((0.0, low - 7.0), (right, low)),
        ((0.0, 0.0), (7.0, low)),
        ((right - 7.0, 0.0), (right, low)),
    ):
        sheet.box(corner, far, INK, 0)
