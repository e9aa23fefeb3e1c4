"""The book of the crash tests: a panel for each thing that a site may do with a prompt."""

import functools
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers import profiles
from helpers.pictures import encoded
from helpers.site import Act

HUGE = (640, 600)
"""1.2 MB: more pieces than are asked for at once."""
LARGE = (400, 360)
"""430 KB: two pieces, each of several reads in the relay."""
SMALL = (64, 48)


@dataclass(frozen=True)
class Entry:
    """A panel, and what the site does with its prompt, time after time."""

    key: str
    prompt: str
    acts: tuple[Act, ...] = ()
    size: tuple[int, int] = SMALL
    seed: int | None = None
    """Two prompts with one seed are drawn the same."""
    ends: tuple[str, ...] = ("done",)
    """The states that its job may come to."""


WORDY = ("failed", "done")
"""What is answered with words twice is given up, and may be made by another run."""

USUAL = (
    Entry("ch01/p1", "A lighthouse keeper climbs the stairs", size=HUGE),
    Entry("ch01/p2", "A storm gathers over the bay"),
    Entry("ch01/p3", "Her lamp goes out", (Act.SWALLOWED,)),
    Entry("ch01/p4", "She strikes a match", (Act.CRASHED,), LARGE),
)
"""What happens in every story."""

QUIET = (
    Entry("ch02/p1", "The match burns her finger"),
    Entry("ch02/p2", "The lamp burns again", size=LARGE),
    Entry("ch02/p3", "A ship turns away from the rocks"),
    Entry("ch02/p4", "The ship, seen from the sea"),
    Entry("ch02/p5", "Morning, and a quiet sea"),
    Entry("ch02/p6", "The stairs, empty"),
)
"""What is left of a story in which nothing else happens."""

RARE = (
    Entry("ch03/p1", "A ship turns towards the rocks", (Act.LIMIT,)),
    Entry("ch03/p2", "Something that is not drawn", (Act.REFUSED,), ends=("refused",)),
    Entry("ch03/p3", "A thought that has no picture", (Act.WORDS, Act.WORDS), ends=WORDY),
    Entry("ch03/p4", "The same storm from below", seed=2),
    Entry("ch03/p5", "The same storm from above", seed=2),
    Entry("ch03/p6", "A page that is torn", (Act.DAMAGED,), ends=("failed",)),
    Entry("ch03/p7", "A page that is empty", (Act.EMPTY,)),
    Entry("ch03/p8", "The match breaks", (Act.UNWRITTEN,)),
    Entry("ch03/p9", "Her hand shakes", (Act.CRASHED_LIMITED,)),
    Entry("ch03/p10", "The oil runs low", (Act.VANISHED,)),
    Entry("ch03/p11", "She waits for the dawn", (Act.FAILED,)),
    Entry("ch03/p12", "A horn in the fog", (Act.LAGGING,)),
    Entry("ch03/p13", "The fog lifts", size=HUGE),
    Entry("ch03/p14", "Two gulls, one sky", (Act.TWO,)),
)
"""Everything that a site, a page or a history may do besides."""

SHORT = USUAL + QUIET
LONG = USUAL + RARE

SCENE = (
    Entry("ch05/p1", "The keeper's daughter rows out"),
    Entry("ch05/p2", "What she thinks of", (Act.WORDS,)),
    Entry("ch05/p3", "An oar drifts by"),
    Entry("ch05/p4", "She leans out for it", (Act.CRASHED,)),
    Entry("ch05/p5", "The boat turns over", (Act.VANISHED,)),
    Entry("ch05/p6", "She holds on to the keel", (Act.GONE_ON,)),
    Entry("ch05/p7", "The beam passes over her"),
    Entry("ch05/p8", "The keeper sees her", (Act.SWALLOWED,)),
    Entry("ch05/p9", "He runs down the stairs"),
)
"""A scene of another list, whose panels go on in chats."""

SCENE_RARE = (
    Entry("ch06/p1", "The keeper wades in"),
    Entry("ch06/p2", "The keeper swims", (Act.TOO_LONG,)),
    Entry("ch06/p3", "The keeper holds her", (Act.FAILED,)),
    Entry("ch06/p4", "Something else that is not drawn", (Act.REFUSED,), ends=("refused",)),
    Entry("ch06/p5", "The keeper and his daughter ashore", (Act.TWO,)),
)
"""What else may happen to a chat that goes on."""

