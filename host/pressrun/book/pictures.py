"""The reference pictures that a book names: in its folder, and pictures."""

import os
from itertools import islice
from pathlib import Path

from pressrun import files
from pressrun.book.nearest import HINTS, nearest
from pressrun.book.toml import TomlTable
from pressrun.library.decoding import BadPictureError, size_of
from pressrun.library.references import FILE_BYTES

REFERENCES = "references"
"""The folder of a book's reference pictures."""

_SHOWN = 120
_MOST_FILES = 2_000


class Pictures:
    """The pictures of a book's folder, each looked at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known = dict[str, Path | str]()
        self._sound = set[Path]()
        """Those that were looked at and can be used, whatever they are called."""
        self._misses = 0
        self._there: tuple[str, ...] | None = None

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
        shown = repr(name[:_SHOWN]).replace("\\\\", "\\")
        try:
            path = Path(os.path.normpath(self.folder / name))
            return (path not in self._sound and self._fault(path, shown)) or path
        except FileNotFoundError:
            return f"there is no picture {shown}{self._meant(name)}"
        except BadPictureError as error:
            return f"{shown} cannot be sent as a picture: {error}"
        except (OSError, ValueError, RuntimeError) as error:
            why = error.strerror if isinstance(error, OSError) else None
            return f"picture {shown} cannot be read: {why or error}"

    def _fault(self, path: Path, shown: str) -> str | None:
        """Why a picture cannot be used.

        Raises:
            BadPictureError: it is none, or damaged.
            FileNotFoundError: it is not there.
            OSError, ValueError, RuntimeError: it cannot be read.
        """
        if path.is_symlink() and not path.exists():
            return f"picture {shown} is a link to a file that is not there"
        if path.exists():
            inside = path.is_relative_to(self.folder)
            if not inside or not path.resolve().is_relative_to(self.folder):
                return f"picture {shown} is outside the book's folder; copy it to {REFERENCES}/"
        data = files.read(path, FILE_BYTES)
        if not data:
            return f"picture {shown} is an empty file"
        if len(data) > FILE_BYTES:
            return f"picture {shown} is larger than {FILE_BYTES >> 20} MiB; save it smaller"
        size_of(data)
        self._sound.add(path)
        return None

    def _meant(self, name: str) -> str:
        """The picture that a wrong name was probably meant to be."""
        if "://" in name:
            return f"; pictures are files in the book's folder, such as {REFERENCES}/mara.png"
        if "\\" in name:
            return "; write / between the names of folders"
        self._misses += 1
        if self._misses > HINTS:
            return ""
        if self._there is None:
            under = self.folder / REFERENCES
            paths = islice(under.rglob("*"), _MOST_FILES) if under.is_dir() else ()
            files_there = (path for path in paths if path.is_file())
            self._there = tuple(
                sorted(path.relative_to(self.folder).as_posix() for path in files_there)
            )
        names = {Path(each).stem: each for each in reversed(self._there)}
        found = nearest(Path(name).stem, names)
        return f"; did you mean {names[found]!r}?" if found else ""
