"""Where a panel may be set; each setting draws from the horizon to the ground under the figures.

A setting is a world of one width, drawn by the chance of its place: every panel that is set there
shows a part of the same world.
"""

import math
from collections.abc import Callable

from trials.replica.ink import INK, LINE, PAPER, Point, arc, closed, mixed, smooth
from trials.replica.scene import WORLD, Scenery

_ROOFS = ("#c2503f", "#a8584a", "#7d5a6b", "#8d6a44")
_WALLS = ("#f2e3c4", "#e6cfae", "#d9c2b0", "#cfd3c6", "#e9d9c9")


def _tinted(scene: Scenery, colour: str, more: float = 0.12) -> str:
    return mixed(colour, scene.light.tint, min(0.75, scene.light.depth * 1.7 + more))


def _hills(scene: Scenery) -> None:
    chance, light = scene.chance, scene.light
    far = scene.ridge(scene.horizon + 10, 190, waves=1, sharp=scene.perhaps(0.6))
    scene.land(far, light.far)
    middle = scene.ridge(scene.horizon + 90, 110, waves=chance.uniform(0.8, 1.5))
    scene.land(middle, light.middle)
    scene.hatch(middle, 9)
    for _ in range(chance.randint(7, 14)):
        x, y = chance.choice(middle[4:-4])
        _tree(scene, (x, y + 14), chance.uniform(60, 120))
    for _ in range(chance.randint(1, 3)):
        _house(scene, (WORLD * chance.uniform(0.1, 0.9), scene.horizon + 110), 80)
    _meadow(scene)


def _city(scene: Scenery) -> None:
    chance, light = scene.chance, scene.light
    for colour, low, tall, windows in (
        (light.far, 0.0, 300.0, False),
        (light.middle, 60.0, 330.0, True),
    ):
        x = -30.0
        while x < WORLD:
            wide = chance.uniform(70, 150)
            top = scene.horizon + low - tall * chance.uniform(0.25, 1)
            _building(scene, (x, top), wide, colour, windows=windows)
            x += wide + (0 if windows else chance.uniform(-10, 20))
    _pavement(scene)


def _building(scene: Scenery, corner: Point, wide: float, colour: str, *, windows: bool) -> None:
    chance, sheet = scene.chance, scene.sheet
    x, top = corner
    roof = chance.choice(("gable", "aerial", "tank", "flat"))
    if roof == "gable":
        sheet.area([(x, top), (x + wide / 2, top - wide * 0.4), (x + wide, top)], colour)
    elif roof == "aerial":
        sheet.stroke([(x + wide * 0.7, top), (x + wide * 0.7, top - 60)], 4)
    elif roof == "tank" and windows:
        sheet.box((x + wide * 0.2, top - 34), (x + wide * 0.55, top), scene.light.near)
    sheet.box((x, top), (x + wide, sheet.height + 200), colour)
    if not windows:
        return
    columns = max(2, int(wide / 34))
    gap = wide / columns
    y = top + 22
    while y < scene.ground - 30:
        for column in range(columns):
            lit = scene.perhaps(0.45)
            left = x + column * gap + gap * 0.28
            fill = scene.light.window if lit else scene.light.near
            sheet.box((left, y), (left + gap * 0.44, y + 22), fill, 2.4)
        y += 42


def _town(scene: Scenery) -> None:
    """Old houses along a street, with gables and lamps."""
    scene.land(scene.ridge(scene.horizon - 40, 120, waves=1.2), scene.light.far)
    _row_of_houses(scene, 0.0, WORLD, scene.ground - 30, 1.35)
    _pavement(scene, lamps=7)


