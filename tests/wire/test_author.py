"""What the author owns, through the real command line, host and relay: nothing unasked."""

import hashlib
import json
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from helpers import profiles
from helpers.pictures import encoded
from helpers.play import Ended, command
from pressrun.home import Home
from pressrun.library import lease
from pressrun.library.lease import Lease
from wire.extension import Browser, browsing

PANELS = {"p1": "A fox in the snow", "p2": "A bear at sea", "p3": "A cat in town"}


def draw(prompt: str) -> bytes:
    """Return the picture of a prompt."""
    return encoded(size=(64, 64), seed=zlib.crc32(prompt.encode()))


@dataclass
class Desk:
    """An author's folder, a home, and a browser."""

    home: Home
    folder: Path
    browser: Browser
    drawing: dict[str, str]
    """What the site draws for a prompt, where it is not what was asked for."""

    @property
    def sent(self) -> list[str]:
        """The prompts that the site got, in order."""
        return self.browser.sent

    def write(self, name: str, panels: dict[str, str]) -> Path:
        """Write a list."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps({"key": key, "prompt": words}) for key, words in panels.items()]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    async def run(self, path: Path, *options: str | Path) -> Ended:
        """Run a list."""
        return await self.order("run", path, *options)

    async def order(self, *words: str | Path) -> Ended:
        """Give a command."""
        return await command("pressrun", *map(str, words), "--home", str(self.home.folder))


@pytest.fixture
async def desk(home: Home, tmp_path: Path) -> AsyncIterator[Desk]:
    """Somebody who is at work."""
    home.make()
    profiles.write(home.sites / "chatgpt.toml", profiles.hurried({}))
    drawing: dict[str, str] = {}
    async with browsing(home, lambda prompt: draw(drawing.get(prompt, prompt))) as browser:
        yield Desk(home, tmp_path, browser, drawing)


def pictures(folder: Path) -> dict[str, bytes]:
    """Return the pictures that an author sees in a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*.png"))
        if ".pressrun" not in path.parts
    }


def sha256(picture: bytes) -> str:
    """Return the SHA-256 of a picture, in hex."""
    return hashlib.sha256(picture).hexdigest()


def drawn(panels: dict[str, str]) -> dict[str, bytes]:
    """Return what a folder should show."""
    return {f"{key}.png": draw(words) for key, words in sorted(panels.items())}


async def test_an_absent_library_is_not_made_again(desk: Desk) -> None:
    """Plan and run say that it is not there; with its disk back, all is as it was."""
    book, disk = desk.write("book.jsonl", PANELS), desk.folder / "disk"
    assert (await desk.run(book, "-o", disk / "lib")).code == 0
    disk.rename(desk.folder / "away")
    disk.mkdir()
    for words in ("plan", "run"):
        said = await desk.order(words, book, "-o", disk / "lib")
        assert said.code == 2
        assert "the library is not there" in said.err
    assert (await desk.order("verify", "--repair")).code == 3
    assert list(disk.iterdir()) == []
    disk.rmdir()
    (desk.folder / "away").rename(disk)
    assert (await desk.order("verify", "--repair")).code == 0
    assert pictures(disk / "lib") == drawn(PANELS)
    assert (await desk.run(book, "-o", disk / "lib")).code == 0
    assert len(desk.sent) == len(PANELS)


async def test_two_lists_of_one_name_have_a_folder_each(desk: Desk) -> None:
    """Each beside its list; a third that would share one is told to name a folder."""
    first = desk.write("v1/story.jsonl", {"p1": "A fox in the snow"})
    second = desk.write("v2/story.jsonl", {"p1": "A bear at sea"})
    for book in (first, second):
        assert (await desk.run(book)).code == 0
    assert pictures(first.with_name("story-pictures")) == drawn({"p1": "A fox in the snow"})
    assert pictures(second.with_name("story-pictures")) == drawn({"p1": "A bear at sea"})
    third = first.with_suffix(".csv")
    third.write_text("key,prompt\np1,A cat in town\n", encoding="utf-8")
    said = await desk.run(third)
    assert said.code == 2
    assert f"holds the pictures of {first}" in said.err.replace("\n", " ")
    assert len(desk.sent) == 2


