/** Where the author has to act, and what needs the author. */

import assert from "node:assert/strict";
import test from "node:test";

import { needing, placeToAct } from "../../../extension/popup/asking.js";

const busy = { tab: 7, doing: "waiting for the picture", key: "ch01/p1", since: 0, made: 0 };
const idle = { tab: 8, doing: "resting", key: null, since: 0, made: 0 };
const account = { account: "1", profile: "mine", connected: true, asks: true, tabs: [busy, idle] };

test("the tab to act in is one that makes nothing, in the popup's own browser profile", () => {
  assert.deepEqual(placeToAct([account], "mine"), { tab: 8 });
  assert.deepEqual(placeToAct([{ ...account, tabs: [busy] }], "mine"), { tab: 7 });
  assert.deepEqual(placeToAct([{ ...account, tabs: [] }], "mine"), { tab: null });
  assert.equal(placeToAct([account], "other"), null);
  assert.equal(placeToAct([{ ...account, asks: false }], "mine"), null);
  assert.equal(placeToAct([{ ...account, connected: false }], "mine"), null);
});

test("of the panels that need the author the first are shown, and the rest are counted", () => {
  const needs = ["refused", "doubt", "failed", "refused"].map((state, place) => ({ key: `p${place}`, state }));
  const batch = { needs, refused: 12, failed: 1 };
  const { shown, more } = needing(batch, 2);
  assert.deepEqual(shown.map(({ key }) => key), ["p0", "p2"]);
  assert.equal(more, 11);
  assert.deepEqual(needing({ needs: [], refused: 12, failed: 1 }, 2), { shown: [], more: 0 });
});
