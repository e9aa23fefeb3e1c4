"""Pictures for views: only what is on record is read, in answers that a frame carries."""

import asyncio
import base64
import hashlib
import os
from pathlib import Path

import pytest

from helpers.libraries import Library
from helpers.pictures import encoded
from helpers.stores import Book
from pressrun import tasks
from pressrun.errors import BadInputError, NotFoundError
from pressrun.library import thumbnails
from pressrun.library.thumbnails import LARGE, SMALL
from pressrun.protocol import frames
from pressrun.protocol.messages.base import PIECE_BYTES
from pressrun.protocol.messages.gallery import PictureQuery, PictureSize, PicturesQuery
from pressrun.server import pictures
from pressrun.server.pictures import GalleryPictures

UNKNOWN = "f" * 64


class Viewing:
    """A library with pictures, and a view that asks for them."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.completed = asyncio.Event()
        self.pictures = GalleryPictures(library.book.store, lambda _: self.completed.set())

    @property
    def folder(self) -> str:
        """The library as a view names it."""
        return str(self.library.folder)

    async def make(self, *made: bytes) -> list[str]:
        """File pictures; returns their SHA-256."""
        await self.library.start(*(f"panel-{number} A fox" for number in range(len(made))))
        for each in made:
            await self.library.make(each)
        return [hashlib.sha256(each).hexdigest() for each in made]

    def forget(self) -> None:
        """Have a library as an older version left it: without small copies by SHA-256."""
        for path in (self.library.folder / SMALL.path("")).parent.iterdir():
            path.unlink()


@pytest.fixture
def viewing(book: Book, tmp_path: Path) -> Viewing:
    """A view of a library that is on record."""
    return Viewing(Library(book, tmp_path / "story"))


async def test_a_view_gets_small_copies_of_what_it_names(viewing: Viewing) -> None:
    """They are WebP, in the order asked, and never the original."""
    originals = [encoded(seed=seed) for seed in range(3)]
    first, second, third = await viewing.make(*originals)
    asked = PicturesQuery(library=viewing.folder, pictures=[third, first, UNKNOWN, second])
    found = await viewing.pictures.copies(asked)
    assert [each.picture for each in found.pictures] == [third, first, second]
    assert (found.missing, found.left) == ([UNKNOWN], [])
    for each in found.pictures:
        data = base64.b64decode(each.data)
        assert data.startswith(b"RIFF")
        assert data not in originals


async def test_copies_that_are_lacking_are_made_when_they_are_asked_for(
    viewing: Viewing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few at a time: the answer does not wait for all, and the rest is told as left."""
    names = await viewing.make(*(encoded(seed=seed) for seed in range(4)))
    viewing.forget()
    monkeypatch.setattr(pictures, "MAKING_SECONDS", -1.0)
    got, asked = list[str](), names
    for _ in names:
        found = await viewing.pictures.copies(PicturesQuery(library=viewing.folder, pictures=asked))
        got += [each.picture for each in found.pictures]
        asked = found.left or asked[:1]
    assert sorted(got) == sorted(names)
    assert got[0] == names[0]


async def test_an_answer_is_never_too_long_for_a_browser(viewing: Viewing) -> None:
    """However many are asked for, however little they compress: what is left is told."""
    noisy = [encoded(size=(300, 320), seed=seed) for seed in range(30)]
    names = await viewing.make(*noisy)
    for size in PictureSize:
        asked, got = names, list[str]()
        while asked:
            query = PicturesQuery(library=viewing.folder, pictures=asked, size=size)
            found = await viewing.pictures.copies(query)
            assert found.pictures
            message = {"jsonrpc": "2.0", "id": 1, "result": found.model_dump(mode="json")}
            assert len(frames.encode(message)) < 700_000
            got += [each.picture for each in found.pictures]
            asked = found.left
        assert got == names


async def test_copies_of_references_and_alternatives_are_shown(viewing: Viewing) -> None:
    """The large view tells what a picture was made from, and what there was before it."""
    await viewing.make(encoded(seed=1))
    sheet = encoded(seed=9)
    name = hashlib.sha256(sheet).hexdigest()
    kept = viewing.library.shelf.reference(name)
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(sheet)
    found = await viewing.pictures.copies(PicturesQuery(library=viewing.folder, pictures=[name]))
    assert [each.picture for each in found.pictures] == [name]
    piece = await viewing.pictures.piece(PictureQuery(library=viewing.folder, picture=name))
    assert base64.b64decode(piece.data) == sheet


