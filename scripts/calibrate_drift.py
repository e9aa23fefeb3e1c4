"""Builds what the host knows of art in general: `host/pressrun/style/patterns-1.npz`.

    .venv/bin/python scripts/calibrate_drift.py FOLDER

FOLDER holds the Debian packages that `STYLES` names, one folder a package, as `apt-get download`
and `dpkg-deb -x` leave them. The pictures of each style are measured as they are, and changed on
purpose in one respect; how much they vary, how they vary together and what each change does to
them goes into the file. The same packages give the same file, whose SHA-256 `patterns.py` holds.
"""

import argparse
import hashlib
import random
import sys
import zipfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from calibration import pen
from calibration.changes import CHANGED, Pixels
from pressrun.style import patterns
from pressrun.style.attributes import COUNT, NAMES, UNDERTONES, attributes
from pressrun.style.prepare import prepare

_CLIPS = "openclipart-png/usr/share/openclipart/png/"
_FISH = "fillets-ng-data/usr/share/games/fillets-ng/images/"
STYLES: Final = {
    "gnome": ("gnome-icon-theme/usr/share/icons/gnome/256x256/*/*.png",),
    "moka": ("moka-icon-theme/usr/share/icons/Moka/256x256/apps/*.png",),
    "settlements": ("freecol/**/settlements/*.png",),
    "tiles": ("lincity-ng-data/**/images/tiles/*.png",),
    "lemon": (_CLIPS + "computer/icons/lemon-theme/*/*.png",),
    "gerald": (_CLIPS + "**/*gerald_g*.png",),
    "benji": (_CLIPS + "**/*benji_park*.png",),
    "architetto": (_CLIPS + "**/*architetto*.png",),
    "nicu": (_CLIPS + "**/*nicu*.png",),
    "rooms": (_FISH + "**/*-p.png", _FISH + "**/*pozadi*.png"),
    "walls": (_FISH + "**/*-w.png",),
    "skies": ("supertux-data/**/background/**/*.png",),
    "droids": ("freedroidrpg-data/**/droids/*/portrait.*",),
    "models": ("megaglest-data/**/*models/*.png",),
    "houses": ("tuxpaint-stamps-default/**/houses/cartoon/*.png",),
    "animals": ("tuxpaint-stamps-default/**/animals/**/*.png",),
}
"""Pictures of one hand or one kind, by package; none of these packages is used to judge."""

SIDE = 192
SEED = 1
PICTURES = 32
"""At most so many of each style tell how much it varies."""
FEWEST = 20
"""If a style has fewer, a package is missing, or another version."""
CHANGED_PICTURES = 12
"""So many of them are changed: what a change does varies less than what pictures show."""
DRAWINGS = 48
PENS = (1.4, 1.9, 2.4)
"""How wide lines are in drawings, in pixels; drawn once more with a pen 0.7 wider or thinner."""
_LEAST, _LONGEST = 80, 4
"""A shorter side of fewer pixels is too small, and a longer strip is no picture."""
_WHITE = 247
_MARGIN = 6
_FLOOR, _PAPER = 1e-4, 0.004
"""The colour of paper varies by this much at least: that of clip art does not at all."""
_WHEN = (2026, 1, 1, 0, 0, 0)

Statistics = NDArray[np.float64]


