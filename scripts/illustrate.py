"""Draws the pictures of docs/consistency.md anew: `.venv/bin/python scripts/illustrate.py`."""

import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from calibration.changes import Pixels, blurred, contrast, grain, light, lines
from pressrun.book import __file__ as book
from pressrun.book.read import read
from pressrun.server import wanted
from trials.replica.pictures import draw

FOLDER = Path(__file__).parents[1] / "docs" / "images"
SIDE, GAP, BELOW = 176, 8, 20
_COLOURS = 160


def main() -> int:
    """Write the pictures; returns the exit code."""
    prompts = [panel.prompt for panel in wanted.of_book(read(Path(book).parent / "example")).panels]
    approved = [_panel(prompts[number], number) for number in (1, 3, 6, 13, 16)]
    _save("approved", [(each, "") for each in approved])
    panel = approved[1]
    changed: tuple[tuple[str, Callable[[Pixels], Pixels]], ...] = (
        ("as approved", lambda each: each),
        ("contrast weaker", lambda each: contrast(each, 0.6)),
        ("colours warmer", lambda each: light(each, 1.2, 1.0, 0.7)),
        ("lines thicker", lambda each: lines(lines(each, thicker=True), thicker=True)),
        ("drawing blurred", lambda each: blurred(each, 1.5)),
        ("texture grainier", lambda each: grain(each, 0.07)),
    )
    _save("differences", [(change(panel), words) for words, change in changed])
    steps = [
        light(_panel(prompts[number % len(prompts)], number), 1 + far / 60, 1.0, 1 - far / 28)
        for far, number in enumerate((2, 4, 7, 9, 10, 14, 17))
    ]
    _save("drift", [(each, f"{5 * at + 1}") for at, each in enumerate(steps)])
    wrong = ((_blank(), "blank"), (_framed(panel), "bordered"), (_broken(panel), "cut-off"))
    _save("blemishes", wrong)
    return 0


def _panel(prompt: str, take: int) -> Pixels:
    with Image.open(io.BytesIO(draw(prompt, size=(768, 768), take=take + 1))) as drawn:
        small = drawn.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(small)


def _blank() -> Pixels:
    return np.full((SIDE, SIDE, 3), (206, 204, 200), np.uint8)


def _framed(panel: Pixels) -> Pixels:
    framed = np.full_like(panel, 255)
    edge = SIDE // 12
    inner = Image.fromarray(panel).resize((SIDE - 2 * edge, SIDE - 2 * edge))
    framed[edge:-edge, edge:-edge] = np.asarray(inner)
    return framed


def _broken(panel: Pixels) -> Pixels:
    broken = panel.copy()
    broken[SIDE * 5 // 8 :] = 128
    return broken


def _save(name: str, shown: Sequence[tuple[Pixels, str]]) -> None:
    """Put pictures side by side, each with its words below, and write them as a small file."""
    below = BELOW if any(words for _, words in shown) else 0
    width = len(shown) * (SIDE + GAP) - GAP
    sheet = Image.new("RGB", (width, SIDE + below), "white")
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(13)
    for number, (pixels, words) in enumerate(shown):
        left = number * (SIDE + GAP)
        sheet.paste(Image.fromarray(pixels), (left, 0))
        pen.text((left + SIDE / 2, SIDE + below / 2 + 1), words, "#333333", font, anchor="mm")
    few = sheet.quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(FOLDER / f"consistency-{name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
