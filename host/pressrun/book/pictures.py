"""The reference pictures that a book names: in its folder, and pictures."""

import os
from pathlib import Path

from pressrun.book.toml import TomlTable
from pressrun.texts.faults import told


class Pictures:
    """The pictures of a book's folder, each looked at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known = dict[str, Path | str]()

    def file(self, name: str) -> Path | str:
        """The absolute path of a picture, or why it cannot be used."""
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def listed(self, table: TomlTable, name: str) -> tuple[Path, ...]:
        """The pictures of a list in a table; what is wrong goes to the table's defects."""
        found = list[Path]()
        for text, line in table.texts(name):
            file = self.file(text)
            if isinstance(file, str):
                table.defects.fault(line, file)
            elif file in found:
                table.defects.warn(line, f"picture {text!r} is named twice")
            else:
                found.append(file)
        return tuple(found)

    def _found(self, name: str) -> Path | str:
        shown = told(Path(name))
        try:
            path = Path(os.path.normpath(self.folder / name))
            real = path.resolve()
            inside = path.is_relative_to(self.folder) and real.is_relative_to(self.folder)
            if not inside:
                return f"picture {shown!r} is outside the book's folder; copy it into references/"
            if not path.is_file():
                return f"there is no picture {shown!r} in the book's folder"
        except (OSError, ValueError, RuntimeError) as error:
            return f"picture {shown!r} cannot be read: {error}"
        return path