def _row_of_houses(scene: Scenery, left: float, right: float, foot: float, size: float) -> None:
    chance, sheet, x = scene.chance, scene.sheet, left
    while x < right:
        wide = chance.uniform(120, 190) * size
        tall = chance.uniform(190, 310) * size
        wall, roof = _tinted(scene, chance.choice(_WALLS)), _tinted(scene, chance.choice(_ROOFS))
        if scene.perhaps(0.6):
            chimney = x + wide * chance.uniform(0.2, 0.7)
            sheet.box((chimney, foot - tall - wide * 0.5), (chimney + wide * 0.14, foot - tall),
                      _tinted(scene, "#8a5a4a"))  # fmt: skip
        if scene.perhaps(0.55):
            sheet.area([(x - 8, foot - tall), (x + wide / 2, foot - tall - wide * 0.55),
                        (x + wide + 8, foot - tall)], roof)  # fmt: skip
        else:
            sheet.area([(x - 8, foot - tall), (x + wide * 0.14, foot - tall - wide * 0.34),
                        (x + wide * 0.86, foot - tall - wide * 0.34), (x + wide + 8, foot - tall)],
                       roof)  # fmt: skip
        sheet.box((x, foot - tall), (x + wide, foot + 6), wall)
        rows = max(1, int(tall / (95 * size)))
        for row in range(rows):
            top = foot - tall + 22 * size + row * 92 * size
            for column in range(2):
                lit = scene.perhaps(0.5) and scene.windows_lit
                at = x + wide * (0.16 + column * 0.44)
                pane = scene.light.window if lit else _tinted(scene, "#5d7385")
                sheet.box((at, top), (at + wide * 0.24, top + 50 * size), pane, 3.4)
                sheet.stroke([(at + wide * 0.12, top), (at + wide * 0.12, top + 50 * size)], 2.6)
        door = x + wide * chance.choice((0.12, 0.6))
        sheet.box((door, foot - 84 * size), (door + wide * 0.26, foot + 4),
                  _tinted(scene, chance.choice(("#3f6f6b", "#7a4632", "#4a4f7d"))))  # fmt: skip
        x += wide + chance.uniform(0, 6)


def _quay(scene: Scenery) -> None:
    """A stone quay by the sea: houses at one end, a lighthouse far out at the other."""
    chance, light, sheet = scene.chance, scene.light, scene.sheet
    _sea(scene)
    head = [(WORLD * 0.66, scene.horizon + 30), (WORLD * 0.72, scene.horizon - 34),
            (WORLD * 0.8, scene.horizon - 58), (WORLD * 0.9, scene.horizon - 20),
            (WORLD * 1.05, scene.horizon + 30)]  # fmt: skip
    sheet.area(smooth(head), light.far)
    _lighthouse(scene, WORLD * 0.8, scene.horizon - 30, 0.55)
    for place in (0.3, 0.42, 0.55, 0.7, 0.9):
        at = (WORLD * (place + chance.uniform(-0.03, 0.03)), scene.ground - chance.uniform(90, 130))
        _boat(scene, at, chance.uniform(58, 92))
    _row_of_houses(scene, -60, WORLD * 0.24, scene.ground - 34, 1.2)
    top = scene.ground - 44
    sheet.box((-60, top), (WORLD + 60, sheet.height + 200), _tinted(scene, "#9c8f86"))
    sheet.box((-60, top), (WORLD + 60, top + 26), _tinted(scene, "#bdb0a2"))
    y, row = top + 26.0, 0
    while y < sheet.height + 60:
        deep = 34 + row * 13
        x = -60 - (row % 2) * 60.0
        while x < WORLD:
            x += 100 + row * 24 + chance.uniform(-10, 10)
            sheet.stroke([(x, y), (x - 8, y + deep)], 2.6, _tinted(scene, "#5d5560"))
        y += deep
        sheet.stroke([(-60, y), (WORLD + 60, y)], 2.6, _tinted(scene, "#5d5560"))
        row += 1
    for step in range(6):
        x = WORLD * (0.06 + step * 0.17)
        _lamp(scene, (x, scene.ground - 14), 330)
        _bollard(scene, (x + 170, scene.ground - 6))
    for step in range(3):
        x = WORLD * (0.2 + step * 0.3) + chance.uniform(-40, 40)
        _crate(scene, (x, scene.ground + 2), chance.uniform(52, 70))