SCENE_LONG = SCENE + SCENE_RARE

CHATS = 3
"""So many panels of it go on in one chat."""

NO_PROJECT = "https://chatgpt.com/g/g-p-6a1f/project"
"""The address of a project that nobody here has."""

PROJECT = "/g/g-p-7b2e"
"""A project in which chats are begun: what its addresses have."""
PROJECT_URL = f"https://chatgpt.com{PROJECT}/project"

CORRECTIONS = {
    "ch01/p1": "Her coat is red, everything else as it is",
    "ch01/p4": "The match burns higher",
    "ch05/p3": "The oar is broken",
    "ch01/p3": "The lamp smokes",
}
"""What the author has corrected in the chats of pictures."""

GONE = "ch01/p3"
"""A panel whose chat the author deletes before it is corrected."""

ON_NOTES = {CORRECTIONS["ch01/p4"]: (Act.CRASHED,), CORRECTIONS["ch05/p3"]: (Act.VANISHED,)}
"""What happens to corrections."""

CHANGED = {"ch01/p2": "A storm gathers over the bay, in ink"}
"""Panels whose words the author changes when all is made."""

AFTER = {"ch02/p6": "ch01/p2", "ch03/p13": "ch01/p2"}
"""Panels that wait until the author has approved another."""

SHEET = "figures/keeper.png"
"""A reference picture beside the list: more than one piece."""

REFERENCES = dict.fromkeys(
    ("ch01/p2", "ch02/p1", "ch06/p1", "ch06/p2", "ch06/p3", "ch06/p5"), (SHEET,)
)
"""Panels that are sent with reference pictures."""

FORMATS = dict.fromkeys(("ch02/p3", "ch03/p13", "ch05/p7", "ch05/p9"), "4:3")
"""Panels of which a format is asked for, in words."""

ELSEWHERE = ("A letter that is never written", "A letter that is never read")
"""Another book, cancelled before anything of it is made."""

EVERY = USUAL + QUIET + RARE + SCENE_LONG

SCRIPT = {entry.prompt: entry.acts for entry in EVERY} | ON_NOTES

QUICK = {
    "settled": 1.0,
    "pace": 0.3,
    "again": 0.05,
    "most": 30,
    "page": 8,
    "mode": 3,
    "fill": 3,
    "acknowledge": 1.2,
    "generate": 8,
    "text_only": 0.3,
    "settle": 5,
    "fetch": 8,
    "poll": 0.4,
    "still": 0.3,
    "lingering": 0.3,
    "text_stuck": 0.5,
    "stopped": 0.5,
    "words": 3.0,
    "fruitless_rest": 0.5,
}
"""Waits of the site profile, in seconds, for a site that draws at once."""


def prompt_of(entry: Entry) -> str:
    """Return the words that a panel has in the end."""
    return CHANGED.get(entry.key, entry.prompt)


def without_format(message: str) -> str:
    """Return a message without the sentence that asks for a format."""
    return re.sub(r"\n\nAspect ratio: [^\n]*$", "", message)


def draw(prompt: str) -> bytes:
    """Return the picture of a prompt."""
    return _drawn().get(prompt) or encoded(size=SMALL, seed=zlib.crc32(prompt.encode()))


@functools.cache
def _drawn() -> dict[str, bytes]:
    return {
        entry.prompt: encoded(
            size=entry.size, seed=100 + number if entry.seed is None else entry.seed
        )
        for number, entry in enumerate(EVERY)
    }


@functools.cache
def reference() -> bytes:
    """Return the reference picture."""
    return encoded(size=LARGE, seed=77)


def write(path: Path, words: Mapping[str, str]) -> None:
    """Write a prompt list: keys and prompts, what comes after what, and what goes with what."""
    lines = [
        json.dumps(
            {
                "key": key,
                "prompt": prompt,
                "after": AFTER.get(key),
                "references": REFERENCES.get(key, ()),
                "format": FORMATS.get(key),
            }
        )
        for key, prompt in words.items()
    ]
    sheet = path.parent / SHEET
    sheet.parent.mkdir(exist_ok=True)
    sheet.write_bytes(reference())
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_profile(path: Path) -> None:
    """Write an own site profile: the shipped one, in a hurry."""
    text = profiles.hurried(QUICK)
    profiles.write(path, re.sub(r"(?m)^rest = .*$", "rest = 0.5", text))
