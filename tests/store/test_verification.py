"""Verifying: everything that can be wrong with a library is told exactly, and mended."""

import json
import os
import shutil
import unicodedata
from pathlib import Path

import pytest
from sqlalchemy import delete

from helpers.libraries import Library
from helpers.pictures import encoded
from helpers.stores import Book
from pressrun.library.shelf import OWN, sha256_of
from pressrun.picture.panel import Panel
from pressrun.press.plan import plan
from pressrun.protocol.messages.verify import Care, Fault
from pressrun.states import BatchState, JobState, PictureState, Step
from pressrun.store import record, standing
from pressrun.store.tables import attempts as attempts_table
from pressrun.store.tables import images as images_table
from pressrun.store.tables import jobs as jobs_table
from pressrun.store.tables import journal
from pressrun.verify import verification

MENDABLE, MENDED, YOURS, NONE = Care.MENDABLE, Care.MENDED, Care.YOURS, Care.NONE


@pytest.fixture
def library(book: Book, tmp_path: Path) -> Library:
    """An empty library."""
    return Library(book, tmp_path / "pictures")


async def to_be_made(library: Library, *prompts: str) -> list[str]:
    """Return the keys that a run would make."""
    wanted = [Panel(prompt.split()[0], prompt) for prompt in prompts]
    found = await library.book.store.do(standing.standing, str(library.folder))
    present = {
        key
        for key, known in found.items()
        if known.image_path and (library.folder / known.image_path).is_file()
    }
    return [job.key for job in plan(wanted, found, present).difference.new]


def touched(library: Library) -> dict[Path, tuple[int, ...]]:
    """Return what changes of each file when somebody touches it; to read it moves `st_atime`."""
    found = {path: path.stat() for path in library.folder.rglob("*")}
    return {path: (is_.st_ino, is_.st_mode, is_.st_ctime_ns) for path, is_ in found.items()}


async def test_a_good_library_is_clean(library: Library) -> None:
    """Where all is as it should be, nothing is told and nothing is touched."""
    await library.made("a one", "ch01/b two")
    before = touched(library)
    assert await library.verify() == []
    assert await library.verify(repair=True) == []
    assert touched(library) == before


async def test_a_missing_picture_is_made_again_by_the_next_run(library: Library) -> None:
    """Its panel leaves the record's current pictures, and no other does."""
    await library.made("a one", "b two")
    (library.folder / "a.png").unlink()
    assert await library.verdicts() == [(Fault.MISSING, MENDABLE, "a.png")]
    assert await library.verdicts(repair=True) == [(Fault.MISSING, YOURS, "a.png")]
    assert await to_be_made(library, "a one", "b two") == ["a"]
    assert await library.verdicts() == [(Fault.LEFTOVER, NONE, "a.json")]


async def test_a_picture_that_the_author_edited_stays(library: Library) -> None:
    """It is told, and neither repaired nor made again."""
    await library.made("a one")
    file, content = library.folder / "a.png", encoded(seed=99)
    file.write_bytes(content)
    for repair in (False, True):
        [found] = await library.verify(repair=repair)
        assert (found.fault, found.care) == (Fault.CHANGED, YOURS)
        assert "pressrun redo a" in found.text
    assert await to_be_made(library, "a one") == []
    assert file.read_bytes() == content


async def test_a_damaged_picture_is_kept_and_made_again(library: Library) -> None:
    """Whoever damaged a file finds it again, beside the new one."""
    await library.made("a one")
    file = library.folder / "a.png"
    content = file.read_bytes()[:-40]
    file.write_bytes(content)
    [found] = await library.verify()
    assert (found.fault, found.care) == (Fault.CHANGED, MENDABLE)
    assert "damaged" in found.text
    assert (await library.verify(repair=True))[0].care == YOURS
    assert await to_be_made(library, "a one") == ["a"]
    await library.made("a one")
    kept = list((library.folder / OWN / "alternatives").rglob("*.png"))
    assert [path.read_bytes() for path in kept] == [content]
    assert file.read_bytes() != content
    assert [found[:2] for found in await library.verdicts()] == [(Fault.LEFTOVER, NONE)]


