"""One panel of the replica's comic, composed by chance from a small stock of scenery and people.

All panels are of one comic: the same ink, a few lights of day, and a cast of four.
"""

import random

from PIL import Image

from trials.replica.ink import INK, LINE, PAPER, Point, Sheet
from trials.replica.people import far_figures, near_figure
from trials.replica.scene import LIGHTS, Scene
from trials.replica.settings import SETTINGS

_GUTTER = 26.0
_CAPTION = "#ffe9a8"

_SPEECH = (
    "Wait.", "Look there!", "Did you hear that?", "Not tonight.", "We are close.", "Go on.",
    "It is open.", "Who built this?", "Hold the light.", "I remember now.", "Run!", "At last.",
    "Nobody comes here.", "Too quiet.", "Follow me.", "This is the place.",
)  # fmt: skip


def compose(prompt: str, size: tuple[int, int], chance: random.Random) -> Image.Image:
    """Draw a panel with the prompt's first words in its caption.

    Args:
        prompt: Where the caption is from; all else is chance.
        size: Width and height in pixels.
        chance: What every choice is drawn from.
    """
    sheet = Sheet(size)
    hour = chance.choice(list(LIGHTS))
    scene = Scene(sheet, chance, LIGHTS[hour], hour)
    scene.draw_sky()
    chance.choice(SETTINGS)(scene)
    heads = chance.choice((far_figures, far_figures, near_figure))(scene)
    if hour == "storm":
        scene.draw_rain()
    _frame(sheet)
    below = _caption(scene, prompt)
    if scene.perhaps(0.65):
        _balloon(scene, heads, below)
    return sheet.finished()


def _frame(sheet: Sheet) -> None:
    right, low = sheet.width - _GUTTER, sheet.height - _GUTTER
    sheet.box((0, 0), (sheet.width, _GUTTER), PAPER, 0)
    sheet.box((0, low), (sheet.width, sheet.height), PAPER, 0)
    sheet.box((0, 0), (_GUTTER, sheet.height), PAPER, 0)
    sheet.box((right, 0), (sheet.width, sheet.height), PAPER, 0)
    corners = [(_GUTTER, _GUTTER), (right, _GUTTER), (right, low), (_GUTTER, low)]
    sheet.stroke([*corners, corners[0], corners[1]], 9)


def _caption(scene: Scene, prompt: str) -> float:
    """Write the caption and return how far down it reaches."""
    sheet, letters = scene.sheet, 31.0
    words = " ".join(word[:40] for word in prompt.split()[:16]).upper() or "…"
    text, wide, tall = sheet.lettering(words, letters=letters, width=sheet.width * 0.6, lines=3)
    corner = (_GUTTER + 18, _GUTTER + 18)
    far = (corner[0] + wide + 36, corner[1] + tall + 22)
    sheet.box((corner[0] + 7, corner[1] + 7), (far[0] + 7, far[1] + 7), INK, 0)
    sheet.box(corner, far, _CAPTION)
    sheet.write((corner[0] + 18, corner[1] + 12), text, letters=letters)
    return far[1]


def _balloon(scene: Scene, heads: list[Point], below: float) -> None:
    sheet, chance, letters = scene.sheet, scene.chance, 34.0
    head = chance.choice(heads)
    words = chance.choice(_SPEECH).upper()
    text, wide, tall = sheet.lettering(words, letters=letters, width=250, lines=3)
    half, high = wide / 2 + 44, tall / 2 + 30
    side = 1 if head[0] < sheet.width / 2 else -1
    x = head[0] + side * chance.uniform(90, 180)
    x = min(max(x, _GUTTER + half + 20), sheet.width - _GUTTER - half - 20)
    y = max(head[1] - high - chance.uniform(50, 90), below + high + 26)
    lean = max(-half * 0.5, min(half * 0.5, head[0] - x))
    # A balloon that would cover the face is left out: the panel is silent.
    if y + high > head[1] - 10:
        return
    tip = (head[0] + side * 16, head[1] - 8)
    tail = [(x + lean - 22, y + high * 0.72), tip, (x + lean + 22, y + high * 0.72)]
    for extra, colour in ((LINE, INK), (0.0, "#ffffff")):
        sheet.oval((x, y), (half + extra, high + extra), colour, 0)
        if extra:
            sheet.stroke(tail, LINE * 2)
        else:
            sheet.area(tail, colour, 0)
    for number, row in enumerate(text.split("\n")):
        _, row_wide, _ = sheet.lettering(row, letters=letters, width=400, lines=1)
        top = y - tall / 2 + number * letters * 1.25
        sheet.write((x - row_wide / 2, top), row, letters=letters)
