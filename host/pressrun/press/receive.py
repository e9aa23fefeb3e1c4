"""A picture's bytes, from the page to a durable file.

A piece is sent only when it was asked for: asking is the credit, and a few are asked for at once,
so that the way is full and no queue grows. The page forgets the bytes only when they are durable.
"""

import asyncio
from collections import deque

from pressrun import tasks
from pressrun.failpoint import failpoint
from pressrun.library.decoding import BadPictureError
from pressrun.library.shelf import Shelf
from pressrun.press.page import Page
from pressrun.press.storage import on_disk
from pressrun.protocol.messages.base import PICTURE_BYTES, PIECE_BYTES

CREDITS = 4
"""How many pieces are asked for at once."""


async def receive(page: Page, shelf: Shelf, attempt: str, src: str) -> tuple[str, int]:
    """Bring a picture that the page shows to the shelf; returns its SHA-256 and size.

    Raises:
        BadPictureError: it is empty or too large, or was damaged on its way.
        StepRefusedError: the page could not fetch it.
        PageLostError: the page is gone.
        DiskError: the bytes could not be written.
    """
    fetched = await page.fetch(attempt, src)
    failpoint("receive.fetched")
    if not 0 < fetched.size <= PICTURE_BYTES:
        raise BadPictureError(f"it has {fetched.size:,} bytes; the limit is {PICTURE_BYTES:,}")
    with on_disk():
        incoming = await asyncio.to_thread(shelf.incoming, attempt)
    asked: deque[asyncio.Task[bytes]] = deque()
    try:
        for offset in range(0, fetched.size, PIECE_BYTES):
            length = min(PIECE_BYTES, fetched.size - offset)
            asked.append(tasks.part(page.piece(attempt, offset, length), f"piece {attempt}"))
            if len(asked) == CREDITS:
                piece = await asked.popleft()
                with on_disk():
                    incoming.add(piece)
                failpoint("receive.piece")
        while asked:
            piece = await asked.popleft()
            with on_disk():
                incoming.add(piece)
            failpoint("receive.last_pieces")
        with on_disk():
            failpoint("receive.keep.before")
            kept = shelf.received(fetched.sha256)
            await asyncio.to_thread(incoming.keep, fetched.sha256, kept)
        failpoint("receive.keep.after")
    except BaseException:
        await tasks.end(*asked)
        with on_disk():
            incoming.drop()
        raise
    await page.release(attempt)
    failpoint("receive.released")
    return fetched.sha256, fetched.size