def _lamp(scene: Scenery, foot: Point, tall: float) -> None:
    (x, y), sheet = foot, scene.sheet
    iron = _tinted(scene, "#33303f")
    if scene.lamps_lit:
        sheet.glow((x, y - tall - 22), 120, scene.light.window)
    for extra, fill in ((LINE, INK), (0.0, iron)):
        sheet.stroke([(x, y), (x, y - tall)], 9 + extra * 2, fill)
    sheet.box((x - 16, y - 22), (x + 16, y), iron)
    sheet.stroke([(x - 26, y - tall + 26), (x + 26, y - tall + 26)], 6)
    glass = "#fff0b8" if scene.lamps_lit else _tinted(scene, "#8fa3ad")
    sheet.area([(x - 16, y - tall), (x + 16, y - tall), (x + 24, y - tall - 46),
                (x - 24, y - tall - 46)], glass)  # fmt: skip
    sheet.area([(x - 30, y - tall - 46), (x, y - tall - 74), (x + 30, y - tall - 46)], iron)


def _bollard(scene: Scenery, foot: Point) -> None:
    (x, y), iron = foot, _tinted(scene, "#3b3745")
    scene.sheet.box((x - 17, y - 46), (x + 17, y), iron)
    scene.sheet.oval((x, y - 48), (25, 12), iron)


def _crate(scene: Scenery, foot: Point, size: float) -> None:
    (x, y), sheet, wood = foot, scene.sheet, _tinted(scene, "#a87b4c")
    sheet.box((x - size, y - size), (x + size * 0.2, y), wood)
    sheet.box((x + size * 0.25, y - size * 0.7), (x + size * 1.05, y), _tinted(scene, "#8d6640"))
    for step in (0.34, 0.67):
        sheet.stroke([(x - size, y - size * step), (x + size * 0.2, y - size * step)], 2.8)
    sheet.stroke([(x - size, y), (x + size * 0.2, y - size)], 2.8)


def _coast(scene: Scenery) -> None:
    chance, light = scene.chance, scene.light
    scene.land(scene.ridge(scene.horizon + 20, 120, waves=0.7), light.far)
    _sea(scene)
    _lighthouse(scene, chance.choice((0.25, 0.7)) * WORLD, scene.horizon + 60, 1.0)
    for place in (0.15, 0.45, 0.85):
        at = (WORLD * (place + chance.uniform(-0.05, 0.05)), scene.horizon + chance.uniform(30, 90))
        _boat(scene, at, chance.uniform(45, 80))
    _meadow(scene)


def _open_sea(scene: Scenery) -> None:
    """Nothing but water, and a light on the land far away."""
    _lighthouse(scene, WORLD * 0.5, scene.horizon + 26, 0.34)
    _sea(scene)
    chance, sheet, light = scene.chance, scene.sheet, scene.light
    y = scene.horizon + 60
    while y < sheet.height + 60:
        for _ in range(9):
            x = chance.uniform(-60, WORLD)
            half = 24 + (y - scene.horizon) * 0.22
            wave = arc((x - half, y), (half, half * 0.28), 200, 340, 6)
            sheet.stroke(wave + arc((x + half, y), (half, half * 0.28), 200, 340, 6), 3.2,
                         mixed(light.middle, INK, 0.55))  # fmt: skip
        y += 42


