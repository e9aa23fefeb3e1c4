"""Where a panel may be set; each setting draws from the horizon to the ground under the figures."""

from collections.abc import Callable

from trials.replica.ink import INK, LINE, PAPER, Point, arc, smooth
from trials.replica.scene import Scene


def _hills(scene: Scene) -> None:
    chance, light = scene.chance, scene.light
    far = scene.ridge(scene.horizon + 10, 190, waves=1, sharp=scene.perhaps(0.6))
    scene.land(far, light.far)
    middle = scene.ridge(scene.horizon + 90, 110, waves=chance.uniform(0.8, 1.5))
    scene.land(middle, light.middle)
    scene.hatch(middle, 5)
    for _ in range(chance.randint(3, 8)):
        x, y = chance.choice(middle[4:-4])
        _tree(scene, (x, y + 14), chance.uniform(60, 120))
    if scene.perhaps(0.5):
        _house(scene, (scene.sheet.width * chance.uniform(0.2, 0.75), scene.horizon + 110), 80)
    _foreground(scene)


def _city(scene: Scene) -> None:
    chance, light, sheet = scene.chance, scene.light, scene.sheet
    for colour, low, tall, windows in (
        (light.far, 0.0, 300.0, False),
        (light.middle, 60.0, 330.0, True),
    ):
        x = -30.0
        while x < sheet.width:
            wide = chance.uniform(70, 150)
            top = scene.horizon + low - tall * chance.uniform(0.25, 1)
            _building(scene, (x, top), wide, colour, windows=windows)
            x += wide + (0 if windows else chance.uniform(-10, 20))
    _foreground(scene, paved=True)


def _building(scene: Scene, corner: Point, wide: float, colour: str, *, windows: bool) -> None:
    chance, sheet = scene.chance, scene.sheet
    x, top = corner
    roof = chance.choice(("gable", "aerial", "tank", "flat"))
    if roof == "gable":
        sheet.area([(x, top), (x + wide / 2, top - wide * 0.4), (x + wide, top)], colour)
    elif roof == "aerial":
        sheet.stroke([(x + wide * 0.7, top), (x + wide * 0.7, top - 60)], 4)
    elif roof == "tank" and windows:
        sheet.box((x + wide * 0.2, top - 34), (x + wide * 0.55, top), scene.light.near)
    sheet.box((x, top), (x + wide, sheet.height), colour)
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


def _coast(scene: Scene) -> None:
    chance, light, sheet = scene.chance, scene.light, scene.sheet
    if scene.perhaps(0.6):
        island = scene.ridge(scene.horizon + 20, 120, waves=0.7)
        scene.land(island, light.far)
    sheet.box((-10, scene.horizon), (sheet.width + 10, sheet.height), light.middle)
    depth = sheet.height - scene.horizon
    for step in range(9):
        y = scene.horizon + 14 + depth * 0.45 * (step / 9) ** 1.4
        half = 20 + step * 9 + chance.uniform(0, 18)
        sheet.stroke(
            [(scene.orb[0] - half, y), (scene.orb[0] + half, y)], 4 + step * 0.7, light.orb
        )
    for _ in range(26):
        y = scene.horizon + chance.uniform(12, depth * 0.6)
        x, half = chance.uniform(0, sheet.width), 10 + (y - scene.horizon) * 0.14
        wave = arc((x - half, y), (half, half * 0.3), 200, 340, 5)
        sheet.stroke(wave + arc((x + half, y), (half, half * 0.3), 200, 340, 5), 2.6)
    if scene.perhaps(0.6):
        _lighthouse(scene, chance.choice((0.14, 0.84)) * sheet.width)
    if scene.perhaps(0.7):
        _boat(
            scene, (sheet.width * chance.uniform(0.3, 0.7), scene.horizon + chance.uniform(20, 90))
        )
    _foreground(scene)


def _lighthouse(scene: Scene, x: float) -> None:
    sheet, light = scene.sheet, scene.light
    base = scene.horizon + 60
    rock = [(x - 170, base + 50), (x - 110, base - 14), (x - 40, base - 34), (x + 50, base - 26),
            (x + 120, base + 6), (x + 180, base + 50)]  # fmt: skip
    sheet.area(rock, light.near)
    top = base - 330
    for step in range(5):
        low, high = base - 28 - step * 56, base - 28 - (step + 1) * 56
        wide, narrow = 46 - step * 4, 46 - (step + 1) * 4
        fill = "#d9483b" if step % 2 == 0 else PAPER
        sheet.area([(x - wide, low), (x + wide, low), (x + narrow, high), (x - narrow, high)], fill)
    if scene.hour in ("night", "dusk", "storm"):
        for side in (-1, 1):
            far = x + side * sheet.width  # beyond the sheet, so the beam has no end
            sheet.area([(x, top + 4), (far, top - 95), (far, top + 115)], light.window, 0)
    sheet.box((x - 36, top + 22), (x + 36, top + 34), INK, 0)
    sheet.box((x - 20, top - 18), (x + 20, top + 22), light.window)
    sheet.area([(x - 30, top - 18), (x, top - 52), (x + 30, top - 18)], "#d9483b")


