"""Whole scripts, each written unlike the others, are read as their authors meant them.

Beside each sample stands what is to be read of it, checked by eye when it was added.
"""

from pathlib import Path

import pytest

from pressrun.scripts import read, told
from pressrun.scripts.script import Script, Voice

COMICS = Path(__file__).parents[1] / "comics"
EXPECTED = ".read"
SAMPLES = sorted(path for path in COMICS.iterdir() if path.suffix != EXPECTED)


def reading(script: Script) -> str:
    """What was read, a line a panel, so that a difference is seen at once."""
    if script.question:
        return f"ask: {script.question}\n"
    pages = sum(len(chapter.pages) for chapter in script.chapters)
    lines = [f"parse: {len(script.chapters)} chapters, {pages} pages"]
    for each in told.panels(script):
        counts = [told.count(each.what, voice) for voice in Voice]
        speakers = ", ".join(told.speakers_of(each.what)) or "nobody"
        double = " double" if each.of.double else ""
        place = f"{each.chapter}/{each.page}{double}/{each.panel}"
        prompt = told.prompt_of(each.what).replace("\n\n", " // ")
        lines.append(f"{place} [{' '.join(map(str, counts))}] {speakers}: {prompt}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_script_is_read_as_it_is_meant(path: Path) -> None:
    """Chapters, pages, panels, who speaks, what is lettered, and what is drawn."""
    expected = path.with_name(path.name + EXPECTED).read_text(encoding="utf-8")
    assert reading(read.read(path)) == expected


def test_every_expectation_has_its_sample() -> None:
    """None is left over, and there are as many as were promised."""
    expected = {path.name.removesuffix(EXPECTED) for path in COMICS.glob(f"*{EXPECTED}")}
    assert expected == {path.name for path in SAMPLES}
    assert len(SAMPLES) >= 40
