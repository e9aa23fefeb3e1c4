"""A capture of a live page is read as the page itself was, and holds nothing of its people's.

Pages of the replica are worked by the extension's scripts, captured at every step, and the capture
is read from disk as `pressrun site read` reads it.
"""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image

from helpers import profiles
from helpers.play import command
from helpers.saved import SITE, Read
from helpers.visit import PAGE_SECONDS, QUICK, Visit, Window, window
from pressrun.cli.site_report import describe
from pressrun.errors import Exit
from pressrun.protocol.messages.page import Reading
from pressrun.sites import judge
from pressrun.sites.binding import conversation
from pressrun.sites.profile import shipped_text
from pressrun.sites.shown import site_name

PROFILE = SITE.page.model_dump_json()
PERSON = "Margarethe"
FILE = "grandmother in Rome.png"
PROMPT = (
    "Seventeen pelicans juggle lanterns above Ljubljana harbour.\n\n"
    "Caption: “Katarina whispers to hedgehogs” – image 1 of her journey; 最後の灯台守"
)
SHOWN = [("A", "en"), ("A", "ja"), ("B", "en"), ("B", "ar"), ("bare", "de")]

SHOW = """(() => {
  if (!window.frame) {
    window.frame = document.createElement("iframe");
    window.frame.srcdoc = window.kept;
    window.frame.onload = () => {
      const images = [...window.frame.contentDocument.images];
      const loaded = images.filter(({ naturalWidth }) => naturalWidth > 0);
      window.shown = { images: images.length, loaded: loaded.length };
    };
    document.body.append(window.frame);
  }
  return window.shown;
})()"""
"""Opens a capture in a frame of the site's own origin; tells how many of its pictures it loaded."""

LOSE_SEND = """(() => {
  const buttons = [...document.querySelectorAll('form button:not([type="button"])')];
  const send = buttons.find((button) => button.checkVisibility());
  for (const name of ["id", "data-testid"]) send.removeAttribute(name);
  const other = { type: "button", "aria-label": "Ask", "data-action": "submit-prompt" };
  for (const [name, value] of Object.entries(other)) send.setAttribute(name, value);
})()"""
"""Takes from Send all that the shipped profile knows it by, and gives it another mark."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Window]:
    """Open one browser for all visits here."""
    async with window(tmp_path_factory.mktemp("captures"), QUICK) as opened:
        yield opened


class Taken:
    """A page's reading and its capture, taken while nothing moved."""

    def __init__(self, reading: Reading, html: str) -> None:
        self.reading = reading
        self.html = html

    async def same(self, read: Read) -> dict[str, Any]:
        """Read the capture; what it comes to, which is what the page came to."""
        found = await asyncio.to_thread(read, self.html)
        assert summary(found) == summary(self.reading)
        return describe(SITE, found)


async def take(visit: Visit, met: Callable[[Reading], bool]) -> Taken:
    """Capture a page as soon as it meets a condition, and stands still."""
    async with asyncio.timeout(PAGE_SECONDS):
        while True:
            before = await visit.reading(PROFILE)
            told = await visit.call(f"carryOut('page.capture', {{}}, {PROFILE})")
            after = await visit.reading(PROFILE)
            if met(after) and still(before) == still(after):
                return Taken(after, told["html"])


def still(reading: Reading) -> dict[str, Any]:
    """Return a reading without the time."""
    return reading.model_dump(exclude={"now"})


def summary(reading: Reading) -> dict[str, Any]:
    """Return what a capture has to tell as the page does: all but words, ids and addresses."""
    report = describe(SITE, reading)
    found = {
        role: {"rule": each["rule"], "count": each["count"]}
        for role, each in report["found"].items()
    }
    turns = [{k: v for k, v in turn.items() if k not in ("id", "text")} for turn in report["turns"]]
    pictures = [each for turn in reading.turns for each in turn.pictures]
    sizes = [(each["natural_width"], each["natural_height"]) for each in report["results"]]
    kept = ("shell", "composers", "attachments", "attachments_pending", "missing", "notices")
    return {
        **{name: report[name] for name in kept},
        "found": found,
        "turns": turns,
        "sizes": sizes,
        "loose": len(report["loose"]),
        "words": len(reading.composer_text.split()),
        "lines": [turn.text.count("\n") for turn in reading.turns if turn.role == "user"],
        "send": reading.send,
        "outcome": report["outcome"]["word"],
        "conversation": conversation(SITE, reading) is not None,
        "names": [site_name(SITE, each) is not None for each in pictures],
        "history": len(reading.history),
    }


