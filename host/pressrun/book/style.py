"""The style bible: a preset, and over it what `book.toml` says."""

import os
from dataclasses import replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pressrun.book import outliers, source, toml
from pressrun.book.model import Draws, Style
from pressrun.book.nearest import meant
from pressrun.book.pictures import Pictures
from pressrun.book.toml import TomlTable

_WORDS = ("words", "palette", "line", "never", "letters", "follow_up")
_ABOUT = ("title", "about")
"""What a preset says of itself, for people."""


def presets() -> dict[str, Traversable]:
    """The presets that come with Pressrun, by name."""
    folder = resources.files("pressrun.book") / "presets"
    if not folder.is_dir():
        return {}
    found = {
        each.name.removesuffix(".toml"): each
        for each in folder.iterdir()
        if each.name.endswith(".toml")
    }
    return dict(sorted(found.items()))


def read(table: TomlTable | None, pictures: Pictures) -> Style:
    """The style of a book; what is wrong goes to the table's defects."""
    if table is None:
        return Style()
    name = table.text("preset")
    style = _preset(table, name, pictures) if name else Style()
    style = replace(_read(table, style, pictures), preset=name, rule=outliers.read(table))
    table.refuse_others("[style]")
    return style


def _preset(table: TomlTable, name: str, pictures: Pictures) -> Style:
    ours = presets()
    if name in ours:
        text = ours[name].read_text(encoding="utf-8")
        values, lines = toml.parse(text)
        inner = TomlTable(values, lines, table.defects)
        return _read(inner, Style(), pictures)
    if not name.endswith(".toml"):
        hint = meant(name, ours)
        hint = hint or f"; there are {', '.join(ours)}, or a file of your own, such as style.toml"
        table.fault(f"there is no preset {name!r}{hint}", "preset")
        return Style()
    own = _file(table, name, pictures.folder)
    if own is None:
        return Style()
    if set(own.values) == {"style"} and isinstance(own.values["style"], dict):
        own = own.inner("style")
    style = _read(own, Style(), pictures)
    for each in _ABOUT:
        own.has(each)
    own.refuse_others("a style")
    return style


def _file(table: TomlTable, name: str, folder: Path) -> TomlTable | None:
    """The author's own file of a style, or None after its fault was noted."""
    file, all_defects = Path(os.path.normpath(name)), table.defects.all
    if not (folder / file).resolve().is_relative_to(folder):
        table.fault(f"the style file {name!r} is outside the book's folder", "preset")
        return None
    if not (folder / file).is_file():
        table.fault(f"the style file {name!r} is not in the book's folder", "preset")
        return None
    text = source.read(folder, file, all_defects)
    return None if text is None else toml.table_of(text, all_defects.within(file))


def _read(table: TomlTable, style: Style, pictures: Pictures) -> Style:
    """A style with what a table says in place of its own."""
    said: dict[str, Any] = {name: table.text(name) for name in _WORDS if table.has(name)}
    drawn = table.text("lettering")
    if drawn and drawn not in list(Draws):
        table.fault(
            '\'lettering\' must be "later" (you letter) or "site" (the site draws the words)',
            "lettering",
        )
        drawn = ""
    references = style.references
    if table.has("references"):
        references = pictures.listed(table, "references")
    return replace(
        style,
        **said,
        lettering=Draws(drawn) if drawn else style.lettering,
        references=references,
    )
