/** How pages lie beside each other, and which panel is above, below and next. */

import assert from "node:assert/strict";
import test from "node:test";

import { beyond, fitted, rows, spots, spreadOf, spreads } from "../../../extension/studio/spreads.js";

const page = (number, side, panels = [], aspect = side === "both" ? 1.4 : 0.7) => ({ number, side, aspect, panels });
const numbers = (open) => open.map((leaves) => leaves.map((each) => each?.number ?? null));

const LTR = [page(1, "right"), page(2, "left"), page(3, "right"), page(4, "both"), page(6, "left")];
const RTL = [page(1, "left"), page(2, "right"), page(3, "left"), page(4, "both"), page(6, "right")];

test("a cover is alone on its side, and a double page on its opening", () => {
  assert.deepEqual(numbers(spreads(LTR, false, true)), [[null, 1], [2, 3], [4], [6, null]]);
});

test("a book that is read from right to left lies mirrored", () => {
  assert.deepEqual(numbers(spreads(RTL, true, true)), [[1, null], [3, 2], [4], [null, 6]]);
});

test("one page at a time keeps the reading order, and every page is there once, whatever its side says", () => {
  assert.deepEqual(numbers(spreads(RTL, true, false)), [[1], [2], [3], [4], [6]]);
  const odd = [page(1, "left"), page(2, "left"), page(3, "right"), page(4, "right"), page(5, "centre")];
  for (const rtl of [false, true]) {
    const found = numbers(spreads(odd, rtl, true)).flat().filter((number) => number !== null);
    assert.deepEqual(found.toSorted(), [1, 2, 3, 4, 5]);
  }
});

test("openings fill rows without lying over each other or leaving the room", () => {
  for (const [pages, rtl] of [[LTR, false], [RTL, true]]) {
    for (const width of [200, 500, 1_400]) {
      const { placed, height } = rows(spreads(pages, rtl, true), { width, height: 300, gap: 10, rtl });
      assert.equal(placed.length, 5);
      for (const one of placed) {
        assert.ok(one.left >= -1e-6 && one.left + one.width <= width + 1e-6 && one.top + one.height <= height + 1e-6);
        for (const other of placed) {
          if (one === other) continue;
          const apart =
            one.left + one.width <= other.left + 1e-6 ||
            other.left + other.width <= one.left + 1e-6 ||
            one.top + one.height <= other.top + 1e-6 ||
            other.top + other.height <= one.top + 1e-6;
          assert.ok(apart, `pages ${one.page.number} and ${other.page.number} lie over each other`);
        }
      }
    }
  }
});

test("a row of a book that is read from right to left begins at the right", () => {
  const [first, second] = rows(spreads(RTL, true, false), { width: 1_000, height: 300, gap: 10, rtl: true }).placed;
  assert.ok(first.left > second.left);
});

test("an opening is as large as its window lets it be", () => {
  const { height, widths } = fitted([page(2, "left"), page(3, "right")], { width: 1_400, height: 900 });
  assert.deepEqual([height, widths], [900, [630, 630]]);
  assert.equal(Math.round(fitted([null, page(1, "right")], { width: 700, height: 900 }).height), 500);
});

test("arrow keys find the panel below and above, also over the end of a page", () => {
  const panel = (key, left, top, width, height) => ({ key, left, top, width, height });
  const panels = [panel("a", 0, 0, 1, 0.3), panel("b", 0, 0.3, 0.5, 0.3), panel("c", 0.5, 0.3, 0.5, 0.3), panel("d", 0, 0.6, 1, 0.4)];
  const below = [panel("e", 0, 0, 1, 1)];
  const { placed } = rows(spreads([page(1, "left", panels), page(2, "left", below)], false, false), { width: 220, height: 300, gap: 10, rtl: false });
  const all = spots(placed);
  const go = (key, step) => beyond(all, all.find((spot) => spot.key === key), step)?.key ?? null;
  assert.deepEqual(["a", "b", "c", "d", "e"].map((key) => go(key, 1)), ["b", "d", "d", "e", null]);
  assert.deepEqual(["a", "c", "d", "e"].map((key) => go(key, -1)), [null, "a", "b", "d"]);
});

test("a last opening by itself stands in the middle, as the rows above it do", () => {
  for (const rtl of [false, true]) {
    const pages = [1, 2, 3, 4, 5, 6].map((number) => page(number, (number % 2 === 1) === rtl ? "right" : "left"));
    const { placed } = rows(spreads(pages, rtl, true), { width: 1_000, height: 300, gap: 10, rtl });
    const tops = [...new Set(placed.map(({ top }) => top))];
    assert.equal(tops.length, 2);
    for (const top of tops) {
      const row = placed.filter((each) => each.top === top);
      const [left, right] = [Math.min(...row.map((each) => each.left)), Math.max(...row.map((each) => each.left + each.width))];
      assert.ok(Math.abs(left - (1_000 - right)) < 0.01, `${left} ${right}`);
    }
  }
});

test("the opening of a panel is found", () => {
  const open = spreads([page(1, "right", [{ key: "a" }]), page(2, "left"), page(3, "right", [{ key: "b" }])], false, true);
  assert.deepEqual(["a", "b", "c"].map((key) => spreadOf(open, key)), [0, 1, -1]);
});
