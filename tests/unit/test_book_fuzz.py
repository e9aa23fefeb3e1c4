"""A thousand mutations of the example book: each ends in a readable report or in a right plan."""

import random
import re
import shutil
import string
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pressrun.book import __file__ as package
from pressrun.book.check import Checked, check
from pressrun.book.model import Gravity
from pressrun.book.panels import wanted
from pressrun.picture.key import fold
from pressrun.picture.panel import fault_of_key, fault_of_prompt
from pressrun.protocol.messages.base import REFERENCES

EXAMPLE = Path(package).parent / "example"
TABLES = {
    "03.csv": "chapter,page,action,cast,place,dialogue,after,key\n"
    'Three,1,"Mara, alone.",mara (storm coat),quay,MARA: Oh.,whale,\n'
    ",,Rain.,,quay at night,,,rain\n",
    "04.jsonl": '{"page": 1, "action": "A door.", "cast": ["nell"], "sfx": "tok", "group": "d"}\n'
    '{"page": "2-3", "action": "Dark.", "dialogue": [{"speaker": "NELL", "text": "Hm."}]}\n',
}
"""Chapters in other forms, for the example has none."""

MUTATIONS = 1_000
SEED = 20_260
TOKENS = (
    *("# ", "## Page 99", "### Panel 1 {#key}", "{#", "}", "- ", "- cast: ", "place: ", "after: "),
    *("group: x", "mara", "quay at night", "(storm coat)", "MARA:", "[", "]", "[[a]]", '"', "'"),
    *('"""', "=", "\\", "\\u0000", "\x00", "\x1b[2J", "\u202e", "\ufeff", "\U0001f600", "é", "ﬁ"),
    *("<!--", "-->", "```", "---", "***", "|", "../../etc/passwd", "references", "1e999", "-0"),
    *("true", "[mara]", "[places]", "99999999999", "[[places.quay]]", "sheet = true"),
    *("naming = '{page}'",),
    *("\r", "\t", "\n\n", "1979-05-27", "{chapter}", "ch01/p001/panel-1", "cast/mara"),
)  # fmt: skip
_END = re.compile(rb"\r\n|\r|\n")
Mutation = Callable[[bytes, random.Random], bytes]