def theirs(reading: Reading) -> set[str]:
    """Return every word, name and id of the author's that a page shows."""
    ids = re.findall(r"[0-9a-f]{8}|file[-_]\w{6,}", " ".join([reading.url, *reading.history]))
    shown = [picture.src for turn in reading.turns for picture in turn.pictures]
    ids += re.findall(r"(?<=id=)file[-_]\w{6,}|[0-9a-f]{12}", " ".join(shown))
    written = f"{PERSON} {FILE} {PROMPT}"
    return {word.casefold() for word in [*re.findall(r"[^\W\d_]{5,}", written), *ids]}


def clean(taken: Taken) -> None:
    """Nothing that is the author's stands anywhere in a capture."""
    html = taken.html.casefold()
    # what the profile compares stays; the prompt has one such word, to show that it goes there
    found = {word for word in theirs(taken.reading) - {"image"} if word in html}
    assert not found
    assert "sig=" not in html
    assert "<script" not in html


async def attach(visit: Visit) -> None:
    """Attach a picture."""
    png = BytesIO()
    Image.new("RGB", (64, 64), "teal").save(png, "PNG")
    data = png.getvalue()
    await visit.work(
        PROFILE,
        "page.attach",
        name=FILE,
        media="image/png",
        size=len(data),
        offset=0,
        data=base64.b64encode(data).decode(),
    )


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("shell", "language"), SHOWN)
async def test_a_capture_is_read_as_the_page_was(
    opened: Window, read: Read, shell: str, language: str
) -> None:
    """Fresh, written in with a file, and with its picture: the same roles, turns and outcome."""
    switches = {"shell": shell, "language": language}
    async with opened.visit(f"{PERSON} {shell} {language}".replace(" ", "-"), switches) as visit:
        fresh = await take(visit, lambda seen: judge.obstacle(seen) is None)
        assert (await fresh.same(read))["outcome"]["word"] == "ready"

        await attach(visit)
        await take(visit, lambda seen: seen.chips == 1 and not seen.chips_pending)
        for click in SITE.mode:
            await visit.work(PROFILE, "page.click", role=click.click)
        await take(visit, lambda seen: seen.mode_on)
        await visit.work(PROFILE, "page.fill", text=PROMPT)
        written = await take(visit, lambda seen: seen.send)
        clean(written)
        report = await written.same(read)
        assert (report["attachments"], report["mode"]["on"]) == (1, True)

        await visit.work(PROFILE, "page.click", role="send")
        made = await take(visit, is_made)
        clean(made)
        report = await made.same(read)
        assert report["outcome"]["word"] == "made"
        assert [turn["role"] for turn in report["turns"]] == ["user", "assistant"]
        assert len(report["results"]) == 1


def is_made(reading: Reading) -> bool:
    """Whether a page shows its picture, and is in the history under its own address."""
    answered = [turn for turn in reading.turns if turn.role == "assistant"]
    drawn = any(each.loaded for turn in answered for each in turn.pictures)
    busy = reading.stop or any(turn.busy or turn.pending for turn in answered)
    return drawn and not busy and conversation(SITE, reading) is not None


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("shell", ["A", "B"])
@pytest.mark.parametrize(
    ("switches", "word"),
    [
        ({"dialog": "whats_new"}, "blocked"),
        ({"signed_out": "expired"}, "signed out"),
        ({"challenge": True}, "challenged"),
        ({"wrong_model": True}, "ready"),
    ],
)
async def test_what_lies_over_a_page_is_kept(
    opened: Window, read: Read, shell: str, switches: Mapping[str, object], word: str
) -> None:
    """Dialogs keep their words, and mean the same when they are read again."""
    name = f"{PERSON}-{shell}-{word.replace(' ', '-')}"
    async with opened.visit(name, {"shell": shell, **switches}) as visit:
        taken = await take(visit, lambda seen: judge.page_state(SITE, seen, None).word == word)
        clean(taken)
        assert (await taken.same(read))["outcome"]["word"] == word