def _sea(scene: Scenery) -> None:
    chance, light, sheet = scene.chance, scene.light, scene.sheet
    depth = sheet.height - scene.horizon
    sheet.box((-80, scene.horizon), (WORLD + 80, sheet.height + 200), light.middle)
    for step in range(9):
        y = scene.horizon + 14 + depth * 0.45 * (step / 9) ** 1.4
        half = 20 + step * 9 + chance.uniform(0, 18)
        middle = scene.sun_at
        sheet.stroke([(middle - half, y), (middle + half, y)], 4 + step * 0.7, light.orb)
    for _ in range(60):
        y = scene.horizon + chance.uniform(12, depth * 0.6)
        x, half = chance.uniform(0, WORLD), 10 + (y - scene.horizon) * 0.14
        wave = arc((x - half, y), (half, half * 0.3), 200, 340, 5)
        sheet.stroke(wave + arc((x + half, y), (half, half * 0.3), 200, 340, 5), 2.6)


def _lighthouse(scene: Scenery, x: float, base: float, size: float) -> None:
    sheet, light = scene.sheet, scene.light
    rock = [(-170, 50), (-110, -14), (-40, -34), (50, -26), (120, 6), (180, 50)]
    sheet.area([(x + dx * size, base + dy * size) for dx, dy in rock], light.near)
    top = base - 330 * size
    line = max(3.0, LINE * size)
    for step in range(5):
        low, high = base - (28 + step * 56) * size, base - (84 + step * 56) * size
        wide, narrow = (46 - step * 4) * size, (42 - step * 4) * size
        fill = _tinted(scene, "#d9483b" if step % 2 == 0 else PAPER)
        sheet.area([(x - wide, low), (x + wide, low), (x + narrow, high), (x - narrow, high)],
                   fill, line)  # fmt: skip
    if scene.lamps_lit:
        for side in (-1, 1):
            far = x + side * WORLD
            sheet.area([(x, top + 4 * size), (far, top - 150), (far, top + 170)],
                       mixed(light.sky, light.window, 0.55), 0)  # fmt: skip
        sheet.glow((x, top), 190 * size, light.window)
    sheet.box((x - 36 * size, top + 22 * size), (x + 36 * size, top + 34 * size), INK, 0)
    glass = light.window if scene.lamps_lit else _tinted(scene, "#6b7c88")
    sheet.box((x - 20 * size, top - 18 * size), (x + 20 * size, top + 22 * size), glass, line)
    sheet.area([(x - 30 * size, top - 18 * size), (x, top - 52 * size),
                (x + 30 * size, top - 18 * size)], _tinted(scene, "#d9483b"), line)  # fmt: skip


def _beacon(scene: Scenery) -> None:
    """The lighthouse near by, on its rock."""
    scene.land(scene.ridge(scene.horizon + 20, 90, waves=0.7), scene.light.far)
    _sea(scene)
    for x in (WORLD * 0.3, WORLD * 0.74):
        _lighthouse(scene, x, scene.ground - 20, 1.75)
        sheet, foot = scene.sheet, scene.ground - 20
        sheet.box((x - 34, foot - 130), (x + 34, foot - 48), _tinted(scene, "#4a3a3f"))
        for step in range(3):
            wide = 60 + step * 16
            sheet.box((x - wide, foot - 48 + step * 15), (x + wide, foot - 33 + step * 15),
                      _tinted(scene, "#9c8f86"), 3.4)  # fmt: skip
    _meadow(scene)


def _boat(scene: Scenery, at: Point, size: float) -> None:
    (x, y), sheet = at, scene.sheet
    sheet.stroke([(x, y), (x, y - size * 1.9)], 4)
    sheet.area([(x + 6, y - size * 1.85), (x + 6, y - 10), (x + size, y - 10)],
               _tinted(scene, PAPER))  # fmt: skip
    sheet.area([(x - 5, y - size * 1.5), (x - 5, y - 10), (x - size * 0.7, y - 10)],
               _tinted(scene, "#e8735a"))  # fmt: skip
    hull = [(x - size * 1.1, y - 4), (x + size * 1.2, y - 4), (x + size * 0.8, y + size * 0.35),
            (x - size * 0.75, y + size * 0.35)]  # fmt: skip
    sheet.area(hull, scene.light.near)


