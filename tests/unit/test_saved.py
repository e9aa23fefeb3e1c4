"""Saved pages are read when they have loaded; the browser is played over its pipes."""

import stat
import sys
from pathlib import Path

import pytest

from pressrun.browser.saved import Reader, UnreadError
from pressrun.sites.profile import shipped

PLAYED = f"""#!{sys.executable}
import json, os, select, sys

def tell(**message):
    os.write(4, json.dumps(message).encode() + b"\\0")

def loaded(loader):
    tell(method="Page.lifecycleEvent", params={{"name": "load", "loaderId": loader}})
    tell(method="Page.loadEventFired", params={{"timestamp": 1}})

ANSWERS = {{
    "Target.createTarget": {{"targetId": "T"}},
    "Target.attachToTarget": {{"sessionId": "S"}},
    "Page.navigate": {{"loaderId": "page"}},
    "Page.getFrameTree": {{"frameTree": {{"frame": {{"id": "F"}}}}}},
    "Page.createIsolatedWorld": {{"executionContextId": 1}},
    "Runtime.evaluate": {{"exceptionDetails": {{"exception": {{"description": "no page"}}}}}},
}}
buffer = b""
while data := os.read(3, 1 << 20):
    buffer += data
    while b"\\0" in buffer:
        line, _, buffer = buffer.partition(b"\\0")
        asked = json.loads(line)
        if asked["method"] == "Page.navigate":
            loaded("the empty page")
        tell(id=asked["id"], result=ANSWERS.get(asked["method"], {{}}))
        if asked["method"] == "Page.navigate":
            loaded("the empty page")
            if select.select([3], [], [], 0.3)[0]:
                open(sys.argv[0] + ".early", "w")
            loaded("page")
"""


def test_a_page_is_read_when_it_has_loaded_and_not_the_empty_one_before_it(tmp_path: Path) -> None:
    """On a busy machine the empty page that a tab begins with says late that it has loaded."""
    program = tmp_path / "browser"
    program.write_text(PLAYED)
    program.chmod(stat.S_IRWXU)
    page = tmp_path / "page.html"
    page.write_text("<p>A fox")
    with Reader(program) as reader, pytest.raises(UnreadError, match="no page"):
        reader.read(page, shipped("chatgpt").page)
    assert not (tmp_path / "browser.early").exists(), "it was asked for the page before"
