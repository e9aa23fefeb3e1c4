/** The plot of an account: each mark stands where its time and its number are. */

import assert from "node:assert/strict";
import test from "node:test";

import { endOf, plotted, restsOf, roundUp, rowsOf, stairs, sumOf, ticksOf } from "../../../extension/studio/plot.js";

const FRAME = { width: 100, height: 40, below: 10 };

const part = (sends, pictures, tabs) => ({ sends, pictures, tabs });
const history = {
  account: 1,
  begin: 1_000,
  seconds: 10,
  parts: [part(0, 0, 2), part(4, 3, 4), part(2, 2, 4), part(0, 0, 0)],
  limits: [{ at: 1_030, until: 2_000, outcome: "capped", tabs: 2 }, { at: 900, until: 1_005, outcome: "throttled", tabs: 1 }],
};

test("an axis ends at a number that people count by, and never at zero", () => {
  assert.deepEqual([0, 1, 3, 4, 5, 6, 11, 50, 51, 730].map(roundUp), [1, 1, 4, 4, 5, 10, 20, 50, 100, 1_000]);
});

test("a bar is as high as what was sent, filled as far as pictures came", () => {
  const { bars, top } = plotted(history, FRAME, null);
  assert.equal(top, 4);
  assert.deepEqual(bars.map(({ part, sent, made }) => [part, sent, made]), [[1, 0, 10], [2, 20, 20]]);
  assert.ok(bars.every(({ x, width }) => x >= 0 && x + width <= FRAME.width));
});

test("a rest that began before the plot or goes on after it is cut at its edges", () => {
  const { rests, limits } = plotted(history, FRAME, null);
  assert.deepEqual(rests, [{ x: 0, width: 12.5 }, { x: 75, width: 25 }]);
  assert.deepEqual(limits.map(({ x, limit }) => [x, limit.outcome]), [[75, "capped"]]);
});

test("rests that overlap are one", () => {
  const limits = [{ at: 1_002, until: 1_010 }, { at: 1_008, until: 1_020 }, { at: 1_001, until: 1_003 }];
  assert.deepEqual(restsOf({ ...history, limits }), [{ at: 1_001, until: 1_020 }]);
});

test("a ceiling is drawn where it matters, and presses no bar flat", () => {
  assert.equal(plotted(history, FRAME, 4 * 360).ceiling, 0);
  assert.equal(plotted(history, FRAME, 2 * 360).ceiling, 20);
  const far = plotted(history, FRAME, 100 * 360);
  assert.deepEqual([far.top, far.ceiling], [4, null]);
});

test("an account that sent nothing has a plot without bars", () => {
  const none = plotted({ ...history, parts: [part(0, 0, 2)], limits: [] }, FRAME, null);
  assert.deepEqual([none.top, none.bars, none.rests, none.line], [1, [], [], "M0 0H100"]);
});

test("the line of the tabs goes in steps", () => {
  assert.equal(stairs([5, 0, 10], 20), "M0 5H20V0H40V10H60");
});

test("marks of time stand at whole steps of the author's own day", () => {
  const noon = new Date(2026, 2, 10, 12, 10).getTime() / 1000;
  const hours = ticksOf(noon, noon + 12 * 3_600, 4 * 3_600).map((at) => new Date(at * 1000).getHours());
  assert.deepEqual(hours, [16, 20, 0]);
  const days = ticksOf(noon, noon + 4 * 86_400, 86_400).map((at) => new Date(at * 1000));
  assert.deepEqual(days.map((at) => [at.getDate(), at.getHours()]), [[11, 0], [12, 0], [13, 0], [14, 0]]);
});

test("the parts of a plot begin at whole hours, and the last one is not over yet", () => {
  const at = (hour, minute) => new Date(2026, 5, 10, hour, minute).getTime() / 1000;
  assert.equal(endOf(at(12, 10), 1_800), at(12, 30));
  assert.equal(endOf(at(12, 10), 7_200), at(14, 0));
  assert.equal(endOf(at(12, 0), 43_200), at(12, 0));
  assert.equal(endOf(at(23, 59), 43_200), at(24, 0));
});

test("the table has a row for each part in which something was, and leaves the others out", () => {
  assert.deepEqual(rowsOf(history).map(({ at, sends, tabs }) => [at, sends, tabs]), [[1_010, 4, 4], [1_020, 2, 4], [1_030, 0, 0]]);
});

test("the sum counts limits of this time alone", () => {
  assert.deepEqual(sumOf(history), { sends: 6, pictures: 5, limits: 1 });
});
