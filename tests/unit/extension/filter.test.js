/** Which panels are shown. */

import assert from "node:assert/strict";
import test from "node:test";

import { chosen, EVERYTHING, narrows, passes } from "../../../extension/studio/filter.js";
import { tile, tiles } from "./tiles.js";

const keys = (shown) => shown.map(({ key }) => key);

test("nothing asked for leaves everything, in the order of the book", () => {
  const all = tiles(30);
  assert.deepEqual(chosen(all, EVERYTHING, null), all);
  assert.ok(!narrows(EVERYTHING));
});

test("each filter leaves what has it, and all of them together what has all", () => {
  const wanted = tile("wanted", { state: "stale", reviewed: "rejected", flags: ["misfit"], figures: [0, 2], setting: 0, chapter: "ch1" });
  const filter = { ...EVERYTHING, state: "stale", reviewed: "rejected", flag: "misfit", figure: 2, setting: 0, chapter: "ch1" };
  assert.ok(passes(filter, wanted));
  for (const other of [{ state: "made" }, { reviewed: "approved" }, { flags: [] }, { figures: [1] }, { setting: 1 }, { chapter: "ch2" }]) {
    assert.ok(!passes(filter, { ...wanted, ...other }), JSON.stringify(other));
  }
  for (const name of ["state", "reviewed", "flag", "chapter"]) assert.ok(narrows({ ...EVERYTHING, [name]: "x" }), name);
  for (const name of ["figure", "setting"]) assert.ok(narrows({ ...EVERYTHING, [name]: 0 }), `the first ${name}`);
});

test("what needs its author is one choice, and so is what is good", () => {
  const needy = ["refused", "failed", "doubt"];
  for (const state of ["made", "waiting", ...needy]) {
    assert.equal(passes({ ...EVERYTHING, state: "needy" }, tile("a", { state })), needy.includes(state), state);
  }
  for (const [reviewed, is] of [["approved", true], ["locked", true], ["rejected", false], ["unreviewed", false]]) {
    assert.equal(passes({ ...EVERYTHING, reviewed: "good" }, tile("a", { reviewed })), is, reviewed);
  }
});

test("a tile that leaves out its flags and figures has none", () => {
  const { flags, figures, ...bare } = tile("a");
  assert.ok(passes(EVERYTHING, bare));
  assert.ok(!passes({ ...EVERYTHING, flag: "misfit" }, bare));
  assert.ok(!passes({ ...EVERYTHING, figure: 0 }, bare));
});

test("a search leaves what the host found, and an empty one nothing", () => {
  const all = tiles(10);
  assert.deepEqual(keys(chosen(all, EVERYTHING, new Set([all[3].key, "gone"]))), [all[3].key]);
  assert.deepEqual(chosen(all, EVERYTHING, new Set()), []);
});

test("the order changes what is seen first and never what the book has", () => {
  const all = [tile("a", { filed_at: 1, score: null }), tile("b", { filed_at: 3, score: 0.2 }), tile("c", { filed_at: null, score: 1.4 }), tile("d", { filed_at: 3, score: 0 })];
  assert.deepEqual(keys(chosen(all, { ...EVERYTHING, sort: "newest" }, null)), ["b", "d", "a", "c"]);
  assert.deepEqual(keys(chosen(all, { ...EVERYTHING, sort: "style" }, null)), ["c", "b", "d", "a"]);
  assert.deepEqual(keys(all), ["a", "b", "c", "d"]);
});