async def test_files_of_the_authors_own_are_set_aside(desk: Desk) -> None:
    """Where a sidecar, the contact sheet or a picture goes."""
    book, folder = desk.write("book.jsonl", {"p1": "A fox in the snow"}), desk.folder / "out"
    folder.mkdir()
    own = {"p1.json": b'{"mine": 1}', "contact-sheet.html": b"<p>mine</p>", "p1.png": b"mine"}
    for name, content in own.items():
        (folder / name).write_bytes(content)
    assert (await desk.run(book, "-o", folder)).code == 0
    assert pictures(folder) == drawn({"p1": "A fox in the snow"})
    kept = {path.read_bytes() for path in (folder / ".pressrun").rglob("*") if path.is_file()}
    assert set(own.values()) <= kept


async def test_two_homes_never_make_one_library_at_once(desk: Desk) -> None:
    """The second hears who has it and since when; nothing is sent for it."""
    book, folder = desk.write("book.jsonl", {"p1": "A fox in the snow"}), desk.folder / "out"
    (folder / ".pressrun").mkdir(parents=True)
    now = (desk.home.folder / "store.db").stat().st_mtime
    lease.take(folder, Lease("studio", "/home/other", 1, now, now))
    said = await desk.run(book, "-o", folder)
    assert said.code == 2
    assert "on studio in the home /home/other, since" in said.err.replace("\n", " ")
    assert desk.sent == []


async def test_an_inserted_panel_costs_one_picture(desk: Desk) -> None:
    """What stands under renumbered keys is renamed, with its words."""
    book, folder = desk.write("book.jsonl", PANELS), desk.folder / "book-pictures"
    assert (await desk.run(book)).code == 0
    words = list(PANELS.values())
    words.insert(1, "A crow on a wire")
    renumbered = {f"p{number}": each for number, each in enumerate(words, start=1)}
    said = await desk.run(desk.write("book.jsonl", renumbered))
    assert said.code == 0
    assert "3 done, 2 of these to be renamed, 1 new" in said.out
    assert desk.sent[len(PANELS) :] == ["A crow on a wire"]
    assert pictures(folder) == drawn(renumbered)
    assert (await desk.order("verify")).code == 0


async def test_nothing_that_exists_is_made_again_unasked(desk: Desk) -> None:
    """The count is told with exit code 2; --again makes it, and the old picture is kept."""
    book, folder = desk.write("book.jsonl", PANELS), desk.folder / "book-pictures"
    assert (await desk.run(book)).code == 0
    changed = PANELS | {"p2": "A bear at sea, in ink"}
    said = await desk.run(desk.write("book.jsonl", changed))
    assert said.code == 2
    assert "1 picture that you have would be made again" in said.err
    assert len(desk.sent) == 3
    assert pictures(folder) == drawn(PANELS)
    assert (await desk.run(book, "--again")).code == 0
    assert desk.sent[3:] == ["A bear at sea, in ink"]
    assert pictures(folder) == drawn(changed)
    kept = [path.read_bytes() for path in (folder / ".pressrun/alternatives").rglob("*.png")]
    assert kept == [draw("A bear at sea")]


async def test_another_take_is_made_and_chosen_among(desk: Desk) -> None:
    """`retry` on a made picture names `redo`; `choose` brings the first back."""
    book, folder = desk.write("book.jsonl", {"p1": "A fox in the snow"}), desk.folder / "lib"
    assert (await desk.run(book, "-o", folder)).code == 0
    said = await desk.order("retry", "p1")
    assert (said.code, "pressrun redo p1" in said.err.replace("\n", " ")) == (5, True)
    desk.drawing["A fox in the snow"] = "another fox"
    assert (await desk.order("redo", "p1", "--note", "brighter")).code == 0
    assert (await desk.run(book, "-o", folder)).code == 0
    assert pictures(folder) == {"p1.png": draw("another fox")}
    assert (await desk.order("choose", "p1", "1")).code == 0
    assert pictures(folder) == drawn({"p1": "A fox in the snow"})
    assert (await desk.run(book, "-o", folder)).code == 0
    assert len(desk.sent) == 2


