"""What the demo makes: the example book with all that belongs to it, or a plain prompt list."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from pressrun.book import new
from pressrun.book.find import NAME
from pressrun.book.panels import wanted
from pressrun.book.read import read
from trials.demo.book import panels

SHEET = "cast/mara"
"""The character sheet that panels of the example book wait for in the demo."""


@dataclass(frozen=True)
class ExampleBook:
    """The book that `pressrun new` makes, lettered by the site, and with a sheet made first."""

    folder: Path

    @property
    def source(self) -> Path:
        """What a run is asked for."""
        return self.folder / NAME

    @property
    def pictures(self) -> Path:
        """Where its pictures go."""
        return self.folder / "pictures"

    @property
    def what(self) -> str:
        """What is made, for people."""
        return "the example book"

    @property
    def sheet(self) -> Path:
        """Where the picture of the sheet goes."""
        return self.pictures / f"{SHEET}.png"

    def made(self) -> list[str]:
        """The keys of the panels that have a picture, without the sheet, in the book's order."""
        known = [panel.key for panel in wanted(read(self.folder))]
        return [key for key in known if any(self.pictures.glob(f"{key}.*"))]

    def write(self) -> None:
        """Begin the book, if it is not there yet."""
        if self.source.exists():
            return
        new.make(self.folder)
        _set(self.source, "style", "lettering", "site")
        _set(self.folder / "cast" / "people.toml", SHEET.rpartition("/")[2], "sheet", value=True)

    def forget(self) -> None:
        """Remove it with its pictures and exports."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _set(path: Path, table: str, name: str, value: object) -> None:
    """Set one value of a book's file, as an author does."""
    document: Any = tomlkit.parse(path.read_text(encoding="utf-8"))
    document[table][name] = value
    path.write_text(tomlkit.dumps(document), encoding="utf-8")


@dataclass(frozen=True)
class PromptList:
    """So many panels in a plain list, for which the author may have named a folder."""

    source: Path
    pictures: Path
    panels: int
    is_ours: bool
    """Whether the folder of the pictures is the demo's own."""

    @property
    def what(self) -> str:
        """What is made, for people."""
        return f"{self.panels} panels"

    def write(self) -> None:
        """Write the list."""
        lines = (
            json.dumps({"key": panel.key, "prompt": panel.prompt}, ensure_ascii=False) + "\n"
            for panel in panels(self.panels)
        )
        self.source.parent.mkdir(parents=True, exist_ok=True)
        self.source.write_text("".join(lines), encoding="utf-8")

    def forget(self) -> None:
        """Remove the pictures, unless they are in a folder that the author named."""
        if self.is_ours:
            shutil.rmtree(self.pictures, ignore_errors=True)


Work = ExampleBook | PromptList
"""What a demo makes."""