def _line_lost(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[_at(lines, dice) : _at(lines, dice) + 1]
    return b"".join(lines)


def _line_again(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    lines.insert(_at(lines, dice), lines[_at(lines, dice)] if lines else b"")
    return b"".join(lines)


def _lines_swapped(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    one, other = _at(lines, dice), _at(lines, dice)
    if lines:
        lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _letters_lost(data: bytes, dice: random.Random) -> bytes:
    at = _at(data, dice)
    return data[:at] + data[at + dice.choice((1, 1, 1, 2, 40, 4_000)) :]


def _letter_changed(data: bytes, dice: random.Random) -> bytes:
    at = _at(data, dice)
    return data[:at] + dice.choice(string.printable).encode() + data[at + 1 :]


def _token_put_in(data: bytes, dice: random.Random) -> bytes:
    at = _at(data, dice)
    return data[:at] + dice.choice(TOKENS).encode() + data[at:]


def _line_put_in(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    lines.insert(_at(lines, dice), dice.choice(TOKENS).encode() + b"\n")
    return b"".join(lines)


def _byte_changed(data: bytes, dice: random.Random) -> bytes:
    at = _at(data, dice)
    return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]


def _word_moved(data: bytes, dice: random.Random) -> bytes:
    words = data.split(b" ")
    words[_at(words, dice)] = words[_at(words, dice)]
    return b" ".join(words)


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: _at(data, dice)]


def _grown(data: bytes, dice: random.Random) -> bytes:
    at = _at(data, dice)
    return data[:at] + data[at : at + 60] * dice.choice((2, 30, 1_500)) + data[at:]


def _encoded(data: bytes, dice: random.Random) -> bytes:
    text = data.decode(errors="replace")
    return text.encode(dice.choice(("utf-16", "utf-16-le", "utf-8-sig", "cp1252")), "replace")


def _windows(data: bytes, _dice: random.Random) -> bytes:
    return data.replace(b"\n", b"\r\n")


MUTATE: tuple[Mutation, ...] = (
    *(_line_lost, _line_again, _lines_swapped, _letters_lost, _letter_changed, _token_put_in),
    *(_line_put_in, _byte_changed, _word_moved, _cut, _grown, _encoded, _windows),
)


def _at(what: bytes | list[bytes], dice: random.Random) -> int:
    return dice.randrange(len(what)) if what else 0


def _mutated(book: Path, files: list[Path], dice: random.Random) -> None:
    """Change one to three files, or take one away, or put a folder in its place."""
    for file in dice.sample(files, dice.choice((1, 1, 1, 2, 3))):
        path = book / file
        if dice.random() < 0.03:
            path.unlink()
            if dice.random() < 0.5:
                path.mkdir()
            continue
        data = path.read_bytes()
        for _ in range(dice.choice((1, 1, 2, 5))):
            data = dice.choice(MUTATE)(data, dice)
        path.write_bytes(data)


def _restore(book: Path, whole: Path, files: list[Path]) -> None:
    for file in files:
        path = book / file
        if path.is_dir():
            path.rmdir()
        if not path.exists() or path.read_bytes() != (whole / file).read_bytes():
            shutil.copyfile(whole / file, path)


def _unreadable(found: Checked, book: Path) -> Iterator[str]:
    """What in a report helps nobody."""
    ends = dict[Path, int]()
    for each in found.defects:
        path = book / each.spot.file
        if path not in ends:
            ends[path] = len(_END.split(path.read_bytes())) + 1 if path.is_file() else 1
        lines = ends[path]
        if not 1 <= each.spot.line <= lines:
            yield f"line {each.spot.line} of {lines}: {each}"
        if "\n" in each.text or not 3 <= len(each.text) <= 2_000:
            yield f"no sentence: {each}"
        if not path.exists() and each.spot.file.parts[0] not in ("book.toml", "script", "lang"):
            yield f"no file: {each}"


def _wrong(found: Checked) -> Iterator[str]:
    """What in a plan would not do."""
    if (found.book is None) != any(each.gravity == Gravity.FAULT for each in found.defects):
        yield "a book with faults, or none without"
    panels = wanted(found.book) if found.book else []
    keys = Counter(fold(each.key) for each in panels)
    yield from (f"twice: {key}" for key, count in keys.items() if count > 1)
    for panel in panels:
        if fault := fault_of_key(panel.key) or fault_of_prompt(panel.prompt):
            yield f"{panel.key}: {fault}"
        if len(panel.references) + (panel.before is not None) > REFERENCES:
            yield f"{panel.key}: too many pictures"
        for path in panel.references:
            if not (found.book and path.is_file() and path.is_relative_to(found.book.folder)):
                yield f"{panel.key}: {path}"
        for other in filter(None, (panel.after, panel.before)):
            if fold(other) not in keys:
                yield f"{panel.key} waits for {other}, which is not made"


@pytest.mark.parametrize("part", range(4))
def test_each_mutation_ends_in_a_report_or_a_plan(tmp_path: Path, part: int) -> None:
    """In none does an error end the reading, whatever an author does to the files."""
    book, whole = tmp_path / "book", tmp_path / "whole"
    shutil.copytree(EXAMPLE, whole)
    for name, content in TABLES.items():
        (whole / "script" / name).write_text(content, encoding="utf-8")
    shutil.copytree(whole, book)
    files = sorted(each.relative_to(book) for each in book.rglob("*") if each.is_file())
    ended = Counter[str]()
    for number in range(part, MUTATIONS, 4):
        dice = random.Random(SEED + number)  # noqa: S311 - repeatable
        _mutated(book, files, dice)
        start = time.process_time()
        found = check(book, dice.choice((None, "es")))
        assert time.process_time() - start < 10, f"mutation {number}"
        assert [*_unreadable(found, book)] == [], f"mutation {number}"
        assert [*_wrong(found)] == [], f"mutation {number}"
        ended["plan" if found.book else "report"] += 1
        _restore(book, whole, files)
    # a mutation that changes nothing that is read, and one after which nothing is: both are there
    assert min(ended["plan"], ended["report"]) > 25, ended
