/** What is selected. */

import assert from "node:assert/strict";
import test from "node:test";

import { Selection } from "../../../extension/studio/selection.js";
import { tiles } from "./tiles.js";

const shown = tiles(20);
const keys = shown.map(({ key }) => key);
const placeOf = (key) => keys.indexOf(key);

test("the panel that is looked at is what a decision is about, until more are selected", () => {
  const selection = new Selection();
  assert.deepEqual(selection.of(shown), []);
  selection.goTo(keys[3]);
  assert.deepEqual(selection.of(shown), [shown[3]]);
});

test("a stretch goes from where it began to where it reaches, in either direction", () => {
  const selection = new Selection();
  selection.goTo(keys[5]);
  selection.reach(keys[8], shown, placeOf);
  assert.deepEqual(selection.of(shown), shown.slice(5, 9));
  selection.reach(keys[2], shown, placeOf);
  assert.deepEqual(selection.of(shown), shown.slice(2, 6));
  assert.equal(selection.cursor, keys[2]);
  selection.goTo(keys[1]);
  assert.deepEqual(selection.of(shown), [shown[1]]);
});

test("single panels are added and taken out, and the first one counts as selected", () => {
  const selection = new Selection();
  selection.goTo(keys[5]);
  selection.toggle(keys[9]);
  assert.deepEqual(selection.of(shown), [shown[5], shown[9]]);
  selection.toggle(keys[5]);
  assert.deepEqual(selection.of(shown), [shown[9]]);
});

test("a filter takes out what it hides, and the cursor goes to the nearest that is left", () => {
  const selection = new Selection();
  selection.goTo(keys[5]);
  selection.reach(keys[8], shown, placeOf);
  const left = shown.slice(0, 7);
  selection.keep(left, (key) => left.findIndex((each) => each.key === key), 8);
  assert.deepEqual([...selection.keys], [keys[5], keys[6]]);
  assert.equal(selection.cursor, keys[6]);
  selection.keep([], () => -1, 6);
  assert.equal(selection.cursor, "");
  assert.deepEqual(selection.of([]), []);
});

test("everything is selected and let go again", () => {
  const selection = new Selection();
  selection.goTo(keys[4]);
  selection.all(shown);
  assert.equal(selection.of(shown).length, 20);
  assert.ok(selection.clear());
  assert.ok(!selection.clear());
  assert.deepEqual(selection.of(shown), [shown[4]]);
});
