"""Draws pictures in threads, and caches the latest."""

import asyncio
import os
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from trials.replica.drift import STRAIGHT, StyleShift
from trials.replica.pictures import draw, partial

_KEPT = 32  # pictures; each is fetched several times within seconds, then hardly ever again


@dataclass(frozen=True)
class Sketch:
    """All that a picture is made from; the same sketch makes the same bytes."""

    prompt: str
    take: int
    size: tuple[int, int]
    weight: int
    ordinal: int = 1
    partial: bool = False
    """Whether it is half done; the weight is then that of the half-done picture."""
    references: tuple[str, ...] = ()
    """What each picture shows that was attached, as the prompt counts them."""
    before: str = ""
    """The setting of the picture that it goes on from."""
    shift: StyleShift = STRAIGHT
    """How far it is from the style."""


class Easel:
    """A picture for a sketch, drawn once and served often."""

    def __init__(self) -> None:
        self._hands = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="easel")
        self._made: OrderedDict[Sketch, asyncio.Future[bytes]] = OrderedDict()

    async def picture(self, sketch: Sketch) -> bytes:
        """Return the PNG of a sketch."""
        if sketch not in self._made:
            loop = asyncio.get_running_loop()
            self._made[sketch] = loop.run_in_executor(self._hands, drawn, sketch)
        self._made.move_to_end(sketch)
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        # Whoever waits may be cancelled; the others still want the picture.
        return await asyncio.shield(self._made[sketch])

    def close(self) -> None:
        """End the threads; what they have not begun is dropped."""
        self._hands.shutdown(cancel_futures=True)


def drawn(sketch: Sketch) -> bytes:
    """Return the PNG of a sketch, drawn anew."""
    weight = 0 if sketch.partial else sketch.weight
    final = draw(
        sketch.prompt,
        size=sketch.size,
        take=sketch.take,
        ordinal=sketch.ordinal,
        weight=weight,
        references=sketch.references,
        before=sketch.before,
        shift=sketch.shift,
    )
    return partial(final, weight=sketch.weight) if sketch.partial else final
