/** The panels as the studio knows them. */

import assert from "node:assert/strict";
import test from "node:test";

import { EVERYTHING } from "../../../extension/studio/filter.js";
import { Gallery } from "../../../extension/studio/gallery.js";
import { page, tile, tiles } from "./tiles.js";

const approve = (each) => ({ ...each, reviewed: "approved" });

function opened(all = tiles(20)) {
  const gallery = new Gallery();
  gallery.begin(page(all), all);
  return gallery;
}

test("panels that come in pages stand in the order of the book, each once", () => {
  const all = tiles(20);
  const gallery = new Gallery();
  gallery.begin(page(all), all.slice(0, 8));
  gallery.add(all.slice(5));
  assert.deepEqual(gallery.tiles, all);
  assert.equal(gallery.shownAt(all[12].key), 12);
  assert.equal(gallery.shownAt("nobody"), -1);
});

test("what the host tells of a panel changes that panel, and says so only where it looks different", () => {
  const gallery = opened();
  const [first, second] = gallery.tiles;
  assert.deepEqual(gallery.take([{ ...first, reviewed: "approved" }, { ...second }, tile("of another book")]).map(({ key }) => key), [first.key]);
  assert.equal(gallery.tile(first.key).reviewed, "approved");
});

test("a decision is seen at once, and gives way to what the host says of it", () => {
  const gallery = opened();
  const { key } = gallery.tiles[3];
  assert.deepEqual(gallery.patch([key], approve).map((each) => each.key), [key]);
  assert.equal(gallery.shown[3].reviewed, "approved");
  gallery.take([{ ...tile(key), decided: 7, reviewed: "approved" }]);
  gallery.settle([key], approve);
  assert.deepEqual([gallery.tile(key).reviewed, gallery.tile(key).decided], ["approved", 7]);
});

test("a decision that was refused is no longer seen", () => {
  const gallery = opened();
  const { key } = gallery.tiles[3];
  gallery.patch([key], approve);
  gallery.settle([key], approve);
  assert.equal(gallery.tile(key).reviewed, "unreviewed");
});

test("what is told while a decision is under way does not flicker", () => {
  const gallery = opened();
  const { key } = gallery.tiles[3];
  gallery.patch([key], approve);
  assert.deepEqual(gallery.take([tile(key)]), []);
  const [told] = gallery.take([tile(key, { takes: 2 })]);
  assert.deepEqual([told.reviewed, told.takes], ["approved", 2]);
});

test("of two decisions under way the later one is seen, whichever is answered first", () => {
  const gallery = opened();
  const { key } = gallery.tiles[0];
  const reject = (each) => ({ ...each, reviewed: "rejected" });
  gallery.patch([key], approve);
  gallery.patch([key], reject);
  gallery.settle([key], approve);
  assert.equal(gallery.tile(key).reviewed, "rejected");
});

test("what the host will tell later stays as it was shown until then", () => {
  const gallery = opened();
  const { key } = gallery.tiles[3];
  gallery.patch([key], approve);
  assert.deepEqual(gallery.settle([key], approve, () => true), []);
  assert.equal(gallery.tile(key).reviewed, "approved");
});

test("a panel that a filter would no longer show keeps its place, and is counted", () => {
  const gallery = opened();
  gallery.choose({ ...EVERYTHING, reviewed: "unreviewed" }, null);
  const before = gallery.shown.map(({ key }) => key);
  gallery.take([{ ...gallery.tiles[4], reviewed: "approved" }]);
  assert.deepEqual(gallery.shown.map(({ key }) => key), before);
  assert.equal(gallery.outdated, 1);
  gallery.choose(gallery.filter, null);
  assert.deepEqual([gallery.shown.length, gallery.outdated], [19, 0]);
});

test("a library that is opened anew keeps the filter and what is under way", () => {
  const all = tiles(20);
  const gallery = opened(all);
  gallery.choose({ ...EVERYTHING, chapter: "ch1" }, null);
  gallery.patch([all[12].key], approve);
  gallery.begin(page(all), all);
  assert.equal(gallery.shown.length, 10);
  assert.equal(gallery.tile(all[12].key).reviewed, "approved");
});

test("keys that are names of everything are only keys", () => {
  const gallery = opened(["__proto__", "constructor", "toString"].map((key) => tile(key)));
  assert.equal(gallery.tiles.length, 3);
  assert.equal(gallery.tile("hasOwnProperty"), undefined);
  gallery.patch(["__proto__"], approve);
  assert.equal(gallery.tile("__proto__").reviewed, "approved");
});
