/** What the author decides, on its way to the host and back. */

import assert from "node:assert/strict";
import test from "node:test";

import { Deciding } from "../../../extension/studio/deciding.js";
import { Gallery } from "../../../extension/studio/gallery.js";
import { CallError, LostError } from "../../../extension/view/client.js";
import { page, settled, tiles, wordless } from "./tiles.js";

test.beforeEach(wordless);
const APPROVE = { act: "approve", choice: {} };
const REJECT = { act: "reject", choice: { because: "style" } };

/** A studio whose host answers when it is told to. */
function studio(count = 5) {
  const gallery = new Gallery();
  const all = tiles(count);
  gallery.begin(page(all), all);
  const calls = [];
  const told = { changed: [], said: [], up: true };
  const deciding = new Deciding({
    ask: (method, params) => new Promise((resolve, reject) => calls.push({ method, params, resolve, reject })),
    gallery,
    changed: (changed) => told.changed.push(changed.map(({ key }) => key)),
    say: (text, kind = "news") => told.said.push([kind, text]),
    up: () => told.up,
  });
  let decisions = 0;
  /** Answers the oldest open call as the host does. */
  const answer = (more = {}) => {
    const { params, resolve } = calls.shift();
    const decision = ++decisions;
    const now = (params.panels ?? []).map(({ key }) => ({
      ...gallery.tile(key),
      reviewed: params.act === "reject" ? "rejected" : "approved",
      decided: decision,
    }));
    resolve({ decision, panels: now.length, tiles: now, told: "Done.", ...more });
  };
  return { gallery, deciding, calls, told, answer };
}

test("a decision is shown before it is answered, and carries what the author saw", async () => {
  const { gallery, deciding, calls, answer } = studio();
  const [tile] = gallery.tiles;
  const carried = deciding.carry(APPROVE, [tile]);
  assert.equal(gallery.tile(tile.key).reviewed, "approved");
  await settled();
  assert.deepEqual(calls[0].params, {
    library: "/library",
    act: "approve",
    by: "studio",
    panels: [{ key: tile.key, picture: tile.picture, decided: 0 }],
  });
  answer();
  assert.equal(await carried, "");
  assert.equal(gallery.tile(tile.key).decided, 1);
});

test("decisions reach the host in the order in which they were made, one after the other", async () => {
  const { gallery, deciding, calls, answer } = studio();
  const [first, second] = gallery.tiles;
  void deciding.carry(APPROVE, [first]);
  void deciding.carry(REJECT, [second]);
  await settled();
  assert.equal(calls.length, 1);
  answer();
  await settled();
  assert.equal(calls[0].params.act, "reject");
});

test("a second thought that is quicker than the answer is no conflict with the first", async () => {
  const { gallery, deciding, calls, answer } = studio();
  const { key } = gallery.tiles[0];
  void deciding.carry(APPROVE, [gallery.tile(key)]);
  const second = deciding.carry(REJECT, [gallery.tile(key)]);
  await settled();
  answer();
  await settled();
  assert.equal(calls[0].params.panels[0].decided, 1, "what our own decision made of it");
  assert.equal(gallery.tile(key).reviewed, "rejected", "and nothing flickers back");
  answer();
  await second;
  assert.deepEqual([gallery.tile(key).reviewed, gallery.tile(key).decided], ["rejected", 2]);
});

test("what somebody else decided meanwhile is told, and shown as it is", async () => {
  const { gallery, deciding, told, answer } = studio();
  const [first, second, third] = gallery.tiles;
  const carried = deciding.carry(APPROVE, [first, second, third]);
  await settled();
  const theirs = (tile) => ({ ...tile, reviewed: "rejected", decided: 9 });
  answer({
    tiles: [{ ...first, reviewed: "approved", decided: 10 }],
    conflicts: [second, third].map(({ key }, place) => ({ key, why: "rejected 3 s ago in the terminal", tile: theirs([second, third][place]) })),
    left: 2,
  });
  assert.match(await carried, /rejected 3 s ago in the terminal\. judge_more_conflicts 1/);
  assert.deepEqual(told.said, [["fault", `${second.key}: rejected 3 s ago in the terminal. judge_more_conflicts 1`]]);
  assert.deepEqual(gallery.tiles.slice(0, 3).map(({ reviewed }) => reviewed), ["approved", "rejected", "rejected"]);
});