@pytest.mark.asyncio(loop_scope="module")
async def test_a_capture_loads_nothing_when_it_is_opened(opened: Window) -> None:
    """Whoever gets one and opens it in a browser asks no site for anything."""
    async with opened.visit(f"{PERSON}-opens", {}) as visit:
        taken = await take(visit, lambda seen: judge.obstacle(seen) is None)
        assert "default-src 'none'" in taken.html.replace("&#39;", "'")
        await visit.page.run(f"window.kept = {json.dumps(taken.html)}")
        shown = await visit.until(SHOW)
        assert shown["images"] > 0
        assert shown["loaded"] == 0


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("shell", "language"), [("A", "de"), ("B", "en")])
async def test_a_selector_is_mended_on_a_capture(
    opened: Window, tmp_path: Path, shell: str, language: str
) -> None:
    """Send lost what it was known by: a mended profile finds it in the capture, by another mark."""
    switches = {"shell": shell, "language": language}
    async with opened.visit(f"{PERSON}-mends-{shell}", switches) as visit:
        await take(visit, lambda seen: judge.obstacle(seen) is None)
        await visit.work(PROFILE, "page.fill", text=PROMPT)
        await take(visit, lambda seen: seen.send)
        await visit.page.run(LOSE_SEND)
        changed = await take(visit, lambda seen: not seen.send)
    home = tmp_path / "home"
    kept = home / "captures" / "1.html"
    profiles.write(kept, changed.html)
    rule = '{form} button[data-action="submit-prompt"]'
    mended = re.sub(r"(?m)^send = \[", f"send = [\n  '{rule}',", shipped_text("chatgpt"))
    profiles.write(tmp_path / "mended.toml", mended)
    arguments = ("site", "try", str(tmp_path / "mended.toml"), "--home", str(home))
    tried = await command("pressrun", *arguments, "--json")
    assert tried.code == Exit.OK, tried
    (page,) = json.loads(tried.out)["pages"]
    (change,) = [each for each in page["changes"] if each["what"] == "send"]
    assert (change["before"], change["after"], change["lost"]) == (None, "×1", False)
    assert change["rule"] == rule
    back = await command(
        "pressrun", "site", "try", str(broken(tmp_path)), str(kept), "--home", str(home)
    )
    assert back.code == Exit.NEEDS_YOU, back
    assert "composer     ×1 → none" in back.out
    assert max(map(len, back.out.splitlines())) <= 80


def broken(folder: Path) -> Path:
    """Write a profile that finds no composer any more."""
    path = folder / "broken.toml"
    profiles.write(
        path, re.sub(r"(?ms)^composer = \[.*?^\]", "composer = ['#gone']", shipped_text("chatgpt"))
    )
    return path


async def test_a_profile_that_cannot_be_used_is_told_by_line_and_key(tmp_path: Path) -> None:
    """As everywhere; and nothing to try it on is said as well."""
    bad = tmp_path / "bad.toml"
    profiles.write(bad, shipped_text("chatgpt").replace("[shells.G]", "[shells.G]\nsned = []"))
    told = await command("pressrun", "site", "try", str(bad), "--home", str(tmp_path / "home"))
    assert told.code == Exit.BAD_INPUT, told
    assert re.search(r"bad\.toml:\d+: shells\.G\.sned: ", told.err)
    profiles.write(bad, shipped_text("chatgpt"))
    told = await command("pressrun", "site", "try", str(bad), "--home", str(tmp_path / "home"))
    assert told.code == Exit.BAD_INPUT, told
    assert "pressrun site capture" in told.err
