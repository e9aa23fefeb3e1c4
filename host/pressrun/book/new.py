"""Beginning a book: the example, to be made one's own."""

import shutil
import tempfile
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import tomlkit

from pressrun.book import style
from pressrun.book.find import NAME
from pressrun.book.nearest import meant
from pressrun.book.settings import TITLE_CHARS
from pressrun.errors import BadInputError
from pressrun.texts.faults import told

STYLE = "style.toml"
"""The style bible of a new book: a copy of a preset, which no update of Pressrun changes."""

_USUAL = "ligne-claire"


def make(folder: Path, title: str | None = None, preset: str | None = None) -> None:
    """Make a small book, complete and with comments that tell what is what.

    Args:
        folder: where; it may be there already if it is empty.
        title: of the book, in place of the example's.
        preset: the style that it starts from, in place of the example's.

    Raises:
        BadInputError: something is there already, the preset does not exist, or the folder cannot
            be written.
    """
    presets = style.presets()
    if preset is not None and preset not in presets:
        hint = meant(preset, presets) or f"; there are {', '.join(presets)}"
        raise BadInputError(f"nothing was made: there is no preset {preset[:80]!r}{hint}")
    if title is not None and (not title.strip() or not title.isprintable()):
        raise BadInputError("a title is a line of words; nothing was made")
    if title is not None and len(title) > TITLE_CHARS:
        raise BadInputError(
            f"the title has {len(title):,} characters; the limit is {TITLE_CHARS}. Nothing was made"
        )
    folder = folder.absolute()
    try:
        _refuse_used(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        # made beside, and there as a whole or not at all
        with tempfile.TemporaryDirectory(prefix=".pressrun-", dir=folder.parent) as beside:
            made = Path(beside, "book")
            _copy(resources.files("pressrun.book") / "example", made)
            (made / STYLE).write_bytes(presets[preset or _USUAL].read_bytes())
            _adapt(made / NAME, title, other_style=preset not in (None, _USUAL))
            made.replace(folder)
    except OSError as error:
        raise BadInputError(
            f"{told(folder)} cannot be made: {error.strerror or error}. Nothing was made"
        ) from error


def _refuse_used(folder: Path) -> None:
    """Refuse a folder in which there is anything.

    Raises:
        BadInputError: there is.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise BadInputError(f"{told(folder)} is there already, and is no folder; nothing was made")
    if folder.is_dir() and any(folder.iterdir()):
        what = "holds a book already" if (folder / NAME).exists() else "is not empty"
        raise BadInputError(f"{told(folder)} {what}; name a new folder. Nothing was made")


def _copy(example: Traversable, folder: Path) -> None:
    folder.mkdir()
    for each in example.iterdir():
        if each.is_dir():
            _copy(each, folder / each.name)
        else:
            with each.open("rb") as file, (folder / each.name).open("wb") as copy:
                shutil.copyfileobj(file, copy)


def _adapt(path: Path, title: str | None, *, other_style: bool) -> None:
    """Write title and style into `book.toml`; its comments stay."""
    document: Any = tomlkit.parse(path.read_text(encoding="utf-8"))
    if title is not None:
        document["title"] = " ".join(title.split())
    table = document["style"]
    table["preset"] = STYLE
    if other_style:
        for name in ("palette", "never", "references"):  # they are for the example's own
            table.pop(name, None)
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