async def test_missing_notes_are_written_anew(library: Library) -> None:
    """The record knows all that the notes told."""
    await library.made("a one")
    notes = library.folder / "a.json"
    before = json.loads(notes.read_text())
    notes.unlink()
    assert await library.verdicts() == [(Fault.SIDECAR, MENDABLE, "a.json")]
    assert await library.verdicts(repair=True) == [(Fault.SIDECAR, MENDED, "a.json")]
    after = json.loads(notes.read_text())
    assert after.keys() == before.keys()
    same = ("key", "sha256", "prompt", "job", "attempt", "batch", "width", "bytes")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert await library.verify() == []


async def test_notes_that_tell_otherwise_are_put_right(library: Library) -> None:
    """What belongs to the record is put right, and what an author noted besides stays."""
    await library.made("a one")
    notes = library.folder / "a.json"
    notes.write_text(
        json.dumps({**json.loads(notes.read_text()), "prompt": "another", "mood": "dark"})
    )
    [found] = await library.verify()
    assert (found.fault, "prompt" in found.text) == (Fault.SIDECAR, True)
    await library.verify(repair=True)
    assert await library.verify() == []
    assert json.loads(notes.read_text())["mood"] == "dark"


async def test_a_picture_that_was_moved_is_moved_back(library: Library) -> None:
    """A panel whose file lies elsewhere is neither missing nor an orphan."""
    await library.made("ch01/a one")
    (library.folder / "ch01").rename(library.folder / "chapter one")
    moved = "chapter one/a.png"
    assert await library.verdicts() == [(Fault.MISPLACED, MENDABLE, moved)]
    assert await library.verdicts(repair=True) == [(Fault.MISPLACED, MENDED, moved)]
    assert await library.verify() == []
    assert (library.folder / "ch01/a.json").exists()


async def test_a_library_whose_accents_were_taken_apart_is_put_right(library: Library) -> None:
    """So names come back from some disks and archives; nothing is made again."""
    await library.made("ch\u00e9/\u00e9 one")
    for ending in (".png", ".json"):
        path = library.folder / f"ch\u00e9/\u00e9{ending}"
        apart = library.folder / unicodedata.normalize("NFD", f"ch\u00e9/\u00e9{ending}")
        apart.parent.mkdir(exist_ok=True)
        path.rename(apart)
    [(fault, care, _)] = await library.verdicts(repair=True)
    assert (fault, care) == (Fault.MISPLACED, MENDED)
    assert await library.verdicts() == []
    assert await to_be_made(library, "ch\u00e9/\u00e9 one") == []


async def test_a_copy_is_the_authors_own_affair(library: Library) -> None:
    """A folder that is copied inside the library is no fault of it."""
    await library.made("ch01/a one")
    shutil.copytree(library.folder / "ch01", library.folder / "copy")
    (library.folder / "notes.json").write_text("[1, 2]")
    (library.folder / "cover.png").write_bytes(b"mine")
    assert await library.verify() == []


async def test_the_same_bytes_under_two_panels_are_told_with_both_paths(library: Library) -> None:
    """Nobody but the author can tell which of two equal pictures is whose."""
    await library.start("a one", "b two")
    same = encoded(seed=7)
    await library.make(same)
    await library.make(same)
    [found] = await library.verify(repair=True)
    assert (found.fault, found.care) == (Fault.DUPLICATE, YOURS)
    assert found.path == f"{library.folder}/b.png"
    assert f"{library.folder}/a.png" in found.text


async def test_an_orphan_is_adopted_by_its_notes(library: Library) -> None:
    """A picture that the record lost is on it again, and is not made twice."""
    [attempt] = await library.made("a one")
    await library.rewind(attempt, Step.SUBMITTED, JobState.DOUBT)
    assert await library.verdicts() == [(Fault.ORPHANED, MENDABLE, "a.png")]
    assert await library.verdicts(repair=True) == [(Fault.ORPHANED, MENDED, "a.png")]
    assert await library.verify() == []
    assert await to_be_made(library, "a one") == []
    assert (await library.book.job(attempt))["state"] == JobState.DONE
    assert (await library.book.batch(attempt.batch))["state"] == BatchState.DONE


def change_notes(library: Library, **changes: object) -> None:
    """Have the notes of panel a tell something else."""
    notes = library.folder / "a.json"
    notes.write_text(json.dumps({**json.loads(notes.read_text()), **changes}))


