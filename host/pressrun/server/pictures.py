"""Pictures for views: small copies of many, and one whole in pieces.

A view names a library and pictures by their SHA-256. Only what is on record of that library is ever
read: nothing that a view says becomes a path.
"""

import asyncio
import base64
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

import structlog

from pressrun import files
from pressrun.errors import BadInputError, NotFoundError
from pressrun.library import decoding, identity, thumbnails
from pressrun.library.decoding import BadPictureError
from pressrun.library.shelf import Shelf
from pressrun.library.thumbnails import LARGE, SMALL, Scale
from pressrun.protocol.messages.base import PICTURE_BYTES, PIECE_BYTES
from pressrun.protocol.messages.gallery import (
    PicturePiece,
    PictureQuery,
    PicturesFound,
    PictureSize,
    PicturesQuery,
    SmallPicture,
)
from pressrun.store import batches, record, whereabouts
from pressrun.store.writer import StoreError, Writer

P = ParamSpec("P")
T = TypeVar("T")

_log = structlog.get_logger("pressrun.pictures")

ANSWER_CHARS = 640_000
"""The most characters of pictures in one answer: a frame to a browser carries 768 KiB."""

MAKING_SECONDS = 0.1
"""For so long copies are made for one answer, one at least; the rest is to be asked for again."""

MOST_BAD = 10_000
"""So many files are known to be no pictures, at most; no view has them decoded over and over."""

QUIET_SECONDS = 1.0
"""Views have asked for nothing for so long before copies are made that nobody waits for."""


@dataclass(frozen=True)
class _Wanted:
    """One picture that a view asked for."""

    sha256: str
    files: tuple[Path, ...]
    """Where it may be, the likeliest first."""


@dataclass(frozen=True)
class _Copies:
    """What there is of the pictures that a view asked for."""

    found: dict[str, bytes]
    unmade: dict[str, Path]
    """Files of which there is no copy yet."""
    missing: tuple[str, ...]
    left: tuple[str, ...]
    """What an answer has no room for."""


class GalleryPictures:
    """Hands out pictures of libraries."""

    def __init__(self, store: Writer, shown_anew: Callable[[str], None]) -> None:
        """Hand out nothing yet.

        Args:
            store: where it stands which pictures there are.
            shown_anew: hears of the library whose small copies were completed.
        """
        self._store = store
        self._shown_anew = shown_anew
        # one thread: making copies takes one core, and leaves the others to tabs and filing
        self._maker = ThreadPoolExecutor(1, "copies")
        self._bad = set[tuple[str, int]]()
        """Files that are no pictures, with the times that they had."""
        self._to_warm = asyncio.Queue[str]()
        self._warmed = set[str]()
        self._asked_at = -QUIET_SECONDS

    async def copies(self, asked: PicturesQuery) -> PicturesFound:
        """Small copies of pictures, as many as one frame carries; the rest is told as left.

        Raises:
            BadInputError: this host does not know the library, or it is not there.
        """
        self._asked_at = asyncio.get_running_loop().time()
        library = await self._library(asked.library)
        scale = SMALL if asked.size is PictureSize.SMALL else LARGE
        places = await self._store.do(whereabouts.of, asked.library, asked.pictures)
        wanted = _wanted(library, asked.pictures, places)
        ready = await asyncio.to_thread(_read, library, scale, wanted)
        self._warm(asked.library)
        made, missing, left = await self._in_maker(self._made, library, scale, ready)
        if made and scale is LARGE:
            await self._in_maker(thumbnails.make_room, library)
        found = ready.found | made
        return PicturesFound(
            pictures=[_small(each, found[each]) for each in asked.pictures if each in found],
            left=[*left, *ready.left],
            missing=[*ready.missing, *missing],
        )

    async def piece(self, asked: PictureQuery) -> PicturePiece:
        """A piece of a picture as it lies in its library.

        Raises:
            BadInputError: this host does not know the library, or it is not there.
            NotFoundError: the picture is not there, or its file is none.
        """
        library = await self._library(asked.library)
        places = await self._store.do(whereabouts.of, asked.library, [asked.picture])
        [wanted] = _wanted(library, [asked.picture], places)
        found = await asyncio.to_thread(_piece, wanted, asked.offset)
        if found is None:
            raise NotFoundError(
                "This picture is not in its library any more. If you moved it, put it back; "
                "pressrun verify tells what else is missing"
            )
        return found

    async def watch(self) -> None:
        """Make the small copies that are missing in libraries that are at work or looked at."""
        for library in await self._store.do(batches.libraries):
            self._warm(library)
        while True:
            library = await self._to_warm.get()
            try:
                await self._complete(library)
            except (OSError, StoreError) as error:
                _log.info("copies_incomplete", library=library, reason=str(error))
                self._warmed.discard(library)

    async def _library(self, named: str) -> Path:
        if not await self._store.do(record.is_known, named):
            raise BadInputError(
                f"{named} is no library that this host knows. "
                "Open it first: pressrun run with its list or book"
            )
        library = Path(named)
        try:
            await asyncio.to_thread(identity.see, library)
        except OSError as error:
            raise BadInputError(f"{named}: {identity.ABSENT}. {identity.ADVICE}") from error
        return library

    def _warm(self, library: str) -> None:
        if library not in self._warmed:
            self._warmed.add(library)
            self._to_warm.put_nowait(library)

    async def _complete(self, named: str) -> None:
        """Make the small copies that a library lacks, one at a time, while no view waits.

        Raises:
            OSError: the library is not there.
            StoreError: it cannot be told what there is.
        """
        library = Path(named)
        known = await self._store.do(whereabouts.all_of, named)
        await asyncio.to_thread(identity.see, library)
        lacking = await asyncio.to_thread(_lacking, library, known)
        for sha256, path in lacking:
            await self._quiet()
            await self._in_maker(self._one, library, SMALL, sha256, path)
        await asyncio.to_thread(identity.see, library)
        others = await asyncio.to_thread(_references, library)
        await asyncio.to_thread(thumbnails.sweep, library, {sha256 for sha256, _ in known} | others)
        if lacking:
            _log.info("copies_complete", library=named, made=len(lacking))
            self._shown_anew(named)

    async def _quiet(self) -> None:
        """Wait until no view has asked for anything for a while."""
        now = asyncio.get_running_loop().time
        while (rest := self._asked_at + QUIET_SECONDS - now()) > 0:  # noqa: ASYNC110 - see above
            await asyncio.sleep(rest)

    def _made(
        self, library: Path, scale: Scale, ready: _Copies
    ) -> tuple[dict[str, bytes], list[str], list[str]]:
        """Make copies for a while: what was made, what is no picture, and what is left."""
        until = time.monotonic() + MAKING_SECONDS
        made, missing, left = dict[str, bytes](), list[str](), list[str]()
        room = ANSWER_CHARS - sum(map(_chars, ready.found.values()))
        for sha256, path in ready.unmade.items():
            is_full = room < _chars_of(scale.most) and (ready.found or made)
            if left or is_full or (time.monotonic() > until and made):
                left.append(sha256)
            elif copy := self._one(library, scale, sha256, path):
                made[sha256] = copy
                room -= _chars(copy)
            else:
                missing.append(sha256)
        return made, missing, left

    def _one(self, library: Path, scale: Scale, sha256: str, path: Path) -> bytes | None:
        """Make one copy; None where its file is no picture, or gone."""
        try:
            name = (str(path), path.stat().st_mtime_ns)
            if name in self._bad:
                return None
            try:
                # somebody else may have made it meanwhile
                return thumbnails.kept(library, scale, path, sha256) or thumbnails.make(
                    library, scale, path, sha256
                )
            except BadPictureError as error:
                _log.warning("copy_unmade", path=str(path), reason=str(error))
                if len(self._bad) >= MOST_BAD:
                    self._bad.clear()
                self._bad.add(name)
        except OSError as error:
            _log.info("copy_unmade", path=str(path), reason=str(error))
        return None

    async def _in_maker(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._maker, partial(work, *args, **kwargs))


