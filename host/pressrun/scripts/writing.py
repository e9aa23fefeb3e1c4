"""Writes a script as a book's Markdown, a file a chapter, and a file for its cast."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path

import tomlkit
from tomlkit.items import Table

from pressrun import files
from pressrun.errors import BadInputError
from pressrun.picture.format import parse
from pressrun.scripts.lettering import CAPTIONS, EFFECTS, FIELDS, NOTES
from pressrun.scripts.script import Lettering, Script, ScriptChapter, ScriptPage, ScriptPanel, Voice
from pressrun.scripts.told import number_of, panels, speakers_of
from pressrun.scripts.vocabulary import folded
from pressrun.texts.faults import told

_SPECIAL = re.compile(r"([\\`*_\[\]&])")
_COLON = re.compile(r"^([^:]{1,60})(?=:(?:\s|$|[\"“«„'‘]))")
"""What would be read as a field or as somebody's words: a backslash makes a colon one."""

_BEGINS = re.compile(r"[-+=|>#~]")
_ORDER = ("cast", "place", "format", "mood", "after", "group", "references")
_VOICE = "VOICE"
"""Who speaks where the script does not say."""


def write(
    script: Script, into: Path, *, is_book: bool, force: bool, formats: Collection[str] = ()
) -> list[Path]:
    """Write a script as Markdown.

    Args:
        script: one without a question.
        into: a book's folder, a new folder, or a file that ends in `.md`.
        is_book: whether there is a book in it.
        force: replace files that are there.
        formats: names of formats that the book has of its own.

    Returns:
        The files that were written.

    Raises:
        BadInputError: something is there already, or cannot be written.
    """
    made = dict[Path, str]()
    if into.suffix.casefold() == ".md":
        made[into] = "\n".join(text for _, text in texts(script, formats))
    else:
        if into.name == "book.toml":
            into = into.parent
        if not is_book and into.exists() and (not into.is_dir() or any(into.iterdir())):
            raise BadInputError(
                f"{told(into)} is no book and not empty; name a book, a new folder, or a file that "
                "ends in .md. Nothing was written"
            )
        made = {into / "script" / name: text for name, text in texts(script, formats)}
        if not is_book:
            made[into / "book.toml"] = _book(script)
        if not any((into / "cast").glob("*.toml")) and (cast := cast_of(script)):
            made[into / "cast" / "cast.toml"] = cast
    there = [path for path in made if path.exists() or path.is_symlink()]
    if there and not force:
        names = ", ".join(told(path) for path in there[:5])
        raise BadInputError(
            f"{names} would be replaced; to do so, add --force. Nothing was written"
        )
    for path, text in made.items():
        try:
            files.write(path, text.encode())
        except OSError as error:
            raise BadInputError(
                f"{told(path)} cannot be written: {error.strerror or error}"
            ) from error
    return list(made)


