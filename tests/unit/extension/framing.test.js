/** Which part of a picture a pane shows. */

import assert from "node:assert/strict";
import test from "node:test";

import { WHOLE, actual, clamped, moved, percent, placed, wantsMore, zoomed } from "../../../extension/studio/framing.js";

const TALL = { width: 1024, height: 1536 };
const PANE = { width: 900, height: 768 };

test("the whole picture lies in the middle of its pane", () => {
  assert.deepEqual(placed(WHOLE, TALL, PANE), { left: 194, top: 0, width: 512, height: 768 });
  assert.equal(percent(WHOLE, TALL, PANE, 1), 50);
  assert.equal(percent(WHOLE, TALL, PANE, 2), 100);
});

test("what is under the pointer stays there while one zooms", () => {
  const at = { x: 60, y: -120 };
  const here = clamped({ zoom: 3, x: 0.4, y: 0.6 }, TALL, PANE, 1);
  const under = (frame) => {
    const { left, top, width, height } = placed(frame, TALL, PANE);
    return [(PANE.width / 2 + at.x - left) / width, (PANE.height / 2 + at.y - top) / height];
  };
  const there = zoomed(here, 1.25, at, TALL, PANE, 1);
  assert.equal(there.zoom, 3.75);
  under(there).forEach((share, axis) => assert.ok(Math.abs(share - under(here)[axis]) < 1e-9));
});

test("no zoom and no move leaves more of the pane empty than it must", () => {
  let seed = 7;
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  let frame = WHOLE;
  for (let step = 0; step < 2_000; step += 1) {
    const at = { x: (random() - 0.5) * PANE.width, y: (random() - 0.5) * PANE.height };
    frame =
      random() < 0.5
        ? zoomed(frame, random() * 3, at, TALL, PANE, 1)
        : moved(frame, (random() - 0.5) * 4_000, (random() - 0.5) * 4_000, TALL, PANE, 1);
    const { left, top, width, height } = placed(frame, TALL, PANE);
    assert.ok(frame.zoom >= 1 && percent(frame, TALL, PANE, 1) <= 800);
    for (const [begin, whole, seen] of [[left, width, PANE.width], [top, height, PANE.height]]) {
      if (whole <= seen + 1e-6) assert.ok(Math.abs(begin - (seen - whole) / 2) < 1e-6);
      else assert.ok(begin <= 1e-6 && begin + whole >= seen - 1e-6);
    }
  }
});

test("a move carries the picture with the pointer", () => {
  const here = { zoom: 4, x: 0.5, y: 0.5 };
  const there = moved(here, 30, -20, TALL, PANE, 1);
  const [before, after] = [here, there].map((frame) => placed(frame, TALL, PANE));
  assert.ok(Math.abs(after.left - before.left - 30) < 1e-9);
  assert.ok(Math.abs(after.top - before.top + 20) < 1e-9);
});

test("at full size a pixel of the picture is one of the screen, whatever its density", () => {
  for (const density of [1, 1.5, 2]) {
    assert.equal(percent({ ...WHOLE, zoom: actual(TALL, PANE, density) }, TALL, PANE, density), 100);
  }
  assert.equal(actual({ width: 100, height: 100 }, PANE, 1), 1);
});

test("the same frame shows the same part of takes of different sizes", () => {
  const frame = { zoom: 2, x: 0.4, y: 0.3 };
  const [small, large] = [{ width: 512, height: 768 }, TALL].map((size) => placed(frame, size, PANE));
  assert.deepEqual(small, large);
});

test("the original is wanted only where the screen shows more than the copy has", () => {
  const vast = { width: 4_000, height: 6_000 };
  assert.equal(wantsMore(1_067, WHOLE, vast, PANE, 1), false);
  assert.equal(wantsMore(1_067, { ...WHOLE, zoom: 3 }, vast, PANE, 1), true);
  assert.equal(wantsMore(1_024, { ...WHOLE, zoom: 8 }, TALL, PANE, 1), false);
});
