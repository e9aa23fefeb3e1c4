"""How soon slow drift is noticed, and how often where there is none: on a comic, or `--set DIR`.

Without a folder, chapters of the example book are drawn as the site of our trials draws them. With
one, each folder in it holds pictures of one style. Chapters are looked at after every picture.
"""

import argparse
import io
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from benches.result import Result
from calibration.changes import (
    Pixels,
    blurred,
    contrast,
    light,
    lines,
    mixed_lines,
)
from pressrun.book import __file__ as book
from pressrun.book.read import read
from pressrun.picture.measure import Measure, MeasureError, Series
from pressrun.server import wanted
from pressrun.style.attributes import attributes
from pressrun.style.drift import LAST, trends
from pressrun.style.prepare import SIDE, prepare
from trials.replica.pictures import draw

BEFORE, AFTER = 25, 15
"""Pictures of a chapter before and after it begins to drift."""
CHAPTER = BEFORE + AFTER
APPROVED = 6
DRAWS = 3
"""Each folder is shuffled so often."""
SCENE = 12

KINDS: dict[str, tuple[str, Callable[[Pixels], Pixels]]] = {
    "contrast": ("contrast × 0.75", lambda each: contrast(each, 0.75)),
    "blur": ("blur of 0.8 px", lambda each: blurred(each, 0.8)),
    "thicker": ("lines 0.7 px thicker", lambda each: lines(each, thicker=True)),
    "thinner": ("lines 0.7 px thinner", lambda each: lines(each, thicker=False)),
    "thicker_mixed": ("the same, mixed in", lambda each: mixed_lines(each, thicker=True)),
    "thinner_mixed": ("the same, mixed in", lambda each: mixed_lines(each, thicker=False)),
    "warmth": ("red × 1.06, blue × 0.92", lambda each: light(each, 1.06, 1.0, 0.92)),
    "much_warmth": ("red × 1.1, blue × 0.85", lambda each: light(each, 1.1, 1.0, 0.85)),
}
LEAST_OF_ART = dict.fromkeys(KINDS, 85.0)
LEAST_OF_COMIC = dict.fromkeys(
    ("blur", "thicker", "thinner", "thicker_mixed", "thinner_mixed"), 90.0
)
"""Of a comic whose scenes have dusk, lamplight and night, warmth is what changes most: nobody could
tell such a drift of it from the next evening."""
MOST_FALSE = 5.0

_PLACES = (
    ("the quay, a harbour", ("dusk", "night, low fog", "night", "dusk")),
    ("the lamp room of the lighthouse: the great lens", ("night, moonlight", "night", "dawn")),
    ("the open sea, a rowing boat on black water", ("night", "pale green light", "dawn")),
    ("the town: a narrow street below the hill", ("day", "noon", "afternoon", "dusk")),
    ("the forest above the bay, tall trees", ("day", "storm, rain", "dusk")),
    ("a kitchen, a small room with a table", ("night, lamplight", "dawn", "day")),
    ("the hills and the valley road", ("day", "dawn", "storm")),
    ("the coast below the cliffs, a beach", ("dusk", "day", "night")),
)
_FORMATS = ((384, 384), (512, 341), (341, 512))


@dataclass(frozen=True)
class Chapter:
    """Pictures in the order in which they were made, and some that were approved."""

    pictures: list[Pixels]
    approved: list[Pixels]


def add_options(parser: argparse.ArgumentParser) -> None:
    """What may be said on the command line."""
    parser.add_argument("--set", type=Path, metavar="DIR", help="one folder a style")


def run(given: argparse.Namespace) -> list[Result]:
    """Look at chapters that drift and at such that do not."""
    chapters = list(_comic() if given.set is None else _art(given.set))
    least = LEAST_OF_COMIC if given.set is None else LEAST_OF_ART
    noticed: dict[str, list[int | None]] = {kind: [] for kind in KINDS}
    false = 0
    for chapter in chapters:
        approved = [_measured(each) for each in chapter.approved]
        straight = [_measured(each) for each in chapter.pictures]
        false += _noticed(straight, approved, LAST) is not None
        for kind, (_, change) in KINDS.items():
            later = [_measured(change(each)) for each in chapter.pictures[BEFORE:]]
            noticed[kind].append(_noticed(straight[:BEFORE] + later, approved, BEFORE + 1))
    results = [
        Result("chapters", "chapters", len(chapters)),
        Result(
            "false_alarms",
            "straight chapters with an alarm",
            100 * false / max(1, len(chapters)),
            "%",
            most=MOST_FALSE,
        ),
    ]
    for kind, (what, _) in KINDS.items():
        seen = [count for count in noticed[kind] if count is not None]
        share = 100 * len(seen) / max(1, len(chapters))
        results.append(Result(kind, f"noticed: {what}", share, "%", least=least.get(kind)))
        if seen:
            after = float(np.median(seen)) - BEFORE
            results.append(Result(f"{kind}_after", "after (median)", after, "pictures"))
    return results


def _noticed(made: list[Measure], approved: list[Measure], first: int) -> int | None:
    """With how many pictures a trend is told first."""
    for count in range(first, len(made) + 1):
        if trends(Series(made[:count], approved)):
            return count
    return None


def _measured(pixels: Pixels) -> Measure:
    return Measure("bench", b"", attributes(prepare(pixels)), "")


def _comic() -> Iterator[Chapter]:
    """Chapters of the example book, each in one place, at several times of the day."""
    prompts = [panel.prompt for panel in wanted.of_book(read(Path(book).parent / "example")).panels]
    chapters = [list(_panels(prompts, number)) for number in range(len(_PLACES))]
    approved = [panel for panels in chapters for panel in panels[5::15]][:APPROVED]
    for panels in chapters:
        yield Chapter(panels, approved)


def _panels(prompts: list[str], chapter: int) -> Iterator[Pixels]:
    chance = random.Random(chapter)  # noqa: S311 - of panels
    place, hours = _PLACES[chapter]
    for number in range(CHAPTER):
        hour = hours[number // SCENE % len(hours)]
        prompt = re.sub("Place:.*", f"Place: {place}; {hour}", chance.choice(prompts), count=1)
        size = chance.choice(_FORMATS)
        with Image.open(io.BytesIO(draw(prompt, size=size, take=number + 1))) as panel:
            yield _small(panel)


def _art(folder: Path) -> Iterator[Chapter]:
    for style in sorted(path for path in folder.iterdir() if path.is_dir()):
        pictures = list(_pictures(style))
        if len(pictures) < CHAPTER + APPROVED:
            continue
        for seed in range(DRAWS):
            drawn = random.Random(seed).sample(pictures, CHAPTER + APPROVED)  # noqa: S311 - of art
            yield Chapter(drawn[APPROVED:], drawn[:APPROVED])


def _pictures(folder: Path) -> Iterator[Pixels]:
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        try:
            with Image.open(path) as opened:
                pixels = _small(opened)
            prepare(pixels)
        except (OSError, ValueError, SyntaxError, UnidentifiedImageError, MeasureError):
            continue
        yield pixels


def _small(picture: Image.Image) -> Pixels:
    """Over white, and as small as pictures are measured, so that lengths are told in its pixels."""
    clear = picture.convert("RGBA")
    whole = Image.new("RGBA", clear.size, "white")
    whole.alpha_composite(clear)
    scale = min(1.0, SIDE / min(whole.size))
    size = max(1, round(whole.width * scale)), max(1, round(whole.height * scale))
    return np.asarray(whole.convert("RGB").resize(size, Image.Resampling.LANCZOS))