def _room(scene: Scenery) -> None:
    """A room with a window to the sky, shelves, a table and a stair that winds up."""
    chance, light, sheet = scene.chance, scene.light, scene.sheet
    wall = mixed("#c9a878", light.tint, min(0.6, light.depth * 1.3))
    floor = scene.ground - 70
    sheet.box((-80, -200), (WORLD + 80, floor), wall, 0)
    for x in range(-80, int(WORLD) + 80, 84):
        sheet.stroke([(x, -200), (x, floor)], 2.4, mixed(wall, INK, 0.3))
    sheet.box((-80, floor - 26), (WORLD + 80, floor), mixed(wall, INK, 0.35))
    boards = mixed("#8d6544", light.tint, min(0.6, light.depth * 1.3))
    sheet.box((-80, floor), (WORLD + 80, sheet.height + 200), boards)
    for number in range(1, 6):
        y = floor + number * (22 + number * 9)
        sheet.stroke([(-80, y), (WORLD + 80, y)], 2.8, mixed(boards, INK, 0.5))
    for place in (0.12, 0.4, 0.64, 0.88):
        _window(scene, (WORLD * place, scene.horizon - 120))
    for place in (0.27, 0.76):
        _shelf(scene, (WORLD * place, floor), chance.uniform(300, 360))
    _stair(scene, WORLD * 0.52, floor)
    for place in (0.18, 0.66):
        _table(scene, (WORLD * place, scene.ground + 26))


def _window(scene: Scenery, middle: Point) -> None:
    (x, y), sheet, light = middle, scene.sheet, scene.light
    frame = mixed("#6d4a35", light.tint, light.depth)
    sheet.oval((x, y - 80), (116, 116), frame)
    sheet.box((x - 116, y - 80), (x + 116, y + 130), frame)
    sheet.oval((x, y - 80), (94, 94), light.sky)
    sheet.box((x - 94, y - 80), (x + 94, y + 108), light.sky)
    sheet.box((x - 91, y - 86), (x + 91, y - 70), light.sky, 0)
    sheet.oval((x + 34, y - 70), (26, 26), light.orb, 3.4)
    sheet.box((x - 92, y + 40), (x + 92, y + 106), light.middle, 3.4)
    for bar in ([(x, y - 174), (x, y + 108)], [(x - 94, y - 30), (x + 94, y - 30)]):
        sheet.stroke(bar, 8, frame)
    sheet.box((x - 130, y + 116), (x + 130, y + 138), frame)


def _shelf(scene: Scenery, foot: Point, tall: float) -> None:
    (x, y), sheet, chance = foot, scene.sheet, scene.chance
    wood = mixed("#7a5238", scene.light.tint, scene.light.depth)
    sheet.box((x - 130, y - tall), (x + 130, y), wood)
    for row in range(3):
        low = y - tall + (row + 1) * tall / 3.2
        sheet.box((x - 116, low - tall / 3.2 + 18), (x + 116, low), mixed(wood, INK, 0.45), 3)
        at = x - 108.0
        while at < x + 84:
            wide, high = chance.uniform(13, 26), chance.uniform(48, 76)
            colour = chance.choice(("#cf4436", "#2f8f8b", "#e8a534", "#5d5aa8", "#efe2c4"))
            sheet.box((at, low - high), (at + wide, low), _tinted(scene, colour), 2.6)
            at += wide + chance.choice((0, 0, 0, 22))


def _stair(scene: Scenery, x: float, floor: float) -> None:
    sheet, stone = scene.sheet, mixed("#a39a94", scene.light.tint, scene.light.depth)
    sheet.box((x - 15, -200), (x + 15, floor), mixed(stone, INK, 0.2))
    for step in range(16):
        y = floor - step * 52
        turn = math.cos(step * 0.7)
        wide = 120 * turn if abs(turn) > 0.15 else 20  # noqa: PLR2004 - edge on
        left, right = sorted((x, x + wide))
        sheet.box((left - 12, y - 15), (right + 12, y), stone, 3.6)