def _boat(scene: Scene, at: Point) -> None:
    (x, y), sheet, size = at, scene.sheet, scene.chance.uniform(45, 80)
    sheet.stroke([(x, y), (x, y - size * 1.9)], 4)
    sheet.area([(x + 6, y - size * 1.85), (x + 6, y - 10), (x + size, y - 10)], PAPER)
    sheet.area([(x - 5, y - size * 1.5), (x - 5, y - 10), (x - size * 0.7, y - 10)], "#e8735a")
    hull = [(x - size * 1.1, y - 4), (x + size * 1.2, y - 4), (x + size * 0.8, y + size * 0.35),
            (x - size * 0.75, y + size * 0.35)]  # fmt: skip
    sheet.area(hull, scene.light.near)


def _forest(scene: Scene) -> None:
    chance, light, sheet = scene.chance, scene.light, scene.sheet
    scene.land(scene.ridge(scene.horizon + 30, 120, waves=1.2), light.far, 0)
    for _ in range(9):
        x, wide = chance.uniform(0, sheet.width), chance.uniform(14, 26)
        sheet.box((x, 0), (x + wide, sheet.height), light.far, 0)
    scene.land(scene.ridge(scene.horizon + 100, 60, waves=1.4), light.middle)
    for place in range(5):
        x = sheet.width * (place + chance.uniform(0.1, 0.9)) / 5
        if sheet.width * 0.36 < x < sheet.width * 0.64:
            continue  # the figures stand in the clearing
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
    leaves = [(-30.0, -30.0)]
    while leaves[-1][0] < sheet.width + 30:
        leaves.append((leaves[-1][0] + chance.uniform(40, 90), chance.uniform(40, 165)))
    sheet.area([*smooth(leaves), (sheet.width + 40, -40)], light.near)
    _foreground(scene)


def _desert(scene: Scene) -> None:
    chance, light, sheet = scene.chance, scene.light, scene.sheet
    for _ in range(chance.randint(2, 4)):
        x, half = sheet.width * chance.uniform(0.05, 0.95), chance.uniform(60, 140)
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
    for _ in range(chance.randint(2, 5)):
        x = sheet.width * chance.choice((chance.uniform(0.04, 0.34), chance.uniform(0.68, 0.96)))
        _cactus(scene, (x, scene.horizon + chance.uniform(90, 150)), chance.uniform(70, 150))
    _foreground(scene)


def _cactus(scene: Scene, foot: Point, tall: float) -> None:
    (x, y), sheet, thick = foot, scene.sheet, tall * 0.2
    bends = [
        [(x, y), (x, y - tall)],
        [(x, y - tall * 0.35), (x - tall * 0.3, y - tall * 0.4), (x - tall * 0.3, y - tall * 0.7)],
        [(x, y - tall * 0.5), (x + tall * 0.3, y - tall * 0.55), (x + tall * 0.3, y - tall * 0.88)],
    ]
    for extra, colour in ((LINE * 2, INK), (0.0, "#4f8a67")):
        for bend in bends:
            sheet.stroke(bend, thick + extra, colour)


def _tree(scene: Scene, foot: Point, tall: float) -> None:
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


def _house(scene: Scene, foot: Point, size: float) -> None:
    (x, y), sheet = foot, scene.sheet
    sheet.box(
        (x + size * 0.55, y - size * 1.5), (x + size * 0.75, y - size * 0.8), scene.light.near
    )
    sheet.box((x - size, y - size * 0.8), (x + size, y), PAPER)
    sheet.area(
        [(x - size * 1.2, y - size * 0.8), (x, y - size * 1.6), (x + size * 1.2, y - size * 0.8)],
        "#d9483b",
    )
    sheet.box((x - size * 0.2, y - size * 0.5), (x + size * 0.15, y), scene.light.near)
    for left in (-0.75, 0.4):
        corner = (x + left * size, y - size * 0.58)
        sheet.box(corner, (corner[0] + size * 0.34, corner[1] + size * 0.3), scene.light.window)


def _foreground(scene: Scene, *, paved: bool = False) -> None:
    chance, sheet = scene.chance, scene.sheet
    if paved:
        sheet.box((-10, scene.ground - 46), (sheet.width + 10, sheet.height + 10), scene.light.near)
        sheet.stroke([(0, scene.ground - 30), (sheet.width, scene.ground - 30)], 3)
        lamp = sheet.width * chance.choice((0.12, 0.88))
        sheet.stroke([(lamp, scene.ground), (lamp, scene.ground - 300)], 9)
        sheet.stroke([(lamp, scene.ground - 300), (lamp + 46, scene.ground - 318)], 7)
        sheet.oval((lamp + 58, scene.ground - 312), (22, 15), scene.light.window)
        return
    edge = scene.ridge(scene.ground, 60, waves=chance.uniform(0.5, 0.9))
    scene.land(edge, scene.light.near)
    for _ in range(16):
        x, y = chance.choice(edge)
        for blade in (-9, -3, 4, 10):
            sheet.stroke(
                [(x + blade * 0.4, y + 6), (x + blade * 1.4, y - chance.uniform(12, 26))], 3.4
            )


SETTINGS: tuple[Callable[[Scene], None], ...] = (_hills, _city, _coast, _forest, _desert)
