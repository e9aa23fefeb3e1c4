/** Where tiles stand, and where keys lead. */

import assert from "node:assert/strict";
import test from "node:test";

import { columnsIn, HEADING, laidOut, ledTo, rowsIn, shapeOf } from "../../../extension/studio/rows.js";
import { tiles } from "./tiles.js";

const how = { columns: 4, row: 100, headings: true };

test("every tile stands in exactly one row, in order, and rows touch without overlapping", () => {
  for (const count of [0, 1, 3, 4, 5, 10, 11, 97]) {
    for (const headings of [true, false]) {
      const { rows, rowOf, height } = laidOut(tiles(count), { ...how, headings });
      let [tile, top] = [0, rows[0]?.top ?? 0];
      rows.forEach((row, number) => {
        assert.equal(row.top, top);
        top += row.height;
        if (!row.count) assert.equal(row.height, HEADING);
        assert.ok(row.count <= 4);
        assert.equal(row.first, tile);
        for (let place = 0; place < row.count; place += 1) assert.equal(rowOf[tile++], number);
      });
      assert.equal(tile, count);
      assert.ok(height >= top);
    }
  }
});

test("a chapter begins on a row of its own below its heading", () => {
  const { rows } = laidOut(tiles(23), how);
  assert.deepEqual(rows.map(({ count }) => count), [0, 4, 4, 2, 0, 4, 4, 2, 0, 3]);
});

test("the rows of a stretch are all that touch it", () => {
  const layout = laidOut(tiles(97), how);
  for (let from = -50; from < layout.height + 50; from += 37) {
    const [first, end] = rowsIn(layout, from, from + 150);
    const touching = layout.rows.filter(({ top, height }) => top + height > from && top < from + 150);
    assert.deepEqual(layout.rows.slice(first, end), touching, String(from));
  }
});

test("arrows keep to the column, pass over headings, and stop at the ends", () => {
  const layout = laidOut(tiles(23), how);
  const from = (place, key) => ledTo(layout, place, key, 250);
  assert.equal(from(0, "ArrowLeft"), 0);
  assert.equal(from(22, "ArrowRight"), 22);
  assert.equal(from(1, "ArrowDown"), 5);
  assert.equal(from(7, "ArrowDown"), 9, "the row below is shorter");
  assert.equal(from(9, "ArrowDown"), 11, "into the next chapter");
  assert.equal(from(11, "ArrowUp"), 9);
  assert.equal(from(2, "ArrowUp"), 2);
  assert.equal(from(21, "ArrowDown"), 21);
  assert.equal(from(1, "PageDown"), 9);
  assert.equal(from(1, "PageUp"), 1);
  assert.equal(from(12, "Home"), 0);
  assert.equal(from(12, "End"), 22);
  assert.equal(from(12, "a"), null);
});

test("keys lead nowhere in an empty grid", () => {
  const layout = laidOut([], how);
  for (const key of ["ArrowLeft", "ArrowDown", "PageUp", "Home", "End"]) assert.equal(ledTo(layout, 0, key, 250), 0);
});

test("a narrow page has one column", () => {
  assert.equal(columnsIn(40, 200), 1);
  assert.equal(columnsIn(1_000, 200), 4);
});

test("the boxes have the shape of most pictures, within limits", () => {
  assert.equal(shapeOf(tiles(10, () => ({ aspect: 0.8 }))), 1.25);
  assert.equal(shapeOf(tiles(10, () => ({ aspect: 0.01 }))), 1.5);
  assert.equal(shapeOf(tiles(10, () => ({ aspect: 100 }))), 0.6);
  assert.equal(shapeOf(tiles(10, () => ({ aspect: 0 }))), 1);
  assert.equal(shapeOf([]), 1);
});

test("a hundred thousand panels are laid out within the time of a few frames", () => {
  const many = tiles(100_000);
  const begun = performance.now();
  laidOut(many, { ...how, columns: 6 });
  assert.ok(performance.now() - begun < 500);
});
