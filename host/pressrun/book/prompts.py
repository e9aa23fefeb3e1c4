"""Reading a prompt list: a text with one prompt per paragraph, CSV, or JSON Lines.

- `.txt`, `.md` and anything else: paragraphs separated by empty lines. A panel's key is made from
  its words, with a number for repeats, so that it stays the same when panels move.
- `.csv`: a header row with a column `prompt` and optional columns `key`, `after` and `references`.
  Several references are separated by `;` or line breaks.
- `.jsonl`, `.ndjson`: one object per line with `prompt` and optional `key`, `after` and
  `references`, a list.

A panel that names another one with `after` is made once that one's picture is approved. Its
references are pictures in the list's folder or below, which are sent with its prompt.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pressrun.book.panel import Panel, fault_of_key, fault_of_prompt, key_of_words
from pressrun.errors import BadInputError
from pressrun.protocol.messages.base import REFERENCES

LIST_BYTES = 512 * 1024 * 1024
"""The largest prompt list."""


class _Entry(NamedTuple):
    line: int
    prompt: str
    key: str | None = None
    after: str | None = None
    references: Sequence[str] = ()


def read(path: Path, references: Sequence[Path] = ()) -> list[Panel]:
    """The panels of a prompt list, in its order.

    Args:
        path: the list.
        references: reference pictures to send with every prompt, before its own.

    Raises:
        BadInputError: the list cannot be used; the text names the file and the line.
    """
    text = _text(path)
    match path.suffix.casefold():
        case ".csv":
            entries = _csv(path, text)
        case ".jsonl" | ".ndjson":
            entries = _json_lines(path, text)
        case _:
            entries = _paragraphs(text)
    panels = _panels(path, entries, tuple(references))
    if not panels:
        raise BadInputError(f"{path}: the file contains no prompt")
    return panels


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LIST_BYTES:
            raise BadInputError(f"{path}: the file is larger than {LIST_BYTES >> 20} MiB")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadInputError(f"{path}:{line}: not valid UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise BadInputError(f"{path}: {error.strerror or error}") from error


def _paragraphs(text: str) -> Iterator[_Entry]:
    start, lines = 0, list[str]()
    # lines as an editor counts them; `splitlines` would count form feeds and more
    for number, line in enumerate([*re.split("\r\n|\r|\n", text), ""], start=1):
        if line.strip():
            start = start if lines else number
            lines.append(line.strip())
        elif lines:
            yield _Entry(start, "\n".join(lines))
            lines = []


def _csv(path: Path, text: str) -> Iterator[_Entry]:
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = [name.strip().casefold() for name in next(rows, [])]
        if "prompt" not in columns:
            found = ", ".join(columns) or "none"
            raise BadInputError(
                f"{path}:1: there is no column named 'prompt' (columns found: {found})"
            )
        line = rows.line_num + 1
        for row in rows:
            if row:
                cells = dict(zip(columns, row, strict=False))
                if len(row) > len(columns) or "prompt" not in cells:
                    text = (
                        f"the number of cells ({len(row)}) differs from the header's "
                        f"({len(columns)}); put quotes around text that contains a comma"
                    )
                    raise BadInputError(f"{path}:{line}: {text}")
                key, after = (cells.get(name, "").strip() or None for name in ("key", "after"))
                named = re.split("[;\r\n]", cells.get("references", ""))
                references = [name.strip() for name in named if name.strip()]
                yield _Entry(line, cells["prompt"], key, after, references)
            line = rows.line_num + 1
    except csv.Error as error:
        raise BadInputError(f"{path}:{rows.line_num}: not valid CSV ({error})") from error


def _json_lines(path: Path, text: str) -> Iterator[_Entry]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadInputError(f"{path}:{number}: not valid JSON ({_told(error)})") from error
        if not isinstance(value, dict) or not isinstance(value.get("prompt"), str):
            raise BadInputError(f'{path}:{number}: expected an object with a string "prompt"')
        named = {name: value.get(name) for name in ("key", "after")}
        for name, key in named.items():
            if key is not None and not isinstance(key, str):
                raise BadInputError(f'{path}:{number}: "{name}" must be a string')
        references = value.get("references") or []
        if not isinstance(references, list) or not all(isinstance(x, str) for x in references):
            raise BadInputError(f'{path}:{number}: "references" must be a list of file names')
        yield _Entry(number, value["prompt"], references=references, **named)


def _told(error: Exception) -> str:
    """What is wrong with a line of JSON; its decoder calls every line the first."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, column {error.colno}"
    return str(error)


def _panels(path: Path, entries: Iterator[_Entry], references: tuple[Path, ...]) -> list[Panel]:
    panels: dict[str, Panel] = {}
    lines: dict[str, int] = {}
    repeats: dict[str, int] = {}
    for line, prompt, given, after, named in entries:
        if fault := fault_of_prompt(prompt):
            raise BadInputError(f"{path}:{line}: {fault}")
        if given is None:
            key = key_of_words(prompt)
            repeats[key] = repeats.get(key, 0) + 1
            if repeats[key] > 1:
                key = f"{key}-{repeats[key]}"
        else:
            key = given
            if fault := fault_of_key(key):
                raise BadInputError(f"{path}:{line}: key {key!r}: {fault}")
        # some file systems hold A.png and a.png to be one file
        if (other := lines.setdefault(key.casefold(), line)) != line:
            raise BadInputError(f"{path}:{line}: key {key!r} is already used on line {other}")
        files = (*references, *(_beside(path, line, name) for name in named))
        if len(files) > REFERENCES:
            text = f"{len(files)} reference pictures; a panel can have at most {REFERENCES}"
            raise BadInputError(f"{path}:{line}: {text}")
        panels[key] = Panel(key, prompt.strip(), after, files)
    for key, fault in _faults_of_order(panels):
        raise BadInputError(f"{path}:{lines[key.casefold()]}: {fault}")
    return list(panels.values())


def _beside(path: Path, line: int, name: str) -> Path:
    """The file that a list names; it must be in the list's own folder or below."""
    folder = path.parent.resolve()
    try:
        file = (folder / name).resolve()
        there = file.is_file()
    except (OSError, ValueError):
        there = False
    if not there:
        raise BadInputError(f"{path}:{line}: reference picture {name!r} not found in {folder}")
    if not file.is_relative_to(folder):
        text = f"reference picture {name!r} is outside the list's folder; move it to {folder}"
        raise BadInputError(f"{path}:{line}: {text}")
    return file


def _faults_of_order(panels: Mapping[str, Panel]) -> Iterator[tuple[str, str]]:
    """Panels that could never be made because of what they come after, with the reason."""
    sound: set[str] = set()
    for key in panels:
        way = dict[str, str]()
        each, before = key, panels[key].after
        while before is not None and each not in sound:
            if before not in panels:
                yield each, f"'after' names {before!r}, but no panel in this list has that key"
                return
            way[each] = before
            if before in way:
                yield before, f"{_circle(way, before)}; none of these panels could ever be made"
                return
            each, before = before, panels[before].after
        sound.update(way)


def _circle(way: Mapping[str, str], start: str) -> str:
    """A circle of panels, in words."""
    told, each = [repr(start)], way[start]
    while each != start:
        told.append(repr(each))
        each = way[each]
    return " comes after ".join([*told, repr(start)])
