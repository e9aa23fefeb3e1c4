"""How well styles are told apart, on a folder of pictures with one folder a style: `--set DIR`.

A folder named `SUBJECT--STYLE` is compared with other styles of the same subject as well, which is
harder; folders that share a STYLE are never held against each other.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benches.result import Result
from calibration.pictures import Pixels, found, read, square
from pressrun.picture.measure import Measure, MeasureError
from pressrun.style.compare import ApprovedPlaces
from pressrun.style.measure import measure
from pressrun.style.network import Network

SEEDS = 10
SIDES = (192, 160, 128, 96, 64, 48, 32)
MOST_SMALLER = 0.2
"""If more of the pictures are smaller than the side that is asked for, a smaller one is taken."""
LABELS = 20
MOST_PICTURES = 200
"""Of one folder, evenly spread."""
FEWEST_LEFT = 3
"""A folder has to have so many pictures more than are approved."""
BASE = {"auc": 0.95, "auc_hard": 0.85, "auc_hard_20_labels": 0.90}
WITH_NETWORK = {"auc": 0.975, "auc_hard": 0.88, "auc_hard_20_labels": 0.94}
FALSE_ALARMS = (0.02, 0.08)
LEAST_CAUGHT = 0.85
MOST_MS = 40.0

Truth = NDArray[np.bool_]


def add_options(parser: argparse.ArgumentParser) -> None:
    """What may be said on the command line."""
    parser.add_argument("--set", type=Path, required=True, metavar="DIR", help="one folder a style")
    parser.add_argument("--px", type=int, default=192, help="the side to which pictures are cut")
    parser.add_argument("--approved", type=int, default=5, help="how many are approved")
    parser.add_argument("--without-network", action="store_true", help="as if it were not there")


@dataclass(frozen=True)
class Collection:
    """The pictures of all folders in one table."""

    measures: tuple[Measure, ...]
    folder: NDArray[np.str_]
    style: NDArray[np.str_]
    subject: NDArray[np.str_]
    """Empty where the folder's name has none."""


@dataclass(frozen=True)
class Draw:
    """What came of one draw of approved pictures of one folder."""

    folder: str
    auc: float
    false_alarms: float
    caught: float
    hard: float | None
    labelled: float | None


def run(given: argparse.Namespace) -> list[Result]:
    """Measure all pictures, and compare them with approved ones that are drawn by seed."""
    if not given.set.is_dir():
        print(
            f"{given.set} is no folder; --set names one with a folder for each style",
            file=sys.stderr,
        )
        sys.exit(2)
    network = None if given.without_network else Network.load()
    squares, side = _squares(given.set, given.px, given.approved)
    collection, took = _measured(squares, network)
    draws = list(_draws(collection, given.approved))
    if not draws:
        needed = given.approved + FEWEST_LEFT
        print(f"{given.set}: it takes two styles of {needed} pictures each", file=sys.stderr)
        sys.exit(2)
    limits = BASE if network is None else WITH_NETWORK
    by_folder = [
        float(np.mean([draw.auc for draw in draws if draw.folder == name]))
        for name in sorted({draw.folder for draw in draws})
    ]
    hard = [draw.hard for draw in draws if draw.hard is not None]
    labelled = [draw.labelled for draw in draws if draw.labelled is not None]
    alarms = float(np.mean([draw.false_alarms for draw in draws]))
    caught = float(np.mean([draw.caught for draw in draws]))
    results = [
        Result("styles", "folders", len(squares)),
        Result("pictures", "pictures", len(collection.measures)),
        Result("px", "side of a picture", side, "px"),
        Result("network", "with the network", network is not None),
        Result("auc", "told from other styles", float(np.mean(by_folder)), least=limits["auc"]),
        Result("worst", "the same, in the worst folder", min(by_folder)),
    ]
    for key, what, values in (
        ("auc_hard", "told from other styles of the subject", hard),
        ("auc_hard_20_labels", f"the same after {LABELS} labels", labelled),
    ):
        if values:
            results.append(Result(key, what, float(np.mean(values)), least=limits[key]))
    low, high = FALSE_ALARMS
    return [
        *results,
        Result("false_alarms", "share marked, though in style", alarms, most=high, least=low),
        Result("caught", "share marked, of other styles", caught, least=LEAST_CAUGHT),
        Result("ms", "for one picture, decoded, on one core", took, "ms", MOST_MS),
    ]


