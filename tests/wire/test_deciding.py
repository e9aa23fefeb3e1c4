"""Decisions over a real host: two views and a command line on the same pictures, and undo."""

import itertools
import json
import zlib
from pathlib import Path

from helpers import profiles
from helpers.pictures import encoded
from helpers.play import Ended, command
from pressrun.cli.client import Client, connect
from pressrun.home import Home
from pressrun.library.shelf import sha256_of
from pressrun.protocol import calls
from pressrun.protocol.messages.batch import BatchStart
from pressrun.protocol.messages.decision import BasedOn, Decided, DecideOrder, UndoOrder
from pressrun.protocol.messages.gallery import FollowQuery, GalleryQuery, Tile
from pressrun.states import AuthorAct, BatchState, Flag, Rejected, Remake, Reviewed
from wire.extension import browsing
from wire.status import until

KEYS = ["ch01/p1/a", "ch01/p1/b", "ch01/p2/a", "ch02/p1/a"]


class View:
    """A view of a library: what it shows, and what it decides about that."""

    def __init__(self, client: Client, library: Path, by: str) -> None:
        self.client = client
        self.library = str(library)
        self.by = by
        self.at = 0
        self.tiles: dict[str, Tile] = {}

    async def open(self) -> None:
        """Show the library anew."""
        page = await self.client.ask(calls.GALLERY_OPEN, GalleryQuery(library=self.library))
        self.at, self.tiles = page.at, {each.key: each for each in page.tiles}

    async def follow(self) -> None:
        """Show what changed."""
        asked = FollowQuery(after=2**50, library=self.library, at=self.at)
        told = await self.client.ask(calls.VIEW_FOLLOW, asked)
        assert not told.anew
        self.at = told.at
        self.tiles |= {each.key: each for each in told.tiles}

    async def decide(self, act: AuthorAct, *keys: str, **more: object) -> Decided:
        """Decide about what is shown."""
        shown = [self.tiles[key] for key in keys]
        panels = [BasedOn(key=e.key, picture=e.picture, decided=e.decided) for e in shown]
        order = {"act": act, "panels": panels, "by": self.by, "library": self.library, **more}
        return await self.client.ask(calls.REVIEW_DECIDE, DecideOrder.model_validate(order))


DRAWN = itertools.count()


def draw(prompt: str) -> bytes:
    """Return the picture of a prompt: another one each time."""
    return encoded(size=(64, 64), seed=zlib.crc32(f"{prompt} {next(DRAWN)}".encode()))