def _wanted(
    library: Path, pictures: Sequence[str], places: Mapping[str, Sequence[str]]
) -> list[_Wanted]:
    """Where pictures may be: where they are on record, or among the copies of references."""
    shelf = Shelf(library)
    return [
        _Wanted(
            sha256,
            (*(library / path for path in places.get(sha256, ())), shelf.reference(sha256)),
        )
        for sha256 in dict.fromkeys(pictures)
    ]


def _read(library: Path, scale: Scale, wanted: Sequence[_Wanted]) -> _Copies:
    """The copies that there are, as far as an answer has room."""
    found, unmade = dict[str, bytes](), dict[str, Path]()
    missing, left = list[str](), list[str]()
    room = ANSWER_CHARS
    for each in wanted:
        if left:
            left.append(each.sha256)
            continue
        path = next((path for path in each.files if path.is_file()), None)
        if path is None:
            missing.append(each.sha256)
            continue
        try:
            copy = thumbnails.kept(library, scale, path, each.sha256)
        except OSError:  # it went just now
            missing.append(each.sha256)
            continue
        if copy is None:
            unmade[each.sha256] = path
        elif _chars(copy) > room:
            left.append(each.sha256)
        else:
            found[each.sha256] = copy
            room -= _chars(copy)
    return _Copies(found, unmade, tuple(missing), tuple(left))


def _lacking(library: Path, known: Sequence[tuple[str, str]]) -> list[tuple[str, Path]]:
    """The pictures of a library without a small copy."""
    found = dict[str, Path]()
    for sha256, name in known:
        path = library / name
        try:
            if sha256 not in found and not thumbnails.is_kept(library, SMALL, path, sha256):
                found[sha256] = path
        except OSError:  # it is gone, which `verify` tells
            continue
    return list(found.items())


def _references(library: Path) -> set[str]:
    folder = Shelf(library).reference("0").parent
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _piece(wanted: _Wanted, offset: int) -> PicturePiece | None:
    for path in wanted.files:
        try:
            with files.reading(path) as file:
                media = decoding.media_of(file.read(decoding.MAGIC_BYTES))
                size = os.fstat(file.fileno()).st_size
                if media is None or size > PICTURE_BYTES:
                    continue
                file.seek(offset)
                data = base64.b64encode(file.read(PIECE_BYTES)).decode()
                return PicturePiece(size=size, media=media, data=data)
        except OSError:
            continue
    return None


def _small(sha256: str, copy: bytes) -> SmallPicture:
    data = base64.b64encode(copy).decode()
    return SmallPicture(picture=sha256, media="image/webp", data=data)


def _chars(data: bytes) -> int:
    return _chars_of(len(data))


def _chars_of(size: int) -> int:
    """The characters of so many bytes in base64, with what is around them in a message."""
    return (size + 2) // 3 * 4 + 200