def _squares(folder: Path, side: int, approved: int) -> tuple[dict[str, list[Pixels]], int]:
    """The pictures of each folder, all of one size, and that size."""
    whole: dict[str, list[Pixels]] = {}
    with ThreadPoolExecutor(2) as pool:
        for style in sorted(path for path in folder.iterdir() if path.is_dir()):
            paths = list(found(style))
            if len(paths) > MOST_PICTURES:
                places = np.linspace(0, len(paths) - 1, MOST_PICTURES).astype(int)
                paths = [paths[place] for place in places]
            whole[style.name] = [each for each in pool.map(read, paths) if each is not None]
        shorter = [min(each.shape[:2]) for many in whole.values() for each in many]
        for smaller in (side, *(each for each in SIDES if each < side)):
            side = smaller
            if np.mean([each < side for each in shorter] or [0]) <= MOST_SMALLER:
                break
        cut = {name: pool.map(square, many, repeat(side)) for name, many in whole.items()}
        squares = {name: [each for each in many if each is not None] for name, many in cut.items()}
    for name, many in squares.items():
        if len(many) < approved + FEWEST_LEFT:
            print(f"{name}: {len(many)} pictures of {side} px are too few", file=sys.stderr)
    return {
        name: many for name, many in squares.items() if len(many) >= approved + FEWEST_LEFT
    }, side


def _measured(
    squares: Mapping[str, list[Pixels]], network: Network | None
) -> tuple[Collection, float]:
    """Measure all, one after the other; also the milliseconds that the middle one took."""
    measures, names, times = [], [], []
    for name, many in squares.items():
        for pixels in many:
            started = time.thread_time()
            try:
                measures.append(measure(pixels, network))
            except MeasureError as error:
                print(f"{name}: {error}", file=sys.stderr)
                continue
            times.append(time.thread_time() - started)
            names.append(name)
    parts = [name.rpartition("--") for name in names]
    collection = Collection(
        tuple(measures),
        np.array(names, np.str_),
        np.array([style for _, _, style in parts], np.str_),
        np.array([subject for subject, _, _ in parts], np.str_),
    )
    return collection, 1000 * float(np.median(times or [0.0]))


def _draws(all_: Collection, approved: int) -> Iterator[Draw]:
    for number, name in enumerate(np.unique(all_.folder)):
        mine = np.flatnonzero(all_.folder == name)
        style, subject = all_.style[mine[0]], all_.subject[mine[0]]
        other = np.flatnonzero(all_.style != style)
        hard = other[all_.subject[other] == subject] if subject else other[:0]
        if not len(other):
            continue
        for seed in range(SEEDS):
            random = np.random.default_rng([seed, number])
            shuffled = random.permutation(mine)
            chosen, rest = shuffled[:approved], shuffled[approved:]
            known = ApprovedPlaces([all_.measures[each] for each in chosen])
            scores = known.scores(all_.measures)
            yield Draw(
                str(name),
                auc(scores[rest], scores[other]),
                float((scores[rest] > known.limit).mean()),
                float((scores[other] > known.limit).mean()),
                auc(scores[rest], scores[hard]) if len(hard) else None,
                _labelled(all_.measures, chosen, rest, random.permutation(hard)),
            )


def _labelled(
    measures: tuple[Measure, ...],
    chosen: NDArray[np.intp],
    rest: NDArray[np.intp],
    hard: NDArray[np.intp],
) -> float | None:
    """How well the others are told apart after half of the labels went to each side."""
    good = rest[: min(LABELS // 2, len(rest) // 2)]
    bad = hard[: min(LABELS - len(good), len(hard) // 2)]
    if not len(bad) or not len(good):
        return None
    approved = [measures[each] for each in (*chosen, *good)]
    taught = ApprovedPlaces(approved, [measures[each] for each in bad])
    scores = taught.scores(measures)
    return auc(scores[rest[len(good) :]], scores[hard[len(bad) :]])


def auc(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> float:
    """How often a picture in style scores lower than one that is not; a tie is half."""
    lower = np.searchsorted(np.sort(inside), outside, "left").mean()
    up_to = np.searchsorted(np.sort(inside), outside, "right").mean()
    return float((lower + up_to) / 2 / len(inside))
