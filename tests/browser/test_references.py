"""Reference pictures: from the author's files to the site's own record of what it was sent."""

import json
from pathlib import Path

import pytest

from helpers import profiles
from helpers.pictures import encoded
from helpers.play import Play, browsing, playing
from pressrun.simulator.ledger import sha256

QUICK = {"upload_seconds": (0.1, 0.3)}

LARGE, SMALL = (500, 480), (64, 48)


def draw(path: Path, seed: int, size: tuple[int, int] = SMALL) -> str:
    """Draw a reference picture; returns its SHA-256."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(encoded(size=size, seed=seed))
    return sha256(path.read_bytes())


def write(play: Play, references: dict[str, list[str]]) -> Path:
    """Write a list of panels with their references."""
    path = play.stage.folder / "book.jsonl"
    lines = [
        json.dumps({"key": key, "prompt": f"Scene {key}", "references": names})
        for key, names in references.items()
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def sent(play: Play) -> list[tuple[str, list[str]]]:
    """What the site was sent: each prompt with the SHA-256 of its references, in order."""
    return [(each.prompt, each.references) for each in play.stage.ledger().submissions]


@pytest.mark.parametrize("shell", ["A", "B"])
async def test_a_prompt_is_sent_with_its_references(tmp_path: Path, shell: str) -> None:
    """Byte for byte and in order; a figure that the author draws anew has its panels made anew."""
    async with playing(tmp_path / "stage", QUICK | {"shell": shell}) as play:
        figures = play.stage.folder / "figures"
        style = draw(play.stage.folder / "style.png", 1)
        mara, ship = draw(figures / "mara.png", 2, LARGE), draw(figures / "ship.png", 3)
        book = write(play, {"a": ["figures/mara.png", "figures/ship.png"], "b": []})
        run = ("run", str(book), f"--output={play.library}", "--tabs=1")
        everywhere = f"--reference={play.stage.folder / 'style.png'}"
        async with browsing(play.stage):
            first = await play.pressrun(*run, everywhere)
            redrawn = draw(figures / "ship.png", 4)
            again = await play.pressrun(*run, everywhere, "--again")
        assert (first.last, again.last) == ("2/2 pictures", "2/2 pictures"), (first, again)
        assert sent(play) == [
            ("Scene a", [style, mara, ship]),
            ("Scene b", [style]),
            ("Scene a", [style, mara, redrawn]),
        ]
        notes = json.loads((play.library / "a.json").read_text(encoding="utf-8"))
        assert [each["name"] for each in notes["references"]] == [
            "style.png",
            "mara.png",
            "ship.png",
        ]
        found = await play.audit()
        assert (found.misfiled, found.lost) == ([], [])


@pytest.mark.long
async def test_an_upload_that_breaks_costs_nothing(tmp_path: Path) -> None:
    """Nothing was sent, so the panel is tried again; it is never sent without its reference."""
    async with playing(tmp_path / "stage", QUICK | {"upload_failed": 0.5, "seed": 3}) as play:
        mara = draw(play.stage.folder / "mara.png", 2)
        book = write(play, {key: ["mara.png"] for key in "abcd"})
        passes = "passes = true"
        hurried = profiles.hurried({}).replace(passes, f"{passes}\nrest = 1")
        profiles.write(play.stage.home.sites / "chatgpt.toml", hurried)
        async with browsing(play.stage):
            ended = await play.pressrun("run", str(book), f"--output={play.library}")
        assert ended.last == "4/4 pictures", ended
        assert sorted(sent(play)) == [(f"Scene {key}", [mara]) for key in "abcd"]
        assert play.log("attempt_returned")


@pytest.mark.long
async def test_a_reference_that_is_never_seen_stops_the_account(tmp_path: Path) -> None:
    """Where it never comes to be uploaded, nothing is sent, and no panel is given up."""
    never = {"shell": "B", "upload_seconds": [600, 600]}
    async with playing(tmp_path / "stage", QUICK | never) as play:
        draw(play.stage.folder / "mara.png", 2)
        book = write(play, {"a": ["mara.png"], "b": ["mara.png"]})
        hurried = profiles.hurried({"upload": 1})
        profiles.write(play.stage.home.sites / "chatgpt.toml", hurried)
        async with browsing(play.stage):
            run = ("run", str(book), f"--output={play.library}", "--tabs=1", "--detach")
            assert (await play.pressrun(*run)).code == 0
            status = await play.until(lambda seen: bool(seen.accounts and seen.accounts[0].resting))
        assert "'mara.png', uploaded, was not seen" in status.sentence, status
        assert (status.batches[0].waiting, sent(play)) == (2, [])


async def test_a_reference_is_pasted_where_the_page_takes_no_file(tmp_path: Path) -> None:
    """An input that takes nothing costs a try, and no prompt goes without its reference."""
    async with playing(tmp_path / "stage", QUICK | {"shell": "B", "inputs_deaf": True}) as play:
        draw(play.stage.folder / "mara.png", 2)
        book = write(play, {"a": ["mara.png"]})
        hurried = profiles.hurried({"upload": 2})
        profiles.write(play.stage.home.sites / "chatgpt.toml", hurried)
        async with browsing(play.stage):
            run = ("run", str(book), f"--output={play.library}", "--tabs=1")
            ended = await play.pressrun(*run)
        assert ended.code == 0, ended
        found = await play.audit()
        assert (found.clean, found.submissions, found.images) == (True, 1, 1), found


@pytest.mark.long
async def test_an_upload_limit_stops_the_account_with_its_reason(tmp_path: Path) -> None:
    """A panel whose reference the site does not take is not sent without it, and waits."""
    async with playing(tmp_path / "stage", {"upload_cap": 0}) as play:
        draw(play.stage.folder / "mara.png", 2)
        book = write(play, {"a": ["mara.png"]})
        async with browsing(play.stage):
            run = ("run", str(book), f"--output={play.library}", "--detach")
            assert (await play.pressrun(*run)).code == 0
            status = await play.until(lambda seen: bool(seen.accounts and seen.accounts[0].resting))
        assert "file upload limit" in status.sentence, status
        assert sent(play) == []
