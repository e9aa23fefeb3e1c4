"""Finding the panels of a library by a text, a slice at a time beside everything else."""

import asyncio
from collections.abc import Sequence

from pressrun.picture.key import fold
from pressrun.store import gallery, search
from pressrun.store.writer import Writer

SLICE = 1_000
"""So many panels are read in one operation: it takes a few milliseconds of the writer."""


async def having(store: Writer, library: str, text: str) -> set[str]:
    """The panels that have a text in their key, prompt, lettering or note.

    Letters count as the same whatever their case, and any space as one.

    Args:
        store: the host's.
        library: whose panels.
        text: what is sought.

    Returns:
        Their keys, without case.
    """
    sought = search.plain(text)
    texts = await store.do(search.noted_texts, library)
    found = await asyncio.to_thread(search.have, texts, sought)
    names = set[str]()
    for source in await store.do(gallery.sources, library):
        after: int | None = -1
        while after is not None:
            texts, after = await store.do(search.listed_texts, library, source, after, SLICE)
            names |= {fold(key) for key, *_ in texts}
            found |= await asyncio.to_thread(search.have, texts, sought)
    others = [key for key in await store.do(search.keys, library) if fold(key) not in names]
    for named in _slices(others):
        texts = await store.do(search.ordered_texts, library, named)
        found |= await asyncio.to_thread(search.have, texts, sought)
    return found


def _slices(keys: Sequence[str]) -> list[Sequence[str]]:
    return [keys[first : first + SLICE] for first in range(0, len(keys), SLICE)]
