/** Which key decides what, about which pictures. */

import assert from "node:assert/strict";
import test from "node:test";

import { fits, judgementOf, makes, missing, outcome, unjudged } from "../../../extension/studio/judging.js";
import { tile } from "./tiles.js";

const key = (name, more = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
const judged = (act, choice = {}) => ({ act, choice });

test("keys decide as photographers know them", () => {
  const acts = { a: "approve", r: "reject", t: "redo", e: "redo", c: "redo", k: "keep", l: "lock", n: "note", 0: "clear", 7: "choose" };
  for (const [name, act] of Object.entries(acts)) {
    assert.equal(judgementOf(key(name), [tile("a")])?.act, act, name);
    assert.equal(judgementOf(key(name.toUpperCase()), [tile("a")])?.act, act, "with caps lock");
  }
  assert.deepEqual(judgementOf(key("7"), []).choice, { take: 7 });
});

test("a key with Ctrl, Alt or Cmd belongs to the browser", () => {
  for (const held of ["ctrlKey", "metaKey", "altKey"]) assert.equal(judgementOf(key("a", { [held]: true }), []), null);
  for (const name of ["Enter", "ArrowUp", "z", "F5", "constructor"]) assert.equal(judgementOf(key(name), []), null, name);
});

test("L unlocks what is locked, and locks where anything is not", () => {
  const [open, locked] = [tile("a"), tile("b", { reviewed: "locked" })];
  assert.equal(judgementOf(key("l"), [locked]).act, "unlock");
  assert.equal(judgementOf(key("l"), [open, locked]).act, "lock");
  assert.equal(judgementOf(key("l"), []).act, "lock");
});

test("nothing but unlocking and a note is decided about what is locked", () => {
  const locked = tile("a", { reviewed: "locked", state: "made", takes: 3 });
  const acts = ["approve", "reject", "clear", "lock", "unlock", "keep", "choose", "redo", "note"];
  assert.deepEqual(acts.filter((act) => fits(judged(act), locked)), ["unlock", "note"]);
});

test("a panel without a picture can only be made, or noted", () => {
  const bare = tile("a", { picture: null, state: "failed", takes: 0 });
  const acts = ["approve", "reject", "clear", "lock", "unlock", "keep", "choose", "redo", "note"];
  assert.deepEqual(acts.filter((act) => fits(judged(act), bare)), ["redo", "note"]);
  assert.ok(!fits(judged("redo", { remake: "chat" }), bare));
});

test("what is approved is not approved again, but where a newer take is offered", () => {
  assert.ok(!fits(judged("approve"), tile("a", { reviewed: "approved" })));
  assert.ok(fits(judged("approve"), tile("a", { reviewed: "approved", flags: ["offered"] })));
});

test("only a take that is there is chosen", () => {
  assert.ok(fits(judged("choose", { take: 2 }), tile("a", { takes: 2 })));
  assert.ok(!fits(judged("choose", { take: 3 }), tile("a", { takes: 2 })));
});

test("a reason, words and a note are asked for where they are missing", () => {
  assert.equal(missing(judged("reject")), "reason");
  assert.equal(missing(judged("reject", { because: "style" })), null);
  assert.equal(missing(judged("redo", { remake: "again" })), null);
  assert.equal(missing(judged("redo", { remake: "chat" })), "note");
  assert.equal(missing(judged("redo", { words: "" })), "words");
  assert.equal(missing(judged("redo", { words: "a cat" })), null);
  assert.equal(missing(judged("note")), "note");
  assert.equal(missing(judged("note", { note: "" })), null, "an empty note is removed");
  assert.equal(missing(judged("approve")), null);
});

test("what has pictures made is known, so that many are asked about first", () => {
  assert.ok(makes(judged("redo")));
  assert.ok(makes(judged("reject", { because: "style", remake: "words" })));
  assert.ok(!makes(judged("reject", { because: "style" })));
  assert.ok(!makes(judged("approve")));
});

test("a decision is seen as what it comes to, and touches nothing else of a panel", () => {
  const seen = (act, choice, more) => outcome(judged(act, choice))(tile("a", more));
  assert.equal(seen("approve", {}, { flags: ["outlier", "noted", "asked"] }).reviewed, "approved");
  assert.deepEqual(seen("approve", {}, { flags: ["outlier", "noted", "asked"] }).flags, ["noted"]);
  assert.deepEqual(seen("reject", { remake: "chat" }, {}).flags, ["remade"]);
  assert.deepEqual(seen("reject", {}, {}).flags, []);
  assert.equal(seen("unlock", {}, { reviewed: "locked" }).reviewed, "approved");
  assert.equal(seen("keep", {}, { state: "stale" }).state, "made");
  assert.equal(seen("keep", {}, { reviewed: "rejected" }).reviewed, "unreviewed");
  assert.deepEqual(seen("keep", {}, { flags: ["outlier", "noted"] }).flags, ["noted"]);
  assert.deepEqual(seen("redo", {}, { flags: ["remade"] }).flags, ["remade"], "once");
  assert.equal(seen("redo", {}, { picture: null, state: "failed" }).state, "waiting");
  assert.deepEqual(seen("note", { note: "hands" }, {}).flags, ["noted"]);
  assert.deepEqual(seen("note", { note: "" }, { flags: ["noted"] }).flags, []);
  const before = tile("a", { flags: ["outlier"] });
  const copy = structuredClone(before);
  outcome(judged("approve"))(before);
  assert.deepEqual(before, copy);
});

test("another take than the picture can be approved over an approved one, and declined without a word on the picture", () => {
  const approved = tile("a", { reviewed: "approved" });
  assert.ok(!fits({ act: "approve", choice: {} }, approved));
  assert.ok(fits({ act: "approve", choice: { take: 2 } }, approved));
  assert.equal(outcome({ act: "reject", choice: { take: 2, because: "style" } })(approved).reviewed, "approved");
});

test("approving the picture that is there leaves a newer take waiting for its yes", () => {
  const waits = tile("a", { reviewed: "approved", flags: ["offered", "outlier"] });
  assert.deepEqual(outcome(judged("approve"))(waits).flags, ["offered"]);
  assert.deepEqual(outcome(judged("approve", { take: 2 }))(waits).flags, []);
});

test("what the command line accepts as it is can be kept here, too", () => {
  for (const more of [{ state: "stale" }, { flags: ["outlier"] }, { reviewed: "rejected" }])
    assert.ok(fits(judged("keep"), tile("a", more)), JSON.stringify(more));
  assert.ok(!fits(judged("keep"), tile("a")), "nothing is wrong with it");
});

test("approving all that are shown takes no rejection back", () => {
  const shown = ["unreviewed", "rejected", "approved"].map((reviewed) => tile(reviewed, { reviewed }));
  assert.deepEqual(shown.filter(unjudged).map(({ key }) => key), ["unreviewed", "approved"]);
  assert.ok(fits(judged("approve"), shown[1]), "one alone can still be approved");
});