def _table(scene: Scenery, foot: Point) -> None:
    (x, y), sheet = foot, scene.sheet
    wood = mixed("#9a6a40", scene.light.tint, scene.light.depth)
    for side in (-1, 1):
        sheet.box((x + side * 130 - 10, y - 120), (x + side * 130 + 10, y), mixed(wood, INK, 0.3))
    sheet.area(
        [(x - 140, y - 150), (x + 140, y - 150), (x + 175, y - 116), (x - 175, y - 116)], wood
    )
    sheet.area([(x - 80, y - 144), (x + 30, y - 146), (x + 44, y - 124), (x - 86, y - 122)],
               "#f3e6c6", 3)  # fmt: skip
    sheet.stroke([(x - 60, y - 138), (x - 10, y - 130), (x + 18, y - 140)], 2.4, "#b0563f")
    sheet.box((x + 74, y - 186), (x + 104, y - 140), scene.light.window, 3.4)
    sheet.box((x + 68, y - 194), (x + 110, y - 184), INK, 0)


def _lamp_room(scene: Scenery) -> None:
    """The room at the top of a lighthouse: glass all round, and the great lens."""
    sheet, light = scene.sheet, scene.light
    floor = scene.ground - 40
    _sea(scene)
    iron = mixed("#4b4657", light.tint, light.depth * 0.5)
    for x in range(-80, int(WORLD) + 80, 210):
        sheet.box((x - 9, -200), (x + 9, floor), iron)
        sheet.stroke([(x, scene.horizon - 260), (x + 210, scene.horizon - 40)], 5, iron)
    sheet.box((-80, floor - 96), (WORLD + 80, floor), iron)
    boards = mixed("#7c6a68", light.tint, light.depth)
    sheet.box((-80, floor), (WORLD + 80, sheet.height + 200), boards)
    for number in range(1, 5):
        y = floor + number * (24 + number * 10)
        sheet.stroke([(-80, y), (WORLD + 80, y)], 2.8, mixed(boards, INK, 0.5))
    for place in (0.22, 0.5, 0.78):
        _lens(scene, (WORLD * place, floor))


def _lens(scene: Scenery, foot: Point) -> None:
    (x, y), sheet = foot, scene.sheet
    brass = _tinted(scene, "#d1a13f", 0.05)
    sheet.area([(x - 70, y), (x + 70, y), (x + 46, y - 110), (x - 46, y - 110)], brass)
    if scene.lamps_lit:
        sheet.glow((x, y - 290), 420, scene.light.window)
    glass = "#fff3c4" if scene.lamps_lit else _tinted(scene, "#b9d3d6")
    outline = [(-40, -110), (-128, -200), (-150, -290), (-128, -380), (-40, -470), (40, -470),
               (128, -380), (150, -290), (128, -200), (40, -110)]  # fmt: skip
    sheet.area(closed([(x + dx, y + dy) for dx, dy in outline]), glass)
    for ring in (0.25, 0.5, 0.75):
        sheet.stroke(arc((x, y - 290), (136 * ring, 168 * ring), 0, 360, 28), 3.4, brass)
    for step in (-1, 1):
        bow = arc((x, y - 290 + step * 128), (104, 22), 0, 180, 10)
        sheet.stroke(bow, 3.4, brass)
    sheet.box((x - 62, y - 486), (x + 62, y - 462), brass)