async def test_an_orphan_of_a_job_that_is_unknown_gets_one(library: Library) -> None:
    """What was made for a batch after a backup: its words and key are in the notes."""
    [attempt] = await library.made("a one")
    await library.rewind(attempt, Step.CLAIMED, JobState.CANCELLED)
    await library.book.set(attempts_table, attempt.id, ending="returned")
    change_notes(library, job=77, batch=9)
    assert await library.verdicts(repair=True) == [(Fault.ORPHANED, MENDED, "a.png")]
    assert await to_be_made(library, "a one") == []
    assert await library.verify() == []


async def test_an_orphan_that_is_waited_for_settles_the_wait(library: Library) -> None:
    """The panel's open job is done with it."""
    [attempt] = await library.made("a one")
    await library.rewind(attempt, Step.CLAIMED, JobState.WAITING)
    change_notes(library, attempt=2)
    await library.verify(repair=True)
    assert (await library.book.job(attempt))["state"] == JobState.DONE
    assert await library.book.claim() is None
    assert await library.verify() == []


async def test_an_orphan_whose_panel_is_in_doubt_waits(library: Library) -> None:
    """Only a restored record lets a picture answer a doubt about another attempt."""
    [attempt] = await library.made("a one")
    await library.rewind(attempt, Step.SUBMITTED, JobState.DOUBT)
    change_notes(library, attempt=2)
    assert await library.verdicts(repair=True) == [(Fault.ORPHANED, YOURS, "a.png")]
    assert await library.verdicts(repair=True, restored=True) == [(Fault.ORPHANED, MENDED, "a.png")]
    assert (await library.book.attempt(attempt))["ending"] == "abandoned"


async def test_a_newer_picture_than_the_record_knows_takes_its_place(library: Library) -> None:
    """After a restore, what was made since is current, and what it replaced is kept."""
    await library.made("a one")
    old = await library.book.store.do(record.current, str(library.folder), "a")
    assert old is not None
    [newer] = await library.made("a two")
    await library.rewind(newer, Step.CLAIMED, JobState.WAITING)
    await library.book.set(images_table, old.id, place=PictureState.CURRENT, path="a.png")
    assert [found[:2] for found in await library.verdicts()] == [(Fault.ORPHANED, MENDABLE)]
    assert [found[:2] for found in await library.verdicts(repair=True)] == [
        (Fault.ORPHANED, MENDED)
    ]
    assert await library.verify() == []
    assert await to_be_made(library, "a two") == []
    kept = (await library.book.row(images_table, old.id))["place"]
    assert kept == PictureState.ALTERNATIVE


async def test_an_orphan_that_is_damaged_is_told_and_let_be(library: Library) -> None:
    """What cannot be vouched for is not put on record."""
    [attempt] = await library.made("a one")
    await library.rewind(attempt, Step.SUBMITTED, JobState.DOUBT)
    (library.folder / "a.png").write_bytes(b"no picture")
    found = await library.verdicts(repair=True)
    assert (Fault.ORPHANED, YOURS, "a.png") in found
    assert (library.folder / "a.png").read_bytes() == b"no picture"


async def test_what_is_being_made_is_let_be(library: Library) -> None:
    """A picture on disk whose record is about to be written is neither orphan nor leftover."""
    await library.start("a one")
    attempt = await library.placed()
    incoming = library.folder / OWN / "incoming" / attempt.name
    incoming.parent.mkdir()
    incoming.write_bytes(b"pieces")
    assert await library.verify(repair=True) == []
    assert incoming.exists()


async def test_left_overs_are_removed_and_pictures_are_not(library: Library) -> None:
    """Pieces and half-written files go; what may be a picture is the author's to judge."""
    await library.made("a one")
    own = library.folder / OWN
    (own / "incoming").mkdir()
    (own / "incoming" / "9.1").write_bytes(b"pieces")
    (library.folder / ".a.json.part").write_bytes(b"{")
    os.utime(library.folder / ".a.json.part", (1, 1))
    (own / "received" / ("1" * 64)).write_bytes(encoded(seed=5))
    (own / "received" / ("2" * 64)).write_bytes(b"no picture")
    assert [found[:2] for found in await library.verdicts(repair=True)] == [
        (Fault.LEFTOVER, MENDED),
        (Fault.LEFTOVER, YOURS),
        (Fault.LEFTOVER, NONE),
        (Fault.LEFTOVER, MENDED),
    ]
    assert not (own / "incoming" / "9.1").exists()
    assert len(list((own / "received").iterdir())) == 2