def main() -> int:
    """Build the file; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="scripts/calibrate_drift.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="where the packages are unpacked")
    given = parser.parse_args()
    plain: list[Statistics] = []
    moved: list[Statistics] = []
    for style, globs in STYLES.items():
        pictures = list(_pictures(given.folder, globs, PICTURES))
        if len(pictures) < FEWEST:
            print(f"{style}: only {len(pictures)} pictures in {given.folder}", file=sys.stderr)
            return 2
        own = _measured(pictures)
        plain.append(own)
        some = pictures[:CHANGED_PICTURES]
        moved.append(np.array([_shift(some, own[: len(some)], each) for each in patterns.CHANGES]))
        print(style, len(pictures), flush=True)
    print(_write(*_known(plain, moved)))
    return 0


def _pictures(folder: Path, globs: tuple[str, ...], most: int) -> Iterator[Pixels]:
    paths = sorted({path for each in globs for path in folder.glob(each)})
    random.Random(SEED).shuffle(paths)  # noqa: S311 - of pictures
    seen: set[bytes] = set()
    for path in paths:
        if len(seen) < most and path.is_file() and not path.is_symlink():
            pixels = _small(path)
            if pixels is None:
                continue
            tiny = Image.fromarray(pixels).resize((24, 24)).tobytes()
            if tiny not in seen:
                seen.add(tiny)
                yield pixels


def _small(path: Path) -> Pixels | None:
    """A picture over white, cut to what is drawn, as small as pictures are measured."""
    with Image.open(path) as opened:
        clear = opened.convert("RGBA")
    whole = Image.new("RGBA", clear.size, "white")
    whole.alpha_composite(clear)
    drawn = np.asarray(whole.convert("RGB")).min(axis=2) < _WHITE
    if not drawn.any():
        return None
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    box = (
        max(0, int(columns[0]) - _MARGIN),
        max(0, int(rows[0]) - _MARGIN),
        min(whole.width, int(columns[-1]) + 1 + _MARGIN),
        min(whole.height, int(rows[-1]) + 1 + _MARGIN),
    )
    cut = whole.convert("RGB").crop(box)
    short = min(cut.size)
    if short < _LEAST or max(cut.size) > _LONGEST * short:
        return None
    scale = min(1.0, SIDE / short)
    size = round(cut.width * scale), round(cut.height * scale)
    return np.asarray(cut.resize(size, Image.Resampling.LANCZOS))


def _measured(pictures: Iterable[Pixels]) -> Statistics:
    return np.array([attributes(prepare(each)) for each in pictures])


def _shift(pictures: list[Pixels], own: Statistics, change: patterns.Pattern) -> Statistics:
    """How far a change moves each statistic on average."""
    if change.drawn:
        before, after = _drawn(0.0), _drawn(0.7 if change.higher else -0.7)
        shift: Statistics = after.mean(axis=0) - before.mean(axis=0)
        return shift
    changed = CHANGED[change.attribute, change.higher]
    after = np.mean([_measured(make(each) for each in pictures) for make in changed], axis=0)
    mean: Statistics = (after - own).mean(axis=0)
    return mean


@cache
def _drawn(wider: float) -> Statistics:
    return _measured(pen.drawn(seed, PENS[seed % len(PENS)] + wider) for seed in range(DRAWINGS))


def _known(
    plain: list[Statistics], moved: list[Statistics]
) -> tuple[Statistics, Statistics, Statistics]:
    names = (*NAMES, *UNDERTONES)
    floor = np.array([_PAPER if name.startswith("paper") else _FLOOR for name in names])
    within = np.mean([np.cov(each.T) for each in plain], axis=0) + np.diag(floor**2)
    spread = np.sqrt(np.diag(within))
    return spread, within / np.outer(spread, spread), np.mean(moved, axis=0) / spread


def _write(spread: Statistics, together: Statistics, changes: Statistics) -> str:
    """Write the file without the time, so that the same numbers give the same bytes."""
    if spread.shape != (COUNT,):
        raise ValueError("these are not the statistics of this version")
    path = Path(patterns.__file__).with_name(patterns.FILE)
    arrays = {"spread": spread, "together": together, "changes": changes}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, array in arrays.items():
            with file.open(zipfile.ZipInfo(f"{name}.npy", _WHEN), "w") as member:
                np.lib.format.write_array(member, array.astype(np.float32), allow_pickle=False)
    return f"{path}\nSHA256 {hashlib.sha256(path.read_bytes()).hexdigest()}"


if __name__ == "__main__":
    sys.exit(main())
