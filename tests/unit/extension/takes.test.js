/** Which takes of a panel are looked at and compared, and which panels are beside one. */

import assert from "node:assert/strict";
import test from "node:test";

import { beside, counterpart, current, neighbours } from "../../../extension/studio/takes.js";

const take = (number, place, more = {}) => ({ number, place, ...more });
const TAKES = [take(1, "alternative"), take(2, "gone"), take(3, "current"), take(4, "alternative"), take(5, "alternative")];

test("the panel's picture is what one looks at, or the newest take that is still there", () => {
  assert.equal(current(TAKES).number, 3);
  assert.equal(current([take(1, "alternative"), take(2, "quarantine"), take(3, "gone")]).number, 2);
  assert.equal(current([]), null);
});

test("an alternative is compared with the picture, and the picture with what is offered in its place", () => {
  assert.equal(counterpart(TAKES, TAKES[0]).number, 3);
  assert.equal(counterpart(TAKES, TAKES[2]).number, 5);
  const offered = TAKES.with(3, take(4, "alternative", { offered: true }));
  assert.equal(counterpart(offered, offered[2]).number, 4);
  assert.equal(counterpart([take(1, "current")], take(1, "current")), null);
});

test("a step along the takes passes over files that are gone and ends at the ends", () => {
  assert.equal(beside(TAKES, TAKES[0], 1).number, 3);
  assert.equal(beside(TAKES, TAKES[2], -1).number, 1);
  assert.equal(beside(TAKES, TAKES[0], -1), null);
  assert.equal(beside(TAKES, TAKES[4], 1), null);
  assert.equal(beside(TAKES, null, 1), null);
});

test("a panel that its filter no longer shows keeps its place between its neighbours", () => {
  const shown = ["a", "b", "c", "d"].map((key) => ({ key }));
  assert.deepEqual(neighbours(shown, "b", 1), { place: 1, previous: "a", next: "c" });
  assert.deepEqual(neighbours(shown, "d", 0), { place: 3, previous: "c", next: null });
  const left = shown.filter(({ key }) => key !== "b");
  assert.deepEqual(neighbours(left, "b", 1), { place: -1, previous: "a", next: "c" });
  assert.deepEqual(neighbours([], "b", 0), { place: -1, previous: null, next: null });
});
