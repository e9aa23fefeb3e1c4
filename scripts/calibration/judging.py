"""The art that judges the measure: which files of which package are of one style.

None of these packages is in `calibration/sources.py`, and no setting was chosen on them.
"""

import random
import shutil
from pathlib import Path
from typing import Final

from PIL import Image

from calibration.pictures import DRAWING, UNREADABLE, over_white, painted

MOST = 28
"""Pictures of a style, drawn by seed."""
LEAST_SIDE = 90
LONGEST_SIDE = 1024
SEED = 3

_ICONS = "usr/share/icons/"
_SKY = "endless-sky-data/usr/share/games/endless-sky/images/"
_BALL = "neverball-data/usr/share/games/neverball/"

JUDGING: Final = {
    "apps--obsidian": f"obsidian-icon-theme/{_ICONS}Obsidian/apps/96/*.svg",
    "apps--bloom": f"deepin-icon-theme/{_ICONS}bloom/apps/96/*.svg",
    "apps--sea": f"deepin-icon-theme/{_ICONS}Sea/apps/scalable/*.svg",
    "mimes--vintage": f"deepin-icon-theme/{_ICONS}Vintage/mimetypes/96/*.svg",
    "mimes--sea": f"deepin-icon-theme/{_ICONS}Sea/mimetypes/scalable/*.svg",
    "mimes--elementary": f"elementary-xfce-icon-theme/{_ICONS}elementary-xfce/mimes/128/*.png",
    "actions--mate": f"mate-icon-theme/{_ICONS}mate/scalable/actions/*.svg",
    "actions--adwaita": f"adwaita-icon-theme/{_ICONS}Adwaita/96x96/legacy/*.png",
    "space--outfit": f"{_SKY}outfit/*.png",
    "space--ship": f"{_SKY}ship/*.png",
    "space--planet": f"{_SKY}planet/*.png",
    "scenes--land": f"{_SKY}land/*.jpg",
    "scenes--nature": "mate-backgrounds/usr/share/backgrounds/mate/nature/*.jpg",
    "scenes--neverball": f"{_BALL}shot-mym/*.jpg",
    "scenes--plee": "plee-the-bear-data/usr/share/games/plee-the-bear/gfx/forest/*.png",
    "maps--kgeography": "kgeography-data/usr/share/kgeography/*.png",
    "flags--kgeography": "kgeography-data/usr/share/kgeography/flags/*.png",
}
"""A pattern below the folder of unpacked packages, by `SUBJECT--STYLE`."""


def packages() -> set[str]:
    """The packages of Debian that are needed."""
    return {pattern.partition("/")[0] for pattern in JUDGING.values()}


def cut_judging(folder: Path, to: Path) -> dict[str, int]:
    """Write the pictures of each style below `to`; returns how many there are of each.

    Args:
        folder: where packages are unpacked.
        to: a folder of its own for each style is made anew in it.
    """
    counts = {}
    for name, pattern in JUDGING.items():
        paths = sorted(folder.glob(pattern))
        random.Random(SEED).shuffle(paths)  # noqa: S311 (a draw that anybody can repeat)
        shutil.rmtree(to / name, ignore_errors=True)
        (to / name).mkdir(parents=True)
        counts[name] = 0
        for path in paths:
            if counts[name] < MOST and not path.is_symlink() and (shown := _shown(path)):
                shown.save(to / name / f"{counts[name]:02}.png")
                counts[name] += 1
    return counts


def _shown(path: Path) -> Image.Image | None:
    """The whole picture over white, no larger than is needed; None if it is too small."""
    try:
        with Image.open(painted(path) if path.suffix == DRAWING else path) as opened:
            if min(opened.size) < LEAST_SIDE:
                return None
            shown = over_white(opened)
    except UNREADABLE:
        return None
    shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return shown