test("a refusal is told in the host's words, and what was shown of the decision goes", async () => {
  const { gallery, deciding, calls, told } = studio();
  const [tile] = gallery.tiles;
  const carried = deciding.carry(APPROVE, [tile]);
  await settled();
  calls.shift().reject(new CallError(6, "the library is on a disk that is not there"));
  assert.equal(await carried, "the library is on a disk that is not there");
  assert.equal(gallery.tile(tile.key).reviewed, "unreviewed");
  assert.equal(told.said[0][0], "fault");
  // and the next one is carried out all the same
  void deciding.carry(APPROVE, [tile]);
  await settled();
  assert.equal(calls.length, 1);
});

test("without a link nothing is decided, nothing is kept for later, and the author is told", async () => {
  const { gallery, deciding, calls, told } = studio();
  told.up = false;
  assert.equal(await deciding.carry(APPROVE, [gallery.tiles[0]]), "judge_down");
  await deciding.undo();
  assert.equal(calls.length, 0);
  assert.equal(gallery.tiles[0].reviewed, "unreviewed");
  assert.deepEqual(told.said, [["fault", "judge_down"], ["fault", "judge_down"]]);
});

test("a link that drops on the way is told as what nobody knows yet", async () => {
  const { gallery, deciding, calls } = studio();
  const carried = deciding.carry(APPROVE, [gallery.tiles[0]]);
  await settled();
  calls.shift().reject(new LostError());
  assert.equal(await carried, "judge_lost");
  assert.equal(gallery.tiles[0].reviewed, "unreviewed");
});

test("an undo that the link broke is tried again by the next one, and no earlier decision is undone", async () => {
  const { gallery, deciding, calls, answer } = studio();
  const [first, second] = gallery.tiles;
  for (const tile of [first, second]) {
    void deciding.carry(APPROVE, [tile]);
    await settled();
    answer();
    await settled();
  }
  const lost = [deciding.undo(), deciding.undo()];
  await settled();
  calls.shift().reject(new LostError());
  await settled();
  calls.shift().reject(new LostError());
  await Promise.all(lost);
  void deciding.undo();
  await settled();
  assert.equal(calls[0].params.decision, 2);
  calls.shift().reject(new CallError(6, "it is undone already"));
  await settled();
  void deciding.undo();
  await settled();
  assert.equal(calls[0].params.decision, 1);
});

test("undo gives back what was there, at once, and goes back decision by decision", async () => {
  const { gallery, deciding, calls, told, answer } = studio();
  const [first, second] = gallery.tiles;
  for (const tile of [first, second]) {
    void deciding.carry(APPROVE, [tile]);
    await settled();
    answer();
    await settled();
  }
  for (const [tile, decision] of [[second, 2], [first, 1]]) {
    const undone = deciding.undo();
    assert.equal(gallery.tile(tile.key).reviewed, "unreviewed");
    await settled();
    assert.deepEqual(calls[0].params, { library: "/library", decision, by: "studio" });
    calls.shift().resolve({ decision: 10 + decision, act: "approve", panels: 1, tiles: [{ ...tile, decided: 9 }], told: "Undone." });
    await undone;
    assert.deepEqual([gallery.tile(tile.key).reviewed, gallery.tile(tile.key).decided], ["unreviewed", 9]);
  }
  await deciding.undo();
  assert.equal(calls.length, 0);
  assert.deepEqual(told.said.at(-1), ["news", "judge_no_undo"]);
});

test("what was undone is done again by undoing the undo, until something else is decided", async () => {
  const { gallery, deciding, calls, told, answer } = studio();
  const [tile] = gallery.tiles;
  void deciding.carry(APPROVE, [tile]);
  await settled();
  answer();
  await settled();
  void deciding.undo();
  await settled();
  calls.shift().resolve({ decision: 2, act: "approve", panels: 1, tiles: [tile], told: "Undone." });
  await settled();
  void deciding.redo();
  assert.equal(gallery.tile(tile.key).reviewed, "approved");
  await settled();
  assert.equal(calls[0].params.decision, 2);
  calls.shift().resolve({ decision: 3, act: "approve", panels: 1, tiles: [{ ...tile, reviewed: "approved", decided: 3 }], told: "" });
  await settled();
  await deciding.redo();
  assert.deepEqual(told.said.at(-1), ["news", "judge_no_redo"]);
  void deciding.undo();
  await settled();
  assert.equal(calls[0].params.decision, 3);
});

test("a decision about more panels than one call carries is several, and all of them are shown", async () => {
  const { gallery, deciding, calls, answer } = studio(5_003);
  const carried = deciding.carry(APPROVE, gallery.tiles.slice());
  await settled();
  assert.equal(calls[0].params.panels.length, 5_000);
  // the host tells of the first panels only; the others stay as they were shown
  answer({ tiles: [], panels: 5_000 });
  await settled();
  assert.equal(calls[0].params.panels.length, 3);
  answer();
  await carried;
  assert.ok(gallery.tiles.every(({ reviewed }) => reviewed === "approved"));
});

