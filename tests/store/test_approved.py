"""The approved set: who is in it, by style and lane, and when it is another one."""

import pytest

from helpers import deciding
from helpers.stores import Book
from helpers.styled import LIBRARY, VERSION, begin, make, measure, measured, reference
from pressrun.states import Outliers, Rejected
from pressrun.store import approved
from pressrun.store.approved import ApprovedSet
from pressrun.store.tables import attempts as attempts_table
from pressrun.store.tables import images as images_table

OURS = {"the style": "1", "the action": "2"}


async def made(book: Book, keys: str, first: int = 1) -> list[int]:
    """Have panels made and measured; returns their images."""
    found = []
    for number, _ in enumerate(keys.split(), first):
        found.append((await make(book, number))[1])
        await measured(book, number)
    return found


async def approve(book: Book, *keys: str) -> None:
    """Approve pictures one after the other."""
    for key in keys:
        book.now += 1
        await book.store.do(deciding.approve, book.now, None, [key])


async def of(book: Book, image: int) -> ApprovedSet:
    """Return what an image is compared with."""
    return await book.store.do(approved.of_image, image, VERSION)


def keys(found: ApprovedSet) -> str:
    """Tell who is in a set: the keys of panels, and `-` for references."""
    return " ".join(each.key or "-" for each in found.members)


async def test_references_stand_in_until_five_are_approved(book: Book) -> None:
    """With fewer than two pictures there is nothing to compare with at all."""
    names = "a b c d e f"
    await begin(book, *names.split(), outliers=Outliers.MARK, references=[reference(1)])
    images = await made(book, names)
    assert not (await of(book, images[5])).is_enough
    await measured(book, 9_001)
    assert keys(await of(book, images[5])) == "-"
    await approve(book, "a")
    found = await of(book, images[5])
    assert (keys(found), found.is_enough, found.approvals) == ("- a", True, 1)
    await approve(book, "b", "c", "d")
    assert keys(await of(book, images[5])) == "- a b c d"
    await approve(book, "e")
    assert keys(await of(book, images[5])) == "a b c d e"
    assert (await of(book, images[5])).measures == tuple(map(measure, range(1, 6)))


async def test_a_picture_is_not_compared_with_itself(book: Book) -> None:
    """One of the approved is compared with the others; the set is the same one all the same."""
    await begin(book, "a", "b", "c", outliers=Outliers.MARK)
    images = await made(book, "a b c")
    await approve(book, "a", "b")
    assert keys(await of(book, images[0])) == "b"
    assert (await of(book, images[0])).against == (await of(book, images[2])).against


async def test_only_pictures_of_the_same_style_are_compared(book: Book) -> None:
    """What the book says of the style decides; sheets show figures and no style of panels."""
    mark = Outliers.MARK
    await begin(book, "a", ingredients=OURS, outliers=mark, source="/1")
    await begin(book, "b", ingredients={"the style": "2"}, outliers=mark, source="/2")
    await begin(
        book, "c", ingredients={**OURS, "what sheets show": "9"}, outliers=mark, source="/3"
    )
    await begin(book, "d", ingredients=OURS, outliers=mark, source="/4")
    for key in "abcd":
        attempt, _ = await make(book, ord(key))
        assert attempt.key == key
        await measured(book, ord(key))
    images = {key: number for number, key in enumerate("abcd", 1)}
    for batch, key in enumerate("abcd", 1):
        await book.store.do(deciding.approve, book.now, batch, [key])
    assert keys(await of(book, images["d"])) == "a"
    assert keys(await of(book, images["b"])) == ""


async def test_a_lane_with_enough_of_its_own_is_compared_with_those(book: Book) -> None:
    """Two ways of making pictures may differ; below five, all of them count."""
    names = [f"p{number}" for number in range(12)]
    await begin(book, *names, outliers=Outliers.MARK)
    images = await made(book, " ".join(names))
    for image in images[6:]:
        row = await book.row(images_table, image)
        await book.set(attempts_table, row["attempt_id"], lane="other")
    await approve(book, *names[:5], *names[6:10])
    assert keys(await of(book, images[5])) == " ".join(names[:5])
    assert keys(await of(book, images[11])) == " ".join([*names[:5], *names[6:10]])


async def test_three_rejections_for_style_teach(book: Book) -> None:
    """Those for other reasons never do; it is another set with each."""
    names = "a b c d e f"
    await begin(book, *names.split(), outliers=Outliers.MARK)
    images = await made(book, names)
    await approve(book, "a", "b")
    before = (await of(book, images[0])).against
    for count, (key, because) in enumerate(
        [("c", "style"), ("d", "style"), ("e", "fault"), ("f", "style")]
    ):
        found = await of(book, images[0])
        assert (found.rejected, found.against) == ((), before), count
        await book.store.do(deciding.reject, book.now, LIBRARY, [key], Rejected(because))
        book.now += 1
    found = await of(book, images[0])
    assert set(found.rejected) == {measure(3), measure(4), measure(6)}
    assert found.against != before


async def test_the_first_approvals_are_the_set(book: Book) -> None:
    """Who approves a whole book does not move what the next pictures are held to."""
    names = [f"p{number:02}" for number in range(45)]
    await begin(book, *names, outliers=Outliers.MARK)
    images = await made(book, " ".join(names))
    await approve(book, *reversed(names[:43]))
    found = await of(book, images[44])
    assert found.approvals == 43
    assert keys(found).split() == list(reversed(names[3:43]))
    before = found.against
    await approve(book, names[43])
    assert (await of(book, images[44])).against == before


async def test_what_is_not_measured_yet_is_left_out_until_it_is(book: Book) -> None:
    """And the set is another one then."""
    await begin(book, "a", "b", "c", outliers=Outliers.MARK)
    images = [(await make(book, number))[1] for number in (1, 2, 3)]
    await approve(book, "a", "b")
    first = await of(book, images[2])
    assert (keys(first), first.approvals) == ("", 2)
    await measured(book, 1, 2)
    assert (await of(book, images[2])).against != first.against


@pytest.mark.parametrize("what", ["approve", "reject", "measure"])
async def test_the_state_of_a_library_tells_of_changes(book: Book, what: str) -> None:
    """Whoever makes marks anew asks no more than that."""
    await begin(book, "a", "b", outliers=Outliers.MARK, references=[reference(1)])
    await made(book, "a b")
    before = await book.store.do(approved.state, LIBRARY)
    assert await book.store.do(approved.state, LIBRARY) == before
    match what:
        case "approve":
            await approve(book, "a")
        case "reject":
            await book.store.do(deciding.reject, book.now, LIBRARY, ["a"], Rejected.STYLE)
        case "measure":
            await measured(book, 9_001)
    assert await book.store.do(approved.state, LIBRARY) != before
