"""Recipes of a book are the same everywhere: ten of them stand here, hash by hash.

Whoever changes what a prompt says makes every picture of every book stale. That may be worth it;
it never happens by chance.
"""

import json
import os
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

import pressrun.book

EXAMPLE = Path(pressrun.book.__file__).parent / "example"

ODD_TOML = """\
title = "Ödd"
[style]
words = "Tusche, zart – „sehr“ zart. 水彩。"
lettering = "site"
letters = "ronde à l'ancienne"
"""
ODD_CAST = """\
["weiß"]
name = "Weiß"
aliases = ["ΣΊΣΥΦΟΣ"]
words = "Haare wie Schnee \\U0001F469\\u200D\\U0001F680, cafe\\u0301 in der Hand"
references = ["references/ﬁ.png"]
["weiß".variants."Ölzeug"]
words = "\\u0627\\u0644\\u0645\\u0639\\u0637\\u0641"
[places."港"]
words = "石の港。夜。"
"""
ODD_SCRIPT = """\
\ufeff# İstanbul\r
## Page 1\r
### Panel 1 {#größe}\r
- cast: Weiß (Ölzeug)\r
- place: 港\r
\r
Sie\u00a0wartet. 夜。雨。\r
\r
ΣΊΣΥΦΟΣ: Pourquoi\u202f? «\u00a0Là-bas\u00a0»\r
### Panel 2\r
- cast: WEISS\r
- format: 3:4\r
- group: nacht\r
\r
Cafe\u0301.\u2028Zweite Zeile\r
### Panel 3\r
- group: NACHT\r
\r
\u05e9\u05dc\u05d5\u05dd \U0001f468\u200d\U0001f469\u200d\U0001f467\r
\r
SFX: ﾄﾞｶﾝ\r
### Panel 4\r
- cast: weiß, weiß (Ölzeug)\r
- mood: ﬁnster\r
\r
Ⅻ ½ ﷽\r
"""

TEN = {
    "ch01/p001/panel-1": "6cd4510803276ea676035436ec0b32d7d4e7ab088acb7b1f160aab0f8e54d1c7",
    "ch01/p003/panel-1": "550580aeb3561e0f7353439657318f2e494128a8334a879d423dd6f244b2da44",
    "oilskin": "4a0d09e290943402c445fb56a8d1ef96a36c5a6f9c819a317e4034f979ee65d5",
    "ch02/p001/panel-2": "cc26d2c72e8a4295d7abb71e176df57052bee5c0ed6b5fdaaac81da090f0a494",
    "whale": "7d6efa2574e471803b276942a5c2357cdbcb7693792783fafc5f60fad92ef468",
    "cast/mara/storm-coat": "6c31167f90b425870068a4e8e9d082c43ac7e4af2dcf30a4825a2702018af26d",
    "größe": "ff07494bfee3c0c62be0edc1fc41c00bfd06699d1e3957134de9362d75df22d4",
    "ch01/p001/panel-2": "77b5966a1d90180750814d1e7a6eda3badb43581452a01838661c3448145b6ab",
    "ch01/p001/panel-3": "e2bc1c5458c922001df173a3c9c7726c7bee69b02b9911908ec2b57e6887da95",
    "ch01/p001/panel-4": "4162bafcdd80040c8b9017b7cf8f8344ec4bc32f1f94431599494d1da0bb7f8b",
}
"""The first six are of the example book, the others of the odd one."""

OF_EXAMPLE = 6

PROGRAM = """
import json, sys
from pathlib import Path
from pressrun.book import panels, read
from pressrun.library.references import look
from pressrun.picture.recipe import Recipe
found = {}
for panel in panels.wanted(read.read(Path(sys.argv[1])), ["cast/mara/storm-coat"]):
    looked = look(panel.references)
    references = tuple(looked[path] for path in panel.references)
    recipe = Recipe(panel.prompt, references, panel.format, follows=panel.before is not None)
    found[panel.key] = [recipe.sha256, panel.prompt, dict(panel.ingredients)]
print(json.dumps(found))
"""


def png(shade: int) -> bytes:
    """A picture of one pixel, the same bytes wherever it is made."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checked

    row = b"\x00" + bytes([shade])
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(row), len(row) ^ 0xFFFF) + row
    packed = stored + struct.pack(">I", zlib.adler32(row))
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def write_example(folder: Path) -> Path:
    """The example book, with pictures that stay as they are when better ones are painted."""
    shutil.copytree(EXAMPLE, folder)
    for number, each in enumerate(sorted((folder / "references").glob("*.png"))):
        each.write_bytes(png(number))
    return folder


def write_odd(folder: Path) -> Path:
    """A book of odd letters."""
    for name, text in (
        ("script/01.md", ODD_SCRIPT),
        ("cast/all.toml", ODD_CAST),
        ("book.toml", ODD_TOML),
    ):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    (folder / "references").mkdir()
    (folder / "references/ﬁ.png").write_bytes(png(200))
    return folder


def composed(book: Path, cwd: Path, **environment: str) -> dict[str, list[str]]:
    """What another process composes: recipe, prompt and ingredients by key."""
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(book)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        check=True,
    )
    found: dict[str, list[str]] = json.loads(said.stdout)
    return found


def test_ten_recipes_are_what_they_have_always_been(tmp_path: Path) -> None:
    """A book made years ago is not stale because Pressrun was updated."""
    example = composed(write_example(tmp_path / "example"), tmp_path)
    odd = composed(write_odd(tmp_path / "odd"), tmp_path)
    names = list(TEN)
    found = {name: example[name][0] for name in names[:OF_EXAMPLE]}
    found |= {name: odd[name][0] for name in names[OF_EXAMPLE:]}
    assert found == TEN


@pytest.mark.parametrize("write", [write_example, write_odd])
def test_any_machine_composes_the_same(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    """Whatever its language, clock, hash seed, and wherever the book lies on it."""
    here = write(tmp_path / "here")
    there = write(tmp_path / "dort drüben" / "a b")
    first = composed(here, tmp_path, PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C.UTF-8")
    for seed, zone, locale in (
        ("1", "Asia/Kathmandu", "C"),
        ("4242", "America/St_Johns", "tr_TR.UTF-8"),
        ("random", "Pacific/Kiritimati", "de_DE.ISO-8859-1"),
    ):
        environment = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale}
        assert composed(there, there, **environment) == first


def test_files_that_were_written_in_another_order_compose_the_same(tmp_path: Path) -> None:
    """A folder lists its files as it likes."""
    book = write_example(tmp_path / "one")
    other = tmp_path / "two"
    for file in sorted((each for each in book.rglob("*") if each.is_file()), reverse=True):
        copy = other / file.relative_to(book)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    assert composed(book, tmp_path) == composed(other, tmp_path)


def test_ends_of_lines_change_no_recipe(tmp_path: Path) -> None:
    """An author's editor on Windows saves the same book."""
    book, other = write_example(tmp_path / "one"), write_example(tmp_path / "two")
    for file in (*other.rglob("*.md"), *other.rglob("*.toml")):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert composed(book, tmp_path) == composed(other, tmp_path)
