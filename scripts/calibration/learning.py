"""Learning what tells styles apart, from pictures of many (PLDA, with shrunk covariances)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pressrun.style.metric import FARTHEST, Space

Table = NDArray[np.float64]
"""Pictures × features."""

SHRINKAGE = 0.25
"""How much of the scatter within styles counts as even (Ledoit and Wolf 2004)."""
LEAST_BETWEEN = 0.1
"""Styles differ by at least this variance along a coordinate, where pictures of one differ by 1."""
BELIEVED = 0.7
"""What of the variance between styles counts: among a few dozen it looks larger than it is."""
OF_TOTAL = 0.02
"""What the spread over all art adds to the spread within a style, so that none is nearly 0."""
SPARE = 30
ROUNDS = 6


def learned(styles: Sequence[Table], weights: NDArray[np.float64], axes: int, seed: int) -> Space:
    """Learn one block.

    Args:
        styles: one table for each style, of at least three pictures.
        weights: how much each feature counts.
        axes: how many coordinates there will be.
        seed: of the search for the main axes.
    """
    mean = np.mean([each.mean(axis=0) for each in styles], axis=0)
    within = np.sqrt(np.mean([each.var(axis=0, ddof=1) for each in styles], axis=0))
    total = np.concatenate(styles).std(axis=0)
    scale = within + OF_TOTAL * total + 1e-4
    # as float16, in which it is shipped: what is learned next has to fit to that
    mean, scale = (each.astype(np.float16).astype(float) for each in (mean, scale))
    common = [np.clip((each - mean) / scale, -FARTHEST, FARTHEST) * weights for each in styles]
    middle = np.mean([each.mean(axis=0) for each in common], axis=0)
    every = np.concatenate([(each - middle) / np.sqrt(len(each)) for each in common])
    main = _main_axes(every, axes, np.random.default_rng(seed))
    turned = [(each - middle) @ main for each in common]
    inside = np.mean([np.cov(each.T) for each in turned], axis=0)
    even = np.trace(inside) / axes * np.eye(axes)
    values, vectors = np.linalg.eigh((1 - SHRINKAGE) * inside + SHRINKAGE * even)
    whitening = vectors / np.sqrt(values)
    white = [each @ whitening for each in turned]
    noise = np.mean([1 / len(each) for each in white])
    apart = np.cov(np.array([each.mean(axis=0) for each in white]).T) - noise * np.eye(axes)
    values, vectors = np.linalg.eigh(apart)
    order = np.argsort(-values)
    turn = main @ whitening @ vectors[:, order]
    return Space(
        mean=mean,
        scale=scale,
        axes=weights[:, None] * turn,
        origin=middle @ turn,
        between=BELIEVED * np.maximum(values[order], LEAST_BETWEEN),
    )


def _main_axes(table: Table, count: int, random: np.random.Generator) -> Table:
    """The axes along which a table varies most (Halko, Martinsson and Tropp 2011)."""
    width = min(count + SPARE, *table.shape)
    found = np.linalg.qr(table.T @ (table @ random.normal(size=(table.shape[1], width))))[0]
    for _ in range(ROUNDS):
        found = np.linalg.qr(table.T @ (table @ found))[0]
    values, vectors = np.linalg.eigh((table @ found).T @ (table @ found))
    axes: Table = (found @ vectors[:, np.argsort(-values)])[:, :count]
    return axes