async def test_no_word_of_a_view_becomes_a_path(viewing: Viewing, tmp_path: Path) -> None:
    """A folder that is no library on record is not looked into, though it has a picture."""
    [name] = await viewing.make(encoded())
    other = tmp_path / "other"
    (other / ".pressrun" / "references").mkdir(parents=True)
    (other / ".pressrun" / "references" / name).write_bytes(encoded())
    for library in (str(other), f"{viewing.folder}/", f"{viewing.folder}/../other", ""):
        with pytest.raises(BadInputError, match="no library that this host knows"):
            await viewing.pictures.copies(PicturesQuery(library=library, pictures=[name]))
        with pytest.raises(BadInputError, match="no library that this host knows"):
            await viewing.pictures.piece(PictureQuery(library=library, picture=name))


async def test_a_library_that_is_unplugged_is_told(viewing: Viewing) -> None:
    """The view says so instead of showing gaps."""
    [name] = await viewing.make(encoded())
    viewing.library.folder.rename(viewing.library.folder.with_name("unplugged"))
    with pytest.raises(BadInputError, match="Connect its disk"):
        await viewing.pictures.copies(PicturesQuery(library=viewing.folder, pictures=[name]))


async def test_a_picture_comes_whole_in_pieces(viewing: Viewing) -> None:
    """A view that shows every pixel has the bytes as the site sent them."""
    original = encoded(size=(400, 400))
    [name] = await viewing.make(original)
    assert len(original) > PIECE_BYTES
    got, size = b"", 1
    while len(got) < size:
        query = PictureQuery(library=viewing.folder, picture=name, offset=len(got))
        piece = await viewing.pictures.piece(query)
        assert piece.media == "image/png"
        got, size = got + base64.b64decode(piece.data), piece.size
    assert got == original
    beyond = PictureQuery(library=viewing.folder, picture=name, offset=size + 1)
    assert (await viewing.pictures.piece(beyond)).data == ""


@pytest.mark.parametrize("content", [None, b"", b"Too many requests"])
async def test_what_is_no_picture_any_more_is_missing(
    viewing: Viewing, content: bytes | None
) -> None:
    """A file that the author removed, or wrote something else into, breaks no view."""
    [name, other] = await viewing.make(encoded(seed=1), encoded(seed=2))
    path = viewing.library.folder / "panel-0.png"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
        os.utime(path, (1e9, 1e9))
    query = PicturesQuery(library=viewing.folder, pictures=[name, other])
    for _ in range(2):
        found = await viewing.pictures.copies(query)
        assert (found.missing, [each.picture for each in found.pictures]) == ([name], [other])
    with pytest.raises(NotFoundError, match="not in its library any more"):
        await viewing.pictures.piece(PictureQuery(library=viewing.folder, picture=name))


async def test_a_library_of_an_older_version_is_completed(
    viewing: Viewing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its copies are made beside everything else; those of the older version go."""
    monkeypatch.setattr(pictures, "QUIET_SECONDS", 0.0)
    names = await viewing.make(*(encoded(seed=seed) for seed in range(4)))
    viewing.forget()
    old = viewing.library.folder / ".pressrun" / "thumbnails" / "panel-0.jpg"
    old.touch()
    (viewing.library.folder / "panel-1.png").write_bytes(b"no picture")
    await viewing.pictures.copies(PicturesQuery(library=viewing.folder, pictures=[names[1]]))
    working = asyncio.create_task(viewing.pictures.watch())
    async with asyncio.timeout(10):
        await viewing.completed.wait()
    await tasks.end(working)
    there = [(viewing.library.folder / SMALL.path(name)).is_file() for name in names]
    assert there == [True, False, True, True]
    assert not old.exists()


async def test_copies_for_screens_are_kept_too(viewing: Viewing) -> None:
    """The large view of a picture that was looked at is there at once."""
    [name] = await viewing.make(encoded())
    query = PicturesQuery(library=viewing.folder, pictures=[name], size=PictureSize.LARGE)
    found = await viewing.pictures.copies(query)
    path = viewing.library.folder / "panel-0.png"
    kept = thumbnails.kept(viewing.library.folder, LARGE, path, name)
    assert kept == base64.b64decode(found.pictures[0].data)