def _forest(scene: Scenery) -> None:
    chance, light, sheet = scene.chance, scene.light, scene.sheet
    scene.land(scene.ridge(scene.horizon + 30, 120, waves=1.2), light.far, 0)
    for _ in range(22):
        x, wide = chance.uniform(0, WORLD), chance.uniform(14, 26)
        sheet.box((x, -200), (x + wide, sheet.height + 200), light.far, 0)
    scene.land(scene.ridge(scene.horizon + 100, 60, waves=1.4), light.middle)
    for place in range(12):
        x = WORLD * (place + chance.uniform(0.1, 0.9)) / 12
        wide, foot = chance.uniform(24, 44), scene.ground - chance.uniform(0, 60)
        lean = chance.uniform(-26, 26)
        trunk = smooth(
            [(x - wide * 1.7, foot), (x - wide * 0.8, foot - 70), (x - wide * 0.55 + lean / 2, 300),
             (x - wide * 0.6 + lean, -20)]
        )  # fmt: skip
        back = smooth(
            [(x + wide * 0.6 + lean, -20), (x + wide * 0.55 + lean / 2, 300),
             (x + wide * 0.8, foot - 70), (x + wide * 1.7, foot)]
        )  # fmt: skip
        sheet.area([*trunk, *back], light.near)
        for _ in range(9):
            y = chance.uniform(60, foot - 60)
            left = x + lean * (1 - y / foot) - wide * chance.uniform(0.1, 0.4)
            sheet.stroke([(left, y), (left + 3, y + chance.uniform(20, 46))], 2.6)
    leaves = [(-30.0, -230.0)]
    while leaves[-1][0] < WORLD + 30:
        leaves.append((leaves[-1][0] + chance.uniform(40, 90), chance.uniform(40, 165)))
    sheet.area([*smooth(leaves), (WORLD + 40, -240)], light.near)
    _meadow(scene)


def _desert(scene: Scenery) -> None:
    chance, light, sheet = scene.chance, scene.light, scene.sheet
    for _ in range(chance.randint(5, 8)):
        x, half = WORLD * chance.uniform(0.05, 0.95), chance.uniform(60, 140)
        top = scene.horizon - chance.uniform(70, 230)
        low = scene.horizon + 40
        mesa = [(x - half * 1.5, low), (x - half * 1.1, top + 70), (x - half, top + 60),
                (x - half * 0.9, top), (x + half * 0.8, top + 4), (x + half, top + 56),
                (x + half * 1.15, top + 66), (x + half * 1.6, low)]  # fmt: skip
        sheet.area(mesa, light.far)
        for step in range(4):
            left = x - half * 0.6 + step * half * 0.38
            sheet.stroke([(left, top + 16), (left - 4, top + 50 + chance.uniform(0, 50))], 2.8)
    dune = scene.ridge(scene.horizon + 70, 70, waves=0.9)
    scene.land(dune, light.middle)
    for _ in range(chance.randint(6, 10)):
        x = WORLD * chance.uniform(0.02, 0.98)
        _cactus(scene, (x, scene.horizon + chance.uniform(90, 150)), chance.uniform(70, 150))
    _meadow(scene)


def _cactus(scene: Scenery, foot: Point, tall: float) -> None:
    (x, y), sheet, thick = foot, scene.sheet, tall * 0.2
    bends = [
        [(x, y), (x, y - tall)],
        [(x, y - tall * 0.35), (x - tall * 0.3, y - tall * 0.4), (x - tall * 0.3, y - tall * 0.7)],
        [(x, y - tall * 0.5), (x + tall * 0.3, y - tall * 0.55), (x + tall * 0.3, y - tall * 0.88)],
    ]
    for extra, colour in ((LINE * 2, INK), (0.0, "#4f8a67")):
        for bend in bends:
            sheet.stroke(bend, thick + extra, colour)