def texts(script: Script, formats: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """The name of each chapter's file, and what stands in it."""
    width = max(2, len(str(len(script.chapters))))
    for at, chapter in enumerate(script.chapters, 1):
        slug = _slug(chapter.title)
        yield (
            f"{at:0{width}}{f'-{slug}' if slug else ''}.md",
            _chapter(script, chapter, at, formats),
        )


def cast_of(script: Script) -> str:
    """A file of the cast, with everybody and every place that the script names; empty for none."""
    names, looks = _named(script)
    places = dict[str, str]()
    for each in panels(script):
        if place := each.what.fields.get("place", "").strip():
            places.setdefault(folded(place), " ".join(place.split()))
    if not (names or places):
        return ""
    document = tomlkit.document()
    document.add(
        tomlkit.comment(
            "Say how everybody and every place looks: these words go into each of their panels."
        )
    )
    used = {"places"}
    for low, name in names.items():
        table = _entry(name)
        if low in looks:
            variants = tomlkit.table(is_super_table=True)
            for look in looks[low].values():
                variants.add(look, _words())
            table.add("variants", variants)
        document.add(_id(name, used), table)
    if places:
        every, taken = tomlkit.table(is_super_table=True), set[str]()
        for name in places.values():
            every.add(_id(name, taken), _entry(name))
        document.add("places", every)
    return tomlkit.dumps(document)


def _named(script: Script) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Everybody whom a script names, and their variants, by folded names."""
    names, looks = dict[str, str](), dict[str, dict[str, str]]()
    for name in script.cast:
        names.setdefault(folded(name), _title(name))
    for each in panels(script):
        for name, look in _members(each.what.fields.get("cast", "")):
            names.setdefault(folded(name), _title(name))
            if look:
                looks.setdefault(folded(name), {}).setdefault(folded(look), look)
        for name in speakers_of(each.what):
            names.setdefault(folded(name), _title(name))
    return names, looks


def _members(cast: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"[,;、]\s*(?![^()]*\))", cast):
        found = re.fullmatch(r"\s*(.+?)\s*(?:\(([^()]*)\))?\s*", part)
        if found:
            yield found[1], (found[2] or "").strip()


def _words() -> Table:
    table = tomlkit.table()
    table.add("words", "")
    return table


def _entry(name: str) -> Table:
    table = tomlkit.table()
    table.add("name", name)
    table.add("words", "")
    return table


def _title(name: str) -> str:
    return " ".join(name.title().split()) if name.isupper() else " ".join(name.split())


def _id(name: str, used: set[str]) -> str:
    base = _slug(name) or "somebody"
    made, at = base, 2
    while made in used:
        made, at = f"{base}-{at}", at + 1
    used.add(made)
    return made


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:40].strip("-")


def _book(script: Script) -> str:
    document = tomlkit.document()
    document.add("title", " ".join(script.title.split()) or "Untitled")
    if script.author:
        document.add("author", " ".join(script.author.split()))
    return tomlkit.dumps(document)


def _chapter(script: Script, chapter: ScriptChapter, at: int, formats: Collection[str]) -> str:
    title = _escaped(chapter.title)
    if not chapter.title and len(script.chapters) == 1 and script.title:
        title = _escaped(script.title)
    number = number_of(chapter.label) or at
    if title and not chapter.label and not _is_marked(title):
        head = title
    else:
        head = f"Chapter {number}: {title}" if title else f"Chapter {number}"
    parts = [f"# {head}{_key(chapter.key)}"]
    for running, page in enumerate(chapter.pages, 1):
        if page.panels:
            parts += _page(page, running, formats)
    return "\n\n".join(parts) + "\n"


def _is_marked(title: str) -> bool:
    return bool(re.match(r"\W*(?:pages?|panels?|part|act|book|chapter|side|case)\b", folded(title)))


def _key(key: str | None) -> str:
    return f" {{#{key}}}" if key else ""


def _page(page: ScriptPage, running: int, formats: Collection[str]) -> Iterator[str]:
    number = number_of(page.label) or running
    named = f"Pages {number}-{number + 1}" if page.double else f"Page {number}"
    title = f": {_escaped(page.title)}" if page.title else ""
    yield f"## {named}{title}{_key(page.key)}"
    for counted, panel in enumerate(page.panels, 1):
        yield from _panel(panel, counted, formats)


def _panel(panel: ScriptPanel, counted: int, formats: Collection[str]) -> Iterator[str]:
    yield f"### Panel {counted}{_key(panel.key)}"
    fields = dict(panel.fields)
    shape = ""
    if "format" in fields and not _is_format(fields["format"], formats):
        shape = fields.pop("format")
    told_fields = [
        f"- {name}: {_line(fields[name])}" for name in _ORDER if fields.get(name, "").strip()
    ]
    if told_fields:
        yield "\n".join(told_fields)
    for paragraph in re.split(r"\n\s*\n|\n", panel.action):
        if paragraph.strip():
            yield _paragraph(paragraph)
    if shape:
        yield f"Shape: {_escaped(shape)}"
    for each in panel.lettering:
        yield _lettering(each)


def _is_format(text: str, own: Collection[str]) -> bool:
    if text.strip() in own:
        return True
    try:
        parse(text.strip())
    except ValueError:
        return False
    return True


def _line(text: str) -> str:
    return _escaped(" ".join(text.split()))


def _escaped(text: str) -> str:
    # an entity, so that no comment begins
    return _SPECIAL.sub(r"\\\1", " ".join(text.split())).replace("<", "&lt;")


def _paragraph(text: str) -> str:
    """A paragraph of action, which must not be read as a speaker's words or as a list."""
    text = _COLON.sub(r"\1\\", _escaped(text))
    text = re.sub(r"^(\d{1,9})([.)])", r"\1\\\2", text)
    return f"\\{text}" if _BEGINS.match(text) else text


def _lettering(each: Lettering) -> str:
    text = _line(each.text)
    if each.voice == Voice.EFFECT:
        who, manner = "SFX", each.manner
    elif each.voice == Voice.CAPTION:
        who, manner = "CAPTION", " & ".join(each.speakers)
    else:
        who = " & ".join(_name(name) for name in each.speakers) or _VOICE
        manner = each.manner
        if folded(who) in CAPTIONS | EFFECTS | NOTES | set(FIELDS):
            # somebody whose name is also a word for lettering or a field
            who, manner = _VOICE, ", ".join(part for part in (who, manner) if part)
    manner = re.sub(r"[()\[\]:{}]", " ", manner)
    return f"{who}{f' ({_line(manner)})' if manner.strip() else ''}: {text}"


def _name(name: str) -> str:
    return _line(re.sub(r"[()\[\]:{}]", " ", name)).upper()