async def test_a_folder_that_cannot_be_made_sends_nothing(desk: Desk) -> None:
    """`plan` says so as well."""
    (desk.folder / "file").touch()
    book = desk.write("book.jsonl", PANELS)
    for words in ("plan", "run"):
        said = await desk.order(words, book, "-o", desk.folder / "file" / "lib")
        assert said.code == 2
        assert "is not a folder" in said.err.replace("\n", " ")
    assert desk.sent == []


RED = "Her coat is red, everything else as it is"


async def test_a_correction_becomes_the_panels_picture(desk: Desk) -> None:
    """The note goes to the chat of the picture, the old picture stays, and the chain is told."""
    book = desk.write("book.jsonl", {"p1": "A fox in the snow"})
    assert (await desk.run(book)).code == 0
    said = await desk.order("redo", "p1", "--note", RED, "--in-chat")
    assert said.code == 0, said.err
    assert "1 picture will be corrected in the chat, in batch 2." in said.out
    assert (await desk.run(book)).code == 0
    folder = book.with_name("book-pictures")
    assert desk.sent == ["A fox in the snow", RED]
    first, second = desk.browser.site.ledger.submissions
    assert first.conversation == second.conversation
    assert pictures(folder) == {"p1.png": draw(RED)}
    sidecar = json.loads((folder / "p1.json").read_text(encoding="utf-8"))
    assert sidecar["prompt"] == "A fox in the snow"
    assert (sidecar["note"], sidecar["made_from"]) == (RED, sha256(draw("A fox in the snow")))
    shown = await desk.order("show", "p1")
    assert f'made from take 1: "{RED}"' in shown.out
    assert (await desk.order("verify")).code == 0
    assert "There is nothing to make." in (await desk.order("plan", book)).out


async def test_the_chats_of_a_panel_are_listed(desk: Desk) -> None:
    """With the address of each; a panel that is not there is told."""
    book = desk.write("book.jsonl", {"p1": "A fox in the snow"})
    assert (await desk.run(book)).code == 0
    told = (await desk.order("chats", "p1", "--json")).told
    (take,) = told["takes"]
    assert take["chat"].startswith("https://chatgpt.com/c/")
    said = await desk.order("chats", "p1")
    assert said.out == f"1  current  {take['chat']}, account {take['account']}\n"
    assert (await desk.order("chats", "p2")).code == 5


async def test_a_chat_is_opened_in_the_authors_browser(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of the picture, and no other."""
    book = desk.write("book.jsonl", {"p1": "A fox in the snow"})
    assert (await desk.run(book)).code == 0
    opened, script = desk.folder / "opened", desk.folder / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" >> {opened}\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(script))
    said = await desk.order("chats", "p1", "--open", "--json")
    assert said.code == 0, said.err
    (take,) = json.loads(said.out)["takes"]
    assert opened.read_text(encoding="utf-8") == f"{take['chat']}\n"


async def test_what_cannot_be_corrected_sends_nothing(desk: Desk) -> None:
    """Each is told in a sentence: no note, both ways, no picture, a bad number, a bad address."""
    book = desk.write("book.jsonl", {"p1": "A fox in the snow"})
    assert (await desk.run(book)).code == 0
    for words, code, says in (
        (("redo", "p1", "--in-chat"), 2, "--in-chat sends a note, and there is none"),
        (("redo", "p1", "--in-chat", "--in-words", "--note", RED), 2, "contradict each other"),
        (("redo", "p1", "--in-chat", "--note", "x" * 40_000), 2, "has 40,000 characters"),
        (("redo", "p9", "--in-chat", "--note", RED), 5, "there is no panel and no chapter 'p9'"),
        (("run", book, "--chats", "0"), 2, "from 1 to 64, or fresh"),
        (("run", book, "--chats", "many"), 2, "from 1 to 64, or fresh"),
        (("plan", book, "--project", "https://example.org/g/g-p-1"), 2, "is not the address"),
        (("run", book, "--project", "", "--no-project"), 2, "contradict each other"),
    ):
        said = await desk.order(*words)
        assert said.code == code, said.err
        assert says in " ".join(said.err.split())
    assert desk.sent == ["A fox in the snow"]
