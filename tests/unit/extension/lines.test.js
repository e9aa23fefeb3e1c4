/** The lines that a view of the log keeps. */

import assert from "node:assert/strict";
import test from "node:test";

import { extended, KEPT } from "../../../extension/studio/lines.js";

const line = (number) => ({ number, at: number, level: "info", about: "press", text: `line ${number}` });
const lines = (begin, end) => Array.from({ length: end - begin }, (_, place) => line(begin + place));

test("what is told twice after a break is there once", () => {
  const { lines: kept, added, dropped } = extended(lines(0, 3), lines(1, 5));
  assert.deepEqual(kept.map(({ number }) => number), [0, 1, 2, 3, 4]);
  assert.deepEqual(added.map(({ number }) => number), [3, 4]);
  assert.equal(dropped, 0);
});

test("a page that is open for days keeps no more than it shows", () => {
  const full = extended([], lines(0, KEPT)).lines;
  const { lines: kept, dropped } = extended(full, lines(KEPT, KEPT + 5));
  assert.equal(kept.length, KEPT);
  assert.equal(dropped, 5);
  assert.equal(kept[0].number, 5);
  assert.equal(extended(full, lines(KEPT, 3 * KEPT)).lines.length, KEPT);
});