test("a reload does not lose what can be undone", async () => {
  const before = studio();
  void before.deciding.carry(APPROVE, [before.gallery.tiles[0]]);
  await settled();
  before.answer();
  await settled();
  const { deciding, calls } = studio();
  void deciding.undo();
  await settled();
  assert.deepEqual(calls[0].params, { library: "/library", decision: 1, by: "studio" });
});

test("where the host leaves out some of many conflicts, nothing is shown as decided that is not", async () => {
  const { gallery, deciding, answer } = studio(400);
  const carried = deciding.carry(APPROVE, gallery.tiles.slice());
  await settled();
  const conflicts = gallery.tiles.slice(0, 300).map(({ key }) => ({ key, why: "it was rejected", tile: null }));
  answer({ tiles: [], panels: 0, conflicts });
  await carried;
  assert.ok(gallery.tiles.every(({ reviewed }) => reviewed === "unreviewed"));
});

/** Somebody else rejected a panel: so the host answers what was pressed without having seen that. */
const met = (tile) => ({
  decision: null,
  panels: 0,
  tiles: [],
  conflicts: [{ key: tile.key, why: "Rejected just now in the terminal", tile: { ...tile, reviewed: "rejected", decided: 9 } }],
});

test("a second key that is quicker than a conflict decides nothing over what nobody saw", async () => {
  const { gallery, deciding, calls, answer } = studio();
  const { key } = gallery.tiles[0];
  void deciding.carry(APPROVE, [gallery.tile(key)]);
  const second = deciding.carry({ act: "lock", choice: {} }, [gallery.tile(key)]);
  await settled();
  answer(met(gallery.tiles[0]));
  await settled();
  assert.equal(calls[0].params.panels[0].decided, 0, "what was on the screen when the key was pressed");
  answer(met(gallery.tiles[0]));
  assert.match(await second, /Rejected just now/);
  assert.equal(gallery.tile(key).reviewed, "rejected");
});

test("undo that is quicker than the answer undoes that very decision", async () => {
  const { gallery, deciding, calls, answer } = studio();
  const [first, second] = gallery.tiles;
  void deciding.carry(APPROVE, [first]);
  await settled();
  answer();
  await settled();
  void deciding.carry(APPROVE, [second]);
  const undone = deciding.undo();
  assert.equal(gallery.tile(second.key).reviewed, "unreviewed", "and that is seen at once");
  assert.equal(gallery.tile(first.key).reviewed, "approved");
  await settled();
  answer();
  await settled();
  assert.equal(calls[0].params.decision, 2);
  calls.shift().resolve({ decision: 3, act: "approve", panels: 1, tiles: [{ ...second, decided: 3 }], told: "Undone." });
  await undone;
  assert.deepEqual([first, second].map(({ key }) => gallery.tile(key).reviewed), ["approved", "unreviewed"]);
});

test("undo of what proves to be a conflict undoes nothing else in its place", async () => {
  const { gallery, deciding, calls, told, answer } = studio();
  const [first, second] = gallery.tiles;
  void deciding.carry(APPROVE, [first]);
  await settled();
  answer();
  await settled();
  void deciding.carry(APPROVE, [second]);
  const undone = deciding.undo();
  await settled();
  answer(met(second));
  await undone;
  assert.equal(calls.length, 0);
  assert.deepEqual([first, second].map(({ key }) => gallery.tile(key).reviewed), ["approved", "rejected"]);
  assert.match(told.said.at(-1)[1], /Rejected just now/);
  void deciding.undo();
  await settled();
  assert.equal(calls[0].params.decision, 1, "the next one goes back as before");
});

test("after a decision whose answer was lost, undo says so once and takes back no earlier decision unasked", async () => {
  const { gallery, deciding, calls, told, answer } = studio();
  const [first, second] = gallery.tiles;
  void deciding.carry(APPROVE, [first]);
  await settled();
  answer();
  await settled();
  const lost = deciding.carry(APPROVE, [second]);
  await settled();
  calls.shift().reject(new LostError());
  await lost;
  await deciding.undo();
  assert.equal(calls.length, 0);
  assert.deepEqual(told.said.at(-1), ["fault", "judge_unknown"]);
  void deciding.undo();
  await settled();
  assert.equal(calls[0].params.decision, 1);
});
