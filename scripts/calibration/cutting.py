"""Art of packages, fetched and cut into styles."""

import subprocess
import sys
from pathlib import Path
from typing import TypeVar

import numpy as np

from calibration.pictures import DRAWING, ENDINGS, Pixels, different, found, read, square
from calibration.sources import Source

Each = TypeVar("Each")

MOST_FILES = 400
"""So many files of a source are looked at, spread over all of them."""
MOST_PICTURES = 40
FEWEST = 8
"""A style of fewer pictures says too little of how much it varies."""
SIZES = {192: 150, 96: 60}
"""The sides at which pictures are measured, and the shorter side that a picture has to have: one
that is a little smaller is measured as it is, for a picture is never enlarged."""
EVEN = 3.0
"""A picture that varies by less, of 255, shows nothing."""


def fetch(packages: set[str], folder: Path) -> None:
    """Have packages of Debian unpacked in `folder`, without installing them.

    Raises:
        CalledProcessError: one cannot be fetched or unpacked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in sorted(packages):
        if (folder / name).is_dir():
            continue
        print(f"fetching {name} …", file=sys.stderr)
        subprocess.run(["apt-get", "download", "-qq", name], cwd=folder, check=True)  # noqa: S603, S607
        archive = next(folder.glob(f"{name}_*.deb"))
        half = folder / f"{name}.half"
        subprocess.run(["dpkg-deb", "-x", str(archive), str(half)], check=True)  # noqa: S603, S607
        half.rename(folder / name)
        archive.unlink()


def cut(source: Source, folder: Path) -> dict[str, list[Pixels]]:
    """The pictures of a source as squares, by `STYLE@SIDE`; a side without enough is left out."""
    base = folder / source.package / "usr" / "share"
    paths = [
        path
        for path in found(base, source.patterns, (*ENDINGS, DRAWING))
        if not any(word in str(path) for word in source.but)
    ]
    pictures = [read(path) for path in _spread(paths, MOST_FILES)]
    shown = [
        each
        for each in pictures
        if each is not None and min(each.shape[:2]) >= min(SIZES.values()) and each.std() >= EVEN
    ]
    chosen = [shown[number] for number in _spread(different(shown), MOST_PICTURES)]
    styles = {}
    for side, least in SIZES.items():
        fit = [each for each in chosen if min(each.shape[:2]) >= least]
        squares = [square(each, min(side, *each.shape[:2])) for each in fit]
        if len(squares) >= FEWEST:
            styles[f"{source.style}@{side}"] = [each for each in squares if each is not None]
    return styles


def _spread(many: list[Each], most: int) -> list[Each]:
    """At most so many of them, evenly from first to last."""
    if len(many) <= most:
        return many
    return [many[number] for number in np.linspace(0, len(many) - 1, most).astype(int)]
