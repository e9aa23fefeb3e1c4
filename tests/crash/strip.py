"""A small book of the crash tests: a group of panels, and a sheet that others wait for."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from helpers.site import Act
from pressrun.book import panels, read

FILES = {
    "book.toml": """title = "The Ferry"
author = "Nobody"
language = "en"
chats = 3
""",
    "cast/people.toml": """[ada]
name = "Ada"
words = "a ferrywoman of sixty in a green oilskin"
sheet = true
""",
    "script/01.md": """# The ferry

## Page 1

### Panel 1

- group: crossing

The ferry leaves the landing stage in the fog.

### Panel 2

- group: crossing

The ferry in midstream, seen from above.

### Panel 3

- group: crossing
- cast: Ada

Ada leans on the tiller.

## Page 2

### Panel 1

- cast: Ada

Ada ties up the ferry.

### Panel 2

- group: night
- cast: Ada

Ada blows out the lantern.

### Panel 3

- group: night

The dark landing stage.
""",
}

SHEET = "cast/ada"
"""The key of the sheet that has to be approved."""

WITH_SHEET = ("ch01/p001/panel-3", "ch01/p002/panel-1", "ch01/p002/panel-2")
"""The panels that show her."""

ACTS = {
    "ch01/p001/panel-1": (Act.FAILED,),
    "ch01/p001/panel-2": (Act.CRASHED,),
    "ch01/p002/panel-3": (Act.VANISHED,),
}
"""What the site does with some of their prompts."""


def make(folder: Path) -> dict[str, tuple[Act, ...]]:
    """Write the book; returns what the site does, by the prompts that its panels have."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    wanted = panels.wanted(read.read(folder))
    return {panel.prompt: ACTS[panel.key] for panel in wanted if panel.key in ACTS}


def sheets(folder: Path) -> Mapping[str, list[str]]:
    """Return the SHA-256 of the sheet that a panel has to be sent with, by its key."""
    pinned = [path for path in (folder / "references/sheets").rglob("*") if path.is_file()]
    found = [hashlib.sha256(path.read_bytes()).hexdigest() for path in pinned] or [""]
    return dict.fromkeys(WITH_SHEET, found)
