"""A small book as its author wrote it, with a file in place of another where a test wants one."""

from collections.abc import Mapping
from pathlib import Path

from helpers.pictures import encoded

BOOK = """\
title = "The Lamp"
format = "4:3"

[formats]
wide = "16:9"
"""

CAST = """\
[mara]
words = "a lean woman of forty"
aliases = ["the captain"]
references = ["references/mara.png"]

[mara.variants."storm coat"]
words = "in a long yellow oilskin"
references = ["references/coat.png"]

[jon]
words = "an old man"

[places.quay]
words = "a quay of granite"

[places.quay.variants.night]
words = "by the light of one lamp"
"""

SCRIPT = """\
# The quay

## Page 1

### Panel 1

- cast: mara (storm coat), jon
- place: quay at night

Mara walks along the quay.

MARA: Who is there?

### Panel 2 {#arrival}

- cast: the captain
- place: quay

She turns.
"""

FILES: dict[str, str | bytes] = {
    "book.toml": BOOK,
    "cast/people.toml": CAST,
    "script/01.md": SCRIPT,
    "references/mara.png": encoded(size=(8, 8), seed=1),
    "references/coat.png": encoded(size=(8, 8), seed=2),
}


def write(folder: Path, files: Mapping[str, str | bytes | None] | None = None) -> Path:
    """Write the book with other files; None leaves one out."""
    for name, content in {**FILES, **(files or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
