/** The machine is kept awake while there is something to make, and only then, as the author wishes. */

import assert from "node:assert/strict";
import test from "node:test";

import { keepAwake, settle, WISH } from "../../../extension/worker/awake.js";

/** @type {Record<string, unknown>} */
const kept = {};
/** @type {string[]} */
let asked = [];

globalThis.chrome = /** @type {any} */ ({
  storage: { local: { get: async (/** @type {object} */ at) => ({ ...at, ...kept }) } },
  power: {
    requestKeepAwake: (/** @type {string} */ level) => asked.push(level),
    releaseKeepAwake: () => asked.push("released"),
  },
});

test("it is kept awake from the first picture to the last, and the screen may go dark", async () => {
  asked = [];
  await settle();
  await keepAwake(true);
  await keepAwake(false);
  assert.deepEqual(asked, ["released", "system", "released"]);
});

test("an author who does not wish so lets it sleep, from that moment on", async () => {
  asked = [];
  await keepAwake(true);
  kept[WISH] = false;
  await settle();
  await keepAwake(true);
  kept[WISH] = true;
  await settle();
  assert.deepEqual(asked, ["system", "released", "released", "system"]);
});

test("of two that overlap, the last one counts", async () => {
  asked = [];
  await Promise.all([keepAwake(true), keepAwake(false)]);
  assert.equal(asked.at(-1), "released");
});
