"""A page with more on it than a frame holds: its reading is bounded, and is a message."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from helpers.visit import QUICK, Window, window
from pressrun.protocol import frames
from pressrun.protocol.messages.base import READING_BYTES
from pressrun.protocol.messages.page import Reading
from pressrun.sites.profile import shipped

PROFILE = shipped("chatgpt").page.model_dump_json()

FILLS = """
const long = "漢".repeat(70000);
const turn = (n) => {
  const role = n % 2 ? "assistant" : "user";
  const images = Array.from({ length: 33 }, (_, m) =>
    `<div class="group/imagegen-image" id="image-${n}-${m}${"漢".repeat(2000)}">` +
    `<img width="${"9".repeat(40)}" height="1024"` +
    ` src="data:image/png,${n}-${m}${"漢".repeat(500)}"></div>`);
  return `<section data-testid="conversation-turn-${n}" data-turn="${role}" data-turn-id="t${n}">
    <div data-message-author-role="${role}"><p>${long}</p></div>${images.join("")}</section>`;
};
document.querySelector("main").insertAdjacentHTML(
  "beforeend", Array.from({ length: 9 }, (_, n) => turn(n)).join(""));
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Window]:
    """Open one browser for all visits here."""
    async with window(tmp_path_factory.mktemp("large"), QUICK) as opened:
        yield opened


@pytest.mark.asyncio(loop_scope="module")
async def test_what_a_page_tells_fits_in_a_frame_whatever_it_holds(opened: Window) -> None:
    """In a real browser, where a reading of everything would not."""
    async with opened.visit("large", {"shell": ["A"]}) as visit:
        await visit.page.run(f"{{{FILLS}}} true")
        whole = await visit.call(f"readPage({PROFILE})")
        told = await visit.call(f"carryOut('page.read', {{}}, {PROFILE})")
    assert size(whole) > READING_BYTES, "the page is no attack"
    assert size(told) <= READING_BYTES < frames.FROM_CLIENT_BYTES
    reading = Reading.model_validate({**told, "tab": 1, "document": "D"})
    assert len(reading.turns) > 1
    assert reading.turns[-1].text == "漢" * 64_000


def size(told: object) -> int:
    """How many bytes it takes in JSON."""
    return len(json.dumps(told, ensure_ascii=False).encode())
