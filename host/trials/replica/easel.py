"""Draws pictures beside the event loop, and keeps the latest at hand."""

import asyncio
import os
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from trials.replica.pictures import draw, partial

_KEPT = 32  # pictures; each is fetched several times within seconds, then hardly ever again


@dataclass(frozen=True)
class Recipe:
    """All that a picture is made from; the same recipe makes the same bytes."""

    prompt: str
    take: int
    size: tuple[int, int]
    weight: int
    ordinal: int = 1
    partial: bool = False
    """Whether it is half done; the weight is then that of the half-done picture."""


class Easel:
    """A picture for a recipe, drawn once and served often."""

    def __init__(self) -> None:
        self._hands = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="easel")
        self._made: OrderedDict[Recipe, asyncio.Future[bytes]] = OrderedDict()

    async def picture(self, recipe: Recipe) -> bytes:
        """Return the PNG of a recipe."""
        if recipe not in self._made:
            loop = asyncio.get_running_loop()
            self._made[recipe] = loop.run_in_executor(self._hands, _make, recipe)
        self._made.move_to_end(recipe)
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        # Whoever waits may be cancelled; the others still want the picture.
        return await asyncio.shield(self._made[recipe])

    def close(self) -> None:
        """End the threads; what they have not begun is dropped."""
        self._hands.shutdown(cancel_futures=True)


def _make(recipe: Recipe) -> bytes:
    weight = 0 if recipe.partial else recipe.weight
    final = draw(
        recipe.prompt,
        size=recipe.size,
        take=recipe.take,
        ordinal=recipe.ordinal,
        weight=weight,
    )
    return partial(final, weight=recipe.weight) if recipe.partial else final
