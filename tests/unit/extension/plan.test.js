/** What the start page orders, and what it shows of a plan. */

import assert from "node:assert/strict";
import test from "node:test";

import { columnsOf, figuresOf, keysOf, knownAs, onlyOf, orderOf, staleOf } from "../../../extension/studio/plan.js";

const wish = { source: " /a/book ", library: null, translation: null, only: [], tabs: 3, again: false, outliers: null, share: 5 };

const chapter = { key: "ch01", title: "", panels: 9, done: 9, moved: 0, new: 0, stale: 0, waiting: 0, stuck: 0, aside: 0 };

test("an order always says what becomes of stale pictures, so that the host starts nothing unasked", () => {
  assert.equal(orderOf(wish).again, false);
  assert.equal(orderOf({ ...wish, again: true }).again, true);
  assert.equal(orderOf(wish).source, "/a/book");
});

test("a share for repairs is sent only with the rule that it belongs to, and as a share of 1", () => {
  assert.equal(orderOf(wish).repair_share, null);
  assert.equal(orderOf({ ...wish, outliers: "mark" }).repair_share, null);
  assert.equal(orderOf({ ...wish, outliers: "redo" }).repair_share, 0.05);
});

test("keys may have blanks in them, and are named once", () => {
  assert.deepEqual(keysOf("ch01/p001, the cat\n ch01/p001 ,,\r\nch02"), ["ch01/p001", "the cat", "ch02"]);
  assert.deepEqual(keysOf(" \n, "), []);
});

test("all chapters mean everything, none means nothing, and typed keys count more", () => {
  const chapters = [{ key: "ch01", chosen: true }, { key: "ch02", chosen: false }];
  assert.deepEqual(onlyOf([], chapters), ["ch01"]);
  assert.deepEqual(onlyOf([], chapters.map(({ key }) => ({ key, chosen: true }))), []);
  assert.equal(onlyOf([], chapters.map(({ key }) => ({ key, chosen: false }))), null);
  assert.deepEqual(onlyOf(["ch09/p1"], chapters), ["ch09/p1"]);
  assert.deepEqual(onlyOf([], []), []);
});

test("a list keeps its folder, and a book is planned in the language of its pictures", () => {
  const book = { source: "/b/book.toml", is_book: true };
  assert.deepEqual(knownAs({ source: "/l.txt", library: "/out", is_book: false }), { source: "/l.txt", library: "/out", translation: null });
  assert.deepEqual(knownAs({ ...book, library: "/b/pictures" }), { source: "/b/book.toml", library: null, translation: null });
  assert.deepEqual(knownAs({ ...book, library: "/b/pictures.de" }), { source: "/b/book.toml", library: null, translation: "de" });
  assert.equal(knownAs({ ...book, library: "/pictures.de/b/pictures" }).translation, null);
});

test("a table has a column for what there is, and always for panels and done", () => {
  assert.deepEqual(columnsOf([chapter]), ["panels", "done"]);
  assert.deepEqual(columnsOf([chapter, { ...chapter, stale: 2, aside: 1 }]), ["panels", "done", "stale", "aside"]);
});

test("figures leave out what is nowhere", () => {
  const plan = { wanted: 12, makes: 3, done: 8, new: 3, again: 0, left: 1, missing: 0, failed: 0, under_way: 0, refused: 0, outlook: null, library: "/l" };
  assert.deepEqual(figuresOf(plan), [{ name: "done", count: 8 }, { name: "new", count: 3 }, { name: "left", count: 1 }]);
  assert.equal(staleOf(plan), 1);
});