async def test_two_views_and_a_command_line_decide_about_the_same_pictures(  # noqa: PLR0915 - one story
    home: Home, tmp_path: Path
) -> None:
    """None overwrites another unseen, each hears of the others, and all can be undone."""
    home.make()
    profiles.write(home.sites / "chatgpt.toml", profiles.hurried({}))
    source, library = tmp_path / "book.jsonl", tmp_path / "book"
    lines = [json.dumps({"key": key, "prompt": f"Panel {key}"}) for key in KEYS]
    source.write_text("\n".join(lines), encoding="utf-8")

    async def pressrun(*arguments: str) -> Ended:
        return await command("pressrun", *arguments, "--home", str(home.folder))

    async with browsing(home, draw), connect(home) as client:
        await client.ask(calls.BATCH_START, BatchStart(source=str(source), library=str(library)))
        await until(client, lambda seen: seen.batches[0].state == BatchState.DONE)
        studio, popup = View(client, library, "studio"), View(client, library, "popup")
        await studio.open()
        await popup.open()
        assert list(studio.tiles) == KEYS

        # the studio is faster, and the popup is told who was, for that panel alone
        first = await studio.decide(AuthorAct.APPROVE, *KEYS[:2])
        assert first.told == "2 pictures approved."
        assert [(e.key, e.reviewed) for e in first.tiles] == [
            (key, Reviewed.APPROVED) for key in KEYS[:2]
        ]
        second = await popup.decide(AuthorAct.REJECT, *KEYS[1:3], because=Rejected.STYLE)
        assert second.panels == 1
        (conflict,) = second.conflicts
        assert conflict.key == KEYS[1]
        assert conflict.why.startswith("Approved ")
        assert conflict.why.endswith(" in the studio")
        assert conflict.tile == first.tiles[1]
        assert second.told == "1 picture rejected. 1 panel was left as it is."

        # each view follows, without asking for all of it again
        await studio.follow()
        await popup.follow()
        assert studio.tiles == popup.tiles
        assert studio.tiles[KEYS[2]].reviewed == Reviewed.REJECTED

        # a command decides about what is there, and says what it leaves
        locked = await pressrun("lock", KEYS[0])
        assert (locked.code, locked.out.splitlines()[0]) == (0, "1 picture locked.")
        refused = await pressrun("redo", "ch01")
        assert refused.code == 3
        assert refused.out.splitlines() == [
            "2 pictures will be made again, in batch 2. 1 panel was left as it is.",
            f"  {KEYS[0]}: It is locked. To unlock it: pressrun unlock {KEYS[0]}",
        ]
        alone = await pressrun("redo", KEYS[0])
        assert alone.code == 3
        assert alone.out.splitlines() == [
            "Nothing was changed. 1 panel was left as it is.",
            f"  {KEYS[0]}: It is locked. To unlock it: pressrun unlock {KEYS[0]}",
        ]

        # what was approved stays, and the take that came waits for the author's yes
        await until(client, lambda seen: seen.batches[0].state == BatchState.DONE)
        await studio.follow()
        approved, rejected = studio.tiles[KEYS[1]], studio.tiles[KEYS[2]]
        assert approved.picture == first.tiles[1].picture
        assert Flag.OFFERED in approved.flags
        assert rejected.picture != popup.tiles[KEYS[2]].picture
        assert sha256_of(library / f"{KEYS[1]}.png") == approved.picture
        late = await popup.decide(AuthorAct.APPROVE, KEYS[2])
        assert late.conflicts[0].why == "You saw take 1, and take 2 is its picture now"
        plain = await pressrun("approve", KEYS[1])
        yes = f"pressrun approve {KEYS[1]} --take 2"
        assert plain.last.endswith(f"Take 2 of {KEYS[1]} still waits for your yes: {yes}")
        assert KEYS[1] in (await pressrun("panels", "--offered")).out
        taken = await pressrun("approve", KEYS[1], "--take", "2")
        assert taken.code == 0, taken.err
        await studio.follow()
        accepted = studio.tiles[KEYS[1]]
        assert accepted.picture != approved.picture
        assert (accepted.reviewed, accepted.flags) == (Reviewed.APPROVED, [])
        assert sha256_of(library / f"{KEYS[1]}.png") == accepted.picture

        # undone, the files are as they were, too; and undone again, as they are now
        undone = await client.ask(calls.REVIEW_UNDO, UndoOrder(library=str(library)))
        assert undone.told == f"Undone: the approval of {KEYS[1]}."
        assert sha256_of(library / f"{KEYS[1]}.png") == approved.picture
        again = await pressrun("undo", str(undone.decision))
        assert again.out.startswith(f"Done again: the approval of {KEYS[1]}.\n")
        assert sha256_of(library / f"{KEYS[1]}.png") == accepted.picture

        # what was ordered and not begun is not made
        await client.ask(calls.BATCH_PAUSE, calls.BATCH_PAUSE.params())
        await studio.follow()
        sent = await studio.decide(
            AuthorAct.REJECT,
            KEYS[3],
            because=Rejected.FAULT,
            note="six fingers",
            remake=Remake.WORDS,
        )
        assert sent.panels == 1
        why = await pressrun("show", KEYS[3])
        assert "       rejected because: six fingers\n" in why.out
        listed = await pressrun("panels", "--locked")
        assert listed.out.startswith(f"{KEYS[0]}  made, locked  line 1  ")
        noted = await pressrun("note", KEYS[3], "ask Ada")
        assert noted.out == "Noted: 1 panel.\n"
        assert (await pressrun("undo")).out.startswith(f"Undone: the note about {KEYS[3]}.\n")
        verified = await pressrun("verify")
        assert verified.code == 0, verified.out