def _tree(scene: Scenery, foot: Point, tall: float) -> None:
    (x, y), sheet = foot, scene.sheet
    if scene.perhaps(0.5):
        sheet.box((x - tall * 0.05, y - tall * 0.3), (x + tall * 0.05, y), INK, 0)
        for step in range(3):
            wide, low = tall * (0.34 - step * 0.08), y - tall * (0.18 + step * 0.24)
            sheet.area([(x - wide, low), (x, low - tall * 0.42), (x + wide, low)], scene.light.near)
        return
    sheet.stroke([(x, y), (x, y - tall * 0.5)], tall * 0.09)
    for extra, colour in ((LINE, INK), (0.0, scene.light.near)):
        for dx, dy, r in ((-0.2, -0.55, 0.24), (0.2, -0.55, 0.24), (0.0, -0.8, 0.28)):
            radius = tall * r + extra
            sheet.oval((x + dx * tall, y + dy * tall), (radius, radius), colour, 0)


def _house(scene: Scenery, foot: Point, size: float) -> None:
    (x, y), sheet = foot, scene.sheet
    sheet.box(
        (x + size * 0.55, y - size * 1.5), (x + size * 0.75, y - size * 0.8), scene.light.near
    )
    sheet.box((x - size, y - size * 0.8), (x + size, y), _tinted(scene, PAPER))
    sheet.area(
        [(x - size * 1.2, y - size * 0.8), (x, y - size * 1.6), (x + size * 1.2, y - size * 0.8)],
        _tinted(scene, "#d9483b"),
    )
    sheet.box((x - size * 0.2, y - size * 0.5), (x + size * 0.15, y), scene.light.near)
    for left in (-0.75, 0.4):
        corner = (x + left * size, y - size * 0.58)
        sheet.box(corner, (corner[0] + size * 0.34, corner[1] + size * 0.3), scene.light.window)


def _pavement(scene: Scenery, lamps: int = 4) -> None:
    sheet, light = scene.sheet, scene.light
    stone = mixed(light.near, "#8d8290", 0.35)
    top = scene.ground - 46
    sheet.box((-60, top), (WORLD + 60, sheet.height + 200), stone)
    sheet.stroke([(-60, top + 18), (WORLD + 60, top + 18)], 3)
    for _ in range(70):
        x = scene.chance.uniform(0, WORLD)
        y = scene.chance.uniform(top + 34, sheet.height)
        cobble = arc((x, y), (20, 9), 190, 350, 6)
        sheet.stroke(cobble, 2.6, mixed(stone, INK, 0.5))
    for step in range(lamps):
        _lamp(scene, (WORLD * (step + 0.5) / lamps, scene.ground - 8), 330)


def _meadow(scene: Scenery) -> None:
    chance, sheet = scene.chance, scene.sheet
    edge = scene.ridge(scene.ground, 60, waves=chance.uniform(0.5, 0.9))
    scene.land(edge, scene.light.near)
    for _ in range(38):
        x, y = chance.choice(edge)
        for blade in (-9, -3, 4, 10):
            sheet.stroke(
                [(x + blade * 0.4, y + 6), (x + blade * 1.4, y - chance.uniform(12, 26))], 3.4
            )


def _open_air(scene: Scenery) -> None:
    """Nothing but the sky: of a place about which nothing is said."""
    sheet, light = scene.sheet, scene.light
    sheet.box((-80, scene.horizon - 40), (WORLD + 80, sheet.height + 200), light.sky, 0)
    for _ in range(40):
        x, y = scene.chance.uniform(0, WORLD), scene.chance.uniform(60, sheet.height)
        half = scene.chance.uniform(60, 220)
        sheet.stroke([(x - half, y), (x + half, y)], 3, mixed(light.sky, light.glow, 0.5))


SETTINGS: dict[str, Callable[[Scenery], None]] = {
    "hills": _hills,
    "city": _city,
    "coast": _coast,
    "forest": _forest,
    "desert": _desert,
    "town": _town,
    "quay": _quay,
    "sea": _open_sea,
    "lighthouse": _beacon,
    "room": _room,
    "lamp room": _lamp_room,
    "open air": _open_air,
}
"""By name; `trials.replica.brief` chooses."""

OTHERWISE = ("hills", "city", "coast", "forest", "desert")
"""Those for a prompt that names none."""