async def test_the_only_copy_of_a_picture_is_not_removed(library: Library) -> None:
    """What was received stays where the file on record with its bytes is gone or changed."""
    await library.made("a one", "b two")
    names = {}
    for key, spoil in (("a", Path.unlink), ("b", lambda path: path.write_bytes(b"changed"))):
        path = library.folder / f"{key}.png"
        received = library.folder / OWN / "received" / sha256_of(path)
        received.write_bytes(path.read_bytes())
        names[received] = received.read_bytes()
        spoil(path)
    await library.verify(repair=True)
    assert {path: path.read_bytes() for path in names} == names


async def test_an_authors_own_unfinished_files_stay(library: Library) -> None:
    """Only what we were writing is removed: another program has parts of files of its own."""
    await library.made("a one")
    for name in (".a.json.part", ".film.mp4.part", ".notes.part", "a.png.part"):
        (library.folder / name).write_bytes(b"{")
        os.utime(library.folder / name, (1, 1))
    await library.verify(repair=True)
    left = {path.name for path in library.folder.glob("*.part")}
    assert left == {".film.mp4.part", ".notes.part", "a.png.part"}


async def test_a_library_on_a_disk_that_is_not_there_loses_nothing(library: Library) -> None:
    """A whole library is not made again because its disk is unplugged."""
    await library.made("a one", "b two")
    library.folder.rename(library.folder.with_name("elsewhere"))
    [found] = await library.verify(repair=True)
    assert (found.fault, found.care) == (Fault.LIBRARY, YOURS)
    library.folder.with_name("elsewhere").rename(library.folder)
    assert await library.verify() == []


async def test_a_disk_that_comes_back_keeps_its_pictures_under_their_names(
    library: Library,
) -> None:
    """They were made again while it was away; a repair takes none of those there from its name."""
    await library.made("a one", "b two")
    away = library.folder.with_name("away")
    before = {name: (library.folder / name).read_bytes() for name in ("a.png", "b.png")}
    library.folder.rename(away)
    await library.made("a one", "b two")
    library.folder.rename(library.folder.with_name("made again"))
    away.rename(library.folder)
    assert [found[:2] for found in await library.verdicts()] == [(Fault.MISPLACED, MENDABLE)] * 2
    assert [found[:2] for found in await library.verdicts(repair=True)] == [
        (Fault.MISPLACED, MENDED)
    ] * 2
    assert {name: (library.folder / name).read_bytes() for name in before} == before
    assert await library.verify() == []
    assert await to_be_made(library, "a one", "b two") == []


async def test_a_done_job_without_a_picture_is_made_again(library: Library) -> None:
    """The record may not say that something is done of which it has no picture."""
    await library.made("a one")
    await library.book.store.do(lambda connection: connection.execute(images_table.delete()))
    for name in ("a.png", "a.json"):
        (library.folder / name).unlink()
    [found] = await library.verify()
    assert (found.fault, found.care) == (Fault.RECORD, MENDABLE)
    [found] = await library.verify(repair=True)
    assert found.care == YOURS
    assert await library.verify() == []
    assert await to_be_made(library, "a one") == ["a"]


async def test_a_record_that_disagrees_with_itself_is_told(library: Library) -> None:
    """Received bytes, prompt and journal are held against what is on record."""
    first, second, third = await library.made("a one", "b two", "c three")
    await library.book.set(attempts_table, first.id, sha256="0" * 64)
    await library.book.set(jobs_table, second.job, prompt="b other")
    await library.book.store.do(
        lambda connection: connection.execute(
            delete(journal).where(
                journal.c.event == "attempt.made", journal.c.attempt_id == third.id
            )
        )
    )
    found = [each for each in await library.verify(repair=True) if each.fault == Fault.RECORD]
    assert [each.key for each in found] == ["a", "b", "c", None]
    assert "made" in found[2].text
    assert "gaps" in found[3].text


async def test_ten_thousand_pictures_are_read_in_pages(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing asks the record for more than a page at a time."""
    monkeypatch.setattr(verification, "PAGE", 4)
    await library.made(*(f"p{number} words" for number in range(10)))
    asked: list[int] = []
    held = record.held

    def counted(*arguments: object) -> object:
        page = held(*arguments)  # type: ignore[arg-type]
        asked.append(len(page))
        return page

    monkeypatch.setattr(record, "held", counted)
    assert await library.verify() == []
    assert max(asked) <= 4
    assert sum(asked) == 10
