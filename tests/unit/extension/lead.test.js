/** Where the sentence in the head leads. */

import assert from "node:assert/strict";
import test from "node:test";

import { leadOf, withoutCommand } from "../../../extension/studio/lead.js";
import { EVERYTHING } from "../../../extension/studio/filter.js";

const batch = (more) => ({ library: "/one", approval: null, standstill: null, style_wait: null, asking: 0, ...more });

test("what a command would list is filtered in the library that the sentence is about", () => {
  const batches = [batch({}), batch({ library: "/two", asking: 1, style_wait: { about: "a" } })];
  for (const [state, library] of Object.entries({ "needs you": "/one", "standing out": "/one", offered: "/one", asking: "/two", reviewing: "/two" })) {
    const lead = leadOf({ state, batches });
    assert.equal(lead.to, "some", state);
    assert.deepEqual(lead.place, { view: "grid", library, key: "" });
    assert.ok(Object.keys(lead.filter).every((name) => name in EVERYTHING), state);
  }
});

test("the one picture for which panels wait is shown large", () => {
  const batches = [batch({}), batch({ library: "/two", approval: { key: "a" } }), batch({ library: "/three", standstill: { key: "b" } })];
  assert.deepEqual(leadOf({ state: "approving", batches })?.place, { view: "large", library: "/two", key: "a" });
  assert.deepEqual(leadOf({ state: "held", batches })?.place, { view: "large", library: "/three", key: "b" });
});

test("what is begun or resumed leads to where that is done, and work that goes on leads nowhere", () => {
  for (const state of ["nothing", "paused", "halted"]) assert.equal(leadOf({ state, batches: [] })?.place.view, "start");
  for (const state of ["making", "all made", "held", "", "of a later version"]) assert.equal(leadOf({ state, batches: [batch({})] }), null);
});

test("a sentence that leads somewhere has no command any more, and all of its other words", () => {
  const told = {
    "All pictures are made; 4 stand out: pressrun review": "All pictures are made; 4 stand out",
    "Nothing to make; start with: pressrun run FILE": "Nothing to make",
    "Batch 3 is paused: no such project. To go on: pressrun resume 3": "Batch 3 is paused: no such project",
    "Waiting for you to approve a; 3 panels wait for it: pressrun approve 'a b'": "Waiting for you to approve a; 3 panels wait for it",
    "All pictures are made": "All pictures are made",
  };
  assert.deepEqual(Object.keys(told).map(withoutCommand), Object.values(told));
});
